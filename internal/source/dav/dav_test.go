package dav

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"gave.network/internal/fetch"
)

// The password goes to servers of one provider only, and an address in numbers has no others.
func TestWhoGetsThePassword(t *testing.T) {
	for _, c := range []struct {
		one, other string
		same       bool
	}{
		{"caldav.icloud.com", "p34-caldav.icloud.com", true},
		{"cloud.example.co.uk", "evil.co.uk", false},
		{"anna.github.io", "eve.github.io", false},
		{"192.168.0.1", "203.0.0.1", false},
		{"cloud.example", "cloud.example", true},
		{"[::1]", "::1", false},
	} {
		if same := domain(c.one) == domain(c.other); same != c.same {
			t.Errorf("%s and %s are of one provider: %v, want %v", c.one, c.other, same, c.same)
		}
	}
}

// What is not encrypted is asked for in trusted networks only, on whatever port, and nothing is sent before that.
func TestPlainOnlyWhereItIsTrusted(t *testing.T) {
	asked := 0
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.WriteHeader(http.StatusMultiStatus)
		_, _ = w.Write([]byte(`<multistatus xmlns="DAV:"></multistatus>`))
	}))
	defer web.Close()
	at, err := url.Parse(web.URL)
	if err != nil {
		t.Fatal(err)
	}
	times := 0
	server := &fetch.Server{Step: time.Second, Trusted: func(netip.AddrPort) bool {
		times++
		return times == 1 // it may be dialled, and is no network of ours when it is looked at
	}}
	client := New(server, "anna", "geheim")
	defer client.Close()
	if _, err := client.Discover(context.Background(), at); err == nil ||
		!strings.Contains(err.Error(), "begin with https") || asked > 0 {
		t.Errorf("%v, asked %d times", err, asked)
	}
}

// A server may write what it wants: it is read within bounds, or it is said what is wrong.
func FuzzAnswer(f *testing.F) {
	f.Add(`<multistatus xmlns="DAV:"><response><href>/a/</href><propstat><prop><getetag>1</getetag></prop>` +
		`<status>HTTP/1.1 200 OK</status></propstat></response><sync-token>x</sync-token></multistatus>`)
	f.Add(`<multistatus xmlns="DAV:"><response><href>%zz</href><status>HTTP/1.1 404 Not Found</status></response>`)
	f.Add(`<!DOCTYPE x [<!ENTITY a "aaaa">]><multistatus xmlns="DAV:">&a;</multistatus>`)
	f.Fuzz(func(t *testing.T, body string) {
		client := New(&fetch.Server{Step: time.Second}, "anna", "geheim")
		client.client.Transport = answering(body)
		at := &url.URL{Scheme: "https", Host: "cloud.example", Path: "/a/"}
		if books, err := client.Discover(context.Background(), at); err == nil && len(books) == 0 {
			t.Error("no book and no fault")
		}
		delta, err := client.Changes(context.Background(), Book{Address: at.String(), Token: "t"}, "t")
		if err == nil && len(delta.Items) > len(body) {
			t.Errorf("%d items in %d bytes", len(delta.Items), len(body))
		}
	})
}

// answering is a network in which every server says the same.
type answering string

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	w.WriteHeader(http.StatusMultiStatus)
	_, _ = w.WriteString(string(a))
	response := w.Result()
	response.Request = r
	return response, nil
}
