package contacts

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"gave.network/internal/intake/read"
)

// SCIM reads the users of an organisation as the System for Cross-domain Identity Management writes them (RFC 7643 and
// 7644): a list in Resources, an array, or users one after the other. Names of attributes are of any case, as the
// standard says. Lists of users that are like it are read too: those of Okta, with a profile in each, and those of
// Microsoft Graph, with jobTitle and companyName.
var SCIM = read.Format{
	Name: "scim", Title: "directory (SCIM, JSON)",
	How: "Who manages the accounts of your organisation can write it: the list of users of Entra ID, Okta or another " +
		"directory, as JSON.",
	AddressBook: true,
	FromStart:   true, Detect: detectSCIM, Read: readSCIM,
}

const (
	// scimSchema begins the names of what the standard knows.
	scimSchema = "urn:ietf:params:scim:"

	// mostHeld is how many users are held until all are known whom their managers may be.
	mostHeld = 50_000

	// longID is from how many characters on an id is one of its own in the whole world.
	longID = 20
)

func detectSCIM(head []byte, _ string) int {
	start := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"))
	has := func(names ...string) bool { return read.DetectJSON(start, 1, names...) > 0 }
	switch {
	case !has():
		return 0
	case bytes.Contains(start, []byte(`"`+scimSchema)):
		return 97
	case has("username", "resources"), has("userprincipalname"):
		return 90
	case has("username", "emails"), has("username", "active"), has("profile", "login", "firstname", "lastname"):
		return 80
	}
	return 0
}

// scimObject is an object of which the names are in lower case.
type scimObject map[string]json.RawMessage

// objectOf reads an object; nil for anything else. Of names that differ in case alone the first that says something
// counts.
func objectOf(raw json.RawMessage) scimObject {
	var in map[string]json.RawMessage
	if json.Unmarshal(raw, &in) != nil || in == nil {
		return nil
	}
	out := make(scimObject, len(in))
	for _, name := range slices.Sorted(maps.Keys(in)) {
		out.put(name, in[name])
	}
	return out
}

func (o scimObject) put(name string, value json.RawMessage) {
	name = strings.ToLower(strings.TrimSpace(name))
	if before, ok := o[name]; !ok || string(before) == "null" || string(before) == `""` {
		o[name] = value
	}
}

// text is the first of these attributes that is a text, number or truth value, in one line.
func (o scimObject) text(names ...string) string {
	for _, name := range names {
		var value read.JSONText
		if raw, ok := o[name]; ok && read.Loose(raw, &value) && value.Line() != "" {
			return value.Line()
		}
	}
	return ""
}

// each is what stands in a list under a name: of objects those in them that are primary first; a single value is a list
// of one.
func (o scimObject) each(name string) (objects []scimObject, texts []string) {
	raw, ok := o[name]
	if !ok {
		return nil, nil
	}
	var list read.JSONList
	if read.Loose(raw, &list); list == nil {
		list = read.JSONList{raw}
	}
	for _, one := range list[:min(len(list), read.MaxMany)] {
		if object := objectOf(one); object != nil {
			objects = append(objects, object)
			continue
		}
		var value read.JSONText
		if read.Loose(one, &value) && value.Line() != "" {
			texts = append(texts, value.Line())
		}
	}
	slices.SortStableFunc(objects, func(a, b scimObject) int {
		first := func(o scimObject) int {
			if read.IsYes(o.text("primary")) || o.text("primary") == "true" {
				return 0
			}
			return 1
		}
		return first(a) - first(b)
	})
	return objects, texts
}

// values are the values in a list under a name, whatever its form.
func (o scimObject) values(name string, within ...string) []string {
	objects, texts := o.each(name)
	var out []string
	for _, object := range objects {
		out = append(out, object.text(append(within, "value", "display")...))
	}
	return read.NonEmpty(append(out, texts...))
}

// scimUser is a user who waits for the name of their manager.
type scimUser struct {
	at       read.At
	contact  read.Contact
	faults   []string
	managers []scimManager
	rejected string // why it is none
}

// scimManager is how a user names the manager: by an id, a name, an address, or by what may be any of them.
type scimManager struct{ id, name, mail, any string }

// scimKnown is a user to whom others may refer.
type scimKnown struct{ name, mail, handle string }

// scimReader reads one user after the other.
type scimReader struct {
	out    *read.Emitter
	held   []scimUser
	known  map[string]scimKnown // by id, name of the account and address, in lower case
	scope  string               // where short ids are of
	groups memberships
}

