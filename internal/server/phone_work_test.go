//go:build unix

package server_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/people"
)

// crowd keeps so many people in the space of the book, each with a name and a mail address.
func (b *book) crowd(most int) {
	b.t.Helper()
	at := time.Now().UnixMicro()
	var list []people.NewPerson
	for i := range most {
		p := named(fmt.Sprintf("Persoon %d Achternaam", i), fmt.Sprintf("p%d@example.org", i))
		p.ID, p.Owner, p.Created, p.Updated = id.New(), b.v.Member, at, at
		p.Named(p.Name)
		list = append(list, p)
	}
	if err := b.app.DB.Write(context.Background(), func(tx *db.Tx) error {
		return people.InsertPeople(context.Background(), tx, b.v.Space, list)
	}); err != nil {
		b.t.Fatal(err)
	}
}

// spent is what something took of the processor and of memory.
type spent struct {
	processor time.Duration
	memory    uint64
}

func spentOn(t *testing.T, f func()) spent {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begun := cpu(t)
	f()
	used := cpu(t) - begun
	runtime.ReadMemStats(&after)
	return spent{used, after.TotalAlloc - before.TotalAlloc}
}

// work measures a change of a card, a card that is new, and a deletion: the median of some of each.
func (b *book) work() map[string]spent {
	b.t.Helper()
	anna := b.add(named("Anna de Vries"))
	b.sync("")
	out := map[string][]spent{}
	for i := range 5 {
		card, etag := b.get(b.href(anna))
		card = strings.ReplaceAll(card, "END:", "TITLE:nummer "+strconv.Itoa(i)+"\nEND:")
		if i > 0 {
			card = strings.ReplaceAll(card, "TITLE:nummer "+strconv.Itoa(i-1)+"\n", "")
		}
		out["change"] = append(out["change"], spentOn(b.t, func() {
			b.want(http.StatusNoContent, http.MethodPut, b.href(anna), card, "If-Match", etag)
		}))
		key := id.New().String()
		made := b.path + "new" + key + ".vcf"
		out["new"] = append(out["new"], spentOn(b.t, func() {
			b.want(http.StatusCreated, http.MethodPut, made, fmt.Sprintf("BEGIN:VCARD\r\nVERSION:3.0\r\n"+
				"FN:Nieuw %d\r\nEMAIL:n%s@example.org\r\nUID:uid-%s\r\nEND:VCARD\r\n", i, key, key), "If-None-Match", "*")
		}))
		out["delete"] = append(out["delete"], spentOn(b.t, func() {
			b.want(http.StatusNoContent, http.MethodDelete, made, "")
		}))
	}
	medians := map[string]spent{}
	for what, list := range out {
		slices.SortFunc(list, func(a, b spent) int { return int(a.memory) - int(b.memory) })
		medians[what] = list[len(list)/2]
	}
	return medians
}

// What one card costs does not grow with the space. GAVE_LARGE_BOOK is how many people there are in the large one.
func TestWorkOfOneCard(t *testing.T) {
	most := 1_000
	if given := os.Getenv("GAVE_LARGE_BOOK"); given != "" {
		var err error
		if most, err = strconv.Atoi(given); err != nil {
			t.Fatal(err)
		}
	}
	withBook(t, func(t *testing.T, b *book) {
		small := b.work()
		b.crowd(most)
		large := b.work()
		for what, of := range large {
			t.Logf("%s: %v and %d kB of memory among few, %v and %d kB among %d", what, small[what].processor,
				small[what].memory>>10, of.processor, of.memory>>10, most)
			if of.memory > 2*small[what].memory {
				t.Errorf("%s takes %d bytes among %d people, %d among few", what, of.memory, most, small[what].memory)
			}
		}
	})
}
