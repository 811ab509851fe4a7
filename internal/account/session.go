package account

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/text/addresses"
)

const (
	// sessionLife is how long a session lasts without use.
	sessionLife = 30 * 24 * time.Hour

	// sessionEnd is how long a session lasts at most, however much it is used.
	sessionEnd = 90 * 24 * time.Hour

	// setupLife is how long the first owner's link works.
	setupLife = 24 * time.Hour

	// inviteLife is how long an invitation works.
	inviteLife = 14 * 24 * time.Hour
)

// The kinds of invitations.
const (
	kindSetup = "setup" // the first owner sets an address and a password
	kindJoin  = "join"  // somebody joins a space
)

// newSecret returns 256 random bits as text for a link, cookie or token.
func newSecret() string { return id.NewSecret(32) }

// SignIn checks an address and a password and starts a session for a browser that is not known. It returns the
// session's secret.
func (s *Service) SignIn(ctx context.Context, email, password, from, agent string) (string, error) {
	entry, err := s.SignInFrom(ctx, email, password, Visit{From: from, Agent: agent})
	return entry.Session, err
}

// SignInFrom checks an address and a password and starts a session.
func (s *Service) SignInFrom(ctx context.Context, email, password string, v Visit) (Entry, error) {
	address, _ := addresses.Mail(email)
	rows, err := db.Select[struct {
		ID       id.ID
		Password string
	}](ctx, s.db, `select id, password from account where email = $1 and email <> ''`, address)
	if err != nil {
		return Entry{}, err
	}
	account, hash := id.Zero, ""
	if len(rows) > 0 {
		account, hash = rows[0].ID, rows[0].Password
	}
	list, err := s.guess(ctx, account, address, hash, password, v)
	if err != nil {
		return Entry{}, err
	}
	var entry Entry
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		entry, err = s.goOn(ctx, tx, account, address, "", v, list)
		return err
	})
	return entry, err
}

// stepLife is how long the second step may take.
const stepLife = 10 * time.Minute

// goOn lets in who gave the password, or came from a provider, unless the account is asked for a second step.
func (s *Service) goOn(
	ctx context.Context, tx *db.Tx, account id.ID, address, way string, v Visit, list []bucket,
) (Entry, error) {
	info, err := s.stepInfo(ctx, tx, account)
	if err != nil {
		return Entry{}, err
	}
	if !info.On {
		return s.comeIn(ctx, tx, account, address, way, v, list)
	}
	if err := s.giveBack(ctx, tx, list); err != nil {
		return Entry{}, err
	}
	pending, err := s.enter(ctx, tx, enteringStep, account, way, stepLife)
	return Entry{Pending: pending}, err
}

// Again signs the viewer in anew with their password, and with the second step when one is set: a session and the
// password together do not take that off.
func (s *Service) Again(ctx context.Context, viewer op.Viewer, password string, v Visit) (Entry, error) {
	if err := s.Confirm(ctx, viewer, password); err != nil {
		return Entry{}, err
	}
	var entry Entry
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		address, err := s.emailOf(ctx, tx, viewer.Account)
		if err != nil {
			return err
		}
		entry, err = s.goOn(ctx, tx, viewer.Account, address, "", v, nil)
		return err
	})
	return entry, err
}

// tooLong says that somebody is no longer on the way in.
func tooLong() error {
	return fault.New(fault.Unauthenticated, "That took too long, or it was done already.").WithHint("Sign in again.")
}

// StepIn lets in who gave the password and now gives a code of their app or a recovery code.
func (s *Service) StepIn(ctx context.Context, pending, code string, v Visit) (Entry, error) {
	row, there, err := s.onTheWay(ctx, enteringStep, pending)
	if err == nil && !there {
		err = tooLong()
	}
	if err != nil {
		return Entry{}, err
	}
	way, err := s.pass(ctx, row.Account, code, v)
	if err != nil {
		return Entry{}, err
	}
	return s.finish(ctx, pending, row.Account, way, v)
}

