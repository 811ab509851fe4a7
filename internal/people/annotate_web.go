package people

import (
	"context"
	"net/http"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// AddPage offers a form for a new person.
func (p Pages) AddPage(w http.ResponseWriter, r *http.Request) error {
	return page.Render(w, r, http.StatusOK, addPage(r.URL.Query().Get("name")))
}

// AddForm adds a person.
func (p Pages) AddForm(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	in, err := page.Input[NewPersonInput](r, "people.add")
	if err != nil {
		return err
	}
	person, err := p.addPerson(ctx, v, in)
	if err != nil {
		return err
	}
	return page.Done(w, r, "/people/"+person.ID.String(), storedWith(page.From(ctx).Printer, person.Shared))
}

// storedWith says that something is stored, and what of it is shared with others.
func storedWith(p *locale.Printer, shared []SharedIdentifier) string {
	return strings.TrimSpace(strings.Join(append([]string{p.T("Stored.")}, sharedSentences(p, shared)...), " "))
}

// PersonForm changes what is known of a person; the field do says what.
func (p Pages) PersonForm(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	who := PersonInput{r.PathValue("person")}
	sentence, back := "Stored.", "/people/"+who.Person
	var err error
	switch r.FormValue("do") {
	case "edit":
		return p.editForm(w, r, who)
	case "identify":
		in, err := page.Input[IdentifierInput](r, "people.identify")
		if err != nil {
			return err
		}
		given, err := p.identify(ctx, request.Viewer, in)
		if err == nil {
			return page.Done(w, r, back, storedWith(request.Printer, given.Shared))
		}
		return fault.About(err, "value")
	case "unidentify":
		_, err = p.unidentify(ctx, request.Viewer, IdentifierInput{who, r.FormValue("value")})
	case "tag":
		var in TagsInput
		in, err = page.Input[TagsInput](r, "people.tag", page.Means("tags", "tag", splitTags(r.FormValue("tag"))...))
		if err == nil {
			_, err = p.tag(ctx, request.Viewer, in)
		}
	case "untag":
		_, err = p.untag(ctx, request.Viewer, TagInput{who, r.FormValue("tag")})
	case "note":
		var in NoteInput
		if in, err = page.Input[NoteInput](r, "people.note"); err == nil {
			_, err = p.note(ctx, request.Viewer, in)
		}
	case "unnote":
		sentence = "Removed."
		err = p.withID(r.FormValue("note"), func(key id.ID) error { return p.RemoveNote(ctx, request.Viewer, key) })
	case "date":
		var in DateInput
		if in, err = page.Input[DateInput](r, "people.date"); err == nil {
			_, err = p.setDate(ctx, request.Viewer, in)
		}
	case "undate":
		sentence = "Removed."
		_, err = p.removeDate(ctx, request.Viewer, DateKindInput{who, r.FormValue("kind")})
	case "share":
		var in ShareInput
		if in, err = page.Input[ShareInput](r, "people.share"); err == nil {
			_, err = p.share(ctx, request.Viewer, in)
		}
	case "remove":
		sentence = "Removed."
		err = p.withID(r.FormValue("interaction"), func(key id.ID) error {
			return p.RemoveInteraction(ctx, request.Viewer, key)
		})
	default:
		err = fault.New(fault.Invalid, "There is nothing to do.")
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, back, request.Printer.T(sentence))
}

// editForm changes the fields of a person. When somebody changed the person since the form was shown, and when
// something is wrong, what was typed is shown again beside what is stored.
func (p Pages) editForm(w http.ResponseWriter, r *http.Request, who PersonInput) error {
	ctx, request := r.Context(), page.From(r.Context())
	in, err := page.Input[EditPersonInput](r, "people.edit")
	if err != nil {
		return err
	}
	err = p.unchanged(ctx, request.Viewer, who.Person, r.FormValue(page.VersionField))
	if err == nil {
		_, err = p.editPerson(ctx, request.Viewer, in)
	}
	switch fault.CodeOf(err) {
	case "":
		return page.Done(w, r, "/people/"+who.Person, request.Printer.T("Stored."))
	case fault.Changed:
		person, failed := p.Resolve(ctx, request.Viewer, who.Person)
		if failed != nil {
			return err
		}
		return p.renderPerson(w, r, page.StatusOf(err), person, personView{typed: in.change(), wrong: err})
	}
	return err
}

// unchanged returns a fault when a person is not as it was when the version was made; none was made when that is empty.
func (p Pages) unchanged(ctx context.Context, v op.Viewer, person, version string) error {
	if version == "" {
		return nil
	}
	now, err := p.Version(ctx, v, person)
	if err == nil && now != version {
		err = op.ChangedMeanwhile()
	}
	return err
}

func (p Pages) withID(value string, f func(id.ID) error) error {
	key, err := id.Parse(value)
	if err != nil {
		return fault.New(fault.NotFound, "It is not here, or not yours to see.")
	}
	return f(key)
}

// splitTags reads tags that are separated by commas, or by spaces when there is no comma.
func splitTags(value string) []string {
	if strings.Contains(value, ",") {
		return strings.Split(value, ",")
	}
	return strings.Fields(value)
}
