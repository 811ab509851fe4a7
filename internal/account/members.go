package account

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// Profile is an account as its owner sees it, with the space that they are in.
type Profile struct {
	Name      string      `json:"name"`
	Email     string      `json:"email"`
	Language  locale.Lang `json:"language"`
	Zone      string      `json:"zone"`
	Space     id.ID       `json:"space"`
	SpaceName string      `json:"space_name"`
	Purpose   string      `json:"purpose" doc:"private or professional: which duties towards people apply"`
	Role      string      `json:"role"`
	Person    id.ID       `json:"person"`
	Password  bool        `json:"password" doc:"a password is set"`
}

// Profile returns the viewer's account and space.
func (s *Service) Profile(ctx context.Context, v op.Viewer) (Profile, error) {
	r, err := db.One[struct {
		Name      string
		Email     string
		Language  string
		Zone      string
		Password  string
		SpaceName string
		Purpose   string
	}](ctx, s.db, `select a.name, a.email, a.language, a.zone, a.password, s.name as space_name, s.purpose
		from account a, space s where a.id = $1 and s.id = $2`, v.Account, v.Space)
	return Profile{
		r.Name, r.Email, locale.Lang(r.Language), r.Zone, v.Space, r.SpaceName, r.Purpose, v.Role.String(), v.Person,
		r.Password != "",
	}, err
}

// ProfileVersion changes with the viewer's account and space.
func (s *Service) ProfileVersion(ctx context.Context, v op.Viewer, _ string) (string, error) {
	p, err := s.Profile(ctx, v)
	if err != nil {
		return "", err
	}
	return op.VersionOf(p)
}

// ProfileInput is what a viewer may change of their account; what is left out stays.
type ProfileInput struct {
	Name     *string `json:"name,omitempty" doc:"your name" maxLength:"200"`
	Language *string `json:"language,omitempty" doc:"en or nl"`
	Zone     *string `json:"zone,omitempty" doc:"time zone, such as Europe/Amsterdam" maxLength:"60"`
}

// ChangeProfile changes the viewer's account.
func (s *Service) ChangeProfile(ctx context.Context, v op.Viewer, in ProfileInput) (p Profile, err error) {
	err = s.db.Serial(ctx, v.Space, v.Member, func(ctx context.Context) error {
		p, err = s.changeProfile(ctx, v, in)
		return err
	})
	return p, err
}

func (s *Service) changeProfile(ctx context.Context, v op.Viewer, in ProfileInput) (Profile, error) {
	p, err := s.Profile(ctx, v)
	if err != nil {
		return p, err
	}
	if in.Name != nil {
		p.Name = clip(strings.TrimSpace(*in.Name), 200)
	}
	if in.Language != nil {
		if p.Language = locale.Lang(*in.Language); !locale.Speaks(p.Language) {
			return p, fault.New(fault.Invalid, "Gave speaks %s.", locale.Names()).WithField("language")
		}
	}
	if in.Zone != nil {
		if _, err := time.LoadLocation(*in.Zone); err != nil {
			return p, fault.New(fault.Invalid, "%q is not a time zone.", *in.Zone).
				WithHint("Write it as Europe/Amsterdam.").WithField("zone")
		}
		p.Zone = *in.Zone
	}
	_, err = s.db.ExecContext(ctx, `update account set name = $2, language = $3, zone = $4 where id = $1`,
		v.Account, p.Name, string(p.Language), p.Zone)
	return p, db.Fault(err)
}

// PasswordInput changes a password.
type PasswordInput struct {
	Old string `json:"old,omitempty" doc:"the present password; empty when none is set" maxLength:"1000"`
	New string `json:"new" doc:"the new password, at least ten characters" maxLength:"1000"`
}

