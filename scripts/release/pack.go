package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
)

// packed is one file of an archive.
type packed struct {
	name    string
	content []byte
	mode    int64
}

// pack writes the archive of one system: the program with what whoever gets it should have beside it.
func (r *release) pack(b built, notices []byte) error {
	program, err := os.ReadFile(b.path)
	if err != nil {
		return err
	}
	files := []packed{{b.program(), program, 0o755}}
	for _, name := range []string{"CHANGELOG.md", "LICENSE", "README.md"} {
		content, err := os.ReadFile(filepath.Join(r.source, name))
		if err != nil {
			return err
		}
		files = append(files, packed{name, content, 0o644})
	}
	files = append(files, packed{"THIRD-PARTY.txt", notices, 0o644})
	dir := r.name(b, "") + "/"
	var archive bytes.Buffer
	write, ending := r.tar, ".tar.gz"
	if b.os == "windows" {
		write, ending = r.zip, ".zip"
	}
	if err := write(&archive, dir, files); err != nil {
		return err
	}
	return r.write(r.name(b, ending), archive.Bytes())
}

func (r *release) zip(w io.Writer, dir string, files []packed) error {
	archive := zip.NewWriter(w)
	archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	for _, file := range files {
		header := &zip.FileHeader{Name: dir + file.name, Method: zip.Deflate, Modified: r.time}
		header.SetMode(os.FileMode(file.mode))
		entry, err := archive.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := entry.Write(file.content); err != nil {
			return err
		}
	}
	return archive.Close()
}

func (r *release) tar(w io.Writer, dir string, files []packed) error {
	compressed, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	archive := tar.NewWriter(compressed)
	for _, file := range files {
		header := &tar.Header{
			Name: dir + file.name, Size: int64(len(file.content)), Mode: file.mode, ModTime: r.time,
			Format: tar.FormatUSTAR,
		}
		if err := archive.WriteHeader(header); err != nil {
			return err
		}
		if _, err := archive.Write(file.content); err != nil {
			return err
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return compressed.Close()
}
