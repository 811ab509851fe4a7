package lab

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"gave.network/internal/cli"
	"gave.network/internal/fault"
	"gave.network/internal/locale"
	"gave.network/internal/tie"
	"gave.network/lab/scale"
)

// tiesCommand is what a job on many machines pipes through (docs/scale.md).
func tiesCommand() *cobra.Command {
	var now string
	var rules bool
	cmd := &cobra.Command{
		Use: "ties", Short: "Derive ties of sorted evidence: what a job on many machines pipes through.",
		Args: cobra.NoArgs, Annotations: map[string]string{cli.NoData: ""},
		Long: "It reads the parts of interactions in pairs of people, sorted by pair and time, from standard input, " +
			"and writes the ties to standard output, as lab/scale/fold.go says. With --rules it prints instead what " +
			"counts.",
		Example: "gave-lab ties --now 2026-11-30T00:00:00Z < parts > ties",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if rules {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(countingRules())
			}
			at, err := time.Parse(time.RFC3339Nano, now)
			if err != nil {
				return fault.New(fault.Usage, "%q is not a moment.", now).WithHint("Write it as 2026-11-30T00:00:00Z.")
			}
			_, err = scale.Fold(cmd.InOrStdin(), cmd.OutOrStdout(), at.UnixMicro())
			return err
		},
	}
	cmd.Flags().StringVar(&now, "now", "", "Evidence after this moment is yet to come, and makes no tie.")
	cmd.Flags().BoolVar(&rules, "rules", false,
		"Print which media there are, and above how many people none makes ties.")
	return cmd
}

// rule is what counts of a medium.
type rule struct {
	Medium string `json:"medium"`
	Most   int    `json:"most"`
}

// countingRules returns the media in the order of their numbers.
func countingRules() (out []rule) {
	for _, m := range tie.Media() {
		out = append(out, rule{string(m), m.MostPeople()})
	}
	return out
}

// rebuildOutput says what a rebuild took.
type rebuildOutput struct{ scale.Rebuilt }

// Text says so in words.
func (o rebuildOutput) Text(p *locale.Printer) string {
	return p.T("%d people and %d interactions stored in %s, %d ties derived in %s.", o.People, o.Interactions,
		o.Loading.Round(time.Millisecond), o.Ties, o.Rebuilding.Round(time.Millisecond)) + "\n"
}

// recordsCommand is what finding out who is who on many machines pipes through.
func recordsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "records", Short: "Find out which records are of one person: what a job on many machines pipes through.",
		Args: cobra.NoArgs, Annotations: map[string]string{cli.NoData: ""},
		Long: "Each line of standard input is a JSON list of records that share identifiers; it is written back with " +
			"the identifiers as they are compared and, in kept, the record that each was found to be.",
		Example: `echo '[{"id":"0…1","name":"Anna Berg","identifiers":[["mail","anna@example.org"]]}]' | gave-lab records`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return scale.Records(cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}
}

func rebuildCommand() *cobra.Command {
	var now, data string
	cmd := &cobra.Command{
		Use:   "rebuild FOLDER FILE",
		Short: "Derive ties of Parquet files in a database of its own, as the product does.",
		Args:  cli.Exactly(2, "FOLDER FILE"), Annotations: map[string]string{cli.NoData: ""},
		Long:    "To compare with what a job on many machines derives of the same files.",
		Example: "gave-lab rebuild export rebuilt.parquet",
		RunE: func(cmd *cobra.Command, args []string) error {
			at := time.Now()
			if now != "" {
				var err error
				if at, err = time.Parse(time.RFC3339Nano, now); err != nil {
					return fault.New(fault.Usage, "%q is not a moment.", now).
						WithHint("Write it as 2026-11-30T00:00:00Z.")
				}
			}
			folder := data
			if folder == "" {
				var err error
				if folder, err = os.MkdirTemp("", "gave-rebuild-*"); err != nil {
					return fmt.Errorf("lab: %w", err)
				}
			}
			out, err := scale.Rebuild(cmd.Context(), args[0], folder, args[1], at)
			if data == "" {
				err = errors.Join(err, os.RemoveAll(folder))
			}
			if err != nil {
				return err
			}
			return cli.Print(cmd, rebuildOutput{out})
		},
	}
	cmd.Flags().StringVar(&now, "now", "", "Evidence after this moment is yet to come; the present when not given.")
	cmd.Flags().StringVar(&data, "in", "", "Keep the database in this new folder.")
	return cmd
}
