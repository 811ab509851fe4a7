package db

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3/database"

	"gave.network/internal/fault"
	"gave.network/internal/safefile"
)

// Content is what a database is to hold.
type Content struct {
	Version int64   // of the tables
	Tables  []Table // all tables of that version
	Rows    func(ctx context.Context, t Table) RowSeq
	// Finish changes what is there before anybody sees it, with the tables brought up to date.
	Finish func(ctx context.Context, tx *Tx) error
	// Before is called when all is well, at the last moment before the new database takes its place.
	Before func() error
	// Force lets a database that holds something give way. It is kept beside the new one.
	Force bool
}

// Replaced says what became of a database.
type Replaced struct {
	Kept    string // the file or the schema in which lies what was there before; empty when nothing was
	Changed int    // texts with characters that PostgreSQL cannot hold
}

// Holds says whether anything is in the database at address: a file with tables and rows. A file that cannot be read
// counts too.
func Holds(ctx context.Context, address string) (bool, error) {
	d, err := openPlain(ctx, address)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		if !isPostgreSQL(address) {
			return true, nil //nolint:nilerr // a damaged file may be all that somebody has
		}
		return false, err
	}
	defer d.Close()
	held := false
	err = d.Read(ctx, func(tx *Tx) error {
		held, err = holds(ctx, tx)
		return err
	})
	return held, err
}

func holds(ctx context.Context, tx *Tx) (bool, error) {
	tables, err := Tables(ctx, tx)
	if err != nil {
		return true, err
	}
	for _, t := range tables {
		n, err := Value[int](ctx, tx, `select count(*) from (select 1 from `+quote(t.Name)+` limit 1) as one`)
		if err != nil || n > 0 {
			return true, err
		}
	}
	return false, nil
}

// openPlain opens a database as it is, without making or changing its tables.
func openPlain(ctx context.Context, address string) (*DB, error) {
	if isPostgreSQL(address) {
		return openPostgreSQL(ctx, address)
	}
	info, err := os.Stat(address)
	if err != nil {
		return nil, err
	}
	if info.Size() == 0 {
		return nil, fs.ErrNotExist // SQLite makes such a file before its first table
	}
	d := &DB{Dialect: SQLite, Location: address, patience: newPatience()}
	if err := d.connect(ctx, address); err != nil {
		if err := d.connectReadOnly(ctx, address); err != nil {
			return nil, openFault(err, address)
		}
	}
	return d, nil
}

// Replace makes a database of the content and puts it in the place of the one at address, all at once: killed at any
// moment, either the old one is there or the new one.
func Replace(ctx context.Context, address string, content Content) (Replaced, error) {
	if content.Version > Newest() {
		return Replaced{}, newer()
	}
	if isPostgreSQL(address) {
		return replacePostgreSQL(ctx, address, content)
	}
	return replaceSQLite(ctx, address, content)
}

func occupied(where string) error {
	return fault.New(fault.Conflict, "There is a network in %s already.", where).
		WithHint("Choose an empty place, or give --force: then what is there now is kept beside the restored copy.")
}

func replaceSQLite(ctx context.Context, path string, content Content) (out Replaced, err error) {
	dir := filepath.Dir(path)
	if _, missing := os.Stat(dir); missing != nil {
		defer func() {
			if err != nil {
				_ = os.Remove(dir) // as it was; it stays when anything is in it
			}
		}()
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Replaced{}, fault.Wrap(err, fault.Unavailable, "The data directory %s cannot be made.", dir).
			WithHint("Choose a directory that you may write to with --data.")
	}
	held, err := Holds(ctx, path)
	if err != nil {
		return Replaced{}, err
	}
	if held && !content.Force {
		return Replaced{}, occupied(dir)
	}
	folder, remove, err := safefile.Folder(dir, "gave-restore")
	if err != nil {
		return Replaced{}, fault.Wrap(err, fault.Unavailable, "The data directory %s cannot be written.", dir).
			WithHint("Check who owns the data directory, and how much room the disk has.")
	}
	defer remove()
	made := filepath.Join(folder, FileName)
	if err := buildSQLite(ctx, made, content); err != nil {
		return Replaced{}, err
	}
	if content.Before != nil {
		if err := content.Before(); err != nil {
			return Replaced{}, err
		}
	}
	kept, err := swap(ctx, made, path, held)
	return Replaced{Kept: kept}, err
}

