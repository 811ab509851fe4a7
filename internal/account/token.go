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

// The scopes of tokens that open one thing and nothing else. The others are read, write and govern, and open the API.
const (
	ScopeFeed     = "feed"     // the feeds of Today
	ScopeContacts = "contacts" // the address book of a device, by CardDAV
	ScopeCalendar = "calendar" // the calendar of birthdays, rhythms and Today
)

// opensOne says whether a token of a scope opens one thing, and no API.
func opensOne(scope string) bool {
	return scope == ScopeFeed || scope == ScopeContacts || scope == ScopeCalendar
}

// The days that a token works when nobody says, and at most.
const (
	tokenDays     = 365
	mostTokenDays = 730
)

// Token is an API token as its member sees it.
type Token struct {
	ID      id.ID      `json:"id"`
	Name    string     `json:"name"`
	Scope   string     `json:"scope" doc:"read, write or govern; feed, contacts or calendar for one of these alone"`
	Created time.Time  `json:"created"`
	Used    *time.Time `json:"used" doc:"when it was last used"`
	Expires *time.Time `json:"expires" doc:"null for never"`
	Agent   string     `json:"agent,omitempty" doc:"what the program calls itself that used it last"`
	// Secret is shown once, when the token is made.
	Secret string `json:"secret,omitempty" doc:"the token itself, shown this once"`
}

// NewToken makes an API token that reads and writes for the viewer in this space. days is how long it works; 0 leaves
// that to Gave.
func (s *Service) NewToken(ctx context.Context, v op.Viewer, name string, days int) (Token, error) {
	return s.MakeToken(ctx, v, TokenInput{Name: name, Days: days})
}

// MakeToken makes an API token for the viewer in this space. It always has an end, and reaches no further than it was
// made for.
func (s *Service) MakeToken(ctx context.Context, v op.Viewer, in TokenInput) (Token, error) {
	if in.Scope == "" {
		in.Scope = op.Write.String()
	}
	if in.Days == 0 {
		in.Days = tokenDays
	}
	if _, ok := op.ParseReach(in.Scope); !ok {
		return Token{}, fault.New(fault.Invalid, "A token is for read, write or govern.").WithField("scope")
	}
	if in.Days < 1 || in.Days > mostTokenDays {
		return Token{}, fault.New(fault.Invalid, "A token works for at least a day and at most %d days.",
			mostTokenDays).WithField("days")
	}
	return s.newToken(ctx, v, in.Name, in.Scope, in.Days)
}

// NewFeed makes the secret of a feed's address: who has the address may read the viewer's Today, and nothing else,
// until it is revoked.
func (s *Service) NewFeed(ctx context.Context, v op.Viewer, name string) (Token, error) {
	return s.newToken(ctx, v, name, ScopeFeed, 0)
}

func (s *Service) newToken(ctx context.Context, v op.Viewer, name, scope string, days int) (Token, error) {
	if name = strings.TrimSpace(name); name == "" {
		return Token{}, fault.New(fault.Invalid, "Say what the token is for.").WithField("name")
	}
	now := s.Now()
	t := Token{
		ID: id.New(), Name: clip(name, 100), Scope: scope, Created: now.UTC(), Secret: tokenPrefix + newSecret(),
	}
	if scope == ScopeContacts {
		t.Secret = typedSecret()
	}
	expires := int64(0)
	if days > 0 {
		at := now.AddDate(0, 0, days).UTC()
		t.Expires, expires = &at, at.UnixMicro()
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := db.Insert(ctx, tx, "api_token", db.Row{
			"token": id.Digest(plainSecret(t.Secret)), "id": t.ID, "member": v.Member, "name": t.Name,
			"created": now.UnixMicro(), "used": 0, "expires": expires, "scope": scope,
		}, ""); err != nil {
			return err
		}
		return s.Record(ctx, tx, v, "token.new", t.ID.String()+" "+scope)
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
		Agent   string
	}](ctx, s.db, `select id, name, scope, created, used, expires, agent from api_token where member = $1
		order by created desc, id`, v.Member)
	if err != nil {
		return nil, err
	}
	out := []Token{}
	for _, r := range rows {
		out = append(out, Token{
			ID: r.ID, Name: r.Name, Scope: r.Scope, Created: time.UnixMicro(r.Created).UTC(), Used: db.Moment(r.Used),
			Expires: db.Moment(r.Expires), Agent: r.Agent,
		})
	}
	return out, nil
}

