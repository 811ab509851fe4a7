package give

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
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

// A gift to Anna, who often meets Bram, who brings a job a year later: the trace goes from Anna to Bram. What the
// viewer says of it overrides, can be taken back, and belongs to the viewer alone.
func TestTraceAndConfirm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		space := peopletest.Space(t, d)
		v := peopletest.Viewer(t, d, space, "Me", op.Owner)
		anna, bram, carla := peopletest.Person(t, d, v, "Anna Aal"), peopletest.Person(t, d, v, "Bram Beer"),
			peopletest.Person(t, d, v, "Carla Cobra")
		for i := range 30 {
			peopletest.Record(t, d, v,
				peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -20*i), anna.ID, bram.ID))
		}
		s := NewService(d, people.NewStore(d), t.TempDir())
		log := func(direction Direction, body string, daysAgo int, who people.Person) GiftInput {
			out, err := s.log(ctx, v,
				ReceiveInput{Body: body, To: []string{who.ID.String()}, At: v.Now.AddDate(0, 0, -daysAgo)}, direction)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		gift, other := log(Given, "advice", 400, anna), log(Given, "a book", 390, carla)
		late := log(Given, "too late", 5, bram)
		came := log(CameIn, "a job", 40, bram)
		out, err := s.trace(ctx, v, ReturnInput{Return: came.Gift, Limit: 5})
		if err != nil || len(out.Gifts) != 1 || out.Gifts[0].Gift != gift.Gift || len(out.Gifts[0].Path) != 2 ||
			out.Gifts[0].Path[0].ID != anna.ID || out.Gifts[0].Days != 360 {
			t.Fatalf("%+v, %v: want the advice over Anna and Bram", out, err)
		}
		if sum := out.Gifts[0].Share + out.Unexplained; !(sum >= 0.999) || !(sum <= 1.001) || out.Confirmed {
			t.Errorf("%+v", out)
		}
		if out, err = s.confirm(ctx, v, ConfirmInput{Return: came.Gift, Gift: other.Gift}); err != nil ||
			!out.Confirmed || len(out.Gifts) != 1 || out.Gifts[0].Gift != other.Gift || out.Unexplained != 0 {
			t.Errorf("confirmed: %+v, %v", out, err)
		}
		if out, err = s.confirm(ctx, v, ConfirmInput{Return: came.Gift}); err != nil || len(out.Gifts) != 0 ||
			out.Unexplained != 1 {
			t.Errorf("nothing I gave: %+v, %v", out, err)
		}
		if out, err = s.confirm(ctx, v, ConfirmInput{Return: came.Gift, Undo: true}); err != nil || out.Confirmed ||
			len(out.Gifts) != 1 {
			t.Errorf("taken back: %+v, %v", out, err)
		}
		if _, err = s.confirm(ctx, v,
			ConfirmInput{Return: came.Gift, Gift: late.Gift}); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("a gift after the return: %v", err)
		}
		stranger := peopletest.Viewer(t, d, space, "Stranger", op.Member)
		for name, try := range map[string]func() error{
			"trace": func() error {
				_, err := s.trace(ctx, stranger, ReturnInput{Return: came.Gift, Limit: 5})
				return err
			},
			"confirm": func() error { _, err := s.confirm(ctx, stranger, ConfirmInput{Return: came.Gift}); return err },
		} {
			if err := try(); fault.CodeOf(err) != fault.NotFound {
				t.Errorf("%s by another member: %v", name, err)
			}
		}
		if chance, err := s.chance(ctx, v, op.None{}); err != nil || chance.Enough || chance.Sentence == "" {
			t.Errorf("%+v, %v: want too little to tell", chance, err)
		}
	})
}

