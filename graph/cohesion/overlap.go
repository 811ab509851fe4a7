package cohesion

import (
	"context"
	"slices"

	"gave.network/graph"
	"gave.network/graph/internal/bitset"
	"gave.network/graph/internal/ranges"
)

// EdgeValue is a number that belongs to the edge between U and V, U < V.
type EdgeValue struct {
	U, V  uint32
	Value float64
}

// before says whether u comes before v in order of falling degree; an edge is worked on at its end that comes first, so
// that the shorter list of neighbours is looked up in the longer one.
func before(g *graph.Graph, u, v uint32) bool {
	du, dv := g.Degree(u), g.Degree(v)
	return du > dv || du == dv && u < v
}

// edgeIndex returns for each node the place of its first edge in the list of edges {u, v}, u < v, ordered by u and v.
func edgeIndex(g *graph.Graph) []int64 {
	n := g.N()
	start := make([]int64, n+1)
	for v := range n {
		list := g.Neighbors(uint32(v))
		larger := len(list) - firstAbove(list, uint32(v))
		start[v+1] = start[v] + int64(larger)
	}
	return start
}

// firstAbove returns the place of the first entry of a sorted list that is larger than v.
func firstAbove(list []uint32, v uint32) int {
	if len(list) <= shortRow {
		at := len(list)
		for at > 0 && list[at-1] > v {
			at--
		}
		return at
	}
	low := 0
	for size := len(list); size > 0; {
		half := (size + 1) / 2
		if list[low+half-1] <= v {
			low += half
		}
		size -= half
	}
	return low
}

// EdgeOverlap returns for each edge, ordered by its two nodes, the share of the neighbours of its ends that they have
// in common:
//
//	O_ij = n_ij / ((k_i - 1) + (k_j - 1) - n_ij)
//
// (Onnela et al. 2007), in [0, 1]; 0 for an edge whose ends have no other neighbours. Directions, weights and loops are
// ignored.
func EdgeOverlap(ctx context.Context, g *graph.Graph, opts graph.Options) ([]EdgeValue, error) {
	return edgeCommon(ctx, g, opts, func(common, du, dv int) float64 {
		if union := du - 1 + dv - 1 - common; union > 0 {
			return float64(common) / float64(union)
		}
		return 0
	})
}

// EdgeJaccard returns for each edge, ordered by its two nodes, the Jaccard similarity of the neighbours of its ends,
// n_ij / (k_i + k_j - n_ij), in [0, 1), as igraph 1.0 has it with loops off. Directions, weights and loops are ignored.
func EdgeJaccard(ctx context.Context, g *graph.Graph, opts graph.Options) ([]EdgeValue, error) {
	return edgeCommon(ctx, g, opts, func(common, du, dv int) float64 {
		return float64(common) / float64(du+dv-common)
	})
}

func edgeCommon(
	ctx context.Context, g *graph.Graph, opts graph.Options, measure func(common, du, dv int) float64,
) ([]EdgeValue, error) {
	g, err := graph.Simple(ctx, g, opts)
	if err != nil {
		return nil, err
	}
	n := g.N()
	start := edgeIndex(g)
	out := make([]EdgeValue, start[n])
	if shortRows(g) {
		err = opts.Run(ctx, n, 2048, func(_, low, high int) {
			for u := uint32(low); u < uint32(high); u++ {
				list, at := g.Neighbors(u), start[u+1]
				for i := len(list) - 1; i >= 0 && list[i] > u; i-- {
					v, other := list[i], g.Neighbors(list[i])
					at--
					out[at] = EdgeValue{u, v, measure(shortCommon(list, other), len(list), len(other))}
				}
			}
		})
		return out, err
	}
	marks := make([]bitset.Set, opts.Workers())
	if level(g) {
		err = opts.Run(ctx, n, 128, func(worker, low, high int) {
			if marks[worker] == nil {
				marks[worker] = bitset.New(n)
			}
			mark, work := marks[worker], ranges.Work(0)
			for u := uint32(low); u < uint32(high); u++ {
				list := g.Neighbors(u)
				mark.AddAll(list)
				edges := out[start[u]:start[u+1]]
				for i, v := range list[len(list)-len(edges):] {
					other := g.Neighbors(v)
					if work.Ended(ctx, len(other)) {
						return
					}
					edges[i] = EdgeValue{u, v, measure(mark.Count(other), len(list), len(other))}
				}
				mark.ClearWords(list)
			}
		})
		return out, err
	}
	node, _ := graph.ByDegree(g)
	err = opts.Run(ctx, n, 128, func(worker, low, high int) {
		if marks[worker] == nil {
			marks[worker] = bitset.New(n)
		}
		mark, work := marks[worker], ranges.Work(0)
		for _, u := range node[low:high] {
			list := g.Neighbors(u)
			mark.AddAll(list)
			above := firstAbove(list, u)
			for i, v := range list {
				other := g.Neighbors(v)
				if len(other) > len(list) || len(other) == len(list) && v < u {
					continue
				}
				if work.Ended(ctx, len(other)) {
					return
				}
				value := measure(mark.Count(other), len(list), len(other))
				if i >= above {
					out[start[u]+int64(i-above)] = EdgeValue{u, v, value}
				} else {
					aboveV := firstAbove(other, v)
					at, _ := slices.BinarySearch(other[aboveV:], u)
					out[start[v]+int64(at)] = EdgeValue{v, u, value}
				}
			}
			mark.ClearWords(list)
		}
	})
	return out, err
}

