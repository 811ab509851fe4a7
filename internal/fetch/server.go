package fetch

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"

	"gave.network/internal/fault"
)

// Server reaches one server that a member named, for more than a page: on public addresses only, besides those that
// whoever runs Gave trusts, encrypted, and with a certificate that this machine trusts.
type Server struct {
	// Trusted says which addresses may be asked besides the public ones, on which port; nil for none.
	Trusted func(at netip.AddrPort) bool
	// Roots are those whose certificates count; nil for those of this machine.
	Roots *x509.CertPool
	// Step is how long a connection may stand still.
	Step time.Duration
	// Certificate is the fingerprint of the certificate that the server showed when it was last reached, empty for none
	// known; reaching it sets it anew.
	Certificate string
}

// Ports on which a public server may be asked: those of the web, of mail, and of programs of people.
func served(port uint16) bool {
	return port == 443 || port == 993 || port == 143 || port >= 1024
}

const notPublicHint = "Whoever runs Gave can allow the network in which it lies (calendar-networks)."

func (s *Server) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "This is not the address of a server.")
	}
	if s.trusts(at) {
		return nil
	}
	if !Public(at.Addr()) {
		return fault.New(fault.Forbidden, "This server lies at an address that is not public.").WithHint(notPublicHint)
	}
	if !served(at.Port()) {
		return fault.New(fault.Forbidden, "No server of this kind listens at port %d.", int(at.Port()))
	}
	return nil
}

func (s *Server) trusts(at netip.AddrPort) bool {
	return s.Trusted != nil && s.Trusted(netip.AddrPortFrom(at.Addr().Unmap(), at.Port()))
}

// Dial connects to a server. The connection ends with the context, and fails when it stands still for longer than a
// step.
func (s *Server) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: s.Step, Control: s.control}
	raw, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &steady{Conn: raw, step: s.Step, stop: context.AfterFunc(ctx, func() { raw.Close() })}, nil
}

// Private says whether a connection leads to where encryption may be left out: an address that whoever runs Gave
// trusts.
func (s *Server) Private(c net.Conn) bool {
	at, err := netip.ParseAddrPort(c.RemoteAddr().String())
	return err == nil && s.trusts(at)
}

// Wait lets a connection of Dial stand still until a moment.
func (s *Server) Wait(c net.Conn, until time.Time) {
	if secure, ok := c.(*tls.Conn); ok {
		c = secure.NetConn()
	}
	if one, ok := c.(*steady); ok {
		one.still = until
	}
}

// TLS is how connections to a server of that name are encrypted.
func (s *Server) TLS(name string) *tls.Config {
	return &tls.Config{
		ServerName: name, RootCAs: s.Roots, MinVersion: tls.VersionTLS12,
		VerifyConnection: func(state tls.ConnectionState) error {
			if len(state.PeerCertificates) > 0 {
				s.Certificate = fingerprint(state.PeerCertificates[0])
			}
			return nil
		},
	}
}

func fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return hex.EncodeToString(sum[:])
}

// steady is a connection that fails when it stands still.
type steady struct {
	net.Conn
	step  time.Duration
	stop  func() bool
	still time.Time // until when it may stand still; zero for a step
}

func (c *steady) Read(b []byte) (int, error) {
	until := time.Now().Add(c.step)
	if c.still.After(until) {
		until = c.still
	}
	_ = c.SetReadDeadline(until)
	return c.Conn.Read(b)
}

func (c *steady) Write(b []byte) (int, error) {
	_ = c.SetWriteDeadline(time.Now().Add(c.step))
	return c.Conn.Write(b)
}

func (c *steady) Close() error {
	c.stop()
	return c.Conn.Close()
}

const tryLater = "It is tried again later."

// Broken says in a sentence why a server could not be reached or read. A fault of ours from below is said as it is.
func (s *Server) Broken(err error) error {
	var (
		known   *fault.Error
		name    *net.DNSError
		checked *tls.CertificateVerificationError
		plain   tls.RecordHeaderError
		other   x509.HostnameError
		invalid x509.CertificateInvalidError
		wait    net.Error
	)
	// The cause is for the log only: that a server went away must not be taken for the database that did.
	cause := errors.New("")
	if err != nil {
		cause = errors.New(err.Error())
	}
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return known
	case errors.As(err, &checked):
		if s.Certificate != "" && len(checked.UnverifiedCertificates) > 0 &&
			fingerprint(checked.UnverifiedCertificates[0]) != s.Certificate {
			return fault.Wrap(cause, fault.Unavailable, "The server shows another certificate than before, which this "+
				"machine does not trust.").
				WithHint("Ask whoever runs the server before you go on. Your password was not sent.")
		}
		sentence := "This machine does not trust the certificate of the server."
		switch {
		case errors.As(err, &other):
			sentence = "The certificate of the server is for another name."
		case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
			sentence = "The certificate of the server has expired."
		}
		return fault.Wrap(cause, fault.Unavailable, sentence).WithHint("Your password was not sent.")
	case errors.As(err, &plain):
		return fault.Wrap(cause, fault.Unavailable, "The server does not encrypt at this address.")
	case errors.As(err, &name) && name.IsNotFound:
		return fault.Wrap(cause, fault.Unavailable, "There is no server of this name.")
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded),
		errors.As(err, &wait) && wait.Timeout():
		return fault.Wrap(cause, fault.Unavailable, "The server took too long to answer.").WithHint(tryLater)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return fault.Wrap(cause, fault.Unavailable, "The server broke off in the middle.").WithHint(tryLater)
	}
	return fault.Wrap(cause, fault.Unavailable, "The server cannot be reached.").WithHint(tryLater)
}
