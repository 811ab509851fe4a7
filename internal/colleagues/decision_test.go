package colleagues

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/near"
	"gave.network/internal/op"
	"gave.network/internal/op/optest"
	"gave.network/internal/page/pagetest"
	"gave.network/internal/people/peopletest"
)

// Three talks with somebody who was against and voted in favour move the usual half to (2 + 3) / (4 + 3); of who was in
// favour, was not talked to, or whose vote is not known nothing is learnt.
func TestTaughtByHand(t *testing.T) {
	anna, against, inFavour := id.New(), -0.8, 0.5
	one := func(outcome Outcome, voice Voice) Decision {
		voice.Person = Party{ID: &anna}
		somebody := Voice{Person: Party{Name: "Somebody"}, Talked: true, Vote: For}
		return Decision{Outcome: outcome, Voices: []Voice{voice, somebody}}
	}
	came := Voice{Stance: &against, Talked: true, Vote: For}
	stayed := Voice{Stance: &against, Talked: true, Vote: Against}
	nothing := []Decision{
		one(Open, came), one(Failed, Voice{Stance: &against, Vote: For}),
		one(Failed, Voice{Stance: &against, Talked: true}),
		one(Carried, Voice{Stance: &inFavour, Talked: true, Vote: For}), one(Carried, Voice{Talked: true, Vote: For}),
	}
	if got := taught(nothing); len(got) > 0 {
		t.Errorf("%+v", got)
	}
	near.Equal(t, "nothing learnt", taught(nothing)[anna].susceptibility(), usualSusceptibility, 1e-12)
	list := append(nothing, one(Carried, came), one(Failed, came), one(Carried, came))
	near.Equal(t, "came along three times", taught(list)[anna].susceptibility(), 5.0/7, 1e-12)
	list = append(list, one(Failed, stayed))
	near.Equal(t, "and stayed once", taught(list)[anna].susceptibility(), 5.0/8, 1e-12)
}

// A proposal is kept from its page, its outcome is noted there, and the next proposal knows of it. It is its owner's
// alone.
func TestDecisionsOnTheirPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		o := newOffice(t, d)
		web := func(v op.Viewer) *pagetest.Site {
			site := pagetest.New(v, o.Operations()...)
			site.Handle("GET /colleagues", op.Member, o.Page)
			site.Handle("GET /colleagues/proposal", op.Member, o.ProposalPage)
			site.Handle("POST /colleagues/proposal", op.Member, o.ProposalForm)
			site.Handle("GET /colleagues/decisions", op.Member, o.DecisionsPage)
			site.Handle("POST /colleagues/decisions", op.Member, o.KeepForm)
			site.Handle("GET /colleagues/decisions/{decision}", op.Member, o.DecisionPage)
			site.Handle("POST /colleagues/decisions/{decision}", op.Member, o.DecisionForm)
			return site
		}
		lines := "Anna Aal, 3, against\nCarla Cobra, 1, for\nSomebody Else, 1, ?\n"
		site := web(o.v)
		site.Get(t, "/colleagues/decisions", 200, "You keep no proposal yet.")
		site.Post(t, "/colleagues/proposal", url.Values{"file": {lines}, "chance": {"90"}}, 200,
			`action="/colleagues/decisions"`, "You want 90 of 100 times.")
		site.Post(t, "/colleagues/proposal", url.Values{"file": {lines}, "chance": {"always"}}, 422)
		site.Post(t, "/colleagues/decisions", url.Values{"file": {lines}, "title": {" "}}, 422)
		for range 2 {
			site.Post(t, "/colleagues/decisions", url.Values{"file": {lines}, "title": {"Four <days>"}}, 303)
		}
		list, err := o.Decisions(ctx, o.v)
		if err != nil || len(list) != 2 || list[0].Title != "Four <days>" || len(list[0].Voices) != 3 ||
			list[0].Voices[0].Talk != 1 || list[0].Voices[2].Stance != nil || list[0].Voices[2].Person.ID != nil {
			t.Fatalf("%+v %v", list, err)
		}
		at := "/colleagues/decisions/" + list[0].ID.String()
		site.Get(t, at, 200, "Four &lt;days&gt;", "seemed against · talk 1", "How Anna Aal voted", "Somebody Else")
		site.Post(t, at, url.Values{"outcome": {"perhaps"}}, 422)
		site.Post(t, at, url.Values{
			"outcome": {"carried"}, "vote-0": {"for"}, "talked-0": {"yes"}, "vote-1": {"against"}, "vote-2": {"x"},
		}, 303)
		optest.Call[op.None](t, o.Operations(), o.v, "colleagues.decision.close", OutcomeInput{
			Decision: list[1].ID, Outcome: Failed, Against: []string{"Anna Aal", "Somebody Else"},
			Talked: []string{"Anna Aal"},
		})
		list, err = o.Decisions(ctx, o.v)
		if err != nil || list[0].Closed == nil || taught(list)[o.who["Anna Aal"].ID] != (moved{2, 1}) {
			t.Fatalf("%+v %v", list, err)
		}
		site.Get(t, at, 200, "It carried; Gave had reckoned")
		site.Get(t, "/colleagues", 200, "You keep 2 proposals, for you alone.")
		_, err = o.closeDecision(ctx, o.v, OutcomeInput{
			Decision: list[0].ID, Outcome: Carried, Favour: []string{"Greet Gans"},
		})
		optest.Fault(t, err, fault.NotFound, "has no part in this decision")

		out, err := o.proposal(ctx, o.v, ProposalInput{File: withHeading(lines)})
		if err != nil || !strings.Contains(out.deciding[0].why, "came along 1 of 2 times that you talked") {
			t.Errorf("%+v %v", out.deciding, err)
		}
		other := peopletest.Viewer(t, d, o.v.Space, "Other", op.Owner)
		web(other).Get(t, at, 404)
		if list, err := o.Decisions(ctx, other); err != nil || len(list) > 0 {
			t.Errorf("another member sees %+v, %v", list, err)
		}
		optest.Fault(t, o.dropDecision(ctx, other, list[0].ID), fault.NotFound, "There is no such decision of yours.")
		site.Post(t, at, url.Values{"outcome": {"remove"}}, 303)
		site.Get(t, at, 404)
		if n, err := db.Value[int](ctx, d, `select count(*) from decision_voice where space = $1`, o.v.Space); err != nil ||
			n != 3 {
			t.Errorf("%d voices are left of one decision, %v", n, err)
		}
	})
}
