package power

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/near"
	"gave.network/internal/op"
	"gave.network/internal/op/optest"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// What a line says of what a thing is for and of what kind it is, in both languages.
func TestReadItem(t *testing.T) {
	for line, want := range map[string]Item{
		"writing":                      {Kind: KindSkill, What: "writing"},
		"decision: permit":             {Kind: KindDecision, What: "permit"},
		"permission: terrace":          {Kind: KindDecision, What: "terrace", Purpose: Permission},
		"Vergunning : terras":          {Kind: KindDecision, What: "terras", Purpose: Permission},
		"geld: organisatie: het fonds": {Kind: KindOrganisation, What: "het fonds", Purpose: Money},
		"hands: person: Anna: the one": {Kind: KindPerson, What: "Anna: the one", Purpose: Hands},
		"an audience: the paper":       {Kind: KindSkill, What: "the paper", Purpose: Audience},
		"skill: money: counting":       {Kind: KindSkill, What: "money: counting"},
		"money: hands: both":           {Kind: KindSkill, What: "hands: both", Purpose: Money},
		"at 12:30":                     {Kind: KindSkill, What: "at 12:30"},
	} {
		if got, err := ReadItem(line); err != nil || got != want {
			t.Errorf("%q: %+v %v, want %+v", line, got, err, want)
		}
	}
	for _, line := range []string{"", "money:", "money: skill:", "x\x00", strings.Repeat("x", 201)} {
		if got, err := ReadItem(line); err == nil {
			t.Errorf("%q is read as %+v", line, got)
		}
	}
}

// What is arranged, who was asked and what came of it, how the reach grew, and what hangs on one person; another
// member sees nothing of it.
func TestGoalBoard(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		store := people.NewStore(d)
		s := NewService(d, store)
		anna, bram := peopletest.Person(t, d, v, "Anna Aal"), peopletest.Person(t, d, v, "Bram Beer")
		for i := range 20 {
			peopletest.Record(t, d, v,
				peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -400+5*i), v.Person, anna.ID),
				peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -100+5*i), anna.ID, bram.ID))
		}
		for p, tag := range map[*people.Person]string{&anna: "printing", &bram: "welding"} {
			if err := store.Tag(ctx, v, *p, []string{tag}); err != nil {
				t.Fatal(err)
			}
		}
		g, err := s.NewGoal(ctx, v, "A mill", "", []string{"hands: welding", "knowledge: printing", "permission: wind"})
		if err != nil {
			t.Fatal(err)
		}
		s.Hear(func(context.Context, op.Viewer) ([]Asked, error) {
			return []Asked{
				{
					Person: anna.ID, At: v.Now, How: HowAsked, Came: CameYes, Text: "Could you do the printing?",
					Outcome: "yes, in May",
				},
				{Person: bram.ID, Through: anna.ID, At: v.Now, How: HowIntroduction, Came: CameWaiting, Text: "hello"},
				{Person: anna.ID, At: v.Now.AddDate(-1, 0, 0), How: HowAsked, Came: CameNo, Text: "printing"},
				{Person: bram.ID, At: v.Now, How: HowFavour, Came: CameYes, Text: "a lift to the station"},
			}, nil
		}, nil)
		out, err := s.showGoal(ctx, v, GoalInput{g.ID.String()})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Asked) != 2 || !slices.ContainsFunc(out.Asked, func(a AskedOf) bool {
			return a.ID == anna.ID && a.Came == CameYes && a.Outcome == "yes, in May"
		}) || !slices.ContainsFunc(out.Asked, func(a AskedOf) bool {
			return a.ID == bram.ID && a.Through != nil && a.Through.ID == anna.ID
		}) {
			t.Errorf("asked: %+v", out.Asked)
		}
		if _, _, is := out.next(); is {
			t.Error("who was asked is asked again")
		}
		welding, printing, wind := out.Reached[0], out.Reached[1], out.Reached[2]
		if !welding.Only || wind.Only || wind.Known != 0 || len(welding.Months) != months {
			t.Errorf("%+v", out.Reached)
		}
		near.Equal(t, "no way to the welder a year ago", welding.Months[0], 0, 0)
		near.Within(t, "a way to the welder now", welding.Months[months-1], 1e-4, 1)
		near.Equal(t, "the printer was known a year ago", printing.Months[0], printing.Months[months-1], 1e-9)

		if err := s.Arrange(ctx, v, g.ID, "WIND", false); err != nil {
			t.Fatal(err)
		}
		if out, err = s.showGoal(ctx, v, GoalInput{g.ID.String()}); err != nil || !out.arranged(out.Reached[2]) ||
			out.arranged(out.Reached[0]) || out.done() != 1 {
			t.Errorf("%+v %v", out.Reached, err)
		}
		if err := s.Arrange(ctx, v, g.ID, "wind", true); err != nil {
			t.Fatal(err)
		}
		if again, err := s.goal(ctx, v, g.ID); err != nil || !again.Items[2].Arranged.IsZero() ||
			again.Items[2].Purpose != Permission {
			t.Errorf("%+v %v", again, err)
		}
		optest.Fault(t, s.Arrange(ctx, v, g.ID, "water", false), fault.NotFound, "The goal does not take this.")
		other := peopletest.Viewer(t, d, v.Space, "Other", op.Owner)
		optest.Fault(t, s.Arrange(ctx, other, g.ID, "wind", false), fault.NotFound, "There is no such goal of yours.")

		// A goal without holders, of all that can be.
		none, err := s.NewGoal(ctx, v, "Nothing", "", []string{"money: gold", "person: Nobody Atall"})
		if err != nil {
			t.Fatal(err)
		}
		empty, err := s.showGoal(ctx, v, GoalInput{none.ID.String()})
		if err != nil || empty.Best != nil || len(empty.Bias) != 0 || empty.growth() != nil ||
			empty.Reached[0].Hint == "" {
			t.Errorf("%+v %v", empty, err)
		}

		// A result that a goal led to stays when the goal is forgotten.
		r, err := s.AddResult(ctx, v, Result{Title: "The mill", Goal: &g.ID}, []string{anna.ID.String()}, true)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.RemoveGoal(ctx, v, g.ID); err != nil {
			t.Fatal(err)
		}
		if r, err = s.Result(ctx, v, r.ID); err != nil || r.Goal != nil || r.Title != "The mill" {
			t.Errorf("%+v %v", r, err)
		}
	})
}

