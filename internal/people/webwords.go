package people

import (
	"context"
	"strings"

	"gave.network/internal/page"
)

// under is the line under a person's name.
func under(p PersonSummary) string {
	var parts []string
	for _, part := range []string{p.Role, p.Organisation, p.Place} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 && len(p.Emails) > 0 {
		parts = p.Emails[:1]
	}
	return strings.Join(parts, " · ")
}

// filter is a filter that is on, with the address of the page without it.
type filter struct{ text, without string }

func (q PeopleQuery) filters() []filter {
	var out []filter
	q.Offset = 0
	for _, f := range []struct {
		value *string
	}{{&q.Organisation}, {&q.Tag}, {&q.Place}} {
		if kept := *f.value; kept != "" {
			*f.value = ""
			out = append(out, filter{kept, q.address()})
			*f.value = kept
		}
	}
	return out
}

func before(q PeopleQuery) string {
	if q.Offset == 0 {
		return ""
	}
	return q.at(max(0, q.Offset-perPage)).address()
}

func after(q PeopleQuery, more bool) string {
	if !more {
		return ""
	}
	return q.at(q.Offset + perPage).address()
}

func reasons(ctx context.Context, keys []string) string {
	var out []string
	for _, key := range keys {
		out = append(out, page.T(ctx, key))
	}
	return strings.Join(out, ", ")
}

// with says who else took part and where.
func with(ctx context.Context, e Event, person string) string {
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
