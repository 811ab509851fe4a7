// Package dbtest runs a storage test on every database that Gave supports.
package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/id"
)

// PostgreSQLVariable names the environment variable with the address of a PostgreSQL that tests may use freely.
// "make test" starts one and sets it.
const PostgreSQLVariable = "GAVE_TEST_POSTGRES"

// Each runs the test on a fresh SQLite file and on a fresh schema of PostgreSQL. Without a PostgreSQL that half is
// skipped, with a message.
func Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, PostgreSQL(t)) })
}

// Addresses runs the test with the address of a fresh SQLite file and of a fresh schema of PostgreSQL.
func Addresses(t *testing.T, test func(t *testing.T, address string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), db.FileName)) })
	t.Run("postgres", func(t *testing.T) { test(t, postgresAddress(t)) })
}

// SQLite opens a fresh database in a file of the test's own.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), db.FileName))
}

// PostgreSQL opens a fresh schema, or skips the test where no PostgreSQL is set.
func PostgreSQL(t testing.TB) *db.DB {
	t.Helper()
	return open(t, postgresAddress(t))
}

// PostgreSQLAddress returns the address of a fresh schema, for several who open it, or skips the test where no
// PostgreSQL is set.
func PostgreSQLAddress(t testing.TB) string {
	t.Helper()
	return postgresAddress(t)
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

func postgresAddress(t testing.TB) string {
	t.Helper()
	base := os.Getenv(PostgreSQLVariable)
	if base == "" {
		t.Skipf("no PostgreSQL to test on: set %s, or run make test, which starts one", PostgreSQLVariable)
	}
	pool, err := sql.Open("pgx", base)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	schema := "t" + strings.ReplaceAll(id.New().String(), "-", "")
	if _, err := pool.Exec("create schema " + schema); err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	t.Cleanup(func() {
		pool, err := sql.Open("pgx", base)
		if err == nil {
			defer pool.Close()
			pool.Exec(fmt.Sprintf("drop schema %s cascade", schema))
		}
	})
	address, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	values := address.Query()
	values.Set("search_path", schema)
	address.RawQuery = values.Encode()
	return address.String()
}
