package praise

import (
	"context"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// Invitation is a request for praise that was just made.
type Invitation struct {
	ID      id.ID     `json:"id"`
	Secret  string    `json:"secret" doc:"last part of the link /praise/link/… to send; shown this once"`
	Message string    `json:"message" doc:"a message to send with the link"`
	Expires time.Time `json:"expires"`
}

const noLink = "This link is not known, or it was taken back."

// inviteLetter asks for some words.
func inviteLetter(v op.Viewer, asker, name, occasion string) (subject, message string) {
	p := v.Printer()
	return p.T("%s asks you for some words", asker), p.T("Hello %s,", name) + "\n\n" +
		p.T("Would you write some lines about %s? Only if you like; no answer is fine too.", occasion) + "\n\n" +
		p.T("By the link below you say yourself what may be done with your words, and you can take them back.") + "\n"
}

// TakeBack withdraws the words that were given by a link.
func (s *Service) TakeBack(ctx context.Context, secret string, now time.Time) error {
	row, err := s.behind(ctx, secret, now)
	if err != nil {
		return err
	}
	if row.Praise.IsZero() {
		return fault.New(fault.Conflict, "Nothing was written by this link yet.")
	}
	return s.withdraw(ctx, row.Space, row.Praise, now)
}

// Shown is what a public page shows of one praise.
type Shown struct {
	Author, Text, Occasion string
	At                     time.Time
}
