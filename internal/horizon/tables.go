package horizon

import "gave.network/internal/room"

// tables says what is kept beside ties.
func tables() []room.Table {
	return []room.Table{
		room.Of("horizon_hint", "that others may be told that a colleague may know somebody").Owner("owner").
			Plain("at"),
		room.Of("hint_asked", "questions of today about whom colleagues may know").Owner("owner").
			Plain("day").Secret("place").
			Withheld("it counts the questions of one day and goes with the next"),
		room.Of("map_layout", "maps").Owner("owner").Secret("sealed").Plain("at").MadeAgain(),
	}
}
