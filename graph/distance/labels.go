package distance

import (
	"context"
	"math"
	"math/bits"

	"gave.network/graph"
)

// Options are the parameters of New.
type Options struct {
	// Groups is how many hubs are entered at every node together with up to 64 of their neighbours: 64, and fewer on
	// graphs of fewer than a hundred thousand nodes; below 0 none. More make labels quicker to build and larger.
	Groups int
}

// far is the distance between nodes of different components.
const far = math.MaxUint16

// Labels are what distances are read from. Reading is safe for use by many goroutines, Insert is not.
type Labels struct {
	g      *graph.Graph
	extra  map[uint32][]uint32 // ties that came since
	node   []uint32            // the hubs in order
	place  []uint32            // of each node in that order
	groups []group
	// Of each node for each group: how far its hub is, and which of its members are one step nearer than the hub, and
	// which as far. The others are one step further.
	dist []uint16
	sets []uint64
	// The lists of all nodes, and those that have changed since. Hubs are given by their place, ascending.
	start []int64
	hubs  []uint32
	away  []uint16
	newer map[uint32]list
	// Of Insert: which nodes the present search has seen.
	seen  []uint32
	round uint32
	queue []uint32
}

// group are a hub and its members, which follow it in the order.
type group struct{ first, members uint32 }

// list is the list of one node.
type list struct {
	hubs []uint32
	away []uint16
}

// New returns the labels of g. Time and size depend on the graph: networks of people with hubs have lists of a few
// hundred entries of 6 bytes at a million nodes, road maps have many more. It returns ErrParameter for a directed
// graph, and when two nodes of a component are more than 65,000 ties apart.
//
// The labels are the same at any number of threads: searches from 16 hubs at a time do not see each other's entries.
func New(ctx context.Context, g *graph.Graph, options Options, opts graph.Options) (*Labels, error) {
	n := g.N()
	if g.Directed() || options.Groups > 1<<10 {
		return nil, graph.ErrParameter
	}
	count := options.Groups
	if count == 0 {
		count = min(64, n/1500)
	}
	l := &Labels{g: g, extra: map[uint32][]uint32{}, newer: map[uint32]list{}}
	l.order(count)
	if err := l.searchGroups(ctx, opts.Quiet()); err != nil {
		return nil, err
	}
	lists, err := l.searchHubs(ctx, opts)
	if err != nil {
		return nil, err
	}
	l.start = make([]int64, n+1)
	for v := range n {
		l.start[v+1] = l.start[v] + int64(len(lists[v].hubs))
	}
	l.hubs, l.away = make([]uint32, 0, l.start[n]), make([]uint16, 0, l.start[n])
	for v := range n {
		if v&(1<<12-1) == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		l.hubs, l.away = append(l.hubs, lists[v].hubs...), append(l.away, lists[v].away...)
		lists[v] = list{}
	}
	return l, ctx.Err()
}

// order puts the groups first, each the busiest node that is left with the busiest of its neighbours that are, then the
// other nodes by falling degree.
func (l *Labels) order(count int) {
	byDegree, degreePlace := graph.ByDegree(l.g)
	n := len(byDegree)
	l.node, l.place = make([]uint32, 0, n), make([]uint32, n)
	taken := make([]bool, n)
	take := func(v uint32) {
		taken[v] = true
		l.place[v] = uint32(len(l.node))
		l.node = append(l.node, v)
	}
	for _, root := range byDegree {
		if len(l.groups) >= count {
			break
		}
		if taken[root] || l.g.Degree(root) == 0 {
			continue
		}
		first := uint32(len(l.node))
		take(root)
		// The members are the first 64 in order of degree.
		var best []uint32
		for _, u := range l.g.Neighbors(root) {
			if taken[u] {
				continue
			}
			at := len(best)
			if at == 64 {
				if degreePlace[u] > degreePlace[best[63]] {
					continue
				}
				at, best = 63, best[:63]
			}
			best = append(best, u)
			for ; at > 0 && degreePlace[best[at]] < degreePlace[best[at-1]]; at-- {
				best[at], best[at-1] = best[at-1], best[at]
			}
		}
		for _, u := range best {
			take(u)
		}
		l.groups = append(l.groups, group{first, uint32(len(best))})
	}
	for _, v := range byDegree {
		if !taken[v] {
			take(v)
		}
	}
}

