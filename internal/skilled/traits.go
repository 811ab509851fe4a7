package skilled

import (
	"context"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/text"
	"gave.network/internal/text/fit"
)

// Traits are in what people differ, as far as it is known; what is not known is empty.
type Traits struct {
	Sector       Sector // as the name of the organisation says
	Organisation string // folded
	Place        string // folded
	Level        Level
	Discipline   string // the field of the skill that a title or tag names first

	organisation, place string // as they are written
}

// TraitsOf returns what tells the traits of everybody whom the viewer may see.
func TraitsOf(ctx context.Context, store *people.Store, v op.Viewer) (func(person id.ID) Traits, error) {
	profiles, err := store.Profiles(ctx, v)
	if err != nil {
		return nil, err
	}
	placeOf, err := store.Places(ctx, v)
	if err != nil {
		return nil, err
	}
	levelOf, err := people.ReadLines(ctx, store, v, "levels", LevelOf)
	if err != nil {
		return nil, err
	}
	offers, err := Offers(ctx, store, v)
	if err != nil {
		return nil, err
	}
	sectors := map[string]Sector{} // few are different
	folded := map[string]string{}
	fold := func(s string) string {
		out, ok := folded[s]
		if !ok {
			out = text.Fold(s)
			folded[s] = out
		}
		return out
	}
	return func(person id.ID) Traits {
		place := placeOf(person)
		out := Traits{Place: fold(place), place: place}
		profile := profiles[person]
		if profile == nil {
			return out
		}
		out.Organisation, out.organisation = fold(profile.Organisation), profile.Organisation
		sector, known := sectors[out.Organisation]
		if !known {
			sector = SectorOf(out.Organisation)
			sectors[out.Organisation] = sector
		}
		out.Sector = sector
		for _, line := range profile.Lines {
			if !line.At().IsZero() { // a note is about what happened once
				continue
			}
			if out.Level == LevelNone {
				out.Level = levelOf[line.Text]
			}
			if out.Discipline == "" {
				out.Discipline = offers[line.Text].Field()
			}
		}
		return out
	}, nil
}

// FieldCalled is what a language calls a discipline.
func FieldCalled(discipline, language string) string { return fit.Called(discipline, language) }
