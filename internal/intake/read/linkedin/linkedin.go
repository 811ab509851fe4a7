// Package linkedin reads the archive that LinkedIn gives of a member, and its snapshot as JSON.
package linkedin

import (
	"bufio"
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/table"
	"gave.network/internal/lang"
	"gave.network/internal/text"
	"gave.network/internal/text/addresses"
	"gave.network/internal/text/names"
)

// LinkedIn reads the archive that LinkedIn gives its members, as a whole or one table of it: connections, messages,
// invitations, recommendations, endorsements, and what the archive says of its owner. Of messages only who and when is
// taken, and the subject.
var LinkedIn = read.Format{
	Name:  "linkedin",
	Title: "LinkedIn archive",
	How:   "In LinkedIn choose Settings, Data privacy, Get a copy of your data, and take the whole archive.",
	Detect: func(head []byte, name string) int {
		if table, _ := linkedinTableOf(table.HeadRows(head), path.Base(name)); table != "" {
			return 92
		}
		return detectLinkedInSnapshot(head)
	},
	FromStart:  true,
	Read:       readLinkedInTable,
	DetectTree: detectLinkedInTree,
	ReadTree:   readLinkedInTree,
}

// The tables of the archive.
const (
	linkedinConnections     = "connections"
	linkedinMessages        = "messages"
	linkedinInvitations     = "invitations"
	linkedinRecommendations = "recommendations"
	linkedinEndorsements    = "endorsements"
	linkedinProfile         = "profile"
	linkedinMails           = "email addresses"
	linkedinPhones          = "phone numbers"
	linkedinPositions       = "positions"
	linkedinEducation       = "education"
	linkedinSkills          = "skills"
	linkedinEvents          = "events"
)

// The columns of the connections, with the names that they have in other languages. Only the English ones were seen in
// real archives.
var (
	linkedinFirst     = lang.Words("exports", "linkedin.first")
	linkedinLast      = lang.Words("exports", "linkedin.last")
	linkedinURL       = lang.Words("exports", "linkedin.url")
	linkedinMail      = lang.Words("exports", "linkedin.mail")
	linkedinCompany   = lang.Words("exports", "linkedin.company")
	linkedinPosition  = lang.Words("exports", "linkedin.position")
	linkedinConnected = lang.Words("exports", "linkedin.connected")
)

// linkedinNobody is how the archive calls who has left.
var linkedinNobody = read.WordSet("linkedin.nobody")

// linkedinTable tells a table of the archive by its columns, "" when it is none.
func linkedinTable(keys []string, name string) string {
	any := func(list []string) bool {
		return slices.ContainsFunc(list, func(key string) bool { return slices.Contains(keys, key) })
	}
	switch {
	case any(linkedinConnected) && any(linkedinFirst) && any(linkedinLast):
		return linkedinConnections
	case table.HasKeys(keys, "conversation id", "from", "to", "date"):
		return linkedinMessages
	case table.HasKeys(keys, "from", "to", "sent at", "direction"):
		return linkedinInvitations
	case table.HasKeys(keys, "endorsement date", "skill name"):
		return linkedinEndorsements
	case table.HasKeys(keys, "first name", "last name", "text", "creation date", "status"):
		return linkedinRecommendations
	case table.HasKeys(keys, "first name", "last name", "headline", "geo location"),
		table.HasKeys(keys, "first name", "last name", "maiden name", "headline"):
		return linkedinProfile
	case table.HasKeys(keys, "email address", "confirmed", "primary"):
		return linkedinMails
	case table.HasKeys(keys, "company name", "title", "started on", "finished on"):
		return linkedinPositions
	case table.HasKeys(keys, "school name", "start date", "degree name"):
		return linkedinEducation
	case table.HasKeys(keys, "event name", "event time"):
		return linkedinEvents
	case table.HasKeys(keys, "number", "extension", "type") && len(keys) <= 4:
		return linkedinPhones
	case len(keys) == 1 && keys[0] == "name" && strings.HasPrefix(table.HeaderKey(name), "skills"):
		return linkedinSkills
	}
	return ""
}

// linkedinTableOf finds the table in its first rows, and the row of its header.
func linkedinTableOf(rows [][]string, name string) (sheet string, header int) {
	for i, row := range rows {
		if table := linkedinTable(table.HeaderKeys(row), name); table != "" {
			return table, i
		}
	}
	// Connections in a language that is not known: seven columns of which the third is a profile.
	for i, row := range rows {
		if i > 0 && len(row) == 7 && len(rows[i-1]) == 7 && linkedinSlug(row[2]) != "" &&
			linkedinSlug(rows[i-1][2]) == "" {
			return linkedinConnections, i - 1
		}
	}
	return "", 0
}

