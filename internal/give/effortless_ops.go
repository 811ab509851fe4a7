package give

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// EffortlessInput says how many.
type EffortlessInput struct {
	Limit int `json:"limit,omitempty" doc:"how many at most" default:"10" minimum:"1" maximum:"100"`
}

// EffortlessOutput lists effortless gifts, the most help per minute first.
type EffortlessOutput struct {
	Gifts []Effortless `json:"gifts"`
}

// Text prints effortless gifts, one on a line.
func (o EffortlessOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, e := range o.Gifts {
		fmt.Fprintf(&b, "%-28s  %s (%s)\n", e.Person.Name, e.Why, p.Span(time.Duration(e.Minutes)*time.Minute))
	}
	if len(o.Gifts) == 0 {
		b.WriteString(p.T("Nothing that you have fits what people need now.") + "\n")
	}
	return b.String()
}

func (s *Service) effortlessOperation() op.Operation {
	return op.New("give.effortless", http.MethodGet, "/gifts/effortless", op.Member,
		"Find what you can give with little effort.", s.effortless).
		With("What you share and know against what people need and care about, the most help per minute first.",
			"gave give effortless")
}
