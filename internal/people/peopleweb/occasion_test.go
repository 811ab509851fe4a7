package peopleweb_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page/pagetest"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/people/peopleweb"
	"gave.network/internal/tie"
)

// A meeting to come is brought up in time when several people come; its page says whom one knows, who is new, and with
// whom to begin. It is nobody else's.
func TestAMeetingIsPrepared(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := people.NewStore(d)
		space := peopletest.Space(t, d)
		v := peopletest.Viewer(t, d, space, "Me", op.Owner)
		v.Now = time.Now()
		anna, bram, cora := peopletest.Person(t, d, v, "Anna Aal"), peopletest.Person(t, d, v, "Bram Beer"),
			peopletest.Person(t, d, v, "Cora Cent")
		for days := range 40 {
			peopletest.Record(t, d, v,
				peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -days-1), v.Person, anna.ID))
			peopletest.Record(t, d, v,
				peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(-4, 0, -days), v.Person, bram.ID))
		}
		soon := peopletest.Interaction(v, tie.FaceToFace, v.Now.Add(12*time.Hour), v.Person, anna.ID, bram.ID,
			cora.ID)
		soon.Title, soon.Place = "Borrel Vrij Contact", "Arnhem"
		peopletest.Record(t, d, v, soon)
		funeral := peopletest.Interaction(v, tie.FaceToFace, v.Now.Add(6*time.Hour), v.Person, anna.ID, bram.ID,
			cora.ID)
		funeral.Title = "Begrafenis van tante Truus"
		peopletest.Record(t, d, v, funeral)
		later := peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, 9), v.Person, anna.ID, bram.ID, cora.ID)
		peopletest.Record(t, d, v, later)
		if _, err := s.Settle(ctx, space, tie.Present(v)); err != nil {
			t.Fatal(err)
		}
		room := peopleweb.Room(s, nil)
		ahead, err := room.Ahead(ctx, v)
		if err != nil || ahead == nil || ahead.Title != "Borrel Vrij Contact" || ahead.People != 3 {
			t.Fatalf("%+v, %v", ahead, err)
		}
		site := pagetest.New(v)
		site.Serve(room.Pages)
		shown := site.Get(t, ahead.Address, 200, "Borrel Vrij Contact", "Arnhem", "3 guests",
			"Begin with Bram Beer, whom you have not seen for long.", "Cora Cent")
		if strings.Contains(shown, ">Me<") {
			t.Error("one is a guest of one's own meeting")
		}
		known := site.Get(t, ahead.Address+"?of=known", 200, "Anna Aal", "Bram Beer")
		if strings.Contains(known, "Cora") {
			t.Error("who is new is known")
		}
		if fresh := site.Get(t, ahead.Address+"?of=new", 200, "Cora Cent"); strings.Contains(fresh, "Anna Aal") {
			t.Error("who is known is new")
		}
		site.Get(t, "/events/"+id.New().String(), 404)
		other := peopletest.Viewer(t, d, space, "Other", op.Member)
		elsewhere := pagetest.New(other)
		elsewhere.Serve(room.Pages)
		elsewhere.Get(t, ahead.Address, 404)
		if ahead, err := room.Ahead(ctx, other); err != nil || ahead != nil {
			t.Errorf("another member goes there too: %+v, %v", ahead, err)
		}
	})
}
