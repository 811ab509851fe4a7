package give

import (
	"context"

	"github.com/a-h/templ"

	"gave.network/internal/network"
	"gave.network/internal/op"
)

// Panel shows what the viewer gave to a person on that person's page. What came in is not set beside it: there is no balance.
func (s *Service) Panel(ctx context.Context, v op.Viewer, person network.Person) (templ.Component, error) {
	gifts, err := s.To(ctx, v, person.ID, 20)
	if err != nil || len(gifts) == 0 {
		return nil, err
	}
	return giftsPanel(gifts), nil
}
