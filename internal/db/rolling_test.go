package db_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
)

// lastAlone is the newest migration from before nodes were replaced one after another: those up to it were written for
// an upgrade with all nodes stopped.
const lastAlone = 70

// onlyAdds returns why programs that do not know a migration could not go on after it; empty when they can. What looks
// as if they could not and yet they can is said to be so, with a reason, in the line before: "-- older: REASON".
func onlyAdds(text string) string {
	excused := regexp.MustCompile(`(?im)^\s*-- older: \S.*\n`)
	comments := regexp.MustCompile(`--[^\n]*`)
	var statements []string
	for statement := range strings.SplitSeq(text, ";") {
		if excused.MatchString(statement) {
			continue
		}
		statement = comments.ReplaceAllString(statement, "")
		statements = append(statements, strings.ToLower(strings.Join(strings.Fields(statement), " ")))
	}
	fresh := map[string]bool{} // tables that the migration itself makes
	for _, s := range statements {
		if made := regexp.MustCompile(`^create table (?:if not exists )?(\w+)`).FindStringSubmatch(s); made != nil {
			fresh[made[1]] = true
		}
	}
	for _, s := range statements {
		table := ""
		if on := regexp.MustCompile(`^(?:alter|drop) table (?:if exists )?(\w+)|^create unique index \S+ on (\w+)`).
			FindStringSubmatch(s); on != nil {
			table = on[1] + on[2]
		}
		switch {
		case s == "" || fresh[table]:
		case strings.HasPrefix(s, "drop table"):
			return "it drops a table: " + s
		case strings.HasPrefix(s, "create unique index"):
			return "it refuses rows that older programs may write: " + s
		case strings.HasPrefix(s, "create trigger"), strings.HasPrefix(s, "create rule"), strings.HasPrefix(s, "drop "):
			return "older programs may rest on what it changes: " + s
		case !strings.HasPrefix(s, "alter table"):
		case !strings.Contains(s, " add column "):
			return "it changes what is there: " + s
		case strings.Contains(s, " check ") || strings.Contains(s, " unique") || strings.Contains(s, " drop "):
			return "it refuses rows that older programs may write: " + s
		case strings.Contains(s, " not null") && !strings.Contains(s, " default "):
			return "older programs do not fill the column: " + s
		}
	}
	return ""
}

// A migration leaves tables with which the nodes go on that do not know it, or has a number that ends in 00 and stops
// them.
func TestMigrationsOnlyAdd(t *testing.T) {
	files, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(files) < 40 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		number, _, _ := strings.Cut(filepath.Base(file), "_")
		version, err := strconv.Atoi(number)
		if err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		why := onlyAdds(string(content))
		if version > lastAlone && version%100 != 0 && why != "" {
			t.Errorf("%s: %s\nGive it a number that ends in 00, or say in a line before the statement why older "+
				"programs go on: -- older: REASON", file, why)
		}
	}
	for text, adds := range map[string]bool{
		"create table x (a text not null); create unique index y on x (a); alter table x drop column a": true,
		"alter table person add column age bigint not null default 0; create index z on person (age)":   true,
		"alter table person add column age bigint":                                                      true,
		"update person set name = ''; insert into x (a) values ('b')":                                   true,
		"-- older: nobody reads it\nalter table person drop column age":                                 true,
		"alter table person drop column age":                                                            false,
		"ALTER TABLE person\n\tRENAME column age to years":                                              false,
		"alter table person rename to human":                                                            false,
		"drop table person":                                                                             false,
		"alter table person add column age bigint not null":                                             false,
		"alter table person alter column age type text":                                                 false,
		"alter table person add constraint c check (age > 0)":                                           false,
		"create unique index x on person (name)":                                                        false,
		"drop index person_name":                                                                        false,
		"-- what is older: nothing\ndrop table person":                                                  false,
	} {
		if got := onlyAdds(text) == ""; got != adds {
			t.Errorf("%s: only adds: %v, want %v", text, got, adds)
		}
	}
}

