//go:build unix

package safefile

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

const (
	hasModes   = true  // the mode of a file says who may read it
	closeFirst = false // an open file can be renamed, so its lock is held until it has its name
)

// lock takes the lock of an open file, or fails at once when another holds it. It ends with the file or the process.
func lock(file *os.File) error { return unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB) }

// Full says whether an error is about a disk without room.
func Full(err error) bool { return errors.Is(err, unix.ENOSPC) }

// SyncFolder writes the names in a folder to the disk, so that a renamed file keeps its new name after a power cut.
func SyncFolder(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = folder.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrInvalid) {
		err = nil // some file systems have no such thing
	}
	return errors.Join(err, folder.Close())
}
