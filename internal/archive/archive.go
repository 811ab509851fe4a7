// Package archive writes all that Gave keeps into one file and reads it back: the rows of every table and the shared
// files. The file is the same from SQLite and from PostgreSQL, and either restores it.
//
// It is an ordinary zip: manifest.json says what is in it, tables/NAME.jsonl has a row in a line, files/NAME the shared
// files. The comment at its end is a seal, the SHA-256 of every byte before: a file that was broken off or damaged
// anywhere has none that fits.
package archive

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/progress"
)

// Format is the version of the container. A newer one is refused.
const Format = 1

// Manifest says what an archive holds.
type Manifest struct {
	Format   int       `json:"format"`
	Program  string    `json:"program"`  // the version of Gave that wrote it
	Version  int64     `json:"version"`  // of the tables
	Database string    `json:"database"` // that it was taken from: sqlite or postgres
	Made     time.Time `json:"made"`
	People   int64     `json:"people"`
	Tables   []Part    `json:"tables"`
	Files    []Part    `json:"files"`
	// Missing are shared files that rows point to and that were not there, or damaged, when the backup was made.
	Missing []string `json:"missing,omitempty"`
}

// Part is one table or file.
type Part struct {
	Name    string      `json:"name"`
	Columns []db.Column `json:"columns,omitempty"`
	Rows    int64       `json:"rows,omitempty"`
	Bytes   int64       `json:"bytes"`
	SHA256  string      `json:"sha256"`
}

// Rows returns how many rows a table has.
func (m Manifest) Rows(table string) int64 {
	for _, t := range m.Tables {
		if t.Name == table {
			return t.Rows
		}
	}
	return 0
}

const (
	manifestName = "manifest.json"
	tableFolder  = "tables/"
	tableEnding  = ".jsonl"
	fileFolder   = "files/"

	// sealText begins the comment of the zip; the digest in hexadecimal digits ends it, and the file.
	sealText = "Gave backup, SHA-256 of all before: "
	sealSize = 2 * sha256.Size
	// mostManifest bounds what a manifest takes in memory.
	mostManifest = 64 << 20
)

// Archive is an archive that is open for reading. Nothing ever changes its file.
type Archive struct {
	Manifest Manifest
	file     *os.File
	path     string
	parts    map[string]*zip.File
}

func broken(path string) *fault.Error {
	return fault.New(fault.Invalid, "%s is not a whole backup: it was broken off or damaged.", path).
		WithHint("Nothing was changed. Take another backup.")
}

// Open opens an archive and checks its seal, which covers every byte. What the parts hold is checked by Verify, and
// again when they are read.
func Open(ctx context.Context, name string) (*Archive, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "The file %s cannot be read.", name)
	}
	a := &Archive{file: file, path: name, parts: map[string]*zip.File{}}
	if err := a.open(ctx); err != nil {
		file.Close()
		return nil, err
	}
	return a, nil
}

func (a *Archive) open(ctx context.Context) error {
	info, err := a.file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return fault.New(fault.Invalid, "%s is not a file.", a.path)
	}
	if err := a.checkSeal(ctx, info.Size()); err != nil {
		return err
	}
	reader, err := zip.NewReader(a.file, info.Size())
	if err != nil {
		return broken(a.path)
	}
	for _, f := range reader.File {
		if a.parts[f.Name] != nil {
			return broken(a.path)
		}
		a.parts[f.Name] = f
	}
	manifest := a.parts[manifestName]
	if manifest == nil || manifest.UncompressedSize64 > mostManifest {
		return broken(a.path)
	}
	content, err := manifest.Open()
	if err != nil {
		return broken(a.path)
	}
	defer content.Close()
	if err := json.NewDecoder(io.LimitReader(content, mostManifest)).Decode(&a.Manifest); err != nil {
		return broken(a.path)
	}
	m := a.Manifest
	if m.Format > Format || m.Version > db.Newest() {
		return fault.New(fault.Unavailable, "The backup %s was made by a newer version of Gave.", a.path).
			WithHint("Install the newest Gave, and restore it with that.")
	}
	if m.Format < 1 || m.Version < 1 || len(m.Tables)+len(m.Files)+1 != len(a.parts) {
		return broken(a.path)
	}
	for _, t := range m.Tables {
		if f := a.parts[tableFolder+t.Name+tableEnding]; f == nil || f.UncompressedSize64 != uint64(t.Bytes) ||
			len(t.Columns) == 0 {
			return broken(a.path)
		}
	}
	for _, file := range m.Files {
		// A name leads into the data directory and nowhere else.
		if f := a.parts[fileFolder+file.Name]; f == nil || f.UncompressedSize64 != uint64(file.Bytes) ||
			!fs.ValidPath(file.Name) || path.Clean(file.Name) != file.Name || strings.ContainsAny(file.Name, `\:`) {
			return broken(a.path)
		}
	}
	return nil
}

