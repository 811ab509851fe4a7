package ask

import (
	"time"

	"gave.network/internal/id"
	"gave.network/internal/link"
	"gave.network/internal/op"
	"gave.network/internal/text"
)

const (
	// toAskOutside is the kind of the links by which somebody without an account answers an ask.
	toAskOutside = "ask"
	// outsideWithin is how long such a link works.
	outsideWithin = 30 * 24 * time.Hour
)

// AskLink is a link by which somebody without an account answers an ask.
type AskLink struct {
	Name    string    `json:"name" doc:"whom it is for"`
	Secret  string    `json:"secret" doc:"last part of the link /ask/link/… to send; shown this once"`
	Message string    `json:"message" doc:"a message to send with the link"`
	Expires time.Time `json:"expires"`

	person id.ID
}

// outsideRow is somebody who was given a link, and what they answered.
type outsideRow struct {
	ID, Ask, Person id.ID
	Answer          int
	Note            string
	At              int64
}

// AskBehind is an ask as who holds a link to it sees it.
type AskBehind struct {
	Ask
	By     string // who asks
	Answer Word   // what they answered; empty until then
	Note   string

	link link.Link
	row  outsideRow
}

// message says what is asked, to who is asked.
func (a Ask) message(v op.Viewer, name string) string {
	p := v.Printer()
	body := greeting(p, name) + "\n\n" + sentence(a.Text) + "\n"
	if a.Why != "" {
		body += p.T("It is for this: %s", sentence(a.Why)) + "\n"
	}
	return body + "\n" + p.T("By the link below you say yes, no, or who else may help. A no is fine.") + "\n"
}

// subjectOf is what a mail with an ask is called.
func subjectOf(v op.Viewer, name string) string {
	if name == "" {
		return v.Printer().T("Somebody asks you something")
	}
	return text.Clip(v.Printer().T("%s asks you something", name), 120)
}