// linkedinSlug returns the profile's address in the one form in which addresses are compared, "" for anything else.
func linkedinSlug(s string) string {
	if !strings.Contains(strings.ToLower(s), "linkedin.") {
		return ""
	}
	link, ok := addresses.Link(s)
	if !ok || !strings.HasPrefix(link, "https://www.linkedin.com/in/") {
		return ""
	}
	return link
}

// values gives the cells of one record by the names of their columns, as table.HeaderKey writes them. A record is a row
// of a table, or an object of LinkedIn's interface for members, which has the same names.
type values interface {
	get(keys ...string) string   // the first that has something, in one line
	whole(keys ...string) string // with its lines
}

// rowValues are the values of a row of a table.
type rowValues struct {
	table *table.Table
	row   *table.Row
}

func (v rowValues) get(keys ...string) string   { return v.table.Get(v.row, keys...) }
func (v rowValues) whole(keys ...string) string { return v.table.Whole(v.row, keys...) }

// linkedinReader turns records into what Gave keeps. It knows the owner and the profiles of the connections by name,
// because some tables name people without their address.
type linkedinReader struct {
	src    *read.Source
	out    *read.Emitter
	owner  read.Party
	byName map[string]string // folded name -> profile; "" where two people have the name
	self   read.Contact      // what the archive says of its owner
	given  bool              // the table holds what the owner gave, not what was received
	// sender says that the messages tell the sender's profile, so that a sender without one is no member.
	sender bool
}

// maxByName bounds the memory for the names of connections; LinkedIn allows 30,000.
const maxByName = 100_000

func (r *linkedinReader) learn(name, link string) {
	key := text.Fold(name)
	if key == "" || link == "" {
		return
	}
	if known, ok := r.byName[key]; ok && known != link {
		link = ""
	} else if !ok && len(r.byName) >= maxByName {
		return
	}
	r.byName[key] = link
}

// party makes a party of a name and a profile, either of which may be missing.
func (r *linkedinReader) party(name, link string) read.Party {
	slug := linkedinSlug(link)
	name = read.CleanText(name, 200)
	if linkedinNobody[name] {
		name = ""
	}
	if slug == "" && name != "" {
		slug = r.byName[text.Fold(name)]
	}
	p := read.Party{Name: name, Link: slug}
	p.Self = r.owner.Link != "" && slug == r.owner.Link ||
		r.owner.Name != "" && slug == "" && text.Fold(name) == text.Fold(r.owner.Name)
	if p.Self && p.Link == "" {
		p.Link = r.owner.Link
	}
	return p
}

// take turns one record into what it says.
func (r *linkedinReader) take(table string, v values) error {
	switch table {
	case linkedinConnections:
		return r.connection(v)
	case linkedinMessages:
		return r.message(v)
	case linkedinInvitations:
		return r.invitation(v)
	case linkedinRecommendations:
		return r.recommendation(v)
	case linkedinEndorsements:
		return r.endorsement(v)
	case linkedinEvents:
		return r.event(v)
	}
	r.ofOwner(table, v)
	return nil
}

func (r *linkedinReader) connection(v values) error {
	given, family := v.get(linkedinFirst...), v.get(linkedinLast...)
	slug, address := linkedinSlug(v.get(linkedinURL...)), read.CleanAddress(v.get(linkedinMail...))
	if given == "" && family == "" && slug == "" && address == "" {
		// LinkedIn leaves a row without a name for each member who left.
		r.out.Skip("member who left")
		return nil
	}
	c := read.Contact{Name: read.Name{Given: given, Family: family}}
	c.Addresses = read.AppendNew(c.Addresses, address)
	c.Links = read.AppendNew(c.Links, slug)
	if p := (read.Position{
		Organisation: v.get(linkedinCompany...),
		Title:        v.get(linkedinPosition...),
	}); p != (read.Position{}) {
		c.Organisations = append(c.Organisations, p)
	}
	name := strings.TrimSpace(given + " " + family)
	r.learn(name, slug)
	if err := r.out.Contact(c); err != nil {
		return err
	}
	other := read.Party{Name: name, Address: address, Link: slug, Role: read.To}
	when, _ := read.ParseStamp(v.get(linkedinConnected...), time.UTC, true)
	return r.out.Statement(read.Statement{
		Layer: "connected", To: other, Weight: 1, Sign: 1, Undirected: true, Time: when, Source: "linkedin",
		External: read.StableID("connection", read.PartyKey(other)),
	})
}

