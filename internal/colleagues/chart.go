package colleagues

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/skilled"
	"gave.network/internal/text"
)

// ChartInput is a formal chart.
type ChartInput struct {
	File         string `json:"file" arg:"1" doc:"the people of an organisation: a table with a line for each (person or email, manager, department, title, level, organisation, since, until), the list of users of a directory in SCIM (JSON), or its records in LDIF" example:"person,manager,department"`
	Add          bool   `json:"add,omitempty" doc:"add people who are not in your network yet"`
	Day          string `json:"day,omitempty" doc:"the day on which the chart was so, such as 2026-01-31; today when left out"`
	Organisation string `json:"organisation,omitempty" doc:"of which organisation it is, where its lines do not say" maxLength:"200"`
}

// ChartOutput says what became of a chart.
type ChartOutput struct {
	Positions   int        `json:"positions" doc:"lines that hold on the day of the chart"`
	Levels      int        `json:"levels"`
	Departments int        `json:"departments"`
	Added       int        `json:"added" doc:"people who are new in the network"`
	Day         string     `json:"day" doc:"from which the chart holds"`
	Ended       int        `json:"ended" doc:"lines of earlier charts that are in this one no more, or not so"`
	Closed      int        `json:"closed" doc:"accounts of the directory that are closed, and left out"`
	Rejected    []Rejected `json:"rejected" doc:"lines of which something could not be used"`
	Remarks     []Rejected `json:"remarks" doc:"lines that were used, and of which something is to be known"`
}

// ExitCode is 3 when some lines were rejected.
func (o ChartOutput) ExitCode() int {
	if len(o.Rejected) > 0 {
		return 3
	}
	return 0
}

// said are all that is to be said of single lines.
func (o ChartOutput) said() []Rejected { return slices.Concat(o.Rejected, o.Remarks) }

// Text says what was taken in, and what was not.
func (o ChartOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintln(&b,
		p.T("%d positions", o.Positions)+", "+p.T("%d levels", o.Levels)+", "+p.T("%d departments", o.Departments))
	if o.Ended > 0 {
		fmt.Fprintln(&b, p.T("%d lines of earlier charts end on %s.", o.Ended, o.Day))
	}
	if o.Closed > 0 {
		fmt.Fprintln(&b, p.T("%d accounts are closed, and left out.", o.Closed))
	}
	for _, r := range o.said() {
		fmt.Fprintln(&b, "  "+p.T("line %d: %s", r.Line, r.Reason))
	}
	return b.String()
}

// charting is a chart that is being loaded.
type charting struct {
	*Service
	v       op.Viewer
	p       *locale.Printer
	add     bool
	known   map[string]id.ID           // a manager is named on many lines
	waiting map[id.ID]people.NewPerson // to be added once the chart as a whole is right
	names   map[id.ID]string           // of who is in it
	called  map[string][]chartName     // who have a line, by their names, folded
	rows    map[id.ID][]int            // the places of the lines of somebody in chart
	chart   []position
	line    []int // of each in chart
	out     ChartOutput
}

// loadChart lays a chart over those that the viewer has. Each line that cannot be used, or not as a whole, is said; the
// others are kept.
func (s *Service) loadChart(ctx context.Context, v op.Viewer, in ChartInput) (ChartOutput, error) {
	c := &charting{
		Service: s, v: v, p: v.Printer(), add: in.Add, known: map[string]id.ID{}, waiting: map[id.ID]people.NewPerson{},
		names: map[id.ID]string{}, rows: map[id.ID][]int{}, called: map[string][]chartName{},
		out: ChartOutput{Rejected: []Rejected{}, Remarks: []Rejected{}},
	}
	file, err := readChart(ctx, v, in)
	if err != nil {
		return ChartOutput{}, err
	}
	c.out.Rejected, c.out.Closed = append(c.out.Rejected, file.rejected...), file.closed
	for _, row := range file.rows {
		called := text.Fold(row.who.name)
		c.called[called] = append(c.called[called], row.who)
	}
	for _, row := range file.rows {
		if err := c.take(ctx, row); err != nil {
			return ChartOutput{}, err
		}
	}
	if len(c.chart) == 0 {
		err := fault.New(fault.Invalid, "No line of this chart names somebody in your network.").
			WithHint("Import your contacts first, or add the people with --add.").WithField("file")
		return ChartOutput{}, err
	}
	if err := c.uncircle(ctx, file.day); err != nil {
		return ChartOutput{}, err
	}
	byLine := func(a, b Rejected) int { return a.Line - b.Line }
	slices.SortStableFunc(c.out.Rejected, byLine)
	slices.SortStableFunc(c.out.Remarks, byLine)
	if err := c.addWaiting(ctx); err != nil {
		return ChartOutput{}, err
	}
	return c.keep(ctx, file)
}

