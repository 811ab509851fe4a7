package cli

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gave.network/internal/api/wire"
	"gave.network/internal/fault"
)

// noSuchCommand refuses arguments of a command that only holds others.
func noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return unknown(cmd, args[0])
}

// unknown is the fault of a word that is no command below cmd.
func unknown(cmd *cobra.Command, word string) error {
	p := Printer(cmd)
	var known []string
	for _, below := range cmd.Commands() {
		if below.IsAvailableCommand() {
			known = append(known, below.Name())
		}
	}
	err := fault.New(fault.Usage, "There is no command %q.",
		strings.TrimSpace(strings.TrimPrefix(cmd.CommandPath()+" "+word, cmd.Root().Name())))
	if near := wire.Closest(word, known); near != "" {
		return err.WithHint(p.T("Did you mean %s?", cmd.CommandPath()+" "+near))
	}
	return err.WithHint(p.T("%s --help lists the commands.", cmd.CommandPath()))
}

// unknownCommand looks for a wrong word before flags are read, since a flag of a command that does not exist would be
// blamed instead.
func unknownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 || strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		return nil
	}
	cmd, rest, err := root.Find(args)
	if err != nil || !cmd.HasSubCommands() || cmd.Annotations[operationKey] != "" ||
		!cmd.HasParent() && len(rest) < len(args) {
		return nil
	}
	for i := 0; i < len(rest); i++ {
		word := rest[i]
		name, isFlag := strings.CutPrefix(word, "-")
		switch {
		case word == "--":
			return nil
		case !isFlag:
			return unknown(cmd, word)
		case strings.Contains(name, "="):
			continue
		}
		flag := cmd.InheritedFlags().Lookup(strings.TrimPrefix(name, "-"))
		if cmd == root {
			flag = cmd.PersistentFlags().Lookup(strings.TrimPrefix(name, "-"))
		}
		if flag == nil {
			return nil // it is the flag that is wrong, or a short one
		}
		if flag.NoOptDefVal == "" {
			i++ // its value
		}
	}
	return nil
}

// flagError says what is wrong with a flag, in our words.
func (f *face) flagError(cmd *cobra.Command, err error) error {
	var (
		missing *pflag.NotExistError
		empty   *pflag.ValueRequiredError
		invalid *pflag.InvalidValueError
	)
	hint := f.printer.T("%s --help explains the flags.", cmd.CommandPath())
	switch {
	case errors.As(err, &missing):
		name := missing.GetSpecifiedName()
		if missing.GetSpecifiedShortnames() != "" {
			return fault.New(fault.Usage, "There is no flag %s here.", "-"+name).WithHint(hint)
		}
		var known []string
		cmd.Flags().VisitAll(func(flag *pflag.Flag) {
			if !flag.Hidden {
				known = append(known, flag.Name)
			}
		})
		if near := wire.Closest(name, known); near != "" {
			hint = f.printer.T("Did you mean %s?", "--"+near)
		}
		return fault.New(fault.Usage, "There is no flag %s here.", "--"+name).WithHint(hint)
	case errors.As(err, &empty):
		return fault.New(fault.Usage, "%s needs a value.", "--"+empty.GetFlag().Name).WithHint(hint)
	case errors.As(err, &invalid):
		name := "--" + invalid.GetFlag().Name
		var known *fault.Error
		if errors.As(err, &known) && len(known.Args) > 0 {
			other := *known
			other.Args = append([]any{name}, known.Args[1:]...)
			return &other
		}
		return fault.New(fault.Usage, "%s: %q cannot be used.", name, invalid.GetValue()).WithHint(hint)
	}
	return fault.New(fault.Usage, "%s", err.Error()).WithHint(hint)
}

// usageHint shows how a command is written.
func (f *face) usageHint(cmd *cobra.Command) string {
	return f.printer.T("Usage: %s", usageLine(cmd))
}

// usageLine is how a command is written: gave people add NAME [EMAIL…] [FLAG…].
func usageLine(cmd *cobra.Command) string {
	line := cmd.CommandPath()
	if _, arguments, ok := strings.Cut(cmd.Use, " "); ok {
		line += " " + arguments
	}
	if cmd.HasAvailableLocalFlags() {
		line += " [--FLAG…]"
	}
	return line
}
