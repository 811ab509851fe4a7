package formats

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"iter"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/graphfile"
	"gave.network/internal/intake/read/mail"
	"gave.network/internal/intake/read/ties"
)

const (
	// maxSpool is the largest file inside an archive that has to be copied to disk before it can be read.
	maxSpool = 4 << 30
	// maxNested is how deep archives may lie inside one another.
	maxNested = 2
	// maxUnknownFiles is how many files of no known format are reported one by one.
	maxUnknownFiles = 20
)

// Entry is one thing to import: a file, or a folder or archive that one format reads as a whole.
type Entry struct {
	Path   string // as the user named it
	File   string // path inside the folder or archive; "" for a plain file or a whole
	Format *read.Format
	Sure   int   // how sure the format is, 1 to 100
	Size   int64 // decoded bytes; 0 when not known and for a tree
	Files  int   // files of a tree; 0 for a file
	// Fingerprint tells whether this is the same input as one met before: a hash of the format and of the first
	// 64 KiB, or of the names in a tree.
	Fingerprint string

	tree read.Tree                     // for a format that reads it as a whole
	open func() (io.ReadCloser, error) // for a file: decoded, from the start
}

// Name returns the path for people: the named path and the place inside it.
func (e *Entry) Name() string {
	if e.File == "" {
		return e.Path
	}
	return e.Path + "/" + e.File
}

// Read emits the records of the entry into sink. It sets Path, Reader, Size and Line of src, skips to src.Resume, and
// completes At.File of everything that it emits. It may be called more than once, inside the loop that got the entry.
func (e *Entry) Read(ctx context.Context, src *read.Source, sink read.Sink) error {
	src.Path, src.Size = e.Name(), e.Size
	var inside read.Sink = &insideSink{Sink: sink, file: e.File, tree: e.tree != nil}
	if reason := mail.AsideFolder(e.File, true); e.Format.Mail && reason != "" {
		inside = &mail.AsideSink{Sink: inside, Source: src, Reason: reason}
	}
	if e.tree != nil {
		return e.Format.ReadTree(ctx, e.tree, src, inside)
	}
	r, err := e.open()
	if err != nil {
		return err
	}
	defer r.Close()
	if e.Format.OnDisk {
		file, ok := r.(*os.File)
		if !ok {
			spool, err := spooled(e.Name(), r)
			if err != nil {
				return err
			}
			defer os.Remove(spool.Name())
			defer spool.Close()
			file = spool
		}
		info, err := file.Stat()
		if err != nil {
			return unreadable(err, e.Name())
		}
		src.Reader, src.Size = file, info.Size()
		return e.Format.Read(ctx, src, inside)
	}
	line := int64(1)
	if !e.Format.FromStart {
		if line, err = skip(ctx, r, src.Resume); err != nil {
			return err
		}
	}
	src.Reader, src.Line = r, line
	return e.Format.Read(ctx, src, inside)
}

// skip reads over the first n bytes and returns the line that then begins.
func skip(ctx context.Context, r io.Reader, n int64) (int64, error) {
	line := int64(1)
	if n <= 0 {
		return line, nil
	}
	buffer := make([]byte, 256<<10)
	for n > 0 {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		got, err := io.ReadFull(r, buffer[:min(n, int64(len(buffer)))])
		line += int64(bytes.Count(buffer[:got], []byte{'\n'}))
		n -= int64(got)
		if err != nil {
			if err == io.EOF || err == io.ErrUnexpectedEOF {
				return line, nil
			}
			return 0, err
		}
	}
	return line, nil
}

// insideSink puts the place inside the archive before each At.File.
type insideSink struct {
	read.Sink
	file string
	tree bool
}

func (s *insideSink) at(at read.At) read.At {
	switch {
	case at.File == "":
		at.File = s.file
	case s.tree && s.file != "":
		at.File = s.file + "/" + at.File
	}
	return at
}

func (s *insideSink) Contact(at read.At, c read.Contact) error { return s.Sink.Contact(s.at(at), c) }

func (s *insideSink) Interaction(at read.At, i read.Interaction) error {
	return s.Sink.Interaction(s.at(at), i)
}

func (s *insideSink) Statement(at read.At, x read.Statement) error {
	return s.Sink.Statement(s.at(at), x)
}
func (s *insideSink) Praise(at read.At, p read.Praise) error { return s.Sink.Praise(s.at(at), p) }
func (s *insideSink) Tie(at read.At, t read.Tie) error       { return s.Sink.Tie(s.at(at), t) }
func (s *insideSink) Reject(at read.At, reason string) error { return s.Sink.Reject(s.at(at), reason) }

