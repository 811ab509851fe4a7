package phone

import "gave.network/internal/room"

// tables says what is kept for the devices of members.
func tables() []room.Table {
	return []room.Table{
		room.Of("phone_card", "cards of devices").Person("person", room.Goes).Owner("owner").Plain("name", "uid").
			Words("card").Words("base").Plain("put").
			InOrder("owner", "person").JSON("base", Known{}),
		room.Of("phone_other", "cards of devices that are of nobody").Owner("owner").Plain("name", "uid").
			Words("card").Plain("put").
			InOrder("owner", "name"),
		room.Of("phone_left", "people taken off devices").Mention("person", room.Goes).Owner("owner").Plain("at").
			InOrder("owner", "person"),
		room.Of("phone_book", "counts of changes for devices").Owner("owner").Plain("epoch", "number", "least").
			MadeAgain(),
		room.Of("phone_name", "what devices were told").Owner("owner").Plain("name", "etag", "number", "gone").
			MadeAgain(),
	}
}
