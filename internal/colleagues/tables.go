package colleagues

import (
	"gave.network/internal/colleagues/release"
	"gave.network/internal/room"
)

// tables says what is kept of the formal chart, of who had rather not be together, of decisions, and of reports.
func tables() []room.Table {
	const governed = "reports belong to the space that they were made in"
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
		room.Of("report_setting", "settings of reports").Plain("employer", "threshold", "months", "withdrawn", "at").
			Withheld(governed),
		room.Of("report_consent", "people who take part in reports").Person("person", room.Goes).Owner("member").
			Plain("found", "offers", "at").Withheld("who takes part is nobody else's to know"),
		room.Of("report_group", "people in the groups of reports").Person("person", room.Goes).
			Person("manager", room.Cleared).Plain("level").
			Kept("department", "the name of a group, of which there are several people").Plain("at").Withheld(governed),
		room.Of("report_release", "reports").Key("id").Owner("author").Plain("at").
			Kept("figures", "figures of groups; the only names in it are those of groups").
			JSON("figures", release.Figures{}).Withheld(governed),
		room.Of("report_view", "times that a report was looked at").Key("id").Link("release", "report_release").
			Owner("member").Plain("form", "at").Withheld(governed),
	}
}
