package lab

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gave.network/internal/ask"
	"gave.network/internal/ask/routing"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/formats"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/lab/archive"
	"gave.network/lab/world"
)

// askingInput names an archive.
type askingInput struct {
	Archive string `json:"archive" arg:"1" doc:"the archive of a mailing list: mbox, LISTSERV or Maildir, also packed"`
	From    string `json:"from,omitempty" doc:"measure on the asks from this day on, such as 2010-01-01" maxLength:"10"`
	Weights string `json:"weights,omitempty" doc:"a file of weights to measure with instead of those that ship"`
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
	var weights *routing.Weights
	if in.Weights != "" {
		data, err := os.ReadFile(in.Weights)
		if err != nil {
			return askingOutput{}, fault.Wrap(err, fault.NotFound, "The file %s cannot be read.", in.Weights)
		}
		w, err := routing.ReadWeights(data)
		if err != nil {
			return askingOutput{}, fault.Wrap(err, fault.Invalid, "The file %s holds no weights.", in.Weights)
		}
		weights = &w
	}
	n, err := archive.Open(ctx, in.Archive)
	if err != nil {
		return askingOutput{}, err
	}
	defer n.Close()
	outcomes, err := n.Measure(ctx, from, weights)
	return askingOutput{outcomes.Report()}, err
}

// Text prints a line a method.
func (o askingOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%-16s %5s  %-13s %5s %5s %5s\n", p.T("%d answered asks", o.Asks), "", "MRR", "95 %", "hit1",
		"hit5", "hit10")
	for _, name := range append([]string{"gave"}, archive.Methods()...) {
		q := o.Methods[name]
		fmt.Fprintf(&b, "%-16s %5.3f  %5.3f - %5.3f %5.3f %5.3f %5.3f\n", name, q.MRR, q.Low, q.High, q.Hit1, q.Hit5,
			q.Hit10)
	}
	return b.String() + p.T("%.2f times %s (%.2f to %.2f)", o.Ratio, o.Best, o.Low, o.High) + "\n"
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

// Asked is a fictional world in which its professional asked something, with who answered.
type Asked struct {
	*opened
	Questions []archive.Question
}

// AskedWorld makes a world and returns what its professional asked there on the list of the association.
func AskedWorld(ctx context.Context, seed uint64) (*Asked, error) {
	o, err := openWorld(ctx, locale.English, 150, 6, seed)
	if err != nil {
		return nil, err
	}
	a := &Asked{opened: o}
	if err := a.read(ctx); err != nil {
		o.Close()
		return nil, err
	}
	return a, nil
}

func (a *Asked) read(ctx context.Context) error {
	data, err := os.ReadFile(filepath.Join(a.dir, "world", "truth", "truth.json"))
	if err != nil {
		return err
	}
	var truth world.Truth
	if err := json.Unmarshal(data, &truth); err != nil {
		return err
	}
	people, owner := map[string]id.ID{}, ""
	for i := range truth.Persons {
		p := &truth.Persons[i]
		for _, x := range p.Identities {
			if slices.Contains(a.made.Me, x.Address) {
				owner = p.ID
			}
			if found, err := a.Network.Resolve(ctx, a.viewer, x.Address); err == nil && x.Address != "" {
				people[p.ID] = found.ID
			}
		}
	}
	for _, q := range truth.Asks {
		at, err := time.Parse(time.RFC3339, q.Time)
		if err != nil {
			return err
		}
		one := archive.Question{
			Viewer: a.viewer, Query: ask.RouteQuery{Text: q.Text, AsOf: at, In: "leden"}, Answered: map[id.ID]bool{},
		}
		for _, who := range q.Answerers {
			if key, ok := people[who]; ok {
				one.Answered[key] = true
			}
		}
		if q.Asker == owner && len(one.Answered) > 0 {
			a.Questions = append(a.Questions, one)
		}
	}
	return nil
}
