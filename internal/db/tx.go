package db

import (
	"context"
	"database/sql"
	"errors"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"gave.network/internal/fault"
	"gave.network/internal/id"
)

// Tx is a transaction that can hold work back until after the commit.
type Tx struct {
	*sql.Tx
	dialect Dialect
	root    *root
	depth   int // how many savepoints deep
}

// root is what a transaction shares with those nested in it.
type root struct {
	after    []func()
	readOnly bool
	ended    atomic.Bool
	touched  map[place]written // what was written to
	node     id.ID
}

// AfterCommit runs f once the transaction is committed, and never when it is rolled back.
func (t *Tx) AfterCommit(f func()) { t.root.after = append(t.root.after, f) }

// Write runs f in a transaction that may write. It commits when f returns nil and rolls back otherwise, also on a
// panic. While another program writes it waits, see Patience. f is run again when the database broke it off for
// another's sake, so it keeps to the database and sets what it tells anew each time. Inside a transaction that the
// context carries (see Serial) it is a part of that one, which can fail without the whole.
func (d *DB) Write(ctx context.Context, f func(tx *Tx) error) error {
	if tx := d.carried(ctx); tx != nil {
		return tx.nested(ctx, f)
	}
	return tryAgain(ctx, func() error { return d.transact(ctx, d.write, nil, f) })
}

// Read runs f in a transaction that sees one state of the database throughout.
func (d *DB) Read(ctx context.Context, f func(tx *Tx) error) error {
	if tx := d.carried(ctx); tx != nil {
		return Fault(f(tx))
	}
	options := &sql.TxOptions{ReadOnly: true}
	if d.Dialect == PostgreSQL {
		options.Isolation = sql.LevelRepeatableRead
	}
	return d.transact(ctx, d.read, options, f)
}

// Snapshot runs f with a context whose reads, by any store, all see one state of the database. What f would write fails
// at once, with an error for which Busy is true.
func (d *DB) Snapshot(ctx context.Context, f func(ctx context.Context) error) error {
	return d.Read(d.Outside(ctx), func(tx *Tx) error {
		tx.root.readOnly = true
		return f(context.WithValue(ctx, carriedKey{d}, tx))
	})
}

func (d *DB) transact(ctx context.Context, pool *sql.DB, options *sql.TxOptions, f func(tx *Tx) error) error {
	var inner *sql.Tx
	begin := func() (err error) {
		inner, err = pool.BeginTx(ctx, options)
		return err
	}
	var err error
	leave := func() {}
	if options == nil {
		if leave, err = d.enter(ctx); err != nil {
			return err
		}
		leave = sync.OnceFunc(leave)
		defer leave()
		err = d.patiently(ctx, begin)
	} else {
		err = begin()
	}
	if err != nil {
		return Fault(err)
	}
	tx := &Tx{Tx: inner, dialect: d.Dialect, root: &root{node: d.node}}
	defer func() {
		tx.root.ended.Store(true)
		_ = inner.Rollback() // does nothing after the commit
	}()
	if err := f(tx); err != nil {
		return Fault(err)
	}
	if err := tx.count(ctx); err != nil {
		return Fault(err)
	}
	tx.root.ended.Store(true)
	if err := inner.Commit(); err != nil {
		return Fault(err)
	}
	glanceOf(ctx).forget()
	leave()
	for _, after := range tx.root.after {
		after()
	}
	return nil
}

// nested runs f as a part of the transaction: when it fails, what it did is taken back and the rest stays.
func (t *Tx) nested(ctx context.Context, f func(tx *Tx) error) error {
	if t.root.readOnly {
		return fault.New(fault.Unavailable, "The database is locked by another program.")
	}
	inner := &Tx{Tx: t.Tx, dialect: t.dialect, root: t.root, depth: t.depth + 1}
	point := "part" + strconv.Itoa(inner.depth)
	if _, err := t.ExecContext(ctx, "savepoint "+point); err != nil {
		return Fault(err)
	}
	held, touched := len(t.root.after), maps.Clone(t.root.touched)
	if err := f(inner); err != nil {
		t.root.after, t.root.touched = t.root.after[:held], touched
		// When this fails too, the transaction is over and the commit says so.
		_, _ = t.ExecContext(ctx, "rollback to savepoint "+point)
		_, _ = t.ExecContext(ctx, "release savepoint "+point)
		return Fault(err)
	}
	_, err := t.ExecContext(ctx, "release savepoint "+point)
	return Fault(err)
}

