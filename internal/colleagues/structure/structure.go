// Package structure says how an organisation runs: who links its groups, which groups keep to themselves, where it
// would fall apart, and how its informal network stands beside the formal chart. It says nothing of groups that are so
// small that it would speak of persons, and gives no score of a person.
package structure

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gave.network/graph"
	"gave.network/graph/cohesion"
	"gave.network/graph/community"
)

const (
	// DefaultThreshold is how many people a group needs to be spoken of, LeastThreshold the least that can be asked
	// for.
	DefaultThreshold = 8
	LeastThreshold   = 5

	// Rest is the name of the group of all who are in groups too small to be spoken of.
	Rest = "*"

	// permutations of the test of formal beside informal: p-values are right to about a hundredth.
	permutations = 1000

	// mostBrokers is how many people are named at most as linking groups.
	mostBrokers = 12

	// siloFrom is the E-I index from which, downwards, a group is called closed: nine in ten of its ties stay inside.
	siloFrom = -0.8
)

// Organisation is what is known of one.
type Organisation struct {
	N         int
	Ties      []graph.Edge // the informal network: From turns to To; weights are strengths
	Group     []string     // the department of each; empty when not known
	Level     []int        // the level of each in the chart, 1 at the top; 0 when not known
	Manager   []int        // the manager of each, -1 for none
	Threshold int          // 0 for DefaultThreshold; less than LeastThreshold counts as that
}

// Group is how a group stands to the others.
type Group struct {
	Name string
	Size int
	// EI is (external - internal) / (external + internal) of the ties that touch it (Krackhardt & Stern 1988), from -1,
	// all inside, to 1; NaN for Rest.
	EI     float64
	Closed bool // a silo: nine in ten ties stay inside
	// Towards is the share of the ties that go out from its people to each group, in the order of the groups; nil when
	// they are fewer than a group needs people to be spoken of.
	Towards []float64
}

// Crossing is how much two groups have to do with each other.
type Crossing struct {
	From, To string
	// Share is the share of all ties from the first to the second, Expected what it would be if ties ignored the
	// groups.
	Share, Expected float64
}

// Broker is somebody who links groups. The list of brokers is in the order of their numbers, not of what they do.
type Broker struct {
	Person int
	Role   string // the role most often held: gatekeeper, representative, liaison, consultant (Gould & Fernandez 1989)
	// Between are the groups that this person links, as far as they may be named.
	Between []string
}

// Standing compares the formal chart and the informal network, of the organisation as a whole.
type Standing struct {
	// Rank is Spearman's correlation of the place in the chart and of how many turn to somebody, from -1 to 1; NaN when
	// not defined.
	Rank float64
	// Lines is the correlation of who reports to whom with who turns to whom, and Chance how likely one as high comes
	// by chance (QAP, Krackhardt 1988).
	Lines, Chance float64
	// SameLevel, Up and Down are the shares of ties within a level, to a higher and to a lower one.
	SameLevel, Up, Down float64
}

// Report is how an organisation runs.
type Report struct {
	People, Ties int
	Threshold    int
	Groups       []Group
	Crossings    []Crossing // the ten pairs of groups with the fewest ties against what could be expected first
	// EI is the index of the whole over all people whose group is known, Expected what it would be if ties ignored the
	// groups. Both are NaN with fewer than two groups, and when any group is too small to be spoken of: of groups that
	// were put together it would be another index, and of the true ones it would let the small be reckoned.
	EI, Expected float64
	Brokers      []Broker
	// Losses say what would fall apart without somebody, the most first; Bridges are the ties without which others
	// would lose touch with each other.
	Losses  []Loss
	Bridges int
	// Standing is nil without a chart.
	Standing *Standing
	Shape    Shape
}

// Shape is how near the informal network is to a pure tree of command (Krackhardt 1994). Each is 1 for a chart.
type Shape struct {
	Connectedness float64 // the share of pairs that are connected in any way
	Hierarchy     float64 // the share of pairs with a way between them that have it one way only; 1 when there are none
	Efficiency    float64 // how few ties there are beyond what connects; 1 when there are no more
}

