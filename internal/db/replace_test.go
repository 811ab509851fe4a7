package db_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
)

// A file of any older version is read without being changed, and its copy has the newest tables.
func TestReplaceBringsOlderTablesUpToDate(t *testing.T) {
	ctx := context.Background()
	for version := int64(1); version <= db.Newest(); version++ {
		path := filepath.Join(t.TempDir(), "old.db")
		err := db.MakeAt(ctx, path, version, `insert into space (id, name, purpose, created)
			values (x'00000000000000000000000000000001', 'old', 'private', 1)`)
		if err != nil {
			if fault.CodeOf(err) == fault.Invalid {
				continue // no Gave had this number
			}
			t.Fatal(err)
		}
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		source, err := db.OpenFile(ctx, path)
		if err != nil {
			t.Fatal(err)
		}
		dbtest.Bare(t, func(t *testing.T, address string) {
			if err := source.Read(ctx, func(tx *db.Tx) error {
				tables, err := db.Tables(ctx, tx)
				if err != nil {
					return err
				}
				_, err = db.Replace(ctx, address, db.Content{
					Version: version, Tables: tables,
					Rows:   func(ctx context.Context, table db.Table) db.RowSeq { return db.EachRow(ctx, tx, table) },
					Finish: func(context.Context, *db.Tx) error { return nil },
				})
				return err
			}); err != nil {
				t.Fatalf("version %d: %v", version, err)
			}
			made, err := db.Open(ctx, address)
			if err != nil {
				t.Fatal(err)
			}
			defer made.Close()
			got, err := made.Version(ctx)
			if err != nil || got != db.Newest() {
				t.Errorf("version %d became %d, %v", version, got, err)
			}
			if name, err := db.Value[string](ctx, made, `select name from space`); err != nil || name != "old" {
				t.Errorf("version %d: %q, %v", version, name, err)
			}
		})
		source.Close()
		if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
			t.Errorf("version %d: the file was changed: %v", version, err)
		}
		if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
			t.Errorf("version %d: beside the file lie %v, %v", version, entries, err)
		}
	}
	if _, err := db.Replace(ctx, filepath.Join(t.TempDir(), "x.db"),
		db.Content{Version: db.Newest() + 1}); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("newer tables: %v", err)
	}
}
