package app

import (
	"context"

	"gave.network/internal/ask"
	"gave.network/internal/db"
	"gave.network/internal/give"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/praise"
	"gave.network/internal/room"
	"gave.network/internal/text"
)

// thank notes in the ledger what came from somebody who helped.
func (a *App) thank(ctx context.Context, tx db.Queryer, v op.Viewer, helper people.Ref, kind, body string) error {
	_, err := a.Give.Add(ctx, tx, v,
		give.Gift{Direction: give.CameIn, Kind: give.Kind(kind), Body: body, At: v.Now, People: []people.Ref{helper}})
	return err
}

const (
	// newest is how many returns praise looks at.
	newest = 200
	// mostAsks is how many asks are looked through for who was thanked.
	mostAsks = 200
)

// deeds tells what people did for the viewer, each by themselves. Who helped with an ask was thanked there.
func (a *App) deeds(ctx context.Context, v op.Viewer) ([]praise.Deed, error) {
	returns, err := a.Give.List(ctx, v, give.CameIn, newest)
	if err != nil {
		return nil, err
	}
	var out []praise.Deed
	for _, g := range returns {
		if len(g.People) != 1 {
			continue
		}
		p := g.People[0]
		out = append(out, praise.Deed{
			Knowledge: room.Knowledge{Person: p.ID, Name: p.Name, Text: g.Body, At: g.At}, Kind: string(g.Kind),
			Work: g.Asked(),
			Lead: g.Kind == give.Tip || g.Kind == give.Introduction || g.Kind == give.Referral,
		})
	}
	if len(out) == 0 {
		return nil, nil
	}
	asks, err := a.Ask.List(ctx, v, ask.Filter{Mine: true, Limit: mostAsks})
	if err != nil {
		return nil, err
	}
	type thanks struct {
		person id.ID
		at     int64
	}
	thanked := map[thanks]bool{}
	for _, x := range asks {
		for _, h := range x.Helped {
			if h.Thanked != nil {
				thanked[thanks{h.ID, h.Thanked.UnixMicro()}] = true
			}
		}
	}
	for i, d := range out {
		out[i].Thanked = thanked[thanks{d.Person, d.At.UnixMicro()}]
	}
	return out, nil
}

// mostParts is how many returns and asks are looked through for who had a part in something.
const mostParts = 2000

// parts tells what came from people and how they helped with asks.
func (a *App) parts(ctx context.Context, v op.Viewer) ([]praise.Part, error) {
	returns, err := a.Give.List(ctx, v, give.CameIn, mostParts)
	if err != nil {
		return nil, err
	}
	var out []praise.Part
	for _, g := range returns {
		for _, p := range g.People {
			out = append(out, praise.Part{
				Knowledge: room.Knowledge{Person: p.ID, Name: p.Name, Text: g.Body, At: g.At}, Share: praise.ShareGave,
			})
		}
	}
	asks, err := a.Ask.List(ctx, v, ask.Filter{Mine: true, Limit: mostParts})
	for _, x := range asks {
		for _, h := range x.Helped {
			out = append(out, praise.Part{
				Knowledge: room.Knowledge{Person: h.ID, Name: h.Name, Text: text.Join(" ", x.Text, h.Note), At: h.At},
				Share:     praise.ShareHelped,
			})
		}
	}
	return out, err
}

// mail returns the address that the viewer signs in with.
func (a *App) mail(ctx context.Context, v op.Viewer) (string, error) {
	profile, err := a.Account.Profile(ctx, v)
	return profile.Email, err
}
