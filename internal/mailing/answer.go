package mailing

import (
	"cmp"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/reply"
	"gave.network/internal/room"
	"gave.network/internal/text"
)

// The kinds of what is brought of letters that were mailed.
const (
	toDecide = "mail-answer"   // what somebody wrote back
	toKnow   = "mail-returned" // a letter came back
)

var brings = []room.Bring{{Kind: toDecide, Topic: room.Asks}, {Kind: toKnow, Topic: room.Asks}}

const (
	// mostAnswers is how many answers to one letter are taken in: more is a program that went astray.
	mostAnswers = 20
	// answerLife is how long a letter can be answered by mail, in days.
	answerLife = 366
)

// replyRow is a letter that can be answered by mail.
type replyRow struct {
	Space, Owner, Person id.ID
	Link, Digest         []byte
}

// answerRow is what came back of a letter.
type answerRow struct {
	ID, Owner, Person   id.ID
	Link                []byte
	Kind, Words, Sender string
	Said                room.Said
	At                  int64
}

// saidBy is what a plain answer is taken as without asking: nothing when somebody else wrote it than the letter went
// to.
func saidBy(m reply.Mail, address string) room.Said {
	if sender(m, address) != "" {
		return ""
	}
	switch reply.Meant(m.Words) {
	case reply.Yes:
		return room.SaidYes
	case reply.No:
		return room.SaidNo
	}
	return ""
}

// sender is the address from which an answer came, when that is not where the letter went.
func sender(m reply.Mail, address string) string {
	if text.Fold(m.From) == text.Fold(address) {
		return ""
	}
	return m.From
}

// shown says what came back, to whose letter it was. heard is what the room says of it; nil when it says nothing.
func (a answerRow) shown(v op.Viewer, d room.Delivered, name string, heard *room.Heard) room.Shown {
	p := v.Printer()
	out := room.Shown{ID: d.ID, Person: a.Person, Name: name, Text: a.Words}
	about, instead := "", "Ask them another way."
	if heard != nil {
		about, name, instead = heard.About, cmp.Or(name, heard.To), cmp.Or(heard.Instead, instead)
		out.Name = name
	}
	if name == "" {
		name = p.T("somebody")
	}
	lost := p.T("It did not arrive.") + " " + p.T(instead)
	switch {
	case a.Kind == string(reply.Returned) && about != "":
		out.Title, out.Text = p.T("The mail to %s came back: %s", name, about), lost
	case a.Kind == string(reply.Returned):
		out.Title, out.Text = p.T("The mail to %s came back", name), lost
	case about != "":
		out.Title = p.T("%s wrote back: %s", name, about)
	default:
		out.Title = p.T("%s wrote back", name)
	}
	if a.Sender != "" && a.Kind != string(reply.Returned) {
		out.Text = text.Join("\n", a.Words, p.T("It came from %s.", a.Sender))
	}
	if a.Words == "" && a.Kind != string(reply.Returned) {
		out.Text = text.Join("\n", p.T("There is nothing in it that can be read here."), out.Text)
	}
	if a.Said == "" && heard != nil && len(heard.Choices) > 0 && d.Waits {
		out.Waits, out.Acts = true, answerForms(a.ID.String(), heard.Choices)
		for _, c := range heard.Choices {
			out.Commands = append(out.Commands, "gave mail take "+a.ID.String()+" "+string(c.Said))
		}
	}
	return out
}
