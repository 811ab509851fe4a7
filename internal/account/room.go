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
			Key: "export", Title: "Export", Address: "/export", Rank: page.Entrance,
			About: "All that you keep, as one file.",
			Icon:  "M12 14V4m0 0 4 4m-4-4-4 4M4 16v3a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3",
		}, {
			Key: "privacy", Title: "Privacy", Address: "/privacy", Rank: page.Cellar,
			About: "What is kept, where it goes, and how it is erased.",
			Icon:  "M12 3.5 5 6v5.5c0 4 3 7.5 7 9 4-1.5 7-5 7-9V6z",
		}, {
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
		Pages:  s.pages,
		Find:   find,
		Tables: tables(),
		Ages: []room.Age{{
			Kind: "trail", Title: "lines of the audit trail", Table: "audit", Moment: "at", Governs: true,
			Cost: "Who came in, exported, erased or shared before that day can be told no more.",
		}},
		Copied:  endAccess,
		Answer:  s.answered,
		Exports: []room.Export{{Operation: "profile.show"}},
	}
}
