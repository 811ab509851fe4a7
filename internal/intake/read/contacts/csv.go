// Package contacts reads address books: vCard, LDIF, tables of contacts, lists of addresses and the exports of Google,
// Outlook and Monica.
package contacts

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/table"
	"gave.network/internal/text/names"
)

// CSV reads tables of contacts of any make. What the columns mean is guessed from their names and contents, or said by
// the mapping of the source.
var CSV = read.Format{
	Name:      "csv",
	Title:     "table (CSV)",
	How:       "Save a sheet as CSV, with names of columns such as name, email and phone in its first row.",
	Detect:    detectCSV,
	FromStart: true,
	Read:      readCSV,
}

// detectCSV is sure of a table whose columns say that it holds people, and takes any other table for want of better, so
// that its reader can say what is missing.
func detectCSV(head []byte, name string) int {
	rows := table.HeadRows(head)
	index, header := headerRow(rows)
	if header == nil || table.IsSQL(head) {
		return 0
	}
	if headless(rows, index) {
		header = columnNumbers(rows)
	}
	mapping, confidence := table.GuessMapping(header, rows)
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
		for _, key := range table.HeaderKeys(row) {
			if table.ColumnField(key) != "" {
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

// headless says that what would be the header is a row of people like the others: an address or a number stands in it.
func headless(rows [][]string, index int) bool {
	for _, cell := range rows[index] {
		if s := table.CellText(cell); read.CleanAddress(s) != "" ||
			read.PhoneShape.MatchString(s) && strings.ContainsAny(s[:1], "+0(") {
			return true
		}
	}
	return false
}

// guessNames finds a given and a family name in the columns of a table without a header.
func guessNames(header []string, rows [][]string, mapping map[string]string, confidence map[string]float64) {
	for i := range len(header) - 1 {
		if mapping[header[i]] != "" || mapping[header[i+1]] != "" {
			continue
		}
		given, family := 0, 0
		for _, row := range rows {
			if i+1 < len(row) && names.IsGiven(strings.TrimSpace(row[i])) {
				given++
				if next := strings.TrimSpace(row[i+1]); next != "" && !strings.ContainsAny(next, "0123456789@") {
					family++
				}
			}
		}
		if given*2 >= len(rows) && family == given && given > 0 {
			mapping[header[i]], confidence[header[i]] = "given", table.SureByShape
			mapping[header[i+1]], confidence[header[i+1]] = "family", table.SureByShape
			return
		}
	}
}

// columnNumbers are the names of the columns of a table without a header.
func columnNumbers(rows [][]string) []string {
	var names []string
	for _, row := range rows {
		for len(names) < len(row) {
			names = append(names, strconv.Itoa(len(names)+1))
		}
	}
	return names
}

// usableMapping says that the columns name people well enough to import them without being told. A column name alone
// may name anything: places, products, tags.
func usableMapping(header []string, mapping map[string]string, confidence map[string]float64) bool {
	companies := 0
	for _, h := range header {
		switch mapping[h] {
		case "organisation":
			companies++
		case "phone", "place", "link":
			if companies > 0 && confidence[h] >= table.SureByContent {
				return true // a list of companies
			}
		case "given", "family", "email":
			if confidence[h] >= table.SureByContent {
				return true
			}
		case "name":
			if confidence[h] >= table.SureByContent && (len(header) <= 2 || namesPeople(mapping)) {
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
		case "prefix", "particle", "phone", "organisation", "department", "title", "birthday",
			"anniversary", "manager", "manager_email", "assistant", "spouse", "child", "introduced_by":
			return true
		}
		if f, ok := read.FieldNamed(field); ok && f.Title != "" {
			return true
		}
	}
	return false
}

func readCSV(ctx context.Context, src *read.Source, sink read.Sink) error {
	t := &table.Table{Reader: table.NewReader(src.Reader, src.Size)}
	rows := t.Sample()
	index, header := headerRow(rows)
	if header == nil {
		return fault.New(fault.Invalid, "%s holds no table: a row with the names of the columns is missing.", src.Path)
	}
	if headless(rows, index) {
		header = columnNumbers(rows)
	} else {
		for range index + 1 {
			t.Next()
		}
		rows = rows[index+1:]
	}
	t.SetHeader(header)
	mapping, confidence := table.GuessMapping(header, rows)
	if header[0] == "1" {
		guessNames(header, rows, mapping, confidence)
	}
	told, err := applyMapping(t, mapping, src.Mapping)
	if err != nil {
		return err
	}
	if !told && !usableMapping(header, mapping, confidence) {
		return fault.New(fault.Invalid, "%s is a table whose columns Gave does not know: %s.", src.Path,
			strings.Join(t.ColumnNames(), ", ")).
			WithHint("Say what they mean with --map COLUMN=FIELD; a wrong field names them all.")
	}
	return readContacts(ctx, t, src, sink, mapping, rows)
}

func csvFieldNames() string {
	var names []string
	for _, f := range table.Fields {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

// applyMapping puts what the user said over what was guessed. told says that a column of this table was named.
func applyMapping(t *table.Table, guessed, said map[string]string) (told bool, err error) {
	for column, field := range said {
		field = strings.ToLower(strings.TrimSpace(field))
		if field == "" {
			field = "ignore"
		}
		if !table.IsField(field) {
			return false, fault.New(fault.Usage, "%q is no field that a column can be mapped to.", field).
				WithHint("The fields are " + csvFieldNames() + ".").WithField("map")
		}
		if i, ok := t.Column[table.HeaderKey(column)]; ok {
			guessed[t.Header[i]] = field
			told = told || field != "ignore"
		}
	}
	return told, nil
}

// contactColumns says which columns of a table hold which field.
type contactColumns struct {
	header   []string
	keys     []string
	fields   []string // by column, "" for none
	dayFirst bool     // 3/5 is the third of May
	birth    [3]int   // columns of the birthday's year, month and day, -1 when there are none
}

// readContacts emits a contact for every row.
func readContacts(
	ctx context.Context, t *table.Table, src *read.Source, sink read.Sink, mapping map[string]string, sample [][]string,
) error {
	columns := contactColumns{
		header: t.Header, keys: t.Keys, fields: make([]string, len(t.Header)), birth: [3]int{-1, -1, -1},
	}
	for i, h := range t.Header {
		columns.fields[i] = mapping[h]
	}
	for i, key := range []string{"birth year", "birth month", "birth day"} {
		if column, ok := t.Column[key]; ok {
			columns.birth[i] = column
		}
	}
	columns.dayFirst = columns.sampleDayFirst(t, sample)
	out := &read.Emitter{Source: src, Sink: sink}
	if err := t.EachRow(ctx, out, func(row *table.Row) error {
		c, faults := columns.contact(row)
		return out.Person(c, faults)
	}); err != nil {
		return err
	}
	return out.SomeRow()
}

// sampleDayFirst decides over the sample whether dates such as 3/5/1980 begin with the day. When nothing in it tells,
// the sign between the numbers and the language of the columns do: only dates in English with slashes begin with the
// month.
func (k *contactColumns) sampleDayFirst(t *table.Table, sample [][]string) bool {
	slashes := false
	for _, row := range sample {
		for i, cell := range row {
			if i >= len(k.fields) || k.fields[i] != "birthday" && k.fields[i] != "anniversary" {
				continue
			}
			a, b, _, sign, ok := read.ThreeNumbers(cell)
			if parts := strings.Split(strings.TrimSpace(cell), "/"); len(parts) == 2 && read.IsDigits(parts[0]) &&
				read.IsDigits(parts[1]) {
				a, _ = strconv.Atoi(parts[0])
				b, _ = strconv.Atoi(parts[1])
				sign, ok = '/', true
			}
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
	for _, key := range t.Keys {
		english = english || key == "first name" || key == "birthday" || key == "last name"
	}
	return !slashes || !english
}

// rowContact is the contact of one row while it is read.
type rowContact struct {
	read.Contact
	k        *contactColumns
	position read.Position
	place    [3]string // city, region, country
	people   map[string]*read.Party
	code     string // calling code of the numbers
	initials string
	shown    string      // how mail shows the address
	shownAs  [][2]string // all of these, with their columns
	faults   []string
}

// relatedFields are fields that name one person each, with what they are to the contact, in the order in which they are
// told.
var relatedFields = [][2]string{
	{"manager", "manager"}, {"assistant", "assistant"}, {"spouse", "spouse"}, {"introduced_by", "introduced by"},
}

// contact reads one row. faults are what of it could not be used.
func (k *contactColumns) contact(row *table.Row) (c read.Contact, faults []string) {
	r := &rowContact{k: k, people: map[string]*read.Party{}}
	for i, cell := range row.Cells {
		if s := table.CellText(cell); s != "" && i < len(k.fields) {
			r.cell(i, s, cell)
		}
	}
	r.birthColumns(row)
	for _, related := range relatedFields {
		if p := r.people[related[0]]; p != nil {
			r.relate(related[1], *p)
		}
	}
	if r.position != (read.Position{}) {
		r.Organisations = append([]read.Position{r.position}, r.Organisations...)
	}
	for _, one := range r.place {
		read.Fill(&r.Place, one)
	}
	if address := read.CleanAddress(r.Name.Full); address != "" {
		// A display name that is only the address is no name.
		r.Addresses, r.Name.Full = read.AppendNew(r.Addresses, address), ""
	}
	if len(r.Addresses) == 0 {
		// An Exchange server has addresses of its own; the one for mail stands beside the name.
		r.Addresses = read.AppendNew(r.Addresses, read.CleanAddress(table.AddressIn.FindString(r.shown)))
	}
	if r.initials != "" {
		if r.Name.Given == "" && r.Name.Family != "" {
			r.Name.Given = r.initials
		} else {
			r.Unknown = append(r.Unknown, "Initials: "+r.initials)
		}
	}
	full := r.Name.Full
	if r.Name == (read.Name{}) { // the name that mail shows counts only where there is no other
		full = strings.Trim(table.AddressIn.ReplaceAllString(r.shown, ""), " ()<>")
	}
	r.Name.Full = ""
	r.Name = wholeName(r.Name, full)
	if full != "" && r.Name.Full == "" && !read.SameWords(full, r.Display()) &&
		!read.SameWords(full, r.Name.Prefix+" "+r.Display()+" "+r.Name.Suffix) {
		r.AlsoNamed(full)
	}
	for _, shown := range r.shownAs {
		name := strings.Trim(table.AddressIn.ReplaceAllString(shown[1], ""), " ()<>")
		if name != "" && !read.SameWords(name, r.Display()) {
			r.Unknown = append(r.Unknown, read.CleanText(shown[0], 100)+": "+shown[1])
		}
	}
	for i, phone := range r.Phones {
		if r.code != "" {
			r.Phones[i] = table.WithCallingCode(phone, r.code)
		}
	}
	return r.Contact, r.faults
}

// keep stores the value of a column that has no place, or of which there is one already.
func (r *rowContact) keep(i int, value string) {
	size := 0
	for _, line := range r.Unknown {
		size += len(line)
	}
	if size < maxUnknown {
		r.Unknown = append(r.Unknown, read.CleanText(r.k.header[i], 100)+": "+value)
	}
}

// one sets a field that has one value; a second is kept as it is.
func (r *rowContact) one(field *string, i int, value string) {
	first, more, several := strings.Cut(value, ":::")
	if first = strings.TrimSpace(first); several {
		r.keep(i, first+" :::"+more)
	}
	switch {
	case *field == "":
		*field = first
	case *field != first && !several:
		r.keep(i, value)
	}
}

func (r *rowContact) person(field string) *read.Party {
	if r.people[field] == nil {
		r.people[field] = &read.Party{}
	}
	return r.people[field]
}

// cell takes in the cell of one column: s is its text in one line.
func (r *rowContact) cell(i int, s, whole string) {
	if r.k.fields[i] == "" || showsAddress(r.k.keys[i]) {
		r.unnamed(i, s, whole)
		return
	}
	switch field := r.k.fields[i]; field {
	case "name":
		r.one(&r.Name.Full, i, s)
	case "given":
		r.one(&r.Name.Given, i, s)
	case "particle":
		r.one(&r.Name.Particle, i, s)
	case "family":
		r.one(&r.Name.Family, i, s)
	case "additional":
		r.one(&r.Name.Additional, i, s)
	case "prefix":
		r.one(&r.Name.Prefix, i, s)
	case "suffix":
		r.one(&r.Name.Suffix, i, s)
	case "email", "phone", "link":
		r.reached(field, i, s, whole)
	case "organisation":
		r.one(&r.position.Organisation, i, s)
	case "department":
		r.one(&r.position.Department, i, s)
	case "title":
		r.one(&r.position.Title, i, s)
	case "place":
		if place := table.PlaceIn(s); place != "" {
			r.one(&r.place[0], i, place)
			if place == s {
				return
			}
		}
		r.keep(i, s)
	case "region":
		r.one(&r.place[1], i, s)
	case "country":
		r.one(&r.place[2], i, s)
	case "tag":
		for _, one := range table.CellValues(s) {
			read.AddTags(&r.Contact, one)
		}
	case "note":
		read.AddNote(&r.Contact, "", read.WholeText(whole))
	case "birthday", "anniversary":
		switch d, ok := table.ParseTableDay(s, r.k.dayFirst); {
		case ok:
			d.Kind = field
			r.Dates = append(r.Dates, d)
		case !read.IsNoDate(s):
			r.faults = append(r.faults, read.DateFault(s))
			r.keep(i, s)
		}
	case "manager", "assistant", "spouse", "introduced_by":
		r.one(&r.person(field).Name, i, s)
	case "manager_email":
		r.one(&r.person("manager").Address, i, cmp.Or(read.CleanAddress(s), s))
	case "child":
		for _, child := range read.SplitList(s, ";,") {
			r.relate("child", read.Party{Name: child})
		}
	default:
		if f, ok := read.FieldNamed(field); ok {
			for _, value := range read.SplitList(s, ";") {
				f.Add(&r.Contact, value)
			}
		}
	}
}

// relate adds a tie to everybody that a field names.
func (r *rowContact) relate(kind string, p read.Party) {
	for _, name := range eachName(p.Name) {
		p.Name = name
		read.AddRelated(&r.Contact, kind, p)
	}
}

// reached takes in an address, a number or a link; what is none is kept as it is.
func (r *rowContact) reached(field string, i int, s, whole string) {
	for _, value := range table.CellValues(s) {
		var list *[]string
		switch field {
		case "email":
			list = &r.Addresses
		case "phone":
			list = &r.Phones
		default:
			list = &r.Links
		}
		before := len(*list)
		switch {
		case field == "email" && strings.Contains(value, "@"):
			read.AddAddresses(&r.Contact, value)
			if len(*list) == before && !slices.Contains(*list, read.CleanAddress(value)) {
				// "Anna Bos <anna@example.org>", and what else people write into such a cell.
				*list = read.AppendNew(*list, read.CleanAddress(table.AddressIn.FindString(value)))
			}
		case field == "email":
			if handle := read.ExchangeHandle(strings.TrimPrefix(value, "EX:")); handle != "" {
				read.Fill(&r.Handle, handle)
			}
			r.keep(i, value)
			continue
		case field == "phone":
			for _, phone := range read.EachPhone(strings.TrimSpace(strings.ReplaceAll(value, "\x00", ""))) {
				*list = read.AppendNew(*list, read.Cut(phone, 60))
			}
			if strings.Contains(whole, "\n") && len(*list) == before+1 {
				(*list)[before] = read.Cut(read.CleanText(read.First(read.EachPhone(whole)), read.MaxText), 60)
				for _, phone := range read.EachPhone(whole) {
					*list = read.AppendNew(*list, read.Cut(read.CleanText(phone, read.MaxText), 60))
				}
			}
		default:
			read.AddLinks(&r.Contact, value)
		}
		if len(*list) == before && !slices.ContainsFunc(*list, func(have string) bool {
			return strings.Contains(strings.ToLower(value), strings.ToLower(have))
		}) {
			r.keep(i, value)
		}
	}
}

// unnamed takes in a column that is none of the fields, and still says something.
func (r *rowContact) unnamed(i int, s, whole string) {
	key := r.k.keys[i]
	switch {
	case r.k.birth[0] == i || r.k.birth[1] == i || r.k.birth[2] == i:
	case strings.HasSuffix(key, "calling code") || strings.HasSuffix(key, "callingcode"):
		r.code = s
	case initialsHeads[key]:
		r.initials = s
	case showsAddress(key):
		if r.shown == "" {
			r.shown = s
		}
		r.shownAs = append(r.shownAs, [2]string{r.k.header[i], s})
	case s == "SMTP":
	case tellsCompany[key]:
		switch {
		case companyWords[table.HeaderKey(s)]:
			r.Company = true
		case read.IsYes(table.HeaderKey(s)):
			r.Company = r.Company || strings.Contains(key, "company")
		}
		r.keep(i, s)
	case wholeAddress[key]:
		if place := table.PlaceOfAddress(whole); place != "" && r.place[0] == "" {
			r.place[0] = place
		} else if place := table.PlaceIn(s); r.place[0] == "" && place != "" && place != s {
			r.place[0] = place
		}
		r.keep(i, s)
	case relationHeads[key] != "":
		r.relate(relationHeads[key], read.Party{Name: s})
	default:
		r.keep(i, s)
	}
}

// showsAddress says that a column holds how mail shows an address: "Anna Bos (anna@example.org)".
func showsAddress(key string) bool {
	if strings.HasPrefix(key, "nom complet") && strings.Contains(key, "messagerie") ||
		strings.HasPrefix(key, "nombre para mostrar") {
		return true
	}
	for _, word := range []string{"display name", "weergavenaam", "angezeigter name"} {
		if (strings.HasPrefix(key, "e mail") || strings.HasPrefix(key, "email")) && strings.HasSuffix(key, word) {
			return true
		}
	}
	return false
}

// companyWords say in such a column that it is an organisation.
var companyWords = read.WordSet("company")

// tellsCompany are columns that say whether a row is a person or an organisation.
var tellsCompany = read.WordSet("head.company")

// initialsHeads are columns with initials: a name only where the given name is missing.
var initialsHeads = read.WordSet("head.initials")

// wholeAddress are columns that hold an address of several lines or parts.
var wholeAddress = read.WordSet("head.address")

// relationHeads are columns that name somebody, with what they are to the contact.
var relationHeads = read.Aliases("relation.")

// birthColumns reads a birthday that stands in three columns.
func (r *rowContact) birthColumns(row *table.Row) {
	var n [3]int
	for i, column := range r.k.birth {
		if column < 0 || column >= len(row.Cells) {
			continue
		}
		n[i], _ = strconv.Atoi(strings.TrimSpace(row.Cells[column]))
	}
	text := strconv.Itoa(n[0]) + "-" + strconv.Itoa(n[1]) + "-" + strconv.Itoa(n[2])
	if n[0] < 1000 && n[1] > 0 && n[1] < 13 && n[2] > 0 && n[2] < 32 {
		text = "--" + time.Date(2000, time.Month(n[1]), n[2], 0, 0, 0, 0, time.UTC).Format("01-02")
	}
	switch d, ok := read.ParseDay(text, ""); {
	case ok:
		d.Kind = "birthday"
		r.Dates = append(r.Dates, d)
	case n != [3]int{}:
		r.faults = append(r.faults, read.DateFault(text))
	}
}
