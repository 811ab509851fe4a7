package world

import (
	"bufio"
	"os"
	"path/filepath"
	"slices"
)

// file writes one file below Dir/files, by way of a large buffer, and adds it to the list.
func (w *world) file(name string, write func(*bufio.Writer) error) error {
	path := filepath.Join(w.options.Dir, "files", filepath.FromSlash(name))
	if err := w.create(path, write); err != nil {
		return err
	}
	if !slices.Contains(w.files, path) {
		w.files = append(w.files, path)
	}
	return nil
}

func (w *world) create(path string, write func(*bufio.Writer) error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	buffer := bufio.NewWriterSize(file, 1<<18)
	err = write(buffer)
	if err == nil {
		err = buffer.Flush()
	}
	if failed := file.Close(); err == nil {
		err = failed
	}
	return err
}
