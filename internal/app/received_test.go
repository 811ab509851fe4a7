package app_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/smtp"
	"strings"
	"testing"
	"time"

	"gave.network/internal/ask"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/source"
)

// Members pass mails on to an address of their own, and they become contacts like imported ones; letters are answered
// there too. Nothing else is taken, nothing is sent on, and a sender that goes on for ever is cut off.
func TestMailComesInBySMTP(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx, stop := context.WithCancel(context.Background())
		s := newMailed(t, address)
		s.wall("2026-11-23 12:00")
		owner := s.as(s.owner)
		if _, err := s.call(owner, "source.forward", nil); err == nil {
			t.Error("an address where no mail comes in")
		}
		s.ReceiveAt("in.club.example")
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- s.Receiver.Serve(ctx, listener) }()
		t.Cleanup(func() {
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
		at := listener.Addr().String()
		send := func(to, mail string) error {
			return smtp.SendMail(at, nil, "olga@club.example", []string{to}, []byte(strings.ReplaceAll(mail, "\n",
				"\r\n")))
		}
		mine := told[source.Source](t, s.must(owner, "source.forward", nil))
		if !strings.HasPrefix(mine.Address, "in-") || !strings.HasSuffix(mine.Address, "@in.club.example") {
			t.Fatalf("%+v", mine)
		}
		profile, err := s.Account.Profile(ctx, owner)
		if err != nil {
			t.Fatal(err)
		}
		own := profile.Email
		head := "From: Olga Owner <" + own + ">\nTo: " + mine.Address + "\nSubject: Fwd\nMessage-ID: <1@club.example>\n"
		for name, mail := range map[string]string{
			"attached": head + "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nKijk\n--b\n" +
				"Content-Type: message/rfc822\n\nFrom: Anna Aal <anna@else.example>\nTo: " + own + "\n" +
				"Date: Mon, 02 Nov 2026 10:00:00 +0100\nSubject: Offerte\nMessage-ID: <a@else.example>\n\nThe " +
				"secret\n--b--\n",
			"in the text": head + "\nTer info.\n\nBegin doorgestuurd bericht:\n\n> Van: Bram Bos " +
				"<bram@else.example>\n" +
				"> Onderwerp: Afspraak\n> Datum: 3 november 2026 om 14:00:00 CET\n> Aan: Olga <" + own + ">\n>\n> " +
				"The secret\n",
			"in the text, English": head + "\n---------- Forwarded message ---------\nFrom: Cees Cox " +
				"<cees@else.example>\n" +
				"Date: Wed, Nov 4, 2026 at 9:00 AM\nSubject: Plan\nTo: Olga <" + own + ">\n\nThe secret\n",
			"a copy": "From: Olga <" + own + ">\nTo: Dirk Dekker <dirk@else.example>\nDate: Thu, 05 Nov 2026 " +
				"10:00:00 +0100\n" +
				"Subject: Bedankt\nMessage-ID: <d@club.example>\n\nThe secret\n",
		} {
			for range 2 { // a second time changes nothing
				if err := send(mine.Address, mail); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		if n := rows(t, s.DB, `select count(*) from source_mail where heads like '%secret%'`); n > 0 {
			t.Error("a text was kept")
		}
		s.must(owner, "source.run", map[string]string{"source": mine.ID.String()})
		x := told[source.Source](t, s.must(owner, "source.show", map[string]string{"source": mine.ID.String()}))
		if x.Trouble != "" || rows(t, s.DB, `select count(*) from source_mail`) != 0 {
			t.Errorf("%+v", x)
		}
		for _, name := range []string{"Anna Aal", "Bram Bos", "Cees Cox", "Dirk Dekker"} {
			if n := rows(t, s.DB, `select count(*) from person where name = '`+name+`'`); n != 1 {
				t.Errorf("%d of %s", n, name)
			}
		}
		if n := rows(t, s.DB, `select count(*) from interaction where title in
			('Offerte', 'Afspraak', 'Plan', 'Bedankt')`); n != 4 {
			t.Errorf("%d mails, want 4", n)
		}
		day := time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC)
		if n := rows(t, s.DB, fmt.Sprintf(`select count(*) from interaction where title = 'Afspraak' and time >= %d
			and time < %d`, day.UnixMicro(), day.AddDate(0, 0, 1).UnixMicro())); n != 1 {
			t.Error("the day of a mail in the text was not read")
		}

		// An answer comes in there as well.
		otto := s.keep(s.owner, "Otto Outside", "otto@else.example", people.NewPerson{})
		made, err := s.Ask.New(ctx, owner, ask.Ask{Text: "Wie heeft een beamer"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		l := told[ask.AskLink](t, s.must(owner, "ask.link", map[string]string{
			"ask": made.ID.String(), "person": otto.String(),
		}))
		s.must(owner, "mail.link", map[string]string{"secret": l.Secret})
		to := strings.Trim(s.box.Take()[0].Header.Get("Reply-To"), "<>")
		if err := send(to, "From: otto@else.example\nTo: "+to+"\nMessage-ID: <o@else.example>\n\nJa, "+
			"graag.\n"); err != nil {
			t.Fatal(err)
		}
		if e := s.one(owner, "answer-outside"); e.Text != "Ja, graag." {
			t.Errorf("%+v", e)
		}

		// All else is refused while it is being sent.
		for name, to := range map[string]string{
			"another domain": "anna@else.example", "nobody": "olga@in.club.example",
			"a guess": "in-" + strings.Repeat("a", 32) + "@in.club.example",
		} {
			if err := send(to, "\nx\n"); err == nil || !strings.HasPrefix(err.Error(), "550") {
				t.Errorf("%s: %v", name, err)
			}
		}
		c, err := smtp.Dial(at)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Mail("x@else.example"); err != nil {
			t.Fatal(err)
		}
		if err := c.Rcpt(mine.Address); err != nil {
			t.Fatal(err)
		}
		w, err := c.Data()
		if err != nil {
			t.Fatal(err)
		}
		out := bufio.NewWriter(w)
		for range 27 << 4 { // a header of 27 MB
			fmt.Fprintf(out, "X-Long: %s\r\n", strings.Repeat(strings.Repeat("x", 60)+"\r\n ", 1000))
		}
		_ = out.Flush()
		if err := w.Close(); err == nil || !strings.HasPrefix(err.Error(), "552") {
			t.Errorf("too large: %v", err)
		}
		c.Close()
		if n := rows(t, s.DB, `select count(*) from source_mail`); n != 0 {
			t.Errorf("%d mails wait that nobody sent", n)
		}
		if got := s.box.Take(); len(got) != 0 {
			t.Errorf("something was sent back: %+v", got)
		}

		// Who leaves has no address any more.
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		hers := told[source.Source](t, s.must(s.as(bea), "source.forward", nil))
		if err := s.Source.Leave(ctx, bea.Space, bea.Member); err != nil {
			t.Fatal(err)
		}
		if err := send(hers.Address, "\nx\n"); err == nil || !strings.HasPrefix(err.Error(), "550") {
			t.Errorf("who left: %v", err)
		}
	})
}
