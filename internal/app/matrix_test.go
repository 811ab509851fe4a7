package app_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gave.network/internal/account"
	"gave.network/internal/capture"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/scope"
	"gave.network/internal/server"
	"gave.network/internal/tie"
)

// writeMatrix writes the table of what each operation shows anew; what must never be shown fails all the same.
var writeMatrix = flag.Bool("write-matrix", false, "write testdata/matrix.txt")

// matrixFile says of each operation that only reads which kinds of data it shows to whom who may see them.
const matrixFile = "testdata/matrix.txt"

// watcher is somebody who looks.
type watcher struct {
	name    string
	v       op.Viewer
	session string
}

// datum is something of Olga's, by the word that stands in it, and who may see it.
type datum struct{ word, seenBy string }

// data are the kinds of data. Sam shows whom he knows and is named in some of it; Hans shows nothing; Gerda is a guest;
// Xander owns another space, Rita was removed, and nobody is not signed in.
var data = []datum{
	{"zvnameprivate", "olga"},
	{"zvnamespace", "olga sam hans"},
	{"zvnamepublic", "olga sam hans gerda"},
	{"zvtag", "olga"},
	{"zvnoteprivate", "olga"},
	{"zvnotespace", "olga sam hans"},
	{"zvdateprivate", "olga"},
	{"zvdatespace", "olga sam hans"},
	{"zvfact", "olga"},
	{"zvgift", "olga"},
	{"zvasknamed", "olga sam"},
	{"zvaskties", "olga sam"},
	{"zvaskspace", "olga sam hans"},
	{"zvaskpublic", "olga sam hans gerda xander rita nobody"},
	{"zvpraiseprivate", "olga sam"},
	{"zvpraisequote", "olga sam"},
	{"zvpraisepublic", "olga sam hans gerda xander rita nobody"},
	{"zvlistedprivate", "olga"},
	{"zvlistedpublic", "olga sam hans gerda xander rita nobody"},
	{"zvprofile", "olga sam hans gerda rita"}, // who was removed met her in its time; others by what is public
}

var words = regexp.MustCompile(`zv[a-z]+`)

// matrix is a space in which everybody looks at everything.
type matrix struct {
	*association
	web      http.Handler
	watchers []*watcher
	values   []map[string]string // what operations are asked about: what is private, what is shared
}

func (m *matrix) enter(name string, role op.Role) *watcher {
	m.t.Helper()
	made, err := m.Account.InviteTo(context.Background(), m.owner, account.Inviting{Role: role})
	if err != nil {
		m.t.Fatal(err)
	}
	return m.come(made.Secret, name)
}

func (m *matrix) come(link, name string) *watcher {
	m.t.Helper()
	ctx := context.Background()
	session, err := m.Account.Accept(ctx, link, strings.ToUpper(name[:1])+name[1:], name+"@club.example",
		"a long enough password", "")
	if err != nil {
		m.t.Fatal(err)
	}
	v, err := m.Account.Session(ctx, session)
	if err != nil {
		m.t.Fatal(err)
	}
	v.Now = peopletest.Now
	w := &watcher{name, v, session}
	m.watchers = append(m.watchers, w)
	return w
}

// reads are the operations that only read, and those that work something out.
func (m *matrix) reads() []op.Operation {
	return slices.DeleteFunc(slices.Clone(m.Operations.All()), func(o op.Operation) bool {
		return !o.ReadOnly() || o.LocalOnly
	})
}

// looks is what somebody gets of every operation, by its name: answers as JSON, and of what fails the code alone.
func (m *matrix) looks(v op.Viewer) map[string]string {
	m.t.Helper()
	out := map[string]string{}
	for _, o := range m.reads() {
		for _, values := range m.values {
			answer, err := o.Call(context.Background(), v, reflectInput(m.t, m.App, o.Name, values))
			text, _ := json.Marshal(answer)
			if err != nil {
				text = []byte(fault.CodeOf(err))
				if fault.CodeOf(err) == fault.Internal {
					m.t.Errorf("%s: %v", o.Name, err)
				}
			}
			out[o.Name] += string(text) + "\n"
		}
	}
	return out
}

