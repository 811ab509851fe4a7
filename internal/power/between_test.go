package power

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/op/optest"
	"gave.network/internal/page/pagetest"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tie"
)

// Who is tied to whom between two levels is named where the viewer knows one of the two; a small group is not spoken
// of.
func TestBetweenLevels(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := NewService(d, people.NewStore(d))
		var top, floor []id.ID
		for i := range 26 {
			title, list := "directeur", &top
			switch {
			case i >= 20: // whose title says nothing
				title, list = "mens", new([]id.ID)
			case i >= 18:
				title, list = "adviseur", new([]id.ID)
			case i >= 9:
				title, list = "receptionist", &floor
			}
			p := peopletest.Person(t, d, v, fmt.Sprintf("Person%c Number", 'a'+i))
			*list = append(*list, p.ID)
			more := people.NewPerson{
				Person: people.Person{ID: p.ID, Owner: v.Member, Title: title}, Roles: []people.Role{{Title: title}},
			}
			if err := d.Write(ctx, func(tx *db.Tx) error {
				return people.EnrichPeople(ctx, tx, v.Space, []people.NewPerson{more})
			}); err != nil {
				t.Fatal(err)
			}
			if i >= 18 {
				*list = append(*list, p.ID)
				peopletest.Record(t, d, v,
					peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -2), v.Person, p.ID))
			}
		}
		for i := range 9 {
			peopletest.Record(t, d, v,
				peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -3), top[i], floor[i]))
		}
		// Of the nine ties I know an end of two.
		peopletest.Record(t, d, v,
			peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -3), v.Person, top[0]),
			peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -3), v.Person, floor[4]))
		out, err := s.between(ctx, v, BetweenInput{By: "level", From: "top", To: "floor"})
		if err != nil || out.Total != 9 || len(out.Pairs) != 2 || out.Pairs[0][0].ID != top[0] ||
			out.Pairs[1][1].ID != floor[4] {
			t.Errorf("%+v %v", out, err)
		}
		for _, in := range []BetweenInput{
			{By: "level", From: "top", To: "expert"},
			{By: "level", From: rest, To: "top"},
			{By: "level", From: "top", To: "", Threshold: 1},
		} {
			_, err := s.between(ctx, v, in)
			optest.Fault(t, err, fault.NotFound, "large enough to be spoken of")
		}
		_, err = s.between(ctx, v, BetweenInput{By: "faith", From: "a", To: "b"})
		optest.Fault(t, err, fault.Invalid, "by level, organisation or place")
		site := pagetest.New(v, s.Operations()...)
		site.Handle("GET /power/levels", op.Member, s.LevelsPage)
		site.Get(t, "/power/levels", 200, "one=top&amp;other=floor")
		site.Get(t, "/power/levels?by=level&one=top&other=floor", 200, "Persona Number", "and 7 more")
		site.Get(t, "/power/levels?by=level&one=top&other=expert", 422, "large enough to be spoken of")
	})
}

// A result is noted, shown, refused and forgotten on its pages, and stands on the page of who had a part in it; people
// are looked at together and what travelled is told. Another member finds none of it.
func TestResultsOnTheirPages(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := context.Background()
	v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
	anna := peopletest.Person(t, d, v, "Anna Aal")
	s := NewService(d, people.NewStore(d))
	web := func(v op.Viewer) *pagetest.Site {
		site := pagetest.New(v, s.Operations()...)
		site.Handle("GET /power/results", op.Member, s.ResultsPage)
		site.Handle("POST /power/results", op.Member, s.ResultForm)
		site.Handle("GET /power/results/{result}", op.Member, s.ResultPage)
		site.Handle("POST /power/results/{result}", op.Member, s.ResultGoneForm)
		site.Handle("GET /power/joint", op.Member, s.JointPage)
		site.Handle("GET /power/travel", op.Member, s.TravelPage)
		return site
	}
	g, err := s.NewGoal(ctx, v, "A <fair>", "", []string{"writing"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Join(ctx, v, g.ID, anna.ID.String(), false); err != nil {
		t.Fatal(err)
	}
	web(v).Get(t, "/power/results?goal="+g.ID.String(), 200, `value="A &lt;fair&gt;"`, `value="Anna Aal"`)
	web(v).Post(t, "/power/results", url.Values{"title": {"A <fair>"}, "people": {"Nobody Known"}}, 422)
	web(v).Post(t, "/power/results", url.Values{"title": {""}, "people": {"Anna Aal"}}, 422)
	web(v).Post(t, "/power/results", url.Values{
		"title": {"A <fair>"}, "people": {"Anna Aal"}, "what": {"Three <days>"}, "goal": {g.ID.String()},
		"link": {"https://example.org/fair"},
	}, 303)
	list, err := s.Results(ctx, v, id.Zero)
	if err != nil || len(list) != 1 || len(list[0].People) != 2 || list[0].Goal == nil {
		t.Fatalf("%+v %v", list, err)
	}
	page := "/power/results/" + list[0].ID.String()
	web(v).Get(t, page, 200, "A &lt;fair&gt;", "Three &lt;days&gt;", "Anna Aal", "https://example.org/fair")
	web(v).Get(t, "/power/results", 200, "A &lt;fair&gt;")
	if panel, err := s.Panel(ctx, v, anna.ID); err != nil || panel == nil {
		t.Errorf("no panel of who had a part: %v", err)
	}
	other := peopletest.Viewer(t, d, v.Space, "Other", op.Owner)
	web(other).Get(t, page, 404)
	web(other).Post(t, page, url.Values{}, 404)
	if body := web(other).Get(t, "/power/results", 200); strings.Contains(body, "fair") {
		t.Error("another member sees the result")
	}
	web(v).Get(t, "/power/joint", 200, "Who acts together?")
	web(v).Get(t, "/power/joint?person="+anna.ID.String()+"&need=alchemy", 200, "They lack: alchemy.")
	web(v).Get(t, "/power/joint?people=Nobody+Known", 422, "Nobody Known")
	web(v).Get(t, "/power/joint?goal="+g.ID.String(), 200, "They lack: writing.")
	web(v).Get(t, "/power/travel", 200, "Nothing went round yet")
	web(v).Post(t, page, url.Values{}, 303)
	web(v).Get(t, page, 404)
	web(v).Get(t, "/power/results/nonsense", 404)
}
