package app_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/source"
)

// authority signs certificates of servers on this machine.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pool *x509.CertPool
	n    int64
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, pool: x509.NewCertPool(), n: 1}
	a.cert, a.key, _ = a.sign(&x509.Certificate{
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		Subject: pkix.Name{CommonName: "A CA of the tests"},
	}, nil, nil)
	a.pool.AddCert(a.cert)
	return a
}

func (a *authority) sign(c, parent *x509.Certificate, by *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey,
	[]byte,
) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	a.n++
	c.SerialNumber, c.NotBefore = big.NewInt(a.n), time.Now().Add(-time.Hour)
	if c.NotAfter.IsZero() {
		c.NotAfter = time.Now().Add(time.Hour)
	}
	if parent == nil {
		parent, by = c, key
	}
	raw, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, by)
	if err != nil {
		a.t.Fatal(err)
	}
	signed, err := x509.ParseCertificate(raw)
	if err != nil {
		a.t.Fatal(err)
	}
	return signed, key, raw
}

// certificate writes a certificate and its key for 127.0.0.1 to a folder.
func (a *authority) certificate(folder string) (cert, key string) {
	a.t.Helper()
	_, private, raw := a.sign(&x509.Certificate{
		Subject: pkix.Name{CommonName: "localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		DNSNames: []string{"localhost"},
	}, a.cert, a.key)
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		a.t.Fatal(err)
	}
	cert, key = filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	write(a.t, cert, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})))
	write(a.t, key, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})))
	return cert, key
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// program returns where a program is, or skips the test.
func program(t *testing.T, name string) string {
	t.Helper()
	for _, folder := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin") {
		path := filepath.Join(folder, name)
		if info, err := os.Stat(path); err == nil && info.Mode()&0o111 != 0 {
			return path
		}
	}
	t.Skipf("%s is not here: scripts/setup installs it", name)
	return ""
}

// serving starts a program and waits until it listens; it ends with the test, or when stop is called.
func serving(t *testing.T, port int, name string, args ...string) (stop func()) {
	t.Helper()
	cmd := exec.Command(name, args...)
	var said strings.Builder
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &said, &said, 200*time.Millisecond
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	stop = func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(5 * time.Second):
			_ = cmd.Process.Kill()
			<-ended
		}
	}
	t.Cleanup(stop)
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			conn.Close()
			return stop
		}
		select {
		case <-ended:
			t.Fatalf("%s ended: %s", name, said.String())
		default:
		}
	}
	t.Fatalf("%s does not listen: %s", name, said.String())
	return nil
}

