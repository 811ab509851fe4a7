package peopleweb

import (
	"net/http"

	"github.com/a-h/templ"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/tie"
)

// askedSharing is a rule that was asked about, with what it would change.
type askedSharing struct {
	in      people.SharingInput
	about   string // what it is about, in words
	preview people.SharePreview
}

// shownTies is how many ties a list of the page shows.
const shownTies = 200

// tieRule is where the rule about the tie with a person is chosen.
func tieRule(with people.Ref) templ.SafeURL {
	return templ.SafeURL("/sharing?tie=" + with.ID.String() + "#ties")
}

// person is whom it is about; empty for others.
func (a *askedSharing) person() string {
	if a == nil || a.in.Person == "" {
		return ""
	}
	return a.about
}

// with is with whom the tie is that it is about, or that was chosen.
func (a *askedSharing) with(chosen people.Ref) people.Ref {
	if a == nil || a.in.Tie == "" {
		return chosen
	}
	key, _ := id.Parse(a.in.Tie) // which is by id since aboutSharing
	return people.Ref{ID: key, Name: a.about}
}

// level is what was asked to be shown of a tie; of one that was chosen from the list, what its rule says now.
func (a *askedSharing) level(s people.Sharing, chosen people.Ref) tie.Level {
	switch {
	case a != nil && a.in.Tie != "":
		return tie.ParseLevel(a.in.Show)
	case !chosen.ID.IsZero():
		for _, r := range s.Rules {
			if r.Width == "tie" && r.Person == chosen.ID {
				return r.Show
			}
		}
		return tie.NoRule
	}
	return tie.Hidden
}

// sharing shows what the other members see of the reader's ties; with a person, the form for the rule about that tie is
// filled in.
func (p pages) sharing(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	shown, err := p.Sharing(ctx, v, op.None{})
	if err != nil {
		return err
	}
	var chosen people.Ref
	if with := r.FormValue("tie"); with != "" {
		person, err := p.Resolve(ctx, v, with)
		if err != nil {
			return err
		}
		chosen = people.Ref{ID: person.ID, Name: person.Name}
	}
	return page.Render(w, r, http.StatusOK, sharingPage(shown, nil, chosen))
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
		return page.Render(w, r, http.StatusOK, sharingPage(asked.preview.Now, &asked, people.Ref{}))
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
