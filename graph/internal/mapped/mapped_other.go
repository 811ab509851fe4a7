//go:build !unix && !windows

// Package mapped reads files by mapping them into memory, where the system can.
package mapped

import "os"

// File is a file's content in memory. This system has no memory mapping that we use: the file is read.
type File struct{ Data []byte }

// Open reads the whole of a file.
func Open(path string, _ bool) (*File, error) {
	data, err := os.ReadFile(path)
	return &File{Data: data}, err
}

// Close gives the memory back. Data may not be used any more.
func (f *File) Close() error {
	f.Data = nil
	return nil
}
