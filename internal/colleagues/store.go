package colleagues

import (
	"context"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

const (
	// mostInteractions is how many interactions, the latest, tell who did what together.
	mostInteractions = 20_000
)

// Apart notes, for the viewer alone, that two people had rather not work together, or takes that back. Either way
// nothing is answered, so that nobody who looks on learns whether it was noted before.
func (s *Service) Apart(ctx context.Context, v op.Viewer, first, second string, undo bool) error {
	a, b, err := s.two(ctx, v, first, second)
	if err != nil {
		return err
	}
	x := pairOf(a.ID, b.ID)
	if undo {
		_, err = db.Exec(ctx, s.db, `delete from rather_not
			where space = $1 and owner = $2 and person = $3 and other = $4`, v.Space, v.Member, x.a, x.b)
		return err
	}
	_, err = db.Exec(ctx, s.db, `insert into rather_not (space, owner, person, other, at) values ($1, $2, $3, $4, $5)
		on conflict do nothing`,
		v.Space, v.Member, x.a, x.b, v.Now.UnixMicro())
	return err
}

// two resolves two people who must not be the same.
func (s *Service) two(ctx context.Context, v op.Viewer, first, second string) (a, b people.Person, err error) {
	if a, err = s.network.Resolve(ctx, v, first); err != nil {
		return a, b, fault.About(err, "first")
	}
	if b, err = s.network.Resolve(ctx, v, second); err != nil {
		return a, b, fault.About(err, "second")
	}
	if a.ID == b.ID {
		err = fault.New(fault.Invalid, "These are one and the same person: %s.", a.Name)
	}
	return a, b, err
}

// Observe keeps an observation of the viewer: first turns to second on a layer, with a certainty from 0 to 1. It stays
// with its author. Of the same two people on the same layer the newest counts; a certainty of 0 takes it back.
func (s *Service) Observe(ctx context.Context, v op.Viewer, first, second, layer string, certainty float64) error {
	a, b, err := s.two(ctx, v, first, second)
	if err != nil {
		return err
	}
	name := tie.LayerNamed(layer).Name
	if name == "" || len(name) > 60 {
		return fault.New(fault.Invalid, "Say on which layer: trust, advice, lunch, works with, or a word of your own.").
			WithField("layer")
	}
	if !(certainty >= 0 && certainty <= 1) {
		return fault.New(fault.Invalid, "Certainty lies between 0 and 1.").WithField("certainty")
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		observed := tie.Statement{
			ID: id.New(), Owner: v.Member, Visibility: scope.Private, Layer: name, Sign: 1, Weight: certainty,
			SourcePerson: a.ID, TargetPerson: b.ID,
			Directed: true, Time: v.Now.UnixMicro(), Source: tie.Observed, External: id.New(),
		}
		if err := tie.DropStatements(ctx, tx, v.Space, observed); err != nil || certainty == 0 {
			return err
		}
		_, err := tie.AddStatements(ctx, tx, v.Space, []tie.Statement{observed})
		return err
	})
}

// statement is a statement as it counts here.
type statement struct {
	arc
	layer  tie.Layer
	weight float64 // from 0 to 1
	at     time.Time
	source string
}

// statements returns the statements that count for the viewer, and the pairs of those who are said to be against each
// other (tie.Store.Stated says which).
func (s *Service) statements(
	ctx context.Context, v op.Viewer, everybody *people.Everybody,
) ([]statement, map[pair]bool, error) {
	list, against, err := s.network.Stated(ctx, v, everybody.Canonical)
	if err != nil {
		return nil, nil, err
	}
	out, apart := make([]statement, len(list)), make(map[pair]bool, len(against))
	for i, x := range list {
		out[i] = statement{arc{x.From, x.To}, x.Layer, x.Weight, x.At, x.Source}
	}
	for two := range against {
		apart[pairOf(two[0], two[1])] = true
	}
	return out, apart, nil
}

// apart adds the pairs that the viewer keeps apart.
func (s *Service) apart(ctx context.Context, v op.Viewer, everybody *people.Everybody, out map[pair]bool) error {
	rows, err := db.Select[struct{ Person, Other id.ID }](ctx, s.db, `select person, other from rather_not
		where space = $1 and owner = $2`, v.Space, v.Member)
	for _, r := range rows {
		if a, b := everybody.Canonical(r.Person), everybody.Canonical(r.Other); a != b && !a.IsZero() && !b.IsZero() {
			out[pairOf(a, b)] = true
		}
	}
	return err
}
