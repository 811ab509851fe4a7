package contacts

import (
	"context"
	"maps"
	"slices"
	"strings"

	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/table"
)

// VCard reads address books in vCard 2.1, 3.0 and 4.0 (RFC 2426, 6350, 9554) with the additions of Apple, Google,
// Evolution and Outlook.
var VCard = read.Format{
	Name:        "vcard",
	Title:       "address book (vCard)",
	How:         "In Contacts of Apple, iCloud, Google or Outlook select all and choose Export vCard.",
	AddressBook: true,
	Detect: func(head []byte, _ string) int {
		return read.DetectBegin(head, "VCARD", 97)
	},
	Read: readVCards,
}

// maxUnknown is the most bytes of lines without a field that one contact keeps.
const maxUnknown = 16 << 10

// vcardPassed are the properties whose values are media or keys; vcardPhotos are those that hold a photo.
var (
	vcardPassed = map[string]bool{"LOGO": true, "SOUND": true, "KEY": true, "X-ABCROP-RECTANGLE": true}
	vcardPhotos = map[string]bool{"PHOTO": true}
)

func readVCards(ctx context.Context, src *read.Source, sink read.Sink) error {
	lines := read.ContentLines{Scan: read.NewLines(src), Skip: vcardPassed, Photos: vcardPhotos}
	r := &vcardReader{lines: lines, src: src, sink: sink}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		line, ok := r.lines.Next()
		if !ok {
			break
		}
		if err := r.take(&line); err != nil {
			return err
		}
	}
	if err := r.lines.Scan.Err; err != nil {
		return err
	}
	for _, card := range r.open {
		if err := sink.Reject(card.at, "the file ends in the middle of this contact"); err != nil {
			return err
		}
	}
	return r.groups.emit(sink)
}

// vcardReader reads cards, some of which lie inside another (the agent of vCard 2.1).
type vcardReader struct {
	lines   read.ContentLines
	src     *read.Source
	sink    read.Sink
	open    []*card
	outside bool // text between cards was already reported
	agent   bool // the line before was AGENT without a value
	groups  memberships
}

// take deals with one line.
func (r *vcardReader) take(line *read.ContentLine) error {
	begins := line.Name == "BEGIN" && strings.EqualFold(strings.TrimSpace(line.Value), "VCARD")
	ends := line.Name == "END" && strings.EqualFold(strings.TrimSpace(line.Value), "VCARD")
	at := read.At{Line: line.Line, Offset: line.Offset}
	inside := r.agent
	r.agent = false
	switch {
	case begins:
		r.outside = false
		if len(r.open) > 0 && (!inside || len(r.open) > 8) {
			// The card before has no end: it is as good as its lines.
			for len(r.open) > 0 {
				if err := r.close(at.Offset); err != nil {
					return err
				}
			}
		}
		r.open = append(r.open, newCard(at))
		return nil
	case len(r.open) == 0:
		if r.outside || ends {
			return nil
		}
		r.outside = true
		return r.sink.Reject(at, "this line stands outside a contact: it should begin with BEGIN:VCARD")
	case ends:
		return r.close(r.lines.Scan.Offset)
	case line.Name == "END" && read.Glued(line.Value, "VCARD"):
		if err := r.close(r.lines.Scan.Offset); err != nil {
			return err
		}
		r.open = append(r.open, newCard(at))
		return nil
	}
	if line.Name == "AGENT" && line.Value == "" {
		r.agent = true
		return nil
	}
	r.open[len(r.open)-1].property(line)
	return nil
}

