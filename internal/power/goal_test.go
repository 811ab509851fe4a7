package power

import (
	"context"
	"math"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/op/optest"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tie"
)

// Two ways that share nobody lead to who holds a skill; their joint chance is by hand 1 - (1 - a)(1 - b).
func TestGoalByHand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		store := people.NewStore(d)
		s := NewService(d, store)
		who := map[string]people.Person{}
		for _, name := range []string{"Anna Aal", "Bram Beer", "Carla Cobra", "Dirk Das", "Els Egel", "Lone Leeuw"} {
			who[name] = peopletest.Person(t, d, v, name)
		}
		meet := func(times int, names ...string) {
			var persons []id.ID
			for _, name := range names {
				if name == "Me" {
					persons = append(persons, v.Person)
				} else {
					persons = append(persons, who[name].ID)
				}
			}
			for i := range times {
				peopletest.Record(t, d, v,
					peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -10-7*i), persons...))
			}
		}
		meet(20, "Me", "Anna Aal")
		meet(20, "Me", "Bram Beer")
		meet(20, "Anna Aal", "Carla Cobra")
		meet(20, "Bram Beer", "Carla Cobra")
		meet(30, "Carla Cobra", "Dirk Das")
		meet(30, "Dirk Das", "Els Egel")
		if err := store.Tag(ctx, v, who["Carla Cobra"], []string{"printing"}); err != nil {
			t.Fatal(err)
		}
		if err := store.Tag(ctx, v, who["Els Egel"], []string{"welding"}); err != nil {
			t.Fatal(err)
		}
		if err := store.Tag(ctx, v, who["Lone Leeuw"], []string{"diving"}); err != nil {
			t.Fatal(err)
		}
		g, err := s.NewGoal(ctx, v, " A  festival ", "2027-05-01",
			[]string{"vaardigheid: printing", "welding", "decision: permit", "skill: diving", "", "skill: printing"})
		if err != nil || g.Title != "A festival" || len(g.Items) != 4 || g.Items[2].Kind != KindDecision {
			t.Fatalf("%+v %v", g, err)
		}
		out, err := s.showGoal(ctx, v, GoalInput{g.ID.String()})
		if err != nil {
			t.Fatal(err)
		}
		printing := out.Reached[0]
		if printing.Known != 1 || len(printing.Holders) != 1 || len(printing.Holders[0].Routes) != 2 {
			t.Fatalf("%+v", printing)
		}
		a, b := printing.Holders[0].Routes[0].Chance, printing.Holders[0].Routes[1].Chance
		if want := 1 - (1-a)*(1-b); !(math.Abs(printing.Reach-want) <= 1e-12) {
			t.Errorf("reach %g, by hand %g", printing.Reach, want)
		}
		if hint := out.Reached[2].Hint; !strings.Contains(hint, "Nobody you know of holds this") {
			t.Errorf("a decision that nobody holds: %q", hint)
		}
		if hint := out.Reached[3].Hint; !strings.Contains(hint, "no way leads there") {
			t.Errorf("somebody whom no way leads to: %+v", out.Reached[3])
		}
		// Dirk stands between me and the welder: to know him brings most.
		if out.Best == nil || out.Best.Name != "Carla Cobra" && out.Best.Name != "Dirk Das" || out.Best.Gain <= 0 ||
			out.Best.Through[0].ID != v.Person {
			t.Errorf("%+v", out.Best)
		}
		moves, err := s.Propose(ctx, v)
		if err != nil || len(moves) != 4 || !strings.Contains(moves[0].What, "Carla Cobra") ||
			!strings.Contains(moves[1].What, "Els Egel") || moves[2].Kind != "spread" || moves[3].Kind != "review" {
			t.Errorf("%+v %v", moves, err)
		}
		if err := s.CloseGoal(ctx, v, g.ID, StateReached); err != nil {
			t.Fatal(err)
		}
		if moves, err = s.Propose(ctx, v); err != nil || len(moves) != 1 || moves[0].Kind != "start" {
			t.Errorf("a goal that was reached still moves: %+v %v", moves, err)
		}
		other := peopletest.Viewer(t, d, v.Space, "Other", op.Owner)
		_, err = s.showGoal(ctx, other, GoalInput{g.ID.String()})
		optest.Fault(t, err, fault.NotFound, "There is no such goal of yours.")
		optest.Fault(t, s.RemoveGoal(ctx, other, g.ID), fault.NotFound, "There is no such goal of yours.")
		many := make([]string, 10_000)
		for i := range many {
			many[i] = "skill " + strings.Repeat("x", i%90) + strings.Repeat("y", i/90)
		}
		for _, c := range []struct {
			title, due string
			items      []string
			words      string
		}{
			{"", "", []string{"x"}, "A goal has 1 to 200 characters."},
			{"x", "soon", []string{"x"}, "is not a day"},
			{"x", "", nil, "Say what it takes"},
			{"x", "", many, "A goal takes at most 20 things"},
			{"x", "", []string{"skill:"}, "What a goal takes has 1 to 200 characters."},
		} {
			_, err := s.NewGoal(ctx, v, c.title, c.due, c.items)
			optest.Fault(t, err, fault.Invalid, c.words)
		}
		if list, err := s.Goals(ctx, v); err != nil || len(list) != 1 {
			t.Errorf("something was stored half: %+v %v", list, err)
		}
		if err := s.RemoveGoal(ctx, v, g.ID); err != nil {
			t.Fatal(err)
		}
		if n, err := db.Value[int](ctx, d, `select count(*) from goal_item where space = $1`, v.Space); err != nil ||
			n != 0 {
			t.Errorf("%d items of a goal that is gone, %v", n, err)
		}
		joint, err := s.joint(ctx, v,
			JointInput{People: []string{"Anna Aal", "Carla Cobra", "Els Egel"}, Need: []string{"printing", "flying"}})
		if err != nil || len(joint.Can) != 1 || joint.Can[0].Who[0].Name != "Carla Cobra" || len(joint.Lacks) != 1 ||
			len(joint.Strangers) != 2 {
			t.Errorf("%+v %v", joint, err)
		}
		_, err = s.joint(ctx, v, JointInput{})
		optest.Fault(t, err, fault.Invalid, "Say who acts together.")
	})
}

// No group that is spoken of is small, also not by subtraction.
func TestMergedGroups(t *testing.T) {
	names := strings.Fields("a a a a a a a a a b b b b b b b b c c d")
	for _, n := range merged(names, 8) {
		if n == "c" || n == "d" {
			t.Errorf("group %s is spoken of", n)
		}
	}
	size := map[string]int{}
	for _, n := range merged(names, 8) {
		size[n]++
	}
	for n, k := range size {
		if k < 8 {
			t.Errorf("group %s has %d people: %v", n, k, size)
		}
	}
}
