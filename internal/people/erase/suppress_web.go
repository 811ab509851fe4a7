package erase

import (
	"net/http"

	"gave.network/internal/page"
)

// suppressions lists who was erased and is not to come back.
func (p pages) suppressions(w http.ResponseWriter, r *http.Request) error {
	list, err := p.ListSuppressions(r.Context(), page.From(r.Context()).Viewer)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, suppressionsPage(list))
}

// lift lifts one of them.
func (p pages) lift(w http.ResponseWriter, r *http.Request) error {
	request := page.From(r.Context())
	if _, err := p.LiftSuppression(r.Context(), request.Viewer, r.FormValue("suppression")); err != nil {
		return err
	}
	return page.Done(w, r, "/suppressions", request.Printer.T("Lifted. The next import may bring the person in again."))
}
