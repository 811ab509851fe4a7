package account

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// Sealer seals what only one account is to read, with a key that is not in the database.
type Sealer interface {
	Seal(space, member id.ID, purpose string, plain []byte) ([]byte, error)
	Unseal(space, member id.ID, purpose string, sealed []byte) (plain []byte, ok bool)
}

// SealBy says what seals the secrets of second steps; once, when the program is built.
func (s *Service) SealBy(sealer Sealer) { s.sealer = sealer }

// The codes of an app, as RFC 6238 has them and every app takes them: six digits, anew each half minute.
const (
	stepSeconds = 30
	// stepSkew is how many half minutes the clock of a telephone may be off, to either side.
	stepSkew = 1
	// recoveryCodes is how many codes somebody is given for when the app is lost.
	recoveryCodes = 10
	// recoveryGroups of four letters make a code of some 79 bits: a hash without salt and cost hides it well enough.
	recoveryGroups = 4
)

const stepPurpose = "second step"

// StepInfo is the second step of an account, as its owner sees it.
type StepInfo struct {
	On       bool       `json:"on" doc:"a second step is asked for after the password"`
	App      bool       `json:"app" doc:"an app that makes codes is set up"`
	Since    *time.Time `json:"since" doc:"since when"`
	Codes    int        `json:"codes" doc:"how many recovery codes are left"`
	Passkeys int        `json:"passkeys" doc:"how many passkeys there are"`
}

// Setup is what an app is told to make codes for an account.
type Setup struct {
	Secret  string // to type, in groups of four
	Address string // otpauth://, to open on the same device
	Drawing string // the path of a QR code of the address
	Side    int    // of the drawing, in its own units
}

// BeginStep makes the secret of an app that makes codes, or returns the one that waits to be confirmed. Nothing is
// asked for at sign-in before it is.
func (s *Service) BeginStep(ctx context.Context, v op.Viewer, host string) (Setup, error) {
	email, err := s.emailOf(ctx, s.db, v.Account)
	if err != nil {
		return Setup{}, err
	}
	step, there, err := s.step(ctx, s.db, v.Account)
	if err != nil {
		return Setup{}, err
	}
	if there && step.Since > 0 {
		return Setup{}, fault.New(fault.Conflict, "A second step is asked for already.").
			WithHint("Take it off first.")
	}
	options := totp.GenerateOpts{Issuer: "Gave " + host, AccountName: email, Period: stepSeconds}
	if there && step.Since == 0 {
		plain, ok := s.sealer.Unseal(id.Zero, v.Account, stepPurpose, step.Secret)
		if ok { // shown once more
			if options.Secret, err = secretOf(string(plain)); err != nil {
				return Setup{}, err
			}
		}
	}
	key, err := totp.Generate(options)
	if err != nil {
		return Setup{}, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	if options.Secret == nil {
		sealed, err := s.sealer.Seal(id.Zero, v.Account, stepPurpose, []byte(key.Secret()))
		if err != nil {
			return Setup{}, err
		}
		if err := s.keepStepSecret(ctx, v.Account, sealed); err != nil {
			return Setup{}, err
		}
	}
	return setupOf(key)
}

// setupOf draws the address of a key.
func setupOf(key *otp.Key) (Setup, error) {
	drawn, err := qr.Encode(key.URL(), qr.M, qr.Auto)
	if err != nil {
		return Setup{}, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	const quiet = 4 // light around it, as readers need
	side := drawn.Bounds().Dx()
	var path strings.Builder
	for y := range side {
		for x := 0; x < side; x++ {
			from := x
			for x < side && dark(drawn.At(x, y)) {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	return Setup{grouped(key.Secret()), key.URL(), path.String(), side + 2*quiet}, nil
}

func dark(c interface{ RGBA() (r, g, b, a uint32) }) bool {
	r, _, _, _ := c.RGBA()
	return r < 1<<15
}

// grouped puts a space after every fourth letter.
func grouped(text string) string {
	var out strings.Builder
	for i, r := range text {
		if i > 0 && i%4 == 0 {
			out.WriteByte(' ')
		}
		out.WriteRune(r)
	}
	return out.String()
}

// ConfirmStep sets an app to work by the first code that it makes, and returns the recovery codes, which are told once.
func (s *Service) ConfirmStep(ctx context.Context, v op.Viewer, code string, from Visit) ([]string, error) {
	step, there, err := s.step(ctx, s.db, v.Account)
	if err != nil {
		return nil, err
	}
	if !there || len(step.Secret) == 0 {
		return nil, fault.New(fault.NotFound, "No app waits to be confirmed.").WithHint("Begin again.")
	}
	if step.Since > 0 {
		return nil, fault.New(fault.Conflict, "A second step is asked for already.").WithHint("Take it off first.")
	}
	counted := stepBucket(v.Account, from, false)
	if err := s.take(ctx, counted); err != nil {
		return nil, err
	}
	number, err := s.codeNumber(v.Account, step, code)
	if err != nil {
		return nil, err
	}
	var codes []string
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.forget(ctx, tx, counted); err != nil {
			return err
		}
		n, err := startStep(ctx, tx, v.Account, s.Now().UnixMicro(), number)
		if err != nil {
			return err
		}
		if n == 0 {
			return wrongCode()
		}
		if codes, err = s.newCodes(ctx, tx, v.Account); err != nil {
			return err
		}
		return s.auditAccount(ctx, tx, v.Account, v.Member, "step.on", "")
	})
	return codes, err
}

// StepByPasskeys has a passkey asked for after the password, without any app, and returns the recovery codes.
func (s *Service) StepByPasskeys(ctx context.Context, v op.Viewer) ([]string, error) {
	var codes []string
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		info, err := s.stepInfo(ctx, tx, v.Account)
		if err != nil {
			return err
		}
		switch {
		case info.On:
			return fault.New(fault.Conflict, "A second step is asked for already.")
		case info.Passkeys == 0:
			return fault.New(fault.Conflict, "Add a passkey first.")
		}
		if err := passkeyStep(ctx, tx, v.Account, s.Now().UnixMicro()); err != nil {
			return err
		}
		if codes, err = s.newCodes(ctx, tx, v.Account); err != nil {
			return err
		}
		return s.auditAccount(ctx, tx, v.Account, v.Member, "step.on", "passkey")
	})
	return codes, err
}

// EndStep takes the second step off; its recovery codes go with it.
func (s *Service) EndStep(ctx context.Context, v op.Viewer) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := dropStep(ctx, tx, v.Account); err != nil {
			return err
		}
		return s.auditAccount(ctx, tx, v.Account, v.Member, "step.off", "")
	})
}

