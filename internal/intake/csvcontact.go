package intake

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/fault"
)

// CSV reads tables of contacts of any make. What the columns mean is guessed from their names and contents, or said by
// the mapping of the source.
var CSV = Format{
	Name:      "csv",
	Title:     "table (CSV)",
	Detect:    detectCSV,
	FromStart: true,
	Read:      readCSV,
}

// detectCSV is sure of a table whose columns say that it holds people, and takes any other table for want of better, so
// that its reader can say what is missing.
func detectCSV(head []byte, name string) int {
	rows := headRows(head)
	_, header := headerRow(rows)
	if header == nil {
		return 0
	}
	mapping, confidence := GuessMapping(header, rows)
	if usableMapping(header, mapping, confidence) {
		return 40
	}
	like := 0
	for _, row := range rows {
		if len(row) == len(header) {
			like++
		}
	}
	// Text with commas is no table: nearly all lines of a table have as many cells.
	tableName := strings.HasSuffix(strings.ToLower(name), ".csv") || strings.HasSuffix(strings.ToLower(name), ".tsv")
	if len(header) > 1 && like >= 2 && like*10 >= len(rows)*8 && (tableName || len(header) > 2) {
		return 10
	}
	return 0
}

// headerRow finds the header among the first rows: the first in which several columns have a known name, and else the
// first row with more than one cell.
func headerRow(rows [][]string) (index int, header []string) {
	best, known := -1, 0
	for i, row := range rows {
		n := 0
		for _, key := range headerKeys(row) {
			if columnField(key) != "" {
				n++
			}
		}
		if n > known {
			best, known = i, n
		}
		if i == 10 {
			break
		}
	}
	if best >= 0 && (known > 1 || len(rows[best]) == 1 && best == 0 || best == 0) {
		return best, rows[best]
	}
	for i, row := range rows {
		filled := 0
		for _, cell := range row {
			if strings.TrimSpace(cell) != "" {
				filled++
			}
		}
		if filled > 1 {
			return i, row
		}
	}
	return 0, nil
}

// usableMapping says that the columns name people well enough to import them without being told. A column name alone may name anything: places,
// products, tags.
func usableMapping(header []string, mapping map[string]string, confidence map[string]float64) bool {
	for _, h := range header {
		switch mapping[h] {
		case "given", "family", "email":
			if confidence[h] >= sureByContent {
				return true
			}
		case "name":
			if confidence[h] >= sureByContent && (len(header) <= 2 || namesPeople(mapping)) {
				return true
			}
		}
	}
	return false
}

// namesPeople says that a table has a column that only people have.
func namesPeople(mapping map[string]string) bool {
	for _, field := range mapping {
		switch field {
		case "prefix", "particle", "nickname", "phone", "organisation", "department", "title", "birthday", "anniversary", "manager", "manager_email", "assistant", "spouse", "child", "introduced_by":
			return true
		}
	}
	return false
}

func readCSV(ctx context.Context, src *Source, sink Sink) error {
	t := &csvTable{csvReader: newCSVReader(src.Reader, src.Size)}
	rows := t.sample()
	index, header := headerRow(rows)
	if header == nil {
		return fault.New(fault.Invalid, "%s holds no table: a row with the names of the columns is missing.", src.Path)
	}
	for range index + 1 {
		t.next()
	}
	t.setHeader(header)
	rows = rows[index+1:]
	mapping, confidence := GuessMapping(header, rows)
	told, err := applyMapping(t, mapping, src.Mapping)
	if err != nil {
		return err
	}
	if !told && !usableMapping(header, mapping, confidence) {
		return fault.New(fault.Invalid, "%s is a table whose columns Gave does not know: %s.", src.Path, strings.Join(t.columnNames(), ", ")).
			WithHint("Say what they mean with --map COLUMN=FIELD; a wrong field names them all.")
	}
	return t.readContacts(ctx, src, sink, mapping, rows)
}

// sample returns the first rows without passing them.
func (t *csvTable) sample() [][]string {
	head := t.scan.peek(256 << 10)
	ahead := &csvReader{scan: newLineScanner(&Source{Reader: bytes.NewReader(head), Size: int64(len(head))}), comma: t.comma}
	var rows [][]string
	for range 1000 {
		row, ok := ahead.next()
		if !ok || ahead.scan.eof && ahead.scan.start == ahead.scan.end && len(head) == 256<<10 {
			break
		}
		rows = append(rows, slices.Clone(row.cells))
	}
	return rows
}

