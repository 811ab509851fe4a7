package peopleweb

import (
	"context"
	"strings"

	"gave.network/internal/page"
	"gave.network/internal/people"
)

// filter is a filter that is on, with the address of the page without it.
type filter struct{ text, without string }

func filters(q people.PeopleQuery) []filter {
	var out []filter
	q.Offset = 0
	for _, f := range []struct {
		value *string
	}{{&q.Organisation}, {&q.Tag}, {&q.Place}} {
		if kept := *f.value; kept != "" {
			*f.value = ""
			out = append(out, filter{kept, q.Address()})
			*f.value = kept
		}
	}
	return out
}

func before(q people.PeopleQuery) string {
	if q.Offset == 0 {
		return ""
	}
	return from(q, max(0, q.Offset-perPage)).Address()
}

func after(q people.PeopleQuery, more bool) string {
	if !more {
		return ""
	}
	return from(q, q.Offset+perPage).Address()
}

func reasons(ctx context.Context, keys []string) string {
	var out []string
	for _, key := range keys {
		out = append(out, page.T(ctx, key))
	}
	return strings.Join(out, ", ")
}

// with says who else took part and where.
func with(ctx context.Context, e people.Event, person string) string {
	var names []string
	for _, p := range e.People {
		if p.ID.String() != person && p.ID != page.From(ctx).Viewer.Person {
			names = append(names, p.Name)
		}
	}
	more := 0
	if len(names) > 4 {
		more = len(names) - 4
		names = names[:4]
	}
	var parts []string
	if len(names) > 0 {
		text := page.T(ctx, "with %s", strings.Join(names, ", "))
		if more > 0 {
			text += " " + page.T(ctx, "and %d more", more)
		}
		parts = append(parts, text)
	}
	if e.Place != "" {
		parts = append(parts, e.Place)
	}
	return strings.Join(parts, " · ")
}

// withScheme is the address of a link that may be kept without its scheme.
func withScheme(link string) string {
	return "https://" + strings.TrimPrefix(strings.TrimPrefix(link, "https://"), "http://")
}
