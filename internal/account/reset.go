package account

import (
	"context"
	"log/slog"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/text/addresses"
)

const (
	// resetLife is how long a link that was mailed works.
	resetLife = time.Hour
	// mailLife is how long a letter to somebody who waits for it may take to leave.
	mailLife = time.Minute
	// afterReset is how long a mailbox that was just enough for a new password is not enough for the second step too.
	afterReset = 24 * time.Hour
)

// The states of a link with which a password is set: who has one that was mailed has the mailbox.
const (
	byMail    = "mail"
	byMachine = "machine"
)

// CanMail says whether links can be mailed: there is a mail server, and it is known where Gave is.
func (s *Service) CanMail() bool { return s.mail != nil && s.mail.Base() != "" }

// AskReset mails a link with which the password of an address can be set, when it is the address of an account. It
// answers the same, and as fast, when it is not: everything that tells the two apart happens later.
func (s *Service) AskReset(ctx context.Context, email string, v Visit) error {
	if !s.CanMail() {
		return cannotMail()
	}
	address, ok := addresses.Mail(email)
	if !ok {
		return fault.New(fault.Invalid, "This is not a mail address.").WithField("email")
	}
	asked := bucket{named("reset", address), 3, 20 * time.Minute}
	if err := s.take(ctx, asked, networkBucket(v)); err != nil {
		return err
	}
	s.later(ctx, func(ctx context.Context) error { return s.mailReset(ctx, address, v) })
	return nil
}

func cannotMail() error {
	return fault.New(fault.Unavailable, "This server sends no mail.").
		WithHint("Ask who runs it for a new link: gave account link does that.")
}

// later does something of which a stranger does not hear the outcome.
func (s *Service) later(ctx context.Context, do func(ctx context.Context) error) {
	ctx = context.WithoutCancel(ctx)
	s.behind.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, mailLife)
		defer cancel()
		if err := do(ctx); err != nil {
			slog.WarnContext(ctx, "letter not sent", "error", fault.Discreet(err))
		}
	})
}

// Settle waits until what was begun for later is done.
func (s *Service) Settle() { s.behind.Wait() }

func (s *Service) mailReset(ctx context.Context, address string, v Visit) error {
	who, there, err := s.accountBy(ctx, address)
	if err != nil || !there {
		return err
	}
	var secret string
	if err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := dropEntering(ctx, tx, who.ID, enteringReset); err != nil { // only the newest link works
			return err
		}
		if secret, err = s.enter(ctx, tx, enteringReset, who.ID, byMail, resetLife); err != nil {
			return err
		}
		return s.auditAccount(ctx, tx, who.ID, id.Zero, "reset.ask", v.area())
	}); err != nil {
		return err
	}
	p := who.printer()
	return s.mail.Send(ctx, Letter{
		To: address, Subject: p.T("A new password for Gave"),
		Text: p.T("With this link you choose a new password. It works once, for an hour:") + "\n\n" +
			s.mail.Base() + "/reset/new?link=" + secret + "\n\n" +
			p.T("All sessions and tokens of your account end then.") + "\n" +
			p.T("If you did not ask for this, do nothing: your password stays as it is.") + "\n",
	})
}

// ResetLink returns the secret of a link with which the owner of an account sets a new password, for whoever runs the
// machine to give to them. It works once, for an hour.
func (s *Service) ResetLink(ctx context.Context, email string) (string, error) {
	who, err := s.whoIs(ctx, email)
	if err != nil {
		return "", err
	}
	var secret string
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if secret, err = s.enter(ctx, tx, enteringReset, who.ID, byMachine, resetLife); err != nil {
			return err
		}
		return s.auditAccount(ctx, tx, who.ID, id.Zero, "reset.machine", "")
	})
	return secret, err
}

// Unlock takes the second step of an account off and forgets attempts at it, for whoever runs the machine to help
// somebody who lost theirs.
func (s *Service) Unlock(ctx context.Context, email string) (StepInfo, error) {
	who, err := s.whoIs(ctx, email)
	if err != nil {
		return StepInfo{}, err
	}
	var before StepInfo
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if before, err = s.stepInfo(ctx, tx, who.ID); err != nil {
			return err
		}
		if err := dropStep(ctx, tx, who.ID); err != nil {
			return err
		}
		if err := s.forget(ctx, tx, accountBucket(who.Email), stepBucket(who.ID, Visit{}, false)); err != nil {
			return err
		}
		return s.auditAccount(ctx, tx, who.ID, id.Zero, "step.machine", "")
	})
	return before, err
}

func (s *Service) whoIs(ctx context.Context, email string) (accountRow, error) {
	address, ok := addresses.Mail(email)
	if !ok {
		return accountRow{}, fault.New(fault.Invalid, "This is not a mail address.").WithField("email")
	}
	who, there, err := s.accountBy(ctx, address)
	if err == nil && !there {
		err = fault.New(fault.NotFound, "There is no account with the address %s.", address)
	}
	return who, err
}

