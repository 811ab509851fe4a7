//go:build unix

// Package mapped reads files by mapping them into memory, where the system can.
package mapped

import (
	"fmt"
	"math"
	"os"

	"golang.org/x/sys/unix"
)

// File is a file's content in memory, read-only: mapped where the system can, else read.
type File struct {
	Data   []byte
	mapped bool
}

// Open maps the whole of a regular file; sequential tells the system that it will be read once, from begin to end.
func Open(path string, sequential bool) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() == 0 {
		data, err := os.ReadFile(path)
		return &File{Data: data}, err
	}
	if info.Size() > math.MaxInt {
		return nil, fmt.Errorf("%s is too large for this machine's address space", path)
	}
	data, err := unix.Mmap(int(file.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", path, err)
	}
	if sequential {
		// Advice only: without it reading is slower, not wrong.
		_ = unix.Madvise(data, unix.MADV_SEQUENTIAL)
	}
	return &File{Data: data, mapped: true}, nil
}

// Close gives the memory back. Data may not be used any more.
func (f *File) Close() error {
	data := f.Data
	f.Data = nil
	if !f.mapped || data == nil {
		return nil
	}
	return unix.Munmap(data)
}
