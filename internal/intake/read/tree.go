package read

import (
	"archive/tar"
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"gave.network/internal/fault"
)

// Tree is a folder, zip or tar: files by name.
type Tree interface {
	// Names returns the regular files, slash-separated and without "..", in the order in which they are cheapest to
	// read.
	Names() []string
	// Open opens a file of Names. The size is that of the decoded file, 0 when it is not known. Only one file may be
	// open at a time, and the bytes are as they are stored (a byte order mark is still there).
	Open(name string) (io.ReadCloser, int64, error)
}

// HeadSize is how much of a file is looked at to tell its format.
const HeadSize = 64 << 10

const (
	// maxFiles is the most files that a folder or archive may hold.
	maxFiles = 2_000_000
	// maxRatio is the most that a file may grow when unpacked, once it is larger than bombFrom bytes. Mail and
	// tables shrink 3 to 20 times; deflate cannot exceed 1,032.
	maxRatio = 250
	bombFrom = 64 << 20
	// maxDecoded is the most bytes that one packed file may unpack to.
	maxDecoded = 256 << 30
)

// folderTree is a folder on disk. It cannot be left through symbolic links.
type folderTree struct {
	root  *os.Root
	names []string
}

// OpenFolder lists a folder and everything below it. Links to folders are not followed; links to files are when they
// stay inside. Hidden files and folders are left out, except the dotted folders of Maildir++.
func OpenFolder(dir string) (*folderTree, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	t := &folderTree{root: root}
	err = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			if name == "." {
				return err
			}
			// The folder cannot be listed: opening it later reports why.
			t.names = append(t.names, name)
			return nil
		}
		if d.IsDir() {
			if name != "." && strings.HasPrefix(d.Name(), ".") && !t.isMaildir(name) {
				return fs.SkipDir
			}
			return nil
		}
		if ignoredName(d.Name()) {
			return nil
		}
		if kind := d.Type(); !kind.IsRegular() && kind&fs.ModeSymlink == 0 {
			return nil
		}
		if len(t.names) >= maxFiles {
			return fault.New(fault.TooLarge, "%s holds more than %d files.", dir, maxFiles)
		}
		t.names = append(t.names, name)
		return nil
	})
	if err != nil {
		root.Close()
		return nil, err
	}
	return t, nil
}

func (t *folderTree) isMaildir(name string) bool {
	info, err := t.root.Stat(path.Join(name, "cur"))
	return err == nil && info.IsDir()
}

func (t *folderTree) Names() []string { return t.names }

func (t *folderTree) Open(name string) (io.ReadCloser, int64, error) {
	// Looked at before it is opened, because opening a pipe would wait for ever.
	info, err := t.root.Stat(name)
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() {
		return nil, 0, errors.New("not a regular file")
	}
	file, err := t.root.Open(name)
	if err != nil {
		return nil, 0, err
	}
	return file, info.Size(), nil
}

func (t *folderTree) Close() error { return t.root.Close() }

// ignoredName says that a file is housekeeping of a system or mail program.
func ignoredName(base string) bool {
	if strings.HasPrefix(base, ".") || strings.HasPrefix(base, "dovecot") || strings.HasPrefix(base, "maildir") {
		return true
	}
	switch strings.ToLower(base) {
	case "thumbs.db", "desktop.ini", "subscriptions", "courierimapkeywords":
		return true
	case "_success", "_metadata", "_common_metadata": // beside the parts of a table that Spark wrote
		return true
	}
	switch strings.ToLower(path.Ext(base)) {
	case ".msf", ".lock", ".photo":
		return true
	}
	return false
}

// archiveNames turns the names of an archive into clean relative ones that are unique.
type archiveNames struct {
	seen  map[string]bool
	names []string
}