// finish lets in who took the second step.
func (s *Service) finish(ctx context.Context, pending string, account id.ID, way string, v Visit) (Entry, error) {
	var entry Entry
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		address, err := s.emailOf(ctx, tx, account)
		if err != nil {
			return err
		}
		came, err := s.arrive(ctx, tx, pending)
		if err == nil && !came {
			err = tooLong()
		}
		if err != nil {
			return err
		}
		entry, err = s.comeIn(ctx, tx, account, address, way, v, nil)
		return err
	})
	return entry, err
}

// comeIn starts a session for who has shown to be the owner of an account. way says how besides by the password.
func (s *Service) comeIn(
	ctx context.Context, tx *db.Tx, account id.ID, address, way string, v Visit, list []bucket,
) (Entry, error) {
	if err := s.forgive(ctx, tx, account, address, &v, list); err != nil {
		return Entry{}, err
	}
	session, member, err := s.startSession(ctx, tx, account, v.Agent)
	if err != nil {
		return Entry{}, err
	}
	return Entry{Session: session, Device: v.Device, Nowhere: member.IsZero()},
		s.auditAccount(ctx, tx, account, member, "signin", strings.TrimSpace(v.area()+" "+way))
}

func (s *Service) startSession(
	ctx context.Context, q db.Queryer, account id.ID, agent string,
) (secret string, member id.ID, err error) {
	members, err := db.Values[id.ID](ctx, q, `select m.id from member m join account a on a.id = m.account
		where m.account = $1 and m.ended = 0
		order by case when a.space = m.space then 0 else 1 end, m.role desc, m.joined limit 1`, account)
	if err != nil {
		return "", member, err
	}
	if len(members) > 0 {
		member = members[0]
	}
	now := s.Now()
	secret = newSecret()
	_, err = db.Insert(ctx, q, "session", db.Row{
		"token": id.Digest(secret), "account": account, "member": member, "agent": clip(agent, 200),
		"created": now.UnixMicro(), "seen": now.UnixMicro(), "expires": now.Add(sessionLife).UnixMicro(),
	}, "")
	return secret, member, err
}

func clip(s string, n int) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "�")
	if runes := []rune(s); len(runes) > n {
		return string(runes[:n])
	}
	return s
}

// Session returns the viewer of a session. It returns a fault Unauthenticated when the session is unknown or over.
func (s *Service) Session(ctx context.Context, secret string) (op.Viewer, error) {
	signIn := fault.New(fault.Unauthenticated, "Sign in first.")
	if secret == "" {
		return op.Viewer{}, signIn
	}
	now := s.Now()
	rows, err := db.Select[struct {
		memberRow
		Seen   int64
		Spaces int
		Name   string
	}](ctx, s.db, `select `+memberColumns+`, s.seen, x.name,
		(select count(*) from member o where o.account = m.account and o.ended = 0) as spaces
		from session s join member m on m.id = s.member and m.ended = 0
		join account a on a.id = m.account join space x on x.id = m.space
		where s.token = $1 and s.expires > $2 and s.created > $3`,
		id.Digest(secret), now.UnixMicro(), now.Add(-sessionEnd).UnixMicro())
	if err != nil {
		return op.Viewer{}, err
	}
	if len(rows) == 0 {
		return op.Viewer{}, signIn
	}
	// Once an hour is often enough to know that a session is in use.
	if now.UnixMicro()-rows[0].Seen > time.Hour.Microseconds() {
		if _, err := s.db.ExecContext(ctx, `update session set seen = $2, expires = $3 where token = $1`,
			id.Digest(secret), now.UnixMicro(), now.Add(sessionLife).UnixMicro()); err != nil {
			return op.Viewer{}, db.Fault(err)
		}
	}
	v := s.viewer(rows[0].memberRow)
	v.Session = sessionID(id.Digest(secret))
	if v.Spaces = rows[0].Spaces; v.Spaces > 1 {
		v.SpaceName = rows[0].Name
	}
	return v, nil
}

