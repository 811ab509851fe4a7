package give

import (
	"net/http"

	"gave.network/internal/id"
	"gave.network/internal/op"
)

func (s *Service) tracing() []op.Operation {
	return []op.Operation{
		op.New("give.trace", http.MethodGet, "/returns/{return}/trace", op.Member,
			"Trace which gifts may have led to a return.", s.trace).
			With("Over whom and how long after. What no gift explains is said as well. The shares are estimates, and "+
				"what you confirm overrides them.", "gave give trace 018f…"),
		op.New("give.confirm", http.MethodPost, "/returns/{return}/trace", op.Member,
			"Say which gift led to a return, or that none did.", s.confirm).
			With("Without a gift it says: nothing I gave.", "gave give confirm 018f… --gift 018e…").InParts(),
		op.New("give.chance", http.MethodGet, "/give/chance", op.Member,
			"Say whether gifts precede returns more than chance would.", s.chance).
			With("It compares what happened with what would have happened had others received your gifts, a thousand "+
				"times at most. It also draws how long it takes until a gift comes back.", "gave give chance"),
	}
}

// ReturnInput names a return.
type ReturnInput struct {
	Return id.ID `json:"return" arg:"1" doc:"the id of the return"`
	Limit  int   `json:"limit,omitempty" doc:"how many gifts at most; all when left out" minimum:"1" maximum:"100000"`
}

// ConfirmInput says where a return came from.
type ConfirmInput struct {
	Return id.ID `json:"return" arg:"1" doc:"the id of the return"`
	Gift   id.ID `json:"gift,omitempty" doc:"the gift that led to it; nothing says that none did"`
	Undo   bool  `json:"undo,omitempty" doc:"take back what was said before"`
}