// close ends the innermost card and emits it. next is where reading can be resumed when it was the outermost.
func (r *vcardReader) close(next int64) error {
	last := len(r.open) - 1
	card := r.open[last]
	r.open = r.open[:last]
	contact, reject := card.finish()
	if last == 0 {
		card.at.Next = next
	} else if reject == "" && !card.group {
		outer := r.open[last-1]
		outer.related("agent",
			read.Party{Name: contact.Display(), Address: read.First(contact.Addresses), Handle: contact.Handle})
	}
	switch {
	case reject != "":
		return r.sink.Reject(card.at, reject)
	case card.group:
		r.groups.add(membership{at: card.at, key: contact.Handle, name: contact.AnyName(), members: card.members})
		return nil
	}
	if len(r.groups.list) > 0 {
		// A group waits for its members to the end of the file: reading goes on from there, not from behind it.
		card.at.Next = 0
	}
	if err := r.sink.Contact(card.at, contact); err != nil {
		return err
	}
	for _, fault := range card.faults {
		if err := r.sink.Reject(read.At{Line: fault.line, Offset: fault.offset}, fault.reason); err != nil {
			return err
		}
	}
	return nil
}

// card collects the properties of one vCard.
type card struct {
	at        read.At
	contact   read.Contact
	names     []rankedName      // FN, of which vCard 4 may have several
	title     map[string]string // by group
	role      map[string]string
	positions []groupedPosition
	labels    map[string]string // X-ABLabel by group
	dates     []groupedDate
	ties      []groupedTie
	group     bool // a list of contacts, not one
	members   []read.Party
	faults    []cardFault // lines that could not be used, of a card that could
	unknown   int         // bytes of unknown lines
	place     int         // how good the place is: 0 none, 1 country, 2 region, 3 city
}

// rankedName is one FN; the lowest rank is the one that its owner prefers.
type rankedName struct {
	text string
	rank int
}

// cardFault is a line that could not be used.
type cardFault struct {
	line, offset int64
	reason       string
}

type groupedPosition struct {
	group string
	read.Position
}

type groupedDate struct {
	group string
	read.Date
}

type groupedTie struct {
	group string
	read.Related
}

func newCard(at read.At) *card {
	return &card{at: at, title: map[string]string{}, role: map[string]string{}, labels: map[string]string{}}
}

func (c *card) related(kind string, p read.Party) {
	if len(c.ties) < read.MaxMany && (p.Name != "" || p.Address != "" || p.Handle != "" || p.Link != "" ||
		p.Phone != "") {
		p.Role = read.Mentioned
		c.ties = append(c.ties, groupedTie{"", read.Related{Kind: kind, Party: p}})
	}
}

// relationNames are properties that hold the name of somebody related.
var relationNames = map[string]string{
	"X-MANAGER": "manager", "X-EVOLUTION-MANAGER": "manager", "X-MS-MANAGER": "manager",
	"X-KADDRESSBOOK-X-MANAGERSNAME": "manager", "X-ASSISTANT": "assistant", "X-EVOLUTION-ASSISTANT": "assistant",
	"X-MS-ASSISTANT":                  "assistant",
	"X-KADDRESSBOOK-X-ASSISTANTSNAME": "assistant", "X-SPOUSE": "spouse", "X-EVOLUTION-SPOUSE": "spouse",
	"X-MS-SPOUSE":                  "spouse",
	"X-KADDRESSBOOK-X-SPOUSESNAME": "spouse", "AGENT": "agent", "X-CHILD": "child", "X-CHILDREN": "child",
	"X-PARTNER": "partner", "X-REFERRED-BY": "introduced by", "X-MS-CHILD": "child",
}

// dateNames are properties that hold a day in somebody's life.
var dateNames = map[string]string{
	"BDAY": "birthday", "ANNIVERSARY": "anniversary", "X-ANNIVERSARY": "anniversary",
	"X-EVOLUTION-ANNIVERSARY": "anniversary",
	"X-MS-ANNIVERSARY":        "anniversary", "X-KADDRESSBOOK-X-ANNIVERSARY": "anniversary",
	"DEATHDATE": "death", "X-ABDATE": "",
}

