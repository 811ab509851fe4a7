// Package peopletest makes spaces, members and people for tests.
package peopletest

import (
	"context"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/tie"
)

// Now is the present of tests.
var Now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// Space makes a space.
func Space(t testing.TB, d *db.DB) id.ID {
	t.Helper()
	space := id.New()
	if _, err := d.ExecContext(context.Background(), `insert into space (id, name, purpose, created)
		values ($1, 'test', 'professional', 1)`, space); err != nil {
		t.Fatal(err)
	}
	return space
}

// Viewer makes a member of the space with a person of their own.
func Viewer(t testing.TB, d *db.DB, space id.ID, name string, role op.Role) op.Viewer {
	t.Helper()
	v := op.Viewer{
		Space: space, Account: id.New(), Member: id.New(), Role: role, Lang: locale.English, Zone: time.UTC, Now: Now,
	}
	v.Person = Person(t, d, v, name, name+"@example.org").ID
	return v
}

// Person makes a person that the viewer keeps, with mail addresses.
func Person(t testing.TB, d *db.DB, v op.Viewer, name string, addresses ...string) people.Person {
	t.Helper()
	p := people.NewPerson{Person: people.Person{ID: id.New(), Owner: v.Member, Created: 1, Updated: 1}}
	p.Named(name)
	for _, a := range addresses {
		p.Identifiers = append(p.Identifiers, people.Identifier{Kind: people.MailAddress, Value: a})
	}
	if err := d.Write(context.Background(), func(tx *db.Tx) error {
		return people.InsertPeople(context.Background(), tx, v.Space, []people.NewPerson{p})
	}); err != nil {
		t.Fatal(err)
	}
	return p.Person
}

// Record stores interactions and derives ties from them, as an import does.
func Record(t testing.TB, d *db.DB, v op.Viewer, list ...tie.Interaction) {
	t.Helper()
	ctx := context.Background()
	if err := d.Write(ctx, func(tx *db.Tx) error {
		return tie.RecordInteractions(ctx, tx, v.Space, list, v.Now)
	}); err != nil {
		t.Fatal(err)
	}
}

// Interaction makes an interaction of the viewer's; the first person is its sender.
func Interaction(v op.Viewer, medium tie.Medium, at time.Time, people ...id.ID) tie.Interaction {
	e := tie.Interaction{
		ID: id.New(), Owner: v.Member, Medium: medium, Time: at.UnixMicro(), People: len(people), Source: "test",
		External: id.New(),
	}
	for i, p := range people {
		role := tie.To
		if i == 0 {
			role = tie.From
		}
		e.Participants = append(e.Participants, tie.Participant{Person: p, Role: role})
	}
	return e
}

// Carry stores ties that were worked out elsewhere, as an import of them does.
func Carry(t testing.TB, d *db.DB, v op.Viewer, list ...tie.Carried) []tie.Became {
	t.Helper()
	ctx := context.Background()
	var out []tie.Became
	if err := d.Write(ctx, func(tx *db.Tx) (err error) {
		out, err = tie.NewDeriver(v.Space, v.Now).Carry(ctx, tx, list)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}