// Mask returns the groups with those too small to be spoken of put together as Rest, and with them the smallest of the
// others until they are enough, so that no figure of a small group follows by subtraction. All are unnamed ("") when
// nothing is left to name.
func Mask(groups []string, threshold int) []string {
	threshold = atLeast(threshold)
	sizes := map[string]int{}
	for _, g := range groups {
		sizes[g]++
	}
	names := make([]string, 0, len(sizes))
	for g := range sizes {
		names = append(names, g)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(sizes[a], sizes[b]), cmp.Compare(a, b)) })
	hidden, together := map[string]bool{}, 0
	for _, g := range names {
		// From the smallest on. Who is in no group is part of the rest as well.
		if sizes[g] < threshold || g == "" || together > 0 && together < threshold {
			hidden[g] = true
			together += sizes[g]
		}
	}
	out := make([]string, len(groups))
	if len(names)-len(hidden) == 0 {
		return out
	}
	for i, g := range groups {
		if out[i] = g; hidden[g] {
			out[i] = Rest
		}
	}
	return out
}

func atLeast(threshold int) int {
	if threshold == 0 {
		return DefaultThreshold
	}
	return max(threshold, LeastThreshold)
}

// Of returns how the organisation runs. With fewer people than the threshold only the counts, the losses and the
// bridges are given.
func Of(ctx context.Context, o Organisation) (*Report, error) {
	o.fill()
	out := &Report{People: o.N, Threshold: atLeast(o.Threshold), EI: math.NaN(), Expected: math.NaN()}
	directed, err := graph.FromEdges(o.N, o.Ties, graph.BuildOptions{Directed: true})
	if err != nil {
		return nil, err
	}
	out.Ties = int(directed.M())
	simple, err := graph.Simple(ctx, directed, graph.Options{})
	if err != nil {
		return nil, err
	}
	cuts, err := graph.FindBridges(ctx, simple, graph.Options{})
	if err != nil {
		return nil, err
	}
	out.Bridges = len(cuts.Bridges)
	if out.Shape, err = shapeOf(ctx, directed, simple); err != nil {
		return nil, err
	}
	masked := Mask(o.Group, out.Threshold)
	if out.Losses, err = losses(ctx, simple, masked, out.Threshold); err != nil {
		return nil, err
	}
	out.whole(directed, o.Group, masked)
	if err := out.groups(ctx, directed, masked); err != nil {
		return nil, err
	}
	if err := out.brokers(ctx, directed, o.Group, masked); err != nil {
		return nil, err
	}
	if o.N >= out.Threshold {
		out.Standing, err = standing(ctx, directed, o)
	}
	return out, err
}

func (o *Organisation) fill() {
	for len(o.Group) < o.N {
		o.Group = append(o.Group, "")
	}
	for len(o.Level) < o.N {
		o.Level = append(o.Level, 0)
	}
	for len(o.Manager) < o.N {
		o.Manager = append(o.Manager, -1)
	}
}

// numbered numbers names in order of first appearance.
func numbered(names []string) (number []uint32, list []string) {
	at := map[string]uint32{}
	number = make([]uint32, len(names))
	for i, name := range names {
		k, ok := at[name]
		if !ok {
			k = uint32(len(list))
			at[name] = k
			list = append(list, name)
		}
		number[i] = k
	}
	return number, list
}

// whole fills in the index of the whole, over those whose group is known; only when all of these groups may be spoken
// of.
func (r *Report) whole(g *graph.Graph, group, masked []string) {
	size := map[string]float64{}
	for v, name := range group {
		if name == "" {
			continue
		}
		if masked[v] != name {
			return
		}
		size[name]++
	}
	if len(size) < 2 {
		return
	}
	inside, outside := 0.0, 0.0
	g.Edges(func(u, v uint32, _ float64) bool {
		switch {
		case group[u] == "" || group[v] == "" || u == v:
		case group[u] == group[v]:
			inside++
		default:
			outside++
		}
		return true
	})
	if inside+outside == 0 {
		return
	}
	r.EI = (outside - inside) / (outside + inside)
	all, near := 0.0, 0.0
	for _, n := range size {
		all += n
		near += n * (n - 1)
	}
	r.Expected = 1 - 2*near/(all*(all-1))
}