// free returns a port on which nobody listens.
func free(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// radicale starts a server of address books and calendars, of the user anna with the password geheim.
func radicale(t *testing.T, ca *authority) (address string, restart func()) {
	t.Helper()
	name, folder, port := program(t, "radicale"), t.TempDir(), free(t)
	cert, key := ca.certificate(folder)
	write(t, filepath.Join(folder, "users"), "anna:geheim\n")
	write(t, filepath.Join(folder, "config"), fmt.Sprintf("[server]\nhosts = 127.0.0.1:%d\nssl = True\n"+
		"certificate = %s\nkey = %s\n[auth]\ntype = htpasswd\nhtpasswd_filename = %s\nhtpasswd_encryption = plain\n"+
		"delay = 0\n[storage]\nfilesystem_folder = %s\n[logging]\nlevel = warning\n", port, cert, key,
		filepath.Join(folder, "users"), filepath.Join(folder, "data")))
	stop := serving(t, port, name, "--config", filepath.Join(folder, "config"))
	return fmt.Sprintf("https://127.0.0.1:%d", port), func() {
		stop()
		stop = serving(t, port, name, "--config", filepath.Join(folder, "config"))
	}
}

// phone is another program that writes to the same server.
type phone struct {
	t        *testing.T
	client   *http.Client
	at       string
	user, pw string
}

func (p phone) do(method, path, body string, header ...string) {
	p.t.Helper()
	r, err := http.NewRequest(method, p.at+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	if p.user != "" {
		r.SetBasicAuth(p.user, p.pw)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer response.Body.Close()
	if said, _ := io.ReadAll(response.Body); response.StatusCode/100 != 2 {
		p.t.Fatalf("%s %s: %s %s", method, path, response.Status, said)
	}
}

func (p phone) put(path, content string) {
	p.t.Helper()
	kind := "text/calendar"
	if strings.HasSuffix(path, ".vcf") {
		kind = "text/vcard"
	}
	p.do("PUT", path, content, "Content-Type", kind)
}

func vcardOf(uid, name, more string) string {
	return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + uid + "\r\nFN:" + name + "\r\nN:" +
		name[strings.LastIndex(name, " ")+1:] + ";" + name[:strings.Index(name, " ")] + ";;;\r\n" + more +
		"END:VCARD\r\n"
}

func meeting(event string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//phone//EN\r\n" +
		strings.Replace(event, "SUMMARY", "DTSTAMP:20260101T000000Z\r\nSUMMARY", 1) + "END:VCALENDAR\r\n"
}

// opened is Gave with a member who signs in as anna@example.org.
func opened(t *testing.T, address string) (*app.App, op.Viewer) {
	t.Helper()
	ctx := context.Background()
	a, err := app.Open(ctx, app.Config{Database: address, Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	local, err := a.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	link, err := a.Account.SetupLink(ctx, local)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Account.Accept(ctx, link, "Anna", "anna@example.org", "a long enough password", ""); err != nil {
		t.Fatal(err)
	}
	v, err := a.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	a.Source.Patience = 10 * time.Second
	return a, v
}

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// books is what a test does to a server and sees in Gave.
type books struct {
	t   *testing.T
	app *app.App
	v   op.Viewer
	key id.ID
}

func (b books) call(name string, values map[string]string) (any, error) {
	return b.app.Operations.Call(context.Background(), b.v, name, reflectInput(b.t, b.app, name, values))
}

// run reads the source, until there is nothing more.
func (b books) run() source.Source {
	b.t.Helper()
	for range 5 {
		if _, err := b.call("source.run", map[string]string{"source": b.key.String()}); err != nil {
			b.t.Fatal(err)
		}
		x, err := b.app.Source.Show(context.Background(), b.v, b.key)
		if err != nil {
			b.t.Fatal(err)
		}
		if x.Next == nil || time.Until(*x.Next) > time.Minute {
			return x
		}
	}
	b.t.Fatal("the reading comes to no end")
	return source.Source{}
}

func (b books) people() string {
	b.t.Helper()
	list, err := db.Values[string](context.Background(), b.app.DB, `select name from person where merged = $1
		order by name`, id.Zero)
	if err != nil {
		b.t.Fatal(err)
	}
	return strings.Join(list, ", ")
}

func (b books) identifiers() string {
	b.t.Helper()
	list, err := db.Values[string](context.Background(), b.app.DB, `select value from identifier where kind < 4
		order by value`)
	if err != nil {
		b.t.Fatal(err)
	}
	return strings.Join(list, ", ")
}

func TestContactsAndCalendarComeInByThemselves(t *testing.T) {
	ca := newAuthority(t)
	dbtest.Addresses(t, func(t *testing.T, address string) {
		at, restart := radicale(t, ca)
		a, v := opened(t, address)
		b := books{t: t, app: a, v: v}
		p := phone{t, clientOf(ca), at, "anna", "geheim"}
		mkcol := func(path, kind, name string) {
			p.do("MKCOL", path, `<?xml version="1.0"?><mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" `+
				`xmlns:R="urn:ietf:params:xml:ns:carddav"><set><prop><resourcetype><collection/>`+kind+
				`</resourcetype><displayname>`+name+`</displayname></prop></set></mkcol>`)
		}
		mkcol("/anna/people/", "<R:addressbook/>", "People")
		mkcol("/anna/club/", "<R:addressbook/>", "Club")
		mkcol("/anna/work/", "<C:calendar/>", "Work")
		p.put("/anna/people/bert.vcf", vcardOf("bert", "Bert Bakker", "EMAIL:bert@example.org\r\nTEL:+31612345678\r\n"))
		p.put("/anna/people/carla.vcf", vcardOf("carla", "Carla Cuypers", "EMAIL:carla@example.org\r\n"))
		p.put("/anna/club/dirk.vcf", vcardOf("dirk", "Dirk Dekker", "EMAIL:dirk@example.org\r\n"))
		p.put("/anna/club/gijs.vcf", vcardOf("gijs", "Gijs Groen", "EMAIL:gijs@example.org\r\nTEL:+31611111111\r\n"))
		p.put("/anna/people/g.vcf", vcardOf("g", "Gijs Groen", "EMAIL:gijs@example.org\r\nTEL:+31622222222\r\n"))
		now := time.Now().Truncate(time.Minute)
		past, soon, later := now.AddDate(0, -1, 0), now.AddDate(0, 0, 3), now.AddDate(0, 0, 5)
		p.put("/anna/work/1.ics", meeting(event("1", past, "Bert Bakker", "bert@example.org")))
		p.put("/anna/work/2.ics", meeting(event("2", soon, "Carla Cuypers", "carla@example.org")))
		p.put("/anna/work/3.ics", meeting(event("3", soon, "Eva Evers", "eva@example.org")))

		// Nothing is asked on this machine itself unless whoever runs Gave allows that, and no certificate is taken
		// that nobody vouches for.
		add := map[string]string{"kind": "dav", "address": at, "user": "anna", "password": "geheim"}
		refused := func(want string) {
			t.Helper()
			_, err := b.call("source.add", add)
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("adding says %v, want %q", err, want)
			}
		}
		refused("not public")
		a.Source.Trust(loopback)
		refused("does not trust the certificate")
		a.Source.Roots = ca.pool
		add["password"] = "guessed"
		refused("does not take this name and password")
		add["password"] = "geheim"
		if n := rows(t, a.DB, `select (select count(*) from source) + (select count(*) from import)`); n != 0 {
			t.Errorf("what could not be added left %d rows", n)
		}

		if _, err := b.call("source.add", add); err != nil {
			t.Fatal(err)
		}
		list, err := a.Source.List(context.Background(), v)
		if err != nil || len(list) != 1 {
			t.Fatalf("sources %v %v", list, err)
		}
		b.key = list[0].ID
		x := b.run()
		if x.Trouble != "" || len(x.Boxes) != 3 {
			t.Fatalf("%+v", x)
		}
		if got := b.people(); got != "Anna, Bert Bakker, Carla Cuypers, Dirk Dekker, Eva Evers, Gijs Groen" {
			t.Errorf("people: %s", got)
		}
		if n := rows(t, a.DB, `select count(*) from interaction`); n != 3 {
			t.Errorf("%d meetings, want 3", n)
		}
		sealed, err := db.Value[[]byte](context.Background(), a.DB, `select secret from source`)
		if err != nil || strings.Contains(string(sealed), "geheim") {
			t.Errorf("the password lies open, %v", err)
		}

		// One card changes, one goes, one is new; of the meetings that had yet to happen one is moved and one is called
		// off. What happened stays though the calendar forgets it.
		carla := rows(t, a.DB, `select count(*) from person where name = 'Carla Cuypers'`)
		before, err := db.Value[id.ID](context.Background(), a.DB, `select id from person where name = 'Bert Bakker'`)
		if err != nil || carla != 1 {
			t.Fatal(err)
		}
		p.put("/anna/people/bert.vcf", vcardOf("bert", "Bert Boer", "EMAIL:bert@new.example\r\n"))
		p.do("DELETE", "/anna/club/dirk.vcf", "")
		p.do("DELETE", "/anna/club/gijs.vcf", "") // who stands in another book too
		gijs := rows(t, a.DB, `select count(*) from identifier where value like '+316%'`)
		p.put("/anna/club/fenna.vcf", vcardOf("fenna", "Fenna Fokker", "EMAIL:fenna@example.org\r\n"))
		p.do("DELETE", "/anna/work/1.ics", "")
		p.put("/anna/work/2.ics", meeting(event("2", later, "Carla Cuypers", "carla@example.org")))
		p.do("DELETE", "/anna/work/3.ics", "")
		restart()
		x = b.run()
		if x.Trouble != "" {
			t.Errorf("after a restart of the server: %s", x.Trouble)
		}
		if got := b.people(); got != "Anna, Bert Boer, Carla Cuypers, Eva Evers, Fenna Fokker, Gijs Groen" {
			t.Errorf("people: %s", got)
		}
		if n := rows(t, a.DB, `select count(*) from identifier where value in ('+31611111111', '+31622222222')`); n != 1 ||
			gijs != 3 {
			t.Errorf("%d numbers of Gijs stay of %d", n, gijs)
		}
		// The old address stays: he was met under it.
		if got := b.identifiers(); got != "+31622222222, anna@example.org, bert@example.org, bert@new.example, "+
			"carla@example.org, eva@example.org, fenna@example.org, gijs@example.org" {
			t.Errorf("identifiers: %s", got)
		}
		if after, err := db.Value[id.ID](context.Background(), a.DB, `select id from person
			where name = 'Bert Boer'`); err != nil || after != before {
			t.Errorf("Bert is another person now: %v", err)
		}
		times, err := db.Values[int64](context.Background(), a.DB, `select time from interaction order by time`)
		if err != nil || len(times) != 2 || times[0] != past.UnixMicro() || times[1] != later.UnixMicro() {
			t.Errorf("the meetings are at %v, %v", times, err)
		}
		if x.News == nil || x.People != 1 {
			t.Errorf("what is new: %+v", x)
		}
		// Read once more there is nothing.
		asked := *x.News
		if x = b.run(); !x.News.Equal(asked) {
			t.Errorf("something was new without a change")
		}

		// Gone with all that it brought.
		if _, err := b.call("source.remove", map[string]string{"source": b.key.String(), "along": "true"}); err != nil {
			t.Fatal(err)
		}
		if n := rows(t, a.DB, `select (select count(*) from source) + (select count(*) from source_item) +
			(select count(*) from interaction)`); n != 0 || b.people() != "Anna" {
			t.Errorf("%d rows stay, and %s", n, b.people())
		}
	})
}

func clientOf(ca *authority) *http.Client {
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{
		RootCAs: ca.pool, MinVersion: tls.VersionTLS12,
	}}, Timeout: 20 * time.Second}
}

// A second server, in front of which stands one that knows nothing of RFC 6578: what changed is found by ETags.
func TestAServerWithoutTokens(t *testing.T) {
	name, folder, port := program(t, "xandikos"), t.TempDir(), free(t)
	serving(t, port, name, "-d", folder, "--defaults", "--current-user-principal", "/anna/", "-l", "127.0.0.1",
		"-p", fmt.Sprint(port))
	target, _ := url.Parse(fmt.Sprintf("http://127.0.0.1:%d", port))
	token := regexp.MustCompile(`<ns\d+:(sync-token|getctag)[^>]*>[^<]*</ns\d+:(sync-token|getctag)>`)
	reports := 0
	front := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ModifyResponse: func(r *http.Response) error {
			body, err := io.ReadAll(r.Body)
			if strings.Contains(string(body), "sync-token") && r.Request.Method == "REPORT" {
				reports++
			}
			body = token.ReplaceAll(body, nil)
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(string(body))), int64(len(body))
			r.Header.Set("Content-Length", fmt.Sprint(len(body)))
			return err
		},
	})
	defer front.Close()
	a, v := opened(t, "")
	a.Source.Trust(loopback)
	b := books{t: t, app: a, v: v}
	p := phone{t: t, client: http.DefaultClient, at: target.String()}
	p.put("/anna/contacts/addressbook/bert.vcf", vcardOf("bert", "Bert Bakker", "EMAIL:bert@example.org\r\n"))
	p.put("/anna/contacts/addressbook/carla.vcf", vcardOf("carla", "Carla Cuypers", ""))
	soon := time.Now().Truncate(time.Minute).AddDate(0, 0, 3)
	p.put("/anna/calendars/calendar/1.ics", meeting(event("1", soon, "Dirk Dekker", "dirk@example.org")))
	if _, err := b.call("source.add", map[string]string{
		"kind": "dav", "address": front.URL, "user": "anna", "password": "x",
	}); err != nil {
		t.Fatal(err)
	}
	list, err := a.Source.List(context.Background(), v)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	b.key = list[0].ID
	if x := b.run(); x.Trouble != "" || b.people() != "Anna, Bert Bakker, Carla Cuypers, Dirk Dekker" {
		t.Fatalf("%s %s", x.Trouble, b.people())
	}
	p.do("DELETE", "/anna/contacts/addressbook/carla.vcf", "")
	p.do("DELETE", "/anna/calendars/calendar/1.ics", "")
	p.put("/anna/contacts/addressbook/eva.vcf", vcardOf("eva", "Eva Evers", ""))
	if x := b.run(); x.Trouble != "" || b.people() != "Anna, Bert Bakker, Dirk Dekker, Eva Evers" {
		t.Errorf("%s %s", x.Trouble, b.people())
	}
	if n := rows(t, a.DB, `select count(*) from interaction`); n != 0 || reports > 0 {
		t.Errorf("%d meetings stay, %d answers had tokens", n, reports)
	}
	// What it brought stays when only the source goes.
	if _, err := b.call("source.remove", map[string]string{"source": b.key.String()}); err != nil {
		t.Fatal(err)
	}
	if n := rows(t, a.DB, `select count(*) from source`); n != 0 ||
		b.people() != "Anna, Bert Bakker, Dirk Dekker, Eva Evers" {
		t.Errorf("%d sources, %s", n, b.people())
	}
}

