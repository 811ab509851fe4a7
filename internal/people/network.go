package people

import (
	"context"

	"gave.network/graph"
	"gave.network/graph/graphio"
	"gave.network/internal/fault"
	"gave.network/internal/op"
)

// Network returns the ties that the viewer may see as a network: the people who have a tie are the nodes, the strengths
// at the viewer's now the weights when weighted. A node is called by the person's name, and where several share it by
// name and id. The columns of the nodes are id, organisation and place.
func (s *Store) Network(ctx context.Context, v op.Viewer, weighted bool) (*graphio.Network, error) {
	g, keys, err := s.Graph(ctx, v, weighted)
	if err != nil {
		return nil, err
	}
	people, err := s.PeopleByID(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	called := map[string]int{}
	for _, key := range keys {
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
	return &graphio.Network{Graph: g, Names: graph.NewNames(names), Nodes: columns}, nil
}
