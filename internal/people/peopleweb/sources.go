package peopleweb

import (
	"net/http"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/page"
	"gave.network/internal/people"
)

// asked returns the person whom the path of a request names.
func (p pages) asked(r *http.Request) (people.Person, error) {
	key, err := id.Parse(r.PathValue("person"))
	if err != nil {
		return people.Person{}, fault.New(fault.NotFound, "There is no such page.")
	}
	return p.Person(r.Context(), p.DB(), page.From(r.Context()).Viewer, key)
}

// sources shows where what is known of a person comes from, and lets it be taken along.
func (p pages) sources(w http.ResponseWriter, r *http.Request) error {
	person, err := p.asked(r)
	if err != nil {
		return err
	}
	facts, err := p.Sources(r.Context(), page.From(r.Context()).Viewer, person)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, sourcesPage(person, facts))
}

// taken gives what is kept of a person as a file: a card, or all of it with the names of others masked.
func (p pages) taken(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	person, err := p.asked(r)
	if err != nil {
		return err
	}
	switch r.FormValue("as") {
	case "card":
		return p.cards(w, r, person.Name, []id.ID{person.ID})
	case "all":
		file := &page.Download{To: w, Name: person.Name + ".json", Media: "application/json"}
		return file.End(p.export(ctx, v, file, person.ID.String()))
	}
	return fault.New(fault.NotFound, "There is no such page.")
}

// cards gives people as a file of cards.
func (p pages) cards(w http.ResponseWriter, r *http.Request, name string, people []id.ID) error {
	text, err := p.VCards(r.Context(), page.From(r.Context()).Viewer, people)
	if err != nil {
		return err
	}
	file := &page.Download{To: w, Name: name + ".vcf", Media: "text/vcard; charset=utf-8"}
	_, err = file.Write(text)
	return file.End(err)
}
