package give

import (
	"net/http"

	"gave.network/internal/op"
)

// BudgetInput says how much the viewer means to give.
type BudgetInput struct {
	Minutes int `json:"minutes" arg:"1" doc:"minutes a week; 0 for no budget" minimum:"0" maximum:"10080"`
}

func (s *Service) healthy() []op.Operation {
	return []op.Operation{
		op.New("give.health", http.MethodGet, "/give/health", op.Member, "Say how you give.", s.health).
			With("How much this week, in pieces how small, and whether one person takes most of it. It is for you "+
				"alone.", "gave give health"),
		op.New("give.budget", http.MethodPut, "/give/budget", op.Member,
			"Set how many minutes a week you mean to give.", s.setBudget).
			With("Only you see it. 0 takes it away.", "gave give budget 120"),
	}
}
