//go:build !unix && !windows

package graph

import "os"

// mapping is a file's content in memory. This system has no memory mapping that we use: the file is read.
type mapping struct{ data []byte }

func mapFile(path string, _ bool) (*mapping, error) {
	data, err := os.ReadFile(path)
	return &mapping{data: data}, err
}

func (m *mapping) close() error {
	m.data = nil
	return nil
}
