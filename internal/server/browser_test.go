package server_test

import (
	"context"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gave.network/internal/account"
	"gave.network/internal/app"
	"gave.network/internal/capture"
	"gave.network/internal/colleagues"
	"gave.network/internal/id"
	"gave.network/internal/intake"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/page/browsertest"
	"gave.network/internal/people"
	"gave.network/internal/people/erase"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/power"
	"gave.network/internal/praise"
	"gave.network/internal/server"
	"gave.network/internal/tie"
	"gave.network/lab/world"
)

const secret = "een lang wachtwoord"

// house is a whole server with a fictional world in it.
type house struct {
	app   *app.App
	url   string
	link  string // the first owner's
	files string
	me    []string
	warm  func() // reads what pages keep in memory, as the worker does
}

// shots is where screenshots go; nowhere unless make screenshots asks for them.
var shots = os.Getenv("GAVE_SCREENSHOTS")

// open opens a house into which nothing was brought yet; files lie beside it, of a world of so many people.
func open(t *testing.T, people int) house {
	t.Helper()
	dir := t.TempDir()
	return serve(t, dir, generate(t, dir, people))
}

// generate writes the files of a world of so many people into a directory, and returns the addresses of its owner.
func generate(t *testing.T, dir string, people int) (me []string) {
	t.Helper()
	if people == 0 {
		return nil
	}
	now := time.Now()
	result, err := world.Generate(context.Background(), world.Options{
		People: people, Years: 5, Seed: 3, Dir: filepath.Join(dir, "world"), Effect: true,
		Noise: world.DefaultNoise, End: time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		t.Fatal(err)
	}
	return result.Me
}

// full opens a house with a world of so many people, as the command line brings it in. That is done once for each size;
// the others are copies.
func full(t *testing.T, people int) house {
	t.Helper()
	worlds.Lock()
	defer worlds.Unlock()
	w, ok := worlds.of[people]
	if !ok {
		w.dir = filepath.Join(worlds.root, strconv.Itoa(people))
		w.me = generate(t, w.dir, people)
		if people > 0 {
			fill(t, w.dir, w.me)
		}
		worlds.of[people] = w
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(w.dir)); err != nil {
		t.Fatal(err)
	}
	return serve(t, dir, w.me)
}

// worlds are those of the tests, by how many people they have, in directories of their own.
var worlds = struct {
	sync.Mutex
	root string
	of   map[int]furnished
}{of: map[int]furnished{}}

// furnished is a directory with a world that was brought in, and the addresses of its owner.
type furnished struct {
	dir string
	me  []string
}

// fill imports the world of a directory as the command line does.
func fill(t *testing.T, dir string, me []string) {
	t.Helper()
	ctx := context.Background()
	a, err := app.Open(ctx, app.Config{Data: filepath.Join(dir, "data")})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	owner, err := a.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	files := filepath.Join(dir, "world", "files")
	if _, err := a.Intake.Import(ctx, owner, []string{files}, intake.Options{Me: me}); err != nil {
		t.Fatal(err)
	}
	owner, err = a.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	owner.Zone = time.UTC
	if _, err := a.Operations.Call(ctx, owner, "capture.file",
		capture.FileInput{File: filepath.Join(dir, "world", "captures.txt")}); err != nil {
		t.Fatal(err)
	}
}

// serve serves what lies in a directory, and works as the program does.
func serve(t *testing.T, dir string, me []string, before ...func(*app.App)) house {
	t.Helper()
	ctx := context.Background()
	a, err := app.Open(ctx, app.Config{Data: filepath.Join(dir, "data")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	h := house{app: a, files: filepath.Join(dir, "world", "files"), me: me}
	owner, err := a.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range before {
		f(a)
	}
	s := server.New(a, "test")
	working, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { defer close(done); s.Work(working) }()
	web := httptest.NewServer(s.Handler())
	t.Cleanup(func() { web.Close(); stop(); <-done })
	h.url, h.warm = web.URL, func() { s.Warm(ctx) }
	link, err := a.Account.SetupLink(ctx, owner)
	if err != nil {
		t.Fatal(err)
	}
	h.link = web.URL + "/welcome?link=" + link
	return h
}

func (h house) enter(b *browsertest.Browser) {
	b.Open(h.link)
	b.Fill("#f-name", "Barbara Dijkstra")
	b.Fill("#f-email", "barbara@example.org")
	b.Fill("#f-password", secret)
	b.Click("main button.primary")
}

// The whole way of a new user: the link, a password, a file, Today, a person, a note.
func TestFirstRunInABrowser(t *testing.T) {
	t.Parallel()
	h := open(t, 80)
	b := browsertest.New(t, browsertest.Options{})
	b.Open(h.url)
	b.Eventually("main", "Nobody has set a password yet")
	h.enter(b)
	b.Eventually("main", "Welcome. Start with the files that you have.")
	b.Upload("#files", filepath.Join(h.files, "contacts.vcf"), filepath.Join(h.files, "calendar.ics"))
	b.Fill("#me", strings.Join(h.me, ", "))
	b.Click("form[data-drop] button.primary")
	b.Eventually("main", "Nothing is stored yet.")
	b.Click("#report button.primary")
	b.Eventually("#report", "See today")
	uploads, _ := os.ReadDir(filepath.Join(h.app.Config.Data, "uploads"))
	for range 50 {
		if len(uploads) == 0 {
			break
		}
		time.Sleep(100 * time.Millisecond)
		uploads, _ = os.ReadDir(filepath.Join(h.app.Config.Data, "uploads"))
	}
	if len(uploads) > 0 {
		t.Error("the uploaded files were not removed")
	}
	b.Open(h.url + "/people")
	name := b.Text("main .row a.t")
	b.Fill("#query", strings.ToLower(strings.Fields(name)[0]))
	b.Eventually("#results", name)
	b.Click("main .row a.t")
	b.Eventually("main h1", strings.Fields(name)[0])
	b.Eventually("main", "Your tie")
	b.Fill("#f-text", "prefers the train")
	b.Click("form:has(#f-text) button")
	b.Eventually("main", "prefers the train")
	b.Click("#tags summary")
	b.Fill("#f-tag", "chess, typography")
	b.Click("form:has(#f-tag) button")
	b.Eventually("main .chips", "typography")
	b.Click("nav.rail a.jot")
	b.Fill("#capture-text", `lunch @"`+b.Text("main h1")+`" yesterday`)
	b.Eventually("#capture-preview", "face to face")
	b.Click("#capture-preview button.primary")
	b.Eventually("main", "Stored.")
	b.Click("nav.rail a[href='/import']")
	b.Click("main ul.plain-list a")
	b.Click("main form button.plain")
	b.Eventually("main", "The import is taken back.")
}

// The same without scripts, in Dutch, on a phone.
func TestWithoutScriptsInDutchOnAPhone(t *testing.T) {
	t.Parallel()
	h := full(t, 80)
	b := browsertest.New(t, browsertest.Options{Phone: true, NoScripts: true, Language: "nl"})
	h.enter(b)
	b.Open(h.url + "/settings")
	b.Choose("#language", "Nederlands")
	b.Click("form.fields button.primary")
	b.Open(h.url + "/")
	b.Eventually("main h1", "Vandaag")
	b.Click("main [data-do=done]")
	b.Eventually("main", "Goed gedaan.")
	b.Open(h.url + "/people?query=a")
	b.Click("main .row a.t")
	b.Eventually("main", "Jullie band")
	b.Open(h.url + "/")
	b.Click("nav.bar a[href='/capture']")
	b.Fill("#line", "koffie met Zwaantje Onbekend gisteren")
	b.Click("main form button")
	b.Eventually("main", "Zwaantje Onbekend")
	b.Click("form[method=post] button.primary")
	b.Eventually("main", "Opgeslagen.")
	// What a phone shares to Gave, or a bookmark brings.
	b.Open(h.url + "/capture?title=Een+stuk+over+Zwaantje&url=https://example.org/zwaan")
	if got := browsertest.Evaluate[string](b, `document.querySelector("#line").value`); got !=
		"Een stuk over Zwaantje https://example.org/zwaan" {
		t.Errorf("what was shared is noted as %q", got)
	}
	for _, path := range pages(h, map[string]string{"page": "backup"}) {
		b.Open(h.url + path)
		b.Eventually("main h1", "")
	}
}

// By keyboard alone: to the content, to a page, to the search, down a list, into a person.
func TestByKeyboard(t *testing.T) {
	t.Parallel()
	h := full(t, 60)
	b := browsertest.New(t, browsertest.Options{})
	h.enter(b)
	b.Open(h.url)
	b.Keys("\t")
	first := browsertest.Evaluate[string](b, `document.activeElement.textContent`)
	if !strings.Contains(first, "Skip") {
		t.Errorf("the first thing that the keyboard reaches is %q", first)
	}
	b.Keys("gp")
	b.Eventually("main h1", "People")
	browsertest.Evaluate[bool](b, `document.getElementById("query").focus(), true`)
	b.Keys("a")
	address(t, b, "query=a") // the list has come
	b.Keys("\x1bj")
	if at := browsertest.Evaluate[string](b, `document.activeElement.matches("main .row a.t") ? "person" : "elsewhere"`); at != "person" {
		t.Errorf("j leads to %q, want the first person", at)
	}
	b.Keys("o")
	address(t, b, "/people/")
	b.Open(h.url + "/people")
	b.Keys("x")
	address(t, b, "choose=1")
	b.Keys("jjx")
	b.Eventually(".bulk", "chosen")
	if n := browsertest.Evaluate[int](b, `document.querySelectorAll("main .row > input:checked").length`); n != 1 {
		t.Errorf("x chooses %d people, want 1", n)
	}
	b.Open(h.url + "/")
	b.Keys("j.")
	if !browsertest.Evaluate[bool](b, `document.activeElement.matches("main :is(.row, .now) :is(button, .button, summary)")`) {
		t.Error("a full stop does not lead to what can be done with a move")
	}
	b.Open(h.url + "/settings")
	b.Click("#keys-on")
	b.Click("form:has(#keys-on) button")
	b.Eventually("main", "Saved.")
	b.Keys("gp")
	time.Sleep(300 * time.Millisecond)
	if at := b.Address(); !strings.HasSuffix(at, "/settings") {
		t.Errorf("keys that are put off lead to %s", at)
	}
}

// address waits until the browser is at an address with these words.
func address(t *testing.T, b *browsertest.Browser, words string) {
	t.Helper()
	for range 80 {
		if strings.Contains(b.Address(), words) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("the browser is at %s, want %s", b.Address(), words)
}

// friendOfFriends adds somebody whom the viewer does not know and three of some people do.
func (h house) friendOfFriends(t *testing.T, owner op.Viewer, list people.PeopleList) id.ID {
	t.Helper()
	added, err := h.app.Operations.Call(t.Context(), owner, "people.add", people.NewPersonInput{
		Name: "Lonneke van Leeuwen-Oudenaarde", Organisation: "Waterschap Molenbeek",
	})
	if err != nil {
		t.Fatal(err)
	}
	lonneke := added.(people.IdentifiedPerson).ID
	for times, p := range list.People[:3] {
		for i := range 1 + 4*times {
			at := owner.Now.AddDate(0, 0, -10-9*i)
			peopletest.Record(t, h.app.DB, owner, peopletest.Interaction(owner, tie.FaceToFace, at, p.ID, lonneke))
		}
	}
	h.app.Network.DropKept()
	return lonneke
}

// meeting puts a meeting of tonight into the calendar, with some people, and returns it.
func (h house) meeting(t *testing.T, owner op.Viewer, list people.PeopleList) id.ID {
	t.Helper()
	guests := []id.ID{owner.Person}
	for _, p := range list.People[:min(6, len(list.People))] {
		guests = append(guests, p.ID)
	}
	borrel := peopletest.Interaction(owner, tie.FaceToFace, owner.Now.Add(5*time.Hour), guests...)
	borrel.Title, borrel.Place = "Nieuwjaarsborrel Waterschap Molenbeek", "Leerhotel Het Klooster"
	peopletest.Record(t, h.app.DB, owner, borrel)
	return borrel.ID
}

// everyPage returns the address of every page, with a question where one is asked, by its name.
func everyPage(t *testing.T, h house, owner op.Viewer) map[string]string {
	t.Helper()
	ctx := t.Context()
	chart := colleagues.ChartInput{File: h.chart(t)}
	if _, err := h.app.Operations.Call(ctx, owner, "colleagues.chart", chart); err != nil {
		t.Fatal(err)
	}
	list, err := h.app.Operations.Call(ctx, owner, "people.list", mustInput(h.app, "people.list"))
	if err != nil {
		t.Fatal(err)
	}
	organisations, err := h.app.Operations.Call(ctx, owner, "organisations.list",
		mustInput(h.app, "organisations.list"))
	if err != nil {
		t.Fatal(err)
	}
	goal, err := h.app.Operations.Call(ctx, owner, "power.goal.add", power.AddGoalInput{
		Title: "Een repaircafé in de bibliotheek", Item: []string{
			"skill: fotografie", "skill: schrijven", "place: Utrecht",
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	// Praise that waits for the viewer's yes stands in a card of its own.
	if _, err := h.app.Operations.Call(ctx, owner, "praise.keep", praise.KeepInput{
		Person: firstPerson(list), Text: "Dankzij jou weten de bewoners van Molenbeek waar ze aan toe zijn.",
		Occasion: "de bewonersavond", Consent: praise.ConsentPublish, Evidence: "mail van 3 maart",
	}); err != nil {
		t.Fatal(err)
	}
	somebody := firstPerson(list)
	result, err := h.app.Operations.Call(ctx, owner, "power.result.add", power.AddResultInput{
		Title: "De subsidie voor het repaircafé", What: "Drie jaar huur van de zaal.", People: []string{somebody},
	})
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]string{
		"event":       "/events/" + h.meeting(t, owner, list.(people.PeopleList)).String(),
		"choose":      "/people?choose=1",
		"result":      "/power/results/" + result.(power.Result).ID.String(),
		"joint":       "/power/joint?need=schrijven,goud&person=" + somebody,
		"mixing":      "/power/levels?by=level&one=top&other=floor",
		"goal":        "/power/goals/" + goal.(power.GoalReach).ID.String(),
		"way-through": "/net/way?to=" + h.friendOfFriends(t, owner, list.(people.PeopleList)).String(),
		"today":       "/", "search": "/people?query=da", "person": "/people/" + firstPerson(list),
		"organisation": "/organisations/" + organisations.(people.OrganisationList).Organisations[0].ID.String(),
		"found":        "/search?q=da", "add": "/people/new", "way": "/net/way?to=Utrecht",
		"picture": "/net",
		"capture": "/capture?text=lunch+@daan+gisteren,+hij+zoekt+een+huis",
		"missing": "/nowhere", "boast-check": "/praise/check",
		"team":             "/colleagues/team?size=4&skills=schrijven,fotografie",
		"report":           "/colleagues/report?organisation=",
		"report-moments":   "/colleagues/report/moments?organisation=",
		"report-people":    "/colleagues/report/people?organisation=",
		"together":         "/power/together?need=schrijven,fotografie",
		"help-settings":    "/help/settings",
		"help-council":     "/help/works-council",
		"ask-new":          "/asks/new?text=Wie+kent+een+goede+fotograaf+in+Utrecht%3F",
		"erase":            "/people/" + firstPerson(list) + "/erase",
		"erase-texts":      "/people/" + firstPerson(list) + "/erase?texts=yes",
		"erase-everywhere": "/people/" + firstPerson(list) + "/erase?everywhere=yes",
	}
	there := slices.Collect(maps.Values(shown))
	for _, path := range pages(h, nil) {
		name := strings.ReplaceAll(strings.Trim(path, "/"), "/", "-")
		if shown[name] == "" && !slices.Contains(there, path) && !strings.Contains(path, "?") {
			shown[name] = path
		}
	}
	return shown
}

// primaries counts the filled buttons of a page that are in sight without a fold.
const primaries = `[...document.querySelectorAll("main .primary")].filter((e) => e.checkVisibility()).length`

// Every page keeps to WCAG 2.2 AA, as far as a program can tell, in light and dark, on a desktop and on the narrowest
// of phones; it has at most one filled button, and nothing on it is wider than the screen, of a phone and a desktop
// too, in Dutch, whose words are the longest. make screenshots only keeps pictures.
func TestEveryPageFits(t *testing.T) {
	t.Parallel()
	axe := browsertest.Axe(t)
	h := full(t, 120)
	ctx := context.Background()
	owner, err := h.app.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	// For the lists of who is invited, and of who is not to come back.
	gone := people.PersonInput{Person: "wilhelmina.vanoudenaarde@example.org"}
	for name, in := range map[string]any{
		"members.invite": account.InviteInput{Role: "member"}, "people.add": people.NewPersonInput{
			Name: "Wilhelmina van Oudenaarde-Zonnenberg", Email: []string{gone.Person},
		},
	} {
		if _, err := h.app.Operations.Call(ctx, owner, name, in); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.app.Operations.Call(ctx, owner, "erase", erase.EraseInput{PersonInput: gone}); err != nil {
		t.Fatal(err)
	}
	shown := everyPage(t, h, owner)
	shown["palette"] = "/more"
	type device struct {
		name   string
		o      browsertest.Options
		lang   string
		widths []int64 // others at which nothing is wider than the screen
	}
	devices := []device{
		{"desktop", browsertest.Options{}, "en", nil},
		{"narrow-dark", browsertest.Options{Narrow: true, Dark: true}, "nl", []int64{390, 1280}},
	}
	if shots != "" {
		devices = []device{
			{"desktop", browsertest.Options{}, "en", nil},
			{"phone", browsertest.Options{Phone: true}, "en", nil},
			{"desktop-dark", browsertest.Options{Dark: true}, "nl", nil},
			{"phone-dark", browsertest.Options{Phone: true, Dark: true}, "nl", nil},
		}
	}
	link := h.link
	for _, device := range devices {
		b := browsertest.New(t, device.o)
		if link != "" {
			h.enter(b)
			link = ""
		} else {
			b.Open(h.url + "/signin")
			b.Screenshot(shots, "signin-"+device.name)
			b.Fill("#f-email", "barbara@example.org")
			b.Fill("#f-password", secret)
			b.Click("main button.primary")
		}
		for _, name := range slices.Sorted(maps.Keys(shown)) {
			path, separator := shown[name], "?"
			if strings.Contains(path, "?") {
				separator = "&"
			}
			b.Open(h.url + path + separator + "lang=" + device.lang)
			if shots != "" {
				b.Screenshot(shots, name+"-"+device.name)
				continue
			}
			if name == "palette" {
				b.Control('k')
				b.Eventually("#palette-found", "Net")
			}
			if wide := b.Wide(); wide > 0 {
				t.Errorf("%s on %s is %d pixels wider than the screen", name, device.name, wide)
			}
			if n := browsertest.Evaluate[int](b, primaries); n > 1 {
				t.Errorf("%s on %s has %d filled buttons: which is the one?", name, device.name, n)
			}
			for _, wrong := range b.Violations(axe) {
				t.Errorf("%s on %s: %s", name, device.name, wrong)
			}
			for _, width := range device.widths {
				b.Resize(width, 844)
				if wide := b.Wide(); wide > 0 {
					t.Errorf("%s is %d pixels wider than a screen of %d", name, wide, width)
				}
			}
			if device.widths != nil {
				b.Resize(320, 640)
			}
		}
	}
}
