package archive

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/progress"
	"gave.network/internal/safefile"
)

// Target is where a backup is restored to.
type Target struct {
	Database string // the address
	Data     string // the data directory, for the shared files
	// Finish changes the restored copy before anybody sees it: it ends what must not be alive in two places.
	Finish func(ctx context.Context, tx *db.Tx) error
	// Force lets a network that is there give way. It is kept.
	Force bool
}

// Restored is what became of a restore.
type Restored struct {
	db.Replaced
	Manifest Manifest
}

// Restore puts a backup in the place of an empty network. The backup is read and checked whole before anything of the
// target is touched, and is never changed. It takes what Write made, and the SQLite files that Gave made before.
func Restore(ctx context.Context, name string, target Target) (Restored, error) {
	head, err := readHead(name)
	if err != nil {
		return Restored{}, err
	}
	if string(head) == "SQLite format 3\x00" {
		return restoreFile(ctx, name, target)
	}
	a, err := Open(ctx, name)
	if err != nil {
		return Restored{}, err
	}
	defer a.Close()
	if err := a.Verify(ctx); err != nil {
		return Restored{}, err
	}
	total, done := int64(0), int64(0)
	for _, t := range a.Manifest.Tables {
		total += t.Bytes
	}
	out, err := db.Replace(ctx, target.Database, db.Content{
		Version: a.Manifest.Version, Tables: a.Tables(), Finish: target.Finish, Force: target.Force,
		Rows: func(ctx context.Context, t db.Table) db.RowSeq {
			progress.Report(ctx, done, total, t.Name)
			for _, p := range a.Manifest.Tables {
				if p.Name == t.Name {
					done += p.Bytes
				}
			}
			return a.Rows(ctx, t)
		},
		Before: func() error { return a.placeFiles(ctx, target.Data) },
	})
	return Restored{out, a.Manifest}, restoreFault(err)
}

// restoreFault gives words to what a database says of rows that it cannot take.
func restoreFault(err error) error {
	switch fault.CodeOf(err) {
	case fault.Internal:
		return fault.Wrap(err, fault.Invalid, "The backup cannot be restored into this database.").
			WithHint("Nothing was changed.")
	}
	return err
}

func readHead(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "The file %s cannot be read.", name)
	}
	defer file.Close()
	head := make([]byte, 16)
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fault.Wrap(err, fault.NotFound, "The file %s cannot be read.", name)
	}
	return bytes.Clone(head[:n]), nil
}

// restoreFile restores a plain SQLite file: the kind of backup that Gave made at first. It has no checksum, so the
// database itself says whether it is sound.
func restoreFile(ctx context.Context, name string, target Target) (Restored, error) {
	source, err := db.OpenFile(ctx, name)
	if err != nil {
		return Restored{}, err
	}
	defer source.Close()
	found, err := source.CheckIntegrity(ctx)
	if err != nil {
		return Restored{}, err
	}
	m := Manifest{Database: string(db.SQLite)}
	if m.Version, err = source.Version(ctx); err != nil {
		return Restored{}, err
	}
	if len(found) > 0 || m.Version < 1 {
		return Restored{}, broken(name)
	}
	var out db.Replaced
	err = source.Read(ctx, func(tx *db.Tx) error {
		tables, err := db.Tables(ctx, tx)
		if err != nil {
			return err
		}
		for _, t := range tables {
			n, err := db.Value[int64](ctx, tx, `select count(*) from "`+t.Name+`"`)
			if err != nil {
				return err
			}
			m.Tables = append(m.Tables, Part{Name: t.Name, Columns: t.Columns, Rows: n})
		}
		out, err = db.Replace(ctx, target.Database, db.Content{
			Version: m.Version, Tables: tables, Finish: target.Finish, Force: target.Force,
			Rows: func(ctx context.Context, t db.Table) db.RowSeq { return db.EachRow(ctx, tx, t) },
		})
		return err
	})
	return Restored{out, m}, restoreFault(err)
}

// placeFiles writes the shared files into the data directory. Their names come from their content, so what is there
// already is the same.
func (a *Archive) placeFiles(ctx context.Context, data string) error {
	for _, f := range a.Manifest.Files {
		there, err := SharedFile{f.Name, f.SHA256}.Check(ctx, data)
		if err != nil {
			return err
		}
		if there {
			continue
		}
		if err := a.placeFile(ctx, f, filepath.Join(data, filepath.FromSlash(f.Name))); err != nil {
			return err
		}
	}
	return nil
}

func (a *Archive) placeFile(ctx context.Context, f Part, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return writeFault(err, path)
	}
	file, err := safefile.Create(path)
	if err != nil {
		return writeFault(err, path)
	}
	defer file.Discard()
	content, err := a.part(ctx, fileFolder+f.Name, f)
	if err != nil {
		return err
	}
	defer content.Close()
	if _, err := io.Copy(file, content); err != nil {
		var path *fs.PathError
		if errors.As(err, &path) {
			return writeFault(err, path.Path)
		}
		return a.readFault(ctx, err)
	}
	return writeFault(file.Commit(true), path)
}
