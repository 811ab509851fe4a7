package colleagues

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/text"
)

// day is a day in days since 1970, of which 0 stands for none.
type day int64

// dayOf is the day of a moment.
func dayOf(at time.Time) day { return day(at.Unix() / (24 * 60 * 60)) }

// today is the day where the viewer is.
func today(v op.Viewer) day {
	now := v.Now
	if v.Zone != nil {
		now = now.In(v.Zone)
	}
	y, m, d := now.Date()
	return dayOf(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
}

// moment is the first of a day.
func (d day) moment() time.Time { return time.Unix(int64(d)*24*60*60, 0).UTC() }

// String writes a day as 2026-01-31; nothing for none.
func (d day) String() string {
	if d == 0 {
		return ""
	}
	return d.moment().Format(time.DateOnly)
}

// position is somebody's place in the chart, as long as it holds.
type position struct {
	Person       id.ID
	Since        day // the first on which it holds
	Until        day // the first on which it holds no more; 0 as long as it does
	Manager      id.ID
	Level        int // 1 at the top; 0 when it is not known
	Department   string
	Title        string
	Organisation string
}

// on says whether the line holds on a day.
func (p position) on(d day) bool { return p.Since <= d && (p.Until == 0 || p.Until > d) }

// same says that two lines say the same of somebody.
func (p position) same(o position) bool {
	return p.Manager == o.Manager && p.Department == o.Department && p.Title == o.Title &&
		text.Fold(p.Organisation) == text.Fold(o.Organisation) && (p.Level == o.Level || !p.Manager.IsZero())
}

// without are the parts of a line outside a time; end 0 stands for no end.
func (p position) without(begin, end day) []position {
	var out []position
	if p.Since < begin {
		head := p
		if p.Until == 0 || p.Until > begin {
			head.Until = begin
		}
		out = append(out, head)
	}
	if end > 0 && (p.Until == 0 || p.Until > end) {
		tail := p
		tail.Since = max(p.Since, end)
		out = append(out, tail)
	}
	return out
}

// lines returns every line of the viewer's charts, whenever it held, as it is stored.
func (s *Service) lines(ctx context.Context, v op.Viewer, from db.Queryer) ([]position, error) {
	return db.Select[position](ctx, from, `select person, since, until, manager, level, department, title, organisation
		from chart_position where space = $1 and owner = $2 order by person, since`, v.Space, v.Member)
}

// chartDay is the day of a chart that was loaded.
type chartDay struct {
	Organisation string
	Day          day
}

// chartDays returns the days of the charts that the viewer loaded, the earliest first.
func (s *Service) chartDays(ctx context.Context, v op.Viewer, from db.Queryer) ([]chartDay, error) {
	return db.Select[chartDay](ctx, from, `select organisation, day from chart_day where space = $1 and owner = $2
		order by day, organisation`, v.Space, v.Member)
}

// loaded is a chart that was read and is to be laid over what is known.
type loaded struct {
	day   day
	lines []position
	// organisations are those of which it is, folded; none for a chart that does not say.
	organisations map[string]bool
}

// of says whether something of an organisation belongs to this chart. What does not say of which it is belongs to any.
func (c *loaded) of(organisation string) bool {
	return organisation == "" || len(c.organisations) == 0 || c.organisations[text.Fold(organisation)]
}

// over lays a chart over the lines that are known. From its day on, up to the next chart of its organisation, its lines
// hold and those that are not in it end. When a line says itself since when it holds, that counts as far as no earlier
// chart says otherwise, so that it does not matter in which order charts are loaded.
func (c *loaded) over(known []position, days []chartDay, canonical func(id.ID) id.ID) []position {
	before, next := day(0), day(0)
	for _, d := range days {
		switch {
		case !c.of(d.Organisation) || d.Day == c.day:
		case d.Day < c.day:
			before = max(before, d.Day)
		case next == 0 || d.Day < next:
			next = d.Day
		}
	}
	named := map[id.ID][]position{}
	for _, l := range c.lines {
		named[l.Person] = append(named[l.Person], l)
	}
	// A beginning between two charts was said of somebody by a line of the later one: the earlier ends there.
	ends := map[id.ID]day{}
	for _, l := range known {
		person := cmp.Or(canonical(l.Person), l.Person)
		end, there := ends[person]
		if !there {
			end = next
		}
		if l.Since > c.day && (end == 0 || l.Since < end) && (next > 0 || !c.of(l.Organisation)) {
			end = l.Since
		}
		ends[person] = end
	}
	of := map[id.ID][]position{} // by whom it is of
	var order []id.ID
	put := func(person id.ID, lines ...position) {
		if _, there := of[person]; !there {
			order = append(order, person)
		}
		of[person] = append(of[person], lines...)
	}
	for _, l := range known {
		person := cmp.Or(canonical(l.Person), l.Person)
		if len(named[person]) == 0 && !c.of(l.Organisation) {
			put(person, l)
			continue
		}
		if l.Since > before && l.on(c.day) && !slices.ContainsFunc(named[person], l.same) {
			l.Since = c.day // no chart had it before, and this one has not either
		}
		put(person, l.without(c.day, ends[person])...)
	}
	for _, l := range c.lines {
		if l.Since == 0 {
			l.Since = c.day
		}
		if end := cmp.Or(ends[l.Person], next); end > 0 && (l.Until == 0 || l.Until > end) {
			l.Until = end
		}
		if l.Since <= before && l.on(c.day) && !slices.ContainsFunc(of[l.Person],
			func(o position) bool { return o.on(before) && o.same(l) }) {
			l.Since = c.day // an earlier chart knew better
		}
		if l.Until > 0 && l.Until <= l.Since {
			continue
		}
		var rest []position
		for _, o := range of[l.Person] {
			rest = append(rest, o.without(l.Since, l.Until)...)
		}
		put(l.Person)
		of[l.Person] = append(rest, l)
	}
	var out []position
	for _, person := range order {
		out = append(out, joined(of[person])...)
	}
	return out
}

// joined puts the lines of somebody in order, and those into one that say the same and touch.
func joined(list []position) []position {
	slices.SortFunc(list, func(a, b position) int { return cmp.Compare(a.Since, b.Since) })
	var out []position
	for _, l := range list {
		if last := len(out) - 1; last >= 0 && out[last].Until == l.Since && out[last].same(l) {
			out[last].Until, out[last].Level = l.Until, l.Level
			continue
		}
		out = append(out, l)
	}
	return out
}

// keepChart lays a chart over those that the viewer has.
func (s *Service) keepChart(
	ctx context.Context, v op.Viewer, chart *loaded, canonical func(id.ID) id.ID,
) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		known, err := s.lines(ctx, v, tx)
		if err != nil {
			return err
		}
		days, err := s.chartDays(ctx, v, tx)
		if err != nil {
			return err
		}
		list := chart.over(known, days, canonical)
		if _, err := tx.ExecContext(ctx, `delete from chart_position where space = $1 and owner = $2`,
			v.Space, v.Member); err != nil {
			return db.Fault(err)
		}
		for part := range slices.Chunk(list, 100) {
			args := make([]any, 0, len(part)*11)
			for _, at := range part {
				args = append(args, v.Space, v.Member, at.Person, int64(at.Since), int64(at.Until), at.Manager,
					at.Level, at.Department, at.Title, at.Organisation, v.Now.UnixMicro())
			}
			if _, err := tx.ExecContext(ctx, `insert into chart_position (space, owner, person, since, until, manager,
				level, department, title, organisation, at) values `+db.Rows(len(part), 11), args...); err != nil {
				return db.Fault(err)
			}
		}
		organisations := map[string]string{}
		for _, l := range chart.lines {
			organisations[text.Fold(l.Organisation)] = l.Organisation
		}
		for _, organisation := range organisations {
			if _, err := tx.ExecContext(ctx, `insert into chart_day (space, owner, organisation, day)
				values ($1, $2, $3, $4) on conflict do nothing`,
				v.Space, v.Member, organisation, int64(chart.day)); err != nil {
				return db.Fault(err)
			}
		}
		return nil
	})
}

