package oauth

import (
	"context"
	"net/http"
	"strings"

	"gave.network/internal/account"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// Operations returns what can be done with assistants that were let in. As with sessions, no token is enough for that:
// no assistant sees or ends another.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("assistants.list", http.MethodGet, "/assistants", op.Guest, "List the assistants that you let in.",
			func(ctx context.Context, v op.Viewer, _ op.None) (ListOutput, error) {
				list, err := s.List(ctx, v)
				return ListOutput{list}, err
			}).With("Assistants that come in over the network ask you on a page of Gave whether they may. Those on "+
			"this machine, and those that you gave a token, are not among them.",
			"gave assistants list").Personal(),
		op.New("assistants.end", http.MethodDelete, "/assistants/{assistant}", op.Guest,
			"Let an assistant in no more.",
			func(ctx context.Context, v op.Viewer, in AssistantInput) (op.None, error) {
				return op.None{}, s.End(ctx, v, in.Assistant)
			}).Personal(),
	}
}

// AssistantInput names an assistant that was let in.
type AssistantInput struct {
	Assistant id.ID `json:"assistant" arg:"1" doc:"the id of the assistant"`
}

// ListOutput lists assistants that were let in.
type ListOutput struct {
	Assistants []account.Assistant `json:"assistants"`
}

// Text prints the assistants, one a line.
func (o ListOutput) Text(p *locale.Printer) string {
	if len(o.Assistants) == 0 {
		return p.T("No assistant was let in.") + "\n"
	}
	var b strings.Builder
	for _, a := range o.Assistants {
		name := a.Name
		if name == "" {
			name = p.T("an assistant without a name")
		}
		b.WriteString(a.ID.String() + "  " + name + "  " + a.Home + "  " + p.T(a.Scope) + "  " +
			p.T("let in %s", p.Date(a.Created)) + "\n")
	}
	return b.String()
}
