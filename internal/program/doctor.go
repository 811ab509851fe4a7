package program

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
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
	"gave.network/internal/safefile"
)

// checkup is what the doctor found.
type checkup struct {
	Database string   `json:"database"`
	Version  int64    `json:"version" doc:"of the tables"`
	Bytes    int64    `json:"bytes"`
	People   int      `json:"people"`
	Ties     int      `json:"ties"`
	Evidence int      `json:"interactions"`
	Files    int      `json:"files" doc:"shared files"`
	Empty    bool     `json:"empty" doc:"nothing has been stored yet"`
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
	fmt.Fprintf(&b, "%s\n%s\n", c.Database,
		p.T("%d people, %d interactions, %d ties, %d kB", c.People, c.Evidence, c.Ties, c.Bytes/1024))
	for _, f := range c.Found {
		fmt.Fprintf(&b, "- %s\n", f)
	}
	switch {
	case len(c.Found) > 0:
	case c.Empty:
		b.WriteString(
			p.T("The network is empty: nothing is wrong, and nothing is stored. Is this the right place?") + "\n")
	default:
		b.WriteString(p.T("All is well.") + "\n")
	}
	return b.String()
}

// examination is what the checks of the doctor work on.
type examination struct {
	app *app.App
	p   *locale.Printer
	// deep asks for what takes long in a large network.
	deep bool
	*checkup
}

// wrong adds a sentence about what was found.
func (e *examination) wrong(sentence string) { e.Found = append(e.Found, sentence) }

// checks are what the doctor looks at, in this order. A check says what is wrong with e.wrong; its error ends the
// examination.
var checks = []func(ctx context.Context, e *examination) error{
	checkDatabase, checkCounts, checkTies, checkImports, checkFiles, checkRights, checkLeftovers,
}

func doctorCommand() *cobra.Command {
	deep := false
	cmd := &cobra.Command{
		Use: "doctor", Short: "Check that the data is sound.", Example: "gave doctor\ngave doctor --deep",
		Args: cli.Exactly(0, ""),
		Long: "It checks the database itself, a sample of the ties against their evidence, the shared files, who may " +
			"read them, and what broken-off work has left.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			flags := cli.FlagsOf(cmd)
			out := checkup{
				Database: app.Config{Data: flags.Data, Database: flags.Database}.Address(), Found: []string{},
			}
			e := &examination{p: cli.Printer(cmd), deep: deep, checkup: &out}
			a, err := openThere(cmd)
			if err == nil {
				defer a.Close()
				e.app, out.Database = a, a.DB.Location
				for _, check := range checks {
					if err = check(cmd.Context(), e); err != nil {
						break
					}
				}
			}
			if err := e.damage(err); err != nil {
				return err
			}
			return cli.Print(cmd, out)
		},
	}
	cmd.Flags().BoolVar(&deep, "deep", false,
		"Also what takes long: read every row, and derive all ties from their evidence again.")
	return cmd
}

// damage makes a finding of the fault of a damaged database; the hint to ask the doctor is left out, since this is the
// doctor.
func (e *examination) damage(err error) error {
	if !db.Damaged(err) {
		return err
	}
	e.wrong(e.p.T("The database file is damaged. Restore a backup with gave restore."))
	return nil
}

func checkDatabase(ctx context.Context, e *examination) (err error) {
	if e.Version, err = e.app.DB.Version(ctx); err != nil {
		return err
	}
	if e.Bytes, err = e.app.DB.Size(ctx); err != nil {
		return err
	}
	wrong, err := e.app.DB.CheckIntegrity(ctx)
	e.Found = append(e.Found, wrong...)
	if err != nil || !e.deep {
		return err
	}
	return e.app.DB.Read(ctx, func(tx *db.Tx) error {
		tables, err := db.Tables(ctx, tx)
		if err != nil {
			return err
		}
		for _, t := range tables {
			for _, err := range db.EachRow(ctx, tx, t) {
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func checkCounts(ctx context.Context, e *examination) (err error) {
	for _, count := range []struct {
		into  *int
		query string
	}{
		{&e.People, `select count(*) from person where merged = $1`},
		{&e.Ties, `select count(*) from tie where person < other and owner >= $1`},
		{&e.Evidence, `select count(*) from interaction where id > $1`},
	} {
		if *count.into, err = db.Value[int](ctx, e.app.DB, count.query, id.Zero); err != nil {
			return err
		}
	}
	e.Empty = e.People == 0 && e.Evidence == 0
	return nil
}

func checkTies(ctx context.Context, e *examination) error {
	lonely, err := db.Value[int](ctx, e.app.DB, `select count(*) from tie t where not exists
		(select 1 from tie r where r.space = t.space and r.owner = t.owner and r.person = t.other
		and r.other = t.person)`)
	if err != nil {
		return err
	}
	if lonely > 0 {
		e.wrong(e.p.T("%d ties are known from one side only: run gave rebuild.", lonely))
	}
	wrong, err := examineTies(ctx, e.app.DB, e.deep)
	e.Found = append(e.Found, wrong...)
	return err
}

func checkImports(ctx context.Context, e *examination) error {
	broken, err := db.Value[int](ctx, e.app.DB, `select count(*) from import where state = 'running' and claimed < $1`,
		time.Now().Add(-time.Minute).UnixMicro())
	if err != nil {
		return err
	}
	if broken > 0 {
		e.wrong(e.p.T("%d imports were broken off: give their commands again, or start the server.", broken))
	}
	return nil
}

// checkFiles reads the shared files that rows point to.
func checkFiles(ctx context.Context, e *examination) error {
	files, err := app.SharedFiles(ctx, e.app.DB)
	if err != nil {
		return err
	}
	e.Files = len(files)
	for _, f := range files {
		sound, err := f.Check(ctx, e.app.Config.Data)
		if err != nil {
			return err
		}
		if !sound {
			e.wrong(e.p.T("The shared file %s is missing or damaged: put it back from a backup.", f.Name))
		}
	}
	return nil
}

// checkRights finds what others may read. Opening takes their rights away already; what is left belongs to somebody
// else.
func checkRights(_ context.Context, e *examination) error {
	data := e.app.Config.Data
	paths, _ := db.Home(data)
	for _, pattern := range []string{db.FileName + "*", "gave-*.zip"} {
		found, err := filepath.Glob(filepath.Join(data, pattern))
		if err != nil {
			return err
		}
		paths = append(paths, found...)
	}
	for _, path := range safefile.Readable(paths...) {
		e.wrong(e.p.T("Others on this machine may read %s: take that right away with chmod go-rwx.", path))
	}
	return nil
}

// checkLeftovers finds what killed programs left half written.
func checkLeftovers(_ context.Context, e *examination) error {
	for _, folder := range append([]string{"."}, db.Folders...) {
		stale, err := safefile.Stale(filepath.Join(e.app.Config.Data, folder))
		if err != nil {
			if errors.Is(err, fs.ErrPermission) {
				continue // its owner's business
			}
			return fault.Wrap(err, fault.Unavailable, "The file %s cannot be read.", folder)
		}
		received, err := filepath.Glob(filepath.Join(e.app.Config.Data, folder, "receiving-*"))
		if err != nil {
			return err
		}
		for _, path := range received {
			if info, err := os.Stat(path); err == nil && time.Since(info.ModTime()) > time.Hour {
				stale = append(stale, path)
			}
		}
		for _, path := range stale {
			e.wrong(e.p.T("%s is left of work that was broken off: it can be removed.", path))
		}
	}
	return nil
}
