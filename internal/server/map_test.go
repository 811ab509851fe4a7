package server_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/page/browsertest"
	"gave.network/internal/people"
	"gave.network/internal/server"
	"gave.network/internal/tie"
)

// town is a new server with people of many circles and the ties between them. GAVE_BENCH_DATA names a folder in which
// those of scripts/map-strip are kept for the next run, which gets a copy.
func town(t testing.TB, persons, ties int) house {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	kept := filepath.Join(os.Getenv("GAVE_BENCH_DATA"), fmt.Sprint("town-", persons, "-", ties))
	switch _, err := os.Stat(kept); {
	case os.Getenv("GAVE_BENCH_DATA") == "" || os.Getenv("GAVE_STRIP") == "":
		settle(t, data, persons, ties)
	case err != nil:
		settle(t, kept+".made", persons, ties)
		if err := os.Rename(kept+".made", kept); err != nil {
			t.Fatal(err)
		}
		fallthrough
	default:
		if err := os.CopyFS(data, os.DirFS(kept)); err != nil {
			t.Fatal(err)
		}
	}
	return opened(t, data)
}

// opened is the server of a town.
func opened(t testing.TB, data string) house {
	t.Helper()
	ctx := context.Background()
	a, err := app.Open(ctx, app.Config{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	h := house{app: a}
	s := server.New(a, "test")
	web := httptest.NewServer(s.Handler())
	t.Cleanup(web.Close)
	h.url, h.warm = web.URL, func() { s.Warm(ctx) }
	owner, err := a.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	link, err := a.Account.SetupLink(ctx, owner)
	if err != nil {
		t.Fatal(err)
	}
	h.link = web.URL + "/welcome?link=" + link
	return h
}

// settle fills a data directory with the people of a town: it takes minutes less than importing so many from files.
func settle(t testing.TB, data string, persons, ties int) {
	t.Helper()
	ctx := context.Background()
	a, err := app.Open(ctx, app.Config{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	v, err := a.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(7, 7))
	given := strings.Fields("Anna Bram Carla Dirk Eva Frank Greet Henk Iris Jan Karin Lars Mia Noor Otto Pien Ruud " +
		"Saskia Teun Vera")
	family := strings.Fields("Aal Bos Das Egel Haas Jansen Kuiper Lam Mol Otter Pauw Raaf Smit Tol Uil Vink Wolf Zalm")
	kinds := strings.Fields("Gemeente Waterschap Bibliotheek Drukkerij Stichting Bureau School Museum")
	towns := strings.Fields("Waterstad Molenbeek Nieuwland Oosterhaven Zuidwolde Meerdijk Veenrade Lindeveld")
	// Sizes of circles differ as those of people do: a few are large.
	var circle []int
	sizes := []int{}
	for left := persons; left > 0; {
		size := min(left, max(8, int(float64(persons)/float64(len(sizes)+4)/6)))
		for range size {
			circle = append(circle, len(sizes))
		}
		sizes = append(sizes, size)
		left -= size
	}
	first := make([]int, len(sizes)+1)
	for i, size := range sizes {
		first[i+1] = first[i] + size
	}
	keys := make([]id.ID, persons)
	for from := 0; from < persons; from += 2000 {
		var list []people.NewPerson
		for i := from; i < min(persons, from+2000); i++ {
			c := circle[i]
			p := people.NewPerson{Person: people.Person{
				ID: id.New(), Owner: v.Member, Place: towns[c%len(towns)], Created: 1, Updated: 1,
			}}
			if random.IntN(10) < 7 {
				p.Organisation = fmt.Sprintf("%s %s", kinds[c%len(kinds)], towns[(c/len(kinds))%len(towns)])
				if c >= len(kinds)*len(towns) {
					p.Organisation += fmt.Sprint(" ", c/len(kinds)/len(towns)+1)
				}
				p.Roles = []people.Role{{Organisation: p.Organisation, Title: "adviseur"}}
			}
			p.Named(given[random.IntN(len(given))] + " " + family[random.IntN(len(family))])
			p.Identifiers = []people.Identifier{{Kind: people.MailAddress, Value: fmt.Sprintf("p%d@example.org", i)}}
			keys[i] = p.ID
			list = append(list, p)
		}
		if err := a.DB.Write(ctx, func(tx *db.Tx) error {
			return people.InsertPeople(ctx, tx, v.Space, list)
		}); err != nil {
			t.Fatal(err)
		}
	}
	me := first[1] / 2
	if err := a.Account.SetPerson(ctx, v, keys[me]); err != nil {
		t.Fatal(err)
	}
	own := 150
	for from := 0; from < ties; from += 5000 {
		var list []tie.Interaction
		for k := range min(5000, ties-from) {
			x := random.IntN(persons)
			if from == 0 && k < own*3 {
				x = me
			}
			c := circle[x]
			y := first[c] + int(float64(sizes[c])*math.Pow(random.Float64(), 1.5))
			if random.Float64() < 0.12 { // circles that are neighbours know each other, and some know anybody
				other := (c + 1 + random.IntN(3)) % len(sizes)
				if random.IntN(3) == 0 {
					other = random.IntN(len(sizes))
				}
				y = first[other] + random.IntN(sizes[other])
			}
			if x == me {
				y = first[c] + (k*7)%min(own, persons-first[c])
				if k%4 == 0 {
					y = (k * 37) % persons
				}
			}
			if x == y || y >= persons {
				continue
			}
			list = append(list, tie.Interaction{
				ID: id.New(), Owner: v.Member, Medium: tie.FaceToFace, People: 2, Source: "town", External: id.New(),
				Time: v.Now.Add(-time.Duration(random.Int64N(int64(6 * 365 * 24 * time.Hour)))).UnixMicro(),
				Participants: []tie.Participant{
					{Person: keys[x], Role: tie.From}, {Person: keys[y], Role: tie.To},
				},
			})
		}
		if err := a.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := tie.AddInteractions(ctx, tx, v.Space, list)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.Network.Rebuild(ctx, v.Space, v.Now); err != nil {
		t.Fatal(err)
	}
}

// ready waits until the map is drawn and its names stand.
func ready(t testing.TB, b *browsertest.Browser) {
	t.Helper()
	for range 200 {
		if browsertest.Evaluate[bool](b, `!!document.querySelector("#net")?.dataset.ready &&
			document.querySelectorAll(".net-names span").length > 0`) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the map is not drawn: " + browsertest.Evaluate[string](b,
		`document.querySelector("#net")?.dataset.failed ?? "nothing was said"`))
}

// meeting returns the names on the map that lie on each other.
const meeting = `(() => { const box = [...document.querySelectorAll(".net-names span")].map((e) =>
	({ text: e.textContent, ...e.getBoundingClientRect().toJSON() }));
	const out = []; box.forEach((a, i) => box.slice(0, i).forEach((b) => { if (a.left < b.right && b.left < a.right &&
		a.top < b.bottom && b.top < a.bottom) out.push(a.text + " on " + b.text); })); return out; })()`

// still waits until the map rests.
func still() { time.Sleep(600 * time.Millisecond) }

// The map in a browser: the numbers that came are those that were sent, no name lies on another at any zoom, keys and
// the search move it, somebody chosen has their way beside it and on it, the slider says its month, and the page keeps
// to its policy of content and to WCAG, in Dutch too.
func TestTheMapInABrowser(t *testing.T) {
	t.Parallel()
	axe := browsertest.Axe(t)
	h := town(t, 600, 6000)
	b := browsertest.New(t, browsertest.Options{})
	h.enter(b)
	browsertest.Evaluate[bool](b, "window.before = 1, true")
	b.Open(h.url + "/net")
	ready(t, b)
	still()
	v, err := h.app.Account.Local(t.Context(), locale.English)
	if err != nil {
		t.Fatal(err)
	}
	view, err := h.app.Network.View(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	type counted struct{ N, Ties, Edges, Degree, Me, Sum int }
	got := browsertest.Evaluate[counted](b, `(() => { const n = document.querySelector("#net").map.net, e = n.edges;
		return { N: n.n, Ties: n.ties, Edges: e.a.length, Degree: [...e.a, ...e.b].filter((p) => p === n.me).length,
			Me: n.person[n.me] >> 3 & 7, Sum: [...n.person].filter((p) => (p >> 3 & 7) === 1).length }; })()`)
	me, _ := view.Number(v.Person)
	if got.N != view.Graph.N() || got.Ties != int(view.Graph.M()) || got.Edges != got.Ties || got.Me != 0 ||
		got.Degree != view.Graph.Degree(me) || got.Sum != view.Graph.Degree(me) {
		t.Errorf("the browser has %+v of %d people and %d ties", got, view.Graph.N(), view.Graph.M())
	}
	// All ties, as they come when they are many.
	all := browsertest.Evaluate[int](b, `(() => { window.all = -1; const m = document.querySelector("#net").map;
		m.fetchTies().then(() => { const t = m.ties, key = (e, i) => e.a[i] + " " + e.b[i] + " " + e.flags[i] + " " +
			e.layers[i] + " " + e.months[i]; const has = new Set([...m.net.edges.a].map((_, i) => key(m.net.edges, i)));
			window.all = [...t.a].filter((_, i) => has.has(key(t, i))).length; }); return 0; })()`)
	for range 100 {
		if all = browsertest.Evaluate[int](b, "window.all"); all >= 0 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if all != got.Ties {
		t.Errorf("%d of %d ties are the same when they come alone", all, got.Ties)
	}
	checkNames := func(when string) {
		t.Helper()
		still()
		for range 50 { // under load a flight takes longer
			if browsertest.Evaluate[int](b, `document.querySelectorAll(".net-names span").length`) >= 4 {
				break
			}
			still()
		}
		if wrong := browsertest.Evaluate[[]string](b, meeting); len(wrong) > 0 {
			t.Errorf("%s: %q", when, wrong)
		}
		if n := browsertest.Evaluate[int](b, `document.querySelectorAll(".net-names span").length`); n < 4 {
			t.Errorf("%s: %d names; %s", when, n, browsertest.Evaluate[string](b, `(() => {
				const m = document.querySelector("#net").map; return JSON.stringify([m.camera, m.look, m.size, m.frames.length,
				m.screen(...m.where(m.net.me)), document.querySelector("#net").className]); })()`))
		}
	}
	checkNames("all of it")
	scale := func() float64 {
		return browsertest.Evaluate[float64](b, `document.querySelector("#net").map.camera.scale`)
	}
	at := func() float64 { return browsertest.Evaluate[float64](b, `document.querySelector("#net").map.camera.x`) }
	browsertest.Evaluate[bool](b, `document.querySelector(".net-map").focus(), true`)
	before, from := scale(), at()
	b.Keys("++")
	still()
	if scale() <= before {
		t.Error("plus does not zoom in")
	}
	b.Keys("\u0303") // the arrow to the right, as kb has it
	checkNames("after two steps in")
	if at() == from && scale() == before {
		t.Error("keys do not move the map")
	}
	b.Keys("+++")
	checkNames("after five steps in")
	b.Keys("0")
	for range 30 { // a flight takes as long as the machine does for some frames
		if still(); math.Abs(scale()-before) <= before/100 {
			break
		}
	}
	if after := scale(); !(math.Abs(after-before) <= before/100) {
		t.Errorf("0 shows a scale of %f, before it was %f", after, before)
	}
	// The search flies to somebody, and the page says the way.
	two := browsertest.Evaluate[int](b,
		`[...document.querySelector("#net").map.net.person].findIndex((x) => (x >> 3 & 7) === 2)`)
	browsertest.Evaluate[bool](b, fmt.Sprintf(`document.querySelector("#net").map.choose(%d, true), true`, two))
	b.Eventually("#net-at", "2 handshakes")
	b.Eventually("#net-at", "The way")
	checkNames("with a way")
	if way := browsertest.Evaluate[int](b, `document.querySelector("#net").map.way.length`); way < 3 {
		t.Errorf("a way of %d people is drawn", way)
	}
	name := browsertest.Evaluate[string](b, `document.querySelector("#net-at h2").textContent`)
	b.Fill("#net-q", name)
	b.Eventually("#net-found", name)
	b.Keys("\r")
	b.Eventually("#net-at", name)
	// The month is said.
	browsertest.Evaluate[bool](b, `(() => { const s = document.querySelector("[data-map=month]"); s.value = +s.min + 6;
		s.dispatchEvent(new Event("input")); return true; })()`)
	b.Eventually("[data-map=said]", " people and ")
	browsertest.Evaluate[bool](b, `(() => { const s = document.querySelector("[data-map=month]"); s.value = s.max;
		s.dispatchEvent(new Event("input")); document.querySelector("[data-map=rings]").click(); return true; })()`)
	still()
	browsertest.Evaluate[bool](b, `document.querySelector("[data-map=all]").click(), true`)
	checkNames("on rings")
	if inside := browsertest.Evaluate[bool](b, `(() => { const m = document.querySelector("#net").map, n = m.net;
		const [x, y] = m.where(n.me); return [...n.person].every((p, i) => { const d = p >> 3 & 7, [a, b] = m.where(i);
			const r = Math.hypot(a - x, b - y) / m.ring;
			return d < 1 || d > 3 || r < d && r > d - 1; }); })()`); !inside {
		t.Error("somebody is not on the ring of their handshakes")
	}
	// Some are chosen, and the form carries them.
	browsertest.Evaluate[bool](b, `document.querySelector("#net").map.pick([1, 2, 3], true), true`)
	b.Eventually(".net-chosen", "3 chosen")
	for range 40 {
		if browsertest.Evaluate[int](b, `document.querySelectorAll(".net-chosen input[name=chosen]").length`) == 3 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if n := browsertest.Evaluate[int](b, `document.querySelectorAll(".net-chosen input[name=chosen]").length`); n != 3 {
		t.Errorf("the form carries %d people", n)
	}
	for _, wrong := range b.Violations(axe) {
		t.Error(wrong)
	}
	for _, size := range []string{"button", "summary"} {
		small := browsertest.Evaluate[int](b, `[...document.querySelectorAll(".net-tools > `+size+`, .net-tools > * > `+
			size+`")].filter((e) => e.getBoundingClientRect().height < 44).length`)
		if small > 0 {
			t.Errorf("%d of the tools are too small for a thumb", small)
		}
	}

	phone := browsertest.New(t, browsertest.Options{Phone: true, Dark: true, Calm: true})
	phone.Open(h.url + "/signin")
	phone.Fill("#f-email", "barbara@example.org")
	phone.Fill("#f-password", secret)
	phone.Click("main button.primary")
	phone.Open(h.url + "/net?lang=nl")
	ready(t, phone)
	still()
	phone.Eventually("main h1", "Net")
	phone.Eventually("main", "Kringen")
	if wrong := browsertest.Evaluate[[]string](phone, meeting); len(wrong) > 0 {
		t.Errorf("on a phone: %q", wrong)
	}
	if wide := phone.Wide(); wide > 0 {
		t.Errorf("the map is %d pixels wider than a phone", wide)
	}
	x := browsertest.Evaluate[float64](phone, `document.querySelector("#net").map.camera.x`)
	phone.Drag(".net-map canvas", 60, 20, func() {})
	still()
	if browsertest.Evaluate[float64](phone, `document.querySelector("#net").map.camera.x`) == x {
		t.Error("a finger does not move the map")
	}
	for _, wrong := range phone.Violations(axe) {
		t.Error("on a phone: ", wrong)
	}
}

// Where WebGL is missing the page shows the nearest as a picture of the server, and all circles with their lists;
// without scripts it says the same, and its search leads to the list.
func TestTheMapWithoutWebGL(t *testing.T) {
	t.Parallel()
	h := town(t, 600, 6000)
	for i, o := range []browsertest.Options{{NoWebGL: true}, {NoScripts: true, Phone: true}} {
		b := browsertest.New(t, o)
		if i == 0 {
			h.enter(b)
		} else {
			b.Open(h.url + "/signin")
			b.Fill("#f-email", "barbara@example.org")
			b.Fill("#f-password", secret)
			b.Click("main button.primary")
		}
		b.Open(h.url + "/net")
		b.Eventually(".net-drawn", "The 150 nearest of 600 people are drawn.")
		b.Eventually(".net-circles", "Circles")
		still()
		if browsertest.Evaluate[bool](b, `!!document.querySelector("#net.live")`) {
			t.Error("a map is drawn without WebGL")
		}
		if n := browsertest.Evaluate[int](b, `document.querySelectorAll(".drawn a circle").length`); n != 150 {
			t.Errorf("%d people are drawn", n)
		}
		if wide := b.Wide(); wide > 0 {
			t.Errorf("%d pixels wider than the screen", wide)
		}
		b.Screenshot(os.Getenv("GAVE_STRIP"), fmt.Sprint("without-", i))
		b.Fill("#net-q", "Anna")
		b.Keys("\r")
		b.Eventually("main table", "Anna")
		b.Click(".net-nothing, main table tbody a")
	}
}

// TestMapStrip films the map as a strip of pictures, at the sizes of GAVE_STRIP_PEOPLE, into the directory GAVE_STRIP.
func TestMapStrip(t *testing.T) {
	dir := os.Getenv("GAVE_STRIP")
	if dir == "" {
		t.Skip("the map is filmed by scripts/map-strip")
	}
	sizes := strings.Split(os.Getenv("GAVE_STRIP_PEOPLE"), ",")
	for _, size := range sizes {
		var n int
		if _, err := fmt.Sscan(size, &n); err != nil {
			t.Fatal(err)
		}
		t.Run(size, func(t *testing.T) { strip(t, dir, n) })
	}
}

func strip(t *testing.T, dir string, n int) {
	var h house
	if n <= 1000 {
		h = full(t, n)
	} else {
		h = town(t, n, 10*n)
	}
	began := time.Now()
	h.warm()
	t.Logf("%d people: the cold map and what else is kept are warm after %v", n, time.Since(began))
	for i, o := range []browsertest.Options{
		{Language: "nl"}, {Phone: true, Language: "nl"}, {Dark: true, Language: "nl"},
	} {
		device := []string{"desktop", "phone", "dark"}[i]
		t.Run(device, func(t *testing.T) { // one browser at a time: they would slow each other down
			film(t, h, o, i == 0, dir, fmt.Sprintf("%06d-%s-", n, device))
		})
	}
}

func film(t *testing.T, h house, o browsertest.Options, first bool, dir, name string) {
	b := browsertest.New(t, o)
	if first {
		h.enter(b)
	} else {
		b.Open(h.url + "/signin")
		b.Fill("#f-email", "barbara@example.org")
		b.Fill("#f-password", secret)
		b.Click("main button.primary")
	}
	began := time.Now()
	h.warm()
	t.Logf("warm after %v", time.Since(began))
	began = time.Now()
	b.Open(h.url + "/net?lang=nl")
	ready(t, b)
	t.Logf("drawn after %v; %s", time.Since(began), browsertest.Evaluate[string](b,
		`performance.getEntriesByType("resource").filter((e) => e.name.includes("/net/")).map((e) =>
			e.name.replace(/.*\/net/, "/net").replace(/=.*/, "") + " " + e.transferSize + " bytes in " +
			Math.round(e.duration) + " ms").join("; ")`))
	shot := func(at string) {
		time.Sleep(700 * time.Millisecond)
		if wrong := browsertest.Evaluate[[]string](b, meeting); len(wrong) > 0 {
			t.Errorf("%s: %q", at, wrong)
		}
		b.Screenshot(dir, name+at)
	}
	shot("1-all")
	t.Logf("all of it in view: %s", pan(b))
	browsertest.Evaluate[bool](b, `document.querySelector("#net").map.enter(0), true`)
	shot("2-circle")
	t.Logf("a circle in view: %s", pan(b))
	browsertest.Evaluate[bool](b, `(() => { const m = document.querySelector("#net").map;
		const p = [...m.net.person].findIndex((x) => (x >> 3 & 7) === 2);
		m.choose(Math.max(p, 0), true); return true; })()`)
	shot("3-person")
	t.Logf("somebody in view: %s", pan(b))
	browsertest.Evaluate[bool](b, `(() => { document.querySelector("[data-map=all]").click();
		document.querySelector("[data-map=rings]").click(); return true; })()`)
	shot("4-rings")
	browsertest.Evaluate[bool](b, `(() => { document.querySelector("[data-map=rings]").click();
		const s = document.querySelector("[data-map=month]"); s.value = Math.round((+s.min * 2 + +s.max) / 3);
		s.dispatchEvent(new Event("input")); return true; })()`)
	shot("5-earlier")
	browsertest.Evaluate[bool](b, `(() => { const s = document.querySelector("[data-map=month]"); s.value = s.max;
		s.dispatchEvent(new Event("input")); document.querySelector("[data-map=bridges]").click();
		document.querySelector("[data-map=dormant]").click(); return true; })()`)
	shot("6-lit")
}

// pan moves the map to and fro for some seconds, and says how many frames there were and how long they took.
func pan(b *browsertest.Browser) string {
	browsertest.Evaluate[bool](b, `(() => { const m = document.querySelector("#net").map;
		m.frames.length = m.work.length = 0;
		let i = 0; window.panned = 0; const begin = performance.now();
		const step = () => { m.pan(Math.cos(i / 15) * 9, Math.sin(i / 15) * 9);
		if (++i < 150) requestAnimationFrame(step); else window.panned = performance.now() - begin; };
		requestAnimationFrame(step); return true; })()`)
	took := 0.0
	for range 600 {
		if took = browsertest.Evaluate[float64](b, "window.panned"); took > 0 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	middle := func(of string) float64 {
		list := browsertest.Evaluate[[]float64](b, `document.querySelector("#net").map.`+of)
		slices.Sort(list)
		if len(list) == 0 {
			return math.NaN()
		}
		return list[len(list)/2]
	}
	return fmt.Sprintf("%.0f frames a second, median %.0f ms, of which the script %.1f ms, at %.2f of dots and ties",
		150/took*1000, middle("frames"), middle("work"),
		browsertest.Evaluate[float64](b, `document.querySelector("#net").map.part`))
}
