package ask

import (
	"net/http"

	"gave.network/internal/op"
)

// Operations returns what can be done with asks.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("ask.evaluate", http.MethodPost, "/asks/evaluate", op.Member, "Measure on the archive of a mailing list how well routing foretells who answers.", s.evaluate).
			With("It goes forward through the threads: an ask is the first mail of a thread that somebody else answered, and only what was before it is used. Nothing is stored.",
				"gave ask evaluate r-sig-mixed-models.mbox --from 2010-01-01").Local(),
	}
}
