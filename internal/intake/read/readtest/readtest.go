// Package readtest helps the tests of the readers: it collects what they give.
package readtest

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/formats"
	"gave.network/internal/realdata"
)

// Now is the moment at which tests import, so that they do not change with the clock.
var Now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// Collector keeps what a reader emits.
type Collector struct {
	Contacts     []read.Contact
	Interactions []read.Interaction
	Statements   []read.Statement
	Praised      []read.Praise
	Ties         []read.Tie
	Rejects      []string
	Places       []read.At // of the interactions, contacts and ties, in order
	Rejected     []read.At
	After        int // stop with ErrStop after this many interactions and contacts; 0 for never
}

// ErrStop is what a collector stops a reader with.
var ErrStop = fmt.Errorf("stopped by the test")

func (c *Collector) taken(at read.At) error {
	c.Places = append(c.Places, at)
	if c.After > 0 && len(c.Places) == c.After {
		return ErrStop
	}
	return nil
}

func (c *Collector) Contact(at read.At, x read.Contact) error {
	c.Contacts = append(c.Contacts, x)
	return c.taken(at)
}

func (c *Collector) Interaction(at read.At, i read.Interaction) error {
	c.Interactions = append(c.Interactions, i)
	return c.taken(at)
}

func (c *Collector) Statement(_ read.At, s read.Statement) error {
	c.Statements = append(c.Statements, s)
	return nil
}

func (c *Collector) Praise(_ read.At, p read.Praise) error {
	c.Praised = append(c.Praised, p)
	return nil
}

func (c *Collector) Tie(at read.At, t read.Tie) error {
	c.Ties = append(c.Ties, t)
	return c.taken(at)
}

func (c *Collector) Reject(at read.At, reason string) error {
	c.Rejects = append(c.Rejects, read.EnglishReason(reason))
	c.Rejected = append(c.Rejected, at)
	return nil
}

// Text reads a text with a format and fails the test on an error.
func Text(t testing.TB, f read.Format, text string) (*Collector, *read.Source) {
	t.Helper()
	c := &Collector{}
	src := &read.Source{Path: "test", Reader: strings.NewReader(text), Size: int64(len(text)), Zone: time.UTC, Now: Now}
	if err := f.Read(context.Background(), src, c); err != nil {
		t.Fatalf("%s: %v", f.Name, err)
	}
	return c, src
}

// Path opens a path as an import does and reads all entries into one collector.
func Path(t testing.TB, path string) (*Collector, *read.Source, []error) {
	t.Helper()
	c := &Collector{}
	var errs []error
	src := &read.Source{Zone: time.UTC, Now: Now}
	for entry, err := range formats.Open(context.Background(), path) {
		if err == nil {
			err = entry.Read(context.Background(), src, c)
		}
		if err != nil {
			errs = append(errs, err)
		}
	}
	return c, src, errs
}

// Detected reads a text with the format that is surest of it.
func Detected(t *testing.T, name, text, want string) *Collector {
	t.Helper()
	f, sure := formats.Detect([]byte(text), name)
	if f == nil || f.Name != want {
		t.Fatalf("%s: detected %v, sure %d, want %s", name, f, sure, want)
	}
	c, _ := Text(t, *f, text)
	return c
}

// WriteFile writes a file into a temporary folder and returns its path.
func WriteFile(t testing.TB, dir, name string, data []byte) string {
	t.Helper()
	path := dir + "/" + name
	if i := strings.LastIndexByte(path, '/'); i > 0 {
		if err := os.MkdirAll(path[:i], 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// Endless is a reader of one byte, n times, without the memory for it.
type Endless struct {
	Byte  byte
	Count int64
}

func (r *Endless) Read(p []byte) (int, error) {
	if r.Count == 0 {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), r.Count))
	for i := range p[:n] {
		p[i] = r.Byte
	}
	r.Count -= int64(n)
	return n, nil
}

// Concat reads texts and readers one after the other.
func Concat(parts ...any) io.Reader {
	var all []io.Reader
	for _, part := range parts {
		switch p := part.(type) {
		case string:
			all = append(all, strings.NewReader(p))
		case io.Reader:
			all = append(all, p)
		}
	}
	return io.MultiReader(all...)
}

// Memory is a folder in memory.
type Memory map[string]string

func (m Memory) Names() []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (m Memory) Open(name string) (io.ReadCloser, int64, error) {
	text, ok := m[name]
	if !ok {
		return nil, 0, os.ErrNotExist
	}
	return io.NopCloser(strings.NewReader(text)), int64(len(text)), nil
}

// Zip packs files into an archive.
func Zip(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, files[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// CheckUnique makes sure that no two records have one id.
func CheckUnique(t *testing.T, c *Collector) {
	t.Helper()
	seen := map[string]bool{}
	add := func(kind, source, external string) {
		key := kind + source + "\x00" + external
		if external == "" || source == "" || seen[key] {
			t.Errorf("%s: the id %q of %q is empty or used twice", kind, external, source)
		}
		seen[key] = true
	}
	for _, i := range c.Interactions {
		add("interaction", i.Source, i.External)
	}
	for _, s := range c.Statements {
		add("statement", s.Source, s.External)
	}
	for _, p := range c.Praised {
		add("praise", p.Source, p.External)
	}
}

// CheckInteraction fails on an interaction that breaks what package read promises.
func CheckInteraction(t *testing.T, i read.Interaction) {
	t.Helper()
	switch {
	case i.Time.IsZero() || i.Time.Location() != time.UTC:
		t.Fatalf("the time is %v", i.Time)
	case i.External == "" || i.Source == "" || i.Medium == "":
		t.Fatalf("no identity or medium: %+v", i)
	case len([]rune(i.Title)) > read.MaxTitle || strings.ContainsAny(i.Title, "\n\r\t"):
		t.Fatalf("the title is not clean: %q", i.Title)
	}
	for _, p := range i.Parties {
		if p.Address != strings.ToLower(p.Address) {
			t.Fatalf("the address is not in lower case: %q", p.Address)
		}
		if p.Name == "" && p.Address == "" && p.Handle == "" && p.Phone == "" && p.Link == "" {
			t.Fatalf("a party without any name: %+v", i.Parties)
		}
	}
}

// Counting is a sink that only counts.
type Counting struct{ Records, rejects int }

func (c *Counting) Contact(read.At, read.Contact) error { c.Records++; return nil }

func (c *Counting) Interaction(read.At, read.Interaction) error { c.Records++; return nil }

func (c *Counting) Statement(read.At, read.Statement) error { c.Records++; return nil }

func (c *Counting) Praise(read.At, read.Praise) error { c.Records++; return nil }

func (c *Counting) Tie(read.At, read.Tie) error { c.Records++; return nil }

func (c *Counting) Reject(read.At, string) error { c.rejects++; return nil }

// Unpacked returns a real file of the data sets, decoded.
func Unpacked(b testing.TB, name string) []byte {
	b.Helper()
	file, err := os.Open(realdata.Path(b, name))
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	r, err := gzip.NewReader(file)
	if err != nil {
		b.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		b.Fatal(err)
	}
	return data
}
