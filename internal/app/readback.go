package app

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/intake"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/tie"
)

// The parts of an export with files: a folder, or a zip of one.
const (
	exportName = "gave-export.json"
	filesName  = "files" // below it a file for each digest
)

// ExportFiles writes an export with the shared files of the viewer: into a zip when the name ends so, else into a new
// folder.
func (a *App) ExportFiles(ctx context.Context, v op.Viewer, to string, e Export) error {
	digests, err := a.Give.Digests(ctx, v)
	if err != nil {
		return err
	}
	if e.Person != "" {
		digests = nil
	}
	if _, err := os.Lstat(to); err == nil {
		return fault.New(fault.Conflict, "The file %s exists already.", to).
			WithHint("Choose another name: nothing is written over.")
	}
	temporary := to + ".part"
	if strings.HasSuffix(strings.ToLower(to), ".zip") {
		err = a.exportZip(ctx, v, temporary, e, digests)
	} else {
		err = a.exportFolder(ctx, v, temporary, e, digests)
	}
	if err == nil {
		if err = os.Rename(temporary, to); err == nil {
			return nil
		}
	}
	os.RemoveAll(temporary)
	var known *fault.Error
	if errors.As(err, &known) {
		return err
	}
	return fault.Wrap(err, fault.Unavailable, "The file %s cannot be written.", to)
}

func (a *App) exportZip(ctx context.Context, v op.Viewer, to string, e Export, digests []string) error {
	file, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	archive := zip.NewWriter(file)
	if err := a.exportParts(ctx, v, e, digests, archive.Create); err != nil {
		return err
	}
	return errors.Join(archive.Close(), file.Sync(), file.Close())
}

