package people

import (
	"context"

	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/room"
)

// Room says what the room is.
func (s *Store) Room() room.Room {
	return room.Room{
		Key: "network", Title: "Your network", About: "The people you know, how you know them, and what to do today.",
		Places: []page.Place{
			{
				Key: "people", Title: "People", Address: "/people", Rank: page.Everybody,
				Icon: "M5.8 8a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0 -6.4 0M3.5 19c.6-3.4 2.7-5 5.5-5s4.9 1.6 5.5 5" +
					"M15.5 5.2a3.2 3.2 0 0 1 0 5.6M17.5 14.4c1.7.7 2.7 2.3 3 4.6",
			},
			{
				Key: "organisations", Title: "Organisations", Address: "/organisations", Rank: page.Inside,
				About: "Where the people you know work, and how well you know them there.",
				Icon:  "M4 20V6l7-2v16M11 20V9l9 2v9M2.5 20h19M7 9v.01M7 13v.01M7 17v.01M15.5 14v.01M15.5 17v.01",
			},
		},
		Operations: s.Operations(),
		Versions: []room.Version{
			{Field: "person", Of: s.Version, Operations: []string{
				"people.show", "people.edit", "people.identify", "people.unidentify", "people.tag", "people.untag",
				"people.note", "people.date", "people.undate", "people.share",
			}},
		},
		Pages: s.pages,
		Find:  s.find,
		Shortcuts: []room.Shortcut{
			{Title: "Add a person", Address: "/people/new", Icon: "people"},
			{Title: "Who may be one person?", Address: "/merges", Icon: "merge"},
		},
		Tables: tables(),
		Exports: []room.Export{{
			Operation: "organisations.list",
			All:       func(ctx context.Context, v op.Viewer) (any, error) { return s.EveryOrganisation(ctx, v) },
		}},
	}
}
