//go:build unix

package server_test

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/power"
	"gave.network/internal/server"
	"gave.network/internal/tie"
)

// mingle adds meetings of two: seven of ten within an organisation, the others of anybody with anybody, until there are
// about so many ties.
func (h *large) mingle(tb testing.TB, meetings int) {
	tb.Helper()
	ctx := tb.Context()
	random := rand.New(rand.NewPCG(5, 6))
	offices := len(h.people)/40 + 1
	for done := 0; done < meetings; done += 5000 {
		var list []tie.Interaction
		for range min(5000, meetings-done) {
			at := random.IntN(len(h.people))
			other := random.IntN(len(h.people))
			if random.IntN(10) < 7 {
				other = (at + offices*(1+random.IntN(39))) % len(h.people)
			}
			if at == other {
				continue
			}
			list = append(list, tie.Interaction{
				ID: id.New(), Owner: h.v.Member, Medium: tie.FaceToFace, People: 2, Source: "bench", External: id.New(),
				Time: h.v.Now.Add(-time.Duration(random.Int64N(int64(2 * 365 * 24 * time.Hour)))).UnixMicro(),
				Participants: []tie.Participant{
					{Person: h.people[at], Role: tie.From}, {Person: h.people[other], Role: tie.To},
				},
			})
		}
		if err := h.app.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := tie.AddInteractions(ctx, tx, h.v.Space, list)
			return err
		}); err != nil {
			tb.Fatal(err)
		}
	}
	if _, err := h.app.Network.Rebuild(ctx, h.v.Space, h.v.Now); err != nil {
		tb.Fatal(err)
	}
}

// resident is the memory that the process holds at its peak since the last call, in bytes; 0 where it cannot be told.
func resident() int64 {
	content, _ := os.ReadFile("/proc/self/status")
	for line := range bytes.Lines(content) {
		if rest, ok := bytes.CutPrefix(line, []byte("VmHWM:")); ok {
			kilobytes, _ := strconv.ParseInt(strings.Fields(string(rest))[0], 10, 64)
			_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
			return kilobytes << 10
		}
	}
	return 0
}

// subjects are what the questions of a benchmark are about, of what stands in the network.
type subjects struct {
	organisations, skills, places []string
	title                         string
}

// subjectsOf returns what is asked of a world that gave-lab made and that was imported: some of its organisations, and
// the skills and places that most have.
func (h *large) subjectsOf(tb testing.TB) subjects {
	tb.Helper()
	read := func(query string) []string {
		list, err := db.Values[string](tb.Context(), h.app.DB, query, h.v.Space)
		if err != nil || len(list) == 0 {
			tb.Fatal(query, err)
		}
		return list
	}
	return subjects{
		organisations: read(`select o.name from organisation o where o.space = $1 and exists (select 1
			from person_role r where r.space = o.space and r.organisation = o.id) order by o.name limit 1000`),
		skills: read(`select tag from person_tag where space = $1 and tag in ('drukwerk', 'podcasts maken', 'typografie',
			'evenementen') group by tag order by tag`),
		places: read(`select place from person where space = $1 and place in ('Amersfoort', 'Groningen', 'Arnhem')
			group by place order by place`),
		title: "woordvoerder",
	}
}

