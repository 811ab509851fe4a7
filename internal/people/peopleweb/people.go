package peopleweb

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
)

// peopleView is all that the page of people shows.
type peopleView struct {
	query     people.PeopleQuery
	list      people.PeopleList
	all       int // how many people there are, whatever the filter
	often     []oftenGroup
	proposals bool // some may be one person
	writes    bool // the viewer is a member
	choosing  bool // each has a box
}

// oftenGroup are the tags, places or organisations that most people have, each with the address of its people.
type oftenGroup struct {
	title   string
	filters []filter
}

// mostOften is how many of each are offered.
const mostOften = 10

func (p pages) peopleView(
	ctx context.Context, v op.Viewer, query people.PeopleQuery, list people.PeopleList,
) (peopleView, error) {
	out := peopleView{query: query, list: list, writes: v.Role >= op.Member}
	proposals, err := p.Proposals(ctx, v, id.Zero, 1)
	if err != nil {
		return out, err
	}
	out.proposals = len(proposals) > 0
	everybody, err := p.Everybody(ctx, v)
	if err != nil {
		return out, err
	}
	places, organisations := map[string]int{}, map[string]int{}
	everybody.EachCanonical(func(e *people.Entry) {
		if e.ID != v.Person {
			out.all++
			places[e.Place]++
			organisations[e.Organisation]++
		}
	})
	tags, err := p.OftenTags(ctx, v, mostOften)
	if err != nil {
		return out, err
	}
	query.Offset = 0
	for _, g := range []struct {
		title  string
		values []string
		field  *string
	}{
		{"Tags", tags, &query.Tag},
		{"Places", commonest(places), &query.Place},
		{"Organisations", commonest(organisations), &query.Organisation},
	} {
		group, was := oftenGroup{title: g.title}, *g.field
		for _, value := range g.values {
			*g.field = value
			group.filters = append(group.filters, filter{value, query.Address()})
		}
		if *g.field = was; len(group.filters) > 0 {
			out.often = append(out.often, group)
		}
	}
	return out, nil
}

// commonest returns the values that occur most.
func commonest(times map[string]int) []string {
	delete(times, "")
	out := make([]string, 0, len(times))
	for value := range times {
		out = append(out, value)
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(times[b]-times[a], cmp.Compare(a, b)) })
	return out[:min(len(out), mostOften)]
}

// sorted returns the query in another order, from its first page.
func sorted(q people.PeopleQuery, by string) people.PeopleQuery {
	q.Sort, q.Offset = by, 0
	return q
}

// hidden are the fields that a search keeps.
func hidden(q people.PeopleQuery) [][2]string {
	var out [][2]string
	for _, f := range [][2]string{
		{"class", string(q.Class)},
		{"organisation", q.Organisation},
		{"tag", q.Tag},
		{"place", q.Place},
		{"sort", q.Sort},
	} {
		if f[1] != "" {
			out = append(out, f)
		}
	}
	return out
}

// choosing is the address of a list in which people are chosen; empty for the empty one.
func choosing(address string) string {
	switch {
	case address == "":
		return ""
	case strings.Contains(address, "?"):
		return address + "&choose=1"
	}
	return address + "?choose=1"
}

// chosen puts a tag on all who are chosen in the list, or takes it off.
func (p pages) chosen(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	tags, chosen := splitTags(r.FormValue("tag")), r.Form["chosen"]
	switch {
	case len(chosen) == 0:
		return fault.New(fault.Invalid, "Choose somebody first.")
	case len(tags) == 0:
		return fault.About(fault.New(fault.Invalid, "Type a tag."), "tag")
	}
	for _, key := range chosen {
		person, err := p.Resolve(ctx, request.Viewer, key)
		if err != nil {
			return err
		}
		if r.FormValue("do") != "untag" {
			if err := p.Tag(ctx, request.Viewer, person, tags); err != nil {
				return err
			}
			continue
		}
		for _, tag := range tags {
			if err := p.Untag(ctx, request.Viewer, person, tag); err != nil && fault.CodeOf(err) != fault.NotFound {
				return err
			}
		}
	}
	return page.Done(w, r, page.Back(r, "/people"), request.Printer.T("Stored."))
}
