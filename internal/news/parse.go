package news

import (
	"bytes"
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/text"
)

const (
	// mostBytes is how large a feed may be, mostItems how many of its items are kept, the newest, and mostTitle how
	// long a title is, in characters.
	mostBytes, mostItems, mostTitle = 4 << 20, 30, 300
)

// found is what a feed holds.
type found struct {
	title string
	items []foundItem
}

type foundItem struct {
	mark        []byte
	title, link string
	at          time.Time
}

// parse reads a feed. Items without a title are left out; what has no date is of now, and what is dated ahead too.
func parse(content []byte, now time.Time) (out found, err error) {
	defer func() {
		if recover() != nil { // what is on the web must not end the program
			err = fault.New(fault.Invalid, "There is no feed at this address.")
		}
	}()
	feed, err := gofeed.NewParser().Parse(bytes.NewReader(content))
	if err != nil {
		return found{}, fault.Wrap(err, fault.Invalid, "There is no feed at this address.")
	}
	out.title = line(feed.Title)
	for _, i := range feed.Items {
		title := line(i.Title)
		if title == "" {
			continue
		}
		at := now
		for _, said := range []*time.Time{i.PublishedParsed, i.UpdatedParsed} {
			if said != nil && said.Before(now) && said.Year() > 1990 {
				at = *said
				break
			}
		}
		out.items = append(out.items, foundItem{
			mark: id.Digest(cmp.Or(strings.TrimSpace(i.GUID), strings.TrimSpace(i.Link), title)), title: title,
			link: webLink(i.Link), at: at,
		})
	}
	slices.SortStableFunc(out.items, func(a, b foundItem) int { return b.at.Compare(a.at) })
	out.items = out.items[:min(mostItems, len(out.items))]
	return out, nil
}

// line is text of a feed as one line.
func line(s string) string {
	s = strings.Map(func(r rune) rune {
		if text.IsInvisible(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return text.Clip(strings.Join(strings.Fields(s), " "), mostTitle)
}

// webLink is a link that leads to the web; empty for any other.
func webLink(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || len(s) > 2000 {
		return ""
	}
	return u.String()
}
