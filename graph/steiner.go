package graph

import (
	"cmp"
	"context"
	"errors"
	"math"
	"math/bits"
	"slices"
	"sync"
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

// maxSteinerStates bounds the exact method's table (nodes that a cheapest tree may have times subsets of groups) to
// about 450 MB.
const maxSteinerStates = 1 << 25

// GroupSteinerTree finds the cheapest tree that has at least one member of each group: exactly, by dynamic programming
// over subsets of the groups (Ding et al. 2007), for up to 8 groups, as long as nodes times subsets fits into memory;
// else by joining each group by its shortest path to the best root, which costs at most k-1 times the best for k
// groups. The exact method looks only at what may be part of a tree that is no dearer than the best known, and lets
// only branches of at most half its cost grow (Li, Qin, Yu & Mao 2016). The cost of an edge is its weight, not
// negative, or 1, so that the tree has as few people as possible. Directions and loops are left out (the cheaper of two
// directions counts). A group without members cannot be reached. Without groups the tree is empty and costs 0.
func GroupSteinerTree(ctx context.Context, g *Graph, groups [][]uint32, opts Options) (*SteinerTree, error) {
	if err := CheckWeights(ctx, g); err != nil {
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
	if len(groups) > 8 {
		return tree, nil
	}
	s.measure()
	if nodes := s.within(tree.Cost); len(nodes)<<len(groups) <= maxSteinerStates {
		return s.exact(tree, nodes)
	}
	return tree, nil
}

type steiner struct {
	ctx      context.Context
	g        *Graph
	groups   [][]uint32
	opts     Options
	distance [][]float64 // of each group, from each node to its nearest member; right up to the cost that is known
	toward   [][]uint32  // the next node on the way there
	apart    [][]float64 // from the nearest member of one group to that of another
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

// queue holds nodes by their keys, the smallest first, each once: what costs less than before goes up. With four
// children a node, as in heap; there it would hold each tie that made something cheaper.
type queue struct {
	items []heapItem
	at    []int32 // the place of each node in the list and one more; 0 for those that are not in it
}

// queues are those that are not in use, without nodes: each grows to some megabytes in a graph of 100,000 nodes.
var queues sync.Pool

// newQueue returns a queue for n nodes; who is done with it calls free.
func newQueue(n int) *queue {
	q, ok := queues.Get().(*queue)
	if !ok || cap(q.at) < n {
		return &queue{at: make([]int32, n)}
	}
	q.at = q.at[:n]
	return q
}

// free takes all nodes out and leaves the queue to others.
func (q *queue) free() {
	q.empty()
	queues.Put(q)
}

// put adds a node, or lowers its key.
func (q *queue) put(v uint32, key float64) {
	i := int(q.at[v]) - 1
	if i < 0 {
		i = len(q.items)
		q.items = append(q.items, heapItem{})
	}
	for i > 0 {
		up := (i - 1) / 4
		if q.items[up].key <= key {
			break
		}
		q.items[i] = q.items[up]
		q.at[q.items[i].entry] = int32(i + 1)
		i = up
	}
	q.items[i] = heapItem{key, v}
	q.at[v] = int32(i + 1)
}

// pop takes the node with the smallest key.
func (q *queue) pop() heapItem {
	first := q.items[0]
	q.at[first.entry] = 0
	last := q.items[len(q.items)-1]
	q.items = q.items[:len(q.items)-1]
	n, i := len(q.items), 0
	if n == 0 {
		return first
	}
	for {
		child := 4*i + 1
		if child >= n {
			break
		}
		for c := child + 1; c < min(child+4, n); c++ {
			if q.items[c].key < q.items[child].key {
				child = c
			}
		}
		if q.items[child].key >= last.key {
			break
		}
		q.items[i] = q.items[child]
		q.at[q.items[i].entry] = int32(i + 1)
		i = child
	}
	q.items[i] = last
	q.at[last.entry] = int32(i + 1)
	return first
}

// empty takes all nodes out.
func (q *queue) empty() {
	for _, item := range q.items {
		q.at[item.entry] = 0
	}
	q.items = q.items[:0]
}

// spread lets costs flow from the nodes that have them to all others (Dijkstra's method), until the next to go on from
// has a cost above until; what waits then stays. from gets the node each cost came from. Costs that do not fit are left
// out.
func (s *steiner) spread(
	cost []float64, from []uint32, waiting *queue, until float64, fits func(v uint32, cost float64) bool,
) error {
	for count := 0; len(waiting.items) > 0 && waiting.items[0].key <= until; count++ {
		if count&0xfff == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		item := waiting.pop()
		v := item.entry
		if plain := s.g.Weights(v); fits == nil && !s.g.directed && plain.Given() && !plain.Wide() {
			steps := plain.Narrow() // as below, without a call for each tie
			for i, u := range s.g.Neighbors(v) {
				if next := item.key + float64(steps[i]); next < cost[u] {
					cost[u], from[u] = next, v
					waiting.put(u, next)
				}
			}
			continue
		}
		s.steps(v, func(u uint32, step float64) {
			if next := item.key + step; next < cost[u] && (fits == nil || fits(u, next)) {
				cost[u], from[u] = next, v
				waiting.put(u, next)
			}
		})
	}
	return nil
}

// approximate grows trees from the nodes that are nearest to all groups, and keeps the cheapest, without useless ends.
// It looks around the groups in growing circles, no farther than the cost of the tree.
func (s *steiner) approximate() (*SteinerTree, error) {
	n, k := s.g.N(), len(s.groups)
	s.distance, s.toward = make([][]float64, k), make([][]uint32, k)
	waiting := make([]*queue, k)
	for i, members := range s.groups {
		waiting[i] = newQueue(n)
		s.distance[i], s.toward[i] = slices.Repeat([]float64{math.Inf(1)}, n), slices.Repeat([]uint32{none}, n)
		for _, v := range members {
			if s.distance[i][v] != 0 {
				s.distance[i][v] = 0
				waiting[i].put(v, 0)
			}
		}
	}
	defer func() {
		for _, q := range waiting {
			q.free()
		}
	}()
	errs := make([]error, k)
	tree := &SteinerTree{Cost: math.Inf(1), Exact: true, LowerBound: math.Inf(1)}
	for until, left := 0.0, true; left && until <= tree.Cost; {
		if err := s.opts.Quiet().Run(s.ctx, k, 1, func(_, i, _ int) {
			errs[i] = s.spread(s.distance[i], s.toward[i], waiting[i], until, nil)
		}); err != nil {
			return nil, err
		}
		if err := errors.Join(errs...); err != nil {
			return nil, err
		}
		for _, v := range s.roots() {
			if edges, cost := s.grown(v, tree.Cost); cost < tree.Cost {
				if grown := s.prune(v, edges); grown.Cost < tree.Cost {
					tree = grown
				}
			}
		}
		next := math.Inf(1)
		for _, w := range waiting {
			if len(w.items) > 0 {
				next = min(next, w.items[0].key)
			}
		}
		left = !math.IsInf(next, 1)
		until = max(2*until, next)
		if until > tree.Cost && next <= tree.Cost {
			until = tree.Cost
		}
	}
	if math.IsInf(tree.Cost, 1) {
		return tree, nil
	}
	bound := math.Inf(1)
	for _, v := range s.groups[0] {
		// Every tree has a member of the first group, and reaches every group from there. A distance that is not right
		// yet is above the cost of a tree.
		sum, far := 0.0, 0.0
		for i := range k {
			d := min(s.distance[i][v], tree.Cost)
			sum, far = sum+d, max(far, d)
		}
		bound = min(bound, max(far, sum/max(1, float64(k-1))))
	}
	tree.LowerBound = min(bound, tree.Cost)
	tree.Exact = tree.Cost <= tree.LowerBound
	return tree, nil
}

// mostRoots bounds from how many nodes trees are grown for a first known cost.
const mostRoots = 2000

// roots are the nodes from which the ways to all groups together are shortest.
func (s *steiner) roots() []uint32 {
	type root struct {
		sum float64
		v   uint32
	}
	best := make([]root, 0, min(s.g.N(), 2*mostRoots))
	nearest := func() {
		slices.SortFunc(best, func(a, b root) int { return cmp.Or(cmp.Compare(a.sum, b.sum), cmp.Compare(a.v, b.v)) })
		best = best[:min(len(best), mostRoots)]
	}
	above := math.Inf(1) // as far as so many are already: of as near ones the lower number goes first
	for v := range uint32(s.g.N()) {
		sum := 0.0
		for _, distance := range s.distance {
			if sum += distance[v]; sum >= above {
				break
			}
		}
		if sum >= above {
			continue
		}
		if best = append(best, root{sum, v}); len(best) == 2*mostRoots {
			nearest()
			above = best[mostRoots-1].sum
		}
	}
	nearest()
	out := make([]uint32, len(best))
	for i := range out {
		out[i] = best[i].v
	}
	return out
}

// grown grows a tree from a root: the group that is nearest to any of its nodes is joined next, by its shortest way. It
// gives up above a cost (Takahashi & Matsuyama 1980, with the distances from the groups that are known).
func (s *steiner) grown(root uint32, above float64) (edges []Edge, cost float64) {
	k := len(s.groups)
	nearest, at := make([]float64, k), make([]uint32, k) // of each group, to the tree
	for i := range k {
		nearest[i], at[i] = s.distance[i][root], root
	}
	for {
		next := -1
		for i := range k {
			if nearest[i] > 0 && (next < 0 || nearest[i] < nearest[next]) {
				next = i
			}
		}
		if next < 0 {
			return edges, cost
		}
		if cost += nearest[next]; cost >= above {
			return nil, cost
		}
		for v := at[next]; s.toward[next][v] != none; {
			u := s.toward[next][v]
			edges = append(edges, Edge{v, u, s.distance[next][v] - s.distance[next][u]})
			v = u
			for i := range k {
				if d := s.distance[i][v]; d < nearest[i] {
					nearest[i], at[i] = d, v
				}
			}
		}
		nearest[next] = 0
	}
}

// measure finds how far the groups are apart.
func (s *steiner) measure() {
	k := len(s.groups)
	s.apart = make([][]float64, k)
	for i := range k {
		s.apart[i] = slices.Repeat([]float64{math.Inf(1)}, k)
		for j, members := range s.groups {
			for _, v := range members {
				s.apart[i][j] = min(s.apart[i][j], s.distance[i][v])
			}
		}
	}
}

// atLeast is what a tree costs at least that has v and the groups of a subset: as much as the way to the farthest, and
// as half the round by two.
func (s *steiner) atLeast(v uint32, subset int) float64 {
	cost := 0.0
	for i := range s.groups {
		if subset>>i&1 == 0 {
			continue
		}
		d := s.distance[i][v]
		cost = max(cost, d)
		for j := range i {
			if subset>>j&1 != 0 {
				cost = max(cost, (d+s.apart[i][j]+s.distance[j][v])/2)
			}
		}
	}
	return cost
}

// within are the nodes that a tree of at most this cost may have.
func (s *steiner) within(cost float64) (nodes []uint32) {
	full, most := 1<<len(s.groups)-1, cost*slack
	for v := range uint32(s.g.N()) {
		if slices.ContainsFunc(s.distance, func(of []float64) bool { return of[v] > most }) {
			continue // a tree over it costs more
		}
		if s.atLeast(v, full) <= most {
			nodes = append(nodes, v)
		}
	}
	return nodes
}

// slack is room for the rounding of sums in another order.
const slack = 1 + 1e-12

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

// branches are the cheapest trees that have a subset of the groups, by a node that they have.
type branches struct {
	node []uint32 // in ascending order
	cost []float64
	from []uint32 // the neighbour the tree comes from, or none
	part []uint8  // or one of the two subsets whose trees meet here; 0 for a single member
}

// exact computes for each subset of the groups and each node the cheapest tree that has the node and the subset: either
// an edge more than that of a neighbour, or two trees of a part each that meet in the node. A tree has a node at which
// no branch, without the edge to it, costs more than half: so dearer ones need not grow, and the whole need not grow at
// all. What cannot be part of a tree below the best known cost is left out.
func (s *steiner) exact(known *SteinerTree, nodes []uint32) (*SteinerTree, error) {
	n, k := s.g.N(), len(s.groups)
	full := 1<<k - 1
	limit := known.Cost * slack
	of := make([]branches, full+1)
	cost, from, part := slices.Repeat([]float64{math.Inf(1)}, n), slices.Repeat([]uint32{none}, n), make([]uint8, n)
	// What a node costs at least beside a subset is asked at each of its ties, and worked out once.
	beside, asked := make([]float64, n), make([]int, n)
	waiting := newQueue(n)
	defer waiting.free()
	for subset := 1; subset <= full; subset++ {
		if s.opts.Progress != nil {
			s.opts.Progress(int64(subset), int64(full))
		}
		var touched []uint32
		fits := func(v uint32, sum float64) bool {
			if sum > limit {
				return false
			}
			if asked[v] != subset {
				asked[v], beside[v] = subset, s.atLeast(v, full^subset)
			}
			if sum+beside[v] > limit {
				return false
			}
			if math.IsInf(cost[v], 1) {
				touched = append(touched, v)
			}
			return true
		}
		if subset&(subset-1) == 0 {
			i := bits.TrailingZeros(uint(subset))
			for _, v := range nodes {
				if d := s.distance[i][v]; fits(v, d) {
					cost[v], from[v] = d, s.toward[i][v]
				}
			}
		}
		for half := (subset - 1) & subset; half > subset/2; half = (half - 1) & subset {
			a, b := of[half], of[subset^half]
			for i, j := 0, 0; i < len(a.node) && j < len(b.node); {
				v := a.node[i]
				switch {
				case v < b.node[j]:
					i++
				case v > b.node[j]:
					j++
				default:
					if sum := a.cost[i] + b.cost[j]; sum < cost[v] && fits(v, sum) {
						cost[v], part[v] = sum, uint8(half)
					}
					i, j = i+1, j+1
				}
			}
		}
		if subset&(subset-1) != 0 && subset != full {
			waiting.empty()
			for _, v := range touched {
				waiting.put(v, cost[v])
			}
			if err := s.spread(cost, from, waiting, limit/2, fits); err != nil {
				return nil, err
			}
		}
		slices.Sort(touched)
		all := branches{node: touched}
		for _, v := range touched {
			sum := cost[v]
			for i := 0; i < k && sum < limit; i++ {
				if subset>>i&1 == 0 {
					sum += s.distance[i][v]
				}
			}
			limit = min(limit, sum*slack)
			all.cost, all.from = append(all.cost, cost[v]), append(all.from, from[v])
			all.part = append(all.part, part[v])
			cost[v], from[v], part[v] = math.Inf(1), none, 0
		}
		of[subset] = all
	}
	whole := of[full]
	if len(whole.node) == 0 || slices.Min(whole.cost) >= known.Cost {
		known.Exact, known.LowerBound = true, known.Cost
		return known, nil
	}
	var edges []Edge
	var collect func(v uint32, subset int)
	collect = func(v uint32, subset int) {
		i, _ := slices.BinarySearch(of[subset].node, v)
		for of[subset].from[i] != none {
			edges = append(edges, s.edge(v, of[subset].from[i]))
			v = of[subset].from[i]
			i, _ = slices.BinarySearch(of[subset].node, v)
		}
		if half := int(of[subset].part[i]); half != 0 {
			collect(v, half)
			collect(v, subset^half)
		}
	}
	root := whole.node[slices.Index(whole.cost, slices.Min(whole.cost))]
	collect(root, full)
	tree := s.prune(root, edges)
	tree.Exact, tree.LowerBound = true, tree.Cost
	return tree, nil
}
