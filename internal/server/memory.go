package server

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

const (
	// gcPercent is how much of what is in use may lie about unused before a server collects it, in hundredths: half of
	// what programs do otherwise, since most of what it keeps stays.
	gcPercent = 50

	// mostRoom is how much may lie about at most, in bytes, however much is in use: half of what a server keeps of
	// 100,000 people would be 200 MB, and a collection takes it some 0.1 s of processor time.
	mostRoom = 64 << 20

	// leastPercent is how much may lie about at least, so that who keeps gigabytes does not collect all the time.
	leastPercent = 15

	// gaps is what may lie between what is in use without being of use to anybody, in bytes: what is above is given
	// back to the system before more is taken from it.
	gaps = 40 << 20
)

// percentOf is how much may lie about unused when so many bytes are in use, in hundredths of it.
func percentOf(live uint64) int {
	if live == 0 {
		return gcPercent
	}
	return max(leastPercent, int(min(gcPercent, math.Round(100*mostRoom/float64(live)))))
}

// limitOf is how much memory the program may take from the system when so many bytes are in use and so many serve the
// runtime itself.
func limitOf(live, runtime uint64) int64 {
	return int64(live + live*uint64(percentOf(live))/100 + runtime + gaps)
}

// heapBound sets after each collection of garbage when the next one comes, and how much memory is taken until then.
type heapBound struct {
	sync.Mutex
	users   int // servers of one process share it
	round   int // of those that begin with the first of them
	percent int
	limits  bool
	// What held before.
	percentBefore int
	limitBefore   int64
}

var heap heapBound

// BoundHeap keeps what lies about unused in memory within bounds, as Serve does, until the returned function is called.
// GOGC in the environment goes before it, and GOMEMLIMIT before the limit that it sets.
func BoundHeap() (end func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	heap.begin()
	return sync.OnceFunc(heap.end)
}

func (b *heapBound) begin() {
	b.Lock()
	defer b.Unlock()
	if b.users++; b.users > 1 {
		return
	}
	b.round++
	b.percent, b.limits = gcPercent, os.Getenv("GOMEMLIMIT") == ""
	b.percentBefore, b.limitBefore = debug.SetGCPercent(gcPercent), debug.SetMemoryLimit(-1)
	b.adjust()
}

func (b *heapBound) end() {
	b.Lock()
	defer b.Unlock()
	if b.users--; b.users == 0 {
		b.round++
		debug.SetGCPercent(b.percentBefore)
		debug.SetMemoryLimit(b.limitBefore)
	}
}

// collected is called after a collection in a round.
func (b *heapBound) collected(round int) {
	b.Lock()
	defer b.Unlock()
	if b.round == round {
		b.adjust()
	}
}

// adjust goes by what the last collection left, and is called again after the next, which finds an object that nobody
// holds. The caller holds the lock.
func (b *heapBound) adjust() {
	samples := []metrics.Sample{
		{Name: "/gc/heap/live:bytes"},
		{Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/heap/unused:bytes"},
		{Name: "/memory/classes/heap/free:bytes"},
		{Name: "/memory/classes/heap/released:bytes"},
	}
	metrics.Read(samples)
	live, others := samples[0].Value.Uint64(), samples[1].Value.Uint64()
	for _, heap := range samples[2:] {
		others -= heap.Value.Uint64()
	}
	if b.limits {
		debug.SetMemoryLimit(limitOf(live, others))
	}
	if percent := percentOf(live); percent != b.percent {
		b.percent = percent
		debug.SetGCPercent(percent)
	}
	runtime.AddCleanup(new(struct {
		_ *byte // of its own, and not in a block with others
		_ [2]uint64
	}), b.collected, b.round)
}
