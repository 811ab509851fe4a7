// Package db opens the database, migrates it, and decides once how SQL, transactions and errors are done. One SQL text
// serves SQLite and PostgreSQL; what differs between the two is written down here and nowhere else.
package db

import (
	"context"
	"database/sql"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"gave.network/internal/fault"
	"gave.network/internal/id"
)

// Dialect names the database behind a DB.
type Dialect string

// The two databases.
const (
	SQLite     Dialect = "sqlite"
	PostgreSQL Dialect = "postgres"
)

// goose is the name that the library of migrations gives it.
func (d Dialect) goose() goose.Dialect {
	if d == PostgreSQL {
		return goose.DialectPostgres
	}
	return goose.DialectSQLite3
}

// FileName is the name of the SQLite database inside the data directory.
const FileName = "gave.db"

// DB is an open database. Reads go to many connections; writes of SQLite go to one, so that writers queue in Go rather
// than fail in the database.
type DB struct {
	Dialect Dialect
	// Location is the file of SQLite, or the address of PostgreSQL without its password; for messages only.
	Location string
	write    *sql.DB
	read     *sql.DB
	// readOnly says that the file can be read and not written: its folder or the disk does not allow it.
	readOnly error
	patience
	keeper keeper
	// holds one for each serial transaction of this process; nil where the database has one writer anyway
	serial chan struct{}

	address string      // of PostgreSQL, with its password
	node    id.ID       // names this DB among those on the same database
	heard   atomic.Bool // whether it hears the others
}

// Queryer runs statements: a DB for reading, or a Tx.
type Queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// Open opens the database at address and brings its tables up to date. The address is "postgres://…" or the path of a
// SQLite file, which is created with its folder when it is not there.
func Open(ctx context.Context, address string) (*DB, error) {
	var (
		d   *DB
		err error
	)
	if isPostgreSQL(address) {
		d, err = openPostgreSQL(ctx, address)
	} else if strings.Contains(address, "://") {
		return nil, fault.New(fault.Usage, "The database address cannot be read.").
			WithHint("Write it as postgres://user:password@host:5432/name.")
	} else {
		d, err = openSQLite(ctx, address)
	}
	if err != nil {
		return nil, err
	}
	if err := d.migrate(ctx); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

func isPostgreSQL(address string) bool {
	return strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://")
}

func openPostgreSQL(ctx context.Context, address string) (*DB, error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, fault.New(fault.Usage, "The database address cannot be read.").
			WithHint("Write it as postgres://user:password@host:5432/name.")
	}
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, openFault(err, parsed.Redacted())
	}
	pool := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(plainly))
	pool.SetMaxOpenConns(16)
	pool.SetMaxIdleConns(8)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	ping, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := pool.PingContext(ping); err != nil {
		pool.Close()
		return nil, fault.Wrap(err, fault.Unavailable, "The database at %s does not answer.", parsed.Host).
			WithHint("Check that PostgreSQL runs and that the address, user and password in --database are right.")
	}
	return &DB{
		Dialect: PostgreSQL, Location: parsed.Redacted(), write: pool, read: pool,
		serial: make(chan struct{}, mostSerial), address: address, node: id.New(),
	}, nil
}

// plainly has each statement planned for what it asks: PostgreSQL would go on with a plan for the usual member and
// person, which is hundreds of times slower for one who has most of the ties. The address may say otherwise.
func plainly(ctx context.Context, conn *pgx.Conn) error {
	const setting = "plan_cache_mode"
	if conn.Config().RuntimeParams[setting] != "" {
		return nil
	}
	_, err := conn.Exec(ctx, `set `+setting+` = force_custom_plan`, pgx.QueryExecModeSimpleProtocol)
	return err
}

// Close closes all connections.
func (d *DB) Close() error {
	err := d.read.Close()
	if d.write != d.read {
		err = firstError(d.write.Close(), err)
	}
	return err
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// QueryContext reads outside a transaction, or inside the one that the context carries.
func (d *DB) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if tx := d.carried(ctx); tx != nil {
		return tx.QueryContext(ctx, query, args...)
	}
	observe(ctx, query)
	return d.read.QueryContext(ctx, placed(d.Dialect, query, len(args)), args...)
}

// ExecContext writes one statement in a transaction of its own, or inside the one that the context carries.
func (d *DB) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	tx := d.carried(ctx)
	_, _, counted := writing(query)
	if tx == nil && !counted {
		observe(ctx, query)
		var result sql.Result
		query = placed(d.Dialect, query, len(args))
		err := d.patiently(ctx, func() (err error) {
			result, err = d.write.ExecContext(ctx, query, args...)
			return err
		})
		return result, err
	}
	if tx == nil {
		var result sql.Result
		err := d.Write(ctx, func(tx *Tx) (err error) {
			result, err = tx.ExecContext(ctx, query, args...)
			return err
		})
		return result, err
	}
	var result sql.Result
	err := tx.nested(ctx, func(inner *Tx) (err error) {
		result, err = inner.ExecContext(ctx, query, args...)
		return err
	})
	return result, err
}

// PrepareContext prepares a statement that writes.
func (d *DB) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	if tx := d.carried(ctx); tx != nil {
		return tx.PrepareContext(ctx, query)
	}
	return d.write.PrepareContext(ctx, query)
}

// Scrub overwrites what the log of SQLite still holds of deleted rows, as far as nobody reads from it just now; the
// next checkpoint does the rest. PostgreSQL overwrites in its own time (vacuum). Inside a transaction it waits for the
// commit.
func (d *DB) Scrub(ctx context.Context) error {
	if d.Dialect != SQLite {
		return nil
	}
	const checkpoint = `pragma wal_checkpoint(truncate)`
	if tx := d.carried(ctx); tx != nil {
		// What was asked for is done by then; a checkpoint that does not come through is made up for by the next.
		tx.AfterCommit(func() { _, _ = d.write.ExecContext(context.WithoutCancel(ctx), checkpoint) })
		return nil
	}
	_, err := d.ExecContext(ctx, checkpoint)
	return Fault(err)
}

// Ping says whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	if err := d.read.PingContext(ctx); err != nil {
		return Fault(err)
	}
	return nil
}

// Size returns the bytes that the database takes.
func (d *DB) Size(ctx context.Context) (int64, error) {
	query := `select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()`
	if d.Dialect == PostgreSQL {
		query = `select pg_database_size(current_database()) as bytes`
	}
	return Value[int64](ctx, d, query)
}

// CheckIntegrity returns what the database itself finds wrong; nothing when it is sound.
func (d *DB) CheckIntegrity(ctx context.Context) ([]string, error) {
	if d.Dialect != SQLite {
		return nil, nil
	}
	found, err := Values[string](ctx, d, "select integrity_check from pragma_integrity_check")
	if err != nil {
		return nil, err
	}
	if len(found) == 1 && found[0] == "ok" {
		found = nil
	}
	broken, err := Values[string](ctx, d, `select "table" || ' refers to a missing row of ' || parent
		from pragma_foreign_key_check`)
	return append(found, broken...), err
}