// ChangePassword sets a new password. It ends all other sessions of the account and all its tokens, and forgets its
// known browsers and networks: whoever knew the old password may have made them.
func (s *Service) ChangePassword(ctx context.Context, v op.Viewer, in PasswordInput) error {
	account, err := db.One[struct{ Password, Name, Email string }](ctx, s.db, `select password, name, email from account
		where id = $1`, v.Account)
	if err != nil {
		return err
	}
	present := account.Password
	counted := passwordBucket(v.Account)
	if err := s.take(ctx, counted); err != nil {
		return err
	}
	right := present == ""
	if !right {
		if right, err = checkPassword(ctx, present, in.Old, true, func() error { return nil }); err != nil {
			return err
		}
	}
	if !right {
		return fault.New(fault.Forbidden, "The present password is wrong.").WithField("old")
	}
	hash, err := HashPassword(ctx, in.New, account.Name, account.Email)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, `update account set password = $2 where id = $1`,
			v.Account, hash); err != nil {
			return db.Fault(err)
		}
		if err := s.giveBack(ctx, tx, []bucket{counted}); err != nil {
			return err
		}
		sessions, err := db.Values[[]byte](ctx, tx,
			`select token from session where account = $1 order by created`, v.Account)
		if err != nil {
			return err
		}
		for _, token := range sessions {
			if sessionID(token) == v.Session {
				continue
			}
			if _, err := tx.ExecContext(ctx, `delete from session where token = $1`, token); err != nil {
				return db.Fault(err)
			}
		}
		for _, end := range []string{
			`delete from api_token where member in (select id from member where account = $1)`,
			`delete from familiar where account = $1`,
			`delete from entering where account = $1`,
		} {
			if _, err := tx.ExecContext(ctx, end, v.Account); err != nil {
				return db.Fault(err)
			}
		}
		if err := s.locked(ctx, tx, v.Account); err != nil {
			return err
		}
		return s.Record(ctx, tx, v, "password.change", "")
	})
}

// SpaceInput is what an owner may change of the space.
type SpaceInput struct {
	Name    *string `json:"name,omitempty" doc:"the name of the space" maxLength:"200"`
	Purpose *string `json:"purpose,omitempty" doc:"private or professional"`
}

// ChangeSpace changes the viewer's space.
func (s *Service) ChangeSpace(ctx context.Context, v op.Viewer, in SpaceInput) (p Profile, err error) {
	err = s.db.Serial(ctx, v.Space, v.Member, func(ctx context.Context) error {
		p, err = s.changeSpace(ctx, v, in)
		return err
	})
	return p, err
}

func (s *Service) changeSpace(ctx context.Context, v op.Viewer, in SpaceInput) (Profile, error) {
	p, err := s.Profile(ctx, v)
	if err != nil {
		return p, err
	}
	if in.Name != nil {
		p.SpaceName = clip(strings.TrimSpace(*in.Name), 200)
	}
	if in.Purpose != nil {
		if p.Purpose = *in.Purpose; p.Purpose != "private" && p.Purpose != "professional" {
			return p, fault.New(fault.Invalid, "The purpose of a space is private or professional.").
				WithField("purpose")
		}
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, `update space set name = $2, purpose = $3 where id = $1`,
			v.Space, p.SpaceName, p.Purpose); err != nil {
			return db.Fault(err)
		}
		return s.Record(ctx, tx, v, "space.change", p.Purpose)
	})
	return p, err
}

// MemberInfo is a member as others in the space see them.
type MemberInfo struct {
	ID     id.ID     `json:"id"`
	Name   string    `json:"name"`
	Email  string    `json:"email"`
	Role   string    `json:"role"`
	Joined time.Time `json:"joined"`
	Person id.ID     `json:"person,omitzero" doc:"the person whom all members see; none until Gave knows what they are called"`
}

// Members returns the members of the viewer's space.
func (s *Service) Members(ctx context.Context, v op.Viewer) ([]MemberInfo, error) {
	rows, err := db.Select[struct {
		ID     id.ID
		Name   string
		Email  string
		Role   op.Role
		Joined int64
		Person id.ID
	}](ctx, s.db, `select m.id, a.name, a.email, m.role, m.joined, m.person from member m join account a on a.id = m.account
		where m.space = $1 and m.ended = 0 order by m.role desc, a.name, m.id`, v.Space)
	out := []MemberInfo{}
	for _, r := range rows {
		out = append(out, MemberInfo{r.ID, r.Name, r.Email, r.Role.String(), time.UnixMicro(r.Joined).UTC(), r.Person})
	}
	return out, err
}

// SetRole changes a member's role. A space keeps at least one owner.
func (s *Service) SetRole(ctx context.Context, v op.Viewer, member id.ID, role op.Role) error {
	if role < op.Guest || role > op.Owner {
		return fault.New(fault.Invalid, "A role is guest, member or owner.").WithField("role")
	}
	return s.changeMember(ctx, v, member, "member.role", role.String(), `update member set role = $3
		where space = $1 and id = $2 and ended = 0`, role)
}

