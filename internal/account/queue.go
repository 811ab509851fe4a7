package account

import (
	"context"
	"slices"
	"sync"
	"time"

	"gave.network/internal/fault"
)

// queue lets few at a time do something costly. Those who are known go first, in order. Of the others the newest goes
// first, and when too many wait the oldest is sent away: in a flood most have waited for nothing anyway, and who comes
// after it is served at once.
type queue struct {
	slots    int           // how many run at once
	most     int           // how many wait in each line
	patience time.Duration // how long one waits at most

	mu      sync.Mutex
	running int
	known   []*waiter
	others  []*waiter
}

type waiter struct {
	ready   chan struct{} // closed when it is this one's turn or when it is sent away
	refused bool
}

func busy() error {
	return fault.New(fault.TooMany, "Too many people sign in at once.").WithHint("Wait a moment and try again.")
}

// enter waits for a slot, for as long as the context lasts. After it came without an error, leave must follow.
func (q *queue) enter(ctx context.Context, known bool) error {
	q.mu.Lock()
	if q.running < q.slots {
		q.running++
		q.mu.Unlock()
		return nil
	}
	one := &waiter{ready: make(chan struct{})}
	if known {
		if len(q.known) >= q.most {
			q.mu.Unlock()
			return busy()
		}
		q.known = append(q.known, one)
	} else {
		q.others = append(q.others, one)
		if len(q.others) > q.most {
			oldest := q.others[0]
			q.others = q.others[1:]
			oldest.refused = true
			close(oldest.ready)
		}
	}
	q.mu.Unlock()
	timer := time.NewTimer(q.patience)
	defer timer.Stop()
	select {
	case <-one.ready:
		if one.refused {
			return busy()
		}
		return nil
	case <-ctx.Done():
	case <-timer.C:
	}
	if q.withdraw(one) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return busy()
	}
	// Its turn came in this very moment: it takes it, or gives it on.
	if one.refused {
		return busy()
	}
	if ctx.Err() != nil {
		q.leave()
		return ctx.Err()
	}
	return nil
}

// withdraw takes one out of its line; false when it is in none any more.
func (q *queue) withdraw(one *waiter) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, line := range []*[]*waiter{&q.known, &q.others} {
		if i := slices.Index(*line, one); i >= 0 {
			*line = slices.Delete(*line, i, i+1)
			return true
		}
	}
	return false
}

// leave gives the slot to who is next.
func (q *queue) leave() {
	q.mu.Lock()
	defer q.mu.Unlock()
	var next *waiter
	switch {
	case len(q.known) > 0:
		next, q.known = q.known[0], q.known[1:]
	case len(q.others) > 0:
		next, q.others = q.others[len(q.others)-1], q.others[:len(q.others)-1]
	default:
		q.running--
		return
	}
	close(next.ready)
}
