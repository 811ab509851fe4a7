package tie

import (
	"context"
	"maps"
	"slices"
	"time"

	"gave.network/graph"
	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
)

// Graph returns the ties that the viewer may see as a graph, with the people who are its nodes: everybody who has a tie
// and whom the viewer may see, in the order of their ids. When weighted, the weights are strengths at the viewer's now.
func (s *Store) Graph(ctx context.Context, v op.Viewer, weighted bool) (*graph.Graph, []id.ID, error) {
	g, people, _, err := s.graphWith(ctx, v, weighted, nil)
	return g, people, err
}

// graphWith is Graph with what was stated beside the ties from contact, and with the nodes of the people.
func (s *Store) graphWith(
	ctx context.Context, v op.Viewer, weighted bool, stated map[[2]id.ID]*statedPair,
) (g *graph.Graph, people []id.ID, node map[id.ID]uint32, err error) {
	if err := s.SettleToRead(ctx, v); err != nil {
		return nil, nil, nil, err
	}
	ties, err := s.Ties(ctx, v)
	if err != nil {
		return nil, nil, nil, err
	}
	all := ties.People()
	if len(stated) > 0 {
		more := slices.Clone(all)
		for pair := range stated {
			more = append(more, pair[0], pair[1])
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
	nodes := make([]uint32, len(ties.people))
	for i, person := range ties.people {
		nodes[i] = graph.None
		if n, seen := node[person]; seen {
			nodes[i] = n
		}
	}
	said := map[uint32]*statedPair{} // by the row of the tie from contact
	for pair, x := range stated {
		a, tied := ties.number[pair[0]]
		b, also := ties.number[pair[1]]
		if !tied || !also {
			continue
		}
		if row, found := ties.row(a, b); found {
			said[row], x.contact = x, true
		}
	}
	edges := graph.NewBuilder(graph.BuildOptions{Weighted: weighted})
	for i, a := range nodes {
		for row := ties.from[i]; row < ties.from[i+1]; row++ {
			b := nodes[ties.other[row]]
			if a == graph.None || b == graph.None {
				continue
			}
			weight := Strength(ties.at(uint32(i), row).IntensityAt(v.Now))
			if x := said[row]; x != nil {
				weight = 1 - (1-weight)*(1-x.strength())
			}
			edges.AddWeighted(a, b, float64(float32(weight)))
		}
	}
	for pair, x := range stated {
		a, seen := node[pair[0]]
		b, also := node[pair[1]]
		if seen && also && !x.contact {
			edges.AddWeighted(a, b, float64(float32(x.strength())))
		}
	}
	g, err = edges.Graph(ctx, len(keys), graph.Options{})
	return g, keys, node, err
}

// statedPair is what people said of a pair: how far it speaks for trust, one way and the other, and on which layers.
type statedPair struct {
	there, back float64
	layers      map[string]bool
	since       time.Time
	contact     bool // there is a tie from contact too
}

// strength is that of a tie that was stated: what only one of the two is said to feel counts half.
func (p *statedPair) strength() float64 { return (p.there + p.back) / 2 }

// statedPairs returns what people said of pairs, the smaller id first, on layers that are not of the chart.
func (s *Store) statedPairs(ctx context.Context, v op.Viewer) (map[[2]id.ID]*statedPair, error) {
	alias, err := aliases(ctx, s.db, v.Space)
	if err != nil {
		return nil, err
	}
	list, _, err := s.Stated(ctx, v, func(person id.ID) id.ID {
		if kept, ok := alias[person]; ok {
			return kept
		}
		return person
	})
	out := map[[2]id.ID]*statedPair{}
	for _, x := range list {
		counts := x.Layer.Trust * x.Weight
		if x.Layer.Formal || counts < faintest {
			continue
		}
		pair, way := [2]id.ID{x.From, x.To}, 0
		if x.From.Compare(x.To) > 0 {
			pair, way = [2]id.ID{x.To, x.From}, 1
		}
		p := out[pair]
		if p == nil {
			p = &statedPair{layers: map[string]bool{}}
			out[pair] = p
		}
		p.layers[x.Layer.Name] = true
		if p.since.IsZero() || !x.At.IsZero() && x.At.Before(p.since) {
			p.since = x.At
		}
		side := &p.there
		if way == 1 {
			side = &p.back
		}
		*side = 1 - (1-*side)*(1-counts)
	}
	return out, err
}

// nameLayers says on which layers the people of a view are tied.
func (w *View) nameLayers(ctx context.Context, s *Store, v op.Viewer, stated map[[2]id.ID]*statedPair) error {
	all := map[string]bool{}
	for pair, said := range stated {
		a, seen := w.number[pair[0]]
		b, also := w.number[pair[1]]
		if !seen || !also {
			continue
		}
		names := slices.Sorted(maps.Keys(said.layers))
		w.stated[[2]uint32{min(a, b), max(a, b)}] = statedTie{names, said.since, said.there > 0 && said.back > 0}
		for _, name := range names {
			all[name] = true
		}
	}
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
	w.Layers = append(w.Layers, slices.Sorted(maps.Keys(all))...)
	return nil
}