// An older program goes on with what a newer one added, and says so of what it would leave out; it stops where a
// migration says that it must, also one that comes while it runs.
func TestAnOlderProgramOnNewerTables(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := t.Context()
		d, err := db.Open(ctx, address)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		whole := func() (err error) {
			_ = d.Write(ctx, func(tx *db.Tx) error {
				err = tx.Whole(ctx)
				return nil
			})
			return err
		}
		if d.Fits(ctx) != nil || d.Whole(ctx) != nil || whole() != nil {
			t.Fatal("its own tables do not fit")
		}
		newer := func(version int64) {
			t.Helper()
			if _, err := d.ExecContext(ctx, `insert into goose_db_version (version_id, is_applied) values ($1, true)`,
				version); err != nil {
				t.Fatal(err)
			}
		}
		next := db.Newest() + 1
		if next%100 == 0 {
			next++
		}
		newer(next)
		opens := func() error {
			again, err := db.Open(ctx, address)
			if err == nil {
				again.Close()
			}
			return err
		}
		if d.Dialect == db.SQLite { // one program has the file: it is upgraded with it
			if !db.Outdated(d.Fits(ctx)) || !db.Outdated(opens()) {
				t.Error("an older program goes on")
			}
			return
		}
		if err := d.Fits(ctx); err != nil {
			t.Errorf("it stops: %v", err)
		}
		if err := opens(); err != nil {
			t.Errorf("it does not start: %v", err)
		}
		if fault.CodeOf(whole()) != fault.Unavailable || fault.CodeOf(d.Whole(ctx)) != fault.Unavailable {
			t.Error("it would leave out what it does not know")
		}
		newer(next - next%100 + 100)
		if !db.Outdated(d.Fits(ctx)) || !db.Outdated(opens()) {
			t.Error("it goes on with tables that it must not use")
		}
	})
}

// Several programs that start at once on a database without tables: one makes them.
func TestMigratingAtOnce(t *testing.T) {
	dbtest.Bare(t, func(t *testing.T, address string) {
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				d, err := db.Open(t.Context(), address)
				if err != nil {
					t.Error(err)
					return
				}
				defer d.Close()
				if n, err := db.Value[int](t.Context(), d, `select count(*) from (select version_id from goose_db_version
					group by version_id having count(*) > 1) x`); err != nil || n != 0 {
					t.Errorf("%d migrations ran twice, %v", n, err)
				}
			})
		}
		all.Wait()
	})
}

// A migration does not keep those waiting who use a table that it wants: it gives way to a long transaction, and tries
// again.
func TestAMigrationGivesWay(t *testing.T) {
	dbtest.Bare(t, givesWay)
}

func givesWay(t *testing.T, address string) {
	if !strings.HasPrefix(address, "postgres") {
		return
	}
	// As it was before a migration that adds a column to a table on which somebody works.
	ctx := context.Background()
	d, err := db.OpenAt(ctx, address, 66)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	holding, let, released := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(released)
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, `update account set name = name`)
			_, also := tx.ExecContext(ctx, `lock table account in row exclusive mode`)
			close(holding)
			<-let
			if err == nil {
				err = also
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	}()
	<-holding
	opened := make(chan error)
	go func() {
		again, err := db.Open(ctx, address)
		if err == nil {
			err = again.Close()
		}
		opened <- err
	}()
	within(t, 20e9, "the migration wants the table", func() bool {
		n, _ := db.Value[int](ctx, d, `select count(*) from pg_locks where not granted and mode = 'AccessExclusiveLock'`)
		return n > 0
	})
	within(t, 5e9, "others are let through", func() bool { // who comes after it waits no longer than it does
		n, err := db.Value[int](ctx, d, `select count(*) from account`)
		return err == nil && n == 0
	})
	close(let)
	<-released
	if err := <-opened; err != nil {
		t.Error(err)
	}
	if version, err := d.Version(ctx); err != nil || version != db.Newest() {
		t.Errorf("version %d, %v", version, err)
	}
}
