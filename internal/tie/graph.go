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
	return s.graphWith(ctx, v, weighted, nil)
}

// graphWith is Graph with what was stated beside the ties from contact.
func (s *Store) graphWith(
	ctx context.Context, v op.Viewer, weighted bool, stated map[[2]id.ID]*statedPair,
) (*graph.Graph, []id.ID, error) {
	if err := s.SettleToRead(ctx, v); err != nil {
		return nil, nil, err
	}
	ties, err := s.Ties(ctx, v)
	if err != nil {
		return nil, nil, err
	}
	node := map[id.ID]uint32{}
	for i := range ties {
		node[ties[i].A], node[ties[i].B] = 0, 0
	}
	for pair := range stated {
		node[pair[0]], node[pair[1]] = 0, 0
	}
	var keys []id.ID
	for _, chunk := range db.Chunks(slices.Collect(maps.Keys(node))) {
		in, args := db.In(4, chunk)
		visible, err := db.Values[id.ID](ctx, s.db,
			`select p.id from person p where `+scope.Seen("p")+` and p.id in (`+in+`)`, scope.Args(v, args...)...)
		if err != nil {
			return nil, nil, err
		}
		keys = append(keys, visible...)
	}
	slices.SortFunc(keys, id.ID.Compare) // the same data gives the same numbers
	// Whom the viewer may not see is not in the graph, and neither are that person's ties.
	clear(node)
	for i, key := range keys {
		node[key] = uint32(i)
	}
	edges := make([]graph.Edge, 0, len(ties))
	for i := range ties {
		a, seen := node[ties[i].A]
		b, also := node[ties[i].B]
		if seen && also {
			weight := Strength(ties[i].IntensityAt(v.Now))
			if said := stated[[2]id.ID{ties[i].A, ties[i].B}]; said != nil {
				weight = 1 - (1-weight)*(1-said.strength())
				said.contact = true
			}
			edges = append(edges, graph.Edge{From: a, To: b, Weight: float64(float32(weight))})
		}
	}
	for pair, said := range stated {
		a, seen := node[pair[0]]
		b, also := node[pair[1]]
		if seen && also && !said.contact {
			edges = append(edges, graph.Edge{From: a, To: b, Weight: float64(float32(said.strength()))})
		}
	}
	g, err := graph.FromEdges(len(keys), edges, graph.BuildOptions{Weighted: weighted})
	return g, keys, err
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
	for _, t := range ties {
		a, seen := w.number[t.A]
		b, also := w.number[t.B]
		if t.Shown > Hidden && seen && also {
			w.shown[[2]uint32{min(a, b), max(a, b)}] = t.Shown
		}
	}
	if len(ties) > 0 {
		w.Layers = append(w.Layers, Contact)
	}
	w.Layers = append(w.Layers, slices.Sorted(maps.Keys(all))...)
	return err
}