// Who adds most has most of what is lacking, of all there are; without needs, knows most people well whom none does.
func TestAdditionsAgainstEverybody(t *testing.T) {
	ctx, d, found, news := context.Background(), dbtest.SQLite(t), 0, 0
	needs := []string{"zeppelins", "quilting", "falconry"}
	for seed := range uint64(200) {
		n := network(t, d, 5000+seed)
		strength := n.strengths(t)
		set := []int{1, 2}
		in := JointInput{People: []string{n.persons[1].String(), n.persons[2].String()}, Need: needs}
		out, err := n.s.joint(ctx, n.v, in)
		if err != nil {
			t.Fatal(err)
		}
		var lacks []int
		for i, what := range needs {
			lacking := !n.has[i][1] && !n.has[i][2]
			if lacking != slices.Contains(out.Lacks, what) {
				t.Errorf("seed %d: %s: lacking %v, told %q", seed, what, lacking, out.Lacks)
			}
			if lacking {
				lacks = append(lacks, i)
			}
		}
		chance := walks(strength, hops)
		most, likely := 0, 0.0
		for p := range n.persons {
			if slices.Contains(set, p) {
				continue
			}
			brings := 0
			for _, i := range lacks {
				if n.has[i][p] {
					brings++
				}
			}
			reach := max(chance[1][p], chance[2][p])
			if brings > most {
				most, likely = brings, 0
			}
			if brings == most {
				likely = max(likely, reach)
			}
		}
		if (most > 0) != (len(out.Adds) > 0) {
			t.Errorf("seed %d: somebody brings %d, told %+v", seed, most, out.Adds)
		} else if most > 0 {
			found++
			if len(out.Adds[0].Brings) != most {
				t.Errorf("seed %d: %+v, the best brings %d", seed, out.Adds[0], most)
			}
			near.Equal(t, fmt.Sprintf("seed %d: the chance", seed), out.Adds[0].Chance, likely, 1e-6)
		}

		in.Need = nil
		if out, err = n.s.joint(ctx, n.v, in); err != nil {
			t.Fatal(err)
		}
		best := 0
		for p := range n.persons {
			if slices.Contains(set, p) || strength[1][p] == 0 && strength[2][p] == 0 {
				continue
			}
			new := 0
			for q := range n.persons {
				known := slices.Contains(set, q) || max(strength[1][q], strength[2][q]) >= tie.ModerateFrom
				if strength[p][q] >= tie.ModerateFrom && !known {
					new++
				}
			}
			best = max(best, new)
		}
		if (best > 0) != (len(out.Adds) > 0) || best > 0 && out.Adds[0].New != best {
			t.Errorf("seed %d: the best knows %d new people, told %+v", seed, best, out.Adds)
		}
		if best > 0 {
			news++
		}
	}
	if found < 80 || news < 80 {
		t.Errorf("%d and %d checked: the test tells too little", found, news)
	}
}

