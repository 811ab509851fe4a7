package goodwill

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/goodwill/fetch"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tie"
)

// pages is a web of one page.
type pages map[string]fetch.Page

func (p pages) Read(_ context.Context, address string) (fetch.Page, error) {
	if page, ok := p[address]; ok {
		return page, nil
	}
	return fetch.Page{}, fault.New(fault.Unavailable, "The address cannot be reached.")
}

func TestWhoWouldLikeThis(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := NewService(d, people.NewStore(d), nil, nil)
		s.reader = pages{"https://example.org/boats": {
			Title: "A guide to wooden boats",
			Text:  "How to varnish the hull of a wooden boat, and where to find a yard.",
		}}
		who := map[string]people.Person{}
		know := func(name string, kind Kind, body string, months int) id.ID {
			t.Helper()
			p, ok := who[name]
			if !ok {
				p = peopletest.Person(t, d, v, name)
				who[name] = p
				peopletest.Record(t, d, v,
					peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, -1, 0), v.Person, p.ID))
			}
			key, err := s.Add(ctx, d, v,
				Fact{Person: people.Ref{ID: p.ID}, Kind: kind, Body: body, At: v.Now.AddDate(0, -months, 0)})
			if err != nil {
				t.Fatal(err)
			}
			return key
		}
		know("Anna", Interest, "wooden boats and sailing", 3)
		know("Bram", Need, "een appartement in Utrecht", 1)
		know("Carla", Need, "apartment in Utrecht", 10)
		know("Dirk", Interest, "aquarelleren", 2)
		know("Els", Interest, "plain language in government letters", 5)
		know("Frits", Need, "somebody who can set up a newsletter", 2)
		know("Greet", Interest, "living with cancer", 1)
		know("Hans", Interest, "moestuin en zaden ruilen", 4)
		met := know("Ine", Need, "a second-hand cargo bike", 1)
		if err := s.Answer(ctx, v, met, false); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ tip, first string }{
			{"https://example.org/boats", "Anna"},
			{"Nieuw op de markt: licht appartement met balkon, vijf minuten van het station in Utrecht", "Bram"},
			{"Workshop: leren aquarelleren met een kunstenaar uit de buurt", "Dirk"},
			{"The ministry published a study on plain language: letters of the government can be half as long", "Els"},
			{"A short course on how to set up a newsletter that people open", "Frits"},
			{"Zaterdag ruilen we zaden en stekjes voor de moestuin", "Hans"},
		} {
			out, err := s.match(ctx, v, MatchInput{Text: c.tip, Limit: 5})
			if err != nil || len(out.People) == 0 || out.People[0].Name != c.first {
				t.Errorf("%q: %+v %v, want %s first", c.tip, out.People, err, c.first)
				continue
			}
			m := out.People[0]
			if !(m.Score > 0 && m.Score <= 1) || len(m.Why) == 0 || !strings.HasPrefix(m.Draft, "Hello "+c.first) {
				t.Errorf("%+v", m)
			}
		}
		// What is delicate leads to nothing, and neither do a need that was met, the viewer, or a text that fits
		// nobody.
		for _, tip := range []string{
			"A book about living with cancer", "Second-hand cargo bike for sale", "The annual accounts of a railway",
		} {
			if out, err := s.match(ctx, v, MatchInput{Text: tip}); err != nil || len(out.People) > 0 {
				t.Errorf("%q: %+v %v", tip, out.People, err)
			}
		}
		// A skill is known by other words and in another language, and a place is no match.
		know("Jan", Need, "an accountant in Nijmegen", 1)
		know("Kaat", Interest, "zeefdruk", 1)
		for tip, want := range map[string]string{
			"Flat for rent in Nijmegen": "", "Boekhouder met tijd over, in Breda": "Jan",
			"An evening on screen printing": "Kaat",
		} {
			out, err := s.match(ctx, v, MatchInput{Text: tip, Limit: 5})
			if err != nil || len(out.People) > 1 || (len(out.People) == 1) != (want != "") ||
				want != "" && out.People[0].Name != want {
				t.Errorf("%q: %+v %v, want %q", tip, out.People, err, want)
			}
		}
		// An old need counts less than a fresh one.
		out, err := s.match(ctx, v, MatchInput{Text: "appartement apartment Utrecht"})
		if err != nil || len(out.People) != 2 || out.People[0].Name != "Bram" ||
			out.People[1].Score >= out.People[0].Score {
			t.Errorf("%+v %v", out.People, err)
		}
		english := locale.New(locale.English, v.Zone)
		for _, c := range []struct{ tip, want string }{
			{" ", "There is nothing to match."},
			{strings.Repeat("word ", 1_000_000), "characters can be matched at once"},
			{"https://example.org/gone", "The address cannot be reached."},
			{"\xff", "not in UTF-8"},
		} {
			if _, err := s.match(ctx, v, MatchInput{Text: c.tip}); err == nil ||
				!strings.Contains(english.Fault(err), c.want) {
				t.Errorf("%.20q: %v, want %q", c.tip, err, c.want)
			}
		}
		if out, err := s.match(ctx, v,
			MatchInput{Text: "https://example.org/gone a page on wooden boats"}); err != nil || len(out.People) == 0 ||
			out.People[0].Name != "Anna" {
			t.Errorf("what the viewer says of a page that cannot be read was not used: %+v %v", out, err)
		}
		other := peopletest.Viewer(t, d, v.Space, "Other", op.Owner)
		if out, err := s.match(ctx, other, MatchInput{Text: "wooden boats"}); err != nil || len(out.People) > 0 {
			t.Errorf("another member sees private interests: %+v %v", out, err)
		}
		// Five who would like the same, four of one place: that is said, with of how many it is not known.
		for i := range 5 {
			name := fmt.Sprint("Kite flyer ", i)
			know(name, Interest, "kites on the beach", 1)
			place := []string{"Ede", ""}[i/4]
			edit := people.EditPersonInput{Place: &place}
			edit.Person = who[name].ID.String()
			if _, err := s.network.Edit(ctx, v, edit); err != nil {
				t.Fatal(err)
			}
		}
		out, err = s.match(ctx, v, MatchInput{Text: "a festival of kites on the beach"})
		if err != nil || len(out.People) != 5 || !slices.Contains(out.Alike,
			"4 of these 5 are in Ede; it may look different from elsewhere. Of 1 it is not known.") {
			t.Errorf("%d people, alike %q, %v", len(out.People), out.Alike, err)
		}
	})
}

// Ten thousand interests are compared in a moment.
func BenchmarkMatch(b *testing.B) {
	d := dbtest.SQLite(b)
	ctx := context.Background()
	v := peopletest.Viewer(b, d, peopletest.Space(b, d), "Me", op.Owner)
	s := NewService(d, people.NewStore(d), nil, nil)
	p := peopletest.Person(b, d, v, "Anna")
	for i := range 10_000 {
		if _, err := s.Add(ctx, d, v, Fact{
			Person: people.Ref{ID: p.ID}, Kind: Interest, Body: fmt.Sprint("interest number ",
				i, " in boats"), At: v.Now,
		}); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if _, err := s.match(ctx, v, MatchInput{Text: "a guide to boats, number 77"}); err != nil {
			b.Fatal(err)
		}
	}
}
