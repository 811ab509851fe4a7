package app_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/intake"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/tie"
)

// book is a network into which small address books and mail are imported.
type book struct {
	*app.App
	*testing.T
	v    op.Viewer
	dir  string
	file int
}

func newBook(t *testing.T, address string) *book {
	t.Helper()
	a, err := app.Open(context.Background(), app.Config{Data: t.TempDir(), Database: address})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	b := &book{App: a, T: t, dir: t.TempDir()}
	b.refresh()
	return b
}

func (b *book) refresh() {
	var err error
	if b.v, err = b.Account.Local(context.Background(), locale.English); err != nil {
		b.Fatal(err)
	}
}

// cards imports an address book of one card for each line: name; then addresses and numbers.
func (b *book) cards(lines ...string) intake.Report {
	b.Helper()
	var out strings.Builder
	for _, line := range lines {
		name, rest, _ := strings.Cut(line, ";")
		fmt.Fprintf(&out, "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:%s\r\n", strings.ReplaceAll(name, ",", `\,`))
		for _, value := range strings.Fields(rest) {
			switch {
			case strings.Contains(value, "@"):
				fmt.Fprintf(&out, "EMAIL:%s\r\n", value)
			case strings.HasPrefix(value, "http"):
				fmt.Fprintf(&out, "URL:%s\r\n", value)
			case strings.HasPrefix(value, "org="):
				fmt.Fprintf(&out, "ORG:%s\r\n", value[4:])
			default:
				fmt.Fprintf(&out, "TEL:%s\r\n", value)
			}
		}
		out.WriteString("END:VCARD\r\n")
	}
	return b.take("book.vcf", out.String())
}

// mails imports letters from each of the senders to me, a day apart.
func (b *book) mails(senders ...string) intake.Report {
	b.Helper()
	var out strings.Builder
	for i, from := range senders {
		at := time.Date(2026, 3, 1+i, 12, 0, 0, 0, time.UTC)
		fmt.Fprintf(&out, "From x\nFrom: %s\nTo: Me Myself <me@example.org>\nDate: %s\n"+
			"Message-ID: <%d-%d@example.org>\nSubject: hello\n\nhello\n\n",
			from, at.Format(time.RFC1123Z), b.file, i)
	}
	return b.take("mail.mbox", out.String())
}

func (b *book) take(name, content string) intake.Report {
	b.Helper()
	b.file++
	path := filepath.Join(b.dir, fmt.Sprintf("%d-%s", b.file, name))
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		b.Fatal(err)
	}
	report, err := b.Intake.Import(context.Background(), b.v, []string{path},
		intake.Options{Me: []string{"me@example.org"}})
	if err != nil {
		b.Fatal(err)
	}
	b.refresh()
	return report
}

// names returns the people that are listed, by name.
func (b *book) names() []string {
	b.Helper()
	list, err := b.Network.People(context.Background(), b.v, people.PeopleQuery{Sort: "name", Limit: 1000})
	if err != nil {
		b.Fatal(err)
	}
	out := []string{}
	for _, p := range list.People {
		out = append(out, p.Name)
	}
	slices.Sort(out)
	return out
}

// detail shows a person by a reference.
func (b *book) detail(reference string) people.PersonDetail {
	b.Helper()
	p, err := b.Network.Resolve(context.Background(), b.v, reference)
	if err != nil {
		b.Fatalf("%s: %v", reference, err)
	}
	d, err := b.Network.Detail(context.Background(), b.v, p)
	if err != nil {
		b.Fatal(err)
	}
	return d
}

