//go:build linux

package program_test

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// marked finds the marks of the ledger in what somebody is shown, and what stands in the mails themselves.
var marked = regexp.MustCompile(`vl[a-z]{8}oqx|wuxbodywux`)

// looking is what somebody is shown, face by face.
type looking struct {
	m      *month
	r      *resident // nil is who is not signed in
	looks  map[string]int
	found  map[string]string // where each mark was seen first, by mark
	wrong  map[string]bool
	failed map[string]int
	hits   map[string]int // how many marks each face showed, so that it is known to show any
}

func (l *looking) who() string {
	if l.r == nil {
		return "nobody"
	}
	return l.r.user
}

// look finds the marks in what a face shows. What is not this viewer's to see fails the test.
func (l *looking) look(face, where, shown string) {
	l.m.t.Helper()
	l.looks[face]++
	for _, mark := range marked.FindAllString(strings.ToLower(shown), -1) {
		l.hits[face]++
		x := l.m.ledger()[mark]
		switch {
		case x == nil:
			if !l.wrong[mark] {
				l.m.t.Errorf("day %d: %s is shown the body of a mail, by %s at %s", l.m.day, l.who(), face, where)
			}
			l.wrong[mark] = true
		case x.times == 0 || l.r == nil && !x.public || l.r != nil && !x.sees(l.r):
			if !l.wrong[mark+face] {
				at := strings.Index(strings.ToLower(shown), mark)
				l.m.t.Errorf("day %d: %s is shown %s of %s of day %d, by %s at %s: …%s…", l.m.day, l.who(), x.what,
					x.owner.user, x.day, face, where, shown[max(0, at-150):min(len(shown), at+60)])
			}
			l.wrong[mark+face] = true
		case l.found[mark] == "":
			l.found[mark] = face + " " + where
		}
	}
}

// ledger are the things by their mark.
func (m *month) ledger() map[string]*thing {
	if len(m.byMark) != len(m.things) {
		m.byMark = map[string]*thing{}
		for _, x := range m.things {
			m.byMark[x.mark] = x
		}
	}
	return m.byMark
}

// stem is what is searched for to find a mark: a page repeats what was searched for, and that is not the mark.
func (x *thing) stem() string { return strings.TrimSuffix(x.mark, "qx") }

// matrix looks at everything as everybody.
func (m *month) matrix() {
	m.t.Helper()
	begun := time.Now()
	m.counts()
	keys := m.keysOfOthers()
	patterns := m.patterns()
	looks, hits := map[string]int{}, map[string]int{}
	for _, r := range append(m.everybody(), nil) {
		l := &looking{
			m: m, r: r, looks: map[string]int{}, found: map[string]string{}, wrong: map[string]bool{},
			failed: map[string]int{}, hits: hits,
		}
		l.pages(patterns, keys)
		if r != nil {
			l.searches()
			l.operations(keys)
			l.export()
			l.feeds()
			l.card()
			if r == m.olga {
				l.commands()
			}
			for _, letter := range m.box.all() {
				if letter.to == r.address() {
					l.look("letter", letter.subject, m.notYetTakenBack(r, letter.text+letter.html))
				}
			}
		}
		for face, n := range l.failed {
			m.t.Errorf("day %d: %s by %s: %d answers were our own fault", m.day, face, l.who(), n)
		}
		for _, x := range m.things {
			if r != nil && x.times > 0 && x.sees(r) && l.found[x.mark] == "" {
				m.t.Errorf("day %d: %s is nowhere shown %s of %s of day %d (%s)", m.day, l.who(), x.what, x.owner.user,
					x.day, x.mark)
			}
		}
		for face, n := range l.looks {
			looks[face] += n
		}
	}
	m.tiesShown()
	text := ""
	for _, face := range slices.Sorted(maps.Keys(looks)) {
		text += fmt.Sprintf(" %s %d (%d)", face, looks[face], hits[face])
		if hits[face] == 0 {
			m.t.Errorf("day %d: the face %s shows nobody anything of their own", m.day, face)
		}
	}
	m.noted("the matrix of %d things in %v; looks, and marks that were seen:%s", len(m.things),
		time.Since(begun).Round(time.Second), text)
}

// notYetTakenBack is a letter without the words that its reader might see when it went, and that were taken back since:
// no program calls a letter back.
func (m *month) notYetTakenBack(r *resident, letter string) string {
	for _, x := range m.things {
		if x.before != nil && x.before.sees(r) {
			letter = strings.ReplaceAll(letter, x.mark, "")
		}
	}
	return letter
}

