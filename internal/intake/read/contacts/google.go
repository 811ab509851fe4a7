package contacts

import (
	"context"
	"strconv"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/table"
)

// Google reads the contacts that Google exports as CSV, with the columns of today and of before 2024.
var Google = read.Format{
	Name:        "google",
	Title:       "Google contacts (CSV)",
	How:         "In Google Contacts choose Export, Google CSV.",
	AddressBook: true,
	Detect: func(head []byte, _ string) int {
		return table.Detect(head, 90, isGoogle)
	},
	FromStart: true,
	Read:      readGoogle,
}

func isGoogle(keys []string) bool {
	given := table.HasKeys(keys, "given name", "family name", "group membership") ||
		table.HasKeys(keys, "first name", "last name", "phonetic first name") ||
		table.HasKeys(keys, "first name", "last name", "labels", "organization name")
	return given || table.HasKeys(keys, "e mail 1 value") || table.HasKeys(keys, "phone 1 value")
}

// googlePair are two columns that belong together: what it is and the value.
type googlePair struct{ label, value string }

// googlePairs are the names of numbered columns: E-mail 1 - Label, E-mail 1 - Value. Before 2024 the label was a Type.
func googlePairs(t *table.Table, what string) []googlePair {
	var pairs []googlePair
	for n := 1; n <= read.MaxMany; n++ {
		base := what + " " + strconv.Itoa(n) + " "
		if _, ok := t.Column[base+"value"]; !ok {
			break
		}
		pair := googlePair{base + "label", base + "value"}
		if _, ok := t.Column[pair.label]; !ok {
			pair.label = base + "type"
		}
		pairs = append(pairs, pair)
	}
	return pairs
}

// googleTable is a table with its numbered columns.
type googleTable struct {
	*table.Table
	mails, phones, sites, relations, events, custom []googlePair
	unread                                          []int // columns that have no place
}

