package app_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/intake"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/erase"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// An import goes on while others erase, merge and take back what it touches. PostgreSQL breaks a writer off when two
// wait for each other; that one is run again, nobody is told that it failed, and the ties are those of the evidence.
func TestImportsBesideErasingAndMerging(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		a, owner := network0(t, address)
		if a.DB.Dialect != db.PostgreSQL {
			t.Skip("SQLite has one writer")
		}
		member := join(t, a, owner, op.Member, "importer@example.org")
		folder := t.TempDir()
		const persons, rounds = 24, 3
		file := func(round int) string {
			var b strings.Builder
			for i := range 300 {
				fmt.Fprintf(&b, "From x Thu Jan  1 10:00:00 2015\nFrom: Importer <importer@example.org>\n"+
					"To: Person Number%c <p%d@example.org>, Person Number%c <p%d@example.org>\n"+
					"Date: Thu, %d Jan 2015 10:00:00 +0000\nMessage-ID: <%d-%d@example.org>\nSubject: s\n\nb\n\n",
					'a'+i%persons, i%persons, 'a'+(i*7+round)%persons, (i*7+round)%persons, 1+i%28, round, i)
			}
			path := filepath.Join(folder, fmt.Sprint(round, ".mbox"))
			if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}
		importing := make(chan error, 1)
		var imports []id.ID
		go func() {
			for round := range rounds {
				report, err := a.Intake.Import(ctx, member, []string{file(round)},
					intake.Options{Visibility: scope.Space})
				if err == nil && (report.State != intake.Done || report.InteractionsAdded == 0) {
					err = fmt.Errorf("%+v", report)
				}
				if err != nil {
					importing <- err
					return
				}
				imports = append(imports, report.ID)
			}
			importing <- nil
		}()
		tolerable := func(err error) bool { // that somebody is not there any more is an answer
			switch fault.CodeOf(err) {
			case "", fault.NotFound, fault.Conflict, fault.Invalid:
				return true
			}
			return false
		}
		done := false
		for n := 0; !done; n++ {
			select {
			case err := <-importing:
				if err != nil {
					t.Fatalf("the import: %v", err)
				}
				done = true
			default:
			}
			_, err := a.Operations.Call(ctx, owner, "erase", erase.EraseInput{
				PersonInput: people.PersonInput{Person: fmt.Sprintf("p%d@example.org", n%persons)},
				Everywhere:  true, ComeBack: true,
			})
			if !tolerable(err) {
				t.Fatalf("erasing: %v", err)
			}
			one, err1 := a.Network.Resolve(ctx, member, fmt.Sprintf("p%d@example.org", (n+5)%persons))
			two, err2 := a.Network.Resolve(ctx, member, fmt.Sprintf("p%d@example.org", (n+9)%persons))
			if err1 == nil && err2 == nil {
				if merge, err := a.Network.Merge(ctx, member, one.ID, two.ID); !tolerable(err) {
					t.Fatalf("merging: %v", err)
				} else if err == nil {
					if err := a.Network.UndoMerge(ctx, member, merge); !tolerable(err) {
						t.Fatalf("taking a merge back: %v", err)
					}
				}
			}
		}
		for i, key := range imports {
			if i%2 == 0 {
				if err := a.Intake.Undo(ctx, member, key); err != nil {
					t.Fatal(err)
				}
			}
		}
		sameAfterRebuild(t, a, owner)
	})
}

// An import that PostgreSQL breaks off, because it waits for who waits for it, is run again with what is stored by
// then: whom the other erased meanwhile is somebody new.
func TestAnImportIsRunAgainAfterADeadlock(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		a, v := network0(t, address)
		if a.DB.Dialect != db.PostgreSQL {
			t.Skip("SQLite has one writer")
		}
		folder := t.TempDir()
		bring := func(name string, days int) (intake.Report, error) {
			var b strings.Builder
			for day := range days {
				fmt.Fprintf(&b, "From x Thu Jan  1 10:00:00 2015\nFrom: Owner Ownerson <owner@example.org>\n"+
					"To: Anna Aa <anna@example.org>\n"+
					"Date: %d Jan 2015 10:00:00 +0000\nMessage-ID: <%s-%d@example.org>\nSubject: s\n\nb\n\n",
					1+day, name, day)
			}
			path := filepath.Join(folder, name)
			if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			return a.Intake.Import(ctx, v, []string{path}, intake.Options{})
		}
		if _, err := bring("first.mbox", 3); err != nil {
			t.Fatal(err)
		}
		before, err := a.Network.Resolve(ctx, v, "anna@example.org")
		if err != nil {
			t.Fatal(err)
		}
		type result struct {
			report intake.Report
			err    error
		}
		imported := make(chan result, 1)
		err = a.DB.Write(ctx, func(tx *db.Tx) error {
			if _, err := tx.ExecContext(ctx, `select version from tie_version where space = $1 for update`,
				v.Space); err != nil {
				return err
			}
			go func() {
				report, err := bring("second.mbox", 5)
				imported <- result{report, err}
			}()
			// the import holds the person and waits for the ties
			for waiting := 0; waiting == 0; time.Sleep(20 * time.Millisecond) {
				var err error
				if waiting, err = db.Value[int](ctx, a.DB, `select count(*) from pg_stat_activity
					where datname = current_database() and wait_event_type = 'Lock'
					and query like 'insert into tie_version%'`); err != nil {
					return err
				}
			}
			if _, err := tx.ExecContext(ctx, `delete from person where space = $1 and id = $2`,
				v.Space, before.ID); err != nil {
				return err
			}
			return tie.MarkAllStale(ctx, tx, v.Space, v.Member)
		})
		got := <-imported
		if err != nil || got.err != nil || got.report.State != intake.Done || got.report.InteractionsAdded != 5 ||
			got.report.PeopleAdded != 1 {
			t.Fatalf("%v; the import: %v, %+v", err, got.err, got.report)
		}
		after, err := a.Network.Resolve(ctx, v, "anna@example.org")
		if err != nil || after.ID == before.ID {
			t.Errorf("%v, %v", after.ID, err)
		}
		if n, err := db.Value[int](ctx, a.DB, `select count(*) from participant where space = $1 and person = $2`,
			v.Space, after.ID); err != nil || n != 5 {
			t.Errorf("%d messages with the person, %v", n, err)
		}
		sameAfterRebuild(t, a, v)
	})
}

// sameAfterRebuild compares the ties with those that are derived from the evidence anew.
func sameAfterRebuild(t *testing.T, a *app.App, v op.Viewer) {
	t.Helper()
	ctx := context.Background()
	ties := func() []string {
		list, err := db.Select[struct {
			Person, Other id.ID
			Intensity     float64
			Interactions  int
		}](ctx, a.DB, `select person, other, intensity, interactions from tie where space = $1
			order by owner, person, other`, v.Space)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, x := range list {
			out = append(out, fmt.Sprint(x))
		}
		return out
	}
	_, err := a.Network.Settle(ctx, v.Space, tie.Present(v))
	before := ties()
	_, failed := a.Network.Rebuild(ctx, v.Space, tie.Present(v))
	if after := ties(); err != nil || failed != nil || strings.Join(before, "\n") != strings.Join(after, "\n") {
		t.Errorf("%d ties before, %d after a rebuild: %v", len(before), len(after), errors.Join(err, failed))
	}
}
