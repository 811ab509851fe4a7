package source

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/source/imap"
	"gave.network/internal/source/oauth"
)

const (
	// signinLife is how long somebody may be at a provider.
	signinLife = 15 * time.Minute
	// mostSignins is how many sign-ins of a member may be open at once.
	mostSignins = 10
	// finishWait is how long one call waits for somebody who signs in with a code.
	finishWait = 50 * time.Second
	// revokeWait is how long removing a source waits for its provider.
	revokeWait = 10 * time.Second
	// signinPurpose is what secrets of sign-ins are sealed for.
	signinPurpose = "source sign-in"
	// backPath is where providers send browsers back to.
	backPath = "/sources/back"
)

// ConnectBy lets members connect mailboxes by signing in at providers; once, when the program starts. base is the
// address under which browsers come back for commands, empty when nobody said it.
func (s *Service) ConnectBy(base string, providers []*oauth.Provider) {
	s.base, s.providers = base, providers
}

// providerOf returns a provider by its key.
func (s *Service) providerOf(key string) (*oauth.Provider, error) {
	if p := oauth.Find(s.providers, key); p != nil {
		return p, nil
	}
	return nil, fault.New(fault.NotFound, "This Gave is not registered at such a provider.").
		WithHint("Whoever runs it can register it there; a password for programs works too.").WithField("provider")
}

// Connecting is a sign-in at a provider that was begun.
type Connecting struct {
	Connecting id.ID     `json:"connecting" doc:"by which source finish knows it"`
	Address    string    `json:"address" doc:"the address to open in a browser"`
	Code       string    `json:"code,omitempty" doc:"what to type there; without one the browser comes back by itself"`
	Until      time.Time `json:"until" doc:"until when"`
}

// Begin begins a sign-in at a provider, from which a browser comes back to base.
func (s *Service) Begin(ctx context.Context, v op.Viewer, in ConnectInput, base string) (Connecting, error) {
	p, r, err := s.begun(ctx, v, in)
	if err != nil {
		return Connecting{}, err
	}
	state, verifier := id.NewSecret(32), oauth2.GenerateVerifier()
	r.ID, r.Back, r.Expires = keyOf(state), strings.TrimRight(base, "/")+backPath, v.Now.Add(signinLife).UnixMicro()
	to, err := p.Begin(r.Back, state, verifier, r.Username)
	if err != nil {
		return Connecting{}, err
	}
	return Connecting{Connecting: r.ID, Address: to, Until: time.UnixMicro(r.Expires)},
		s.keepSignin(ctx, v, r, []byte(verifier))
}

// BeginByDevice begins a sign-in with a code.
func (s *Service) BeginByDevice(ctx context.Context, v op.Viewer, in ConnectInput) (Connecting, error) {
	p, r, err := s.begun(ctx, v, in)
	if err != nil {
		return Connecting{}, err
	}
	device, err := p.BeginDevice(ctx)
	if err != nil {
		return Connecting{}, err
	}
	r.ID, r.Expires = id.New(), device.Until.UnixMicro()
	return Connecting{r.ID, device.Address, device.Code, device.Until}, s.keepSignin(ctx, v, r, device.Secret)
}

func (s *Service) keepSignin(ctx context.Context, v op.Viewer, r signinRow, secret []byte) error {
	var err error
	if r.Secret, err = s.sealer.Seal(v.Space, v.Member, signinPurpose, secret); err != nil {
		return err
	}
	return s.addSignin(ctx, r, v.Now.UnixMicro())
}

// begun looks whether a sign-in may begin.
func (s *Service) begun(ctx context.Context, v op.Viewer, in ConnectInput) (*oauth.Provider, signinRow, error) {
	none := signinRow{}
	r := signinRow{
		Space: v.Space, Owner: v.Member, Session: v.Session, Source: in.Source, Username: strings.TrimSpace(in.User),
	}
	key := in.Provider
	if !in.Source.IsZero() {
		before, err := s.one(ctx, v, in.Source)
		if err != nil {
			return nil, none, err
		}
		if before.Provider == "" || before.Ending > 0 {
			return nil, none, unknown()
		}
		key, r.Username = before.Provider, before.Username
	} else if n, err := s.count(ctx, v); err != nil {
		return nil, none, err
	} else if n >= mostSources {
		return nil, none, tooMany(n)
	}
	p, err := s.providerOf(key)
	if err != nil {
		return nil, none, err
	}
	r.Provider = p.Key
	return p, r, nil
}

// Back is what a browser came back with.
type Back struct{ State, Code, Wrong, Issuer string }

