package peopleweb

import (
	"net/http"

	"gave.network/internal/fault"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
)

// askedSharing is a rule that was asked about, with what it would change.
type askedSharing struct {
	in      people.SharingInput
	about   string // what it is about, in words
	preview people.SharePreview
}

// person is whom it is about; empty for others.
func (a *askedSharing) person() string {
	if a == nil || a.in.Person == "" {
		return ""
	}
	return a.about
}

// sharing shows what the other members see of the reader's ties.
func (p pages) sharing(w http.ResponseWriter, r *http.Request) error {
	shown, err := p.Sharing(r.Context(), page.From(r.Context()).Viewer, op.None{})
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, sharingPage(shown, nil))
}

// shared says what a rule would change, sets it, or takes the last one back.
func (p pages) shared(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	page.StandsAt(r, "/sharing")
	if r.FormValue("do") == "undo" {
		shown, err := p.UndoShare(ctx, request.Viewer, op.None{})
		if err != nil {
			return err
		}
		return page.Done(w, r, "/sharing", shown.Sentence(request.Printer))
	}
	in, err := page.Input[people.SharingInput](r, "share.set")
	if err != nil {
		return err
	}
	switch r.FormValue("do") {
	case "set":
		shown, err := p.SetShare(ctx, request.Viewer, in)
		if err != nil {
			return err
		}
		return page.DoneFor(w, r, "/sharing", shown.Sentence(request.Printer),
			page.Undo{Address: "/sharing", Fields: []string{"do", "undo"}})
	case "preview":
		asked := askedSharing{in: in}
		if asked.preview, err = p.PreviewShare(ctx, request.Viewer, in); err != nil {
			return err
		}
		if asked.about, err = p.aboutSharing(r, &asked); err != nil {
			return err
		}
		return page.Render(w, r, http.StatusOK, sharingPage(asked.preview.Now, &asked))
	}
	return fault.New(fault.Invalid, "There is nothing to do.")
}

// aboutSharing says in words what a rule is about. Whom it means is in it by id from then on.
func (p pages) aboutSharing(r *http.Request, a *askedSharing) (string, error) {
	ctx, request := r.Context(), page.From(r.Context())
	for _, who := range []*string{&a.in.Person, &a.in.Tie} {
		if *who == "" {
			continue
		}
		person, err := p.Resolve(ctx, request.Viewer, *who)
		*who = person.ID.String()
		return person.Name, err
	}
	for _, o := range a.preview.Now.Sources {
		if o.ID == a.in.Source {
			return o.Name, nil
		}
	}
	return request.Printer.T("Of everybody you know"), nil
}
