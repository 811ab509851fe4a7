//go:build linux

package program_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
)

// A process that is killed while it reads a mailbox, at its claim, between headers, or while what came in is stored:
// another goes on, and what is there in the end is what one reading in peace brings. Nothing lost, nothing doubled.
func TestKilledReadingsLoseAndDoubleNothing(t *testing.T) {
	const batch, people = 250, 30 // headers are asked for two hundred at a time
	by := newTrust(t)
	boxes := newMailboxes(t, by)
	t.Setenv("SSL_CERT_FILE", by.authority)
	t.Setenv("GAVE_CALENDAR_NETWORKS", "127.0.0.0/8")
	begun := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	put := func(i int) {
		who := fmt.Sprintf("Mens %02d <mens%02d@else.example>", i%people, i%people)
		from, to := who, "Anna <anna@example.org>"
		if i%3 == 0 {
			from, to = to, from
		}
		boxes.put("anna@example.org", from, to, fmt.Sprintf("Zaak %d", i), begun.Add(time.Duration(i)*time.Hour))
	}
	add := func(at []string) string {
		t.Helper()
		var x struct {
			ID string `json:"id"`
		}
		out := gave(t, append(slices.Clone(at), "source", "add", "mail", boxes.address(), "geheim", "--user",
			"anna@example.org", "--json")...)
		if err := json.Unmarshal(out, &x); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return x.ID
	}
	there := 1
	put(0)
	dbtest.Addresses(t, func(t *testing.T, address string) {
		at := []string{"--data", filepath.Dir(address)}
		if strings.HasPrefix(address, "postgres") {
			at = []string{"--data", t.TempDir(), "--database", address}
		}
		key := add(at)
		for range batch {
			put(there)
			there++
		}
		d, err := db.Open(context.Background(), address)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		hit := 0
		for _, c := range []struct {
			done int // how many headers were fetched
			then time.Duration
		}{{0, 0}, {200, 0}, {batch, 20 * time.Millisecond}} {
			cmd := command(context.Background(), append(slices.Clone(at), "source", "run", key)...)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan struct{})
			go func() {
				_ = cmd.Wait()
				close(ended)
			}()
			for is := false; !is; {
				done, err := db.Values[int](context.Background(), d,
					`select done from source where claimed > 0 and done >= $1 order by id`, c.done)
				if err != nil {
					t.Fatal(err)
				}
				select {
				case <-ended:
					is = true
				case <-time.After(2 * time.Millisecond):
					is = len(done) > 0
				}
			}
			time.Sleep(c.then)
			_ = cmd.Process.Kill()
			<-ended
			claimed, err := db.Value[int](context.Background(), d, `select count(*) from source where claimed > 0`)
			if err != nil {
				t.Fatal(err)
			}
			hit += claimed
		}
		if hit < 2 {
			t.Errorf("%d of three kills came while it was read", hit)
		}
		for range 2 {
			gave(t, append(slices.Clone(at), "source", "run", key)...)
		}
		got := contents(t, address)
		peace := []string{"--data", t.TempDir()}
		add(peace)
		if want := contents(t, filepath.Join(peace[1], db.FileName)); got != want {
			t.Errorf("after kills the database differs from that of one reading in peace:\n%s",
				firstDifference(want, got))
		}
		if n := strings.Count(got, "Zaak "); n != there {
			t.Errorf("%d mails, want %d", n, there)
		}
	})
}
