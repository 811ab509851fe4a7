package mailing

import (
	"context"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/link"
	"gave.network/internal/room"
)

// tables says what is kept of what members want by mail, and of links.
func tables() []room.Table {
	return []room.Table{
		room.Of("mail_choice", "wishes for mail").Owner("owner").Plain("topics", "words", "hour", "quiet_from",
			"quiet_until", "quiet_days", "since", "turn", "retry", "tries", "refused", "sent").
			Withheld("a wish for mail is of this installation: another is asked for it again"),
		link.Table(),
		room.Of("link_mail", "letters with a link").Secret("digest").Owner("owner").Person("person", room.Goes).
			Plain("at", "sent").Withheld("which letters went out is of this installation"),
		room.Of("mail_reply", "letters that can be answered by mail").Secret("digest", "link").Owner("owner").
			Person("person", room.Goes).Plain("at").Withheld("which letters went out is of this installation"),
		room.Of("mail_answer", "answers by mail").Key("id").Owner("owner").Person("person", room.Goes).Secret("link").
			Plain("kind").Words("words").Address("sender").Plain("said", "at").
			Withheld("what an answer said is exported with what it answers, once it was taken so"),
		room.Of("mail_heard", "mails that were heard").Secret("message", "reply").Plain("at").
			Withheld("which mails came in is of this installation"),
		room.Of("mail_inbox", "mailboxes that are read for answers").Key("id").Plain("worker", "claimed", "due",
			"tries",
			"validity", "reached").Withheld("a mailbox is of this installation"),
		room.Of("mail_refusal", "addresses that want no more mail").Secret("hash").Plain("at").
			Withheld("keyed hashes are of this installation"),
		room.Of("mail_key", "keys of addresses that want no more mail").Secret("secret").
			Withheld("a key is of this installation"),
	}
}

// forget removes the links with which moves about people who are being erased were to be answered: their keys hold the
// id.
func forget(ctx context.Context, tx *db.Tx, space id.ID, people []id.ID) (int64, error) {
	for _, person := range people {
		if _, err := db.Exec(ctx, tx, `delete from link where space = $1 and about like $2`,
			space, "%"+person.String()+"%"); err != nil {
			return 0, err
		}
	}
	return 0, nil
}

// endMail ends all mail in a restored copy, and the links that answer moves: two copies would mail everybody twice, and
// both hear each answer.
func endMail(ctx context.Context, tx *db.Tx) error {
	for _, statement := range []string{
		`update mail_choice set topics = ''`, `delete from link where kind = '` + toMove + `'`,
		`delete from mail_reply`, `delete from mail_inbox`,
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return db.Fault(err)
		}
	}
	return nil
}
