package mailing

import (
	"context"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/reply"
	"gave.network/internal/room"
)

// Knows says whether a letter can be answered with a token.
func (s *Service) Knows(ctx context.Context, token string) (bool, error) {
	found, err := s.replyOf(ctx, token)
	return found != nil, err
}

// replyOf is the letter of a token; nil when there is none.
func (s *Service) replyOf(ctx context.Context, token string) (*replyRow, error) {
	found, err := db.Select[replyRow](ctx, s.db, `select space, owner, person, link, digest from mail_reply
		where digest = $1 order by space`, id.Digest(token))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// canReply lets a letter be answered by mail, and returns the token by which it is.
func canReply(ctx context.Context, q db.Queryer, v op.Viewer, person id.ID, link []byte) (string, error) {
	token := reply.NewToken()
	_, err := db.Insert(ctx, q, "mail_reply", db.Row{
		"space": v.Space, "digest": id.Digest(token), "link": link, "owner": v.Member, "person": person,
		"at": v.Now.UnixMicro(),
	}, "")
	return token, err
}

// hears notes a mail that is an answer to a letter; false when it was heard before, or when there were too many.
func hears(ctx context.Context, q db.Queryer, r replyRow, m reply.Mail, now time.Time) (bool, error) {
	n, err := db.Value[int](ctx, q, `select count(*) from mail_heard where space = $1 and reply = $2`, r.Space,
		r.Digest)
	if err != nil || n >= mostAnswers {
		return false, err
	}
	n64, err := db.Insert(ctx, q, "mail_heard", db.Row{
		"space": r.Space, "message": id.Digest(string(r.Digest) + string(m.Same)), "reply": r.Digest,
		"at": now.UnixMicro(),
	}, "on conflict (space, message) do nothing")
	return n64 > 0, err
}

// addAnswer stores what came back.
func addAnswer(ctx context.Context, q db.Queryer, r replyRow, a answerRow) error {
	_, err := db.Insert(ctx, q, "mail_answer", db.Row{
		"space": r.Space, "id": a.ID, "owner": r.Owner, "person": r.Person, "link": r.Link, "kind": a.Kind,
		"words": a.Words, "sender": a.Sender, "said": a.Said, "at": a.At,
	}, "")
	return err
}

const answerColumns = `select id, owner, person, link, kind, words, sender, said, at from mail_answer where `

// answersOf returns what came back of letters of the viewer, by ids.
func (s *Service) answersOf(ctx context.Context, v op.Viewer, keys []id.ID) (map[id.ID]answerRow, error) {
	out := map[id.ID]answerRow{}
	for _, chunk := range db.Chunks(keys) {
		in, args := db.In(3, chunk)
		rows, err := db.Select[answerRow](ctx, s.db,
			answerColumns+`space = $1 and owner = $2 and id in (`+in+`) order by id`,
			append([]any{v.Space, v.Member}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.ID] = r
		}
	}
	return out, nil
}

// decide notes what an answer was taken as, once.
func decide(ctx context.Context, q db.Queryer, v op.Viewer, key id.ID, said room.Said) error {
	n, err := db.Exec(ctx, q,
		`update mail_answer set said = $4 where space = $1 and owner = $2 and id = $3 and said = ''`,
		v.Space, v.Member, key, said)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "It was decided already.")
	}
	return err
}

// sweepReplies removes what letters can be answered no more.
func (s *Service) sweepReplies(ctx context.Context, now time.Time) error {
	before := now.AddDate(0, 0, -answerLife).UnixMicro()
	n, err := db.Value[int](ctx, s.db, `select count(*) from mail_reply where at < $1`, before)
	if err != nil || n == 0 { // looking first: nearly always there is nothing to write
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		for _, statement := range []string{
			`delete from mail_reply where at < $1`,
			`delete from mail_heard where at < $1`,
		} {
			if _, err := db.Exec(ctx, tx, statement, before); err != nil {
				return err
			}
		}
		return nil
	})
}