func (r *linkedinReader) message(v values) error {
	switch folder := strings.ToUpper(v.get("folder")); {
	case strings.Contains(folder, "SPAM"):
		r.out.Skip("spam")
		return nil
	case read.IsYes(v.get("is message draft")):
		r.out.Skip("draft")
		return nil
	}
	stamp := v.get("date")
	when, ok := read.ParseStamp(stamp, r.src.Location(), true)
	if !ok {
		return r.out.Reject(read.Because("the date %s cannot be read", read.Quote(stamp)))
	}
	sender := r.party(v.get("from"), v.get("sender profile url"))
	if sender.Link == "" && r.sender && !sender.Self {
		r.out.Skip("advertisement or member who left")
		return nil
	}
	i := read.Interaction{
		Medium: read.Message, Time: when, Title: subjectText(v.get("subject")), Source: "linkedin",
		External: read.StableID("message", v.get("conversation id"), read.PartyKey(sender), when.Format(time.RFC3339)),
	}
	sender.Role = read.From
	i.Parties = append(i.Parties, sender)
	for _, p := range r.recipients(v.get("to"), v.get("recipient profile urls")) {
		p.Role = read.To
		if p.Name != "" || p.Link != "" {
			i.Parties = append(i.Parties, p)
		}
	}
	return r.out.Interaction(i)
}

// subjectText takes marks out of a subject.
func subjectText(s string) string {
	if strings.ContainsAny(s, "<>") {
		var out strings.Builder
		depth := 0
		for _, c := range s {
			switch {
			case c == '<':
				depth++
			case c == '>' && depth > 0:
				depth--
			case depth == 0:
				out.WriteRune(c)
			}
		}
		s = out.String()
	}
	return read.CleanText(s, 200)
}

// recipients pairs the names and the profiles of the recipients. Both stand in one cell, parted by commas; a name may
// hold a comma itself ("Jan Smit, MBA"), and then stands in quotes or not.
func (r *linkedinReader) recipients(names, links string) []read.Party {
	var slugs []string
	for link := range strings.FieldsFuncSeq(links, func(c rune) bool { return c == ',' || c == ';' || c == ' ' }) {
		slugs = append(slugs, link)
	}
	pieces := splitNames(names)
	if len(slugs) <= 1 && len(pieces) > 1 && (len(slugs) == 1 || suffixOnly(pieces[1:])) {
		pieces = []string{names}
	}
	for len(slugs) > 1 && len(pieces) > len(slugs) {
		at := slices.IndexFunc(pieces[1:], func(piece string) bool { return suffixOnly([]string{piece}) })
		if at < 0 {
			break
		}
		pieces[at] += ", " + pieces[at+1]
		pieces = slices.Delete(pieces, at+1, at+2)
	}
	var parties []read.Party
	switch {
	case len(pieces) == len(slugs) || len(slugs) == 0:
		for i, name := range pieces {
			link := ""
			if i < len(slugs) {
				link = slugs[i]
			}
			parties = append(parties, r.party(name, link))
		}
	default:
		// Which name belongs to which profile cannot be told.
		for _, link := range slugs {
			parties = append(parties, r.party("", link))
		}
	}
	return parties
}

// splitNames splits names at commas outside quotes.
func splitNames(s string) []string {
	var out []string
	begin, quoted := 0, false
	add := func(part string) {
		if part = strings.Trim(strings.TrimSpace(part), `"`); part != "" && len(out) < read.MaxMany {
			out = append(out, part)
		}
	}
	for i := range len(s) {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ',' && !quoted:
			add(s[begin:i])
			begin = i + 1
		}
	}
	add(s[begin:])
	return out
}

// suffixOnly says that the parts are titles that stand behind a name.
func suffixOnly(parts []string) bool {
	for _, part := range parts {
		if n := names.Parse("Jan Jansen, " + part); n.Suffix == "" || n.Given != "Jan" || n.Family != "Jansen" {
			return false
		}
	}
	return len(parts) > 0
}