// NoOtherPath is the span of a local bridge that is the only path between its ends.
const NoOtherPath = -1

// LocalBridge is a tie whose ends have no neighbour in common.
type LocalBridge struct {
	U, V uint32 // U < V
	// Span is the distance of U and V without this tie, 3 or more; NoOtherPath when the tie is a bridge.
	Span int
}

// LocalBridges returns the edges whose ends have no neighbour in common, with their span (Granovetter 1973), ordered by
// their nodes. Directions, weights and loops are ignored.
func LocalBridges(ctx context.Context, g *graph.Graph, opts graph.Options) ([]LocalBridge, error) {
	g, err := graph.Simple(ctx, g, opts)
	if err != nil {
		return nil, err
	}
	values, err := edgeCommon(ctx, g, opts.Quiet(), func(common, _, _ int) float64 { return float64(common) })
	if err != nil {
		return nil, err
	}
	var bridges []LocalBridge
	for _, e := range values {
		if e.Value == 0 {
			bridges = append(bridges, LocalBridge{U: e.U, V: e.V})
		}
	}
	searches := make([]*detour, opts.Workers())
	err = opts.Run(ctx, len(bridges), 16, func(worker, low, high int) {
		if searches[worker] == nil {
			searches[worker] = &detour{seen: make([]int32, g.N())}
		}
		for i := low; i < high; i++ {
			bridges[i].Span = searches[worker].distance(ctx, g, bridges[i].U, bridges[i].V)
		}
	})
	return bridges, err
}

// detour finds the distance of two neighbours without the tie between them, by breadth-first search from both.
type detour struct {
	// seen is the distance from u plus one, or minus the distance from v minus one, or 0.
	seen             []int32
	near, far, reach []uint32 // the two frontiers and all nodes seen, to be cleared
	work             ranges.Work
}

func (d *detour) distance(ctx context.Context, g *graph.Graph, u, v uint32) int {
	d.near, d.far = append(d.near[:0], u), append(d.far[:0], v)
	d.reach = append(d.reach[:0], u, v)
	d.seen[u], d.seen[v] = 1, -1
	stepsNear, stepsFar := int32(1), int32(1)
	found := NoOtherPath
	for len(d.near) > 0 && len(d.far) > 0 && found < 0 {
		if len(d.near) <= len(d.far) {
			d.near, found = d.step(ctx, g, d.near, u, v, 1, stepsNear)
			stepsNear++
		} else {
			d.far, found = d.step(ctx, g, d.far, u, v, -1, stepsFar)
			stepsFar++
		}
	}
	for _, x := range d.reach {
		d.seen[x] = 0
	}
	return found
}

// step takes one side one step further. All nodes of a frontier lie equally far, so the first meeting is a shortest
// one.
func (d *detour) step(
	ctx context.Context, g *graph.Graph, frontier []uint32, u, v uint32, side, steps int32,
) ([]uint32, int) {
	from := len(d.reach)
	for _, x := range frontier {
		row := g.Neighbors(x)
		if d.work.Ended(ctx, len(row)) {
			return frontier[:0], NoOtherPath
		}
		for _, y := range row {
			if x == u && y == v || x == v && y == u {
				continue
			}
			switch s := d.seen[y]; {
			case s == 0:
				d.seen[y] = side * (steps + 1)
				d.reach = append(d.reach, y)
			case s*side < 0:
				return frontier[:0], int(steps-1) + 1 + int(-s*side-1)
			}
		}
	}
	return append(frontier[:0], d.reach[from:]...), NoOtherPath
}
