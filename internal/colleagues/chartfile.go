package colleagues

import (
	"bytes"
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/contacts"
	"gave.network/internal/lang"
	"gave.network/internal/op"
)

// The headings of a chart, in English and Dutch.
var (
	whoColumns          = lang.Words("tables", "chart.who")
	mailColumns         = lang.Words("tables", "chart.mail")
	managerColumns      = lang.Words("tables", "chart.manager")
	managerMail         = lang.Words("tables", "chart.manager.mail")
	unitColumns         = lang.Words("tables", "chart.unit")
	titleColumns        = lang.Words("tables", "chart.title")
	levelColumns        = lang.Words("tables", "chart.level")
	sinceColumns        = lang.Words("tables", "chart.since")
	untilColumns        = lang.Words("tables", "chart.until")
	organisationColumns = lang.Words("tables", "chart.organisation")
	dayWords            = lang.Words("tables", "chart.day") // of the comment that says of which day a table is
)

const (
	// longestCell bounds a department or title.
	longestCell = 200
	// mostManagers is how many people above somebody are looked at: one is kept, and the others are told.
	mostManagers = 5
)

// chartName is how a chart names somebody.
type chartName struct{ name, mail string }

// chartRow is a line of a chart, whatever it was written in.
type chartRow struct {
	line         int
	who          chartName
	managers     []chartName
	department   string
	title        string
	organisation string
	level        int // 0 where it does not say
	since, until day // 0 where it does not say
}

// chartFile is a chart as it was read.
type chartFile struct {
	rows     []chartRow
	rejected []Rejected
	closed   int
	day      day
}

// readChart reads a chart: a table, or the people of a directory in SCIM or LDIF, which is told from what stands in it.
func readChart(ctx context.Context, v op.Viewer, in ChartInput) (*chartFile, error) {
	out := &chartFile{day: today(v)}
	asked := in.Day
	head := []byte(in.File[:min(len(in.File), 64<<10)])
	switch {
	case len(in.File) > mostFile:
		return nil, fault.New(fault.TooLarge, "The table is larger than %d MB.", mostFile>>20).
			WithHint("Leave out what is not needed.").WithField("file")
	case contacts.LDIF.Detect(head, "") > 0:
		if err := out.directory(ctx, v, contacts.LDIF, in.File); err != nil {
			return nil, err
		}
	case contacts.SCIM.Detect(head, "") > 0 || bytes.HasPrefix(bytes.TrimSpace(head), []byte("{")) ||
		bytes.HasPrefix(bytes.TrimSpace(head), []byte("[")):
		if err := out.directory(ctx, v, contacts.SCIM, in.File); err != nil {
			return nil, err
		}
	default:
		said, err := out.table(v, in.File)
		if err != nil {
			return nil, err
		}
		asked = cmp.Or(asked, said)
	}
	if asked != "" {
		first, _, ok := daysOf(asked)
		if !ok {
			return nil, fault.New(fault.Invalid, "%q is no day.", asked).
				WithHint("Write it as 2026-01-31.").WithField("day")
		}
		out.day = first
	}
	for i := range out.rows {
		out.rows[i].organisation = cmp.Or(out.rows[i].organisation, strings.TrimSpace(in.Organisation))
	}
	return out, nil
}

// daysOf returns the first day of a date, which may be a year or a month alone, and the first day after it.
func daysOf(s string) (first, after day, ok bool) {
	date := read.PartialDate(strings.TrimSpace(s))
	if date == "" {
		if d, ok := read.ParseWrittenDay(strings.TrimSpace(s), true); ok && d.Year > 0 {
			date = time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		}
	}
	for _, form := range []struct {
		layout              string
		years, months, days int
	}{{time.DateOnly, 0, 0, 1}, {"2006-01", 0, 1, 0}, {"2006", 1, 0, 0}} {
		if at, err := time.Parse(form.layout, date); err == nil && at.Year() > 1900 && dayOf(at) != 0 {
			return dayOf(at), dayOf(at.AddDate(form.years, form.months, form.days)), true
		}
	}
	return 0, 0, false
}

