package cli_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"

	"gave.network/internal/api/apitest"
	"gave.network/internal/cli"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"gave": func() {
		os.Exit(cli.Run(program(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}})
}

// program is an address book that is kept in the data directory.
func program() *cobra.Command {
	serve := &cobra.Command{
		Use: "serve", Short: "Serve the pages",
		RunE: func(cmd *cobra.Command, _ []string) error {
			session, err := cli.Open(cmd)
			if err != nil {
				return err
			}
			return cli.Print(cmd, map[string]any{"role": session.Viewer.Role.String(), "data": cli.FlagsOf(cmd).Data})
		},
	}
	serve.Flags().String("listen", "127.0.0.1:8080", "Address to listen on.")
	wait := &cobra.Command{
		Use: "wait", Short: "Wait for an interrupt", RunE: func(cmd *cobra.Command, _ []string) error {
			if err := os.WriteFile("ready", nil, 0o600); err != nil {
				return err
			}
			<-cmd.Context().Done()
			return fault.Wrap(cmd.Context().Err(), fault.Unavailable, "The database does not answer.")
		},
	}
	broken := &cobra.Command{Use: "broken", Short: "Fail", RunE: func(*cobra.Command, []string) error {
		return errors.New("no\x1b[2Jbytes")
	}}
	more := &cobra.Command{Use: "people"}
	more.AddCommand(&cobra.Command{
		Use: "count", Short: "Count people", RunE: func(*cobra.Command, []string) error { return cli.Exit(3) },
	})
	return cli.New(cli.Program{
		Name: "gave", Short: "A network for people who network by giving", Open: open,
		Registry: (&apitest.Book{}).Registry(), Extra: []*cobra.Command{serve, wait, broken, more},
	})
}

func open(_ context.Context, flags cli.Flags) (cli.Session, error) {
	if flags.Database != "" {
		return cli.Session{}, fault.Wrap(errors.New("dial tcp: refused"), fault.Unavailable,
			"The database does not answer.").
			WithHint("Check that PostgreSQL runs.")
	}
	book, file := &apitest.Book{}, filepath.Join(flags.Data, "book.json")
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, book)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return cli.Session{}, err
	}
	return cli.Session{
		Registry: book.Registry(),
		Viewer:   op.Viewer{Account: id.New(), Role: op.Owner},
		Close: func() error {
			text, err := json.Marshal(book)
			if err != nil {
				return err
			}
			if err := os.MkdirAll(flags.Data, 0o700); err != nil {
				return err
			}
			return os.WriteFile(file, text, 0o600)
		},
	}, nil
}

func TestManual(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Setenv("GAVE_DATA", filepath.Join(env.WorkDir, "data"))
			env.Setenv("LANG", "en_GB.UTF-8")
			env.Setenv("TZ", "UTC")
			return nil
		},
	})
}
