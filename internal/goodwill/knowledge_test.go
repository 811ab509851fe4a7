package goodwill

import (
	"context"
	"slices"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/near"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
)

// What another room may propose a gift for is fresh, open, not delicate, and somebody else's.
func TestWishesAreTactful(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := NewService(d, people.NewStore(d), nil, nil)
		anna := peopletest.Person(t, d, v, "Anna Aal")
		know := func(who people.Ref, kind Kind, body string, months int) Fact {
			t.Helper()
			f := Fact{Person: who, Kind: kind, Body: body, At: v.Now.AddDate(0, -months, 0)}
			var err error
			if f.ID, err = s.Add(ctx, d, v, f); err != nil {
				t.Fatal(err)
			}
			return f
		}
		ref := people.Ref{ID: anna.ID, Name: anna.Name}
		know(ref, Need, "a bicycle", 11)
		know(ref, Need, "a car of long ago", 13)
		know(ref, Need, "a therapist for a depression", 1)
		know(ref, Interest, "wooden boats", 47)
		know(ref, Interest, "stamps of long ago", 49)
		know(ref, Interest, "the mosque", 1)
		know(ref, About, "two cats", 1)
		know(people.Ref{ID: v.Person}, Need, "a desk of my own", 1)
		if err := s.Answer(ctx, v, know(ref, Need, "a house that was found", 1).ID, false); err != nil {
			t.Fatal(err)
		}
		wishes, err := s.Wishes(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, w := range wishes {
			if w.Person != anna.ID || w.Name != anna.Name || w.Need != (w.Text == "a bicycle") {
				t.Errorf("%+v", w)
			}
			got = append(got, w.Text)
		}
		if !slices.Equal(got, []string{"a bicycle", "wooden boats"}) {
			t.Errorf("wishes %q", got)
		}
	})
}

// What somebody answered to favours makes them likelier or less likely than others, old answers less; what came later
// than the moment does not count.
func TestWillingByAnswers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := NewService(d, people.NewStore(d), nil, nil)
		yes, no, later := peopletest.Person(t, d, v, "Yes"), peopletest.Person(t, d, v, "No"),
			peopletest.Person(t, d, v, "Later")
		for _, o := range []struct {
			who people.Person
			yes bool
			at  time.Time
		}{
			{yes, true, v.Now}, {no, false, v.Now.AddDate(0, 0, -2*365)}, {later, true, v.Now.AddDate(0, 0, 1)},
		} {
			if _, err := s.AddOutcome(ctx, d, v, o.who.ID, "a lift", o.yes, o.at); err != nil {
				t.Fatal(err)
			}
		}
		willing, err := s.Willing(ctx, v)
		if err != nil || len(willing) != 2 {
			t.Fatal(willing, err)
		}
		near.Equal(t, "one yes of now, beside four answers", willing[yes.ID], (2+1)/5.0/0.5, 1e-9)
		near.Equal(t, "a no of two years ago, which is worth half", willing[no.ID], 2/4.5/0.5, 1e-9)
	})
}
