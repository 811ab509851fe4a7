package inbox

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/text"
)

// Operations returns what can be done with what was brought to the viewer.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("inbox.list", http.MethodGet, "/inbox", op.Guest, "List what others brought to you.",
			func(ctx context.Context, v op.Viewer, _ op.None) (ListOutput, error) {
				list, err := s.Inbox(ctx, v)
				return ListOutput{list}, err
			}).With("Praise, asks and introductions that wait for your answer, answers to yours, thanks and what came "+
			"of what you did. With each stands how to answer it.", "gave inbox list"),
		op.New("inbox.seen", http.MethodPost, "/inbox/seen", op.Guest, "Say that you saw what was brought to you.",
			func(ctx context.Context, v op.Viewer, in SeenInput) (op.None, error) {
				return op.None{}, s.Seen(ctx, v, in.ID)
			}).With("One of it, or all when none is named. Nobody else hears of it.", "gave inbox seen"),
	}
}

// ListOutput is what was brought to the viewer.
type ListOutput struct {
	Inbox []Entry `json:"inbox"`
}

// SeenInput names what was brought.
type SeenInput struct {
	ID id.ID `json:"id,omitempty" arg:"1" doc:"the id of what was brought; all when left out"`
}

// Text prints what was brought, with how to answer it.
func (o ListOutput) Text(p *locale.Printer) string {
	if len(o.Inbox) == 0 {
		return p.T("Nothing was brought to you yet.") + "\n"
	}
	var b strings.Builder
	for _, e := range o.Inbox {
		mark := " "
		if e.Waits || e.New {
			mark = "*"
		}
		fmt.Fprintf(&b, "%s %s  %s\n", mark, p.Date(e.At), e.Title)
		if e.Text != "" {
			fmt.Fprintf(&b, "    %s\n", text.Clip(strings.Join(strings.Fields(e.Text), " "), 300))
		}
		for _, c := range e.Commands {
			fmt.Fprintf(&b, "    %s\n", c)
		}
	}
	return b.String()
}
