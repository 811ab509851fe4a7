//go:build unix

package server_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"text/tabwriter"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/scope"
	"gave.network/internal/server"
	"gave.network/internal/tie"
)

// BenchmarkSharing prints what the main pages cost of the processor for a member of a space of 100,000 people
// (GAVE_PEOPLE, when set) to whom twenty others each show a twentieth of as many ties by rules, and what they cost when
// she is shown nothing, as she shows nothing.
func BenchmarkSharing(b *testing.B) {
	persons := 100_000
	if n, err := strconv.Atoi(os.Getenv("GAVE_PEOPLE")); err == nil {
		persons = n
	}
	const members = 20
	ctx := b.Context()
	h := openLarge(b, app.Config{Data: b.TempDir()}, persons, persons/5, 300)
	if _, err := h.app.DB.ExecContext(ctx, `update person set visibility = $2 where space = $1`, h.v.Space,
		scope.Space); err != nil {
		b.Fatal(err)
	}
	random := rand.New(rand.NewPCG(9, 10))
	for m := range members {
		link, err := h.app.Account.Invite(ctx, h.v, op.Member)
		var session string
		if err == nil {
			session, err = h.app.Account.Accept(ctx, link, fmt.Sprint("Lid ", m), fmt.Sprintf("lid%d@example.net", m),
				secret, "")
		}
		var v op.Viewer
		if err == nil {
			v, err = h.app.Account.Session(ctx, session)
		}
		if err != nil {
			b.Fatal(err)
		}
		var list []tie.Interaction
		for range persons / members {
			list = append(list, tie.Interaction{
				ID: id.New(), Owner: v.Member, Medium: tie.FaceToFace, People: 2, Source: "bench", External: id.New(),
				Time: v.Now.Add(-time.Duration(random.Int64N(int64(2 * 365 * 24 * time.Hour)))).UnixMicro(),
				Participants: []tie.Participant{
					{Person: v.Person, Role: tie.From}, {Person: h.people[1+random.IntN(persons-1)], Role: tie.To},
				},
			})
		}
		if err := h.app.DB.Write(ctx, func(tx *db.Tx) error {
			if _, err := tie.AddInteractions(ctx, tx, v.Space, list); err != nil {
				return err
			}
			return tie.SetShareRule(ctx, tx, v, tie.ShareRule{Level: tie.KnownHow})
		}); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := h.app.Network.Rebuild(ctx, h.v.Space, h.v.Now); err != nil {
		b.Fatal(err)
	}
	defer server.BoundHeap()() // as Serve does
	for b.Loop() {
		for _, show := range []string{"nothing", "strength"} {
			before := cpu(b)
			if _, err := h.app.Network.SetShare(ctx, h.v, people.SharingInput{Show: show}); err != nil {
				b.Fatal(err)
			}
			fmt.Printf("she shows %s: setting that %.0f ms", show, float64((cpu(b)-before).Microseconds())/1000)
			h.app.Network.ForgetKept()
			runtime.GC()
			resident()
			before = cpu(b)
			list, err := h.app.Network.ShownTies(ctx, h.v)
			if err != nil {
				b.Fatal(err)
			}
			fmt.Printf(", reading the %d ties that she is shown %.0f ms", len(list),
				float64((cpu(b)-before).Microseconds())/1000)
			before = cpu(b)
			h.server.Warm(ctx)
			fmt.Printf(", warming %.0f ms\n", float64((cpu(b)-before).Microseconds())/1000)
			table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
			fmt.Fprintln(table, "CPU ms\tfirst\tmedian\t")
			for _, address := range []string{
				"/", "/people", "/people/" + h.people[7].String(), "/net", "/horizon", "/sharing", "/ask",
				"/api/v1/horizon/path?to=" + h.people[persons/2].String(), "/api/v1/horizon/ties?limit=50",
			} {
				var times []float64
				for range 6 {
					before := cpu(b)
					h.ask(b, http.MethodGet, address, "")
					times = append(times, float64((cpu(b)-before).Microseconds())/1000)
				}
				first := times[0]
				slices.Sort(times)
				fmt.Fprintf(table, "%.40s\t%.0f\t%.0f\t\n", address, first, times[len(times)/2])
			}
			table.Flush()
			fmt.Printf("memory at its peak: %d MB\n", resident()>>20)
		}
	}
}
