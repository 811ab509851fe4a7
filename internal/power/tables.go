package power

import "gave.network/internal/room"

// tables says what is kept of goals and results. What results say of ties stands among the statements about ties.
func tables() []room.Table {
	return []room.Table{
		room.Of("goal", "goals").Key("id").Owner("owner").Words("title").Plain("due", "state", "created"),
		room.Of("goal_item", "parts of goals").Below("goal", "goal").Plain("place", "kind").Words("what").
			Plain("purpose", "arranged"),
		room.Of("goal_person", "who takes part in goals").Below("goal", "goal").Person("person", room.Goes).
			Plain("joined"),
		room.Of("result", "results").Key("id").Owner("owner").Seen("visibility").Words("title", "body", "link").
			Plain("day").Link("goal", "goal").Plain("created"),
		room.Of("result_person", "who had a part in results").Below("result", "result").Person("person", room.Goes),
	}
}
