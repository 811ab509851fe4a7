package goodwill

import (
	"fmt"
	"net/http"
	"strings"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// MatchInput is what somebody may like.
type MatchInput struct {
	Text  string `json:"text" arg:"1" doc:"a link, a text or a tip"`
	Limit int    `json:"limit,omitempty" doc:"how many people at most" default:"10" minimum:"1" maximum:"100"`
}

// Match is somebody who may like it.
type Match struct {
	ID    id.ID    `json:"id"`
	Name  string   `json:"name"`
	Score float64  `json:"score" doc:"how well it fits, from 0 to 1"`
	Why   []string `json:"why" doc:"in the viewer's language: what fits, from whom and since when"`
	Draft string   `json:"draft" doc:"a line to send along"`
}

// MatchOutput lists people, the best fit first.
type MatchOutput struct {
	Title  string   `json:"title,omitempty" doc:"of the page behind the link"`
	People []Match  `json:"people"`
	Alike  []string `json:"alike" doc:"in your language: when these are much alike, and who is missing"`
}

// Text prints people, one on a line, with what fits and the line to send.
func (o MatchOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, m := range o.People {
		fmt.Fprintf(&b, "%-30s  %.2f  %s\n    %s\n", m.Name, m.Score, strings.Join(m.Why, "; "), m.Draft)
	}
	if len(o.People) == 0 {
		b.WriteString(
			p.T("Nothing that you know of anybody fits this. Note what people care about.") + "\n")
	}
	for _, line := range o.Alike {
		fmt.Fprintln(&b, line)
	}
	return b.String()
}

func (s *Service) matches() []op.Operation {
	return []op.Operation{
		op.New("goodwill.match", http.MethodPost, "/goodwill/match", op.Member,
			"Find who would like a link, a text or a tip.", s.match).
			With("Only what people told you or made public counts; health, faith and family never. A link is read "+
				"from public addresses only.",
				`gave goodwill match "a workshop on watercolour in Utrecht"`).Computing(),
	}
}
