package app

import (
	"context"

	"gave.network/internal/ask"
	"gave.network/internal/colleagues"
	"gave.network/internal/db"
	"gave.network/internal/give"
	"gave.network/internal/goodwill"
	"gave.network/internal/id"
	"gave.network/internal/network"
	"gave.network/internal/op"
	"gave.network/internal/praise"
)

// knownAtMost is how many gifts and facts the routing of asks looks at.
const knownAtMost = 10_000

// thank notes in the ledger what came from somebody who helped.
func (a *App) thank(ctx context.Context, tx db.Queryer, v op.Viewer, helper network.Ref, kind, body string) error {
	_, err := a.Give.Add(ctx, tx, v,
		give.Gift{Direction: give.CameIn, Kind: give.Kind(kind), Body: body, At: v.Now, People: []network.Ref{helper}})
	return err
}

// knownFromGifts tells the room of asking what people can, from what they gave before.
func (a *App) knownFromGifts(ctx context.Context, v op.Viewer) ([]ask.Known, error) {
	returns, err := a.Give.List(ctx, v, give.CameIn, knownAtMost)
	if err != nil {
		return nil, err
	}
	var out []ask.Known
	for _, g := range returns {
		for _, p := range g.People {
			out = append(out, ask.Known{Person: p.ID, Text: g.Body, At: g.At})
		}
	}
	return out, nil
}

// knownFromPraise tells the room of asking what people are praised for: an endorsement says what somebody can.
func (a *App) knownFromPraise(ctx context.Context, v op.Viewer) ([]ask.Known, error) {
	list, _, err := a.Praise.List(ctx, v)
	if err != nil {
		return nil, err
	}
	var out []ask.Known
	for _, p := range list {
		if p.Subject.ID != v.Person {
			out = append(out, ask.Known{Person: p.Subject.ID, Text: p.Text + " " + p.Occasion, At: p.At})
		}
	}
	return out, nil
}

// wishes tells the room of giving what people need and care about, with tact.
func (a *App) wishes(ctx context.Context, v op.Viewer) ([]give.Wish, error) {
	facts, err := a.Goodwill.Facts(ctx, v, id.Zero, "", true, knownAtMost)
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

// knownFromFacts tells the room of asking what people care about.
func (a *App) knownFromFacts(ctx context.Context, v op.Viewer) ([]ask.Known, error) {
	facts, err := a.Goodwill.Facts(ctx, v, id.Zero, "", false, knownAtMost)
	if err != nil {
		return nil, err
	}
	var out []ask.Known
	for _, f := range facts {
		if f.Kind != goodwill.Need { // who needs a thing is not who has it
			out = append(out, ask.Known{Person: f.Person.ID, Text: f.Body, At: f.At})
		}
	}
	return out, nil
}

// skillsFromGifts tells the room of colleagues what people can, from what they gave before.
func (a *App) skillsFromGifts(ctx context.Context, v op.Viewer) ([]colleagues.Known, error) {
	return asSkills(a.knownFromGifts(ctx, v))
}

// skillsFromFacts tells the room of colleagues what people care about.
func (a *App) skillsFromFacts(ctx context.Context, v op.Viewer) ([]colleagues.Known, error) {
	return asSkills(a.knownFromFacts(ctx, v))
}

func asSkills(list []ask.Known, err error) ([]colleagues.Known, error) {
	out := make([]colleagues.Known, len(list))
	for i, k := range list {
		out[i] = colleagues.Known{Person: k.Person, Text: k.Text}
	}
	return out, err
}
