package app_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/intake"
	"gave.network/internal/op"
	"gave.network/internal/parquetfile"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// outside is the id under which somebody is known where ties are worked out.
func outside(name string) []byte {
	sum := sha256.Sum256([]byte(name))
	return sum[:16]
}

// tieRowOf is a row of a file of ties between two people, who are known by name and address there.
func tieRowOf(one, other string, contacts int, until time.Time) parquetfile.Tie {
	var s tie.State
	for i := range contacts {
		s.Add(until.AddDate(0, 0, i-contacts+1).UnixMicro(), id.ID(outside(fmt.Sprint(one, other, i, until))), 1/3.,
			tie.Direction(i%3))
	}
	address := func(name string) string { return strings.ToLower(strings.Fields(name)[0]) + "@example.org" }
	return parquetfile.Tie{
		Owner: make([]byte, 16), Person: outside(one), Other: outside(other), Intensity: s.Intensity, Sent: s.Sent,
		Received: s.Received, Peak: s.Peak, AsOf: s.AsOf, LastInteraction: s.LastInteraction[:],
		FirstContact: s.FirstContact, Interactions: int64(s.Interactions), PersonName: one,
		PersonAddress: address(one), OtherName: other, OtherAddress: address(other),
	}
}

func writeTies(t testing.TB, path string, rows ...parquetfile.Tie) string {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := parquetfile.NewWriter[parquetfile.Tie](file)
	if err := errors.Join(w.Write(rows), w.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func bringTies(t testing.TB, a *app.App, v op.Viewer, paths ...string) intake.Report {
	t.Helper()
	report, err := a.Intake.Import(context.Background(), v, paths, intake.Options{Visibility: scope.Space})
	if err != nil || report.State != intake.Done {
		t.Fatal(report, err)
	}
	return report
}

// sameTies says that the ties are what a rebuild of them gives, to the last bit, and returns them by names.
func sameTies(t testing.TB, a *app.App, v op.Viewer) map[string]tie.State {
	t.Helper()
	ctx := context.Background()
	check, err := a.Network.CheckTies(ctx, v.Space, v.Now, true)
	if err != nil || check.Wrong > 0 || check.Waiting > 0 {
		t.Errorf("%+v %v", check, err)
	}
	rows, err := db.Select[struct {
		One, Two string
		tie.State
	}](ctx, a.DB, `select p.name as one, o.name as two, t.intensity, t.sent, t.received, t.peak, t.as_of,
		t.last_interaction, t.first_contact, t.interactions from tie t
		join person p on p.space = t.space and p.id = t.person join person o on o.space = t.space and o.id = t.other
		where t.space = $1 and p.name < o.name`, v.Space)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]tie.State{}
	for _, r := range rows {
		key := r.One + " – " + r.Two
		out[key] = out[key].Plus(r.State)
	}
	return out
}

// Ties of yesterday and of today come in as the files say, each import can be taken back, and what happens here goes on
// from there.
func TestTiesFromElsewhere(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		a, v := network0(t, address)
		folder := t.TempDir()
		day := func(n int) time.Time { return v.Now.AddDate(0, 0, n) }
		first := writeTies(t, filepath.Join(folder, "yesterday.parquet"),
			tieRowOf("Anna Aa", "Bert Bee", 5, day(-10)), tieRowOf("Coba Cee", "Bert Bee", 2, day(-20)),
			tieRowOf("Owner Ownerson", "Anna Aa", 9, day(-30)))
		one := bringTies(t, a, v, first)
		if one.TiesAdded != 3 || one.PeopleAdded != 3 || one.Rejected != 0 {
			t.Errorf("%+v", one)
		}
		ties := sameTies(t, a, v)
		row := tieRowOf("Anna Aa", "Bert Bee", 5, day(-10))
		want := tie.State{
			Intensity: row.Intensity, Sent: row.Sent, Received: row.Received, Peak: row.Peak, AsOf: row.AsOf,
			LastInteraction: id.ID(row.LastInteraction), FirstContact: row.FirstContact, Interactions: 5,
		}
		if d := cmp.Diff(want, ties["Anna Aa – Bert Bee"]); d != "" || len(ties) != 3 {
			t.Errorf("%d ties, %s", len(ties), d)
		}
		mine, err := a.Network.Resolve(ctx, v, "anna@example.org")
		if err != nil {
			t.Fatal(err)
		}
		if nearness, err := a.Network.Nearness(ctx, v); err != nil || !(nearness(mine.ID) > 0) {
			t.Errorf("the owner's own tie has no strength, %v", err)
		}
		if again := bringTies(t, a, v, first); again.TiesAdded != 0 || again.Duplicates != 3 || again.PeopleAdded != 0 {
			t.Errorf("the same again: %+v", again)
		} else if err := a.Intake.Undo(ctx, v, again.ID); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(ties, sameTies(t, a, v)); d != "" {
			t.Error("after the same again, which is taken back:", d)
		}
		// What happens here after that is added; what happened before is in it.
		peopletest.Record(t, a.DB, v,
			peopletest.Interaction(v, tie.FaceToFace, day(-3), v.Person, mine.ID),
			peopletest.Interaction(v, tie.FaceToFace, day(-300), v.Person, mine.ID))
		if _, err := a.Network.Settle(ctx, v.Space, v.Now); err != nil {
			t.Fatal(err)
		}
		private, err := db.Value[int](ctx, a.DB, `select interactions from tie where space = $1 and owner = $2
			and person = $3`, v.Space, v.Member, v.Person)
		if err != nil || private != 2 { // evidence that is the owner's alone is no part of what the space knows
			t.Errorf("%d private contacts, %v", private, err)
		}
		shared := []tie.Interaction{
			peopletest.Interaction(v, tie.FaceToFace, day(-2), v.Person, mine.ID),
			peopletest.Interaction(v, tie.FaceToFace, day(-301), v.Person, mine.ID),
		}
		for i := range shared {
			shared[i].Visibility = scope.Space
		}
		peopletest.Record(t, a.DB, v, shared...)
		if _, err := a.Network.Settle(ctx, v.Space, v.Now); err != nil {
			t.Fatal(err)
		}
		if n := sameTies(t, a, v)["Anna Aa – Owner Ownerson"].Interactions; n != 9+1+2 {
			t.Errorf("%d contacts, want 12: of two older ones one is in what came", n)
		}
		bond, err := a.Network.ExplainTie(ctx, v, people.Person{ID: v.Person, Name: "Owner Ownerson"}, mine)
		if err != nil || bond.Interactions != 12 || len(bond.Evidence) != 3 || len(bond.Carried) != 1 ||
			bond.Carried[0].Contacts != 9 || bond.Carried[0].File != "yesterday.parquet" {
			t.Errorf("%+v %v", bond, err)
		}
		stored, err := a.Network.OwnTies(ctx, v)
		if err != nil || stored[mine.ID].IntensityAt(v.Now) != bond.Intensity || stored[mine.ID].Peak != bond.Peak {
			t.Errorf("the list says %v, the explanation %v", stored[mine.ID], bond.Intensity)
		}
		if text := bond.Text(v.Printer()); !strings.Contains(text,
			"9 contacts until 24 October 2026 came as a tie from elsewhere (yesterday.parquet).") {
			t.Error(text)
		}
		before := sameTies(t, a, v)
		second := writeTies(t, filepath.Join(folder, "today.parquet"),
			tieRowOf("Anna Aa", "Bert Bee", 6, day(-1)), tieRowOf("Coba Cee", "Bert Bee", 1, day(-40)),
			tieRowOf("Anna Aa", "Dora Dee", 1, day(-1)), tieRowOf("Owner Ownerson", "Anna Aa", 10, day(-2)))
		two := bringTies(t, a, v, second)
		if two.TiesAdded != 3 || two.Rejected != 1 ||
			two.Files[0].Rejected[0].Reason != "what is known of these two is newer than 2026-10-14" ||
			two.Files[0].Rejected[0].Line != 2 {
			t.Errorf("%+v", two)
		}
		now := sameTies(t, a, v)
		if now["Anna Aa – Bert Bee"].Interactions != 6 || now["Bert Bee – Coba Cee"].Interactions != 2 ||
			now["Anna Aa – Dora Dee"].Interactions != 1 {
			t.Errorf("%+v", now)
		}
		if err := a.Intake.Undo(ctx, v, two.ID); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(before, sameTies(t, a, v)); d != "" {
			t.Error("today's is taken back:", d)
		}
		two = bringTies(t, a, v, second)
		if err := a.Intake.Undo(ctx, v, one.ID); err != nil {
			t.Fatal(err)
		}
		left := sameTies(t, a, v)
		if left["Anna Aa – Bert Bee"].Interactions != 6 || left["Anna Aa – Dora Dee"].Interactions != 1 ||
			left["Bert Bee – Coba Cee"].Interactions != 0 {
			t.Errorf("yesterday's is taken back: %+v", left)
		}
		if err := a.Intake.Undo(ctx, v, two.ID); err != nil {
			t.Fatal(err)
		}
		if n, err := db.Value[int](ctx, a.DB, `select count(*) from tie_carried`); err != nil || n != 0 {
			t.Errorf("%d are left, %v", n, err)
		}
		sameTies(t, a, v)
	})
}

