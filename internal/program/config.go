package program

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"gave.network/internal/cli"
	"gave.network/internal/config"
	"gave.network/internal/locale"
)

func configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "config", Short: "Say which settings hold, and why.", Args: cli.Exactly(0, ""),
		Example: "gave config\ngave config --config /etc/gave/gave.conf --json",
		Long: "A flag goes before the environment, the environment before the file, and the file before the default. " +
			"The file is the one that --config " +
			"or GAVE_CONFIG names, or else gave.conf in the data directory. It has one setting on a line, such as " +
			"listen = 127.0.0.1:8086, and lines that " +
			"begin with # for people. Passwords are not shown. The exit code is 2 when something cannot be used.",
		Annotations: map[string]string{cli.NoData: ""},
		RunE: func(cmd *cobra.Command, _ []string) error {
			return cli.Print(cmd, describe(cli.Settings(cmd), cli.Printer(cmd)))
		},
	}
	cli.AddServingFlags(cmd)
	return cmd
}

// setting is one row of what holds.
type setting struct {
	Key         string `json:"key"`
	Value       string `json:"value" doc:"without what is secret in it"`
	Source      string `json:"source" doc:"flag, environment, file or default"`
	Where       string `json:"where,omitempty" doc:"the flag, the variable, or the file"`
	Line        int    `json:"line,omitempty" doc:"in the file"`
	Flag        string `json:"flag"`
	Environment string `json:"environment"`
	Default     string `json:"default"`
	Secret      bool   `json:"secret"`
	Serving     bool   `json:"serving" doc:"only a server uses it"`
	Help        string `json:"help"`
	Problem     string `json:"problem,omitempty"`
}

type trouble struct {
	Where   string `json:"where"`
	Line    int    `json:"line,omitempty"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

type configOutput struct {
	File     string    `json:"file" doc:"the file of settings that was read; empty when there is none"`
	Settings []setting `json:"settings"`
	Problems []trouble `json:"problems" doc:"what cannot be used"`
	Notes    []string  `json:"notes" doc:"what is better known"`

	places []string // where each of the problems is, in words
}

// describe says what holds in the words of the reader.
func describe(s *config.Settings, p *locale.Printer) configOutput {
	out := configOutput{File: s.File, Settings: []setting{}, Problems: []trouble{}, Notes: []string{}}
	add := func(problem *config.Problem) string {
		message := p.T(problem.Err.Message, problem.Err.Args...)
		if problem.Err.Cause != nil {
			message += " (" + problem.Err.Cause.Error() + ")"
		}
		hint := ""
		if problem.Err.Hint != "" {
			hint = p.T(problem.Err.Hint)
		}
		out.Problems = append(out.Problems, trouble{problem.Where, problem.Line, message, hint})
		out.places = append(out.places, problem.Place(p))
		return message
	}
	for _, problem := range s.Problems {
		add(problem)
	}
	for _, v := range s.All() {
		row := setting{
			Key: v.Option.Key, Value: v.Option.Shown(v.Text), Source: string(v.Source), Where: v.Where, Line: v.Line,
			Flag: "--" + v.Option.Key, Environment: v.Option.Environment(), Default: v.Option.FallBack(),
			Secret: v.Option.Secret, Serving: v.Option.Serving, Help: p.T(v.Option.Help),
		}
		if v.Problem != nil {
			row.Problem = add(v.Problem)
		}
		out.Settings = append(out.Settings, row)
	}
	for _, note := range s.Notes {
		out.Notes = append(out.Notes, p.T(note.Text, note.Args...))
	}
	return out
}

// ExitCode is that of wrong usage when something cannot be used.
func (o configOutput) ExitCode() int {
	if len(o.Problems) > 0 {
		return cli.ExitUsage
	}
	return cli.ExitDone
}

// Text shows each setting as it could stand in a file, with what it is for and why it holds.
func (o configOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	if o.File == "" {
		fmt.Fprintf(&b, "# %s\n", p.T("There is no file of settings."))
	} else {
		fmt.Fprintf(&b, "# %s\n", p.T("The file of settings is %s.", o.File))
	}
	for _, s := range o.Settings {
		why := p.T("default")
		switch config.Source(s.Source) {
		case config.Flag:
			why = p.T("flag %s", s.Where)
		case config.Environment:
			why = p.T("environment %s", s.Where)
		case config.File:
			why = p.T("%s, line %d", s.Where, s.Line)
		}
		fmt.Fprintf(&b, "\n# %s\n# %s, %s\n", s.Help, s.Flag, s.Environment)
		if s.Value == "" {
			fmt.Fprintf(&b, "# %s =    (%s)\n", s.Key, p.T("not set"))
			continue
		}
		fmt.Fprintf(&b, "# (%s)\n%s = %s\n", why, s.Key, s.Value)
		if s.Problem != "" {
			fmt.Fprintf(&b, "# !! %s\n", s.Problem)
		}
	}
	for i, problem := range o.Problems {
		if i == 0 {
			fmt.Fprintf(&b, "\n# %s\n", p.T("What cannot be used:"))
		}
		fmt.Fprintf(&b, "# !! %s: %s\n", o.places[i], problem.Message)
		if problem.Hint != "" {
			fmt.Fprintf(&b, "#    %s\n", problem.Hint)
		}
	}
	for _, note := range o.Notes {
		fmt.Fprintf(&b, "\n# %s\n", note)
	}
	return b.String()
}