// What stands in the trail of a membership that ended.
const (
	memberRemoved = "member.remove"
	memberLeft    = "member.leave"
)

// RemoveMember ends somebody's membership: their sessions and tokens stop working at once. What they shared stays, what
// was private stays theirs and is shown to nobody; for thirty days they can fetch it.
func (s *Service) RemoveMember(ctx context.Context, v op.Viewer, member id.ID) error {
	return s.changeMember(ctx, v, member, memberRemoved, "", `update member set ended = $3
		where space = $1 and id = $2 and ended = 0`, s.Now().UnixMicro())
}

func (s *Service) changeMember(ctx context.Context, v op.Viewer, member id.ID, action, detail, statement string,
	value any,
) error {
	// Two owners who make each other members at once would leave none: each counts while nobody else writes.
	return s.db.Serial(ctx, v.Space, v.Member, func(ctx context.Context) error {
		tx := s.db
		if err := tx.Write(ctx, func(tx *db.Tx) error { return tx.Lock(ctx, v.Space, member) }); err != nil {
			return err // an import of theirs ends its batch first, and finds them gone at the next
		}
		n, err := db.Exec(ctx, tx, statement, v.Space, member, value)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "There is no such member.")
		}
		owners, err := db.Value[int](ctx, tx,
			`select count(*) from member where space = $1 and role = 3 and ended = 0`, v.Space)
		if err != nil {
			return err
		}
		if owners == 0 {
			return fault.New(fault.Conflict, "A space needs an owner.").WithHint("Make somebody else an owner first.")
		}
		if err := dropInvitations(ctx, tx, v.Space, member); err != nil {
			return err
		}
		if action == memberRemoved || action == memberLeft {
			for _, leave := range s.leave {
				if err := leave(ctx, v.Space, member); err != nil {
					return err
				}
			}
		}
		return s.Record(ctx, tx, v, action, strings.TrimSpace(member.String()+" "+detail))
	})
}

// Own returns the viewer's own mail addresses.
func (s *Service) Own(ctx context.Context, v op.Viewer) ([]string, error) {
	if v.Person.IsZero() {
		return nil, nil
	}
	return db.Values[string](ctx, s.db, `select distinct n.value from identifier n
		where n.space = $1 and n.owner = $2 and n.kind = 1 and n.person in (
			select p.id from person p where p.space = $1 and p.id = $3
			union all select p.id from person p where p.space = $1 and p.merged = $3)
		order by n.value`, v.Space, v.Member, v.Person)
}