// Open yields what there is to import at a path: a plain file, a .gz or .bz2, a .zip, a .tar (packed or not), or a
// folder with any of these. A folder or archive that one format reads as a whole is one entry. What cannot be used
// is yielded as an error that names the file and says what was expected, and the loop goes on with the next. Entries
// are valid only inside the loop.
func Open(ctx context.Context, path string) iter.Seq2[*Entry, error] {
	return func(yield func(*Entry, error) bool) {
		o := &opener{ctx: ctx, path: path, yield: yield}
		o.start()
		if o.media > 0 && o.entries == 0 && o.unknown == 0 && !o.stopped {
			o.emit(nil, fault.New(fault.Invalid, "%s holds pictures, sound and documents only.", path).
				WithHint("Give the export of the chat or mailbox that they belong to."))
		}
		if more := o.unknown - maxUnknownFiles; more > 0 {
			o.emit(nil,
				fault.New(fault.Invalid, "%s holds %d more files that are in no format that Gave reads.", path, more))
		}
	}
}

// opener walks one path that the user named.
type opener struct {
	ctx     context.Context
	path    string
	yield   func(*Entry, error) bool
	stopped bool
	unknown int // files that no format knows
	entries int // things to import that were found
	media   int // pictures and the like, passed over
}

func (o *opener) emit(e *Entry, err error) {
	if o.stopped {
		return
	}
	if ctxErr := o.ctx.Err(); ctxErr != nil {
		e, err = nil, ctxErr
		o.stopped = true
	}
	if e != nil {
		o.entries++
	}
	if !o.yield(e, err) {
		o.stopped = true
	}
}

func (o *opener) start() {
	info, err := os.Stat(o.path)
	if err != nil {
		o.emit(nil, unreadable(err, o.path))
		return
	}
	if info.IsDir() {
		tree, err := read.OpenFolder(o.path)
		if err != nil {
			o.emit(nil, unreadable(err, o.path))
			return
		}
		defer tree.Close()
		if len(tree.Names()) == 0 {
			o.emit(nil, fault.New(fault.Invalid, "The folder %s holds no files.", o.path))
			return
		}
		o.walk(tree, "", maxNested)
		return
	}
	if !info.Mode().IsRegular() {
		o.emit(nil, fault.New(fault.Invalid, "%s is not a file or folder.", o.path))
		return
	}
	o.file("", maxNested, func() (io.ReadCloser, int64, error) {
		f, err := os.Open(o.path)
		if err != nil {
			return nil, 0, err
		}
		info, err := f.Stat()
		if err != nil {
			f.Close()
			return nil, 0, err
		}
		return f, info.Size(), nil
	})
}

// walk yields a tree as a whole when a format knows it, and else its parts. deeper is how many archives may still be
// opened below.
func (o *opener) walk(tree read.Tree, file string, deeper int) {
	if o.stopped {
		return
	}
	names := tree.Names()
	if known := unreadTree(names); known != nil {
		o.emit(nil, known.fault(o.name(file)))
		return
	}
	if format, sure := DetectTree(names, read.Peeker(tree)); format != nil {
		sum := sha256.New()
		for _, name := range names {
			io.WriteString(sum, name+"\n")
		}
		o.emit(&Entry{
			Path: o.path, File: file, Format: format, Sure: sure, Files: len(names), tree: tree,
			Fingerprint: format.Name + ":" + hex.EncodeToString(sum.Sum(nil)[:16]),
		}, nil)
		return
	}
	grouped := map[string]bool{}
	for _, g := range graphfile.NetworkGroups(names, read.Peeker(tree)) {
		sum := sha256.New()
		for _, name := range g.Names() {
			grouped[name] = true
			io.WriteString(sum, name+"\n")
		}
		o.emit(&Entry{
			Path: o.path, File: path.Join(file, cmp.Or(g.Title, "network")), Format: &graphfile.NetworkTables,
			Sure: 92, Files: len(g.Names()),
			tree:        &read.SubTree{Tree: tree, Below: g.Names()},
			Fingerprint: graphfile.NetworkTables.Name + ":" + hex.EncodeToString(sum.Sum(nil)[:16]),
		}, nil)
	}
	below := map[string][]string{}
	for _, name := range names {
		if folder, rest, deep := strings.Cut(name, "/"); deep {
			below[folder] = append(below[folder], rest)
		}
	}
	for _, name := range names {
		if grouped[name] {
			continue
		}
		folder, _, deep := strings.Cut(name, "/")
		if deep {
			if rest := below[folder]; rest != nil {
				delete(below, folder)
				o.walk(&read.SubTree{Tree: tree, Prefix: folder + "/", Below: rest}, path.Join(file, folder), deeper)
			}
			continue
		}
		o.file(path.Join(file, name), deeper, func() (io.ReadCloser, int64, error) { return tree.Open(name) })
		if o.stopped {
			return
		}
	}
}

