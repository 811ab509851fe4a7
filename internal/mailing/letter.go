package mailing

import (
	"context"
	"fmt"
	"strings"

	"gave.network/internal/inbox"
	"gave.network/internal/locale"
	"gave.network/internal/move"
	"gave.network/internal/room"
	"gave.network/internal/tact"
	"gave.network/internal/text"
	"gave.network/internal/today"
)

// letter is the mail of a day.
type letter struct {
	Base, Name, Space string
	Words             bool // also what was said
	parts             []part
	moves             []moveLine
	stop              string // the secret by which no more mail comes
	printer           *locale.Printer
}

// part is what was brought of a topic.
type part struct {
	topic   room.Topic
	entries []inbox.Entry
}

// moveLine is a move, and the secret of the link that answers it.
type moveLine struct {
	move.Move
	secret string
}

// answers are those that a letter offers: what Gave does itself is done where it can be seen.
func (m moveLine) answers() []string {
	if m.Action.Operation != "" {
		return answers[1:]
	}
	return answers
}

// shortWords is how much of somebody's words a mail holds, in characters.
const shortWords = 300

// clock says an hour of the day.
func clock(hour int) string { return fmt.Sprintf("%d:00", hour) }

// line says what was brought: who and what kind, or also the words where the member chose that and nothing in them is
// delicate.
func (l letter) line(t room.Topic, e inbox.Entry) (title, words string) {
	p := l.printer
	if l.Words && !tact.Any(strings.ReplaceAll(e.Title, e.Name, "…"), e.Text) {
		return e.Title, text.Clip(strings.Join(strings.Fields(e.Text), " "), shortWords)
	}
	name := e.Name
	if name == "" {
		name = p.T("somebody")
	}
	switch {
	case e.Kind == toDecide:
		return p.T("%s wrote back to you", name), ""
	case e.Kind == toKnow:
		return p.T("The mail to %s came back", name), ""
	case t == room.Praise:
		return p.T("%s praises you", name), ""
	case t == room.Asks && e.Waits:
		return p.T("%s asks you something", name), ""
	case t == room.Asks:
		return p.T("An answer to your ask, from %s", name), ""
	case t == room.Introductions && e.Waits:
		return p.T("An introduction waits for your answer, of %s", name), ""
	case t == room.Introductions:
		return p.T("How far an introduction is: %s", name), ""
	case t == room.Thanks:
		return p.T("%s thanks you", name), ""
	}
	return p.T("What came of it, from %s", name), ""
}

// greeting greets the member, by name where that is known.
func (l letter) greeting() string {
	if l.Name == "" {
		return l.printer.T("Hello,")
	}
	return l.printer.T("Hello %s,", l.Name)
}

// subject says how much is in the letter, and nothing of what.
func (l letter) subject() string {
	n := 0
	for _, x := range l.parts {
		n += len(x.entries)
	}
	var out []string
	if n > 0 {
		out = append(out, l.printer.T("%d new for you", n))
	}
	if len(l.moves) > 0 {
		out = append(out, l.printer.T("Today: %d things", len(l.moves)))
	}
	return text.Join(": ", l.Space, strings.Join(out, ", "))
}

// at is an address in the language of the letter.
func (l letter) at(path string) string {
	mark := "?"
	if strings.Contains(path, "?") {
		mark = "&"
	}
	return l.Base + path + mark + "lang=" + string(l.printer.Lang)
}

// stopAt is where mail of a topic is ended; of all topics, when it is empty.
func (l letter) stopAt(t room.Topic) string {
	if t == "" {
		return l.at("/mail/stop/" + l.stop)
	}
	return l.at("/mail/stop/" + l.stop + "?topic=" + string(t))
}

// doAt is where a move is answered.
func (l letter) doAt(m moveLine, answer string) string {
	return l.at("/mail/do/" + m.secret + "/" + answer)
}

// labelOf is what an answer to a move is called.
func labelOf(p *locale.Printer, answer string) string {
	switch answer {
	case today.Done:
		return p.T("Done")
	case today.Later:
		return p.T("Later")
	}
	return p.T("Not this")
}

// saidOf is what is said after an answer.
func saidOf(p *locale.Printer, answer string) string {
	switch answer {
	case today.Done:
		return p.T("Well done.")
	case today.Later:
		return p.T("It comes back later.")
	}
	return p.T("It will not come back.")
}

// written returns the letter, plain and with headings and links.
func (l letter) written(ctx context.Context) (Letter, error) {
	p := l.printer
	var b strings.Builder
	b.WriteString(l.greeting() + "\n")
	for _, x := range l.parts {
		b.WriteString("\n" + strings.ToUpper(titleOf(p, x.topic)) + "\n")
		for _, e := range x.entries {
			title, words := l.line(x.topic, e)
			b.WriteString("- " + title + "\n")
			if words != "" {
				b.WriteString("  " + words + "\n")
			}
		}
		b.WriteString(p.T("No more of this by mail:") + " " + l.stopAt(x.topic) + "\n")
	}
	if len(l.parts) > 0 {
		b.WriteString("\n" + p.T("Read and answer it in Gave:") + " " + l.at("/inbox") + "\n")
	}
	if len(l.moves) > 0 {
		b.WriteString("\n" + strings.ToUpper(p.T("Today")) + "\n")
		for i, m := range l.moves {
			fmt.Fprintf(&b, "%d. %s\n", i+1, m.What)
			if l.Words && m.Why != "" {
				b.WriteString("   " + m.Why + "\n")
			}
			for _, answer := range m.answers() {
				b.WriteString("   " + labelOf(p, answer) + ": " + l.doAt(m, answer) + "\n")
			}
		}
		b.WriteString(p.T("These links work once, for three days. They are yours alone.") + "\n")
		b.WriteString(p.T("No more of this by mail:") + " " + l.stopAt(Morning) + "\n")
	}
	b.WriteString("\n--\n" + p.T("This mail comes because you asked for it.") + " " +
		p.T("What comes, and when:") + " " + l.at("/inbox/mail") + "\n" +
		p.T("No more mail:") + " " + l.stopAt("") + "\n")
	var html strings.Builder
	err := letterPage(l).Render(ctx, &html)
	return Letter{Subject: l.subject(), Text: b.String(), HTML: html.String(), Stop: l.stopAt("")}, err
}
