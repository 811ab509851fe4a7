package post_test

import (
	"context"
	"io"
	"net"
	stdmail "net/mail"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"gave.network/internal/post"
)

// box is a mail server that keeps what it gets. It refuses gone@ for good and later@ for now.
type box struct {
	sync.Mutex
	got []string
	to  []string
	// away is where the server stops to answer, and until when it does.
	away  string
	until chan struct{}
}

func (b *box) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{b}, nil }

type session struct{ *box }

func (s *session) Reset()                               {}
func (s *session) Logout() error                        { return nil }
func (s *session) Mail(string, *smtp.MailOptions) error { return nil }

// hang waits where the server is to stop to answer.
func (s *session) hang(at string) {
	s.Lock()
	away := s.away == at
	s.Unlock()
	if away {
		<-s.until
	}
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	switch {
	case strings.HasPrefix(to, "gone@"):
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	case strings.HasPrefix(to, "later@"):
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "try later"}
	}
	s.hang("to")
	s.Lock()
	defer s.Unlock()
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	s.hang("data")
	s.Lock()
	defer s.Unlock()
	s.got = append(s.got, string(text))
	return err
}

func TestSend(t *testing.T) {
	b := &box{until: make(chan struct{})}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(b)
	server.Domain = "localhost"
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { server.Close() })
	at, err := url.Parse("smtp://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	s, err := post.New(at, stdmail.Address{Name: "Gave", Address: "gave@example.org"})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	letter := post.Letter{
		To: "anna@example.org", Subject: "Vragenlijst: één\r\nBcc: all@example.org", Text: "Hallo Anna,\n\nhttps://x/y\n",
		Stop: "https://gave.example/stop",
	}
	if err := s.Send(ctx, letter); err != nil {
		t.Fatal(err)
	}
	if len(b.got) != 1 || len(b.to) != 1 || b.to[0] != "anna@example.org" {
		t.Fatalf("it got %q for %q", b.got, b.to)
	}
	read, err := stdmail.ReadMessage(strings.NewReader(b.got[0]))
	if err != nil {
		t.Fatal(err)
	}
	if h := read.Header; h.Get("Bcc") != "" || h.Get("From") != `"Gave" <gave@example.org>` ||
		h.Get("List-Unsubscribe") != "<https://gave.example/stop>" || h.Get("Auto-Submitted") == "" {
		t.Errorf("headers %v", h)
	}
	for to, want := range map[string]bool{"gone@example.org": true, "later@example.org": false, "nobody": true} {
		letter.To = to
		if err := s.Send(ctx, letter); err == nil || post.Refused(err) != want {
			t.Errorf("%s: %v is refused for good: %t", to, err, post.Refused(err))
		}
	}
	letter.To, letter.HTML = "anna@example.org", "<p>Hallo Anna</p>"
	if err := s.Send(ctx, letter); err != nil || !strings.Contains(b.got[1], "multipart/alternative") ||
		!strings.Contains(b.got[1], "<p>Hallo Anna</p>") {
		t.Errorf("%v %q", err, b.got)
	}
	s.Patience = 200 * time.Millisecond
	for away, want := range map[string]bool{"to": false, "data": true} {
		b.Lock()
		b.away = away
		b.Unlock()
		if err := s.Send(ctx, letter); err == nil || post.Unsure(err) != want || post.Refused(err) {
			t.Errorf("a server that hangs at %s: %v, unsure %t", away, err, post.Unsure(err))
		}
	}
	close(b.until)
	server.Close()
	if err := s.Send(ctx, letter); err == nil || post.Refused(err) {
		t.Errorf("a server that is away: %v", err)
	}
}
