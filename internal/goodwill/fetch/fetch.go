// Package fetch reads a page of the web for its words, and nothing else: from public addresses only, however the name
// resolves and wherever it is redirected, within bounds of size, time and type.
package fetch

import (
	"context"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html/charset"

	"gave.network/internal/fault"
)

const (
	// MostBytes is how much is read of a page, after decompression.
	MostBytes = 2 << 20

	// mostTime is how long all of it may take, redirects included; mostRedirects how many there may be.
	mostTime      = 10 * time.Second
	mostRedirects = 5

	// mostText is how much text is kept of a page, in bytes: no match needs more.
	mostText = 200_000
)

// Page is what was read.
type Page struct {
	URL      string // after redirects
	Title    string
	Text     string
	Language string // as the page says itself; may be empty
}

// Fetcher reads pages. The zero value is not ready; use New.
type Fetcher struct {
	client *http.Client
	// trusted lets tests reach a server of their own; nil outside of them.
	trusted func(netip.AddrPort) bool
	time    time.Duration
}

// New returns a Fetcher that reaches public addresses only.
func New() *Fetcher {
	f := &Fetcher{time: mostTime}
	dialer := &net.Dialer{Timeout: mostTime / 2, Control: f.control}
	f.client = &http.Client{
		CheckRedirect: func(r *http.Request, before []*http.Request) error {
			if len(before) > mostRedirects {
				return fault.New(fault.Invalid, "This link is passed on more than %d times.", mostRedirects).
					WithHint(pasteInstead)
			}
			return f.check(r.URL)
		},
		Transport: &http.Transport{
			Proxy: nil, DialContext: dialer.DialContext, MaxResponseHeaderBytes: 64 << 10, DisableKeepAlives: true,
			ResponseHeaderTimeout: mostTime / 2, TLSHandshakeTimeout: mostTime / 2,
		},
	}
	return f
}

const pasteInstead = "Paste the text itself instead."

// control runs for the address that is about to be dialled, whatever the name was: an answer of the name server that
// changes cannot get around it.
func (f *Fetcher) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "This is not an address on the web.")
	}
	if f.trusted != nil && f.trusted(at) {
		return nil
	}
	if !Public(at.Addr()) {
		return fault.New(fault.Invalid, "This link leads to an address that is not public.").WithHint(pasteInstead)
	}
	if at.Port() != 80 && at.Port() != 443 {
		return fault.New(fault.Invalid, "This link leads to a port where no web pages are.").WithHint(pasteInstead)
	}
	return nil
}

// notPublic are the ranges that no page for everybody lies in, beyond those that netip knows by itself (IANA
// special-purpose registries, 2024).
var notPublic = prefixes("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
	"198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	// Ranges that hold an address of version 4 within, which would have to be checked again.
	"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/23", "100::/64", "2001:db8::/32", "fec0::/10",
	"3fff::/20", "5f00::/16")

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, p := range list {
		out[i] = netip.MustParsePrefix(p)
	}
	return out
}

// Public says whether an address is one that everybody on the internet may reach.
func Public(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsValid() || a.Zone() != "" || !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() ||
		a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() {
		return false
	}
	for _, p := range notPublic {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// check looks at an address before it is asked for.
func (f *Fetcher) check(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fault.New(fault.Invalid, "Only links that begin with http or https can be read.")
	case u.User != nil:
		return fault.New(fault.Invalid, "A link with a password in it is not read.")
	case u.Hostname() == "":
		return fault.New(fault.Invalid, "This is not an address on the web.")
	}
	return nil
}

// Read reads a page. Every fault is one sentence that says what can be done.
func (f *Fetcher) Read(ctx context.Context, address string) (Page, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return Page{}, fault.Wrap(err, fault.Invalid, "This is not an address on the web.")
	}
	if err := f.check(u); err != nil {
		return Page{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, f.time)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return Page{}, fault.Wrap(err, fault.Invalid, "This is not an address on the web.")
	}
	r.Header.Set("User-Agent", "Gave")
	r.Header.Set("Accept", "text/html, application/xhtml+xml, text/plain;q=0.8")
	response, err := f.client.Do(r)
	if err != nil {
		return Page{}, unreachable(ctx, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return Page{}, fault.New(fault.Unavailable, "The page answers with %d.", response.StatusCode).
			WithHint(pasteInstead)
	}
	kind, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if err != nil || kind != "text/html" && kind != "application/xhtml+xml" && kind != "text/plain" {
		return Page{}, fault.New(fault.Invalid, "This link does not lead to a page of text.").WithHint(pasteInstead)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, MostBytes+1))
	if err != nil {
		return Page{}, unreachable(ctx, err)
	}
	if len(body) > MostBytes {
		return Page{}, fault.New(fault.TooLarge, "The page is larger than %d MB.", MostBytes>>20).WithHint(pasteInstead)
	}
	page, err := Extract(body, response.Header.Get("Content-Type"), response.Request.URL)
	if err == nil && strings.TrimSpace(page.Text+page.Title) == "" {
		err = fault.New(fault.Invalid, "There is no text on this page.").WithHint(pasteInstead)
	}
	return page, err
}

// unreachable says why a page could not be read. A fault of ours from below is said as it is.
func unreachable(ctx context.Context, err error) error {
	var known *fault.Error
	switch {
	case errors.As(err, &known):
		return known
	case ctx.Err() != nil:
		return fault.Wrap(err, fault.Unavailable, "The page took too long to answer.").WithHint(pasteInstead)
	}
	return fault.Wrap(err, fault.Unavailable, "The page cannot be reached.").WithHint(pasteInstead)
}

// Extract finds the words of a page.
func Extract(body []byte, contentType string, u *url.URL) (Page, error) {
	reader, err := charset.NewReader(strings.NewReader(string(body)), contentType)
	if err != nil {
		return Page{}, fault.Wrap(err, fault.Invalid, "This link does not lead to a page of text.").
			WithHint(pasteInstead)
	}
	out := Page{URL: u.String()}
	if strings.HasPrefix(contentType, "text/plain") {
		text, err := io.ReadAll(io.LimitReader(reader, mostText))
		out.Text = strings.ToValidUTF8(string(text), "")
		return out, err
	}
	article, err := readability.FromReader(reader, u)
	if err != nil {
		return Page{}, fault.Wrap(err, fault.Invalid, "This link does not lead to a page of text.").
			WithHint(pasteInstead)
	}
	var text strings.Builder
	if article.Node != nil {
		if err := article.RenderText(&text); err != nil {
			return Page{}, fault.Wrap(err, fault.Invalid, "This link does not lead to a page of text.").
				WithHint(pasteInstead)
		}
	}
	out.Title, out.Language = strings.ToValidUTF8(strings.Join(strings.Fields(article.Title()), " "), ""),
		article.Language()
	out.Text = strings.ToValidUTF8(text.String()[:min(text.Len(), mostText)], "")
	if strings.TrimSpace(out.Text) == "" {
		out.Text = strings.ToValidUTF8(article.Excerpt(), "")
	}
	return out, nil
}
