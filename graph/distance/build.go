package distance

import (
	"context"
	"math/bits"
	"slices"

	"gave.network/graph"
)

// builder makes labels. Nodes are called by their place in the order of hubs here, so that what is read most often lies
// together.
type builder struct {
	l       *Labels
	offsets []int64
	targets []uint32
	near    []uint8 // of each node for each group how far its hub is, no more than nearest; groups in whole words
	words   int     // words of eight groups for each node
	// The list of each node, in order of distance, and of which distance its last entries are and where they begin.
	lists [][]entry
	level []uint16
	from  []uint32
}

// entry is a hub and how far it is, in the order of hubs: the hub times 2^16 and the distance.
type entry uint64

func (e entry) hub() uint32 { return uint32(e >> 16) }

func (e entry) away() uint16 { return uint16(e) }

// renumber makes the rows of the graph with nodes called by their place.
func (b *builder) renumber(ctx context.Context, opts graph.Options) error {
	l := b.l
	for r, v := range l.node {
		b.offsets[r+1] = b.offsets[r] + int64(l.g.Degree(v))
	}
	b.targets = make([]uint32, b.offsets[len(l.node)])
	return opts.Run(ctx, len(l.node), 1<<10, func(_, low, high int) {
		for r := low; r < high; r++ {
			row := b.row(uint32(r))
			for i, u := range l.g.Neighbors(l.node[r]) {
				row[i] = l.place[u]
			}
			slices.Sort(row)
		}
	})
}

func (b *builder) row(r uint32) []uint32 { return b.targets[b.offsets[r]:b.offsets[r+1]] }

// groupsAtATime is how many groups a thread searches before it puts what it found to that of the others.
const groupsAtATime = 4

// groupSearch is the work space of the search from a group.
type groupSearch struct {
	queue []uint32
	dist  []uint16
	sets  [][2]uint64
}

// searchGroups fills in the entries of the groups.
func (b *builder) searchGroups(ctx context.Context, opts graph.Options) error {
	l := b.l
	n, k := len(l.node), len(l.groups)
	l.dist, l.sets = make([]uint16, n*k), make([]uint64, 2*n*k)
	b.words = (k + 7) / 8
	b.near = make([]uint8, 8*b.words*n)
	for i := range b.near {
		b.near[i] = nearest
	}
	spaces := make([][groupsAtATime]groupSearch, opts.Workers())
	tooFar := make([]bool, k)
	err := opts.Run(ctx, k, groupsAtATime, func(worker, low, high int) {
		for at := low; at < high; at++ {
			s := &spaces[worker][at-low]
			if s.dist == nil {
				s.dist, s.sets = make([]uint16, n), make([][2]uint64, n)
			}
			for v := range s.dist {
				s.dist[v], s.sets[v] = far, [2]uint64{}
			}
			tooFar[at] = b.searchGroup(ctx, s, l.groups[at])
		}
		for r, v := range l.node {
			if r&(1<<12-1) == 0 && ctx.Err() != nil {
				return
			}
			for at := low; at < high; at++ {
				s := &spaces[worker][at-low]
				place := int(v)*k + at
				l.dist[place] = s.dist[r]
				l.sets[2*place], l.sets[2*place+1] = s.sets[r][0], s.sets[r][1]&^s.sets[r][0]
				b.near[r*8*b.words+at] = uint8(min(s.dist[r], nearest))
			}
		}
	})
	if err == nil && slices.Contains(tooFar, true) {
		err = graph.ErrParameter
	}
	return err
}

