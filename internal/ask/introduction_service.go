package ask

import (
	"context"
	"slices"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/text"
	"gave.network/internal/text/addresses"
)

const (
	// answerWithin is how long each of the two has for an answer.
	answerWithin = 21 * 24 * time.Hour
	// remindAfter is when Today reminds of an introduction that waits.
	remindAfter = 7 * 24 * time.Hour
)

// Started is an introduction that was just asked for or agreed to, with what is to be passed on.
type Started struct {
	View
	Secret  string `json:"secret,omitempty" doc:"last part of the link /introduction/… to pass on; shown this once"`
	Message string `json:"message,omitempty" doc:"a message to send with the link"`
}

// letter asks who is in the middle to introduce, or whom it leads to whether they want to meet.
func (i Introduction) letter(v op.Viewer, to Party) (subject, message string) {
	p := v.Printer()
	if to == Middle {
		return p.T("%s asks you for an introduction", i.Requester.Name), greeting(p, i.Middle.Name) + "\n\n" +
			p.T("Would you introduce me to %s? %s", i.Target.Name, sentence(i.Text)) + "\n\n" +
			p.T("The link below lets you say yes or no; a no is fine, and they do not hear of it.") + "\n"
	}
	return p.T("May %s introduce somebody to you?", i.Middle.Name), greeting(p, i.Target.Name) + "\n\n" +
		p.T("May I introduce %s to you? %s", i.Requester.Name, sentence(i.Text)) + "\n\n" +
		p.T("The link below lets you say yes or no. Only after a yes do you get each other's address.") + "\n"
}

func newSecret() (secret string, digest []byte) {
	secret = id.NewSecret(24)
	return secret, id.Digest(secret)
}

// reachable checks a mail address.
func reachable(address string) (string, error) {
	out, ok := addresses.Mail(address)
	if !ok {
		return "", fault.New(fault.Invalid, "%q is not a mail address.", text.Clip(address, 80)).
			WithHint("Give the address where you can be reached; it passes only after both agreed.").
			WithField("address")
	}
	return out, nil
}

// partyOf says which part somebody has who signed in.
func partyOf(v op.Viewer, self []id.ID, r introductionRow) (Party, bool) {
	switch {
	case r.Owner == v.Member:
		return Requester, true
	case slices.Contains(self, r.Middle):
		return Middle, true
	case slices.Contains(self, r.Target):
		return Target, true
	}
	return "", false
}

var noIntroduction = "There is no such introduction, or no part of it is yours."

// Answer is what a party of an introduction does, with what goes with it.
type Answer struct {
	Act     Act
	Address string // of whom it leads to, when they agree
	Outcome string // what came of it, when the requester follows up
}

// Behind returns the introduction behind the secret of a link, and whose link it is.
func (s *Service) Behind(ctx context.Context, secret string, now time.Time) (View, Party, error) {
	if err := s.lapse(ctx, now); err != nil {
		return View{}, "", err
	}
	row, party, err := s.behind(ctx, secret)
	if err != nil {
		return View{}, "", err
	}
	i, err := s.introductionOf(ctx, row)
	if err != nil {
		return View{}, "", err
	}
	view, ok := i.ViewFor(party)
	if !ok {
		return View{}, "", fault.New(fault.NotFound, noIntroduction)
	}
	return view, party, nil
}

// ActBehind does something in an introduction for who holds the secret of a link.
func (s *Service) ActBehind(ctx context.Context, v op.Viewer, secret string, answer Answer) (Started, error) {
	row, party, err := s.behind(ctx, secret)
	if err != nil {
		return Started{}, err
	}
	return s.step(ctx, v, row.Space, row.ID, party, answer)
}