// swap puts one file in the place of another, which is kept under a name of its own when it holds something.
func swap(ctx context.Context, made, path string, held bool) (kept string, err error) {
	failed := func(err error) error {
		return fault.Wrap(err, fault.Unavailable, "The data directory %s cannot be written.", filepath.Dir(path)).
			WithHint("Check who owns the data directory, and how much room the disk has.")
	}
	if err := quiesce(ctx, path); err != nil {
		return "", err
	}
	if held {
		kept = path + ".before-" + time.Now().UTC().Format("20060102-150405.000")
		for _, suffix := range []string{"", "-wal"} {
			if err := os.Link(path+suffix, kept+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return "", failed(err)
			}
		}
	}
	// A log of the old file beside the new one would be taken for its own.
	for _, name := range besides(path) {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", failed(err)
		}
	}
	if err := os.Rename(made, path); err != nil {
		return "", failed(err)
	}
	if err := safefile.SyncFolder(filepath.Dir(path)); err != nil {
		return "", failed(err)
	}
	return kept, nil
}

// quiesce writes the log of a file into it, and finds out whether another program has it open. A damaged file stays as
// it is.
func quiesce(ctx context.Context, path string) error {
	if _, err := os.Stat(path); err != nil {
		return nil //nolint:nilerr // nothing is there
	}
	pool, err := lite(path, 1, nil, "busy_timeout(2000)")
	if err != nil {
		return err
	}
	defer pool.Close()
	_, err = pool.ExecContext(ctx, `pragma journal_mode = delete`)
	if locked(err) {
		return fault.Wrap(err, fault.Conflict, "Another program has the database of %s open.", filepath.Dir(path)).
			WithHint("Stop gave serve first.")
	}
	return ctx.Err()
}

// buildSQLite makes a new file of the content. It is quick because nobody depends on it yet: no log, no sync before the
// end, and indexes when the rows are there.
func buildSQLite(ctx context.Context, path string, content Content) error {
	if err := safefile.Touch(path); err != nil {
		return fileFault(err, path)
	}
	pool, err := lite(path, 1, nil, "journal_mode(OFF)", "synchronous(OFF)", "locking_mode(EXCLUSIVE)",
		"temp_store(MEMORY)", "cache_size(-131072)")
	if err != nil {
		return err
	}
	defer pool.Close()
	d := &DB{Dialect: SQLite, Location: path, read: pool, write: pool, patience: newPatience()}
	err = d.Write(ctx, func(tx *Tx) error {
		if err := tx.toVersion(ctx, 0, content.Version); err != nil {
			return err
		}
		if err := tx.checkTables(ctx, content); err != nil {
			return err
		}
		back, err := dropIndexes(ctx, tx, `select name, sql from sqlite_schema where type = 'index'
			and sql is not null order by name`)
		if err != nil {
			return err
		}
		for _, t := range content.Tables {
			if err := fillSQLite(ctx, tx, t, content.Rows(ctx, t)); err != nil {
				return err
			}
		}
		return back()
	})
	if err == nil { // from here on as in life, so that what depends on a row goes with it
		_, err = pool.ExecContext(ctx, `pragma foreign_keys = 1`)
	}
	if err == nil {
		err = d.Write(ctx, func(tx *Tx) error {
			if err := tx.toVersion(ctx, content.Version, Newest()); err != nil {
				return err
			}
			return content.Finish(ctx, tx)
		})
	}
	if err == nil {
		err = d.describe(ctx)
	}
	if err == nil {
		err = d.sound(ctx)
	}
	if err != nil {
		return Fault(err)
	}
	if err := pool.Close(); err != nil {
		return Fault(err)
	}
	return fileFault(syncFile(path), path)
}

// sound returns a fault when the database finds something wrong with itself.
func (d *DB) sound(ctx context.Context) error {
	found, err := d.CheckIntegrity(ctx)
	if err == nil && len(found) > 0 {
		err = fault.New(fault.Invalid, "The backup is damaged: %s.", strings.Join(found[:min(3, len(found))], "; ")).
			WithHint("Nothing was changed. Take another backup.")
	}
	return err
}

