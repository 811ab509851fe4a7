package goodwill

import "gave.network/internal/room"

// tables says what is kept of what matters to people and of what they answered.
func tables() []room.Table {
	return []room.Table{
		room.Of("fact", "needs, interests and facts").Key("id").Owner("owner").Seen("visibility").
			Person("person", room.Goes).Plain("kind").
			Words("body", "source").Plain("at", "due", "answered", "created"),
		room.Of("outcome", "answers to small favours").Key("id").Owner("owner").Person("person", room.Goes).
			Words("what").Plain("yes", "at"),
		room.Of("reminder", "reminders").Key("id").Owner("owner").Person("person", room.Goes).Words("body").
			Plain("day", "done", "created"),
	}
}
