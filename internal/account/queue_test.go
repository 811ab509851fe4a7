package account

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"gave.network/internal/fault"
)

// enterLater enters in the background and waits until it stands in line.
func enterLater(t *testing.T, q *queue, ctx context.Context, known bool) chan error {
	t.Helper()
	waits := func() int { q.mu.Lock(); defer q.mu.Unlock(); return len(q.known) + len(q.others) }
	before, done := waits(), make(chan error, 1)
	full := before == q.most && !known
	go func() { done <- q.enter(ctx, known) }()
	for range 1000 {
		if waits() > before || full && len(done) > 0 {
			break
		}
		time.Sleep(time.Millisecond)
		if full {
			break
		}
	}
	return done
}

func TestQueueServesTheKnownFirstAndTheNewestNext(t *testing.T) {
	ctx := context.Background()
	q := &queue{slots: 1, most: 2, patience: time.Minute}
	if err := q.enter(ctx, false); err != nil {
		t.Fatal(err)
	}
	first := enterLater(t, q, ctx, false)
	second := enterLater(t, q, ctx, false)
	third := enterLater(t, q, ctx, false) // one too many: the oldest goes
	if err := <-first; fault.CodeOf(err) != fault.TooMany {
		t.Errorf("the oldest is not sent away: %v", err)
	}
	known := enterLater(t, q, ctx, true)
	for _, next := range []struct {
		name string
		done chan error
	}{{"known", known}, {"third", third}, {"second", second}} {
		q.leave()
		select {
		case err := <-next.done:
			if err != nil {
				t.Errorf("%s: %v", next.name, err)
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("%s is not served", next.name)
		}
	}
	q.leave()
	if q.running != 0 {
		t.Errorf("%d still run", q.running)
	}
}

func TestQueueEndsWithItsContextAndItsPatience(t *testing.T) {
	q := &queue{slots: 1, most: 9, patience: 20 * time.Millisecond}
	if err := q.enter(context.Background(), true); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := q.enter(ctx, true); !errors.Is(err, context.Canceled) {
		t.Errorf("of a request that ended: %v", err)
	}
	if err := q.enter(context.Background(), false); fault.CodeOf(err) != fault.TooMany {
		t.Errorf("after its patience: %v", err)
	}
	q.leave()
	if q.running != 0 || len(q.known)+len(q.others) != 0 {
		t.Errorf("%d run, %d and %d wait", q.running, len(q.known), len(q.others))
	}
}

// However many come and go at once, no slot is lost and no more run than may.
func TestQueueKeepsItsSlots(t *testing.T) {
	q := &queue{slots: 2, most: 8, patience: time.Millisecond}
	var all sync.WaitGroup
	var mu sync.Mutex
	inside, most := 0, 0
	for i := range 2000 {
		all.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Duration(i%7)*200*time.Microsecond)
			defer cancel()
			if q.enter(ctx, i%3 == 0) != nil {
				return
			}
			mu.Lock()
			inside++
			most = max(most, inside)
			mu.Unlock()
			time.Sleep(50 * time.Microsecond)
			mu.Lock()
			inside--
			mu.Unlock()
			q.leave()
		})
	}
	all.Wait()
	if most > 2 || q.running != 0 || len(q.known)+len(q.others) != 0 {
		t.Errorf("at most %d at once; %d run, %d wait", most, q.running, len(q.known)+len(q.others))
	}
}
