package graph

import "context"

// heapItem is an entry of a wave and its key when it was put in.
type heapItem struct {
	key   float64
	entry uint32
}

// heap is a binary heap with four children a node, smallest key first. Items are not changed when a node is reached
// better: the new entry goes in too and the old one is skipped when it comes out.
type heap []heapItem

func (h *heap) push(item heapItem) {
	list := append(*h, item)
	at := len(list) - 1
	for at > 0 {
		up := (at - 1) / 4
		if list[up].key <= item.key {
			break
		}
		list[at] = list[up]
		at = up
	}
	list[at] = item
	*h = list
}

func (h *heap) pop() heapItem {
	list := *h
	top := list[0]
	item := list[len(list)-1]
	list = list[:len(list)-1]
	*h = list
	if len(list) == 0 {
		return top
	}
	at := 0
	for {
		first := 4*at + 1
		if first >= len(list) {
			break
		}
		least := first
		for child := first + 1; child < min(first+4, len(list)); child++ {
			if list[child].key < list[least].key {
				least = child
			}
		}
		if list[least].key >= item.key {
			break
		}
		list[at] = list[least]
		at = least
	}
	list[at] = item
	return top
}

// dijkstra advances both waves, the one with fewer waiting nodes first.
func (s *PathSearch) dijkstra(ctx context.Context) error {
	for side := range s.sides {
		w := &s.sides[side]
		w.heap = w.heap[:0]
		w.heap.push(heapItem{s.zero(), 0})
	}
	for round := 0; ; round++ {
		if round&255 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		for side := range s.sides {
			w := &s.sides[side]
			// Drop the entries that were overtaken.
			for len(w.heap) > 0 && w.place[w.nodes[w.heap[0].entry]] != w.heap[0].entry {
				w.heap.pop()
			}
			if len(w.heap) == 0 {
				return nil
			}
		}
		a, b := &s.sides[0], &s.sides[1]
		if s.join(a.heap[0].key, b.heap[0].key) >= s.best {
			return nil
		}
		side := 0
		if len(b.heap) < len(a.heap) {
			side = 1
		}
		s.settle(side)
	}
}

// settle takes the best waiting node of a side and looks along its ties.
func (s *PathSearch) settle(side int) {
	w, far := &s.sides[side], &s.sides[1-side]
	item := w.heap.pop()
	v := w.nodes[item.entry]
	own, other := uint64(1)<<side, uint64(2)>>side
	bound := far.heap[0].key
	weights := w.weightsOf(v)
	for i, u := range w.of(v) {
		reached := s.step(item.key, weights.At(i))
		mark := s.marks[u>>5] >> (2 * (u & 31))
		if mark&own != 0 && reached >= w.keys[w.place[u]] || s.banned(side, v, u) {
			continue
		}
		if mark&other != 0 {
			if whole := s.join(reached, far.keys[far.place[u]]); whole < s.best {
				s.best = whole
				s.enter(side, u, reached, item.entry)
				s.meet[side], s.meet[1-side] = uint32(len(w.nodes)-1), far.place[u]
				w.heap.push(heapItem{reached, uint32(len(w.nodes) - 1)})
				continue
			}
		}
		// What the other wave has not settled is at least as far from its end as its next node, so a longer way than
		// this cannot win.
		if !s.keepAll && s.join(reached, bound) >= s.best || reached >= s.worst() {
			continue
		}
		s.enter(side, u, reached, item.entry)
		w.heap.push(heapItem{reached, uint32(len(w.nodes) - 1)})
	}
}
