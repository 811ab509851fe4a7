package distance

import (
	"context"
	"math"
	"math/bits"

	"gave.network/graph"
	"gave.network/graph/internal/ranges"
)

// Options are the parameters of New.
type Options struct {
	// Groups is how many hubs are entered at every node together with up to 64 of their neighbours: 16, and fewer on
	// graphs of fewer than 24,000 nodes; below 0 none. More make lists shorter, and labels larger and slower to build.
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

// New returns the labels of g. Time and size depend on the graph: networks of people with hubs have lists of some to a
// few hundred entries of 6 bytes at a million nodes, road maps have many more. It returns ErrParameter for a directed
// graph, and when two nodes of a component are more than 65,000 ties apart.
//
// The labels are the same at any number of threads: they are those of searches from one hub after the other (Akiba,
// Iwata & Yoshida 2013), but made for all nodes at a time, distance by distance (Li et al. 2019). While they are made
// they take 8 bytes more for each entry.
func New(ctx context.Context, g *graph.Graph, options Options, opts graph.Options) (*Labels, error) {
	n := g.N()
	if g.Directed() || options.Groups > 1<<10 {
		return nil, graph.ErrParameter
	}
	count := options.Groups
	if count == 0 {
		count = min(16, n/1500)
	}
	l := &Labels{g: g, extra: map[uint32][]uint32{}, newer: map[uint32]list{}}
	if err := l.order(ctx, count); err != nil {
		return nil, err
	}
	b := &builder{l: l, offsets: make([]int64, n+1)}
	if err := b.renumber(ctx, opts.Quiet()); err != nil {
		return nil, err
	}
	if err := b.searchGroups(ctx, opts.Quiet()); err != nil {
		return nil, err
	}
	if err := b.searchHubs(ctx, opts); err != nil {
		return nil, err
	}
	return l, b.finish(ctx, opts.Quiet())
}

// order puts the groups first, each the busiest node that is left with the busiest of its neighbours that are, then the
// other nodes by falling degree.
func (l *Labels) order(ctx context.Context, count int) error {
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
		for i, u := range l.g.Neighbors(root) {
			if ranges.Ended(ctx, i) {
				return ctx.Err()
			}
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
	return ctx.Err()
}

// listed is the place of the first hub that is in lists.
func (l *Labels) listed() int {
	if len(l.groups) == 0 {
		return 0
	}
	last := l.groups[len(l.groups)-1]
	return int(last.first + last.members + 1)
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
