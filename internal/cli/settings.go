package cli

import (
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gave.network/internal/api/wire"
	"gave.network/internal/config"
)

// NoData marks a command, and those below it, that have nothing to do with anybody's data: no setting is read for it.
const NoData = "no data"

// settingFlag is a flag for a setting.
type settingFlag struct {
	option config.Option
	text   string
}

var _ pflag.Value = (*settingFlag)(nil)

func (s *settingFlag) String() string { return s.text }

// Type implements pflag.Value. It is the word that stands for a value in help.
func (s *settingFlag) Type() string { return s.option.Word }

// Set takes any text: whether it can be used is said with all the rest of what holds.
func (s *settingFlag) Set(text string) error {
	if s.option.List && s.text != "" {
		text = s.text + "," + text
	}
	s.text = text
	return nil
}

// addSetting declares the flag of a setting.
func addSetting(flags *pflag.FlagSet, o config.Option) {
	flags.Var(&settingFlag{option: o}, o.Key, o.Help)
	flags.Lookup(o.Key).DefValue = o.Default
}

// AddServingFlags gives a command the flags of the settings that only a server uses.
func AddServingFlags(cmd *cobra.Command) {
	cmd.Flags().SortFlags = false
	for _, o := range config.Options() {
		if o.Serving {
			addSetting(cmd.Flags(), o)
			must(cmd.RegisterFlagCompletionFunc(o.Key, cobra.NoFileCompletions))
		}
	}
}

// Settings returns what holds for every setting in this run, and why.
func Settings(cmd *cobra.Command) *config.Settings {
	f := faceOf(cmd)
	if f.settings != nil {
		return f.settings
	}
	given := config.Given{Flags: map[string]string{}, File: f.file, Environment: os.Environ(), Nearest: wire.Closest}
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		if own, ok := flag.Value.(*settingFlag); ok {
			given.Flags[own.option.Key] = own.text
		}
	})
	f.settings = config.Load(given)
	return f.settings
}

// CheckSettings returns what is wrong with the file of settings or with one of these settings.
func CheckSettings(cmd *cobra.Command, used ...config.Option) error {
	if problem := Settings(cmd).Check(used...); problem != nil {
		return problem.Fault(Printer(cmd))
	}
	return nil
}

// checkSettings stops a command that would open the data, when what is said about where that is cannot be used: a key
// that is written wrong in a file would let it work on other data than was meant.
func checkSettings(cmd *cobra.Command, _ []string) error {
	explains := !cmd.HasParent() || cmd.HasSubCommands() && cmd.Annotations[operationKey] == ""
	for at := cmd; at != nil; at = at.Parent() {
		if _, ok := at.Annotations[NoData]; ok || explains || cmd.Name() == cobra.ShellCompRequestCmd ||
			cmd.Name() == cobra.ShellCompNoDescRequestCmd {
			return nil
		}
	}
	return CheckSettings(cmd, config.Data, config.Database, config.Space)
}