// searchGroups fills in the entries of the groups.
func (l *Labels) searchGroups(ctx context.Context, opts graph.Options) error {
	n, k := l.g.N(), len(l.groups)
	l.dist, l.sets = make([]uint16, n*k), make([]uint64, 2*n*k)
	for i := range l.dist {
		l.dist[i] = far
	}
	// Each worker searches in arrays of its own, which stay in the cache, and puts the result to the others afterwards.
	type space struct {
		queue []uint32
		dist  []uint16
		sets  [][2]uint64
	}
	spaces := make([]space, opts.Workers())
	tooFar := make([]bool, k)
	err := opts.Run(ctx, k, 1, func(worker, at, _ int) {
		s := &spaces[worker]
		if s.dist == nil {
			s.dist, s.sets = make([]uint16, n), make([][2]uint64, n)
			for v := range s.dist {
				s.dist[v] = far
			}
		}
		root := l.node[l.groups[at].first]
		dist, sets := s.dist, s.sets
		dist[root] = 0
		queue := append(s.queue[:0], root)
		members := l.members(at)
		for i, v := range members {
			dist[v] = 1
			sets[v][0] = 1 << i
		}
		for low, d := 0, uint16(0); low < len(queue) && !tooFar[at]; d++ {
			level := len(queue) // where the next level begins
			for i, v := range queue[low:level] {
				if i&(1<<10-1) == 0 && ctx.Err() != nil {
					return
				}
				own := &sets[v]
				for _, u := range l.g.Neighbors(v) {
					switch dist[u] {
					case d:
						own[1] |= sets[u][0]
					case far:
						dist[u] = d + 1
						queue = append(queue, u)
					}
				}
			}
			if d == 0 {
				queue = append(queue, members...)
			}
			for i, v := range queue[low:level] {
				if i&(1<<10-1) == 0 && ctx.Err() != nil {
					return
				}
				own := &sets[v]
				for _, u := range l.g.Neighbors(v) {
					if dist[u] == d+1 {
						theirs := &sets[u]
						theirs[0] |= own[0]
						theirs[1] |= own[1]
					}
				}
			}
			low = level
			tooFar[at] = d >= far-3
		}
		for i, v := range queue {
			if i&(1<<12-1) == 0 && ctx.Err() != nil {
				return
			}
			place := int(v)*k + at
			l.dist[place] = dist[v]
			l.sets[2*place], l.sets[2*place+1] = sets[v][0], sets[v][1]&^sets[v][0]
			dist[v], sets[v] = far, [2]uint64{}
		}
		s.queue = queue
	})
	for _, bad := range tooFar {
		if err == nil && bad {
			err = graph.ErrParameter
		}
	}
	return err
}

func (l *Labels) members(at int) []uint32 {
	first := l.groups[at].first + 1
	return l.node[first : first+l.groups[at].members]
}

// listed is the place of the first hub that is in lists.
func (l *Labels) listed() int {
	if len(l.groups) == 0 {
		return 0
	}
	last := l.groups[len(l.groups)-1]
	return int(last.first + last.members + 1)
}

// found is what a search from a hub enters.
type found struct {
	nodes []uint32
	away  []uint16
	far   bool
}

// hubsAtATime is how many searches do not see each other's entries.
const hubsAtATime = 16

// searchHubs makes the lists.
func (l *Labels) searchHubs(ctx context.Context, opts graph.Options) ([]list, error) {
	n := l.g.N()
	lists := make([]list, n)
	type space struct {
		known []uint16 // how far each hub of the root is
		seen  []uint32
		queue []uint32
	}
	spaces := make([]space, opts.Workers())
	for i := range spaces {
		spaces[i] = space{known: make([]uint16, n), seen: make([]uint32, n)}
		for h := range spaces[i].known {
			spaces[i].known[h] = far
		}
	}
	var out [hubsAtATime]found
	for low := l.listed(); low < n; low += hubsAtATime {
		hubs := min(hubsAtATime, n-low)
		err := opts.Quiet().Run(ctx, hubs, 1, func(worker, at, _ int) {
			s := &spaces[worker]
			f := &out[at]
			*f = found{nodes: f.nodes[:0], away: f.away[:0]}
			hub := uint32(low + at)
			root := l.node[hub]
			own := lists[root]
			for i, h := range own.hubs {
				s.known[h] = own.away[i]
			}
			s.queue = append(s.queue[:0], root)
			s.seen[root] = hub + 1
			d, level := uint16(0), 1
			for at := 0; at < len(s.queue); at++ {
				if at&(1<<8-1) == 0 && ctx.Err() != nil {
					break
				}
				if at == level {
					d, level = d+1, len(s.queue)
					if d == far-2 {
						f.far = true
						break
					}
				}
				v := s.queue[at]
				if l.within(root, v, int(d), len(l.groups)) || lists[v].known(s.known, d) {
					continue
				}
				f.nodes, f.away = append(f.nodes, v), append(f.away, d)
				for _, u := range l.g.Neighbors(v) {
					if s.seen[u] != hub+1 && l.place[u] > hub {
						s.seen[u] = hub + 1
						s.queue = append(s.queue, u)
					}
				}
			}
			for _, h := range own.hubs {
				s.known[h] = far
			}
		})
		if err != nil {
			return nil, err
		}
		for at := range hubs {
			f := &out[at]
			if f.far {
				return nil, graph.ErrParameter
			}
			for i, v := range f.nodes {
				lists[v].hubs = append(lists[v].hubs, uint32(low+at))
				lists[v].away = append(lists[v].away, f.away[i])
			}
		}
		if opts.Progress != nil {
			opts.Progress(int64(low+hubs), int64(n))
		}
	}
	return lists, ctx.Err()
}