// Who is here under the id of a file is meant by it; others are found by address, and by that id in every later file.
func TestWhomTiesFromElsewhereName(t *testing.T) {
	ctx := context.Background()
	a, v := network0(t, filepath.Join(t.TempDir(), "one.db"))
	folder := t.TempDir()
	anna := peopletest.Person(t, a.DB, v, "Anna Aa", "anna@work.example")
	at := v.Now.AddDate(0, 0, -10)
	here := tieRowOf("X", "Bert Bee", 3, at)
	here.Person, here.PersonName, here.PersonAddress = anna.ID[:], "", ""
	nobody := tieRowOf("Bert Bee", "Nobody Nowhere", 3, at)
	nobody.OtherName, nobody.OtherAddress = "", ""
	robot := tieRowOf("Bert Bee", "No Reply", 3, at)
	robot.OtherName, robot.OtherAddress = "", "noreply@shop.example"
	named := tieRowOf("Bert Bee", "Guus Gee", 3, at)
	named.OtherAddress = ""
	report := bringTies(t, a, v, writeTies(t, filepath.Join(folder, "a.parquet"), here, nobody, robot, named))
	if report.TiesAdded != 2 || report.PeopleAdded != 2 || report.Rejected != 1 || report.Skipped != 1 ||
		report.Files[0].Rejected[0].Line != 2 || report.Files[0].Rejected[0].Reason !=
		"somebody in it is not here, and has neither a name nor a mail address" {
		t.Errorf("%+v", report)
	}
	ties := sameTies(t, a, v)
	if ties["Anna Aa – Bert Bee"].Interactions != 3 || ties["Bert Bee – Guus Gee"].Interactions != 3 {
		t.Errorf("%+v", ties)
	}
	// In a browser too it says which rows could not be used, of the file by its name alone.
	browser := v
	browser.Session = "a browser's"
	if seen, err := a.Intake.Report(ctx, browser, report.ID); err != nil || seen.Files[0].Path != "a.parquet" ||
		len(seen.Files[0].Rejected) != 1 || seen.Files[0].Rejected[0].Line != 2 {
		t.Errorf("%+v %v", seen, err)
	}
	// A later file of the same origin knows them by no more than their ids.
	later := tieRowOf("Bert Bee", "Guus Gee", 4, at.AddDate(0, 0, 1))
	later.PersonName, later.PersonAddress, later.OtherName, later.OtherAddress = "", "", "", ""
	report = bringTies(t, a, v, writeTies(t, filepath.Join(folder, "b.parquet"), later))
	if report.TiesAdded != 1 || report.PeopleAdded != 0 ||
		sameTies(t, a, v)["Bert Bee – Guus Gee"].Interactions != 4 {
		t.Errorf("%+v", report)
	}
	// The same two the other way round are the same two.
	turned := tieRowOf("Guus Gee", "Bert Bee", 5, at.AddDate(0, 0, 2))
	turned.Sent, turned.Received = .25, .5
	bringTies(t, a, v, writeTies(t, filepath.Join(folder, "c.parquet"), turned))
	guus, err := a.Network.Resolve(ctx, v, "Guus Gee")
	if err != nil {
		t.Fatal(err)
	}
	bert, err := a.Network.Resolve(ctx, v, "bert@example.org")
	if err != nil {
		t.Fatal(err)
	}
	states, err := a.Network.TieStates(ctx, v, guus.ID, []id.ID{bert.ID})
	if err != nil || states[bert.ID].Sent != .25 || states[bert.ID].Received != .5 {
		t.Errorf("%+v %v", states, err)
	}
	// A preview counts as the import does, and stores nothing.
	path := writeTies(t, filepath.Join(folder, "d.parquet"), turned, tieRowOf("Hans Ha", "Bert Bee", 1, at),
		tieRowOf("Guus Gee", "Bert Bee", 1, at), nobody, tieRowOf("Bert Bee", "Late Comer", 1, v.Now.AddDate(0, 0, 3)),
		tieRowOf("Bert Bee", "Early Bird", 1, time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC)))
	preview, err := a.Intake.Preview(ctx, v, []string{path}, intake.Options{Visibility: scope.Space})
	if err != nil {
		t.Fatal(err)
	}
	real := bringTies(t, a, v, path)
	if preview.Counts != real.Counts || preview.Rejected != real.Rejected || real.TiesAdded != 1 ||
		real.Duplicates != 1 || real.Rejected != 4 {
		t.Errorf("preview %+v, import %+v", preview, real)
	}
	// Who is erased does not come back, by address or by id.
	if _, err := a.Erase.Erase(ctx, v, guus, false); err != nil {
		t.Fatal(err)
	}
	if n, err := db.Value[int](ctx, a.DB, `select count(*) from tie_carried where space = $1 and
		(person = $2 or other = $2)`, v.Space, guus.ID); err != nil || n != 0 {
		t.Errorf("%d carried ties of an erased person, %v", n, err)
	}
	report = bringTies(t, a, v, writeTies(t, filepath.Join(folder, "e.parquet"), turned))
	if report.TiesAdded != 0 || report.Suppressed != 1 || report.PeopleAdded != 0 {
		t.Errorf("%+v", report)
	}
	sameTies(t, a, v)
}

