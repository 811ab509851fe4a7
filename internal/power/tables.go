package power

import "gave.network/internal/room"

// tables says what is kept of goals.
func tables() []room.Table {
	return []room.Table{
		room.Of("goal", "goals").Key("id").Owner("owner").Words("title").Plain("due", "state", "created"),
		room.Of("goal_item", "parts of goals").Below("goal", "goal").Plain("place", "kind").Words("what"),
		room.Of("goal_person", "who takes part in goals").Below("goal", "goal").Person("person", room.Goes).
			Plain("joined"),
	}
}