// checkSeal compares the digest at the end of the file with its bytes.
func (a *Archive) checkSeal(ctx context.Context, size int64) error {
	tail := int64(len(sealText) + sealSize)
	if size <= tail {
		return broken(a.path)
	}
	end := make([]byte, tail)
	if _, err := a.file.ReadAt(end, size-tail); err != nil {
		return fault.Wrap(err, fault.Unavailable, "The file %s cannot be read.", a.path)
	}
	if !bytes.HasPrefix(end, []byte(sealText)) {
		return broken(a.path)
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, &watched{io.NewSectionReader(a.file, 0, size-sealSize), ctx}); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fault.Wrap(err, fault.Unavailable, "The file %s cannot be read.", a.path)
	}
	if hex.EncodeToString(sum.Sum(nil)) != string(end[len(sealText):]) {
		return broken(a.path)
	}
	return nil
}

// watched ends reading with its context.
type watched struct {
	io.Reader
	ctx context.Context
}

func (w *watched) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.Reader.Read(p)
}

// Close closes the file.
func (a *Archive) Close() error { return a.file.Close() }

// Tables returns the tables with their columns.
func (a *Archive) Tables() []db.Table {
	out := make([]db.Table, len(a.Manifest.Tables))
	for i, t := range a.Manifest.Tables {
		out[i] = db.Table{Name: t.Name, Columns: t.Columns}
	}
	return out
}

// Verify reads every part and compares its digest, its size and the number of its rows with the manifest.
func (a *Archive) Verify(ctx context.Context) error {
	total, done := int64(0), int64(0)
	for _, list := range [][]Part{a.Manifest.Tables, a.Manifest.Files} {
		for _, p := range list {
			total += p.Bytes
		}
	}
	check := func(name string, want Part, lines bool) error {
		content, err := a.part(ctx, name, want)
		if err != nil {
			return err
		}
		defer content.Close()
		count := &lineCounter{}
		if _, err := io.Copy(count, content); err != nil {
			return a.readFault(ctx, err)
		}
		if lines && count.n != want.Rows {
			return broken(a.path)
		}
		done += want.Bytes
		progress.Report(ctx, done, total, "verify")
		return nil
	}
	for _, t := range a.Manifest.Tables {
		if err := check(tableFolder+t.Name+tableEnding, t, true); err != nil {
			return err
		}
	}
	for _, f := range a.Manifest.Files {
		if err := check(fileFolder+f.Name, f, false); err != nil {
			return err
		}
	}
	return nil
}

func (a *Archive) readFault(ctx context.Context, err error) error {
	var known *fault.Error
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.As(err, &known) {
		return err
	}
	known = broken(a.path)
	known.Cause = err
	return known
}

type lineCounter struct{ n int64 }

func (c *lineCounter) Write(p []byte) (int, error) {
	c.n += int64(bytes.Count(p, []byte{'\n'}))
	return len(p), nil
}

// part opens a part. Reading it to the end checks its digest and size.
func (a *Archive) part(ctx context.Context, name string, want Part) (io.ReadCloser, error) {
	content, err := a.parts[name].Open()
	if err != nil {
		return nil, broken(a.path)
	}
	return &checked{inner: content, from: &watched{content, ctx}, sum: sha256.New(), want: want, path: a.path}, nil
}

// checked is a part whose end is an error when it is not the part that the manifest promises.
type checked struct {
	inner io.Closer
	from  io.Reader
	sum   hash.Hash
	n     int64
	want  Part
	path  string
}

func (c *checked) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.sum.Write(p[:n])
	if c.n += int64(n); c.n > c.want.Bytes {
		return 0, broken(c.path)
	}
	if errors.Is(err, io.EOF) && (c.n != c.want.Bytes || hex.EncodeToString(c.sum.Sum(nil)) != c.want.SHA256) {
		return n, broken(c.path)
	}
	return n, err
}

func (c *checked) Close() error { return c.inner.Close() }

// Rows reads the rows of a table.
func (a *Archive) Rows(ctx context.Context, t db.Table) db.RowSeq {
	return func(yield func([]any, error) bool) {
		var want Part
		for _, p := range a.Manifest.Tables {
			if p.Name == t.Name {
				want = p
			}
		}
		content, err := a.part(ctx, tableFolder+t.Name+tableEnding, want)
		if err != nil {
			yield(nil, err)
			return
		}
		defer content.Close()
		n := int64(0)
		for row, err := range decodeRows(content, t) {
			if err != nil {
				yield(nil, a.readFault(ctx, fmt.Errorf("table %s, row %d: %w", t.Name, n+1, err)))
				return
			}
			if n++; !yield(row, nil) {
				return
			}
		}
		if n != want.Rows {
			yield(nil, broken(a.path))
		}
	}
}
