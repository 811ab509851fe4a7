package intake

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

	"gave.network/internal/realdata"
)

// testNow is the moment at which tests import, so that they do not change with the clock.
var testNow = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// collector keeps what a reader emits.
type collector struct {
	contacts     []Contact
	interactions []Interaction
	statements   []Statement
	praise       []Praise
	rejects      []string
	places       []At // of the interactions and contacts, in order
	rejected     []At
	after        int // stop with errStop after this many interactions and contacts; 0 for never
}

var errStop = fmt.Errorf("stopped by the test")

func (c *collector) taken(at At) error {
	c.places = append(c.places, at)
	if c.after > 0 && len(c.places) == c.after {
		return errStop
	}
	return nil
}

func (c *collector) Contact(at At, x Contact) error {
	c.contacts = append(c.contacts, x)
	return c.taken(at)
}

func (c *collector) Interaction(at At, i Interaction) error {
	c.interactions = append(c.interactions, i)
	return c.taken(at)
}

func (c *collector) Statement(_ At, s Statement) error {
	c.statements = append(c.statements, s)
	return nil
}

func (c *collector) Praise(_ At, p Praise) error {
	c.praise = append(c.praise, p)
	return nil
}

func (c *collector) Reject(at At, reason string) error {
	c.rejects = append(c.rejects, englishReason(reason))
	c.rejected = append(c.rejected, at)
	return nil
}

// readText reads a text with a format and fails the test on an error.
func readText(t testing.TB, f Format, text string) (*collector, *Source) {
	t.Helper()
	c := &collector{}
	src := &Source{Path: "test", Reader: strings.NewReader(text), Size: int64(len(text)), Zone: time.UTC, Now: testNow}
	if err := f.Read(context.Background(), src, c); err != nil {
		t.Fatalf("%s: %v", f.Name, err)
	}
	return c, src
}

// readPath opens a path as an import does and reads all entries into one collector.
func readPath(t testing.TB, path string) (*collector, *Source, []error) {
	t.Helper()
	c := &collector{}
	var errs []error
	src := &Source{Zone: time.UTC, Now: testNow}
	for entry, err := range Open(context.Background(), path) {
		if err == nil {
			err = entry.Read(context.Background(), src, c)
		}
		if err != nil {
			errs = append(errs, err)
		}
	}
	return c, src, errs
}

// readDetected reads a text with the format that is surest of it.
func readDetected(t *testing.T, name, text, want string) *collector {
	t.Helper()
	f, sure := Detect([]byte(text), name)
	if f == nil || f.Name != want {
		t.Fatalf("%s: detected %v, sure %d, want %s", name, f, sure, want)
	}
	c, _ := readText(t, *f, text)
	return c
}

// writeFile writes a file into a temporary folder and returns its path.
func writeFile(t testing.TB, dir, name string, data []byte) string {
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

// endless is a reader of one byte, n times, without the memory for it.
type endless struct {
	b byte
	n int64
}

func (r *endless) Read(p []byte) (int, error) {
	if r.n == 0 {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), r.n))
	for i := range p[:n] {
		p[i] = r.b
	}
	r.n -= int64(n)
	return n, nil
}

// concat reads texts and readers one after the other.
func concat(parts ...any) io.Reader {
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

// memoryTree is a folder in memory.
type memoryTree map[string]string

func (m memoryTree) Names() []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (m memoryTree) Open(name string) (io.ReadCloser, int64, error) {
	text, ok := m[name]
	if !ok {
		return nil, 0, os.ErrNotExist
	}
	return io.NopCloser(strings.NewReader(text)), int64(len(text)), nil
}

func zipOf(t testing.TB, files map[string]string) []byte {
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

// checkUnique makes sure that no two records have one id.
func checkUnique(t *testing.T, c *collector) {
	t.Helper()
	seen := map[string]bool{}
	add := func(kind, source, external string) {
		key := kind + source + "\x00" + external
		if external == "" || source == "" || seen[key] {
			t.Errorf("%s: the id %q of %q is empty or used twice", kind, external, source)
		}
		seen[key] = true
	}
	for _, i := range c.interactions {
		add("interaction", i.Source, i.External)
	}
	for _, s := range c.statements {
		add("statement", s.Source, s.External)
	}
	for _, p := range c.praise {
		add("praise", p.Source, p.External)
	}
}

// checkInteraction fails on an interaction that breaks what record.go promises.
func checkInteraction(t *testing.T, i Interaction) {
	t.Helper()
	switch {
	case i.Time.IsZero() || i.Time.Location() != time.UTC:
		t.Fatalf("the time is %v", i.Time)
	case i.External == "" || i.Source == "" || i.Medium == "":
		t.Fatalf("no identity or medium: %+v", i)
	case len([]rune(i.Title)) > maxTitle || strings.ContainsAny(i.Title, "\n\r\t"):
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

// counting is a sink that only counts.
type counting struct{ records, rejects int }

func (c *counting) Contact(At, Contact) error { c.records++; return nil }

func (c *counting) Interaction(At, Interaction) error { c.records++; return nil }

func (c *counting) Statement(At, Statement) error { c.records++; return nil }

func (c *counting) Praise(At, Praise) error { c.records++; return nil }

func (c *counting) Reject(At, string) error { c.rejects++; return nil }

// unpacked returns a real file of the data sets, decoded.
func unpacked(b testing.TB, name string) []byte {
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
