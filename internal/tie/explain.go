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

// Made is what made a tie, and the tie that it makes.
type Made struct {
	Evidence []Evidence // the newest first
	// Carried is what came as ties from elsewhere, in which whatever happened until then is contained.
	Carried []Carried
	State
}

// Evidence returns what made the tie between two people, each under all their records, as far as the viewer may see it,
// up to the viewer's now.
func (s *Store) Evidence(ctx context.Context, v op.Viewer, first, second []id.ID) (Made, error) {
	out, own, shared, err := s.carriedFor(ctx, v, first, second)
	if err != nil {
		return out, err
	}
	// The search starts from the person with less evidence: the viewer takes part in nearly all of it. The cross join
	// makes SQLite keep to that order.
	fewer, more := first, second
	if slices.Contains(first, v.Person) {
		fewer, more = second, first
	} else if !slices.Contains(second, v.Person) {
		if fewer, more, err = bySize(ctx, s.db, v.Space, first, second); err != nil {
			return out, err
		}
	}
	fewerIn, fewerArgs := db.In(5, fewer)
	moreIn, moreArgs := db.In(5+len(fewer), more)
	rows, err := db.Select[struct {
		evidenceRow
		Title   string
		Private bool
	}](ctx, s.db, `select i.id, i.medium, i.time, i.people, `+SeenTitle("i")+` as title, i.visibility = 0 as private,
		min(f.role) as first, min(s.role) as second
		from participant f cross join participant s cross join interaction i
		where s.space = f.space and s.interaction = f.interaction and s.time = f.time
			and i.space = f.space and i.id = f.interaction
			and `+scope.Seen("i")+` and f.space = $1 and i.time <= $4 and f.person in (`+fewerIn+`)
			and s.person in (`+moreIn+`) and f.role < 3 and s.role < 3
		group by i.id, i.owner, i.medium, i.time, i.people, i.title, i.visibility order by i.time, i.id`,
		scope.Args(v, slices.Concat([]any{v.Now.UnixMicro()}, fewerArgs, moreArgs)...)...)
	out.Evidence = []Evidence{}
	turned := len(first) > 0 && &fewer[0] != &first[0]
	for _, r := range rows {
		if turned {
			r.First, r.Second = r.Second, r.First
		}
		c, direction := r.part()
		if c == 0 {
			continue
		}
		state := &out.State // own evidence and the space's in one order, where nothing parts them
		if len(out.Carried) > 0 {
			if state = &shared; r.Private {
				state = &own
			}
			if !state.Follows(r.Time, r.ID) {
				continue
			}
		}
		state.Add(r.Time, r.ID, c, direction)
		out.Evidence = append(out.Evidence, Evidence{
			Interaction: r.ID, Time: time.UnixMicro(r.Time).UTC(), Medium: MediumOf(r.Medium), Title: r.Title,
			People: r.People, Contribution: c, Now: c * Decay(v.Now.UnixMicro()-r.Time),
		})
	}
	slices.Reverse(out.Evidence)
	if len(out.Carried) > 0 {
		out.State = shared.Plus(own)
	}
	return out, err
}

// carriedFor returns the carried ties between two people that count and that the viewer may see, and with what the tie
// of the viewer's own evidence and that of the space's begin.
func (s *Store) carriedFor(
	ctx context.Context, v op.Viewer, first, second []id.ID,
) (out Made, own, shared State, err error) {
	list, err := carriedBetween(ctx, s.db, v.Space, first, second)
	counting(list, func(c *Carried) {
		if c.Owner != v.Member && c.Visibility < scope.Least(v) {
			return
		}
		seen := *c
		if slices.Contains(second, c.Person) {
			seen.Person, seen.Other, seen.State = c.Other, c.Person, c.Reversed()
		}
		out.Carried = append(out.Carried, seen)
		if c.Visibility == scope.Private {
			own = own.Plus(seen.State)
		} else {
			shared = shared.Plus(seen.State)
		}
	})
	return out, own, shared, err
}

// Evidence is what one interaction gave to a tie.
type Evidence struct {
	Interaction  id.ID     `json:"interaction"`
	Time         time.Time `json:"time"`
	Medium       Medium    `json:"medium"`
	Title        string    `json:"title,omitempty"`
	People       int       `json:"people"`
	Contribution float64   `json:"contribution" doc:"weight of the medium / (people - 1)"`
	Now          float64   `json:"now" doc:"what is left of it"`
}