// dropChart forgets the viewer's charts.
func (s *Service) dropChart(ctx context.Context, v op.Viewer, _ op.None) (op.None, error) {
	return op.None{}, s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := db.Exec(ctx, tx, `delete from chart_position where space = $1 and owner = $2`,
			v.Space, v.Member); err != nil {
			return err
		}
		_, err := db.Exec(ctx, tx, `delete from chart_day where space = $1 and owner = $2`, v.Space, v.Member)
		return err
	})
}

// chart returns the viewer's chart as it was on a day, by person.
func (s *Service) chart(
	ctx context.Context, v op.Viewer, everybody *people.Everybody, on day,
) (map[id.ID]position, error) {
	list, err := s.lines(ctx, v, s.db)
	if err != nil {
		return nil, err
	}
	return holding(list, on, everybody.Canonical), nil
}

// holding are the lines that hold on a day, by whom they are of, each with how far from the top it is.
func holding(list []position, on day, canonical func(id.ID) id.ID) map[id.ID]position {
	out := map[id.ID]position{}
	for _, r := range list {
		if r.Person, r.Manager = canonical(r.Person), canonical(r.Manager); r.Person.IsZero() || !r.on(on) {
			continue
		}
		if r.Manager == r.Person { // the two were found to be one
			r.Manager = id.Zero
		}
		out[r.Person] = r
	}
	setLevels(out)
	return out
}

// setLevels sets how far from the top each position is: 0 for who stands in a circle or below one, and below somebody
// of whom it is not known. It returns the circles, each from its lowest id on.
func setLevels(chart map[id.ID]position) (circles [][]id.ID) {
	const open, unknown = -1, -2
	keys := make([]id.ID, 0, len(chart))
	for key := range chart {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, id.ID.Compare)
	done := map[id.ID]int{}
	for _, start := range keys {
		var way []id.ID
		at := start
		for done[at] == 0 {
			here, ok := chart[at]
			if !ok { // a manager without a line of its own: the top of what is known
				done[at] = 1
				break
			}
			if here.Manager.IsZero() {
				if done[at] = here.Level; here.Level == 0 {
					done[at] = unknown
				}
				break
			}
			done[at] = open
			way = append(way, at)
			at = here.Manager
		}
		if done[at] == open {
			from := slices.Index(way, at)
			circles = append(circles, slices.Clone(way[from:]))
			for _, key := range way[from:] {
				done[key] = unknown
			}
			way = way[:from]
		}
		level := done[at]
		for _, key := range slices.Backward(way) {
			if level != unknown {
				level++
			}
			done[key] = level
		}
	}
	for key, at := range chart {
		at.Level = max(done[key], 0)
		chart[key] = at
	}
	return circles
}
