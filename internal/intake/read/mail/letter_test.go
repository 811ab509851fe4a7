package mail_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/formats"
	"gave.network/internal/intake/read/mail"
	"gave.network/internal/intake/read/readtest"
	"gave.network/internal/realdata"
)

func lettersIn(t *testing.T, content string) []read.Letter {
	t.Helper()
	path := filepath.Join(t.TempDir(), "archive.mbox")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	var out []read.Letter
	if _, err := formats.ReadLetters(context.Background(), path, func(l read.Letter) error {
		out = append(out, l)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

const conversation = `From anna@example.org  Thu Nov  1 11:19:12 2001
From: Anna <anna@example.org>
Date: Thu, 1 Nov 2001 11:19:12 +0000
Subject: A question
Message-ID: <a1@example.org>
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Who knows a caf=E9?
-- 
Anna, seller of houses

From bob@example.org  Thu Nov  1 12:19:12 2001
From: Bob <bob@example.org>
Date: Thu, 1 Nov 2001 12:19:12 +0000
Subject: Re: A question
Message-ID: <b1@example.org>
In-Reply-To: <a1@example.org>
References: <zero@example.org> <a1@example.org>
Content-Type: multipart/alternative; boundary=xx

--xx
Content-Type: text/html

<p>the page</p>
--xx
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

QW5uYSB3cm90ZToKPiBXaG8ga25vd3MgYSBjYWbDqT8KSSBkby4KCi0tLS0tT3JpZ2luYWwgTWVz
c2FnZS0tLS0tCldobyBrbm93cw==
--xx--

From carla@example.org  Thu Nov  1 13:19:12 2001
From: Carla <carla@example.org>
Date: Thu, 1 Nov 2001 13:19:12 +0000
Subject: Page only
Message-ID: <c1@example.org>
Content-Type: text/html

<html><head><style>p{}</style></head><body><p>Come &amp; see</p><blockquote>quoted</blockquote></body></html>
`

func TestLettersHaveTheWordsOfTheirAuthor(t *testing.T) {
	got := lettersIn(t, conversation)
	if len(got) != 3 {
		t.Fatalf("%d letters, want 3", len(got))
	}
	for i, want := range []string{"Who knows a café?", "I do.", "Come & see"} {
		if text := strings.TrimSpace(got[i].Text); text != want {
			t.Errorf("letter %d says %q, want %q", i, text, want)
		}
	}
	b := got[1]
	if b.ReplyTo != "a1@example.org" || b.Root != "zero@example.org" || b.Author.Address != "bob@example.org" ||
		!b.Time.Equal(time.Date(2001, 11, 1, 12, 19, 12, 0, time.UTC)) {
		t.Errorf("got %+v", b)
	}
}

// A long body is cut, and the next mail is found all the same.
func TestLettersWithALongBody(t *testing.T) {
	long := strings.Replace(conversation, "Who knows", strings.Repeat("word word word\n", 20_000)+"Who knows", 1)
	got := lettersIn(t, long)
	if len(got) != 3 || len(got[0].Text) > mail.MaxLetter || len(got[0].Text) < mail.MaxLetter/2 {
		t.Fatalf("%d letters, the first has %d bytes", len(got), len(got[0].Text))
	}
}

func TestLettersStopWhenTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive.mbox")
	if err := os.WriteFile(path, []byte(conversation), 0o600); err != nil {
		t.Fatal(err)
	}
	enough := errors.New("enough")
	calls := 0
	if _, err := formats.ReadLetters(context.Background(), path, func(read.Letter) error {
		calls++
		return enough
	}); !errors.Is(err, enough) || calls != 1 {
		t.Errorf("%d calls, %v", calls, err)
	}
}

// Reading with the texts finds the very mails that reading without finds.
func TestLettersOfRealArchives(t *testing.T) {
	for name, want := range map[string]int{
		"spamassassin-easy-ham-1.mbox.gz": 1871, "pipermail-2001-November.txt.gz": 164, "notmuch-corpora.tar.gz": 60,
	} {
		letters, withText := 0, 0
		if _, err := formats.ReadLetters(context.Background(), realdata.Path(t, "mail/"+name),
			func(l read.Letter) error {
				letters++
				if l.Text != "" {
					withText++
				}
				return nil
			}); err != nil {
			t.Fatal(err)
		}
		if letters < want || withText < letters*9/10 {
			t.Errorf("%s: %d letters, %d with a text, want %d", name, letters, withText, want)
		}
	}
}

func FuzzLetters(f *testing.F) {
	f.Add([]byte(conversation))
	f.Add([]byte("From a@b  Thu Nov  1 11:19:12 2001\nFrom: a@b\nDate: Thu, 1 Nov 2001 11:19:12 +0000\n" +
		"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/mixed; boundary=x\n\n--x\n--x--"))
	f.Add([]byte("From a@b  Thu Nov  1 11:19:12 2001\nFrom: a@b\nDate: Thu, 1 Nov 2001 11:19:12 +0000\n" +
		"Content-Transfer-Encoding: base64\nContent-Type: text/html; charset=x-none\n\n////<<<"))
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, format := range []read.Format{mail.Mbox, mail.Listserv, mail.Eml} {
			src := &read.Source{
				Reader: strings.NewReader(string(content)), Zone: time.UTC,
				Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Letters: func(l read.Letter) error {
					if len(l.Text) > 4*mail.MaxLetter {
						t.Errorf("a text of %d bytes", len(l.Text))
					}
					return nil
				},
			}
			_ = format.Read(context.Background(), src, &readtest.Counting{})
		}
	})
}

// A folder may hold anything; only its mail is read.
func TestLettersOfAMixedFolder(t *testing.T) {
	dir := t.TempDir()
	readtest.WriteFile(t, dir, "list.mbox",
		[]byte("From a@x.example Mon Jan  6 09:00:00 2020\nFrom: Anna <a@x.example>\n"+
			"To: b@x.example\nDate: Mon, 6 Jan 2020 09:00:00 +0000\nMessage-ID: <1@x.example>\nSubject: hi\n\nHello\n"))
	readtest.WriteFile(t, dir, "ties.csv", []byte("source,target\n1,2\n2,3\n"))
	readtest.WriteFile(t, dir, "people.vcf", []byte("BEGIN:VCARD\nVERSION:4.0\nFN:Bob\nEND:VCARD\n"))
	letters := 0
	rejected, err := formats.ReadLetters(context.Background(), dir, func(read.Letter) error {
		letters++
		return nil
	})
	if err != nil || letters != 1 || len(rejected) != 0 {
		t.Errorf("%d letters, rejected %v, %v", letters, rejected, err)
	}
}
