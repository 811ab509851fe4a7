package graph

import (
	"context"
	"fmt"
	"slices"
)

// Alternatives returns the k best paths from source to target, best first, none with a node twice (Yen 1971, with
// Lawler's saving of repeated work); hops limits the ties of each, 0 means no limit. There are fewer when there are not
// so many paths.
func (s *PathSearch) Alternatives(ctx context.Context, source, target uint32, k, hops int) ([]Route, error) {
	if k < 1 || hops < 0 {
		return nil, fmt.Errorf("graph: %d paths of %d hops: %w", k, hops, ErrParameter)
	}
	best, err := s.find(ctx, source, target, hops)
	if err != nil || best.Nodes == nil || source == target {
		return onlyFound(best), err
	}
	type candidate struct {
		Route
		spur int // where it leaves the path that it was made from
	}
	better := func(a, b candidate) int {
		switch {
		case a.Value != b.Value && (a.Value > b.Value) == (s.options.Measure == Strength):
			return -1
		case a.Value != b.Value:
			return 1
		case len(a.Nodes) != len(b.Nodes):
			return len(a.Nodes) - len(b.Nodes)
		}
		return slices.Compare(a.Nodes, b.Nodes)
	}
	defer func() { s.ban = nil }()
	found := []candidate{{best, 0}}
	var waiting []candidate
	for len(found) < k {
		last := found[len(found)-1]
		// Every next path leaves an earlier one somewhere. Before last.spur it would leave the path that last came
		// from, which was tried.
		for i := last.spur; i < len(last.Nodes)-1; i++ {
			if hops > 0 && i >= hops {
				break
			}
			root := last.Nodes[:i+1]
			s.ban = &ban{nodes: map[uint32]bool{}, source: last.Nodes[i], heads: map[uint32]bool{}}
			for _, v := range root[:i] {
				s.ban.nodes[v] = true
			}
			for _, f := range found {
				if len(f.Nodes) > i+1 && slices.Equal(f.Nodes[:i+1], root) {
					s.ban.heads[f.Nodes[i+1]] = true
				}
			}
			left := 0
			if hops > 0 {
				left = hops - i
			}
			spur, err := s.find(ctx, last.Nodes[i], target, left)
			if err != nil {
				return nil, err
			}
			if spur.Nodes == nil {
				continue
			}
			next := candidate{s.route(slices.Concat(root[:i], spur.Nodes)), i}
			if at, known := slices.BinarySearchFunc(waiting, next, better); !known {
				waiting = slices.Insert(waiting, at, next)
			}
		}
		if len(waiting) == 0 {
			break
		}
		found = append(found, waiting[0])
		waiting = slices.Delete(waiting, 0, 1)
	}
	routes := make([]Route, len(found))
	for i, f := range found {
		routes[i] = f.Route
	}
	return routes, nil
}

func onlyFound(r Route) []Route {
	if r.Nodes == nil {
		return nil
	}
	return []Route{r}
}
