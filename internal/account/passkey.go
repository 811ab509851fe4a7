package account

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// passkeyLife is how long a device may take to answer.
const passkeyLife = 5 * time.Minute

// mostPasskeys is how many passkeys an account has at most.
const mostPasskeys = 30

// Passkey is a passkey as its owner sees it.
type Passkey struct {
	ID      id.ID      `json:"id"`
	Name    string     `json:"name" doc:"what its owner calls it"`
	Host    string     `json:"host" doc:"the address of the server for which it was made"`
	Created time.Time  `json:"created"`
	Used    *time.Time `json:"used" doc:"when it was last used"`
	Synced  bool       `json:"synced" doc:"its device keeps it elsewhere too"`
	Copied  *time.Time `json:"copied" doc:"when its counter went back, so that somebody may have a copy; it is refused since"`
}

// passkeyHolder is an account as the library of passkeys knows it.
type passkeyHolder struct {
	account     accountRow
	credentials []webauthn.Credential
	keys        map[string]passkeyRow // by the credential
}

// WebAuthnID implements webauthn.User.
func (h passkeyHolder) WebAuthnID() []byte { return h.account.ID[:] }

// WebAuthnName implements webauthn.User.
func (h passkeyHolder) WebAuthnName() string { return h.account.Email }

// WebAuthnDisplayName implements webauthn.User.
func (h passkeyHolder) WebAuthnDisplayName() string {
	if h.account.Name == "" {
		return h.account.Email
	}
	return h.account.Name
}

// WebAuthnCredentials implements webauthn.User.
func (h passkeyHolder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }

// passkeysWork says whether browsers do passkeys at the address under which the reader knows the server: it has a name,
// and a connection that nobody else reads.
func passkeysWork(r *http.Request) bool {
	base, err := url.Parse(page.Base(r))
	if err != nil || net.ParseIP(base.Hostname()) != nil || base.Hostname() == "" {
		return false
	}
	return base.Scheme == "https" || base.Hostname() == "localhost" || strings.HasSuffix(base.Hostname(), ".localhost")
}