// sameAsRebuilt checks that the stored ties are those of a rebuild, to the last bit.
func (b *book) sameAsRebuilt() {
	b.Helper()
	ties := func() []string {
		rows, err := db.Select[struct {
			Person, Other                    id.ID
			Intensity, Sent, Received, Peak  float64
			AsOf, FirstContact, Interactions int64
		}](context.Background(), b.DB, `select person, other, intensity, sent, received, peak, as_of, first_contact,
			interactions from tie order by owner, person, other`)
		if err != nil {
			b.Fatal(err)
		}
		out := make([]string, len(rows))
		for i, r := range rows {
			out[i] = fmt.Sprintf("%x", r)
		}
		return out
	}
	before := ties()
	if _, err := b.Network.Rebuild(context.Background(), b.v.Space, tie.Present(b.v)); err != nil {
		b.Fatal(err)
	}
	if after := ties(); !slices.Equal(before, after) {
		b.Errorf("ties differ from a rebuild:\n%v\n%v", before, after)
	}
}

// An identifier joins only when the names allow it.
func TestSharedIdentifiersKeepPeopleApart(t *testing.T) {
	for name, c := range map[string]struct {
		cards     []string
		names     []string
		proposals int
	}{
		"a role": {
			[]string{"Els Kok; info@example.com", "Ton Bol; info@example.com"}, []string{"Els Kok", "Ton Bol"}, 0,
		},
		"a role in Dutch": {
			[]string{"Els Kok; administratie@example.com", "Els Bol; administratie@example.com"},
			[]string{"Els Bol", "Els Kok"},
			0,
		},
		"a role in German": {
			[]string{"Jörg Kok; sekretariat@example.com", "Hans Bol; sekretariat@example.com"},
			[]string{"Hans Bol", "Jörg Kok"},
			0,
		},
		"a home telephone": {
			[]string{"Els Huis; 0201234569", "Wim Huis; 0201234569"}, []string{"Els Huis", "Wim Huis"}, 1,
		},
		"father and son": {
			[]string{"Jan Huis sr.; 0201234569", "Jan Huis jr.; 0201234569"},
			[]string{"Jan Huis jr.", "Jan Huis sr."},
			1,
		},
		"a son without his father's mark": {
			[]string{"Jan Huis; 0201234569", "Jan Huis jr.; 0201234569"}, []string{"Jan Huis", "Jan Huis jr."}, 1,
		},
		"a couple": {
			[]string{"Piet Stel; pietenans@example.org", "Ans Stel; pietenans@example.org"},
			[]string{"Ans Stel", "Piet Stel"},
			1,
		},
		"a reception": {
			[]string{
				"Otto Kamer; 0302345678", "Ria Balie; 0302345678", "Kees Gang; 0302345678", "O. Kamer; 0302345678",
			},
			[]string{"Kees Gang", "O. Kamer", "Otto Kamer", "Ria Balie"},
			-1,
		},
		"a firm's page": {
			[]string{"Otto Kamer; https://acme.example", "Ria Balie; https://acme.example"},
			[]string{"Otto Kamer", "Ria Balie"},
			1,
		},
		"one telephone": {
			[]string{"Els Huis; 0612345678 els@example.org", "E. Huis; 0612345678"}, []string{"Els Huis"}, 0,
		},
		"a handle's name": {
			[]string{"John Fiction; jf@example.org", "jfic99; jf@example.org"}, []string{"John Fiction"}, 0,
		},
		"a changed name": {
			[]string{"Kim Bakker; kim@example.org", "Kim Visser; kim@example.org"}, []string{"Kim Bakker"}, 0,
		},
		"a short form": {
			[]string{"Johannes Mol; jm@example.org", "Jan Mol; jm@example.org"}, []string{"Johannes Mol"}, 0,
		},
		"initials of Pim": {[]string{"W.J. Mol; wj@example.org", "Pim Mol; wj@example.org"}, []string{"W.J. Mol"}, 0},
		"two known by one": {
			[]string{"Els Huis; els@example.org 0201234569", "Wim Huis; wim@example.org 0201234569"},
			[]string{"Els Huis", "Wim Huis"},
			1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBook(t, "")
			report := b.cards(c.cards...)
			if got := b.names(); !slices.Equal(got, c.names) {
				t.Fatalf("people %q, want %q", got, c.names)
			}
			if c.proposals >= 0 && report.Proposals != c.proposals {
				t.Errorf("%d proposals, want %d", report.Proposals, c.proposals)
			}
			for _, card := range c.cards { // every name that was seen is found, and has what its card says
				name, rest, _ := strings.Cut(card, ";")
				d := b.detail(name)
				for _, value := range strings.Fields(rest) {
					if strings.Contains(value, "@") && !slices.Contains(d.Emails, value) {
						t.Errorf("%s has %v, not %s", name, d.Emails, value)
					}
					if strings.HasPrefix(value, "0") && len(d.Phones) == 0 {
						t.Errorf("%s has no telephone number", name)
					}
				}
			}
			b.cards(c.cards...) // a second time nothing new comes in
			if got := b.names(); !slices.Equal(got, c.names) {
				t.Errorf("after a second import: people %q, want %q", got, c.names)
			}
		})
	}
}

