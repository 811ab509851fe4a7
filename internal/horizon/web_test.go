package horizon

import (
	"context"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/op"
	"gave.network/internal/page/pagetest"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tie"
)

// The way is a sentence, what it rests on, and one act that carries both people; the page of the room has one act for
// each of its people.
func TestTheWayAndTheHorizonOnTheirPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, v, persons := circle(t, d)
		site := pagetest.New(v)
		site.Handle("GET /horizon", op.Member, s.Page)
		site.Handle("GET /net/way", op.Member, s.WayPage)
		intro := func(target, through string) string {
			return "/introductions/new?to=" + persons[target].ID.String() + "&amp;via=" +
				persons[through].ID.String()
		}

		body := site.Get(t, "/net/way?to="+persons["Dirk"].ID.String(), 200,
			"<h1>Dirk Das</h1>", "Anna Aal can bring you to Dirk Das.", "of 100 times.", "with Anna Aal: ",
			intro("Dirk", "Anna"), "Other ways", intro("Dirk", "Bram"), `value="Dirk Das"`, "The way to Dirk Das",
			`class="route"`, "The ways from you to Dirk Das, drawn", "Who is around Dirk Das")
		if strings.Contains(body, `value="`+persons["Dirk"].ID.String()) {
			t.Error("an id stands in the field")
		}
		site.Get(t, "/net/way?to=Anna+Aal", 200, "You know Anna Aal yourself.")
		site.Get(t, "/net/way?to=Eva+Egel", 200, "Anna Aal can bring you to Eva Egel, over Dirk Das.",
			intro("Eva ", "Anna"))
		site.Get(t, "/net/way?to="+persons["Gijs"].ID.String(), 200, "No way to Gijs Geit", `value="Gijs Geit"`)
		body = site.Get(t, "/net/way?to=Gijs+Geit", 200, "No way to Gijs Geit", `value="Gijs Geit"`, "primary")
		if strings.Contains(body, `class="answer"`) {
			t.Error("where no way leads there is no answer")
		}

		site.Get(t, "/horizon", 200, "Windows on other circles", "Bram Beer", "Why Bram?",
			"/capture?text=%40%22Bram+Beer%22+", "How wide your network is",
			"You know 2 people. Over two handshakes you reach 3, over three 5.", "Get to know",
			"2 new people, through Anna Aal, Bram Beer",
			intro("Dirk", "Anna"))

		newcomer := pagetest.New(peopletest.Viewer(t, d, v.Space, "New", op.Member))
		newcomer.Handle("GET /horizon", op.Member, s.Page)
		newcomer.Get(t, "/horizon", 200, `role="alert"`, `action="/net/way"`)
	})
}

// A tie that is silent under one of two names is not said to sleep.
func TestOnlyWhoIsSilentSleeps(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, v, _ := circle(t, d)
		// Hans sleeps; Ina only seems to: she is in touch under another name.
		var sleeper people.Person
		for _, name := range []string{"Hans Haas", "Ina Ibis"} {
			sleeper = peopletest.Person(t, d, v, name)
			for i := range 60 {
				peopletest.Record(t, d, v,
					peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(-3, 0, i-90), v.Person, sleeper.ID))
			}
		}
		other := peopletest.Person(t, d, v, "Ina Ibis-Jansen")
		peopletest.Record(t, d, v,
			peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -2), v.Person, other.ID))
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := people.Propose(ctx, tx, v.Space, v.Member, sleeper.ID, other.ID, 0.9, []string{}, v.Now)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		site := pagetest.New(v)
		site.Handle("GET /horizon", op.Member, s.Page)
		body := site.Get(t, "/horizon", 200, "Sleeping ties", "Hans Haas", "last contact 3 years ago")
		_, sleeping, _ := strings.Cut(body, "Sleeping ties")
		if sleeping, _, _ = strings.Cut(sleeping, "<section"); strings.Contains(sleeping, "Ina Ibis") {
			t.Error("somebody who is in touch under another name is said to sleep")
		}
	})
}

// Where a way leads to several, those whom the viewer knows are named; to one alone, those known where that one works,
// and never the aim itself.
func TestWhomOneKnowsThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, v, persons := circle(t, d)
		for _, name := range []string{"Anna", "Bram", "Dirk"} {
			works, does := "Boathouse", "rower"
			in := people.EditPersonInput{Organisation: &works, Role: &does}
			in.Person = persons[name].ID.String()
			if _, err := s.network.Edit(ctx, v, in); err != nil {
				t.Fatal(err)
			}
		}
		site := pagetest.New(v)
		site.Handle("GET /net/way", op.Member, s.WayPage)
		body := site.Get(t, "/net/way?to=Boathouse", 200, "3 people in your network, of whom you know 2",
			"Whom you know there already", "rower · last contact", `class="band"`)
		_, there, _ := strings.Cut(body, "Whom you know there already")
		there, _, _ = strings.Cut(there, "</section>")
		if !strings.Contains(there, "Anna Aal") || !strings.Contains(there, "Bram Beer") ||
			strings.Contains(there, "Dirk Das") {
			t.Errorf("known there: %s", there)
		}
		body = site.Get(t, "/net/way?to="+persons["Dirk"].ID.String(), 200, "Whom you know there already")
		if strings.Contains(body, "people in your network") {
			t.Error("one person is counted")
		}
		body = site.Get(t, "/net/way?to=Anna+Aal", 200)
		_, there, _ = strings.Cut(body, "Whom you know there already")
		there, _, _ = strings.Cut(there, "</section>")
		if strings.Contains(there, "Anna Aal") || !strings.Contains(there, "Bram Beer") {
			t.Errorf("known where Anna works: %s", there)
		}
		// Nobody whom one knows works where Eva does.
		if body = site.Get(t, "/net/way?to=Eva+Egel", 200); strings.Contains(body, "Whom you know there already") {
			t.Error("somebody is known where nobody is known to work")
		}
	})
}
