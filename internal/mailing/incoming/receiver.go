package incoming

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"

	"gave.network/internal/fault"
	"gave.network/internal/reply"
)

const (
	// mostMail is how large a mail may be, in bytes.
	mostMail = 25 << 20
	// mostAtOnce is how many connections there may be, and mostFromOne how many of one address.
	mostAtOnce, mostFromOne = 64, 8
	// mostAnHour is how many mails of one address are taken in an hour, and mostWrong how many addresses that are none
	// one connection may try.
	mostAnHour, mostWrong = 300, 5
	// mostRead is how many mails are read at once: each is in memory meanwhile.
	mostRead = 4
	// mostTime is how long one connection may last, and mostStill how long a command or a mail may take.
	mostTime, mostStill = 10 * time.Minute, 5 * time.Minute
)

// Receiver takes in mail by SMTP (RFC 5321) for two kinds of addresses of one domain, which cannot be guessed: those at
// which letters are answered, and those to which members pass mails on. All else is refused while it is being sent, so
// that nothing is ever sent back, and nothing is passed on.
type Receiver struct {
	// Domain is what stands behind the at sign.
	Domain string
	// Answered says whether a letter is answered with a token, and Hear takes the answer in.
	Answered func(ctx context.Context, token string) (bool, error)
	Hear     func(ctx context.Context, m reply.Mail) error
	// Takes says whether a member passes mails on to an address, by the part before the at sign, and Forwarded takes
	// one in.
	Takes     func(ctx context.Context, local string) (bool, error)
	Forwarded func(ctx context.Context, local string, raw []byte) error
	// Certificate is by which it encrypts, for senders that want that; nil for not at all.
	Certificate *Certificate

	mu    sync.Mutex
	open  map[string]int
	hour  time.Time
	mails map[string]int
	reads chan struct{}
}

// Serve takes mail in from a listener until the context ends.
func (r *Receiver) Serve(ctx context.Context, l net.Listener) error {
	r.open, r.mails, r.reads = map[string]int{}, map[string]int{}, make(chan struct{}, mostRead)
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return r.begin(ctx, c) }))
	server.Domain, server.MaxMessageBytes, server.MaxRecipients = r.Domain, mostMail, 10
	server.ReadTimeout, server.WriteTimeout, server.MaxLineLength = mostStill, mostStill, 2000
	server.ErrorLog = quiet{}
	if r.Certificate != nil { // what was said before is forgotten then, also what was sent along too early (RFC 3207)
		server.TLSConfig = &tls.Config{GetCertificate: r.Certificate.Get, MinVersion: tls.VersionTLS12}
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	err := server.Serve(&bounded{Listener: l})
	if ctx.Err() != nil || errors.Is(err, smtp.ErrServerClosed) {
		return nil
	}
	return err
}

// quiet leaves out what senders do wrong.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// bounded hangs up where there are too many connections, also on those that say nothing, and on what lasts too long.
type bounded struct {
	net.Listener
	open atomic.Int64
}

func (b *bounded) Accept() (net.Conn, error) {
	for {
		c, err := b.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if b.open.Add(1) > mostAtOnce {
			b.open.Add(-1)
			_ = c.Close()
			continue
		}
		one := &ending{Conn: c, ended: sync.OnceFunc(func() { b.open.Add(-1) })}
		one.timer = time.AfterFunc(mostTime, func() { _ = one.Close() })
		return one, nil
	}
}

// ending is a connection that says once that it ended.
type ending struct {
	net.Conn
	ended func()
	timer *time.Timer
}

func (e *ending) Close() error {
	e.ended()
	if e.timer != nil {
		e.timer.Stop()
	}
	return e.Conn.Close()
}

func refuse(code int, enhanced smtp.EnhancedCode, message string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: message}
}

