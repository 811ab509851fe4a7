// Command sqlite times the SQLite drivers of Go on what Gave does most: large inserts of several rows each, single
// inserts that must be on disk, looking a row up by its key, and walking an index. It is a module of its own, so that
// the drivers not chosen stay out of Gave.
package main

import (
	"crypto/rand"
	"database/sql"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	_ "github.com/mattn/go-sqlite3"
	_ "github.com/ncruces/go-sqlite3/driver"
	_ "modernc.org/sqlite"
)

const (
	rows    = 200_000
	batch   = 64
	lookups = 50_000
	commits = 300
	repeats = 3
)

func main() {
	keys := make([][]byte, rows)
	for i := range keys {
		keys[i] = make([]byte, 16)
		if _, err := rand.Read(keys[i]); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println("| driver | inserts/s | commits/s | lookups/s | rows walked/s |\n| --- | --- | --- | --- | --- |")
	for _, d := range []struct{ label, name, options string }{
		{"modernc.org/sqlite", "sqlite", "_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"},
		{"github.com/mattn/go-sqlite3 (C)", "sqlite3", "_journal_mode=WAL&_synchronous=FULL"},
		{"github.com/ncruces/go-sqlite3", "ncruces", "_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"},
	} {
		var figures [repeats][4]float64
		for i := range figures {
			f, err := run(d.name, d.options, keys)
			if err != nil {
				log.Fatalf("%s: %v", d.label, err)
			}
			figures[i] = f
		}
		fmt.Printf("| %s |", d.label)
		for column := range 4 {
			var list []float64
			for _, f := range figures {
				list = append(list, f[column])
			}
			slices.Sort(list)
			fmt.Printf(" %.0f |", list[len(list)/2])
		}
		fmt.Println()
	}
}

func run(driver, options string, keys [][]byte) (figures [4]float64, err error) {
	dir, err := os.MkdirTemp("", "gave-sqlite")
	if err != nil {
		return figures, err
	}
	defer os.RemoveAll(dir)
	db, err := sql.Open(driver, "file:"+filepath.Join(dir, "test.db")+"?"+options)
	if err != nil {
		return figures, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`create table t (key bytea primary key, at bigint not null, kind integer not null,
		title text not null) without rowid; create index t_at on t (at)`); err != nil {
		return figures, err
	}
	per := func(n int, start time.Time) float64 { return float64(n) / time.Since(start).Seconds() }
	statement := `insert into t values ` + strings.TrimSuffix(strings.Repeat("(?,?,?,?),", batch), ",")

	start := time.Now()
	tx, err := db.Begin()
	if err != nil {
		return figures, err
	}
	insert, err := tx.Prepare(statement)
	if err != nil {
		return figures, err
	}
	done := 0
	for ; done+batch+commits <= len(keys); done += batch {
		args := make([]any, 0, 4*batch)
		for i := range batch {
			args = append(args, keys[done+i], int64(done+i)*7919%1_000_003, i%5, "lunch about the annual report")
		}
		if _, err := insert.Exec(args...); err != nil {
			return figures, err
		}
	}
	if err := tx.Commit(); err != nil {
		return figures, err
	}
	figures[0] = per(done, start)

	start = time.Now()
	for i := range commits {
		if _, err := db.Exec(`insert into t values (?,?,?,?)`, keys[done+i], i, 1, "a line"); err != nil {
			return figures, err
		}
	}
	figures[1] = per(commits, start)

	start = time.Now()
	for i := range lookups {
		var title string
		if err := db.QueryRow(`select title from t where key = ?`, keys[i*3]).Scan(&title); err != nil {
			return figures, err
		}
	}
	figures[2] = per(lookups, start)

	start = time.Now()
	found, err := db.Query(`select key, at, title from t order by at`)
	if err != nil {
		return figures, err
	}
	defer found.Close()
	n := 0
	for found.Next() {
		var key []byte
		var at int64
		var title string
		if err := found.Scan(&key, &at, &title); err != nil {
			return figures, err
		}
		n++
	}
	figures[3] = per(n, start)
	return figures, found.Err()
}