func (o *opener) name(file string) string {
	if file == "" {
		return o.path
	}
	return o.path + "/" + file
}

// file yields one file, or what is inside when it is an archive.
func (o *opener) file(file string, deeper int, open func() (io.ReadCloser, int64, error)) {
	if o.stopped {
		return
	}
	name := o.name(file)
	raw, size, err := open()
	if err != nil {
		o.emit(nil, unreadable(err, name))
		return
	}
	head, err := readHead(raw)
	raw.Close()
	if err != nil && len(head) == 0 {
		o.emit(nil, unreadable(err, name))
		return
	}
	if len(head) == 0 {
		o.emit(nil, fault.New(fault.Invalid, "%s is empty.", name))
		return
	}
	if file != "" && documentOfChat(file) {
		o.media++
		return
	}
	packed := packing(head)
	if isArchive(packed) && deeper == 0 {
		o.emit(nil, fault.New(fault.Invalid, "%s is an archive inside an archive inside an archive.", name).
			WithHint("Unpack it yourself and import the unpacked folder."))
		return
	}
	if packed == "zip" {
		o.zip(file, deeper, open)
		return
	}
	layer := packed
	decoded := func() (io.ReadCloser, error) { return unpack(name, layer, open) }
	if packed != "" && packed != "tar" {
		size = 0
		r, err := decoded()
		if err != nil {
			o.emit(nil, err)
			return
		}
		head, err = readHead(r)
		r.Close()
		if len(head) == 0 {
			if err == nil {
				err = fault.New(fault.Invalid, "%s is empty.", name)
			}
			o.emit(nil, err)
			return
		}
		inner := packing(head)
		if inner != "" && inner != "tar" {
			o.emit(nil, fault.New(fault.Invalid, "%s is packed more than once.", name).
				WithHint("Unpack it yourself and import the unpacked folder."))
			return
		}
		packed = inner
	}
	if packed == "tar" {
		tree, err := read.OpenTar(name, decoded)
		if err != nil {
			o.emit(nil, err)
			return
		}
		defer tree.Close()
		o.inside(tree, tree.Names(), file, deeper)
		return
	}
	binary := ties.Parquet.Detect(head, "") > 0 // whose bytes are no text, whatever they look like
	if text := read.TextEncoding(head); text != nil && !binary {
		bytesOf := decoded
		size = 0
		decoded = func() (io.ReadCloser, error) {
			r, err := bytesOf()
			if err != nil {
				return nil, err
			}
			return readCloser{text.NewDecoder().Reader(r), r}, nil
		}
		head, _ = text.NewDecoder().Bytes(head[:len(head)&^1])
		if len(head) == 0 {
			o.emit(nil, fault.New(fault.Invalid, "%s is empty.", name))
			return
		}
	}
	if !binary && bytes.IndexByte(head, '\r') >= 0 && bytes.IndexByte(head, '\n') < 0 {
		bytesOf := decoded
		decoded = func() (io.ReadCloser, error) {
			r, err := bytesOf()
			if err != nil {
				return nil, err
			}
			return readCloser{lineEnds{r}, r}, nil
		}
		head = bytes.ReplaceAll(head, []byte{'\r'}, []byte{'\n'})
	}
	format, sure := Detect(head, path.Base(filepath.ToSlash(name)))
	if format == nil && o.accompanies(file, head) {
		o.media++
		return
	}
	if format == nil {
		if o.unknown++; o.unknown <= maxUnknownFiles {
			o.emit(nil, unknown(name, head))
		}
		return
	}
	sum := sha256.Sum256(head)
	o.emit(&Entry{
		Path: o.path, File: file, Format: format, Sure: sure, Size: size, open: decoded,
		Fingerprint: format.Name + ":" + hex.EncodeToString(sum[:16]),
	}, nil)
}

// inside walks an opened archive.
func (o *opener) inside(tree read.Tree, names []string, file string, deeper int) {
	if len(names) == 0 {
		o.emit(nil, fault.New(fault.Invalid, "The archive %s holds no files.", o.name(file)))
		return
	}
	o.walk(tree, file, deeper-1)
}

// zip opens a zip in place, or by way of a temporary file when it lies inside another archive.
func (o *opener) zip(file string, deeper int, open func() (io.ReadCloser, int64, error)) {
	name := o.name(file)
	raw, size, err := open()
	if err != nil {
		o.emit(nil, unreadable(err, name))
		return
	}
	defer raw.Close()
	at, ok := raw.(io.ReaderAt)
	if !ok {
		spool, err := spooled(name, raw)
		if err != nil {
			o.emit(nil, err)
			return
		}
		defer os.Remove(spool.Name())
		defer spool.Close()
		info, err := spool.Stat()
		if err != nil {
			o.emit(nil, unreadable(err, name))
			return
		}
		at, size = spool, info.Size()
	}
	tree, err := read.OpenZip(name, at, size)
	if err != nil {
		o.emit(nil, err)
		return
	}
	o.inside(tree, tree.Names(), file, deeper)
}

