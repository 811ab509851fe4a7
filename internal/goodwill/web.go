package goodwill

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/network"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// Panel shows what matters to a person on that person's page.
func (s *Service) Panel(ctx context.Context, v op.Viewer, person network.Person) (templ.Component, error) {
	facts, err := s.Facts(ctx, v, person.ID, "", false, 50)
	if err != nil || len(facts) == 0 {
		return nil, err
	}
	return factsPanel(facts), nil
}

// AnswerForm records that a need was met.
func (s *Service) AnswerForm(w http.ResponseWriter, r *http.Request) error {
	request := page.From(r.Context())
	key, err := id.Parse(r.FormValue("fact"))
	if err != nil {
		return fault.New(fault.NotFound, "There is no such need of yours.")
	}
	if err := s.Answer(r.Context(), request.Viewer, key); err != nil {
		return err
	}
	return page.Done(w, r, r.FormValue("back"), request.Printer.T("Well done."))
}
