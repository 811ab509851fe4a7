package contacts

import (
	"bytes"
	"context"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/table"
)

// LDIF reads directories and address books in the LDAP Data Interchange Format (RFC 2849), as Thunderbird, Evolution,
// Exchange and directories write it: entries, and changes that add one. A change to an entry that stands elsewhere, or
// that takes one away, says nobody's work whole and is counted alone.
var LDIF = read.Format{
	Name: "ldif", Title: "directory (LDIF)",
	How:         "In the address book of Thunderbird or Evolution choose Export, LDIF; a directory writes it too.",
	AddressBook: true,
	FromStart:   true, Detect: detectLDIF, Read: readLDIF,
}

func detectLDIF(head []byte, _ string) int {
	start := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	for line := range bytes.Lines(start) {
		text := strings.ToLower(strings.TrimSpace(string(line)))
		switch {
		case text == "" || text[0] == '#' || strings.HasPrefix(text, "version:"):
		case line[0] == ' ' || line[0] == '\t': // a comment goes on
		case strings.HasPrefix(text, "dn:"):
			if bytes.Contains(bytes.ToLower(head), []byte("objectclass:")) || bytes.Contains(bytes.ToLower(head),
				[]byte("\nmail:")) || bytes.Contains(bytes.ToLower(head), []byte("\ncn:")) {
				return 95
			}
			return 60
		default:
			return 0
		}
	}
	return 0
}

// ldifFields are what the attributes of people mean, in the words of table.Fields; "!" is left out.
var ldifFields = map[string]string{
	"cn": "name", "displayname": "name", "givenname": "given", "sn": "family", "surname": "family",
	"initials": "", "mail": "email", "rfc822mailbox": "email",
	"mozillasecondemail": "email", "secondemail": "email", "proxyaddresses": "proxy",
	"mozillanickname": "nickname", "nickname": "nickname",
	"xmozillanickname": "nickname", "telephonenumber": "phone", "mobile": "phone", "cellphone": "phone",
	"homephone": "phone", "othertelephone": "phone",
	"othermobile": "phone", "otherhomephone": "phone", "ipphone": "phone", "o": "organisation",
	"company": "organisation", "organizationname": "organisation",
	"ou": "department", "department": "department", "departmentnumber": "department", "title": "title",
	"personaltitle": "prefix", "l": "place",
	"mozillahomelocalityname": "homeplace", "st": "region", "c": "country", "co": "country",
	"countryname": "country", "labeleduri": "link", "url": "link",
	"wwwhomepage": "link", "mozillaworkurl": "link", "mozillahomeurl": "link", "workurl": "link",
	"homeurl": "link", "description": "note", "info": "note",
	"comment": "note", "manager": "manager", "secretary": "assistant", "assistant": "assistant",
	"spousename": "spouse", "birthdate": "birthday",
	"dateofbirth": "birthday", "birthday": "birthday", "anniversary": "anniversary", "category": "tag",
	"categories": "tag", "uid": "", "memberof": "group",
	"birthyear": "year", "birthmonth": "month", "member": "member", "uniquemember": "member",
	"jpegphoto": "photo", "thumbnailphoto": "photo", "photo": "photo",
	"usercertificate": "!", "usersmimecertificate": "!", "userpassword": "!", "objectclass": "class",
	"modifytimestamp": "changed", "whenchanged": "changed", "dn": "dn",
	"useraccountcontrol": "control", "nsaccountlock": "locked", "logindisabled": "locked",
	"objectguid": "!", "objectsid": "!", "changetype": "change", "version": "!",
}

// ldifReader reads one record after the other.
type ldifReader struct {
	out    *read.Emitter
	groups memberships
}

// ldifLine is one attribute of a record.
type ldifLine struct {
	name, value string
	line        int64
}