func (r *linkedinReader) invitation(v values) error {
	from, to := r.party(v.get("from"), v.get("inviterprofileurl", "inviter profile url")),
		r.party(v.get("to"), v.get("inviteeprofileurl", "invitee profile url"))
	switch strings.ToUpper(v.get("direction")) {
	case "OUTGOING":
		from.Self = true
	case "INCOMING":
		to.Self = true
	}
	if read.PartyKey(from) == "" && !from.Self || read.PartyKey(to) == "" && !to.Self {
		r.out.Skip("member who left")
		return nil
	}
	when, _ := read.ParseStamp(v.get("sent at"), r.src.Location(), true)
	external := read.StableID("invitation", read.PartyKey(from), read.PartyKey(to))
	return r.out.Statement(read.Statement{
		Layer: "invited", From: ownerAsNone(from), To: ownerAsNone(to), Weight: 1, Sign: 1, Time: when,
		Source: "linkedin", External: external,
	})
}

// ownerAsNone returns the party without anything when it is the owner: statements and praise mean the importing member
// then.
func ownerAsNone(p read.Party) read.Party {
	if p.Self {
		return read.Party{}
	}
	return p
}

func (r *linkedinReader) recommendation(v values) error {
	name := strings.TrimSpace(v.get("first name") + " " + v.get("last name"))
	body := v.whole("text")
	if name == "" || body == "" {
		r.out.Skip("recommendation without a name or text")
		return nil
	}
	other := r.party(name, "")
	stamp := v.get("creation date")
	when, _ := read.ParseStamp(stamp, r.src.Location(), true)
	p := read.Praise{
		Kind: "recommendation", Text: body, Time: when, Hidden: !strings.EqualFold(v.get("status"), "VISIBLE"),
		Source: "linkedin",
		Title:  strings.Join(read.NonEmpty([]string{v.get("job title"), v.get("company")}), ", "),
	}
	return r.out.Praise(r.between(p, other, stamp))
}

func (r *linkedinReader) endorsement(v values) error {
	given := r.given
	name := strings.TrimSpace(v.get("endorser first name") + " " + v.get("endorser last name"))
	link := v.get("endorser public url")
	if name == "" && link == "" {
		name = strings.TrimSpace(v.get("endorsee first name") + " " + v.get("endorsee last name"))
		link = v.get("endorsee public url")
		given = true
	}
	other, skill := r.party(name, link), v.get("skill name")
	if read.PartyKey(other) == "" || skill == "" {
		r.out.Skip("endorsement without a name or skill")
		return nil
	}
	when, _ := read.ParseStamp(v.get("endorsement date"), r.src.Location(), true)
	p := read.Praise{
		Kind: "endorsement", Text: skill, Time: when,
		Hidden: strings.EqualFold(v.get("endorsement status"), "REJECTED"), Source: "linkedin",
	}
	before := r.given
	r.given = given
	p = r.between(p, other, skill)
	r.given = before
	return r.out.Praise(p)
}

// between says who praises whom, and makes the id.
func (r *linkedinReader) between(p read.Praise, other read.Party, detail string) read.Praise {
	other.Role = read.From
	direction := "received"
	if r.given {
		direction = "given"
		p.Subject = other
	} else {
		p.Author = other
	}
	p.External = read.StableID(p.Kind, direction, read.PartyKey(other), detail)
	return p
}

func (r *linkedinReader) event(v values) error {
	stamp := v.get("event time")
	when, ok := read.ParseStamp(stamp, r.src.Location(), true)
	if !ok {
		// "2024-03-05 18:00:00 UTC - 2024-03-05 20:00:00 UTC"
		first, _, _ := strings.Cut(stamp, " - ")
		when, ok = read.ParseStamp(first, r.src.Location(), true)
	}
	name := v.get("event name")
	if !ok || name == "" {
		return r.out.Reject(read.Because("the time %s of the event cannot be read", read.Quote(stamp)))
	}
	if status := strings.ToUpper(v.get("status")); strings.Contains(status, "DECLINED") ||
		strings.Contains(status, "WITHDRAWN") {
		r.out.Skip("event that was not attended")
		return nil
	}
	medium := read.FaceToFace
	if v.get("external url") != "" {
		medium = read.Video
	}
	me := r.owner
	me.Self, me.Role = true, read.To
	return r.out.Interaction(read.Interaction{
		Medium: medium, Time: when, Title: read.CleanText(name, 200), Parties: []read.Party{me}, Source: "linkedin",
		External: read.StableID("event", name, when.Format(time.RFC3339)),
	})
}

