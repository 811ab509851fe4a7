package peopleweb_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/page/pagetest"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/people/peopleweb"
	"gave.network/internal/tie"
)

// Whom a name may mean that somebody is typing is found by its beginning, the strongest tie first and those who are
// called so before those who only work there; nobody is found whom the viewer may not see or who was merged.
func TestFindWhileTyping(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := people.NewStore(d)
		space := peopletest.Space(t, d)
		v := peopletest.Viewer(t, d, space, "me", op.Owner)
		other := peopletest.Viewer(t, d, space, "her", op.Member)
		site := &pages{Site: pagetest.New(v), store: s}
		site.open()
		far := peopletest.Person(t, d, v, "Iris de Boer")
		near, err := s.AddPerson(ctx, v, people.NewPerson{
			Person: people.Person{Name: `Irma "de" Wit`, Organisation: "<img src=x onerror=alert(1)>"},
		})
		if err != nil {
			t.Fatal(err)
		}
		peopletest.Person(t, d, v, "عَلِيّ Irani 🎁")
		if _, err := s.AddPerson(ctx, v, people.NewPerson{
			Person: people.Person{Name: "Ton Bol", Organisation: "Iris BV"},
		}); err != nil {
			t.Fatal(err)
		}
		peopletest.Person(t, d, other, "Iris van een ander")
		peopletest.Person(t, d, peopletest.Viewer(t, d, peopletest.Space(t, d), "far", op.Owner), "Iris Elders")
		twice := peopletest.Person(t, d, v, "Iris Dubbel")
		if _, err := s.Merge(ctx, v, far.ID, twice.ID); err != nil {
			t.Fatal(err)
		}
		peopletest.Record(t, d, v, peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -3), v.Person, near))
		got := site.find(t, "ir", "")
		if n := strings.Join(got.names, "|"); n != `Irma "de" Wit|Iris de Boer|عَلِيّ Irani 🎁|Ton Bol` {
			t.Errorf("found %s", n)
		}
		if strings.Contains(got.body, "<img") || !strings.Contains(got.body, "3 days ago") ||
			strings.Contains(got.body, `"new"`) {
			t.Error(got.body)
		}
		if got = site.find(t, "zed nieuw", "1"); len(got.names) != 1 || got.ids[0] != page.NewPerson {
			t.Errorf("%v %v", got.names, got.ids)
		}
		for _, nothing := range []string{
			"", "  ", "🎁", "%", "'; drop table person", strings.Repeat("x", 10_000), "a@b",
		} {
			got = site.find(t, nothing, "1")
			if len(got.names) > 1 || len(got.names) == 1 && got.ids[0] != page.NewPerson {
				t.Errorf("%.20q finds %v", nothing, got.names)
			}
		}
		guest := v
		guest.Role = op.Guest
		site.Site = site.As(guest)
		if got = site.find(t, "zed nieuw", "1"); len(got.names) != 0 {
			t.Errorf("a guest is offered to add %v", got.names)
		}
	})
}

type pages struct {
	*pagetest.Site
	store *people.Store
}

func (p *pages) open() {
	p.Serve(peopleweb.Room(p.store, nil).Pages)
}

type found struct {
	body       string
	names, ids []string
}

var option = regexp.MustCompile(`data-id="([^"]*)" data-name="([^"]*)"`)

func (p *pages) find(t *testing.T, typed, adds string) found {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/people/find?"+url.Values{"q": {typed}, "adds": {adds}}.Encode(), nil)
	r.Header.Set("X-Fragment", "found")
	out := found{body: p.Send(t, r, http.StatusOK).Body.String()}
	for _, m := range option.FindAllStringSubmatch(out.body, -1) {
		out.ids = append(out.ids, m[1])
		out.names = append(out.names, strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`).Replace(m[2]))
	}
	return out
}
