package power

import "gave.network/internal/room"

// Room says what is kept of goals.
func Room() room.Room {
	return room.Room{Key: "power", Tables: []room.Table{
		room.Of("goal", "goals").Key("id").Owner("owner").Words("title").Plain("due", "state", "created"),
		room.Of("goal_item", "parts of goals").Below("goal", "goal").Plain("place", "kind").Words("what"),
	}}
}
