package db

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"

	"gave.network/internal/fault"
)

// Patience is how long a write waits for another program that writes the same SQLite file. Imports hold it for a second
// at a time, and for longer when they settle the ties of a large network.
const Patience = 5 * time.Minute

const (
	// again is how long a waiting writer sleeps before it looks again. SQLite's own sleeps grow to a tenth of a second,
	// too long to find the moment between two batches of an import.
	again = 3 * time.Millisecond
	// sayAfter is how long a writer waits in silence.
	sayAfter = 2 * time.Second
	// longWrite is a transaction after which others may be waiting; breath is how long the next one of this program
	// then lets them go first.
	longWrite = 50 * time.Millisecond
	breath    = 15 * time.Millisecond
)

// patience is what a DB keeps for waiting.
type patience struct {
	waiting func(sentence string)
	turn    chan struct{} // holds one while this program writes
	until   atomic.Int64  // when this program may write again, in Unix nanoseconds
}

func newPatience() patience { return patience{turn: make(chan struct{}, 1)} }

// OnWait names a function that is given a sentence for people when a write has been waiting for some seconds. It is set
// before the database is used.
func (d *DB) OnWait(f func(sentence string)) { d.waiting = f }

func (d *DB) say(sentence string) {
	if d.waiting != nil {
		d.waiting(sentence)
	}
}

// Await waits until a server that went away answers again, at most for as long as Patience.
func (d *DB) Await(ctx context.Context) error {
	begun := time.Now()
	d.say("The database does not answer: waiting for it.")
	for {
		_, err := d.Version(ctx)
		if err == nil || time.Since(begun) > Patience {
			return err
		}
		if err := sleep(ctx, 300*time.Millisecond); err != nil {
			return err
		}
	}
}

// Clock returns the time by which all nodes agree whether something is over: that of PostgreSQL, or of this machine
// where there is one.
func (d *DB) Clock(ctx context.Context) (time.Time, error) {
	if d.Dialect != PostgreSQL {
		return time.Now(), nil
	}
	micro, err := Value[int64](ctx, d, `select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)`)
	return time.UnixMicro(micro), err
}

type hurryKey struct{}

// InHurry returns a context in which writes do not wait for another program: they fail at once, with an error for which
// Busy is true. It is for work that can as well be done later.
func InHurry(ctx context.Context) context.Context { return context.WithValue(ctx, hurryKey{}, true) }

// Busy says whether an error means that another program was writing, or that nothing can be written at all at this
// moment.
func Busy(err error) bool {
	var known *fault.Error
	return locked(err) || errors.As(err, &known) && known.Code == fault.Unavailable
}

// locked says whether SQLite answered that another program writes.
func locked(err error) bool {
	var lite *sqlite.Error
	return errors.As(err, &lite) && lite.Code()&0xff == sqlitelib.SQLITE_BUSY
}

// patiently runs what begins a write of SQLite until no other program is in the way. Nothing has happened when f fails
// with "busy", so it can be run again.
func (d *DB) patiently(ctx context.Context, f func() error) error {
	if d.Dialect != SQLite {
		return f()
	}
	if d.readOnly != nil {
		return Fault(d.readOnly)
	}
	if rest := time.Until(time.Unix(0, d.until.Load())); rest > 0 {
		sleep(ctx, rest)
	}
	begun, said := time.Now(), false
	for {
		err := f()
		if !locked(err) || ctx.Value(hurryKey{}) != nil {
			return err
		}
		waited := time.Since(begun)
		if waited > Patience {
			return err
		}
		if waited > sayAfter && !said {
			said = true
			d.say("Waiting for another program that writes to the database.")
		}
		if err := sleep(ctx, again); err != nil {
			return err
		}
	}
}

// enter takes this program's turn to write. The result ends it, and after a long write lets other programs go first,
// which otherwise would never find the file free.
func (d *DB) enter(ctx context.Context) (leave func(), err error) {
	if d.Dialect != SQLite {
		return func() {}, nil
	}
	if ctx.Value(hurryKey{}) != nil {
		select {
		case d.turn <- struct{}{}:
		default:
			return nil, fault.New(fault.Unavailable, "The database is locked by another program.")
		}
	} else {
		select {
		case d.turn <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	begun := time.Now()
	return func() {
		if time.Since(begun) > longWrite {
			d.until.Store(time.Now().Add(breath).UnixNano())
		}
		<-d.turn
	}, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