// searchGroup searches from a hub and its members and says whether a node is too far. For each node it finds how far
// the hub is, which members are a step nearer (the first set), and which are no further (the second, with some of the
// first).
func (b *builder) searchGroup(ctx context.Context, s *groupSearch, g group) bool {
	dist, sets := s.dist, s.sets
	dist[g.first] = 0
	queue := append(s.queue[:0], g.first)
	for i := range g.members {
		dist[g.first+1+i] = 1
		sets[g.first+1+i][0] = 1 << i
	}
	for low, d := 0, uint16(0); low < len(queue); d++ {
		if d >= far-3 {
			return true
		}
		level := len(queue) // where the next level begins
		for i, v := range queue[low:level] {
			if i&(1<<10-1) == 0 && ctx.Err() != nil {
				return false
			}
			own := &sets[v]
			for _, u := range b.row(v) {
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
			for i := range g.members {
				queue = append(queue, g.first+1+i)
			}
		}
		for i, v := range queue[low:level] {
			if i&(1<<10-1) == 0 && ctx.Err() != nil {
				return false
			}
			own := sets[v]
			for _, u := range b.row(v) {
				if dist[u] == d+1 {
					theirs := &sets[u]
					theirs[0] |= own[0]
					theirs[1] |= own[1]
				}
			}
		}
		low = level
	}
	s.queue = queue
	return false
}

// nearest is up to where distances are looked at eight at a time: as much as three of them and some more add up to less
// than 128.
const nearest = 40

// eachByte has a 1 in each byte of a word.
const eachByte = 0x0101010101010101

// without keeps those of the hubs that no group brings so near to v as d: first all are held against the distances of
// the groups' own hubs alone, then what is left against their members. In each of the two loops the reads of one hub do
// not wait for those of another, and the processor overlaps them.
func (b *builder) without(v uint32, hubs []uint32, d int) []uint32 {
	l := b.l
	kept := hubs[:0]
	if d >= nearest-2 {
		for _, h := range hubs {
			if !l.within(l.node[v], l.node[h], d, len(l.groups)) {
				kept = append(kept, h)
			}
		}
		return kept
	}
	size := 8 * b.words
	x := b.near[int(v)*size:][:size]
	count := 0
	for _, h := range hubs {
		y := b.near[int(h)*size:][:size]
		far := uint64(0x80 * eachByte) // in a byte where the sum is at least d + 1
		for at := 0; at+8 <= len(x) && at+8 <= len(y); at += 8 {
			far &= word(x[at:]) + word(y[at:]) + (0x7f-uint64(d))*eachByte
		}
		hubs[count] = h
		if far == 0x80*eachByte {
			count++
		}
	}
	hubs, count = hubs[:count], 0
	k := len(l.groups)
	s := l.sets[2*k*int(l.node[v]):][:2*k]
	for _, h := range hubs {
		y := b.near[int(h)*size:][:size]
		t := l.sets[2*k*int(l.node[h]):][:2*k]
		hits := uint64(0)
		for at := 0; at+8 <= len(x) && at+8 <= len(y); at += 8 {
			sum := word(x[at:]) + word(y[at:])
			// A byte of the sum is greater than d + 2 where the group is of no use. Where it is that, a member has to
			// spare two steps, below it one.
			near := ((0x82+uint64(d))*eachByte - sum) & (0x80 * eachByte)
			for ; near != 0; near &= near - 1 {
				shift := bits.TrailingZeros64(near) - 7
				one := uint64(sum>>shift&0xff) - uint64(d) - 2 // all bits when one step is enough, else none
				i := 2 * (at + shift/8)
				hits |= s[i]&t[i] | one&(s[i]&t[i+1]|s[i+1]&t[i])
			}
		}
		hubs[count] = h
		if hits == 0 {
			count++
		}
	}
	return hubs[:count]
}

func word(b []uint8) uint64 {
	_ = b[7]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 |
		uint64(b[6])<<48 | uint64(b[7])<<56
}

// hubSearch is the work space of a thread: how far each hub of the present node is.
type hubSearch struct {
	known  []uint16
	looked []uint32
	left   []uint32 // of those
}

// foundFor is what was found for some nodes: for each how many hubs, and the hubs.
type foundFor struct {
	counts []uint32
	hubs   []uint32
}

// searchHubs makes the lists, one distance after the other. The hubs that are d from a node are among those that are
// d - 1 from its neighbours, and are entered if no hub that comes before them lies on a way as short. Such a hub is
// less than d from both, so that what is looked at is known from the distances before: all nodes may be worked on at
// the same time, in any order.
func (b *builder) searchHubs(ctx context.Context, opts graph.Options) error {
	n, first := len(b.l.node), b.l.listed()
	b.lists, b.level, b.from = make([][]entry, n), make([]uint16, n), make([]uint32, n)
	var active []uint32 // those to be looked at: neighbours of those that have new entries
	for r := first; r < n; r++ {
		b.lists[r] = []entry{entry(r) << 16}
		active = append(active, uint32(r))
	}
	spaces := make([]hubSearch, opts.Workers())
	const grain = 64
	marked := make([]uint64, (n+63)/64)
	for d := 1; len(active) > 0; d++ {
		if d >= far-2 {
			return graph.ErrParameter
		}
		pieces := make([]foundFor, (len(active)+grain-1)/grain)
		err := opts.Quiet().Run(ctx, len(active), grain, func(worker, low, high int) {
			s := &spaces[worker]
			if s.known == nil {
				s.known = make([]uint16, n)
				for h := range s.known {
					s.known[h] = far
				}
			}
			p := &pieces[low/grain]
			for _, v := range active[low:high] {
				before := len(p.hubs)
				p.hubs = b.hubsAt(s, v, d, p.hubs)
				p.counts = append(p.counts, uint32(len(p.hubs)-before))
			}
		})
		if err != nil {
			return err
		}
		err = opts.Quiet().Run(ctx, len(pieces), 16, func(_, low, high int) {
			for i := low; i < high; i++ {
				b.enter(active[i*grain:], pieces[i], d)
			}
		})
		if err != nil {
			return err
		}
		// The neighbours of those that have new entries are next.
		clear(marked)
		for i, p := range pieces {
			for j, count := range p.counts {
				if count == 0 {
					continue
				}
				v := active[i*grain+j]
				for _, u := range b.row(v) {
					marked[u>>6] |= 1 << (u & 63)
				}
			}
		}
		active = active[:0]
		for i, word := range marked {
			for ; word != 0; word &= word - 1 {
				if r := i<<6 + bits.TrailingZeros64(word); r >= first {
					active = append(active, uint32(r))
				}
			}
		}
		if opts.Progress != nil {
			opts.Progress(int64(d), int64(d)+1)
		}
	}
	return ctx.Err()
}

// hubsAt appends the hubs that are to be entered at v with distance d.
func (b *builder) hubsAt(s *hubSearch, v uint32, d int, out []uint32) []uint32 {
	known := s.known
	looked := s.looked[:0]
	for _, e := range b.lists[v] {
		known[e.hub()] = e.away()
	}
	for _, u := range b.row(v) {
		if int(b.level[u]) != d-1 {
			continue
		}
		list := b.lists[u]
		for _, e := range list[min(int(b.from[u]), len(list)):] {
			if h := e.hub(); h < v && known[h] == far {
				known[h] = uint16(d) // it is not looked at twice
				looked = append(looked, h)
			}
		}
	}
	s.left = append(s.left[:0], looked...)
	for _, h := range b.without(v, s.left, d) {
		if !covered(b.lists[h], known, uint32(d)) {
			out = append(out, h)
		}
	}
	for _, e := range b.lists[v] {
		known[e.hub()] = far
	}
	for _, h := range looked {
		known[h] = far
	}
	s.looked = looked
	return out
}

// covered says whether a hub of the list is so near on both sides that no more than d lies between. The first is the
// node of the list itself. Those that are looked at beside it, and known to be d away, are too far.
func covered(list []entry, known []uint16, d uint32) bool {
	for _, e := range list[1:] {
		if uint32(known[e.hub()])+uint32(e.away()) <= d {
			return true
		}
	}
	return false
}

// enter puts what was found for some nodes into their lists.
func (b *builder) enter(nodes []uint32, p foundFor, d int) {
	hubs := p.hubs
	for i, count := range p.counts {
		if count == 0 {
			continue
		}
		v := nodes[i]
		old := b.lists[v]
		list := append(make([]entry, 0, len(old)+int(count)), old...)
		for _, h := range hubs[:count] {
			list = append(list, entry(h)<<16|entry(d))
		}
		hubs = hubs[count:]
		b.level[v], b.from[v], b.lists[v] = uint16(d), uint32(len(old)), list
	}
}

// finish puts the lists behind each other, hubs ascending.
func (b *builder) finish(ctx context.Context, opts graph.Options) error {
	l := b.l
	n := len(l.node)
	l.start = make([]int64, n+1)
	for v := range n {
		l.start[v+1] = l.start[v] + int64(len(b.lists[l.place[v]]))
	}
	l.hubs, l.away = make([]uint32, l.start[n]), make([]uint16, l.start[n])
	return opts.Run(ctx, n, 1<<10, func(_, low, high int) {
		for v := low; v < high; v++ {
			list := b.lists[l.place[v]]
			slices.Sort(list)
			at := l.start[v]
			for i, e := range list {
				l.hubs[at+int64(i)], l.away[at+int64(i)] = e.hub(), e.away()
			}
			b.lists[l.place[v]] = nil
		}
	})
}
