package app_test

import (
	"context"
	"io"
	"net"
	stdmail "net/mail"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"

	"gave.network/internal/account"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/op"
	"gave.network/internal/post"
)

// letterbox is a mail server that keeps what it gets, and takes nothing for gone@.
type letterbox struct {
	sync.Mutex
	letters map[string]string // by whom they are to
	to      string
}

func (b *letterbox) NewSession(*smtp.Conn) (smtp.Session, error) { return b, nil }
func (b *letterbox) Reset()                                      {}
func (b *letterbox) Logout() error                               { return nil }
func (b *letterbox) Mail(string, *smtp.MailOptions) error        { return nil }

func (b *letterbox) Rcpt(to string, _ *smtp.RcptOptions) error {
	if strings.HasPrefix(to, "gone@") {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	}
	b.to = to
	return nil
}

func (b *letterbox) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	b.Lock()
	defer b.Unlock()
	b.letters[b.to] = string(text)
	return err
}

// post starts a mail server and returns it with who sends to it.
func (b *letterbox) post(t *testing.T) *post.Server {
	t.Helper()
	b.letters = map[string]string{}
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
	return by
}

// An invitation to an address goes by mail where a server is set, and is called sent only when the server took it.
func TestInvitationByMail(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		s := newAssociation(t, address)
		b := &letterbox{}
		s.MailBy(b.post(t), "https://gave.example")
		invite := func(email string) account.Invited {
			t.Helper()
			made, err := s.Account.InviteTo(ctx, s.owner, account.Inviting{Role: op.Member, Email: email})
			if err != nil {
				t.Fatal(err)
			}
			return made
		}
		if made := invite("gone@club.example"); made.Sent || made.Secret == "" {
			t.Errorf("refused: %+v", made)
		}
		if made := invite("anna@club.example"); !made.Sent {
			t.Errorf("not sent: %+v", made)
		}
		letter := strings.ReplaceAll(strings.ReplaceAll(b.letters["anna@club.example"], "=\r\n", ""), "=3D", "=")
		found := regexp.MustCompile(`https://gave\.example/welcome\?link=([\w-]+)`).FindStringSubmatch(letter)
		if found == nil || !strings.Contains(letter, "Olga Owner invites you") {
			t.Fatalf("the letter: %s", letter)
		}
		list, err := s.Account.Invitations(ctx, s.owner)
		if err != nil || len(list) != 2 || !list[0].Sent && !list[1].Sent || list[0].Sent && list[1].Sent {
			t.Errorf("%+v %v", list, err)
		}
		anna := s.accept(found[1], "Anna Aal", "anna@club.example")
		if anna.Person.IsZero() {
			t.Error("she is nobody")
		}
	})
}