// Operations returns what can be done with accounts and spaces.
func (s *Service) Operations() []op.Operation {
	return append([]op.Operation{
		op.New("profile.show", http.MethodGet, "/profile", op.Guest, "Show your account and space.",
			func(ctx context.Context, v op.Viewer, _ op.None) (Profile, error) { return s.Profile(ctx, v) }),
		op.New("profile.change", http.MethodPatch, "/profile", op.Guest, "Change your name, language or time zone.",
			s.ChangeProfile),
		op.New("profile.password", http.MethodPost, "/profile/password", op.Guest, "Change your password.",
			func(ctx context.Context, v op.Viewer, in PasswordInput) (op.None, error) {
				return op.None{}, s.ChangePassword(ctx, v, in)
			}).With("All other sessions of yours end, and all your tokens and feeds.", "").Personal().InParts(),
		op.New("space.change", http.MethodPatch, "/space", op.Owner, "Change the name or the purpose of the space.",
			s.ChangeSpace).Governing(),
		op.New("members.list", http.MethodGet, "/members", op.Guest, "List the members of the space.",
			func(ctx context.Context, v op.Viewer, _ op.None) (MembersOutput, error) {
				list, err := s.Members(ctx, v)
				return MembersOutput{list}, err
			}),
		op.New("members.role", http.MethodPost, "/members/{member}/role", op.Owner, "Change the role of a member.",
			func(ctx context.Context, v op.Viewer, in RoleInput) (op.None, error) {
				role, _ := op.ParseRole(in.Role)
				return op.None{}, s.SetRole(ctx, v, in.Member, role)
			}).With("The invitations of who is no owner any more end.", "").Governing(),
		op.New("members.remove", http.MethodDelete, "/members/{member}", op.Owner, "End a membership.",
			func(ctx context.Context, v op.Viewer, in MemberInput) (op.None, error) {
				return op.None{}, s.RemoveMember(ctx, v, in.Member)
			}).Governing(),
		op.New("members.invite", http.MethodPost, "/invitations", op.Owner,
			"Invite somebody to the space: to an address, or with a link.",
			func(ctx context.Context, v op.Viewer, in InviteInput) (InviteOutput, error) {
				role, _ := op.ParseRole(in.Role)
				out, err := s.InviteTo(ctx, v, Inviting{Role: role, Email: in.Email, Days: in.Days})
				return InviteOutput{
					Invitation: out.ID, Link: "/welcome?link=" + out.Secret, Sent: out.Sent, Expires: out.Expires,
				}, err
			}).With("The link works once. To an address it is mailed, where a mail server is set, and only that "+
			"address can use it; else send it yourself.",
			"gave members invite anna@example.org").Governing().InParts(),
		op.New("invitations.list", http.MethodGet, "/invitations", op.Owner,
			"List the invitations that can still be used.",
			func(ctx context.Context, v op.Viewer, _ op.None) (InvitationsOutput, error) {
				list, err := s.Invitations(ctx, v)
				return InvitationsOutput{list}, err
			}).With("The links themselves are shown once, when they are made.", "gave invitations list").Governing(),
		op.New("invitations.revoke", http.MethodDelete, "/invitations/{invitation}", op.Owner,
			"Take an invitation back.",
			func(ctx context.Context, v op.Viewer, in InvitationID) (op.None, error) {
				return op.None{}, s.RevokeInvitation(ctx, v, in.Invitation)
			}).With("An invitation also ends when who made it is no owner any more.",
			"gave invitations revoke ID").Governing(),
		op.New("audit.list", http.MethodGet, "/audit", op.Owner,
			"Show who came in, and what was done that matters for who may see what.", s.Trail).
			With("Sign-ins and failed ones, tokens, invitations, roles, passwords, exports, erasures, imports and "+
				"what was shared; never what somebody keeps.", "gave audit list --kind failed --days 30").Governing(),
		op.New("audit.own", http.MethodGet, "/audit/own", op.Guest,
			"Show what you did, and what was done in your name, that matters for who may see what.", s.OwnTrail).
			With("Your sign-ins and failed ones, tokens, exports, erasures and what you shared, in this space.",
				"gave audit own --kind signin").Governing(),
		op.New("tokens.list", http.MethodGet, "/tokens", op.Guest, "List your API tokens.",
			func(ctx context.Context, v op.Viewer, _ op.None) (TokensOutput, error) {
				list, err := s.Tokens(ctx, v)
				return TokensOutput{list}, err
			}).Governing(),
		op.New("tokens.new", http.MethodPost, "/tokens", op.Guest, "Make an API token.",
			func(ctx context.Context, v op.Viewer, in TokenInput) (Token, error) {
				return s.MakeToken(ctx, v, in)
			}).
			With("A program that has it may read, or also write, or also govern (erase, take back, change who may do "+
				"what), as far as you may yourself. "+
				"No token makes tokens or sees sessions. It is shown once.",
				"gave tokens new calendar-sync --scope read --days 365").Personal(),
		op.New("tokens.feed", http.MethodPost, "/tokens/feeds", op.Member,
			"Make a secret address for the feeds of Today.",
			func(ctx context.Context, v op.Viewer, in FeedInput) (FeedOutput, error) {
				token, err := s.NewFeed(ctx, v, in.Name)
				return FeedOutput{token.ID, FeedPath(token.Secret, "atom"), FeedPath(token.Secret, "ics")}, err
			}).
			With("Whoever has the address can read your moves, and nothing else. End it with gave tokens revoke.",
				`gave tokens feed "my calendar"`).Personal(),
		op.New("tokens.revoke", http.MethodDelete, "/tokens/{token}", op.Guest, "End an API token.",
			func(ctx context.Context, v op.Viewer, in TokenID) (op.None, error) {
				return op.None{}, s.RevokeToken(ctx, v, in.Token)
			}).Governing(),
		op.New("sessions.list", http.MethodGet, "/sessions", op.Guest, "List where you are signed in.",
			func(ctx context.Context, v op.Viewer, _ op.None) (SessionsOutput, error) {
				list, err := s.Sessions(ctx, v)
				return SessionsOutput{list}, err
			}).Personal(),
		op.New("sessions.end", http.MethodDelete, "/sessions/{session}", op.Guest, "Sign out somewhere else.",
			func(ctx context.Context, v op.Viewer, in SessionInput) (op.None, error) {
				return op.None{}, s.EndSession(ctx, v, in.Session)
			}).Personal(),
	}, s.spaceOperations()...)
}

