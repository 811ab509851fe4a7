package people

import (
	"context"
	"net/http"
	"strings"
	"unicode/utf8"

	"gave.network/internal/fault"
	"gave.network/internal/op"
	"gave.network/internal/page"
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
