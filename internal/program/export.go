package program

import (
	"errors"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"gave.network/internal/app"
	"gave.network/internal/cli"
	"gave.network/internal/fault"
)

func exportCommand() *cobra.Command {
	to := ""
	cmd := &cobra.Command{
		Use: "export [PERSON]", Short: "Write what you keep as JSON: all of it, or what has to do with one person.", Example: "gave export --to everything.json",
		Long: "For another program, or for a person who asks what you keep of them. Who had rather not be together is left out. A copy that Gave can go on with is made by gave backup.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			flags := cli.FlagsOf(cmd)
			a, err := app.Open(cmd.Context(), app.Config{Data: flags.Data, Database: flags.Database})
			if err != nil {
				return err
			}
			defer a.Close()
			viewer, err := a.Account.Local(cmd.Context(), flags.Lang)
			if err != nil {
				return err
			}
			person := ""
			if len(args) == 1 {
				person = args[0]
			}
			if to == "" {
				return a.Export(cmd.Context(), viewer, cmd.OutOrStdout(), person)
			}
			file, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if errors.Is(err, fs.ErrExist) {
				return fault.New(fault.Conflict, "The file %s exists already.", to).WithHint("Choose another name: nothing is written over.")
			}
			if err != nil {
				return fault.Wrap(err, fault.Unavailable, "The file %s cannot be written.", to)
			}
			if err := a.Export(cmd.Context(), viewer, file, person); err != nil {
				file.Close()
				os.Remove(to)
				return err
			}
			if err := file.Close(); err != nil {
				return fault.Wrap(err, fault.Unavailable, "The file %s cannot be written.", to)
			}
			info, err := os.Stat(to)
			if err != nil {
				return err
			}
			return cli.Print(cmd, written{to, info.Size()})
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "Write to this new file instead of standard output.")
	return cmd
}

// written says what was written.
type written struct {
	File  string `json:"file"`
	Bytes int64  `json:"bytes"`
}
