package people_test

import (
	"context"
	"fmt"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tie"
)

// Where people can be written to and in which language is read for several at once, each by their own latest mails.
func TestReachOfAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		store := people.NewStore(d)
		anna := peopletest.Person(t, d, v, "Anna Aal", "anna@example.org")
		bram := peopletest.Person(t, d, v, "Bram Beer", "bram@example.org")
		nobody := peopletest.Person(t, d, v, "Nobody Known")
		for i := range 25 {
			for person, title := range map[id.ID]string{
				anna.ID: "Het verslag van de vergadering van gisteren",
				bram.ID: "The report of the meeting of yesterday",
			} {
				one := peopletest.Interaction(v, tie.Mail, v.Now.AddDate(0, 0, -i), v.Person, person)
				one.Title = fmt.Sprint(title, " ", i)
				peopletest.Record(t, d, v, one)
			}
		}
		found, err := store.ReachOfAll(ctx, v, []id.ID{anna.ID, bram.ID, nobody.ID})
		if err != nil || len(found) != 3 {
			t.Fatal(found, err)
		}
		if a := found[anna.ID]; a.Email != "anna@example.org" || a.Lang != string(locale.Dutch) {
			t.Errorf("%+v", a)
		}
		if b := found[bram.ID]; b.Email != "bram@example.org" || b.Lang != string(locale.English) {
			t.Errorf("%+v", b)
		}
		if n := found[nobody.ID]; n.Email != "" || n.Lang != "" {
			t.Errorf("%+v", n)
		}
		if none, err := store.ReachOfAll(ctx, v, nil); err != nil || len(none) != 0 {
			t.Error(none, err)
		}
	})
}