// keep stores the chart and says what it is.
func (c *charting) keep(ctx context.Context, file *chartFile) (ChartOutput, error) {
	everybody, err := c.network.Everybody(ctx, c.v)
	if err != nil {
		return c.out, err
	}
	one := &loaded{day: file.day, lines: c.chart, organisations: map[string]bool{}}
	for _, l := range c.chart {
		if l.Organisation != "" {
			one.organisations[text.Fold(l.Organisation)] = true
		}
	}
	if len(one.organisations) == 1 { // who does not say it is of the same one
		at := slices.IndexFunc(c.chart, func(l position) bool { return l.Organisation != "" })
		for i := range c.chart {
			c.chart[i].Organisation = cmp.Or(c.chart[i].Organisation, c.chart[at].Organisation)
		}
	}
	before, err := c.lines(ctx, c.v, c.db)
	if err != nil {
		return c.out, err
	}
	if err := c.keepChart(ctx, c.v, one, everybody.Canonical); err != nil {
		return c.out, err
	}
	canonical := func(person id.ID) id.ID { return cmp.Or(everybody.Canonical(person), person) }
	now := holding(c.chart, file.day, canonical)
	for person, was := range holding(before, file.day-1, canonical) {
		if is, still := now[person]; (!still || is.Manager != was.Manager || is.Department != was.Department ||
			is.Title != was.Title) && (still || one.of(was.Organisation)) {
			c.out.Ended++
		}
	}
	departments, levels := map[string]bool{}, map[int]bool{}
	for _, at := range now {
		if at.Level > 0 {
			levels[at.Level] = true
		}
		if at.Department != "" {
			departments[at.Department] = true
		}
	}
	c.out.Positions, c.out.Levels, c.out.Departments = len(now), len(levels), len(departments)
	c.out.Added, c.out.Day = len(c.waiting), file.day.String()
	return c.out, nil
}

// find returns the person of a name or mail address.
func (c *charting) find(ctx context.Context, who chartName) (id.ID, error) {
	if list := c.called[text.Fold(who.name)]; who.mail == "" && len(list) == 1 {
		who.mail = list[0].mail // who has a line of their own is found as that line says
	}
	reference := cmp.Or(who.mail, who.name)
	if key, ok := c.known[reference]; ok {
		return key, nil
	}
	person, err := c.network.Resolve(ctx, c.v, reference)
	if fault.CodeOf(err) == fault.NotFound && who.mail != "" && who.name != "" {
		person, err = c.network.Resolve(ctx, c.v, who.name)
	}
	if fault.CodeOf(err) == fault.NotFound && c.add {
		add := people.NewPerson{Person: people.Person{Name: cmp.Or(who.name, who.mail)}}
		if who.mail != "" {
			identifier := people.IdentifierOf(who.mail)
			if identifier.Kind == 0 {
				return id.Zero, fault.New(fault.Invalid, "%q is not a mail address.", who.mail)
			}
			add.Identifiers = []people.Identifier{identifier}
		}
		person, err = people.Person{ID: id.New(), Name: add.Name}, nil
		c.waiting[person.ID] = add
	}
	if err == nil {
		c.known[reference], c.names[person.ID] = person.ID, person.Name
	}
	return person.ID, err
}

func (c *charting) reject(line int, reason string) {
	c.out.Rejected = append(c.out.Rejected, Rejected{line, reason})
}

func (c *charting) remark(line int, reason string) {
	c.out.Remarks = append(c.out.Remarks, Rejected{line, reason})
}

