//go:build unix

package program_test

import (
	"os"
	"runtime"
	"runtime/debug"
	"syscall"
)

// peak is the most memory that an ended process took, in kB; zero when the system does not say.
func peak(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return int64(usage.Maxrss) >> 10 // in bytes there
	}
	return int64(usage.Maxrss)
}

// freshPeak lets the peak of this process begin again, as far as the system can: Linux counts it in that of a process
// that is started here.
func freshPeak() {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // elsewhere there is no such file
}
