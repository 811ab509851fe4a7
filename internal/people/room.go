package people

import (
	"context"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/tie"

	"gave.network/internal/op"
	"gave.network/internal/room"
)

// Room says what the room is, without its pages.
func (s *Store) Room() room.Room {
	return room.Room{
		Key: "network", Title: "Your network", About: "The people you know, how you know them, and what to do today.",
		Operations: s.Operations(),
		Versions: []room.Version{
			{Field: "person", Of: s.Version, Operations: []string{
				"people.show", "people.edit", "people.identify", "people.unidentify", "people.tag", "people.untag",
				"people.note", "people.date", "people.undate", "people.share",
			}},
		},
		Tables: tables(),
		Ages: []room.Age{{
			Kind: "contact", Title: "meetings and messages", Table: "interaction", Moment: "time",
			Cost: "Ties that rest on these alone go too, and others are as strong as what came later makes them.",
			After: func(ctx context.Context, tx db.Queryer, space, owner id.ID) error {
				err := tie.MarkAllStale(ctx, tx, space, owner)
				if err == nil {
					err = tie.MarkAllStale(ctx, tx, space, id.Zero) // the ties of all, of what was shared
				}
				return err
			},
		}, {
			Kind: "note", Title: "notes", Table: "note", Moment: "at",
			Cost: "What you wrote about people is gone, also what matches rest on.",
		}, {
			Kind: "statement", Title: "statements about ties", Table: "statement", Moment: "time",
			Where: "statement.time > 0",
			Cost:  "What you and surveys said of who knows whom counts no more.",
		}},
		Grounds: []room.Ground{{
			Table: "identifier", Where: "person = $3 and value not like 'self:%'",
			Missing: "It is not known which addresses are yours",
			Why:     "Without one you may be taken for somebody whom you meet.",
			Label:   "Import", Address: "/import#me",
		}},
		Exports: []room.Export{{
			Operation: "organisations.list",
			All:       func(ctx context.Context, v op.Viewer) (any, error) { return s.EveryOrganisation(ctx, v) },
		}, {Operation: "lists.list"}},
	}
}
