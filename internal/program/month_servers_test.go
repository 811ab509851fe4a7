//go:build linux

package program_test

import (
	"bytes"
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// trust is an authority that the program believes, and a certificate of it for this machine.
type trust struct{ authority, cert, key string }

func newTrust(t *testing.T) trust {
	t.Helper()
	folder := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	write := func(name, kind string, content []byte) string {
		t.Helper()
		path := filepath.Join(folder, name)
		must(os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600))
		return path
	}
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(0, 3, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		Subject: pkix.Name{CommonName: "A CA of the campaign"},
	}
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	raw, err := x509.CreateCertificate(rand.Reader, root, root, &rootKey.PublicKey, rootKey)
	must(err)
	out := trust{authority: write("ca.pem", "CERTIFICATE", raw)}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	raw, err = x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(2), NotBefore: root.NotBefore, NotAfter: root.NotAfter,
		Subject: pkix.Name{CommonName: "localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		DNSNames: []string{"localhost"},
	}, root, &key.PublicKey, rootKey)
	must(err)
	out.cert = write("cert.pem", "CERTIFICATE", raw)
	raw, err = x509.MarshalPKCS8PrivateKey(key)
	must(err)
	out.key = write("key.pem", "PRIVATE KEY", raw)
	return out
}

// runs starts a program and waits until something listens; it ends with the test.
func runs(t *testing.T, address, name string, args ...string) {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if path, err = exec.LookPath(filepath.Join("/usr/sbin", name)); err != nil {
			t.Skipf("%s is not here: scripts/setup installs it", name)
		}
	}
	cmd := exec.Command(path, args...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &said, &said, time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			_ = cmd.Process.Kill()
			<-ended
		}
	})
	for begun := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			return
		}
		select {
		case <-ended:
			t.Fatalf("%s ended: %s", name, said.String())
		default:
		}
		if time.Since(begun) > 30*time.Second {
			t.Fatalf("%s does not listen", name)
		}
	}
}

// password is everybody's, everywhere.
const password = "een lang wachtwoord van de proef"

// mailboxes is a real Dovecot with a mailbox for whoever asks.
type mailboxes struct {
	t              *testing.T
	folder, listen string
	uid, n         int
}

