package db_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
)

// What was looked at inside Serial is still so when it is written.
func TestSerialCountsEverybody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		space := id.New()
		const writers = 12
		var group sync.WaitGroup
		for range writers {
			group.Go(func() {
				if err := d.Serial(ctx, space, id.New(), func(ctx context.Context) error {
					n, err := db.Value[int64](ctx, d, `select count(*) from space`)
					if err != nil {
						return err
					}
					_, err = d.ExecContext(ctx, `insert into space (id, name, purpose, created)
						values ($1, 'counted', 'private', $2)`, id.New(), n)
					return err
				}); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		got, err := db.Values[int64](ctx, d, `select created from space order by created`)
		want := make([]int64, writers)
		for i := range want {
			want[i] = int64(i)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%v, %v; want each to have seen those before it", got, err)
		}
	})
}

// A part that fails leaves the rest, and what waits for the commit does not run for it.
func TestAPartFailsAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		stop := errors.New("stop")
		var ran []string
		var kept context.Context
		twice := id.New()
		err := d.Serial(ctx, id.New(), id.New(), func(ctx context.Context) error {
			kept = ctx
			d.After(ctx, func() { ran = append(ran, "whole") })
			if err := d.Write(ctx, func(tx *db.Tx) error {
				tx.AfterCommit(func() { ran = append(ran, "part") })
				if err := insertSpace(tx, id.New(), "lost"); err != nil {
					return err
				}
				return stop
			}); !errors.Is(err, stop) {
				t.Errorf("the part: %v", err)
			}
			if err := d.Write(ctx, func(tx *db.Tx) error { return insertSpace(tx, twice, "kept") }); err != nil {
				return err
			}
			// A statement that fails on its own does not end the transaction either.
			if _, err := d.ExecContext(ctx, `insert into space (id, name, purpose, created)
				values ($1, 'twice', 'private', 1)`, twice); err == nil {
				t.Error("a second row with the same id was taken")
			}
			n, err := db.Value[int](ctx, d, `select count(*) from space where name = 'kept'`)
			if n != 1 {
				t.Errorf("it does not read what it wrote: %d", n)
			}
			if outside, err := db.Value[int](d.Outside(ctx), d,
				`select count(*) from space where name = 'kept'`); err != nil ||
				outside != 0 {
				t.Errorf("outside it is seen before the commit: %d, %v", outside, err)
			}
			return err
		})
		if err != nil || !slices.Equal(ran, []string{"whole"}) {
			t.Errorf("%v, ran %v", err, ran)
		}
		names, err := db.Values[string](ctx, d, `select name from space where name in ('lost', 'kept', 'twice')`)
		if err != nil || !slices.Equal(names, []string{"kept"}) {
			t.Errorf("%v, %v", names, err)
		}
		// A context that outlives its transaction is an ordinary one.
		if _, err := db.Value[int](kept, d, `select count(*) from space`); err != nil {
			t.Errorf("after the transaction: %v", err)
		}
	})
}

// Two transactions that wait for each other both come out: the database breaks one off, and it is run again.
func TestWriteIsRunAgainAfterADeadlock(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if d.Dialect != db.PostgreSQL {
			t.Skip("SQLite has one writer")
		}
		ctx := context.Background()
		if _, err := d.ExecContext(ctx, `create table pair (key integer primary key, n integer not null)`); err != nil {
			t.Fatal(err)
		}
		if _, err := d.ExecContext(ctx, `insert into pair values (1, 0), (2, 0)`); err != nil {
			t.Fatal(err)
		}
		var both sync.WaitGroup
		both.Add(2)
		var runs atomic.Int32
		errs := make(chan error, 2)
		for _, order := range [][2]int{{1, 2}, {2, 1}} {
			first := true
			go func() {
				errs <- d.Write(ctx, func(tx *db.Tx) error {
					runs.Add(1)
					for i, key := range order {
						if _, err := tx.ExecContext(ctx, `update pair set n = n + 1 where key = $1`, key); err != nil {
							return err
						}
						if i == 0 && first { // each holds one row before it asks for the other's
							first = false
							both.Done()
							both.Wait()
						}
					}
					return nil
				})
			}()
		}
		for range 2 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		if n, err := db.Value[int](ctx, d, `select min(n) from pair`); err != nil || n != 2 || runs.Load() < 3 {
			t.Errorf("%d, %v after %d runs: a transaction is missing, or nothing was broken off", n, err, runs.Load())
		}
	})
}

// All reads in a snapshot see one state, whatever others write meanwhile, and nothing is written in it.
func TestSnapshot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		add := func(ctx context.Context) error {
			_, err := d.ExecContext(ctx, `insert into space (id, name, purpose, created)
				values ($1, 'counted', 'private', 0)`, id.New())
			return err
		}
		count := func(ctx context.Context) int {
			n, err := db.Value[int](ctx, d, `select count(*) from space`)
			if err != nil {
				t.Error(err)
			}
			return n
		}
		if err := d.Snapshot(ctx, func(inside context.Context) error {
			before := count(inside)
			if err := add(ctx); err != nil {
				return err
			}
			if err := add(inside); !db.Busy(err) {
				t.Errorf("written in a snapshot: %v", err)
			}
			if now := count(inside); now != before {
				t.Errorf("%d rows became %d", before, now)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if n := count(ctx); n != 1 {
			t.Errorf("%d rows, want what was written outside", n)
		}
	})
}
