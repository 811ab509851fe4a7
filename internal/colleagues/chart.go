package colleagues

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/lang"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
)

// The headings of a chart, in English and Dutch.
var (
	whoColumns     = lang.Words("tables", "chart.who")
	mailColumns    = lang.Words("tables", "chart.mail")
	managerColumns = lang.Words("tables", "chart.manager")
	managerMail    = lang.Words("tables", "chart.manager.mail")
	unitColumns    = lang.Words("tables", "chart.unit")
	titleColumns   = lang.Words("tables", "chart.title")
	levelColumns   = lang.Words("tables", "chart.level")
)

// longestCell bounds a department or title.
const longestCell = 200

// ChartInput is a formal chart.
type ChartInput struct {
	File string `json:"file" arg:"1" doc:"table with a line for each person: person (or email), manager, department, title, level" example:"person,manager,department"`
	Add  bool   `json:"add,omitempty" doc:"add people who are not in your network yet"`
}

// ChartOutput says what became of a chart.
type ChartOutput struct {
	Positions   int        `json:"positions"`
	Levels      int        `json:"levels"`
	Departments int        `json:"departments"`
	Added       int        `json:"added" doc:"people who are new in the network"`
	Rejected    []Rejected `json:"rejected"`
}

// ExitCode is 3 when some lines were rejected.
func (o ChartOutput) ExitCode() int {
	if len(o.Rejected) > 0 {
		return 3
	}
	return 0
}

// Text says what was taken in, and what was not.
func (o ChartOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintln(&b,
		p.T("%d positions", o.Positions)+", "+p.T("%d levels", o.Levels)+", "+p.T("%d departments", o.Departments))
	for _, r := range o.Rejected {
		fmt.Fprintln(&b, "  "+p.T("line %d: %s", r.Line, r.Reason))
	}
	return b.String()
}

// loadChart replaces the viewer's chart. A chart that goes round in a circle is refused whole; a line that names nobody
// is left out and said.
func (s *Service) loadChart(ctx context.Context, v op.Viewer, in ChartInput) (ChartOutput, error) {
	p := v.Printer()
	t, _, bad, err := readTable(in.File)
	if err != nil {
		return ChartOutput{}, err
	}
	if !t.has(whoColumns...) && !t.has(mailColumns...) {
		return ChartOutput{}, fault.New(fault.Invalid, "The table has no column that names a person.").
			WithHint("Begin with a line of headings: person, manager, department, title.").WithField("file")
	}
	out := ChartOutput{Rejected: []Rejected{}}
	for _, line := range bad {
		out.Rejected = append(out.Rejected,
			Rejected{line, p.T("A quotation mark is not closed or stands in the wrong place.")})
	}
	known := map[string]id.ID{}             // a manager is named on many lines
	waiting := map[id.ID]people.NewPerson{} // to be added once the chart as a whole is right
	find := func(name, mail string) (id.ID, error) {
		reference := cmp.Or(mail, name)
		if key, ok := known[reference]; ok {
			return key, nil
		}
		person, err := s.network.Resolve(ctx, v, reference)
		if fault.CodeOf(err) == fault.NotFound && mail != "" && name != "" {
			person, err = s.network.Resolve(ctx, v, name)
		}
		if fault.CodeOf(err) == fault.NotFound && in.Add {
			add := people.NewPerson{Person: people.Person{Name: cmp.Or(name, mail)}}
			if mail != "" {
				identifier := people.IdentifierOf(mail)
				if identifier.Kind == 0 {
					return id.Zero, fault.New(fault.Invalid, "%q is not a mail address.", mail)
				}
				add.Identifiers = []people.Identifier{identifier}
			}
			person.ID, err = id.New(), nil
			waiting[person.ID] = add
		}
		if err == nil {
			known[reference] = person.ID
		}
		return person.ID, err
	}
	chart := map[id.ID]position{}
	line := map[id.ID]int{}
	reject := func(row tableRow, reason error) {
		out.Rejected = append(out.Rejected, Rejected{row.line, p.Fault(reason)})
	}
	for _, row := range t.rows {
		name, mail := t.cell(row, whoColumns...), t.cell(row, mailColumns...)
		if name == "" && mail == "" {
			if strings.Join(row.cells, "") != "" {
				reject(row, fault.New(fault.Invalid, "This line names no person."))
			}
			continue
		}
		at := position{Department: t.cell(row, unitColumns...), Title: t.cell(row, titleColumns...)}
		if len(at.Department) > longestCell || len(at.Title) > longestCell {
			reject(row, fault.New(fault.Invalid, "A department or title has at most %d characters.", longestCell))
			continue
		}
		// a level in words is that of the title, not a place in the chart
		at.Level, _ = strconv.Atoi(t.cell(row, levelColumns...))
		if at.Level < 0 || at.Level > mostRows {
			at.Level = 0
		}
		if at.Person, err = find(name, mail); err != nil {
			reject(row, err)
			continue
		}
		if before, twice := line[at.Person]; twice {
			reject(row, fault.New(fault.Invalid, "This person has a line already: line %d.", before))
			continue
		}
		if above, aboveMail := t.cell(row, managerColumns...), t.cell(row, managerMail...); above != "" ||
			aboveMail != "" {
			if at.Manager, err = find(above, aboveMail); err != nil {
				reject(row, err)
				continue
			}
		}
		if at.Manager == at.Person {
			at.Manager = id.Zero // spreadsheets write the top so
		}
		chart[at.Person], line[at.Person] = at, row.line
	}
	if len(chart) == 0 {
		err := fault.New(fault.Invalid, "No line of this chart names somebody in your network.").
			WithHint("Import your contacts first, or add the people with --add.").WithField("file")
		return ChartOutput{}, err
	}
	if err := s.levels(ctx, v, chart, waiting); err != nil {
		return ChartOutput{}, err
	}
	slices.SortFunc(out.Rejected, func(a, b Rejected) int { return a.Line - b.Line })
	departments, levels := map[string]bool{}, map[int]bool{}
	for _, at := range chart {
		levels[at.Level] = true
		if at.Department != "" {
			departments[at.Department] = true
		}
	}
	out.Positions, out.Levels, out.Departments = len(chart), len(levels), len(departments)
	if chart, err = s.addWaiting(ctx, v, chart, waiting); err != nil {
		return ChartOutput{}, err
	}
	out.Added = len(waiting)
	return out, s.keepChart(ctx, v, chart)
}

