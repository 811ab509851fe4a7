package power

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"gave.network/graph"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/text"
)

// TogetherInput says what is needed.
type TogetherInput struct {
	Need []string `json:"need" doc:"persons, organisations, skills or places" means:"person"`
}

// mostNeeds bounds the question: beyond this nobody oversees the answer.
const mostNeeds = 20

// TogetherOutput is the group.
type TogetherOutput struct {
	People []Member        `json:"people"`
	Tree   [][2]people.Ref `json:"tree" doc:"who must know whom; these do"`
	Cost   float64         `json:"cost" doc:"sum over the tree of minus the logarithm of the strength of each tie"`
	Chance float64         `json:"chance" doc:"that all these ties hold, from 0 to 1"`
	Exact  bool            `json:"exact" doc:"no cheaper group exists"`
	Gap    float64         `json:"gap" doc:"how far the cost may be above the lowest possible, as a share; 0 when exact"`
}

// Member is somebody in the group.
type Member struct {
	ID    id.ID    `json:"id"`
	Name  string   `json:"name"`
	Needs []string `json:"needs" doc:"what they bring; empty for who only connects"`
}

// weakest is the strength below which a tie costs no more: a tie that is nearly nothing is not passed for a far detour.
const weakest = 0.001

func (s *Service) together(ctx context.Context, v op.Viewer, in TogetherInput) (TogetherOutput, error) {
	var needs []string
	for _, need := range in.Need {
		for _, item := range text.Items(need) {
			if !slices.Contains(needs, item) {
				needs = append(needs, item)
			}
		}
	}
	switch {
	case len(needs) == 0:
		return TogetherOutput{}, fault.New(fault.Invalid, "Say what is needed.").
			WithHint("A person, organisation, skill or place, each with --need.").WithField("need")
	case len(needs) > mostNeeds:
		return TogetherOutput{}, fault.New(fault.Invalid, "At most %d needs can be joined in one group.", mostNeeds).
			WithHint("Leave out what is not essential.").WithField("need")
	}
	view, err := s.network.View(ctx, v)
	if err != nil {
		return TogetherOutput{}, err
	}
	groups := make([][]uint32, len(needs))
	brings := map[uint32][]string{}
	for i, need := range needs {
		holders, err := s.holders(ctx, v, Item{KindSkill, need})
		if err != nil {
			return TogetherOutput{}, err
		}
		for _, holder := range holders {
			if node, ok := view.Number(holder); ok {
				groups[i] = append(groups[i], node)
				brings[node] = append(brings[node], need)
			}
		}
		if len(groups[i]) == 0 {
			return TogetherOutput{}, fault.New(fault.NotFound, "Nobody among your ties has %q.", need).
				WithHint("Leave it out, or tag somebody who has it: gave people tag.")
		}
	}
	costs, err := costsOf(view.Graph)
	if err != nil {
		return TogetherOutput{}, err
	}
	tree, err := graph.GroupSteinerTree(ctx, costs, groups, graph.Options{})
	if err != nil {
		return TogetherOutput{}, err
	}
	if math.IsInf(tree.Cost, 1) {
		return TogetherOutput{}, fault.New(fault.NotFound,
			"No connected group has all of this: some of it lies in circles that nobody you see connects.").
			WithHint("Ask for less, or introduce two of them to one another.")
	}
	keys := make([]id.ID, len(tree.Nodes))
	for i, n := range tree.Nodes {
		keys[i] = view.IDs[n]
	}
	refs, err := s.network.Refs(ctx, v, keys)
	if err != nil {
		return TogetherOutput{}, err
	}
	out := TogetherOutput{
		People: []Member{}, Tree: [][2]people.Ref{}, Cost: tree.Cost, Chance: math.Exp(-tree.Cost), Exact: tree.Exact,
	}
	if !tree.Exact && tree.LowerBound > 0 {
		out.Gap = tree.Cost/tree.LowerBound - 1
	}
	for i, n := range tree.Nodes {
		m := Member{ID: keys[i], Name: refs[keys[i]].Name, Needs: []string{}}
		m.Needs = append(m.Needs, brings[n]...)
		out.People = append(out.People, m)
	}
	for _, e := range tree.Edges {
		out.Tree = append(out.Tree, [2]people.Ref{refs[view.IDs[e.From]], refs[view.IDs[e.To]]})
	}
	return out, nil
}

// costsOf gives each tie the cost -ln strength, so that the cheapest tree is the one whose ties most likely all hold.
func costsOf(g *graph.Graph) (*graph.Graph, error) {
	edges := make([]graph.Edge, 0, g.M())
	for u := range uint32(g.N()) {
		weights := g.Weights(u)
		for i, n := range g.Neighbors(u) {
			if u < n {
				edges = append(edges, graph.Edge{From: u, To: n, Weight: -math.Log(max(weights.At(i), weakest))})
			}
		}
	}
	return graph.FromEdges(g.N(), edges, graph.BuildOptions{Weighted: true})
}

// Text prints the group and its ties.
func (o TogetherOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, m := range o.People {
		what := strings.Join(m.Needs, ", ")
		if what == "" {
			what = p.T("connects the others")
		}
		fmt.Fprintf(&b, "%-30s  %s\n", m.Name, what)
	}
	for _, t := range o.Tree {
		fmt.Fprintf(&b, "  %s – %s\n", t[0].Name, t[1].Name)
	}
	return b.String()
}