func readLDIF(ctx context.Context, src *read.Source, sink read.Sink) error {
	l := &ldifReader{out: &read.Emitter{Source: src, Sink: sink}}
	scan := read.NewLines(&read.Source{Reader: read.PlainText(src.Reader), Size: src.Size})
	var record []ldifLine
	var begins, offset int64
	aside := false // the line before was a comment, and may go on
	flush := func() error {
		if len(record) == 0 {
			return nil
		}
		l.out.Place(begins, offset)
		err := l.record(record)
		record = record[:0]
		return err
	}
	for count := 0; ; count++ {
		if count%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		number, at := scan.Line, scan.Offset
		raw, _, ok := scan.Next()
		if !ok {
			break
		}
		line := read.UTF8Text(raw)
		if aside && strings.HasPrefix(line, " ") {
			continue
		}
		aside = strings.HasPrefix(line, "#")
		switch {
		case strings.TrimSpace(line) == "" || line == "-":
			if line != "-" {
				if err := flush(); err != nil {
					return err
				}
			}
		case line[0] == ' ' && len(record) > 0:
			if last := &record[len(record)-1]; len(last.value) < read.MaxContentLine {
				last.value += line[1:]
			}
		case line[0] == '#':
		default:
			name, value, found := strings.Cut(line, ":")
			if !found {
				l.out.Place(number, at)
				if err := l.out.Reject(
					"this line is no attribute: it should be a name, a colon and a value"); err != nil {
					return err
				}
				continue
			}
			if len(record) == 0 {
				begins, offset = number, at
			}
			name, _, _ = strings.Cut(name, ";") // options such as lang-nl
			record = append(record, ldifLine{strings.ToLower(strings.TrimSpace(name)), value, number})
		}
	}
	if err := flush(); err != nil {
		return err
	}
	if scan.Err != nil {
		return scan.Err
	}
	l.out.File = ""
	return l.groups.emit(sink)
}

// text is the value of a line: plain, or in base64 after a second colon. A value that lies in a file is not read. ok is
// false for base64 that is damaged.
func (l ldifLine) text() (text string, ok bool) {
	switch {
	case strings.HasPrefix(l.value, ":"):
		decoded, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(l.value[1:]), ""))
		if err != nil {
			return "", false
		}
		return strings.TrimSpace(read.UTF8Text(decoded)), true
	case strings.HasPrefix(l.value, "<"):
		return "", true
	}
	return strings.TrimSpace(l.value), true
}

// photo takes a photo that the line holds, if the contact has none, and says what is wrong with it.
func (l ldifLine) photo(c *read.Contact) string {
	value, encoded := strings.CutPrefix(l.value, ":")
	if !encoded || c.Face.Image != nil {
		return ""
	}
	image, err := read.Base64(value)
	switch {
	case len(value) >= read.MaxContentLine:
		return tooLarge
	case err != nil:
		return unreadable
	}
	c.Face = read.Face{Image: image, At: read.At{Line: l.line}}
	return ""
}

// ldifHandle is the identity of a record by its name in the directory. Two ways to write one name are one: case, spaces
// around its parts, and signs that are escaped by themselves or by their number (RFC 4514).
func ldifHandle(dn string) string {
	if dn == "" {
		return ""
	}
	parts := partsOfDN(dn)
	for i, part := range parts {
		if key, value, ok := strings.Cut(part, "="); ok {
			part = strings.TrimSpace(key) + "=" + strings.TrimSpace(value)
		}
		part = strings.ToLower(strings.Join(strings.Fields(part), " "))
		parts[i] = strings.ReplaceAll(strings.ReplaceAll(part, ", ", ","), ",", `\,`)
	}
	return "ldif:" + read.Cut(strings.Join(parts, ","), 400)
}

// partsOfDN takes a name in a directory apart at its commas, and gives each part as it reads without escapes. A comma
// that is escaped, or stands between quotation marks as in old directories, is part of a name.
func partsOfDN(dn string) []string {
	var parts []string
	var part []byte
	quoted := false
	for i := 0; i < len(dn); i++ {
		switch c := dn[i]; {
		case c == '\\' && i+2 < len(dn) && isHex(dn[i+1]) && isHex(dn[i+2]):
			n, _ := strconv.ParseUint(dn[i+1:i+3], 16, 8)
			part = append(part, byte(n))
			i += 2
		case c == '\\' && i+1 < len(dn):
			part = append(part, dn[i+1])
			i++
		case c == '"':
			quoted = !quoted
		case (c == ',' || c == ';') && !quoted:
			parts = append(parts, strings.TrimSpace(read.UTF8Text(part)))
			part = nil
		default:
			part = append(part, c)
		}
	}
	return append(parts, strings.TrimSpace(read.UTF8Text(part)))
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }

