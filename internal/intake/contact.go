package intake

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"gave.network/internal/text"
)

// unusable says why a contact cannot be used, "" when it can. An organisation without a person becomes a company.
func (c *Contact) unusable() string {
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

// isDesk says that an address is that of a desk and not of a person: info@, sales@.
func isDesk(address string) bool {
	local, _, _ := strings.Cut(address, "@")
	return deskNames[local]
}

var deskNames = wordList(`info contact mail office sales support admin hello receptie secretariaat administratie kantoor
	service verkoop welcome welkom post kontakt buero buro vertrieb zentrale accueil secretariat commercial ventas
	contacto informatie klantenservice helpdesk hr jobs team boekhouding facturen invoice billing reception enquiries`)

// display returns the name of a contact in the order in which people say it.
func (c *Contact) display() string {
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

// alsoNamed keeps a further name of a contact, once.
func (c *Contact) alsoNamed(name string) {
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

// sameWords says that two names are of the same words, in whatever order and with whatever between them.
func sameWords(a, b string) bool {
	x, y := text.Words(a), text.Words(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// groupName is what a card of a group is called.
func (c *Contact) groupName() string {
	if name := c.display(); name != "" {
		return name
	}
	return c.Nickname
}

// nameless says that a contact has nothing to be called by but where it can be reached.
func (c *Contact) nameless() bool { return c.Name == (Name{}) && c.Nickname == "" }

func addAddresses(c *Contact, s string) {
	for _, part := range splitList(s, ";, ") {
		c.Addresses = appendNew(c.Addresses, cleanAddress(part))
	}
}

func addPhones(c *Contact, s string) {
	for _, part := range eachPhone(s) {
		c.Phones = appendNew(c.Phones, cut(part, 60))
	}
}

func addLinks(c *Contact, s string) {
	for _, part := range splitList(s, ";, ") {
		if strings.Contains(part, ".") && cleanAddress(part) == "" {
			if !strings.Contains(part, "://") {
				part = "https://" + part
			}
			c.Links = appendNew(c.Links, part)
		}
	}
}

// addTags adds groups and labels, without those of Google that everybody has.
func addTags(c *Contact, s string) {
	for _, tag := range splitList(s, ";,") {
		// The star marks the groups of the system: "* myContacts", "* starred".
		if tag = strings.Trim(tag, `"'`); !strings.HasPrefix(tag, "*") {
			c.Tags = appendNew(c.Tags, cut(tag, 100))
		}
	}
}

// addNote adds a paragraph to the note.
func addNote(c *Contact, label, s string) {
	if s == "" {
		return
	}
	if label != "" {
		s = label + ": " + s
	}
	if c.Note != "" {
		s = c.Note + "\n\n" + s
	}
	c.Note = cut(s, maxNote)
}

func addRelated(c *Contact, kind string, p Party) {
	if p.Name == "" && p.Address == "" && p.Handle == "" || len(c.Related) >= maxMany {
		return
	}
	if address := cleanAddress(p.Name); address != "" {
		p.Name = ""
		fill(&p.Address, address)
	}
	p.Role = Mentioned
	c.Related = append(c.Related, Related{Kind: kind, Party: p})
}

// splitList takes the parts of a cell that holds several values.
func splitList(s, signs string) []string {
	var parts []string
	for part := range strings.SplitSeq(s, " ::: ") {
		for _, one := range strings.FieldsFunc(part, func(r rune) bool { return strings.ContainsRune(signs, r) }) {
			if one = strings.TrimSpace(one); one != "" && len(parts) < maxMany {
				parts = append(parts, one)
			}
		}
	}
	return parts
}

// phoneText takes the scheme off a tel: address.
func phoneText(text string) string {
	if len(text) > 4 && strings.EqualFold(text[:4], "tel:") {
		text, _, _ = strings.Cut(text[4:], ";")
	}
	return cleanText(text, 60)
}

// maxMany is the most addresses, numbers, links, dates or ties that one contact keeps.
const maxMany = 200

// maxNote is the most bytes of a note that are kept.
const maxNote = 64 << 10

// eachPhone takes the numbers of a cell apart. A sign that stands within a number does not part it.
func eachPhone(cell string) []string {
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
	return nonEmpty(parts)
}

// phoneSigns stand between two numbers in one cell.
var phoneSigns = regexp.MustCompile(`\s*(?:;|\||\n|,|:::|\s/\s|\s(?:of|or|oder|ou|en|and)\s)\s*`)
