package people

import (
	"context"

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
