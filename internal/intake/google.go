package intake

import (
	"context"
	"strconv"
	"strings"

	"gave.network/internal/fault"
)

// Google reads the contacts that Google exports as CSV, with the columns of today and of before 2024.
var Google = Format{
	Name:  "google",
	Title: "Google contacts (CSV)",
	Detect: func(head []byte, _ string) int {
		return detectTable(head, 90, isGoogle)
	},
	FromStart: true,
	Read:      readGoogle,
}

func isGoogle(keys []string) bool {
	given := hasKeys(keys, "given name", "family name", "group membership") ||
		hasKeys(keys, "first name", "last name", "phonetic first name") ||
		hasKeys(keys, "first name", "last name", "labels", "organization name")
	return given || hasKeys(keys, "e mail 1 value") || hasKeys(keys, "phone 1 value")
}

// googlePair are two columns that belong together: what it is and the value.
type googlePair struct{ label, value string }

// googlePairs are the names of numbered columns: E-mail 1 - Label, E-mail 1 - Value. Before 2024 the label was a Type.
func googlePairs(t *csvTable, what string) []googlePair {
	var pairs []googlePair
	for n := 1; n <= maxMany; n++ {
		base := what + " " + strconv.Itoa(n) + " "
		if _, ok := t.column[base+"value"]; !ok {
			break
		}
		pair := googlePair{base + "label", base + "value"}
		if _, ok := t.column[pair.label]; !ok {
			pair.label = base + "type"
		}
		pairs = append(pairs, pair)
	}
	return pairs
}

// googleTable is a table with its numbered columns.
type googleTable struct {
	*csvTable
	mails, phones, sites, relations, events, custom []googlePair
	unread                                          []int // columns that have no place
}

// googleRead are the columns that are read, besides those of the pairs.
var googleRead = wordLines(`first name|given name|middle name|additional name|last name|family name|name prefix|
	name suffix|name|file as|nickname|short name|birthday|organization name|organization 1 name|organization title|
	organization 1 title|organization department|organization 1 department|labels|group membership|notes|photo|
	maiden name`)

func (g *googleTable) findUnread() {
	read := map[string]bool{}
	for _, pairs := range [][]googlePair{g.mails, g.phones, g.sites, g.relations, g.events, g.custom} {
		for _, pair := range pairs {
			read[pair.label], read[pair.value] = true, true
		}
	}
	for i, key := range g.keys {
		if address := strings.HasPrefix(key, "address "); address &&
			(strings.HasSuffix(key, " label") || strings.HasSuffix(key, " type")) {
			continue
		}
		if !read[key] && !googleRead[key] && key != "" {
			g.unread = append(g.unread, i)
		}
	}
}

// googleDay reads a day, and says why when it is none.
func googleDay(s string) (d Date, ok bool, faults []string) {
	if d, ok = parseTableDay(s, true); !ok && !isNoDate(s) {
		faults = []string{dateFault(s)}
	}
	return d, ok, faults
}

func readGoogle(ctx context.Context, src *Source, sink Sink) error {
	t := openTable(src.Reader, src.Size, isGoogle)
	if t == nil {
		return fault.New(fault.Invalid, "%s holds no table: a row with the names of the columns is missing.", src.Path)
	}
	g := &googleTable{
		csvTable: t, mails: googlePairs(t, "e mail"), phones: googlePairs(t, "phone"), sites: googlePairs(t, "website"),
		relations: googlePairs(t, "relation"), events: googlePairs(t, "event"), custom: googlePairs(t, "custom field"),
	}
	g.findUnread()
	out := &rowSink{src: src, sink: sink}
	if err := t.eachRow(ctx, out, func(row *csvRow) error {
		c, faults := g.contact(row)
		return out.person(c, faults)
	}); err != nil {
		return err
	}
	return out.someRow()
}

// values are the parts of a numbered value: several of one kind stand in one cell.
func (g *googleTable) values(row *csvRow, pair googlePair) []string {
	var parts []string
	for part := range strings.SplitSeq(g.get(row, pair.value), ":::") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// label is what a numbered value is, without the star of the preferred one.
func (g *googleTable) label(row *csvRow, pair googlePair) string {
	label, _, _ := strings.Cut(g.get(row, pair.label), ":::")
	return strings.ToLower(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(label), "*")))
}

