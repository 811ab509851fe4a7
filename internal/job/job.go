// Package job says who of several processes on one database does a piece of work: it stands in a row that one of them
// takes, who gives a sign of life while it works, and which another takes when the signs stop. So work survives that a
// process is killed, and is done by one at a time. It also says how long to wait after a failure.
package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
)

// Heartbeat is how often who works gives a sign of life; after three without one another process may go on.
const Heartbeat = 5 * time.Second

// Worker names this process among all that may share the database. Containers may have one name and each their own
// processes, which Linux tells apart.
var Worker = func() string {
	host, err := os.Hostname()
	if err != nil {
		host = "?"
	}
	if processes, err := os.Readlink("/proc/self/ns/pid"); err == nil {
		host += " " + strings.ReplaceAll(processes, "/", " ")
	}
	return fmt.Sprintf("%s/%d", host, os.Getpid())
}()

// Claim says which process works, and when it last gave a sign of life.
type Claim struct {
	Worker  string
	Claimed int64
}

// Stale is the moment before which a sign of life no longer counts, in microseconds.
func Stale(now time.Time) int64 { return now.Add(-3 * Heartbeat).UnixMicro() }

// Free says that nobody works: the row was let go, its process is gone, or it gave no sign of life for long by the
// clock of the database, which all nodes share.
func (c Claim) Free(now time.Time) bool {
	if c.Claimed < Stale(now) {
		return true
	}
	host, pid, ok := strings.Cut(c.Worker, "/")
	here, _, _ := strings.Cut(Worker, "/")
	number, err := strconv.Atoi(pid)
	if !ok || host != here || err != nil || c.Worker == Worker {
		return false
	}
	process, err := os.FindProcess(number)
	if err != nil {
		return true
	}
	return errors.Is(process.Signal(syscall.Signal(0)), os.ErrProcessDone)
}

// Row is a row with work: of a table with the key (space, id) and the columns worker and claimed.
type Row struct {
	Table     string
	Space, ID id.ID
}

// Take takes a row that was looked at and found free. It is false when another process was faster.
func (r Row) Take(ctx context.Context, q db.Queryer, was Claim, now time.Time) (bool, error) {
	n, err := db.Exec(ctx, q, `update `+r.Table+` set worker = $3, claimed = $4
		where space = $1 and id = $2 and worker = $5 and claimed = $6`,
		r.Space, r.ID, Worker, now.UnixMicro(), was.Worker, was.Claimed)
	return n > 0, err
}

// Beat gives signs of life until the context ends. Each time that the row turns out to be another's, or gone, it calls
// lost, where that is not nil.
func (r Row) Beat(ctx context.Context, d *db.DB, lost func()) {
	tick := time.NewTicker(Heartbeat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			// A missed beat is made up by the next one. What another process took over is not held on to.
			now, err := d.Clock(ctx)
			if err != nil {
				continue
			}
			n, err := db.Exec(ctx, d, `update `+r.Table+` set claimed = $3
				where space = $1 and id = $2 and worker = $4 and claimed > 0`,
				r.Space, r.ID, now.UnixMicro(), Worker)
			if err == nil && n == 0 && lost != nil {
				lost()
			}
		}
	}
}

// Release lets a row go, and tells the other nodes that there is work. When it fails the claim runs out by itself.
func (r Row) Release(d *db.DB) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if n, err := db.Exec(ctx, d, `update `+r.Table+` set claimed = 0 where space = $1 and id = $2 and worker = $3`,
		r.Space, r.ID, Worker); err == nil && n > 0 {
		_ = d.Tell(ctx, db.Notice{Work: true})
	}
}

// Each does what is due by the clock of the database, one piece after another. What fails is logged under a name and
// keeps nobody else waiting; when the database is gone, or the context ends, it says so and stops.
func Each[Piece any](
	ctx context.Context, d *db.DB, name string, due func(context.Context, time.Time) ([]Piece, error),
	do func(context.Context, Piece) error,
) error {
	now, err := d.Clock(ctx)
	if err != nil {
		return err
	}
	list, err := due(ctx, now)
	if err != nil {
		return err
	}
	for _, piece := range list {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := do(ctx, piece); db.Lost(err) {
			return err
		} else if err != nil {
			slog.WarnContext(ctx, name, "error", fault.Discreet(err))
		}
	}
	return nil
}

// Pause is how long is waited after so many failures in a row: it doubles from the first to the longest, and is up to a
// quarter longer by chance, so that what failed together is not tried again together.
func Pause(tries int, first, longest time.Duration) time.Duration {
	wait := min(first<<min(max(tries-1, 0), 20), longest)
	return wait + rand.N(wait/4+1)
}
