package room

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/tact"
)

// Knowledge is that a room knows what somebody can, does, needs or cares about.
type Knowledge struct {
	Person id.ID
	Name   string // as the viewer knows the person; sources fill it
	Text   string
	At     time.Time // since when
	Need   bool      // they lack it; else it is what they can, do or like
	// Minutes is what it cost the viewer, when that is known.
	Minutes int
}

// Praised is that praise went between the viewer and somebody.
type Praised struct {
	Person    id.ID // as it was noted
	At        time.Time
	ByMe      bool // the viewer praised them; else they the viewer
	Published bool
}

// Willing says how likely people are to do the viewer a small favour now, from 0 to 1.
type Willing func(ctx context.Context, v op.Viewer, people []id.ID) (map[id.ID]float64, error)

// Likeliest returns the first of some people who is likeliest to do the viewer a favour; people is not empty.
func (w Willing) Likeliest(ctx context.Context, v op.Viewer, people []id.ID) (id.ID, error) {
	if w == nil || len(people) == 1 {
		return people[0], nil
	}
	chances, err := w(ctx, v, people)
	best := people[0]
	for _, person := range people {
		if chances[person] > chances[best] {
			best = person
		}
	}
	return best, err
}

// Source tells other rooms what a room knows of people and the viewer may see.
type Source func(ctx context.Context, v op.Viewer) ([]Knowledge, error)

// Tactful leaves out what is delicate: rooms make reasons and matches of what they hear.
func (s Source) Tactful() Source {
	return func(ctx context.Context, v op.Viewer) ([]Knowledge, error) {
		list, err := s(ctx, v)
		return slices.DeleteFunc(list, func(k Knowledge) bool { return tact.Delicate(k.Text) }), err
	}
}

// MostKnowledge is how many gifts and facts a source looks at.
const MostKnowledge = 10_000

// Near returns of each person the first of what is known that fits, of those who are near enough, the nearest first.
func Near(list []Knowledge, nearness func(person id.ID) float64, least float64, fits func(Knowledge) bool) []Knowledge {
	seen := map[id.ID]bool{}
	var out []Knowledge
	for _, k := range list {
		if !seen[k.Person] && nearness(k.Person) >= least && fits(k) {
			seen[k.Person] = true
			out = append(out, k)
		}
	}
	slices.SortStableFunc(out, func(a, b Knowledge) int {
		return cmp.Or(cmp.Compare(nearness(b.Person), nearness(a.Person)), a.Person.Compare(b.Person))
	})
	return out
}
