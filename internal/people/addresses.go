package people

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// Address returns the address of the page of people for a query.
func (q PeopleQuery) Address() string {
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

// Under is the line under a person's name: the work and the place, or a mail address.
func (p PersonSummary) Under() string {
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

// Typed returns how a field of a form shows the person whom an address names by id, and the request in whose forms that
// name means this one; other text comes back as it is.
func (s *Store) Typed(r *http.Request, value string) (*http.Request, string, error) {
	if _, err := id.Parse(value); err != nil {
		return r, value, nil
	}
	p, err := s.Resolve(r.Context(), page.From(r.Context()).Viewer, value)
	if err != nil {
		return r, "", err
	}
	meant := map[string]string{p.Name: p.ID.String()}
	for name, key := range op.MeantBy(r.Context()) {
		meant[name] = key
	}
	return r.WithContext(op.WithMeant(r.Context(), meant)), p.Name, nil
}
