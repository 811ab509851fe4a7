package peopleweb

import (
	"net/http"
	"net/url"
	"strconv"

	"gave.network/internal/page"
	"gave.network/internal/people"
)

// organisationsAt returns the address of the page of organisations for a query.
func organisationsAt(q people.OrganisationQuery) string {
	values := url.Values{}
	if q.Query != "" {
		values.Set("query", q.Query)
	}
	if q.Offset > 0 {
		values.Set("offset", strconv.Itoa(q.Offset))
	}
	if len(values) == 0 {
		return "/organisations"
	}
	return "/organisations?" + values.Encode()
}

func beforeOrganisations(q people.OrganisationQuery) string {
	if q.Offset == 0 {
		return ""
	}
	q.Offset = max(0, q.Offset-perPage)
	return organisationsAt(q)
}

func afterOrganisations(q people.OrganisationQuery, more bool) string {
	if !more {
		return ""
	}
	q.Offset += perPage
	return organisationsAt(q)
}

// atOrganisation is the person with the role in the organisation that the page is about.
func atOrganisation(m people.OrganisationMember) people.PersonSummary {
	p := m.PersonSummary
	p.Organisation, p.Role = "", m.In.Title
	if m.In.Until != "" {
		p.Role = m.In.Title + " (" + m.In.From + "–" + m.In.Until + ")"
	}
	return p
}

// organisations lists organisations.
func (p pages) organisations(w http.ResponseWriter, r *http.Request) error {
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	query := people.OrganisationQuery{Query: r.URL.Query().Get("query"), Limit: perPage, Offset: max(0, offset)}
	list, err := p.Organisations(r.Context(), page.From(r.Context()).Viewer, query)
	if err != nil {
		return err
	}
	if page.Fragment(r) != "" {
		return page.Render(w, r, http.StatusOK, organisationResults(query, list))
	}
	return page.Render(w, r, http.StatusOK, organisationsPage(query, list))
}

// organisation shows an organisation with its people.
func (p pages) organisation(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	o, err := p.Organisation(ctx, v, r.PathValue("organisation"))
	if err != nil {
		return err
	}
	shown, err := p.wayIn(ctx, v, o)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, organisationPage(shown))
}
