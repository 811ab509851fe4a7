package structure

import (
	"cmp"
	"context"
	"slices"

	"gave.network/graph"
)

// Loss is what falls apart without somebody.
type Loss struct {
	Person int
	// People is how many of those who hang together over this person lose touch with the largest part that is left,
	// Parts into how many parts they fall.
	People, Parts int
	// Groups are those of which enough people lose touch to speak of it.
	Groups []string
}

// mostLosses is of how many losses, the greatest, the groups are told.
const mostLosses = 10

// losses returns for everybody without whom others would lose touch what falls apart, the most first.
func losses(ctx context.Context, g *graph.Graph, masked []string, threshold int) ([]Loss, error) {
	out, err := lossSizes(ctx, g)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b Loss) int {
		return cmp.Or(b.People-a.People, b.Parts-a.Parts, a.Person-b.Person)
	})
	for i := range out[:min(len(out), mostLosses)] {
		lost := map[string]int{}
		for _, v := range lostWithout(g, uint32(out[i].Person)) {
			lost[masked[v]]++
		}
		for name, n := range lost {
			if name != "" && name != Rest && n >= threshold {
				out[i].Groups = append(out[i].Groups, name)
			}
		}
		slices.SortFunc(out[i].Groups, func(a, b string) int {
			return cmp.Or(lost[b]-lost[a], cmp.Compare(a, b))
		})
	}
	return out, nil
}

// lossSizes finds by one search in depth who holds others together (Hopcroft & Tarjan 1973) and how large the parts are
// that each of them holds.
func lossSizes(ctx context.Context, g *graph.Graph) ([]Loss, error) {
	n := g.N()
	number, low, under := make([]int, n), make([]int, n), make([]int, n)
	next, parent := make([]int, n), make([]int, n)
	parts := map[int][]int{}
	var out []Loss
	seen := 0
	for root := range n {
		if number[root] > 0 {
			continue
		}
		first := seen
		var component []int
		visit := func(v, from int) {
			seen++
			number[v], low[v], under[v], parent[v] = seen, seen, 1, from
			component = append(component, v)
		}
		visit(root, -1)
		for v := root; v >= 0; {
			if len(component)&0xfff == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if list := g.Neighbors(uint32(v)); next[v] < len(list) {
				u := int(list[next[v]])
				next[v]++
				if number[u] == 0 {
					visit(u, v)
					v = u
				} else if u != parent[v] {
					low[v] = min(low[v], number[u])
				}
				continue
			}
			up := parent[v]
			if up >= 0 {
				low[up] = min(low[up], low[v])
				under[up] += under[v]
				if low[v] >= number[up] { // what hangs under v has no other way up
					parts[up] = append(parts[up], under[v])
				}
			}
			v = up
		}
		all := seen - first
		for _, v := range component {
			list := parts[v]
			if rest := all - 1 - sum(list); rest > 0 {
				list = append(list, rest)
			}
			if len(list) > 1 {
				out = append(out, Loss{Person: v, People: all - 1 - slices.Max(list), Parts: len(list)})
			}
		}
	}
	return out, nil
}

func sum(list []int) int {
	out := 0
	for _, n := range list {
		out += n
	}
	return out
}

// lostWithout returns those who lose touch with the largest part that is left without somebody.
func lostWithout(g *graph.Graph, person uint32) []uint32 {
	seen := map[uint32]bool{person: true}
	var parts [][]uint32
	largest := 0
	for _, start := range g.Neighbors(person) {
		if seen[start] {
			continue
		}
		part := []uint32{start}
		seen[start] = true
		for i := 0; i < len(part); i++ {
			for _, u := range g.Neighbors(part[i]) {
				if !seen[u] {
					seen[u] = true
					part = append(part, u)
				}
			}
		}
		if len(parts) > 0 && len(part) > len(parts[largest]) {
			largest = len(parts)
		}
		parts = append(parts, part)
	}
	var out []uint32
	for i, part := range parts {
		if i != largest {
			out = append(out, part...)
		}
	}
	return out
}
