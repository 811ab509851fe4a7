package oauth

import (
	"context"
	"encoding/json"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// copied ends all that assistants hold in a restored copy: what was ended since the backup would open again.
func copied(ctx context.Context, tx *db.Tx) error {
	_, err := db.Exec(ctx, tx, `delete from oauth_grant`)
	return err
}

// Leave ends the assistants of a member who leaves.
func (s *Service) Leave(ctx context.Context, space, member id.ID) error {
	_, err := db.Exec(ctx, s.db, `delete from oauth_grant where space = $1 and owner = $2`, space, member)
	return err
}

// EndAll ends the assistants of an account, in all its spaces: whoever knew the password of before may have let them
// in.
func (s *Service) EndAll(ctx context.Context, q db.Queryer, members []id.ID) error {
	for _, member := range members {
		if _, err := db.Exec(ctx, q, `delete from oauth_grant where owner = $1`, member); err != nil {
			return err
		}
	}
	return nil
}

// register stores a client, and forgets those that nobody uses. It is false when there are too many.
func (s *Service) register(ctx context.Context, c client) (stored bool, err error) {
	redirects, err := json.Marshal(c.Redirects)
	if err != nil {
		return false, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	now := s.Now()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		stored = false
		if err := tx.Lock(ctx); err != nil { // of two that are the last one there is room for, one is
			return err
		}
		const idle = ` and not exists (select 1 from oauth_grant g where g.client = oauth_client.known)`
		if _, err := db.Exec(ctx, tx, `delete from oauth_client where (used = 0 and created < $1
			or used > 0 and used < $2)`+idle, now.Add(-strangerLife).UnixMicro(),
			now.Add(-clientLife).UnixMicro()); err != nil {
			return err
		}
		n, err := db.Value[int](ctx, tx, `select count(*) from oauth_client`)
		if err != nil {
			return err
		}
		if n >= mostClients { // those whom nobody let in within the hour go first
			if _, err := db.Exec(ctx, tx, `delete from oauth_client where used = 0 and created < $1`+idle,
				now.Add(-time.Hour).UnixMicro()); err != nil {
				return err
			}
			if n, err = db.Value[int](ctx, tx, `select count(*) from oauth_client`); err != nil || n >= mostClients {
				return err
			}
		}
		stored = true
		_, err = db.Insert(ctx, tx, "oauth_client", db.Row{
			"known": c.ID, "name": c.Name, "redirects": string(redirects), "created": now.UnixMicro(),
			"used": 0,
		}, "")
		return err
	})
	return stored, err
}

// registered returns a client that registered.
func (s *Service) registered(ctx context.Context, known string) (c client, there bool, err error) {
	rows, err := db.Select[struct{ Name, Redirects string }](ctx, s.db, `select name, redirects from oauth_client
		where known = $1`, known)
	if err != nil || len(rows) == 0 {
		return client{}, false, err
	}
	c = client{ID: known, Name: rows[0].Name}
	if err := json.Unmarshal([]byte(rows[0].Redirects), &c.Redirects); err != nil {
		return client{}, false, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	return c, true, nil
}

// grant is an assistant that a member let in.
type grant struct {
	Space, ID, Owner       id.ID
	Client, Name, Home     string
	Scope, Resource, Agent string
	Created, Used, Expires int64
}

const grantColumns = `g.space, g.id, g.owner, g.client, g.name, g.home, g.scope, g.resource, g.agent, g.created, g.used,
	g.expires`

// secret is what an assistant holds.
type secret struct {
	grant
	Kind                string
	Redirect, Challenge string
	Until               int64
	Spent               int64
}

// held returns what a secret of an assistant is, whether or not it works still.
func (s *Service) held(ctx context.Context, token, kind string) (found secret, there bool, err error) {
	rows, err := db.Select[secret](ctx, s.db, `select `+grantColumns+`, t.kind, t.redirect, t.challenge,
		t.expires as until, t.used as spent from oauth_secret t
		join oauth_grant g on g.space = t.space and g.id = t.given
		where t.token = $1 and t.kind = $2`, id.Digest(token), kind)
	if err != nil || len(rows) == 0 {
		return secret{}, false, err
	}
	return rows[0], true, nil
}

// let stores that a member lets an assistant in, with the code that it is exchanged for.
func (s *Service) let(ctx context.Context, v op.Viewer, g grant, code, redirect, challenge string) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.sweep(ctx, tx); err != nil {
			return err
		}
		n, err := db.Value[int](ctx, tx, `select count(*) from oauth_grant where space = $1 and owner = $2`,
			v.Space, v.Member)
		if err != nil {
			return err
		}
		if n >= mostGrants {
			return fault.New(fault.TooMany, "You have let %d assistants in already.", n).
				WithHint("End some of them in the settings.")
		}
		if _, err := db.Insert(ctx, tx, "oauth_grant", db.Row{
			"space": v.Space, "id": g.ID, "owner": v.Member, "client": g.Client, "name": g.Name, "home": g.Home,
			"scope": g.Scope, "resource": g.Resource, "created": g.Created, "used": 0, "expires": g.Expires,
			"agent": "",
		}, ""); err != nil {
			return err
		}
		if err := hand(ctx, tx, g, code, kindCode, redirect, challenge, s.Now().Add(codeLife)); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `update oauth_client set used = $2 where known = $1`, g.Client,
			s.Now().UnixMicro()); err != nil {
			return err
		}
		return s.account.Record(ctx, tx, v, "assistant.let", g.ID.String()+" "+g.Scope)
	})
}

