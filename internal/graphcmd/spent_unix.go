//go:build unix

package graphcmd

import (
	"time"

	"golang.org/x/sys/unix"
)

// Spent is the processor time that this process has taken, by all its threads.
func Spent() time.Duration {
	var usage unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