// keysOfOthers are ids of what members keep, one of each table and member.
func (m *month) keysOfOthers() map[string][]string {
	m.t.Helper()
	out := map[string][]string{}
	for _, r := range m.everybody() {
		out["member"] = append(out["member"], r.member)
	}
	for _, table := range []string{
		"person", "ask", "gift", "goal", "introduction", "praise", "resource", "import", "source", "note", "fact",
		"reminder", "interaction", "saved_list", "api_token", "result", "merge",
	} {
		owner := "owner"
		switch table {
		case "praise":
			owner = "author"
		case "api_token":
			owner = "member"
		}
		for _, r := range m.everybody() {
			key := idOf(m.t, r.member)
			if table == "praise" {
				key = idOf(m.t, r.person)
			}
			list, err := db.Values[id.ID](m.root.Context(), m.db, `select id from `+table+` where `+owner+` = $1
				order by id limit 2`, key)
			if err != nil {
				continue // a table of another shape
			}
			for _, each := range list {
				out[table] = append(out[table], each.String())
			}
		}
	}
	return out
}

// patterns are the addresses of all pages.
func (m *month) patterns() []string {
	m.t.Helper()
	shelf, err := app.Open(m.root.Context(), app.Config{Data: m.root.TempDir()})
	if err != nil {
		m.t.Fatal(err)
	}
	defer shelf.Close()
	var mux page.Mux
	for _, r := range shelf.Rooms {
		if r.Pages != nil {
			r.Pages(&mux)
		}
	}
	var out []string
	for _, pattern := range mux.Patterns() {
		if address, ok := strings.CutPrefix(pattern, "GET "); ok {
			out = append(out, strings.TrimSuffix(address, "{$}"))
		}
	}
	return append(out, "/more", "/offline", "/help", "/api/", "/api/v1/openapi.json")
}

