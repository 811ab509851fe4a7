// Package fetch asks for what lies at an address on the web: on public addresses only, however the name resolves and
// wherever it is redirected, within bounds of time. Networks at home can be trusted beside the public ones.
package fetch

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"gave.network/internal/fault"
)

// mostRedirects is how many redirects are followed.
const mostRedirects = 5

// Client asks for what lies at addresses. The zero value is not ready; use New.
type Client struct {
	// Time is how long all of it may take, redirects and reading included.
	Time time.Duration
	// Encrypted says that what is public is asked for by https alone, because the address is a secret.
	Encrypted bool
	// Trusted says which addresses may be asked besides the public ones, on which port; nil for none.
	Trusted func(at netip.AddrPort) bool

	instead string // what can be done when it fails: the hint of the faults
	client  *http.Client
}

// New returns a Client that reaches public addresses only and takes at most so long. instead is an English sentence, a
// key of translation: what can be done when an address cannot be read.
func New(most time.Duration, instead string) *Client {
	c := &Client{Time: most, instead: instead}
	dialer := &net.Dialer{Timeout: most / 2, Control: c.control}
	c.client = &http.Client{
		CheckRedirect: func(r *http.Request, before []*http.Request) error {
			r.Header.Del("Referer") // the address may be a secret
			if len(before) > mostRedirects {
				return c.refuse("This link is passed on more than %d times.", mostRedirects)
			}
			return c.check(r.URL)
		},
		Transport: &http.Transport{
			Proxy: nil, DialContext: dialer.DialContext, MaxResponseHeaderBytes: 64 << 10, DisableKeepAlives: true,
			ResponseHeaderTimeout: most / 2, TLSHandshakeTimeout: most / 2,
		},
	}
	return c
}

func (c *Client) refuse(sentence string, args ...any) error {
	return fault.New(fault.Invalid, sentence, args...).WithHint(c.instead)
}

// control runs for the address that is about to be dialled, whatever the name was: an answer of the name server that
// changes cannot get around it.
func (c *Client) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "This is not an address on the web.")
	}
	if c.Trusted != nil && c.Trusted(netip.AddrPortFrom(at.Addr().Unmap(), at.Port())) {
		return nil
	}
	if !Public(at.Addr()) {
		return c.refuse("This link leads to an address that is not public.")
	}
	if at.Port() != 443 && (at.Port() != 80 || c.Encrypted) {
		return c.refuse("This link leads to a port where no web pages are.")
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
func (c *Client) check(u *url.URL) error {
	switch {
	case c.Encrypted && u.Scheme == "http" && c.Trusted == nil:
		return fault.New(fault.Invalid, "Only addresses that begin with https can be read.")
	case u.Scheme != "http" && u.Scheme != "https":
		return fault.New(fault.Invalid, "Only links that begin with http or https can be read.")
	case u.User != nil:
		return fault.New(fault.Invalid, "A link with a password in it is not read.")
	case u.Hostname() == "":
		return fault.New(fault.Invalid, "This is not an address on the web.")
	}
	return nil
}

// Since says what is known of an address, as its server said when it was last read (RFC 9110, section 13).
type Since struct{ ETag, Modified string }

// OpenSince is [Client.Open] for what changed since it was last read: nil without an error when it did not.
func (c *Client) OpenSince(ctx context.Context, address, accept string, since Since) (*http.Response, error) {
	response, err := c.open(ctx, address, accept, since)
	if err != nil || response.StatusCode != http.StatusNotModified {
		return c.content(response, err)
	}
	response.Body.Close()
	return nil, nil
}

// Open asks for what lies at an address, in one of the media types that accept names. What answers otherwise than with
// content is a fault; every fault is one sentence that says what can be done. The body is to be closed by the caller;
// what goes wrong while it is read, Broken says.
func (c *Client) Open(ctx context.Context, address, accept string) (*http.Response, error) {
	return c.content(c.open(ctx, address, accept, Since{}))
}

// content refuses what answers otherwise than with content.
func (c *Client) content(response *http.Response, err error) (*http.Response, error) {
	if err != nil || response.StatusCode == http.StatusOK {
		return response, err
	}
	response.Body.Close()
	return nil, fault.New(fault.Unavailable, "The address answers with %d.", response.StatusCode).WithHint(c.instead)
}

func (c *Client) open(ctx context.Context, address, accept string, since Since) (*http.Response, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "This is not an address on the web.")
	}
	if err := c.check(u); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.Time)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		cancel()
		return nil, fault.Wrap(err, fault.Invalid, "This is not an address on the web.")
	}
	r.Header.Set("User-Agent", "Gave")
	r.Header.Set("Accept", accept)
	if since.ETag != "" {
		r.Header.Set("If-None-Match", since.ETag)
	}
	if since.Modified != "" {
		r.Header.Set("If-Modified-Since", since.Modified)
	}
	response, err := c.client.Do(r)
	if err != nil {
		err = c.Broken(err)
		cancel()
		return nil, err
	}
	response.Body = &body{response.Body, cancel}
	return response, nil
}

// body ends the time of an answer when it is closed.
type body struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (b *body) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}

// Broken says why something could not be read. A fault of ours from below is said as it is.
func (c *Client) Broken(err error) error {
	var known *fault.Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, context.DeadlineExceeded):
		return fault.Wrap(err, fault.Unavailable, "The address took too long to answer.").WithHint(c.instead)
	}
	return fault.Wrap(err, fault.Unavailable, "The address cannot be reached.").WithHint(c.instead)
}

// Checks says what is wrong with an address, as far as that can be seen without asking for it.
func (c *Client) Checks(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "This is not an address on the web.")
	}
	return c.check(u)
}

// Post sends something to an address and returns with which number it answers; a fault when that is none of the two
// hundreds. Nobody is followed who passes it on, and of the answer nothing is read.
func (c *Client) Post(ctx context.Context, address string, header http.Header, content []byte) (int, error) {
	if err := c.Checks(address); err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.Time)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(content))
	if err != nil {
		return 0, fault.Wrap(err, fault.Invalid, "This is not an address on the web.")
	}
	r.Header = header.Clone()
	r.Header.Set("User-Agent", "Gave")
	once := *c.client
	once.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := once.Do(r)
	if err != nil {
		return 0, c.Broken(err)
	}
	response.Body.Close()
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return response.StatusCode, fault.New(fault.Unavailable, "The address answers with %d.", response.StatusCode).
			WithHint(c.instead)
	}
	return response.StatusCode, nil
}
