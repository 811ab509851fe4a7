//go:build unix

package app_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"syscall"
	"testing"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/goodwill"
	"gave.network/internal/horizon"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/server"
	"gave.network/internal/tie"
)

// scale fills a new SQLite file with people and with what happened between them and the owner. Few people take part in
// most of it.
func scale(b *testing.B, persons, interactions int) (*app.App, op.Viewer) {
	b.Helper()
	ctx := context.Background()
	a, err := app.Open(ctx, app.Config{Data: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { a.Close() })
	v, err := a.Account.Local(ctx, locale.Dutch)
	if err != nil {
		b.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	given := []string{
		"Anna", "Bram", "Carla", "Dirk", "Eva", "Frank", "Greet", "Henk", "Iris", "Jan", "Karin", "Lars", "Mia", "Noor",
		"Otto", "Pien", "Ruud", "Saskia", "Teun", "Vera",
	}
	syllables := []string{"ba", "der", "ko", "lin", "ma", "ner", "ot", "pel", "ri", "sen", "ter", "vo", "wil", "zan"}
	family := func() string {
		return []string{"", "van ", "de ", "van der "}[random.IntN(4)] + "Z" + syllables[random.IntN(14)] +
			syllables[random.IntN(14)] + syllables[random.IntN(14)]
	}
	keys := make([]id.ID, persons)
	for from := 0; from < persons; from += 2000 {
		var list []people.NewPerson
		for i := from; i < min(persons, from+2000); i++ {
			p := people.NewPerson{Person: people.Person{
				ID: id.New(), Owner: v.Member, Organisation: fmt.Sprintf("Bureau %d", i%(persons/20+1)),
				Place: "Utrecht", Created: 1, Updated: 1,
			}}
			p.Named(given[random.IntN(len(given))] + " " + family())
			p.Identifiers = []people.Identifier{{Kind: people.MailAddress, Value: fmt.Sprintf("p%d@example.org", i)}}
			p.Roles = []people.Role{{Organisation: p.Organisation, Title: "adviseur"}}
			keys[i] = p.ID
			list = append(list, p)
		}
		if err := a.DB.Write(ctx, func(tx *db.Tx) error {
			return people.InsertPeople(ctx, tx, v.Space, list)
		}); err != nil {
			b.Fatal(err)
		}
	}
	if err := a.Account.SetPerson(ctx, v, keys[0]); err != nil {
		b.Fatal(err)
	}
	v.Person = keys[0]
	for from := 0; from < interactions; from += 5000 {
		var list []tie.Interaction
		for range min(5000, interactions-from) {
			other := keys[1+int(float64(persons-1)*math.Pow(random.Float64(), 2.2))%(persons-1)]
			e := tie.Interaction{
				ID: id.New(), Owner: v.Member, Medium: tie.Media()[random.IntN(5)],
				Time:  v.Now.Add(-time.Duration(random.Int64N(int64(8 * 365 * 24 * time.Hour)))).UnixMicro(),
				Title: "Overleg", People: 2, Source: "bench", External: id.New(),
				Participants: []tie.Participant{
					{Person: keys[0], Role: tie.From}, {Person: other, Role: tie.To},
				},
			}
			list = append(list, e)
		}
		if err := a.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := tie.AddInteractions(ctx, tx, v.Space, list)
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := a.Network.Rebuild(ctx, v.Space, v.Now); err != nil {
		b.Fatal(err)
	}
	for i := range min(persons, 2000) {
		if i%10 == 0 {
			if _, err := a.Goodwill.Add(ctx, a.DB, v, goodwill.Fact{
				Person: people.Ref{ID: keys[i+1]}, Kind: goodwill.Need, Body: fmt.Sprint("iets ", i),
			}); err != nil {
				b.Fatal(err)
			}
		}
	}
	return a, v
}

// quantiles reports the median and the 99th percentile of times.
func quantiles(b *testing.B, times []time.Duration) {
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, "p99-ms")
}

// BenchmarkPeoplePage asks a server with 100,000 people for the page of people over HTTP: its first and later pages, in
// each order, and searches of every kind.
func BenchmarkPeoplePage(b *testing.B) {
	a, v := scale(b, 100_000, 300_000)
	token, err := a.Account.NewToken(context.Background(), v, "bench", 0)
	if err != nil {
		b.Fatal(err)
	}
	web := httptest.NewServer(server.New(a, "test").Handler())
	b.Cleanup(web.Close)
	for _, path := range []string{
		"?limit=50", "?offset=500", "?offset=5000", "?sort=name", "?sort=name&offset=20000",
		"?sort=last_contact&offset=2000", "?class=strong", "?class=moderate", "?class=weak", "?class=dormant",
		"?query=anna", "?query=zkolin", "?query=an+zba", "?query=p777", "?query=bureau+17", "?query=z",
		"?query=adviseur", "?place=Utrecht", "?organisation=Bureau+77",
	} {
		b.Run(path, func(b *testing.B) {
			var times []time.Duration
			for b.Loop() {
				request, err := http.NewRequest(http.MethodGet, web.URL+"/api/v1/people"+path, nil)
				if err != nil {
					b.Fatal(err)
				}
				request.Header.Set("Authorization", "Bearer "+token.Secret)
				start := time.Now()
				answer, err := http.DefaultClient.Do(request)
				if err != nil {
					b.Fatal(err)
				}
				answer.Body.Close()
				if answer.StatusCode != http.StatusOK {
					b.Fatal(path, answer.Status)
				}
				times = append(times, time.Since(start))
			}
			quantiles(b, times)
		})
	}
}

// BenchmarkToday makes the day of somebody with 5,000 people and 200,000 interactions.
func BenchmarkToday(b *testing.B) {
	a, v := scale(b, 5_000, 200_000)
	var times []time.Duration
	for b.Loop() {
		start := time.Now()
		moves, err := a.Today.Today(context.Background(), v)
		if err != nil {
			b.Fatal(err)
		}
		if len(moves) == 0 {
			b.Fatal("no moves")
		}
		times = append(times, time.Since(start))
	}
	quantiles(b, times)
}

// BenchmarkProposeMatches compares 100,000 people with one another.
func BenchmarkProposeMatches(b *testing.B) {
	a, v := scale(b, 100_000, 0)
	for b.Loop() {
		if _, err := a.Identity.ProposeMatches(context.Background(), v); err != nil {
			b.Fatal(err)
		}
	}
}

// large is a network of 100,000 people and a million ties between them, of whom the owner knows tens of thousands.
func large(b *testing.B) (*app.App, op.Viewer, []id.ID) {
	b.Helper()
	a, v := scale(b, 100_000, 100_000)
	ctx := context.Background()
	people, err := db.Values[id.ID](ctx, a.DB, `select id from person order by id`)
	if err != nil {
		b.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 4))
	for range 200 { // meetings of ties between others
		var list []tie.Interaction
		for range 5000 {
			x, y := people[random.IntN(len(people))], people[random.IntN(len(people))]
			if x == y {
				continue
			}
			list = append(list, tie.Interaction{
				ID: id.New(), Owner: v.Member, Medium: tie.FaceToFace,
				Time: v.Now.Add(-time.Duration(random.Int64N(int64(2 * 365 * 24 * time.Hour)))).UnixMicro(), People: 2,
				Source: "bench", External: id.New(),
				Participants: []tie.Participant{{Person: x, Role: tie.From}, {Person: y, Role: tie.To}},
			})
		}
		if err := a.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := tie.AddInteractions(ctx, tx, v.Space, list)
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := a.Network.Rebuild(ctx, v.Space, v.Now); err != nil {
		b.Fatal(err)
	}
	return a, v, people
}

// BenchmarkPath asks over HTTP for ways to people two and three ties away, among 100,000 people and a million ties.
func BenchmarkPath(b *testing.B) {
	a, v, people := large(b)
	ctx, random := context.Background(), rand.New(rand.NewPCG(5, 6))
	token, err := a.Account.NewToken(ctx, v, "bench", 0)
	if err != nil {
		b.Fatal(err)
	}
	web := httptest.NewServer(server.New(a, "test").Handler())
	b.Cleanup(web.Close)
	ask := func() time.Duration {
		request, err := http.NewRequest(http.MethodGet,
			web.URL+"/api/v1/horizon/path?alternatives=3&to="+people[random.IntN(len(people))].String(), nil)
		if err != nil {
			b.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token.Secret)
		start := time.Now()
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			b.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusNotFound {
			b.Fatal(answer.Status)
		}
		return time.Since(start)
	}
	b.ReportMetric(float64(ask().Milliseconds()), "first-ms")
	var times []time.Duration
	for b.Loop() {
		times = append(times, ask())
	}
	quantiles(b, times)
}

// used is how much processor time this program has used.
func used() time.Duration {
	var of syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &of); err != nil {
		panic(err)
	}
	return time.Duration(of.Utime.Nano() + of.Stime.Nano())
}

// BenchmarkHorizon asks in the same network, in processor time: for ways to a person, an organisation, a place and a
// skill, for the ties as windows, the diversity and whom to get to know; the first time, when all of it is worked out
// of a view that is there, and after that.
func BenchmarkHorizon(b *testing.B) {
	a, v, people := large(b)
	ctx, random := context.Background(), rand.New(rand.NewPCG(5, 6))
	call := func(operation string, in any) time.Duration {
		before := used()
		if _, err := a.Operations.Call(ctx, v, operation, in); err != nil && fault.CodeOf(err) != fault.NotFound {
			b.Fatal(err)
		}
		return used() - before
	}
	way := func(to string) any { return horizon.PathInput{To: to, Hops: 4, Alternatives: 3} }
	call("horizon.path", way(people[7].String())) // makes the view
	for _, of := range []struct {
		name, operation string
		in              func() any
	}{
		{"person", "horizon.path", func() any { return way(people[random.IntN(len(people))].String()) }},
		{"organisation", "horizon.path", func() any { return way(fmt.Sprint("Bureau ", random.IntN(5000))) }},
		{"place", "horizon.path", func() any { return way("Utrecht") }},
		{"skill", "horizon.path", func() any { return way("adviseur") }},
		{"ties", "horizon.ties", func() any { return horizon.TiesInput{Limit: 12} }},
		{"sleeping", "horizon.ties", func() any { return horizon.TiesInput{Limit: 12, Class: tie.Dormant} }},
		{"diversity", "horizon.diversity", func() any { return op.None{} }},
		{"next", "horizon.next", func() any { return horizon.NextInput{Limit: 5} }},
	} {
		b.Run(of.name, func(b *testing.B) {
			first := call(of.operation, of.in())
			var times []time.Duration
			for b.Loop() {
				times = append(times, call(of.operation, of.in()))
			}
			b.ReportMetric(float64(first.Microseconds())/1000, "first-ms")
			quantiles(b, times)
		})
	}
}