func (a *App) exportFolder(ctx context.Context, v op.Viewer, to string, e Export, digests []string) error {
	if err := os.MkdirAll(filepath.Join(to, filesName), 0o700); err != nil {
		return err
	}
	var open *os.File
	shut := func() error {
		if open == nil {
			return nil
		}
		last := open
		open = nil
		return errors.Join(last.Sync(), last.Close())
	}
	defer shut() // after an error; the last one is shut below
	if err := a.exportParts(ctx, v, e, digests, func(name string) (io.Writer, error) {
		if err := shut(); err != nil {
			return nil, err
		}
		var err error
		open, err = os.OpenFile(filepath.Join(to, filepath.FromSlash(name)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		return open, err
	}); err != nil {
		return err
	}
	return shut()
}

// exportParts writes the parts of an export one after another.
func (a *App) exportParts(
	ctx context.Context, v op.Viewer, e Export, digests []string, create func(name string) (io.Writer, error),
) error {
	part, err := create(exportName)
	if err != nil {
		return err
	}
	if err := a.ExportWith(ctx, v, part, e); err != nil {
		return err
	}
	for _, digest := range digests {
		if err := a.exportFile(digest, create); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) exportFile(digest string, create func(name string) (io.Writer, error)) error {
	from, err := a.Give.Stored(digest)
	if err != nil {
		return err
	}
	defer from.Close()
	part, err := create(filesName + "/" + digest)
	if err != nil {
		return err
	}
	_, err = io.Copy(part, from)
	return err
}

// IsExport says whether a file or folder is an export of Gave itself, from its beginning.
func IsExport(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	if info.IsDir() {
		inside, err := os.Stat(filepath.Join(path, exportName))
		return err == nil && !inside.IsDir()
	}
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	head := make([]byte, 64)
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false
	}
	head = head[:n]
	if bytes.HasPrefix(head, []byte("PK")) {
		archive, err := zip.NewReader(file, info.Size())
		return err == nil && len(archive.File) > 0 && archive.File[0].Name == exportName
	}
	return bytes.Contains(head, []byte(`"format": "gave-export-`))
}

// ReadBack reads an export of Gave into an empty network, which is then equal to the one that was exported: the same
// people, under the same ids, and the same ties to the last bit.
func (a *App) ReadBack(ctx context.Context, v op.Viewer, path string) (intake.Counts, error) {
	info, err := os.Stat(path)
	if err != nil {
		return intake.Counts{}, fault.Wrap(err, fault.NotFound, "The file %s cannot be read.", path)
	}
	files, main := fs.FS(nil), io.ReadCloser(nil)
	switch {
	case info.IsDir():
		files = os.DirFS(path)
	default:
		if archive, err := zip.OpenReader(path); err == nil {
			defer archive.Close()
			files = archive
		}
	}
	if files != nil {
		main, err = files.Open(exportName)
	} else {
		main, err = os.Open(path)
	}
	if err != nil {
		return intake.Counts{}, fault.Wrap(err, fault.Invalid, "%s is not a whole export of Gave.", path)
	}
	defer main.Close()
	var r reader
	tried := false
	if err := a.DB.Write(ctx, func(tx *db.Tx) error {
		if tried { // what was read of the file is read
			return fault.New(fault.Unavailable, "The database is locked by another program.").
				WithHint("Wait until that program is done, or stop it, and try again.")
		}
		tried = true
		r = reader{App: a, v: v, path: path, tables: room.Tables(a.Rooms), tx: tx}
		return r.read(ctx, main)
	}); err != nil {
		return intake.Counts{}, err
	}
	if !r.self.IsZero() {
		if err := a.Account.SetPerson(ctx, v, r.self); err != nil {
			return intake.Counts{}, err
		}
	}
	if len(r.members) > 0 { // whom the others see is made anew
		if err := a.DB.Write(ctx, func(tx *db.Tx) error {
			return a.Account.SeatMembers(ctx, tx, v.Space, v.Member)
		}); err != nil {
			return intake.Counts{}, err
		}
	}
	// Who was a member where it was written may be none here: what was kept beside them is theirs then.
	if err := a.DB.Write(ctx, func(tx *db.Tx) error { return people.AdoptAll(ctx, tx, v) }); err != nil {
		return intake.Counts{}, err
	}
	if files != nil {
		if err := a.readFiles(files); err != nil {
			return intake.Counts{}, err
		}
	}
	_, err = a.Network.Settle(ctx, v.Space, tie.Present(v))
	return r.counts, err
}

// readFiles takes in the shared files of an export, each under the digest that its content has.
func (a *App) readFiles(files fs.FS) error {
	entries, err := fs.ReadDir(files, filesName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "A shared file cannot be read.")
	}
	for _, entry := range entries {
		file, err := files.Open(filesName + "/" + entry.Name())
		if err != nil {
			return fault.Wrap(err, fault.Unavailable, "A shared file cannot be read.")
		}
		_, err = a.Give.Store(file)
		file.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// reader reads an export into the database, within one transaction.
type reader struct {
	*App
	tx      *db.Tx
	v       op.Viewer
	path    string
	tables  []room.Table
	members map[id.ID]bool // of this space, except the viewer
	self    id.ID
	people  []id.ID
	counts  intake.Counts
	decoder *json.Decoder
	lines   *lines
}

// longestRow is more than any row of an export takes.
const longestRow = 64 << 20

// lines counts the lines of an export, so that what is wrong has a place.
type lines struct {
	from io.Reader
	read int64   // bytes
	ends []int64 // where the lines end that are read and not passed
	done int64   // where the last row that was passed ends
	line int     // how many lines were passed
}

func (l *lines) Read(p []byte) (int, error) {
	if l.read-l.done > longestRow {
		return 0, errors.New("a row has no end")
	}
	n, err := l.from.Read(p)
	for i := 0; ; i++ {
		next := bytes.IndexByte(p[i:n], '\n')
		if next < 0 {
			break
		}
		i += next
		l.ends = append(l.ends, l.read+int64(i))
	}
	l.read += int64(n)
	return n, err
}

// at returns the number of the line in which a byte lies. Bytes are asked for in their order.
func (l *lines) at(offset int64) int {
	passed, _ := slices.BinarySearch(l.ends, offset)
	l.line, l.ends, l.done = l.line+passed, l.ends[passed:], offset
	return l.line + 1
}

func (r *reader) read(ctx context.Context, from io.Reader) error {
	if err := r.empty(ctx); err != nil {
		return err
	}
	r.lines = &lines{from: from}
	decoder := json.NewDecoder(r.lines)
	decoder.UseNumber()
	r.decoder = decoder
	if err := r.expect(decoder, json.Delim('{')); err != nil {
		return err
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return r.broken(err)
		}
		switch name {
		case "format":
			var format string
			if err := decoder.Decode(&format); err != nil || format != exportFormat {
				return errNoExport(r.path)
			}
		case "at":
			var at string
			if err := decoder.Decode(&at); err != nil {
				return r.broken(err)
			}
		case "me":
			var me struct {
				Person id.ID `json:"person"`
			}
			if err := decoder.Decode(&me); err != nil {
				return r.broken(err)
			}
			r.self = me.Person
		case "tables": // what follows says the same for people and other programs
			if err := r.readTables(ctx, decoder); err != nil {
				return err
			}
			return r.finish(ctx)
		default:
			return errNoExport(r.path)
		}
	}
	return errNoExport(r.path)
}

// broken says where an export is wrong. Nothing of it is stored then: a network is read back whole, or not at all.
func (r *reader) broken(err error) error {
	return fault.Wrap(err, fault.Invalid, "%s is not a whole export of Gave: line %d cannot be read.", r.path,
		r.lines.at(r.decoder.InputOffset())).
		WithHint("Make it with gave export, without a person.")
}

func (r *reader) expect(decoder *json.Decoder, want json.Token) error {
	got, err := decoder.Token()
	if err == nil && got != want {
		err = fmt.Errorf("%v where %v should be", got, want)
	}
	if err != nil {
		return r.broken(err)
	}
	return nil
}

// empty refuses a network that holds anything: an export is read back whole, not mixed into another.
func (r *reader) empty(ctx context.Context) error {
	for _, query := range []string{
		// The persons of the other members are theirs.
		`select count(*) from person where space = $1 and id <> $2 and not exists (select 1 from member
			where member.space = person.space and member.person = person.id)`, `select count(*) from interaction
			where space = $1 and id <> $2`,
		`select count(*) from import where space = $1 and id <> $2`, `select count(*) from gift
			where space = $1 and id <> $2`,
		`select count(*) from resource where space = $1 and id <> $2`, `select count(*) from goal
			where space = $1 and id <> $2`,
	} {
		n, err := db.Value[int](ctx, r.tx, query, r.v.Space, r.v.Person)
		if err != nil {
			return err
		}
		if n > 0 {
			return fault.New(fault.Conflict, "An export of Gave is read into an empty network, and this one is not.").
				WithHint("Choose a new data directory: gave --data NEW import FILE.")
		}
	}
	members, err := db.Values[id.ID](ctx, r.tx, `select id from member where space = $1 and id <> $2 order by id`,
		r.v.Space, r.v.Member)
	if err != nil {
		return err
	}
	r.members = map[id.ID]bool{}
	for _, m := range members {
		r.members[m] = true
	}
	_, err = r.tx.ExecContext(ctx, `delete from person where space = $1 and id = $2`, r.v.Space, r.v.Person)
	return db.Fault(err)
}

func (r *reader) readTables(ctx context.Context, decoder *json.Decoder) error {
	if err := r.expect(decoder, json.Delim('{')); err != nil {
		return err
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return r.broken(err)
		}
		t, ok := room.Find(r.tables, fmt.Sprint(name))
		if !ok || t.Derived || t.NotExported != "" {
			return r.broken(fmt.Errorf("no table %v", name))
		}
		if err := r.readTable(ctx, decoder, t); err != nil {
			return err
		}
	}
	return r.expect(decoder, json.Delim('}'))
}

// rowsAtOnce is how many rows are held before they are stored.
const rowsAtOnce = 2000

func (r *reader) readTable(ctx context.Context, decoder *json.Decoder, t room.Table) error {
	for _, want := range []json.Token{json.Delim('{'), "columns"} {
		if err := r.expect(decoder, want); err != nil {
			return err
		}
	}
	var names []string
	if err := decoder.Decode(&names); err != nil {
		return r.broken(err)
	}
	if len(names) == 0 {
		return r.broken(fmt.Errorf("%s has no columns", t.Name))
	}
	columns := make([]room.Column, len(names))
	for i, name := range names {
		at := slices.IndexFunc(t.Columns, func(c room.Column) bool { return c.Name == name })
		if at < 0 || slices.Contains(names[:i], name) {
			return r.broken(fmt.Errorf("no column %s.%s", t.Name, name))
		}
		columns[i] = t.Columns[at]
	}
	types, err := r.types(ctx, t, names)
	if err != nil {
		return err
	}
	for _, want := range []json.Token{"rows", json.Delim('[')} {
		if err := r.expect(decoder, want); err != nil {
			return err
		}
	}
	prefix := `insert into ` + t.Name + ` (space, ` + strings.Join(names, ", ") + `)`
	var args []any
	first, last := 0, 0 // lines of the rows that are held
	store := func() error {
		err := db.InsertMany(ctx, r.tx, prefix, len(names)+1, args, "")
		args = args[:0]
		if code := fault.CodeOf(db.Fault(err)); err != nil && (code == fault.Conflict || code == fault.Invalid) {
			return fault.Wrap(err, fault.Invalid,
				"%s is not a whole export of Gave: a row in lines %d to %d does not fit the others.",
				r.path, first, last).
				WithHint("Make it with gave export, without a person.")
		}
		return err
	}
	for decoder.More() {
		var values []any
		if err := decoder.Decode(&values); err != nil {
			return r.broken(err)
		}
		if len(values) != len(columns) {
			return r.broken(fmt.Errorf("a row of %s has %d values", t.Name, len(values)))
		}
		if last = r.lines.at(decoder.InputOffset()); len(args) == 0 {
			first = last
		}
		args = append(args, r.v.Space)
		for i, value := range values {
			converted, err := r.value(t, columns[i], types[i], value)
			if err != nil {
				return err
			}
			args = append(args, converted)
		}
		switch t.Name {
		case "person":
			r.counts.PeopleAdded++
			if key, ok := args[len(args)-len(names)+slices.Index(names, "id")].(id.ID); ok {
				r.people = append(r.people, key)
			}
		case "interaction":
			r.counts.InteractionsAdded++
		case "statement":
			r.counts.StatementsAdded++
		}
		if len(args) >= rowsAtOnce*(len(names)+1) {
			if err := store(); err != nil {
				return err
			}
		}
	}
	if err := store(); err != nil {
		return err
	}
	for _, want := range []json.Token{json.Delim(']'), json.Delim('}')} {
		if err := r.expect(decoder, want); err != nil {
			return err
		}
	}
	return nil
}

// types returns the types of columns as the database names them.
func (r *reader) types(ctx context.Context, t room.Table, names []string) ([]string, error) {
	rows, err := r.tx.QueryContext(ctx, `select `+strings.Join(names, ", ")+` from `+t.Name+` where 1 = 0`)
	if err != nil {
		return nil, db.Fault(err)
	}
	defer rows.Close()
	found, err := rows.ColumnTypes()
	if err != nil {
		return nil, db.Fault(err)
	}
	out := make([]string, len(found))
	for i, c := range found {
		out[i] = strings.ToLower(c.DatabaseTypeName())
	}
	return out, db.Fault(rows.Err())
}

// The moments from the year 1 to 9999, in microseconds: no number of any table is greater, and no other moment can be
// written as JSON.
const (
	firstMoment = -62135596800 * 1_000_000
	lastMoment  = 253402300799*1_000_000 + 999_999
)

// value turns a value of an export into one of the database.
func (r *reader) value(t room.Table, c room.Column, kind string, value any) (any, error) {
	if value == nil && (t.Name == "merge" && (c.Name == "import" || c.Name == "batch") ||
		t.Name == "photo" && c.Name == "import") {
		return nil, nil // the only columns that may hold nothing
	}
	bad := func() error { return r.broken(fmt.Errorf("%v is no value of %s.%s", value, t.Name, c.Name)) }
	switch x := value.(type) {
	case bool:
		if c.Kind == room.Secret { // its secret is known to nobody: what it opened stays shut
			if x {
				fresh := id.New()
				return fresh[:], nil
			}
			return []byte{}, nil
		}
		if !strings.HasPrefix(kind, "bool") {
			return nil, bad()
		}
		return x, nil
	case json.Number:
		if strings.HasPrefix(kind, "double") || strings.HasPrefix(kind, "float") {
			f, err := x.Float64()
			if err != nil {
				return nil, bad()
			}
			return f, nil
		}
		n, err := x.Int64()
		if err != nil || kind == "text" || kind == "bytea" || strings.HasPrefix(kind, "bool") {
			return nil, bad()
		}
		if n < firstMoment || n > lastMoment || c.Least != c.Most && (n < c.Least || n > c.Most) {
			return nil, bad()
		}
		return n, nil
	case string:
		if kind == "text" {
			if c.Shape != nil && (x != "" || c.Shape.Kind() == reflect.Slice) &&
				json.Unmarshal([]byte(x), reflect.New(c.Shape).Interface()) != nil {
				return nil, bad()
			}
			return strings.ReplaceAll(x, "\x00", ""), nil
		}
		if kind != "bytea" {
			return nil, bad()
		}
		member := c.Kind == room.Owner || c.Table == "member"
		if member && x == own {
			return r.v.Member, nil
		}
		var key id.ID
		if err := key.UnmarshalText([]byte(x)); err == nil {
			if member && r.members[key] || c.Kind == room.Owner && key.IsZero() {
				return nil, bad() // of somebody else here
			}
			return key, nil
		}
		raw, err := hex.DecodeString(x)
		if err != nil || member {
			return nil, bad()
		}
		return raw, nil
	}
	return nil, bad()
}

// finish makes again what is derived.
func (r *reader) finish(ctx context.Context) error {
	if err := intake.EndExported(ctx, r.tx, r.v.Space); err != nil {
		return err
	}
	if err := people.ReindexPeople(ctx, r.tx, r.v.Space, r.people); err != nil {
		return err
	}
	if err := tie.MarkAllStale(ctx, r.tx, r.v.Space, r.v.Member); err != nil {
		return err
	}
	return tie.MarkAllStale(ctx, r.tx, r.v.Space, id.Zero)
}
