package read

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"gave.network/internal/text"
)

// Contact is one person as an address book, profile or export describes them.
type Contact struct {
	Name          Name
	Nickname      string   // with every further name, between commas
	Addresses     []string // mail addresses in lower case
	Phones        []string // as written
	Links         []string // web addresses, profiles
	Handle        string   // stable id within the source, as in Party.Handle; may be empty
	Organisations []Position
	Place         string   // city or region
	Tags          []string // categories, groups, labels; system groups left out
	Note          string
	Dates         []Date
	Related       []Related
	Photo         bool // the source tells of a photo, which may lie elsewhere
	Face          Face // the photo, where the source has it
	Company       bool // the source says that this is an organisation, not a person
	Self          bool // the source says that this is its owner
	// Changed is when the source says that it last changed the record; zero where it does not say.
	Changed time.Time
	// Gone says that the source has closed the account: who it was of works there no more.
	Gone bool
	// Adds says that the contact tells more of somebody who is known by its handle, address, link, number or name, such
	// as the group they are in. It makes nobody.
	Adds bool
	// MadeUp says that the name was made for want of one: whoever has a name keeps it.
	MadeUp bool
	// Verbatim says that Name.Full is in its own order, whatever commas stand in it.
	Verbatim bool
	// Unknown holds the source's lines that have no field here, so that an export can give them back.
	Unknown []string

	At At // where it stands, for what has to be said of it later
}

// Face is a photo as a source has it.
type Face struct {
	Image []byte // nil for none
	At    At     // where it stands
}

// Field is a field of a contact of which a person has one too.
type Field struct {
	Name string // of the column where people are kept, and in mappings of tables
	// Title says what a column of a table means that nothing but a person has; empty where other things have it too.
	Title string
	Of    func(*Contact) *string
	Add   func(*Contact, string) // takes in one value of several that a source may have
}

// Fields are these fields. Which words stand for one in the columns of tables is said for each language (column.NAME in
// exports.txt); formats with words of their own say so themselves.
var Fields = []Field{
	{"nickname", "nickname", func(c *Contact) *string { return &c.Nickname }, (*Contact).AlsoNamed},
	{
		"place", "", func(c *Contact) *string { return &c.Place },
		func(c *Contact, place string) { Fill(&c.Place, place) },
	},
}