func readSCIM(ctx context.Context, src *read.Source, sink read.Sink) error {
	r := &scimReader{out: &read.Emitter{Source: src, Sink: sink}, known: map[string]scimKnown{}}
	in := bufio.NewReaderSize(read.PlainText(src.Reader), 64<<10)
	head, _ := in.Peek(64 << 10)
	var err error
	if lineByLine(head) {
		err = r.lines(ctx, &read.Source{Reader: in, Size: src.Size})
	} else {
		j := read.NewJSONReader(in)
		err = j.Damage(r.stream(ctx, j, head), src.Path)
	}
	// What was read is used, also of a file that is damaged further on.
	if r.out.Failed == nil && ctx.Err() == nil {
		if err := r.flush(); err != nil {
			return err
		}
		if err := r.groups.emit(sink); err != nil {
			return err
		}
	}
	return err
}

// lineByLine says that a text has a value on each line, so that a damaged one costs itself alone.
func lineByLine(head []byte) bool {
	start := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	first, rest, more := bytes.Cut(start, []byte("\n"))
	first, second := bytes.TrimSpace(first), bytes.TrimSpace(read.FirstLine(bytes.TrimSpace(rest)))
	if !more || len(first) == 0 || first[0] != '{' || len(second) == 0 {
		return false
	}
	// The very first may be the damaged one; the beginning of a list is not.
	return json.Valid(first) || second[0] == '{' && json.Valid(second) && !bytes.ContainsAny(first[len(first)-1:], "[:")
}

