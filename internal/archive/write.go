package archive

import (
	"archive/zip"
	"bufio"
	"compress/flate"
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
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/progress"
	"gave.network/internal/safefile"
)

// Source is what a backup is made of.
type Source struct {
	DB *db.DB
	// Data is the data directory, in which the shared files lie.
	Data string
	// Files lists the shared files that rows point to: where each lies in the data directory, and the SHA-256 of its
	// content.
	Files func(ctx context.Context, q db.Queryer) ([]SharedFile, error)
	// People counts the people in it, which is less than the rows that speak of them: several may be one.
	People func(ctx context.Context, q db.Queryer) (int64, error)
	// Program is the version of Gave.
	Program string
}

// SharedFile is a file in the data directory that rows point to.
type SharedFile struct {
	Name   string // with slashes, within the data directory
	SHA256 string
}

// errVanished says that a shared file went while the backup was made, together with its row.
var errVanished = errors.New("a shared file was taken back")

// Write makes a backup: one state of the database, while others go on writing. The file comes to be at path only when
// all of it is on the disk and was read back; a file that is there is not written over. Nobody but its owner may read
// it.
func Write(ctx context.Context, source Source, path string) (Manifest, error) {
	if _, err := os.Lstat(path); err == nil {
		return Manifest{}, fault.New(fault.Conflict, "The file %s is already there.", path).
			WithHint("Choose a new name for the backup.")
	}
	for {
		m, err := attempt(ctx, source, path)
		if !errors.Is(err, errVanished) {
			return m, err
		}
	}
}

func attempt(ctx context.Context, source Source, path string) (Manifest, error) {
	file, err := safefile.Create(path)
	if err != nil {
		return Manifest{}, writeFault(err, path)
	}
	defer file.Discard() // does nothing after Commit; what cannot be removed now, the next backup sweeps
	m, err := writeAll(ctx, source, file)
	if err != nil {
		return m, writeFault(err, path)
	}
	if err := file.Sync(); err != nil {
		return m, writeFault(err, path)
	}
	if err := verify(ctx, file.Name(), m); err != nil {
		return m, err
	}
	err = file.Commit(false)
	if errors.Is(err, fs.ErrExist) {
		return m, fault.New(fault.Conflict, "The file %s is already there.", path).
			WithHint("Choose a new name for the backup.")
	}
	return m, writeFault(err, path)
}

// verify reads a backup as a restore would.
func verify(ctx context.Context, name string, want Manifest) error {
	a, err := Open(ctx, name)
	if err != nil {
		return unreliable(ctx, err)
	}
	defer a.Close()
	if err := a.Verify(ctx); err != nil {
		return unreliable(ctx, err)
	}
	if len(a.Manifest.Tables) != len(want.Tables) || len(a.Manifest.Files) != len(want.Files) {
		return unreliable(ctx, errors.New("the manifest differs"))
	}
	return nil
}

func unreliable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fault.Wrap(err, fault.Unavailable, "What was written of the backup cannot be read back.").
		WithHint("Check the disk, or write to another one.")
}

// writeFault gives words to an error of writing. Faults and cancellations pass unchanged.
func writeFault(err error, path string) error {
	var known *fault.Error
	switch {
	case err == nil, errors.Is(err, errVanished), errors.Is(err, context.Canceled),
		errors.Is(err, context.DeadlineExceeded), errors.As(err, &known):
		return err
	case safefile.Full(err):
		return fault.Wrap(err, fault.Unavailable, "The disk is full.").
			WithHint("Free some space and try again; what was confirmed is safe.")
	}
	return fault.Wrap(err, fault.Unavailable, "The file %s cannot be written.", path).
		WithHint("Check that its folder exists and that you may write to it.")
}