// googleRead are the columns that are read, besides those of the pairs.
var googleRead = read.WordLines(`first name|given name|middle name|additional name|last name|family name|name prefix|
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
	for i, key := range g.Keys {
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
func googleDay(s string) (d read.Date, ok bool, faults []string) {
	if d, ok = table.ParseTableDay(s, true); !ok && !read.IsNoDate(s) {
		faults = []string{read.DateFault(s)}
	}
	return d, ok, faults
}

func readGoogle(ctx context.Context, src *read.Source, sink read.Sink) error {
	t := table.Open(src.Reader, src.Size, isGoogle)
	if t == nil {
		return fault.New(fault.Invalid, "%s holds no table: a row with the names of the columns is missing.", src.Path)
	}
	g := &googleTable{
		Table: t, mails: googlePairs(t, "e mail"), phones: googlePairs(t, "phone"), sites: googlePairs(t, "website"),
		relations: googlePairs(t, "relation"), events: googlePairs(t, "event"), custom: googlePairs(t, "custom field"),
	}
	g.findUnread()
	out := &read.Emitter{Source: src, Sink: sink}
	if err := t.EachRow(ctx, out, func(row *table.Row) error {
		c, faults := g.contact(row)
		return out.Person(c, faults)
	}); err != nil {
		return err
	}
	return out.SomeRow()
}

// values are the parts of a numbered value: several of one kind stand in one cell.
func (g *googleTable) values(row *table.Row, pair googlePair) []string {
	var parts []string
	for part := range strings.SplitSeq(g.Get(row, pair.value), ":::") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// label is what a numbered value is, without the star of the preferred one.
func (g *googleTable) label(row *table.Row, pair googlePair) string {
	label, _, _ := strings.Cut(g.Get(row, pair.label), ":::")
	return strings.ToLower(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(label), "*")))
}

func (g *googleTable) contact(row *table.Row) (c read.Contact, faults []string) {
	parts := read.Name{
		Given: g.Get(row, "first name", "given name"), Additional: g.Get(row, "middle name", "additional name"),
		Family: g.Get(row, "last name", "family name"), Prefix: g.Get(row, "name prefix"),
		Suffix: g.Get(row, "name suffix"),
	}
	full := g.Get(row, "name", "file as")
	if parts.Given+parts.Family != "" || full != "" {
		c.Name = wholeName(parts, full)
	}
	for _, key := range []string{"nickname", "short name", "maiden name"} {
		for _, name := range read.SplitList(g.Get(row, key), "") {
			c.AlsoNamed(name)
		}
	}
	if full != "" && c.Name.Full == "" && !read.SameWords(full, c.Display()) &&
		!read.SameWords(full, strings.Join([]string{parts.Prefix, c.Display(), parts.Suffix}, " ")) {
		c.AlsoNamed(full)
	}
	for _, pair := range g.mails {
		for _, s := range g.values(row, pair) {
			read.AddAddresses(&c, s)
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
			read.AddPhones(&c, s)
		}
	}
	for _, pair := range g.sites {
		for _, s := range g.values(row, pair) {
			read.AddLinks(&c, s)
		}
	}
	for _, pair := range g.relations {
		for _, s := range g.values(row, pair) {
			kind := g.label(row, pair)
			read.Fill(&kind, "contact")
			for _, name := range eachName(s) {
				read.AddRelated(&c, kind, read.Party{Name: name})
			}
		}
	}
	for _, pair := range g.events {
		for _, s := range g.values(row, pair) {
			d, ok, wrong := googleDay(s)
			faults = append(faults, wrong...)
			if ok && len(c.Dates) < read.MaxMany {
				d.Kind = g.label(row, pair)
				read.Fill(&d.Kind, "anniversary")
				c.Dates = append(c.Dates, d)
			} else if !ok {
				c.Unknown = append(c.Unknown, g.Get(row, pair.label)+": "+s)
			}
		}
	}
	if s := g.Get(row, "birthday"); s != "" {
		d, ok, wrong := googleDay(s)
		faults = append(faults, wrong...)
		if d.Kind = "birthday"; ok {
			c.Dates = append(c.Dates, d)
		} else {
			c.Unknown = append(c.Unknown, "Birthday: "+s)
		}
	}
	p := read.Position{
		Organisation: g.Get(row, "organization name", "organization 1 name"), Title: g.Get(row, "organization title",
			"organization 1 title"),
		Department: g.Get(row, "organization department", "organization 1 department"),
	}
	if p.Organisation == "" && p.Title == "" {
		p.Title = g.Get(row, "occupation")
	}
	if p != (read.Position{}) {
		c.Organisations = append(c.Organisations, p)
	}
	for _, key := range []string{"address 1 city", "address 2 city", "location"} {
		city, _, _ := strings.Cut(g.Get(row, key), ":::")
		read.Fill(&c.Place, table.PlaceIn(city))
	}
	formatted, _, _ := strings.Cut(g.Whole(row, "address 1 formatted"), ":::")
	read.Fill(&c.Place, table.PlaceOfAddress(formatted))
	read.Fill(&c.Place, g.Get(row, "address 1 region", "address 1 country"))
	for tag := range strings.SplitSeq(g.Get(row, "labels", "group membership"), ":::") {
		// The star marks the groups of the system: "* myContacts", "* starred".
		if tag = strings.TrimSpace(tag); tag != "" && !strings.HasPrefix(tag, "*") {
			c.Tags = read.AppendNew(c.Tags, read.Cut(tag, 100))
		}
	}
	read.AddNote(&c, "", g.Whole(row, "notes"))
	for _, pair := range g.custom {
		label := g.Get(row, pair.label)
		for _, s := range g.values(row, pair) {
			read.AddNote(&c, label, s)
		}
	}
	c.Photo = g.Get(row, "photo") != ""
	for _, i := range g.unread {
		if i < len(row.Cells) {
			if s := table.CellText(row.Cells[i]); s != "" && s != c.Place &&
				!(g.Keys[i] == "occupation" && p.Title == s) {
				c.Unknown = append(c.Unknown, g.Header[i]+": "+s)
			}
		}
	}
	return c, faults
}