// The inputs and outputs of the operations.
type (
	// MembersOutput lists members.
	MembersOutput struct {
		Members []MemberInfo `json:"members"`
	}
	// MemberInput names a member.
	MemberInput struct {
		Member id.ID `json:"member" arg:"1" doc:"the id of the member"`
	}
	// RoleInput gives a member a role.
	RoleInput struct {
		Member id.ID  `json:"member" arg:"1" doc:"the id of the member"`
		Role   string `json:"role" arg:"2" doc:"the new role" enum:"guest,member,owner"`
	}
	// InviteInput says to what role to invite.
	InviteInput struct {
		Email string `json:"email,omitempty" arg:"1" doc:"the mail address of who is invited; nobody else can use the invitation then" maxLength:"300"`
		Role  string `json:"role,omitempty" doc:"the role in the space" enum:"guest,member,owner" default:"member"`
		Days  int    `json:"days,omitempty" doc:"how many days it works" default:"14" minimum:"1" maximum:"60"`
	}
	// InviteOutput is the link, below the address of the server.
	InviteOutput struct {
		Invitation id.ID     `json:"invitation" doc:"to take it back"`
		Link       string    `json:"link"`
		Sent       bool      `json:"sent" doc:"it was mailed; otherwise send it yourself"`
		Expires    time.Time `json:"expires"`
	}
	// TokensOutput lists tokens.
	TokensOutput struct {
		Tokens []Token `json:"tokens"`
	}
	// TokenInput says what a token is for.
	TokenInput struct {
		Name  string `json:"name" arg:"1" doc:"what the token is for" maxLength:"100"`
		Scope string `json:"scope,omitempty" doc:"how far it reaches; a later one includes an earlier one" enum:"read,write,govern" default:"write"`
		Days  int    `json:"days,omitempty" doc:"how many days it works" default:"365" minimum:"1" maximum:"730"`
	}
	// InvitationsOutput lists invitations.
	InvitationsOutput struct {
		Invitations []InvitationInfo `json:"invitations"`
	}
	// InvitationID names an invitation.
	InvitationID struct {
		Invitation id.ID `json:"invitation" arg:"1" doc:"the id of the invitation"`
	}
	// TokenID names a token.
	TokenID struct {
		Token id.ID `json:"token" arg:"1" doc:"the id of the token"`
	}
	// SessionsOutput lists sessions.
	SessionsOutput struct {
		Sessions []SessionInfo `json:"sessions"`
	}
	// SessionInput names a session.
	SessionInput struct {
		Session string `json:"session" arg:"1" doc:"the id of the session" maxLength:"40"`
	}
)

// FeedInput says what the feed is for.
type FeedInput struct {
	Name string `json:"name" arg:"1" doc:"what reads the feed" maxLength:"100"`
}

// FeedOutput is a feed's address in its two forms.
type FeedOutput struct {
	Token     id.ID  `json:"token" doc:"to end it"`
	Atom      string `json:"atom" doc:"path of the Atom feed on this server, shown this once"`
	ICalendar string `json:"icalendar" doc:"path of the calendar on this server, shown this once"`
}

// FeedPath is where the feed of a secret is, in a form: atom or ics.
func FeedPath(secret, form string) string { return "/feeds/" + secret + "/today." + form }

// Others says whether anybody but the viewer is or was a member of the viewer's space.
func (s *Service) Others(ctx context.Context, v op.Viewer) (bool, error) {
	n, err := db.Value[int](ctx, s.db, `select count(*) from member where space = $1 and id <> $2`, v.Space, v.Member)
	return n > 0, err
}

// Names returns what the members of the viewer's space are called, those who left included.
func (s *Service) Names(ctx context.Context, v op.Viewer) (map[id.ID]string, error) {
	rows, err := db.Select[struct {
		ID          id.ID
		Name, Email string
	}](ctx, s.db, `select m.id, a.name, a.email from member m join account a on a.id = m.account where m.space = $1
		order by m.id`, v.Space)
	out := make(map[id.ID]string, len(rows))
	for _, r := range rows {
		out[r.ID] = cmp.Or(r.Name, r.Email)
	}
	return out, err
}
