package db

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"gave.network/internal/fault"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Newest returns the version of the tables that this program knows.
func Newest() int64 {
	all, err := loadMigrations(SQLite)
	if err != nil {
		panic("db: " + err.Error()) // the files are part of the program
	}
	return all[len(all)-1].version
}

// Version returns the version of the tables; 0 when there are none. It only reads.
func (d *DB) Version(ctx context.Context) (int64, error) { return version(ctx, d, d.Dialect) }

const versionTable = "goose_db_version"

func version(ctx context.Context, q Queryer, dialect Dialect) (int64, error) {
	there := `select count(*) from sqlite_schema where name = $1`
	if dialect == PostgreSQL {
		there = `select count(*) from pg_tables where schemaname = current_schema() and tablename = $1`
	}
	n, err := Value[int](ctx, q, there, versionTable)
	if err != nil || n == 0 {
		return 0, err
	}
	return Value[int64](ctx, q, `select coalesce(max(version_id), 0) from `+versionTable)
}

func newer() error {
	return fault.New(fault.Unavailable, "The database was written by a newer version of Gave.").
		WithHint("Install the newest Gave, or restore a backup made before the upgrade.")
}

// migrate brings the tables up to date, and writes nothing when they are. It refuses a database that a newer Gave has
// written.
func (d *DB) migrate(ctx context.Context) error {
	var last error
	for range 20 {
		version, err := d.Version(ctx)
		if err != nil {
			return openFault(err, d.Location)
		}
		if version > Newest() {
			return newer()
		}
		if version == Newest() {
			return nil
		}
		if last = d.up(ctx); last == nil {
			break
		}
		if d.Dialect != SQLite || d.readOnly != nil {
			return openFault(last, d.Location)
		}
		// Another program may be making the same tables at this moment: look again.
		if err := sleep(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
	if last != nil {
		return openFault(last, d.Location)
	}
	if d.Dialect == SQLite { // PostgreSQL looks by itself, and sees how unevenly things are spread
		return d.describe(ctx)
	}
	return nil
}

// up runs the migrations that are missing.
func (d *DB) up(ctx context.Context) error {
	if d.readOnly != nil {
		return d.readOnly
	}
	all, err := loadMigrations(d.Dialect)
	if err != nil {
		return err
	}
	steps := make([]*goose.Migration, len(all))
	for i, m := range all {
		steps[i] = goose.NewGoMigration(m.version, &goose.GoFunc{RunTx: m.run}, nil)
	}
	options := []goose.ProviderOption{
		goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()),
	}
	if d.Dialect == PostgreSQL {
		// Several nodes may start at once; one of them migrates, the others wait.
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return fmt.Errorf("db: lock for migration: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(d.Dialect.goose(), d.write, nil, options...)
	if err != nil {
		return fmt.Errorf("db: migrations: %w", err)
	}
	_, err = provider.Up(ctx)
	return err
}

// migration is one step of the tables: its number and its SQL.
type migration struct {
	version int64
	text    string
}

func (m migration) run(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, m.text)
	return err
}

// loadMigrations reads the embedded files. Two things are said differently to PostgreSQL: "without rowid" stores a
// SQLite table as its primary key's tree, which halves the writes, and is left out; the collation "binary" is called
// "C".
func loadMigrations(dialect Dialect) ([]migration, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	var out []migration
	for _, name := range names {
		content, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		number, _, _ := strings.Cut(path.Base(name), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("db: migration %s has no number", name)
		}
		text := string(content)
		if dialect == PostgreSQL {
			text = strings.NewReplacer(" without rowid", "", "collate binary", `collate "C"`).Replace(text)
		}
		out = append(out, migration{version, text})
	}
	return out, nil
}

// Version returns the version of the tables as the transaction sees them.
func (t *Tx) Version(ctx context.Context) (int64, error) { return version(ctx, t, t.dialect) }
