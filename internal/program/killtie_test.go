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
	}](context.Background(), d, `select owner, person, other, last_interaction, intensity, sent, received, peak, rank,
		as_of, first_contact, interactions from tie order by owner, person, other`)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "%x\n", r)
	}
	return b.String()
}

// An import of many batches, killed at any moment, and another after it: the ties are those of a rebuild to the last
// bit, and as many as without kills. A run once took away the mark that a killed one had left, and its ties were
// missing for ever.
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

// cards writes an address book: people, some of the first of whom have two cards and then one that says so, and a group
// whose members stand in the next file.
func cards(t *testing.T, path, group string, from, people int) {
	t.Helper()
	var b bytes.Buffer
	card := func(lines ...string) {
		b.WriteString("BEGIN:VCARD\r\nVERSION:3.0\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VCARD\r\n")
	}
	name := func(i int) string {
		return fmt.Sprintf("FN:Given%c%c Familie%c%c", 'a'+i%26, 'a'+i/26%26, 'a'+i/676%26, 'a'+i%7)
	}
	for i := from; i < from+people; i++ {
		one, other := fmt.Sprintf("EMAIL:p%d@cards.example", i), fmt.Sprintf("EMAIL:q%d@cards.example", i)
		card(name(i), fmt.Sprintf("UID:card-%d", i), one)
		if i < from+300 {
			card(name(i), other)
			card(name(i), one, other)
		}
	}
	if group != "" {
		lines := []string{"FN:" + group, "N:" + group + ";;;;", "X-ADDRESSBOOKSERVER-KIND:group"}
		for i := range 50 {
			lines = append(lines, fmt.Sprintf("X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:card-%d", from+people+i))
		}
		card(lines...)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Address books that are killed half way: the same people, each once, in the same groups. Who is one person and who
// belongs to a group is known only when all cards were seen.
func TestKilledAddressBooksLoseNothing(t *testing.T) {
	files := t.TempDir()
	cards(t, filepath.Join(files, "a.vcf"), "Buren", 0, 9_000)
	cards(t, filepath.Join(files, "b.vcf"), "", 9_000, 500)
	open := func(t *testing.T, address string) *db.DB {
		d, err := db.Open(context.Background(), address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		return d
	}
	values := func(d *db.DB, query string, args ...any) []int {
		found, err := db.Values[int](context.Background(), d, query, args...)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	look := func(d *db.DB) string {
		return fmt.Sprint(values(d, `select count(*) from person where merged = $1 union all select count(*) from person
			union all select count(*) from identifier union all select count(*) from person_tag`, id.Zero))
	}
	peaceful := t.TempDir()
	importFiles(t, []string{"--data", peaceful}, files)
	want := look(open(t, filepath.Join(peaceful, db.FileName)))
	if !strings.HasSuffix(want, " 50]") {
		t.Fatalf("people, records, identifiers and tags in peace: %s", want)
	}
	dbtest.Addresses(t, func(t *testing.T, address string) {
		at := []string{"--data", filepath.Dir(address)}
		if strings.HasPrefix(address, "postgres") {
			at = []string{"--data", t.TempDir(), "--database", address}
		}
		d := open(t, address)
		for part := range 2 { // once after the first batch, once near the end
			cmd := command(context.Background(), append(slices.Clone(at), "import", files)...)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			exited := make(chan struct{})
			go func() {
				cmd.Wait()
				close(exited)
			}()
			for under := true; under &&
				len(values(d, `select 1 from import_file where done > $1 and state = 'running'`, part*700_000)) == 0; {
				select {
				case <-exited:
					under = false
				case <-time.After(time.Millisecond):
				}
			}
			cmd.Process.Kill()
			<-exited
			if n := values(d, `select count(*) from import where state = 'done'`); n[0] != 0 {
				t.Fatal("the import is done before it is killed: the test tries nothing")
			}
		}
		importFiles(t, at, files)
		if got := look(d); got != want {
			t.Errorf("people, records, identifiers and tags: %s after kills, %s in peace", got, want)
		}
	})
}
