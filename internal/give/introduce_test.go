package give

import (
	"context"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/room"
	"gave.network/internal/tie"
)

// Who looks for somebody is brought together with whom the viewer knows who is that, also by another name and in
// another language; who shares a place or a word with the wish is not that, and an article is nobody.
func TestWhoLooksForSomebodyMeetsThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		store := people.NewStore(d)
		s := NewService(d, store, t.TempDir())
		tagged := func(name string, tags ...string) people.Person {
			p := peopletest.Person(t, d, v, name)
			for i := range 12 {
				peopletest.Record(t, d, v,
					peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, i-12), v.Person, p.ID))
			}
			if err := store.Tag(ctx, v, p, tags); err != nil {
				t.Fatal(err)
			}
			return p
		}
		tagged("Pia", "screen printing")
		tagged("Ursula", "history teacher in Utrecht")
		tagged("Karel", "klusjesman", "wil graag leren drukken")
		wishes := []room.Knowledge{}
		for _, text := range []string{
			"een drukker in Utrecht", "een huis in Utrecht", "iemand die kan helpen met de belastingaangifte",
			"someone for odd jobs", "een artikel over zeefdruk",
		} {
			who := peopletest.Person(t, d, v, "Seeker of "+text)
			wishes = append(wishes, room.Knowledge{Person: who.ID, Name: who.Name, Text: text, At: v.Now, Need: true})
		}
		found, err := s.matches(ctx, v, wishes)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, m := range found {
			got[m.wish.Text] = m.helper.Name + ": " + m.line
		}
		if len(got) != 2 || got["een drukker in Utrecht"] != "Pia: screen printing" ||
			got["someone for odd jobs"] != "Karel: klusjesman" {
			t.Errorf("got %v", got)
		}
		for _, title := range []string{"Alles over zeefdruk", "Help, my plumber is a printer"} {
			if _, err := s.Share(ctx, v, Resource{Title: title, Text: "x"}); err != nil {
				t.Fatal(err)
			}
		}
		gifts, err := s.effortlessOf(ctx, v, wishes, 10)
		if err != nil || len(gifts) != 1 || gifts[0].Wish != "een artikel over zeefdruk" ||
			gifts[0].Offer != "Alles over zeefdruk" {
			t.Errorf("got %+v, %v", gifts, err)
		}
	})
}

// Who looks for what nobody whom the viewer knows can is brought to who is known to a friend; whom the viewer knows
// under another entry is no stranger, and who works where the seeker works needs no introduction.
func TestAFriendKnowsSomebody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		store := people.NewStore(d)
		s := NewService(d, store, t.TempDir())
		meet := func(a, b people.Person) {
			for i := range 12 {
				peopletest.Record(t, d, v,
					peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, i-12), a.ID, b.ID))
			}
		}
		me := people.Person{ID: v.Person}
		friend, printer := peopletest.Person(t, d, v, "Fay Friend"), peopletest.Person(t, d, v, "Pia Press")
		baker, again := peopletest.Person(t, d, v, "Bo Baker"), peopletest.Person(t, d, v, "Bo Baker")
		seeker, hungry := peopletest.Person(t, d, v, "Sam Seeker"), peopletest.Person(t, d, v, "Hal Hungry")
		meet(me, friend)
		meet(friend, printer)
		meet(friend, baker)
		meet(me, again)
		for _, tagged := range []struct {
			who people.Person
			tag string
		}{{printer, "screen printing"}, {baker, "baker"}} {
			if err := store.Tag(ctx, v, tagged.who, []string{tagged.tag}); err != nil {
				t.Fatal(err)
			}
		}
		if err := store.SettleFor(ctx, v); err != nil {
			t.Fatal(err)
		}
		wishes := []room.Knowledge{
			{Person: seeker.ID, Name: seeker.Name, Text: "een drukker", At: v.Now, Need: true},
			{Person: hungry.ID, Name: hungry.Name, Text: "een bakker", At: v.Now, Need: true},
		}
		found, err := s.introductionMoves(ctx, v, wishes)
		if err != nil || len(found) != 1 {
			t.Fatalf("got %+v, %v", found, err)
		}
		m, p := found[0], v.Printer()
		if m.Kind != "bridge" || len(m.People) != 3 || m.People[0].ID != seeker.ID || m.People[1].ID != friend.ID ||
			m.People[2].ID != printer.ID {
			t.Errorf("got %s about %+v", m.Kind, m.People)
		}
		if letter := m.OtherDraft.In(p); !strings.HasPrefix(letter, "Hello Fay,") || strings.Contains(letter, "Sam") {
			t.Errorf("the friend is told %q", letter)
		}
		// Who is likelier to say yes is asked.
		other := peopletest.Person(t, d, v, "Olga Other")
		meet(me, printer)
		meet(me, other)
		if err := store.Tag(ctx, v, other, []string{"screen printing"}); err != nil {
			t.Fatal(err)
		}
		for _, likely := range []people.Person{printer, other} {
			s.Weigh(func(_ context.Context, _ op.Viewer, asked []id.ID) (map[id.ID]float64, error) {
				out := map[id.ID]float64{}
				for _, key := range asked {
					out[key] = 0.3
				}
				out[likely.ID] = 0.6
				return out, nil
			})
			list, err := s.introductionMoves(ctx, v, wishes[:1])
			if err != nil || len(list) != 1 || list[0].Kind != "introduce" || list[0].People[1].ID != likely.ID {
				t.Fatalf("got %+v, %v", list, err)
			}
			first, second := list[0].Draft.In(p), list[0].OtherDraft.In(p)
			if !strings.HasPrefix(first, "Hello Sam,") || !strings.HasPrefix(second, "Hello "+move.Given(likely.Name)) {
				t.Errorf("the letters are %q and %q", first, second)
			}
		}
	})
}
