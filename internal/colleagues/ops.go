package colleagues

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/tie"
)

// Operations returns what can be done with the informal network.
func (s *Service) Operations() []op.Operation {
	return append([]op.Operation{
		op.New("colleagues.team", http.MethodGet, "/colleagues/team", op.Member,
			"Find people to do a project with.", s.team).
			With("Together they have the skills, trust each other and can work together at little cost. You choose; "+
				"every team says what it gives up.",
				"gave colleagues team --skills design,writing --size 4"),
		op.New("colleagues.proposal", http.MethodPost, "/colleagues/proposal", op.Member,
			"Find whom to talk to so that a proposal carries.", s.proposal).
			With("Give who decides, with votes and what you know of their stance. Nothing of it is stored; colleagues "+
				"decision keep does.",
				"gave colleagues proposal voters.csv --quorum 0.67").Computing(),
		op.New("colleagues.structure", http.MethodGet, "/colleagues/structure", op.Member,
			"Show how an organisation runs.", s.structure).
			With("Who links its departments, which keep to themselves, what would fall apart, and how the informal "+
				"network stands beside the chart. Small groups are not spoken of.",
				`gave colleagues structure "Bureau Helder" --layer advice`),
		op.New("colleagues.moments", http.MethodGet, "/colleagues/moments", op.Member,
			"Set how many people of an organisation were in contact beside how many were before.", s.moments).
			With("Half a year lies between the moments, and each looks at the three months before it. The people are "+
				"those of now.", `gave colleagues moments "Bureau Helder"`),
		op.New("colleagues.chart", http.MethodPost, "/colleagues/chart", op.Member,
			"Load a formal chart.", s.loadChart).
			With("A table (CSV), or the people of a directory in SCIM (JSON) or LDIF. From its day on it holds, and "+
				"what is not in it any more ends; how it was before stays known. It is yours alone.",
				"gave colleagues chart chart.csv"),
		op.New("colleagues.positions", http.MethodGet, "/colleagues/chart", op.Member,
			"Show your formal chart.", s.positions).
			With("With --as-of as it was on a day, as far as your charts say.",
				"gave colleagues positions --as-of 2025-06-01"),
		op.New("colleagues.unchart", http.MethodDelete, "/colleagues/chart", op.Member,
			"Forget your formal chart.", s.dropChart).With("", "gave colleagues unchart"),
		op.New("colleagues.observe", http.MethodPost, "/colleagues/observations", op.Member,
			"Note that you see somebody turn to somebody else.", s.observe).
			With("It stays with you alone and fades in the course of half a year.",
				`gave colleagues observe "Anna de Wit" "Bob Smit" --layer advice`),
		op.New("colleagues.observations", http.MethodGet, "/colleagues/observations", op.Member,
			"List what you observed.", s.observations).With("", "gave colleagues observations"),
		op.New("colleagues.apart", http.MethodPost, "/colleagues/apart", op.Member,
			"Note for yourself that two people had rather not be together.", s.apartOp).
			With("Only teams that are made for you heed it. It is never shown, listed, counted or exported; --undo "+
				"takes it back.", `gave colleagues apart "Anna de Wit" "Bob Smit"`),
	}, slices.Concat(s.decisionOps(), s.surveyOps(), s.reportOps())...)
}

// ObserveInput is an observation.
type ObserveInput struct {
	First     string  `json:"first" arg:"1" doc:"who turns to the other" maxLength:"300" means:"person"`
	Second    string  `json:"second" arg:"2" doc:"the other" maxLength:"300" means:"person"`
	Layer     string  `json:"layer,omitempty" doc:"trust, advice, lunch, walks, travels, works with, or a word of your own" default:"advice" maxLength:"60"`
	Certainty float64 `json:"certainty,omitempty" doc:"how sure you are, from 0 to 1; 0 takes it back" default:"0.7" minimum:"0" maximum:"1"`
}

func (s *Service) observe(ctx context.Context, v op.Viewer, in ObserveInput) (op.None, error) {
	return op.None{}, s.Observe(ctx, v, in.First, in.Second, in.Layer, in.Certainty)
}

// Observation is something that the viewer saw.
type Observation struct {
	First     people.Ref `json:"first"`
	Second    people.Ref `json:"second"`
	Layer     string     `json:"layer"`
	Certainty float64    `json:"certainty" doc:"what is left of it, from 0 to 1"`
	At        time.Time  `json:"at"`
}

// ObservationsOutput lists observations, the newest first.
type ObservationsOutput struct {
	Observations []Observation `json:"observations"`
}

func (s *Service) observations(ctx context.Context, v op.Viewer, _ op.None) (ObservationsOutput, error) {
	out := ObservationsOutput{Observations: []Observation{}}
	list, err := s.seenBy(ctx, v)
	if err != nil {
		return out, err
	}
	var keys []id.ID
	for _, x := range list {
		keys = append(keys, x.From, x.To)
	}
	refs, err := s.network.Refs(ctx, v, keys)
	if err != nil {
		return out, err
	}
	for _, x := range list {
		first, ok := refs[x.From]
		second, also := refs[x.To]
		if ok && also {
			out.Observations = append(out.Observations, Observation{first, second, x.Layer.Name, x.Weight, x.At})
		}
	}
	slices.SortFunc(out.Observations, func(a, b Observation) int {
		return cmp.Or(b.At.Compare(a.At), strings.Compare(a.First.Name, b.First.Name),
			strings.Compare(a.Second.Name, b.Second.Name), strings.Compare(a.Layer, b.Layer))
	})
	return out, nil
}

// seenBy returns the viewer's own observations as they count now.
func (s *Service) seenBy(ctx context.Context, v op.Viewer) ([]tie.Stated, error) {
	said, err := s.network.Said(ctx, v)
	if err != nil {
		return nil, err
	}
	return said.Observed(v.Now), nil
}

// Text prints observations, one on a line.
func (o ObservationsOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, x := range o.Observations {
		fmt.Fprintf(&b, "%s → %s  %s  %.1f  %s\n", x.First.Name, x.Second.Name, p.T(x.Layer), x.Certainty, p.Date(x.At))
	}
	return b.String()
}

// ApartInput names two people.
type ApartInput struct {
	First  string `json:"first" arg:"1" doc:"one of the two" maxLength:"300" means:"person"`
	Second string `json:"second" arg:"2" doc:"the other" maxLength:"300" means:"person"`
	Undo   bool   `json:"undo,omitempty" doc:"take it back"`
}

func (s *Service) apartOp(ctx context.Context, v op.Viewer, in ApartInput) (op.None, error) {
	return op.None{}, s.Apart(ctx, v, in.First, in.Second, in.Undo)
}