// relying is the side that relies on passkeys: this server, under the address by which the browser knows it. A device
// only signs for the address that it shows, so that a page elsewhere gets nothing that counts here.
func relying(base string) (*webauthn.WebAuthn, error) {
	at, err := url.Parse(base)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	out, err := webauthn.New(&webauthn.Config{
		RPID: at.Hostname(), RPDisplayName: "Gave", RPOrigins: []string{base},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, fault.Wrap(err, fault.Conflict, "Passkeys do not work at this address.").
			WithHint("They need an address with a name and https.")
	}
	return out, nil
}

// Ceremony is what a browser is told to ask of a device, and the secret by which its answer is known.
type Ceremony struct {
	Options any
	Secret  string
}

func (s *Service) ceremony(
	ctx context.Context, kind string, account id.ID, options any, session *webauthn.SessionData,
) (Ceremony, error) {
	state, err := json.Marshal(session)
	if err != nil {
		return Ceremony{}, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	secret, err := s.enter(ctx, s.db, kind, account, string(state), passkeyLife)
	return Ceremony{options, secret}, err
}

// BeginPasskey begins making a passkey for the viewer.
func (s *Service) BeginPasskey(ctx context.Context, v op.Viewer, base string) (Ceremony, error) {
	at, err := relying(base)
	if err != nil {
		return Ceremony{}, err
	}
	holder, err := s.holder(ctx, v.Account, "")
	if err != nil {
		return Ceremony{}, err
	}
	if len(holder.credentials) >= mostPasskeys {
		return Ceremony{}, fault.New(fault.TooMany, "You have %d passkeys already.", len(holder.credentials))
	}
	var there []protocol.CredentialDescriptor
	for _, one := range holder.credentials {
		there = append(there, one.Descriptor())
	}
	options, session, err := at.BeginRegistration(holder, webauthn.WithExclusions(there))
	if err != nil {
		return Ceremony{}, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	return s.ceremony(ctx, enteringNew, v.Account, options, session)
}

// AddPasskey keeps a passkey that a device made.
func (s *Service) AddPasskey(ctx context.Context, v op.Viewer, base, secret, name, answer string) error {
	session, err := s.began(ctx, enteringNew, secret, v.Account)
	if err != nil {
		return err
	}
	at, err := relying(base)
	if err != nil {
		return err
	}
	holder, err := s.holder(ctx, v.Account, "")
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if err != nil {
		return noPasskey(err)
	}
	made, err := at.CreateCredential(holder, session, parsed)
	if err != nil {
		return noPasskey(err)
	}
	made.Attestation = webauthn.CredentialAttestation{} // who made the device is not asked
	state, err := json.Marshal(made)
	if err != nil {
		return fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		came, err := s.arrive(ctx, tx, secret)
		if err == nil && !came {
			err = tooLong()
		}
		if err != nil {
			return err
		}
		key := id.New()
		if err := insertPasskey(ctx, tx, passkeyRow{
			ID: key, Account: v.Account, Credential: made.ID, Name: clip(strings.TrimSpace(name), 60),
			Host: session.RelyingPartyID, State: string(state), Created: s.Now().UnixMicro(),
		}); err != nil {
			return err
		}
		return s.auditAccount(ctx, tx, v.Account, v.Member, "passkey.new", key.String())
	})
}

func noPasskey(err error) error {
	return fault.Wrap(err, fault.Invalid, "This passkey cannot be used.").
		WithHint("Try again, with a device that asks for your finger, face or code.")
}

// began returns what a device was asked.
func (s *Service) began(
	ctx context.Context, kind, secret string, account id.ID,
) (session webauthn.SessionData, err error) {
	row, there, err := s.onTheWay(ctx, kind, secret)
	if err == nil && (!there || row.Account != account) {
		err = tooLong()
	}
	if err == nil {
		err = json.Unmarshal([]byte(row.State), &session)
	}
	return session, err
}

// BeginPasskeyIn begins signing in with a passkey: of whoever has one, or as the second step of who gave the password,
// when pending is not empty.
func (s *Service) BeginPasskeyIn(ctx context.Context, base, pending string, v Visit) (Ceremony, error) {
	at, err := relying(base)
	if err != nil {
		return Ceremony{}, err
	}
	if pending == "" {
		if err := s.take(ctx, networkBucket(v)); err != nil {
			return Ceremony{}, err
		}
		options, session, err := at.BeginDiscoverableLogin(
			webauthn.WithUserVerification(protocol.VerificationRequired))
		if err != nil {
			return Ceremony{}, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
		}
		return s.ceremony(ctx, enteringPasskey, id.Zero, options, session)
	}
	row, there, err := s.onTheWay(ctx, enteringStep, pending)
	if err == nil && !there {
		err = tooLong()
	}
	if err != nil {
		return Ceremony{}, err
	}
	holder, err := s.holder(ctx, row.Account, at.Config.RPID)
	if err != nil {
		return Ceremony{}, err
	}
	if len(holder.credentials) == 0 {
		return Ceremony{}, fault.New(fault.NotFound, "You have no passkey for this address.").
			WithHint("Use a code of your app or a recovery code.")
	}
	options, session, err := at.BeginLogin(holder, webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Ceremony{}, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	return s.ceremony(ctx, enteringPasskey, row.Account, options, session)
}

// PasskeyIn lets in who has a passkey: by itself, or as the second step when pending is not empty. A device that
// checked who holds it is two steps in one.
func (s *Service) PasskeyIn(ctx context.Context, base, secret, pending, answer string, v Visit) (Entry, error) {
	account := id.Zero
	if pending != "" {
		row, there, err := s.onTheWay(ctx, enteringStep, pending)
		if err == nil && !there {
			err = tooLong()
		}
		if err != nil {
			return Entry{}, err
		}
		account = row.Account
	}
	session, err := s.began(ctx, enteringPasskey, secret, account)
	if err != nil {
		return Entry{}, err
	}
	if came, err := s.arrive(ctx, s.db, secret); err != nil || !came { // a challenge is answered once, right or wrong
		if err == nil {
			err = tooLong()
		}
		return Entry{}, err
	}
	holder, key, credential, err := s.check(ctx, base, account, session, answer)
	if err != nil {
		return Entry{}, err
	}
	if key.Copied > 0 || credential.Authenticator.CloneWarning {
		return Entry{}, s.copied(ctx, holder.account.ID, key, v)
	}
	state, err := json.Marshal(credential)
	if err != nil {
		return Entry{}, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	if err := s.usePasskey(ctx, key, string(state)); err != nil {
		return Entry{}, err
	}
	if pending != "" {
		return s.finish(ctx, pending, account, wayPasskey, v)
	}
	var entry Entry
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		entry, err = s.comeIn(ctx, tx, holder.account.ID, holder.account.Email, wayPasskey, v,
			[]bucket{networkBucket(v)})
		return err
	})
	return entry, err
}

// check looks at the answer of a device.
func (s *Service) check(
	ctx context.Context, base string, account id.ID, session webauthn.SessionData, answer string,
) (holder passkeyHolder, key passkeyRow, credential *webauthn.Credential, err error) {
	at, err := relying(base)
	if err != nil {
		return holder, key, nil, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil {
		return holder, key, nil, wrongPasskey(err)
	}
	if !account.IsZero() {
		if holder, err = s.holder(ctx, account, at.Config.RPID); err != nil {
			return holder, key, nil, err
		}
		credential, err = at.ValidateLogin(holder, session, parsed)
	} else {
		_, credential, err = at.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
			var of id.ID
			if len(handle) != len(of) {
				return nil, fault.New(fault.NotFound, "There is no such passkey.")
			}
			copy(of[:], handle)
			holder, err = s.holder(ctx, of, at.Config.RPID)
			return holder, err
		}, session, parsed)
	}
	if err != nil {
		return holder, key, nil, wrongPasskey(err)
	}
	key = holder.keys[string(credential.ID)]
	if !bytes.Equal(key.Credential, credential.ID) {
		return holder, key, nil, wrongPasskey(nil)
	}
	return holder, key, credential, nil
}

func wrongPasskey(err error) error {
	return fault.Wrap(err, fault.Unauthenticated, "This passkey is not known here.").
		WithHint("It may have been removed. Sign in with your password.")
}

// copied notes that a passkey may have been copied, and refuses it from then on.
func (s *Service) copied(ctx context.Context, account id.ID, key passkeyRow, v Visit) error {
	if key.Copied == 0 {
		if err := s.db.Write(context.WithoutCancel(ctx), func(tx *db.Tx) error {
			if err := markCopied(ctx, tx, key, s.Now().UnixMicro()); err != nil {
				return err
			}
			return s.auditAccount(ctx, tx, account, id.Zero, "passkey.copied", v.area())
		}); err != nil {
			return err
		}
	}
	return fault.New(fault.Unauthenticated, "The counter of this passkey went back: somebody may have a copy of it.").
		WithHint("Sign in with your password, remove this passkey and make a new one.")
}

// RemovePasskey removes a passkey of the viewer. When it was the last one and nothing else is asked for after the
// password, nothing is any more, so that nobody is shut out.
func (s *Service) RemovePasskey(ctx context.Context, v op.Viewer, key id.ID) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := dropPasskey(ctx, tx, v.Account, key)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "There is no such passkey.")
		}
		if err != nil {
			return err
		}
		info, err := s.stepInfo(ctx, tx, v.Account)
		if err != nil {
			return err
		}
		if info.On && !info.App && info.Passkeys == 0 {
			if err := dropStep(ctx, tx, v.Account); err != nil {
				return err
			}
			if err := s.auditAccount(ctx, tx, v.Account, v.Member, "step.off", ""); err != nil {
				return err
			}
		}
		return s.auditAccount(ctx, tx, v.Account, v.Member, "passkey.remove", key.String())
	})
}
