// Package fetch reads a page of the web for its words, and nothing else, within bounds of size, time and type.
package fetch

import (
	"context"
	"io"
	"mime"
	"net/url"
	"strings"
	"time"

	"codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html/charset"

	"gave.network/internal/fault"
	"gave.network/internal/fetch"
)

const (
	// MostBytes is how much is read of a page, after decompression.
	MostBytes = 2 << 20

	// mostTime is how long all of it may take, redirects included.
	mostTime = 10 * time.Second

	// mostText is how much text is kept of a page, in bytes: no match needs more.
	mostText = 200_000

	pasteInstead = "Paste the text itself instead."
)

// Page is what was read.
type Page struct {
	URL      string // after redirects
	Title    string
	Text     string
	Language string // as the page says itself; may be empty
}

// Fetcher reads pages. The zero value is not ready; use New.
type Fetcher struct{ client *fetch.Client }

// New returns a Fetcher that reaches public addresses only.
func New() *Fetcher { return &Fetcher{fetch.New(mostTime, pasteInstead)} }

// Read reads a page. Every fault is one sentence that says what can be done.
func (f *Fetcher) Read(ctx context.Context, address string) (Page, error) {
	response, err := f.client.Open(ctx, address, "text/html, application/xhtml+xml, text/plain;q=0.8")
	if err != nil {
		return Page{}, err
	}
	defer response.Body.Close()
	kind, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if err != nil || kind != "text/html" && kind != "application/xhtml+xml" && kind != "text/plain" {
		return Page{}, fault.New(fault.Invalid, "This link does not lead to a page of text.").WithHint(pasteInstead)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, MostBytes+1))
	if err != nil {
		return Page{}, f.client.Broken(err)
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
