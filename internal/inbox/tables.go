package inbox

import "gave.network/internal/room"

// tables says what is kept of what was brought to members.
func tables() []room.Table {
	return []room.Table{
		room.Of("delivery", "things brought to members").Key("id").Owner("owner").Link("author", "member").
			Plain("kind", "item", "at", "waits", "seen", "mailed").
			Withheld("what was brought belongs to this installation; the things themselves stand with their rooms"),
	}
}
