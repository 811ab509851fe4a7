package incoming

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"gave.network/internal/reply"
)

// receiving starts a receiver that takes what is sent to "in-x", and returns where, and what it took.
func receiving(t *testing.T, c *Certificate) (at string, took chan string) {
	t.Helper()
	took = make(chan string, 9)
	r := &Receiver{
		Domain: "in.example", Certificate: c,
		Answered: func(context.Context, string) (bool, error) { return false, nil },
		Hear:     func(context.Context, reply.Mail) error { return nil },
		Takes:    func(_ context.Context, local string) (bool, error) { return local == "in-x", nil },
		Forwarded: func(_ context.Context, _ string, raw []byte) error {
			took <- string(raw)
			return nil
		},
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String(), took
}

func (c *Certificate) trusted() *tls.Config {
	pool := x509.NewCertPool()
	pool.AddCert(c.now.Leaf)
	return &tls.Config{RootCAs: pool, ServerName: "in.example"}
}

// A real client encrypts with the certificate that Gave made itself, which stays the same and is for its owner alone.
func TestMailComesInEncrypted(t *testing.T) {
	folder := t.TempDir()
	own, err := OwnCertificate(folder, "in.example")
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(folder, OwnCertificateName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	if again, err := OwnCertificate(folder, "in.example"); err != nil ||
		!bytes.Equal(again.now.Certificate[0], own.now.Certificate[0]) {
		t.Errorf("the second time it is another one: %v", err)
	}
	at, took := receiving(t, own)
	c, err := smtp.DialStartTLS(at, own.trusted())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SendMail("olga@club.example", []string{"in-x@in.example"}, strings.NewReader("Hi\r\n")); err != nil {
		t.Fatal(err)
	}
	if got := <-took; got != "Hi\r\n" {
		t.Errorf("%q came in", got)
	}
	if ok, _ := c.Extension("STARTTLS"); ok {
		t.Error("it is offered twice")
	}
	if _, encrypted := c.TLSConnectionState(); !encrypted {
		t.Error("it is not encrypted")
	}
	// Who cannot encrypt is heard too, and without a certificate nothing is offered.
	for _, certificate := range []*Certificate{own, nil} {
		at, took := receiving(t, certificate)
		plain, err := smtp.Dial(at)
		if err != nil {
			t.Fatal(err)
		}
		defer plain.Close()
		if err := plain.Hello("else.example"); err != nil {
			t.Fatal(err)
		}
		if ok, _ := plain.Extension("STARTTLS"); ok != (certificate != nil) {
			t.Errorf("offered: %v", ok)
		}
		if err := plain.SendMail("x@else.example", []string{"in-x@in.example"},
			strings.NewReader("Hi\r\n")); err != nil {
			t.Fatal(err)
		}
		<-took
	}
}

// What somebody in between sends along before the encryption counts for nothing after it, and what was said before is
// forgotten.
func TestNothingIsCarriedIntoTheEncryption(t *testing.T) {
	own, err := OwnCertificate(t.TempDir(), "in.example")
	if err != nil {
		t.Fatal(err)
	}
	at, took := receiving(t, own)
	raw, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	_ = raw.SetDeadline(time.Now().Add(20 * time.Second))
	in := bufio.NewReader(raw)
	expect := func(code string) string {
		t.Helper()
		for {
			line, err := in.ReadString('\n')
			if err != nil || !strings.HasPrefix(line, code) {
				t.Fatalf("%q %v, want %s", line, err, code)
			}
			if line[3] == ' ' {
				return line
			}
		}
	}
	say := func(w net.Conn, lines string) {
		t.Helper()
		if _, err := w.Write([]byte(lines)); err != nil {
			t.Fatal(err)
		}
	}
	expect("220")
	say(raw, "EHLO else.example\r\n")
	expect("250")
	say(raw, "MAIL FROM:<olga@club.example>\r\n")
	expect("250")
	say(raw, "STARTTLS\r\nRCPT TO:<in-x@in.example>\r\nDATA\r\nput in\r\n.\r\n")
	expect("220")
	secure := tls.Client(raw, own.trusted())
	if err := secure.Handshake(); err != nil {
		t.Fatal(err)
	}
	in = bufio.NewReader(secure)
	say(secure, "RCPT TO:<in-x@in.example>\r\n") // the sender of before is forgotten
	expect("502")
	say(secure, "EHLO else.example\r\n")
	expect("250")
	say(secure, "RCPT TO:<in-x@in.example>\r\n")
	expect("502")
	say(secure, "STARTTLS\r\n")
	expect("502")
	select {
	case got := <-took:
		t.Errorf("%q came in", got)
	default:
	}
}

// Files that are none are said to be; one that is renewed is taken, and one that is broken leaves the one before.
func TestCertificatesFromFiles(t *testing.T) {
	folder, other := t.TempDir(), t.TempDir()
	for _, at := range []string{folder, other} {
		if _, err := OwnCertificate(at, "in.example"); err != nil {
			t.Fatal(err)
		}
	}
	path, next := filepath.Join(folder, OwnCertificateName), filepath.Join(other, OwnCertificateName)
	none := filepath.Join(folder, "none.pem")
	if err := os.WriteFile(none, []byte("not a certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, pair := range [][2]string{{path, next}, {none, path}, {path, none}, {path + ".gone", path}} {
		if _, err := FileCertificate(pair[0], pair[1]); err == nil {
			t.Errorf("%v is taken", pair)
		}
	}
	c, err := FileCertificate(path, path)
	if err != nil {
		t.Fatal(err)
	}
	first := c.now.Certificate[0]
	renewed, err := os.ReadFile(next)
	if err != nil {
		t.Fatal(err)
	}
	for i, content := range [][]byte{[]byte("broken"), renewed} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		c.looked = time.Time{}
		got, err := c.Get(nil)
		if err != nil || bytes.Equal(got.Certificate[0], first) != (i == 0) {
			t.Errorf("%d: %v", i, err)
		}
	}
	// One that Gave made is made anew for another domain; one that it cannot read is not thrown away.
	again, err := OwnCertificate(other, "new.example")
	if err != nil || again.now.Leaf.VerifyHostname("new.example") != nil {
		t.Errorf("for another domain: %v", err)
	}
	if err := os.WriteFile(next, []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OwnCertificate(other, "new.example"); err == nil || !strings.Contains(err.Error(), next) {
		t.Errorf("one that is broken: %v", err)
	}
}
