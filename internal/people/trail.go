package people

import (
	"context"

	"gave.network/internal/db"
	"gave.network/internal/op"
)

// Trail puts in the trail of a space that something was done which matters for who may see what, in the transaction
// that does it. The detail holds identifiers and words of ours only: the trail outlives what it is about.
type Trail func(ctx context.Context, q db.Queryer, v op.Viewer, action, detail string) error

// OnTrail says who keeps the trail.
func (s *Store) OnTrail(f Trail) { s.trail = f }

// Note puts a line in the trail; without anybody who keeps one it does nothing.
func (s *Store) Note(ctx context.Context, q db.Queryer, v op.Viewer, action, detail string) error {
	if s.trail == nil {
		return nil
	}
	return s.trail(ctx, q, v, action, detail)
}
