package account

import (
	"context"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// openIDLock is what those wait for who come in by a provider at the same time.
var openIDLock = id.ID{0x0f, 0xd1}

// knownAs returns the account that is connected with whom a provider names.
func (s *Service) knownAs(ctx context.Context, q db.Queryer, who identity) (account id.ID, known bool, err error) {
	found, err := db.Values[id.ID](ctx, q, `select account from openid where issuer = $1 and subject = $2`,
		who.Issuer, who.Subject)
	if err != nil || len(found) == 0 {
		return id.Zero, false, err
	}
	return found[0], true, nil
}

// connect connects an account with whom a provider names, or notes that it is used.
func (s *Service) connect(ctx context.Context, tx *db.Tx, who identity, account, author id.ID) error {
	now := s.Now().UnixMicro()
	n, err := db.Update(ctx, tx, "openid", db.Row{"email": who.Email, "used": now},
		`issuer = $1 and subject = $2 and account = $3`, who.Issuer, who.Subject, account)
	if err != nil || n > 0 {
		return err
	}
	if _, err := db.Insert(ctx, tx, "openid", db.Row{
		"issuer": who.Issuer, "subject": who.Subject, "account": account, "email": who.Email, "created": now,
		"used": now,
	}, ""); err != nil {
		return err
	}
	return s.auditAccount(ctx, tx, account, author, "openid.join", "")
}

// accountAt returns the account with an address, within a transaction; none has a zero id.
func accountAt(ctx context.Context, q db.Queryer, email string) (accountRow, error) {
	rows, err := db.Select[accountRow](ctx, q, accountColumns+`email = $1 and email <> ''`, email)
	if err != nil || len(rows) == 0 {
		return accountRow{}, err
	}
	return rows[0], nil
}

// open returns the invitations to an address that can be used, the newest first.
func (s *Service) open(ctx context.Context, q db.Queryer, email string) ([]invitationRow, error) {
	return db.Select[invitationRow](ctx, q, `select id, space, kind, role, author, email, sent, expires, used
		from invitation where kind = $1 and email = $2 and email <> '' and used = 0 and expires > $3 and `+authorHolds+`
		order by created desc, id`, kindJoin, email, s.Now().UnixMicro())
}

// makeAccount makes an account for somebody whom the provider names, without a password, when they may come in.
func (s *Service) makeAccount(ctx context.Context, tx *db.Tx, who identity, v Visit) (id.ID, error) {
	invited, err := s.open(ctx, tx, who.Email)
	if err != nil {
		return id.Zero, err
	}
	author := id.Zero
	switch {
	case len(invited) > 0:
		author = invited[0].Author
	case s.provider.allowed(who.Email):
		owners, err := firstOwner(ctx, tx)
		if err != nil {
			return id.Zero, err
		}
		if len(owners) > 0 {
			author = owners[0].ID
		}
	}
	if author.IsZero() {
		return id.Zero, fault.New(fault.Forbidden, "Nobody has invited %s yet.", who.Email).
			WithHint("Ask an owner of the space to invite this address.")
	}
	account, now := id.New(), s.Now().UnixMicro()
	return account, s.newcomer(ctx, tx, author, v.Lang, db.Row{
		"id": account, "email": who.Email, "name": who.Name, "password": "", "created": now, "proved": now,
	})
}

// seatOpenID makes who came in by a provider a member, when they are one of no space: of those that they were invited
// to, or of the first when their domain may come in. Who was removed does not come back by themselves.
func (s *Service) seatOpenID(ctx context.Context, tx *db.Tx, account id.ID, who identity) error {
	n, err := db.Value[int](ctx, tx, `select count(*) from member where account = $1 and ended = 0`, account)
	if err != nil || n > 0 {
		return err
	}
	if who.Email != "" {
		invited, err := s.open(ctx, tx, who.Email)
		if err != nil {
			return err
		}
		for _, i := range invited {
			if err := s.useInvitation(ctx, tx, i); err != nil {
				return err
			}
			if err := s.takeIn(ctx, tx, i, account); err != nil {
				return err
			}
		}
		if len(invited) > 0 {
			return nil
		}
	}
	before, err := db.Value[int](ctx, tx, `select count(*) from member where account = $1`, account)
	if err != nil {
		return err
	}
	owners, err := firstOwner(ctx, tx)
	if err != nil {
		return err
	}
	if before > 0 || len(owners) == 0 || who.Email == "" || !s.provider.allowed(who.Email) {
		return fault.New(fault.Forbidden, "You are a member of no space here any more.").
			WithHint("Ask an owner of the space to invite your address.")
	}
	space := owners[0].Space
	if err := s.addMember(ctx, tx, space, account, op.Member); err != nil {
		return err
	}
	joined, err := db.Value[id.ID](ctx, tx, `select id from member where space = $1 and account = $2`, space, account)
	if err != nil {
		return err
	}
	if err := s.audit(ctx, tx, space, joined, "openid.member", op.Member.String()); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `update account set space = $2 where id = $1`, account, space); err != nil {
		return db.Fault(err)
	}
	return s.seatAfter(ctx, tx, space, joined)
}

// Joined is an account of a provider that the viewer's is connected with.
type Joined struct {
	Issuer  string    `json:"issuer" doc:"the address of the provider"`
	Email   string    `json:"email" doc:"the address that it said"`
	Created time.Time `json:"created"`
	Used    time.Time `json:"used"`
}

// Joined returns the accounts of providers that the viewer's is connected with.
func (s *Service) Joined(ctx context.Context, v op.Viewer) ([]Joined, error) {
	rows, err := db.Select[struct {
		Issuer, Email string
		Created, Used int64
	}](ctx, s.db, `select issuer, email, created, used from openid where account = $1 order by created, issuer`,
		v.Account)
	out := []Joined{}
	for _, r := range rows {
		out = append(out, Joined{
			r.Issuer, r.Email, time.UnixMicro(r.Created).UTC(), time.UnixMicro(r.Used).UTC(),
		})
	}
	return out, err
}

// Part ends the connection of the viewer's account with those of a provider. An account has to keep another way in.
func (s *Service) Part(ctx context.Context, v op.Viewer, issuer string) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := db.Exec(ctx, tx, `delete from openid where account = $1 and issuer = $2`, v.Account, issuer)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "There is no such connection.")
		}
		if err != nil {
			return err
		}
		left, err := db.Value[int](ctx, tx, `select count(*) from account a where a.id = $1 and (a.password <> ''
			or exists (select 1 from passkey p where p.account = a.id)
			or exists (select 1 from openid o where o.account = a.id))`, v.Account)
		if err != nil {
			return err
		}
		if left == 0 {
			return fault.New(fault.Conflict, "Then you could not come in any more.").
				WithHint("Set a password or add a passkey first.")
		}
		return s.auditAccount(ctx, tx, v.Account, v.Member, "openid.part", "")
	})
}
