package account

import (
	"context"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// tokenPrefix lets people and scanners of leaked secrets recognise a token of Gave.
const tokenPrefix = "gave_"

// What a token opens.
const (
	ScopeAll  = "all"  // what its member may do
	ScopeFeed = "feed" // the feeds of Today, and nothing else
)

// Token is an API token as its member sees it.
type Token struct {
	ID      id.ID      `json:"id"`
	Name    string     `json:"name"`
	Scope   string     `json:"scope" doc:"all, or feed for the feeds of Today alone"`
	Created time.Time  `json:"created"`
	Used    *time.Time `json:"used" doc:"when it was last used"`
	Expires *time.Time `json:"expires" doc:"null for never"`
	// Secret is shown once, when the token is made.
	Secret string `json:"secret,omitempty" doc:"the token itself, shown this once"`
}

// NewToken makes an API token for the viewer in this space. days is how long it works, 0 for ever.
func (s *Service) NewToken(ctx context.Context, v op.Viewer, name string, days int) (Token, error) {
	return s.newToken(ctx, v, name, ScopeAll, days)
}

// NewFeed makes the secret of a feed's address: who has the address may read the viewer's Today, and nothing else, until it is revoked.
func (s *Service) NewFeed(ctx context.Context, v op.Viewer, name string) (Token, error) {
	return s.newToken(ctx, v, name, ScopeFeed, 0)
}

func (s *Service) newToken(ctx context.Context, v op.Viewer, name, scope string, days int) (Token, error) {
	if name = strings.TrimSpace(name); name == "" {
		return Token{}, fault.New(fault.Invalid, "Say what the token is for.").WithField("name")
	}
	now := s.Now()
	t := Token{ID: id.New(), Name: clip(name, 100), Scope: scope, Created: now.UTC(), Secret: tokenPrefix + newSecret()}
	expires := int64(0)
	if days > 0 {
		at := now.AddDate(0, 0, days).UTC()
		t.Expires, expires = &at, at.UnixMicro()
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, `insert into api_token (token, id, member, name, created, used, expires, scope) values ($1, $2, $3, $4, $5, 0, $6, $7)`,
			digest(t.Secret), t.ID, v.Member, t.Name, now.UnixMicro(), expires, scope); err != nil {
			return db.Fault(err)
		}
		return s.audit(ctx, tx, v.Space, v.Member, "token.new", t.Name)
	})
	return t, err
}

// Tokens returns the viewer's tokens in this space, the newest first, without their secrets.
func (s *Service) Tokens(ctx context.Context, v op.Viewer) ([]Token, error) {
	rows, err := db.Select[struct {
		ID      id.ID
		Name    string
		Scope   string
		Created int64
		Used    int64
		Expires int64
	}](ctx, s.db, `select id, name, scope, created, used, expires from api_token where member = $1 order by created desc, id`, v.Member)
	if err != nil {
		return nil, err
	}
	out := []Token{}
	for _, r := range rows {
		out = append(out, Token{ID: r.ID, Name: r.Name, Scope: r.Scope, Created: time.UnixMicro(r.Created).UTC(), Used: moment(r.Used), Expires: moment(r.Expires)})
	}
	return out, nil
}

func moment(micro int64) *time.Time {
	if micro == 0 {
		return nil
	}
	t := time.UnixMicro(micro).UTC()
	return &t
}

// RevokeToken ends a token of the viewer.
func (s *Service) RevokeToken(ctx context.Context, v op.Viewer, token id.ID) error {
	n, err := db.Exec(ctx, s.db, `delete from api_token where member = $1 and id = $2`, v.Member, token)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "There is no such token.")
	}
	return err
}

// Bearer returns the viewer of an API token. It returns a fault Unauthenticated when the token is unknown or over.
func (s *Service) Bearer(ctx context.Context, secret string) (op.Viewer, error) {
	return s.bearer(ctx, secret, ScopeAll)
}

// Feed returns the viewer of a feed's address.
func (s *Service) Feed(ctx context.Context, secret string) (op.Viewer, error) {
	return s.bearer(ctx, secret, ScopeFeed)
}

func (s *Service) bearer(ctx context.Context, secret, scope string) (op.Viewer, error) {
	now := s.Now()
	rows, err := db.Select[struct {
		Member id.ID
		Space  id.ID
		Used   int64
	}](ctx, s.db, `select t.member, m.space, t.used from api_token t join member m on m.id = t.member and m.ended = 0
		where t.token = $1 and t.scope = $3 and (t.expires = 0 or t.expires > $2)`, digest(secret), now.UnixMicro(), scope)
	if err != nil {
		return op.Viewer{}, err
	}
	if len(rows) == 0 {
		return op.Viewer{}, fault.New(fault.Unauthenticated, "This token is unknown or has expired.").WithHint("Make a new one in the settings.")
	}
	if now.UnixMicro()-rows[0].Used > time.Hour.Microseconds() {
		if _, err := s.db.ExecContext(ctx, `update api_token set used = $2 where token = $1`, digest(secret), now.UnixMicro()); err != nil {
			return op.Viewer{}, db.Fault(err)
		}
	}
	return s.ViewerOf(ctx, rows[0].Space, rows[0].Member)
}
