package graph_test

import (
	"time"

	"golang.org/x/sys/unix"
)

// spent is the processor time of the thread that calls.
func spent() time.Duration { return spentBy(unix.RUSAGE_THREAD) }