func (t *csvTable) columnNames() []string {
	var names []string
	for _, h := range t.header {
		if h = cleanText(h, 60); h != "" && len(names) < 40 {
			names = append(names, h)
		}
	}
	if len(names) == 0 {
		return []string{"?"}
	}
	return names
}

func csvFieldNames() string {
	var names []string
	for _, f := range CSVFields {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

// applyMapping puts what the user said over what was guessed. told says that a column of this table was named.
func applyMapping(t *csvTable, guessed, said map[string]string) (told bool, err error) {
	for column, field := range said {
		field = strings.ToLower(strings.TrimSpace(field))
		if field == "" {
			field = "ignore"
		}
		if !csvFieldNamed(field) {
			return false, fault.New(fault.Usage, "%q is no field that a column can be mapped to.", field).
				WithHint("The fields are " + csvFieldNames() + ".").WithField("map")
		}
		if i, ok := t.column[headerKey(column)]; ok {
			guessed[t.header[i]] = field
			told = told || field != "ignore"
		}
	}
	return told, nil
}

// contactColumns says which columns of a table hold which field.
type contactColumns struct {
	fields   []string // by column, "" for none
	dayFirst bool     // 3/5 is the third of May
	birth    [3]int   // columns of the birthday's year, month and day, -1 when there are none
}

// readContacts emits a contact for every row.
func (t *csvTable) readContacts(ctx context.Context, src *Source, sink Sink, mapping map[string]string, sample [][]string) error {
	columns := contactColumns{fields: make([]string, len(t.header)), birth: [3]int{-1, -1, -1}}
	for i, h := range t.header {
		columns.fields[i] = mapping[h]
	}
	for i, key := range []string{"birth year", "birth month", "birth day"} {
		if column, ok := t.column[key]; ok {
			columns.birth[i] = column
		}
	}
	columns.dayFirst = columns.sampleDayFirst(t, sample)
	out := &rowSink{src: src, sink: sink}
	return t.eachRow(ctx, out, func(row *csvRow) error {
		c := columns.contact(row)
		if reason := c.unusable(); reason != "" {
			return out.reject(reason)
		}
		return out.contact(c)
	})
}

// unusable says why a contact cannot be used, "" when it can. An organisation without a person becomes a company.
func (c *Contact) unusable() string {
	if c.Name == (Name{}) && c.Nickname == "" && len(c.Addresses) == 0 && len(c.Phones) == 0 && len(c.Links) == 0 {
		if len(c.Organisations) == 0 || c.Organisations[0].Organisation == "" {
			return "it has no name, mail address or telephone number"
		}
		c.Name.Full, c.Company = c.Organisations[0].Organisation, true
	}
	return ""
}

// sampleDayFirst decides over the sample whether dates such as 3/5/1980 begin with the day. When nothing in it tells, the
// sign between the numbers and the language of the columns do: only dates in English with slashes begin with the month.
func (k *contactColumns) sampleDayFirst(t *csvTable, sample [][]string) bool {
	slashes := false
	for _, row := range sample {
		for i, cell := range row {
			if i >= len(k.fields) || k.fields[i] != "birthday" && k.fields[i] != "anniversary" {
				continue
			}
			a, b, _, sign, ok := threeNumbers(cell)
			if !ok || a > 31 {
				continue
			}
			slashes = slashes || sign == '/'
			switch {
			case a > 12:
				return true
			case b > 12:
				return false
			}
		}
	}
	english := false
	for _, key := range t.keys {
		english = english || key == "first name" || key == "birthday" || key == "last name"
	}
	return !slashes || !english
}

// threeNumbers takes a date in numbers apart.
func threeNumbers(s string) (a, b, c int, sign byte, ok bool) {
	s, _, _ = strings.Cut(strings.TrimSpace(s), " ")
	for _, sign := range []byte{'/', '-', '.'} {
		parts := strings.Split(s, string(sign))
		if len(parts) != 3 {
			continue
		}
		var n [3]int
		for i, part := range parts {
			if !isDigits(part) || len(part) > 4 {
				return 0, 0, 0, 0, false
			}
			n[i], _ = strconv.Atoi(part)
		}
		return n[0], n[1], n[2], sign, true
	}
	return 0, 0, 0, 0, false
}

// parseBirthday reads a day as tables write it: 1975-12-12, --12-25, 12/25/1980, 25.12.1980, 25-12-80.
func parseBirthday(s string, dayFirst bool) (Date, bool) {
	if d, ok := parseDay(s, ""); ok {
		return d, true
	}
	a, b, year, _, ok := threeNumbers(s)
	if !ok || year < 0 {
		return Date{}, false
	}
	if !dayFirst && a <= 12 || b > 12 {
		a, b = b, a
	}
	if year < 100 && len(s) < 9 {
		year = birthYear(year, 2)
	}
	return parseDay(strconv.Itoa(year)+"-"+strconv.Itoa(b)+"-"+strconv.Itoa(a), "")
}

// contact reads one row.
func (k *contactColumns) contact(row *csvRow) Contact {
	var c Contact
	var p Position
	place := [3]string{} // city, region, country
	var manager, assistant, spouse, introducer Party
	for i, cell := range row.cells {
		if i >= len(k.fields) || k.fields[i] == "" {
			continue
		}
		s := cleanText(cell, maxText)
		if s == "" {
			continue
		}
		switch k.fields[i] {
		case "name":
			fill(&c.Name.Full, s)
		case "given":
			fill(&c.Name.Given, s)
		case "particle":
			fill(&c.Name.Particle, s)
		case "family":
			fill(&c.Name.Family, s)
		case "additional":
			fill(&c.Name.Additional, s)
		case "prefix":
			fill(&c.Name.Prefix, s)
		case "suffix":
			fill(&c.Name.Suffix, s)
		case "nickname":
			fill(&c.Nickname, s)
		case "email":
			addAddresses(&c, s)
		case "phone":
			addPhones(&c, s)
		case "link":
			addLinks(&c, s)
		case "organisation":
			fill(&p.Organisation, s)
		case "department":
			fill(&p.Department, s)
		case "title":
			fill(&p.Title, s)
		case "place":
			fill(&place[0], s)
		case "region":
			fill(&place[1], s)
		case "country":
			fill(&place[2], s)
		case "tag":
			addTags(&c, s)
		case "note":
			addNote(&c, "", wholeText(cell))
		case "birthday", "anniversary":
			if d, ok := parseBirthday(s, k.dayFirst); ok {
				d.Kind = k.fields[i]
				c.Dates = append(c.Dates, d)
			}
		case "manager":
			fill(&manager.Name, s)
		case "manager_email":
			fill(&manager.Address, cleanAddress(s))
		case "assistant":
			fill(&assistant.Name, s)
		case "spouse":
			fill(&spouse.Name, s)
		case "introduced_by":
			fill(&introducer.Name, s)
		case "child":
			for _, child := range splitList(s, ";,") {
				addRelated(&c, "child", Party{Name: child})
			}
		}
	}
	k.birthColumns(row, &c)
	addRelated(&c, "manager", manager)
	addRelated(&c, "assistant", assistant)
	addRelated(&c, "spouse", spouse)
	addRelated(&c, "introduced by", introducer)
	if p != (Position{}) {
		c.Organisations = append(c.Organisations, p)
	}
	for _, one := range place {
		fill(&c.Place, one)
	}
	if address := cleanAddress(c.Name.Full); address != "" {
		// A display name that is only the address is no name.
		c.Addresses, c.Name.Full = appendNew(c.Addresses, address), ""
	}
	full := c.Name.Full
	c.Name.Full = ""
	c.Name = wholeName(c.Name, full)
	return c
}

// birthColumns reads a birthday that stands in three columns.
func (k *contactColumns) birthColumns(row *csvRow, c *Contact) {
	var n [3]int
	for i, column := range k.birth {
		if column < 0 || column >= len(row.cells) {
			continue
		}
		n[i], _ = strconv.Atoi(strings.TrimSpace(row.cells[column]))
	}
	text := strconv.Itoa(n[0]) + "-" + strconv.Itoa(n[1]) + "-" + strconv.Itoa(n[2])
	if n[0] < 1000 && n[1] > 0 && n[1] < 13 && n[2] > 0 && n[2] < 32 {
		text = "--" + time.Date(2000, time.Month(n[1]), n[2], 0, 0, 0, 0, time.UTC).Format("01-02")
	}
	if d, ok := parseDay(text, ""); ok {
		d.Kind = "birthday"
		c.Dates = append(c.Dates, d)
	}
}

// fill sets a text that is still empty.
func fill(field *string, value string) {
	if *field == "" {
		*field = value
	}
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

func addAddresses(c *Contact, s string) {
	for _, part := range splitList(s, ";, ") {
		c.Addresses = appendNew(c.Addresses, cleanAddress(part))
	}
}

func addPhones(c *Contact, s string) {
	for _, part := range splitList(s, ";") {
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
		if strings.HasPrefix(tag, "*") {
			continue
		}
		c.Tags = appendNew(c.Tags, cut(tag, 100))
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