// notBegun says that who comes back did not go, or not from here.
func notBegun() error {
	return fault.New(fault.Unauthenticated,
		"This does not belong to a sign-in that you began here, or it took too long.").WithHint("Begin again.")
}

// Finish takes in who comes back from a provider, and returns the source that is read from now on.
func (s *Service) Finish(ctx context.Context, v op.Viewer, back Back) (id.ID, error) {
	r, err := s.signin(ctx, v.Space, v.Member, keyOf(back.State), v.Now.UnixMicro())
	if err != nil {
		return id.Zero, err
	}
	if r == nil || r.Back == "" || r.Session != "" && r.Session != v.Session {
		return id.Zero, notBegun()
	}
	if once, err := s.endSignin(ctx, *r); err != nil || !once {
		return id.Zero, cmp.Or(err, notBegun())
	}
	p, err := s.providerOf(r.Provider)
	if err != nil {
		return id.Zero, err
	}
	if back.Wrong != "" || back.Code == "" {
		return id.Zero, p.Denied(back.Wrong)
	}
	verifier, ok := s.sealer.Unseal(r.Space, r.Owner, signinPurpose, r.Secret)
	if !ok {
		return id.Zero, notBegun()
	}
	token, err := p.Finish(ctx, r.Back, back.Code, string(verifier), back.Issuer)
	if err != nil {
		return id.Zero, begin(err)
	}
	return s.connect(ctx, v, p, *r, token)
}

// begin says of a token that was refused at once that it is to be begun anew.
func begin(err error) error {
	if errors.Is(err, oauth.ErrRefused) {
		return fault.Wrap(errors.New(err.Error()), fault.Unauthenticated,
			"The provider no longer knows of this sign-in.").WithHint("Begin again.")
	}
	return err
}

// FinishDevice waits a while for somebody who signs in with a code, and returns the source that is read from now on.
func (s *Service) FinishDevice(ctx context.Context, v op.Viewer, key id.ID) (id.ID, error) {
	r, err := s.signin(ctx, v.Space, v.Member, key, v.Now.UnixMicro())
	if err != nil {
		return id.Zero, err
	}
	if r == nil || r.Back != "" || r.Session != "" && r.Session != v.Session {
		return id.Zero, notBegun()
	}
	p, err := s.providerOf(r.Provider)
	if err != nil {
		return id.Zero, err
	}
	secret, ok := s.sealer.Unseal(r.Space, r.Owner, signinPurpose, r.Secret)
	if !ok {
		return id.Zero, notBegun()
	}
	waiting, stop := context.WithTimeout(ctx, finishWait)
	defer stop()
	token, err := p.FinishDevice(waiting, secret)
	if err != nil && waiting.Err() != nil && ctx.Err() == nil {
		return id.Zero, fault.New(fault.Conflict, "Nobody signed in there yet.").WithHint("Ask again when you did.")
	}
	if err != nil {
		return id.Zero, begin(err)
	}
	if once, err := s.endSignin(ctx, *r); err != nil || !once {
		return id.Zero, cmp.Or(err, notBegun())
	}
	return s.connect(ctx, v, p, *r, token)
}

// connect has the mailbox read for which somebody signed in.
func (s *Service) connect(
	ctx context.Context, v op.Viewer, p *oauth.Provider, from signinRow, token oauth.Token,
) (key id.ID, err error) {
	defer func() {
		if err != nil { // what is not used should open nothing
			s.revoke(ctx, p, token)
		}
	}()
	user := cmp.Or(token.Address, from.Username)
	if from.Source.IsZero() && from.Username != "" {
		user = from.Username // a mailbox that somebody may read besides their own is called otherwise than they
	}
	if user == "" {
		return id.Zero, fault.New(fault.Unavailable, "%s does not say which mail address is yours.", p.Name).
			WithHint("Begin again, and say your mail address.")
	}
	r := row{
		Space: v.Space, ID: id.New(), Owner: v.Member, Kind: string(Mail), Name: user, Address: p.Server,
		Username: user, Provider: p.Key, Created: v.Now.UnixMicro(),
	}
	if r.Secret, err = s.sealToken(r, token); err != nil {
		return id.Zero, err
	}
	before := from.Source
	if before.IsZero() {
		if before, err = s.connectedBefore(ctx, r); err != nil {
			return id.Zero, err
		}
	} else {
		known, err := s.one(ctx, v, before)
		if err != nil {
			return id.Zero, err
		}
		if token.Address != "" && strings.Contains(known.Username, "@") &&
			!strings.EqualFold(token.Address, known.Username) {
			return id.Zero, fault.New(fault.Conflict, "You signed in as %s there, and this source reads %s.",
				token.Address, known.Username).
				WithHint("Sign in there as the other, or add this mailbox as one more source.")
		}
	}
	if !before.IsZero() {
		return before, s.db.Write(ctx, func(tx *db.Tx) error {
			return db.Found(db.Update(ctx, tx, "source", db.Row{
				"secret": r.Secret, "due": v.Now.UnixMicro(), "tries": 0, "trouble": "",
			}, `space = $1 and id = $2 and owner = $3 and ending = 0`, v.Space, before, v.Member))
		})
	}
	if n, err := s.count(ctx, v); err != nil {
		return id.Zero, err
	} else if n >= mostSources {
		return id.Zero, tooMany(n)
	}
	x := &reading{s: s, v: v, r: &r, provider: p, token: token, fresh: true, server: s.server("")}
	return s.begins(ctx, x)
}

