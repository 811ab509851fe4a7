package give

import "gave.network/internal/room"

// tables says what is kept of gifts, returns and what is shared.
func tables() []room.Table {
	return []room.Table{
		room.Of("gift", "gifts and returns").Key("id").Owner("owner").Seen("visibility").Plain("direction", "kind").
			Words("body", "link").
			Plain("minutes", "at", "source", "external", "created"),
		room.Of("gift_person", "people of gifts").Below("gift", "gift").Person("person", room.Goes).
			Plain("via"),
		room.Of("trace_answer", "answers about where returns came from").Owner("owner").Link("came", "gift").
			Link("gift", "gift").Plain("at"),
		room.Of("give_budget", "how much time a week you mean to give").Owner("owner").Plain("minutes", "at"),
		room.Of("resource", "what you share").Key("id").Owner("owner").Seen("visibility").
			Words("title", "body", "link").Plain("digest").Words("file").
			Plain("media", "bytes").Words("licence").Plain("language").Words("tags").Plain("created",
			"updated", "taken"),
		room.Of("resource_day", "days on which what you share was looked at").Below("resource", "resource").
			Plain("day", "seen", "taken"),
	}
}
