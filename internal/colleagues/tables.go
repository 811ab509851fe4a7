package colleagues

import "gave.network/internal/room"

// tables says what is kept of the formal chart, and of who had rather not be together.
func tables() []room.Table {
	return []room.Table{
		room.Of("chart_position", "positions in the chart").Owner("owner").Person("person", room.Goes).
			Person("manager", room.Cleared).Plain("level").
			Words("department", "title").Plain("at"),
		room.Of("rather_not", "pairs that are kept apart").Owner("owner").Person("person", room.Goes).
			Person("other", room.Goes).Plain("at").
			Withheld("private to its owner for ever: no output holds it"),
	}
}
