// Package safefile writes files that only their owner may read, whole or not at all, and keeps what lies there already
// from others' eyes.
package safefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// File is a file that is being written under a temporary name beside its own. It comes to be with Commit; until then,
// and after a kill, nothing lies under its own name. Only its owner may read it.
type File struct {
	*os.File
	path string
	done bool
}

// part stands in the names of files that are being written: "name.part-123".
const part = ".part-"

// IsPart says whether a name is that of a file or folder which is being written, or was when its program was killed.
func IsPart(name string) bool { return strings.Contains(name, part) }

// Create begins a file in the folder of path. The file at path itself is not touched before Commit. What killed
// programs left half written of the same name is removed.
func Create(path string) (*File, error) {
	if err := Sweep(filepath.Dir(path), filepath.Base(path)+part); err != nil {
		return nil, err
	}
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+part+"*") // with mode 0600
	if err != nil {
		return nil, err
	}
	if err := lock(file); err != nil {
		file.Close()
		os.Remove(file.Name())
		return nil, fmt.Errorf("safefile: lock %s: %w", file.Name(), err)
	}
	return &File{File: file, path: path}, nil
}

// Commit gives the file its name once all of it is on the disk. It returns an error that is fs.ErrExist when something
// has that name by now and replace is false; then the file is discarded.
func (f *File) Commit(replace bool) error {
	if err := f.Sync(); err != nil {
		return errors.Join(err, f.Discard())
	}
	if closeFirst {
		if err := f.Close(); err != nil {
			return errors.Join(err, f.Discard())
		}
	}
	if err := f.place(replace); err != nil {
		return errors.Join(err, f.Discard())
	}
	f.done = true
	return errors.Join(f.close(), SyncFolder(filepath.Dir(f.path)))
}

// place renames the file, or links it where nothing may be written over: a link to a name that is taken fails.
func (f *File) place(replace bool) error {
	if replace {
		return os.Rename(f.Name(), f.path)
	}
	err := os.Link(f.Name(), f.path)
	switch {
	case err == nil:
		return os.Remove(f.Name())
	case errors.Is(err, fs.ErrExist):
		return err
	}
	// A file system without links: looking first leaves a moment, but no other way is there.
	if _, err := os.Lstat(f.path); err == nil {
		return fs.ErrExist
	}
	return os.Rename(f.Name(), f.path)
}

// Discard removes the file, unless it was committed. It may be called twice.
func (f *File) Discard() error {
	if f.done {
		return nil
	}
	f.done = true
	return errors.Join(f.close(), os.Remove(f.Name()))
}

// close closes the file, unless that was done already.
func (f *File) close() error {
	if err := f.Close(); !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}

// Folder makes a new folder inside dir for work that is to leave nothing behind, and removes what killed programs left
// of the same kind. The second result removes it with all that is in it.
func Folder(dir, name string) (string, func(), error) {
	if err := Sweep(dir, name+part); err != nil {
		return "", nil, err
	}
	folder, err := os.MkdirTemp(dir, name+part+"*") // with mode 0700
	if err != nil {
		return "", nil, err
	}
	guard, err := os.OpenFile(filepath.Join(folder, guardName), os.O_CREATE|os.O_RDWR, private)
	if err == nil {
		err = lock(guard)
	}
	if err != nil {
		if guard != nil {
			guard.Close()
		}
		os.RemoveAll(folder)
		return "", nil, err
	}
	return folder, func() {
		guard.Close() // first: where an open file cannot be removed, its folder cannot either
		os.RemoveAll(folder)
	}, nil
}

// guardName is the file that is locked for as long as a folder of Folder is in use.
const guardName = "in-use"

// Sweep removes what killed programs left in a folder: files and folders whose names begin with the prefix and that
// nobody works on.
func Sweep(dir, prefix string) error {
	stale, err := Stale(dir)
	if err != nil {
		return err
	}
	var failed error
	for _, path := range stale {
		if strings.HasPrefix(filepath.Base(path), prefix) {
			failed = errors.Join(failed, os.RemoveAll(path))
		}
	}
	return failed
}

// Stale lists what killed programs left half written in a folder.
func Stale(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		if !IsPart(e.Name()) {
			continue
		}
		path := filepath.Join(dir, e.Name())
		guard := path
		if e.IsDir() {
			guard = filepath.Join(path, guardName)
		}
		if !inUse(guard) {
			out = append(out, path)
		}
	}
	return out, nil
}

// inUse says whether a program holds the lock of a file.
func inUse(path string) bool {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist) // a folder without its guard is one that was never finished
	}
	defer file.Close()
	return lock(file) != nil
}

const (
	private = 0o600
	others  = 0o077 // the bits of group and others
)

// Tighten takes the rights of group and others away from files and folders. What is not there or not ours stays as it
// is.
func Tighten(paths ...string) {
	if !hasModes {
		return
	}
	for _, path := range paths {
		info, err := os.Lstat(path)
		if err != nil || info.Mode()&fs.ModeSymlink != 0 || info.Mode().Perm()&others == 0 {
			continue
		}
		// Who is not its owner cannot change it, and doctor says so.
		_ = os.Chmod(path, info.Mode().Perm()&^others)
	}
}

// TightenAll takes the rights of group and others away from a folder and all that is in it.
func TightenAll(dir string) {
	// A folder that cannot be read cannot be tightened either.
	_ = filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err == nil {
			Tighten(path)
		}
		return nil
	})
}

// Readable lists which of the files and folders others than their owner may read or write.
func Readable(paths ...string) []string {
	var out []string
	if !hasModes {
		return out
	}
	for _, path := range paths {
		if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink == 0 &&
			info.Mode().Perm()&others != 0 {
			out = append(out, path)
		}
	}
	return out
}

// Touch makes an empty file that only its owner may read, when nothing is there.
func Touch(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, private)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return file.Close()
}