// take takes a line in, with what of it can be used. It fails only where the network does.
func (c *charting) take(ctx context.Context, row chartRow) error {
	at := position{
		Department: row.department, Title: row.title, Organisation: row.organisation, Level: row.level,
		Since: row.since, Until: row.until,
	}
	if len(at.Department) > longestCell || len(at.Title) > longestCell || len(at.Organisation) > longestCell {
		c.reject(row.line, c.p.T("A department or title has at most %d characters.", longestCell))
		return nil
	}
	var err error
	if at.Person, err = c.find(ctx, row.who); err != nil {
		if code := fault.CodeOf(err); code == fault.Internal || code == fault.Unavailable {
			return err
		}
		c.reject(row.line, c.p.Fault(err))
		return nil
	}
	name := c.names[at.Person]
	top := true // nobody is said to be above
	for _, above := range row.managers {
		manager, err := c.find(ctx, above)
		switch code := fault.CodeOf(err); {
		case code == fault.Internal || code == fault.Unavailable:
			return err
		case err != nil:
			top = false
			c.reject(row.line, c.p.T("%s is kept without the manager %s: %s", name, cmp.Or(above.name, above.mail),
				c.p.Fault(err)))
		case manager == at.Person:
			c.remark(row.line, c.p.T("%s reports to nobody but themselves here, and is taken for the top.", name))
		case at.Manager.IsZero():
			at.Manager, top = manager, false
		case at.Manager != manager:
			c.reject(row.line, c.p.T("%s reports to two: %s, who is kept, and %s.", name, c.names[at.Manager],
				c.names[manager]))
		}
	}
	if at.Manager.IsZero() && at.Level == 0 {
		if at.Level = 1; !top { // there is somebody above, whom Gave does not know
			at.Level = 2
		}
	}
	for _, other := range c.rows[at.Person] {
		before := c.chart[other]
		if before.Until > 0 && at.Since >= before.Until || at.Until > 0 && before.Since >= at.Until {
			continue // one after the other
		}
		if before.Manager != at.Manager && !before.Manager.IsZero() && !at.Manager.IsZero() {
			c.reject(row.line, c.p.T("%s reports to %s on line %d and to %s here; the first is kept.", name,
				c.names[before.Manager], c.line[other], c.names[at.Manager]))
		} else {
			c.reject(row.line, c.p.T("%s has a line already: line %d.", name, c.line[other]))
		}
		return nil
	}
	c.rows[at.Person] = append(c.rows[at.Person], len(c.chart))
	c.chart, c.line = append(c.chart, at), append(c.line, row.line)
	return nil
}

// uncircle leaves out who reports to whom among people of whom each is above the next, whose level is then not known,
// and says so. It sets the levels of the others.
func (c *charting) uncircle(ctx context.Context, on day) error {
	place := map[id.ID]int{}
	chart := map[id.ID]position{}
	for i, l := range c.chart {
		if l.Since == 0 {
			l.Since = on
		}
		if l.on(on) {
			chart[l.Person], place[l.Person] = l, i
		}
	}
	for _, way := range setLevels(chart) {
		// It begins with the first line of the file, so that the sentence is the same each time.
		first := 0
		for i, key := range way {
			if c.line[place[key]] < c.line[place[way[first]]] {
				first = i
			}
		}
		var said []string
		for i := range len(way) + 1 {
			if i == 6 && len(way) > 6 {
				said = append(said, "…")
				break
			}
			key := way[(first+i)%len(way)]
			said = append(said, c.p.T("%s (line %d)", c.names[key], c.line[place[key]]))
		}
		c.reject(c.line[place[way[first]]], c.p.T(
			"The chart goes round in a circle: %s. Who of them reports to whom is left out.",
			strings.Join(said, " → ")))
		for _, key := range way {
			at := chart[key]
			at.Manager = id.Zero
			chart[key] = at
		}
	}
	for key, at := range chart {
		c.chart[place[key]].Manager, c.chart[place[key]].Level = at.Manager, at.Level
	}
	return ctx.Err()
}

// addWaiting adds the people whom the network did not have, and gives the chart their true ids.
func (c *charting) addWaiting(ctx context.Context) error {
	added := map[id.ID]id.ID{}
	for _, key := range slices.SortedFunc(maps.Keys(c.waiting), id.ID.Compare) {
		person, err := c.network.AddPerson(ctx, c.v, c.waiting[key])
		if err != nil {
			return err
		}
		added[key] = person
	}
	for i := range c.chart {
		if key, ok := added[c.chart[i].Person]; ok {
			c.chart[i].Person = key
		}
		if key, ok := added[c.chart[i].Manager]; ok {
			c.chart[i].Manager = key
		}
	}
	return nil
}