// What is asked of whom, a tag and a goal are looked at together; too much is refused with a sentence.
func TestJointOfTagsAndGoals(t *testing.T) {
	ctx, d := context.Background(), dbtest.SQLite(t)
	v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
	store := people.NewStore(d)
	s := NewService(d, store)
	for i := range 50 {
		p := peopletest.Person(t, d, v, fmt.Sprintf("Person%c%c Number", 'a'+i/26, 'a'+i%26))
		tags := []string{"crowd"}
		if i < 3 {
			tags = append(tags, "chess")
		}
		if err := store.Tag(ctx, v, p, tags); err != nil {
			t.Fatal(err)
		}
	}
	out, err := s.joint(ctx, v, JointInput{Tag: "chess", Need: []string{"chess, gold"}})
	if err != nil || len(out.People) != 3 || len(out.Can) != 1 || len(out.Lacks) != 1 || len(out.Strangers) != 3 {
		t.Errorf("%+v %v", out, err)
	}
	g, err := s.NewGoal(ctx, v, "A game", "", []string{"chess", "gold"})
	if err != nil {
		t.Fatal(err)
	}
	if out, err = s.joint(ctx, v, JointInput{Goal: g.ID}); err != nil || len(out.People) != 1 ||
		!slices.Equal(out.Lacks, []string{"chess", "gold"}) || len(out.Adds) != 1 {
		t.Errorf("%+v %v", out, err)
	}
	many := make([]string, 10_000)
	for i := range many {
		many[i] = fmt.Sprint("skill ", i)
	}
	nothing := id.New()
	for _, c := range []struct {
		in    JointInput
		words string
	}{
		{JointInput{}, "Say who acts together."},
		{JointInput{Tag: "crowd"}, "At most 40 people and 20 needs"},
		{JointInput{People: many}, "At most 40 people and 20 needs"},
		{JointInput{Tag: "chess", Need: many}, "At most 40 people and 20 needs"},
		{JointInput{Tag: "nobody has this"}, "Nobody has the tag"},
		{JointInput{Goal: nothing}, "There is no such goal of yours."},
	} {
		if _, err := s.joint(ctx, v, c.in); err == nil || fault.CodeOf(err) == fault.Internal ||
			!strings.Contains(err.Error(), c.words) {
			t.Errorf("%v, want %q", err, c.words)
		}
	}
}

// Where no group has all, the needs that come nearest are named: those that one circle can meet.
func TestNearestTogether(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := context.Background()
	v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
	store := people.NewStore(d)
	s := NewService(d, store)
	for _, two := range [][2]string{{"Anna Aal", "Bram Beer"}, {"Carla Cobra", "Dirk Das"}} {
		a, b := peopletest.Person(t, d, v, two[0]), peopletest.Person(t, d, v, two[1])
		peopletest.Record(t, d, v, peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -3), a.ID, b.ID))
		for p, tags := range map[*people.Person]map[string]string{
			&a: {"Anna Aal": "design", "Carla Cobra": "dancing"}, &b: {"Bram Beer": "printing", "Dirk Das": "diving"},
		} {
			if err := store.Tag(ctx, v, *p, []string{tags[p.Name]}); err != nil {
				t.Fatal(err)
			}
		}
	}
	_, err := s.together(ctx, v, TogetherInput{Need: []string{"dancing", "design", "printing"}})
	optest.Fault(t, err, fault.NotFound, "Nearest comes design, printing, without dancing.")
}

