// Package post sends mail through the mail server that whoever runs Gave has set. Nothing goes out but what somebody in
// Gave asks for, at once or every day.
package post

import (
	"context"
	"errors"
	"net"
	stdmail "net/mail"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"
)

// Letter is a mail to one person.
type Letter struct {
	To, Subject, Text string
	// HTML says the same with headings and links; empty for none.
	HTML string
	// Stop is the address of a page by which whoever gets it says that no more is to come (RFC 8058); empty for none.
	Stop string
	// Name names the letter among all mails, without angle brackets; a name is made where it is empty.
	Name string
	// Reply is where an answer goes; to where it is sent from when it is empty.
	Reply string
}

// Server is a mail server, and in whose name it sends.
type Server struct {
	// Patience is how long the server may take for each step; tests set it.
	Patience time.Duration

	host    string
	options []mail.Option
	from    stdmail.Address
}

// patience is how long a server may take.
const patience = 30 * time.Second

// New returns the server at an address such as smtp://user:password@mail.example:587 or smtps://mail.example. What goes
// to another machine is always encrypted; to a server on the same one it is when that offers it.
func New(at *url.URL, from stdmail.Address) (*Server, error) {
	s := &Server{host: at.Hostname(), from: from, Patience: patience}
	if at.Scheme == "smtps" {
		s.options = append(s.options, mail.WithSSLPort(false))
	} else if ip := net.ParseIP(s.host); s.host == "localhost" || ip != nil && ip.IsLoopback() {
		s.options = append(s.options, mail.WithTLSPortPolicy(mail.TLSOpportunistic))
	} else {
		s.options = append(s.options, mail.WithTLSPortPolicy(mail.TLSMandatory))
	}
	if at.Port() != "" {
		port, err := strconv.Atoi(at.Port())
		if err != nil {
			return nil, err
		}
		s.options = append(s.options, mail.WithPort(port))
	}
	if at.User != nil {
		password, _ := at.User.Password()
		s.options = append(s.options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover),
			mail.WithUsername(at.User.Username()), mail.WithPassword(password))
	}
	_, err := mail.NewClient(s.host, s.options...)
	return s, err
}

// Send sends a letter. It returns once the server took it.
func (s *Server) Send(ctx context.Context, l Letter) error {
	m := mail.NewMsg()
	m.FromMailAddress(&s.from)
	if err := m.To(l.To); err != nil {
		return refused{err}
	}
	m.Subject(l.Subject)
	if l.Name != "" {
		m.SetMessageIDWithValue(l.Name)
	} else {
		m.SetMessageID()
	}
	if l.Reply != "" {
		if err := m.ReplyTo(l.Reply); err != nil {
			return err
		}
	}
	m.SetDate()
	m.SetGenHeader("Auto-Submitted", "auto-generated") // so that who is away does not answer (RFC 3834)
	if l.Stop != "" {
		m.SetGenHeaderPreformatted(mail.HeaderListUnsubscribe, "<"+l.Stop+">")
		m.SetGenHeader(mail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	m.SetBodyString(mail.TypeTextPlain, l.Text)
	if l.HTML != "" {
		m.AddAlternativeString(mail.TypeTextHTML, l.HTML)
	}
	client, err := mail.NewClient(s.host, append(slices.Clone(s.options), mail.WithTimeout(s.Patience))...)
	if err != nil {
		return err
	}
	err = client.DialAndSendWithContext(ctx, m)
	if m.IsDelivered() { // what goes wrong after that, when taking leave, changes nothing
		return nil
	}
	return err
}

// Unsure says whether an error leaves open if the server has the letter: all of it went out, and no answer came.
func Unsure(err error) bool {
	var sent *mail.SendError
	return errors.As(err, &sent) && sent.Reason == mail.ErrSMTPDataClose && sent.ErrorCode() == 0
}

// refused is an address that no server takes.
type refused struct{ error }

// Refused says whether an error means that the address will not take mail later either: it is none, or the server
// refused it for good (a reply from 550 on to the recipient, RFC 5321).
func Refused(err error) bool {
	var none refused
	var sent *mail.SendError
	return errors.As(err, &none) ||
		errors.As(err, &sent) && sent.Reason == mail.ErrSMTPRcptTo && !sent.IsTemp() && sent.ErrorCode() >= 550
}
