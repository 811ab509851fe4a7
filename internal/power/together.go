package power

import (
	"cmp"
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
	"gave.network/internal/skilled"
	"gave.network/internal/tact"
	"gave.network/internal/text"
	"gave.network/internal/tie"
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
	Tree   [][2]people.Ref `json:"tree" doc:"the ties that hold the group together; these know each other"`
	// Strangers are what is left to do: nobody has to be introduced to somebody they know.
	Strangers []Strangers `json:"strangers" doc:"pairs of the group who do not know each other yet, in the order of their names"`
	Cost      float64     `json:"cost" doc:"sum over the tree of minus the logarithm of the strength of each tie"`
	Chance    float64     `json:"chance" doc:"that all these ties hold, from 0 to 1"`
	Exact     bool        `json:"exact" doc:"no cheaper group exists among those whose ties you see"`
	Gap       float64     `json:"gap" doc:"how far the cost may be above the lowest possible, as a share; 0 when exact"`
	Layers    []string    `json:"layers" doc:"the layers of ties that were looked at; contact is what follows from mail, meetings and calls"`
	Cut       bool        `json:"cut" doc:"so many hold one of the needs that only the first of them were looked at"`
	Alike     []string    `json:"alike" doc:"in your language: when these are much alike, and who is missing"`
}

// Strangers are two of a group who do not know each other yet.
type Strangers struct {
	First   people.Ref  `json:"first"`
	Second  people.Ref  `json:"second"`
	Through *people.Ref `json:"through" doc:"who of the group knows both best; null when nobody does"`
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
	cut := false // there may be holders who were not looked at
	for i, need := range needs {
		has, err := s.having(ctx, v, view, need)
		if err != nil {
			return TogetherOutput{}, err
		}
		cut = cut || has.cut
		groups[i] = has.nodes
	}
	for i, need := range needs {
		if len(groups[i]) == 0 {
			return TogetherOutput{}, fault.New(fault.NotFound, "Nobody among your ties has %q.", need).
				WithHint("Leave it out, or tag somebody who has it: gave people tag.")
		}
	}
	costs, err := tie.OfView(view, "costs", func() (*graph.Graph, error) { return costsOf(ctx, view.Graph) })
	if err != nil {
		return TogetherOutput{}, err
	}
	tree, err := graph.GroupSteinerTree(ctx, costs, groups, graph.Options{})
	if err != nil {
		return TogetherOutput{}, err
	}
	if math.IsInf(tree.Cost, 1) {
		near, err := nearestTogether(ctx, view.Graph, groups)
		if err != nil {
			return TogetherOutput{}, err
		}
		return TogetherOutput{}, apartFault(needs, near)
	}
	keys := make([]id.ID, len(tree.Nodes))
	brings := make(map[uint32][]string, len(tree.Nodes)) // of the few in the group, not of all holders
	for i, n := range tree.Nodes {
		keys[i], brings[n] = view.IDs[n], []string{}
	}
	for i, need := range needs {
		for _, node := range groups[i] {
			if those, in := brings[node]; in {
				brings[node] = append(those, need)
			}
		}
	}
	refs, err := s.network.Refs(ctx, v, keys)
	if err != nil {
		return TogetherOutput{}, err
	}
	out := TogetherOutput{
		People: []Member{}, Tree: [][2]people.Ref{}, Strangers: []Strangers{}, Cost: tree.Cost,
		Chance: math.Exp(-tree.Cost), Exact: tree.Exact && !cut, Cut: cut,
		Layers: view.Layers,
	}
	if !tree.Exact && tree.LowerBound > 0 {
		out.Gap = tree.Cost/tree.LowerBound - 1
	}
	for i, n := range tree.Nodes {
		out.People = append(out.People, Member{ID: keys[i], Name: refs[keys[i]].Name, Needs: brings[n]})
	}
	for _, e := range tree.Edges {
		out.Tree = append(out.Tree, [2]people.Ref{refs[view.IDs[e.From]], refs[view.IDs[e.To]]})
	}
	for _, x := range strangersIn(view.Graph, tree.Nodes) {
		pair := Strangers{First: refs[view.IDs[x.first]], Second: refs[view.IDs[x.second]]}
		if x.known {
			ref := refs[view.IDs[x.through]]
			pair.Through = &ref
		}
		if pair.First.Name > pair.Second.Name {
			pair.First, pair.Second = pair.Second, pair.First
		}
		out.Strangers = append(out.Strangers, pair)
	}
	slices.SortStableFunc(out.Strangers, func(a, b Strangers) int {
		return cmp.Or(cmp.Compare(a.First.Name, b.First.Name), cmp.Compare(a.Second.Name, b.Second.Name))
	})
	out.Alike, err = skilled.AlikeLines(ctx, s.network, v, keys)
	return out, err
}

// havers are the nodes of those who have what is needed; cut says that there may be more.
type havers struct {
	nodes []uint32
	cut   bool
}

