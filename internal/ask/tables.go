package ask

import "gave.network/internal/room"

// tables says what is kept of asks, offers and introductions.
func tables() []room.Table {
	return []room.Table{
		room.Of("ask", "asks and offers").Key("id").Owner("owner").Person("person", room.Cleared).Seen("visibility").
			Plain("audience", "kind").
			Words("body", "why").Plain("due", "state").Words("outcome").Plain("created", "changed"),
		room.Of("ask_person", "people of asks").Below("ask", "ask").Person("person", room.Goes).Plain("part").
			Words("note").Plain("at", "thanked", "told"),
		room.Of("ask_answer", "answers to asks").Below("ask", "ask").Link("member", "member").
			Person("person", room.Goes).Plain("answer").Words("note").Plain("at").Bounds("answer", 1, 3),
		room.Of("ask_outside", "answers from outside").Key("id").Below("ask", "ask").Person("person", room.Goes).
			Plain("answer").Words("note").Plain("at", "made").Bounds("answer", 0, 3),
		room.Of("introduction", "introductions").Key("id").Owner("owner").Person("requester", room.Goes).
			Person("middle", room.Goes).
			Person("target", room.Goes).Plain("chosen").Words("body").Plain("state", "middle_agreed").
			Words("requester_address", "target_address").
			Secret("middle_key", "target_key").Words("outcome").Plain("created", "changed", "expires", "told"),
	}
}
