package cli

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gave.network/internal/config"
	"gave.network/internal/fault"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// widest is the longest line of help, however wide the terminal.
const widest = 100

// translate says the texts of all commands in the printer's language.
func translate(cmd *cobra.Command, p *locale.Printer) {
	if cmd.Short != "" {
		cmd.Short = p.T(cmd.Short)
	}
	if cmd.Long != "" {
		cmd.Long = p.T(cmd.Long)
	}
	say := func(flag *pflag.Flag) {
		if flag.Usage != "" {
			flag.Usage = p.T(flag.Usage)
		}
	}
	cmd.LocalNonPersistentFlags().VisitAll(say)
	cmd.PersistentFlags().VisitAll(say)
	for _, below := range cmd.Commands() {
		translate(below, p)
	}
}

// page builds a page of help.
type page struct {
	strings.Builder
	p     *locale.Printer
	width int
	bold  bool
}

func (h *page) heading(text string) {
	if h.Len() > 0 {
		h.WriteString("\n")
	}
	if h.bold {
		text = "\x1b[1m" + text + "\x1b[0m"
	}
	h.WriteString(text + "\n")
}

// rows prints names with what they mean.
func (h *page) rows(rows [][2]string) {
	const most = 34
	first := 0
	for _, row := range rows {
		if n := columns(row[0]); n <= most {
			first = max(first, n)
		}
	}
	for _, row := range rows {
		indent := strings.Repeat(" ", first+4)
		text := strings.TrimRight(wrap(row[1], h.width, indent), "\n ")
		if columns(row[0]) > first || text == "" {
			h.WriteString("  " + row[0] + "\n")
			if text != "" {
				h.WriteString(text + "\n")
			}
			continue
		}
		h.WriteString("  " + pad(row[0], first, false) + strings.TrimPrefix(text, indent[:first+2]) + "\n")
	}
}

// help explains a command. It is what --help and the command help show.
func (f *face) help(cmd *cobra.Command, _ []string) {
	w := cmd.OutOrStdout()
	h := &page{p: f.printer, width: min(widthOf(w), widest), bold: mayBold(w)}
	if cmd.HasParent() {
		f.helpOf(h, cmd)
	} else {
		f.overview(h, cmd)
	}
	_, _ = fmt.Fprint(w, h.String()) // there is nobody else to tell
}

// overview shows all commands, by principle.
func (f *face) overview(h *page, root *cobra.Command) {
	p := f.printer
	h.WriteString("Gave: " + root.Short + "\n\n")
	h.WriteString("  gave " + p.T("COMMAND") + " [" + p.T("ARGUMENT") + "…] [--FLAG…]\n")
	h.heading(p.T("Begin with"))
	h.rows([][2]string{
		{"gave import mail.mbox contacts.vcf", p.T("the files you already have")},
		{"gave today", p.T("what to give, praise or ask today, and why")},
		{"gave serve", p.T("the same in a browser")},
	})
	for _, group := range f.registry.Groups() {
		var rows [][2]string
		for _, cmd := range root.Commands() {
			if cmd.IsAvailableCommand() && f.registry.GroupOf(cmd.Name()).Key == group.Key {
				text := cmd.Short
				if cmd.Name() == group.Key && cmd.HasSubCommands() { // the line of the group says what it is for
					text = namesBelow(cmd)
				}
				rows = append(rows, [2]string{cmd.Name(), text})
			}
		}
		if len(rows) > 0 {
			h.heading(p.T(group.Title) + " — " + p.T(group.About))
			h.rows(rows)
		}
	}
	f.globalRows(h, root)
	h.WriteString("\n" + wrap(p.T("Data goes to standard output, the rest to standard error. Exit codes: 0 done, 1 "+
		"failed, 2 wrong usage, 3 done with some records rejected."), h.width, ""))
	h.WriteString(wrap(p.T("%s --help explains a command.", "gave "+p.T("COMMAND")), h.width, ""))
}

// helpOf shows one command.
func (f *face) helpOf(h *page, cmd *cobra.Command) {
	p := f.printer
	h.WriteString(wrap(strings.TrimSuffix(cmd.Short, ".")+".", h.width, ""))
	if cmd.Long != "" {
		h.WriteString("\n" + wrap(cmd.Long, h.width, ""))
	}
	o, isOperation := f.registry.Find(cmd.Annotations[operationKey])
	if cmd.Runnable() && (isOperation || !cmd.HasAvailableSubCommands()) {
		h.WriteString("\n  " + usageLine(cmd) + "\n")
	}
	if isOperation {
		var rows [][2]string
		for _, field := range positions(o) {
			rows = append(rows, [2]string{argumentName(field), detailed(p, p.T(field.Doc), field)})
		}
		if len(rows) > 0 {
			h.heading(p.T("Arguments"))
			h.rows(rows)
		}
	}
	if cmd.HasAvailableSubCommands() {
		h.heading(p.T("Commands"))
		var rows [][2]string
		for _, below := range cmd.Commands() {
			if below.IsAvailableCommand() {
				_, arguments, _ := strings.Cut(below.Use, " ")
				rows = append(rows, [2]string{strings.TrimSpace(below.CommandPath() + " " + arguments), below.Short})
			}
		}
		h.rows(rows)
	}
	var rows [][2]string
	var everywhere []string
	cmd.Root().PersistentFlags().VisitAll(func(flag *pflag.Flag) { everywhere = append(everywhere, "--"+flag.Name) })
	cmd.LocalFlags().VisitAll(func(flag *pflag.Flag) {
		if flag.Hidden || flag == cmd.Root().PersistentFlags().Lookup(flag.Name) {
			return
		}
		everywhere = slices.DeleteFunc(everywhere, func(name string) bool { return name == "--"+flag.Name })
		rows = append(rows, flagRow(p, flag))
	})
	if len(rows) > 0 {
		h.heading(p.T("Flags"))
		h.rows(rows)
	}
	h.WriteString("\n" +
		wrap(p.T("As with every command: %s. gave --help explains them.", strings.Join(everywhere, ", ")), h.width, ""))
	if cmd.Example != "" {
		h.heading(p.T("Example"))
		for _, line := range strings.Split(strings.TrimSpace(cmd.Example), "\n") {
			h.WriteString("  " + strings.TrimSpace(line) + "\n")
		}
	}
	if isOperation && !o.LocalOnly {
		h.heading(p.T("The same elsewhere"))
		h.rows([][2]string{
			{"API", o.Method + " /api/v1" + o.Path},
			{p.T("for assistants"), strings.ReplaceAll(o.Name, ".", "_")},
		})
	}
}