// property takes one line of the card.
func (c *card) property(line *read.ContentLine) {
	contact := &c.contact
	if line.Name == "PHOTO" {
		c.photo(line)
		return
	}
	text := read.CleanText(read.Unescape(line.Value), 500)
	switch line.Name {
	case "VERSION", "PRODID", "REV", "X-ABADR", "X-ABUID", "END", "BEGIN", "MAILER":
		return
	case "LOGO", "SOUND", "KEY", "X-ABCROP-RECTANGLE":
		return
	}
	if text == "" {
		return
	}
	if kind, ok := dateNames[line.Name]; ok {
		date, ok := read.ParseCardDay(text, line.Param("X-APPLE-OMIT-YEAR"))
		switch {
		case ok && len(c.dates) < read.MaxMany:
			date.Kind = kind
			c.dates = append(c.dates, groupedDate{line.Group, date})
		case !read.IsNoDate(text):
			c.faults = append(c.faults, cardFault{line.Line, line.Offset, read.DateFault(text)})
			c.keep(line)
		}
		return
	}
	if kind, ok := relationNames[line.Name]; ok {
		if !strings.HasPrefix(strings.ToUpper(text), "BEGIN:VCARD") {
			for _, name := range eachName(text) {
				c.related(kind, read.Party{Name: name})
			}
		}
		return
	}
	switch line.Name {
	case "FN":
		c.names = append(c.names, rankedName{text, line.Rank()})
	case "N":
		if contact.Name != (read.Name{}) {
			c.keep(line) // in another script, say
			return
		}
		contact.Name = nameOfParts(line.Value)
	case "NICKNAME", "X-NICKNAME", "X-SHORT-NAME", "X-MAIDENNAME", "X-MAIDEN-NAME":
		for _, name := range read.NonEmpty(read.SplitEscaped(line.Value, ',')) {
			contact.AlsoNamed(read.CleanText(name, 200))
		}
	case "EMAIL":
		address := read.CleanAddress(text)
		if address == "" {
			c.keep(line)
			return
		}
		contact.Addresses = read.AppendNew(contact.Addresses, address)
	case "TEL":
		if phone := read.PhoneText(text); phone != "" {
			contact.Phones = read.AppendNew(contact.Phones, phone)
			return
		}
		c.keep(line)
	case "URL", "X-SOCIALPROFILE", "SOCIALPROFILE", "IMPP", "CONTACT-URI", "X-LINKEDIN", "X-LINKEDIN-URL":
		if link := linkOf(line, text); link != "" {
			contact.Links = read.AppendNew(contact.Links, link)
			return
		}
		c.keep(line)
	case "ORG":
		parts := read.SplitEscaped(line.Value, ';')
		position := read.Position{Organisation: read.CleanText(parts[0], 200)}
		if len(parts) > 1 {
			position.Department = read.CleanText(strings.Join(read.NonEmpty(parts[1:]), ", "), 200)
		}
		if len(c.positions) < read.MaxMany && (position.Organisation != "" || position.Department != "") {
			c.positions = append(c.positions, groupedPosition{line.Group, position})
		}
	case "TITLE":
		c.once(c.title, line, text)
	case "ROLE":
		c.once(c.role, line, text)
	case "ADR":
		c.address(line)
	case "CATEGORIES", "X-EVOLUTION-CATEGORIES":
		for _, tag := range read.NonEmpty(read.SplitEscaped(line.Value, ',')) {
			if !isSystemGroup(tag) {
				contact.Tags = read.AppendNew(contact.Tags, read.CleanText(tag, 100))
			}
		}
	case "NOTE":
		note := strings.TrimSpace(strings.ReplaceAll(read.Unescape(line.Value), "\r", ""))
		if contact.Note != "" {
			note = contact.Note + "\n" + note
		}
		contact.Note = read.Cut(note, read.MaxNote)
	case "UID":
		contact.Handle = "vcard:" + uidOf(text)
	case "KIND", "X-KIND", "X-ADDRESSBOOKSERVER-KIND":
		switch strings.ToLower(text) {
		case "group":
			c.group = true
		case "org", "organization", "organisation", "company", "location", "application", "device":
			contact.Company = true
		}
	case "MEMBER", "X-ADDRESSBOOKSERVER-MEMBER":
		if p := partyOf(text); len(c.members) < maxGroup && p != (read.Party{Role: read.Mentioned}) {
			c.members = append(c.members, p)
		}
	case "X-ABSHOWAS":
		contact.Company = contact.Company || strings.EqualFold(text, "COMPANY")
	case "X-ABLABEL":
		setFirst(c.labels, line.Group, labelText(text))
	case "RELATED", "X-ABRELATEDNAMES":
		c.relation(line, text)
	default:
		c.keep(line)
	}
}

