package power

import (
	"context"
	"math"
	"net/url"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/near"
	"gave.network/internal/op"
	"gave.network/internal/op/optest"
	"gave.network/internal/page/pagetest"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tie"
)

// A goal is stored, shown with who reaches it, closed and forgotten; nobody else sees or changes it.
func TestGoalsOnTheirPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		store := people.NewStore(d)
		anna, bram := peopletest.Person(t, d, v, "Anna Aal"), peopletest.Person(t, d, v, "Bram Beer")
		for i := range 20 {
			peopletest.Record(t, d, v,
				peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -i), v.Person, anna.ID),
				peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -i), anna.ID, bram.ID))
		}
		for p, tag := range map[*people.Person]string{&anna: "design", &bram: "printing"} {
			if err := store.Tag(ctx, v, *p, []string{tag}); err != nil {
				t.Fatal(err)
			}
		}
		s := NewService(d, store)
		web := func(v op.Viewer) *pagetest.Site {
			site := pagetest.New(v, s.Operations()...)
			site.Handle("GET /power", op.Member, s.Page)
			site.Handle("GET /power/together", op.Member, s.TogetherPage)
			site.Handle("GET /power/levels", op.Member, s.LevelsPage)
			site.Handle("POST /power/goals", op.Member, s.GoalForm)
			site.Handle("GET /power/goals/{goal}", op.Member, s.GoalPage)
			site.Handle("POST /power/goals/{goal}", op.Member, s.GoalStateForm)
			return site
		}
		ops := s.Operations()
		web(v).Post(t, "/power/goals",
			url.Values{"title": {"A <book>"}, "items": {"skill: design\nskill: printing\n"}}, 303)
		web(v).Post(t, "/power/goals", url.Values{"title": {" "}, "items": {"skill: design"}}, 422)
		added := optest.Call[GoalReach](t, ops, v, "power.goal.add",
			AddGoalInput{Title: "A magazine", Item: []string{"skill: printing"}, Due: "2027-01-01"},
			"A magazine", "printing")
		// There is one way: over Anna. Two strengths and what a second step leaves of it.
		if len(added.Reached) != 1 || added.Reached[0].Known != 1 {
			t.Fatalf("%+v", added)
		}
		near.Within(t, "the reach", added.Reached[0].Reach, 0.01, 0.999)
		near.Equal(t, "one way or none", anyOf(nil), 0, 0)
		near.Equal(t, "one of two ways", anyOf([]float64{0.5, 0.2}), 0.6, 1e-12)
		near.Equal(t, "a sure way is nearly one", anyOf([]float64{1, 0.5}), math.Nextafter(1, 0), 0)
		shown := optest.Call[GoalReach](t, ops, v, "power.goal.show", GoalInput{added.ID.String()}, "Bram Beer")
		named := optest.Call[GoalReach](t, ops, v, "power.goal.show", GoalInput{"a  MAGAZINE"}, "Bram Beer")
		if named.ID != added.ID {
			t.Errorf("the goal of that title is %s, want %s", named.ID, added.ID)
		}
		if _, err := s.goalNamed(t.Context(), v, "A newspaper"); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a goal that there is not: %v", err)
		}
		near.Equal(t, "the reach shown again", shown.Reached[0].Reach, added.Reached[0].Reach, 1e-9)
		web(v).Get(t, "/power/goals/"+added.ID.String(), 200, "A magazine", "Bram Beer",
			"through Anna Aal", "/introductions/new?to="+bram.ID.String()+"&amp;via="+anna.ID.String())
		web(v).Get(t, "/power", 200, "A &lt;book&gt;", "A magazine")
		// Whom one knows is asked, with what for and whom filled in.
		poster := optest.Call[GoalReach](t, ops, v, "power.goal.add",
			AddGoalInput{Title: "A poster", Item: []string{"skill: design"}}, "Anna Aal")
		web(v).Get(t, "/power/goals/"+poster.ID.String(), 200, "Next step: ask Anna Aal",
			"/asks/new?people="+anna.ID.String()+"&amp;text=Can+you+help+me+with+design%2C+for+A+poster%3F")
		web(v).Get(t, "/power/together?need=design,+printing", 200, "Anna Aal", "Bram Beer", "All their ties hold")
		web(v).Get(t, "/power/together?need=alchemy", 200, "Nobody among your ties has")
		web(v).Get(t, "/power/levels", 200, "All layers")
		web(v).Get(t, "/power/goals/x", 404)
		stranger := peopletest.Viewer(t, d, v.Space, "Stranger", op.Member)
		web(stranger).Get(t, "/power/goals/"+added.ID.String(), 404)
		web(stranger).Post(t, "/power/goals/"+added.ID.String(), url.Values{"state": {"dropped"}}, 404)
		takesPart(t, web(v), web(stranger), "/power/goals/"+added.ID.String(), bram.ID.String())
		web(v).Post(t, "/power/goals/"+added.ID.String(), url.Values{"state": {"reached"}}, 303)
		optest.Call[op.None](t, ops, v, "power.goal.close", CloseInput{added.ID.String(), StateOpen})
		web(v).Post(t, "/power/goals/"+added.ID.String(), url.Values{"state": {""}}, 303)
		web(v).Get(t, "/power/goals/"+added.ID.String(), 404)
		if body := web(stranger).Get(t, "/power", 200); strings.Contains(body, "book") {
			t.Error("somebody else sees the goal")
		}
		optest.Call[JointOutput](t, ops, v, "power.joint",
			JointInput{People: []string{"Anna Aal", "Bram Beer"}, Need: []string{"design", "printing", "alchemy"}},
			"alchemy")
		together := optest.Call[TogetherOutput](t, ops, v, "power.together",
			TogetherInput{Need: []string{"design", "printing"}}, "Anna Aal", "Bram Beer")
		near.Equal(t, "the chance of all together", together.Chance, math.Exp(-together.Cost), 1e-9)
		levels := optest.Call[LevelsOutput](t, ops, v, "power.levels", LevelsInput{Threshold: 5})
		for _, m := range levels.Mixing {
			sum := 0.0
			for _, row := range m.Share {
				for _, x := range row {
					sum += x
				}
			}
			if len(m.Share) > 0 {
				near.Equal(t, "the shares of "+m.By, sum, 1, 1e-9)
			}
		}
		if moves, err := s.Propose(ctx, v); err != nil || len(moves) > 7 {
			t.Errorf("%+v, %v", moves, err)
		}
	})
}

// takesPart holds that what somebody holds who takes part is arranged, until they do no longer; that nobody else sees
// or notes it, and that one does not take part in one's own goal.
func takesPart(t *testing.T, mine, others *pagetest.Site, address, person string) {
	t.Helper()
	mine.Get(t, address, 200, "Next step: ask Bram Beer", "Who takes part")
	others.Post(t, address, url.Values{"act": {"join"}, "person": {person}}, 404)
	mine.Post(t, address, url.Values{"act": {"join"}, "person": {"Nobody Known"}}, 422)
	for range 2 { // once more changes nothing
		mine.Post(t, address, url.Values{"act": {"join"}, "person": {person}}, 303)
	}
	body := mine.Get(t, address, 200, "1 of the 1 things it takes is arranged.", "✓ takes part", "✓ arranged",
		"printing · noted today")
	if strings.Contains(body, "Next step") || strings.Count(body, `value="leave"`) != 1 {
		t.Error("all is arranged by one, and yet there is a next step or another who takes part")
	}
	mine.Post(t, address, url.Values{"act": {"leave"}, "person": {person}}, 303)
	if body = mine.Get(t, address, 200, "Next step"); strings.Contains(body, "arranged") {
		t.Error("who takes part no longer still arranges something")
	}
}
