package peopleweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/tie"
)

// peopleView is all that the page of people shows.
type peopleView struct {
	query     people.PeopleQuery
	list      people.PeopleList
	all       int               // how many people there are, whatever the filter
	classes   map[tie.Class]int // the same by the class of their tie
	lines     map[id.ID]string  // the newest that is known of each in the list
	often     []oftenGroup
	proposals bool // some may be one person
	writes    bool // the viewer is a member
	choosing  bool // each has a box
	lists     []people.SavedList
}

// kept returns the list that the viewer keeps and that is shown, if it is one.
func (v peopleView) kept() (people.SavedList, bool) {
	i := slices.IndexFunc(v.lists, func(l people.SavedList) bool { return l.Query.Same(v.query) })
	if i < 0 {
		return people.SavedList{}, false
	}
	return v.lists[i], true
}

// narrow says whether not everybody is shown.
func (v peopleView) narrow() bool { return !v.query.Same(people.PeopleQuery{Sort: v.query.Sort}) }

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
	var err error
	if out.writes {
		if out.lists, err = p.Lists(ctx, v); err != nil {
			return out, err
		}
	}
	proposals, err := p.Proposals(ctx, v, id.Zero, 1)
	if err != nil {
		return out, err
	}
	out.proposals = len(proposals) > 0
	overview, err := p.Overview(ctx, v, mostOften)
	if err != nil {
		return out, err
	}
	out.all, out.classes = overview.All, overview.Classes
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
		{"Places", overview.Places, &query.Place},
		{"Organisations", overview.Organisations, &query.Organisation},
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

// lists keeps the list that is shown under a name, or forgets one.
func (p pages) lists(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	back := page.Local(r.FormValue("back"))
	if r.FormValue("do") == "remove" {
		key, err := id.Parse(r.FormValue("list"))
		if err != nil {
			return fault.New(fault.NotFound, "There is no such list.")
		}
		if err := p.RemoveList(ctx, request.Viewer, key); err != nil {
			return err
		}
		return page.Done(w, r, back, request.Printer.T("The list is gone; who was in it stays."))
	}
	page.StandsAt(r, back)
	in, err := page.Input[people.KeepListInput](r, "lists.keep")
	if err != nil {
		return err
	}
	key, err := p.KeepList(ctx, request.Viewer, in.Name, in.PeopleQuery)
	if err != nil {
		return err
	}
	return page.DoneFor(w, r, back, request.Printer.T("The list is kept."), page.Undo{
		Address: "/people/lists", Fields: []string{"do", "remove", "list", key.String(), "back", back},
	})
}

// takenAll gives the people who are chosen as cards, or shows how all of them are written to.
func (p pages) takenAll(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	page.StandsAt(r, choosing(page.Local(r.FormValue("back"))))
	var chosen []id.ID
	for _, typed := range r.Form["chosen"] {
		key, err := id.Parse(typed)
		if err != nil {
			return fault.New(fault.NotFound, "There is no such person.")
		}
		chosen = append(chosen, key)
	}
	if len(chosen) == 0 {
		return fault.New(fault.Invalid, "Choose somebody first.")
	}
	if r.FormValue("do") == "cards" {
		return p.cards(w, r, request.Printer.T("people"), chosen)
	}
	list, err := p.Summaries(ctx, request.Viewer, chosen)
	if err != nil {
		return err
	}
	if r.FormValue("do") == "together" {
		if len(list) != 2 {
			return fault.New(fault.Invalid, "Choose two people to bring together.")
		}
		two := url.Values{"person": {list[0].ID.String(), list[1].ID.String()}}
		http.Redirect(w, r, "/people/together?"+two.Encode(), http.StatusSeeOther)
		return nil
	}
	if r.FormValue("do") == "joint" {
		all := url.Values{}
		for _, person := range list {
			all.Add("person", person.ID.String())
		}
		http.Redirect(w, r, "/power/joint?"+all.Encode(), http.StatusSeeOther)
		return nil
	}
	return page.Render(w, r, http.StatusOK, writePage(writeTo(list), page.Local(r.FormValue("back"))))
}

// together has what to ask two people before they are brought together.
func (p pages) together(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	var two []id.ID
	for _, typed := range r.URL.Query()["person"] {
		if key, err := id.Parse(typed); err == nil && !slices.Contains(two, key) {
			two = append(two, key)
		}
	}
	list, err := p.Summaries(ctx, v, two)
	if err != nil {
		return err
	}
	if len(list) != 2 { // none are chosen, or one is there no more
		http.Redirect(w, r, choosing("/people"), http.StatusSeeOther)
		return nil
	}
	letters, err := p.BringTogether(ctx, v, list[0], list[1])
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, togetherPage(letters))
}

// circular is a mail to several people.
type circular struct {
	to      []people.PersonSummary
	without []people.PersonSummary // of whom no address is known
}

// writeTo parts people into those who can be written to and the others.
func writeTo(list []people.PersonSummary) circular {
	var out circular
	for _, p := range list {
		if len(p.Emails) > 0 {
			out.to = append(out.to, p)
		} else {
			out.without = append(out.without, p)
		}
	}
	return out
}

// longestMail is how long an address may be that opens a mail: longer ones are cut by programs.
const longestMail = 1900

// addresses are the first addresses of those who are written to.
func (c circular) addresses() string {
	out := make([]string, len(c.to))
	for i, p := range c.to {
		out[i] = p.Emails[0]
	}
	return strings.Join(out, ", ")
}

// mail opens a mail to all of them, who do not see each other's address; empty when programs would cut it.
func (c circular) mail() string {
	address := "mailto:?bcc=" + url.PathEscape(strings.ReplaceAll(c.addresses(), ", ", ","))
	if len(address) > longestMail {
		return ""
	}
	return address
}
