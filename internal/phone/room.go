package phone

import (
	"gave.network/internal/page"
	"gave.network/internal/room"
)

// Room says what the part is.
func (s *Service) Room() room.Room {
	return room.Room{
		Key: "phone", Title: "Phone and calendar",
		About: "Your people in the address book of your phone, and what is coming in your calendar.",
		Places: []page.Place{{
			Key: "phone", Title: "Phone and calendar", Address: "/phone", Rank: page.Cellar,
			About: "Your people in the address book of your phone, and what is coming in your calendar.",
			Icon: "M9 3h6a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H9a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z" +
				"M11 18h2",
		}},
		Operations: s.Operations(),
		Pages:      s.pages,
		Tables:     tables(),
		Copied:     restored,
	}
}
