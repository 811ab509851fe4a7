package capture

import "gave.network/internal/room"

// Room says what capturing is: it keeps nothing itself.
func (s *Service) Room() room.Room {
	return room.Room{Key: "capture", Title: "Note", Operations: s.Operations(), Pages: s.pages}
}