// globalRows shows the flags of every command.
func (f *face) globalRows(h *page, root *cobra.Command) {
	var rows [][2]string
	root.PersistentFlags().VisitAll(func(flag *pflag.Flag) { rows = append(rows, flagRow(h.p, flag)) })
	for i := range rows {
		if strings.HasPrefix(rows[i][0], "--data ") {
			rows[i][1] += " (" +
				h.p.T("default %s", config.Load(config.Given{Environment: os.Environ()}).Text(config.Data)) + ")"
		}
	}
	h.heading(h.p.T("Flags of every command"))
	h.rows(rows)
}

// flagRow is a flag with its value and what it means.
func flagRow(p *locale.Printer, flag *pflag.Flag) [2]string {
	name := "--" + flag.Name
	if flag.Shorthand != "" {
		name = "-" + flag.Shorthand + ", " + name
	}
	if own, ok := flag.Value.(*option); ok {
		if word := placeholder(own.field); word != "" {
			name += " " + word
		}
		if own.field.IsList() {
			name += "…"
		}
		return [2]string{name, detailed(p, flag.Usage, own.field)}
	}
	kind, text := flag.Value.Type(), flag.Usage
	if kind != "bool" {
		switch kind {
		case "string", "stringArray", "stringSlice":
			kind = "TEXT"
		case "int", "int64", "uint64", "float64":
			kind = "N"
		}
		name += " " + kind
		if flag.DefValue != "" && flag.DefValue != "[]" {
			text += " (" + p.T("default %s", flag.DefValue) + ")"
		}
	}
	return [2]string{name, text}
}

// detailed adds to the meaning of a field what may be given and what holds otherwise.
func detailed(p *locale.Printer, text string, field op.Field) string {
	var more []string
	if field.Arg > 0 && len(field.Enum) > 0 {
		more = append(more, strings.Join(field.Enum, ", "))
	}
	if field.Default != "" {
		more = append(more, p.T("default %s", field.Default))
	}
	if field.Arg == 0 && field.Required && field.Default == "" && placeholder(field) != "" {
		more = append(more, p.T("required"))
	}
	if field.Arg == 0 && field.IsList() {
		more = append(more, p.T("may be repeated"))
	}
	if len(more) > 0 {
		text += " (" + strings.Join(more, "; ") + ")"
	}
	return text
}

// helpCommand is the command help.
func (f *face) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND…]", Short: "Explain a command", Annotations: map[string]string{NoData: ""},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, start string) ([]string, cobra.ShellCompDirective) {
			at, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var out []string
			for _, below := range at.Commands() {
				if below.IsAvailableCommand() && strings.HasPrefix(below.Name(), start) {
					out = append(out, below.Name()+"\t"+below.Short)
				}
			}
			return out, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			at, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return unknown(at, append(rest, args...)[0])
			}
			at.SetContext(cmd.Context())
			return at.Help()
		},
	}
}

// shells are those that completion is written for.
var shells = []string{"bash", "zsh", "fish", "powershell"}

// completionCommand prints the script that completes commands in a shell.
func completionCommand() *cobra.Command {
	return &cobra.Command{
		Use:         "completion SHELL",
		Short:       "Print the script that completes commands in your shell",
		Annotations: map[string]string{NoData: ""},
		Long:        "SHELL is bash, zsh, fish or powershell. Put the script where your shell looks for completions.",
		Example: "gave completion bash > ~/.local/share/bash-completion/completions/gave\n" +
			"gave completion zsh > ~/.zfunc/_gave\n" +
			"gave completion fish > ~/.config/fish/completions/gave.fish",
		ValidArgsFunction: cobra.FixedCompletions(shells, cobra.ShellCompDirectiveNoFileComp),
		RunE: func(cmd *cobra.Command, args []string) error {
			root, w := cmd.Root(), cmd.OutOrStdout()
			if len(args) != 1 || !slices.Contains(shells, args[0]) {
				return fault.New(fault.Usage, "Name one shell: %s.", strings.Join(shells, ", "))
			}
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(w, true)
			case "zsh":
				return root.GenZshCompletion(w)
			case "fish":
				return root.GenFishCompletion(w, true)
			}
			return root.GenPowerShellCompletionWithDesc(w)
		},
	}
}

// noMore refuses any argument.
func noMore(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fault.New(fault.Usage, "%q is one argument too many.", args[0])
	}
	return nil
}
