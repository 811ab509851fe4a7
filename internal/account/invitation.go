package account

import (
	"context"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// InvitationInfo is an invitation that can still be used.
type InvitationInfo struct {
	ID      id.ID     `json:"id" doc:"to take it back"`
	Role    string    `json:"role" doc:"what the one who uses it becomes"`
	Author  string    `json:"author" doc:"who made it"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
}

// authorHolds is the condition under which an invitation works: whoever made it may still make it.
const authorHolds = `exists (select 1 from member a where a.space = invitation.space and a.id = invitation.author
	and a.ended = 0 and a.role = 3)`

// Invitations returns the invitations to the viewer's space that can still be used, the newest first.
func (s *Service) Invitations(ctx context.Context, v op.Viewer) ([]InvitationInfo, error) {
	rows, err := db.Select[struct {
		ID      id.ID
		Role    op.Role
		Name    string
		Email   string
		Created int64
		Expires int64
	}](ctx, s.db,
		`select invitation.id, invitation.role, c.name, c.email, invitation.created, invitation.expires from invitation
		join member m on m.id = invitation.author join account c on c.id = m.account
		where invitation.space = $1 and invitation.kind = $2 and invitation.used = 0
		and invitation.expires > $3 and `+authorHolds+`
		order by invitation.created desc, invitation.id`, v.Space, kindJoin, s.Now().UnixMicro())
	out := []InvitationInfo{}
	for _, r := range rows {
		author := r.Name
		if author == "" {
			author = r.Email
		}
		out = append(out, InvitationInfo{
			r.ID, r.Role.String(), author, time.UnixMicro(r.Created).UTC(), time.UnixMicro(r.Expires).UTC(),
		})
	}
	return out, err
}

// RevokeInvitation takes an invitation to the viewer's space back.
func (s *Service) RevokeInvitation(ctx context.Context, v op.Viewer, invitation id.ID) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := db.Exec(ctx, tx, `delete from invitation where space = $1 and id = $2 and kind = $3 and used = 0`,
			v.Space, invitation, kindJoin)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "There is no such invitation.")
		}
		return s.Record(ctx, tx, v, "invitation.revoke", invitation.String())
	})
}

// dropInvitations ends what a member made who may not make it any more, also when they are made an owner again later.
func dropInvitations(ctx context.Context, tx db.Queryer, space, author id.ID) error {
	_, err := tx.ExecContext(ctx, `delete from invitation where space = $1 and author = $2 and kind = $3 and used = 0
		and not `+authorHolds, space, author, kindJoin)
	return db.Fault(err)
}
