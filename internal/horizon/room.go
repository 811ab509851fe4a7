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
			Key: "horizon", Title: "Horizon", Address: "/horizon", Rank: page.Principle, Line: s.line,
			About: "Who can bring you where you want to be, and whose news you do not know yet.",
			Icon:  "M2.5 16h19M5.5 16a6.5 6.5 0 0 1 13 0M12 5V3M5 8 3.6 6.6M19 8l1.4-1.4M7 20h10",
		}, {
			Key: "net", Title: "Net", Address: "/net", Rank: page.Web,
			About: "Your network, drawn.",
			Icon: "M9.5 12a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0" +
				"M3.2 6a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0 -3.6 0" +
				"M17.2 6.5a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0 -3.6 0" +
				"M4.2 19a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0 -3.6 0" +
				"M16.7 18a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0 -3.6 0" +
				"M10.1 10.4 6.4 7.2M14 10.6l3.6-3M10.5 14l-3.3 3.5M14 13.6l3 3",
		}},
		Operations: s.Operations(),
		Pages:      s.pages,
		Warm:       s.warm,
		Shortcuts: []room.Shortcut{
			{Title: "Who brings me to %s", Address: "/net/way?to={name}", Icon: "net", Fit: room.WithFar},
		},
		Tables:   tables(),
		Forget:   s.forget,
		Proposer: s,
		Panel:    s.Panel,
		Grounds: []room.Ground{{
			Table: "tie", Where: "owner in ($2, $4) and person <> $3 and other <> $3",
			Missing: "Nobody you know is known to know another",
			Why:     "Without that no way leads further than your own people.",
			Label:   "Import", Address: "/import",
		}},
	}
}
