// Package dav reads calendars and address books from a server that speaks CalDAV (RFC 4791) and CardDAV (RFC 6352): it
// finds them, asks what changed (RFC 6578, or by comparing ETags), and gets that. It never writes. Cards and events
// come as the server has them, damaged ones too: those who read them know what to do.
package dav

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"gave.network/internal/fault"
	"gave.network/internal/fetch"
)

const (
	// mostAnswer is how much of one answer is read, in bytes: a list of half a million events.
	mostAnswer = 256 << 20
	// mostItem is how large one card or event may be; a larger one is left out.
	mostItem = 8 << 20
	// mostBatch is how much an answer with several cards or events may hold.
	mostBatch = 64 << 20
	// batch is how many are asked for at once.
	batch = 50
	// mostRedirects is how many redirects are followed.
	mostRedirects = 5
	// mostBooks is how many books and calendars of one server are read.
	mostBooks = 100
	// MostItems is how many cards or events of one book are kept track of.
	MostItems = 500_000
)

// Client asks one server.
type Client struct {
	User, Password string

	server *fetch.Server
	home   string // the domain whose servers get the password
	client *http.Client
}

// New returns a client of a server.
func New(server *fetch.Server, user, password string) *Client {
	c := &Client{User: user, Password: password, server: server}
	c.client = &http.Client{
		Transport: &http.Transport{
			Proxy: nil, MaxResponseHeaderBytes: 64 << 10, ResponseHeaderTimeout: 2 * server.Step,
			TLSHandshakeTimeout: server.Step, IdleConnTimeout: 30 * time.Second, MaxConnsPerHost: 2,
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				conn, err := server.Dial(ctx, network, address)
				if err == nil && ctx.Value(plain{}) != nil && !server.Private(conn) {
					conn.Close()
					err = fault.New(fault.Invalid, "Only addresses that begin with https can be read.")
				}
				return conn, err
			},
			TLSClientConfig: server.TLS(""),
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c
}

// plain marks the context of a request that is not encrypted.
type plain struct{}

// Close ends the connections.
func (c *Client) Close() { c.client.CloseIdleConnections() }

// domain is what the servers of one provider have in common; of an address in numbers, all of it.
func domain(host string) string {
	if _, err := netip.ParseAddr(host); err == nil {
		return host
	}
	if site, err := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(host)); err == nil {
		return site
	}
	return strings.ToLower(host)
}

// ask sends one request, follows redirects with the same method, and returns an answer with the status 2xx.
func (c *Client) ask(ctx context.Context, method string, at *url.URL, depth, body string) (*http.Response, *url.URL,
	error,
) {
	for range mostRedirects + 1 {
		if at.Scheme != "https" && at.Scheme != "http" {
			return nil, nil, fault.New(fault.Invalid, "Only addresses that begin with https can be read.")
		}
		asking := ctx
		if at.Scheme == "http" {
			asking = context.WithValue(ctx, plain{}, true)
		}
		r, err := http.NewRequestWithContext(asking, method, at.String(), strings.NewReader(body))
		if err != nil {
			return nil, nil, fault.Wrap(err, fault.Invalid, "This is not the address of a server.")
		}
		r.Header.Set("User-Agent", "Gave")
		if body != "" {
			r.Header.Set("Content-Type", "application/xml; charset=utf-8")
		}
		if depth != "" {
			r.Header.Set("Depth", depth)
		}
		if domain(at.Hostname()) == c.home {
			r.SetBasicAuth(c.User, c.Password)
		}
		response, err := c.client.Do(r)
		if err != nil {
			return nil, nil, c.server.Broken(err)
		}
		if response.StatusCode/100 == 2 {
			return response, at, nil
		}
		answer, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10))
		response.Body.Close()
		if to := response.Header.Get("Location"); response.StatusCode/100 == 3 && to != "" {
			next, err := at.Parse(to)
			if err != nil || next.Scheme == "http" && at.Scheme == "https" {
				return nil, nil, fault.New(fault.Unavailable, "The server leads to an address that cannot be read.")
			}
			at = next
			continue
		}
		return nil, nil, refused(response, answer)
	}
	return nil, nil, fault.New(fault.Unavailable, "The server passes on more than %d times.", mostRedirects)
}

// status is what a server answers besides what was asked for.
type status struct {
	code   int
	answer []byte
}

func (s status) Error() string { return http.StatusText(s.code) }

func codeOf(err error) int {
	var s status
	if errors.As(err, &s) {
		return s.code
	}
	return 0
}

// WrongPassword says whether the server did not take the name or the password.
func WrongPassword(err error) bool { return codeOf(err) == http.StatusUnauthorized }

// tokenGone says whether the server no longer knows what a token stands for.
func tokenGone(err error) bool {
	var s status
	return errors.As(err, &s) && (bytes.Contains(s.answer, []byte("valid-sync-token")) || s.code == http.StatusGone ||
		s.code == http.StatusPreconditionFailed)
}

