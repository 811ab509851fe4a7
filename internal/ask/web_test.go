package ask_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"gave.network/internal/ask"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page/pagetest"
	"gave.network/internal/people/peopletest"
)

// The pages open for a member, turn strangers to the sign-in, and know no ask and no link that is not there.
func TestThePagesOfAsks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRoom(t, d)
		v := r.member(t, "Anna Aal")
		web := pagetest.New(v)
		web.Handle("GET /asks", op.Guest, r.AsksPage)
		web.Handle("GET /asks/new", op.Member, r.NewPage)
		web.Handle("GET /asks/{ask}", op.Guest, r.AskPage)
		web.Handle("GET /open/{ask}", op.Anonymous, r.PublicPage)
		web.Handle("GET /introductions", op.Guest, r.IntroductionsPage)
		web.Handle("GET /introduction/{secret}", op.Anonymous, r.LinkPage)
		web.Handle("GET /introductions/new", op.Member, r.IntroducePage)
		old := httptest.NewRequest(http.MethodGet, "/introductions?target=Bea&through="+v.Person.String(), nil)
		to := web.Send(t, old, 301).Header().Get("Location")
		if to != "/introductions/new?to=Bea&via="+v.Person.String() {
			t.Errorf("the old address leads to %q", to)
		}
		web.Get(t, to, 200, `value="Bea"`, `value="Anna Aal"`)
		for _, address := range []string{"/asks", "/asks/new", "/introductions", "/introductions/new"} {
			web.Get(t, address, 200, "<h1")
			web.As(op.Viewer{Zone: v.Zone, Lang: v.Lang, Now: v.Now}).Get(t, address, 303)
		}
		for _, address := range []string{"/asks/x", "/open/x", "/introduction/x"} {
			web.Get(t, address, 404)
		}
	})
}

// An ask that was coached stands on top as a sentence, with a slot for what it lacks and what it says; the form is
// folded. Who was asked too often lately is named, and how often somebody helped is counted.
func TestTheSlotsOfAnAsk(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRoom(t, d)
		v := r.member(t, "Anna Aal")
		web := pagetest.New(v)
		web.Handle("GET /asks/new", op.Member, r.NewPage)
		web.Handle("GET /asks/{ask}", op.Guest, r.AskPage)
		web.Get(t, "/asks/new?text=Who+knows+a+good+printer+of+posters%3F", 200, `<p class="answer slots">`,
			`href="#f-by"`, "By when?", `href="#f-why"`, "Clear: what you look for", "Use this", `id="more"`)
		filled := web.Get(t, "/asks/new?text=Who+knows+a+good+printer+of+posters%3F&by=2027-01-15&why=an+evening", 200,
			"By 15 January 2027", "It is for this: an evening")
		if strings.Contains(filled, `href="#f-why">What is it for?`) {
			t.Error("what it is for is asked although it is said")
		}
		ctx := context.Background()
		bea := peopletest.Person(t, d, v, "Bea Beer").ID
		// Who is named by id stands there by name.
		web.Get(t, "/asks/new?text=Can+you+help+me%3F&people="+bea.String(), 200, `value="Bea Beer"`)
		var keys []id.ID
		for range 3 {
			a := must[ask.Ask](t)(r.New(ctx, v, ask.Ask{Text: "Who knows a printer?"}, []string{"Bea Beer"}))
			must[ask.Ask](t)(r.Sent(ctx, v, a.ID, bea.String()))
			keys = append(keys, a.ID)
		}
		must[ask.Ask](t)(r.Helped(ctx, v, keys[0], bea.String(), ""))
		web.Get(t, "/asks/new?text=Who+knows+a+good+printer+of+posters%3F", 200,
			"Not in this list, because you asked them often lately: Bea Beer.",
			"You asked 3 times this past year, and they helped 1 of those.")
		web.Get(t, "/asks/"+keys[1].String(), 200, "Whom you asked", "no answer noted yet", "Whom to ask next")
	})
}