// ofOwner collects what the archive says of its owner.
func (r *linkedinReader) ofOwner(table string, v values) {
	c := &r.self
	switch table {
	case linkedinProfile:
		c.Name = read.Name{Given: v.get("first name"), Family: v.get("last name")}
		c.Place = v.get("geo location", "address")
		for _, site := range strings.FieldsFunc(v.get("websites"), func(c rune) bool {
			return c == '[' || c == ']' || c == ','
		}) {
			// [PORTFOLIO:https://…]
			if i := strings.Index(site, "http"); i >= 0 {
				c.Links = read.AppendNew(c.Links, site[i:])
			}
		}
		read.AddNote(c, "", v.get("headline"))
		read.AddNote(c, "", v.whole("summary"))
		if when, ok := read.ParseStamp(v.get("birth date"), time.UTC, true); ok {
			c.Dates = append(c.Dates, read.Date{
				Kind: "birthday", Year: when.Year(), Month: when.Month(),
				Day: when.Day(),
			})
		}
	case linkedinMails:
		if confirmed := v.get("confirmed"); confirmed == "" || read.IsYes(confirmed) {
			c.Addresses = read.AppendNew(c.Addresses, read.CleanAddress(v.get("email address")))
		}
	case linkedinPhones:
		c.Phones = read.AppendNew(c.Phones, v.get("number"))
	case linkedinSkills:
		c.Tags = read.AppendNew(c.Tags, v.get("name"))
	case linkedinPositions:
		if len(c.Organisations) < read.MaxMany {
			c.Organisations = append(c.Organisations, read.Position{
				Organisation: v.get("company name"), Title: v.get("title"), From: read.PartialDate(v.get("started on")),
				Until: read.PartialDate(v.get("finished on")),
			})
		}
	case linkedinEducation:
		if len(c.Organisations) < read.MaxMany {
			until := read.PartialDate(v.get("end date"))
			read.Fill(&until, read.PartialDate(v.get("start date"))) // a school is never the present employer
			c.Organisations = append(c.Organisations, read.Position{
				Organisation: v.get("school name"), Title: v.get("degree name"),
				From: read.PartialDate(v.get("start date")), Until: until,
			})
		}
	}
}

// emitOwner emits the owner when the archive says anything.
func (r *linkedinReader) emitOwner() error {
	c := r.self
	c.Self = true
	c.Links = read.AppendNew(c.Links, r.owner.Link)
	if c.Name == (read.Name{}) {
		c.Name.Full = r.owner.Name
	}
	if c.Name == (read.Name{}) && len(c.Addresses)+len(c.Links)+len(c.Organisations)+len(c.Tags)+len(c.Phones) == 0 {
		return nil
	}
	return r.out.Contact(c)
}

func readLinkedInTable(ctx context.Context, src *read.Source, sink read.Sink) error {
	r := &linkedinReader{src: src, out: &read.Emitter{Source: src, Sink: sink}, byName: map[string]string{}}
	stream := bufio.NewReader(read.PlainText(src.Reader))
	src.Reader = stream
	if isJSON(stream) {
		return r.readSnapshot(ctx, src)
	}
	ofOwner, err := r.table(ctx, src, path.Base(src.Path))
	if err == nil && ofOwner {
		err = r.emitOwner()
	}
	return err
}

// table reads one table of the archive. ofOwner says that it told of the owner.
func (r *linkedinReader) table(ctx context.Context, src *read.Source, name string) (ofOwner bool, err error) {
	t := &table.Table{Reader: table.NewReader(src.Reader, src.Size)}
	rows := t.Sample()
	sheet, header := linkedinTableOf(rows[:min(len(rows), table.MaxHeaderRow)], name)
	if sheet == "" {
		return false, fault.New(fault.Invalid, "%s is no table of a LinkedIn archive.", src.Path)
	}
	for range header + 1 {
		t.Next()
	}
	t.SetHeader(rows[header])
	if sheet == linkedinConnections && linkedinTable(t.Keys, name) == "" {
		t.SetHeader([]string{"first name", "last name", "url", "email address", "company", "position", "connected on"})
	}
	r.given = strings.Contains(table.HeaderKey(name), "given")
	r.sender = false
	if _, ok := t.Column["sender profile url"]; ok && r.owner.Link != "" {
		r.sender = true
	}
	err = t.EachRow(ctx, r.out, func(row *table.Row) error { return r.take(sheet, rowValues{t, row}) })
	switch sheet {
	case linkedinProfile, linkedinMails, linkedinPhones, linkedinSkills, linkedinPositions, linkedinEducation:
		return true, err
	}
	return false, err
}
