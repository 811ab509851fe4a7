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

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"gave.network/internal/fault"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the tables up to date. It refuses a database that a newer Gave has written.
func (d *DB) migrate(ctx context.Context) error {
	all, err := loadMigrations(d.Dialect)
	if err != nil {
		return err
	}
	dialect := goose.DialectSQLite3
	options := []goose.ProviderOption{goose.WithGoMigrations(all...), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger())}
	if d.Dialect == PostgreSQL {
		// Several nodes may start at once; one of them migrates, the others wait.
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return fmt.Errorf("db: lock for migration: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(dialect, d.write, nil, options...)
	if err != nil {
		return fmt.Errorf("db: migrations: %w", err)
	}
	version, err := provider.GetDBVersion(ctx)
	if err != nil {
		return openFault(err, d.Location)
	}
	newest := all[len(all)-1].Version
	if version > newest {
		return fault.New(fault.Unavailable, "The database was written by a newer version of Gave.").
			WithHint("Install the newest Gave, or restore a backup made before the upgrade.")
	}
	if version == newest {
		return nil
	}
	if _, err := provider.Up(ctx); err != nil {
		return openFault(err, d.Location)
	}
	if d.Dialect == SQLite { // PostgreSQL looks by itself, and sees how unevenly things are spread
		return d.describe(ctx)
	}
	return nil
}

// loadMigrations reads the embedded files. Two things are said differently to PostgreSQL: "without rowid" stores a SQLite table
// as its primary key's tree, which halves the writes, and is left out; the collation "binary" is called "C".
func loadMigrations(dialect Dialect) ([]*goose.Migration, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	var out []*goose.Migration
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
		out = append(out, goose.NewGoMigration(version, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, text)
			return err
		}}, nil))
	}
	return out, nil
}