// After runs f once the transaction that the context carries is committed, and at once when it carries none.
func (d *DB) After(ctx context.Context, f func()) {
	if tx := d.carried(ctx); tx != nil {
		tx.AfterCommit(f)
		return
	}
	f()
}

// carriedKey finds the transaction of a database in a context.
type carriedKey struct{ d *DB }

// carried returns the transaction that the context carries; nil when there is none, or when it is over.
func (d *DB) carried(ctx context.Context) *Tx {
	if tx, ok := ctx.Value(carriedKey{d}).(*Tx); ok && tx != nil && !tx.root.ended.Load() {
		return tx
	}
	return nil
}

// Inside says whether the context carries a transaction that is not over.
func (d *DB) Inside(ctx context.Context) bool { return d != nil && d.carried(ctx) != nil }

// Outside returns the context without its transaction: for what may go on after the transaction, or must not see its
// half-done state.
func (d *DB) Outside(ctx context.Context) context.Context {
	if d == nil || d.carried(ctx) == nil {
		return ctx
	}
	return context.WithValue(ctx, carriedKey{d}, (*Tx)(nil))
}

const (
	// mostSerial is how many serial transactions one process has open at PostgreSQL, so that those who wait for each
	// other do not take the connections of those who read.
	mostSerial = 8

	// mostTries is how often a transaction is begun that the database broke off to let another go on.
	mostTries = 8
)

// Serial runs f as if nobody else wrote in the space meanwhile: all that is read and written with its context, by any
// store, is one transaction, so that what f looked at is still so when it writes. SQLite has one writer; on PostgreSQL,
// where several nodes write, it waits for its turn. f is run again when the database broke it off for another's sake,
// so it keeps to the database. Inside another Serial it is a part of that.
func (d *DB) Serial(ctx context.Context, space, member id.ID, f func(ctx context.Context) error) error {
	if tx := d.carried(ctx); tx != nil {
		return tx.nested(ctx, func(inner *Tx) error { return f(context.WithValue(ctx, carriedKey{d}, inner)) })
	}
	if d.serial != nil {
		select {
		case d.serial <- struct{}{}:
			defer func() { <-d.serial }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return tryAgain(ctx, func() error {
		return d.transact(ctx, d.write, nil, func(tx *Tx) error {
			if err := tx.Alone(ctx, space, member); err != nil {
				return err
			}
			return f(context.WithValue(ctx, carriedKey{d}, tx))
		})
	})
}

// tryAgain runs a transaction until the database no longer breaks it off for another's sake, a bounded number of times.
func tryAgain(ctx context.Context, transaction func() error) error {
	for try := 1; ; try++ {
		err := transaction()
		if err == nil || try == mostTries || !brokenOff(err) {
			return err
		}
		pause := time.Duration(1+rand.IntN(10<<try)) * time.Millisecond
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// brokenOff says whether the database ended a transaction to let another go on, so that it can be begun again.
func brokenOff(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// Alone waits until nobody else writes in the space, as Serial does, for a transaction of one store.
func (t *Tx) Alone(ctx context.Context, space, member id.ID) error {
	// The member's own lock first: who waits for an import of their own keeps nobody else from writing.
	if err := t.Lock(ctx, space, member); err != nil {
		return err
	}
	return t.Lock(ctx, space)
}

// Lock lets one transaction at a time go on among those with the same keys, until it ends. SQLite has one writer
// anyway.
func (t *Tx) Lock(ctx context.Context, keys ...id.ID) error {
	if t.dialect != PostgreSQL {
		return nil
	}
	sum := fnv.New64a()
	for _, key := range keys {
		sum.Write(key[:])
	}
	_, err := t.ExecContext(ctx, `select pg_advisory_xact_lock($1)`, int64(sum.Sum64()))
	return Fault(err)
}
