package lab

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gave.network/internal/ask/routing"
	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/formats"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/lab/archive"
)

// askingInput names an archive.
type askingInput struct {
	Archive string `json:"archive" arg:"1" doc:"the archive of a mailing list: mbox, LISTSERV or Maildir, also packed"`
	From    string `json:"from,omitempty" doc:"measure on the asks from this day on, such as 2010-01-01" maxLength:"10"`
}

// askingOutput is what an evaluation found.
type askingOutput struct{ archive.Report }

func evaluateAsking(ctx context.Context, _ op.Viewer, in askingInput) (askingOutput, error) {
	var from time.Time
	if in.From != "" {
		var err error
		if from, err = time.Parse(time.DateOnly, in.From); err != nil {
			return askingOutput{}, fault.New(fault.Invalid, "%q is not a day.", in.From).
				WithHint("Write it as 2026-11-23.").WithField("from")
		}
	}
	a := archive.New()
	if err := readArchive(ctx, in.Archive, func(m archive.Mail) error {
		a.Add(m)
		return nil
	}); err != nil {
		return askingOutput{}, err
	}
	if a.Len() == 0 {
		return askingOutput{}, fault.New(fault.Invalid, "There is no mail in %s.", in.Archive)
	}
	r, err := a.Evaluate(ctx, from, routing.General())
	return askingOutput{r}, err
}

// Text prints a line a method.
func (o askingOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%-12s %5s  %-13s %5s %5s %5s %7s\n", p.T("%d mails, %d answered asks", o.Mails, o.Asks), "",
		"MRR", "95 %", "hit1", "hit5", "hit10", "nDCG10")
	for _, name := range archive.Methods() {
		q := o.Methods[name]
		fmt.Fprintf(&b, "%-12s %5.3f  %5.3f - %5.3f %5.3f %5.3f %5.3f %7.3f\n", name, q.MRR, q.MRRLow, q.MRRHigh,
			q.Hit1, q.Hit5, q.Hit10, q.NDCG10)
	}
	return b.String()
}

// readArchive reads mails with their texts, which imports never do.
func readArchive(ctx context.Context, path string, yield func(archive.Mail) error) error {
	_, err := formats.ReadLetters(ctx, path, func(m read.Letter) error {
		return yield(archive.Mail{
			ID: m.ID, ReplyTo: m.ReplyTo, Root: m.Root, Time: m.Time, Name: m.Author.Name, Address: m.Author.Address,
			List: m.List, Subject: m.Subject, Text: m.Text,
		})
	})
	return err
}