var (
	errBusy    = refuse(421, smtp.EnhancedCode{4, 7, 0}, "too many connections, try again later")
	errMany    = refuse(451, smtp.EnhancedCode{4, 7, 0}, "too many mails, try again later")
	errLater   = refuse(451, smtp.EnhancedCode{4, 3, 0}, "try again later")
	errNoRelay = refuse(550, smtp.EnhancedCode{5, 7, 1}, "no relaying")
	errUnknown = refuse(550, smtp.EnhancedCode{5, 1, 1}, "no such address")
	errGuesses = refuse(421, smtp.EnhancedCode{4, 7, 0}, "too many addresses that are none")
)

// session is one connection.
type session struct {
	r     *Receiver
	ctx   context.Context
	from  string // the address of the machine
	to    []string
	wrong int
}

func (r *Receiver) begin(ctx context.Context, c *smtp.Conn) (smtp.Session, error) {
	from, _, err := net.SplitHostPort(c.Conn().RemoteAddr().String())
	if err != nil {
		from = "?"
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.open[from] >= mostFromOne && !loopback(from) {
		return nil, errBusy
	}
	r.open[from]++
	return &session{r: r, ctx: ctx, from: from}, nil
}

// loopback says whether an address is of this machine: a mail server in front speaks for all.
func loopback(address string) bool {
	ip := net.ParseIP(address)
	return ip != nil && ip.IsLoopback()
}

func (s *session) Reset() { s.to = nil }

func (s *session) Logout() error {
	s.r.mu.Lock()
	defer s.r.mu.Unlock()
	if s.r.open[s.from]--; s.r.open[s.from] <= 0 {
		delete(s.r.open, s.from)
	}
	return nil
}

func (s *session) Mail(string, *smtp.MailOptions) error {
	s.r.mu.Lock()
	defer s.r.mu.Unlock()
	if time.Since(s.r.hour) > time.Hour {
		s.r.hour, s.r.mails = time.Now(), map[string]int{}
	}
	if s.r.mails[s.from] >= mostAnHour && !loopback(s.from) {
		return errMany
	}
	s.r.mails[s.from]++
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	at := strings.LastIndexByte(to, '@')
	if at < 0 || !strings.EqualFold(to[at+1:], s.r.Domain) {
		return errNoRelay
	}
	local := strings.ToLower(to[:at])
	known, err := s.r.knows(s.ctx, local)
	if err != nil {
		slog.WarnContext(s.ctx, "mail that comes in", "error", fault.Discreet(err))
		return errLater
	}
	if !known {
		if s.wrong++; s.wrong > mostWrong {
			return errGuesses
		}
		return errUnknown
	}
	if !slices.Contains(s.to, local) {
		s.to = append(s.to, local)
	}
	return nil
}

func (r *Receiver) knows(ctx context.Context, local string) (bool, error) {
	if token, ok := strings.CutPrefix(local, reply.Answers); ok {
		return r.Answered(ctx, token)
	}
	return r.Takes(ctx, local)
}

func (s *session) Data(in io.Reader) (err error) {
	defer func() {
		if wrong := recover(); wrong != nil { // what is sent must not end the program
			slog.ErrorContext(s.ctx, "mail that comes in", "panic", fault.Mask(string(debug.Stack())))
			err = errLater
		}
	}()
	select {
	case s.r.reads <- struct{}{}:
		defer func() { <-s.r.reads }()
	case <-s.ctx.Done():
		return errLater
	}
	raw, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	for _, local := range s.to {
		if err := s.r.take(s.ctx, local, raw); err != nil {
			slog.WarnContext(s.ctx, "mail that comes in", "error", fault.Discreet(err))
			return errLater
		}
	}
	return nil
}

// take takes in a mail to one address. A second time changes nothing: senders try again when one of several failed.
func (r *Receiver) take(ctx context.Context, local string, raw []byte) error {
	token, ok := strings.CutPrefix(local, reply.Answers)
	if !ok {
		return r.Forwarded(ctx, local, raw)
	}
	m := reply.Read(raw)
	m.Tokens = append([]string{token}, m.Tokens...)
	return r.Hear(ctx, m)
}

// Address returns the addresses of a domain of the receiver at which letters are answered.
func (r *Receiver) Address() func(token string) string {
	return func(token string) string { return reply.Answers + token + "@" + r.Domain }
}
