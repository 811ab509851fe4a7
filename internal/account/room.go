package account

import (
	"gave.network/internal/page"
	"gave.network/internal/room"
)

// Room says what the room is.
func (s *Service) Room() room.Room {
	return room.Room{
		Key: "account", Title: "Serving", About: "The server, and who comes in.",
		Places: []page.Place{{
			Key: "settings", Title: "Settings", Address: "/settings", Rank: page.Cellar,
			Icon: "M9 12a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M12 3.5v2.2M12 18.3v2.2M20.5 12h-2.2M5.7 12H3.5" +
				"M18 6l-1.6 1.6M7.6 16.4 6 18M18 18l-1.6-1.6M7.6 7.6 6 6",
		}},
		Operations: s.Operations(),
		Versions: []room.Version{
			{Of: s.ProfileVersion, Operations: []string{
				"profile.show", "profile.change", "space.change",
			}},
		},
		Pages:   s.pages,
		Find:    find,
		Tables:  tables(),
		Copied:  endAccess,
		Exports: []room.Export{{Operation: "profile.show"}},
	}
}
