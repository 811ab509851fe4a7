package app

import (
	"context"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
)

// Faces returns what says where the photos of people are that a viewer may see, "" of whom there is none, and what says
// their names. Everybody is read once for a page, and kept.
func (a *App) Faces(v op.Viewer) (photo, name func(ctx context.Context, person id.ID) string) {
	var everybody *people.Everybody
	known := func(ctx context.Context) *people.Everybody {
		if everybody == nil {
			var err error
			if everybody, err = a.Network.Everybody(ctx, v); err != nil {
				return nil // the initials do
			}
		}
		return everybody
	}
	photo = func(ctx context.Context, person id.ID) string {
		if e := known(ctx); e != nil {
			return e.PhotoAddress(person)
		}
		return ""
	}
	name = func(ctx context.Context, person id.ID) string {
		if e := known(ctx); e != nil {
			ref, _ := e.Ref(person)
			return ref.Name
		}
		return ""
	}
	return photo, name
}