// answers plays a server that knows one address book, as far as a test wants.
func answers(book, items string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		said, _ := io.ReadAll(io.LimitReader(r.Body, 1<<16))
		body := book
		switch {
		case strings.Contains(string(said), "multiget"):
			http.Error(w, "", http.StatusNotImplemented)
			return
		case r.Method == "GET":
			fmt.Fprint(w, vcardOf("x", "Xander Xu", ""))
			return
		case strings.Contains(string(said), "getcontenttype"):
			body = items
		}
		w.WriteHeader(http.StatusMultiStatus)
		fmt.Fprint(w, `<?xml version="1.0"?><multistatus xmlns="DAV:" xmlns:R="urn:ietf:params:xml:ns:carddav">`+body+
			`</multistatus>`)
	}
}

const oneBook = `<response><href>/book/</href><propstat><prop><resourcetype><collection/><R:addressbook/>` +
	`</resourcetype><displayname>Book</displayname></prop><status>HTTP/1.1 200 OK</status></propstat></response>`

// What a server does wrong is said in words, keeps nothing else and loses nothing.
func TestServersThatMisbehave(t *testing.T) {
	ca, other := newAuthority(t), newAuthority(t)
	var handler http.HandlerFunc
	serve := func(by *authority, at string) *httptest.Server {
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			handler(w, r)
		}))
		cert, key := by.certificate(t.TempDir())
		pair, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			t.Fatal(err)
		}
		if at != "" {
			server.Listener.Close()
			if server.Listener, err = net.Listen("tcp", at); err != nil {
				t.Fatal(err)
			}
		}
		server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.StartTLS()
		return server
	}
	server := serve(ca, "")
	item := func(path, tag string) string {
		return `<response><href>` + path + `</href><propstat><prop><getetag>` + tag +
			`</getetag><resourcetype/></prop><status>HTTP/1.1 200 OK</status></propstat></response>`
	}
	handler = answers(oneBook, item("/book/x.vcf", "1"))
	a, v := opened(t, "")
	a.Source.Trust(loopback)
	a.Source.Roots = ca.pool
	a.Source.Patience = 300 * time.Millisecond
	b := books{t: t, app: a, v: v}
	add := map[string]string{"kind": "dav", "address": server.URL, "user": "anna", "password": "geheim"}
	if _, err := b.call("source.add", add); err != nil {
		t.Fatal(err)
	}
	list, err := a.Source.List(context.Background(), v)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	b.key = list[0].ID
	whole := b.people()
	if whole != "Anna, Xander Xu" {
		t.Fatal(whole)
	}
	release := make(chan struct{})
	secrets := 0
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			secrets++
		}
	}))
	defer elsewhere.Close()
	for _, c := range []struct {
		name, want string
		handler    http.HandlerFunc
	}{
		{"hangs", "took too long", func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-release:
			}
		}},
		{"breaks off", "broke off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100000")
			w.WriteHeader(http.StatusMultiStatus)
			fmt.Fprint(w, `<multistatus xmlns="DAV:"><response>`)
			panic(http.ErrAbortHandler)
		}},
		{"is no DAV", "cannot be understood", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusMultiStatus)
			fmt.Fprint(w, "<html><p>Hello</html>")
		}},
		{"leads elsewhere", "cannot be read", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusFound)
		}},
		{"leads round in circles", "passes on more", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
		}},
		{"has no name and password any more", "name and password", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "", http.StatusUnauthorized)
		}},
		{"leaves out a book that is there", "", answers("<response><href>/book/</href></response>"+
			strings.ReplaceAll(oneBook, "/book/", "/other/"), item("/other/y.vcf", "1"))},
	} {
		handler = c.handler
		if err := a.Source.Run(context.Background(), v, b.key); err != nil {
			t.Fatal(c.name, err)
		}
		x, err := a.Source.Show(context.Background(), v, b.key)
		if err != nil || !strings.Contains(x.Trouble, c.want) || c.want != "" && x.Trouble == "" {
			t.Errorf("a server that %s: %q %v, want %q", c.name, x.Trouble, err, c.want)
		}
		if b.people() != whole {
			t.Errorf("a server that %s: %s", c.name, b.people())
		}
	}
	close(release)
	if secrets > 0 {
		t.Error("another server got the password")
	}
	// The server at this address is another one now: nothing is sent to it.
	address := server.Listener.Addr().String()
	server.Close()
	asked := false
	handler = func(http.ResponseWriter, *http.Request) { asked = true }
	server = serve(other, address)
	defer server.Close()
	if err := a.Source.Run(context.Background(), v, b.key); err != nil {
		t.Fatal(err)
	}
	x, err := a.Source.Show(context.Background(), v, b.key)
	if err != nil || !strings.Contains(x.Trouble, "another certificate than before") || asked {
		t.Errorf("%q %v", x.Trouble, err)
	}
	// After three wrong passwords none is tried any more.
	server.Close()
	defer serve(ca, address).Close()
	handler = func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "", http.StatusUnauthorized) }
	for range 3 {
		if err := a.Source.Run(context.Background(), v, b.key); err != nil {
			t.Fatal(err)
		}
	}
	if x, err = a.Source.Show(context.Background(), v, b.key); err != nil || x.Next != nil {
		t.Errorf("it goes on trying: %+v %v", x, err)
	}
	if line, err := a.Source.Line(context.Background(), v); err != nil || !strings.Contains(line, "waits for you") {
		t.Errorf("nobody hears that it waits: %q %v", line, err)
	}
	if err := a.Source.Leave(context.Background(), v.Space, v.Member); err != nil {
		t.Fatal(err)
	}
	if list, err = a.Source.List(context.Background(), v); err != nil || len(list) > 0 || b.people() != whole {
		t.Errorf("of a member who left %v stays, and %s: %v", list, b.people(), err)
	}
}

