package people_test

import (
	"context"
	"slices"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tie"
)

// Two entries of one whole name may be one person until the viewer says that they are two; so may those of an open
// proposal. Silence is that of all of them, and so are the places where somebody works.
func TestDoubles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Ego", op.Owner)
		store := people.NewStore(d)
		anna, again := peopletest.Person(t, d, v, "Anna Jansen"), peopletest.Person(t, d, v, "anna jansen")
		short, other := peopletest.Person(t, d, v, "A. Jansen"), peopletest.Person(t, d, v, "Bob de Vries")
		for i, p := range []people.Person{anna, again} {
			peopletest.Record(t, d, v,
				peopletest.Interaction(v, tie.Mail, v.Now.AddDate(-1+i, 0, -1), v.Person, p.ID))
		}
		err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := people.Propose(ctx, tx, v.Space, v.Member, anna.ID, short.ID, 0.9, []string{"x"}, v.Now)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		of := func(person id.ID, want ...id.ID) {
			t.Helper()
			doubles, err := store.Doubles(ctx, v)
			got := slices.Clone(doubles[person])
			slices.SortFunc(got, id.ID.Compare)
			slices.SortFunc(want, id.ID.Compare)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("got %v, want %v, %v", got, want, err)
			}
		}
		of(anna.ID, again.ID, short.ID)
		of(other.ID)
		last, err := store.LastContacts(ctx, v, []id.ID{anna.ID})
		if err != nil || !last[anna.ID].Equal(v.Now.AddDate(0, 0, -1)) {
			t.Errorf("last in touch %v, %v", last[anna.ID], err)
		}
		open, err := store.Proposals(ctx, v, id.Zero, 10)
		if err != nil || len(open) != 1 {
			t.Fatalf("%v, %v", open, err)
		}
		if err := store.Reject(ctx, v, open[0].ID); err != nil {
			t.Fatal(err)
		}
		of(anna.ID, again.ID)
		of(short.ID)
		// Who comes, is renamed or is merged changes it.
		third := peopletest.Person(t, d, v, "Anna Jansen")
		of(anna.ID, again.ID, third.ID)
		if err := store.EditPerson(ctx, v, third, people.Change{"name": "Anna Pietersen"}); err != nil {
			t.Fatal(err)
		}
		of(anna.ID, again.ID)
		fourth := peopletest.Person(t, d, v, "Anna Jansen")
		of(again.ID, anna.ID, fourth.ID)
		if _, err := store.Merge(ctx, v, anna.ID, fourth.ID); err != nil {
			t.Fatal(err)
		}
		of(again.ID, anna.ID)
		for person, organisation := range map[id.ID]string{
			anna.ID: "Old Mill", again.ID: "New Mill", other.ID: "Mill",
		} {
			p, err := store.Person(ctx, d, v, person)
			if err == nil {
				err = store.AddRole(ctx, v, p, people.Role{Organisation: organisation, Title: "miller"})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		doubles, err := store.Doubles(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		places, err := store.Workplaces(ctx, v, doubles, []id.ID{anna.ID, other.ID})
		if err != nil || len(places[anna.ID]) != 2 || len(places[other.ID]) != 1 {
			t.Errorf("%v, %v", places, err)
		}
	})
}

// Whom one is to meet within six weeks is known under each name that may be theirs, however much is planned after that.
func TestPlanned(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Ego", op.Owner)
		store := people.NewStore(d)
		anna, again := peopletest.Person(t, d, v, "Anna Jansen"), peopletest.Person(t, d, v, "anna jansen")
		late, past := peopletest.Person(t, d, v, "Bob de Vries"), peopletest.Person(t, d, v, "Cor Cas")
		often := peopletest.Person(t, d, v, "Dora Das")
		meet := func(p people.Person, days int) {
			peopletest.Record(t, d, v,
				peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, days), v.Person, p.ID))
		}
		meet(again, 41)
		meet(late, 43)
		meet(past, -1)
		for week := range 60 {
			meet(often, 7+7*week)
		}
		found, err := store.Planned(ctx, v, []id.ID{anna.ID, late.ID, past.ID, often.ID})
		if err != nil {
			t.Fatal(err)
		}
		for name, one := range map[string]struct {
			person people.Person
			want   bool
		}{"Anna": {anna, true}, "Bob": {late, false}, "Cor": {past, false}, "Dora": {often, true}} {
			if found[one.person.ID] != one.want {
				t.Errorf("%s: %v", name, found[one.person.ID])
			}
		}
	})
}
