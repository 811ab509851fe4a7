// Package imap reads mailboxes of a mail server (RFC 3501, 9051): which there are, which mails are new in one, and the
// headers of these; and where somebody asks for it, the beginning of one. It never changes anything there, not even
// what is unread. Mails that vanished are not asked for (QRESYNC, RFC 7162): one that is deleted was written all the
// same, and numbers are never used again, so that those above the last are all that can be new. Whatever a server
// sends is read within bounds, in the one goroutine that asks, so that none can end the program or fill its memory.
package imap

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/fetch"
)

// MostMails is how many mails of one mailbox are kept track of.
const MostMails = 2_000_000

// ErrSignIn is the cause of a fault when the server does not take the name or the password.
var ErrSignIn = errors.New("imap: the server does not take the name and password")

// ErrToken is the cause of a fault when the server does not take a token of its provider: it ended, or was taken back.
var ErrToken = errors.New("imap: the server does not take the token")

// Client is a connection to a mail server.
type Client struct {
	server *fetch.Server
	conn   net.Conn
	in     *reader
	tags   int
	caps   map[string]bool
}

// Address reads what somebody typed: a mail address, the name of a server with or without a port, or a whole address.
// It returns the servers to try, the first first.
func Address(ctx context.Context, typed string) ([]*url.URL, error) {
	typed = strings.TrimSpace(typed)
	if _, host, ok := strings.Cut(typed, "@"); ok && !strings.Contains(typed, "/") {
		if !strings.Contains(host, ".") || strings.ContainsAny(host, " :\t") {
			return nil, noAddress()
		}
		var out []*url.URL
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		_, list, err := net.DefaultResolver.LookupSRV(ctx, "imaps", "tcp", host)
		if err == nil && len(list) > 0 && list[0].Target != "." {
			name := strings.TrimSuffix(list[0].Target, ".")
			if strings.HasSuffix("."+name, "."+host) { // the name server alone must not lead the password elsewhere
				out = append(out, &url.URL{
					Scheme: "imaps", Host: net.JoinHostPort(name, strconv.Itoa(int(list[0].Port))),
				})
			}
		}
		return append(out, &url.URL{Scheme: "imaps", Host: "imap." + host},
			&url.URL{Scheme: "imaps", Host: "mail." + host}), nil
	}
	if !strings.Contains(typed, "://") {
		typed = "imaps://" + typed
		if strings.HasSuffix(typed, ":143") {
			typed = "imap" + strings.TrimPrefix(typed, "imaps")
		}
	}
	u, err := url.Parse(typed)
	if err != nil || u.Hostname() == "" || u.Scheme != "imaps" && u.Scheme != "imap" || u.User != nil ||
		strings.Trim(u.Path, "/") != "" || strings.ContainsAny(typed, " \t\n") ||
		!strings.ContainsAny(u.Host, ".:") {
		return nil, noAddress()
	}
	return []*url.URL{u}, nil
}

func noAddress() error {
	return fault.New(fault.Invalid, "This is not the address of a server.").
		WithHint("Type your mail address, or the server that your provider gives for IMAP.").WithField("address")
}

// Dial connects to a server and encrypts: at once, or by STARTTLS where the address says imap. Only a server in a
// trusted network may leave that out.
func Dial(ctx context.Context, server *fetch.Server, at *url.URL) (*Client, error) {
	port := at.Port()
	if port == "" {
		port = "993"
		if at.Scheme == "imap" {
			port = "143"
		}
	}
	conn, err := server.Dial(ctx, "tcp", net.JoinHostPort(at.Hostname(), port))
	if err != nil {
		return nil, server.Broken(err)
	}
	c := &Client{server: server, conn: conn}
	if at.Scheme == "imaps" {
		err = c.encrypt(ctx, at.Hostname())
	} else {
		c.in = newReader(conn)
	}
	if err == nil {
		err = c.greeted(ctx, at)
	}
	if err != nil {
		conn.Close()
		return nil, server.Broken(err)
	}
	return c, nil
}

func (c *Client) encrypt(ctx context.Context, name string) error {
	secure := tls.Client(c.conn, c.server.TLS(name))
	if err := secure.HandshakeContext(ctx); err != nil {
		return err
	}
	c.conn = secure
	c.in = newReader(secure)
	return nil
}

