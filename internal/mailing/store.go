package mailing

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/job"
	"gave.network/internal/op"
	"gave.network/internal/text"
)

const choiceColumns = `space, owner, topics, words, hour, quiet_from, quiet_until, quiet_days, since, turn, retry,
	tries, refused, sent`

// choice is what a member wants by mail.
func (s *Service) choice(ctx context.Context, v op.Viewer) (choiceRow, error) {
	c, err := db.One[choiceRow](ctx, s.db, `select `+choiceColumns+` from mail_choice where space = $1 and owner = $2`,
		v.Space, v.Member)
	if fault.CodeOf(err) == fault.NotFound {
		return usual(v), nil
	}
	return c, err
}

// choose stores what a member wants by mail. What stands of letters stays as it is.
func (s *Service) choose(ctx context.Context, c choiceRow) error {
	_, err := db.Insert(ctx, s.db, "mail_choice", db.Row{
		"space": c.Space, "owner": c.Owner, "topics": c.Topics, "words": c.Words, "hour": c.Hour,
		"quiet_from": c.QuietFrom, "quiet_until": c.QuietUntil, "quiet_days": c.QuietDays, "since": c.Since,
		"turn": c.Turn, "retry": c.Retry, "tries": c.Tries, "refused": c.Refused, "sent": c.Sent,
	}, `on conflict (space, owner) do update set topics = excluded.topics, words = excluded.words,
		hour = excluded.hour, quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until,
		quiet_days = excluded.quiet_days, since = excluded.since, turn = excluded.turn, retry = excluded.retry,
		tries = excluded.tries, refused = excluded.refused`)
	return err
}

// wanting are those to whom a mail may be due, of all spaces.
func (s *Service) wanting(ctx context.Context, now time.Time) ([]choiceRow, error) {
	return db.Select[choiceRow](ctx, s.db, `select `+choiceColumns+` from mail_choice where topics <> ''
		and refused < $1 and retry <= $2 and turn <= $3 order by turn, owner`, mostRefused, now.UnixMicro(),
		now.Add(-atLeast).UnixMicro())
}

// take takes the writing of a letter upon this process for a while: of several one gets it.
func (s *Service) take(ctx context.Context, c choiceRow, until time.Time) (bool, error) {
	n, err := db.Exec(ctx, s.db, `update mail_choice set retry = $3 where space = $1 and owner = $2 and turn = $4
		and retry = $5 and topics = $6`, c.Space, c.Owner, until.UnixMicro(), c.Turn, c.Retry, c.Topics)
	return n > 0, err
}

// begin notes that the letter goes out now: from here on it counts as the one of this day, also when this process ends
// before it hears what the server says. It is false when the member wants something else meanwhile, or left.
func (s *Service) begin(ctx context.Context, c choiceRow, until, now time.Time) (bool, error) {
	n, err := db.Update(ctx, s.db, "mail_choice", db.Row{"turn": now.UnixMicro(), "retry": 0},
		`space = $1 and owner = $2 and turn = $3 and retry = $4 and topics = $5 and words = $6`, c.Space, c.Owner,
		c.Turn, until.UnixMicro(), c.Topics, c.Words)
	return n > 0, err
}

// leave gives the writing of a letter back that was not begun.
func (s *Service) leave(ctx context.Context, c choiceRow, until time.Time) error {
	_, err := db.Exec(ctx, s.db, `update mail_choice set retry = $3 where space = $1 and owner = $2 and retry = $4`,
		c.Space, c.Owner, c.Retry, until.UnixMicro())
	return err
}

// failed notes that the server did not take the letter that was begun: it is tried again later that day.
func (s *Service) failed(ctx context.Context, c choiceRow, begun, now time.Time) error {
	_, err := db.Exec(ctx, s.db, `update mail_choice set turn = $3, retry = $4, tries = tries + 1
		where space = $1 and owner = $2 and turn = $5`, c.Space, c.Owner, c.Turn,
		now.Add(job.Pause(c.Tries+1, firstPause, longestPause)).UnixMicro(), begun.UnixMicro())
	return err
}

