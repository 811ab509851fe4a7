package app_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/goodwill"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/erase"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/today"
)

// A reminder comes up on its day and not before, first of all, until it is done or taken away; nobody else sees it, and
// it goes with the person.
func TestReminders(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		a, err := app.Open(ctx, app.Config{Database: address, Data: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { a.Close() })
		v, err := a.Account.Local(ctx, locale.English)
		if err != nil {
			t.Fatal(err)
		}
		v.Now, v.Zone = time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC), time.UTC
		anna := peopletest.Person(t, a.DB, v, "Anna Arends", "anna@example.org")
		bert := peopletest.Person(t, a.DB, v, "Bert Bos", "bert@example.org")
		remind := func(person people.Person, body, day string) goodwill.Reminder {
			t.Helper()
			r, err := a.Goodwill.Remind(ctx, v, person, body, day)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		for words, want := range map[string]string{
			"over 3 maanden": "2027-02-28", "in 3 months": "2027-02-28", "in 1 month": "2026-12-29",
			"1 maart": "2027-03-01", "in maart": "2027-03-01", "2027-02-27": "2027-02-27", "in 1 week": "2026-12-06",
			"over 1 jaar": "2027-11-29", "in 2028": "2028-01-01", "today": "2026-11-29", "morgen": "2026-11-30",
		} {
			r := remind(bert, "x", words)
			if r.Day != want {
				t.Errorf("%s is %s, want %s", words, r.Day, want)
			}
			if err := a.Goodwill.Unremind(ctx, v, r.ID); err != nil {
				t.Fatal(err)
			}
		}
		for _, words := range []string{"", "ooit", "gisteren", "2019-01-01", "2190-01-01", strings.Repeat("x", 5000)} {
			if _, err := a.Goodwill.Remind(ctx, v, bert, "x", words); fault.FieldOf(err) != "day" {
				t.Errorf("%.20q: %v, want a fault of the day", words, err)
			}
		}
		if _, err := a.Goodwill.Remind(ctx, v, bert, "  ", "morgen"); fault.FieldOf(err) != "body" {
			t.Errorf("nothing to be reminded of: %v", err)
		}

		asked := remind(anna, "vraag naar haar proefschrift", "over 1 week")
		remind(bert, "hoe gaat het met de kanker van zijn moeder?", "over 1 week")
		day := func(days int) []move.Move {
			t.Helper()
			at := v
			at.Now = v.Now.AddDate(0, 0, days)
			moves, err := a.Today.Today(ctx, at)
			if err != nil {
				t.Fatal(err)
			}
			var out []move.Move
			for _, m := range moves {
				if m.Kind == "reminder" {
					out = append(out, m)
				}
			}
			return out
		}
		if early := day(6); len(early) > 0 {
			t.Errorf("a day too early: %+v", early)
		}
		due := day(7)
		if len(due) != 2 {
			t.Fatalf("on the day: %+v", due)
		}
		for _, m := range due {
			said := m.What + m.Why + m.Evidence[0].Text
			if m.People[0].ID == anna.ID && m.What != "Anna Arends: vraag naar haar proefschrift" ||
				strings.Contains(said, "kanker") {
				t.Errorf("Today says %q", said)
			}
		}
		later := v
		later.Now = v.Now.AddDate(0, 0, 8)
		key := ""
		for _, m := range due {
			if m.People[0].ID == anna.ID {
				key = m.Key
			}
		}
		state := func() int {
			return rows(t, a.DB, `select count(*) from reminder where done > 0`)
		}
		if _, err := a.Today.Answer(ctx, later, today.AnswerInput{Move: key, Answer: today.Done}); err != nil {
			t.Fatal(err)
		}
		if state() != 1 || len(day(9)) != 1 {
			t.Errorf("%d are done after it was done, %+v come", state(), day(9))
		}
		if _, err := a.Today.Answer(ctx, later, today.AnswerInput{Move: key, Answer: today.Undo}); err != nil {
			t.Fatal(err)
		}
		if state() != 0 || len(day(9)) != 2 {
			t.Errorf("%d are done after undo, %+v come", state(), day(9))
		}

		other := op.Viewer{
			Space: v.Space, Member: id.New(), Role: op.Member, Zone: time.UTC, Now: later.Now, Lang: locale.English,
		}
		for _, err := range []error{
			a.Goodwill.Reminded(ctx, other, asked.ID, false), a.Goodwill.Unremind(ctx, other, asked.ID),
		} {
			if fault.CodeOf(err) != fault.NotFound {
				t.Errorf("another member reaches it: %v", err)
			}
		}
		// Who turns out to be somebody else takes it along.
		twin := peopletest.Person(t, a.DB, v, "A. Arends", "arends@example.org")
		if _, err := a.Network.Merge(ctx, v, twin.ID, anna.ID); err != nil {
			t.Fatal(err)
		}
		out, err := a.Operations.Call(ctx, v, "reminders.list",
			reflectInput(t, a, "reminders.list", map[string]string{"person": twin.ID.String()}))
		if err != nil || len(out.(goodwill.RemindersOutput).Reminders) != 1 {
			t.Errorf("after the merge: %+v %v", out, err)
		}
		gone := erase.EraseInput{PersonInput: people.PersonInput{Person: twin.ID.String()}}
		if _, err := a.Operations.Call(ctx, v, "erase", gone); err != nil {
			t.Fatal(err)
		}
		if n := rows(t, a.DB, `select count(*) from reminder`); n != 1 {
			t.Errorf("%d reminders after one of two people was erased", n)
		}
	})
}