// LookReset says whether a link to set a password works, without using it.
func (s *Service) LookReset(ctx context.Context, link string) error {
	return s.look(ctx, enteringReset, link)
}

// LookLost says whether a link to take the second step off works, without using it.
func (s *Service) LookLost(ctx context.Context, link string) error {
	return s.look(ctx, enteringLost, link)
}

func (s *Service) look(ctx context.Context, kind, link string) error {
	_, there, err := s.onTheWay(ctx, kind, link)
	if err == nil && !there {
		err = oldLink()
	}
	return err
}

func oldLink() error {
	return fault.New(fault.NotFound, "This link was used before, or is older than an hour.").
		WithHint("Ask for a new one.")
}

// Reset sets the password with a link. All sessions and tokens of the account end, and its known browsers are
// forgotten. A second step stays, and is asked for.
func (s *Service) Reset(ctx context.Context, link, password string, v Visit) (Entry, error) {
	row, there, err := s.onTheWay(ctx, enteringReset, link)
	if err == nil && !there {
		err = oldLink()
	}
	if err != nil {
		return Entry{}, err
	}
	who, err := s.accountOf(ctx, row.Account)
	if err != nil {
		return Entry{}, err
	}
	hash, err := HashPassword(ctx, password, who.Name, who.Email)
	if err != nil {
		return Entry{}, err
	}
	var entry Entry
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		came, err := s.arrive(ctx, tx, link)
		if err == nil && !came {
			err = oldLink()
		}
		if err != nil {
			return err
		}
		now := s.Now().UnixMicro()
		if err := resetPassword(ctx, tx, who.ID, hash, now); err != nil {
			return err
		}
		if err := s.locked(ctx, tx, who.ID); err != nil {
			return err
		}
		if row.State == byMail {
			if err := prove(ctx, tx, who.ID, now); err != nil {
				return err
			}
		}
		if err := s.auditAccount(ctx, tx, who.ID, id.Zero, "password.reset", v.area()); err != nil {
			return err
		}
		entry, err = s.goOn(ctx, tx, who.ID, who.Email, wayReset, v, nil)
		return err
	})
	return entry, err
}

// LoseStep mails a link that takes the second step off, to who gave the password and lost all else. A mailbox alone is
// not enough: within a day after it set the password, it does not.
func (s *Service) LoseStep(ctx context.Context, pending string, v Visit) error {
	row, there, err := s.onTheWay(ctx, enteringStep, pending)
	if err == nil && !there {
		err = tooLong()
	}
	if err != nil {
		return err
	}
	if !s.CanMail() {
		return fault.New(fault.Unavailable, "This server sends no mail.").
			WithHint("Ask who runs it: gave account unlock takes the second step off.")
	}
	who, err := s.accountOf(ctx, row.Account)
	if err != nil {
		return err
	}
	if row.State != "" || who.Reset > s.Now().Add(-afterReset).UnixMicro() {
		return fault.New(fault.Conflict, "For this you have to come in with a password that is older than a day.").
			WithHint("Otherwise whoever gets at your mail has both. Use a recovery code, wait a day, or ask who runs " +
				"the server.")
	}
	if err := s.take(ctx, bucket{named("lost", who.ID.String()), 3, 20 * time.Minute}); err != nil {
		return err
	}
	var secret string
	if err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := dropEntering(ctx, tx, who.ID, enteringLost); err != nil {
			return err
		}
		if secret, err = s.enter(ctx, tx, enteringLost, who.ID, "", resetLife); err != nil {
			return err
		}
		return s.auditAccount(ctx, tx, who.ID, id.Zero, "step.ask", v.area())
	}); err != nil {
		return err
	}
	p := who.printer()
	return s.mail.Send(ctx, Letter{
		To: who.Email, Subject: p.T("Coming in to Gave without your second step"),
		Text: p.T("Somebody gave your password, and says that your app, passkeys and recovery codes are lost. With "+
			"this link the second step is taken off. It works once, for an hour:") + "\n\n" +
			s.mail.Base() + "/signin/lost?link=" + secret + "\n\n" +
			p.T("If it was not you, do nothing, and change your password: somebody knows it.") + "\n",
	})
}

// Lost takes the second step off with a link that was mailed.
func (s *Service) Lost(ctx context.Context, link string, v Visit) error {
	row, there, err := s.onTheWay(ctx, enteringLost, link)
	if err == nil && !there {
		err = oldLink()
	}
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		came, err := s.arrive(ctx, tx, link)
		if err == nil && !came {
			err = oldLink()
		}
		if err != nil {
			return err
		}
		if err := dropStep(ctx, tx, row.Account); err != nil {
			return err
		}
		return s.auditAccount(ctx, tx, row.Account, id.Zero, "step.lost", v.area())
	})
}

func (r accountRow) printer() *locale.Printer {
	zone, err := time.LoadLocation(r.Zone)
	if err != nil || r.Zone == "" {
		zone = time.Local
	}
	return locale.New(locale.Lang(r.Language), zone)
}
