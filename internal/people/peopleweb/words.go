package peopleweb

import (
	"context"
	"strings"

	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/tie"
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

// segments are the parts of the list: those that were kept, what narrows it now and can be taken away, then by when and
// how one was in touch.
func (v peopleView) segments(ctx context.Context) []page.Segment {
	var out []page.Segment
	q := v.query
	for _, l := range v.lists {
		out = append(out, page.Segment{Text: l.Name, Address: l.Query.Address(), Current: l.Query.Same(q)})
	}
	for _, f := range filters(q) {
		out = append(out, page.Segment{Text: f.text + " ✕", Address: f.without, Current: true})
	}
	wide := people.PeopleQuery{Sort: q.Sort, Class: q.Class}.Same(q) // nothing else narrows the list
	add := func(text string, count int, to people.PeopleQuery, is bool) {
		if !wide {
			count = 0
		}
		out = append(out, page.Segment{Text: text, Count: count, Address: to.Address(), Current: is})
	}
	by := func(text string, count int, sort string) {
		add(text, count, ofClass(sorted(q, sort), ""), q.Class == "" && q.Sort == sort)
	}
	by(page.T(ctx, "everybody"), v.all, "")
	by(page.T(ctx, "last seen"), 0, "last_contact")
	for _, class := range []tie.Class{tie.Strong, tie.Moderate, tie.Weak, tie.Dormant} {
		add(page.T(ctx, string(class)), v.classes[class], ofClass(sorted(q, ""), class), q.Class == class)
	}
	by(page.T(ctx, "newly added"), 0, "added")
	return out
}

// under is the line under somebody's name in a list: that they are a member, and what else is known.
func under(ctx context.Context, p people.PersonSummary) string {
	if !p.Member {
		return p.Under()
	}
	return strings.TrimSuffix(page.T(ctx, "member")+" · "+p.Under(), " · ")
}
