package app_test

import (
	"context"
	"testing"
	"time"

	"gave.network/internal/capture"
	"gave.network/internal/people"
)

// Who is to be spoken to as the second person of an organisation still works there, as far as any entry that may be
// theirs says.
func TestTheSecondPersonStillWorksThere(t *testing.T) {
	ctx := context.Background()
	a, v := network0(t, "")
	v.Now = time.Date(2026, 11, 25, 18, 30, 0, 0, time.UTC)
	add := func(name, organisation string) {
		t.Helper()
		if _, err := a.Network.AddPerson(ctx, v, people.NewPerson{
			Person: people.Person{Name: name, Organisation: organisation},
		}); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"Ron Kok", "Niels Post", "Anna Jansen", "Bram Bakker"} {
		add(name, "De Brug")
	}
	for _, day := range []string{"2", "5", "9", "12", "16", "19", "23"} {
		line := `lunch @"Ron Kok" ` + day + " november"
		if _, err := a.Operations.Call(ctx, v, "capture", capture.Input{Text: line}); err != nil {
			t.Fatal(err)
		}
	}
	second := func() string {
		t.Helper()
		moves, err := a.Colleagues.Propose(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range moves {
			if m.Kind == "thread" {
				for _, p := range m.People {
					if p.Name != "Ron Kok" {
						return p.Name
					}
				}
			}
		}
		return ""
	}
	was := second()
	if was == "" {
		t.Fatal("no second person is proposed")
	}
	add(was, "Elsewhere")
	if now := second(); now == was || now == "" {
		t.Errorf("%q is proposed, who by another entry works elsewhere; before that %q", now, was)
	}
}
