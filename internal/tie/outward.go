package tie

import (
	"context"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
)

// EachInteraction calls f with every interaction that the viewer may see and that somebody whom Gave knows took part
// in, in the order of their ids. It has who took part, but neither title nor place. The interaction is good until f
// returns.
func (s *Store) EachInteraction(ctx context.Context, v op.Viewer, f func(*Interaction) error) error {
	var current Interaction
	finish := func() error {
		if current.ID.IsZero() {
			return nil
		}
		return f(&current)
	}
	err := db.Each(ctx, s.db, func(r *struct {
		ID, Owner  id.ID
		Visibility scope.Visibility
		Medium     int
		Time       int64
		People     int
		Person     id.ID
		Role       ParticipantRole
	},
	) error {
		if r.ID != current.ID {
			if err := finish(); err != nil {
				return err
			}
			current = Interaction{
				ID: r.ID, Owner: r.Owner, Visibility: r.Visibility, Medium: MediumOf(r.Medium), Time: r.Time,
				People: r.People, Participants: current.Participants[:0],
			}
		}
		current.Participants = append(current.Participants, Participant{r.Person, r.Role})
		return nil
	}, `select i.id, i.owner, i.visibility, i.medium, i.time, i.people, p.person, p.role
		from interaction i join participant p on p.space = i.space and p.interaction = i.id
		where `+scope.Seen("i")+` order by i.id, p.person`, scope.Args(v)...)
	if err != nil {
		return err
	}
	return finish()
}

// EachTie calls f with every tie that the viewer may see, of each owner apart: the viewer's own evidence, and under the
// zero ID that of the space. They are in the order of owner, person and other, and A is the smaller.
func (s *Store) EachTie(ctx context.Context, v op.Viewer, f func(owner id.ID, t *Tie) error) error {
	return db.Each(ctx, s.db, func(r *struct {
		Owner, Person, Other id.ID
		State
	},
	) error {
		return f(r.Owner, &Tie{A: r.Person, B: r.Other, State: r.State})
	}, `select owner, person, other, `+stateColumns+` from tie where space = $1 and owner in ($2, $3)
		and person < other order by owner, person, other`, v.Space, v.Member, id.Zero)
}
