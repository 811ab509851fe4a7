package horizon

import (
	"context"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tie"
)

// Whom to get to know says when they are much alike and who is missing, in the viewer's language; of three people, and
// of people of several levels, it says nothing.
func TestNextSaysWhoIsMissing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, v, persons := circle(t, d)
		director := func(name, title string) {
			t.Helper()
			one := peopletest.Person(t, d, v, name)
			role := people.Role{Organisation: name + " BV", Title: title}
			if err := s.network.AddRole(ctx, v, one, role); err != nil {
				t.Fatal(err)
			}
			for i := range 8 {
				peopletest.Record(t, d, v, peopletest.Interaction(v, tie.FaceToFace,
					v.Now.Add(-time.Duration(i+1)*240*time.Hour), persons["Anna"].ID, one.ID))
			}
			s.network.DropKept() // the test records past the network
		}
		for _, name := range []string{"Hugo Haas", "Ivo IJs", "Joke Jager"} {
			director(name, "directeur")
		}
		next, err := s.next(ctx, v, NextInput{Limit: 9})
		if err != nil || len(next.People) != 4 || next.Alike == nil || len(next.Alike) != 0 {
			t.Fatalf("three are called alike: %+v %v", next, err)
		}
		director("Kees Kraai", "directeur")
		if next, err = s.next(ctx, v, NextInput{Limit: 9}); err != nil || len(next.Alike) != 1 ||
			!strings.Contains(next.Alike[0], "4 of these 5 decide at the top") {
			t.Fatalf("%+v %v", next, err)
		}
		if said := next.Text(v.Printer()); !strings.Contains(said, next.Alike[0]) {
			t.Errorf("the command does not say %q: %s", next.Alike[0], said)
		}
		dutch := v
		dutch.Lang = "nl"
		if shown, err := s.shown(ctx, dutch); err != nil || len(shown.Alike) != 1 ||
			!strings.Contains(shown.Alike[0], "4 van deze 5") {
			t.Errorf("%q %v", shown.Alike, err)
		}
		for _, name := range []string{"Lies Lynx", "Moos Marter", "Nico Nerts"} {
			director(name, "receptionist")
		}
		if next, err = s.next(ctx, v, NextInput{Limit: 9}); err != nil || len(next.Alike) != 0 {
			t.Errorf("two levels are called one: %q %v", next.Alike, err)
		}
	})
}
