package server_test

import (
	"math"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	"gave.network/internal/server"
)

// TestHeapIsBoundByWhatItHolds holds memory and lets go of it again: the limit follows, half of what is in use lies
// about where that is little and less where it is much, and the last server of a process leaves all as it was.
func TestHeapIsBoundByWhatItHolds(t *testing.T) {
	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
	read := func() (limit, percent, live uint64) {
		samples := []metrics.Sample{
			{Name: "/gc/gomemlimit:bytes"}, {Name: "/gc/gogc:percent"}, {Name: "/gc/heap/live:bytes"},
		}
		metrics.Read(samples)
		return samples[0].Value.Uint64(), samples[1].Value.Uint64(), samples[2].Value.Uint64()
	}
	// settles collects until what holds is as wanted: it is set some time after a collection.
	settles := func(what string, want func(limit, percent, live uint64) bool) {
		t.Helper()
		for until := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
			runtime.GC()
			limit, percent, live := read()
			if want(limit, percent, live) {
				return
			}
			if time.Now().After(until) {
				t.Fatalf("%s: a limit of %d MB and %d %% with %d MB in use", what, limit>>20, percent, live>>20)
			}
		}
	}
	const much = 400 << 20 // is never touched, so it takes addresses and no memory
	before, percentBefore, _ := read()
	end := server.BoundHeap()
	last := server.BoundHeap()
	settles("little", func(limit, percent, live uint64) bool {
		return live < much && percent > 20 && limit > live && limit < live+live/2+100<<20
	})
	held := make([]byte, much)
	settles("much", func(limit, percent, live uint64) bool {
		return live >= much && percent >= 15 && percent <= 20 && limit > live+40<<20 && limit < live+200<<20
	})
	runtime.KeepAlive(held)
	held = nil
	settles("little again", func(limit, percent, live uint64) bool {
		return live < much && percent > 20 && limit < much
	})
	end()
	end() // once more does nothing
	if limit, _, _ := read(); limit == math.MaxInt64 {
		t.Error("there is no limit while a server runs")
	}
	last()
	runtime.GC()
	time.Sleep(20 * time.Millisecond)
	if limit, percent, _ := read(); limit != before || percent != percentBefore {
		t.Errorf("a limit of %d and %d %% is left, not %d and %d %%", limit, percent, before, percentBefore)
	}
}
