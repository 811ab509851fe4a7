package graph

import (
	"context"
	"math"
	"slices"
)

// SteinerTree is a connected set of nodes that has a member of every group.
type SteinerTree struct {
	// Nodes are in ascending order; Edges connect them as a tree. Both are empty when no connected part of the graph
	// has all groups.
	Nodes []uint32
	Edges []Edge
	// Cost is the sum of the edges' costs, +Inf when there is no tree.
	Cost float64
	// Exact says that no cheaper tree exists. LowerBound is a cost that no tree can be below.
	Exact      bool
	LowerBound float64
}

// maxSteinerStates bounds the exact method's table (nodes times subsets of groups) to about 450 MB.
const maxSteinerStates = 1 << 25

// GroupSteinerTree finds the cheapest tree that has at least one member of each group: exactly, by dynamic programming
// over subsets of the groups (Ding et al. 2007), for up to 8 groups, as long as nodes times subsets fits into memory;
// else by joining each group by its shortest path to the best root, which costs at most k-1 times the best for k
// groups. The cost of an edge is its weight, not negative, or 1, so that the tree has as few people as possible.
// Directions and loops are left out (the cheaper of two directions counts). A group without members cannot be reached.
// Without groups the tree is empty and costs 0.
func GroupSteinerTree(ctx context.Context, g *Graph, groups [][]uint32, opts Options) (*SteinerTree, error) {
	if err := CheckWeights(g); err != nil {
		return nil, err
	}
	for _, members := range groups {
		for _, v := range members {
			if int(v) >= g.N() {
				return nil, ErrNode
			}
		}
	}
	if len(groups) == 0 {
		return &SteinerTree{Exact: true}, ctx.Err()
	}
	s := &steiner{ctx: ctx, g: g, groups: groups, opts: opts}
	tree, err := s.approximate()
	if err != nil || len(tree.Nodes) == 0 || tree.Exact {
		return tree, err
	}
	if len(groups) <= 8 && g.N()<<len(groups) <= maxSteinerStates {
		return s.exact(tree)
	}
	return tree, nil
}

type steiner struct {
	ctx      context.Context
	g        *Graph
	groups   [][]uint32
	opts     Options
	distance [][]float64 // of each group, from each node to its nearest member
	toward   [][]uint32  // the next node on the way there
}

// none marks a node with no next node.
const none = ^uint32(0)

// steps visits the neighbours of v with the costs of their ties.
func (s *steiner) steps(v uint32, visit func(u uint32, cost float64)) {
	g := s.g
	weights := g.Weights(v)
	for i, u := range g.Neighbors(v) {
		visit(u, weights.At(i))
	}
	if !g.directed {
		return
	}
	weights = g.InWeights(v)
	for i, u := range g.InNeighbors(v) {
		visit(u, weights.At(i))
	}
}

// spread lets costs flow from the nodes that have them to all others up to a limit (Dijkstra's method). from gets the
// node each cost came from.
func (s *steiner) spread(cost []float64, from []uint32, waiting *heap, limit float64) error {
	for count := 0; len(*waiting) > 0; count++ {
		if count&0xfff == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		item := waiting.pop()
		v := item.entry
		if item.key > cost[v] {
			continue
		}
		s.steps(v, func(u uint32, step float64) {
			if next := item.key + step; next < cost[u] && next <= limit {
				cost[u], from[u] = next, v
				waiting.push(heapItem{next, u})
			}
		})
	}
	return nil
}

// approximate joins each group's nearest member to the best root, and keeps a spanning tree of the paths without
// useless ends.
func (s *steiner) approximate() (*SteinerTree, error) {
	n, k := s.g.N(), len(s.groups)
	s.distance, s.toward = make([][]float64, k), make([][]uint32, k)
	errs := make([]error, k)
	err := s.opts.Quiet().Run(s.ctx, k, 1, func(_, i, _ int) {
		cost, from := make([]float64, n), make([]uint32, n)
		for v := range n {
			cost[v], from[v] = math.Inf(1), none
		}
		var waiting heap
		for _, v := range s.groups[i] {
			if cost[v] != 0 {
				cost[v] = 0
				waiting.push(heapItem{0, v})
			}
		}
		s.distance[i], s.toward[i] = cost, from
		errs[i] = s.spread(cost, from, &waiting, math.MaxFloat64)
	})
	if err != nil {
		return nil, err
	}
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	root, best, bound := none, math.Inf(1), math.Inf(1)
	for v := range uint32(n) {
		sum, far := 0.0, 0.0
		for i := range k {
			sum += s.distance[i][v]
			far = max(far, s.distance[i][v])
		}
		if sum < best {
			root, best = v, sum
		}
		// Every tree has a member of the first group, and reaches every group from there.
		if s.distance[0][v] == 0 {
			bound = min(bound, max(far, sum/max(1, float64(k-1))))
		}
	}
	if root == none {
		return &SteinerTree{Cost: math.Inf(1), Exact: true, LowerBound: math.Inf(1)}, nil
	}
	var edges []Edge
	for i := range k {
		for v := root; s.toward[i][v] != none; v = s.toward[i][v] {
			edges = append(edges, s.edge(v, s.toward[i][v]))
		}
	}
	tree := s.prune(root, edges)
	tree.LowerBound = min(bound, tree.Cost)
	tree.Exact = tree.Cost <= tree.LowerBound
	return tree, nil
}

