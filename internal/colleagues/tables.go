package colleagues

import "gave.network/internal/room"

// tables says what is kept of the formal chart, of who had rather not be together, of decisions, of surveys, and of
// reports.
func tables() []room.Table {
	const (
		answers  = "answers belong to who gave them: no export names who answered what"
		governed = "reports belong to the space that they were made in"
	)
	return []room.Table{
		room.Of("chart_position", "positions in the chart").Owner("owner").Person("person", room.Goes).
			Plain("since", "until").Person("manager", room.Cleared).Plain("level").
			Words("department", "title", "organisation").Plain("at"),
		room.Of("chart_day", "days of charts").Owner("owner").Words("organisation").Plain("day"),
		room.Of("rather_not", "pairs that are kept apart").Owner("owner").Person("person", room.Goes).
			Person("other", room.Goes).Plain("at").
			Withheld(room.NoOutput),
		room.Of("apart_note", "pairs that are kept apart").Owner("owner").Secret("mark", "sealed").Plain("at").
			InOrder("owner", "mark").Withheld(room.NoOutput),
		room.Of("decision", "proposals that were kept").Key("id").Owner("owner").Words("title").
			Plain("quorum", "chance", "outcome", "created", "closed"),
		room.Of("decision_voice", "who decided on proposals").Below("decision", "decision").Plain("place").
			Person("person", room.Goes).Words("name").Plain("votes", "known", "stance", "talk", "talked", "vote"),
		room.Of("wave", "surveys").Key("id").Owner("owner").Words("title").
			Plain("layers", "naming", "weighted", "anonymised", "threshold", "months", "closes", "created", "opened",
				"closed", "reminders", "reminded").
			Withheld("without its answers and links a survey is nothing to read back"),
		room.Of("wave_person", "people who are asked in surveys").Key("id").Below("wave", "wave").
			Person("person", room.Goes).Own("mail").Words("department").
			Plain("level", "language", "part", "shares", "answered", "consented", "saved", "sent", "trouble").
			Withheld(answers),
		room.Of("wave_link", "links to surveys").Secret("digest").Below("participant", "wave_person").
			Plain("created").Withheld(answers),
		room.Of("wave_answer", "answers to surveys").Below("wave", "wave").Person("source", room.Goes).Plain("layer").
			Person("target", room.Goes).Plain("weight", "at").Withheld(answers),
		room.Of("report_setting", "settings of reports").Plain("employer", "threshold", "months", "withdrawn", "at").
			Withheld(governed),
		room.Of("report_consent", "people who take part in reports").Person("person", room.Goes).Owner("member").
			Plain("found", "offers", "at").Withheld("who takes part is nobody else's to know"),
		room.Of("report_group", "people in the groups of reports").Person("person", room.Goes).
			Person("manager", room.Cleared).Plain("level").
			Kept("department", "the name of a group, of which there are several people").Plain("at").Withheld(governed),
		room.Of("report_release", "reports").Key("id").Owner("author").Plain("at").
			Kept("figures", "figures of groups; the only names in it are those of groups and of a survey").
			JSON("figures", toldBody{}).Withheld(governed),
		room.Of("report_view", "times that a report was looked at").Key("id").Link("release", "report_release").
			Owner("member").Plain("form", "at").Withheld(governed),
	}
}
