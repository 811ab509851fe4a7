package horizon

import (
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/op"
	"gave.network/internal/page/pagetest"
	"gave.network/internal/people/peopletest"
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
			return "/introductions?target=" + persons[target].ID.String() + "&amp;through=" +
				persons[through].ID.String()
		}

		body := site.Get(t, "/net/way?to="+persons["Dirk"].ID.String(), 200,
			"<h1>Dirk Das</h1>", "Anna Aal can bring you to Dirk Das.", "of 100 times.", "with Anna Aal: ",
			intro("Dirk", "Anna"), "Other ways", intro("Dirk", "Bram"), `value="Dirk Das"`, "The way to Dirk Das")
		if strings.Contains(body, `value="`+persons["Dirk"].ID.String()) {
			t.Error("an id stands in the field")
		}
		site.Get(t, "/net/way?to=Anna+Aal", 200, "You know Anna Aal yourself.")
		site.Get(t, "/net/way?to=Eva+Egel", 200, "Anna Aal can bring you to Eva Egel, over Dirk Das.",
			intro("Eva ", "Anna"))
		body = site.Get(t, "/net/way?to=Gijs+Geit", 200, "No way to Gijs Geit", `value="Gijs Geit"`, "primary")
		if strings.Contains(body, `class="answer"`) {
			t.Error("where no way leads there is no answer")
		}

		site.Get(t, "/horizon", 200, "Bridges to other circles", "Bram Beer", "You have nobody in common.",
			"/capture?text=%40%22Bram+Beer%22+", "Get to know", "2 new people, through Anna Aal, Bram Beer",
			intro("Dirk", "Anna"))
		newcomer := pagetest.New(peopletest.Viewer(t, d, v.Space, "New", op.Member))
		newcomer.Handle("GET /horizon", op.Member, s.Page)
		newcomer.Get(t, "/horizon", 200, `role="alert"`, `action="/net/way"`)
	})
}
