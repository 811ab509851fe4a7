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

// Evidence returns what made the tie between two people, each under all their records, as far as the viewer may see it,
// up to the viewer's now and the newest first; and the tie that it makes.
func (s *Store) Evidence(
	ctx context.Context, v op.Viewer, first, second []id.ID,
) (list []Evidence, state State, err error) {
	firstIn, firstArgs := db.In(5, first)
	secondIn, secondArgs := db.In(5+len(first), second)
	rows, err := db.Select[struct {
		evidenceRow
		Title string
	}](ctx, s.db, `select i.id, i.medium, i.time, i.people, i.title, min(f.role) as first, min(s.role) as second
		from participant f
		join participant s on s.space = f.space and s.interaction = f.interaction
		join interaction i on i.space = f.space and i.id = f.interaction
		where `+scope.Seen("i")+` and f.space = $1 and i.time <= $4 and f.person in (`+firstIn+`) and s.person in (`+secondIn+
		`) and f.role < 3 and s.role < 3
		group by i.id, i.medium, i.time, i.people, i.title order by i.time, i.id`,
		scope.Args(v, slices.Concat([]any{v.Now.UnixMicro()}, firstArgs, secondArgs)...)...)
	list = []Evidence{}
	for _, r := range rows {
		c, direction := r.part()
		if c == 0 {
			continue
		}
		state.Add(r.Time, r.ID, c, direction)
		list = append(list, Evidence{
			Interaction: r.ID, Time: time.UnixMicro(r.Time).UTC(), Medium: MediumOf(r.Medium), Title: r.Title,
			People: r.People, Contribution: c, Now: c * Decay(v.Now.UnixMicro()-r.Time),
		})
	}
	slices.Reverse(list)
	return list, state, err
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