// A thing is what is shared or what was given; who passed it on stands between; and without whom most would not have
// it is counted by hand: two through Bram, one of them over Carla.
func TestTravel(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := context.Background()
	v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
	s := NewService(d, people.NewStore(d))
	who := map[string]id.ID{}
	for _, name := range []string{"Anna Aal", "Bram Beer", "Carla Cobra", "Dirk Das"} {
		who[name] = peopletest.Person(t, d, v, name).ID
	}
	shared := Shared{
		ID: id.New(), Title: "Tone of voice", Address: "/commons/1", Since: v.Now.AddDate(0, 0, -30), Taken: 3,
		Days: []DayCount{{Day: v.Now.AddDate(0, 0, -1).Format(time.DateOnly), Seen: 5, Taken: 3}},
	}
	at := func(days int) time.Time { return v.Now.AddDate(0, 0, -days) }
	of := func(names ...string) (out []id.ID) {
		for _, name := range names {
			out = append(out, who[name])
		}
		return out
	}
	handed := []Handed{
		{At: at(3), Text: "a job after the tone of voice", From: of("Carla Cobra"), To: of("Dirk Das")},
		{At: at(20), Text: "intro", Link: "https://example.org/commons/1", To: of("Anna Aal", "Bram Beer")},
		{At: at(5), Text: "reaction to tone of voice", From: of("Bram Beer"), To: of("Carla Cobra")},
		{At: at(4), Text: "a lift", To: []id.ID{who["Anna Aal"]}},
		{At: at(9), Text: "knots", Knowing: true, To: []id.ID{who["Anna Aal"], who["Dirk Das"], who["Anna Aal"]}},
		{At: at(2), Text: "reiki against her cancer", Knowing: true, To: []id.ID{who["Anna Aal"], who["Dirk Das"]}},
		{At: at(1), Text: "tone of voice", To: []id.ID{id.New()}}, // somebody who was erased
	}
	s.Hear(nil, func(context.Context, op.Viewer) ([]Shared, []Handed, error) { return []Shared{shared}, handed, nil })
	// Notes that name it, the same one of two people, one of before it was there, and some that do not.
	for _, n := range []struct {
		name string
		days int
		body string
	}{
		{"Anna Aal", 2, "used our tone of voice in her letter"},
		{"Bram Beer", 2, "used our tone of voice in her letter"},
		{"Dirk Das", 6, "showed his team https://example.org/commons/1"},
		{"Dirk Das", 60, "asked for a tone of voice"},
		{"Carla Cobra", 2, "has a fine voice"},
		{"Carla Cobra", 2, "lost her voice after chemotherapy, set the tone"},
	} {
		then := v
		then.Now = at(n.days)
		if _, err := s.network.AddNote(ctx, then, people.Person{ID: who[n.name]}, n.body, scope.Private); err != nil {
			t.Fatal(err)
		}
	}
	out, err := s.travel(ctx, v, op.None{})
	if err != nil || len(out.Things) != 2 {
		t.Fatalf("%+v %v", out, err)
	}
	voice, knots := out.Things[0], out.Things[1]
	if voice.Title != "Tone of voice" || voice.Reached != 4 || voice.Steps != 3 || voice.Seen != 5 ||
		voice.Taken != 3 || voice.Hangs == nil || voice.Hangs.Name != "Bram Beer" || voice.Cut != 2 {
		t.Errorf("%+v", voice)
	}
	if knots.Title != "knots" || knots.Reached != 2 || knots.Hangs != nil || knots.Steps != 1 {
		t.Errorf("%+v", knots)
	}
	passed, named := int64(0), int64(0)
	for _, day := range voice.Days {
		passed, named = passed+day.Passed, named+day.Named
	}
	if named != 2 || voice.Named != 2 {
		t.Errorf("named %d times by day, %d in all: %+v", named, voice.Named, voice.Days)
	}
	if passed != 4 {
		t.Errorf("%d passes by day: %+v", passed, voice.Days)
	}
}
