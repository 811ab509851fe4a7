package lab

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gave.network/internal/cli"
	"gave.network/internal/fault"
	"gave.network/internal/locale"
	"gave.network/internal/progress"
	"gave.network/lab/world"
)

// worldOutput says what was written.
type worldOutput struct {
	Files []string `json:"files"`
	Truth string   `json:"truth"`
	Me    []string `json:"me"`
}

// Text prints what was written and what to do with it.
func (o worldOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, f := range o.Files {
		b.WriteString(f + "\n")
	}
	fmt.Fprintf(&b, "%s\n", p.T("What is true of this world is in %s.", o.Truth))
	return b.String()
}

func worldCommand() *cobra.Command {
	options := world.Options{Effect: true}
	var end string
	var noEffect bool
	cmd := &cobra.Command{
		Use: "world DIR", Short: "Write the files of a fictional professional and the people around.",
		Args:        cli.Exactly(1, "DIR"),
		Annotations: map[string]string{cli.NoData: ""},
		Long: "Mail, calendar, contacts, LinkedIn and chat exports of a Dutch communication professional who " +
			"does not exist, to try Gave on and to measure it: what is true of this world is written beside the files.",
		Example: "gave-lab world --people 250 --years 6 --seed 1 demo/world",
		RunE: func(cmd *cobra.Command, args []string) error {
			options.Dir, options.Effect = args[0], !noEffect
			now := time.Now()
			options.End = time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
			if end != "" {
				at, err := time.Parse(time.DateOnly, end)
				if err != nil {
					return fault.New(fault.Usage, "%q is not a day.", end).WithHint("Write it as 2026-11-23.")
				}
				options.End = at
			}
			ctx := cmd.Context()
			options.Progress = func(done, total int64) { progress.Report(ctx, done, total, "world") }
			result, err := world.Generate(ctx, options)
			if err != nil {
				return err
			}
			// Scripts read the owner's addresses from here.
			if err := os.WriteFile(filepath.Join(options.Dir, "me.txt"),
				[]byte(strings.Join(result.Me, "\n")+"\n"), 0o600); err != nil {
				return fault.Wrap(err, fault.Unavailable, "The directory %s cannot be written.", options.Dir)
			}
			return cli.Print(cmd, worldOutput{result.Files, result.Truth, result.Me})
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&options.People, "people", 250, "How many people, from 20 to a million.")
	flags.Float64Var(&options.Years, "years", 6, "How many years the files go back.")
	flags.Uint64Var(&options.Seed, "seed", 1, "Another seed gives another world; the same one gives the same files.")
	flags.StringVar(&end, "end", "", "The day on which the files end; today when not given.")
	flags.Float64Var(&options.Noise, "noise", world.DefaultNoise, "How messy the world is, from 0 to 1.")
	flags.BoolVar(&noEffect, "no-effect", false, "A world in which gifts do not come back.")
	return cmd
}
