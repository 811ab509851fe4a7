package power

import (
	"context"
	"errors"
	"math"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tie"
)

func TestTogetherByHand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		space := peopletest.Space(t, d)
		v := peopletest.Viewer(t, d, space, "Me", op.Owner)
		anna, bram, carla := peopletest.Person(t, d, v, "Anna Aal"), peopletest.Person(t, d, v, "Bram Beer"),
			peopletest.Person(t, d, v, "Carla Cobra")
		lone, friend := peopletest.Person(t, d, v, "Lone Leeuw"), peopletest.Person(t, d, v, "Friend Fazant")
		meet := func(times int, who ...id.ID) {
			for i := range times {
				peopletest.Record(t, d, v,
					peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -10-7*i), who...))
			}
		}
		meet(20, v.Person, anna.ID)
		meet(20, v.Person, bram.ID)
		meet(1, anna.ID, bram.ID) // a direct tie, but so weak that the way over me is surer
		meet(20, bram.ID, carla.ID)
		meet(5, lone.ID, friend.ID)
		store := people.NewStore(d)
		s := NewService(d, store)
		tag := func(p people.Person, tag string) {
			if err := store.Tag(ctx, v, p, []string{tag}); err != nil {
				t.Fatal(err)
			}
		}
		tag(anna, "design")
		tag(carla, "printing")
		out, err := s.together(ctx, v, TogetherInput{Need: []string{"design", "printing"}})
		if err != nil {
			t.Fatal(err)
		}
		if !out.Exact || len(out.People) != 4 || len(out.Tree) != 3 ||
			!(math.Abs(out.Chance-math.Exp(-out.Cost)) <= 1e-9) {
			t.Errorf("%+v: want Anna, me, Bram and Carla, joined by three ties", out)
		}
		needs := 0
		for _, m := range out.People {
			needs += len(m.Needs)
		}
		if needs != 2 {
			t.Errorf("%d needs are met, want 2: %+v", needs, out.People)
		}
		tag(lone, "dancing")
		for _, need := range [][]string{{"design", "dancing"}, {"design", "alchemy"}, {}, {" , "}} {
			if out, err := s.together(ctx, v, TogetherInput{Need: need}); err == nil ||
				fault.CodeOf(err) == fault.Internal {
				t.Errorf("%q gives %+v, %v", need, out, err)
			}
		}
	})
}

// What is worked out on a view is worked out once, unless it failed, and lasts no longer than the view.
func TestOfView(t *testing.T) {
	d := dbtest.SQLite(t)
	v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
	store := people.NewStore(d)
	view := func() *tie.View {
		t.Helper()
		w, err := store.View(context.Background(), v)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	times, fails := 0, errors.New("no way")
	work := func(failure error) func() (int, error) {
		return func() (int, error) {
			times++
			return times, failure
		}
	}
	if _, err := tie.OfView(view(), "a", work(fails)); !errors.Is(err, fails) {
		t.Fatal(err)
	}
	for range 2 {
		for i, name := range []string{"a", "b"} {
			if got, err := tie.OfView(view(), name, work(nil)); err != nil || got != 2+i {
				t.Errorf("%s: %d, %v; want %d", name, got, err, 2+i)
			}
		}
	}
	anna, bram := peopletest.Person(t, d, v, "Anna Aal"), peopletest.Person(t, d, v, "Bram Beer")
	if _, err := store.Merge(context.Background(), v, anna.ID, bram.ID); err != nil { // drops the view
		t.Fatal(err)
	}
	if got, err := tie.OfView(view(), "a", work(nil)); err != nil || got != 4 {
		t.Errorf("of another view: %d, %v", got, err)
	}
}
