package source

import (
	"context"
	"encoding/hex"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/reply"
)

// mailRow is a mail that was passed on, as it waits.
type mailRow struct {
	ID    id.ID
	Heads string
	At    int64
}

// digestOf is what stands of the token of an address in its row.
func digestOf(token string) string { return hex.EncodeToString(id.Digest(token)) }

// forwardOf returns the source to whose address a mail is sent; nil when there is none.
func (s *Service) forwardOf(ctx context.Context, local string) (*row, error) {
	token, ok := strings.CutPrefix(strings.ToLower(local), reply.Forwards)
	if !ok {
		return nil, nil
	}
	found, err := s.rows(ctx, s.db, `kind = $1 and address = $2 and ending = 0`, string(Forward), digestOf(token))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// addRow stores a source.
func addRow(ctx context.Context, q db.Queryer, r row) error {
	_, err := db.Insert(ctx, q, "source", db.Row{
		"space": r.Space, "id": r.ID, "owner": r.Owner, "import": r.Import, "kind": r.Kind, "name": r.Name,
		"address": r.Address, "username": r.Username, "secret": r.Secret, "certificate": r.Certificate,
		"created": r.Created, "due": r.Created, "worker": "", "claimed": 0, "done": 0, "whole": 0, "looked": 0,
		"came": 0, "tries": 0, "trouble": "", "people": 0, "contacts": 0, "news": 0, "ending": 0,
		"provider": r.Provider,
	}, "")
	return err
}

// keepForwarded has the headers of mails wait until they are read, which is soon.
func (s *Service) keepForwarded(ctx context.Context, tx *db.Tx, r row, heads []string, now time.Time) error {
	n, err := db.Value[int](ctx, tx, `select count(*) from source_mail where space = $1 and source = $2`, r.Space, r.ID)
	if err != nil {
		return err
	}
	if n+len(heads) > mostWaiting {
		return fault.New(fault.TooMany, "Too many mails wait already.")
	}
	for _, h := range heads {
		if _, err := db.Insert(ctx, tx, "source_mail", db.Row{
			"space": r.Space, "id": id.New(), "source": r.ID, "heads": h, "at": now.UnixMicro(),
		}, ""); err != nil {
			return err
		}
	}
	_, err = db.Update(ctx, tx, "source", db.Row{"due": now.UnixMicro()}, `space = $1 and id = $2 and ending = 0`,
		r.Space, r.ID)
	return err
}

// waiting are the mails of a source that were passed on.
func (s *Service) waiting(ctx context.Context, r row) ([]mailRow, error) {
	return db.Select[mailRow](ctx, s.db, `select id, heads, at from source_mail where space = $1 and source = $2
		order by id limit $3`, r.Space, r.ID, mostWaiting)
}

// dropForwarded removes mails that were read.
func dropForwarded(ctx context.Context, tx *db.Tx, r row, keys []id.ID) error {
	for _, chunk := range db.Chunks(keys) {
		in, args := db.In(3, chunk)
		if _, err := tx.ExecContext(ctx, `delete from source_mail where space = $1 and source = $2 and id in (`+in+`)`,
			append([]any{r.Space, r.ID}, args...)...); err != nil {
			return db.Fault(err)
		}
	}
	return nil
}