func (g *googleTable) contact(row *csvRow) (c Contact, faults []string) {
	parts := Name{
		Given: g.get(row, "first name", "given name"), Additional: g.get(row, "middle name", "additional name"),
		Family: g.get(row, "last name", "family name"), Prefix: g.get(row, "name prefix"),
		Suffix: g.get(row, "name suffix"),
	}
	full := g.get(row, "name", "file as")
	if parts.Given+parts.Family != "" || full != "" {
		c.Name = wholeName(parts, full)
	}
	for _, key := range []string{"nickname", "short name", "maiden name"} {
		for _, name := range splitList(g.get(row, key), "") {
			c.alsoNamed(name)
		}
	}
	if full != "" && c.Name.Full == "" && !sameWords(full, c.display()) &&
		!sameWords(full, strings.Join([]string{parts.Prefix, c.display(), parts.Suffix}, " ")) {
		c.alsoNamed(full)
	}
	for _, pair := range g.mails {
		for _, s := range g.values(row, pair) {
			addAddresses(&c, s)
		}
	}
	for _, pair := range g.phones {
		if strings.Contains(g.label(row, pair), "fax") {
			for _, s := range g.values(row, pair) {
				c.Unknown = append(c.Unknown, "Fax: "+s)
			}
			continue
		}
		for _, s := range g.values(row, pair) {
			addPhones(&c, s)
		}
	}
	for _, pair := range g.sites {
		for _, s := range g.values(row, pair) {
			addLinks(&c, s)
		}
	}
	for _, pair := range g.relations {
		for _, s := range g.values(row, pair) {
			kind := g.label(row, pair)
			fill(&kind, "contact")
			for _, name := range eachName(s) {
				addRelated(&c, kind, Party{Name: name})
			}
		}
	}
	for _, pair := range g.events {
		for _, s := range g.values(row, pair) {
			d, ok, wrong := googleDay(s)
			faults = append(faults, wrong...)
			if ok && len(c.Dates) < maxMany {
				d.Kind = g.label(row, pair)
				fill(&d.Kind, "anniversary")
				c.Dates = append(c.Dates, d)
			} else if !ok {
				c.Unknown = append(c.Unknown, g.get(row, pair.label)+": "+s)
			}
		}
	}
	if s := g.get(row, "birthday"); s != "" {
		d, ok, wrong := googleDay(s)
		faults = append(faults, wrong...)
		if d.Kind = "birthday"; ok {
			c.Dates = append(c.Dates, d)
		} else {
			c.Unknown = append(c.Unknown, "Birthday: "+s)
		}
	}
	p := Position{
		Organisation: g.get(row, "organization name", "organization 1 name"), Title: g.get(row, "organization title",
			"organization 1 title"),
		Department: g.get(row, "organization department", "organization 1 department"),
	}
	if p.Organisation == "" && p.Title == "" {
		p.Title = g.get(row, "occupation")
	}
	if p != (Position{}) {
		c.Organisations = append(c.Organisations, p)
	}
	for _, key := range []string{"address 1 city", "address 2 city", "location"} {
		city, _, _ := strings.Cut(g.get(row, key), ":::")
		fill(&c.Place, placeIn(city))
	}
	formatted, _, _ := strings.Cut(g.whole(row, "address 1 formatted"), ":::")
	fill(&c.Place, placeOfAddress(formatted))
	fill(&c.Place, g.get(row, "address 1 region", "address 1 country"))
	for tag := range strings.SplitSeq(g.get(row, "labels", "group membership"), ":::") {
		// The star marks the groups of the system: "* myContacts", "* starred".
		if tag = strings.TrimSpace(tag); tag != "" && !strings.HasPrefix(tag, "*") {
			c.Tags = appendNew(c.Tags, cut(tag, 100))
		}
	}
	addNote(&c, "", g.whole(row, "notes"))
	for _, pair := range g.custom {
		label := g.get(row, pair.label)
		for _, s := range g.values(row, pair) {
			addNote(&c, label, s)
		}
	}
	c.Photo = g.get(row, "photo") != ""
	for _, i := range g.unread {
		if i < len(row.cells) {
			if s := cellText(row.cells[i]); s != "" && s != c.Place && !(g.keys[i] == "occupation" && p.Title == s) {
				c.Unknown = append(c.Unknown, g.header[i]+": "+s)
			}
		}
	}
	return c, faults
}
