//go:build unix && !linux

package graph_test

import (
	"time"

	"golang.org/x/sys/unix"
)

// spent is the processor time of this process, where that of a thread is not told.
func spent() time.Duration {
	var use unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &use); err != nil {
		panic(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}
