package intake

import "gave.network/internal/room"

// tables says what is kept of imports.
func tables() []room.Table {
	return []room.Table{
		room.Of("import", "imports").Key("id").Owner("owner").Seen("visibility").Plain("state").
			Words("message", "options").
			Plain("folder", "worker", "claimed", "started", "finished"),
		room.Of("import_file", "imported files").Below("import", "import").Unique("path").
			Plain("format", "size", "done", "state").Words("message").
			Plain("people_added", "people_matched", "interactions_added", "statements_added", "praise_added",
				"duplicates", "skipped", "rejected", "suppressed", "organisations", "ties_added"),
		room.Of("import_reject", "rejected records").Key("id").Below("import", "import").Words("path").Plain("line").
			Words("reason"),
		room.Of("import_seen", "sightings of what another import brought").Below("import", "import").Plain("brought").
			Mention("person", room.Goes).
			Plain("item").Own("word"),
		room.Of("imported_praise", "recommendations that imports found").Key("id").Owner("owner").Plain("kind").
			Person("author", room.Goes).
			Person("subject", room.Goes).Words("body", "title").Plain("time", "hidden", "source", "external").
			Import("import").
			SameBy("subject", "id"),
		room.Of("calendar", "calendars that are read every day").Key("id").Owner("owner").Import("import").
			Words("name").Secret("address").Plain("came", "looked").Words("trouble").
			Withheld("whoever has the address reads the calendar"),
	}
}
