package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
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

// breaks says whether a migration leaves tables on which programs that do not know it must not go on: its number ends
// in 00. After all others they do: on PostgreSQL nodes are replaced one after another, while the rest serve.
func breaks(version int64) bool { return version%100 == 0 }

// Fits says whether this program may work on the tables as they are now: another may have brought them further since
// they were opened.
func (d *DB) Fits(ctx context.Context) error { return fits(ctx, d, d.Dialect) }

func fits(ctx context.Context, q Queryer, dialect Dialect) error {
	ahead, err := Values[int64](ctx, q, `select version_id from `+versionTable+` where version_id > $1 order by version_id`,
		Newest())
	if err != nil {
		return err
	}
	if len(ahead) > 0 && (dialect == SQLite || slices.ContainsFunc(ahead, breaks)) {
		return newer()
	}
	return nil
}

// Whole refuses what walks all tables to leave nothing out, such as erasing, on tables that a newer program brought
// further: this one does not know where else something may lie.
func (t *Tx) Whole(ctx context.Context) error { return leavesOut(ctx, t, t.dialect) }

// Whole is that of a transaction, for what reads.
func (d *DB) Whole(ctx context.Context) error { return leavesOut(ctx, d, d.Dialect) }

func leavesOut(ctx context.Context, q Queryer, dialect Dialect) error {
	version, err := version(ctx, q, dialect)
	if err == nil && version > Newest() {
		err = fault.New(fault.Unavailable, "Gave is being upgraded, and this server is not yet.").
			WithHint("Try again in some minutes.")
	}
	return err
}

// errNewer is the cause of the fault about tables that a newer program brought further than this one may go on with.
var errNewer = errors.New("db: the tables are newer")

// Outdated says whether an error is that the tables are of a newer program, with which this one must not go on.
func Outdated(err error) bool { return errors.Is(err, errNewer) }

func newer() error {
	return fault.Wrap(errNewer, fault.Unavailable, "The database was written by a newer version of Gave.").
		WithHint("Install the newest Gave, or restore a backup made before the upgrade.")
}

// migrate brings the tables up to date, and writes nothing when they are. Tables that a newer Gave has written it
// leaves, or refuses, see Fits.
func (d *DB) migrate(ctx context.Context) error {
	var last error
	for range 20 {
		version, err := d.Version(ctx)
		if err != nil {
			return openFault(err, d.Location)
		}
		if version > Newest() {
			return d.Fits(ctx)
		}
		if version == Newest() {
			return nil
		}
		if last = d.up(ctx); last == nil {
			break
		}
		if d.Dialect != SQLite && !waitedLong(last) || d.readOnly != nil {
			return openFault(last, d.Location)
		}
		// Another program may be making the same tables at this moment, or holds them: look again.
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
	return d.Tell(ctx, Notice{Migrated: true})
}

// waitedLong says whether a migration was given up because somebody held a table for long.
func waitedLong(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "55P03"
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
		steps[i] = goose.NewGoMigration(m.version, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			if d.Dialect == PostgreSQL {
				// What waits for a table keeps all others waiting who want it after: nodes that serve meanwhile. It is
				// better tried again.
				if _, err := tx.ExecContext(ctx, `set local lock_timeout = '2s'`); err != nil {
					return err
				}
			}
			return m.run(ctx, tx)
		}}, nil)
	}
	options := []goose.ProviderOption{
		goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()),
	}
	if d.Dialect == PostgreSQL {
		// Several nodes may start at once; one of them migrates, the others wait, and look each second.
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 600))
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
