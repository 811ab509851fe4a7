package colleagues

import (
	"context"
	"math"
	"slices"
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
	// observationHalfLife is how fast an observation that nobody confirms fades; after it Gave asks whether it is still
	// so.
	observationHalfLife = 180 * 24 * time.Hour

	// mostStatements and mostInteractions bound what is read for one answer.
	mostStatements   = 200_000
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
	name := layerNamed(layer).Name
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
			Directed: true, Time: v.Now.UnixMicro(), Source: Observed, External: id.New(),
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
	layer  string
	weight float64 // from 0 to 1
	at     time.Time
	source string
}

// statements returns the statements that count for the viewer: the own ones, and of others only those that both ends
// confirm, so that nobody's answer alone says something of another. What is said against somebody is the owner's own
// constraint, and in none of these.
func (s *Service) statements(
	ctx context.Context, v op.Viewer, everybody *people.Everybody,
) ([]statement, map[pair]bool, error) {
	rows, err := s.network.Statements(ctx, v, mostStatements)
	if err != nil {
		return nil, nil, err
	}
	rows = slices.Clone(rows) // what is kept stays as it is
	type on struct {
		arc
		layer string
	}
	confirmed, apart := map[on]bool{}, map[pair]bool{}
	heaviest := map[string]float64{}
	for i := range rows {
		r := &rows[i]
		r.SourcePerson, r.TargetPerson = everybody.Canonical(r.SourcePerson), everybody.Canonical(r.TargetPerson)
		if r.SourcePerson.IsZero() || r.TargetPerson.IsZero() || r.SourcePerson == r.TargetPerson {
			r.Sign = 0
			continue
		}
		if r.Sign < 0 {
			if r.Owner == v.Member {
				apart[pairOf(r.SourcePerson, r.TargetPerson)] = true
			}
			continue
		}
		r.Layer = layerNamed(r.Layer).Name
		confirmed[on{arc{r.SourcePerson, r.TargetPerson}, r.Layer}] = true
		heaviest[r.Layer] = max(heaviest[r.Layer], r.Weight)
	}
	var out []statement
	for _, r := range rows {
		if r.Sign <= 0 {
			continue
		}
		x := arc{r.SourcePerson, r.TargetPerson}
		if r.Owner != v.Member && !confirmed[on{x.reversed(), r.Layer}] {
			continue
		}
		one := statement{arc: x, layer: r.Layer, weight: 1, source: r.Source}
		if r.Time > 0 {
			one.at = time.UnixMicro(r.Time).UTC()
		}
		switch {
		case r.Source == Observed:
			one.weight = min(1, r.Weight)
			if age := v.Now.Sub(one.at); age > 0 {
				one.weight *= math.Exp2(-age.Hours() / observationHalfLife.Hours())
			}
		case heaviest[r.Layer] > 1: // a scale, such as 1 to 5
			one.weight = min(1, max(0, r.Weight/heaviest[r.Layer]))
		case r.Weight > 0:
			one.weight = min(1, r.Weight)
		}
		out = append(out, one)
		if !r.Directed {
			one.arc = x.reversed()
			out = append(out, one)
		}
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