// nameInDN is what the first part of a name in a directory calls somebody: cn=Anna Bos,ou=People.
func nameInDN(dn string) string {
	if key, value, ok := strings.Cut(partsOfDN(dn)[0], "="); ok && strings.EqualFold(strings.TrimSpace(key), "cn") {
		return read.CleanText(value, 200)
	}
	return ""
}

// ldapMoment reads the moment at which a directory says that it changed a record: 20240131120000Z, with or without a
// fraction (RFC 4517, 3.3.13). ok is false for anything else.
func ldapMoment(s string) (time.Time, bool) {
	if len(s) < 14 {
		return time.Time{}, false
	}
	t, err := time.Parse("20060102150405", s[:14])
	return t, err == nil
}

// adDisabled is the bit of userAccountControl that says that an account is closed.
const adDisabled = 2

// record makes a contact, a group or a company of one record.
func (l *ldifReader) record(lines []ldifLine) error {
	var c read.Contact
	var p read.Position
	var members []read.Party
	var classes, faults []string
	full, place, home, region, country := "", "", "", "", ""
	day := [3]string{}
	keep := func(line ldifLine, text string) {
		c.Unknown = append(c.Unknown, line.name+": "+read.Cut(read.CleanText(text, read.MaxText), read.MaxText))
	}
	one := func(field *string, line ldifLine, text string) {
		if *field == "" {
			*field = read.CleanText(text, read.MaxText)
		} else if *field != text {
			keep(line, text)
		}
	}
	for _, line := range lines {
		text, ok := line.text()
		switch field := ldifFields[line.name]; {
		case ok || field == "!":
		case field == "photo":
			c.Photo = true
			faults = append(faults, unreadable)
		default:
			faults = append(faults, read.Because("what stands at %s is in damaged base64", line.name))
		}
		if text == "" {
			continue
		}
		field, known := ldifFields[line.name]
		if line.name == "birthday" && len(text) <= 2 {
			field = "day"
		}
		switch {
		case !known || field == "":
			keep(line, text)
			continue
		case field == "dn":
			c.Handle = ldifHandle(text)
		case field == "change":
			if !strings.EqualFold(text, "add") {
				l.out.Skip("change to a directory")
				return nil
			}
		case field == "changed":
			if at, ok := ldapMoment(text); ok && at.After(c.Changed) {
				c.Changed = at
			}
		case field == "control":
			flags, _ := strconv.ParseInt(text, 10, 64)
			c.Gone = c.Gone || flags&adDisabled != 0
		case field == "locked":
			c.Gone = c.Gone || strings.EqualFold(text, "true")
		case field == "class":
			classes = append(classes, strings.ToLower(text))
		case field == "name":
			if full == "" {
				full = read.CleanText(text, 200)
			} else if !read.SameWords(full, text) {
				c.AlsoNamed(read.CleanText(text, 200))
			}
		case field == "given":
			one(&c.Name.Given, line, text)
		case field == "family":
			one(&c.Name.Family, line, text)
		case field == "prefix":
			one(&c.Name.Prefix, line, text)
		case field == "nickname":
			c.AlsoNamed(read.CleanText(text, 200))
		case field == "email":
			read.AddAddresses(&c, text)
		case field == "proxy":
			if address, ok := strings.CutPrefix(strings.ToLower(text), "smtp:"); ok {
				read.AddAddresses(&c, address)
			} else {
				keep(line, text)
			}
		case field == "phone":
			read.AddPhones(&c, read.CleanText(text, read.MaxText))
		case field == "link":
			link, _, _ := strings.Cut(text, " ") // a label may follow
			read.AddLinks(&c, link)
		case field == "organisation":
			one(&p.Organisation, line, text)
		case field == "department":
			one(&p.Department, line, text)
		case field == "title":
			one(&p.Title, line, text)
		case field == "place":
			one(&place, line, text)
		case field == "homeplace":
			one(&home, line, text)
		case field == "region":
			one(&region, line, text)
		case field == "country":
			one(&country, line, text)
		case field == "note":
			read.AddNote(&c, "", read.WholeText(text))
		case field == "tag":
			read.AddTags(&c, text)
		case field == "group":
			if name := nameInDN(text); name != "" {
				c.Tags = read.AppendNew(c.Tags, read.Cut(name, 100))
			}
		case field == "manager", field == "assistant", field == "spouse":
			l.related(&c, field, text)
		case field == "birthday", field == "anniversary":
			if d, ok := table.ParseTableDay(strings.TrimSuffix(read.Cut(text, 40), "000000Z"), true); ok {
				d.Kind = field
				c.Dates = append(c.Dates, d)
			} else if !read.IsNoDate(text) {
				faults = append(faults, read.DateFault(text))
				keep(line, text)
			}
		case field == "year":
			day[0] = text
		case field == "month":
			day[1] = text
		case field == "day":
			day[2] = text
		case field == "member":
			members = append(members, read.Party{Name: nameInDN(text), Handle: ldifHandle(text), Role: read.Mentioned})
		case field == "photo":
			c.Photo = true
			if reason := line.photo(&c); reason != "" {
				faults = append(faults, reason)
			}
		}
	}
	if day[1] != "" && day[2] != "" {
		if d, ok := threeCells(day); ok {
			c.Dates = append(c.Dates, d)
		} else {
			faults = append(faults, read.DateFault(strings.Join(day[:], "-")))
		}
	}
	is := func(names ...string) bool {
		return slices.ContainsFunc(classes, func(class string) bool { return slices.Contains(names, class) })
	}
	if is("groupofnames", "groupofuniquenames", "group", "posixgroup", "mailgroup") || len(members) > 0 {
		name := full
		read.Fill(&name, c.Display())
		l.groups.add(membership{at: l.out.At, key: c.Handle, name: name, members: members})
		return nil
	}
	if is("organizationalunit", "dcobject", "domain", "container", "computer") && len(c.Addresses)+len(c.Phones) == 0 &&
		!is("person", "inetorgperson") {
		l.out.Skip("part of a directory")
		return nil
	}
	c.Company = is("organization") && !is("person", "inetorgperson", "organizationalperson")
	if c.Company && full == "" {
		full = p.Organisation
	}
	parts := c.Name
	c.Name = wholeName(parts, full)
	if full != "" && !read.SameWords(full, c.Display()) && !c.Company && read.CleanAddress(full) == "" {
		c.AlsoNamed(full)
	}
	if p != (read.Position{}) {
		c.Organisations = append(c.Organisations, p)
	}
	for _, one := range []string{table.PlaceIn(place), table.PlaceIn(home), region, country} {
		read.Fill(&c.Place, one)
	}
	c.Leave()
	if home != "" && c.Place != home {
		c.Unknown = append(c.Unknown, "home: "+home)
	}
	if len(l.groups.list) > 0 {
		l.out.At.Next = 0 // a group waits for its members to the end
	}
	return l.out.Person(c, faults)
}

// threeCells reads a day of which the parts stand apart; the year may be missing.
func threeCells(day [3]string) (read.Date, bool) {
	month, _ := strconv.Atoi(day[1])
	n, _ := strconv.Atoi(day[2])
	text := "--" + read.TwoDigits(month) + read.TwoDigits(n)
	if year, _ := strconv.Atoi(day[0]); year > 0 {
		text = strconv.Itoa(year) + "-" + strconv.Itoa(month) + "-" + strconv.Itoa(n)
	}
	d, ok := read.ParseDay(text, "")
	d.Kind = "birthday"
	return d, ok
}

// related adds a tie to whom an attribute names, by a name in the directory or a plain one.
func (l *ldifReader) related(c *read.Contact, kind, text string) {
	if strings.Contains(text, "=") {
		read.AddRelated(c, kind, read.Party{Name: nameInDN(text), Handle: ldifHandle(text)})
		return
	}
	for _, name := range eachName(read.CleanText(text, 200)) {
		read.AddRelated(c, kind, read.Party{Name: name})
	}
}
