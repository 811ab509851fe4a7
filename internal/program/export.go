package program

import (
	"errors"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"gave.network/internal/app"
	"gave.network/internal/cli"
	"gave.network/internal/fault"
	"gave.network/internal/locale"
)

func exportCommand() *cobra.Command {
	to, files, parquet, unmasked := "", "", "", false
	cmd := &cobra.Command{
		Use: "export [PERSON]", Short: "Write what you keep as JSON: all of it, or what has to do with one person.",
		Example: "gave export --to everything.json",
		Long: "For another program, for a person who asks what you keep of them, or for another Gave: gave import " +
			"reads an export back into an empty network. In an export of one person the names of others are masked. " +
			"Who had rather not be together is left out. With --out shared files are in it too. With --parquet it " +
			"writes people, contacts and ties for programs that work on large data: no titles, no places, no notes.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			flags := cli.FlagsOf(cmd)
			a, err := app.Open(cmd.Context(), app.Config{Data: flags.Data, Database: flags.Database})
			if err != nil {
				return err
			}
			defer a.Close()
			viewer, err := a.Account.LocalIn(cmd.Context(), flags.Lang, flags.Space)
			if err != nil {
				return err
			}
			if parquet != "" {
				if len(args) > 0 || to != "" || files != "" || unmasked {
					return fault.New(fault.Usage, "--parquet goes with no other choice.")
				}
				if err := a.ExportParquet(cmd.Context(), viewer, parquet); err != nil {
					return err
				}
				return cli.Print(cmd, exportOutput{parquet})
			}
			what := app.Export{Unmasked: unmasked}
			if len(args) == 1 {
				what.Person = args[0]
			}
			if files != "" {
				if err := a.ExportFiles(cmd.Context(), viewer, files, what); err != nil {
					return err
				}
				return cli.Print(cmd, exportOutput{files})
			}
			if to == "" {
				return a.ExportWith(cmd.Context(), viewer, cmd.OutOrStdout(), what)
			}
			file, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if errors.Is(err, fs.ErrExist) {
				return fault.New(fault.Conflict, "The file %s exists already.", to).
					WithHint("Choose another name: nothing is written over.")
			}
			if err != nil {
				return fault.Wrap(err, fault.Unavailable, "The file %s cannot be written.", to)
			}
			if err := a.ExportWith(cmd.Context(), viewer, file, what); err != nil {
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
	cmd.Flags().StringVar(&files, "out", "",
		"Write everything with your shared files to this new folder, or to a zip when the name ends in .zip.")
	cmd.Flags().StringVar(&parquet, "parquet", "",
		"Write people, contacts and ties as Parquet files into this new folder.")
	cmd.Flags().BoolVar(&unmasked, "unmasked", false,
		"Leave the names of others in an export of one person: for your own use.")
	cmd.Flags().StringVar(&to, "to", "", "Write to this new file instead of standard output.")
	return cmd
}

// written says what was written.
type written struct {
	File  string `json:"file"`
	Bytes int64  `json:"bytes"`
}

// exportOutput says where an export lies.
type exportOutput struct {
	Out string `json:"out"`
}

// Text says where the export lies.
func (o exportOutput) Text(p *locale.Printer) string { return p.T("Written to %s.", o.Out) + "\n" }
