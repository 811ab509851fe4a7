package people_test

import (
	"context"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
)

// The address of a desk is had by all who sit there; a person's own address is not given to another without asking.
func TestAddressOfADesk(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := people.NewStore(d)
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "me", op.Owner)
		add := func(name, address string) error {
			_, err := s.AddPerson(ctx, v, people.NewPerson{
				Person:      people.Person{Name: name},
				Identifiers: []people.Identifier{{Kind: people.MailAddress, Value: address}},
			})
			return err
		}
		for _, name := range []string{"Els Kok", "Ton Bol", "Ria Dam"} {
			if err := add(name, "info@example.com"); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		found, err := s.FindByIdentifier(ctx, v,
			people.Identifier{Kind: people.MailAddress, Value: "info@example.com"})
		if err != nil || len(found) != 3 {
			t.Errorf("%d people have the address of the desk, %v", len(found), err)
		}
		if err := add("Els Kok", "els@example.com"); err != nil {
			t.Fatal(err)
		}
		if err := add("Wim Kok", "els@example.com"); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("the address of another: %v, want a conflict", err)
		}
	})
}
