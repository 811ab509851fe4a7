package people

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/tie"
)

// pages adds the pages of people and organisations.
func (s *Store) pages(m *page.Mux) {
	p := Pages{s}
	m.Handle("GET /people", op.Guest, p.PeoplePage)
	m.Handle("GET /people/new", op.Member, p.AddPage)
	m.Handle("POST /people/new", op.Member, p.AddForm)
	m.Handle("GET /people/{person}", op.Guest, p.PersonPage)
	m.Handle("POST /people/{person}", op.Member, p.PersonForm)
	m.Handle("GET /organisations", op.Guest, p.OrganisationsPage)
	m.Handle("GET /organisations/{organisation}", op.Guest, p.OrganisationPage)
}

// Pages are the pages of people and organisations.
type Pages struct{ *Store }

const perPage = 50

// peopleQuery reads the query of a page of people.
func peopleQuery(r *http.Request) PeopleQuery {
	q := r.URL.Query()
	offset, _ := strconv.Atoi(q.Get("offset"))
	return PeopleQuery{
		Query: q.Get("query"), Class: tie.Class(q.Get("class")), Organisation: q.Get("organisation"), Tag: q.Get("tag"),
		Place: q.Get("place"), Sort: q.Get("sort"), Limit: perPage, Offset: max(0, offset),
	}
}

// address returns the address of the page of people for a query.
func (q PeopleQuery) address() string {
	values := url.Values{}
	for name, value := range map[string]string{
		"query": q.Query, "class": string(q.Class), "organisation": q.Organisation, "tag": q.Tag,
		"place": q.Place, "sort": q.Sort,
	} {
		if value != "" {
			values.Set(name, value)
		}
	}
	if q.Offset > 0 {
		values.Set("offset", strconv.Itoa(q.Offset))
	}
	if len(values) == 0 {
		return "/people"
	}
	return "/people?" + values.Encode()
}

// with returns the query with another class, from its first page.
func (q PeopleQuery) withClass(class tie.Class) PeopleQuery {
	q.Class, q.Offset = class, 0
	return q
}

func (q PeopleQuery) at(offset int) PeopleQuery {
	q.Offset = offset
	return q
}

// People lists people. A script asks for the part with the results while somebody types.
func (p Pages) PeoplePage(w http.ResponseWriter, r *http.Request) error {
	query := peopleQuery(r)
	list, err := p.People(r.Context(), page.From(r.Context()).Viewer, query)
	if err != nil {
		return err
	}
	if page.Fragment(r) != "" {
		return page.Render(w, r, http.StatusOK, peopleResults(query, list))
	}
	proposals, err := p.Proposals(r.Context(), page.From(r.Context()).Viewer, id.Zero, 1)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, peoplePage(query, list, len(proposals) > 0))
}

// personView is all that the page of a person shows.
type personView struct {
	PersonDetail
	tie       *TieExplained
	events    []Event
	older     string // the address of what happened before
	proposals []Proposal
	panels    []templ.Component
	writes    bool   // the viewer is a member and may write about this person
	keeps     bool   // the viewer keeps this person and may change it
	shown     string // the version of what is shown
	typed     Change // what the viewer wanted to change, when that did not go
	wrong     error  // why not
}

// shownEvents is how many interactions a page of a person shows.
const shownEvents = 20

// PersonPage shows a person.
func (p Pages) PersonPage(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	key, err := id.Parse(r.PathValue("person"))
	if err != nil {
		return fault.New(fault.NotFound, "There is no such page.")
	}
	person, err := p.Person(ctx, p.db, v, key)
	if err != nil {
		return err
	}
	if person.ID != key { // found to be another since
		http.Redirect(w, r, "/people/"+person.ID.String(), http.StatusSeeOther)
		return nil
	}
	return p.renderPerson(w, r, http.StatusOK, person, personView{})
}

// renderPerson shows the page of a person; view holds what was typed, if that is shown again.
func (p Pages) renderPerson(w http.ResponseWriter, r *http.Request, status int, person Person, view personView) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	view.writes, view.keeps = v.Role >= op.Member, person.Owner == v.Member
	var err error
	if view.PersonDetail, err = p.Detail(ctx, v, person); err != nil {
		return err
	}
	if view.shown, err = view.version(); err != nil {
		return err
	}
	before := v.Now.AddDate(2, 0, 0)
	if micro, err := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64); err == nil {
		before = time.UnixMicro(micro)
	}
	if view.events, err = p.Timeline(ctx, v, person.ID, before, shownEvents+1); err != nil {
		return err
	}
	if len(view.events) > shownEvents {
		view.events = view.events[:shownEvents]
		view.older = "/people/" + person.ID.String() + "?before=" +
			strconv.FormatInt(view.events[shownEvents-1].Time.UnixMicro(), 10) + "#timeline"
	}
	if view.proposals, err = p.Proposals(ctx, v, person.ID, 5); err != nil {
		return err
	}
	if !v.Person.IsZero() && v.Person != person.ID {
		self, err := p.Person(ctx, p.db, v, v.Person)
		if err != nil {
			return err
		}
		tie, err := p.ExplainTie(ctx, v, self, person)
		if err != nil {
			return err
		}
		view.tie = &tie
	}
	for _, room := range p.rooms {
		if room.Panel == nil {
			continue
		}
		component, err := room.Panel(ctx, v, person.ID)
		if err != nil {
			return err
		}
		if component != nil {
			view.panels = append(view.panels, component)
		}
	}
	return page.Render(w, r, status, personPage(view))
}
