package server_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"testing"

	"gave.network/internal/page/browsertest"
)

// sources is where screenshots of sources go; nowhere unless somebody wants to look.
var sources = os.Getenv("GAVE_SOURCE_SCREENSHOTS")

// oneBook plays a server with one address book, on which one person stands.
func oneBook(w http.ResponseWriter, r *http.Request) {
	said, _ := io.ReadAll(r.Body)
	if _, password, _ := r.BasicAuth(); password != "geheim" {
		http.Error(w, "", http.StatusUnauthorized)
		return
	}
	item := `<response><href>/book/</href><propstat><prop><resourcetype><collection/><R:addressbook/></resourcetype>` +
		`<displayname>De buurt</displayname></prop><status>HTTP/1.1 200 OK</status></propstat></response>`
	switch {
	case strings.Contains(string(said), "getcontenttype"):
		item = `<response><href>/book/x.vcf</href><propstat><prop><getetag>1</getetag></prop>` +
			`<status>HTTP/1.1 200 OK</status></propstat></response>`
	case r.Method == http.MethodGet:
		fmt.Fprint(w, "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:x\r\nFN:Xander Xu\r\nN:Xu;Xander;;;\r\nEND:VCARD\r\n")
		return
	}
	w.WriteHeader(http.StatusMultiStatus)
	fmt.Fprint(w, `<multistatus xmlns="DAV:" xmlns:R="urn:ietf:params:xml:ns:carddav">`+item+`</multistatus>`)
}

// A source is added, read, given another password and ended on its pages: on a phone, in Dutch, without scripts.
func TestASourceOnItsPages(t *testing.T) {
	t.Parallel()
	h := open(t, 0)
	web := httptest.NewServer(http.HandlerFunc(oneBook))
	defer web.Close()
	h.app.Source.Trust([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")})
	b := browsertest.New(t, browsertest.Options{Phone: true, NoScripts: true, Language: "nl"})
	h.enter(b)
	b.Open(h.url + "/import")
	tap(b, "main a[href='/sources']")
	b.Screenshot(sources, "empty-phone")
	fill := func(password string) {
		tap(b, "input[name=kind][value=dav]")
		b.Fill("#f-address", web.URL)
		b.Fill("#f-user", "anna")
		b.Fill("main #f-password", password)
		tap(b, "main form[action='/sources'] button.primary")
	}
	fill("geraden")
	b.Eventually("main", "neemt deze naam en dit wachtwoord niet aan")
	b.Screenshot(sources, "wrong-phone")
	fill("geheim")
	b.Eventually("main", "De buurt")
	b.Screenshot(sources, "added-phone")
	for range 100 {
		if strings.Contains(b.Text("main"), "1 nieuwe mens") {
			break
		}
		b.Open(b.Address())
	}
	b.Eventually("main", "1 nieuwe mens")
	if wide := b.Wide(); wide > 0 {
		t.Errorf("the page is %d pixels wider than a phone", wide)
	}
	b.Screenshot(sources, "source-phone")
	b.Open(h.url + "/people")
	b.Eventually("main", "Xander Xu")
	b.Open(h.url + "/sources")
	b.Screenshot(sources, "list-phone")
	tap(b, "main li a.t")
	if sources != "" {
		for _, look := range []struct {
			name string
			how  browsertest.Options
		}{{"desktop", browsertest.Options{}}, {"dark", browsertest.Options{Dark: true, Language: "nl"}}} {
			d := browsertest.New(t, look.how)
			d.Open(h.url + "/signin")
			d.Fill("#f-email", "barbara@example.org")
			d.Fill("#f-password", secret)
			d.Click("main button.primary")
			d.Eventually("main h1", "")
			d.Open(b.Address())
			d.Screenshot(sources, "source-"+look.name)
			d.Open(h.url + "/sources")
			d.Screenshot(sources, "list-"+look.name)
			d.Open(h.url + "/import")
			d.Screenshot(sources, "import-"+look.name)
		}
	}
	tap(b, "#end summary")
	tap(b, "#end form:last-of-type button")
	b.Open(h.url + "/people")
	if got := b.Text("main"); strings.Contains(got, "Xander Xu") {
		t.Errorf("who came in with the source is still there: %s", got)
	}
}
