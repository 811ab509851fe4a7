package cli

import (
	"github.com/spf13/cobra"

	"gave.network/internal/fault"
)

// Exactly asks for a number of arguments, called by their names.
func Exactly(n int, names string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		if n == 0 {
			return fault.New(fault.Usage, "%s takes no arguments.", cmd.CommandPath())
		}
		return fault.New(fault.Usage, "%s takes %s.", cmd.CommandPath(), names).
			WithHint("See " + cmd.CommandPath() + " --help.")
	}
}
