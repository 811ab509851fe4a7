// Package posttest has a mail server for tests.
package posttest

import (
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
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

// Server is a real mail server on this machine that keeps every letter, and fails as it is told.
type Server struct {
	sync.Mutex
	got   []Letter
	fails *smtp.SMTPError // to who it is for
	hangs string          // "to" or "data": where it answers no more
	on    chan struct{}   // closed when the test ends, so that what hangs goes on
}

// Letter is what the server got.
type Letter struct {
	To, Subject, Text, HTML string
	Header                  stdmail.Header
}

func (b *Server) NewSession(*smtp.Conn) (smtp.Session, error) {
	return &session{Server: b}, nil
}

type session struct {
	*Server
	to string
}

func (s *session) Reset()                               {}
func (s *session) Logout() error                        { return nil }
func (s *session) Mail(string, *smtp.MailOptions) error { return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.Lock()
	fails, hangs := s.fails, s.hangs == "to"
	s.Unlock()
	if hangs {
		<-s.on
	}
	s.to = to
	if fails != nil {
		return fails
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	message, err := stdmail.ReadMessage(r)
	if err != nil {
		return err
	}
	out := Letter{To: s.to, Header: message.Header}
	out.Subject, _ = new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
	_, params, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	part := func(encoding string, body io.Reader) string {
		if strings.EqualFold(encoding, "quoted-printable") {
			body = quotedprintable.NewReader(body)
		}
		text, _ := io.ReadAll(body)
		return strings.ReplaceAll(string(text), "\r\n", "\n")
	}
	if params["boundary"] == "" {
		out.Text = part(message.Header.Get("Content-Transfer-Encoding"), message.Body)
	} else {
		parts := multipart.NewReader(message.Body, params["boundary"])
		for p, err := parts.NextPart(); err == nil; p, err = parts.NextPart() {
			if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
				out.HTML = part(p.Header.Get("Content-Transfer-Encoding"), p)
			} else {
				out.Text = part(p.Header.Get("Content-Transfer-Encoding"), p)
			}
		}
	}
	s.Lock()
	s.got = append(s.got, out)
	hangs := s.hangs == "data"
	s.Unlock()
	if hangs {
		<-s.on
	}
	return nil
}

// Set changes how the server behaves.
func (b *Server) Set(fails *smtp.SMTPError, hangs string) {
	b.Lock()
	defer b.Unlock()
	b.fails, b.hangs = fails, hangs
}

// Take returns what came since it was last asked.
func (b *Server) Take() []Letter {
	b.Lock()
	defer b.Unlock()
	out := b.got
	b.got = nil
	return out
}

// Start starts it, and returns who sends to it, as gave@club.example. It may be started more than once.
func (b *Server) Start(t testing.TB) *post.Server {
	t.Helper()
	if b.on == nil {
		b.on = make(chan struct{})
		t.Cleanup(func() { close(b.on) })
	}
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
	by, err := post.New(at, stdmail.Address{Name: "Gave", Address: "gave@club.example"})
	if err != nil {
		t.Fatal(err)
	}
	by.Patience = time.Second
	return by
}
