package app

import (
	"context"

	"gave.network/internal/db"
	"gave.network/internal/give"
	"gave.network/internal/op"
	"gave.network/internal/people"
)

// thank notes in the ledger what came from somebody who helped.
func (a *App) thank(ctx context.Context, tx db.Queryer, v op.Viewer, helper people.Ref, kind, body string) error {
	_, err := a.Give.Add(ctx, tx, v,
		give.Gift{Direction: give.CameIn, Kind: give.Kind(kind), Body: body, At: v.Now, People: []people.Ref{helper}})
	return err
}

// mail returns the address that the viewer signs in with.
func (a *App) mail(ctx context.Context, v op.Viewer) (string, error) {
	profile, err := a.Account.Profile(ctx, v)
	return profile.Email, err
}