// An import of ties that is stopped anywhere goes on, and gives what it would have given.
func TestTiesFromElsewhereAfterAStop(t *testing.T) {
	ctx := context.Background()
	a, v := network0(t, filepath.Join(t.TempDir(), "one.db"))
	b, w := network0(t, filepath.Join(t.TempDir(), "two.db"))
	var rows []parquetfile.Tie
	for i := range 45_000 {
		rows = append(rows, tieRowOf(fmt.Sprintf("Person%d Pee", i%300), fmt.Sprintf("Quest%d Quu", i/300), 1,
			v.Now.AddDate(0, 0, -1-i%400)))
	}
	path := writeTies(t, filepath.Join(t.TempDir(), "ties.parquet"), rows...)
	whole := bringTies(t, a, v, path)
	stopped := 0
	for range 5 {
		stopping, stop := context.WithCancel(ctx)
		go func() {
			for { // until a batch more is stored
				n, err := db.Value[int](ctx, b.DB, `select count(*) from tie_carried`)
				if err != nil || n > 20_000*stopped {
					stop()
					return
				}
				time.Sleep(5 * time.Millisecond)
			}
		}()
		report, err := b.Intake.Import(stopping, w, []string{path}, intake.Options{Visibility: scope.Space})
		stop()
		if err == nil {
			if report.Counts != whole.Counts || report.Rejected != whole.Rejected {
				t.Errorf("after %d stops %+v, want %+v", stopped, report.Counts, whole.Counts)
			}
			break
		}
		stopped++
	}
	if stopped == 0 {
		t.Error("nothing was stopped")
	}
	if d := cmp.Diff(sameTies(t, a, v), sameTies(t, b, w)); d != "" {
		t.Errorf("%.2000s", d)
	}
}

