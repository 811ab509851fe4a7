package tie

import (
	"context"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
)

// Encounter is what one interaction gave to a tie.
type Encounter struct {
	Interaction  id.ID
	At           int64 // microseconds
	Medium       Medium
	Contribution float64
	Direction    Direction // seen from the viewer
}

// Contacts returns what made the ties of the viewer, under these records of theirs, with others, each record by itself
// and the oldest contact first, as far as the viewer may see it. What is planned is among it.
func (s *Store) Contacts(
	ctx context.Context, v op.Viewer, self, others []id.ID,
) (map[id.ID][]Encounter, error) {
	out := make(map[id.ID][]Encounter, len(others))
	for _, chunk := range db.Chunks(others) {
		in, args := db.In(4, chunk)
		selfIn, selfArgs := db.In(4+len(chunk), self)
		rows, err := db.Select[struct {
			evidenceRow
			Person id.ID
		}](ctx, s.db, `select f.person, i.id, i.medium, i.time, i.people, min(s.role) as first, min(f.role) as second
			from participant f cross join participant s cross join interaction i
			where s.space = f.space and s.interaction = f.interaction and s.time = f.time
				and i.space = f.space and i.id = f.interaction
				and `+scope.Seen("i")+` and f.space = $1 and f.person in (`+in+`) and s.person in (`+selfIn+`)
				and f.role < 3 and s.role < 3
			group by f.person, i.id, i.medium, i.time, i.people order by f.person, i.time, i.id`,
			scope.Args(v, slices.Concat(args, selfArgs)...)...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if c, direction := r.part(); c > 0 {
				out[r.Person] = append(out[r.Person], Encounter{r.ID, r.Time, MediumOf(r.Medium), c, direction})
			}
		}
	}
	return out, nil
}

// Until returns the contacts up to a moment.
func Until(list []Encounter, at time.Time) []Encounter {
	n, _ := slices.BinarySearchFunc(list, at.UnixMicro()+1, func(c Encounter, t int64) int {
		if c.At < t {
			return -1
		}
		return 1
	})
	return list[:n]
}

// StateOf is the tie that contacts make, in the order of time.
func StateOf(list []Encounter) State {
	var out State
	for _, c := range list {
		out.Add(c.At, c.Interaction, c.Contribution, c.Direction)
	}
	return out
}
