package program

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"gave.network/internal/app"
	"gave.network/internal/archive"
	"gave.network/internal/cli"
	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/locale"
)

func backupCommand() *cobra.Command {
	keep := 0
	cmd := &cobra.Command{
		Use: "backup FILE", Short: "Write a copy of all data to a new file.",
		Example: "gave backup gave-2026-11-23.zip\ngave backup --keep 14 /var/backups/gave",
		Args:    cli.Exactly(1, "FILE"),
		Long: "The copy is one state of everything, also while Gave runs and others write: the rows of all tables " +
			"and the shared files. It is read back before it gets its name, and only you may read it. A backup of " +
			"SQLite can be restored into PostgreSQL, and the other way round.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("keep") && keep < 1 {
				return fault.New(fault.Usage, "--keep is how many backups are kept: 1 or more.")
			}
			a, err := openThere(cmd)
			if err != nil {
				return err
			}
			defer a.Close()
			ctx, done := cli.ShowProgress(cmd)
			defer done()
			out := backupOutput{File: args[0], Removed: []string{}, Missing: []string{}}
			var m archive.Manifest
			if keep > 0 {
				var removed []string
				out.File, m, removed, err = archive.Keep(ctx, a.BackupSource(cli.Version().Version), args[0], keep)
				out.Removed = append(out.Removed, removed...)
			} else {
				m, err = archive.Write(ctx, a.BackupSource(cli.Version().Version), args[0])
			}
			done()
			if err != nil {
				return err
			}
			info, err := os.Stat(out.File)
			if err != nil {
				return err
			}
			out.Bytes, out.People, out.Interactions, out.Files = info.Size(), m.People,
				m.Rows("interaction"), len(m.Files)
			out.Missing = append(out.Missing, m.Missing...)
			return cli.Print(cmd, out)
		},
	}
	cmd.Flags().IntVar(&keep, "keep", 0,
		"FILE is a folder: give the backup the moment as its name there, and keep this many of them.")
	return cmd
}

type backupOutput struct {
	File         string   `json:"file"`
	Bytes        int64    `json:"bytes"`
	People       int64    `json:"people"`
	Interactions int64    `json:"interactions"`
	Files        int      `json:"files" doc:"shared files"`
	Missing      []string `json:"missing" doc:"shared files that were not there, or damaged"`
	Removed      []string `json:"removed" doc:"older backups that were removed"`
}

// ExitCode is 3 when the backup is whole but what it is made of is not.
func (o backupOutput) ExitCode() int {
	if len(o.Missing) > 0 {
		return cli.ExitRejected
	}
	return cli.ExitDone
}

// Text is one line, for the log of a timer, and one more for each shared file that is missing.
func (o backupOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", o.File, p.T("%d people, %d interactions, %d shared files, %s", o.People, o.Interactions,
		o.Files, humanize.Bytes(uint64(o.Bytes))))
	for _, name := range o.Missing {
		fmt.Fprintln(&b, p.T("The shared file %s is missing or damaged, so it is not in the backup.", name))
	}
	return b.String()
}

func restoreCommand() *cobra.Command {
	force := false
	cmd := &cobra.Command{
		Use: "restore FILE", Short: "Put a backup in the place of an empty data directory.",
		Example: "gave restore gave-2026-11-23.zip --data ~/gave", Args: cli.Exactly(1, "FILE"),
		Long: "The backup is checked whole before anything is touched, and is never changed. Sessions, tokens and " +
			"pending invitations end in the restored copy. A network that is there already gives way only to " +
			"--force, and is kept beside the copy.",
		RunE: func(cmd *cobra.Command, args []string) error {
			flags := cli.FlagsOf(cmd)
			config := app.Config{Data: flags.Data, Database: flags.Database}
			ctx, done := cli.ShowProgress(cmd)
			defer done()
			restored, err := archive.Restore(ctx, args[0],
				archive.Target{Database: config.Address(), Data: config.Data, Finish: app.EndCopies, Force: force})
			done()
			if err != nil {
				return err
			}
			a, err := app.Open(cmd.Context(), config)
			if err != nil {
				return err
			}
			defer a.Close()
			out := restoreOutput{
				File: a.DB.Location, Kept: restored.Kept,
				Files: len(restored.Manifest.Files), Changed: restored.Changed, Missing: append([]string{},
					restored.Manifest.Missing...),
			}
			if !restored.Manifest.Made.IsZero() {
				out.Made = &restored.Manifest.Made
			}
			if out.Bytes, err = a.DB.Size(cmd.Context()); err != nil {
				return err
			}
			if out.People, out.Interactions, err = a.Counts(cmd.Context()); err != nil {
				return err
			}
			return cli.Print(cmd, out)
		},
	}
	cmd.Flags().BoolVar(&force, "force", false,
		"Also where there is a network already: it is kept beside the restored copy.")
	return cmd
}

type restoreOutput struct {
	File         string     `json:"file"`
	Bytes        int64      `json:"bytes"`
	People       int64      `json:"people"`
	Interactions int64      `json:"interactions"`
	Files        int        `json:"files" doc:"shared files"`
	Missing      []string   `json:"missing" doc:"shared files that were not there, or damaged"`
	Made         *time.Time `json:"made,omitempty"`
	Kept         string     `json:"kept,omitempty" doc:"where the network is that was there before"`
	Changed      int        `json:"changed,omitempty" doc:"texts in which a character that PostgreSQL cannot hold was replaced"`
}

// Text says what was restored, and what to know about it.
func (o restoreOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", o.File,
		p.T("%d people, %d interactions, %d shared files", o.People, o.Interactions, o.Files))
	for _, name := range o.Missing {
		fmt.Fprintln(&b, p.T("The shared file %s was missing or damaged when the backup was made.", name))
	}
	if o.Changed > 0 {
		fmt.Fprintln(&b, p.T("In %d texts a character was replaced that PostgreSQL cannot hold.", o.Changed))
	}
	if o.Kept != "" {
		fmt.Fprintln(&b, p.T("What was there before is kept in %s.", o.Kept))
	}
	fmt.Fprintln(&b, p.T("Sessions, tokens and pending invitations have ended: sign in again."))
	return b.String()
}

// openThere opens a network that must be there already: a backup of nothing, or a check-up of it, would say that all is
// well with a directory that was mistyped.
func openThere(cmd *cobra.Command) (*app.App, error) {
	flags := cli.FlagsOf(cmd)
	config := app.Config{Data: flags.Data, Database: flags.Database}
	if config.Database == "" {
		if info, err := os.Stat(filepath.Join(config.Data, db.FileName)); err != nil || info.Size() == 0 {
			return nil, fault.New(fault.NotFound, "There is no network in %s.", config.Data).
				WithHint("Say with --data where it is.")
		}
	}
	return app.Open(cmd.Context(), config)
}
