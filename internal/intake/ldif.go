package intake

import (
	"bytes"
	"context"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// LDIF reads directories and address books in the LDAP Data Interchange Format (RFC 2849), as Thunderbird, Evolution,
// Exchange and
// directories write it.
var LDIF = Format{
	Name: "ldif", Title: "directory (LDIF)", FromStart: true, Detect: detectLDIF, Read: readLDIF,
}

func detectLDIF(head []byte, _ string) int {
	start := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	for line := range bytes.Lines(start) {
		text := strings.ToLower(strings.TrimSpace(string(line)))
		switch {
		case text == "" || text[0] == '#' || strings.HasPrefix(text, "version:"):
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

// ldifFields are what the attributes of people mean, in the words of CSVFields; "!" is left out.
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
	"modifytimestamp": "!", "dn": "dn",
	"objectguid": "!", "objectsid": "!", "changetype": "!", "version": "!",
}

// ldifReader reads one record after the other.
type ldifReader struct {
	out    *rowSink
	groups memberships
}

// ldifLine is one attribute of a record.
type ldifLine struct {
	name, value string
	line        int64
}

func readLDIF(ctx context.Context, src *Source, sink Sink) error {
	l := &ldifReader{out: &rowSink{src: src, sink: sink}}
	scan := newLineScanner(&Source{Reader: plainText(src.Reader), Size: src.Size})
	var record []ldifLine
	var begins, offset int64
	flush := func() error {
		if len(record) == 0 {
			return nil
		}
		l.out.place(begins, offset)
		err := l.record(record)
		record = record[:0]
		return err
	}
	for count := 0; ; count++ {
		if count%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		number, at := scan.line, scan.offset
		raw, _, ok := scan.next()
		if !ok {
			break
		}
		line := utf8Text(raw)
		switch {
		case strings.TrimSpace(line) == "" || line == "-":
			if line != "-" {
				if err := flush(); err != nil {
					return err
				}
			}
		case line[0] == ' ' && len(record) > 0:
			if last := &record[len(record)-1]; len(last.value) < maxContentLine {
				last.value += line[1:]
			}
		case line[0] == '#':
		default:
			name, value, found := strings.Cut(line, ":")
			if !found {
				l.out.place(number, at)
				if err := l.out.reject(
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
	if scan.err != nil {
		return scan.err
	}
	l.out.file = ""
	return l.groups.emit(sink)
}

// text is the value of a line: plain, or in base64 after a second colon. A value that lies in a file is not read.
func (l ldifLine) text() string {
	switch {
	case strings.HasPrefix(l.value, ":"):
		decoded, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(l.value[1:]), ""))
		if err != nil {
			return strings.TrimSpace(l.value[1:])
		}
		return strings.TrimSpace(utf8Text(decoded))
	case strings.HasPrefix(l.value, "<"):
		return ""
	}
	return strings.TrimSpace(l.value)
}

// ldifHandle is the identity of a record by its name in the directory.
func ldifHandle(dn string) string {
	if dn == "" {
		return ""
	}
	var parts []string
	for part := range strings.SplitSeq(strings.ToLower(dn), ",") {
		parts = append(parts, strings.TrimSpace(part))
	}
	return "ldif:" + cut(strings.Join(parts, ","), 400)
}

// nameInDN is what the first part of a name in a directory calls somebody: cn=Anna Bos,ou=People.
func nameInDN(dn string) string {
	first, _, _ := strings.Cut(dn, ",")
	if key, value, ok := strings.Cut(first, "="); ok && strings.EqualFold(strings.TrimSpace(key), "cn") {
		return cleanText(value, 200)
	}
	return ""
}

// record makes a contact, a group or a company of one record.
func (l *ldifReader) record(lines []ldifLine) error {
	var c Contact
	var p Position
	var members []Party
	var classes, faults []string
	full, place, home, region, country := "", "", "", "", ""
	day := [3]string{}
	keep := func(line ldifLine, text string) {
		c.Unknown = append(c.Unknown, line.name+": "+cut(cleanText(text, maxText), maxText))
	}
	one := func(field *string, line ldifLine, text string) {
		if *field == "" {
			*field = cleanText(text, maxText)
		} else if *field != text {
			keep(line, text)
		}
	}
	for _, line := range lines {
		text := line.text()
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
		case field == "class":
			classes = append(classes, strings.ToLower(text))
		case field == "name":
			if full == "" {
				full = cleanText(text, 200)
			} else if !sameWords(full, text) {
				c.alsoNamed(cleanText(text, 200))
			}
		case field == "given":
			one(&c.Name.Given, line, text)
		case field == "family":
			one(&c.Name.Family, line, text)
		case field == "prefix":
			one(&c.Name.Prefix, line, text)
		case field == "nickname":
			c.alsoNamed(cleanText(text, 200))
		case field == "email":
			addAddresses(&c, text)
		case field == "proxy":
			if address, ok := strings.CutPrefix(strings.ToLower(text), "smtp:"); ok {
				addAddresses(&c, address)
			} else {
				keep(line, text)
			}
		case field == "phone":
			addPhones(&c, cleanText(text, maxText))
		case field == "link":
			link, _, _ := strings.Cut(text, " ") // a label may follow
			addLinks(&c, link)
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
			addNote(&c, "", wholeText(text))
		case field == "tag":
			addTags(&c, text)
		case field == "group":
			if name := nameInDN(text); name != "" {
				c.Tags = appendNew(c.Tags, cut(name, 100))
			}
		case field == "manager", field == "assistant", field == "spouse":
			l.related(&c, field, text)
		case field == "birthday", field == "anniversary":
			if d, ok := parseTableDay(strings.TrimSuffix(cut(text, 40), "000000Z"), true); ok {
				d.Kind = field
				c.Dates = append(c.Dates, d)
			} else if !isNoDate(text) {
				faults = append(faults, dateFault(text))
				keep(line, text)
			}
		case field == "year":
			day[0] = text
		case field == "month":
			day[1] = text
		case field == "day":
			day[2] = text
		case field == "member":
			members = append(members, Party{Name: nameInDN(text), Handle: ldifHandle(text), Role: Mentioned})
		case field == "photo":
			c.Photo = true
		}
	}
	if day[1] != "" && day[2] != "" {
		if d, ok := threeCells(day); ok {
			c.Dates = append(c.Dates, d)
		} else {
			faults = append(faults, dateFault(strings.Join(day[:], "-")))
		}
	}
	is := func(names ...string) bool {
		return slices.ContainsFunc(classes, func(class string) bool { return slices.Contains(names, class) })
	}
	if is("groupofnames", "groupofuniquenames", "group", "posixgroup", "mailgroup") || len(members) > 0 {
		name := full
		fill(&name, c.display())
		l.groups.add(membership{at: l.out.at, key: c.Handle, name: name, members: members})
		return nil
	}
	if is("organizationalunit", "dcobject", "domain", "container", "computer") && len(c.Addresses)+len(c.Phones) == 0 &&
		!is("person", "inetorgperson") {
		l.out.skip("part of a directory")
		return nil
	}
	c.Company = is("organization") && !is("person", "inetorgperson", "organizationalperson")
	if c.Company && full == "" {
		full = p.Organisation
	}
	parts := c.Name
	c.Name = wholeName(parts, full)
	if full != "" && !sameWords(full, c.display()) && !c.Company && cleanAddress(full) == "" {
		c.alsoNamed(full)
	}
	if p != (Position{}) {
		c.Organisations = append(c.Organisations, p)
	}
	for _, one := range []string{placeIn(place), placeIn(home), region, country} {
		fill(&c.Place, one)
	}
	if home != "" && c.Place != home {
		c.Unknown = append(c.Unknown, "home: "+home)
	}
	if len(l.groups.list) > 0 {
		l.out.at.Next = 0 // a group waits for its members to the end
	}
	return l.out.person(c, faults)
}

// threeCells reads a day of which the parts stand apart; the year may be missing.
func threeCells(day [3]string) (Date, bool) {
	month, _ := strconv.Atoi(day[1])
	n, _ := strconv.Atoi(day[2])
	text := "--" + twoDigits(month) + twoDigits(n)
	if year, _ := strconv.Atoi(day[0]); year > 0 {
		text = strconv.Itoa(year) + "-" + strconv.Itoa(month) + "-" + strconv.Itoa(n)
	}
	d, ok := parseDay(text, "")
	d.Kind = "birthday"
	return d, ok
}

// related adds a tie to whom an attribute names, by a name in the directory or a plain one.
func (l *ldifReader) related(c *Contact, kind, text string) {
	if strings.Contains(text, "=") {
		addRelated(c, kind, Party{Name: nameInDN(text), Handle: ldifHandle(text)})
		return
	}
	for _, name := range eachName(cleanText(text, 200)) {
		addRelated(c, kind, Party{Name: name})
	}
}