func writeAll(ctx context.Context, source Source, file *safefile.File) (m Manifest, err error) {
	// One goroutine reads and encodes rows, another compresses and writes them.
	buffered := bufio.NewWriterSize(file, 1<<20)
	seal := &sealed{w: buffered, sum: sha256.New()}
	z := zip.NewWriter(seal)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestSpeed)
	})
	m = Manifest{
		Format: Format, Program: source.Program, Database: string(source.DB.Dialect),
		Made: time.Now().UTC().Truncate(time.Second), Tables: []Part{}, Files: []Part{},
	}
	err = source.DB.Read(ctx, func(tx *db.Tx) error {
		var err error
		if m.Version, err = tx.Version(ctx); err != nil {
			return err
		}
		if m.People, err = source.People(ctx, tx); err != nil {
			return err
		}
		if err := writeFiles(ctx, source, tx, z, &m); err != nil {
			return err
		}
		tables, err := db.Tables(ctx, tx)
		if err != nil {
			return err
		}
		for i, t := range tables {
			progress.Report(ctx, int64(i), int64(len(tables)), t.Name)
			part, err := writeTable(ctx, tx, z, t, m.Made)
			if err != nil {
				return err
			}
			m.Tables = append(m.Tables, part)
		}
		return nil
	})
	if err != nil {
		return m, err
	}
	w, err := create(z, manifestName, m.Made)
	if err != nil {
		return m, err
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "\t")
	if err := encoder.Encode(m); err != nil {
		return m, err
	}
	if err := z.SetComment(sealText + strings.Repeat("0", sealSize)); err != nil {
		return m, err
	}
	if err := z.Close(); err != nil {
		return m, err
	}
	// The zeros at the end are still held back: the digest goes in their place.
	if _, err := buffered.WriteString(hex.EncodeToString(seal.sum.Sum(nil))); err != nil {
		return m, err
	}
	return m, buffered.Flush()
}

// sealed sums all that passes, but holds the last bytes back, where the sum will stand.
type sealed struct {
	w    io.Writer
	sum  hash.Hash
	held []byte
}

func (s *sealed) Write(p []byte) (int, error) {
	s.held = append(s.held, p...)
	if pass := len(s.held) - sealSize; pass > 0 {
		s.sum.Write(s.held[:pass])
		if _, err := s.w.Write(s.held[:pass]); err != nil {
			return 0, err
		}
		s.held = append(s.held[:0], s.held[pass:]...)
	}
	return len(p), nil
}

func create(z *zip.Writer, name string, made time.Time) (io.Writer, error) {
	header := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: made}
	header.SetMode(0o600)
	return z.CreateHeader(header)
}

func writeTable(ctx context.Context, tx *db.Tx, z *zip.Writer, t db.Table, made time.Time) (Part, error) {
	w, err := create(z, tableFolder+t.Name+tableEnding, made)
	if err != nil {
		return Part{}, err
	}
	part := Part{Name: t.Name, Columns: t.Columns}
	ahead := newAhead(w)
	block := ahead.block()
	for row, err := range db.EachRow(ctx, tx, t) {
		if err != nil {
			ahead.close(nil)
			return part, err
		}
		block = appendRow(block, t.Columns, row)
		part.Rows++
		if len(block) >= blockSize {
			if block, err = ahead.write(block); err != nil {
				ahead.close(nil)
				return part, err
			}
		}
	}
	if err := ahead.close(block); err != nil {
		return part, err
	}
	part.Bytes, part.SHA256 = ahead.n, hex.EncodeToString(ahead.sum.Sum(nil))
	return part, nil
}

// ahead writes blocks in a goroutine of its own, so that rows are read while others are compressed.
type ahead struct {
	w      io.Writer
	sum    hash.Hash
	n      int64
	full   chan []byte
	empty  chan []byte
	failed error // read after done
	done   chan struct{}
}

const blockSize = 256 << 10

func newAhead(w io.Writer) *ahead {
	const blocks = 4
	a := &ahead{
		w: w, sum: sha256.New(), full: make(chan []byte, blocks), empty: make(chan []byte, blocks),
		done: make(chan struct{}),
	}
	for range blocks {
		a.empty <- make([]byte, 0, blockSize+blockSize/4)
	}
	go func() {
		defer close(a.done)
		for block := range a.full {
			if a.failed == nil {
				a.sum.Write(block)
				a.n += int64(len(block))
				_, a.failed = a.w.Write(block)
			}
			if a.failed != nil {
				return
			}
			a.empty <- block[:0]
		}
	}()
	return a
}

func (a *ahead) block() []byte { return <-a.empty }

// write hands a block over and returns an empty one.
func (a *ahead) write(block []byte) ([]byte, error) {
	select {
	case a.full <- block:
	case <-a.done:
		return nil, a.failed
	}
	select {
	case next := <-a.empty:
		return next, nil
	case <-a.done:
		return nil, a.failed
	}
}

