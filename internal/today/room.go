package today

import (
	"gave.network/internal/page"
	"gave.network/internal/room"
)

// Room says what the room is.
func (s *Service) Room() room.Room {
	return room.Room{
		Key: "today", Title: "Today",
		Places: []page.Place{{
			Key: "today", Title: "Today", Address: "/", Rank: page.Daily, Count: s.count,
			Icon: "M8 12a4 4 0 1 0 8 0a4 4 0 1 0 -8 0M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7" +
				"M17 17l1.4 1.4M18.4 5.6 17 7M7 17l-1.4 1.4",
		}},
		Operations: s.Operations(),
		Pages:      s.pages,
		Warm:       s.warm,
		Tables:     tables(),
		Forget:     forget,
	}
}
