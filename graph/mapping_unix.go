//go:build unix

package graph

import (
	"fmt"
	"math"
	"os"

	"golang.org/x/sys/unix"
)

// mapping is a file's content in memory, read-only: mapped where the system can, else read.
type mapping struct {
	data   []byte
	mapped bool
}

// mapFile maps the whole of a regular file; sequential tells the system that it will be read once, from begin to end.
func mapFile(path string, sequential bool) (*mapping, error) {
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
		return &mapping{data: data}, err
	}
	if info.Size() > math.MaxInt {
		return nil, fmt.Errorf("graph: %s is too large for this machine's address space", path)
	}
	data, err := unix.Mmap(int(file.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("graph: map %s: %w", path, err)
	}
	if sequential {
		// Advice only: without it reading is slower, not wrong.
		_ = unix.Madvise(data, unix.MADV_SEQUENTIAL)
	}
	return &mapping{data: data, mapped: true}, nil
}

func (m *mapping) close() error {
	data := m.data
	m.data = nil
	if !m.mapped || data == nil {
		return nil
	}
	return unix.Munmap(data)
}
