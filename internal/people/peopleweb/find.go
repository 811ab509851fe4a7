package peopleweb

import (
	"context"
	"net/http"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
)

// find offers a script the people whom a name may mean that somebody is typing. Without one it is the search.
func (p pages) find(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	typed := strings.TrimSpace(r.FormValue("q"))
	if page.Fragment(r) == "" {
		http.Redirect(w, r, people.PeopleQuery{Query: typed}.Address(), http.StatusSeeOther)
		return nil
	}
	found, err := p.Find(ctx, v, typed, people.MostChoices)
	if err != nil {
		return err
	}
	adds := r.FormValue("adds") != "" && v.Role >= op.Member && people.CanBeCalled(typed)
	return page.Render(w, r, http.StatusOK, foundPeople(found, typed, adds))
}

// addNamed adds somebody of whom only the name is known, for a form that names them.
func (p pages) addNamed(ctx context.Context, v op.Viewer, name string) (string, error) {
	if err := v.May(op.Member); err != nil {
		return "", err
	}
	if !people.CanBeCalled(name) {
		return "", fault.New(fault.Invalid, "A person needs a name.")
	}
	key, err := p.AddPerson(ctx, v, people.NewPerson{Person: people.Person{Name: name}})
	return key.String(), err
}
