package db_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
)

// Some SQLite drivers bind $2 before $1 by order of appearance and silently swap the values.
func TestPlaceholdersBindByNumber(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		got, err := db.Value[string](context.Background(), d, `select cast($2 as text) || cast($1 as text)`, "a", "b")
		if err != nil || got != "ba" {
			t.Fatalf("got %q, %v; want ba", got, err)
		}
	})
}

func insertSpace(tx db.Queryer, key id.ID, name string) error {
	_, err := tx.ExecContext(context.Background(), `insert into space (id, name, purpose, created)
		values ($1, $2, 'private', 1)`, key, name)
	return err
}

func TestWriteCommitsOrLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		ran := 0
		failure := errors.New("stop")
		err := d.Write(ctx, func(tx *db.Tx) error {
			tx.AfterCommit(func() { ran++ })
			if err := insertSpace(tx, id.New(), "lost"); err != nil {
				return err
			}
			return failure
		})
		if !errors.Is(err, failure) || ran != 0 {
			t.Fatalf("err %v, ran %d", err, ran)
		}
		if err := d.Write(ctx, func(tx *db.Tx) error {
			tx.AfterCommit(func() { ran++ })
			return insertSpace(tx, id.New(), "kept")
		}); err != nil || ran != 1 {
			t.Fatalf("err %v, ran %d", err, ran)
		}
		names, err := db.Values[string](ctx, d, `select name from space order by name`)
		if err != nil || !slices.Equal(names, []string{"kept"}) {
			t.Fatalf("got %v, %v", names, err)
		}
	})
}

func TestConstraintsHaveTheSameCodeOnBoth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		key := id.New()
		if err := insertSpace(d, key, "one"); err != nil {
			t.Fatal(err)
		}
		if err := db.Fault(insertSpace(d, key, "two")); fault.CodeOf(err) != fault.Conflict {
			t.Fatalf("a second row with the same id: %v", err)
		}
		_, err := db.Exec(ctx, d, `insert into member (id, space, account, role, person, joined, ended)
			values ($1, $2, $3, 3, $4, 1, 0)`,
			id.New(), key, id.New(), id.Zero)
		if fault.CodeOf(err) != fault.Conflict {
			t.Fatalf("a member of no account: %v", err)
		}
		if _, err := db.One[struct{ Name string }](ctx, d, `select name from space where id = $1`,
			id.New()); fault.CodeOf(err) != fault.NotFound {
			t.Fatalf("a missing row: %v", err)
		}
	})
}

func TestSelectFillsFieldsByColumnName(t *testing.T) {
	type row struct {
		ID        id.ID
		Name      string
		CreatedAt int64
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		var keys []id.ID
		for _, name := range []string{"a", "b", "c"} {
			keys = append(keys, id.New())
			if err := insertSpace(d, keys[len(keys)-1], name); err != nil {
				t.Fatal(err)
			}
		}
		in, args := db.In(1, keys[1:])
		got, err := db.Select[row](ctx, d,
			`select created as created_at, name, id from space where id in (`+in+`) order by name`, args...)
		if err != nil || len(got) != 2 || got[0] != (row{keys[1], "b", 1}) || got[1] != (row{keys[2], "c", 1}) {
			t.Fatalf("got %v, %v", got, err)
		}
		if _, err := db.Select[row](ctx, d, `select purpose from space`); err == nil {
			t.Fatal("a column without a field was accepted")
		}
		in, args = db.In[id.ID](1, nil)
		if got, err := db.Select[row](ctx, d, `select name from space where id in (`+in+`)`, args...); err != nil ||
			len(got) != 0 {
			t.Fatalf("an empty list found %v, %v", got, err)
		}
	})
}

func TestInsertManyWritesEveryRow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		var args []any
		for range 150 {
			args = append(args, id.New(), "many", "private", int64(2))
		}
		if err := db.InsertMany(ctx, d, `insert into space (id, name, purpose, created)`, 4, args, ""); err != nil {
			t.Fatal(err)
		}
		if n, err := db.Value[int](ctx, d, `select count(*) from space where created = 2`); err != nil || n != 150 {
			t.Fatalf("%d rows, %v", n, err)
		}
	})
}

func TestOpenAgainKeepsEverything(t *testing.T) {
	dbtest.Bare(t, func(t *testing.T, address string) {
		ctx := context.Background()
		key := id.New()
		for i := range 2 {
			d, err := db.Open(ctx, address)
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				if err := insertSpace(d, key, "stays"); err != nil {
					t.Fatal(err)
				}
			} else if name, err := db.Value[string](ctx, d, `select name from space where id = $1`, key); err != nil ||
				name != "stays" {
				t.Fatalf("%q, %v", name, err)
			}
			d.Close()
		}
	})
}

func TestRefusesANewerDatabase(t *testing.T) {
	dbtest.Bare(t, func(t *testing.T, address string) {
		ctx := context.Background()
		d, err := db.Open(ctx, address)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.ExecContext(ctx, `insert into goose_db_version (version_id, is_applied)
			values (99900, true)`); err != nil {
			t.Fatal(err)
		}
		d.Close()
		if d, err := db.Open(ctx, address); fault.CodeOf(err) != fault.Unavailable {
			d.Close()
			t.Fatalf("a newer database was opened: %v", err)
		}
	})
}

func TestOpenFaultsSayWhatToDo(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage.db")
	if err := os.WriteFile(garbage, []byte("this is not a database at all, it is a letter to a friend"),
		0o600); err != nil {
		t.Fatal(err)
	}
	for name, address := range map[string]string{
		"no database":  garbage,
		"no server":    "postgres://gave:secret@127.0.0.1:1/gave?connect_timeout=1",
		"no directory": filepath.Join(garbage, "gave.db"),
		"no such kind": "mysql://gave@127.0.0.1/gave",
	} {
		_, err := db.Open(ctx, address)
		var known *fault.Error
		if !errors.As(err, &known) || known.Hint == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