func syncFile(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// toVersion runs the migrations after one version up to another.
func (t *Tx) toVersion(ctx context.Context, from, to int64) error {
	all, err := loadMigrations(t.dialect)
	if err != nil {
		return err
	}
	store, err := database.NewStore(database.Dialect(t.dialect.goose()), versionTable)
	if err != nil {
		return fmt.Errorf("db: versions: %w", err)
	}
	if from == 0 {
		if err := store.CreateVersionTable(ctx, t.Tx); err != nil {
			return err
		}
		if err := store.Insert(ctx, t.Tx, database.InsertRequest{Version: 0}); err != nil {
			return err
		}
	}
	known := to == 0
	for _, m := range all {
		known = known || m.version == to
		if m.version <= from || m.version > to {
			continue
		}
		if err := m.run(ctx, t.Tx); err != nil {
			return err
		}
		if err := store.Insert(ctx, t.Tx, database.InsertRequest{Version: m.version}); err != nil {
			return err
		}
	}
	if !known {
		return fault.New(fault.Invalid, "The backup has tables of version %d, which no Gave has written.", to)
	}
	return nil
}

// checkTables compares the tables of the content with those that its version has.
func (t *Tx) checkTables(ctx context.Context, content Content) error {
	mine, err := Tables(ctx, t)
	if err != nil {
		return err
	}
	same := slices.EqualFunc(mine, content.Tables, func(a, b Table) bool {
		sorted := func(list []Column) []Column {
			list = slices.Clone(list)
			slices.SortFunc(list, func(x, y Column) int { return strings.Compare(x.Name, y.Name) })
			return list
		}
		return a.Name == b.Name && slices.Equal(sorted(a.Columns), sorted(b.Columns))
	})
	if !same {
		return fault.New(fault.Invalid, "The backup does not have the tables of its version %d.", content.Version).
			WithHint("Nothing was changed. Take another backup.")
	}
	return nil
}

// dropIndexes removes the indexes that a query names and returns what makes them again: with all rows there that takes
// a fraction of the time.
func dropIndexes(ctx context.Context, tx *Tx, query string) (back func() error, err error) {
	indexes, err := Select[struct{ Name, SQL string }](ctx, tx, query)
	if err != nil {
		return nil, err
	}
	for _, index := range indexes {
		if _, err := tx.ExecContext(ctx, "drop index "+quote(index.Name)); err != nil {
			return nil, err
		}
	}
	return func() error {
		for _, index := range indexes {
			if _, err := tx.ExecContext(ctx, index.SQL); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

func fillSQLite(ctx context.Context, tx *Tx, t Table, rows RowSeq) error {
	prefix := "insert into " + quote(t.Name) + " (" + quoteAll(t.names()) + ")"
	full := perStatement * len(t.Columns)
	args := make([]any, 0, full)
	var statement *sql.Stmt
	for row, err := range rows {
		if err != nil {
			return err
		}
		args = append(args, row...)
		if len(args) < full {
			continue
		}
		if statement == nil {
			if statement, err = tx.PrepareContext(ctx,
				prefix+" values "+rowsFor(tx, perStatement, len(t.Columns))); err != nil {
				return err
			}
			defer statement.Close()
		}
		if _, err := statement.ExecContext(ctx, args...); err != nil {
			return err
		}
		args = args[:0]
	}
	return InsertMany(ctx, tx, prefix, len(t.Columns), args, "")
}

func replacePostgreSQL(ctx context.Context, address string, content Content) (Replaced, error) {
	d, err := openPostgreSQL(ctx, address)
	if err != nil {
		return Replaced{}, err
	}
	defer d.Close()
	// One transaction on one connection: COPY needs the connection itself.
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return Replaced{}, Fault(err)
	}
	defer conn.Close()
	inner, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return Replaced{}, Fault(err)
	}
	defer inner.Rollback() // does nothing after the commit
	tx := &Tx{Tx: inner, dialect: PostgreSQL, root: &root{}}
	out, err := fillPostgreSQL(ctx, d, conn, tx, content)
	if err == nil && content.Before != nil {
		err = content.Before()
	}
	if err == nil {
		err = inner.Commit()
	}
	if err != nil {
		return Replaced{}, Fault(err)
	}
	_, err = d.write.ExecContext(ctx, `analyze`)
	return out, Fault(err)
}

func fillPostgreSQL(ctx context.Context, d *DB, conn *sql.Conn, tx *Tx, content Content) (Replaced, error) {
	var out Replaced
	// Who still uses the tables is waited for, but not for ever.
	if _, err := tx.ExecContext(ctx, `set local lock_timeout = '20s'`); err != nil {
		return out, err
	}
	held, err := holds(ctx, tx)
	if err != nil {
		return out, err
	}
	if held && !content.Force {
		return out, occupied(d.Location)
	}
	if out.Kept, err = clearPostgreSQL(ctx, tx, held); err != nil {
		return out, err
	}
	if err := tx.toVersion(ctx, 0, content.Version); err != nil {
		return out, err
	}
	if err := tx.checkTables(ctx, content); err != nil {
		return out, err
	}
	ordered, err := byReference(ctx, tx, content.Tables)
	if err != nil {
		return out, err
	}
	const free = `select pg_get_indexdef(i.indexrelid) as sql, c.relname as name from pg_index i
		join pg_class c on c.oid = i.indexrelid
		where c.relnamespace = (select oid from pg_namespace where nspname = current_schema())
		and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid) order by c.relname`
	back, err := dropIndexes(ctx, tx, free)
	if err != nil {
		return out, err
	}
	for _, t := range ordered {
		next, stop := iter.Pull2(content.Rows(ctx, t))
		source := pgx.CopyFromFunc(func() ([]any, error) {
			row, err, more := next()
			if !more || err != nil {
				return nil, err
			}
			out.Changed += forPostgreSQL(t, row)
			return row, nil
		})
		err := conn.Raw(func(driver any) error {
			_, err := driver.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{t.Name}, t.names(), source)
			return err
		})
		stop()
		if err != nil {
			return out, err
		}
	}
	if err := back(); err != nil {
		return out, err
	}
	if err := tx.toVersion(ctx, content.Version, Newest()); err != nil {
		return out, err
	}
	return out, content.Finish(ctx, tx)
}

// clearPostgreSQL takes all tables out of the schema: into one of their own when they hold something.
func clearPostgreSQL(ctx context.Context, tx *Tx, keep bool) (kept string, err error) {
	names, err := Values[string](ctx, tx, `select tablename from pg_tables where schemaname = current_schema()
		order by tablename`)
	if err != nil || len(names) == 0 {
		return "", err
	}
	if !keep {
		_, err := tx.ExecContext(ctx, "drop table "+quoteAll(names)+" cascade")
		return "", err
	}
	schema, err := Value[string](ctx, tx, `select current_schema()`)
	if err != nil {
		return "", err
	}
	kept = schema + "_before_" + strings.ReplaceAll(time.Now().UTC().Format("20060102_150405.000"), ".", "_")
	if _, err := tx.ExecContext(ctx, "create schema "+quote(kept)); err != nil {
		return "", err
	}
	for _, name := range names {
		if _, err := tx.ExecContext(ctx, "alter table "+quote(name)+" set schema "+quote(kept)); err != nil {
			return "", err
		}
	}
	return kept, nil
}

// byReference puts tables after those that they refer to.
func byReference(ctx context.Context, tx *Tx, tables []Table) ([]Table, error) {
	rows, err := Select[struct{ Child, Parent string }](ctx, tx, `select c.relname as child, p.relname as parent
		from pg_constraint k
		join pg_class c on c.oid = k.conrelid join pg_class p on p.oid = k.confrelid
		where k.contype = 'f' and k.connamespace = (select oid from pg_namespace where nspname = current_schema())
		order by c.relname, p.relname`)
	if err != nil {
		return nil, err
	}
	parents := map[string][]string{}
	for _, r := range rows {
		parents[r.Child] = append(parents[r.Child], r.Parent)
	}
	byName := map[string]Table{}
	for _, t := range tables {
		byName[t.Name] = t
	}
	var out []Table
	seen := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		if seen[name] {
			return
		}
		seen[name] = true
		for _, parent := range parents[name] {
			visit(parent)
		}
		out = append(out, byName[name])
	}
	for _, t := range tables {
		visit(t.Name)
	}
	return out, nil
}

