package safefile

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

const (
	hasModes   = false // lists of rights say who may read a file, and the folder of a user's data is theirs alone
	closeFirst = true  // an open file can be neither renamed nor removed
)

// lock takes the lock of an open file, or fails at once when another holds it. It ends with the file or the process.
// A lock here keeps others from the bytes that it covers, so it covers one far behind the end of any file.
func lock(file *os.File) error {
	const mode = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	return windows.LockFileEx(windows.Handle(file.Fd()), mode, 0, 1, 0, &windows.Overlapped{OffsetHigh: 1 << 30})
}

// Full says whether an error is about a disk without room.
func Full(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}

// SyncFolder does nothing: Windows writes the names in a folder by itself, and refuses to be told so.
func SyncFolder(string) error { return nil }