func (s *Service) sealToken(r row, token oauth.Token) ([]byte, error) {
	kept, err := token.Kept()
	if err != nil {
		return nil, err
	}
	return s.sealer.Seal(r.Space, r.Owner, purpose, kept)
}

// open reads what the secret of a source holds: a password, or the token of a provider.
func (x *reading) open() error {
	kept, ok := x.s.sealer.Unseal(x.r.Space, x.r.Owner, purpose, x.r.Secret)
	switch {
	case x.r.Provider == "" && !ok:
		return fault.Wrap(imap.ErrSignIn, fault.Unavailable, "The password cannot be read: the key that it was sealed "+
			"with is not here.").WithHint("Give the password again.")
	case x.r.Provider == "":
		x.password = string(kept)
		return nil
	}
	if x.provider = oauth.Find(x.s.providers, x.r.Provider); x.provider == nil {
		return fault.New(fault.Unavailable, "This Gave is no longer registered at the provider of this mailbox.").
			WithHint("Whoever runs it can register it there again.")
	}
	var err error
	if ok {
		x.token, err = oauth.Read(kept)
	}
	if !ok || err != nil {
		return fault.Wrap(oauth.ErrRefused, fault.Unavailable, "What %s gave cannot be read: the key that it was "+
			"sealed with is not here.", x.provider.Name).WithHint("Sign in there once more.")
	}
	return nil
}

// renew gets another token, and keeps it before it is used: some providers take back the one before at once.
func (x *reading) renew(ctx context.Context) error {
	token, err := x.provider.Renew(ctx, x.token)
	if err != nil {
		return err
	}
	sealed, err := x.s.sealToken(*x.r, token)
	if err != nil {
		return err
	}
	if x.fresh {
		x.r.Secret = sealed
	} else if err := x.s.keepToken(ctx, x.r, sealed); err != nil {
		return err
	}
	x.token = token
	return nil
}

// endToken ends at the provider what it gave for a source that goes. That this fails keeps nothing: the token is
// removed here in any case.
func (s *Service) endToken(ctx context.Context, r row) {
	p := oauth.Find(s.providers, r.Provider)
	kept, ok := s.sealer.Unseal(r.Space, r.Owner, purpose, r.Secret)
	if p == nil || !ok {
		return
	}
	if token, err := oauth.Read(kept); err == nil {
		s.revoke(ctx, p, token)
	}
}

func (s *Service) revoke(ctx context.Context, p *oauth.Provider, token oauth.Token) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), revokeWait)
	defer stop()
	if err := p.Revoke(ctx, token); err != nil {
		slog.WarnContext(ctx, "source", "provider", p.Key, "error", fault.Discreet(err))
	}
}

// letIn signs in to a mail server. A token that ends is renewed before, and one that the server does not take is
// renewed once: it may have been taken back before its time.
func (x *reading) letIn(ctx context.Context, client *imap.Client) error {
	if x.provider == nil {
		return client.SignIn(x.r.Username, x.password)
	}
	if x.token.Ended(time.Now()) {
		if err := x.renew(ctx); err != nil {
			return err
		}
	}
	err := client.SignInByToken(x.r.Username, x.token.Access)
	if !errors.Is(err, imap.ErrToken) || x.renewed {
		return err
	}
	x.renewed = true
	if err := x.renew(ctx); err != nil {
		return err
	}
	return client.SignInByToken(x.r.Username, x.token.Access)
}

// mailServer is where the mail of a source is. What a provider gave goes to its own mail server alone.
func (x *reading) mailServer() string {
	if x.provider != nil {
		return x.provider.Server
	}
	return x.r.Address
}
