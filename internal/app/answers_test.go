package app_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/ask"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/fetch"
	"gave.network/internal/inbox"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/post/posttest"
	"gave.network/internal/praise"
)

// raw delivers a mail to the inbox as it is.
func (d *dovecot) raw(text string) {
	d.t.Helper()
	d.n++
	path := filepath.Join(d.folder, "mail", "new", fmt.Sprintf("%d.M%dP1.host", time.Now().Unix(), d.n))
	write(d.t, path, strings.ReplaceAll(text, "\n", "\r\n"))
	if err := os.Chown(path, d.uid, d.gid); err != nil {
		d.t.Fatal(err)
	}
}

// answering is an association whose letters are answered by mail, in a mailbox of a real server.
type answering struct {
	*mailed
	d *dovecot
	n int
}

// mail mails a link and returns the letter.
func (s *answering) mail(v op.Viewer, secret string) posttest.Letter {
	s.t.Helper()
	s.box.Take()
	s.must(v, "mail.link", map[string]string{"secret": secret})
	got := s.box.Take()
	if len(got) != 1 {
		s.t.Fatalf("%d letters", len(got))
	}
	return got[0]
}

// reply answers a letter as its reader would, and has the mailbox read.
func (s *answering) reply(l posttest.Letter, head, words string) {
	s.t.Helper()
	s.n++
	s.d.raw(fmt.Sprintf("%sFrom: %s\nTo: %s\nIn-Reply-To: %s\nMessage-ID: <%d@else.example>\nSubject: Re: %s\n\n%s\n\n"+
		"Op ma 23 nov. 2026 om 12:00 schreef Gave <gave@club.example>:\n> %s\n", head, l.To, l.Header.Get("Reply-To"),
		l.Header.Get("Message-ID"), s.n, l.Subject, words, strings.ReplaceAll(l.Text, "\n", "\n> ")))
	s.read()
}

// read has the mailbox read now.
func (s *answering) read() {
	s.t.Helper()
	ctx := context.Background()
	if _, err := s.DB.ExecContext(ctx, `update mail_inbox set due = 0`); err != nil {
		s.t.Fatal(err)
	}
	if err := s.Answers.Read(ctx); err != nil {
		s.t.Fatal(err)
	}
	if n := rows(s.t, s.DB, `select count(*) from mail_inbox where tries > 0`); n > 0 {
		s.t.Fatal("the mailbox could not be read")
	}
}

func (s *answering) brought(v op.Viewer) []inbox.Entry {
	s.t.Helper()
	list, err := s.Inbox.Inbox(context.Background(), v)
	if err != nil {
		s.t.Fatal(err)
	}
	return list
}

