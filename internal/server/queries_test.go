package server_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/server"
)

// mostQueries is how many statements a page may run, however much it shows. The page that says what erasing would take
// tries it on every column of every table that names people.
const (
	mostQueries      = 25
	mostQueriesErase = 160
	// For who is somebody in the network, two pages are above that still: they are to grow no further.
	mostQueriesToday   = 36
	mostQueriesFullest = 34 // of a person of whom half of everything is
)

// mostHTML is how many bytes of HTML a page may have, uncompressed, however much there is to show.
const (
	mostHTML        = 60_000
	mostHTMLFullest = 115_000 // of the person of mostQueriesFullest
)

// much writes 3,000 of everything, half of it about one person, and returns that person and an ask.
func much(t *testing.T, h house, v op.Viewer) (person, ask id.ID) {
	t.Helper()
	const n = 3000
	var list []people.NewPerson
	for i := range n {
		p := people.NewPerson{Person: people.Person{
			ID: id.New(), Owner: v.Member, Title: "adviseur", Place: "Utrecht", Created: 1, Updated: 1,
		}}
		p.Named(fmt.Sprintf("Anna Jansen%04d", i))
		p.Organisation = fmt.Sprintf("Bureau %d", i%40)
		p.Identifiers = []people.Identifier{{Kind: people.MailAddress, Value: fmt.Sprintf("anna%d@example.org", i)}}
		list = append(list, p)
	}
	rows := map[string][]any{}
	add := func(into string, values ...any) { rows[into] = append(rows[into], values...) }
	now, none := v.Now.UnixMicro(), []byte{}
	day := func(i int) int64 { return v.Now.Add(-time.Duration(i%700) * 24 * time.Hour).UnixMicro() }
	for i := range n {
		p := list[i].ID
		if i%2 == 0 {
			p = list[0].ID
		}
		other := list[(i+1)%n].ID
		if other == p {
			other = list[7].ID
		}
		gift, asked := id.New(), id.New()
		direction := 1
		if i%3 == 0 {
			direction = -1
		}
		if i == 0 {
			ask = asked
		}
		add("gift (space, id, owner, visibility, direction, kind, body, link, minutes, at, source, external, created)",
			v.Space, gift, v.Member, 0, direction, "knowledge", fmt.Sprintf("een tip over drukwerk %d", i), "", 10,
			day(i), "said", gift, now)
		add("gift_person (space, gift, person)", v.Space, gift, p)
		add("fact (space, id, owner, visibility, person, kind, body, source, at, due, answered, created)",
			v.Space, id.New(), v.Member, 0, p, []string{"need", "interest", "fact"}[i%3],
			fmt.Sprintf("een drukker voor boek %d", i), "", day(i), "", 0, now)
		add("outcome (space, id, owner, person, what, yes, at)",
			v.Space, id.New(), v.Member, p, "een naam", i%2, day(i))
		add("note (space, id, person, owner, visibility, body, at, source, import)",
			v.Space, id.New(), p, v.Member, 0, "Lunch over het jaarboek", day(i), "", id.Zero)
		add("praise (space, id, owner, author, subject, kind, body, occasion, at, consent, evidence, published, "+
			"withdrawn, source, import)",
			v.Space, id.New(), v.Member, other, p, "praise", "Wat een helder verhaal.", "", day(i), 0, "", false, 0, "",
			id.Zero)
		add("ask (space, id, owner, person, visibility, audience, kind, body, why, due, state, outcome, created, "+
			"changed)",
			v.Space, asked, v.Member, id.Zero, 0, "named", "ask", fmt.Sprintf("Wie kent een drukker voor boek %d?", i),
			"", "", "open", "", day(i), day(i))
		add("ask_person (space, ask, person, part, note, at, thanked, told)",
			v.Space, asked, p, 1+i%3, "", day(i), 0, 0)
		add("introduction (space, id, owner, requester, middle, target, chosen, body, state, middle_agreed, "+
			"requester_address, target_address, middle_key, target_key, outcome, created, changed, expires)",
			v.Space, id.New(), v.Member, list[9].ID, p, other, 1, "Graag kennismaken.", "asked", 0, "",
			"", none, none, "",
			day(i), day(i), now)
		add("person_tag (space, person, owner, tag, import)",
			v.Space, p, v.Member, fmt.Sprintf("tag%d", i), id.Zero)
	}
	ctx := context.Background()
	if err := h.app.DB.Write(ctx, func(tx *db.Tx) error {
		if err := people.InsertPeople(ctx, tx, v.Space, list); err != nil {
			return err
		}
		// what belongs to something else comes after it in the alphabet
		for _, into := range slices.Sorted(maps.Keys(rows)) {
			if err := db.InsertMany(ctx, tx, "insert into "+into, strings.Count(into, ",")+1,
				rows[into], ""); err != nil {
				return fmt.Errorf("%s: %w", into, err)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return list[0].ID, ask
}

// pages are all that a member can look at without a form, of every room: those with something in their address where a
// name in braces has a value, and some with a question.
func pages(h house, names map[string]string) []string {
	var mux page.Mux
	for _, r := range h.app.Rooms {
		if r.Pages != nil {
			r.Pages(&mux)
		}
	}
	out := []string{
		"/more", "/people?query=anna", "/organisations?query=bureau", "/capture?text=lunch+met+anna",
		"/search?q=anna", "/search?q=drukwerk", "/offline", "/asks/new?text=wie+kent+een+drukker",
	}
	for _, pattern := range mux.Patterns() {
		address, ok := strings.CutPrefix(pattern, "GET ")
		// Who is signed in does not come in again.
		if !ok || address == "/signin" || address == "/welcome" {
			continue
		}
		address = strings.TrimSuffix(address, "{$}")
		for name, value := range names {
			address = strings.ReplaceAll(address, "{"+name+"}", value)
		}
		if !strings.Contains(address, "{") {
			out = append(out, address)
		}
	}
	return out
}

// signedIn returns a browser of the owner of a house, at the address under which it is served.
func signedIn(t *testing.T, h house, address string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	link, _ := strings.CutPrefix(h.link, h.url)
	answer, err := client.PostForm(address+"/welcome", url.Values{
		"link": {link[strings.Index(link, "=")+1:]}, "name": {"Barbara Dijkstra"}, "email": {"barbara@example.org"},
		"password": {secret},
	})
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%v %v", answer, err)
	}
	answer.Body.Close()
	return client
}

// A page reads in sets: with 3,000 of everything it runs no more statements than a few, at its first view after the
// server warmed its pages.
func TestPagesReadInSets(t *testing.T) {
	h := open(t, 0)
	v, err := h.app.Account.Local(context.Background(), locale.English)
	if err != nil {
		t.Fatal(err)
	}
	person, ask := much(t, h, v)
	goal, err := h.app.Power.NewGoal(context.Background(), v, "A festival", "", []string{"skill: printing", "a stage"})
	if err != nil {
		t.Fatal(err)
	}
	if err = h.app.Power.Join(context.Background(), v, goal.ID, person.String(), false); err != nil {
		t.Fatal(err)
	}
	var lock sync.Mutex
	seen := map[string]int{}
	served := server.New(h.app, "test")
	handler := served.Handler()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r.WithContext(db.Observe(r.Context(), func(query string) {
			lock.Lock()
			seen[strings.Join(strings.Fields(query), " ")]++
			lock.Unlock()
		})))
	}))
	defer web.Close()
	client := signedIn(t, h, web.URL)
	served.Warm(context.Background())
	for _, path := range pages(h, map[string]string{
		"person": person.String(), "ask": ask.String(), "goal": goal.ID.String(),
	}) {
		clear(seen)
		begin := time.Now()
		answer, err := client.Get(web.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		status := http.StatusOK
		// The ask is not open to everybody, there is no photo, and no report was made.
		if strings.HasPrefix(path, "/open/") || strings.HasSuffix(path, "/photo") ||
			slices.Contains([]string{ // and no link was mailed
				"/colleagues/report/data", "/signin/lost", "/signin/openid/back", "/reset/new", "/oauth/authorize",
			}, path) {
			status = http.StatusNotFound
		}
		if path == "/sources/back" { // nor was anybody sent to a provider
			status = http.StatusUnauthorized
		}
		if err != nil || answer.StatusCode != status {
			t.Errorf("%s: %d %v", path, answer.StatusCode, err)
		}
		total, most := 0, ""
		for query, n := range seen {
			total += n
			if n > seen[most] {
				most = query
			}
		}

		t.Logf("%-45s %6d statements %8d bytes %v", path, total, len(body), time.Since(begin).Round(time.Millisecond))
		bound, html := mostQueries, mostHTML
		switch {
		case strings.HasSuffix(path, "/erase"):
			bound = mostQueriesErase
		case path == "/":
			bound = mostQueriesToday
		case path == "/people/"+person.String():
			bound, html = mostQueriesFullest, mostHTMLFullest
		}
		if len(body) > html {
			t.Errorf("%s has %d bytes", path, len(body))
		}
		if total > bound {
			t.Errorf("%s runs %d statements, %d times: %s", path, total, seen[most], most)
		}
	}
}
