package identity

import (
	"net/http"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/page"
)

// merges lists the people that may be one.
func (p pages) merges(w http.ResponseWriter, r *http.Request) error {
	const shown = 30
	v := page.From(r.Context()).Viewer
	proposals, err := p.Proposals(r.Context(), v, id.Zero, shown)
	if err != nil {
		return err
	}
	open, certain, err := p.OpenProposals(r.Context(), v)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, mergesPage(proposals, open, certain))
}

// answer answers a proposal or takes a merge back.
func (p pages) answer(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	if r.FormValue("answer") == "all" {
		batch, n, err := p.AcceptCertain(ctx, request.Viewer)
		if err != nil {
			return err
		}
		return page.DoneFor(w, r, "/merges", request.Printer.T("%d merges made.", n), page.Undo{
			Address: "/merges", Fields: []string{"answer", "back", "batch", batch.String()},
		})
	}
	if r.FormValue("answer") == "back" {
		batch, err := id.Parse(r.FormValue("batch"))
		if err != nil {
			return fault.New(fault.NotFound, "It is not here, or not yours to see.")
		}
		if _, err := p.UndoBatch(ctx, request.Viewer, batch); err != nil {
			return err
		}
		return page.Done(w, r, "/merges", request.Printer.T("They are two people again."))
	}
	key, err := id.Parse(r.FormValue("merge"))
	if err != nil {
		return fault.New(fault.Invalid, "Say which people you mean.")
	}
	sentence := ""
	switch r.FormValue("answer") {
	case "accept":
		_, err = p.Accept(ctx, request.Viewer, key)
		sentence = "They are one person now. You can take it back on their page."
	case "reject":
		err = p.Reject(ctx, request.Viewer, key)
		sentence = "They stay two people and are not proposed again."
	case "undo":
		err = p.UndoMerge(ctx, request.Viewer, key)
		sentence = "They are two people again."
	default:
		err = fault.New(fault.Invalid, "Say which people you mean.")
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, r.FormValue("back"), request.Printer.T(sentence))
}
