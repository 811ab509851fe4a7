package goodwill

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/goodwill/chance"
	"gave.network/internal/near"
	"gave.network/internal/op"
	"gave.network/internal/op/optest"
	"gave.network/internal/page/pagetest"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tie"
)

// Needs are noted, shown, proposed and met; nobody else sees or meets them.
func TestNeedsOnTheirPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		anna := peopletest.Person(t, d, v, "Anna Aal")
		for i := range 12 {
			peopletest.Record(t, d, v,
				peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -400-20*i), v.Person, anna.ID))
		}
		s := NewService(d, people.NewStore(d), nil, nil)
		web := func(v op.Viewer) *pagetest.Site {
			site := pagetest.New(v, s.Operations()...)
			site.Handle("GET /goodwill", op.Member, s.MatchPage)
			site.Handle("POST /goodwill", op.Member, s.MatchForm)
			site.Handle("POST /goodwill/note", op.Member, s.NoteForm)
			site.Handle("POST /goodwill/answer", op.Member, s.AnswerForm)
			return site
		}
		ops := s.Operations()
		need := optest.Call[FactInput](t, ops, v, "goodwill.note",
			NoteInput{Person: "Anna Aal", Body: "an <apartment> in Utrecht", Kind: Need, Due: "2026-12-01"})
		web(v).Post(t, "/goodwill/note",
			url.Values{"person": {anna.ID.String()}, "body": {"wooden boats"}, "kind": {"interest"}}, 303)
		web(v).Post(t, "/goodwill/note", url.Values{"person": {"Nobody Known"}, "body": {"x"}}, 422, "Nobody Known")
		facts := optest.Call[FactsOutput](t, ops, v, "goodwill.facts", FactsInput{Limit: 10}, "Anna Aal",
			"wooden boats", "an <apartment> in Utrecht").Facts
		if len(facts) != 2 {
			t.Fatalf("%+v", facts)
		}
		web(v).Get(t, "/goodwill", 200, "an &lt;apartment&gt; in Utrecht")
		// Who would like it stands there with the line to mail and the act that notes it as given.
		web(v).Post(t, "/goodwill", url.Values{"text": {"A light apartment in the centre of Utrecht"}}, 200, "Anna Aal",
			`href="mailto:?body=`, `action="/give"`, `name="people" value="`+anna.ID.String()+`"`)
		web(v).Post(t, "/goodwill", url.Values{"text": {" "}}, 200)
		optest.Call[MatchOutput](t, ops, v, "goodwill.match",
			MatchInput{Text: "An apartment in Utrecht", Limit: 5}, "Anna Aal")
		panel, err := s.Panel(ctx, v, anna.ID)
		if err != nil || panel == nil {
			t.Fatal(panel, err)
		}
		moves, err := s.Propose(ctx, v)
		if err != nil || len(moves) < 1 {
			t.Fatalf("%+v, %v", moves, err)
		}
		said := false
		for _, m := range moves {
			said = said || strings.Contains(fmt.Sprintf("%+v", m), "apartment")
		}
		if !said {
			t.Errorf("the need is not proposed: %+v", moves)
		}
		stranger := peopletest.Viewer(t, d, v.Space, "Stranger", op.Member)
		if strings.Contains(web(stranger).Get(t, "/goodwill", 200), "apartment") {
			t.Error("somebody else sees the need")
		}
		web(stranger).Post(t, "/goodwill/answer", url.Values{"fact": {need.Fact.String()}}, 404)
		web(v).Post(t, "/goodwill/answer", url.Values{"fact": {"x"}}, 404)
		web(v).Post(t, "/goodwill/answer", url.Values{"fact": {need.Fact.String()}, "back": {"/goodwill"}}, 303)
		if left := optest.Call[FactsOutput](t, ops, v, "goodwill.facts",
			FactsInput{Kind: Need, Open: true, Limit: 10}).Facts; len(left) != 0 {
			t.Errorf("%+v", left)
		}
		optest.Call[op.None](t, ops, v, "goodwill.remove", FactInput{Fact: need.Fact})
		if left := optest.Call[FactsOutput](t, ops, v, "goodwill.facts",
			FactsInput{Person: "Anna Aal", Limit: 10}).Facts; len(left) != 1 {
			t.Errorf("%+v", left)
		}
	})
}

// Answers move the chance: yes up, no down, and the interval narrows. It is a chance, and lies within its interval.
func TestTheChanceMovesWithAnswers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		for _, name := range []string{"Anna Aal", "Bram Beer"} {
			p := peopletest.Person(t, d, v, name)
			for i := range 6 {
				peopletest.Record(t, d, v,
					peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -15*i), v.Person, p.ID))
			}
		}
		s := NewService(d, people.NewStore(d), nil, nil)
		ops := s.Operations()
		show := func(name string) Chance {
			t.Helper()
			c := optest.Call[Chance](t, ops, v, "goodwill.show", PersonInput{name}, "An estimate")
			near.Within(t, "the chance", c.Probability, c.Low, c.High)
			near.Within(t, "its ends", c.High-c.Low, 0.01, 1)
			return c
		}
		before, same := show("Anna Aal"), show("Bram Beer")
		near.Equal(t, "the chance of two alike", before.Probability, same.Probability, 1e-9)
		for i := range 12 {
			for name, yes := range map[string]bool{"Anna Aal": true, "Bram Beer": false} {
				in := OutcomeInput{Person: name, What: "read a draft", Yes: yes, At: v.Now.AddDate(0, 0, -i-1)}
				optest.Call[op.None](t, ops, v, "goodwill.outcome", in)
			}
		}
		yes, no := show("Anna Aal"), show("Bram Beer")
		near.Within(t, "the chance after twelve times yes", yes.Probability, before.Probability+0.05, 1)
		near.Within(t, "the chance after twelve times no", no.Probability, 0, before.Probability-0.05)
		if len(yes.History) != 12 || !yes.History[0].Yes || yes.History[0].At.After(yes.History[11].At) {
			t.Errorf("%+v", yes.History)
		}
		e := optest.Call[chance.Evaluation](t, ops, v, "goodwill.evaluate", op.None{})
		if fmt.Sprint(e) == "" {
			t.Error("nothing is said")
		}
	})
}
