package network

import (
	"context"
	"slices"

	"gave.network/graph"
	"gave.network/graph/graphio"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// Graph returns the ties that the viewer may see as a network: the people who have a tie are the nodes, the strengths
// at the viewer's now the weights when weighted. A node is called by the person's name, and where several share it by
// name and id. The columns of the nodes are id, organisation and place.
func (s *Store) Graph(ctx context.Context, v op.Viewer, weighted bool) (*graphio.Network, error) {
	if err := s.SettleToRead(ctx, v); err != nil {
		return nil, err
	}
	type tie struct {
		a, b     id.ID
		strength float64
	}
	var ties []tie
	node := map[id.ID]uint32{}
	var keys []id.ID
	if err := s.AllTies(ctx, v, func(a, b id.ID, state TieState) {
		ties = append(ties, tie{a, b, Strength(state.IntensityAt(v.Now))})
		for _, key := range [2]id.ID{a, b} {
			if _, known := node[key]; !known {
				node[key] = 0
				keys = append(keys, key)
			}
		}
	}); err != nil {
		return nil, err
	}
	people, err := s.PeopleByID(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	// Whom the viewer may not see is not in the graph, and neither are that person's ties.
	keys = slices.DeleteFunc(keys, func(key id.ID) bool { _, seen := people[key]; return !seen })
	slices.SortFunc(keys, id.ID.Compare) // the same data gives the same numbers
	clear(node)
	called := map[string]int{}
	for i, key := range keys {
		node[key] = uint32(i)
		called[people[key].Name]++
	}
	names := make([]string, len(keys))
	columns := graph.NewColumns(len(keys))
	ids, organisations, places := columns.Add("id", graph.Text), columns.Add("organisation", graph.Text),
		columns.Add("place", graph.Text)
	for i, key := range keys {
		p := people[key]
		names[i] = p.Name
		if p.Name == "" || called[p.Name] > 1 {
			names[i] += " (" + key.String() + ")"
		}
		for column, value := range map[*graph.Column]string{
			ids: key.String(), organisations: p.Organisation, places: p.Place,
		} {
			if value == "" {
				continue
			}
			if err := column.Set(i, value); err != nil {
				return nil, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
			}
		}
	}
	edges := make([]graph.Edge, 0, len(ties))
	for _, t := range ties {
		a, seen := node[t.a]
		b, also := node[t.b]
		if seen && also {
			edges = append(edges, graph.Edge{From: a, To: b, Weight: float32(t.strength)})
		}
	}
	g, err := graph.FromEdges(len(keys), edges, graph.BuildOptions{Weighted: weighted})
	if err != nil {
		return nil, err
	}
	return &graphio.Network{Graph: g, Names: graph.NewNames(names), Nodes: columns}, nil
}
