package people

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// latestContacts is how many contacts under each name ContactTimes returns at most.
const latestContacts = 40

// ContactTimes returns the times of the latest contacts with people, under all their names, at most 40 of each name.
func (s *Store) ContactTimes(ctx context.Context, v op.Viewer, people []id.ID) (map[id.ID][]time.Time, error) {
	everybody, err := s.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	bearers := map[id.ID]bool{}
	for _, key := range people {
		bearers[key] = true
	}
	names := everybody.withMerged(people, func(bearer id.ID) bool { return bearers[bearer] })
	held, err := s.heldTimes(ctx, v, names)
	if err != nil {
		return nil, err
	}
	out := make(map[id.ID][]time.Time, len(people))
	now := v.Now.UnixMicro()
	for _, key := range names {
		times := held[key]
		ahead := plannedOf(times, now)
		if len(times) == heldContacts && ahead > heldContacts-latestContacts {
			found, err := s.latestTimes(ctx, v, []id.ID{key}, now, latestContacts)
			if err != nil {
				return nil, err
			}
			times, ahead = found[key], 0
		}
		bearer := key
		if !bearers[key] {
			bearer = everybody.Of(key).Merged
		}
		for _, at := range times[ahead:min(len(times), ahead+latestContacts)] {
			out[bearer] = append(out[bearer], time.UnixMicro(at).UTC())
		}
	}
	return out, nil
}

// seenSoon is within which time nobody needs to be told to get in touch with who is in the calendar.
const seenSoon = 6 * 7 * 24 * time.Hour

// Planned says who of the people the viewer is to meet or call within six weeks, under any name that may be theirs.
func (s *Store) Planned(ctx context.Context, v op.Viewer, people []id.ID) (map[id.ID]bool, error) {
	everybody, err := s.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	doubles, err := s.Doubles(ctx, v)
	if err != nil {
		return nil, err
	}
	of := map[id.ID][]id.ID{} // those whom each entry may be
	var entries []id.ID
	for _, key := range people {
		for _, entry := range append(slices.Clone(doubles[key]), key) {
			of[entry] = append(of[entry], key)
			entries = append(entries, entry)
		}
	}
	slices.SortFunc(entries, id.ID.Compare)
	entries = slices.Compact(entries)
	names := everybody.withMerged(entries, func(bearer id.ID) bool { return len(of[bearer]) > 0 })
	held, err := s.heldTimes(ctx, v, names)
	if err != nil {
		return nil, err
	}
	out := map[id.ID]bool{}
	now, until := v.Now.UnixMicro(), v.Now.Add(seenSoon).UnixMicro()
	for _, key := range names {
		times := held[key]
		// The latest are held, so what is nearest may not be where very much is planned.
		if ahead := plannedOf(times, now); ahead == 0 || times[ahead-1] > until && ahead < heldContacts {
			continue
		}
		bearer := key
		if len(of[key]) == 0 {
			bearer = everybody.Of(key).Merged
		}
		for _, person := range of[bearer] {
			out[person] = true
		}
	}
	return out, nil
}

// withMerged are some entries with those that were merged into them.
func (e *Everybody) withMerged(entries []id.ID, among func(bearer id.ID) bool) []id.ID {
	out := slices.Clone(entries)
	for _, key := range e.merged {
		if among(e.Of(key).Merged) {
			out = append(out, key)
		}
	}
	return out
}

// heldContacts is how many contacts under each name are held: what is planned is kept along, so that it is there when
// it has happened; more than that is rare, and asked for.
const heldContacts = latestContacts + 10

// heldTimes returns the times of the latest contacts under each name, planned ones too, the latest first.
func (s *Store) heldTimes(ctx context.Context, v op.Viewer, names []id.ID) (map[id.ID][]int64, error) {
	return db.KeepEach(ctx, s.db, scope.Kept(v, "contact times"), []string{"participant"},
		func(_ string, row db.RowKey) id.ID { return row[1] }, names,
		func(ctx context.Context, names []id.ID) (map[id.ID][]int64, error) {
			return s.latestTimes(ctx, v, names, math.MaxInt64, heldContacts)
		})
}

