package people

import (
	"context"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// ContactTimes returns the times of the latest contacts with people, under all their names, at most 40 of each name.
func (s *Store) ContactTimes(ctx context.Context, v op.Viewer, people []id.ID) (map[id.ID][]time.Time, error) {
	const latest = 40
	out := make(map[id.ID][]time.Time, len(people))
	for _, chunk := range db.Chunks(people) {
		in, args := db.In(2, chunk)
		names, err := db.Select[struct{ ID, Merged id.ID }](ctx, s.db, `select id, merged from person
			where space = $1 and merged in (`+in+`) order by id`, append([]any{v.Space}, args...)...)
		if err != nil {
			return nil, err
		}
		bearer := make(map[id.ID]id.ID, len(chunk)+len(names))
		for _, key := range chunk {
			bearer[key] = key
		}
		all := slices.Clone(chunk)
		for _, n := range names {
			bearer[n.ID] = n.Merged
			all = append(all, n.ID)
		}
		in, args = db.In(4, all)
		times, err := db.Select[struct {
			Person id.ID
			Time   int64
		}](ctx, s.db, `select person, time from (select person, time,
			row_number() over (partition by person order by time desc) as place from participant
			where space = $1 and time <= $2 and person in (`+in+`)) latest where place <= $3
			order by person, time desc`, append([]any{v.Space, v.Now.UnixMicro(), latest}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, t := range times {
			out[bearer[t.Person]] = append(out[bearer[t.Person]], time.UnixMicro(t.Time).UTC())
		}
	}
	return out, nil
}

// DayOfPerson is a day that counts for a person.
type DayOfPerson struct {
	Person id.ID
	Kind   string
	Year   int
	Day    int // month * 100 + day
}

// DaysBetween returns the days that the viewer keeps of people and that fall on one of some days in a row.
func (s *Store) DaysBetween(ctx context.Context, v op.Viewer, days []time.Time) ([]DayOfPerson, error) {
	// The days as numbers, so that one statement asks for all.
	numbers := make([]int, len(days))
	for i, day := range days {
		numbers[i] = int(day.Month())*100 + day.Day()
	}
	in, args := db.In(5, numbers)
	return db.Select[DayOfPerson](ctx, s.db, `select distinct d.person, d.kind, d.year, d.month * 100 + d.day as day
		from important_date d
		where d.space = $1 and d.owner = $2 and d.month in ($3, $4) and d.month * 100 + d.day in (`+in+
		`) order by d.person`,
		append([]any{v.Space, v.Member, int(days[0].Month()), int(days[len(days)-1].Month())}, args...)...)
}