func newMailboxes(t *testing.T, by trust) *mailboxes {
	t.Helper()
	folder, err := os.MkdirTemp("", "gave-month") // the paths of its sockets must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	m := &mailboxes{t: t, folder: folder, listen: free(t), uid: os.Getuid()}
	if m.uid == 0 { // mail of root is not given
		m.uid = 65534
	}
	_, port, _ := net.SplitHostPort(m.listen)
	conf := filepath.Join(folder, "conf")
	if err := os.WriteFile(conf, fmt.Appendf(nil, `base_dir = %[1]s/run
state_dir = %[1]s/state
log_path = %[1]s/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <%[2]s
ssl_key = <%[3]s
mail_location = maildir:%[1]s/mail/%%u
passdb {
  driver = static
  args = password=%[5]s
}
userdb {
  driver = static
  args = uid=%[4]d gid=%[4]d home=%[1]s/mail/%%u
}
namespace inbox {
  inbox = yes
}
service imap-login {
  chroot =
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = %[6]s
    ssl = yes
  }
}
service anvil {
  chroot =
}
`, folder, by.cert, by.key, m.uid, "geheim", port), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, sub := range []string{"run", "state", "mail"} {
		if err := os.MkdirAll(filepath.Join(folder, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	runs(t, m.listen, "dovecot", "-F", "-c", conf)
	return m
}

func (m *mailboxes) address() string { return "imaps://" + m.listen }

// put delivers a mail to somebody's mailbox. Its body is nobody's but the reader's, and Gave does not read it.
func (m *mailboxes) put(user, from, to, subject string, at time.Time) {
	m.t.Helper()
	m.deliver(user, at, fmt.Sprintf("From: %s\r\nTo: %s\r\nSubject: %s\r\n"+
		"Message-ID: <%d@month.example>\r\nDate: %s\r\n\r\n%s\r\n", from, to, subject, m.n+1,
		at.Format(time.RFC1123Z), bodyOfMail))
}

// reply delivers the answer of an outsider to a letter of Gave to the mailbox of Gave, as programs of mail write it.
func (m *mailboxes) reply(to delivered, words string, at time.Time) {
	m.t.Helper()
	quoted := "> " + strings.ReplaceAll(strings.TrimSpace(to.text), "\n", "\n> ")
	about := to.header.Get("Message-ID")
	m.deliver("gave", at, fmt.Sprintf("From: %[1]s\r\nTo: %[2]s\r\nSubject: Re: %[3]s\r\n"+
		"Message-ID: <%[4]d@else.example>\r\nIn-Reply-To: %[5]s\r\nReferences: %[5]s\r\nDate: %[6]s\r\n"+
		"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%[7]s\r\n\r\n"+
		"Op %[8]s schreef Gave:\r\n%[9]s\r\n",
		to.to, cmp.Or(to.header.Get("Reply-To"), to.header.Get("From")), to.subject, m.n+1, about,
		at.Format(time.RFC1123Z), words, at.Format("02-01-2006"), quoted))
}

// deliver puts a mail in somebody's mailbox, which it makes when there is none yet; an empty mail makes no more.
func (m *mailboxes) deliver(user string, at time.Time, mail string) {
	m.t.Helper()
	m.n++
	box := filepath.Join(m.folder, "mail", user)
	for _, sub := range []string{"", "cur", "new", "tmp"} {
		path := filepath.Join(box, sub)
		if err := os.MkdirAll(path, 0o755); err != nil {
			m.t.Fatal(err)
		}
		if err := os.Chown(path, m.uid, m.uid); err != nil {
			m.t.Fatal(err)
		}
	}
	if mail == "" {
		return
	}
	name := fmt.Sprintf("%d.M%dP1.host", at.Unix(), m.n)
	path := filepath.Join(box, "tmp", name)
	if err := os.WriteFile(path, []byte(mail), 0o600); err != nil {
		m.t.Fatal(err)
	}
	if err := os.Chown(path, m.uid, m.uid); err != nil {
		m.t.Fatal(err)
	}
	if err := os.Rename(path, filepath.Join(box, "new", name)); err != nil {
		m.t.Fatal(err)
	}
}

// bodyOfMail stands in every mail, and may stand nowhere in Gave.
const bodyOfMail = "Wuxbodywux is what only the reader of a mail sees."

// cloud is a real Radicale with an address book and a calendar of bram.
type cloud struct {
	t      *testing.T
	client *http.Client
	listen string
}

func newCloud(t *testing.T, by trust) *cloud {
	t.Helper()
	folder := t.TempDir()
	c := &cloud{t: t, listen: free(t)}
	for name, content := range map[string]string{
		"users": "bram:geheim\neva:geheim\n",
		"config": fmt.Sprintf("[server]\nhosts = %s\nssl = True\ncertificate = %s\nkey = %s\n[auth]\ntype = htpasswd\n"+
			"htpasswd_filename = %s\nhtpasswd_encryption = plain\ndelay = 0\n[storage]\nfilesystem_folder = %s\n"+
			"[logging]\nlevel = warning\n", c.listen, by.cert, by.key, filepath.Join(folder, "users"),
			filepath.Join(folder, "data")),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool := x509.NewCertPool()
	authority, err := os.ReadFile(by.authority)
	if err != nil || !pool.AppendCertsFromPEM(authority) {
		t.Fatal(err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig.RootCAs = pool
	c.client = &http.Client{Transport: transport, Timeout: 30 * time.Second}
	runs(t, c.listen, "radicale", "--config", filepath.Join(folder, "config"))
	for _, user := range []string{"bram", "eva"} {
		c.do("MKCOL", user, "/people/", "application/xml", `<?xml version="1.0"?><mkcol xmlns="DAV:"
			xmlns:C="urn:ietf:params:xml:ns:carddav"><set><prop>
			<resourcetype><collection/><C:addressbook/></resourcetype>
			<displayname>Mensen</displayname></prop></set></mkcol>`)
		c.do("MKCALENDAR", user, "/days/", "application/xml", `<?xml version="1.0"?><C:mkcalendar xmlns="DAV:"
			xmlns:C="urn:ietf:params:xml:ns:caldav"><set><prop>
			<displayname>Dagen</displayname></prop></set></C:mkcalendar>`)
	}
	return c
}

func (c *cloud) address() string { return "https://" + c.listen }

func (c *cloud) do(method, user, path, kind, body string) {
	c.t.Helper()
	r, err := http.NewRequest(method, c.address()+"/"+user+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.SetBasicAuth(user, "geheim")
	r.Header.Set("Content-Type", kind)
	answer, err := c.client.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	if said, _ := io.ReadAll(answer.Body); answer.StatusCode/100 != 2 {
		c.t.Fatalf("%s %s: %s %s", method, path, answer.Status, said)
	}
}

// card writes a card of somebody to the cloud.
func (c *cloud) card(user, uid, name, mail, more string) {
	c.t.Helper()
	given, family, _ := strings.Cut(name, " ")
	c.do("PUT", user, "/people/"+uid+".vcf", "text/vcard", "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:"+uid+"\r\nFN:"+name+
		"\r\nN:"+family+";"+given+";;;\r\nEMAIL:"+mail+"\r\n"+more+"END:VCARD\r\n")
}

// meeting writes a meeting with somebody to the cloud.
func (c *cloud) meeting(user, uid, title, self, name, mail string, at time.Time) {
	c.t.Helper()
	const layout = "20060102T150405Z"
	c.do("PUT", user, "/days/"+uid+".ics", "text/calendar", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//month//EN\r\n"+
		"BEGIN:VEVENT\r\nUID:"+uid+"\r\nDTSTAMP:"+at.UTC().Format(layout)+"\r\nDTSTART:"+at.UTC().Format(layout)+
		"\r\nDURATION:PT1H\r\nSUMMARY:"+title+"\r\nORGANIZER:mailto:"+self+"\r\nATTENDEE;CN="+name+":mailto:"+mail+
		"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
}

// post is what came through a real SMTP server on this machine.
type letterbox struct {
	sync.Mutex
	got    []delivered
	holds  string   // the address whose next letter is not answered, until letting go
	before bool     // it is held before the letter is taken, and not after
	held   chan int // gets the port of who sends it
	goOn   chan struct{}
	listen string
	clock  *movable
}

// delivered is a letter, and when it came by the clock of the campaign.
type delivered struct {
	to, subject, text, html string
	at                      time.Time
	header                  mail.Header
}

// link returns what a pattern finds in a letter.
func (d delivered) link(t *testing.T, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(d.text)
	if found == nil {
		t.Fatalf("no %s in the letter to %s:\n%s", pattern, d.to, d.text)
	}
	return found[len(found)-1]
}

func newLetterbox(t *testing.T, clock *movable) *letterbox {
	t.Helper()
	b := &letterbox{goOn: make(chan struct{}), clock: clock}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.listen = listener.Addr().String()
	server := smtp.NewServer(b)
	server.Domain = "localhost"
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { b.release(); server.Close() })
	return b
}

// hold keeps the next letter to an address unanswered, before or after it is taken; the channel gets the port of who
// sends it.
func (b *letterbox) hold(address string, before bool) <-chan int {
	b.Lock()
	defer b.Unlock()
	b.holds, b.before, b.held, b.goOn = address, before, make(chan int, 1), make(chan struct{})
	return b.held
}

// waits holds a letter that is to be held at this moment.
func (s *smtpSession) waits(before bool) {
	s.Lock()
	held, on := s.holds == s.to && s.before == before, s.goOn
	if held {
		s.holds = ""
		s.held <- s.from.(*net.TCPAddr).Port
	}
	s.Unlock()
	if held {
		<-on
	}
}

// release lets go what is held.
func (b *letterbox) release() {
	b.Lock()
	defer b.Unlock()
	b.holds = ""
	select {
	case <-b.goOn:
	default:
		close(b.goOn)
	}
}

// all returns every letter that came.
func (b *letterbox) all() []delivered {
	b.Lock()
	defer b.Unlock()
	return append([]delivered(nil), b.got...)
}

func (b *letterbox) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &smtpSession{letterbox: b, from: c.Conn().RemoteAddr()}, nil
}

type smtpSession struct {
	*letterbox
	from net.Addr
	to   string
}

func (s *smtpSession) Reset()                               {}
func (s *smtpSession) Logout() error                        { return nil }
func (s *smtpSession) Mail(string, *smtp.MailOptions) error { return nil }
func (s *smtpSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	s.waits(true)
	return nil
}

func (s *smtpSession) Data(r io.Reader) error {
	message, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	out := delivered{to: s.to, header: message.Header, at: s.clock.now()}
	if out.subject, err = new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject")); err != nil {
		return err
	}
	_, params, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	read := func(encoding string, body io.Reader) string {
		if strings.EqualFold(encoding, "quoted-printable") {
			body = quotedprintable.NewReader(body)
		}
		content, _ := io.ReadAll(body)
		return strings.ReplaceAll(string(content), "\r\n", "\n")
	}
	if params["boundary"] == "" {
		out.text = read(message.Header.Get("Content-Transfer-Encoding"), message.Body)
	} else {
		parts := multipart.NewReader(message.Body, params["boundary"])
		for p, err := parts.NextPart(); err == nil; p, err = parts.NextPart() {
			// a part is decoded already: mime/multipart does that with quoted-printable
			if content := read("", p); strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
				out.html = content
			} else {
				out.text = content
			}
		}
	}
	s.Lock()
	s.got = append(s.got, out)
	s.Unlock()
	s.waits(false)
	return nil
}