// addWaiting adds the people whom the network did not have and returns the chart with their true ids.
func (s *Service) addWaiting(
	ctx context.Context, v op.Viewer, chart map[id.ID]position, waiting map[id.ID]people.NewPerson,
) (map[id.ID]position, error) {
	added := map[id.ID]id.ID{}
	for _, key := range slices.SortedFunc(maps.Keys(waiting), func(a, b id.ID) int {
		return slices.Compare(a[:], b[:])
	}) {
		person, err := s.network.AddPerson(ctx, v, waiting[key])
		if err != nil {
			return nil, err
		}
		added[key] = person
	}
	out := make(map[id.ID]position, len(chart))
	for _, at := range chart {
		if key, ok := added[at.Person]; ok {
			at.Person = key
		}
		if key, ok := added[at.Manager]; ok {
			at.Manager = key
		}
		out[at.Person] = at
	}
	return out, nil
}

// levels sets how far from the top each position is, and refuses a chart that goes round in a circle, naming who is in
// it.
func (s *Service) levels(
	ctx context.Context, v op.Viewer, chart map[id.ID]position, waiting map[id.ID]people.NewPerson,
) error {
	const open = -1
	done := map[id.ID]int{}
	for start := range chart {
		var way []id.ID
		at := start
		for done[at] == 0 {
			here, ok := chart[at]
			if !ok { // a manager without a line of its own: the top of what is known
				done[at] = 1
				break
			}
			done[at] = open
			way = append(way, at)
			if here.Manager.IsZero() {
				done[at], way = max(1, here.Level), way[:len(way)-1]
				break
			}
			at = here.Manager
		}
		if done[at] == open {
			return s.circle(ctx, v, way[slices.Index(way, at):], waiting)
		}
		level := done[at]
		for i := len(way) - 1; i >= 0; i-- {
			level++
			done[way[i]] = level
		}
	}
	for key, at := range chart {
		at.Level = done[key]
		chart[key] = at
	}
	return nil
}

func (s *Service) circle(ctx context.Context, v op.Viewer, way []id.ID, waiting map[id.ID]people.NewPerson) error {
	refs, err := s.network.Refs(ctx, v, way)
	if err != nil {
		return err
	}
	for key, p := range waiting {
		refs[key] = people.Ref{ID: key, Name: p.Name}
	}
	// It begins with the first by name, so that the sentence is the same each time.
	first := 0
	for i, key := range way {
		if refs[key].Name < refs[way[first]].Name {
			first = i
		}
	}
	var names []string
	for i := range len(way) + 1 {
		if i == 6 && len(way) > 6 {
			names = append(names, "…")
			break
		}
		names = append(names, refs[way[(first+i)%len(way)]].Name)
	}
	return fault.New(fault.Invalid, "The chart goes round in a circle: %s.", strings.Join(names, " → ")).
		WithHint("Correct the manager on one of these lines. Nothing was stored.").
		WithField("file")
}

// ChartPosition is somebody's place in the formal chart.
type ChartPosition struct {
	Person     people.Ref  `json:"person"`
	Manager    *people.Ref `json:"manager"`
	Level      int         `json:"level" doc:"1 at the top"`
	Department string      `json:"department"`
	Title      string      `json:"title"`
}

// PositionsOutput is the viewer's chart.
type PositionsOutput struct {
	Positions []ChartPosition `json:"positions"`
}

// positions lists the viewer's chart, from the top down.
func (s *Service) positions(ctx context.Context, v op.Viewer, _ op.None) (PositionsOutput, error) {
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return PositionsOutput{}, err
	}
	chart, err := s.chart(ctx, v, everybody)
	if err != nil {
		return PositionsOutput{}, err
	}
	var keys []id.ID
	for key, at := range chart {
		keys = append(keys, key)
		if !at.Manager.IsZero() {
			keys = append(keys, at.Manager)
		}
	}
	refs, err := s.network.Refs(ctx, v, keys)
	if err != nil {
		return PositionsOutput{}, err
	}
	out := PositionsOutput{Positions: make([]ChartPosition, 0, len(chart))}
	for key, at := range chart {
		ref, ok := refs[key]
		if !ok {
			continue
		}
		one := ChartPosition{Person: ref, Level: at.Level, Department: at.Department, Title: at.Title}
		if manager, ok := refs[at.Manager]; ok {
			one.Manager = &manager
		}
		out.Positions = append(out.Positions, one)
	}
	slices.SortFunc(out.Positions, func(a, b ChartPosition) int {
		return cmp.Or(a.Level-b.Level, strings.Compare(a.Department, b.Department),
			strings.Compare(a.Person.Name, b.Person.Name), slices.Compare(a.Person.ID[:], b.Person.ID[:]))
	})
	return out, nil
}

// ChartVersion changes with the viewer's chart.
func (s *Service) ChartVersion(ctx context.Context, v op.Viewer, _ string) (string, error) {
	out, err := s.positions(ctx, v, op.None{})
	if err != nil {
		return "", err
	}
	return op.VersionOf(out)
}
