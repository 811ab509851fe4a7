//go:build unix

package server_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/people"
	"gave.network/internal/phone"
)

// crowd keeps so many people in the space of the book, each with a name, a mail address and a birthday.
func (b *book) crowd(most int) {
	b.t.Helper()
	at := time.Now().UnixMicro()
	var list []people.NewPerson
	for i := range most {
		p := named(fmt.Sprintf("Persoon %d Achternaam", i), fmt.Sprintf("p%d@example.org", i))
		p.ID, p.Owner, p.Created, p.Updated = id.New(), b.v.Member, at, at
		p.Named(p.Name)
		p.Dates = []people.ImportantDate{{Kind: "birthday", Year: 1970, Month: 5, Day: 1 + i%31}}
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
				"FN:Nieuw %d\r\nEMAIL:n%s@example.org\r\nUID:uid-%s\r\nEND:VCARD\r\n", i, key, key),
				"If-None-Match", "*")
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

// largeBook is how many people a large book has.
func largeBook(t *testing.T, usual int) int {
	t.Helper()
	if given := os.Getenv("GAVE_LARGE_BOOK"); given != "" {
		most, err := strconv.Atoi(given)
		if err != nil {
			t.Fatal(err)
		}
		return most
	}
	return usual
}

// What one card costs does not grow with the space. GAVE_LARGE_BOOK is how many people there are in the large one.
func TestWorkOfOneCard(t *testing.T) {
	most := largeBook(t, 1_000)
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

// A calendar with everybody's birthday and a book with everybody in it are sent whole, and what is in memory meanwhile
// is bounded by what is kept of the people. GAVE_LARGE_BOOK is how many people there are.
func TestBirthdaysOfMany(t *testing.T) {
	most := largeBook(t, 1_200)
	withBook(t, func(t *testing.T, b *book) {
		b.crowd(most)
		out, err := b.app.Operations.Call(context.Background(), b.v, "phone.calendar", phone.NameInput{Name: "x"})
		if err != nil {
			t.Fatal(err)
		}
		const c = `xmlns:c="urn:ietf:params:xml:ns:carddav" xmlns="DAV:"`
		for _, of := range []struct{ what, method, path, body, each string }{
			{"all states, first", "PROPFIND", b.path, `<propfind ` + c + `><prop><getetag/></prop></propfind>`, "<d:getetag>"},
			{"all states again", "PROPFIND", b.path, `<propfind ` + c + `><prop><getetag/></prop></propfind>`, "<d:getetag>"},
			{
				"all cards", "REPORT", b.path, `<c:addressbook-query ` + c + `><prop><getetag/><c:address-data/></prop>` +
					`</c:addressbook-query>`, "BEGIN:VCARD",
			},
			{"the calendar", http.MethodGet, out.(phone.AddedCalendar).Path, "", "BEGIN:VEVENT"},
		} {
			peak := peakOf(func() {
				taken := spentOn(t, func() {
					if n := b.count(of.method, of.path, of.body, of.each); n != most {
						t.Errorf("%s: %d of %d people", of.what, n, most)
					}
				})
				t.Logf("%s: %v", of.what, taken.processor)
			})
			t.Logf("%s: %d MB more in use at the most", of.what, peak>>20)
		}
	})
}

// count returns how often something stands in an answer, which is not held in memory.
func (b *book) count(method, path, body, each string) int {
	b.t.Helper()
	r, err := http.NewRequest(method, b.web+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	r.SetBasicAuth("anybody", b.password)
	r.Header.Set("Depth", "1")
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer w.Body.Close()
	in := bufio.NewReader(w.Body)
	found := 0
	for {
		part, err := in.ReadString('\n')
		found += strings.Count(part, each)
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			b.t.Fatal(err)
		}
	}
}

// peakOf returns how much more memory was in use at the most while something was done, as far as looks often enough.
func peakOf(f func()) uint64 {
	heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	in := func() uint64 {
		metrics.Read(heap)
		return heap[0].Value.Uint64()
	}
	runtime.GC()
	before, peak := in(), uint64(0)
	done, looked := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(looked)
		for {
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
				peak = max(peak, in())
			}
		}
	}()
	f()
	close(done)
	<-looked
	return peak - min(peak, before)
}