// RenewCodes makes ten recovery codes in place of those that there were.
func (s *Service) RenewCodes(ctx context.Context, v op.Viewer) ([]string, error) {
	var codes []string
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		info, err := s.stepInfo(ctx, tx, v.Account)
		if err != nil {
			return err
		}
		if !info.On {
			return fault.New(fault.Conflict, "No second step is asked for.")
		}
		if codes, err = s.newCodes(ctx, tx, v.Account); err != nil {
			return err
		}
		return s.auditAccount(ctx, tx, v.Account, v.Member, "codes.new", "")
	})
	return codes, err
}

// newCodes makes recovery codes in place of those that there were.
func (s *Service) newCodes(ctx context.Context, tx *db.Tx, account id.ID) ([]string, error) {
	codes := make([]string, recoveryCodes)
	digests := make([][]byte, recoveryCodes)
	for i := range codes {
		codes[i] = typedWords(recoveryGroups)
		digests[i] = recoveryDigest(account, codes[i])
	}
	return codes, replaceCodes(ctx, tx, account, digests)
}

func recoveryDigest(account id.ID, code string) []byte {
	return id.Digest(account.String() + " " + plainSecret(code))
}

func wrongCode() error {
	return fault.New(fault.Invalid, "The code is wrong, or was used before.").
		WithHint("Wait for the next one, and see whether the clock of your telephone is right.").WithField("code")
}

// codeNumber returns the half minute of which a code of an app is; a fault when it is of none that counts now.
func (s *Service) codeNumber(account id.ID, step stepRow, code string) (int64, error) {
	secret, ok := s.sealer.Unseal(id.Zero, account, stepPurpose, step.Secret)
	if !ok {
		return 0, fault.New(fault.Unavailable, "The codes of your app cannot be checked: the key in the data "+
			"directory is not the one that they were sealed with.").WithHint("Use one of your recovery codes.")
	}
	now := s.Now().Unix() / stepSeconds
	for number := now - stepSkew; number <= now+stepSkew; number++ {
		if number <= step.Used {
			continue
		}
		right, err := hotp.ValidateCustom(code, uint64(number), string(secret),
			hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil && !errors.Is(err, otp.ErrValidateInputInvalidLength) {
			return 0, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
		}
		if right {
			return number, nil
		}
	}
	return 0, wrongCode()
}

// stepBucket counts attempts at the second step of an account: those of a browser that is known apart from all others,
// so that somebody who has the password cannot shut out its owner. Three codes of a million are right at a time.
func stepBucket(account id.ID, v Visit, known bool) bucket {
	if known {
		return bucket{named("step", account.String(), v.Device), 10, time.Minute}
	}
	return bucket{named("step", account.String()), 5, 5 * time.Minute}
}

// pass looks at a code of an app or a recovery code, uses it up, and returns which of the two it was.
func (s *Service) pass(ctx context.Context, account id.ID, code string, v Visit) (string, error) {
	known, err := s.isKnown(ctx, account, v)
	if err != nil {
		return "", err
	}
	counted := stepBucket(account, v, known)
	if err := s.take(ctx, counted); err != nil {
		return "", err
	}
	way, err := s.useCode(ctx, account, code)
	if err != nil {
		if fault.CodeOf(err) != fault.Invalid {
			return "", err
		}
		noted := s.db.Write(context.WithoutCancel(ctx), func(tx *db.Tx) error {
			return s.auditAccount(ctx, tx, account, id.Zero, "step.failed", v.area())
		})
		return "", errors.Join(noted, err)
	}
	// Mistakes on the way are not held against who came in.
	return way, s.db.Write(ctx, func(tx *db.Tx) error { return s.forget(ctx, tx, counted) })
}

// The ways in that the trail tells of; the password is none of them.
const (
	wayCode     = "code"
	wayRecovery = "recovery"
	wayPasskey  = "passkey"
	wayOpenID   = "openid"
	wayReset    = "reset"
)

func (s *Service) useCode(ctx context.Context, account id.ID, code string) (string, error) {
	code = plainSecret(strings.TrimSpace(code))
	if len(code) != otp.DigitsSix.Length() || strings.Trim(code, "0123456789") != "" {
		n, err := s.useRecovery(ctx, account, recoveryDigest(account, code))
		if err == nil && n == 0 {
			err = wrongCode()
		}
		return wayRecovery, err
	}
	step, there, err := s.step(ctx, s.db, account)
	if err != nil {
		return "", err
	}
	if !there || step.Since == 0 || len(step.Secret) == 0 {
		return "", wrongCode()
	}
	number, err := s.codeNumber(account, step, code)
	if err != nil {
		return "", err
	}
	n, err := s.useNumber(ctx, account, number) // of two who send it at once, one comes in
	if err == nil && n == 0 {
		err = wrongCode()
	}
	return wayCode, err
}