// table reads a chart from a table, and returns the day that a comment in it says.
func (f *chartFile) table(v op.Viewer, body string) (said string, err error) {
	p := v.Printer()
	t, settings, bad, err := readTable(body)
	if err != nil {
		return "", err
	}
	if !t.has(whoColumns...) && !t.has(mailColumns...) {
		return "", fault.New(fault.Invalid, "The table has no column that names a person.").
			WithHint("Begin with a line of headings: person, manager, department, title.").WithField("file")
	}
	for _, line := range bad {
		f.rejected = append(f.rejected,
			Rejected{line, p.T("A quotation mark is not closed or stands in the wrong place.")})
	}
	for _, name := range dayWords {
		said = cmp.Or(said, settings[name])
	}
	for _, cells := range t.rows {
		row := chartRow{
			line: cells.line, who: chartName{t.cell(cells, whoColumns...), t.cell(cells, mailColumns...)},
			department: t.cell(cells, unitColumns...), title: t.cell(cells, titleColumns...),
			organisation: t.cell(cells, organisationColumns...),
		}
		if row.who == (chartName{}) {
			if strings.Join(cells.cells, "") != "" {
				f.rejected = append(f.rejected, Rejected{row.line, p.T("This line names no person.")})
			}
			continue
		}
		// a level in words is that of the title, not a place in the chart
		row.level, _ = strconv.Atoi(t.cell(cells, levelColumns...))
		if row.level < 0 || row.level > mostRows {
			row.level = 0
		}
		names, mails := severalIn(t.cell(cells, managerColumns...)), severalIn(t.cell(cells, managerMail...))
		for i := range min(max(len(names), len(mails)), mostManagers) {
			one := chartName{}
			if i < len(names) {
				one.name = names[i]
			}
			if i < len(mails) {
				one.mail = mails[i]
			}
			row.managers = append(row.managers, one)
		}
		for _, column := range []struct {
			names []string
			until bool
		}{{sinceColumns, false}, {untilColumns, true}} {
			written := t.cell(cells, column.names...)
			if written == "" {
				continue
			}
			first, after, ok := daysOf(written)
			switch {
			case !ok:
				f.rejected = append(f.rejected, Rejected{row.line, p.T("%q is no day.", written)})
			case column.until:
				row.until = after // the day that is written is the last
			default:
				row.since = first
			}
		}
		if row.until > 0 && row.since >= row.until {
			f.rejected = append(f.rejected, Rejected{row.line, p.T("It ends before it begins.")})
			continue
		}
		f.rows = append(f.rows, row)
	}
	return said, nil
}

// severalIn parts the names in a cell that has more than one.
func severalIn(cell string) []string {
	return read.NonEmpty(strings.FieldsFunc(cell, func(r rune) bool { return r == ';' || r == '|' || r == '\n' }))
}

// directory reads a chart from the people of a directory. What of them a chart cannot use, such as a photo that is
// damaged, is not spoken of.
func (f *chartFile) directory(ctx context.Context, v op.Viewer, format read.Format, body string) error {
	people := &staff{file: f, p: v.Printer(), byHandle: map[string]chartName{}}
	source := &read.Source{
		Path: "chart", Reader: strings.NewReader(body), Size: int64(len(body)), Zone: v.Zone, Now: v.Now,
	}
	if err := format.Read(ctx, source, people); err != nil {
		if ctx.Err() != nil || len(people.contacts) == 0 {
			return err
		}
		people.file.rejected = append(people.file.rejected, Rejected{people.last + 1, people.p.Fault(err)})
	}
	if len(people.contacts) > mostRows {
		return fault.New(fault.TooLarge, "The table has more than %d lines.", mostRows).WithField("file")
	}
	people.rows()
	return nil
}

// staff is a sink that takes the people of a directory.
type staff struct {
	file *chartFile
	p    interface {
		T(string, ...any) string
		Fault(error) string
	}
	contacts []read.Contact
	last     int
	byHandle map[string]chartName
}

// Contact takes somebody.
func (s *staff) Contact(at read.At, c read.Contact) error {
	s.last = max(s.last, int(at.Line))
	switch {
	case c.Adds || c.Company:
	case c.Gone:
		s.file.closed++
	default:
		c.At = at
		s.contacts = append(s.contacts, c)
	}
	if c.Handle != "" && !c.Adds {
		s.byHandle[c.Handle] = nameOf(&c)
	}
	return nil
}

// nameOf is how somebody of a directory is found among the people of the network.
func nameOf(c *read.Contact) chartName { return chartName{c.AnyName(), read.First(c.Addresses)} }

// Interaction is in no directory.
func (s *staff) Interaction(read.At, read.Interaction) error { return nil }

// Statement is in no directory.
func (s *staff) Statement(read.At, read.Statement) error { return nil }

// Praise is in no directory.
func (s *staff) Praise(read.At, read.Praise) error { return nil }

// Tie is in no directory.
func (s *staff) Tie(read.At, read.Tie) error { return nil }

// Reject says what of a record cannot be used.
func (s *staff) Reject(at read.At, reason string) error {
	s.last = max(s.last, int(at.Line))
	s.file.rejected = append(s.file.rejected, Rejected{max(int(at.Line), 1), read.ReasonFor(s.p, reason)})
	return nil
}

// rows makes the lines of the chart, once everybody is known whom others may name.
func (s *staff) rows() {
	for i := range s.contacts {
		c := &s.contacts[i]
		row := chartRow{line: max(int(c.At.Line), 1), who: nameOf(c)}
		for _, at := range c.Organisations {
			row.department, row.title = cmp.Or(row.department, at.Department), cmp.Or(row.title, at.Title)
			row.organisation = cmp.Or(row.organisation, at.Organisation)
			if first, _, ok := daysOf(at.From); ok {
				row.since = first
			}
		}
		// So it has been since the record was last changed: what it was before, the directory does not say.
		if !c.Changed.IsZero() {
			row.since = max(row.since, dayOf(c.Changed))
		}
		for _, r := range c.Related {
			if r.Kind != "manager" || len(row.managers) == mostManagers {
				continue
			}
			one, ok := s.byHandle[r.Party.Handle]
			if !ok {
				one = chartName{r.Party.Name, r.Party.Address}
			}
			if one == (chartName{}) {
				s.file.rejected = append(s.file.rejected, Rejected{
					row.line, s.p.T("the manager %s is in no other record", r.Party.Handle),
				})
				continue
			}
			row.managers = append(row.managers, one)
		}
		s.file.rows = append(s.file.rows, row)
	}
}