// plannedOf counts the times after a moment, of times of which the latest comes first.
func plannedOf(times []int64, now int64) int {
	ahead := 0
	for ahead < len(times) && times[ahead] > now {
		ahead++
	}
	return ahead
}

// latestTimes returns the times of the latest contacts up to a moment with people under these names, the latest first,
// as far as the viewer may see them. That somebody is spoken of is no contact.
func (s *Store) latestTimes(
	ctx context.Context, v op.Viewer, names []id.ID, until int64, most int,
) (map[id.ID][]int64, error) {
	out := make(map[id.ID][]int64, len(names))
	for _, chunk := range db.Chunks(names) {
		in, args := db.In(7, chunk)
		times, err := db.Select[struct {
			Person id.ID
			Time   int64
		}](ctx, s.db, `select person, time from (select p.person, p.time,
			row_number() over (partition by p.person order by p.time desc) as place from participant p
			join interaction i on i.space = p.space and i.id = p.interaction
			where p.space = $1 and p.time <= $2 and p.role <> $4 and (i.owner = $5 or i.visibility >= $6)
			and p.person in (`+in+`)) latest where place <= $3
			order by person, time desc`,
			append([]any{v.Space, until, most, tie.Mentioned, v.Member, scope.Least(v)}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, t := range times {
			out[t.Person] = append(out[t.Person], t.Time)
		}
	}
	return out, nil
}

// Contacts returns what made the viewer's ties with people, under all their names, the oldest first. What is planned is
// among it.
func (s *Store) Contacts(ctx context.Context, v op.Viewer, people []id.ID) (map[id.ID][]tie.Encounter, error) {
	everybody, err := s.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	self, called := everybody.Names(v.Person), ""
	for _, key := range self {
		called += " " + key.String()
	}
	var names []id.ID
	for _, person := range people {
		names = append(names, everybody.Names(person)...)
	}
	held, err := db.KeepEach(ctx, s.db, scope.Kept(v, "contacts of"+called), []string{"participant"},
		func(_ string, row db.RowKey) id.ID { return row[1] }, names,
		func(ctx context.Context, names []id.ID) (map[id.ID][]tie.Encounter, error) {
			return s.Store.Contacts(ctx, v, self, names)
		})
	if err != nil {
		return nil, err
	}
	out := make(map[id.ID][]tie.Encounter, len(people))
	for _, person := range people {
		of := everybody.Names(person)
		list := held[of[0]]
		if len(of) > 1 { // two names of one person in an interaction are one participant
			list = slices.Clone(list)
			for _, name := range of[1:] {
				list = append(list, held[name]...)
			}
			slices.SortStableFunc(list, func(a, b tie.Encounter) int {
				return cmp.Or(cmp.Compare(a.At, b.At), a.Interaction.Compare(b.Interaction))
			})
			list = slices.CompactFunc(list, func(a, b tie.Encounter) bool { return a.Interaction == b.Interaction })
		}
		out[person] = list
	}
	return out, nil
}

// ContactDays returns the days on which the viewer was in contact with anybody, of some years back, as the moment
// at which each begins in UTC.
func (s *Store) ContactDays(ctx context.Context, v op.Viewer, years int) ([]time.Time, error) {
	everybody, err := s.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	names, called := []id.ID{v.Person}, v.Person.String()
	for _, key := range everybody.merged {
		if everybody.Of(key).Merged == v.Person {
			names, called = append(names, key), called+" "+key.String()
		}
	}
	// From the first of a month, so that what is kept holds for all of it.
	now := v.Now.UTC()
	from := time.Date(now.Year()-years, now.Month(), 1, 0, 0, 0, 0, time.UTC)
	days, err := db.Keep(ctx, s.db, scope.Kept(v, "contact days of "+called+" since "+from.Format(time.DateOnly)),
		[]string{"participant"}, func(ctx context.Context, old []int64, change db.Change) ([]int64, error) {
			in, args := db.In(6, names)
			args = append([]any{v.Space, v.Member, scope.Least(v), from.UnixMicro(), tie.Mentioned}, args...)
			only := ""
			rows, known := change.Rows("participant")
			if known = known && change.Added(); known { // a day more at most
				var added []id.ID
				for _, row := range rows {
					added = append(added, row[0])
				}
				in, more := db.In(len(args)+1, added)
				only, args = " and p.interaction in ("+in+")", append(args, more...)
			}
			days, err := db.Values[int64](ctx, s.db, `select distinct p.time / 86400000000 as day from participant p
				join interaction i on i.space = p.space and i.id = p.interaction
				where p.space = $1 and (i.owner = $2 or i.visibility >= $3) and p.time >= $4 and p.role <> $5
				and p.person in (`+in+`)`+only+` order by day`, args...)
			if !known || err != nil {
				return days, err
			}
			days = slices.Concat(old, days)
			slices.Sort(days)
			return slices.Compact(days), nil
		})
	out := make([]time.Time, 0, len(days))
	for _, day := range days {
		if at := time.Unix(day*86400, 0).UTC(); !at.After(now) {
			out = append(out, at)
		}
	}
	return out, err
}

// DayOfPerson is a day that counts for a person.
type DayOfPerson struct {
	Person id.ID
	Kind   string
	Year   int
	Day    int // month * 100 + day
}

// daysOfOther returns the days of people that the viewer may see, but for those of two kinds, which most are.
func (s *Store) daysOfOther(ctx context.Context, v op.Viewer, first, second string) ([]DayOfPerson, error) {
	return db.Keep(ctx, s.db, scope.Kept(v, "days but "+first+" and "+second), []string{"important_date"},
		func(ctx context.Context, _ []DayOfPerson, _ db.Change) ([]DayOfPerson, error) {
			return db.Select[DayOfPerson](ctx, s.db, `select distinct d.person, d.kind, d.year,
				d.month * 100 + d.day as day
				from important_date d
				where `+scope.Seen("d")+` and d.kind <> $4 and d.kind <> $5 order by d.person, d.kind`,
				scope.Args(v, first, second)...)
		})
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

// Overview is what the viewer's people come to, but for the viewer.
type Overview struct {
	All                   int
	Classes               map[tie.Class]int // of those with whom there was contact
	Places, Organisations []string          // of most, the commonest first
}

// Overview returns what the viewer's people come to, with so many places and organisations at most. Ties fade while
// nothing is written: their classes are those of some moment in this hour.
func (s *Store) Overview(ctx context.Context, v op.Viewer, most int) (Overview, error) {
	what := fmt.Sprintf("overview of %d at %d of %s", most, v.Now.Unix()/int64(time.Hour/time.Second), v.Person)
	return db.Keep(ctx, s.db, scope.Kept(v, what), []string{"person", "member", "tie"},
		func(ctx context.Context, _ Overview, _ db.Change) (Overview, error) {
			out := Overview{Classes: map[tie.Class]int{}}
			everybody, err := s.Everybody(ctx, v)
			if err != nil {
				return out, err
			}
			ties, err := s.OwnTies(ctx, v)
			if err != nil {
				return out, err
			}
			places, organisations := map[string]int{}, map[string]int{}
			everybody.EachCanonical(func(e *Entry) {
				if e.ID != v.Person {
					out.All++
					if state, ok := ties[e.ID]; ok && state.Interactions > 0 {
						out.Classes[state.ClassAt(v.Now)]++
					}
					places[e.Place]++
					organisations[e.Organisation]++
				}
			})
			out.Places, out.Organisations = commonest(places, most), commonest(organisations, most)
			return out, nil
		})
}

// commonest returns the values that occur most, but for the empty one.
func commonest(times map[string]int, most int) []string {
	delete(times, "")
	out := slices.SortedFunc(maps.Keys(times), func(a, b string) int {
		return cmp.Or(times[b]-times[a], cmp.Compare(a, b))
	})
	return slices.Clone(out[:min(len(out), most)])
}

// OftenTags are the viewer's tags that most people have, the commonest first.
func (s *Store) OftenTags(ctx context.Context, v op.Viewer, most int) ([]string, error) {
	return db.Keep(ctx, s.db, scope.Kept(v, fmt.Sprintf("the %d tags of most", most)), []string{"person_tag"},
		func(ctx context.Context, _ []string, _ db.Change) ([]string, error) {
			return db.Values[string](ctx, s.db, `select tag from person_tag where space = $1 and owner = $2 group by tag
				order by count(*) desc, tag limit $3`, v.Space, v.Member, most)
		})
}