// Several nodes share a database: each source is read by one of them, and one goes on when another was killed.
func TestOneNodeReadsASource(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		var asked, together, most atomic.Int32
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			if n := together.Add(1); n > most.Load() {
				most.Store(n)
			}
			defer together.Add(-1)
			time.Sleep(20 * time.Millisecond)
			answers(oneBook, `<response><href>/book/x.vcf</href><propstat><prop><getetag>1</getetag></prop>`+
				`<status>HTTP/1.1 200 OK</status></propstat></response>`)(w, r)
		}))
		defer web.Close()
		ctx := context.Background()
		a, v := opened(t, address)
		a.Source.Trust(loopback)
		b := books{t: t, app: a, v: v}
		if _, err := b.call("source.add", map[string]string{
			"kind": "dav", "address": web.URL, "user": "anna", "password": "geheim",
		}); err != nil {
			t.Fatal(err)
		}
		nodes := []*app.App{a}
		for range 2 {
			node, err := app.Open(ctx, a.Config)
			if err != nil {
				t.Fatal(err)
			}
			defer node.Close()
			node.Source.Trust(loopback)
			nodes = append(nodes, node)
		}
		due := func() {
			t.Helper()
			if _, err := a.DB.ExecContext(ctx, `update source set due = 1, people = 0`); err != nil {
				t.Fatal(err)
			}
			asked.Store(0)
			most.Store(0)
		}
		due()
		if err := a.Source.RunDue(ctx); err != nil {
			t.Fatal(err)
		}
		once := asked.Load()
		due()
		var all sync.WaitGroup
		for _, node := range nodes {
			all.Go(func() {
				if err := node.Source.RunDue(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if asked.Load() != once || most.Load() > 1 {
			t.Errorf("three nodes asked %d times, up to %d at once; one asks %d times", asked.Load(), most.Load(), once)
		}
		// A node that was killed in the middle left its claim; its machine is another one, so only silence tells.
		due()
		now, err := a.DB.Clock(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			silent time.Duration
			reads  bool
		}{{time.Second, false}, {time.Minute, true}} {
			if _, err := a.DB.ExecContext(ctx, `update source set worker = 'elsewhere/7', claimed = $1`,
				now.Add(-c.silent).UnixMicro()); err != nil {
				t.Fatal(err)
			}
			if err := nodes[1].Source.RunDue(ctx); err != nil {
				t.Fatal(err)
			}
			if reads := asked.Load() > 0; reads != c.reads {
				t.Errorf("%v after its last sign of life: read %v, want %v", c.silent, reads, c.reads)
			}
		}
		// Who is removed while it is read elsewhere goes when that one stops.
		list, err := a.Source.List(ctx, v)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		if _, err := a.DB.ExecContext(ctx, `update source set worker = 'elsewhere/7', claimed = $1`,
			now.UnixMicro()); err != nil {
			t.Fatal(err)
		}
		if err := a.Source.Remove(ctx, v, list[0].ID, true); err != nil {
			t.Fatal(err)
		}
		if list, err = a.Source.List(ctx, v); err != nil || len(list) > 0 {
			t.Errorf("it is still shown: %v %v", list, err)
		}
		if n := rows(t, a.DB, `select count(*) from source where worker = '' and ending = 2`); n != 1 {
			t.Error("who reads it does not hear that it is to stop")
		}
		if _, err := a.DB.ExecContext(ctx, `update source set claimed = 0`); err != nil {
			t.Fatal(err)
		}
		if err := nodes[2].Source.RunDue(ctx); err != nil {
			t.Fatal(err)
		}
		if n := rows(t, a.DB, `select count(*) from source`); n != 0 || b.people() != "Anna" {
			t.Errorf("%d sources and %s stay", n, b.people())
		}
	})
}

// A calendar of which one reading takes in a part only comes in whole, part by part; what was read is not asked for
// again, and one event that breaks an answer keeps no other. GAVE_LARGE_CALENDAR=100000 does so with as many events,
// and prints what it took.
func TestALargeCalendar(t *testing.T) {
	events, most := 300, 100
	if text := os.Getenv("GAVE_LARGE_CALENDAR"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		events, most = n, 20_000
	}
	begin := time.Now().AddDate(-2, 0, 0)
	item := func(n int) string {
		return meeting(event(strconv.Itoa(n), begin.Add(time.Duration(n)*time.Minute), "Person "+strconv.Itoa(n%500),
			fmt.Sprintf("p%d@example.org", n%500)))
	}
	number := regexp.MustCompile(`/cal/(\d+)\.ics`)
	got := map[string]int{}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		said, _ := io.ReadAll(r.Body)
		if m := number.FindStringSubmatch(r.URL.Path); r.Method == http.MethodGet && m != nil {
			got[m[1]]++
			n, _ := strconv.Atoi(m[1])
			fmt.Fprint(w, item(n))
			return
		}
		w.WriteHeader(http.StatusMultiStatus)
		fmt.Fprint(w, `<multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">`)
		switch {
		case strings.Contains(string(said), "/cal/7.ics"): // no XML can say what stands in this one
			fmt.Fprint(w, "<response>\x0b</response>")
		case strings.Contains(string(said), "multiget"):
			for _, m := range number.FindAllStringSubmatch(string(said), -1) {
				got[m[1]]++
				n, _ := strconv.Atoi(m[1])
				fmt.Fprintf(w, `<response><href>/cal/%d.ics</href><propstat><prop><C:calendar-data>%s</C:calendar-data>`+
					`</prop><status>HTTP/1.1 200 OK</status></propstat></response>`, n, item(n))
			}
		case strings.Contains(string(said), "getcontenttype"):
			for n := range events {
				fmt.Fprintf(w, `<response><href>/cal/%d.ics</href><propstat><prop><getetag>"1"</getetag></prop>`+
					`<status>HTTP/1.1 200 OK</status></propstat></response>`, n)
			}
		default:
			fmt.Fprint(w, `<response><href>/cal/</href><propstat><prop><resourcetype><collection/><C:calendar/>`+
				`</resourcetype></prop><status>HTTP/1.1 200 OK</status></propstat></response>`)
		}
		fmt.Fprint(w, `</multistatus>`)
	}))
	defer web.Close()
	a, v := opened(t, "")
	a.Source.Trust(loopback)
	a.Source.Most = most
	b := books{t: t, app: a, v: v}
	began := time.Now()
	if _, err := b.call("source.add", map[string]string{
		"kind": "dav", "address": web.URL, "user": "anna", "password": "geheim",
	}); err != nil {
		t.Fatal(err)
	}
	list, err := a.Source.List(context.Background(), v)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if n := rows(t, a.DB, `select count(*) from interaction`); n != most {
		t.Errorf("the first reading took in %d, want %d", n, most)
	}
	b.key = list[0].ID
	for rows(t, a.DB, `select count(*) from interaction`) < events && len(got) < events {
		b.run()
	}
	if x := b.run(); x.Trouble != "" || rows(t, a.DB, `select count(*) from interaction`) != events {
		t.Errorf("%q, %d meetings", x.Trouble, rows(t, a.DB, `select count(*) from interaction`))
	}
	for n, times := range got {
		if times != 1 {
			t.Fatalf("event %s was got %d times", n, times)
		}
	}
	if events > 1000 {
		var mem runtime.MemStats
		runtime.ReadMemStats(&mem)
		t.Logf("%d events in %v, %d MB taken from the system", events, time.Since(began), mem.Sys>>20)
	}
}
