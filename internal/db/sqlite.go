package db

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"

	"gave.network/internal/fault"
	"gave.network/internal/safefile"
)

// A short wait in the database itself; how long in all is decided in patiently, which looks again more often than
// SQLite does.
const busyTimeout = "busy_timeout(50)"

// readerTimeout is long: readers wait for nobody, but for the moment in which a file is opened or recovered after a
// kill.
const readerTimeout = "busy_timeout(30000)"

// lite opens a pool of connections to a SQLite file.
func lite(path string, connections int, query url.Values, pragmas ...string) (*sql.DB, error) {
	values := url.Values{"_pragma": pragmas, "_txlock": {"immediate"}}
	for key, list := range query {
		values[key] = list
	}
	pool, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+values.Encode())
	if err != nil {
		return nil, Fault(err)
	}
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	return pool, nil
}

// besides are the files that SQLite keeps beside a database while it is open.
func besides(path string) []string { return []string{path + "-wal", path + "-shm", path + "-journal"} }

func openSQLite(ctx context.Context, path string) (*DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The data directory %s cannot be made.", filepath.Dir(path)).
			WithHint("Choose a directory that you may write to with --data.")
	}
	// SQLite gives the files beside a database the rights of the database, so it is made here, with the right ones.
	// Where that cannot be done, opening says why.
	_ = safefile.Touch(path)
	TightenHome(filepath.Dir(path))
	safefile.Tighten(append(besides(path), path)...)
	d := &DB{Dialect: SQLite, Location: path, patience: newPatience()}
	err := d.connect(ctx, path)
	if err == nil {
		return d, nil
	}
	if !refused(err) || d.connectReadOnly(ctx, path) != nil {
		return nil, openFault(err, path)
	}
	d.readOnly = err
	return d, nil
}

// connect opens the file for reading and writing.
func (d *DB) connect(ctx context.Context, path string) (err error) {
	// The busy timeout must come first: setting WAL mode needs it.
	// Synchronous FULL: what was confirmed survives a power cut; imports commit in large batches, so it costs little.
	common := []string{"journal_mode(WAL)", "foreign_keys(1)", "synchronous(FULL)", "temp_store(MEMORY)"}
	// What is deleted is overwritten, not only forgotten.
	if d.write, err = lite(path, 1, nil,
		append([]string{busyTimeout, "cache_size(-16384)", "secure_delete(1)"}, common...)...); err != nil {
		return err
	}
	// Opening writes when the file is new or a killed program left a log; looking at a table shows whether both can be
	// done.
	if err := d.patiently(ctx, func() error { return looks(ctx, d.write) }); err != nil {
		d.write.Close()
		return err
	}
	if d.read, err = lite(path, readers(), nil,
		append([]string{readerTimeout, "cache_size(-4096)", "query_only(1)"}, common...)...); err != nil {
		d.write.Close()
	}
	return err
}

// connectReadOnly opens a file that cannot be written: on a full disk, or in a folder of somebody else.
func (d *DB) connectReadOnly(ctx context.Context, path string) error {
	pragmas := []string{readerTimeout, "cache_size(-16384)", "query_only(1)", "temp_store(MEMORY)"}
	var ways []url.Values
	if !holdsBytes(path+"-wal", 1) && !holdsBytes(path+"-shm", indexBlock) {
		// No log lies beside the file and none can be made: nobody is writing, and all there is is in the file.
		ways = append(ways, url.Values{"mode": {"ro"}, "immutable": {"1"}})
	}
	ways = append(ways, url.Values{"mode": {"ro"}})
	for _, way := range ways {
		pool, err := lite(path, readers(), way, pragmas...)
		if err == nil && looks(ctx, pool) == nil {
			d.read, d.write = pool, pool
			return nil
		}
		if pool != nil {
			pool.Close()
		}
	}
	// A killed program left a log, and there is no room for its index: one connection can hold that in memory.
	pool, err := lite(path, 1, nil, append([]string{"locking_mode(EXCLUSIVE)"}, pragmas...)...)
	if err != nil {
		return err
	}
	if err := looks(ctx, pool); err != nil {
		pool.Close()
		return err
	}
	d.read, d.write = pool, pool
	return nil
}

// indexBlock is the least size of the index of a log that is in use; a full disk leaves a shorter one.
const indexBlock = 32 << 10

// holdsBytes says whether a file is there and has at least so many bytes.
func holdsBytes(path string, n int64) bool {
	info, err := os.Stat(path)
	return err == nil && info.Size() >= n
}

// looks reads the list of tables, which no file can give that cannot be read.
func looks(ctx context.Context, pool *sql.DB) error {
	var n int
	return pool.QueryRowContext(ctx, `select count(*) from sqlite_schema`).Scan(&n)
}

// refused says whether an error is one of writing, which reading may survive.
func refused(err error) bool {
	var lite *sqlite.Error
	if !errors.As(err, &lite) {
		return false
	}
	switch lite.Code() & 0xff {
	case sqlitelib.SQLITE_READONLY, sqlitelib.SQLITE_PERM, sqlitelib.SQLITE_CANTOPEN, sqlitelib.SQLITE_FULL,
		sqlitelib.SQLITE_IOERR:
		return true
	}
	return false
}

// readers is how many connections read SQLite.
func readers() int { return max(4, runtime.NumCPU()) }

// TightenHome takes the rights of others away from a data directory and the folders in it, also where it was there
// before Gave. A directory that holds other things too keeps its rights: it is not Gave's alone.
func TightenHome(dir string) {
	if ours, alone := Home(dir); alone {
		safefile.Tighten(ours...)
	}
}

// Home returns a data directory and its folders that are there, and says whether nothing else is in it.
func Home(dir string) (ours []string, alone bool) {
	info, err := os.Stat(dir)
	if err != nil || info.Mode()&fs.ModeSticky != 0 { // such as /tmp, which is everybody's
		return nil, false
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, false
	}
	ours = []string{dir}
	for _, e := range entries {
		switch name := e.Name(); {
		case slices.Contains(Folders, name):
			// Nobody can enter a folder that is closed, so what is in it need not be looked at.
			ours = append(ours, filepath.Join(dir, name))
		case strings.HasPrefix(name, "gave") || safefile.IsPart(name) || name == "lost+found":
		default:
			return nil, false
		}
	}
	return ours, true
}

// Folders are the folders of a data directory, beside the database.
var Folders = []string{"commons", "uploads"}
