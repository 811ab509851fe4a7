package give

import (
	"context"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
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
