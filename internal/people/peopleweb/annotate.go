package peopleweb

import (
	"context"
	"net/http"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
)

// addForm offers a form for a new person.
func (p pages) addForm(w http.ResponseWriter, r *http.Request) error {
	return page.Render(w, r, http.StatusOK, addPage(r.URL.Query().Get("name")))
}

// added adds a person.
func (p pages) added(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	in, err := page.Input[people.NewPersonInput](r, "people.add")
	if err != nil {
		return err
	}
	person, err := p.Add(ctx, v, in)
	if err != nil {
		return err
	}
	return page.Done(w, r, "/people/"+person.ID.String(), storedWith(page.From(ctx).Printer, person.Shared))
}

// storedWith says that something is stored, and what of it is shared with others.
func storedWith(p *locale.Printer, shared []people.SharedIdentifier) string {
	return strings.TrimSpace(strings.Join(append([]string{p.T("Stored.")}, people.SharedSentences(p, shared)...), " "))
}

// changed changes what is known of a person; the field do says what.
func (p pages) changed(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	v, who := request.Viewer, people.PersonInput{Person: r.PathValue("person")}
	sentence, warning, back := "Stored.", "", "/people/"+who.Person
	person, err := p.Resolve(ctx, v, who.Person)
	if err != nil {
		return err
	}
	switch r.FormValue("do") {
	case "edit":
		return p.editForm(w, r, who)
	case "identify":
		in, err := page.Input[people.IdentifierInput](r, "people.identify")
		if err != nil {
			return err
		}
		given, err := p.Identify(ctx, v, in)
		if err == nil {
			return page.Done(w, r, back, storedWith(request.Printer, given.Shared))
		}
		return fault.About(err, "value")
	case "unidentify":
		_, err = p.Unidentify(ctx, v, people.IdentifierInput{PersonInput: who, Value: r.FormValue("value")})
	case "tag":
		var in people.TagsInput
		in, err = page.Input[people.TagsInput](r, "people.tag",
			page.Means("tags", "tag", splitTags(r.FormValue("tag"))...))
		if err == nil {
			err = p.Tag(ctx, v, person, in.Tags)
		}
	case "link":
		members, err := p.Members(ctx, v)
		if err != nil {
			return err
		}
		in, err := page.Input[people.LinkInput](r, "members.link", page.As("person", "other"),
			page.Means("member", "member", members[person.ID].Member.String()))
		if err != nil {
			return err
		}
		if _, err = p.Link(ctx, v, in.Member, in.Person); err != nil {
			return fault.About(err, "person")
		}
	case "unlink":
		sentence = "Removed."
		err = withID(r.FormValue("merge"), func(key id.ID) error { return p.Unlink(ctx, v, key) })
	case "untag":
		err = p.Untag(ctx, v, person, r.FormValue("tag"))
	case "note":
		var in people.NoteInput
		if in, err = page.Input[people.NoteInput](r, "people.note"); err == nil {
			_, err = p.AddNote(ctx, v, person, in.Text, in.Visibility)
			warning = people.Warning(request.Printer, in.Text)
		}
	case "unphoto":
		sentence = "Removed."
		err = p.RemovePhoto(ctx, v, person)
	case "unnote":
		sentence = "Removed."
		err = withID(r.FormValue("note"), func(key id.ID) error { return p.RemoveNote(ctx, v, key) })
	case "date":
		var in people.DateInput
		if in, err = page.Input[people.DateInput](r, "people.date"); err == nil {
			err = p.SetDay(ctx, v, person, in)
		}
	case "undate":
		sentence = "Removed."
		err = p.RemoveDate(ctx, v, person, r.FormValue("kind"))
	case "share":
		var in people.ShareInput
		if in, err = page.Input[people.ShareInput](r, "people.share"); err == nil {
			err = p.ShareWith(ctx, v, in)
		}
	case "remove":
		sentence = "Removed."
		err = withID(r.FormValue("interaction"), func(key id.ID) error { return p.RemoveInteraction(ctx, v, key) })
	default:
		err = fault.New(fault.Invalid, "There is nothing to do.")
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, back, request.Printer.T(sentence)+warning)
}

// editForm changes the fields of a person. When somebody changed the person since the form was shown, and when
// something is wrong, what was typed is shown again beside what is stored.
func (p pages) editForm(w http.ResponseWriter, r *http.Request, who people.PersonInput) error {
	ctx, request := r.Context(), page.From(r.Context())
	in, err := page.Input[people.EditPersonInput](r, "people.edit")
	if err != nil {
		return err
	}
	err = p.unchanged(ctx, request.Viewer, who.Person, r.FormValue(page.VersionField))
	if err == nil {
		_, err = p.Edit(ctx, request.Viewer, in)
	}
	switch fault.CodeOf(err) {
	case "":
		return page.Done(w, r, "/people/"+who.Person, request.Printer.T("Stored."))
	case fault.Changed:
		person, failed := p.Resolve(ctx, request.Viewer, who.Person)
		if failed != nil {
			return err
		}
		return p.renderPerson(w, r, page.StatusOf(err), person, personView{typed: in.Change(), wrong: err})
	}
	return err
}

// unchanged returns a fault when a person is not as it was when the version was made; none was made when that is empty.
func (p pages) unchanged(ctx context.Context, v op.Viewer, person, version string) error {
	if version == "" {
		return nil
	}
	now, err := p.Version(ctx, v, person)
	if err == nil && now != version {
		err = op.ChangedMeanwhile()
	}
	return err
}

func withID(value string, f func(id.ID) error) error {
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
