package temporal

import (
	"math"
	"math/bits"
)

// arrival is what gets to a node when a contact ends; label says when.
type arrival[T any] struct {
	label int64
	to    uint32
	load  T
}

// queue is a binary heap of arrivals, the earliest first.
type queue[T any] []arrival[T]

func (q *queue[T]) push(a arrival[T]) {
	*q = append(*q, a)
	list := *q
	at := len(list) - 1
	for at > 0 && list[(at-1)/2].label > a.label {
		list[at] = list[(at-1)/2]
		at = (at - 1) / 2
	}
	list[at] = a
}

func (q *queue[T]) pop() arrival[T] {
	list := *q
	first, moved := list[0], list[len(list)-1]
	list = list[:len(list)-1]
	*q = list
	at := 0
	for {
		child := 2*at + 1
		if child >= len(list) {
			break
		}
		if child+1 < len(list) && list[child+1].label < list[child].label {
			child++
		}
		if list[child].label >= moved.label {
			break
		}
		list[at] = list[child]
		at = child
	}
	if len(list) > 0 {
		list[at] = moved
	}
	return first
}

// buckets is how many a wheel has: a power of two.
const buckets = 1 << 12

// never is above all labels.
const never = math.MaxInt64

// wheel is what is under way, by when it arrives (a calendar queue, Brown 1988): labels fall into buckets of equal
// width that are passed in a circle, so that what is added or taken costs the same however much is under way. Where a
// bucket is wider than one label, what falls into the one that is being passed lies in a heap, as it is not all due at
// once.
// Where no contact lasts, what is sent later arrives later, and a line does without buckets.
type wheel[T any] struct {
	soonest int64 // nothing is due at a label below it; never when there is nothing
	inLine  bool
	line    []arrival[T]
	head    int    // the first of line
	width   int    // of a bucket, as a power of two
	now     int64  // the bucket that is being passed
	chain   uint32 // what is due of a bucket of one label: its first in list
	due     queue[T]
	later   int // how many are in the buckets
	used    [buckets / 64]uint64
	first   [buckets]uint32 // of each bucket that is used, its first in list
	list    []waiting[T]
	free    uint32 // the first of list that is free again; 0 is never used
}

// waiting is an arrival in a bucket, and the next one there.
type waiting[T any] struct {
	arrival[T]
	next uint32
}

// newWheel returns a wheel for what contacts send that last up to longest, and may go on so much later, as a label.
func newWheel[T any](longest, wait int64) *wheel[T] {
	return &wheel[T]{
		soonest: never, inLine: longest == 0, width: bits.Len64(uint64(2*longest+1+wait) / (buckets - 2)),
		now: math.MinInt64, list: make([]waiting[T], 1),
	}
}

// push adds an arrival when all that is due at a label was taken.
func (w *wheel[T]) push(a arrival[T], label int64) {
	if w.inLine {
		w.queue(a)
		return
	}
	w.now = max(w.now, label>>w.width)
	bucket := a.label >> w.width
	if bucket <= w.now {
		w.due.push(a)
		w.soonest = min(w.soonest, a.label)
		return
	}
	w.soonest = min(w.soonest, bucket<<w.width)
	at := w.free
	if at == 0 {
		at = uint32(len(w.list))
		w.list = append(w.list, waiting[T]{})
	} else {
		w.free = w.list[at].next
	}
	slot := bucket & (buckets - 1)
	one, word, bit := &w.list[at], &w.used[slot/64], uint64(1)<<(slot&63)
	one.arrival, one.next = a, 0
	if *word&bit != 0 {
		one.next = w.first[slot]
	}
	*word |= bit
	w.first[slot] = at
	w.later++
}

// queue adds an arrival to the line.
func (w *wheel[T]) queue(a arrival[T]) {
	switch {
	case w.soonest == never:
		w.soonest, w.line, w.head = a.label, w.line[:0], 0
	case w.head >= 1024 && 2*w.head > len(w.line):
		w.line, w.head = append(w.line[:0], w.line[w.head:]...), 0
	}
	w.line = append(w.line, a)
}

// pop takes the earliest arrival of those that are due at a label, which never goes back.
func (w *wheel[T]) pop(label int64) (a arrival[T], ok bool) {
	if label < w.soonest {
		return a, false
	}
	return w.take(label)
}

func (w *wheel[T]) take(label int64) (a arrival[T], ok bool) {
	if w.inLine {
		a = w.line[w.head]
		if w.head++; w.head < len(w.line) {
			w.soonest = w.line[w.head].label
		} else {
			w.soonest = never
		}
		return a, true
	}
	for w.chain == 0 && (len(w.due) == 0 || w.due[0].label > label) {
		next := w.next()
		if next > label>>w.width {
			w.soon(next)
			return a, false
		}
		w.now = next
		slot := next & (buckets - 1)
		w.used[slot/64] &^= 1 << (slot & 63)
		w.chain = w.first[slot]
		for w.width > 0 && w.chain != 0 {
			w.due.push(w.unchain())
		}
	}
	if w.chain == 0 {
		return w.due.pop(), true
	}
	if a = w.unchain(); w.chain == 0 {
		w.soon(w.next())
	}
	return a, true
}

// soon says when the next is due, given the next bucket that is used.
func (w *wheel[T]) soon(next int64) {
	if w.soonest = never; next != never {
		w.soonest = next << w.width
	}
	if len(w.due) > 0 {
		w.soonest = min(w.soonest, w.due[0].label)
	}
}

// unchain takes the first of the chain.
func (w *wheel[T]) unchain() arrival[T] {
	at := w.chain
	one := &w.list[at]
	w.later--
	w.chain, one.next, w.free = one.next, w.free, at
	return one.arrival
}

// next returns the next bucket that is used, after the one that is being passed; never when there is none.
func (w *wheel[T]) next() int64 {
	if w.later == 0 {
		return never
	}
	from := (w.now + 1) & (buckets - 1)
	if word := w.used[from/64] >> (from & 63); word != 0 {
		return w.now + 1 + int64(bits.TrailingZeros64(word))
	}
	for at := from/64 + 1; ; at++ {
		if word := w.used[at&(buckets/64-1)]; word != 0 {
			slot := at*64 + int64(bits.TrailingZeros64(word))
			return w.now + 1 + (slot-from)&(buckets-1)
		}
	}
}

// none says that nothing is under way.
func (w *wheel[T]) none() bool { return w.soonest == never }
