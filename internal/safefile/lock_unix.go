//go:build unix

package safefile

import (
	"os"

	"golang.org/x/sys/unix"
)

// lock takes the lock of an open file, or fails at once when another holds it. It ends with the file or the process.
func lock(file *os.File) error { return unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB) }