// add returns the clean form of a name, "" when the file is not wanted.
func (a *archiveNames) add(name string) string {
	name = strings.ReplaceAll(name, "\\", "/")
	clean := strings.TrimPrefix(path.Clean("/"+strings.TrimSpace(name)), "/")
	if clean == "" || strings.HasPrefix(clean, "__MACOSX/") || ignoredName(path.Base(clean)) {
		return ""
	}
	if a.seen == nil {
		a.seen = map[string]bool{}
	}
	unique := clean
	for i := 2; a.seen[unique]; i++ {
		unique = fmt.Sprintf("%s#%d", clean, i)
	}
	a.seen[unique] = true
	a.names = append(a.names, unique)
	return unique
}

// zipTree is a zip archive.
type zipTree struct {
	path  string
	names []string
	files map[string]*zip.File
}

// OpenZip lists a zip archive.
func OpenZip(path string, r io.ReaderAt, size int64) (*zipTree, error) {
	if n := zipEntries(r, size); n > maxFiles {
		return nil, fault.New(fault.TooLarge, "%s holds more than %d files.", path, maxFiles)
	}
	archive, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, fault.Wrap(err, fault.Invalid, "%s is a damaged or incomplete zip file.", path).
			WithHint("Download or copy it again.")
	}
	t := &zipTree{path: path, files: map[string]*zip.File{}}
	var names archiveNames
	var total uint64
	for _, file := range archive.File {
		if !file.Mode().IsRegular() {
			continue
		}
		if name := names.add(file.Name); name != "" {
			t.files[name] = file
			total += file.UncompressedSize64
		}
	}
	// Files that overlap in the archive make bombs far beyond the ratio of each of them.
	if total > bombFrom && total/maxRatio > uint64(size) {
		return nil, bomb(path)
	}
	t.names = names.names
	return t, nil
}

// zipEntries reads the number of files from the end of a zip, so that a hostile list is not loaded; 0 when not found.
func zipEntries(r io.ReaderAt, size int64) uint64 {
	tail := make([]byte, min(size, 65557))
	if n, err := r.ReadAt(tail, size-int64(len(tail))); n < len(tail) && err != nil {
		return 0
	}
	end := strings.LastIndex(string(tail), "PK\x05\x06")
	if end < 0 || end+22 > len(tail) {
		return 0
	}
	// The list takes at least 46 bytes a file, whatever the count says.
	list := uint64(tail[end+12]) | uint64(tail[end+13])<<8 | uint64(tail[end+14])<<16 | uint64(tail[end+15])<<24
	return list / 46
}

func (t *zipTree) Names() []string { return t.names }

func (t *zipTree) Open(name string) (io.ReadCloser, int64, error) {
	file, ok := t.files[name]
	if !ok {
		return nil, 0, fs.ErrNotExist
	}
	full := t.path + "/" + name
	if file.Flags&1 != 0 {
		return nil, 0, fault.New(fault.Invalid, "%s is protected by a password.", full).
			WithHint("Unpack it yourself and import the unpacked folder.")
	}
	r, err := file.Open()
	if err != nil {
		return nil, 0, fault.Wrap(err, fault.Invalid, "%s is packed in a way that Gave cannot unpack.", full).
			WithHint("Unpack it yourself and import the unpacked folder.")
	}
	packed := int64(file.CompressedSize64)
	guarded := &Guard{Reader: r, Path: full, Packed: func() int64 { return packed }}
	return struct {
		io.Reader
		io.Closer
	}{guarded, r}, int64(file.UncompressedSize64), nil
}

// tarTree is a tar archive, packed or not. It can only be read forwards: a file that lies before the last one opened
// costs a new start.
type tarTree struct {
	path   string
	names  []string
	sizes  map[string]int64
	begin  func() (io.ReadCloser, error)
	stream io.ReadCloser
	reader *tar.Reader
	order  map[string]int // place among the wanted files
	next   int            // place of the next wanted file in the stream
}

