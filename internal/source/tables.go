package source

import (
	"context"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/room"
)

const (
	whyWithheld = "a source is of this installation, and so is the key of its password"
	whyName     = "it is what the owner signs in with there"
)

// tables says what is kept of sources.
func tables() []room.Table {
	return []room.Table{
		room.Of("source", "sources that are read by themselves").Key("id").Owner("owner").Import("import").
			Plain("kind").Kept("name", whyName).Kept("address", whyName).Kept("username", whyName).
			Secret("secret", "certificate").
			Plain("created", "due", "worker", "claimed", "done", "whole", "looked", "came", "tries").Words("trouble").
			Plain("people", "contacts", "news", "ending", "provider").Withheld(whyWithheld),
		room.Of("source_signin", "sign-ins for mailboxes at providers").Key("id").Owner("owner").
			Secret("session", "secret").Plain("provider", "source", "back", "expires").
			Kept("username", whyName).Withheld(whyWithheld),
		room.Of("source_box", "mailboxes, books and calendars of sources").Key("id").Below("source", "source").
			Plain("kind").Words("name").Secret("address").Plain("chosen", "mark", "reached").Withheld(whyWithheld),
		room.Of("source_mail", "mails that were passed on and not read yet").Key("id").Below("source", "source").
			Words("heads").Plain("at").Withheld(whyWithheld),
		room.Of("source_item", "cards and events of sources").Below("box", "source_box").Plain("item").
			Secret("mark").Own("handle").Plain("ahead", "again").Withheld(whyWithheld),
	}
}

// forget removes the handles of the cards of people who are being erased.
func forget(ctx context.Context, tx *db.Tx, space id.ID, people []id.ID) (int64, error) {
	for _, chunk := range db.Chunks(people) {
		in, args := db.In(2, chunk)
		if _, err := tx.ExecContext(ctx, `update source_item set handle = '' where space = $1 and handle <> ''
			and handle in (select value from identifier where space = $1 and person in (`+in+`))`,
			append([]any{space}, args...)...); err != nil {
			return 0, db.Fault(err)
		}
	}
	return 0, nil
}

// endSources has no source read in a restored copy before its owner looks at it: two copies would ask twice for the
// same, and the key of the passwords may not be there.
func endSources(ctx context.Context, tx *db.Tx) error {
	_, err := db.Exec(ctx, tx, `update source set due = $1, trouble = $2, claimed = 0`, never,
		"It is not read since a backup was restored. Press “Read now” to go on.")
	return err
}
