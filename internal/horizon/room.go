// Package horizon is the room of weak ties, bridges and dormant ties.
package horizon

import (
	"gave.network/internal/page"
	"gave.network/internal/room"
)

// Room says what the room is.
func (s *Service) Room() room.Room {
	return room.Room{
		Key: "horizon", Title: "Horizon", About: "Broaden it.",
		Places: []page.Place{{
			Key: "horizon", Title: "Horizon", Address: "/horizon", Rank: page.Principle,
			About: "Who can bring you where you want to be, and whose news you do not know yet.",
			Icon:  "M2.5 16h19M5.5 16a6.5 6.5 0 0 1 13 0M12 5V3M5 8 3.6 6.6M19 8l1.4-1.4M7 20h10",
		}},
		Operations: s.Operations(),
		Pages:      s.pages,
		Proposer:   s,
	}
}
