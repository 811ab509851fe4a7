package db

import (
	"context"
	"errors"
	"time"
)

// MakeAt makes a SQLite file with the tables of an older version, as the Gave of that time left it.
func MakeAt(ctx context.Context, path string, version int64, fill string) error {
	pool, err := lite(path, 1, nil)
	if err != nil {
		return err
	}
	defer pool.Close()
	d := &DB{Dialect: SQLite, read: pool, write: pool, patience: newPatience()}
	return d.Write(ctx, func(tx *Tx) error {
		if err := tx.toVersion(ctx, 0, version); err != nil {
			return err
		}
		_, err := tx.Tx.ExecContext(ctx, fill)
		return err
	})
}

// OpenAt opens a PostgreSQL without tables and makes those of an older version.
func OpenAt(ctx context.Context, address string, version int64) (*DB, error) {
	d, err := openPostgreSQL(ctx, address)
	if err == nil {
		err = d.Write(ctx, func(tx *Tx) error { return tx.toVersion(ctx, 0, version) })
	}
	return d, err
}

// Watched returns the tables whose changes are counted, each with those whose rows go along.
func Watched() map[string][]string {
	out := map[string][]string{}
	for table, w := range watched {
		out[table] = w.along
	}
	return out
}

// What tests of what is kept look at.
const (
	MostNamed = mostNamed
	NamesKept = namesKept
)

// SizeOf estimates what a value takes.
func SizeOf(value any) int64 { return sizeOf(value) }

// Kept is what all that is kept takes.
func Kept(d *DB) int64 {
	d.keeper.Lock()
	defer d.keeper.Unlock()
	return d.keeper.size
}

// BoundKept bounds what is kept, until what it returns is called.
func BoundKept(most int64) func() {
	before := mostKept
	mostKept = most
	return func() { mostKept = before }
}

// Impatient makes nodes find out sooner that they do not hear each other, until what it returns is called.
func Impatient(ping, wait time.Duration) func() {
	before := hearing
	hearing.ping, hearing.wait, hearing.most = ping, wait, wait
	return func() { hearing = before }
}

// Nested runs f as a part of the transaction, and passes over its failure.
func (t *Tx) Nested(ctx context.Context, f func(tx *Tx) error) error {
	if err := t.nested(ctx, f); err == nil {
		return errors.New("the part did not fail")
	}
	return nil
}
