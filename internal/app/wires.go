package app

import (
	"context"

	"gave.network/internal/db"
	"gave.network/internal/give"
	"gave.network/internal/goodwill"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/praise"
	"gave.network/internal/room"
)

// thank notes in the ledger what came from somebody who helped.
func (a *App) thank(ctx context.Context, tx db.Queryer, v op.Viewer, helper people.Ref, kind, body string) error {
	_, err := a.Give.Add(ctx, tx, v,
		give.Gift{Direction: give.CameIn, Kind: give.Kind(kind), Body: body, At: v.Now, People: []people.Ref{helper}})
	return err
}

// wishes tells the room of giving what people need and care about, with tact.
func (a *App) wishes(ctx context.Context, v op.Viewer) ([]give.Wish, error) {
	facts, err := a.Goodwill.Facts(ctx, v, id.Zero, "", true, room.MostKnowledge)
	if err != nil {
		return nil, err
	}
	var out []give.Wish
	for _, f := range facts {
		old := v.Now.AddDate(-1, 0, 0)
		if f.Kind == goodwill.Interest {
			old = v.Now.AddDate(-4, 0, 0)
		}
		if (f.Kind == goodwill.Need || f.Kind == goodwill.Interest) && f.At.After(old) && !goodwill.Delicate(f.Body) &&
			f.Person.ID != v.Person {
			out = append(out, give.Wish{Person: f.Person, Text: f.Body, At: f.At, Need: f.Kind == goodwill.Need})
		}
	}
	return out, nil
}

// deeds tells the room of praise what people did for the viewer.
func (a *App) deeds(ctx context.Context, v op.Viewer) ([]praise.Deed, error) {
	returns, err := a.Give.List(ctx, v, give.CameIn, 200)
	if err != nil {
		return nil, err
	}
	var out []praise.Deed
	for _, g := range returns {
		if len(g.People) == 1 {
			out = append(out, praise.Deed{Person: g.People[0], Text: g.Body, At: g.At})
		}
	}
	return out, nil
}