func refused(response *http.Response, answer []byte) error {
	s := status{response.StatusCode, answer}
	switch {
	case s.code == http.StatusUnauthorized:
		if how := response.Header.Values("WWW-Authenticate"); len(how) > 0 &&
			!slices.ContainsFunc(how, func(h string) bool { return strings.HasPrefix(strings.ToLower(h), "basic") }) {
			return fault.Wrap(s, fault.Unavailable, "The server wants a kind of signing in that Gave does not know.")
		}
		return fault.Wrap(s, fault.Unavailable, "The server does not take this name and password.").
			WithHint("Large providers want a password for programs, which you make in your account there.")
	case s.code == http.StatusForbidden:
		return fault.Wrap(s, fault.Unavailable, "The server does not let you read this.")
	case s.code == http.StatusTooManyRequests || s.code == http.StatusServiceUnavailable:
		return fault.Wrap(s, fault.Unavailable, "The server is too busy.").WithHint("It is tried again later.")
	}
	return fault.Wrap(s, fault.Unavailable, "The server answers with %d.", s.code)
}

// propfind asks for properties and calls each for every resource that the server tells of.
func (c *Client) multi(ctx context.Context, method string, at *url.URL, depth, body string, most int64,
	each func(at *url.URL, r *response) error,
) (token string, err error) {
	answer, from, err := c.ask(ctx, method, at, depth, body)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusMultiStatus {
		return "", fault.New(fault.Unavailable, "The server answers with %d.", answer.StatusCode)
	}
	limited := &io.LimitedReader{R: answer.Body, N: most}
	in := xml.NewDecoder(limited)
	for {
		t, err := in.Token()
		if errors.Is(err, io.EOF) && limited.N > 0 {
			return token, nil
		}
		if err == nil {
			start, ok := t.(xml.StartElement)
			switch {
			case ok && start.Name == xml.Name{Space: "DAV:", Local: "response"}:
				var r response
				if err = in.DecodeElement(&r, &start); err == nil {
					href, wrong := from.Parse(strings.TrimSpace(r.Href))
					if wrong != nil || href.Host != from.Host && domain(href.Hostname()) != c.home {
						continue // of another server
					}
					if err := each(href, &r); err != nil {
						return token, err
					}
				}
			case ok && start.Name == xml.Name{Space: "DAV:", Local: "sync-token"}:
				err = in.DecodeElement(&token, &start)
				token = strings.TrimSpace(token)
			}
		}
		if err != nil {
			if limited.N <= 0 {
				return token, errTooMuch
			}
			var wrong *xml.SyntaxError
			if errors.As(err, &wrong) && !errors.Is(err, io.ErrUnexpectedEOF) && wrong.Msg != "unexpected EOF" {
				return token, errUnclear
			}
			return token, c.server.Broken(err)
		}
	}
}

var (
	errTooMuch = fault.New(fault.Unavailable, "The server sends more than can be read at once.")
	errUnclear = fault.New(fault.Unavailable, "What the server answers cannot be understood.")
)

type (
	href struct {
		Href string `xml:"DAV: href"`
	}
	response struct {
		Href   string     `xml:"DAV: href"`
		Status string     `xml:"DAV: status"`
		Props  []propstat `xml:"DAV: propstat"`
	}
	propstat struct {
		Status string `xml:"DAV: status"`
		Prop   prop   `xml:"DAV: prop"`
	}
	prop struct {
		Principal href `xml:"DAV: current-user-principal"`
		Type      struct {
			Collection *struct{} `xml:"DAV: collection"`
			Book       *struct{} `xml:"urn:ietf:params:xml:ns:carddav addressbook"`
			Calendar   *struct{} `xml:"urn:ietf:params:xml:ns:caldav calendar"`
		} `xml:"DAV: resourcetype"`
		Name      string `xml:"DAV: displayname"`
		Tag       string `xml:"DAV: getetag"`
		Content   string `xml:"DAV: getcontenttype"`
		Token     string `xml:"DAV: sync-token"`
		CTag      string `xml:"http://calendarserver.org/ns/ getctag"`
		Calendars []href `xml:"urn:ietf:params:xml:ns:caldav calendar-home-set"`
		Books     []href `xml:"urn:ietf:params:xml:ns:carddav addressbook-home-set"`
		Kinds     struct {
			Kind []struct {
				Name string `xml:"name,attr"`
			} `xml:"urn:ietf:params:xml:ns:caldav comp"`
		} `xml:"urn:ietf:params:xml:ns:caldav supported-calendar-component-set"`
		Event string `xml:"urn:ietf:params:xml:ns:caldav calendar-data"`
		Card  string `xml:"urn:ietf:params:xml:ns:carddav address-data"`
	}
)

// good returns the properties that the server has.
func (r *response) good() *prop {
	for i := range r.Props {
		if s := r.Props[i].Status; s == "" || strings.Contains(s, " 200") {
			return &r.Props[i].Prop
		}
	}
	return &prop{}
}

// gone says that the resource is not there.
func (r *response) gone() bool {
	return strings.Contains(r.Status, " 404") || strings.Contains(r.Status, " 410")
}

const (
	namespaces = ` xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:a="urn:ietf:params:xml:ns:carddav"` +
		` xmlns:s="http://calendarserver.org/ns/"`
	prolog = `<?xml version="1.0" encoding="utf-8"?>`

	askWhere = prolog + `<d:propfind` + namespaces + `><d:prop><d:current-user-principal/><d:resourcetype/>` +
		`<d:displayname/><c:calendar-home-set/><a:addressbook-home-set/><d:sync-token/><s:getctag/>` +
		`<c:supported-calendar-component-set/></d:prop></d:propfind>`
	askTags = prolog + `<d:propfind` + namespaces + `><d:prop><d:getetag/><d:resourcetype/><d:getcontenttype/>` +
		`</d:prop></d:propfind>`
)

func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}
