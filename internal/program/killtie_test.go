package program_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
)

// mailbox writes an mbox of so many mails between Ego and others, most of them in order of time.
func mailbox(t *testing.T, path string, seed uint64, mails int) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 3))
	var b bytes.Buffer
	at := time.Date(2019, 1, 1, 8, 0, 0, 0, time.UTC)
	person := func() string {
		n := random.IntN(400)
		return fmt.Sprintf("Person %c%c <p%d@x%d.example>", 'A'+n%26, 'a'+n/26, n, n%40)
	}
	for i := range mails {
		at = at.Add(time.Duration(random.IntN(240)) * time.Minute)
		when := at
		if random.IntN(50) == 0 {
			when = when.AddDate(0, 0, -random.IntN(100)) // a few come late
		}
		from, to := "Ego <ego@home.example>", person()
		if random.IntN(2) == 0 {
			from, to = to, from
		}
		fmt.Fprintf(&b, "From x@y %s\nFrom: %s\nTo: %s\nCc: %s\nDate: %s\nMessage-ID: <%d.%d@kill>\nSubject: s%d\n\n\n",
			when.Format(time.ANSIC), from, to, person(), when.Format(time.RFC1123Z), seed, i, i)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// storedTies are the ties of a database, to the last bit.
func storedTies(t *testing.T, address string) string {
	t.Helper()
	d, err := db.Open(context.Background(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	rows, err := db.Select[struct {
		Owner, Person, Other, LastInteraction id.ID
		Intensity, Sent, Received, Peak, Rank float64
		AsOf, FirstContact, Interactions      int64
	}](context.Background(), d, `select owner, person, other, last_interaction, intensity, sent, received, peak, rank, as_of, first_contact,
		interactions from tie order by owner, person, other`)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "%x\n", r)
	}
	return b.String()
}

// An import of many batches, killed at any moment, and another after it: the ties are those of a rebuild to the last bit, and as many as
// without kills. A run once took away the mark that a killed one had left, and its ties were missing for ever.
func TestTiesAfterKilledImportsEqualARebuild(t *testing.T) {
	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	files := t.TempDir()
	big, other := filepath.Join(files, "big.mbox"), filepath.Join(files, "other.mbox")
	mailbox(t, big, 1, 16_000)
	mailbox(t, other, 2, 5_000)
	me := []string{"--me", "ego@home.example"}
	peaceful := t.TempDir()
	importFiles(t, []string{"--data", peaceful}, append(me, big)...)
	importFiles(t, []string{"--data", peaceful}, append(me, other)...)
	want := strings.Count(storedTies(t, filepath.Join(peaceful, db.FileName)), "\n")

	dbtest.Addresses(t, func(t *testing.T, address string) {
		at := []string{"--data", filepath.Dir(address)}
		if strings.HasPrefix(address, "postgres") {
			at = []string{"--data", t.TempDir(), "--database", address}
		}
		for range soak(3, 60) {
			ctx, cancel := context.WithCancel(context.Background())
			cmd := command(ctx, append(slices.Clone(at), "import", "--me", "ego@home.example", big)...)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(200+random.IntN(1500)) * time.Millisecond)
			cmd.Process.Kill()
			cmd.Wait()
			cancel()
		}
		importFiles(t, at, append(me, other)...)
		importFiles(t, at, append(me, big)...)
		gave(t, append(slices.Clone(at), "doctor", "--deep")...)
		got := storedTies(t, address)
		gave(t, append(slices.Clone(at), "rebuild")...)
		if rebuilt := storedTies(t, address); got != rebuilt {
			t.Errorf("after kills the ties differ from a rebuild:\n%s", firstDifference(rebuilt, got))
		}
		if n := strings.Count(got, "\n"); n != want {
			t.Errorf("%d ties after kills, %d without", n/2, want/2)
		}
	})
}
