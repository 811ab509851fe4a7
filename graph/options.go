package graph

import "runtime"

// Options is what every kernel takes: how many threads may work, and whom to tell about progress. The zero value is
// ready to use.
type Options struct {
	// Threads is the number of goroutines that compute; 0 means one for each processor, 1 means serial.
	Threads int
	// Progress, when not nil, is called now and then with the part of the work that is done and the whole, in units of
	// the kernel's choice. Calls never overlap.
	Progress func(done, total int64)
}

// Workers returns how many goroutines compute.
func (o Options) Workers() int {
	if o.Threads > 0 {
		return o.Threads
	}
	return runtime.GOMAXPROCS(0)
}