// greeted hears the server out, and encrypts where that was not done yet.
func (c *Client) greeted(ctx context.Context, at *url.URL) error {
	c.in.all = mostText
	line, err := c.in.values(2)
	if err != nil {
		return err
	}
	if len(line) < 2 || line[0].text != "*" || !strings.EqualFold(line[1].text, "OK") {
		return fault.New(fault.Unavailable, "The server does not let anybody in just now.").
			WithHint("It is tried again later.")
	}
	if at.Scheme == "imap" {
		if err := c.capabilities(); err != nil {
			return err
		}
		switch {
		case c.caps["STARTTLS"]:
			if _, err := c.do("STARTTLS", nil); err != nil {
				return err
			}
			if c.in.in.Buffered() > 0 { // said before it was encrypted, to be taken for what was said after
				return errUnclear
			}
			if err := c.encrypt(ctx, at.Hostname()); err != nil {
				return err
			}
		case !c.server.Private(c.conn):
			return fault.New(fault.Unavailable, "The server does not encrypt at this address.")
		}
	}
	return c.capabilities()
}

// Close takes leave.
func (c *Client) Close() { c.conn.Close() }

// no is an answer of the server that it will not.
type no struct{ status, text string }

func (n no) Error() string { return n.status + " " + n.text }

// has says whether the answer has a code (RFC 5530).
func (n no) has(code string) bool { return strings.HasPrefix(strings.ToUpper(n.text), "["+code) }

// Refused says whether an error is that the server will not do one thing, while it may do others.
func Refused(err error) bool {
	var said no
	return errors.As(err, &said)
}

// do gives a command and calls each with every line that comes before it is done.
func (c *Client) do(command string, each func(line []value) error) (done []value, err error) {
	tag, err := c.give(command)
	if err != nil {
		return nil, c.server.Broken(err)
	}
	switch word, _, _ := strings.Cut(strings.TrimPrefix(command, "UID "), " "); word {
	case "SEARCH":
		c.in.all = mostList
	case "FETCH":
		c.in.all = mostHeads
	}
	return c.hear(tag, each)
}

func (c *Client) give(command string) (tag string, err error) {
	c.tags++
	tag = "g" + strconv.Itoa(c.tags)
	_, err = c.conn.Write([]byte(tag + " " + command + "\r\n"))
	c.in.all = mostAnswer
	return tag, err
}

// hear reads lines up to the one that ends a command.
func (c *Client) hear(tag string, each func(line []value) error) ([]value, error) {
	for {
		line, ended, err := c.next(tag)
		switch {
		case err != nil:
			return nil, c.server.Broken(err)
		case ended:
			if strings.EqualFold(line[1].text, "OK") {
				return line, nil
			}
			said := no{status: line[1].text}
			if len(line) > 2 {
				said.text = line[2].text
			}
			return nil, fault.Wrap(said, fault.Unavailable, "The server refuses.").WithHint("It is tried again later.")
		case each != nil:
			if err := each(line); err != nil {
				return nil, err
			}
		}
	}
}

// next reads one line; ended says that it ends a command. That the server hangs up is an error.
func (c *Client) next(tag string) (line []value, ended bool, err error) {
	first, err := c.in.peek()
	if err != nil {
		return nil, false, err
	}
	words := 0
	switch first {
	case '+':
		words = 1
	case '*':
		if head, err := c.in.in.Peek(5); err == nil && isStatus(string(head)) {
			words = 2
		}
	default:
		words = 2
	}
	if line, err = c.in.values(words); err != nil {
		return nil, false, err
	}
	if len(line) == 0 {
		return nil, false, errUnclear
	}
	if len(line) > 1 && line[0].text == "*" && strings.EqualFold(line[1].text, "BYE") {
		return nil, false, fault.New(fault.Unavailable, "The server broke off in the middle.").
			WithHint("It is tried again later.")
	}
	if line[0].text == tag {
		if len(line) < 2 {
			return nil, false, errUnclear
		}
		return line, true, nil
	}
	return line, false, nil
}

// isStatus says whether a line is a status, with a text for people.
func isStatus(head string) bool {
	return slices.ContainsFunc([]string{"* OK", "* NO", "* BAD", "* BYE"}, func(s string) bool {
		return len(head) >= len(s) && strings.EqualFold(head[:len(s)], s)
	})
}