// hand gives an assistant a secret.
func hand(ctx context.Context, tx *db.Tx, g grant, token, kind, redirect, challenge string, until time.Time) error {
	_, err := db.Insert(ctx, tx, "oauth_secret", db.Row{
		"token": id.Digest(token), "space": g.Space, "given": g.ID, "kind": kind, "redirect": redirect,
		"challenge": challenge, "expires": until.UnixMicro(), "used": 0,
	}, "")
	return err
}

// sweep removes what works no more.
func (s *Service) sweep(ctx context.Context, tx *db.Tx) error {
	now := s.Now().UnixMicro()
	if _, err := db.Exec(ctx, tx, `delete from oauth_secret where expires < $1`, now); err != nil {
		return err
	}
	_, err := db.Exec(ctx, tx, `delete from oauth_grant where expires < $1`, now)
	return err
}

// spend exchanges a code or a refresh token for new secrets, once. It is false when another did before.
func (s *Service) spend(ctx context.Context, held secret, token, access, refresh string) (spent bool, err error) {
	now := s.Now()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		// What was exchanged is remembered, to know it when it is given again.
		n, err := db.Exec(ctx, tx, `update oauth_secret set used = $2, expires = case when expires < $3 then $3
			else expires end where token = $1 and used = 0`, id.Digest(token), now.UnixMicro(),
			now.Add(spentLife).UnixMicro())
		spent = n == 1
		if err != nil || !spent {
			return err
		}
		if err := s.sweep(ctx, tx); err != nil {
			return err
		}
		// Of the tokens to come in with the last one goes on, for what was asked with it at this moment.
		if _, err := db.Exec(ctx, tx, `delete from oauth_secret where space = $1 and given = $2 and kind = $3
			and expires < (select max(o.expires) from oauth_secret o where o.space = $1 and o.given = $2
			and o.kind = $3)`, held.Space, held.ID, kindAccess); err != nil {
			return err
		}
		end := now.Add(refreshLife)
		if last := time.UnixMicro(held.Created).Add(grantLife); end.After(last) {
			end = last
		}
		if _, err := db.Exec(ctx, tx, `update oauth_grant set expires = $3 where space = $1 and id = $2`, held.Space,
			held.ID, end.UnixMicro()); err != nil {
			return err
		}
		if err := hand(ctx, tx, held.grant, access, kindAccess, "", "", now.Add(accessLife)); err != nil {
			return err
		}
		return hand(ctx, tx, held.grant, refresh, kindRefresh, "", "", end)
	})
	return spent, err
}

// end removes what an assistant was given, and says in the trail of its member why.
func (s *Service) end(ctx context.Context, v op.Viewer, grant id.ID, action string) (ended bool, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := db.Exec(ctx, tx, `delete from oauth_grant where space = $1 and owner = $2 and id = $3`, v.Space,
			v.Member, grant)
		if ended = n > 0; err != nil || !ended {
			return err
		}
		return s.account.Record(ctx, tx, v, action, grant.String())
	})
	return ended, err
}

// drop removes one secret.
func (s *Service) drop(ctx context.Context, token string) error {
	_, err := db.Exec(ctx, s.db, `delete from oauth_secret where token = $1`, id.Digest(token))
	return err
}

// noteUse notes that an assistant came in, at most once an hour, and once a day in the trail.
func (s *Service) noteUse(ctx context.Context, g grant, agent string) error {
	now := s.Now()
	return s.db.Write(ctx, func(tx *db.Tx) error {
		// Of two requests at once one is the first.
		n, err := db.Exec(ctx, tx, `update oauth_grant set used = $4, agent = $5 where space = $1 and id = $2
			and used = $3`, g.Space, g.ID, g.Used, now.UnixMicro(), clip(agent, 200))
		if err != nil || n == 0 || now.Sub(time.UnixMicro(g.Used)) < 24*time.Hour &&
			now.UTC().YearDay() == time.UnixMicro(g.Used).UTC().YearDay() {
			return err
		}
		return s.account.Record(ctx, tx, op.Viewer{Space: g.Space, Member: g.Owner}, "assistant.use", g.ID.String())
	})
}

// grants are the assistants that the viewer let in, the newest first.
func (s *Service) grants(ctx context.Context, v op.Viewer) ([]grant, error) {
	return db.Select[grant](ctx, s.db, `select `+grantColumns+` from oauth_grant g
		where g.space = $1 and g.owner = $2 and g.expires > $3 order by g.created desc, g.id`,
		v.Space, v.Member, s.Now().UnixMicro())
}