// A join under another name is recorded with its reason and its import, and is taken back like any merge; the evidence
// goes with the name that it came under.
func TestJoinIsUndone(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		b := newBook(t, address)
		b.mails("Kim Bakker <kim@example.org>", "Kim Bakker <kim@example.org>", "Kim Visser <kim@example.org>")
		report := b.cards("Kim Visser; kim@example.org org=Acme")
		if got := b.names(); !slices.Equal(got, []string{"Kim Bakker"}) {
			t.Fatalf("people %q", got)
		}
		b.sameAsRebuilt()
		d := b.detail("Kim Visser")
		if d.Name != "Kim Bakker" || d.Organisation != "Acme" || len(d.Merged) != 1 ||
			d.Merged[0].Name != "Kim Visser" {
			t.Fatalf("%+v", d)
		}
		m := d.Merged[0]
		if m.Origin != people.ByImport || !slices.Equal(m.Reasons, []string{people.ReasonSameAddress}) ||
			m.Import.IsZero() || m.Import == report.ID || m.At.IsZero() {
			t.Errorf("the join is recorded as %+v", m)
		}
		if err := b.Network.UndoMerge(ctx, b.v, m.Merge); err != nil {
			t.Fatal(err)
		}
		if got := b.names(); !slices.Equal(got, []string{"Kim Bakker", "Kim Visser"}) {
			t.Fatalf("after undoing: people %q", got)
		}
		b.sameAsRebuilt()
		one, other := b.detail("Kim Bakker"), b.detail("Kim Visser")
		if one.Organisation != "" || other.Organisation != "Acme" {
			t.Errorf("organisations %q and %q", one.Organisation, other.Organisation)
		}
		if one.LastContact == nil || other.LastContact == nil || one.LastContact.Day() != 2 ||
			other.LastContact.Day() != 3 {
			t.Errorf("last contacts %v and %v", one.LastContact, other.LastContact)
		}
		// What was taken apart stays apart, and each name keeps its own letters.
		b.mails("Kim Visser <kim@example.org>", "Kim Bakker <kim@example.org>")
		if got := b.names(); !slices.Equal(got, []string{"Kim Bakker", "Kim Visser"}) {
			t.Errorf("after another import: people %q", got)
		}
		b.sameAsRebuilt()
	})
}

// Somebody who asked not to be kept does not take along those who share an address.
func TestErasureOfOneWhoShares(t *testing.T) {
	ctx := context.Background()
	b := newBook(t, "")
	b.cards("Els Kok; info@example.com", "Ton Bol; info@example.com")
	p, err := b.Network.Resolve(ctx, b.v, "Els Kok")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Erase.Erase(ctx, b.v, p, false); err != nil {
		t.Fatal(err)
	}
	b.cards("Els Kok; info@example.com", "Ton Bol; info@example.com", "Bea Nieuw; info@example.com")
	if got := b.names(); !slices.Equal(got, []string{"Bea Nieuw", "Ton Bol"}) {
		t.Errorf("people %q", got)
	}
}