func (c *Client) capabilities() error {
	c.caps = map[string]bool{}
	_, err := c.do("CAPABILITY", func(line []value) error {
		if len(line) > 1 && strings.EqualFold(line[1].text, "CAPABILITY") {
			for _, v := range line[2:] {
				if len(c.caps) < 1000 {
					c.caps[strings.ToUpper(v.text)] = true
				}
			}
		}
		return nil
	})
	return err
}

// CanIdle says whether the server tells by itself when mail comes in.
func (c *Client) CanIdle() bool { return c.caps["IDLE"] }

// SignIn signs in.
func (c *Client) SignIn(user, password string) error {
	var err error
	if c.caps["AUTH=PLAIN"] || c.caps["LOGINDISABLED"] || strings.ContainsFunc(user+password, unquotable) {
		err = c.plain(user, password)
	} else {
		_, err = c.do("LOGIN "+quote(user)+" "+quote(password), nil)
	}
	var said no
	if errors.As(err, &said) {
		if said.busy() {
			return tooBusy(said)
		}
		return fault.Wrap(fmt.Errorf("%w: %s", ErrSignIn, said.status), fault.Unavailable,
			"The server does not take this name and password.").
			WithHint("Large providers want a password for programs, which you make in your account there.")
	}
	if err != nil {
		return err
	}
	return c.capabilities() // there may be others now
}

// busy says whether a server that did not let somebody in may do so later (RFC 5530).
func (n no) busy() bool { return n.has("UNAVAILABLE") || n.has("INUSE") || n.has("LIMIT") }

func tooBusy(said no) error {
	return fault.Wrap(said, fault.Unavailable, "The server is too busy.").WithHint("It is tried again later.")
}

// plain signs in by SASL (RFC 4616), in which a password may hold anything.
func (c *Client) plain(user, password string) error {
	return c.authenticate("PLAIN", "\x00"+user+"\x00"+password, "")
}

// authenticate signs in by a mechanism of SASL in which all is said at once. Where the server then says why it does not
// let somebody in, it is answered so that it ends: what it says there differs from one to the other.
func (c *Client) authenticate(mechanism, say, end string) error {
	tag, err := c.give("AUTHENTICATE " + mechanism)
	if err != nil {
		return c.server.Broken(err)
	}
	asked := 0
	_, err = c.hear(tag, func(line []value) error {
		if line[0].text != "+" {
			return nil
		}
		answer := ""
		switch asked++; asked {
		case 1:
			answer = base64.StdEncoding.EncodeToString([]byte(say))
		case 2:
			answer = base64.StdEncoding.EncodeToString([]byte(end))
		default:
			return errUnclear
		}
		if _, err := c.conn.Write([]byte(answer + "\r\n")); err != nil {
			return c.server.Broken(err)
		}
		return nil
	})
	return err
}

// SignInByToken signs in with a token of OAuth 2.0: by OAUTHBEARER (RFC 7628), or by XOAUTH2, which is older and all
// that some large providers have.
func (c *Client) SignInByToken(user, token string) error {
	if strings.ContainsFunc(user+token, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return fault.New(fault.Invalid, "This is no name of a mailbox.").WithField("user")
	}
	var err error
	switch {
	case c.caps["AUTH=OAUTHBEARER"]:
		name := strings.NewReplacer("=", "=3D", ",", "=2C").Replace(user)
		err = c.authenticate("OAUTHBEARER", "n,a="+name+",\x01auth=Bearer "+token+"\x01\x01", "\x01")
	case c.caps["AUTH=XOAUTH2"]:
		err = c.authenticate("XOAUTH2", "user="+user+"\x01auth=Bearer "+token+"\x01\x01", "")
	default:
		return fault.New(fault.Unavailable, "The mail server does not let programs in in this way.").
			WithHint("Read the mailbox with a password for programs instead.")
	}
	var said no
	if errors.As(err, &said) {
		if said.busy() {
			return tooBusy(said)
		}
		return fault.Wrap(fmt.Errorf("%w: %s", ErrToken, said.status), fault.Unavailable,
			"The mail server does not let Gave in with what its provider gave.").
			WithHint("Look there whether programs may read mail by IMAP, or sign in there once more.")
	}
	if err != nil {
		return err
	}
	return c.capabilities()
}

func unquotable(r rune) bool { return r < ' ' || r > '~' }

