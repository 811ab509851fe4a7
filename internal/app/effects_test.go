package app_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/today"
)

// What a day's moves say was done is recorded, once, and taken back whole: nothing is left of an answer that was
// undone.
func TestDoneIsRecordedAndTakenBack(t *testing.T) {
	ctx := context.Background()
	f := importWorld(t, 1, 250, 6)
	state := func() string {
		t.Helper()
		var out []string
		for _, query := range []string{
			`select count(*) from gift where space = $1`,
			`select count(*) from gift_person where space = $1`,
			`select count(*) from interaction where space = $1`,
			`select count(*) from participant where space = $1`,
			`select count(*) from fact where space = $1 and answered > 0`,
			`select count(*) from person where space = $1 and merged <> $2`,
		} {
			args := []any{f.v.Space}
			if strings.Contains(query, "$2") {
				args = append(args, make([]byte, 16))
			}
			n, err := db.Values[int64](ctx, f.DB, query, args...)
			if err != nil {
				t.Fatal(query, err)
			}
			out = append(out, fmt.Sprint(n))
		}
		return strings.Join(out, " ")
	}
	kinds := map[string]bool{}
	for day := range 5 { // what was done goes away and makes room for others
		v := f.v
		v.Now = v.Now.AddDate(0, 0, day)
		moves, err := f.Today.Today(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Today.Letters(ctx, v, moves); err != nil {
			t.Fatal(err)
		}
		for _, m := range moves {
			if kinds[m.Kind] && strings.HasPrefix(m.Kind, "merge") {
				continue // whoever took it back said that they are two: it is the same every day
			}
			answer := today.Done
			if m.Action.Operation != "" {
				answer = today.Act
			} else if len(m.Effects) == 0 {
				continue
			}
			if answer == today.Done && m.Letter == "" {
				t.Errorf("%s: %s has nothing to send", m.Kind, m.What)
			}
			kinds[m.Kind] = true
			before := state()
			undoable, err := f.Today.Answer(ctx, v, today.AnswerInput{Move: m.Key, Answer: answer})
			if err != nil {
				t.Fatalf("%s %s: %v", answer, m.Key, err)
			}
			if state() == before {
				t.Errorf("%s: %s was done, and nothing is recorded", m.Kind, m.What)
			}
			if !undoable {
				continue
			}
			if _, err := f.Today.Answer(ctx, v, today.AnswerInput{Move: m.Key, Answer: today.Undo}); err != nil {
				t.Fatalf("undo %s: %v", m.Key, err)
			}
			if after := state(); after != before {
				t.Errorf("%s: %s was taken back; before %s, after %s", m.Kind, m.What, before, after)
			}
			if strings.HasPrefix(m.Kind, "merge") {
				continue // whoever takes a merge back says that they are two
			}
			if _, err := f.Today.Answer(ctx, v, today.AnswerInput{Move: m.Key, Answer: answer}); err != nil {
				t.Fatalf("again %s: %v", m.Key, err)
			}
		}
	}
	for _, kind := range []string{"need", "drift", "merges"} {
		if !kinds[kind] {
			t.Errorf("no move of kind %s was tried: %v", kind, kinds)
		}
	}
	t.Log(kinds)
}