// What is wrong with a photo of somebody.
const (
	tooLarge   = "the photo is too large to be taken along"
	unreadable = "the photo cannot be read"
)

// photo takes the first photo of the card that lies in it. One that lies elsewhere is not fetched.
func (c *card) photo(line *read.ContentLine) {
	contact := &c.contact
	contact.Photo = true
	value := strings.TrimSpace(line.Value)
	if head, data, ok := strings.Cut(value, ","); ok && len(head) >= 5 && strings.EqualFold(head[:5], "data:") {
		if !strings.HasSuffix(strings.TrimSuffix(strings.ToLower(head), `\`), ";base64") {
			return
		}
		value = data
	} else if strings.Contains(value[:min(len(value), 20)], "://") || strings.EqualFold(line.Param("VALUE"), "uri") ||
		strings.EqualFold(line.Param("VALUE"), "url") {
		return
	}
	if value == "" || contact.Face.Image != nil {
		return
	}
	image, err := read.Base64(value)
	switch {
	case line.Long:
		c.faults = append(c.faults, cardFault{line.Line, line.Offset, tooLarge})
	case err != nil:
		c.faults = append(c.faults, cardFault{line.Line, line.Offset, unreadable})
	default:
		contact.Face = read.Face{Image: image, At: read.At{Line: line.Line, Offset: line.Offset}}
	}
}

// keep stores a line that has no field, so that an export can give it back.
func (c *card) keep(line *read.ContentLine) {
	if line.Raw == "" || line.Name == "" || line.Long || c.unknown+len(line.Raw) > maxUnknown {
		return
	}
	c.unknown += len(line.Raw)
	c.contact.Unknown = append(c.contact.Unknown, line.Raw)
}

// address keeps where somebody is: a city, and else a region or country.
func (c *card) address(line *read.ContentLine) {
	parts := read.SplitEscaped(line.Value, ';')
	for len(parts) < 7 {
		parts = append(parts, "")
	}
	city := table.PlaceIn(read.CleanText(parts[3], 100))
	if city == "" { // all of it in one field
		city = table.PlaceOfAddress(strings.Join([]string{parts[3], parts[2]}, "\n"))
	}
	for quality, part := range map[int]string{3: city, 2: parts[4], 1: parts[6]} {
		if part = read.CleanText(part, 100); part != "" && quality > c.place {
			c.contact.Place, c.place = part, quality
		}
	}
	c.keep(line)
}

// relation reads RELATED of vCard 4 and the related names of Apple.
func (c *card) relation(line *read.ContentLine, text string) {
	kind := ""
	for _, one := range line.Types() {
		if one != "pref" && one != "home" && one != "work" {
			kind = one
			break
		}
	}
	p := partyOf(text)
	names := []string{""}
	if p.Name != "" {
		names = eachName(p.Name)
	}
	for _, p.Name = range names {
		if len(c.ties) < read.MaxMany && p != (read.Party{Role: read.Mentioned}) {
			c.ties = append(c.ties, groupedTie{line.Group, read.Related{Kind: kind, Party: p}})
		}
	}
}

// partyOf reads who is meant: an address of some kind, or a name.
func partyOf(text string) read.Party {
	p := read.Party{Role: read.Mentioned}
	lower := strings.ToLower(text)
	switch {
	case strings.HasPrefix(lower, "mailto:"):
		p.Address = read.CleanAddress(text)
	case strings.HasPrefix(lower, "urn:"), strings.HasPrefix(lower, "uuid:"):
		p.Handle = "vcard:" + uidOf(text)
	case strings.HasPrefix(lower, "tel:"):
		p.Phone = read.PhoneText(text)
	case strings.HasPrefix(lower, "http://"), strings.HasPrefix(lower, "https://"):
		p.Link = text
	default:
		p.Name = text
	}
	return p
}

// once keeps the first value of a group of lines; what comes after it is kept as it is.
func (c *card) once(values map[string]string, line *read.ContentLine, text string) {
	if values[line.Group] != "" {
		c.keep(line)
		return
	}
	setFirst(values, line.Group, text)
}

// finish puts the lines together that belong together.
func (c *card) finish() (contact read.Contact, reject string) {
	contact = c.contact
	full := c.chooseName(&contact)
	if c.group {
		contact.Name = wholeName(contact.Name, full)
		return contact, ""
	}
	// Titles belong to the organisation of their group, and without one to the first.
	for i := range c.positions {
		p := &c.positions[i]
		p.Title = c.title[p.group]
		if p.Title == "" {
			p.Title = c.role[p.group]
		}
		if p.Title == "" && i == 0 {
			p.Title = c.title[""]
			if p.Title == "" {
				p.Title = c.role[""]
			}
		}
		contact.Organisations = append(contact.Organisations, p.Position)
	}
	c.leftRoles(&contact)
	for _, date := range c.dates {
		if date.Kind == "" {
			date.Kind = strings.ToLower(c.labels[date.group])
		}
		if date.Kind == "" {
			date.Kind = "anniversary"
		}
		if !slices.Contains(contact.Dates, date.Date) {
			contact.Dates = append(contact.Dates, date.Date)
		}
	}
	for _, tie := range c.ties {
		if tie.Kind == "" {
			tie.Kind = strings.ToLower(c.labels[tie.group])
		}
		if tie.Kind == "" {
			tie.Kind = "contact"
		}
		contact.Related = append(contact.Related, tie.Related)
	}
	if full == "" && contact.Name == (read.Name{}) && contact.Nameless() && len(contact.Organisations) > 0 {
		full = contact.Organisations[0].Organisation // a company, or a desk of one
	}
	contact.Company = contact.Company && contact.Name.Given+contact.Name.Family == "" || isCompany(&contact, full)
	parts := contact.Name
	contact.Name, contact.Verbatim = wholeName(parts, full), commaWithin(parts, full)
	employer := slices.ContainsFunc(contact.Organisations, func(p read.Position) bool {
		return read.SameWords(p.Organisation, full)
	})
	if full != "" && !read.SameWords(contact.Display(), full) && !contact.Company && !employer {
		contact.AlsoNamed(full)
	}
	if contact.Nameless() && len(contact.Addresses) == 0 &&
		len(contact.Phones) == 0 &&
		len(contact.Links) == 0 {
		return contact, "it has no name, mail address or telephone number"
	}
	return contact, ""
}

// chooseName takes the preferred FN and keeps the others as further names.
func (c *card) chooseName(contact *read.Contact) string {
	if len(c.names) == 0 {
		return ""
	}
	best := slices.MinFunc(c.names, func(a, b rankedName) int { return a.rank - b.rank })
	for _, name := range c.names {
		if name.text != best.text {
			contact.AlsoNamed(name.text)
		}
	}
	return best.text
}

// leftRoles keeps the titles that belong to no organisation: the first as a role on its own, the others as they are.
func (c *card) leftRoles(contact *read.Contact) {
	used := map[string]bool{}
	for _, p := range contact.Organisations {
		used[p.Title] = true
	}
	for _, kind := range []struct {
		name   string
		titles map[string]string
	}{{"TITLE", c.title}, {"ROLE", c.role}} {
		for _, group := range slices.Sorted(maps.Keys(kind.titles)) {
			title := kind.titles[group]
			switch {
			case used[title]:
			case len(contact.Organisations) == 0:
				contact.Organisations = append(contact.Organisations, read.Position{Title: title})
			default:
				contact.Unknown = append(contact.Unknown, kind.name+":"+read.EscapeText(title))
			}
			used[title] = true
		}
	}
}

// isCompany says that a card without a personal name is that of its organisation, as phones and Google write companies.
func isCompany(c *read.Contact, full string) bool {
	return c.Name.Given+c.Name.Family == "" && len(c.Organisations) > 0 && c.Organisations[0].Organisation != "" &&
		c.Organisations[0].Title == "" && read.SameWords(c.Organisations[0].Organisation, full)
}
