package capture

import (
	"gave.network/internal/page"
	"gave.network/internal/room"
)

// Room says what capturing is: it keeps nothing itself.
func (s *Service) Room() room.Room {
	return room.Room{
		Key: "capture", Title: "Note",
		Places: []page.Place{
			{Key: "note", Title: "Note", Address: "/capture", Rank: page.Noting, Icon: "M12 5v14M5 12h14"},
		},
		Operations: s.Operations(), Pages: s.pages,
		Shortcuts: []room.Shortcut{
			{Title: "Note about %s", Address: `/capture?text=%40%22{name}%22+`, Icon: "pencil", Fit: room.WithAnybody},
		},
	}
}
