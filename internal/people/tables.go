package people

import (
	"gave.network/internal/room"
	"gave.network/internal/tie"
)

// tables says what is kept of people, of what happened between them and of their ties.
func tables() []room.Table {
	return []room.Table{
		room.Of("person", "people").Key("id").Owner("owner").Seen("visibility").
			Own("name", "given", "particle", "family", "prefix", "suffix", "sort_key").Words(FieldColumns()...).
			Words("rest").
			Mention("merged", room.Goes).Import("import").Plain("created", "updated", "photo"),
		room.Of("photo", "photos of people").OfPerson("person").Plain("image", "added").Import("import").
			SameBy("person", ""),
		room.Of("person_word", "search words").Mention("person", room.Goes).Own("word").Owner("owner").MadeAgain(),
		room.Of("person_field", "values that were filled in").OfPerson("person").Plain("field").Import("import").
			SameBy("person", "", "field"),
		room.Of("identifier", "addresses, numbers and links").OfPerson("person").Owner("owner").Plain("kind").
			Address("value").Words("label").Plain("shared").Import("import").
			InOrder("owner", "kind", "value", "person").
			Bounds("kind", int64(MailAddress), int64(Handle)).SameBy("person", "", "kind", "value"),
		room.Of("organisation", "organisations").Key("id").Owner("owner").Seen("visibility").Words("name").
			Unique("folded").Words("domain", "rest").Import("import"),
		room.Of("person_role", "roles").OfPerson("person").Link("organisation", "organisation").Unique("title").
			Words("department").Plain("from_day", "until_day").
			Import("import").SameBy("person", "organisation", "from_day", "title"),
		room.Of("person_tag", "tags").Person("person", room.Goes).Owner("owner").Unique("tag").Import("import").
			SameBy("person", "", "tag"),
		room.Of("note", "notes").Key("id").Person("person", room.Goes).Owner("owner").Seen("visibility").Words("body").
			Plain("at", "source").Import("import").
			SameBy("person", "id"),
		room.Of("important_date", "dates").Person("person", room.Goes).Owner("owner").Seen("visibility").Unique("kind").
			Plain("year", "month", "day", "source").
			Import("import").SameBy("person", "", "month", "day", "kind"),
		room.Of("interaction", "meetings and messages").Key("id").Owner("owner").Seen("visibility").
			Plain("medium", "time", "minutes").Words("title", "place").
			Plain("people", "source", "external", "reply_to").Import("import").
			Bounds("medium", 0, int64(len(tie.Media())-1)),
		room.Of("participant", "participations").Below("interaction", "interaction").Person("person", room.Goes).
			Plain("time", "role").
			InOrder("person", "time", "interaction").Bounds("role", int64(tie.From), int64(tie.Mentioned)),
		room.Of("interaction_seen", "sightings of meetings and messages").Below("interaction", "interaction").
			Link("import", "import"),
		room.Of("statement", "statements about ties").Key("id").Owner("owner").Seen("visibility").Words("layer").
			Plain("sign", "weight").
			Person("source_person", room.Goes).Person("target_person", room.Goes).
			Plain("directed", "time", "source", "external").Import("import").
			SameBy("source_person", "id"),
		room.Of("tie_carried", "ties from elsewhere").Owner("owner").Seen("visibility").
			Person("person", room.Goes).Person("other", room.Goes).Plain("origin").Import("import").
			Plain("intensity", "sent", "received", "peak", "as_of", "last_interaction", "first_contact",
				"interactions").
			InOrder("person", "other", "owner", "origin", "import"),
		room.Of("organisation_seen", "sightings of organisations").Below("organisation", "organisation").
			Link("import", "import"),
		room.Of("share_rule", "rules of what others see").Owner("owner").Plain("width").Person("person", room.Goes).
			Import("import").Plain("level", "at").InOrder("owner", "width", "person", "import").
			Bounds("width", int64(tie.OfAll), int64(tie.OfTie)).Bounds("level", int64(tie.Hidden), int64(tie.KnownHow)),
		room.Of("share_change", "changes of what others see").Key("id").Owner("owner").Plain("width").
			Mention("person", room.Goes).Plain("import", "before", "at").
			Withheld("it is how the last changes are taken back"),
		room.Of("tie", "ties").Owner("owner").Mention("person", room.Goes).Mention("other", room.Goes).
			Plain("intensity", "sent", "received", "peak", "as_of", "last_interaction", "first_contact",
				"interactions", "rank").MadeAgain(),
		room.Of("tie_stale", "ties to be derived").Owner("owner").Mention("person", room.Goes).
			Mention("other", room.Goes).Plain("due").MadeAgain(),
		room.Of("tie_version", "versions of ties").Plain("version", "before").MadeAgain(),
		room.Of("change", "counts of changes").Plain("part", "added", "changed").MadeAgain(),
		room.Of("change_row", "rows that changed").Plain("part", "number", "ids").MadeAgain(),
		room.Of("people_list", "lists of people").Key("id").Owner("owner").Unique("name").Words("query").
			Plain("created").JSON("query", PeopleQuery{}),
		room.Of("merge", "merges and proposals").Key("id").Owner("owner").Mention("kept", room.Goes).
			Mention("absorbed", room.Goes).
			Plain("score", "reasons", "state", "at", "origin", "batch", "certain").Words("before").Import("import").
			Link("author", "member").
			JSON("reasons", []string{}).JSON("before", map[string]string{}),
	}
}