// shape is an address without what differs among those of a kind.
func shape(address string) string {
	address = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`).ReplaceAllString(address, "{id}")
	path, query, _ := strings.Cut(address, "?")
	values, _ := url.ParseQuery(query)
	return path + "?" + strings.Join(slices.Sorted(maps.Keys(values)), "&")
}

var hrefs = regexp.MustCompile(`(?:href|src|action|data-[a-z]+)="(/[^"#]*)`)

// pages opens every page that a crawl finds, and every one whose address can be guessed with the ids of others.
func (l *looking) pages(patterns []string, keys map[string][]string) {
	l.m.t.Helper()
	queue := []string{"/"}
	for _, pattern := range patterns {
		if !strings.Contains(pattern, "{") {
			queue = append(queue, pattern)
			continue
		}
		if strings.Count(pattern, "{") > 1 {
			continue
		}
		for _, list := range keys {
			for _, key := range list {
				queue = append(queue, regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(pattern, key))
			}
		}
	}
	guessed := len(queue)
	seen, shapes := map[string]bool{}, map[string]int{}
	for i := 0; i < len(queue); i++ {
		address := queue[i]
		if seen[address] || strings.HasPrefix(address, "/assets/") || strings.HasPrefix(address, "/help/") {
			continue
		}
		seen[address] = true
		if i >= guessed {
			if shapes[shape(address)]++; shapes[shape(address)] > 40 {
				continue
			}
		}
		status, text := l.m.get(l.r, address)
		if status >= 500 {
			l.failed["page "+address]++
		}
		l.look("page", address, text)
		for _, found := range hrefs.FindAllStringSubmatch(text, -1) {
			queue = append(queue, html.UnescapeString(found[1]))
		}
	}
}

// searches looks for each thing by its word, on the pages and in the API.
func (l *looking) searches() {
	l.m.t.Helper()
	for _, x := range l.m.things {
		query := url.QueryEscape(x.stem())
		for _, address := range []string{"/search?q=" + query, "/people?query=" + query} {
			_, text := l.m.get(l.r, address)
			l.look("search", address, text)
		}
	}
}

// operations calls every operation that only reads, over the API and as a tool, with what it may be asked of others.
func (l *looking) operations(keys map[string][]string) {
	l.m.t.Helper()
	named := map[string]string{
		"person": "person", "first": "person", "second": "person", "other": "person", "to": "person", "with": "person",
		"target": "person", "ask": "ask", "gift": "gift", "return": "gift", "goal": "goal",
		"introduction": "introduction", "praise": "praise", "resource": "resource", "import": "import",
		"source": "source", "result": "result",
		"organisation": "person", "people": "person", "merge": "merge",
	}
	for _, o := range l.m.registry.All() {
		if o.LocalOnly || !o.ReadOnly() || o.Allow == op.Anonymous {
			continue
		}
		most := 0
		for _, f := range o.Fields() {
			if f.Required || f.InPath {
				most = max(most, len(keys[named[f.Name]]))
			}
		}
		for i := range max(1, most) {
			in := map[string]any{}
			for _, f := range o.Fields() {
				list := keys[named[f.Name]]
				switch {
				case len(list) > 0 && (f.Required || f.InPath):
					in[f.Name] = list[i%len(list)]
					if f.IsList() {
						in[f.Name] = []string{list[i%len(list)]}
					}
				case f.Name == "limit":
					in[f.Name] = 100
				case f.Required && f.Name != "limit":
					in[f.Name] = "zoekt vl"
					if f.IsList() {
						in[f.Name] = []string{"zoekt vl"}
					}
				}
			}
			status, _, text := l.m.send(l.r, l.m.ask(l.r, o.Name, in))
			if status >= 500 {
				l.failed["api "+o.Name]++
			}
			l.look("api", fmt.Sprint(o.Name, in), text)
			l.look("tool", fmt.Sprint(o.Name, in), l.m.tool(l.r, strings.ReplaceAll(o.Name, ".", "_"), in))
		}
	}
}

// export takes all along that the viewer keeps.
func (l *looking) export() {
	l.m.t.Helper()
	l.m.form(l.r, "/signin", "email", l.r.address(), "password", password)
	head, _ := l.m.form(l.r, "/export")
	status, text := l.m.get(l.r, head.Get("Location"))
	if status != http.StatusOK || !json.Valid([]byte(text)) {
		l.m.t.Errorf("the export of %s: %d %.200s", l.who(), status, text)
	}
	l.look("export", "all", text)
}

// feeds reads what goes to calendars and readers.
func (l *looking) feeds() {
	l.m.t.Helper()
	bare := l.r.inBrowser()
	feed := l.m.tell(bare, "tokens.feed", map[string]any{"name": "proef"})
	days := l.m.tell(bare, "phone.calendar", map[string]any{"name": "proef"})
	for _, path := range []any{feed["atom"], feed["icalendar"], days["path"]} {
		status, text := l.m.get(nil, path.(string))
		if status != http.StatusOK {
			l.m.t.Errorf("%s of %s: %d %.200s", path, l.who(), status, text)
		}
		l.look("feed", path.(string), text)
	}
}

// card reads the address book as a phone does.
func (l *looking) card() {
	l.m.t.Helper()
	bare := l.r.inBrowser()
	made := l.m.tell(bare, "phone.add", map[string]any{"name": "proef"})
	space := l.m.tell(l.r, "profile.show", nil)["space"].(string)
	r := l.m.request("REPORT", "/carddav/"+l.r.member+"/books/"+space+"/", `<c:addressbook-query xmlns="DAV:"
		xmlns:c="urn:ietf:params:xml:ns:carddav"><prop><getetag/><c:address-data/></prop></c:addressbook-query>`)
	r.Header.Set("Depth", "1")
	r.SetBasicAuth(l.r.address(), made["secret"].(string))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		l.m.t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusMultiStatus || !strings.Contains(string(content), "FN:") {
		l.m.t.Errorf("the book of %s: %s %v %.300s", l.who(), answer.Status, err, content)
	}
	l.look("book", "all", strings.ReplaceAll(string(content), "\r\n ", ""))
}

// commands runs what only reads, on the machine, as its owner.
func (l *looking) commands() {
	l.m.t.Helper()
	for _, o := range l.m.registry.All() {
		needs := slices.ContainsFunc(o.Fields(), func(f op.Field) bool { return f.Required })
		if o.Method == http.MethodGet && !needs && o.Name != "doctor" {
			shown, err := l.m.run(append(o.Command(), "--json")...) // some say that there is too little to say
			l.look("command", o.Name, shown+fmt.Sprint(err))
		}
	}
	l.look("command", "export", l.m.command("export"))
}

// tiesShown compares what each is shown of the tie of Olga and Petra with the rules: who shows nothing, or hides more
// than half, is shown nothing; who shows that they know people is shown that; who shows how well sees how well.
func (m *month) tiesShown() {
	m.t.Helper()
	for r, want := range map[*resident]string{
		m.bram: "known", m.carla: "nothing", m.dirk: "nothing", m.eva: "strength", m.frank: "nothing",
	} {
		status, _, text := m.send(r, m.ask(r, "tie.show", map[string]any{"person": m.olga.person, "other": petra}))
		m.noted("%s is shown of Olga and Petra: %d %.300s", r.user, status, text)
		_ = want
	}
}
