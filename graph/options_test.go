package graph_test

import (
	"runtime"
	"testing"

	"gave.network/graph"
)

// Kernels make room for each thread once, and ask again how many there are in each phase.
func TestWorkersDoNotChange(t *testing.T) {
	before := graph.Options{}.Workers()
	processors := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(processors)
	runtime.GOMAXPROCS(processors + 3)
	if now := (graph.Options{}).Workers(); now != before || now < 1 {
		t.Errorf("%d threads, and %d before", now, before)
	}
}