// FieldNamed returns the field of this name; ok is false when there is none.
func FieldNamed(name string) (f Field, ok bool) {
	i := slices.IndexFunc(Fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return Fields[i], true
}

// Unusable says why a contact cannot be used, "" when it can. An organisation without a person becomes a company.
func (c *Contact) Unusable() string {
	named := len(c.Organisations) > 0 && c.Organisations[0].Organisation != ""
	switch {
	case c.Name == (Name{}) && c.Nickname == "" && named &&
		!slices.ContainsFunc(c.Addresses, func(a string) bool { return !isDesk(a) }):
		c.Name.Full, c.Company = c.Organisations[0].Organisation, true
	case c.Name == (Name{}) && c.Nickname == "" && len(c.Addresses) == 0 && len(c.Phones) == 0 && len(c.Links) == 0:
		return "it has no name, mail address or telephone number"
	}
	return ""
}

// Leave ends the work of somebody who is gone on the day when that was recorded. Where no day is known, what the work
// was is kept as the source has it, so that nobody takes it for what they do now.
func (c *Contact) Leave() {
	if !c.Gone {
		return
	}
	c.Related = nil
	if !c.Changed.IsZero() {
		for i := range c.Organisations {
			Fill(&c.Organisations[i].Until, c.Changed.Format(time.DateOnly))
		}
		return
	}
	for _, p := range c.Organisations {
		for _, was := range NonEmpty([]string{p.Title, p.Department, p.Organisation}) {
			c.Unknown = append(c.Unknown, "was: "+was)
		}
	}
	c.Organisations = nil
}

// isDesk says that an address is that of a desk and not of a person: info@, sales@.
func isDesk(address string) bool {
	local, _, _ := strings.Cut(address, "@")
	return deskNames[local]
}

var deskNames = WordSet("desk")

// Display returns the name of a contact in the order in which people say it.
func (c *Contact) Display() string {
	if c.Name.Full != "" {
		return c.Name.Full
	}
	var words []string
	for _, word := range []string{c.Name.Given, c.Name.Additional, c.Name.Particle, c.Name.Family} {
		if word != "" {
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}

// AlsoNamed keeps a further name of a contact, once.
func (c *Contact) AlsoNamed(name string) {
	if name == "" {
		return
	}
	for known := range strings.SplitSeq(c.Nickname, ", ") {
		if strings.EqualFold(known, name) {
			return
		}
	}
	if c.Nickname != "" {
		name = c.Nickname + ", " + name
	}
	c.Nickname = name
}

// SameWords says that two names are of the same words, in whatever order and with whatever between them.
func SameWords(a, b string) bool {
	x, y := text.Words(a), text.Words(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// AnyName is what a contact goes by: its name, and without one what else it is called.
func (c *Contact) AnyName() string {
	if name := c.Display(); name != "" {
		return name
	}
	return c.Nickname
}

// Nameless says that a contact has nothing to be called by but where it can be reached.
func (c *Contact) Nameless() bool { return c.Name == (Name{}) && c.Nickname == "" }

// AddAddresses adds the mail addresses of a text that the contact does not have yet.
func AddAddresses(c *Contact, s string) {
	for _, part := range SplitList(s, ";, ") {
		c.Addresses = AppendNew(c.Addresses, CleanAddress(part))
	}
}

// AddPhones adds the telephone numbers of a text that the contact does not have yet.
func AddPhones(c *Contact, s string) {
	for _, part := range EachPhone(s) {
		c.Phones = AppendNew(c.Phones, Cut(part, 60))
	}
}

// AddLinks adds the web addresses of a text that the contact does not have yet.
func AddLinks(c *Contact, s string) {
	for _, part := range SplitList(s, ";, ") {
		if strings.Contains(part, ".") && CleanAddress(part) == "" {
			if !strings.Contains(part, "://") {
				part = "https://" + part
			}
			c.Links = AppendNew(c.Links, part)
		}
	}
}

// AddTags adds groups and labels, without those of Google that everybody has.
func AddTags(c *Contact, s string) {
	for _, tag := range SplitList(s, ";,") {
		// The star marks the groups of the system: "* myContacts", "* starred".
		if tag = strings.Trim(tag, `"'`); !strings.HasPrefix(tag, "*") {
			c.Tags = AppendNew(c.Tags, Cut(tag, 100))
		}
	}
}

// AddNote adds a paragraph to the note.
func AddNote(c *Contact, label, s string) {
	if s == "" {
		return
	}
	if label != "" {
		s = label + ": " + s
	}
	if c.Note != "" {
		s = c.Note + "\n\n" + s
	}
	c.Note = Cut(s, MaxNote)
}

// AddRelated adds a stated tie, unless the party has no name at all or there are too many.
func AddRelated(c *Contact, kind string, p Party) {
	if p.Name == "" && p.Address == "" && p.Handle == "" || len(c.Related) >= MaxMany {
		return
	}
	if address := CleanAddress(p.Name); address != "" {
		p.Name = ""
		Fill(&p.Address, address)
	}
	p.Role = Mentioned
	c.Related = append(c.Related, Related{Kind: kind, Party: p})
}

// SplitList takes the parts of a cell that holds several values.
func SplitList(s, signs string) []string {
	var parts []string
	for part := range strings.SplitSeq(s, " ::: ") {
		for _, one := range strings.FieldsFunc(part, func(r rune) bool { return strings.ContainsRune(signs, r) }) {
			if one = strings.TrimSpace(one); one != "" && len(parts) < MaxMany {
				parts = append(parts, one)
			}
		}
	}
	return parts
}

// PhoneText takes the scheme off a tel: address.
func PhoneText(text string) string {
	if len(text) > 4 && strings.EqualFold(text[:4], "tel:") {
		text, _, _ = strings.Cut(text[4:], ";")
	}
	return CleanText(text, 60)
}

// MaxMany is the most addresses, numbers, links, dates or ties that one contact keeps.
const MaxMany = 200

// MaxNote is the most bytes of a note that are kept.
const MaxNote = 64 << 10

// EachPhone takes the numbers of a cell apart. A sign that stands within a number does not part it.
func EachPhone(cell string) []string {
	parts := phoneSigns.Split(strings.TrimSpace(cell), -1)
	whole := len(parts) > 1
	for _, part := range parts {
		digits := 0
		for _, r := range part {
			if unicode.IsDigit(r) {
				digits++
			}
		}
		whole = whole && (digits >= 7 || digits == 0)
	}
	if !whole {
		return []string{strings.TrimSpace(cell)}
	}
	return NonEmpty(parts)
}

// phoneSigns stand between two numbers in one cell.
var phoneSigns = regexp.MustCompile(`\s*(?:;|\||\n|,|:::|\s/\s|\s(?:of|or|oder|ou|en|and)\s)\s*`)