// SeenSince returns the members whose sessions were in use since a moment, the last seen first; so many at most.
func (s *Service) SeenSince(ctx context.Context, since time.Time, most int) ([]op.Viewer, error) {
	rows, err := db.Select[memberRow](ctx, s.db, `select `+memberColumns+`
		from (select member, max(seen) as seen from session where seen >= $1 and expires > $2 group by member) s
		join member m on m.id = s.member and m.ended = 0 join account a on a.id = m.account
		order by s.seen desc, m.id limit $3`, since.UnixMicro(), s.Now().UnixMicro(), most)
	if err != nil {
		return nil, err
	}
	out := make([]op.Viewer, len(rows))
	for i, r := range rows {
		out[i] = s.viewer(r)
	}
	return out, nil
}

// SignOut ends a session.
func (s *Service) SignOut(ctx context.Context, secret string) error {
	_, err := s.db.ExecContext(ctx, `delete from session where token = $1`, id.Digest(secret))
	return db.Fault(err)
}

// SessionInfo is a session as its account sees it.
type SessionInfo struct {
	ID      string    `json:"id" doc:"to end it"`
	Agent   string    `json:"agent"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
	Here    bool      `json:"here" doc:"the session that asks"`
}

// Sessions returns the sessions of the viewer's account, the last used first.
func (s *Service) Sessions(ctx context.Context, v op.Viewer) ([]SessionInfo, error) {
	rows, err := db.Select[struct {
		Token   []byte
		Agent   string
		Created int64
		Seen    int64
	}](ctx, s.db, `select token, agent, created, seen from session
		where account = $1 and expires > $2 and created > $3 order by seen desc, created desc`,
		v.Account, s.Now().UnixMicro(), s.Now().Add(-sessionEnd).UnixMicro())
	if err != nil {
		return nil, err
	}
	out := []SessionInfo{}
	for _, r := range rows {
		out = append(out, SessionInfo{
			sessionID(r.Token), r.Agent, time.UnixMicro(r.Created).UTC(), time.UnixMicro(r.Seen).UTC(),
			sessionID(r.Token) == v.Session,
		})
	}
	return out, nil
}

// JustSignedIn says whether the viewer gave the password at this very device within the last minutes: whoever is at the
// screen is the viewer, and need not give it once more.
func (s *Service) JustSignedIn(ctx context.Context, v op.Viewer) (bool, error) {
	tokens, err := db.Values[[]byte](ctx, s.db, `select token from session where account = $1 and created > $2`,
		v.Account, s.Now().Add(-justSignedIn).UnixMicro())
	return slices.ContainsFunc(tokens, func(token []byte) bool { return sessionID(token) == v.Session }), err
}

// proof is what a page asks for before it gives or ends much: nothing of who signed in just now, the password of who
// has one, and that they sign in again of everybody else.
type proof struct{ sure, password bool }

func (s *Service) proof(ctx context.Context, v op.Viewer) (out proof, err error) {
	if out.sure, err = s.JustSignedIn(ctx, v); err != nil || out.sure {
		return out, err
	}
	hash, err := db.Value[string](ctx, s.db, `select password from account where id = $1`, v.Account)
	out.password = hash != ""
	return out, err
}

// justSignedIn is how long it is taken that nobody else sat down where somebody signed in.
const justSignedIn = 10 * time.Minute

// sessionID names a session without giving away what would open it.
func sessionID(token []byte) string {
	sum := sha256.Sum256(token)
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// EndSession ends one session of the viewer's account.
func (s *Service) EndSession(ctx context.Context, v op.Viewer, name string) error {
	tokens, err := db.Values[[]byte](ctx, s.db, `select token from session where account = $1`, v.Account)
	if err != nil {
		return err
	}
	for _, token := range tokens {
		if sessionID(token) == name {
			_, err := s.db.ExecContext(ctx, `delete from session where token = $1`, token)
			return db.Fault(err)
		}
	}
	return fault.New(fault.NotFound, "There is no such session.")
}

// NeedsSetup says whether the first owner has yet to set a password.
func (s *Service) NeedsSetup(ctx context.Context) (bool, error) {
	n, err := db.Value[int](ctx, s.db, `select count(*) from account where password <> ''`)
	return n == 0, err
}

// SetupLink makes a new one-time secret with which the owner of the data directory sets an address and a password.
// Older ones stop working.
func (s *Service) SetupLink(ctx context.Context, v op.Viewer) (string, error) {
	secret, now := newSecret(), s.Now()
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, `delete from invitation where kind = $1`, kindSetup); err != nil {
			return db.Fault(err)
		}
		_, err := db.Insert(ctx, tx, "invitation", db.Row{
			"token": id.Digest(secret), "id": id.New(), "space": v.Space, "kind": kindSetup, "role": op.Owner,
			"author": v.Member, "created": now.UnixMicro(), "expires": now.Add(setupLife).UnixMicro(), "used": 0,
		}, "")
		return err
	})
	return secret, err
}

type invitationRow struct {
	ID      id.ID
	Space   id.ID
	Kind    string
	Role    op.Role
	Author  id.ID
	Email   string
	Sent    int64
	Expires int64
	Used    int64
}

func (s *Service) invitation(ctx context.Context, q db.Queryer, secret string) (invitationRow, error) {
	rows, err := db.Select[invitationRow](ctx, q, `select id, space, kind, role, author, email, sent, expires, used
		from invitation where token = $1 and (kind = $2 or used > 0 or `+authorHolds+`)`, id.Digest(secret), kindSetup)
	if err != nil {
		return invitationRow{}, err
	}
	switch {
	case len(rows) == 0:
		return invitationRow{}, fault.New(fault.NotFound, "This link does not exist.").WithHint("Ask for a new one.")
	case rows[0].Used > 0:
		return invitationRow{}, fault.New(fault.Conflict, "This link was used before.").
			WithHint("Sign in, or ask for a new one.")
	case rows[0].Expires < s.Now().UnixMicro():
		return invitationRow{}, fault.New(fault.Conflict, "This link has expired.").WithHint("Ask for a new one.")
	}
	return rows[0], nil
}

// Invitation is what a link leads to.
type Invitation struct {
	Setup bool    `json:"setup"`
	Space string  `json:"space"`
	Role  op.Role `json:"role"`
	Email string  `json:"email" doc:"the address that alone can use it; empty for anybody"`
}

// Look says what a link leads to, without using it.
func (s *Service) Look(ctx context.Context, secret string) (Invitation, error) {
	i, err := s.invitation(ctx, s.db, secret)
	if err != nil {
		return Invitation{}, err
	}
	name, err := db.Value[string](ctx, s.db, `select name from space where id = $1`, i.Space)
	return Invitation{i.Kind == kindSetup, name, i.Role, i.Email}, err
}

// Accept uses a link from a browser that is not known. It returns the secret of the session that it starts.
func (s *Service) Accept(ctx context.Context, secret, name, email, password, agent string) (string, error) {
	entry, err := s.AcceptFrom(ctx, secret, name, email, password, Visit{Agent: agent})
	return entry.Session, err
}

// AcceptFrom uses a link: the first owner sets name, address and password, or somebody joins a space with a new or an
// existing account. An existing account needs its password. It starts a session.
func (s *Service) AcceptFrom(ctx context.Context, secret, name, email, password string, v Visit) (Entry, error) {
	address, ok := addresses.Mail(email)
	if !ok {
		return Entry{}, fault.New(fault.Invalid, "This is not a mail address.").WithField("email")
	}
	i, err := s.invitation(ctx, s.db, secret)
	if err != nil {
		return Entry{}, err
	}
	if i.Email != "" && i.Email != address {
		return Entry{}, fault.New(fault.Invalid, "This invitation is to %s.", i.Email).WithField("email")
	}
	existing, err := db.Select[struct {
		ID       id.ID
		Password string
	}](ctx, s.db, `select id, password from account where email = $1`, address)
	if err != nil {
		return Entry{}, err
	}
	var (
		hash  string
		list  []bucket
		entry Entry
	)
	if len(existing) > 0 && i.Kind == kindJoin {
		if list, err = s.guess(ctx, existing[0].ID, address, existing[0].Password, password, v); err != nil {
			return Entry{}, err
		}
	} else if hash, err = HashPassword(ctx, password, name, address); err != nil {
		return Entry{}, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.useInvitation(ctx, tx, i); err != nil {
			return err
		}
		account := id.New()
		switch {
		case i.Kind == kindSetup:
			if account, err = db.Value[id.ID](ctx, tx, `select account from member where id = $1`,
				i.Author); err != nil {
				return err
			}
			_, err = tx.ExecContext(ctx, `update account set email = $2, name = $3, password = $4,
				language = case when $5 <> '' then $5 else language end where id = $1`,
				account, address, clip(name, 200), hash, string(v.Lang))
		case len(existing) > 0:
			account = existing[0].ID
		default:
			err = s.newcomer(ctx, tx, i.Author, v.Lang, db.Row{
				"id": account, "email": address, "name": clip(name, 200), "password": hash,
				"created": s.Now().UnixMicro(),
			})
		}
		if err != nil {
			return db.Fault(err)
		}
		if err := s.takeIn(ctx, tx, i, account); err != nil {
			return err
		}
		if i.Email != "" && i.Sent > 0 { // nobody else had the link
			if err := prove(ctx, tx, account, s.Now().UnixMicro()); err != nil {
				return err
			}
		}
		entry, err = s.goOn(ctx, tx, account, address, "", v, list)
		return err
	})
	return entry, err
}

// useInvitation uses an invitation up.
func (s *Service) useInvitation(ctx context.Context, tx *db.Tx, i invitationRow) error {
	n, err := db.Exec(ctx, tx,
		`update invitation set used = $2 where id = $1 and used = 0 and (kind = $3 or `+authorHolds+`)`,
		i.ID, s.Now().UnixMicro(), kindSetup)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "This link was used before.").WithHint("Sign in, or ask for a new one.")
	}
	return err
}

// takeIn makes an account a member of the space that it was invited to.
func (s *Service) takeIn(ctx context.Context, tx *db.Tx, i invitationRow, account id.ID) error {
	if i.Kind == kindJoin {
		if err := s.addMember(ctx, tx, i.Space, account, i.Role); err != nil {
			return err
		}
	}
	joined, err := db.Value[id.ID](ctx, tx, `select id from member where space = $1 and account = $2`,
		i.Space, account)
	if err != nil {
		return err
	}
	if err := s.audit(ctx, tx, i.Space, joined, "invitation.accept", i.ID.String()+" "+i.Role.String()); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `update account set space = $2 where id = $1`, account, i.Space); err != nil {
		return db.Fault(err)
	}
	return s.seatAfter(ctx, tx, i.Space, joined)
}

// addMember makes an account a member of a space, or one again.
func (s *Service) addMember(ctx context.Context, tx *db.Tx, space, account id.ID, role op.Role) error {
	_, err := db.Insert(ctx, tx, "member", db.Row{
		"id": id.New(), "space": space, "account": account, "role": role, "person": id.Zero,
		"joined": s.Now().UnixMicro(), "ended": 0,
	}, `on conflict (space, account) do update set role = case when member.ended > 0 then excluded.role
		else member.role end, ended = 0`)
	return err
}

// newcomer adds an account for somebody who was invited: in the language of the browser, or of who invited when the
// browser does not say, and in the time zone of who invited.
func (s *Service) newcomer(ctx context.Context, tx *db.Tx, author id.ID, lang locale.Lang, row db.Row) error {
	from, err := db.Select[struct{ Language, Zone string }](ctx, tx,
		`select a.language, a.zone from member m join account a on a.id = m.account where m.id = $1`, author)
	if err != nil {
		return err
	}
	if len(from) == 0 {
		return fault.New(fault.NotFound, "This link does not exist.").WithHint("Ask for a new one.")
	}
	row["language"], row["zone"] = from[0].Language, from[0].Zone
	if lang != "" {
		row["language"] = string(lang)
	}
	_, err = db.Insert(ctx, tx, "account", row, "")
	return err
}
