package colleagues

import "gave.network/internal/room"

// tables says what is kept of the formal chart, of who had rather not be together, and of decisions.
func tables() []room.Table {
	return []room.Table{
		room.Of("chart_position", "positions in the chart").Owner("owner").Person("person", room.Goes).
			Person("manager", room.Cleared).Plain("level").
			Words("department", "title").Plain("at"),
		room.Of("rather_not", "pairs that are kept apart").Owner("owner").Person("person", room.Goes).
			Person("other", room.Goes).Plain("at").
			Withheld("private to its owner for ever: no output holds it"),
		room.Of("decision", "proposals that were kept").Key("id").Owner("owner").Words("title").
			Plain("quorum", "chance", "outcome", "created", "closed"),
		room.Of("decision_voice", "who decided on proposals").Below("decision", "decision").Plain("place").
			Person("person", room.Goes).Words("name").Plain("votes", "known", "stance", "talk", "talked", "vote"),
	}
}
