package erase

import (
	"net/http"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/page"
	"gave.network/internal/people"
)

// eraseInput reads how a person is to be erased.
func eraseInput(r *http.Request) EraseInput {
	return EraseInput{
		PersonInput: people.PersonInput{Person: r.PathValue("person")}, Everywhere: r.FormValue("everywhere") != "",
		ComeBack: r.FormValue("come_back") != "",
		Reason:   r.FormValue("reason"),
	}
}

// preview says what erasing a person would do.
func (p pages) preview(w http.ResponseWriter, r *http.Request) error {
	return p.renderErase(w, r, http.StatusOK, nil)
}

func (p pages) renderErase(w http.ResponseWriter, r *http.Request, status int, wrong error) error {
	ctx, v, in := r.Context(), page.From(r.Context()).Viewer, eraseInput(r)
	person, err := p.Owned(ctx, v, in.Person)
	if err != nil {
		return err
	}
	// What the texts hold is said when it is asked: all of them are read for it.
	texts := r.FormValue("texts") != ""
	preview, err := p.eraseAs(ctx, v, in, Erasure{Preview: true, Unread: !texts, Everywhere: in.Everywhere})
	if err != nil {
		return err
	}
	return page.Render(w, r, status, erasePage(people.Ref{ID: person.ID, Name: person.Name}, preview, in, texts, wrong))
}

// erased erases a person for whom the button that says so was pressed.
func (p pages) erased(w http.ResponseWriter, r *http.Request) error {
	if r.FormValue("sure") == "" {
		return p.renderErase(w, r, http.StatusUnprocessableEntity,
			fault.New(fault.Invalid, "Say that you are sure."))
	}
	erased, err := p.erase(r.Context(), page.From(r.Context()).Viewer, eraseInput(r))
	if err != nil {
		return err
	}
	erased.Left = nil // a message is no place for texts
	return page.Done(w, r, "/people",
		strings.ReplaceAll(strings.TrimSpace(erased.Text(page.From(r.Context()).Printer)), "\n", " "))
}
