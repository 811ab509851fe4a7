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
			edges = append(edges,
				graph.Edge{From: a, To: b, Weight: float64(float32(Strength(ties[i].IntensityAt(v.Now))))})
		}
	}
	g, err := graph.FromEdges(len(keys), edges, graph.BuildOptions{Weighted: weighted})
	return g, keys, err
}
