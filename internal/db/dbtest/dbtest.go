// Package dbtest runs a storage test on every database that Gave supports.
package dbtest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/id"
)

// PostgreSQLVariable names the environment variable with the address of a PostgreSQL that tests may use freely.
// "make test" starts one and sets it.
const PostgreSQLVariable = "GAVE_TEST_POSTGRES"

// Each runs the test on a fresh SQLite file and on a fresh database of PostgreSQL. Without a PostgreSQL that half is
// skipped, with a message.
func Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, PostgreSQL(t)) })
}

// Addresses runs the test with the address of a fresh SQLite file and of a fresh database of PostgreSQL.
func Addresses(t *testing.T, test func(t *testing.T, address string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, sqliteAddress(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, PostgreSQLAddress(t)) })
}

// Bare is Addresses with databases that have no tables yet, for tests of how those are made. On PostgreSQL they are to
// stand in another schema than the usual one.
func Bare(t *testing.T, test func(t *testing.T, address string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), db.FileName)) })
	t.Run("postgres", func(t *testing.T) {
		base := create(t, server(t), "")
		schema := fresh()
		onServer(t, base, func(c *sql.Conn) error {
			_, err := c.ExecContext(t.Context(), "create schema "+schema)
			return err
		})
		test(t, InSchema(t, base, schema))
	})
}

// SQLite opens a fresh database in a file of the test's own.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	return open(t, sqliteAddress(t))
}

// PostgreSQL opens a fresh database, or skips the test where no PostgreSQL is set.
func PostgreSQL(t testing.TB) *db.DB {
	t.Helper()
	return open(t, PostgreSQLAddress(t))
}

// PostgreSQLAddress returns the address of a fresh database, for several who open it, or skips the test where no
// PostgreSQL is set.
func PostgreSQLAddress(t testing.TB) string {
	t.Helper()
	return create(t, server(t), postgresModel(t))
}

func open(t testing.TB, address string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// Tables are made once in a process and copied from then on: all migrations take 75 ms on SQLite and 420 ms on
// PostgreSQL, and the tests want hundreds of databases.
var model struct {
	sync.Mutex
	sqlite   []byte
	postgres string // the name of the database that is copied
}

// sqliteAddress returns the name of a file of the test's own which has all tables.
func sqliteAddress(t testing.TB) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), db.FileName)
	model.Lock()
	defer model.Unlock()
	if model.sqlite == nil {
		migrate(t, file)
		var err error
		if model.sqlite, err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
		return file
	}
	if err := os.WriteFile(file, model.sqlite, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// postgresModel returns the name of a database with all tables and nobody in it. It is named after what it was made by,
// so that the programs of all tests share it.
func postgresModel(t testing.TB) string {
	t.Helper()
	base := server(t)
	model.Lock()
	defer model.Unlock()
	if model.postgres == "" {
		name := "model_" + fingerprint(t)
		onServer(t, base, func(c *sql.Conn) error {
			// Of the programs that want it at once, one makes it.
			if _, err := c.ExecContext(t.Context(), "select pg_advisory_lock($1)", modelLock); err != nil {
				return err
			}
			there := 0
			err := c.QueryRowContext(t.Context(),
				"select count(*) from pg_database where datname = $1", name).Scan(&there)
			if err != nil || there > 0 {
				return err
			}
			// Under a name of its own until it is whole: a program that was stopped leaves no half of it.
			half := fresh()
			if _, err := c.ExecContext(t.Context(), "create database "+half); err != nil {
				return err
			}
			migrate(t, address(t, base, half))
			_, err = c.ExecContext(t.Context(), "alter database "+half+" rename to "+name)
			return err
		})
		model.postgres = name
	}
	return model.postgres
}

// fingerprint is a digest of all that makes tables.
func fingerprint(t testing.TB) string {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	folder := filepath.Dir(filepath.Dir(here))
	digest := sha256.New()
	for _, pattern := range []string{"*.go", "migrations/*.sql"} {
		files, err := filepath.Glob(filepath.Join(folder, pattern)) // in order of their names
		if err != nil || len(files) == 0 {
			t.Fatalf("dbtest: nothing like %s in %s (%v)", pattern, folder, err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(digest, "%s %d\n%s", filepath.Base(file), len(content), content)
		}
	}
	return hex.EncodeToString(digest.Sum(nil)[:8])
}

// modelLock is the advisory lock under which the model is made.
const modelLock = 0x67617665

func migrate(t testing.TB, address string) {
	t.Helper()
	d, err := db.Open(context.Background(), address)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}

// server returns the address of the PostgreSQL of the tests, or skips the test.
func server(t testing.TB) string {
	t.Helper()
	base := os.Getenv(PostgreSQLVariable)
	if base == "" {
		t.Skipf("no PostgreSQL to test on: set %s, or run make test, which starts one", PostgreSQLVariable)
	}
	return base
}

// create makes a database after the model, or without tables where that is empty, and drops it when the test has ended.
func create(t testing.TB, base, model string) string {
	t.Helper()
	name := fresh()
	statement := "create database " + name
	if model != "" {
		statement += " template " + model + " strategy file_copy" // nothing of it need be in the log
	}
	onServer(t, base, func(c *sql.Conn) error {
		_, err := c.ExecContext(t.Context(), statement)
		return err
	})
	t.Cleanup(func() {
		onServer(t, base, func(c *sql.Conn) error {
			_, err := c.ExecContext(context.Background(), "drop database "+name+" with (force)")
			return err
		})
	})
	return address(t, base, name)
}

func fresh() string { return "t" + strings.ReplaceAll(id.New().String(), "-", "") }

// onServer runs do on a connection of its own.
func onServer(t testing.TB, base string, do func(c *sql.Conn) error) {
	t.Helper()
	pool, err := sql.Open("pgx", base)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	c, err := pool.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := do(c); err != nil {
		t.Fatalf("dbtest: %v", err)
	}
}

// InSchema is an address of PostgreSQL with another schema than the usual one.
func InSchema(t testing.TB, address, schema string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	values := u.Query()
	values.Set("search_path", schema)
	u.RawQuery = values.Encode()
	return u.String()
}

// address is base with another database.
func address(t testing.TB, base, name string) string {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}
