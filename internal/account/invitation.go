package account

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/room"
	"gave.network/internal/text/addresses"
)

// InvitationInfo is an invitation that can still be used.
type InvitationInfo struct {
	ID      id.ID     `json:"id" doc:"to take it back"`
	Role    string    `json:"role" doc:"what the one who uses it becomes"`
	Email   string    `json:"email,omitempty" doc:"the address that alone can use it; empty for a link"`
	Sent    bool      `json:"sent" doc:"it was mailed"`
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
		To      string
		Sent    int64
		Created int64
		Expires int64
	}](ctx, s.db,
		`select invitation.id, invitation.role, c.name, c.email, invitation.email as "to", invitation.sent,
		invitation.created, invitation.expires from invitation
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
			r.ID, r.Role.String(), r.To, r.Sent > 0, author, time.UnixMicro(r.Created).UTC(),
			time.UnixMicro(r.Expires).UTC(),
		})
	}
	return out, err
}

// Inviting says who is invited, and to what.
type Inviting struct {
	Role  op.Role
	Email string // who alone can use it; empty for whoever has the link
	Days  int    // how long it works; two weeks when it is not said
}

// Invited is an invitation that was made.
type Invited struct {
	ID      id.ID
	Secret  string // of the link; told this once
	Sent    bool   // the mail server took it
	Expires time.Time
}

// mostInviteDays is how long an invitation works at most.
const mostInviteDays = 60

// Invite makes a one-time link's secret with which somebody joins the space.
func (s *Service) Invite(ctx context.Context, v op.Viewer, role op.Role) (string, error) {
	out, err := s.InviteTo(ctx, v, Inviting{Role: role})
	return out.Secret, err
}

// InviteTo invites somebody to the viewer's space. To an address it is mailed, where there is a mail server. What was
// open to the same address ends.
func (s *Service) InviteTo(ctx context.Context, v op.Viewer, in Inviting) (Invited, error) {
	if in.Role < op.Guest || in.Role > v.Role {
		return Invited{}, fault.New(fault.Forbidden, "You can invite others to your own role or a lesser one.").
			WithField("role")
	}
	life := inviteLife
	switch {
	case in.Days < 0 || in.Days > mostInviteDays:
		return Invited{}, fault.New(fault.Invalid, "An invitation works for 1 to %d days.", mostInviteDays).
			WithField("days")
	case in.Days > 0:
		life = time.Duration(in.Days) * 24 * time.Hour
	}
	if in.Email = strings.TrimSpace(in.Email); in.Email != "" {
		address, ok := addresses.Mail(in.Email)
		if !ok {
			return Invited{}, fault.New(fault.Invalid, "This is not a mail address.").WithField("email")
		}
		in.Email = address
	}
	now := s.Now()
	out := Invited{ID: id.New(), Secret: newSecret(), Expires: now.Add(life).UTC()}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if in.Email != "" {
			there, err := db.Value[int](ctx, tx, `select count(*) from member m join account a on a.id = m.account
				where m.space = $1 and m.ended = 0 and a.email = $2`, v.Space, in.Email)
			if err != nil {
				return err
			}
			if there > 0 {
				return fault.New(fault.Conflict, "%s is a member already.", in.Email).WithField("email")
			}
			if _, err := tx.ExecContext(ctx, `delete from invitation where space = $1 and kind = $2 and email = $3
				and used = 0`, v.Space, kindJoin, in.Email); err != nil {
				return db.Fault(err)
			}
		}
		if _, err := db.Insert(ctx, tx, "invitation", db.Row{
			"token": id.Digest(out.Secret), "id": out.ID, "space": v.Space, "kind": kindJoin, "role": in.Role,
			"author": v.Member, "created": now.UnixMicro(), "expires": out.Expires.UnixMicro(), "used": 0,
			"email": in.Email,
		}, ""); err != nil {
			return err
		}
		return s.Record(ctx, tx, v, "invitation.new", out.ID.String()+" "+in.Role.String())
	})
	if err != nil || in.Email == "" || s.mail == nil || s.mail.Base() == "" {
		return out, err
	}
	return out, s.mailInvitation(ctx, v, in.Email, &out)
}

// mailInvitation sends an invitation. One that the server does not take stays: the link can be sent by hand.
func (s *Service) mailInvitation(ctx context.Context, v op.Viewer, address string, out *Invited) error {
	p, err := s.Profile(ctx, v)
	if err != nil {
		return err
	}
	printer := v.Printer()
	subject := printer.T("%s invites you to Gave", cmp.Or(p.Name, p.Email))
	if p.SpaceName != "" {
		subject = printer.T("%s invites you to %s", cmp.Or(p.Name, p.Email), p.SpaceName)
	}
	err = s.mail.Send(ctx, Letter{
		To: address, Subject: subject,
		Text: subject + ".\n\n" + printer.T("With this link you come in. It works once, until %s:",
			printer.Date(out.Expires)) + "\n\n" + s.mail.Base() + "/welcome?link=" + out.Secret + "&lang=" +
			string(v.Lang) + "\n\n" + printer.T("The members see your name and this address, and nothing else of you "+
			"until you share it.") + "\n" + printer.T("Leave this mail be if you had rather not.") + "\n",
		By: v, Link: id.Digest(out.Secret),
	})
	if err != nil {
		slog.WarnContext(ctx, "invitation not mailed", "error", fault.Discreet(err))
		return nil
	}
	out.Sent = true
	_, err = s.db.ExecContext(ctx, `update invitation set sent = $3 where space = $1 and id = $2`,
		v.Space, out.ID, s.Now().UnixMicro())
	return db.Fault(err)
}

// Letter is a mail to somebody.
type Letter struct {
	To, Subject, Text string
	// By is who is told when it comes back or is answered, and Link the digest of the secret of its link; none of a
	// letter that nobody hears of.
	By   op.Viewer
	Link []byte
}

// Mail sends letters.
type Mail interface {
	// Base is the public address of the server, such as https://gave.example; empty when it is not known.
	Base() string
	Send(ctx context.Context, l Letter) error
}

// MailBy lets invitations go by mail. Without it, their links are told once, to be sent by hand.
func (s *Service) MailBy(m Mail) { s.mail = m }

// answered says of what came back by mail that it is about an invitation; nil when it is not.
func (s *Service) answered(ctx context.Context, in room.Answer) (*room.Heard, error) {
	found, err := db.Select[struct {
		Email    string
		Used     int64
		Language string
	}](ctx, s.db, `select i.email, i.used, a.language from invitation i join member m on m.id = i.author
		join account a on a.id = m.account
		where i.space = $1 and i.token = $2 and i.author = $3 and i.kind = $4`,
		in.Space, in.Link, in.Member, kindJoin)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	p := locale.New(locale.Lang(found[0].Language), nil)
	return &room.Heard{To: found[0].Email, About: p.T("your invitation"), Instead: "Invite them at another address, " +
		"or give them the link yourself."}, nil
}

// Seated is a member who is to be a person of the space.
type Seated struct {
	Space, Member id.ID
	Person        id.ID // who in the network they are; none until known
	Name, Email   string
	At            time.Time
}

// Seat makes a member a person of the space, in the transaction in which they come in.
type Seat func(ctx context.Context, tx *db.Tx, m Seated) error

// SeatBy says who makes members persons.
func (s *Service) SeatBy(f Seat) { s.seat = f }

// SeatMembers makes members of a space persons of it: these, or all when none are named.
func (s *Service) SeatMembers(ctx context.Context, tx *db.Tx, space id.ID, members ...id.ID) error {
	if s.seat == nil {
		return nil
	}
	// Nobody brings in anybody meanwhile: each import holds the lock of its member.
	all, err := db.Values[id.ID](ctx, tx, `select id from member where space = $1 and ended = 0 order by id`, space)
	if err != nil {
		return err
	}
	for _, member := range all {
		if err := tx.Lock(ctx, space, member); err != nil {
			return err
		}
	}
	if err := tx.Lock(ctx, space); err != nil {
		return err
	}
	rows, err := db.Select[struct {
		Member, Person id.ID
		Name, Email    string
	}](ctx, tx, `select m.id as member, m.person, a.name, a.email from member m join account a on a.id = m.account
		where m.space = $1 and m.ended = 0 order by m.joined, m.id`, space)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if len(members) > 0 && !slices.Contains(members, r.Member) {
			continue
		}
		if err := s.seat(ctx, tx, Seated{space, r.Member, r.Person, r.Name, r.Email, s.Now()}); err != nil {
			return err
		}
	}
	return nil
}

// seatAfter makes persons of who has to be one after somebody came in: all members of a space of several, and of a
// space of one the member of whom nothing is known yet.
func (s *Service) seatAfter(ctx context.Context, tx *db.Tx, space, joined id.ID) error {
	n, err := db.One[struct {
		Members int
		Person  id.ID
	}](ctx, tx, `select (select count(*) from member o where o.space = m.space and o.ended = 0) as members, m.person
		from member m where m.space = $1 and m.id = $2`, space, joined)
	if err != nil || n.Members < 2 && !n.Person.IsZero() {
		return err
	}
	return s.SeatMembers(ctx, tx, space)
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
