package people

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/text"
)

// FindPage offers a script the people whom a name may mean that somebody is typing. Without one it is the search.
func (p Pages) FindPage(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	typed := strings.TrimSpace(r.FormValue("q"))
	if page.Fragment(r) == "" {
		http.Redirect(w, r, PeopleQuery{Query: typed}.address(), http.StatusSeeOther)
		return nil
	}
	var found []PersonSummary
	if utf8.RuneCountInString(typed) <= longestName {
		var err error
		if found, err = p.Find(ctx, v, typed, mostChoices); err != nil {
			return err
		}
	}
	adds := r.FormValue("adds") != "" && v.Role >= op.Member && canBeCalled(typed)
	return page.Render(w, r, http.StatusOK, foundPeople(found, typed, adds))
}

// Find returns the people whom somebody may mean who has typed so much of a name, the likeliest first: those who are
// called so before those who work there or are known by the words otherwise, and in each the strongest ties first.
func (s *Store) Find(ctx context.Context, v op.Viewer, typed string, limit int) ([]PersonSummary, error) {
	const looked = 200
	words := text.Words(typed)
	if len(words) == 0 {
		return nil, nil
	}
	keys, err := s.peoplePage(ctx, v, PeopleQuery{Query: typed, Limit: looked})
	if err != nil {
		return nil, err
	}
	known, err := s.PeopleByID(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	var called, otherwise []id.ID
	for _, key := range keys {
		p := known[key]
		names := text.Words(p.AllNames())
		if slices.ContainsFunc(words, func(w string) bool {
			return !slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, w) })
		}) {
			otherwise = append(otherwise, key)
		} else {
			called = append(called, key)
		}
	}
	keys = append(called, otherwise...)
	return s.Summaries(ctx, v, keys[:min(len(keys), limit)])
}

// addNamed adds somebody of whom only the name is known, for a form that names them.
func (p Pages) addNamed(ctx context.Context, v op.Viewer, name string) (string, error) {
	if err := v.May(op.Member); err != nil {
		return "", err
	}
	if !canBeCalled(name) {
		return "", fault.New(fault.Invalid, "A person needs a name.")
	}
	key, err := p.AddPerson(ctx, v, NewPerson{Person: Person{Name: name}})
	return key.String(), err
}
