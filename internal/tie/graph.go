package tie

import (
	"context"
	"maps"
	"slices"

	"gave.network/graph"
	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
)

// Graph returns the ties that the viewer may see as a graph, with the people who are its nodes: everybody who has a tie
// and whom the viewer may see, in the order of their ids. When weighted, the weights are strengths at the viewer's now.
func (s *Store) Graph(ctx context.Context, v op.Viewer, weighted bool) (*graph.Graph, []id.ID, error) {
	g, people, _, err := s.graphWith(ctx, v, weighted, &Said{}, &saidPairs{})
	return g, people, err
}

// graphWith is Graph with what was stated beside the ties from contact, and with the nodes of the people.
func (s *Store) graphWith(
	ctx context.Context, v op.Viewer, weighted bool, said *Said, stated *saidPairs,
) (g *graph.Graph, people []id.ID, node map[id.ID]uint32, err error) {
	if err := s.SettleToRead(ctx, v); err != nil {
		return nil, nil, nil, err
	}
	ties, err := s.Ties(ctx, v)
	if err != nil {
		return nil, nil, nil, err
	}
	all := ties.People()
	if len(stated.a) > 0 {
		more := slices.Clone(all)
		for n, named := range stated.named(len(said.people)) {
			if named {
				more = append(more, said.people[n])
			}
		}
		slices.SortFunc(more, id.ID.Compare)
		all = slices.Compact(more)
	}
	var keys []id.ID
	for _, chunk := range db.Chunks(all) {
		in, args := db.In(4, chunk)
		visible, err := db.Values[id.ID](ctx, s.db,
			`select p.id from person p where `+scope.Seen("p")+` and p.id in (`+in+`)`, scope.Args(v, args...)...)
		if err != nil {
			return nil, nil, nil, err
		}
		keys = append(keys, visible...)
	}
	slices.SortFunc(keys, id.ID.Compare) // the same data gives the same numbers
	node = ties.number
	if slices.Equal(keys, ties.people) {
		keys = ties.people // once in memory, with the table of their places
	} else {
		node = make(map[id.ID]uint32, len(keys))
		for i, key := range keys {
			node[key] = uint32(i)
		}
	}
	// Whom the viewer may not see is not in the graph, and neither are that person's ties.
	nodes := nodesOf(ties.people, node)
	edges := graph.NewBuilder(graph.BuildOptions{Weighted: weighted})
	saidOf := stated.byTie(said, ties) // the pair of each row, from 1
	for i, a := range nodes {
		for row := ties.from[i]; row < ties.from[i+1]; row++ {
			b := nodes[ties.other[row]]
			if a == graph.None || b == graph.None {
				continue
			}
			weight := Strength(ties.at(uint32(i), row).IntensityAt(v.Now))
			if len(saidOf) > 0 && saidOf[row] > 0 {
				weight = 1 - (1-weight)*(1-stated.strength[saidOf[row]-1])
			}
			edges.AddWeighted(a, b, float64(float32(weight)))
		}
	}
	tied := make([]bool, len(stated.a)) // by contact
	for _, pair := range saidOf {
		if pair > 0 {
			tied[pair-1] = true
		}
	}
	nodes = nodesOf(said.people, node)
	for i, strength := range stated.strength {
		a, b := nodes[stated.a[i]], nodes[stated.b[i]]
		if a != graph.None && b != graph.None && !tied[i] {
			edges.AddWeighted(a, b, float64(float32(strength)))
		}
	}
	g, err = edges.Graph(ctx, len(keys), graph.Options{})
	return g, keys, node, err
}

// nodesOf are the nodes of some people; graph.None for who is not in the graph.
func nodesOf(people []id.ID, node map[id.ID]uint32) []uint32 {
	out := make([]uint32, len(people))
	for i, person := range people {
		out[i] = graph.None
		if n, is := node[person]; is {
			out[i] = n
		}
	}
	return out
}

// nameLayers says on which layers the people of a view are tied.
func (w *View) nameLayers(ctx context.Context, s *Store, v op.Viewer, said *Said, stated *saidPairs) error {
	named := map[string]bool{}
	nodes := nodesOf(said.people, w.number)
	w.stated = statedTies{sets: stated.sets.list}
	for i, set := range stated.layers {
		a, b := nodes[stated.a[i]], nodes[stated.b[i]] // in the order of the ids, as the pairs are
		if a == graph.None || b == graph.None {
			continue
		}
		w.stated.add(a, b, set, stated.since[i], stated.both[i])
		for _, name := range stated.sets.list[set] {
			named[name] = true
		}
	}
	w.stated.end()
	ties, err := s.Ties(ctx, v)
	if err != nil {
		return err
	}
	if ties.shown != nil {
		for t := range ties.All() {
			a, seen := w.number[t.A]
			b, also := w.number[t.B]
			if t.Shown > Hidden && seen && also {
				w.shown[[2]uint32{min(a, b), max(a, b)}] = t.Shown
			}
		}
	}
	if ties.Len() > 0 {
		w.Layers = append(w.Layers, Contact)
	}
	w.Layers = append(w.Layers, slices.Sorted(maps.Keys(named))...)
	return nil
}

// statedTies is what people said of pairs of nodes, in columns: a million take 21 MB.
type statedTies struct {
	pair   []uint64 // the smaller node in the upper half; in order
	layers []uint32 // a place in sets
	since  []int64  // microseconds; 0 when it is not known
	both   []bool   // both are said to be tied to the other
	sets   [][]string
}

// add takes in what was said of the next pair.
func (t *statedTies) add(a, b, layers uint32, since int64, both bool) {
	t.pair, t.layers = append(t.pair, pairOfNodes(a, b)), append(t.layers, layers)
	t.since, t.both = append(t.since, since), append(t.both, both)
}

// end gives back the room that was not taken.
func (t *statedTies) end() {
	t.pair, t.layers, t.since, t.both = exactly(t.pair), exactly(t.layers), exactly(t.since), exactly(t.both)
}

// pairOfNodes is one number for two nodes.
func pairOfNodes(a, b uint32) uint64 { return uint64(min(a, b))<<32 | uint64(max(a, b)) }

// of finds the place of a pair; false when nobody said anything of it.
func (t *statedTies) of(a, b uint32) (int, bool) {
	return slices.BinarySearch(t.pair, pairOfNodes(a, b))
}
