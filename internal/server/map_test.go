package server_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
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
	"gave.network/internal/op"
	"gave.network/internal/page/browsertest"
	"gave.network/internal/people"
	"gave.network/internal/server"
	"gave.network/internal/tie"
	"net/http/httptest"
)

// town fills a new server with people of many circles and the ties between them: it takes minutes less than importing
// so many from files.
func town(t testing.TB, persons, ties int) house {
	t.Helper()
	ctx := context.Background()
	a, err := app.Open(ctx, app.Config{Data: filepath.Join(t.TempDir(), "data")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	h := house{app: a}
	v, err := a.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(7, 7))
	given := strings.Fields("Anna Bram Carla Dirk Eva Frank Greet Henk Iris Jan Karin Lars Mia Noor Otto Pien Ruud Saskia Teun Vera")
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
	t.Fatal("the map is not drawn: " + browsertest.Evaluate[string](b, `document.querySelector("#net")?.className ?? "no map"`))
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
		h = open(t, n)
		h.fill(t)
	} else {
		h = town(t, n, 10*n)
	}
	began := time.Now()
	h.warm()
	t.Logf("%d people: the cold map and what else is kept are warm after %v", n, time.Since(began))
	for i, o := range []browsertest.Options{{Language: "nl"}, {Phone: true, Language: "nl"}, {Dark: true, Language: "nl"}} {
		b := browsertest.New(t, o)
		device := []string{"desktop", "phone", "dark"}[i]
		if i == 0 {
			h.enter(b)
		} else {
			b.Open(h.url + "/signin")
			b.Fill("#f-email", "barbara@example.org")
			b.Fill("#f-password", secret)
			b.Click("main button.primary")
		}
		h.warm()
		began := time.Now()
		b.Open(h.url + "/net?lang=nl")
		ready(t, b)
		t.Logf("%d people on a %s: drawn after %v; %s", n, device, time.Since(began), browsertest.Evaluate[string](b,
			`performance.getEntriesByType("resource").filter((e) => e.name.includes("/net/")).map((e) =>
				e.name.replace(/.*\/net/, "/net") + " " + e.transferSize + " bytes in " + Math.round(e.duration) + " ms").join("; ")`))
		shot := func(name string) {
			time.Sleep(700 * time.Millisecond)
			b.Screenshot(dir, fmt.Sprintf("%06d-%s-%s", n, device, name))
		}
		shot("1-all")
		t.Logf("%d people on a %s: while it moves %s", n, device, pan(b))
		browsertest.Evaluate[bool](b, `document.querySelector("#net").map.enter(0), true`)
		shot("2-circle")
		browsertest.Evaluate[bool](b, `(() => { const m = document.querySelector("#net").map;
			const p = [...m.net.person].findIndex((x) => (x >> 3 & 7) === 2); m.choose(Math.max(p, 0), true); return true; })()`)
		shot("3-person")
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
}

// pan moves the map to and fro for some seconds, and says how long frames took.
func pan(b *browsertest.Browser) string {
	browsertest.Evaluate[bool](b, `(() => { const m = document.querySelector("#net").map; m.frames.length = 0;
		let i = 0; window.panned = 0; const step = () => { m.pan(Math.cos(i / 15) * 9, Math.sin(i / 15) * 9);
		if (++i < 150) requestAnimationFrame(step); else window.panned = 1; }; requestAnimationFrame(step); return true; })()`)
	for range 300 {
		if browsertest.Evaluate[int](b, "window.panned") == 1 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	frames := browsertest.Evaluate[[]float64](b, `document.querySelector("#net").map.frames`)
	part := browsertest.Evaluate[float64](b, `document.querySelector("#net").map.part`)
	slices.Sort(frames)
	if len(frames) == 0 {
		return "nothing was drawn"
	}
	return fmt.Sprintf("%d frames, median %.0f ms, 95 of 100 within %.0f ms, at %.2f of dots and ties", len(frames),
		frames[len(frames)/2], frames[len(frames)*95/100], part)
}

var _ = op.Member
