package ask

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gave.network/internal/ask/archive"
	"gave.network/internal/ask/routing"
	"gave.network/internal/fault"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// EvaluateInput names an archive.
type EvaluateInput struct {
	Archive string `json:"archive" arg:"1" doc:"the archive of a mailing list: mbox, LISTSERV or Maildir, also packed"`
	From    string `json:"from,omitempty" doc:"measure on the asks from this day on, such as 2010-01-01" maxLength:"10"`
}

// EvaluateOutput is what an evaluation found.
type EvaluateOutput struct{ archive.Report }

func (s *Service) evaluate(ctx context.Context, _ op.Viewer, in EvaluateInput) (EvaluateOutput, error) {
	var from time.Time
	if in.From != "" {
		var err error
		if from, err = time.Parse(time.DateOnly, in.From); err != nil {
			return EvaluateOutput{}, fault.New(fault.Invalid, "%q is not a day.", in.From).WithHint("Write it as 2026-11-23.").WithField("from")
		}
	}
	a := archive.New()
	if err := s.read(ctx, in.Archive, func(m archive.Mail) error {
		a.Add(m)
		return nil
	}); err != nil {
		return EvaluateOutput{}, err
	}
	if a.Len() == 0 {
		return EvaluateOutput{}, fault.New(fault.Invalid, "There is no mail in %s.", in.Archive)
	}
	r, err := a.Evaluate(ctx, from, routing.General())
	return EvaluateOutput{r}, err
}

// Text prints a line a method.
func (o EvaluateOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%-12s %5s  %-13s %5s %5s %5s %7s\n", p.T("%d mails, %d answered asks", o.Mails, o.Asks), "", "MRR", "95 %", "hit1", "hit5", "hit10", "nDCG10")
	for _, name := range archive.Methods() {
		q := o.Methods[name]
		fmt.Fprintf(&b, "%-12s %5.3f  %5.3f - %5.3f %5.3f %5.3f %5.3f %7.3f\n", name, q.MRR, q.MRRLow, q.MRRHigh, q.Hit1, q.Hit5, q.Hit10, q.NDCG10)
	}
	return b.String()
}
