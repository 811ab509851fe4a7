package power

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/near"
	"gave.network/internal/op"
	"gave.network/internal/op/optest"
	"gave.network/internal/people"
	"gave.network/internal/people/erase"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/people/peopleweb"
	"gave.network/internal/room"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// bound is how strongly two people are tied for a viewer, as the view has it now.
func bound(t *testing.T, s *Service, v op.Viewer, a, b id.ID) (strength float64, layers []string) {
	t.Helper()
	s.network.DropKept() // the view may be twenty seconds old
	view, err := s.network.View(context.Background(), v)
	if err != nil {
		t.Fatal(err)
	}
	x, known := view.Number(a)
	y, also := view.Number(b)
	if !known || !also {
		return 0, nil
	}
	strength, _ = view.Graph.Weight(x, y)
	layers, _ = view.StatedOf(x, y)
	return strength, layers
}

// A result ties each two who had a part in it by 1 / (n - 1) of what its layer says, once; two results add up as
// chances do, and what is removed says nothing any more.
func TestResultsTieWhoHadAPart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		anna, bram := peopletest.Person(t, d, v, "Anna Aal"), peopletest.Person(t, d, v, "Bram Beer")
		carla := peopletest.Person(t, d, v, "Carla Cobra")
		s := NewService(d, people.NewStore(d))
		trust := tie.LayerNamed(tie.Achieved).Trust
		first, err := s.AddResult(ctx, v, Result{Title: " The  subsidy ", Day: "2026-01-10"},
			[]string{"Anna Aal", "Bram Beer", "anna aal", ""}, true)
		if err != nil || first.Title != "The subsidy" || len(first.People) != 3 {
			t.Fatalf("%+v %v", first, err)
		}
		for _, pair := range [][2]id.ID{{v.Person, anna.ID}, {v.Person, bram.ID}, {anna.ID, bram.ID}} {
			strength, layers := bound(t, s, v, pair[0], pair[1])
			near.Equal(t, "one of three", strength, trust/2, 1e-6)
			if !slices.Equal(layers, []string{tie.Achieved}) {
				t.Errorf("layers %v", layers)
			}
		}
		second, err := s.AddResult(ctx, v, Result{Title: "A fair"}, []string{anna.ID.String(), bram.ID.String()}, false)
		if err != nil || second.Day != v.Now.Format("2006-01-02") {
			t.Fatalf("%+v %v", second, err)
		}
		strength, _ := bound(t, s, v, anna.ID, bram.ID)
		near.Equal(t, "two results", strength, 1-(1-trust/2)*(1-trust), 1e-6)

		// Two entries of one person in a result count once.
		if _, err := s.AddResult(ctx, v, Result{Title: "A book"},
			[]string{bram.ID.String(), carla.ID.String()}, true); err != nil {
			t.Fatal(err)
		}
		joined, err := s.network.Merge(ctx, v, bram.ID, carla.ID)
		if err != nil {
			t.Fatal(err)
		}
		strength, _ = bound(t, s, v, v.Person, bram.ID)
		near.Equal(t, "under two names", strength, 1-(1-trust/2)*(1-trust/2), 1e-6)
		if list, err := s.Results(ctx, v, bram.ID); err != nil || len(list) != 3 {
			t.Errorf("%d results of two who are one, %v", len(list), err)
		} else if i := slices.IndexFunc(list, func(r Result) bool { return r.Title == "A book" }); i < 0 ||
			len(list[i].People) != 2 {
			t.Errorf("%+v", list)
		}
		if err := s.network.UndoMerge(ctx, v, joined); err != nil {
			t.Fatal(err)
		}

		for _, key := range []id.ID{first.ID, second.ID} {
			if err := s.RemoveResult(ctx, v, key); err != nil {
				t.Fatal(err)
			}
		}
		if strength, layers := bound(t, s, v, anna.ID, bram.ID); strength != 0 || layers != nil {
			t.Errorf("a tie of %g by %v is left of results that are gone", strength, layers)
		}
		optest.Fault(t, s.RemoveResult(ctx, v, first.ID), fault.NotFound, "There is no such result.")
	})
}