// refuse notes that the address was refused for good.
func (s *Service) refuse(ctx context.Context, c choiceRow) error {
	_, err := db.Exec(ctx, s.db, `update mail_choice set refused = refused + 1 where space = $1 and owner = $2`,
		c.Space, c.Owner)
	return err
}

// sent notes that the server took a letter.
func sent(ctx context.Context, tx db.Queryer, c choiceRow, now time.Time) error {
	_, err := db.Exec(ctx, tx, `update mail_choice set sent = $3, tries = 0, refused = 0
		where space = $1 and owner = $2`, c.Space, c.Owner, now.UnixMicro())
	return err
}

// removeOf removes what a member wanted who left.
func (s *Service) removeOf(ctx context.Context, space, owner id.ID) error {
	for _, table := range []string{"mail_choice", "mail_reply", "mail_answer"} {
		if _, err := db.Exec(ctx, s.db, `delete from `+table+` where space = $1 and owner = $2`, space,
			owner); err != nil {
			return err
		}
	}
	return nil
}

// refusalHash is what is kept of an address that wants no more mail from a space.
func (s *Service) refusalHash(ctx context.Context, q db.Queryer, space id.ID, address string) ([]byte, error) {
	key := make([]byte, sha256.Size)
	rand.Read(key) // never fails: see its documentation
	if _, err := db.Insert(ctx, q, "mail_key", db.Row{"space": space, "secret": key},
		"on conflict (space) do nothing"); err != nil {
		return nil, err
	}
	key, err := db.Value[[]byte](ctx, q, `select secret from mail_key where space = $1`, space)
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text.Fold(address)))
	return mac.Sum(nil), err
}

// isRefused says whether an address wants no more mail from a space.
func (s *Service) isRefused(ctx context.Context, q db.Queryer, space id.ID, hash []byte) (bool, error) {
	n, err := db.Value[int](ctx, q, `select count(*) from mail_refusal where space = $1 and hash = $2`, space, hash)
	return n > 0, err
}

// refuses notes that an address wants no more mail; about is its hash in digits.
func (s *Service) refuses(ctx context.Context, space id.ID, about string, now time.Time) error {
	hash, err := hex.DecodeString(about)
	if err != nil {
		return err
	}
	_, err = db.Insert(ctx, s.db, "mail_refusal", db.Row{"space": space, "hash": hash, "at": now.UnixMicro()},
		"on conflict (space, hash) do nothing")
	return err
}

// beginLink notes that the letter of a link goes out now, unless it did before.
func (s *Service) beginLink(ctx context.Context, tx db.Queryer, v op.Viewer, person id.ID, digest []byte) error {
	today, err := db.Value[int](ctx, tx, `select count(*) from link_mail where space = $1 and owner = $2 and at > $3`,
		v.Space, v.Member, v.Now.Add(-24*time.Hour).UnixMicro())
	if err != nil {
		return err
	}
	if today >= mostLinks {
		return fault.New(fault.TooMany, "You had %d letters mailed today; more go tomorrow.", mostLinks)
	}
	n, err := db.Insert(ctx, tx, "link_mail", db.Row{
		"space": v.Space, "digest": digest, "owner": v.Member, "person": person, "at": v.Now.UnixMicro(), "sent": 0,
	}, "on conflict (space, digest) do nothing")
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "This link was mailed already.").
			WithHint("Did it not arrive? Then send it yourself.")
	}
	return err
}

// endLink notes what became of the letter of a link: the server took it, or it did not and it may be tried again.
func endLink(ctx context.Context, q db.Queryer, v op.Viewer, digest []byte, taken bool) error {
	if !taken {
		_, err := db.Exec(ctx, q, `delete from link_mail where space = $1 and digest = $2`, v.Space, digest)
		return err
	}
	_, err := db.Exec(ctx, q, `update link_mail set sent = $3 where space = $1 and digest = $2`, v.Space, digest,
		v.Now.UnixMicro())
	return err
}