func quote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// Mailbox is a mailbox of the server.
type Mailbox struct {
	Name string // as the server writes it
	Path string // with slashes between its folders
	Uses []string
}

// Is says whether the server says that a mailbox has a use (RFC 6154), such as Sent.
func (m Mailbox) Is(use string) bool {
	return slices.ContainsFunc(m.Uses, func(u string) bool { return strings.EqualFold(u, `\`+use) })
}

// mostMailboxes is how many mailboxes of one server are looked at.
const mostMailboxes = 2000

// Mailboxes lists the mailboxes that can be read.
func (c *Client) Mailboxes() ([]Mailbox, error) {
	command := `LIST "" "*"`
	if c.caps["SPECIAL-USE"] && c.caps["LIST-EXTENDED"] {
		command += " RETURN (SPECIAL-USE)"
	}
	var out []Mailbox
	_, err := c.do(command, func(line []value) error {
		if len(line) < 5 || !strings.EqualFold(line[1].text, "LIST") || line[2].is != list ||
			len(out) >= mostMailboxes {
			return nil
		}
		m := Mailbox{Name: line[4].text, Path: line[4].text}
		if line[3].is == quoted && line[3].text != "" && line[3].text != "/" {
			m.Path = strings.ReplaceAll(m.Path, line[3].text, "/")
		}
		for _, f := range line[2].list {
			m.Uses = append(m.Uses, f.text)
		}
		if m.Name != "" && !strings.ContainsAny(m.Name, "\r\n\x00") && !m.Is("Noselect") && !m.Is("NonExistent") {
			out = append(out, m)
		}
		return nil
	})
	return out, err
}

// State is how a mailbox stands.
type State struct {
	Validity uint32 // the numbers hold as long as this stays the same
	Next     uint32 // the number that the next mail will have; 0 when the server does not say
	Changed  uint64 // grows with every change, where the server has that (RFC 7162); else 0
}

// Look says how a mailbox stands, without opening it.
func (c *Client) Look(name string) (State, error) {
	what := "UIDVALIDITY UIDNEXT"
	if c.caps["CONDSTORE"] {
		what += " HIGHESTMODSEQ"
	}
	var s State
	_, err := c.do("STATUS "+c.mailbox(name)+" ("+what+")", func(line []value) error {
		if len(line) < 4 || !strings.EqualFold(line[1].text, "STATUS") || line[3].is != list {
			return nil
		}
		for i := 0; i+1 < len(line[3].list); i += 2 {
			n, err := strconv.ParseUint(line[3].list[i+1].text, 10, 64)
			if err != nil {
				continue
			}
			switch strings.ToUpper(line[3].list[i].text) {
			case "UIDVALIDITY":
				s.Validity = uint32(n)
			case "UIDNEXT":
				s.Next = uint32(n)
			case "HIGHESTMODSEQ":
				s.Changed = n
			}
		}
		return nil
	})
	return s, err
}

// mailbox quotes the name of a mailbox. A name that cannot be quoted never gets this far.
func (c *Client) mailbox(name string) string { return quote(name) }

// Open opens a mailbox for reading only.
func (c *Client) Open(name string) error {
	_, err := c.do("EXAMINE "+c.mailbox(name), nil)
	return err
}

// Since lists the numbers of the mails of the open mailbox that are above one, in their order. The server may list what
// it wants: what is not above is left out.
func (c *Client) Since(last uint32) ([]uint32, error) {
	if last == ^uint32(0) {
		return nil, nil
	}
	var out []uint32
	_, err := c.do(fmt.Sprintf("UID SEARCH UID %d:*", last+1), func(line []value) error {
		if len(line) < 2 || !strings.EqualFold(line[1].text, "SEARCH") {
			return nil
		}
		for _, v := range line[2:] {
			if n, err := strconv.ParseUint(v.text, 10, 32); err == nil && uint32(n) > last {
				out = append(out, uint32(n))
			}
		}
		if len(out) > MostMails {
			return fault.New(fault.Unavailable, "There are more than %d mails in one mailbox.", MostMails)
		}
		return nil
	})
	slices.Sort(out)
	return slices.Compact(out), err
}

// Head is the header of a mail, as far as Gave wants it.
type Head struct {
	Number uint32
	Flags  []string
	Came   time.Time // when the server got it; zero when it does not say
	Text   string    // at most 256 kB
}

// Has says whether a mail has a flag.
func (h Head) Has(flag string) bool {
	return slices.ContainsFunc(h.Flags, func(f string) bool { return strings.EqualFold(f, flag) })
}

// came is how a server writes when it got a mail.
const came = "_2-Jan-2006 15:04:05 -0700"

// Heads gets the fields of the headers of some mails of the open mailbox, by their numbers in order, and calls each
// with those that come, each once. What was not asked for is left out.
func (c *Client) Heads(numbers []uint32, fields []string, each func(Head) error) error {
	wanted := make(map[uint32]bool, len(numbers))
	for _, n := range numbers {
		wanted[n] = true
	}
	command := fmt.Sprintf("UID FETCH %s (UID FLAGS INTERNALDATE BODY.PEEK[HEADER.FIELDS (%s)]<0.%d>)",
		ranges(numbers), strings.ToUpper(strings.Join(fields, " ")), mostHeader)
	_, err := c.do(command, func(line []value) error {
		if len(line) < 4 || !strings.EqualFold(line[2].text, "FETCH") || line[3].is != list {
			return nil
		}
		var h Head
		for i := 0; i+1 < len(line[3].list); i += 2 {
			name, v := strings.ToUpper(line[3].list[i].text), line[3].list[i+1]
			switch {
			case name == "UID":
				n, err := strconv.ParseUint(v.text, 10, 32)
				if err != nil {
					return nil
				}
				h.Number = uint32(n)
			case name == "FLAGS":
				for _, f := range v.list {
					h.Flags = append(h.Flags, f.text)
				}
			case name == "INTERNALDATE":
				h.Came, _ = time.Parse(came, v.text)
			case strings.HasPrefix(name, "BODY[HEADER.FIELDS"):
				h.Text = v.text
			}
		}
		if !wanted[h.Number] || h.Text == "" {
			return nil
		}
		delete(wanted, h.Number)
		return each(h)
	})
	return err
}

// Beginning gets the beginning of a mail of the open mailbox, header and text, at most so many bytes; empty when the
// server has none of that number. What is unread stays so.
func (c *Client) Beginning(number uint32, most int) (string, error) {
	out := ""
	_, err := c.do(fmt.Sprintf("UID FETCH %d (UID BODY.PEEK[]<0.%d>)", number, min(most, mostText)),
		func(line []value) error {
			if len(line) < 4 || !strings.EqualFold(line[2].text, "FETCH") || line[3].is != list {
				return nil
			}
			mine, text := false, ""
			for i := 0; i+1 < len(line[3].list); i += 2 {
				switch name := strings.ToUpper(line[3].list[i].text); {
				case name == "UID":
					mine = line[3].list[i+1].text == strconv.FormatUint(uint64(number), 10)
				case strings.HasPrefix(name, "BODY["):
					text = line[3].list[i+1].text
				}
			}
			if mine {
				out = text
			}
			return nil
		})
	return out, err
}

// ranges writes numbers in order as a set: 1:3,7.
func ranges(numbers []uint32) string {
	var b strings.Builder
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		fmt.Fprint(&b, numbers[i])
		if j > i {
			fmt.Fprintf(&b, ":%d", numbers[j])
		}
		i = j + 1
	}
	return b.String()
}

// Idle waits until mail comes in to the open mailbox, for so long at most, and says whether it did (RFC 2177).
func (c *Client) Idle(ctx context.Context, most time.Duration) (bool, error) {
	tag, err := c.give("IDLE")
	if err != nil {
		return false, c.server.Broken(err)
	}
	news := false
	ended := time.Now().Add(most)
	for !news {
		if !time.Now().Before(ended) || ctx.Err() != nil {
			break
		}
		c.server.Wait(c.conn, ended)
		if _, err := c.in.in.Peek(1); err != nil {
			if isTimeout(err) { // nothing came
				break
			}
			return false, c.server.Broken(err)
		}
		c.in.all = mostText
		line, over, err := c.next(tag)
		if err != nil {
			return false, c.server.Broken(err)
		}
		if over {
			return news, errUnclear
		}
		news = len(line) > 2 && strings.EqualFold(line[2].text, "EXISTS")
	}
	return news, ctx.Err()
}

func isTimeout(err error) bool {
	var wait net.Error
	return errors.As(err, &wait) && wait.Timeout()
}
