package tie

import (
	"context"
	"maps"
	"slices"
	"strings"
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
	ctx context.Context, v op.Viewer, weighted bool, stated []statedPair,
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
		for i := range stated {
			more = append(more, stated[i].ends[:]...)
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
	contact := make([]bool, len(stated))
	for i := range stated {
		x := &stated[i]
		a, tied := ties.number[x.ends[0]]
		b, also := ties.number[x.ends[1]]
		if !tied || !also {
			continue
		}
		if row, found := ties.row(a, b); found {
			said[row] = x
			contact[i] = true
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
	for i := range stated {
		x := &stated[i]
		a, seen := node[x.ends[0]]
		b, also := node[x.ends[1]]
		if seen && also && !contact[i] {
			edges.AddWeighted(a, b, float64(float32(x.strength())))
		}
	}
	g, err = edges.Graph(ctx, len(keys), graph.Options{})
	return g, keys, node, err
}

// statedPair is what people said of a pair: how far it speaks for trust, one way and the other, and on which layers.
type statedPair struct {
	ends        [2]id.ID // the smaller first
	there, back float64
	layers      []string // in order; pairs of the same layers share it
	since       time.Time
}

// strength is that of a tie that was stated: what only one of the two is said to feel counts half.
func (p *statedPair) strength() float64 { return (p.there + p.back) / 2 }

// layerSets are sets of layers, each once in memory, by their names one after another.
type layerSets map[string][]string

// with returns a set with one layer more.
func (s layerSets) with(set []string, layer string) []string {
	at, found := slices.BinarySearch(set, layer)
	if found {
		return set
	}
	key := layer
	if len(set) > 0 {
		set = slices.Insert(slices.Clone(set), at, layer)
		key = strings.Join(set, "\x00")
	}
	known, ok := s[key]
	if !ok {
		if len(set) == 0 {
			set = []string{layer}
		}
		known = slices.Clip(set)
		s[key] = known
	}
	return known
}

// statedPairs returns what people said of pairs, each pair once, on layers that are not of the chart.
func (s *Store) statedPairs(ctx context.Context, v op.Viewer) ([]statedPair, error) {
	alias, err := aliases(ctx, s.db, v.Space)
	if err != nil {
		return nil, err
	}
	var out []statedPair
	number, sets := map[[2]id.ID]uint32{}, layerSets{}
	_, err = s.Stated(ctx, v, func(person id.ID) id.ID {
		if kept, ok := alias[person]; ok {
			return kept
		}
		return person
	}, func(x Stated) {
		counts := x.Layer.Trust * x.Weight
		if x.Layer.Formal || counts < faintest {
			return
		}
		ends, back := [2]id.ID{x.From, x.To}, false
		if x.From.Compare(x.To) > 0 {
			ends, back = [2]id.ID{x.To, x.From}, true
		}
		n, known := number[ends]
		if !known {
			n = uint32(len(out))
			number[ends], out = n, append(out, statedPair{ends: ends})
		}
		p := &out[n]
		p.layers = sets.with(p.layers, x.Layer.Name)
		if p.since.IsZero() || !x.At.IsZero() && x.At.Before(p.since) {
			p.since = x.At
		}
		side := &p.there
		if back {
			side = &p.back
		}
		*side = 1 - (1-*side)*(1-counts)
	})
	return out, err
}

// nameLayers says on which layers the people of a view are tied.
func (w *View) nameLayers(ctx context.Context, s *Store, v op.Viewer, stated []statedPair) error {
	all := map[string]bool{}
	for i := range stated {
		said := &stated[i]
		a, seen := w.number[said.ends[0]]
		b, also := w.number[said.ends[1]]
		if !seen || !also {
			continue
		}
		w.stated[[2]uint32{min(a, b), max(a, b)}] = statedTie{said.layers, said.since, said.there > 0 && said.back > 0}
		for _, name := range said.layers {
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