// OpenTar lists a tar; begin opens its unpacked stream from the start.
func OpenTar(path string, begin func() (io.ReadCloser, error)) (*tarTree, error) {
	t := &tarTree{path: path, begin: begin, sizes: map[string]int64{}, order: map[string]int{}}
	stream, err := begin()
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	var names archiveNames
	reader := tar.NewReader(stream)
	for {
		header, err := reader.Next()
		if err == io.EOF {
			break
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			// What comes before the damage is still good.
			if len(names.names) == 0 {
				return nil, Damaged(err, path)
			}
			break
		}
		if name := wantedTar(header, &names); name != "" {
			t.order[name] = len(t.order)
			t.sizes[name] = header.Size
		}
		if len(names.names) > maxFiles {
			return nil, fault.New(fault.TooLarge, "%s holds more than %d files.", path, maxFiles)
		}
	}
	t.names = names.names
	return t, nil
}

func wantedTar(header *tar.Header, names *archiveNames) string {
	if header.Typeflag != tar.TypeReg {
		return ""
	}
	// A file with holes in it can claim any size and take no room; no mail or table has holes.
	for key := range header.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return ""
		}
	}
	return names.add(header.Name)
}

func (t *tarTree) Names() []string { return t.names }

func (t *tarTree) Open(name string) (io.ReadCloser, int64, error) {
	place, ok := t.order[name]
	if !ok {
		return nil, 0, fs.ErrNotExist
	}
	if t.stream == nil || place < t.next {
		t.Close()
		stream, err := t.begin()
		if err != nil {
			return nil, 0, err
		}
		t.stream, t.reader, t.next = stream, tar.NewReader(stream), 0
	}
	var scratch archiveNames
	for {
		header, err := t.reader.Next()
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return nil, 0, Damaged(err, t.path)
		}
		if wantedTar(header, &scratch) == "" {
			continue
		}
		t.next++
		if t.next > place {
			return io.NopCloser(t.reader), t.sizes[name], nil
		}
	}
}

func (t *tarTree) Close() error {
	if t.stream == nil {
		return nil
	}
	err := t.stream.Close()
	t.stream = nil
	return err
}

// SubTree is the part of a tree below a folder.
type SubTree struct {
	Tree
	Prefix string   // ends with a slash
	Below  []string // its files, without the prefix
}

func (t *SubTree) Names() []string { return t.Below }

func (t *SubTree) Open(name string) (io.ReadCloser, int64, error) {
	return t.Tree.Open(t.Prefix + name)
}

// Guard stops the unpacking of a bomb and names the file in every error.
type Guard struct {
	io.Reader
	Path    string
	Packed  func() int64 // packed bytes read so far, or in all
	decoded int64
}

func (g *Guard) Read(p []byte) (int, error) {
	n, err := g.Reader.Read(p)
	g.decoded += int64(n)
	if g.decoded > bombFrom && (g.decoded/maxRatio > g.Packed() || g.decoded > maxDecoded) {
		return 0, bomb(g.Path)
	}
	if err != nil && err != io.EOF && fault.CodeOf(err) == fault.Internal {
		err = Damaged(err, g.Path)
	}
	return n, err
}

func bomb(path string) error {
	return fault.New(fault.TooLarge, "%s grows more than %d times when it is unpacked and looks like a zip bomb.",
		path, maxRatio).
		WithHint("Unpack it yourself and import the unpacked folder when you trust it.")
}

// Damaged is the fault of a file that cannot be read to its end.
func Damaged(err error, path string) error {
	return fault.Wrap(err, fault.Invalid, "%s is damaged or incomplete.", path).
		WithHint("What comes before the damage is used; download or copy the file again for the rest.")
}

// Peeker returns a function that reads the head of a named file and remembers the last few.
func Peeker(tree Tree) func(string) []byte {
	seen := map[string][]byte{}
	return func(name string) []byte {
		if head, ok := seen[name]; ok {
			return head
		}
		r, _, err := tree.Open(name)
		if err != nil {
			return nil
		}
		defer r.Close()
		head, _ := io.ReadAll(io.LimitReader(r, HeadSize))
		if len(seen) < 64 {
			seen[name] = head
		}
		return head
	}
}
