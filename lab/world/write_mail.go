package world

import (
	"bufio"
	"context"
	"fmt"
	"mime/quotedprintable"
	"strings"
	"time"

	"gave.network/lab/world/cast"
	"gave.network/lab/world/random"
)

// writeMail writes the three mailboxes.
func (w *world) writeMail(ctx context.Context) error {
	names := []string{
		"mail/All mail Including Spam and Trash.mbox", "mail/gemeente-waterstad.mbox", "mail/vrij-contact-leden.mbox",
	}
	for box, name := range names {
		err := w.file(name, func(out *bufio.Writer) error {
			for i := range w.mails {
				m := &w.mails[i]
				if m.box != box {
					continue
				}
				if i&1023 == 0 && ctx.Err() != nil {
					return ctx.Err()
				}
				w.writeMessage(out, m)
				w.truth.Counts[name]++
				w.step(1)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// messageID is the id of a message of a thread.
func (w *world) messageID(thread, seq int, domain string) string {
	return fmt.Sprintf("<%016x@%s>", random.Hash(w.seed, "message", thread, seq), domain)
}

const listAddress = "leden@vrijcontact.example"

// sender returns the name and address that stand in From.
func (w *world) sender(m *mail) (name, address string) {
	if m.from < 0 {
		s := &w.senders[-1-m.from]
		return s.Name, s.Address
	}
	return w.party(m, m.from, "from")
}

// party returns the name and the address of a person in a mail. Written by the person himself the name is the one of
// his or her mail program: the usual one from work, the messy one from home.
func (w *world) party(m *mail, id int, where string) (name, address string) {
	p := &w.people[id]
	r := random.Stream(w.seed, where, m.thread, m.seq, id)
	month := monthOf(time.Unix(m.at, 0).In(amsterdam))
	// One in four mixes the two addresses.
	private := m.personal || len(p.jobs) == 0 || id%4 == 1 && r.Chance(0.15)
	if id == 0 {
		switch {
		case m.personal:
			address = p.private
		case m.at < w.change:
			address = p.jobs[0].address
		default:
			address = p.jobs[1].address
		}
		name = p.Write(cast.Usual)
	} else if private {
		address, name = p.private, p.Write(p.messy)
	} else {
		address, name = p.work(month), p.Write(cast.Usual)
		if p.messy == cast.Initials || p.messy == cast.Reversed || p.messy == cast.Typo && where != "from" {
			name = p.Write(p.messy)
		}
		if where == "from" && p.id%17 == 0 {
			if j := p.current(); j != nil {
				name += " | " + w.orgs[j.org].name
			}
		}
	}
	if where != "from" && r.Chance(0.12) {
		name = ""
	}
	w.saw(id, Identity{Source: "mail", Name: name, Address: address})
	return name, address
}

func (w *world) writeMessage(out *bufio.Writer, m *mail) {
	r := random.Stream(w.seed, "headers", m.thread, m.seq)
	name, address := w.sender(m)
	_, domain, _ := strings.Cut(address, "@")
	at := time.Unix(m.at, 0).In(amsterdam)
	list := m.kind == mailAsk || m.kind == mailAnswer || m.kind == mailListTalk
	id := w.messageID(m.thread, m.seq, "mail.example")

	if m.box == boxNow {
		fmt.Fprintf(out, "From %d@xxx %s\n", 1700000000000000000+int64(random.Hash(w.seed, "thread", m.thread)>>12),
			at.UTC().Format("Mon Jan 02 15:04:05 -0700 2006"))
		fmt.Fprintf(out, "X-GM-THRID: %d\n", 1700000000000000000+int64(random.Hash(w.seed, "thread", m.thread)>>12))
		fmt.Fprintf(out, "X-Gmail-Labels: %s\n", word(w.labels(m), 1))
		fmt.Fprintf(out, "Delivered-To: %s\n", w.people[0].jobs[1].address)
		fmt.Fprintf(out, "Received: by mx.snelmail.example with SMTP id %x;\n        %s\n",
			random.Hash(w.seed, "received", m.thread, m.seq)>>16, at.Add(3*time.Second).UTC().Format(time.RFC1123Z))
	} else {
		fmt.Fprintf(out, "From %s %s\n", strings.ReplaceAll(address, " ", ""), at.Format("Mon Jan _2 15:04:05 2006"))
	}
	out.WriteString("MIME-Version: 1.0\n")
	fmt.Fprintf(out, "From: %s\n", mailbox(name, address, m.thread))
	var to, cc []string
	for _, q := range m.to {
		n, a := w.party(m, q, "to")
		to = append(to, mailbox(n, a, m.thread+q))
	}
	for _, q := range m.cc {
		n, a := w.party(m, q, "to")
		cc = append(cc, mailbox(n, a, m.thread+q))
	}
	if list {
		to = []string{mailbox("Vrij Contact ledenlijst", listAddress, 1)}
	}
	if len(to) > 0 {
		out.WriteString(folded("To", to))
	}
	if len(cc) > 0 {
		out.WriteString(folded("Cc", cc))
	}
	fmt.Fprintf(out, "Date: %s\n", date(r, at, m.from))
	fmt.Fprintf(out, "Message-ID: %s\n", id)
	if m.parent >= 0 {
		parent := w.messageID(m.thread, m.parent, "mail.example")
		fmt.Fprintf(out, "In-Reply-To: %s\nReferences: %s", parent, w.messageID(m.thread, 0, "mail.example"))
		if m.parent > 0 {
			fmt.Fprintf(out, "\n %s", parent)
		}
		out.WriteString("\n")
	}
	subject := w.subject(m)
	switch {
	case list:
		subject = "[leden] " + subject
		if m.parent >= 0 {
			subject = "Re: " + subject
		}
	case m.kind == mailAway:
		subject = "Automatisch antwoord: " + subject
	case m.parent >= 0 && m.english || m.parent >= 0 && m.thread%3 > 0:
		subject = "Re: " + subject
	case m.parent >= 0:
		subject = "Antw: " + subject
	}
	fmt.Fprintf(out, "Subject: %s\n", word(subject, m.thread))
	switch {
	case list:
		fmt.Fprintf(out,
			"List-Id: Vrij Contact ledenlijst <leden.vrijcontact.example>\nList-Post: <mailto:%s>\nPrecedence: list\n",
			listAddress)
	case m.kind == mailNewsletter:
		fmt.Fprintf(out, "List-Id: <nieuws.%s>\nList-Unsubscribe: <https://%s/afmelden>\nPrecedence: bulk\n",
			domain, domain)
	case m.kind == mailRobot:
		out.WriteString("Auto-Submitted: auto-generated\n")
	case m.kind == mailAway:
		out.WriteString("Auto-Submitted: auto-replied\nX-Auto-Response-Suppress: All\n")
	}
	w.writeContent(out, r, m)
	out.WriteString("\n")
}

// date writes a moment in the ways mail programs do, the zone that of the sender.
func date(r *random.Source, at time.Time, from int) string {
	switch {
	case from%23 == 7:
		return at.UTC().Format("Mon, 2 Jan 2006 15:04:05 GMT")
	case from%5 == 2:
		return at.Format("Mon, 02 Jan 2006 15:04:05 -0700 (MST)")
	case r.Chance(0.1):
		return at.UTC().Format("2 Jan 2006 15:04:05 -0000")
	}
	return at.Format("Mon, 2 Jan 2006 15:04:05 -0700")
}

func (w *world) labels(m *mail) string {
	switch {
	case m.kind == mailSpam:
		return "Spam,Categorie reclame"
	case m.kind == mailNewsletter:
		return "Inbox,Category Promotions,Geopend"
	case m.from == 0:
		return "Verzonden"
	case m.kind == mailAsk || m.kind == mailAnswer:
		return "Inbox,Vereniging,Geopend"
	case m.thread%11 == 0:
		return "Belangrijk,Geopend,Geïnteresseerd"
	}
	return "Inbox,Geopend"
}

// writeContent writes the rest of the headers and the body in one of the usual forms.
func (w *world) writeContent(out *bufio.Writer, r *random.Source, m *mail) {
	text := w.body(m)
	form := r.IntN(10)
	switch {
	case m.kind == mailInvite:
		boundary := fmt.Sprintf("b%x", random.Hash(w.seed, "boundary", m.thread, m.seq))
		fmt.Fprintf(out, "Content-Type: multipart/alternative; boundary=\"%s\"\n\n--%s\n"+
			"Content-Type: text/plain; charset=UTF-8\n\n%s\n--%s\n"+
			"Content-Type: text/calendar; charset=UTF-8; method=REQUEST\nContent-Transfer-Encoding: base64\n\n",
			boundary, boundary, quoted(text), boundary)
		var b strings.Builder
		c := &icalWriter{out: &b}
		c.begin("REQUEST")
		w.writeEvent(c, m.ref)
		c.line("END:VCALENDAR")
		out.WriteString(base64Lines(b.String()))
		fmt.Fprintf(out, "--%s--\n", boundary)
	case form < 6:
		out.WriteString("Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\n")
		out.WriteString(quoted(text))
	case form < 8:
		out.WriteString("Content-Type: text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: quoted-printable\n\n")
		var b strings.Builder
		q := quotedprintable.NewWriter(&b)
		_, _ = q.Write([]byte(text)) // a strings.Builder never fails
		_ = q.Close()
		out.WriteString(quoted(strings.ReplaceAll(b.String(), "\r\n", "\n")))
	case form < 9:
		out.WriteString("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n")
		out.WriteString(base64Lines(text))
	default:
		boundary := fmt.Sprintf("=_%x", random.Hash(w.seed, "boundary", m.thread, m.seq))
		fmt.Fprintf(out, "Content-Type: multipart/alternative;\n boundary=\"%s\"\n\n--%s\n"+
			"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n%s\n--%s\n"+
			"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n<p>%s</p>\n\n--%s--\n",
			boundary, boundary, quoted(text), boundary,
			quoted(strings.NewReplacer(">", "&gt;", "\n", "<br>\n").Replace(strings.TrimSpace(text))), boundary)
	}
}

// quoted follows the rule of mboxrd: a line that could be taken for the start of a message gets a >.
func quoted(s string) string {
	lines := strings.SplitAfter(s, "\n")
	for i, l := range lines {
		if strings.HasPrefix(strings.TrimLeft(l, ">"), "From ") {
			lines[i] = ">" + l
		}
	}
	return strings.Join(lines, "")
}