// ChartPosition is somebody's place in the formal chart.
type ChartPosition struct {
	Person     people.Ref  `json:"person"`
	Manager    *people.Ref `json:"manager"`
	Level      int         `json:"level" doc:"1 at the top; 0 when it is not known"`
	Department string      `json:"department"`
	Title      string      `json:"title"`

	Organisation string `json:"organisation,omitempty"`
	Since        string `json:"since,omitempty" doc:"the first day on which it was known to be so"`
	Until        string `json:"until,omitempty" doc:"the first day on which it was so no more; left out as long as it is"`
}

// PositionsInput says of which day.
type PositionsInput struct {
	AsOf time.Time `json:"as_of,omitempty" doc:"the chart as it was on this day, such as 2025-06-01; as it is now when left out"`
}

// PositionsOutput is the viewer's chart.
type PositionsOutput struct {
	Positions []ChartPosition `json:"positions"`
	Days      []string        `json:"days" doc:"the days of the charts that you loaded, the earliest first"`
}

// dayAsked is the day that somebody asks for; now when they do not.
func dayAsked(v op.Viewer, asked time.Time) day {
	if asked.IsZero() {
		return today(v)
	}
	return dayOf(asked)
}

// positions lists the viewer's chart as it was on a day, from the top down.
func (s *Service) positions(ctx context.Context, v op.Viewer, in PositionsInput) (PositionsOutput, error) {
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return PositionsOutput{}, err
	}
	chart, err := s.chart(ctx, v, everybody, dayAsked(v, in.AsOf))
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
	out := PositionsOutput{Positions: make([]ChartPosition, 0, len(chart)), Days: []string{}}
	days, err := s.chartDays(ctx, v, s.db)
	if err != nil {
		return PositionsOutput{}, err
	}
	for _, d := range days {
		if said := d.Day.String(); !slices.Contains(out.Days, said) {
			out.Days = append(out.Days, said)
		}
	}
	for key, at := range chart {
		ref, ok := refs[key]
		if !ok {
			continue
		}
		one := ChartPosition{
			Person: ref, Level: at.Level, Department: at.Department, Title: at.Title, Organisation: at.Organisation,
			Since: at.Since.String(), Until: at.Until.String(),
		}
		if manager, ok := refs[at.Manager]; ok {
			one.Manager = &manager
		}
		out.Positions = append(out.Positions, one)
	}
	slices.SortFunc(out.Positions, func(a, b ChartPosition) int {
		return cmp.Or(last(a.Level)-last(b.Level), strings.Compare(a.Department, b.Department),
			strings.Compare(a.Person.Name, b.Person.Name), slices.Compare(a.Person.ID[:], b.Person.ID[:]))
	})
	return out, nil
}

// last puts a level that is not known behind all others.
func last(level int) int {
	if level == 0 {
		return mostRows + 2
	}
	return level
}

// Standings says where people stood in the viewer's charts on a day: on the level that their title says, and where it
// says nothing at the top with people below them and nobody above, or in the middle with both. Who had a line on
// another day alone is in it without a level, as it is not known where they stood on this one.
func (s *Service) Standings(ctx context.Context, v op.Viewer, at time.Time) (map[id.ID]skilled.Standing, error) {
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	list, err := s.lines(ctx, v, s.db)
	if err != nil {
		return nil, err
	}
	out := map[id.ID]skilled.Standing{}
	for _, l := range list {
		if person := everybody.Canonical(l.Person); !person.IsZero() {
			out[person] = skilled.Standing{}
		}
	}
	chart := holding(list, dayAsked(v, at), everybody.Canonical)
	leads := map[id.ID]bool{}
	for _, l := range chart {
		leads[l.Manager] = true
	}
	for person, l := range chart {
		level := skilled.LevelOf(l.Title)
		switch {
		case level != skilled.LevelNone || !leads[person] || l.Level == 0:
		case l.Manager.IsZero() && l.Level == 1:
			level = skilled.LevelTop
		default:
			level = skilled.LevelMiddle
		}
		out[person] = skilled.Standing{Level: level, Organisation: l.Organisation, Department: l.Department}
	}
	return out, nil
}

// ChartVersion changes with the viewer's chart.
func (s *Service) ChartVersion(ctx context.Context, v op.Viewer, _ string) (string, error) {
	out, err := s.positions(ctx, v, PositionsInput{})
	if err != nil {
		return "", err
	}
	return op.VersionOf(out)
}