// What is kept of tracing between changes is what is worked out anew: gifts added, backdated, moved and taken away,
// returns, answers, contacts of the viewer and of others, names.
func TestKeptTracesAreFreshOnes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		x := rand.New(rand.NewPCG(4, 2))
		store := people.NewStore(d)
		s := NewService(d, store, t.TempDir())
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		var all []people.Person
		for i := range 14 {
			all = append(all, peopletest.Person(t, d, v, fmt.Sprint("Person ", i)))
		}
		somebody := func() people.Person { return all[x.IntN(len(all))] }
		contact := func(a, b id.ID) {
			peopletest.Record(t, d, v,
				peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -x.IntN(900)), a, b))
		}
		for range 60 {
			if a, b := somebody(), somebody(); a.ID != b.ID {
				contact(a.ID, b.ID)
			}
		}
		log := func(direction Direction, days int) {
			_, err := s.log(ctx, v, ReceiveInput{
				Body: "x", To: []string{somebody().ID.String()}, Kind: "other", At: v.Now.AddDate(0, 0, -days),
			}, direction)
			must(err)
		}
		for i := range 30 {
			log(Given, x.IntN(900))
			if i%3 == 0 {
				log(CameIn, x.IntN(700))
			}
		}
		reused := 0
		for n := range 60 {
			before, err := s.history(ctx, v)
			must(err)
			before.compare()
			what := ""
			switch x.IntN(9) {
			case 0, 1:
				what = "a gift"
				log(Given, 0)
			case 2:
				what = "a gift of before"
				log(Given, x.IntN(900))
			case 3:
				what = "a return"
				log(CameIn, x.IntN(300))
			case 4:
				what = "a gift that is taken away"
				must(s.Remove(ctx, v, before.gifts[x.IntN(len(before.gifts))].ID))
			case 5:
				what = "a gift of another day"
				_, err := s.edit(ctx, v, EditInput{
					Gift: before.gifts[x.IntN(len(before.gifts))].ID, At: v.Now.AddDate(0, 0, -x.IntN(900)),
				})
				must(err)
			case 6:
				what = "a contact"
				if a := somebody(); n%2 == 0 {
					contact(v.Person, a.ID)
				} else if b := somebody(); a.ID != b.ID {
					contact(a.ID, b.ID)
				}
			case 7:
				what = "an answer"
				r := before.returns[x.IntN(len(before.returns))]
				_, err := s.confirm(ctx, v, ConfirmInput{Return: r.ID, Undo: x.IntN(2) == 0})
				must(err)
			case 8:
				what = "a person"
				all = append(all, peopletest.Person(t, d, v, fmt.Sprint("New ", n)))
			}
			kept, err := s.history(ctx, v)
			must(err)
			fresh, err := s.readHistory(ctx, v, nil, db.Change{})
			must(err)
			if kept.comparison.before != nil || kept.comparison.done {
				reused++
			}
			for _, r := range kept.returns {
				got, rest := kept.trace(r)
				want, wantRest := fresh.trace(r)
				if rest != wantRest || fmt.Sprint(got) != fmt.Sprint(want) {
					t.Fatalf("%d, after %s, a return is traced to %v and %v, want %v and %v", n, what, got, rest, want,
						wantRest)
				}
			}
			got, want := kept.chance(v), fresh.chance(v)
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%d, after %s: %+v, want %+v", n, what, got, want)
			}
			if !got.Enough {
				t.Fatal("there is nothing to compare")
			}
			for direction, list := range map[Direction][]Gift{Given: kept.gifts, CameIn: kept.returns} {
				read, err := s.List(ctx, v, direction, everything)
				must(err)
				if !reflect.DeepEqual(list, read) {
					t.Fatalf("%d, after %s, %d gifts are kept of %d", n, what, len(list), len(read))
				}
			}
		}
		if reused < 20 {
			t.Errorf("of 60 changes only %d left something to use again", reused)
		}
	})
}

// Gifts to everybody are told by their time alone: a year of one a week says nothing. A return that they may have led
// to is told as through the gift, and not through who brought it. Who said that nothing led to returns leaves more of
// the others unexplained.
func TestGiftsToEverybodyAreTraced(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := NewService(d, people.NewStore(d), t.TempDir())
		log := func(direction Direction, body string, daysAgo int, to ...string) id.ID {
			out, err := s.log(ctx, v,
				ReceiveInput{Body: body, To: to, At: v.Now.AddDate(0, 0, -daysAgo)}, direction)
			if err != nil {
				t.Fatal(err)
			}
			return out.Gift
		}
		for week := range 104 {
			log(Given, "essay about books", 7*week+1)
		}
		var last id.ID
		for n := range 6 {
			stranger := peopletest.Person(t, d, v, fmt.Sprint("Stranger ", n))
			last = log(CameIn, "repair of a gutter", 10+50*n, stranger.ID.String())
		}
		chance, err := s.chance(ctx, v, op.None{})
		if err != nil || chance.Enough || chance.Public == nil || chance.Public.Gifts != 104 ||
			!(chance.Public.P >= 0.05) || !strings.Contains(chance.Sentence, "to everybody") || !(chance.Part <= 0.3) {
			t.Errorf("%+v, %v", chance, err)
		}
		before, err := s.trace(ctx, v, ReturnInput{Return: last})
		if err != nil || !(before.Unexplained >= 0.9) || len(before.Gifts) == 0 {
			t.Fatalf("%v unexplained, %v", before.Unexplained, err)
		}
		if said := before.likely(v.Printer()); !strings.Contains(said, "essay about books") {
			t.Errorf("a return to which gifts to everybody may have led is %q", said)
		}
		h, err := s.history(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range h.returns[:4] {
			if _, err := s.confirm(ctx, v, ConfirmInput{Return: r.ID}); err != nil {
				t.Fatal(err)
			}
		}
		after, err := s.trace(ctx, v, ReturnInput{Return: last})
		if err != nil || !(after.Unexplained > before.Unexplained) {
			t.Errorf("%v was unexplained, and %v after “nothing” four times, %v", before.Unexplained,
				after.Unexplained, err)
		}
	})
}
