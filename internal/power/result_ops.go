package power

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
)

func (s *Service) results() []op.Operation {
	return []op.Operation{
		op.New("power.result.add", http.MethodPost, "/power/results", op.Member,
			"Note what people achieved together, with all who had a part in it.", s.addResult).
			With("Each two of them are then tied by it. It is yours alone unless you share it with the space.",
				`gave power result add "The subsidy for the repair café" --people "Anna de Wit" --people "Bram Smit"`),
		op.New("power.result.list", http.MethodGet, "/power/results", op.Member,
			"List what people achieved together.", s.listResults).
			With("", `gave power result list --person "Anna de Wit"`),
		op.New("power.result.show", http.MethodGet, "/power/results/{result}", op.Member, "Show a result.",
			func(ctx context.Context, v op.Viewer, in ResultInput) (Result, error) {
				return s.Result(ctx, v, in.Result)
			}).With("", "gave power result show ID"),
		op.New("power.result.remove", http.MethodDelete, "/power/results/{result}", op.Member,
			"Forget a result, and that those who had a part in it are tied by it.",
			func(ctx context.Context, v op.Viewer, in ResultInput) (op.None, error) {
				return op.None{}, s.RemoveResult(ctx, v, in.Result)
			}).With("", "gave power result remove ID"),
	}
}

// AddResultInput is a result to note.
type AddResultInput struct {
	Title     string   `json:"title" arg:"1" doc:"what was achieved" maxLength:"1000"`
	People    []string `json:"people" doc:"who had a part in it; may be given more than once" means:"person"`
	Day       string   `json:"day,omitempty" doc:"when, such as 2026-11-23; today when left out" maxLength:"10"`
	What      string   `json:"what,omitempty" doc:"what it is" maxLength:"4000"`
	Link      string   `json:"link,omitempty" doc:"an address that goes with it" maxLength:"2000"`
	Goal      id.ID    `json:"goal,omitempty" doc:"id of the goal of yours that it was for"`
	WithoutMe bool     `json:"without_me,omitempty" doc:"you had no part in it yourself"`
	Share     bool     `json:"share,omitempty" doc:"let the members of the space see it"`
}

func (s *Service) addResult(ctx context.Context, v op.Viewer, in AddResultInput) (Result, error) {
	r := Result{Title: in.Title, What: in.What, Link: in.Link, Day: in.Day, Shared: in.Share}
	if !in.Goal.IsZero() {
		r.Goal = &in.Goal
	}
	return s.AddResult(ctx, v, r, in.People, !in.WithoutMe)
}

// ResultInput names a result.
type ResultInput struct {
	Result id.ID `json:"result" arg:"1" doc:"id of the result"`
}

// ResultsInput says which results are wanted.
type ResultsInput struct {
	Person string `json:"person,omitempty" doc:"only those in which they had a part" maxLength:"300" means:"person"`
}

// ResultsOutput is a list of results, the newest first.
type ResultsOutput struct {
	Results []Result `json:"results"`
}

func (s *Service) listResults(ctx context.Context, v op.Viewer, in ResultsInput) (ResultsOutput, error) {
	person := id.Zero
	if strings.TrimSpace(in.Person) != "" {
		p, err := s.network.Resolve(ctx, v, in.Person)
		if err != nil {
			return ResultsOutput{}, err
		}
		person = p.ID
	}
	list, err := s.Results(ctx, v, person)
	return ResultsOutput{list}, err
}

// Text prints a result.
func (r Result) Text(*locale.Printer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s  %s\n", r.ID, r.Day, r.Title)
	fmt.Fprintf(&b, "  %s\n", people.JoinNames(r.People, ", "))
	for _, line := range []string{r.What, r.Link} {
		if line != "" {
			fmt.Fprintf(&b, "  %s\n", line)
		}
	}
	return b.String()
}

// Text prints results, the newest first.
func (o ResultsOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, r := range o.Results {
		b.WriteString(r.Text(p))
	}
	return b.String()
}