// A result is its author's alone until it is shared; a tie counts for others once both of its ends said it; and who is
// erased is in no result any more.
func TestWhoSeesResults(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		space := peopletest.Space(t, d)
		v, w := peopletest.Viewer(t, d, space, "Me", op.Owner), peopletest.Viewer(t, d, space, "Other", op.Member)
		third := peopletest.Viewer(t, d, space, "Third", op.Member)
		store := people.NewStore(d)
		s := NewService(d, store)
		hers := peopletest.Person(t, d, v, "Secret Person")
		for _, p := range []id.ID{v.Person, w.Person} {
			if _, err := db.Exec(ctx, d, `update person set visibility = $3 where space = $1 and id = $2`, space, p,
				scope.Space); err != nil {
				t.Fatal(err)
			}
		}
		private, err := s.AddResult(ctx, v, Result{Title: "Mine"}, []string{hers.ID.String()}, true)
		if err != nil {
			t.Fatal(err)
		}
		shared, err := s.AddResult(ctx, v, Result{Title: "Ours", Shared: true},
			[]string{hers.ID.String(), w.Person.String()}, true)
		if err != nil {
			t.Fatal(err)
		}
		list, err := s.Results(ctx, w, id.Zero)
		if err != nil || len(list) != 1 || list[0].ID != shared.ID || list[0].Own ||
			slices.ContainsFunc(list[0].People, func(p people.Ref) bool { return p.ID == hers.ID }) {
			t.Errorf("another member sees %+v, %v", list, err)
		}
		_, err = s.Result(ctx, w, private.ID)
		optest.Fault(t, err, fault.NotFound, "There is no such result.")
		optest.Fault(t, s.RemoveResult(ctx, w, shared.ID), fault.NotFound, "There is no such result.")
		if strength, _ := bound(t, s, third, v.Person, w.Person); strength != 0 {
			t.Errorf("what one of two says ties them for a third, by %g", strength)
		}
		if _, err := s.AddResult(ctx, w, Result{Title: "Ours too", Shared: true}, []string{v.Person.String()},
			true); err != nil {
			t.Fatal(err)
		}
		if strength, _ := bound(t, s, third, v.Person, w.Person); strength == 0 {
			t.Error("what both say does not tie them for a third")
		}

		eraser := erase.NewService(store)
		store.SetRooms([]room.Room{peopleweb.Room(store, nil), eraser.Room(), s.Room()})
		if _, err := eraser.Erase(ctx, v, hers, true); err != nil {
			t.Fatal(err)
		}
		if list, err = s.Results(ctx, v, id.Zero); err != nil || len(list) != 3 {
			t.Errorf("%d results, %v", len(list), err)
		}
		for _, r := range list {
			if slices.ContainsFunc(r.People, func(p people.Ref) bool { return p.ID == hers.ID }) {
				t.Errorf("who was erased is in %+v", r)
			}
		}
		n, err := db.Value[int](ctx, d, `select count(*) from statement where space = $1 and (source_person = $2
			or target_person = $2)`, space, hers.ID)
		if err != nil || n != 0 {
			t.Errorf("%d statements are left of who was erased, %v", n, err)
		}
	})
}

// What is no result is refused with a sentence, and nothing of it is stored.
func TestBadResults(t *testing.T) {
	ctx, d := context.Background(), dbtest.SQLite(t)
	v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
	peopletest.Person(t, d, v, "Anna Aal")
	s := NewService(d, people.NewStore(d))
	crowd := make([]string, mostContributors+1)
	for i := range crowd {
		crowd[i] = fmt.Sprint("Person ", i)
	}
	anna, tomorrow := []string{"Anna Aal"}, v.Now.AddDate(0, 0, 9).Format("2006-01-02")
	nothing := id.New()
	for _, c := range []struct {
		r     Result
		with  []string
		words string
	}{
		{Result{}, anna, "A result has 1 to 200 characters."},
		{Result{Title: strings.Repeat("x", 201)}, anna, "A result has 1 to 200 characters."},
		{Result{Title: "x\x00"}, anna, "The text is not in UTF-8."},
		{Result{Title: "x", What: strings.Repeat("y", 4001)}, anna, "A text has at most 4000 characters."},
		{Result{Title: "x", Link: "javascript:alert(1)"}, anna, "A link begins with http:// or https://."},
		{Result{Title: "x", Day: "last week"}, anna, "is not a day"},
		{Result{Title: "x", Day: "2026-02-30"}, anna, "is not a day"},
		{Result{Title: "x", Day: tomorrow}, anna, "is still to come"},
		{Result{Title: "x"}, nil, "Say who had a part in it."},
		{Result{Title: "x"}, []string{"me"}, "Say who had a part in it."},
		{Result{Title: "x"}, crowd, "A result names at most 100 people."},
		{Result{Title: "x"}, []string{"Anna Aal", "Nobody Known"}, "Nobody Known"},
		{Result{Title: "x", Goal: &nothing}, anna, "There is no such goal of yours."},
	} {
		_, err := s.AddResult(ctx, v, c.r, c.with, true)
		if err == nil || fault.CodeOf(err) == fault.Internal || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%+v: %v, want %q", c.r, err, c.words)
		}
	}
	if list, err := s.Results(ctx, v, id.Zero); err != nil || len(list) != 0 {
		t.Errorf("something was stored: %+v %v", list, err)
	}
}