// forPostgreSQL replaces in a row what PostgreSQL cannot hold in a text: bytes that are no UTF-8, and the character
// zero.
func forPostgreSQL(t Table, row []any) (changed int) {
	for i, c := range t.Columns {
		if c.Kind != Text {
			continue
		}
		text, ok := row[i].(string)
		if ok && (!utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0) {
			row[i] = strings.ReplaceAll(strings.ToValidUTF8(text, "�"), "\x00", "�")
			changed++
		}
	}
	return changed
}

// closed returns a fault when a SQLite file was not closed in good order, or is shorter than it says.
func closed(path string) error {
	for _, suffix := range []string{"-wal", "-journal"} {
		if info, err := os.Stat(path + suffix); err == nil && info.Size() > 0 {
			return fault.New(fault.Conflict, "%s was not closed: changes to it still lie in %s.", path, path+suffix).
				WithHint("Make a backup of it with gave backup, and restore that.")
		}
	}
	file, err := os.Open(path)
	if err != nil {
		return fault.Wrap(err, fault.NotFound, "The file %s cannot be read.", path)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fault.Wrap(err, fault.NotFound, "The file %s cannot be read.", path)
	}
	head := make([]byte, 100)
	if _, err := file.ReadAt(head, 0); err != nil {
		return broken(path)
	}
	pageSize := int64(binary.BigEndian.Uint16(head[16:]))
	if pageSize == 1 {
		pageSize = 1 << 16
	}
	if pages := int64(binary.BigEndian.Uint32(head[28:])); pages == 0 || pages*pageSize != info.Size() {
		return broken(path)
	}
	return nil
}

func broken(path string) error {
	return fault.New(fault.Invalid, "%s is not a whole backup: it was broken off or damaged.", path).
		WithHint("Nothing was changed. Take another backup.")
}

// fileFault gives words to an error of the file system.
func fileFault(err error, path string) error {
	if err == nil {
		return nil
	}
	return fault.Wrap(err, fault.Unavailable, "The file %s cannot be written.", path).
		WithHint("Check who owns the data directory, and how much room the disk has.")
}
