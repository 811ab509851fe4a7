package dav

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"gave.network/internal/fault"
)

// Book is an address book or a calendar on a server.
type Book struct {
	Address string // of the collection, whole
	Name    string // what it is called there
	Cards   bool   // it holds cards of people; else events
	Token   string // stands for its present state, where the server knows RFC 6578
	Tag     string // changes with every change, where the server has that
}

// Address reads what somebody typed: an address, the name of a server, or a mail address at a provider.
func Address(typed string) (*url.URL, error) {
	typed = strings.TrimSpace(typed)
	if _, host, ok := strings.Cut(typed, "@"); ok && !strings.Contains(typed, "/") {
		typed = host
	}
	if !strings.Contains(typed, "://") {
		typed = "https://" + typed
	}
	u, err := url.Parse(typed)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil ||
		strings.ContainsAny(typed, " \t\n") || !strings.ContainsAny(u.Host, ".:") {
		return nil, fault.New(fault.Invalid, "This is not the address of a server.").
			WithHint("Type the address that your provider gives for CalDAV and CardDAV, or your mail address there.").
			WithField("address")
	}
	return u, nil
}

// Discover finds the address books and calendars of the user, from the address that somebody typed: it may be that of
// one of them, of the user's place, or of the server (RFC 6764, 5397).
func (c *Client) Discover(ctx context.Context, start *url.URL) ([]Book, error) {
	c.home = domain(start.Hostname())
	places := []*url.URL{start}
	for _, kind := range []string{"carddav", "caldav"} {
		well := *start
		well.Path, well.RawQuery = "/.well-known/"+kind, ""
		places = append(places, &well)
		if start.Port() == "" && strings.Trim(start.Path, "/") == "" {
			if at := located(ctx, kind, start.Hostname()); at != nil && domain(at.Hostname()) == c.home {
				places = append(places, at)
			}
		}
	}
	root := *start
	root.Path, root.RawQuery = "/", ""
	places = append(places, &root)

	var (
		books []Book
		seen  = map[string]bool{}
		first error
	)
	for i, place := range places {
		found, err := c.booksFrom(ctx, place, seen)
		if err != nil && codeOf(err) == 0 || WrongPassword(err) { // nobody answers, or nobody will
			return nil, err
		}
		if first == nil || codeOf(first) == http.StatusNotFound {
			first = err
		}
		books = append(books, found...)
		if i == 0 && len(books) > 0 && (strings.Trim(start.Path, "/") != "" || both(books)) {
			break // it was told exactly, or all is found
		}
		if both(books) {
			break
		}
	}
	if len(books) == 0 {
		if first != nil && codeOf(first) != http.StatusNotFound && codeOf(first) != http.StatusMethodNotAllowed {
			return nil, first
		}
		return nil, fault.New(fault.Unavailable, "No address book and no calendar was found there.").
			WithHint("Type the address that your provider gives for CalDAV and CardDAV.")
	}
	return books[:min(len(books), mostBooks)], nil
}

func both(books []Book) bool {
	return slices.ContainsFunc(books, func(b Book) bool { return b.Cards }) &&
		slices.ContainsFunc(books, func(b Book) bool { return !b.Cards })
}

// located asks the name server where a domain has its server (RFC 6764); nil when it does not say.
func located(ctx context.Context, kind, host string) *url.URL {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	_, list, err := net.DefaultResolver.LookupSRV(ctx, kind+"s", "tcp", host)
	if err != nil || len(list) == 0 || list[0].Port != 443 {
		return nil
	}
	return &url.URL{Scheme: "https", Host: strings.TrimSuffix(list[0].Target, "."), Path: "/.well-known/" + kind}
}

// booksFrom finds books from one place: it is one, or it leads to the user, who leads to where they are.
func (c *Client) booksFrom(ctx context.Context, place *url.URL, seen map[string]bool) ([]Book, error) {
	var (
		out   []Book
		homes []*url.URL
		who   []*url.URL
	)
	look := func(at *url.URL, r *response) error {
		p := r.good()
		if b, ok := bookOf(at, p); ok {
			if !seen[b.Address] {
				seen[b.Address] = true
				out = append(out, b)
			}
			return nil
		}
		for _, h := range slices.Concat(p.Books, p.Calendars) {
			if u, err := at.Parse(h.Href); err == nil && h.Href != "" {
				homes = append(homes, u)
			}
		}
		if u, err := at.Parse(p.Principal.Href); err == nil && p.Principal.Href != "" {
			who = append(who, u)
		}
		return nil
	}
	if _, err := c.multi(ctx, "PROPFIND", place, "0", askWhere, mostBatch, look); err != nil {
		return nil, err
	}
	if len(out) > 0 {
		return out, nil
	}
	if len(homes) == 0 && len(who) > 0 {
		if _, err := c.multi(ctx, "PROPFIND", who[0], "0", askWhere, mostBatch, look); err != nil {
			return nil, err
		}
	}
	if len(homes) == 0 { // the place may hold books itself
		homes = []*url.URL{place}
	}
	done := map[string]bool{}
	for _, home := range homes {
		if done[home.String()] {
			continue
		}
		done[home.String()] = true
		if _, err := c.multi(ctx, "PROPFIND", home, "1", askWhere, mostBatch, look); err != nil {
			return out, err
		}
	}
	return out, nil
}

// bookOf says whether a resource is an address book, or a calendar with events.
func bookOf(at *url.URL, p *prop) (Book, bool) {
	b := Book{Address: at.String(), Name: strings.TrimSpace(p.Name), Cards: p.Type.Book != nil}
	b.Token, b.Tag = strings.TrimSpace(p.Token), strings.TrimSpace(p.CTag)
	if b.Name == "" {
		b.Name = lastOf(at.Path)
	}
	if p.Type.Calendar != nil && len(p.Kinds.Kind) > 0 {
		events := false
		for _, k := range p.Kinds.Kind {
			events = events || strings.EqualFold(k.Name, "VEVENT")
		}
		if !events {
			return b, false
		}
	}
	return b, p.Type.Book != nil || p.Type.Calendar != nil
}

func lastOf(path string) string {
	path = strings.Trim(path, "/")
	return path[strings.LastIndexByte(path, '/')+1:]
}

// Gone says whether a book is on its server no more.
func (c *Client) Gone(ctx context.Context, address string) (bool, error) {
	at, err := url.Parse(address)
	if err != nil {
		return false, err
	}
	c.home = domain(at.Hostname())
	_, err = c.multi(ctx, "PROPFIND", at, "0", askTags, mostBatch, func(*url.URL, *response) error { return nil })
	if code := codeOf(err); code == http.StatusNotFound || code == http.StatusGone {
		return true, nil
	}
	return false, err
}
