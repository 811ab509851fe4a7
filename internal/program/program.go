// Package program puts the commands together: one for each operation, and those that need more than an operation.
package program

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"gave.network/internal/app"
	"gave.network/internal/cli"
	"gave.network/internal/config"
	"gave.network/internal/locale"
)

// Main runs the program and returns its exit code.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return cli.Run(New(), args, stdin, stdout, stderr)
}

// New returns all commands.
func New() *cobra.Command {
	return cli.New(cli.Program{
		Name: "gave", Short: "A network for people who network by giving", Open: open, Registry: app.Registry(),
		Extra: []*cobra.Command{
			serveCommand(), mcpCommand(), configCommand(), backupCommand(), restoreCommand(), exportCommand(),
			doctorCommand(), graphCommand(), praiseCommand(), accountCommand(),
		},
	})
}

// open opens the data of the machine's user, who is its owner.
func open(ctx context.Context, flags cli.Flags) (cli.Session, error) {
	a, err := app.Open(ctx, app.Config{Data: flags.Data, Database: flags.Database})
	if err != nil {
		return cli.Session{}, err
	}
	networks, err := config.ParseNetworks(flags.Networks)
	if err != nil {
		a.Close()
		return cli.Session{}, err
	}
	a.Intake.TrustCalendars(networks)
	a.Source.Trust(networks)
	if err := mailboxesBy(a, flags.Settings); err != nil {
		a.Close()
		return cli.Session{}, err
	}
	if !flags.Quiet {
		a.DB.OnWait(func(sentence string) { fmt.Fprintln(os.Stderr, locale.New(flags.Lang, time.Local).T(sentence)) })
	}
	viewer, err := a.Account.LocalIn(ctx, flags.Lang, flags.Space)
	if err != nil {
		a.Close()
		return cli.Session{}, err
	}
	return cli.Session{Registry: a.Operations, Viewer: viewer, Close: a.Close}, nil
}
