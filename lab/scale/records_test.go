package scale_test

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

	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/intake"
	"gave.network/internal/locale"
	"gave.network/lab/scale"
)

// cards makes an address book of people who share addresses, and the same as records.
func cards(seed uint64, count int) (book string, records []scale.Record) {
	random := rand.New(rand.NewPCG(seed, 1))
	given := []string{"Anna", "Bram", "Jan", "Joke", "A.", "Johanna"}
	family := []string{"Berg", "de Vries", "Vos", "Vos jr.", "Vos sr."}
	var b strings.Builder
	for n := range count {
		who := random.IntN(count / 3)
		name := given[who%len(given)] + " " + family[who%len(family)]
		if random.IntN(12) == 0 {
			name = given[random.IntN(len(given))] + " " + family[random.IntN(len(family))]
		}
		if random.IntN(10) == 0 {
			who++
		}
		r := scale.Record{ID: fmt.Sprintf("%032x", n+1), Name: name}
		fmt.Fprintf(&b, "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:%s\r\nCATEGORIES:card%d\r\n", name, n)
		if random.IntN(8) > 0 {
			r.Identifiers = append(r.Identifiers, [2]string{"mail", fmt.Sprintf("p%d@example.org", who)})
			fmt.Fprintf(&b, "EMAIL:P%d@Example.org\r\n", who)
		}
		if random.IntN(3) == 0 || len(r.Identifiers) == 0 {
			r.Identifiers = append(r.Identifiers, [2]string{"link", fmt.Sprintf("https://www.linkedin.com/in/p%d", who)})
			fmt.Fprintf(&b, "URL:https://www.linkedin.com/in/p%d\r\n", who)
		}
		if random.IntN(4) == 0 {
			r.Identifiers = append(r.Identifiers, [2]string{"telephone", fmt.Sprintf("06-1234%04d", who)})
			fmt.Fprintf(&b, "TEL:06-1234%04d\r\n", who)
		}
		b.WriteString("END:VCARD\r\n")
		records = append(records, r)
	}
	return b.String(), records
}

// TestJoinIsWhatImportingDoes compares who is who with an import of the same address book, pair by pair. Nobody shares
// a telephone with others only: an import joins such people afterwards, by their names.
func TestJoinIsWhatImportingDoes(t *testing.T) {
	for seed := range uint64(6) {
		ctx := context.Background()
		a, err := app.Open(ctx, app.Config{Data: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		v, err := a.Account.Local(ctx, locale.English)
		if err != nil {
			t.Fatal(err)
		}
		book, records := cards(seed, 90)
		name := filepath.Join(t.TempDir(), "book.vcf")
		if err := os.WriteFile(name, []byte(book), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Intake.Import(ctx, v, []string{name}, intake.Options{}); err != nil {
			t.Fatal(err)
		}
		rows, err := db.Select[struct {
			Tag    string
			Person id.ID
		}](ctx, a.DB, `select g.tag, case when p.merged > $2 then p.merged else p.id end as person
			from person_tag g join person p on p.space = g.space and p.id = g.person where g.space = $1
			order by g.tag`, v.Space, id.Zero)
		if err != nil {
			t.Fatal(err)
		}
		product := map[int]id.ID{}
		for _, r := range rows {
			var n int
			if _, err := fmt.Sscanf(r.Tag, "card%d", &n); err == nil {
				product[n] = r.Person
			}
		}
		given := slices.Clone(records)
		scale.Join(records)
		joined, wrong := 0, 0
		for i := range records {
			for j := range i {
				same := records[i].Kept == records[j].Kept
				if same {
					joined++
				}
				if same != (product[i] == product[j]) {
					wrong++
					if wrong < 4 {
						t.Logf("seed %d: %+v and %+v: joined %v", seed, given[i], given[j], same)
					}
				}
			}
		}
		if joined < 30 || wrong > 0 {
			t.Errorf("seed %d: %d of %d joined pairs are otherwise than after an import", seed, wrong, joined)
		}
	}
}

func TestRecordsOfBadLines(t *testing.T) {
	for _, line := range []string{"no JSON", `[{"id":"1"}]`, `{"id":1}`} {
		if err := scale.Records(strings.NewReader(line+"\n"), &bytes.Buffer{}); err == nil {
			t.Errorf("%s: no error", line)
		}
	}
}
