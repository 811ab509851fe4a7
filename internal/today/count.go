package today

import (
	"context"
	"sync/atomic"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/op"
	"gave.network/internal/scope"
)

// tally is how many moves a member's day had when they last looked, packed as the day and the number; 0 until they did.
// What the moves are is too much work for the rail of every page.
type tally struct{ packed atomic.Int64 }

// mostMoves is above what a day can hold.
const mostMoves = 1000

// day is the number of the viewer's day.
func dayOf(v op.Viewer) int64 {
	year, month, day := v.Now.In(v.Zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / int64(24*time.Hour/time.Second)
}

// tally is forgotten when a move is answered anywhere, so that no number stands that is not so.
func (s *Service) tally(ctx context.Context, v op.Viewer) (*tally, error) {
	return db.Keep(ctx, s.db, scope.Kept(v, "today"), []string{"move_answer"},
		func(context.Context, *tally, db.Change) (*tally, error) { return &tally{}, nil })
}

// counted keeps how many moves there are left today.
func (s *Service) counted(ctx context.Context, v op.Viewer, moves int) error {
	t, err := s.tally(ctx, v)
	if err == nil {
		t.packed.Store(dayOf(v)*mostMoves + int64(moves))
	}
	return err
}

// count is how many moves there were left when the viewer last looked today; 0 when they did not.
func (s *Service) count(ctx context.Context, v op.Viewer) (int, error) {
	t, err := s.tally(ctx, v)
	if err != nil {
		return 0, err
	}
	packed := t.packed.Load()
	if packed/mostMoves != dayOf(v) {
		return 0, nil
	}
	return int(packed % mostMoves), nil
}
