package ask_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/op"
	"gave.network/internal/page/pagetest"
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