// Two members bring ties of the same people at the same moment, while one of these is erased: no tie is other than what
// is stored says.
func TestTiesFromElsewhereBesideOthers(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		a, v := network0(t, address)
		second := join(t, a, v, op.Member, "second@example.org")
		folder := t.TempDir()
		var both sync.WaitGroup
		anna := peopletest.Person(t, a.DB, v, "Anna Aa", "anna@example.org")
		bert := peopletest.Person(t, a.DB, v, "Bert Bee", "bert@example.org")
		dora := peopletest.Person(t, a.DB, v, "Dora Dee", "dora@example.org")
		if _, err := a.DB.ExecContext(ctx, `update person set visibility = 1`); err != nil {
			t.Fatal(err)
		}
		for i, member := range []op.Viewer{v, second} {
			both.Go(func() {
				for day := range 5 {
					var rows []parquetfile.Tie
					for _, pair := range [][2]id.ID{{anna.ID, bert.ID}, {anna.ID, dora.ID}, {bert.ID, dora.ID}} {
						r := tieRowOf("X", "Y", 1+day+i, v.Now.AddDate(0, 0, -20+2*day+i))
						r.Person, r.Other = pair[0][:], pair[1][:]
						r.PersonName, r.PersonAddress, r.OtherName, r.OtherAddress = "", "", "", ""
						rows = append(rows, r)
					}
					name := writeTies(t, filepath.Join(folder, fmt.Sprint(i, day)), rows...)
					if _, err := a.Intake.Import(ctx, member, []string{name},
						intake.Options{Visibility: scope.Space}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		both.Go(func() {
			if _, err := a.Erase.Erase(ctx, v, dora, false); err != nil {
				t.Error(err)
			}
		})
		both.Wait()
		if n := sameTies(t, a, v)["Anna Aa – Bert Bee"].Interactions; n != 5+6 {
			t.Errorf("%d contacts of two members, want 11", n)
		}
	})
}

// Who is erased by one member stays under the name alone with another who brought ties of theirs, seen as they were.
func TestTiesFromElsewhereOfAnotherMemberStay(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		a, v := network0(t, address)
		anna := peopletest.Person(t, a.DB, v, "Anna Aa", "anna@example.org") // with the smaller id
		second := peopletest.Viewer(t, a.DB, v.Space, "Second", op.Member)
		for _, statement := range []string{
			`insert into account (id, email, name, password, language, zone, created)
				select $1, 'second@example.org', 'Second', '', language, zone, created from account where id = $2`,
			`insert into member (id, space, account, role, person, joined, ended)
				select $3, space, $1, role, $4, joined, ended from member where account = $2`,
		} {
			args := []any{second.Account, v.Account, second.Member, second.Person}
			args = args[:2+2*strings.Count(statement, "member where")]
			if _, err := a.DB.ExecContext(ctx, statement, args...); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := a.DB.ExecContext(ctx, `update person set visibility = 1`); err != nil {
			t.Fatal(err)
		}
		one := tie.Carried{
			Person: anna.ID, Other: second.Person, Owner: second.Member, Import: id.New(), Visibility: scope.Private,
		}
		one.Add(v.Now.AddDate(0, 0, -9).UnixMicro(), id.New(), .5, tie.Sent)
		one.Add(v.Now.AddDate(0, 0, -8).UnixMicro(), id.New(), .25, tie.Received)
		peopletest.Carry(t, a.DB, second, one)
		before, err := a.Network.OwnTies(ctx, second)
		if err != nil || before[anna.ID].Interactions != 2 {
			t.Fatal(before, err)
		}
		if _, err := a.Erase.Erase(ctx, v, anna, false); err != nil {
			t.Fatal(err)
		}
		after, err := a.Network.OwnTies(ctx, second)
		if err != nil || len(after) != 1 {
			t.Fatal(after, err)
		}
		for _, state := range after {
			if state != before[anna.ID] {
				t.Errorf("%+v, before %+v", state, before[anna.ID])
			}
		}
		if n, err := db.Value[int](ctx, a.DB, `select count(*) from tie_carried where person > other`); err != nil ||
			n != 0 {
			t.Errorf("%d are seen from the greater id, %v", n, err)
		}
		sameTies(t, a, v)
	})
}