// Somebody without an account answers an ask, an introduction and an invitation by replying to the mail; only what is
// plain is taken as a yes or no, and neither programs, nor servers, nor others count as them.
func TestOutsidersAnswerByMail(t *testing.T) {
	ca := newAuthority(t)
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		s := &answering{mailed: newMailed(t, address), d: newDovecot(t, ca)}
		s.d.put("", "Spam <spam@else.example>", "gave@club.example", "what lies there already")
		s.d.start()
		at, err := url.Parse(fmt.Sprintf("imaps://gave:geheim@127.0.0.1:%d", s.d.port))
		if err != nil {
			t.Fatal(err)
		}
		s.AnswersIn(at, "gave@club.example", &fetch.Server{
			Step: 10 * time.Second, Roots: ca.pool,
			Trusted: func(at netip.AddrPort) bool { return at.Addr().IsLoopback() },
		})
		if err := s.Answers.Read(ctx); err != nil {
			t.Fatal(err)
		}
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		s.wall("2026-11-23 12:00")
		otto := s.keep(s.owner, "Otto Outside", "otto@else.example", people.NewPerson{})
		carla := s.keep(s.owner, "Carla Cohen", "carla@else.example", people.NewPerson{})
		owner := s.as(s.owner)
		newAsk := func(words string) (key ask.Ask, letter posttest.Letter) {
			t.Helper()
			made, err := s.Ask.New(ctx, owner, ask.Ask{Text: words}, nil)
			if err != nil {
				t.Fatal(err)
			}
			l := told[ask.AskLink](t, s.must(owner, "ask.link", map[string]string{
				"ask": made.ID.String(), "person": otto.String(),
			}))
			return made, s.mail(owner, l.Secret)
		}
		answersOf := func(a ask.Ask) string {
			t.Helper()
			now, err := s.Ask.Get(ctx, owner, a.ID)
			if err != nil {
				t.Fatal(err)
			}
			out := string(now.State)
			for _, x := range now.Answers {
				out += " " + string(x.Answer) + ":" + x.Note
			}
			return out
		}

		beamer, l := newAsk("Wie heeft een beamer")
		if !strings.HasPrefix(l.Header.Get("Reply-To"), "<gave+re-") || !strings.Contains(l.Text, "answer this mail") ||
			strings.Contains(l.Text, "Nobody reads") {
			t.Fatalf("the letter: %v %s", l.Header, l.Text)
		}
		// Neither a program, nor a server that is late, nor our own letter that comes around.
		s.reply(l, "Auto-Submitted: auto-replied\n", "Ja, ik ben er niet.")
		s.reply(l, "Precedence: bulk\n", "Ja")
		s.d.raw("From: gave@club.example\nTo: gave@club.example\nMessage-ID: " + l.Header.Get("Message-ID") +
			"\nReply-To: " + l.Header.Get("Reply-To") + "\n\nJa\n")
		s.read()
		if got := answersOf(beamer); got != "open" || len(s.brought(owner)) != 0 {
			t.Fatalf("programs answer: %s %+v", got, s.brought(owner))
		}
		s.reply(l, "", "Hoi Olga,\n\nJa graag, ik breng hem mee.\n\nGroetjes,\nOtto\n\nVerstuurd vanaf mijn iPhone")
		if got := answersOf(beamer); got != "answered yes:Hoi Olga,\n\nJa graag, ik breng hem mee." {
			t.Fatalf("a yes: %q", got)
		}
		if e := s.one(owner, "answer-outside"); !strings.HasPrefix(e.Title, "Otto Outside helps you") {
			t.Errorf("%+v", e)
		}
		if list := s.brought(owner); len(list) != 1 {
			t.Errorf("told twice: %+v", list)
		}
		s.reply(l, "", "Toch niet, sorry. Of wel?") // the last word is doubtful: the ask stays as it is
		waiting := s.one(owner, "mail-answer")
		if !waiting.Waits || waiting.Text != "Toch niet, sorry. Of wel?" || len(waiting.Commands) != 3 ||
			waiting.Title != "Otto Outside wrote back: Wie heeft een beamer" {
			t.Fatalf("%+v", waiting)
		}
		s.nowhere(s.as(bea), "Of wel", "Otto")
		key := strings.Fields(waiting.Commands[0])[3]
		if _, err := s.call(s.as(bea), "mail.take", map[string]string{
			"answer": key,
			"said":   "no",
		}); fault.CodeOf(err) !=
			fault.NotFound {
			t.Errorf("Bea decides for Olga: %v", err)
		}
		s.must(owner, "mail.take", map[string]string{"mail": key, "said": "no"})
		if got := answersOf(beamer); got != "answered no:Toch niet, sorry. Of wel?" {
			t.Errorf("decided: %q", got)
		}
		if _, err := s.call(owner, "mail.take", map[string]string{"mail": key, "said": "yes"}); fault.CodeOf(err) !=
			fault.Conflict {
			t.Errorf("decided twice: %v", err)
		}

		// Somebody else who has the mail, and a mail that came in by both addresses at once.
		doek, l := newAsk("Wie heeft een doek")
		other := l
		other.To = "secretary@else.example"
		s.reply(other, "", "Ja graag")
		s.n--
		s.reply(other, "Delivered-To: gave@club.example\n", "Ja graag")
		list := s.brought(owner)
		if list[0].Text != "Ja graag\nIt came from secretary@else.example." || !list[0].Waits || list[1].Waits ||
			answersOf(doek) != "open" {
			t.Errorf("another answers: %+v %s", list[:2], answersOf(doek))
		}

		// A letter that came back is told, and is no answer.
		lamp, l := newAsk("Wie heeft een lamp")
		s.d.raw("From: MAILER-DAEMON@mx.example\nTo: gave@club.example\nAuto-Submitted: auto-replied\n" +
			"Message-ID: <d1@mx.example>\n" +
			"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nYes, sorry.\n--b\n" +
			"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nAction: failed\nStatus: " +
			"5.1.1\n--b\n" +
			"Content-Type: text/rfc822-headers\n\nMessage-ID: " + l.Header.Get("Message-ID") + "\n--b--\n")
		s.read()
		if e := s.one(owner, "mail-returned"); e.Title != "The mail to Otto Outside came back: Wie heeft een "+
			"lamp" || e.Waits ||
			answersOf(lamp) != "open" {
			t.Errorf("%+v %s", e, answersOf(lamp))
		}

		// An invitation that came back is told to who sent it, in their inbox, and to nobody else.
		s.box.Take()
		s.must(owner, "members.invite", map[string]string{"email": "weg@else.example"})
		if l = s.box.Take()[0]; l.Header.Get("Reply-To") == "" {
			t.Errorf("an invitation cannot come back: %v", l.Header)
		}
		s.d.raw("From: MAILER-DAEMON@mx.example\nTo: gave@club.example\nAuto-Submitted: auto-replied\n" +
			"Message-ID: <d2@mx.example>\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n" +
			"--b\n\nNo such user.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n" +
			"Action: failed\nStatus: 5.1.1\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: " +
			l.Header.Get("Message-ID") + "\n--b--\n")
		s.read()
		if list := s.inboxOf(owner); !slices.ContainsFunc(list, func(e inbox.Entry) bool {
			return e.Title == "The mail to weg@else.example came back: your invitation" && !e.Waits &&
				strings.Contains(e.Text, "another address")
		}) {
			t.Errorf("of a bounced invitation nothing is told: %+v", list)
		}
		if n := rows(t, s.DB, `select count(*) from delivery where kind = 'mail-returned'`); n != 2 {
			t.Errorf("%d were told of two letters that came back", n)
		}

		// Who is in the middle says yes by mail, and gets what to pass on; whom it leads to says yes by mail too.
		started := told[ask.Started](t, s.must(owner, "introductions.ask", map[string]string{
			"target": carla.String(), "through": otto.String(), "text": "om samen te werken",
			"address": "olga@club.example",
		}))
		l = s.mail(owner, started.Secret)
		s.box.Take()
		s.reply(l, "", "Ja hoor!")
		sent := s.box.Take()
		if len(sent) != 1 || sent[0].To != "otto@else.example" || !strings.Contains(sent[0].Text, "/introduction/") ||
			strings.Contains(sent[0].Text, "olga@club.example") {
			t.Fatalf("what Otto gets: %+v", sent)
		}
		views, err := s.Ask.Introductions(ctx, owner)
		if err != nil || len(views) != 1 || views[0].Step != ask.Willing {
			t.Errorf("%+v %v", views, err)
		}
		if !slices.ContainsFunc(s.brought(owner), func(e inbox.Entry) bool {
			return e.Title == "Otto Outside wrote back: Carla Cohen" && e.Text == "Ja hoor!" && !e.Waits
		}) {
			t.Errorf("%+v", s.brought(owner))
		}

		// Words to an invitation are praise only when who asked for them says so, and for them alone.
		invited := told[praise.Invitation](t, s.must(owner, "praise.invite", map[string]string{
			"person": otto.String(), "occasion": "the evening",
		}))
		l = s.mail(owner, invited.Secret)
		s.reply(l, "", "Ja, Olga leidde de avond met veel plezier.")
		if n := rows(t, s.DB, `select count(*) from praise`); n != 0 {
			t.Error("it is praise already")
		}
		for _, e := range s.brought(owner) {
			if strings.HasPrefix(e.Title, "Otto Outside wrote back: the evening") {
				s.must(owner, "mail.take", map[string]string{"mail": strings.Fields(e.Commands[0])[3], "said": "keep"})
			}
		}
		if n := rows(t, s.DB, `select count(*) from praise where consent = 0 and body like '%plezier%'`); n != 1 {
			t.Errorf("%d praise", n)
		}

		// Who leaves hears nothing any more; who is erased neither.
		_, l = newAsk("Wie heeft een stoel")
		s.must(owner, "erase", map[string]string{"person": otto.String()})
		before := len(s.brought(owner))
		s.reply(l, "", "Ja graag")
		if after := len(s.brought(owner)); after > before {
			t.Error("who was erased answers")
		}
		for _, table := range []string{"mail_answer", "mail_reply"} {
			if n, err := db.Value[int](ctx, s.DB, `select count(*) from `+table+` where person = $1`,
				otto); err != nil || n > 0 {
				t.Errorf("%d rows in %s of who was erased, %v", n, table, err)
			}
		}

		// A server that takes connections and says nothing is asked again later, and keeps nobody waiting.
		hangs, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer hangs.Close()
		s.Answers.At = &url.URL{Scheme: "imap", Host: hangs.Addr().String(), User: url.UserPassword("gave", "geheim")}
		s.Answers.Server.Step = 200 * time.Millisecond
		if err := s.Answers.Read(ctx); err != nil {
			t.Fatal(err)
		}
		if n := rows(t, s.DB, `select count(*) from mail_inbox where tries = 1 and claimed = 0`); n != 1 {
			t.Error("a server that hangs is not asked again later")
		}
	})
}
