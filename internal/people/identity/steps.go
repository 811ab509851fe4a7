package identity

import (
	"context"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
)

// rounds is how often AcceptCertain looks again: what was merged can make further pairs certain.
const rounds = 4

// AcceptCertain looks at all proposals again and merges those that are certain, in one step that UndoBatch takes back.
func (s *Service) AcceptCertain(ctx context.Context, v op.Viewer) (batch id.ID, merged int, err error) {
	if _, err := s.ProposeMatches(ctx, v); err != nil {
		return id.Zero, 0, err
	}
	batch = id.New()
	for range rounds {
		pairs, err := s.Certain(ctx, v)
		if err != nil || len(pairs) == 0 {
			return batch, merged, err
		}
		n, err := s.MergeAll(ctx, v, pairs, people.Joined{Origin: people.InBulk, Batch: batch})
		merged += n
		if err == nil {
			err = s.SettleFor(ctx, v)
		}
		if err == nil {
			_, err = s.ProposeMatches(ctx, v)
		}
		if err != nil || n == 0 {
			return batch, merged, err
		}
	}
	return batch, merged, nil
}

// UndoBatch takes all merges of one step back that are still in force, the last first, and returns how many.
func (s *Service) UndoBatch(ctx context.Context, v op.Viewer, batch id.ID) (int, error) {
	list, err := db.Values[id.ID](ctx, s.DB(), `select id from merge
		where space = $1 and owner = $2 and batch = $3 and state = 'merged' order by id desc`,
		v.Space, v.Member, batch)
	if err == nil && len(list) == 0 {
		err = fault.New(fault.NotFound, "It is not here, or not yours to see.")
	}
	if err != nil {
		return 0, err
	}
	if n, err := s.UndoMerges(ctx, v, list); err != nil {
		return n, err
	}
	// Nobody has said that they are two people: they may be asked about again.
	_, err = s.DB().ExecContext(ctx, `update merge set state = $4, origin = $5, batch = null, before = ''
		where space = $1 and owner = $2 and batch = $3 and state = 'undone'`,
		v.Space, v.Member, batch, people.MergeProposed, people.ByNames)
	return len(list), db.Fault(err)
}

// AcceptAll merges the two persons of every open proposal with at least this score, and returns how many merges it
// made.
func (s *Service) AcceptAll(ctx context.Context, v op.Viewer, from float64) (int, error) {
	rows, err := db.Select[struct{ Kept, Absorbed id.ID }](ctx, s.DB(), `select kept, absorbed from merge
		where space = $1 and owner = $2 and state = 'proposed' and score >= $3 order by score desc, id`,
		v.Space, v.Member, from)
	if err != nil {
		return 0, err
	}
	pairs := make([][2]id.ID, len(rows))
	for i, r := range rows {
		pairs[i] = [2]id.ID{r.Kept, r.Absorbed}
	}
	n, err := s.MergeAll(ctx, v, pairs, people.Joined{Origin: people.InBulk, Batch: id.New()})
	if err != nil {
		return n, err
	}
	return n, s.SettleFor(ctx, v)
}