// BenchmarkNetwork prints what questions to the network cost of the processor among 100,000 people with a million ties
// (GAVE_PEOPLE and ten times as many ties, when set), and the memory of the process while it answers them. The aims are
// those of 100,000 people, and twice those among a million. GAVE_BENCH_DATA names a folder in which what was made is
// kept for the next run, or one into which a world of gave-lab was imported.
func BenchmarkNetwork(b *testing.B) {
	persons := 100_000
	if n, err := strconv.Atoi(os.Getenv("GAVE_PEOPLE")); err == nil {
		persons = n
	}
	data := cmp.Or(os.Getenv("GAVE_BENCH_DATA"), b.TempDir())
	var h *large
	about := subjects{
		skills: []string{"drukwerk", "subsidies", "schrijven", "muziek"}, places: []string{"Utrecht", "Delft", "Gent"},
		title: "bestuurslid",
	}
	_, mingled := os.Stat(filepath.Join(data, "mingled"))
	_, imported := os.Stat(filepath.Join(data, "gave.db"))
	switch {
	case mingled == nil:
		h = openAgain(b, app.Config{Data: data})
		persons = len(h.people)
	case imported == nil:
		h = openAgain(b, app.Config{Data: data})
		persons, about = len(h.people), h.subjectsOf(b)
	default:
		h = openLarge(b, app.Config{Data: data}, persons, persons, 3_000)
		h.mingle(b, 10*persons)
		if err := os.WriteFile(filepath.Join(data, "mingled"), nil, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	if about.organisations == nil {
		for i := range persons / 40 {
			about.organisations = append(about.organisations, fmt.Sprint("Bureau ", i))
		}
	}
	organisation := func(n int) string { return about.organisations[n%len(about.organisations)] }
	place, skills := about.places[len(about.places)-1], about.skills
	together := url.Values{"need": append([]string{organisation(17), organisation(900), place, about.title}, skills...)}
	random := rand.New(rand.NewPCG(7, 8))
	way := func(to string) string { return "/api/v1/horizon/path?alternatives=3&to=" + url.QueryEscape(to) }
	goal, err := h.app.Operations.Call(b.Context(), h.v, "power.goal.add", power.AddGoalInput{
		Title: "Een jaarboek met muziek", Item: []string{
			"skill: " + skills[1], "organisation: " + organisation(7), "decision: congres fondsenwerving",
			"skill: " + skills[3], "skill: " + skills[0], "place: " + place,
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	questions := []struct {
		name    string
		times   int
		aim     float64 // milliseconds, of the 99th percentile of ways, of the median of all others
		address func() string
	}{
		{"way to a person", 300, 30, func() string { return way(h.people[random.IntN(persons)].String()) }},
		{"way to an organisation", 300, 30, func() string {
			return way(organisation(random.IntN(len(about.organisations))))
		}},
		{"way to a skill", 100, 30, func() string {
			return way(skills[random.IntN(len(skills))])
		}},
		{"way to a place", 100, 30, func() string { return way(about.places[random.IntN(len(about.places))]) }},
		{"goal of six", 5, 300, func() string { return "/power/goals/" + goal.(power.GoalReach).ID.String() }},
		{"together, eight needs", 5, 300, func() string { return "/api/v1/power/together?" + together.Encode() }},
		{"team", 5, 300, func() string {
			return "/colleagues/team?size=4&skills=" + url.QueryEscape(skills[0]+","+skills[2])
		}},
		{"structure", 5, 300, func() string {
			return "/colleagues/report?organisation=" + url.QueryEscape(organisation(17))
		}},
		{"levels", 5, 300, func() string { return "/api/v1/power/levels" }},
		{"ties", 5, 300, func() string { return "/api/v1/horizon/ties?limit=50" }},
		{"next acquaintances", 5, 300, func() string { return "/api/v1/horizon/next" }},
		{"horizon", 5, 300, func() string { return "/horizon" }},
	}
	if persons >= 1_000_000 {
		for i := range questions {
			questions[i].aim *= 2
		}
	}
	defer server.BoundHeap()() // as Serve does
	// A server that starts has nothing in memory, and the goal above was made with a view.
	h.app.Network.ForgetKept()
	runtime.GC()
	resident()
	before := cpu(b)
	h.server.Warm(b.Context())
	fmt.Printf("warming after the start: %.0f ms of CPU, memory at its peak %d MB\n",
		float64((cpu(b)-before).Microseconds())/1000, resident()>>20)
	debug.FreeOSMemory()
	resident()
	only := os.Getenv("GAVE_VIEW")
	for b.Loop() {
		table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintln(table, "CPU ms\tfirst\tmedian\tp99\taim\tp99 of the time that passes\t")
		for _, q := range questions {
			if only != "" && !strings.HasPrefix(q.name, only) {
				continue
			}
			measure := func() (processor, passed float64) {
				address, start, before := q.address(), time.Now(), cpu(b)
				// That there is no way is an answer.
				if code, answer := h.reply(http.MethodGet, address, ""); code >= 400 && code != http.StatusNotFound {
					b.Fatalf("%s: %d %.500s", address, code, answer)
				}
				passed = float64(time.Since(start).Microseconds()) / 1000
				return float64((cpu(b) - before).Microseconds()) / 1000, passed
			}
			first, _ := measure()
			var times, waits []float64
			for range q.times {
				processor, passed := measure()
				times, waits = append(times, processor), append(waits, passed)
			}
			slices.Sort(times)
			slices.Sort(waits)
			last := len(times) * 99 / 100
			fmt.Fprintf(table, "%s\t%.1f\t%.1f\t%.1f\t%.0f\t%.1f\t\n", q.name, first, times[len(times)/2],
				times[last], q.aim, waits[last])
		}
		table.Flush()
		fmt.Printf("memory at its peak: %d MB\n", resident()>>20)
	}
}
