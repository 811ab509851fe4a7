package praise

import "gave.network/internal/room"

// tables says what is kept of praise.
func tables() []room.Table {
	return []room.Table{
		room.Of("praise", "praise").Key("id").Owner("owner").Person("author", room.Goes).
			Person("subject", room.Goes).Plain("kind").
			Words("body", "occasion").Plain("at", "consent").Words("evidence").
			Plain("published", "audience", "withdrawn", "source").Import("import"),
		room.Of("praise_invitation", "requests for praise").Key("id").Owner("owner").Person("author", room.Goes).
			Person("subject", room.Goes).
			Words("occasion").Secret("digest").Plain("created", "expires").Link("praise", "praise"),
	}
}