// known says whether a hub of the list is so near on both sides that no more than d lies between.
func (l list) known(near []uint16, d uint16) bool {
	for i, h := range l.hubs {
		if uint32(near[h])+uint32(l.away[i]) <= uint32(d) {
			return true
		}
	}
	return false
}

// infinite is more than any distance.
const infinite = math.MaxInt32

// reach returns the least distance by way of a group.
func (l *Labels) reach(u, v uint32) int {
	k := len(l.groups)
	a, b := l.dist[int(u)*k:int(u)*k+k], l.dist[int(v)*k:int(v)*k+k]
	best := infinite
	for i, x := range a {
		if d := int(x) + int(b[i]); d-2 < best && x != far && b[i] != far {
			best = min(best, d-l.nearer(u, v, i))
		}
	}
	return best
}

// nearer says how many steps a member of a group spares between two nodes, beside the way by its hub.
func (l *Labels) nearer(u, v uint32, group int) int {
	k := len(l.groups)
	s, t := (*[2]uint64)(l.sets[2*(int(u)*k+group):]), (*[2]uint64)(l.sets[2*(int(v)*k+group):])
	switch {
	case s[0]&t[0] != 0:
		return 2
	case s[0]&t[1]|s[1]&t[0] != 0:
		return 1
	}
	return 0
}

// within says whether the distance by way of one of the first groups is no more than d.
func (l *Labels) within(u, v uint32, d, groups int) bool {
	k := len(l.groups)
	a, b := l.dist[int(u)*k:int(u)*k+groups], l.dist[int(v)*k:int(v)*k+groups]
	for i, x := range a {
		if over := int(x) + int(b[i]) - d; over <= 2 && (over <= 0 || over <= l.nearer(u, v, i)) {
			return true
		}
	}
	return false
}

// list returns the list of v as it is now.
func (l *Labels) list(v uint32) list {
	if len(l.newer) > 0 {
		if changed, is := l.newer[v]; is {
			return changed
		}
	}
	from, to := l.start[v], l.start[v+1]
	return list{l.hubs[from:to:to], l.away[from:to:to]}
}

// Distance returns how many ties lie on a shortest path between two nodes, and whether there is one. Time O of the
// lengths of the two labels. A node that is not in the graph is connected to nothing.
func (l *Labels) Distance(u, v uint32) (int, bool) {
	n := uint64(len(l.node))
	if uint64(u) >= n || uint64(v) >= n {
		return 0, false
	}
	if u == v {
		return 0, true
	}
	best := l.reach(u, v)
	a, b := l.list(u), l.list(v)
	best = min(best, l.mixed(a, v, graph.None, 0), l.mixed(b, u, graph.None, 0))
	for i, j := 0, 0; i < len(a.hubs) && j < len(b.hubs); {
		x, y := a.hubs[i], b.hubs[j]
		if x == y {
			best = min(best, int(a.away[i])+int(b.away[j]))
		}
		// Which of the two lists goes on cannot be guessed, so there is no branch to guess.
		_, less := bits.Sub64(uint64(x), uint64(y), 0)
		_, more := bits.Sub64(uint64(y), uint64(x), 0)
		i += 1 - int(more)
		j += 1 - int(less)
	}
	return best, best < infinite
}

// Size returns the number of entries in all lists, and how many bytes the labels take in memory.
func (l *Labels) Size() (entries, memory int64) {
	entries = int64(len(l.hubs))
	for v, changed := range l.newer {
		entries += int64(len(changed.hubs)) - (l.start[v+1] - l.start[v])
	}
	return entries, 6*entries + 2*int64(len(l.dist)) + 8*int64(len(l.sets)) + 16*int64(len(l.node))
}