// edge returns the cheaper tie between two neighbours.
func (s *steiner) edge(u, v uint32) Edge {
	cost := math.Inf(1)
	s.steps(u, func(x uint32, step float64) {
		if x == v {
			cost = min(cost, step)
		}
	})
	return Edge{From: u, To: v, Weight: cost}
}

// prune takes the cheapest spanning tree of the edges and drops ends that no group needs.
func (s *steiner) prune(root uint32, edges []Edge) *SteinerTree {
	slices.SortStableFunc(edges, func(a, b Edge) int {
		switch {
		case a.Weight < b.Weight:
			return -1
		case a.Weight > b.Weight:
			return 1
		}
		return 0
	})
	parent := map[uint32]uint32{root: root}
	var find func(v uint32) uint32
	find = func(v uint32) uint32 {
		up, found := parent[v]
		if !found || up == v {
			parent[v] = v
			return v
		}
		top := find(up)
		parent[v] = top
		return top
	}
	degree := map[uint32]int{root: 0}
	var kept []Edge
	for _, e := range edges {
		if a, b := find(e.From), find(e.To); a != b {
			parent[a] = b
			kept = append(kept, e)
			degree[e.From]++
			degree[e.To]++
		}
	}
	members := make([]int, len(s.groups)) // members of each group in the tree
	groupsOf := map[uint32][]int{}
	for i, list := range s.groups {
		for _, v := range slices.Compact(slices.Sorted(slices.Values(list))) {
			if _, in := degree[v]; in {
				groupsOf[v] = append(groupsOf[v], i)
				members[i]++
			}
		}
	}
	needed := func(v uint32) bool {
		for _, i := range groupsOf[v] {
			if members[i] == 1 {
				return true
			}
		}
		return false
	}
	for dropped := true; dropped; {
		dropped = false
		// The dearest ends go first.
		for i := len(kept) - 1; i >= 0; i-- {
			for _, end := range []uint32{kept[i].From, kept[i].To} {
				if degree[end] == 1 && !needed(end) {
					for _, group := range groupsOf[end] {
						members[group]--
					}
					degree[kept[i].From]--
					degree[kept[i].To]--
					delete(degree, end)
					kept = slices.Delete(kept, i, i+1)
					dropped = true
					break
				}
			}
		}
	}
	tree := &SteinerTree{Edges: kept}
	for v := range degree {
		tree.Nodes = append(tree.Nodes, v)
	}
	slices.Sort(tree.Nodes)
	for _, e := range kept {
		tree.Cost += float64(e.Weight)
	}
	return tree
}

// exact computes for each subset of the groups and each node the cheapest tree that has the node and the subset: either
// an edge more than that of a neighbour, or two trees of a part each that meet in the node. Costs above the approximate
// tree's need not be kept.
func (s *steiner) exact(known *SteinerTree) (*SteinerTree, error) {
	n, k := s.g.N(), len(s.groups)
	full := 1<<k - 1
	cost := make([][]float64, full+1)
	from := make([][]uint32, full+1) // the neighbour the tree comes from, or none
	part := make([][]uint8, full+1)  // or one of the two parts; 0 for a single member
	limit := known.Cost * (1 + 1e-12)
	for subset := 1; subset <= full; subset++ {
		if s.opts.Progress != nil {
			s.opts.Progress(int64(subset), int64(full))
		}
		own, back, halves := make([]float64, n), make([]uint32, n), make([]uint8, n)
		for v := range n {
			own[v], back[v] = math.Inf(1), none
		}
		cost[subset], from[subset], part[subset] = own, back, halves
		if subset&(subset-1) == 0 {
			i := 0
			for 1<<i != subset {
				i++
			}
			copy(own, s.distance[i])
			copy(back, s.toward[i])
			continue
		}
		var waiting heap
		for half := (subset - 1) & subset; half > subset/2; half = (half - 1) & subset {
			a, b := cost[half], cost[subset^half]
			for v := range own {
				if sum := a[v] + b[v]; sum < own[v] {
					own[v], halves[v] = sum, uint8(half)
				}
			}
		}
		// What the groups still missing are away from v must fit under the limit too.
		for v := range own {
			rest := 0.0
			for i := range k {
				if subset>>i&1 == 0 {
					rest = max(rest, s.distance[i][v])
				}
			}
			if own[v]+rest <= limit {
				waiting.push(heapItem{own[v], uint32(v)})
			} else {
				own[v] = math.Inf(1)
			}
		}
		if err := s.spread(own, back, &waiting, limit); err != nil {
			return nil, err
		}
	}
	root := none
	for v := range uint32(n) {
		if root == none || cost[full][v] < cost[full][root] {
			root = v
		}
	}
	if root == none || cost[full][root] >= known.Cost {
		known.Exact, known.LowerBound = true, known.Cost
		return known, nil
	}
	var edges []Edge
	var collect func(v uint32, subset int)
	collect = func(v uint32, subset int) {
		for from[subset][v] != none {
			edges = append(edges, s.edge(v, from[subset][v]))
			v = from[subset][v]
		}
		if half := int(part[subset][v]); half != 0 {
			collect(v, half)
			collect(v, subset^half)
		}
	}
	collect(root, full)
	tree := s.prune(root, edges)
	tree.Exact, tree.LowerBound = true, tree.Cost
	return tree, nil
}
