package reply_test

import (
	"strings"
	"testing"
	"time"

	"gave.network/internal/reply"
)

// What people write is told from what they quote, from their signature and from what their programs add.
func TestCut(t *testing.T) {
	for name, x := range map[string]struct{ body, want string }{
		"plain": {"Ja, graag!\n\nOtto\n", "Ja, graag!\n\nOtto"},
		"gmail": {
			"Yes, Tuesday works.\r\n\r\nOn Mon, Nov 23, 2026 at 12:00 PM Gave <gave+re-x@club.example> wrote:\r\n\r\n" +
				"> Hello Otto,\r\n>\r\n> Who has a projector?\r\n", "Yes, Tuesday works.",
		},
		"gmail over two lines": {
			"Yes.\n\nOn Mon, Nov 23, 2026 at 12:00 PM A Name That Is Rather Long For One Line\n<gave@club.example> " +
				"wrote:\n" +
				"> Hello\n", "Yes.",
		},
		"apple in Dutch": {
			"Dat kan.\n\nVerstuurd vanaf mijn iPhone\n\n> Op 23 nov. 2026 om 12:00 heeft Gave <gave@club.example> " +
				"het " +
				"volgende geschreven:\n> \n> Hallo Otto,\n", "Dat kan.",
		},
		"gmail in Dutch, below": {
			"Op ma 23 nov. 2026 om 12:00 schreef Gave <gave@club.example>:\n> Hallo Otto,\n>\n> Wie heeft een " +
				"beamer?\n\n" +
				"Ik heb er een.\n", "Ik heb er een.",
		},
		"between": {
			"On 23 Nov 2026, Gave wrote:\n> A projector?\nYes.\n> And a screen?\nNo.\n-- \nOtto\nElse Ltd\n",
			"Yes.\nNo.",
		},
		"outlook": {
			"Helaas.\n\nMet vriendelijke groet,\n\nOtto Outside\nElse B.V.\n________________________________\n" +
				"Van: Gave <gave@club.example>\nVerzonden: maandag 23 november 2026 12:00\nAan: Otto\n" +
				"Onderwerp: Olga vraagt u iets\n\nHallo Otto,\n", "Helaas.",
		},
		"outlook, English": {
			"I can bring it.\n\nFrom: Gave <gave@club.example>\nSent: Monday, November 23, 2026 12:00 PM\nTo: Otto\n" +
				"Subject: Olga asks you something\n\nHello Otto,\n", "I can bring it.",
		},
		"original message": {"Nee.\n\n-----Oorspronkelijk bericht-----\nVan: Gave\n\nHallo\n", "Nee."},
		"a quote without marks": {
			"Fine.\nOn 23 Nov 2026 12:00, Gave <gave@club.example> wrote:\n\nHello Otto,\nWho has a projector?\n",
			"Fine.",
		},
		"a list is no header":   {"From: my side\nit is fine.", "From: my side\nit is fine."},
		"only leave":            {"Groetjes", "Groetjes"},
		"nothing":               {"> all is quoted\n", ""},
		"a sentence of writing": {"On Monday I wrote:\nall is well.", "On Monday I wrote:\nall is well."},
	} {
		if got := reply.Cut(x.body); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}

// A plain yes or no is one; all that has a condition, a question or both is left to people.
func TestMeant(t *testing.T) {
	for words, want := range map[string]reply.Verdict{
		"Ja, graag!": reply.Yes,
		"Hoi Olga,\n\nJa hoor, ik breng hem mee.": reply.Yes,
		"Yes, happy to.":                         reply.Yes,
		"Sure, I bring it on Tuesday":            reply.Yes,
		"Dat kan.":                               reply.Yes,
		"Nee.":                                   reply.No,
		"Helaas, ik heb er geen.":                reply.No,
		"Sorry, I cannot.":                       reply.No,
		"Dear Olga,\nunfortunately I have none.": reply.No,
		"Ja, maar niet deze week":                reply.Doubtful,
		"Nee hoor, geen probleem":                reply.Doubtful,
		"No worries, I bring it":                 reply.Doubtful,
		"Wanneer is het?":                        reply.Doubtful,
		"Misschien wel":                          reply.Doubtful,
		"Ja ik ken iemand":                       reply.Doubtful,
		"Dat kan niet":                           reply.Doubtful,
		"Sorry, yes I can":                       reply.Doubtful,
		"":                                       reply.Doubtful,
		"Het regent.":                            reply.Doubtful,
		strings.Repeat("ja ", 100):               reply.Doubtful,
	} {
		if got := reply.Meant(words); got != want {
			t.Errorf("%q: %v, want %v", words, got, want)
		}
	}
}

const code = "abcdefghijklmnopqrstuvwxyz234567"

// A mail belongs to letters by its tokens, and is told from what programs write.
func TestRead(t *testing.T) {
	head := "From: Otto Outside <Otto@Else.example>\r\nTo: gave+re-" + strings.ToUpper(code) + "@club.example\r\n" +
		"Subject: Re: vraag\r\nMessage-ID: <1@else.example>\r\n"
	body := "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; " +
		"charset=iso-8859-1\r\n" +
		"Content-Transfer-Encoding: quoted-printable\r\n\r\nJa, caf=E9!\r\n\r\n> Wie?\r\n--b\r\nContent-Type: " +
		"text/html\r\n\r\n" +
		"<p>anders</p>\r\n--b--\r\n"
	m := reply.Read([]byte(head + body))
	if m.Kind != reply.Written || len(m.Tokens) != 1 || m.Tokens[0] != code || m.From != "otto@else.example" ||
		m.Words != "Ja, café!" {
		t.Errorf("%+v", m)
	}
	again := reply.Read([]byte("Delivered-To: elsewhere@club.example\r\n" + head + body))
	if string(again.Same) != string(m.Same) {
		t.Error("the same mail in another mailbox is another one")
	}
	m = reply.Read([]byte(head + "Content-Type: text/html; charset=utf-8\r\n\r\n" +
		"<html><head><title>x</title></head><body>" +
		"<div>Graag &amp; <b>snel</b></div><div class=\"gmail_quote\"><div>Op ma " +
		"schreef</div>Hallo</div></body></html>"))
	if m.Words != "Graag & snel" {
		t.Errorf("%q", m.Words)
	}
	m = reply.Read([]byte("From: otto@else.example\r\nTo: gave@club.example\r\nIn-Reply-To: <re-" + code +
		".1@club.example>\r\n\r\nja\r\n"))
	if len(m.Tokens) != 1 || m.Words != "ja" {
		t.Errorf("by the name of the letter: %+v", m)
	}
	for _, line := range []string{
		"Auto-Submitted: auto-replied", "Precedence: bulk", "X-Autoreply: yes", "List-Id: <x.example>",
		"Return-Path: <>", "Message-Id: <re-" + code + ".9@club.example>",
	} {
		if m := reply.Read([]byte(line + "\r\n" + head + "\r\nIk ben er niet.\r\n")); m.Kind != reply.Automatic ||
			m.Words != "" {
			t.Errorf("%s: %+v", line, m)
		}
	}
	m = reply.Read([]byte(strings.Replace(head, "Re: vraag", "=?utf-8?q?Automatisch_antwoord:_vraag?=", 1) + "\r\n" +
		"Weg\r\n"))
	if m.Kind != reply.Automatic {
		t.Errorf("who is away: %+v", m)
	}
	notice := func(action string) reply.Mail {
		return reply.Read([]byte("From: MAILER-DAEMON@mx.example\r\nTo: gave@club.example\r\nAuto-Submitted: " +
			"auto-replied\r\n" +
			"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n" +
			"--b\r\n" +
			"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n" +
			"Final-Recipient: rfc822; otto@else.example\r\nAction: " + action + "\r\nStatus: 5.1.1\r\n--b\r\n" +
			"Content-Type: message/rfc822\r\n\r\nFrom: gave@club.example\r\nMessage-ID: " +
			"<re-" + code + ".1@club.example>\r\n" +
			"\r\nHello re-" + strings.Repeat("b", 32) + " \r\n--b--\r\n"))
	}
	if m := notice("failed"); m.Kind != reply.Returned || len(m.Tokens) != 1 || m.Tokens[0] != code {
		t.Errorf("came back: %+v", m)
	}
	if m := notice("delayed"); m.Kind != reply.Automatic {
		t.Errorf("late: %+v", m)
	}
}

// Nothing that comes in ends the program, takes long or fills it.
func TestReadBad(t *testing.T) {
	deep := ""
	for range 2000 {
		deep += "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
	}
	begun := time.Now()
	for name, raw := range map[string]string{
		"nothing": "", "no header": "\r\n\r\n", "a long header": "X: " + strings.Repeat("x", 4<<20) + "\r\n\r\nja",
		"many fields": strings.Repeat("To: a@b.example\r\n", 200_000) + "\r\nja", "deep": deep,
		"many tokens": "To: " + strings.Repeat("re-"+code+"@x, ", 5000) + "\r\n\r\nja",
		"broken off": "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: " +
			"base64\r\n\r\nam",
		"quotes": "\r\n" + strings.Repeat("On a\n", 60_000), "no text": "Content-Type: image/png\r\n\r\n\x89PNG",
	} {
		if m := reply.Read([]byte(raw)); len(m.Tokens) > 10 || len(m.Words) > 20_000 {
			t.Errorf("%s: %d tokens, %d bytes", name, len(m.Tokens), len(m.Words))
		}
	}
	if took := time.Since(begun); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("To: gave+re-" + code + "@x\r\nContent-Type: text/html\r\n\r\n<p>ja<blockquote>x"))
	f.Add([]byte("Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nx\r\n" +
		"--b--"))
	f.Add([]byte("From: a@b\r\n\r\nBegin forwarded message:\r\n\r\nFrom: x <x@y>\r\nDate: 1 May 2026\r\nTo: z@y\r\n" +
		"\r\nHi"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := reply.Read(raw)
		if m.Kind != reply.Written && m.Words != "" {
			t.Errorf("words of %s", m.Kind)
		}
		reply.Meant(m.Words)
		for _, head := range reply.Forwarded(raw, func(string) bool { return true }, time.Unix(1_800_000_000, 0)) {
			if strings.Contains(head, "\n\n") || strings.Contains(head, "\nFrom ") {
				t.Errorf("a header of %q", head)
			}
		}
	})
}