// spooled copies what lies inside an archive to a temporary file, which the caller closes and removes.
func spooled(name string, r io.Reader) (*os.File, error) {
	spool, err := os.CreateTemp("", "gave-*")
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "There is no room to unpack %s.", name)
	}
	size, err := io.Copy(spool, io.LimitReader(r, maxSpool+1))
	switch {
	case err != nil:
		err = unreadable(err, name)
	case size > maxSpool:
		err = fault.New(fault.TooLarge, "%s is too large to be read inside another archive.", name).
			WithHint("Unpack the outer archive yourself and import the unpacked folder.")
	}
	if err != nil {
		spool.Close()
		os.Remove(spool.Name())
		return nil, err
	}
	return spool, nil
}

// readCloser reads from one and closes the other.
type readCloser struct {
	io.Reader
	io.Closer
}

// lineEnds turns the line ends of a text of old Macs, which are carriage returns alone, into those of today.
type lineEnds struct{ io.Reader }

func (l lineEnds) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	for i, c := range p[:n] {
		if c == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// counter counts the packed bytes that were read.
type counter struct {
	io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

// unpack opens the decoded stream of a file that is packed as told: "gz", "bz2", or "" and "tar" for not at all.
func unpack(name, packed string, open func() (io.ReadCloser, int64, error)) (io.ReadCloser, error) {
	raw, _, err := open()
	if err != nil {
		return nil, unreadable(err, name)
	}
	count := &counter{Reader: raw}
	var r io.Reader
	switch packed {
	case "", "tar":
		return raw, nil
	case "gz":
		r, err = gzip.NewReader(bufio.NewReaderSize(count, 64<<10))
	case "bz2":
		r = bzip2.NewReader(count)
	default:
		err = fault.New(fault.Invalid, "%s is packed as %s, which Gave does not unpack.", name, packed).
			WithHint("Unpack it yourself and import what is inside.")
	}
	if err != nil {
		raw.Close()
		if fault.CodeOf(err) == fault.Internal {
			err = read.Damaged(err, name)
		}
		return nil, err
	}
	return readCloser{&read.Guard{Reader: r, Path: name, Packed: func() int64 { return count.n }}, raw}, nil
}

// readHead reads up to read.HeadSize bytes; a short file is no error.
func readHead(r io.Reader) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r, read.HeadSize))
}

// packing names how a file is packed, "" when it is not.
func packing(head []byte) string {
	for _, m := range []struct{ magic, name string }{
		{"\x1f\x8b", "gz"},
		{"PK\x03\x04", "zip"},
		{"PK\x05\x06", "zip"},
		{"BZh", "bz2"},
		{"\xfd7zXZ\x00", "xz"},
		{"\x28\xb5\x2f\xfd", "zstd"},
		{"7z\xbc\xaf\x27\x1c", "7z"},
		{"Rar!\x1a\x07", "rar"},
	} {
		if bytes.HasPrefix(head, []byte(m.magic)) {
			// A text may begin with these three letters.
			if m.name == "bz2" && (len(head) < 4 || head[3] < '1' || head[3] > '9') {
				continue
			}
			return m.name
		}
	}
	if len(head) > 262 && string(head[257:262]) == "ustar" {
		return "tar"
	}
	return ""
}

func isArchive(packed string) bool { return packed == "zip" || packed == "tar" }

// unknown says that no format knows the file, what it looks like, and what would do.
func unknown(name string, head []byte) error {
	if export := exportOf(name, head); export != nil {
		return fault.New(fault.Invalid, export.what, name).WithHint(export.instead)
	}
	if known := unreadFile(name, head); known != nil {
		return known.fault(name)
	}
	kind, _, _ := strings.Cut(http.DetectContentType(head), ";")
	hint := "Gave reads mail, calendars, contacts, chats, networks and the exports of other programs: see gave " +
		"import --help."
	if kind == "text/plain" {
		hint = "A list of people needs a first row with names of columns, such as name, email, phone; a network two " +
			"names in each row."
	}
	return fault.New(fault.Invalid, "%s is in no format that Gave reads; it looks like %s.", name, kind).WithHint(hint)
}

func unreadable(err error, name string) error {
	if fault.CodeOf(err) != fault.Internal || errors.Is(err, context.Canceled) ||
		errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fault.Wrap(err, fault.NotFound, "There is no file or folder %s.", name)
	}
	return fault.Wrap(err, fault.Invalid, "%s cannot be read.", name).
		WithHint("Check that you have the right to read it.")
}
