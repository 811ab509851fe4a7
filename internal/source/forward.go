package source

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/reply"
	"gave.network/internal/source/imap"
)

const (
	// mostForwards is how many addresses a member may have, and mostWaiting how many mails may wait for one: what sends
	// more is no person.
	mostForwards = 3
	mostWaiting  = 500
)

// ReceiveAt says at which domain mail comes in; once, when the program starts. Without it there are no addresses to
// pass mails on to.
func (s *Service) ReceiveAt(domain string) { s.domain = domain }

// OwnBy says which mail address a member signs in with; once, when the program is built.
func (s *Service) OwnBy(f func(ctx context.Context, v op.Viewer) (string, error)) { s.own = f }

// addressed puts the address of a source to which mails are passed on in the place of its digest.
func (s *Service) addressed(r row) row {
	if Way(r.Kind) != Forward {
		return r
	}
	r.Address = ""
	if token, ok := s.sealer.Unseal(r.Space, r.Owner, purpose, r.Secret); ok && s.domain != "" {
		r.Address = reply.Forwards + string(token) + "@" + s.domain
	}
	r.Name = r.Address
	return r
}

// Forward makes an address to which the viewer passes mails on.
func (s *Service) Forward(ctx context.Context, v op.Viewer) (id.ID, error) {
	if s.domain == "" {
		return id.Zero, fault.New(fault.Conflict, "No mail comes in here.").
			WithHint("Whoever runs Gave can have it come in: mail-receive.")
	}
	found, err := s.rows(ctx, s.db, `space = $1 and owner = $2 and ending = 0 order by id`, v.Space, v.Member)
	if err != nil {
		return id.Zero, err
	}
	n := 0
	for _, r := range found {
		if Way(r.Kind) == Forward {
			n++
		}
	}
	if n >= mostForwards || len(found) >= mostSources {
		return id.Zero, fault.New(fault.Conflict, "You have %d such addresses already.", n)
	}
	var me []string
	if own, err := s.own(ctx, v); err != nil {
		return id.Zero, err
	} else if own != "" {
		me = []string{own}
	}
	token := reply.NewToken()
	sealed, err := s.sealer.Seal(v.Space, v.Member, purpose, []byte(token))
	if err != nil {
		return id.Zero, err
	}
	r := row{
		Space: v.Space, ID: id.New(), Owner: v.Member, Kind: string(Forward), Address: digestOf(token), Secret: sealed,
		Created: v.Now.UnixMicro(),
	}
	return r.ID, s.db.Write(ctx, func(tx *db.Tx) error {
		var err error
		if r.Import, err = s.intake.OpenFeed(ctx, tx, v, me); err != nil {
			return err
		}
		return addRow(ctx, tx, r)
	})
}

// Takes says whether mail to an address of this domain, by the part before the at sign, is passed on by a member.
func (s *Service) Takes(ctx context.Context, local string) (bool, error) {
	r, err := s.forwardOf(ctx, local)
	return r != nil, err
}

// Forwarded takes in a mail that was sent to such an address. What cannot be used of it is left.
func (s *Service) Forwarded(ctx context.Context, local string, raw []byte) error {
	r, err := s.forwardOf(ctx, local)
	if err != nil || r == nil {
		return err
	}
	v, err := s.viewer(ctx, r.Space, r.Owner)
	if fault.CodeOf(err) == fault.NotFound { // the member left
		return nil
	}
	if err != nil {
		return err
	}
	own, err := s.own(ctx, v)
	if err != nil {
		return err
	}
	now, err := s.db.Clock(ctx)
	if err != nil {
		return err
	}
	heads := reply.Forwarded(raw, func(address string) bool { return strings.EqualFold(address, own) }, now)
	if len(heads) == 0 {
		return nil
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error { return s.keepForwarded(ctx, tx, *r, heads, now) })
	s.Wake()
	return err
}

// fetchForwarded writes the headers of what was passed on to the folder.
func (x *reading) fetchForwarded(ctx context.Context) (fetched, error) {
	waiting, err := x.s.waiting(ctx, *x.r)
	if err != nil || len(waiting) == 0 {
		return fetched{keep: func(context.Context, *db.Tx) error { return nil }}, err
	}
	f, err := os.OpenFile(filepath.Join(x.folder, "forwarded.mbox"), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fetched{}, disk(err)
	}
	w := bufio.NewWriter(f)
	keys := make([]id.ID, len(waiting))
	for i, m := range waiting {
		keys[i] = m.ID
		if err == nil {
			err = writeHead(w, imap.Head{Text: m.Heads, Came: time.UnixMicro(m.At)})
		}
	}
	if err == nil {
		err = w.Flush()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	return fetched{
		any: true, more: len(waiting) == mostWaiting,
		keep: func(ctx context.Context, tx *db.Tx) error { return dropForwarded(ctx, tx, *x.r, keys) },
	}, disk(err)
}
