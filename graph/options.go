package graph

import (
	"runtime"
	"sync"
)

// Options is what every kernel takes: how many threads may work, and whom to tell about progress. The zero value is
// ready to use.
type Options struct {
	// Threads is the number of goroutines that compute; 0 means one for each processor that the program could
	// use when its first kernel ran, 1 means serial.
	Threads int
	// Progress, when not nil, is called now and then with the part of the work that is done and the whole, in units of
	// the kernel's choice. Calls never overlap.
	Progress func(done, total int64)
}

// processors is how many there are when the first kernel asks. Since Go 1.25 the runtime changes the number by itself
// when the limits of the container change, even while a kernel runs that has made room for each thread.
var processors = sync.OnceValue(func() int { return runtime.GOMAXPROCS(0) })

// Workers returns how many goroutines compute; it does not change while the program runs.
func (o Options) Workers() int {
	if o.Threads > 0 {
		return o.Threads
	}
	return processors()
}