// having returns who has what is needed, the viewer too. It is kept with the view, until anything changes by which
// people are found; whoever gets it leaves it as it is.
func (s *Service) having(ctx context.Context, v op.Viewer, view *tie.View, need string) (havers, error) {
	edition, err := s.network.Edition(ctx, v)
	if err != nil {
		return havers{}, err
	}
	name := fmt.Sprintf("having %v %v %q %q", edition, v.Person, need, op.Meant(ctx, need))
	return tie.OfView(view, name, func() (out havers, err error) {
		holders, err := s.holders(ctx, v, Item{Kind: KindSkill, What: need})
		if err != nil {
			return out, err
		}
		out.cut = len(holders) >= people.MostHolders
		mine, err := s.mine(ctx, v, need)
		if err != nil {
			return out, err
		}
		if mine {
			holders = append(slices.Clip(holders), v.Person)
		}
		for _, holder := range holders {
			if node, ok := view.Number(holder); ok {
				out.nodes = append(out.nodes, node)
			}
		}
		return out, nil
	})
}

// nearestTogether are the places of most needs that one circle can meet: the ties of no group join circles that
// nothing connects, so a group lies in one of them.
func nearestTogether(ctx context.Context, g *graph.Graph, groups [][]uint32) ([]int, error) {
	circles, err := graph.WeakComponents(ctx, g, graph.Options{})
	if err != nil {
		return nil, err
	}
	met := map[uint32][]int{}
	for i, group := range groups {
		in := map[uint32]bool{}
		for _, n := range group {
			if c := circles.Of[n]; !in[c] {
				in[c] = true
				met[c] = append(met[c], i)
			}
		}
	}
	var best []int
	for c := range uint32(circles.Count()) {
		if len(met[c]) > len(best) {
			best = met[c]
		}
	}
	return best, nil
}

// apartFault says that no group has all that is needed, and what comes nearest.
func apartFault(needs []string, near []int) error {
	var can, cannot []string
	for i, need := range needs {
		if slices.Contains(near, i) {
			can = append(can, need)
		} else {
			cannot = append(cannot, need)
		}
	}
	return fault.New(fault.NotFound,
		"No connected group has all of this: some of it lies in circles that nobody you see connects. Nearest "+
			"comes %s, without %s.", strings.Join(can, ", "), strings.Join(cannot, ", ")).
		WithHint("Ask for less, or introduce two of them to one another.")
}

// mine says whether the viewer has what is needed: holders are others only, and who asks counts like everybody.
func (s *Service) mine(ctx context.Context, v op.Viewer, need string) (bool, error) {
	if v.Person.IsZero() {
		return false, nil
	}
	p, err := s.network.Resolve(ctx, v, need)
	if err == nil {
		return p.ID == v.Person, nil
	}
	if code := fault.CodeOf(err); code != fault.NotFound && code != fault.Conflict {
		return false, err
	}
	able, err := skilled.Can(ctx, s.network, v, v.Person, need)
	if err != nil || able {
		return able, err
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return false, err
	}
	if me := everybody.Of(v.Person); me != nil && !tact.DelicateTag(need) {
		what := text.Fold(need)
		if what == text.Fold(me.Organisation) || what == text.Fold(me.Place) {
			return true, nil
		}
	}
	return false, nil
}

// stranger is a pair without a tie, and who of the group knows both best.
type stranger struct {
	first, second, through uint32
	known                  bool // there is such a one
}

// strangersIn are the pairs of a group who have no tie.
func strangersIn(g *graph.Graph, group []uint32) (out []stranger) {
	for i, a := range group {
		for _, b := range group[i+1:] {
			if g.HasEdge(a, b) {
				continue
			}
			x, most := stranger{first: a, second: b}, 0.0
			for _, n := range group {
				one, _ := g.Weight(a, n)
				other, _ := g.Weight(n, b)
				if both := min(one, other); both > most {
					x.through, x.known, most = n, true, both
				}
			}
			out = append(out, x)
		}
	}
	return out
}

// said says of two people that they do not know each other yet, and who can bring them together.
func (x Strangers) said(p *locale.Printer) string {
	if x.Through == nil {
		return p.T("%s and %s do not know each other yet.", x.First.Name, x.Second.Name)
	}
	return p.T("%s and %s do not know each other yet; %s knows both.", x.First.Name, x.Second.Name, x.Through.Name)
}

// costsOf gives each tie the cost -ln strength, so that the cheapest tree is the one whose ties most likely all hold.
// The graph shares with the other one who is tied to whom.
func costsOf(ctx context.Context, g *graph.Graph) (*graph.Graph, error) {
	offsets, targets, strengths := g.Rows()
	costs := make([]float32, len(targets))
	for i := range costs {
		costs[i] = float32(0 - math.Log(max(strengths.At(i), weakest)))
	}
	return graph.FromRows(ctx, false, offsets, targets, graph.Weights32(costs), graph.Options{})
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
	for _, x := range o.Strangers {
		fmt.Fprintln(&b, x.said(p))
	}
	for _, line := range o.Alike {
		fmt.Fprintln(&b, line)
	}
	return b.String()
}
