package distance

import (
	"cmp"
	"slices"

	"gave.network/graph"
)

// Insert lets the labels know of a tie that came. Distances are exact again when it returns. It takes a tenth of a
// millisecond to some milliseconds at a million nodes, and the labels grow: what has become too long in them stays and
// does no harm. It returns ErrNode and ErrLoop; a tie that is there already changes nothing.
//
// Each hub that is in the label of one end may be nearer now to the other end and those behind it: the search from the
// hub goes on from there, as far as hubs that come before it in the order do not know it better.
func (l *Labels) Insert(u, v uint32) error {
	n := uint64(len(l.node))
	switch {
	case uint64(u) >= n || uint64(v) >= n:
		return graph.ErrNode
	case u == v:
		return graph.ErrLoop
	case l.g.HasEdge(u, v) || slices.Contains(l.extra[u], v):
		return nil
	}
	l.extra[u], l.extra[v] = append(l.extra[u], v), append(l.extra[v], u)
	if l.seen == nil {
		l.seen = make([]uint32, n)
	}
	for at, group := range l.groups {
		for h := group.first; h <= group.first+group.members; h++ {
			a, b := l.fromMember(at, h, u), l.fromMember(at, h, v)
			if a+1 < b {
				l.resume(at, h, v, a+1)
			} else if b+1 < a {
				l.resume(at, h, u, b+1)
			}
		}
	}
	// What is entered meanwhile is of hubs that have had their turn.
	a, b := l.list(u).clone(), l.list(v).clone()
	listed := uint32(l.listed())
	for i, j := 0, 0; i < len(a.hubs) || j < len(b.hubs); {
		switch {
		case j == len(b.hubs) || i < len(a.hubs) && a.hubs[i] <= b.hubs[j]:
			if a.hubs[i] >= listed {
				l.resume(len(l.groups), a.hubs[i], v, int(a.away[i])+1)
			}
			i++
		default:
			if b.hubs[j] >= listed {
				l.resume(len(l.groups), b.hubs[j], u, int(b.away[j])+1)
			}
			j++
		}
	}
	return nil
}

func (l list) clone() list { return list{slices.Clone(l.hubs), slices.Clone(l.away)} }

// fromMember returns how far a hub of a group is from v as far as its own entries know.
func (l *Labels) fromMember(at int, h, v uint32) int {
	place := int(v)*len(l.groups) + at
	d := infinite
	if base := l.dist[place]; base != far {
		d = int(base)
		if h > l.groups[at].first {
			i := h - l.groups[at].first - 1
			nearer, same := l.sets[2*place]>>i&1, l.sets[2*place+1]>>i&1
			d += 1 - int(2*nearer) - int(same)
		}
	}
	if own := l.list(v); len(own.hubs) > 0 && int(own.hubs[0]) < l.listed() {
		if i, found := slices.BinarySearch(own.hubs, h); found {
			d = min(d, int(own.away[i]))
		}
	}
	return d
}

// groupOf returns the group of a hub.
func (l *Labels) groupOf(h uint32) int {
	at, found := slices.BinarySearchFunc(l.groups, h, func(g group, h uint32) int { return cmp.Compare(g.first, h) })
	if !found {
		at--
	}
	return at
}

// mixed returns the least distance from whose list it is to v by way of hubs of groups, up to hub most, that ties that
// came have brought into the list: at v they may be known by the group alone. Once it is enough it looks no further.
func (l *Labels) mixed(own list, v, most uint32, enough int) int {
	best := infinite
	if len(own.hubs) == 0 || int(own.hubs[0]) >= l.listed() {
		return best
	}
	listed := uint32(l.listed())
	for i, h := range own.hubs {
		if h >= listed || h > most || best <= enough {
			break
		}
		if d := l.fromMember(l.groupOf(h), h, v); d < infinite {
			best = min(best, d+int(own.away[i]))
		}
	}
	return best
}

// resume goes on with the search from hub h at v, which is d from it. Groups before k come before the hub; when there
// is a group k the hub is of it.
func (l *Labels) resume(k int, h, v uint32, d int) {
	if l.place[v] < h || d >= far-1 {
		return
	}
	if l.round++; l.round == 0 {
		clear(l.seen)
		l.round = 1
	}
	root := l.node[h]
	l.seen[v] = l.round
	queue := append(l.queue[:0], v)
	level := 1
	for at := 0; at < len(queue); at++ {
		if at == level {
			d, level = d+1, len(queue)
		}
		w := queue[at]
		if l.knownBefore(k, h, root, w, d) {
			continue
		}
		l.enter(w, h, uint16(d))
		visit := func(x uint32) {
			if l.seen[x] != l.round && l.place[x] > h {
				l.seen[x] = l.round
				queue = append(queue, x)
			}
		}
		for _, x := range l.g.Neighbors(w) {
			visit(x)
		}
		for _, x := range l.extra[w] {
			visit(x)
		}
	}
	l.queue = queue
}

// knownBefore says whether hub h, or one that comes before it, knows that w is no further than d from root.
func (l *Labels) knownBefore(k int, h, root, w uint32, d int) bool {
	if l.within(root, w, d, k) || k < len(l.groups) && l.fromMember(k, h, w) <= d {
		return true
	}
	a, b := l.list(root), l.list(w)
	if l.mixed(a, w, h, d) <= d || l.mixed(b, root, h, d) <= d {
		return true
	}
	for i, j := 0, 0; i < len(a.hubs) && j < len(b.hubs) && a.hubs[i] <= h && b.hubs[j] <= h; {
		switch {
		case a.hubs[i] < b.hubs[j]:
			i++
		case a.hubs[i] > b.hubs[j]:
			j++
		default:
			if int(a.away[i])+int(b.away[j]) <= d {
				return true
			}
			i++
			j++
		}
	}
	return false
}

// enter puts a hub into the list of v, or makes it nearer there.
func (l *Labels) enter(v, h uint32, d uint16) {
	own, is := l.newer[v]
	if !is {
		own = l.list(v).clone()
	}
	i, found := slices.BinarySearch(own.hubs, h)
	if found {
		own.away[i] = d
	} else {
		own.hubs, own.away = slices.Insert(own.hubs, i, h), slices.Insert(own.away, i, d)
	}
	l.newer[v] = own
}
