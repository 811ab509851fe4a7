// Package source has what comes in by itself: a member's mailboxes, address books and calendars on servers, and what
// they pass on by mail. Each is work that one process does at a time and that another goes on with when that one ends;
// what is new goes through the importers of package intake, into one import for each source.
package source

import "gave.network/internal/room"

// Room says what the room is.
func (s *Service) Room() room.Room {
	return room.Room{
		Key: "source", Title: "Comes in by itself", About: "Your mail, contacts and calendar, from where they are.",
		Operations: s.Operations(),
		Pages:      s.pages,
		Tables:     tables(),
		Forget:     forget,
		Copied:     endSources,
	}
}
