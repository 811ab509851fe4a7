package program

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gave.network/internal/app"
	"gave.network/internal/cli"
	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
)

func backupCommand() *cobra.Command {
	return &cobra.Command{
		Use: "backup FILE", Short: "Write a copy of all data to a new file.", Example: "gave backup gave-2026-11-23.db", Args: exactly(1, "FILE"),
		Long: "The copy is taken while Gave runs and is whole. It is a database of its own: restore it, or point --data at its folder.",
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := openDatabase(cmd)
			if err != nil {
				return err
			}
			defer d.Close()
			if err := d.Backup(cmd.Context(), args[0]); err != nil {
				return err
			}
			info, err := os.Stat(args[0])
			if err != nil {
				return err
			}
			return cli.Print(cmd, backupOutput{args[0], info.Size()})
		},
	}
}

type backupOutput struct {
	File  string `json:"file"`
	Bytes int64  `json:"bytes"`
}

func restoreCommand() *cobra.Command {
	return &cobra.Command{
		Use: "restore FILE", Short: "Put a backup in the place of an empty data directory.", Example: "gave restore gave-2026-11-23.db --data ~/gave", Args: exactly(1, "FILE"),
		Long: "What is in the data directory is never written over: move it away first.",
		RunE: func(cmd *cobra.Command, args []string) error {
			flags := cli.FlagsOf(cmd)
			if flags.Database != "" {
				return fault.New(fault.Invalid, "A PostgreSQL database is restored with its own tools.").WithHint("Use pg_restore.")
			}
			target := filepath.Join(flags.Data, db.FileName)
			if _, err := os.Stat(target); err == nil {
				return fault.New(fault.Conflict, "There is a database in %s already.", flags.Data).WithHint("Move it away, or choose another directory with --data.")
			}
			if _, err := os.Stat(args[0]); err != nil {
				return fault.Wrap(err, fault.NotFound, "The file %s cannot be read.", args[0])
			}
			// Opening checks that it is ours and not newer; the copy is made by the database, so it is whole.
			source, err := db.Open(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			defer source.Close()
			if err := os.MkdirAll(flags.Data, 0o700); err != nil {
				return fault.Wrap(err, fault.Unavailable, "The data directory %s cannot be made.", flags.Data).WithHint("Choose a directory that you may write to with --data.")
			}
			if err := source.Backup(cmd.Context(), target); err != nil {
				return err
			}
			info, err := os.Stat(target)
			if err != nil {
				return err
			}
			return cli.Print(cmd, backupOutput{target, info.Size()})
		},
	}
}

// checkup is what the doctor found.
type checkup struct {
	Database string   `json:"database"`
	Bytes    int64    `json:"bytes"`
	People   int      `json:"people"`
	Ties     int      `json:"ties"`
	Evidence int      `json:"interactions"`
	Found    []string `json:"found" doc:"what is wrong; empty when all is well"`
}

// ExitCode is 1 when something is wrong.
func (c checkup) ExitCode() int {
	if len(c.Found) > 0 {
		return cli.ExitFailed
	}
	return cli.ExitDone
}

// Text prints what the doctor found.
func (c checkup) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", c.Database, p.T("%d people, %d interactions, %d ties, %d kB", c.People, c.Evidence, c.Ties, c.Bytes/1024))
	for _, f := range c.Found {
		fmt.Fprintf(&b, "- %s\n", f)
	}
	if len(c.Found) == 0 {
		b.WriteString(p.T("All is well.") + "\n")
	}
	return b.String()
}

func doctorCommand() *cobra.Command {
	var deep bool
	command := &cobra.Command{
		Use: "doctor", Short: "Check that the data is sound.", Example: "gave doctor", Args: exactly(0, ""),
		Long: "It checks the database itself, and that a sample of the ties are the ones that their evidence gives, or with --deep all of them.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := openDatabase(cmd)
			if err != nil {
				return err
			}
			defer d.Close()
			found, err := examine(cmd.Context(), d)
			if err != nil {
				return err
			}
			wrong, err := examineTies(cmd.Context(), d, deep)
			if err != nil {
				return err
			}
			found.Found = append(found.Found, wrong...)
			return cli.Print(cmd, found)
		},
	}
	command.Flags().BoolVar(&deep, "deep", false, "derive all ties from their evidence again, not only a sample")
	return command
}

func examine(ctx context.Context, d *db.DB) (checkup, error) {
	out := checkup{Database: d.Location, Found: []string{}}
	wrong, err := d.CheckIntegrity(ctx)
	if err != nil {
		return out, err
	}
	out.Found = append(out.Found, wrong...)
	if out.Bytes, err = d.Size(ctx); err != nil {
		return out, err
	}
	for _, count := range []struct {
		into  *int
		query string
	}{
		{&out.People, `select count(*) from person where merged = $1`},
		{&out.Ties, `select count(*) from tie where person < other and owner >= $1`},
		{&out.Evidence, `select count(*) from interaction where id > $1`},
	} {
		if *count.into, err = db.Value[int](ctx, d, count.query, zero); err != nil {
			return out, err
		}
	}
	lonely, err := db.Value[int](ctx, d, `select count(*) from tie t where not exists
		(select 1 from tie r where r.space = t.space and r.owner = t.owner and r.person = t.other and r.other = t.person)`)
	if err != nil {
		return out, err
	}
	if lonely > 0 {
		out.Found = append(out.Found, fmt.Sprintf("%d ties are known from one side only: run gave rebuild.", lonely))
	}
	broken, err := db.Value[int](ctx, d, `select count(*) from import where state = 'running' and claimed < $1`, time.Now().Add(-time.Minute).UnixMicro())
	if err != nil {
		return out, err
	}
	if broken > 0 {
		out.Found = append(out.Found, fmt.Sprintf("%d imports were broken off: give their commands again, or start the server.", broken))
	}
	return out, nil
}

// zero is the id of nothing, for queries.
var zero = id.Zero

func openDatabase(cmd *cobra.Command) (*db.DB, error) {
	flags := cli.FlagsOf(cmd)
	a, err := app.Open(cmd.Context(), app.Config{Data: flags.Data, Database: flags.Database})
	if err != nil {
		return nil, err
	}
	return a.DB, nil
}

// exactly asks for a number of arguments.
func exactly(n int, names string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		if n == 0 {
			return fault.New(fault.Usage, "%s takes no arguments.", cmd.CommandPath())
		}
		return fault.New(fault.Usage, "%s takes %s.", cmd.CommandPath(), names).WithHint("See " + cmd.CommandPath() + " --help.")
	}
}
