package power

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// ResultsPage lists what was achieved together, and asks for another. With a goal it begins with who took part in that.
func (s *Service) ResultsPage(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	list, err := s.Results(ctx, v, id.Zero)
	if err != nil {
		return err
	}
	var asked AddResultInput
	if key, wrong := id.Parse(r.FormValue("goal")); wrong == nil {
		g, err := s.goal(ctx, v, key)
		if err != nil {
			return err
		}
		parts, err := s.takePart(ctx, v, key)
		if err != nil {
			return err
		}
		asked.Goal, asked.Title = key, g.Title
		for _, p := range parts {
			asked.People = append(asked.People, p.Name)
		}
	}
	return page.Render(w, r, http.StatusOK, resultsPage(list, asked))
}

// ResultForm stores a result.
func (s *Service) ResultForm(w http.ResponseWriter, r *http.Request) error {
	page.StandsAt(r, "/power/results")
	in, err := page.Input[AddResultInput](r, "power.result.add", page.Commas("people", "people"))
	if err != nil {
		return err
	}
	out, err := s.addResult(r.Context(), page.From(r.Context()).Viewer, in)
	if err != nil {
		return err
	}
	return page.Done(w, r, "/power/results/"+out.ID.String(), page.From(r.Context()).Printer.T("Noted."))
}

// ResultPage shows a result with everybody who had a part in it.
func (s *Service) ResultPage(w http.ResponseWriter, r *http.Request) error {
	key, err := id.Parse(r.PathValue("result"))
	if err != nil {
		return noResult()
	}
	out, err := s.Result(r.Context(), page.From(r.Context()).Viewer, key)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, resultPage(out))
}

// ResultGoneForm forgets a result.
func (s *Service) ResultGoneForm(w http.ResponseWriter, r *http.Request) error {
	key, err := id.Parse(r.PathValue("result"))
	if err != nil {
		return noResult()
	}
	request := page.From(r.Context())
	if err := s.RemoveResult(r.Context(), request.Viewer, key); err != nil {
		return err
	}
	return page.Done(w, r, "/power/results", request.Printer.T("Noted."))
}

// Panel shows what was achieved with somebody.
func (s *Service) Panel(ctx context.Context, v op.Viewer, person id.ID) (templ.Component, error) {
	list, err := s.Results(ctx, v, person)
	if err != nil || len(list) == 0 || person == v.Person {
		return nil, err
	}
	return panel(person, list), nil
}
