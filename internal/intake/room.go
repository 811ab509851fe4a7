package intake

import (
	"gave.network/internal/page"
	"gave.network/internal/room"
)

// Room says what the room is.
func (s *Service) Room() room.Room {
	return room.Room{
		Key: "intake", Title: "In and out", About: "Bring in the files you have; take everything out again.",
		Places: []page.Place{{
			Key: "import", Title: "Import", Address: "/import", Rank: page.Entrance, Line: s.line,
			Icon: "M12 4v10m0 0 4-4m-4 4-4-4M4 16v3a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3",
		}},
		Operations: s.Operations(),
		Pages:      s.pages,
		Shortcuts:  []room.Shortcut{{Title: "Import files", Address: "/import", Icon: "import"}},
		Beginning:  calendarForm(),
		Tables:     tables(),
		Grounds: []room.Ground{{
			Table: "interaction", Where: "owner = $2",
			Missing: "No meetings, mail or calls are known yet",
			Why:     "Without them nobody can say whom you see and who has gone quiet.",
			Label:   "Import", Address: "/import#calendar",
		}},
		Forget:  forget,
		Copied:  endUploads,
		Exports: []room.Export{{Operation: "import.list"}},
	}
}
