package app_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/news"
	"gave.network/internal/op"
	"gave.network/internal/people/peopletest"
)

// What somebody publishes after their feed was noted is a reason to write to them; what stood there before, what is
// delicate and what is no feed is none. A feed that did not change is not sent again.
func TestWhatPeoplePublish(t *testing.T) {
	items, whole, asked := []string{"Oud nieuws"}, 0, 0
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		tag := fmt.Sprintf(`"%d"`, len(items))
		switch {
		case r.URL.Path == "/gone":
			http.Error(w, "", http.StatusGone)
			return
		case r.URL.Path == "/page":
			fmt.Fprint(w, "<html><p>no feed</p></html>")
			return
		case r.URL.Path == "/large":
			fmt.Fprint(w, "<rss><channel>"+strings.Repeat("<item><title>x</title></item>", 200_000))
			return
		case r.Header.Get("If-None-Match") == tag:
			w.WriteHeader(http.StatusNotModified)
			return
		}
		whole++
		w.Header().Set("ETag", tag)
		fmt.Fprint(w, `<?xml version="1.0"?><rss version="2.0"><channel><title>Carla schrijft</title>`)
		for i, title := range items {
			fmt.Fprintf(w, `<item><title>%s</title><link>https://carla.example/%d</link><guid>%d</guid></item>`,
				title, i, i)
		}
		fmt.Fprint(w, `<item><title>A script</title><link>javascript:alert(1)</link></item></channel></rss>`)
	}))
	defer web.Close()
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		items, whole = []string{"Oud nieuws"}, 0
		s := newAssociation(t, address)
		s.News.Trust(loopback)
		carla := peopletest.Person(t, s.DB, s.owner, "Carla Jansen", "carla@else.example").ID
		add := func(path string) error {
			_, err := s.call(s.owner, "news.add", map[string]string{
				"person":  carla.String(),
				"address": web.URL + path,
			})
			return err
		}
		for path, want := range map[string]fault.Code{
			"/gone": fault.Unavailable, "/page": fault.Invalid, "/large": fault.Invalid,
		} {
			if err := add(path); fault.CodeOf(err) != want {
				t.Errorf("%s: %v", path, err)
			}
		}
		if err := add("/feed"); err != nil {
			t.Fatal(err)
		}
		if err := add("/feed"); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("twice: %v", err)
		}
		list := func() news.Feed {
			t.Helper()
			out, err := s.News.List(ctx, s.owner, carla)
			if err != nil || len(out) != 1 {
				t.Fatal(out, err)
			}
			return out[0]
		}
		moves := func() string {
			t.Helper()
			out, err := s.News.Propose(ctx, s.owner)
			if err != nil {
				t.Fatal(err)
			}
			said := ""
			for _, m := range out {
				said += m.What + "|"
			}
			return said
		}
		if f := list(); f.Title != "Carla schrijft" || len(f.Items) != 2 || moves() != "" || f.Items[0].Fresh {
			t.Errorf("at first: %+v %q", f, moves())
		}
		for _, i := range list().Items {
			if strings.HasPrefix(i.Link, "javascript") {
				t.Error("a link to a script")
			}
		}
		again := func() {
			t.Helper()
			if _, err := s.DB.ExecContext(ctx, `update feed set due = 0`); err != nil {
				t.Fatal(err)
			}
			if err := s.News.ReadDue(ctx); err != nil {
				t.Fatal(err)
			}
		}
		before := whole
		again()
		if whole != before {
			t.Error("a feed that did not change was sent whole")
		}
		items = append(items, "Hoe wij samen een huis bouwden")
		s.owner.Now = time.Now().Add(time.Second)
		again()
		if got := moves(); got != "Tell Carla Jansen what you think of “Hoe wij samen een huis bouwden”.|" {
			t.Errorf("what is new: %q", got)
		}
		items = append(items, "Mijn scheiding en de depressie daarna")
		s.owner.Now = time.Now().Add(2 * time.Second)
		again()
		if got := moves(); strings.Contains(got, "scheiding") {
			t.Errorf("what is delicate: %q", got)
		}
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		if out, err := s.News.List(ctx, bea, carla); err != nil || len(out) > 0 {
			t.Errorf("Bea sees %+v %v", out, err)
		}
		web := list()
		s.must(s.owner, "news.remove", map[string]string{"feed": web.ID.String()})
		if n := rows(t, s.DB, `select count(*) from feed_item`); n != 0 {
			t.Errorf("%d items are left", n)
		}
	})
}