func (r *scimReader) lines(ctx context.Context, src *read.Source) error {
	scan := read.NewLines(src)
	for count := 0; ; count++ {
		if count%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		number, at := scan.Line, scan.Offset
		line, long, ok := scan.Next()
		if !ok {
			return scan.Err
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		r.out.Place(number, at)
		if long || !json.Valid(line) {
			if err := r.reject("this line is no JSON"); err != nil {
				return err
			}
			continue
		}
		if err := r.value(bytes.Clone(line)); err != nil {
			return err
		}
	}
}

// value takes a user, or each user of a list of them.
func (r *scimReader) value(raw json.RawMessage) error {
	list := read.JSONList{raw}
	if object := objectOf(raw); object != nil {
		for _, name := range scimLists {
			if within, ok := object[name]; ok && bytes.HasPrefix(bytes.TrimSpace(within), []byte("[")) {
				read.Loose(within, &list)
				break
			}
		}
	} else {
		read.Loose(raw, &list)
	}
	for _, one := range list {
		if err := r.user(one); err != nil {
			return err
		}
	}
	return nil
}

// scimLists are the names under which a list of users stands: in the standard, and in Microsoft Graph.
var scimLists = []string{"resources", "value", "users"}

// stream reads a text of any size, of which the users may stand over many lines.
func (r *scimReader) stream(ctx context.Context, j *read.JSONReader, head []byte) error {
	each := func() error {
		if err := ctx.Err(); err != nil {
			return err
		}
		r.out.Place(j.At())
		var raw json.RawMessage
		if err := j.Decode(&raw); err != nil {
			return err
		}
		return r.user(raw)
	}
	if bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"), []byte("[")) {
		return j.Array(each)
	}
	for { // one value after the other, as jq writes them
		line, offset := j.At()
		alone, begun, listed := scimObject{}, false, false
		err := j.Object(func(name string) error {
			begun = true
			lower := strings.ToLower(name)
			if slices.Contains(scimLists, lower) && len(alone.text("username")) == 0 {
				listed = true
				return j.Array(each)
			}
			var raw json.RawMessage
			if err := j.Decode(&raw); err != nil {
				return err
			}
			alone.put(name, raw)
			return nil
		})
		switch {
		case !begun && errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case listed || !begun:
			continue
		}
		r.out.Place(line, offset)
		if err := r.person(alone); err != nil {
			return err
		}
	}
}

// user takes one user, group or other resource of a list.
func (r *scimReader) user(raw json.RawMessage) error {
	object := objectOf(raw)
	if object == nil {
		return r.reject("this is no user: it should be an object with names and values")
	}
	return r.person(object)
}

// spread puts what stands in the extensions of a user, and in the profile of one of Okta, beside the rest.
func (o scimObject) spread() {
	for _, name := range slices.Sorted(maps.Keys(o)) {
		if name != "profile" && !strings.HasPrefix(name, "urn:") {
			continue
		}
		if within := objectOf(o[name]); within != nil {
			for _, inner := range slices.Sorted(maps.Keys(within)) {
				o.put(inner, within[inner])
			}
			continue
		}
		// An attribute with the name of its schema before it: urn:…:User:department.
		o.put(name[strings.LastIndexByte(name, ':')+1:], o[name])
	}
}

// person makes a contact of a user, and a tag of a group.
func (r *scimReader) person(o scimObject) error {
	o.spread()
	meta := objectOf(o["meta"])
	id := o.text("id", "externalid")
	schemas := strings.ToLower(string(o["schemas"]))
	is := strings.ToLower(meta.text("resourcetype"))
	switch {
	case is == "group", strings.Contains(schemas, ":group\""), o["members"] != nil && o["username"] == nil:
		r.group(o, id)
		return nil
	case is != "" && is != "user":
		r.out.Skip("part of a directory")
		return nil
	}
	r.scoped(o, meta)
	u := scimUser{at: r.out.At}
	c := &u.contact
	c.Handle = r.handle(id)
	full := r.named(c, o)
	r.reached(c, o)
	r.works(&u, o)
	for _, changed := range []string{meta.text("lastmodified"), o.text("lastupdated", "lastmodifieddatetime")} {
		if at, err := time.Parse(time.RFC3339, changed); err == nil && c.Changed.IsZero() {
			c.Changed = at.UTC()
		}
	}
	status := strings.ToLower(o.text("status"))
	c.Gone = slices.Contains([]string{"false", "0"}, strings.ToLower(o.text("active", "accountenabled"))) ||
		status == "deprovisioned" || status == "suspended" || status == "inactive"
	for _, name := range []string{"employeenumber", "employeeid", "employeetype", "usertype", "costcenter"} {
		if said := o.text(name); said != "" {
			c.Unknown = append(c.Unknown, name+": "+said)
		}
	}
	known := scimKnown{name: read.CleanText(c.Display(), 200), mail: read.First(c.Addresses), handle: c.Handle}
	read.Fill(&known.name, full)
	account := o.text("username", "userprincipalname", "login")
	for _, key := range append([]string{id, account}, c.Addresses...) {
		if key = strings.ToLower(key); key != "" {
			if _, taken := r.known[key]; !taken {
				r.known[key] = known
			}
		}
	}
	c.Leave()
	if c.Gone {
		u.managers = nil
	}
	return r.hold(u)
}

// reject keeps the order of the file: what is wrong with a record is said after the records before it.
func (r *scimReader) reject(reason string) error {
	return r.hold(scimUser{at: r.out.At, rejected: reason})
}

func (r *scimReader) hold(u scimUser) error {
	r.held = append(r.held, u)
	if len(r.held) == mostHeld {
		return r.flush()
	}
	return nil
}

// scoped finds out once where the short ids of a file are of: ids such as 17 are those of other directories too.
func (r *scimReader) scoped(o, meta scimObject) {
	if r.scope != "" {
		return
	}
	if at, err := url.Parse(meta.text("location")); err == nil {
		r.scope = strings.ToLower(at.Host)
	}
	for _, address := range append(o.values("emails"), o.text("username", "userprincipalname", "login")) {
		if _, domain, ok := strings.Cut(read.CleanAddress(address), "@"); ok && r.scope == "" {
			r.scope = domain
		}
	}
}

func (r *scimReader) handle(id string) string {
	if id == "" || r.scope == "" && len(id) < longID {
		return ""
	}
	return "scim:" + r.scope + "/" + read.Cut(strings.ToLower(id), 200)
}

// named reads what somebody is called, and returns the whole name.
func (r *scimReader) named(c *read.Contact, o scimObject) string {
	name := objectOf(o["name"])
	text := func(field string, also ...string) string {
		return read.CleanText(read.First(read.NonEmpty([]string{name.text(field), o.text(also...)})), 200)
	}
	c.Name = read.Name{
		Given: text("givenname", "givenname", "firstname"), Additional: text("middlename", "middlename"),
		Family: text("familyname", "familyname", "surname", "lastname", "sn"),
		Prefix: text("honorificprefix", "honorificprefix"), Suffix: text("honorificsuffix", "honorificsuffix"),
	}
	full := text("formatted", "displayname", "name")
	if shown := read.CleanText(o.text("displayname"), 200); shown != "" {
		full = shown
	}
	c.Name = wholeName(c.Name, full)
	if full != "" && !read.SameWords(full, c.Display()) && read.CleanAddress(full) == "" {
		c.AlsoNamed(full)
	}
	c.AlsoNamed(read.CleanText(o.text("nickname"), 200))
	return full
}

// reached reads where somebody is reached.
func (r *scimReader) reached(c *read.Contact, o scimObject) {
	for _, address := range slices.Concat(o.values("emails"), o.values("mail"), o.values("email"),
		o.values("othermails")) {
		read.AddAddresses(c, address)
	}
	// The name of an account often is an address; it counts as one where there is no other.
	if account := o.text("userprincipalname", "username", "login"); len(c.Addresses) == 0 &&
		!strings.Contains(account, "#EXT#") {
		read.AddAddresses(c, account)
	}
	for _, phone := range slices.Concat(o.values("phonenumbers"), o.values("businessphones"), o.values("mobilephone"),
		o.values("primaryphone")) {
		read.AddPhones(c, read.PhoneText(phone))
	}
	for _, link := range o.values("profileurl") {
		read.AddLinks(c, link)
	}
	for _, group := range o.values("groups", "display") {
		if len(group) < longID || strings.Contains(group, " ") { // a name, and no id
			c.Tags = read.AppendNew(c.Tags, read.Cut(group, 100))
		}
	}
	addresses, _ := o.each("addresses")
	for _, at := range addresses {
		read.Fill(&c.Place, at.text("locality"))
	}
	read.Fill(&c.Place, o.text("city"))
	photos, _ := o.each("photos")
	c.Photo = len(photos) > 0
}

// works reads where somebody works, as what, since when and under whom.
func (r *scimReader) works(u *scimUser, o scimObject) {
	c := &u.contact
	p := read.Position{
		Organisation: o.text("organization", "organisation", "companyname", "company"),
		Department:   o.text("department", "division"),
		Title:        o.text("title", "jobtitle"),
	}
	if division := o.text("division"); division != "" && division != p.Department {
		c.Unknown = append(c.Unknown, "division: "+division)
	}
	if since := o.text("employeehiredate", "hiredate", "startdate"); since != "" {
		day, _, _ := strings.Cut(since, "T")
		if p.From = read.PartialDate(day); p.From == "" {
			u.faults = append(u.faults, read.DateFault(since))
			c.Unknown = append(c.Unknown, "since: "+since)
		}
	}
	if p.Organisation != "" || p.Department != "" || p.Title != "" {
		c.Organisations = append(c.Organisations, p)
	}
	objects, texts := o.each("manager")
	for _, m := range objects {
		one := scimManager{
			id: m.text("value", "id", "managerid"), name: m.text("displayname", "display"),
			mail: read.CleanAddress(m.text("mail", "email", "userprincipalname")),
		}
		if name := objectOf(m["name"]); one.name == "" && name != nil {
			one.name = name.text("formatted")
		}
		if ref := strings.TrimRight(m.text("$ref", "ref"), "/"); one.id == "" && ref != "" {
			one.id = ref[strings.LastIndexByte(ref, '/')+1:]
		}
		u.managers = append(u.managers, one)
	}
	for _, said := range texts {
		u.managers = append(u.managers, scimManager{any: said, id: o.text("managerid")})
	}
	if len(u.managers) == 0 {
		if id := o.text("managerid"); id != "" {
			u.managers = append(u.managers, scimManager{id: id})
		}
	}
}

// group keeps who is in a group, whose name becomes a tag of theirs.
func (r *scimReader) group(o scimObject, id string) {
	g := membership{at: r.out.At, key: r.handle(id), name: o.text("displayname", "name")}
	members, _ := o.each("members")
	for _, m := range members {
		if handle := r.handle(m.text("value")); handle != "" {
			g.members = append(g.members, read.Party{Name: m.text("display"), Handle: handle, Role: read.Mentioned})
		}
	}
	r.groups.add(g)
}

// flush gives on who was held, with their managers.
func (r *scimReader) flush() error {
	for i := range r.held {
		u := &r.held[i]
		if r.out.At = u.at; u.rejected != "" {
			if err := r.out.Reject(u.rejected); err != nil {
				return err
			}
			continue
		}
		for _, m := range u.managers {
			party, ok := r.party(m)
			if !ok {
				said := read.First(read.NonEmpty([]string{m.any, m.id, m.mail}))
				if said == "" {
					continue // nobody, written as an empty object
				}
				u.faults = append(u.faults, read.Because("the manager %s is in no other record", read.Cut(said, 100)))
				continue
			}
			read.AddRelated(&u.contact, "manager", party)
		}
		if len(r.groups.list) > 0 {
			r.out.At.Next = 0 // a group waits for its members to the end
		}
		if err := r.out.Person(u.contact, u.faults); err != nil {
			return err
		}
	}
	r.held = r.held[:0]
	return nil
}

// party finds out who a manager is: another user of the file, or somebody by name or address. ok is false for an id of
// nobody.
func (r *scimReader) party(m scimManager) (read.Party, bool) {
	for _, key := range []string{m.id, m.any, m.mail} {
		if of, ok := r.known[strings.ToLower(key)]; ok && key != "" {
			if of.handle == "" {
				return read.Party{Name: of.name, Address: of.mail}, true
			}
			return read.Party{Name: of.name, Address: of.mail, Handle: of.handle}, true
		}
	}
	said := m.any
	switch {
	case m.name != "" || m.mail != "":
		return read.Party{Name: m.name, Address: m.mail}, true
	case read.CleanAddress(said) != "":
		return read.Party{Address: read.CleanAddress(said)}, true
	case strings.Contains(said, "=") && nameInDN(said) != "": // the name in a directory, as Active Directory gives it
		return read.Party{Name: nameInDN(said)}, true
	case said != "" && !strings.ContainsAny(said, "=0123456789_") && strings.Contains(said, " "):
		return read.Party{Name: said}, true
	}
	return read.Party{}, false
}