// RevokeToken ends a token of the viewer.
func (s *Service) RevokeToken(ctx context.Context, v op.Viewer, token id.ID) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := db.Exec(ctx, tx, `delete from api_token where member = $1 and id = $2`, v.Member, token)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "There is no such token.")
		}
		return s.Record(ctx, tx, v, "token.revoke", token.String())
	})
}

// Bearer returns the viewer of an API token, who reaches as far as the token does. It returns a fault Unauthenticated
// when the token is unknown or over.
func (s *Service) Bearer(ctx context.Context, secret string) (op.Viewer, error) {
	return s.bearer(ctx, secret, "")
}

// Feed returns the viewer of a feed's address.
func (s *Service) Feed(ctx context.Context, secret string) (op.Viewer, error) {
	return s.bearer(ctx, secret, ScopeFeed)
}

type agentKey struct{}

// WithAgent returns a context that carries what the program calls itself that asks.
func WithAgent(ctx context.Context, agent string) context.Context {
	return context.WithValue(ctx, agentKey{}, agent)
}

// AgentOf returns what the program calls itself that asks, "" when it is not known.
func AgentOf(ctx context.Context) string {
	agent, _ := ctx.Value(agentKey{}).(string)
	return agent
}

// bearer returns the viewer of a token of a scope that opens one thing, or of one for the API when the scope is empty.
func (s *Service) bearer(ctx context.Context, secret, scope string) (op.Viewer, error) {
	now := s.Now()
	rows, err := db.Select[struct {
		ID     id.ID
		Member id.ID
		Space  id.ID
		Scope  string
		Used   int64
	}](ctx, s.db, `select t.id, t.member, m.space, t.scope, t.used from api_token t
		join member m on m.id = t.member and m.ended = 0
		where t.token = $1 and (t.expires = 0 or t.expires > $2)`, id.Digest(plainSecret(secret)), now.UnixMicro())
	if err != nil {
		return op.Viewer{}, err
	}
	if len(rows) == 0 || scope != rows[0].Scope && (scope != "" || opensOne(rows[0].Scope)) {
		return op.Viewer{}, fault.New(fault.Unauthenticated, "This token is unknown or has expired.").
			WithHint("Make a new one in the settings.")
	}
	t := rows[0]
	reach := op.Read
	if scope == "" {
		reach, _ = op.ParseReach(t.Scope)
		reach = max(reach, op.Read) // a scope that a newer version made
	}
	if now.UnixMicro()-t.Used > time.Hour.Microseconds() {
		if err := s.db.Write(ctx, func(tx *db.Tx) error {
			// Of two requests at once one is the first.
			n, err := db.Exec(ctx, tx, `update api_token set used = $2, agent = $4 where id = $1 and used = $3`,
				t.ID, now.UnixMicro(), t.Used, clip(AgentOf(ctx), 200))
			if err != nil || n == 0 || now.UTC().YearDay() == time.UnixMicro(t.Used).UTC().YearDay() &&
				now.UnixMicro()-t.Used < (24*time.Hour).Microseconds() {
				return err // once a day is often enough in the trail
			}
			return s.audit(ctx, tx, t.Space, t.Member, "token.use", t.ID.String())
		}); err != nil {
			return op.Viewer{}, err
		}
	}
	v, err := s.ViewerOf(ctx, t.Space, t.Member)
	v.Reach = reach
	return v, err
}
