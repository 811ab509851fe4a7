package people_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// atOnce runs f so many times at the same moment and counts what came of it.
func atOnce(t *testing.T, times int, f func(i int) error) map[fault.Code]int {
	t.Helper()
	var (
		mu    sync.Mutex
		group sync.WaitGroup
		start = make(chan struct{})
		codes = map[fault.Code]int{}
	)
	for i := range times {
		group.Go(func() {
			<-start
			err := f(i)
			mu.Lock()
			defer mu.Unlock()
			codes[fault.CodeOf(err)]++
			if code := fault.CodeOf(err); code != "" && code != fault.Conflict {
				t.Error(err)
			}
		})
	}
	close(start)
	group.Wait()
	return codes
}

// Of equal people with one address one is added, and it has the address; the others hear that it is taken.
func TestEqualPeopleAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := people.NewStore(d)
		for round := range 4 {
			address := fmt.Sprintf("wim%d@example.org", round)
			n := people.Identifier{Kind: people.MailAddress, Value: address}
			codes := atOnce(t, 20, func(int) error {
				_, err := s.AddPerson(
					ctx,
					v,
					people.NewPerson{
						Person:      people.Person{Name: fmt.Sprintf("Wim Wouters %d", round)},
						Identifiers: []people.Identifier{n},
					},
				)
				return err
			})
			if codes[""] != 1 || codes[fault.Conflict] != 19 {
				t.Errorf("round %d: %v, want one added and nineteen refused", round, codes)
			}
			persons, err := db.Value[int](
				ctx,
				d,
				`select count(*) from person where space = $1 and name = $2`,
				v.Space,
				fmt.Sprintf("Wim Wouters %d", round),
			)
			if err != nil || persons != 1 {
				t.Errorf("round %d: %d people, %v", round, persons, err)
			}
			if found, err := s.FindByIdentifier(ctx, v, n); err != nil || len(found) != 1 {
				t.Errorf("round %d: the address finds %d people, %v", round, len(found), err)
			}
		}
	})
}

// An address that is given to two people at once goes to one of them, and the other hears it.
func TestOneAddressForTwoAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := people.NewStore(d)
		persons := []people.Person{peopletest.Person(t, d, v, "Anna Arends"), peopletest.Person(t, d, v, "Bea Bos")}
		n := people.Identifier{Kind: people.Link, Value: "https://example.org/ab"}
		codes := atOnce(t, 2, func(i int) error { return s.AddIdentifier(ctx, v, persons[i], n) })
		if codes[""] != 1 || codes[fault.Conflict] != 1 {
			t.Errorf("%v, want one kept and one refused", codes)
		}
	})
}

// Edits of different fields at once are all kept: nobody writes back what they read before.
func TestEditsOfDifferentFieldsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := people.NewStore(d)
		p := peopletest.Person(t, d, v, "Carla Cobra")
		changes := []people.Change{
			{"nickname": "Car"}, {"organisation": "ACME"}, {"place": "Utrecht"}, {"role": "editor"},
		}
		if codes := atOnce(t,
			len(changes), func(i int) error { return s.EditPerson(ctx, v, p, changes[i]) }); codes[""] != len(
			changes,
		) {
			t.Errorf("%v", codes)
		}
		got, err := s.Person(ctx, d, v, p.ID)
		if err != nil || got.Nickname != "Car" || got.Organisation != "ACME" || got.Place != "Utrecht" ||
			got.Title != "editor" {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// Who leaves an organisation and comes back on the same day works there.
func TestComingBackOnTheSameDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := people.NewStore(d)
		p := peopletest.Person(t, d, v, "Dirk Das")
		for _, organisation := range []string{"A", "B", "C", "B"} {
			if err := s.EditPerson(ctx, v, p, people.Change{"organisation": organisation}); err != nil {
				t.Fatal(err)
			}
		}
		detail, err := s.Detail(ctx, v, p)
		if err != nil {
			t.Fatal(err)
		}
		present := ""
		for _, r := range detail.Roles {
			if r.Until == "" {
				present += r.Organisation
			}
		}
		if present != "B" {
			t.Errorf("works at %q: %+v", present, detail.Roles)
		}
	})
}

// Two members may record the same day of a person whom both see; each has their own, and one that is shared is seen by
// both.
func TestDatesOfTwoMembers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		space := peopletest.Space(t, d)
		keeper, other := peopletest.Viewer(
			t,
			d,
			space,
			"Keeper",
			op.Member,
		), peopletest.Viewer(
			t,
			d,
			space,
			"Other",
			op.Member,
		)
		s := people.NewStore(d)
		p := peopletest.Person(t, d, keeper, "Els Egel")
		if err := s.Share(ctx, keeper, p, scope.Space); err != nil {
			t.Fatal(err)
		}
		day := func(kind string, visibility scope.Visibility) people.ImportantDate {
			return people.ImportantDate{Kind: kind, Year: 1980, Month: 5, Day: 3, Visibility: visibility}
		}
		for _, step := range []struct {
			v    op.Viewer
			date people.ImportantDate
		}{{keeper, day("birthday", scope.Private)}, {
			other, day("birthday", scope.Private),
		}, {other, day("sobriety", scope.Private)}, {other, day("jubilee", scope.Space)}} {
			if err := s.SetDate(ctx, step.v, p, step.date); err != nil {
				t.Fatal(err)
			}
		}
		kinds := func(v op.Viewer) string {
			t.Helper()
			detail, err := s.Detail(ctx, v, p)
			if err != nil {
				t.Fatal(err)
			}
			out := ""
			for _, d := range detail.Dates {
				out += fmt.Sprintf("%s:%v ", d.Kind, d.Own)
			}
			return out
		}
		if got := kinds(keeper); got != "birthday:true jubilee:false " {
			t.Errorf("the keeper sees %s", got)
		}
		if got := kinds(other); got != "birthday:true jubilee:true sobriety:true " {
			t.Errorf("the other sees %s", got)
		}
		if err := s.RemoveDate(ctx, keeper, p, "birthday"); err != nil {
			t.Fatal(err)
		}
		if got := kinds(other); got != "birthday:true jubilee:true sobriety:true " {
			t.Errorf("after the keeper removed their own, the other sees %s", got)
		}
		if err := s.SetDate(ctx, other, p, day("birthday", scope.Public)); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("a public day: %v", err)
		}
	})
}

// A view of the network that is asked for inside a transaction, with ties that wait to be derived, waits for nobody and
// is not kept for others.
func TestViewInsideATransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
		defer stop()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := people.NewStore(d)
		p := peopletest.Person(t, d, v, "Anna Arends")
		meet := func(ctx context.Context, days int) {
			t.Helper()
			e := tie.Interaction{Medium: tie.Call, Time: v.Now.AddDate(0, 0, -days).UnixMicro()}
			if _, err := s.AddInteraction(ctx, v, e, []people.Person{p}); err != nil {
				t.Error(err)
			}
		}
		meet(ctx, 1)
		meet(ctx, 9) // late evidence: the tie waits
		back := errors.New("taken back")
		err := d.Serial(ctx, v.Space, v.Member, func(ctx context.Context) error {
			if _, err := s.View(ctx, v); err != nil {
				return err
			}
			return back
		})
		if !errors.Is(err, back) {
			t.Fatal(err)
		}
		view, err := s.View(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := view.Number(p.ID); !ok {
			t.Error("the view afterwards does not know her")
		}
	})
}
