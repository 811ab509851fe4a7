package praise

import (
	"context"
	"slices"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/op"
	"gave.network/internal/op/optest"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/room"
	"gave.network/internal/tie"
)

// Credit goes to who gave, helped or was there, of what it is about and of nothing else; never to the viewer, and never
// for what is delicate.
func TestCredit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, _, v := outset(t, d)
		anna := peopletest.Person(t, d, v, "Anna Aal", "anna@x.example")
		bob := peopletest.Person(t, d, v, "Bob Bos", "bob@x.example")
		cees := peopletest.Person(t, d, v, "Cees Car", "cees@x.example")
		s.parts = func(context.Context, op.Viewer) ([]Part, error) {
			know := func(person room.Knowledge, share Share) Part {
				person.At = v.Now.AddDate(0, -1, 0)
				return Part{person, share}
			}
			return []Part{
				know(room.Knowledge{Person: bob.ID, Text: "figures for the annual report"}, ShareGave),
				know(room.Knowledge{Person: bob.ID, Text: "figures for the annual report"}, ShareGave),
				know(room.Knowledge{Person: anna.ID, Text: "who can print an annual report?"}, ShareHelped),
				know(room.Knowledge{Person: cees.ID, Text: "a bicycle"}, ShareGave),
				know(room.Knowledge{Person: cees.ID, Text: "the report of his divorce"}, ShareGave),
			}, nil
		}
		met := peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -3), v.Person, bob.ID)
		met.Title = "Annual report: last round"
		mail := peopletest.Interaction(v, tie.Mail, v.Now.AddDate(0, 0, -3), v.Person, cees.ID)
		mail.Title = "Annual report"
		peopletest.Record(t, d, v, met, mail)
		list, err := s.Credit(ctx, v, "the annual report")
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, c := range list {
			names = append(names, c.Person.Name)
		}
		if !slices.Equal(names, []string{"Bob Bos", "Anna Aal"}) {
			t.Fatalf("%+v", list)
		}
		if shares := []string{list[0].Parts[0].Share, list[0].Parts[1].Share}; len(list[0].Parts) != 2 ||
			!slices.Equal(shares, []string{"gave", "met"}) {
			t.Errorf("%+v", list[0])
		}
		_, err = s.Credit(ctx, v, "the of")
		optest.Fault(t, err, fault.Invalid, "Say what it is about")
	})
}
