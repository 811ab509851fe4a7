package mailing

import (
	"cmp"
	"context"
	"encoding/hex"
	"log/slog"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/link"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/reply"
	"gave.network/internal/room"
)

const (
	// mostLinks is how many letters to people without an account a member can have mailed in a day.
	mostLinks = 20
	// toNever is the kind of the link by which they say that they want no more mail from the space.
	toNever = "never"
)

// Mailed says to whom a link was mailed.
type Mailed struct {
	Address string `json:"address" doc:"to which it was mailed"`
}

// MailLink mails a link that the viewer just made to whom it is for, once. It is called mailed only when the mail
// server took it; where that is not certain, no second one goes.
func (s *Service) MailLink(ctx context.Context, v op.Viewer, secret string) (Mailed, error) {
	if !s.CanSend() {
		return Mailed{}, fault.New(fault.Conflict, "No mail server is set here, so nothing is sent.").
			WithHint("Send the link yourself.")
	}
	l, err := s.letterOf(ctx, v, secret)
	if err != nil {
		return Mailed{}, err
	}
	reach, err := s.reach(ctx, v, l.Person)
	if err != nil {
		return Mailed{}, err
	}
	if reach.Email == "" {
		return Mailed{}, fault.New(fault.Conflict, "No mail address of them is known.").
			WithHint("Send the link yourself.")
	}
	digest := id.Digest(secret)
	letter := Letter{To: reach.Email}
	// What is said is in the language in which the two write.
	writer := v
	writer.Lang = locale.Or(reach.Lang, v.Lang)
	p := writer.Printer()
	profile, err := s.account.Profile(ctx, v)
	if err != nil {
		return Mailed{}, err
	}
	var body, never, token string
	letter.Subject, body = l.Write(writer)
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		hash, err := s.refusalHash(ctx, tx, v.Space, reach.Email)
		if err != nil {
			return err
		}
		refused, err := s.isRefused(ctx, tx, v.Space, hash)
		if err != nil {
			return err
		}
		if refused {
			return fault.New(fault.Conflict, "They want no more mail from here.")
		}
		if err := s.beginLink(ctx, tx, v, l.Person, digest); err != nil {
			return err
		}
		if token = ""; s.replyTo != nil {
			if token, err = canReply(ctx, tx, v, l.Person, digest); err != nil {
				return err
			}
		}
		never, err = link.New(ctx, tx, link.Link{
			Space: v.Space, Owner: v.Member, Kind: toNever, About: hex.EncodeToString(hash), Person: l.Person,
		}, v.Now, stopLife)
		letter.Stop = s.mail.Base() + "/mail/never/" + never + "?lang=" + string(p.Lang)
		return err
	})
	if err != nil {
		return Mailed{}, err
	}
	sender := cmp.Or(profile.Name, profile.Email)
	letter.Text = strings.TrimRight(body, "\n") + "\n\n" + s.mail.Base() + l.Path + "?lang=" + string(p.Lang) +
		"&never=" + never + "\n\n--\n" +
		s.answeredBy(&letter, p, token, sender) + "\n" +
		p.T("No more mail from here:") + " " + letter.Stop + "\n"
	// What was begun is ended, also when the one who asked for it does not wait.
	ctx = context.WithoutCancel(ctx)
	err = s.mail.Send(ctx, letter)
	switch {
	case err == nil:
		err = s.db.Write(ctx, func(tx *db.Tx) error {
			if l.Sent != nil {
				if err := l.Sent(ctx, tx); err != nil {
					return err
				}
			}
			return endLink(ctx, tx, v, digest, true)
		})
		return Mailed{reach.Email}, err
	case s.mail.Unsure(err):
		slog.WarnContext(ctx, "mail with a link: no answer", "error", fault.Discreet(err))
		return Mailed{}, fault.New(fault.Unavailable, "The mail server gave no answer: it may have been sent, or not.").
			WithHint("Ask them, or send the link yourself.")
	}
	slog.WarnContext(ctx, "mail with a link: not sent", "error", fault.Discreet(err))
	if noting := endLink(ctx, s.db, v, digest, false); noting != nil {
		return Mailed{}, noting
	}
	if s.mail.Refused(err) {
		return Mailed{}, fault.New(fault.Conflict, "The address refused the mail.").WithHint("Send the link yourself.")
	}
	return Mailed{}, fault.New(fault.Unavailable, "The mail server did not take it, so it was not sent.").
		WithHint("Try again later, or send the link yourself.")
}

// answeredBy says how a letter is answered, and lets it be.
func (s *Service) answeredBy(l *Letter, p *locale.Printer, token, sender string) string {
	if token == "" {
		return p.T("%s had this sent by Gave, at %s. You need no account. Nobody reads answers to this mail.", sender,
			s.mail.Base())
	}
	l.Reply, l.Name = s.namedBy(token)
	return p.T("%s had this sent by Gave, at %s. You need no account: open the link, or just answer this mail. What "+
		"you "+
		"write goes to %s.", sender, s.mail.Base(), sender)
}

// namedBy is at which address a letter is answered, and what it is called among all mails, by its token.
func (s *Service) namedBy(token string) (answers, name string) {
	answers = s.replyTo(token)
	_, domain, _ := strings.Cut(answers, "@")
	return answers, reply.Answers + token + "." + strings.ToLower(id.NewSecret(6)) + "@" + domain
}

// Returns lets what comes back of a letter that another part sends reach the viewer: that it did not arrive, and what
// is answered. It is about the link with that digest. It returns at which address it is answered and the name of the
// letter; empty where no mail is read.
func (s *Service) Returns(ctx context.Context, v op.Viewer, link []byte) (answers, name string, err error) {
	if s.replyTo == nil {
		return "", "", nil
	}
	token, err := canReply(ctx, s.db, v, id.Zero, link)
	if err != nil {
		return "", "", err
	}
	answers, name = s.namedBy(token)
	return answers, name, nil
}

// letterOf is the letter of a link that the viewer made.
func (s *Service) letterOf(ctx context.Context, v op.Viewer, secret string) (*room.Letter, error) {
	if secret != "" && len(secret) <= 100 {
		for _, r := range s.rooms {
			if r.Letter == nil {
				continue
			}
			if l, err := r.Letter(ctx, v, secret); err != nil || l != nil {
				return l, err
			}
		}
	}
	return nil, fault.New(fault.NotFound, link.Unknown)
}

// Never notes that who holds the link wants no more mail from the space.
func (s *Service) Never(ctx context.Context, secret string) error {
	now := s.account.Now()
	l, err := link.Find(ctx, s.db, toNever, secret, now)
	if err != nil {
		return err
	}
	return s.refuses(ctx, l.Space, l.About, now)
}

// never says whether who holds the link wants no more mail already.
func (s *Service) never(ctx context.Context, secret string, now time.Time) (bool, error) {
	l, err := link.Find(ctx, s.db, toNever, secret, now)
	if err != nil {
		return false, err
	}
	hash, err := hex.DecodeString(l.About)
	if err != nil {
		return false, err
	}
	return s.isRefused(ctx, s.db, l.Space, hash)
}