// same fails for every operation that shows something else than before to who may not know of what came between.
func (m *matrix) same(what string, w *watcher, before, after map[string]string) {
	m.t.Helper()
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if before[name] == after[name] || name == "duties.record" { // which kinds there are in the space is told to all
			continue
		}
		at := 0
		for at < min(len(before[name]), len(after[name])) && before[name][at] == after[name][at] {
			at++
		}
		around := func(s string) string { return s[max(0, min(at, len(s))-80):min(len(s), at+160)] }
		m.t.Errorf("%s is shown %s by %s:\n%s\n%s", w.name, what, name, around(before[name]), around(after[name]))
	}
}

// seen are the words that somebody is shown; each must be theirs to see.
func (m *matrix) seen(w *watcher, where, shown string) []string {
	m.t.Helper()
	var out []string
	for _, word := range words.FindAllString(strings.ToLower(shown), -1) {
		at := slices.IndexFunc(data, func(d datum) bool { return d.word == word })
		if at < 0 {
			continue
		}
		if !slices.Contains(strings.Fields(data[at].seenBy), w.name) {
			i := strings.Index(strings.ToLower(shown), word)
			m.t.Errorf("%s is shown %s by %s: …%s…", w.name, word, where, shown[max(0, i-120):min(len(shown), i+60)])
		}
		if !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	slices.Sort(out)
	return out
}

// get asks for a page as somebody.
func (m *matrix) get(w *watcher, address string) (int, string) {
	m.t.Helper()
	r := httptest.NewRequest(http.MethodGet, address, nil)
	r.AddCookie(&http.Cookie{Name: account.SessionCookie, Value: w.session})
	out := httptest.NewRecorder()
	m.web.ServeHTTP(out, r)
	return out.Code, out.Body.String()
}

// Everything of a member, of every kind, is looked for by everybody in every operation that reads: who may not see it
// gets exactly what they got before it was there, to the last count; who may sees it where the table says. A new
// operation needs a row: go test ./internal/app -run TestWhoSeesWhat -write-matrix, and read what changed.
func TestWhoSeesWhat(t *testing.T) {
	rows := map[string]string{}
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		m := &matrix{association: newAssociation(t, address)}
		m.web = server.New(m.App, "test").Handler()
		m.must(m.owner, "profile.change", map[string]string{"name": "Olga Zvprofile"})
		sam, hans := m.enter("sam", op.Member), m.enter("hans", op.Member)
		gerda, rita := m.enter("gerda", op.Guest), m.enter("rita", op.Member)
		elsewhere := peopletest.Viewer(t, m.DB, peopletest.Space(t, m.DB), "Stranger", op.Owner)
		m.watchers = append(m.watchers, &watcher{name: "xander", v: elsewhere},
			&watcher{name: "nobody", v: op.Viewer{Now: peopletest.Now, Zone: m.owner.Zone, Lang: m.owner.Lang}})
		olga := &watcher{name: "olga", v: m.owner}
		tokens := m.secretsOf(rita)
		if err := m.Account.RemoveMember(ctx, m.owner, rita.v.Member); err != nil {
			t.Fatal(err)
		}
		m.locked(rita, tokens)
		m.watchers = slices.DeleteFunc(m.watchers, func(w *watcher) bool { return w == rita })
		m.must(sam.v, "share.set", map[string]string{"show": "strength"})
		absent := map[string]string{
			"skills": "zwijg", "need": "zwijg", "text": "Wie weet iets van zwijg?", "query": "zwijg", "size": "1",
			"what": "zwijg", "by": "month", "show": "nothing", "kind": "", "file": "person,votes\nA,1\n",
			"months": "12",
		}
		delete(absent, "kind")
		for _, field := range []string{
			"person", "other", "to", "from", "people", "import", "source", "gift", "return", "ask", "goal", "result",
			"survey", "organisation", "target", "through",
		} {
			absent[field] = id.New().String()
		}
		m.values = []map[string]string{absent}
		before := map[*watcher]map[string]string{}
		for _, w := range m.watchers {
			before[w] = m.looks(w.v)
		}

		// What is private changes nothing for anybody else.
		private := plant(t, m.App, m.owner).values
		for field := range absent {
			if private[field] != "" && len(absent[field]) == len(id.Zero.String()) {
				absent[field] = private[field]
			}
		}
		for _, w := range m.watchers {
			m.same("what is private", w, before[w], m.looks(w.v))
		}

		// What is shared is seen by whom it is shared with.
		shared := m.share(sam)
		m.values = append(m.values, shared)
		for _, w := range append(m.watchers, olga) {
			var exported strings.Builder
			if err := m.Export(ctx, w.v, &exported, ""); err != nil && w.v.Role >= op.Member && w.name != "xander" {
				t.Error(err)
			}
			m.seen(w, "the export", exported.String())
			shown := m.looks(w.v) // after the export, which stands in the trail of who makes it
			for _, name := range slices.Sorted(maps.Keys(shown)) {
				if found := m.seen(w, name, shown[name]); len(found) > 0 && w.name != "olga" {
					rows[name] += fmt.Sprintf("  %s: %s\n", w.name, strings.Join(found, " "))
				} else if rows[name] == "" {
					rows[name] = ""
				}
			}
			before[w] = shown
		}
		if _, text := m.get(sam, "/people/"+m.owner.Person.String()); !strings.Contains(text, "/shared/"+
			m.owner.Member.String()) || !strings.Contains(text, "zvlistedpublic") {
			t.Error("the page of a member does not lead to what they share with everybody")
		}
		m.ties(olga, sam, hans, gerda, before, rows)
		m.pages(!strings.HasPrefix(address, "postgres"), m.watchers)
	})
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		lines := strings.Split(strings.TrimSuffix(rows[name], "\n"), "\n")
		slices.Sort(lines) // of both databases: the same, so each stands twice
		b.WriteString(name + "\n" + strings.TrimPrefix(strings.Join(slices.Compact(lines), "\n")+"\n", "\n"))
	}
	if *writeMatrix {
		if err := os.WriteFile(matrixFile, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	table, err := os.ReadFile(matrixFile)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != string(table) {
		was, is := strings.Split(string(table), "\n"), strings.Split(got, "\n")
		for _, line := range is {
			if !slices.Contains(was, line) {
				t.Errorf("%s says nothing of: %s", matrixFile, line)
			}
		}
		for _, line := range was {
			if !slices.Contains(is, line) {
				t.Errorf("%s says what is not so: %s", matrixFile, line)
			}
		}
		t.Errorf("%s is of other operations than there are: see the head of this test", matrixFile)
	}
}

// share plants what others see, and beside each what they do not, and returns what operations are asked about then.
func (m *matrix) share(sam *watcher) map[string]string {
	m.t.Helper()
	ctx, v := context.Background(), m.owner
	add := func(name, with string) people.Person {
		p := peopletest.Person(m.t, m.DB, v, name)
		if err := m.Network.Share(ctx, v, p, scope.ParseVisibility(with)); err != nil {
			m.t.Fatal(err)
		}
		return p
	}
	add("Zvnameprivate Aal", "private")
	person, public := add("Zvnamespace Bos", "space"), add("Zvnamepublic Cuypers", "public")
	m.must(v, "people.tag", map[string]string{"person": person.ID.String(), "tags": "zvtag"})
	for _, with := range []string{"private", "space"} {
		m.must(v, "people.note", map[string]string{
			"person": person.ID.String(), "text": "zvnote" + with, "visibility": with,
		})
		m.must(v, "people.date", map[string]string{
			"person": person.ID.String(), "kind": "zvdate" + with, "day": "11-25", "visibility": with,
		})
	}
	m.must(v, "goodwill.note", map[string]string{"person": person.ID.String(), "kind": "need", "body": "zvfact"})
	m.must(v, "give.log", map[string]string{"to": person.ID.String(), "body": "zvgift"})
	for _, with := range []id.ID{sam.v.Person, person.ID, public.ID} {
		if _, err := m.Operations.Call(ctx, v, "capture", capture.Input{
			Text: "lunch with @" + with.String() + " yesterday",
		}); err != nil {
			m.t.Fatal(err)
		}
	}
	if _, err := m.Network.Settle(ctx, v.Space, tie.Present(v)); err != nil {
		m.t.Fatal(err)
	}
	asked := ""
	for _, a := range []string{"ties", "space", "public", "named"} {
		in := map[string]string{"text": "zvask" + a, "audience": a}
		if a == "named" {
			in["people"] = sam.v.Person.String()
		}
		asked = m.identified(m.must(v, "ask.new", in))
	}
	for _, a := range []string{"private", "quote", "publish"} {
		word := strings.Replace("zvpraise"+a, "publish", "public", 1)
		m.must(v, "praise.write", map[string]string{
			"person": sam.v.Person.String(), "text": word, "consent": a,
		})
	}
	for _, e := range m.inboxOf(sam.v) {
		if strings.Contains(e.Text, "zvpraisepublic") {
			key := regexp.MustCompile(`[0-9a-f-]{36}`).FindString(strings.Join(e.Commands, " "))
			m.must(sam.v, "praise.publish", map[string]string{"praise": key})
		}
	}
	m.must(v, "commons.share", map[string]string{"title": "zvlistedprivate", "text": "x"})
	m.must(v, "commons.share", map[string]string{"title": "zvlistedpublic", "text": "x", "public": "true"})
	return map[string]string{
		"person": person.ID.String(), "other": public.ID.String(), "to": person.ID.String(), "ask": asked,
		"from": v.Person.String(), "people": person.ID.String(), "skills": "zv", "need": "zv", "size": "1",
		"text": "Wie weet iets?", "what": "iets", "query": "zv", "by": "month", "show": "strength",
		"file": "person,votes\n" + person.ID.String() + ",1\n", "months": "12",
	}
}

// identified is the id in an answer.
func (m *matrix) identified(answer string) string {
	m.t.Helper()
	var out struct {
		ID, Ask id.ID
	}
	if err := json.Unmarshal([]byte(answer), &out); err != nil {
		m.t.Fatal(err)
	}
	if out.ID.IsZero() {
		return out.Ask.String()
	}
	return out.ID.String()
}

// ties sets every kind of rule: who shows nothing, guests and others are shown as much as without; and what a narrower
// rule hides is as if it were not there. What the ties of Olga change for Sam goes in the table.
func (m *matrix) ties(
	olga, sam, hans, gerda *watcher, before map[*watcher]map[string]string, rows map[string]string,
) {
	m.t.Helper()
	set := func(show string, about ...string) {
		m.t.Helper()
		values := map[string]string{"show": show}
		for i := 0; i+1 < len(about); i += 2 {
			values[about[i]] = about[i+1]
		}
		m.must(m.owner, "share.set", values)
	}
	var known []string // whom Olga knows of those whom all members see
	set("strength")
	var shares people.Sharing
	if err := json.Unmarshal([]byte(m.must(m.owner, "share.show", nil)), &shares); err != nil {
		m.t.Fatal(err)
	}
	for _, t := range shares.Ties {
		known = append(known, t.Person.ID.String())
	}
	if len(known) < 2 {
		m.t.Fatalf("Olga shows %d ties: that shows little", len(known))
	}
	with := m.looks(sam.v)
	changed := 0
	for _, name := range slices.Sorted(maps.Keys(with)) {
		if with[name] != before[sam][name] {
			rows[name] += "  sam: ties of another\n"
			changed++
		}
	}
	if changed == 0 {
		m.t.Error("ties that are shown change nothing for who sees them")
	}
	for _, w := range []*watcher{hans, gerda} {
		m.same("ties, who shows none", w, before[w], m.looks(w.v))
	}
	for _, width := range []string{"source", "person", "tie"} {
		about := known
		if width == "source" {
			about = []string{"hand"}
		}
		for _, x := range about {
			set("nothing", width, x)
		}
		m.same("ties that a rule hides by "+width, sam, before[sam], m.looks(sam.v))
		for _, x := range about {
			set("default", width, x)
		}
		m.same("less than is shown after a rule by "+width, sam, with, m.looks(sam.v))
	}
	set("nothing")
	m.same("ties that are shown no more", sam, before[sam], m.looks(sam.v))
	m.must(sam.v, "share.set", map[string]string{"show": "nothing"})
	set("strength")
	hidden := m.looks(sam.v)
	for name, text := range hidden {
		if strings.HasPrefix(name, "share.") && text != "" {
			hidden[name] = before[sam][name] // his own rules, which he changed
		}
	}
	m.same("ties, who hides his own", sam, before[sam], hidden)
}

// pages opens every page as everybody: all on one database, as they call the same services.
func (m *matrix) pages(all bool, everybody []*watcher) {
	m.t.Helper()
	var mux page.Mux
	for _, r := range m.Rooms {
		if r.Pages != nil {
			r.Pages(&mux)
		}
	}
	found := map[string]bool{}
	for _, w := range everybody {
		if w.session == "" && w.name != "nobody" {
			continue
		}
		for _, pattern := range mux.Patterns() {
			address, ok := strings.CutPrefix(pattern, "GET ")
			if !ok || !all && strings.Contains(address, "{") {
				continue
			}
			address = strings.TrimSuffix(address, "{$}")
			for _, values := range m.values {
				at := regexp.MustCompile(`\{[^}]*\}`).ReplaceAllStringFunc(address, func(s string) string {
					for _, name := range []string{strings.Trim(s, "{}."), strings.TrimSuffix(firstPart(address), "s")} {
						if _, err := id.Parse(values[name]); err == nil {
							return values[name]
						}
					}
					return values["person"]
				})
				if strings.HasPrefix(at, "/export/") || found[w.name+at] {
					continue
				}
				found[w.name+at] = true
				status, text := m.get(w, at)
				if status >= http.StatusInternalServerError {
					m.t.Errorf("%s of %s: %d", at, w.name, status)
				}
				m.seen(w, at, text)
			}
		}
		_, text := m.get(w, "/search?q="+url.QueryEscape("zvn"))
		m.seen(w, "/search", text)
	}
}

// firstPart is the first part of a path: "asks" of "/asks/{id}".
func firstPart(path string) string {
	part, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return part
}

// secretsOf makes all by which a member's things are read from elsewhere: a token, feeds and a password of a device.
func (m *matrix) secretsOf(w *watcher) map[string]string {
	m.t.Helper()
	token, err := m.Account.NewToken(context.Background(), w.v, "program", 0)
	if err != nil {
		m.t.Fatal(err)
	}
	var feed struct{ Atom, Icalendar string }
	var days struct{ Path string }
	var device struct{ Secret string }
	for out, text := range map[any]string{
		&feed:   m.must(w.v, "tokens.feed", map[string]string{"name": "reader"}),
		&days:   m.must(w.v, "phone.calendar", map[string]string{"name": "calendar"}),
		&device: m.must(w.v, "phone.add", map[string]string{"name": "phone"}),
	} {
		if err := json.Unmarshal([]byte(text), out); err != nil {
			m.t.Fatal(err)
		}
	}
	out := map[string]string{
		"token": token.Secret, "atom": feed.Atom, "ics": feed.Icalendar, "days": days.Path, "device": device.Secret,
	}
	for face, status := range m.faces(w, out) {
		if status >= 300 {
			m.t.Errorf("%s answers a member with %d: what is refused later would show nothing", face, status)
		}
	}
	return out
}

// faces asks every face once, and returns with which number it answers.
func (m *matrix) faces(w *watcher, secrets map[string]string) map[string]int {
	m.t.Helper()
	out := map[string]int{}
	send := func(face, method, at, body string, head func(*http.Request)) {
		r := httptest.NewRequest(method, "http://127.0.0.1"+at, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "application/json, text/event-stream")
		head(r)
		answer := httptest.NewRecorder()
		m.web.ServeHTTP(answer, r)
		out[face] = answer.Code
	}
	bearer := func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+secrets["token"]) }
	none := func(*http.Request) {}
	send("API", "GET", "/api/v1/people", "", bearer)
	send("assistant", "POST", "/mcp", `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":`+
		`"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}`, bearer)
	send("feed", "GET", secrets["atom"], "", none)
	send("calendar of Today", "GET", secrets["ics"], "", none)
	send("calendar", "GET", secrets["days"], "", none)
	send("book", "PROPFIND", "/carddav/"+w.v.Member.String()+"/books/"+w.v.Space.String()+"/", "",
		func(r *http.Request) {
			r.SetBasicAuth(w.name+"@club.example", secrets["device"])
			r.Header.Set("Content-Type", "application/xml")
			r.Header.Set("Depth", "0")
		})
	out["page"], _ = m.get(w, "/people")
	return out
}

// locked fails when any face still opens for a member who was removed.
func (m *matrix) locked(w *watcher, secrets map[string]string) {
	m.t.Helper()
	for face, status := range m.faces(w, secrets) {
		if status < 300 {
			m.t.Errorf("%s opens for who was removed: %d", face, status)
		}
	}
}
