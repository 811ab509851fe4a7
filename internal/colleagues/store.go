package colleagues

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
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
	if err := s.sealPlain(ctx, v.Space); err != nil {
		return err
	}
	if !undo {
		return s.db.Write(ctx, func(tx *db.Tx) error {
			return s.insertApart(ctx, tx, v.Space, v.Member, pairOf(a.ID, b.ID), v.Now.UnixMicro())
		})
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return err
	}
	notes, err := s.notesApart(ctx, s.db, v.Space, v.Member)
	if err != nil {
		return err
	}
	for _, n := range notes { // also when one of the two was found to be somebody else since
		if pairOf(everybody.Canonical(n.x.a), everybody.Canonical(n.x.b)) != pairOf(a.ID, b.ID) {
			continue
		}
		if _, err := db.Exec(ctx, s.db, `delete from apart_note where space = $1 and owner = $2 and mark = $3`,
			v.Space, v.Member, n.Mark); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) insertApart(ctx context.Context, tx *db.Tx, space, owner id.ID, x pair, at int64) error {
	mark, sealed, err := s.seal.shut(space, owner, x)
	if err != nil {
		return err
	}
	_, err = db.Insert(ctx, tx, "apart_note", db.Row{
		"space": space, "owner": owner, "mark": mark, "sealed": sealed, "at": at,
	}, "on conflict do nothing")
	return err
}

// sealPlain seals what an older version noted of a space.
func (s *Service) sealPlain(ctx context.Context, space id.ID) error {
	n, err := db.Value[int](ctx, s.db, `select count(*) from rather_not where space = $1`, space)
	if err != nil || n == 0 {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		rows, err := db.Select[struct {
			Owner, Person, Other id.ID
			At                   int64
		}](ctx, tx, `select owner, person, other, at from rather_not where space = $1 order by owner, person, other`, space)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := s.insertApart(ctx, tx, space, r.Owner, pair{r.Person, r.Other}, r.At); err != nil {
				return err
			}
		}
		_, err = db.Exec(ctx, tx, `delete from rather_not where space = $1`, space)
		return err
	})
}

// apartNote is a pair that its owner keeps apart.
type apartNote struct {
	Owner id.ID
	Mark  []byte
	x     pair
}

// notesApart opens the notes of a space: those of one owner, or with the zero id those of all, which only erasing asks
// for.
func (s *Service) notesApart(ctx context.Context, q db.Queryer, space, owner id.ID) ([]apartNote, error) {
	rows, err := db.Select[struct {
		Owner        id.ID
		Mark, Sealed []byte
	}](ctx, q, `select owner, mark, sealed from apart_note where space = $1 and (owner = $2 or $2 = $3)
		order by owner, mark`, space, owner, id.Zero)
	if err != nil {
		return nil, err
	}
	out := make([]apartNote, len(rows))
	for i, r := range rows {
		out[i].Owner, out[i].Mark = r.Owner, r.Mark
		if out[i].x, err = s.seal.open(space, r.Owner, r.Mark, r.Sealed); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// forget removes the notes that name people who are being erased.
func (s *Service) forget(ctx context.Context, tx *db.Tx, space id.ID, people []id.ID) (int64, error) {
	notes, err := s.notesApart(ctx, tx, space, id.Zero)
	if err != nil {
		return 0, err
	}
	for _, n := range notes {
		if !slices.Contains(people, n.x.a) && !slices.Contains(people, n.x.b) {
			continue
		}
		if _, err := db.Exec(ctx, tx, `delete from apart_note where space = $1 and owner = $2 and mark = $3`, space,
			n.Owner, n.Mark); err != nil {
			return 0, err
		}
	}
	return 0, nil // none of them is a position in the chart
}

// files are those that notes cannot be read without.
func (s *Service) files(ctx context.Context, q db.Queryer) ([]room.File, error) {
	n, err := db.Value[int](ctx, q, `select count(*) from apart_note`)
	if err != nil || n == 0 || s.seal.folder == "" {
		return nil, err
	}
	key, err := s.seal.key()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(key)
	return []room.File{{Name: KeyName, SHA256: hex.EncodeToString(sum[:])}}, nil
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

// apart adds the pairs that the viewer keeps apart.
func (s *Service) apart(ctx context.Context, v op.Viewer, everybody *people.Everybody, out map[pair]bool) error {
	rows, err := db.Select[struct{ Person, Other id.ID }](ctx, s.db, `select person, other from rather_not
		where space = $1 and owner = $2`, v.Space, v.Member)
	if err != nil {
		return err
	}
	notes, err := s.notesApart(ctx, s.db, v.Space, v.Member)
	if err != nil {
		return err
	}
	for _, r := range rows { // of an older version, not sealed yet
		notes = append(notes, apartNote{x: pair{r.Person, r.Other}})
	}
	for _, n := range notes {
		if a, b := everybody.Canonical(n.x.a), everybody.Canonical(n.x.b); a != b && !a.IsZero() && !b.IsZero() {
			out[pairOf(a, b)] = true
		}
	}
	return nil
}
