//go:build unix && !linux

package graph_test

import (
	"time"

	"golang.org/x/sys/unix"
)

// spent is the processor time of this process, where that of a thread is not told.
func spent() time.Duration { return spentBy(unix.RUSAGE_SELF) }