// groups fills in how the groups stand to each other.
func (r *Report) groups(ctx context.Context, g *graph.Graph, masked []string) error {
	number, names := numbered(masked)
	if len(names) < 2 || r.Ties == 0 {
		return nil
	}
	boundary, err := community.EIIndex(ctx, g, number, graph.Options{})
	if err != nil {
		return err
	}
	mixing, err := community.MixingMatrix(ctx, g, number, graph.Options{})
	if err != nil {
		return err
	}
	size := make([]int, len(names))
	for _, k := range number {
		size[k]++
	}
	for k, name := range names {
		ei := boundary.Group[k]
		if name == Rest { // several groups, of which the ties between them are not inside
			ei = math.NaN()
		}
		r.Groups = append(r.Groups, Group{
			Name: name, Size: size[k], EI: ei, Closed: ei <= siloFrom,
			Towards: towards(mixing.Share[k], r.Ties, r.Threshold),
		})
	}
	pairs := float64(len(masked) * (len(masked) - 1))
	for i := range names {
		for j := range names {
			if i != j {
				r.Crossings = append(r.Crossings,
					Crossing{names[i], names[j], mixing.Share[i][j], float64(size[i]*size[j]) / pairs})
			}
		}
	}
	slices.SortStableFunc(r.Crossings, func(a, b Crossing) int {
		return cmp.Compare(a.Share/a.Expected, b.Share/b.Expected)
	})
	r.Crossings = r.Crossings[:min(len(r.Crossings), 10)]
	order := make([]int, len(names))
	for k := range order {
		order[k] = k
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(names[a], names[b]) })
	sorted := make([]Group, len(names))
	for to, k := range order {
		sorted[to] = r.Groups[k]
		if row := r.Groups[k].Towards; row != nil {
			sorted[to].Towards = make([]float64, len(names))
			for column, other := range order {
				sorted[to].Towards[column] = row[other]
			}
		}
	}
	r.Groups = sorted
	return nil
}

// towards divides what goes out from a group, of all ties the shares, by what goes out in all; nil when that is less
// than the threshold.
func towards(shares []float64, ties, threshold int) []float64 {
	sum := 0.0
	for _, share := range shares {
		sum += share
	}
	if math.Round(sum*float64(ties)) < float64(threshold) {
		return nil
	}
	out := make([]float64, len(shares))
	for k, share := range shares {
		out[k] = share / sum
	}
	return out
}

// brokers names those who stand between groups much more often than most do.
func (r *Report) brokers(ctx context.Context, g *graph.Graph, group, masked []string) error {
	number, names := numbered(group)
	if len(names) < 2 {
		return nil
	}
	roles, err := cohesion.Brokerage(ctx, g, number, graph.Options{})
	if err != nil {
		return err
	}
	links := make([]int64, len(roles))
	total := int64(0)
	for v, x := range roles {
		links[v] = x.Total() - x.Coordinator
		total += links[v]
	}
	if total == 0 {
		return nil
	}
	order := make([]int, len(roles))
	for v := range order {
		order[v] = v
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(links[b], links[a]) })
	for _, v := range order[:min(mostBrokers, len(order))] {
		if float64(links[v])*float64(len(roles)) <= 2*float64(total) {
			break // at most twice the mean: that is nobody in particular
		}
		b := Broker{Person: v, Role: mainRole(roles[v])}
		seen := map[string]bool{}
		for _, list := range [][]uint32{g.Neighbors(uint32(v)), g.InNeighbors(uint32(v))} {
			for _, u := range list {
				if name := masked[u]; name != "" && name != Rest && !seen[name] {
					seen[name] = true
					b.Between = append(b.Between, name)
				}
			}
		}
		slices.Sort(b.Between)
		r.Brokers = append(r.Brokers, b)
	}
	slices.SortFunc(r.Brokers, func(a, b Broker) int { return cmp.Compare(a.Person, b.Person) })
	return nil
}

func mainRole(x cohesion.Roles) string {
	best, role := x.Liaison, "liaison"
	for _, other := range []struct {
		count int64
		role  string
	}{{x.Gatekeeper, "gatekeeper"}, {x.Representative, "representative"}, {x.Consultant, "consultant"}} {
		if other.count > best {
			best, role = other.count, other.role
		}
	}
	return role
}
