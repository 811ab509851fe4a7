package app

import (
	"context"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
)

// Photos returns what says where photos of people are that a viewer may see, "" of whom there is none. Everybody is
// read once for a page, and kept.
func (a *App) Photos(v op.Viewer) func(ctx context.Context, person id.ID) string {
	var everybody *people.Everybody
	return func(ctx context.Context, person id.ID) string {
		if everybody == nil {
			var err error
			if everybody, err = a.Network.Everybody(ctx, v); err != nil {
				return "" // the initials do
			}
		}
		return everybody.PhotoAddress(person)
	}
}