func (a *ahead) close(last []byte) error {
	if len(last) > 0 {
		if _, err := a.write(last); err != nil {
			return err
		}
	}
	close(a.full)
	<-a.done
	return a.failed
}

func writeFiles(ctx context.Context, source Source, tx *db.Tx, z *zip.Writer, m *Manifest) error {
	files, err := source.Files(ctx, tx)
	if err != nil {
		return err
	}
	slices.SortFunc(files, func(a, b SharedFile) int { return strings.Compare(a.Name, b.Name) })
	for _, f := range slices.CompactFunc(files, func(a, b SharedFile) bool { return a.Name == b.Name }) {
		sound, err := f.Check(ctx, source.Data)
		if err != nil {
			return err
		}
		if !sound {
			if gone, err := vanished(ctx, source, f); err != nil || gone {
				return errors.Join(err, errVanished)
			}
			m.Missing = append(m.Missing, f.Name)
			continue
		}
		part, err := writeFile(ctx, source, z, f, m.Made)
		if err != nil {
			return err
		}
		m.Files = append(m.Files, part)
	}
	return nil
}

// vanished says whether no row points to a file any longer.
func vanished(ctx context.Context, source Source, f SharedFile) (bool, error) {
	now, err := source.Files(ctx, source.DB)
	return err == nil && !slices.ContainsFunc(now, func(o SharedFile) bool { return o.Name == f.Name }), err
}

// Check reads a shared file and says whether it is there with the content that it should have.
func (f SharedFile) Check(ctx context.Context, data string) (bool, error) {
	file, err := os.Open(filepath.Join(data, filepath.FromSlash(f.Name)))
	if err != nil {
		return false, nil //nolint:nilerr // not there, or not readable: the answer
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, &watched{file, ctx}); err != nil {
		return false, ctx.Err()
	}
	return hex.EncodeToString(sum.Sum(nil)) == f.SHA256, nil
}

func writeFile(ctx context.Context, source Source, z *zip.Writer, f SharedFile, made time.Time) (Part, error) {
	file, err := os.Open(filepath.Join(source.Data, filepath.FromSlash(f.Name)))
	if err != nil {
		return Part{}, errVanished // it was there a moment ago
	}
	defer file.Close()
	w, err := create(z, fileFolder+f.Name, made)
	if err != nil {
		return Part{}, err
	}
	n, err := io.Copy(w, &watched{file, ctx})
	return Part{Name: f.Name, Bytes: n, SHA256: f.SHA256}, err
}

// dated are the names that Keep gives, and the only ones that it removes.
var dated = regexp.MustCompile(`^gave-\d{4}-\d{2}-\d{2}-\d{6}(-\d+)?\.zip$`)

// Keep makes a backup with the moment in its name in a folder, and removes the oldest of that kind, so that n are left.
// It removes only after the new one is whole.
func Keep(
	ctx context.Context, source Source, dir string, n int,
) (path string, m Manifest, removed []string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", m, nil, writeFault(err, dir)
	}
	if err := safefile.Sweep(dir, "gave-"); err != nil {
		return "", m, nil, writeFault(err, dir)
	}
	stem := filepath.Join(dir, "gave-"+time.Now().UTC().Format("2006-01-02-150405"))
	for again := 1; ; again++ {
		path = stem + ".zip"
		if again > 1 {
			path = fmt.Sprintf("%s-%02d.zip", stem, again)
		}
		if m, err = Write(ctx, source, path); fault.CodeOf(err) != fault.Conflict {
			break
		}
	}
	if err != nil {
		return "", m, nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return path, m, nil, writeFault(err, dir)
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() && dated.MatchString(e.Name()) && e.Name() != filepath.Base(path) {
			names = append(names, e.Name())
		}
	}
	// The newest first. Without the ending, since a second one within the same second has more in its name.
	slices.SortFunc(names, func(a, b string) int {
		return strings.Compare(strings.TrimSuffix(b, ".zip"), strings.TrimSuffix(a, ".zip"))
	})
	for _, name := range names[min(n-1, len(names)):] {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			return path, m, removed, writeFault(err, filepath.Join(dir, name))
		}
		removed = append(removed, filepath.Join(dir, name))
	}
	return path, m, removed, nil
}
