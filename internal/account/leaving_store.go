package account

import (
	"context"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// leftLife is how long who is a member no more can still fetch what they kept.
const leftLife = 30 * 24 * time.Hour

// Left is a space that an account belongs to no more, of which what it kept can still be fetched.
type Left struct {
	Member id.ID
	Name   string
	Until  time.Time
}

// Leave ends the viewer's own membership, after their password: as when an owner ends it.
func (s *Service) Leave(ctx context.Context, v op.Viewer) error {
	return s.changeMember(ctx, v, v.Member, memberLeft, "", `update member set ended = $3
		where space = $1 and id = $2 and ended = 0`, s.Now().UnixMicro())
}

// leaver is the account of a session, in whatever space or in none any more, as a viewer who sees what is public alone.
// It returns a fault Unauthenticated when the session is unknown or over.
func (s *Service) leaver(ctx context.Context, secret string) (op.Viewer, error) {
	now := s.Now()
	rows, err := db.Select[struct {
		Account        id.ID
		Language, Zone string
	}](ctx, s.db, `select s.account, a.language, a.zone from session s join account a on a.id = s.account
		where s.token = $1 and s.expires > $2 and s.created > $3`,
		id.Digest(secret), now.UnixMicro(), now.Add(-sessionEnd).UnixMicro())
	if err != nil {
		return op.Viewer{}, err
	}
	if secret == "" || len(rows) == 0 {
		return op.Viewer{}, fault.New(fault.Unauthenticated, "Sign in first.")
	}
	v := s.viewer(memberRow{Account: rows[0].Account, Language: rows[0].Language, Zone: rows[0].Zone})
	v.Session = sessionID(id.Digest(secret))
	return v, nil
}

// leftBy returns the spaces that an account left, or was removed from, within thirty days.
func (s *Service) leftBy(ctx context.Context, account id.ID) ([]Left, error) {
	rows, err := db.Select[struct {
		ID    id.ID
		Name  string
		Ended int64
	}](ctx, s.db, `select m.id, s.name, m.ended from member m join space s on s.id = m.space
		where m.account = $1 and m.role >= $2 and m.ended > $3 order by m.ended desc, m.id`,
		account, op.Member, s.Now().Add(-leftLife).UnixMicro())
	out := []Left{}
	for _, r := range rows {
		out = append(out, Left{r.ID, r.Name, time.UnixMicro(r.Ended).Add(leftLife).UTC()})
	}
	return out, err
}

// gone is a viewer who was a member: their own things are theirs, and of others they see what is public.
func (s *Service) gone(ctx context.Context, member id.ID) (op.Viewer, error) {
	row, err := db.One[memberRow](ctx, s.db, `select `+memberColumns+` from member m join account a on a.id = m.account
		where m.id = $1 and m.ended > $2`, member, s.Now().Add(-leftLife).UnixMicro())
	v := s.viewer(row)
	v.Role = op.Guest
	return v, err
}
