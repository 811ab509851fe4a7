package dav

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"gave.network/internal/fault"
)

// Item is a card or an event as it stands on the server.
type Item struct {
	Path string // of its address
	Tag  string // changes when it does
}

// Delta is what changed in a book.
type Delta struct {
	Items []Item   // that are there, or of these those that changed
	Gone  []string // the paths of those that went; only when not Whole
	Token string   // stands for the state after this; empty when the server does not know RFC 6578
	// Whole says that Items are all that there are, and what is not among them is gone.
	Whole bool
}

// Changes asks what changed in a book since a token; all that is there without one, or when the server no longer knows
// it.
func (c *Client) Changes(ctx context.Context, b Book, token string) (Delta, error) {
	at, err := url.Parse(b.Address)
	if err != nil {
		return Delta{}, err
	}
	c.home = domain(at.Hostname())
	if b.Token != "" {
		d, err := c.since(ctx, at, token)
		if token != "" && tokenGone(err) {
			d, err = c.since(ctx, at, "")
		}
		if code := codeOf(err); err == nil || code == 0 || code == http.StatusUnauthorized {
			return d, err
		}
	}
	d := Delta{Whole: true, Token: ""}
	_, err = c.multi(ctx, "PROPFIND", at, "1", askTags, mostAnswer, func(item *url.URL, r *response) error {
		return d.take(at, item, r)
	})
	return d, err
}

// take notes one resource of a book.
func (d *Delta) take(book, item *url.URL, r *response) error {
	if samePath(book, item) || !strings.HasPrefix(item.Path, strings.TrimSuffix(book.Path, "/")) {
		return nil
	}
	if r.gone() {
		d.Gone = append(d.Gone, item.EscapedPath())
		return nil
	}
	p := r.good()
	if p.Type.Collection != nil {
		return nil
	}
	if len(d.Items) >= MostItems {
		return fault.New(fault.Unavailable, "There are more than %d cards or events in one book.", MostItems)
	}
	d.Items = append(d.Items, Item{item.EscapedPath(), p.Tag})
	return nil
}

func samePath(a, b *url.URL) bool {
	return strings.TrimSuffix(a.Path, "/") == strings.TrimSuffix(b.Path, "/")
}

// since asks for what changed since a token (RFC 6578). A server may answer in parts; one that goes on without getting
// anywhere is not followed.
func (c *Client) since(ctx context.Context, at *url.URL, token string) (Delta, error) {
	d := Delta{Whole: token == "", Token: token}
	for range 10_000 {
		body := prolog + `<d:sync-collection` + namespaces + `><d:sync-token>` + escape(d.Token) + `</d:sync-token>` +
			`<d:sync-level>1</d:sync-level><d:prop><d:getetag/><d:resourcetype/></d:prop></d:sync-collection>`
		more, before := false, len(d.Items)+len(d.Gone)
		next, err := c.multi(ctx, "REPORT", at, "0", body, mostAnswer, func(item *url.URL, r *response) error {
			if samePath(at, item) && strings.Contains(r.Status, " 507") {
				more = true
				return nil
			}
			return d.take(at, item, r)
		})
		if err != nil {
			return d, err
		}
		if next == "" || more && (next == d.Token || len(d.Items)+len(d.Gone) == before) {
			return d, errUnclear
		}
		d.Token = next
		if !more {
			return d, nil
		}
	}
	return d, errUnclear
}

// Get gets items of a book and calls each with what each holds; with nothing for one that is too large, or gone
// meanwhile.
func (c *Client) Get(ctx context.Context, b Book, list []Item, each func(i Item, content []byte) error) error {
	at, err := url.Parse(b.Address)
	if err != nil {
		return err
	}
	c.home = domain(at.Hostname())
	for len(list) > 0 {
		n := min(batch, len(list))
		if err := c.several(ctx, at, b.Cards, list[:n], each); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// several gets some items at once, or one by one where that goes wrong: one that is damaged must not keep the others.
func (c *Client) several(ctx context.Context, at *url.URL, cards bool, list []Item,
	each func(Item, []byte) error,
) error {
	if len(list) > 1 {
		got, err := c.multiget(ctx, at, cards, list)
		code := codeOf(err)
		switch {
		case err == nil:
			for _, i := range list {
				content, ok := got[i.Path]
				if !ok || len(content) == 0 || len(content) > mostItem {
					if err := c.single(ctx, at, i, each); err != nil {
						return err
					}
					continue
				}
				if err := each(i, content); err != nil {
					return err
				}
			}
			return nil
		case errors.Is(err, errTooMuch), errors.Is(err, errUnclear):
			half := len(list) / 2
			if err := c.several(ctx, at, cards, list[:half], each); err != nil {
				return err
			}
			return c.several(ctx, at, cards, list[half:], each)
		case code == 0, code == http.StatusUnauthorized, code == http.StatusTooManyRequests,
			code == http.StatusServiceUnavailable:
			return err
		}
	}
	for _, i := range list {
		if err := c.single(ctx, at, i, each); err != nil {
			return err
		}
	}
	return nil
}

func (c *Client) multiget(ctx context.Context, at *url.URL, cards bool, list []Item) (map[string][]byte, error) {
	var b strings.Builder
	name, data := "c:calendar-multiget", "<c:calendar-data/>"
	if cards {
		name, data = "a:addressbook-multiget", "<a:address-data/>"
	}
	b.WriteString(prolog + `<` + name + namespaces + `><d:prop><d:getetag/>` + data + `</d:prop>`)
	for _, i := range list {
		b.WriteString(`<d:href>` + escape(i.Path) + `</d:href>`)
	}
	b.WriteString(`</` + name + `>`)
	got := map[string][]byte{}
	_, err := c.multi(ctx, "REPORT", at, "1", b.String(), mostBatch, func(item *url.URL, r *response) error {
		p := r.good()
		content := p.Event
		if cards {
			content = p.Card
		}
		got[item.EscapedPath()] = []byte(content)
		return nil
	})
	return got, err
}

// single gets one item as the server has it.
func (c *Client) single(ctx context.Context, at *url.URL, i Item, each func(Item, []byte) error) error {
	where, err := at.Parse(i.Path)
	if err != nil {
		return each(i, nil)
	}
	answer, _, err := c.ask(ctx, http.MethodGet, where, "", "")
	switch code := codeOf(err); {
	case code == http.StatusNotFound, code == http.StatusGone, code == http.StatusForbidden:
		return each(i, nil)
	case err != nil:
		return err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(io.LimitReader(answer.Body, mostItem+1))
	if err != nil {
		return c.server.Broken(err)
	}
	if len(content) > mostItem {
		content = nil
	}
	return each(i, content)
}
