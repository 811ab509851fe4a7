package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gave.network/internal/api/wire"
	"gave.network/internal/fault"
	"gave.network/internal/op"
	"gave.network/internal/progress"
)

// operationKey marks a command that an operation made, for help.
const operationKey = "operation"

// keyFlag is the flag with which a command that is given again is done once.
const keyFlag = "key"

// maxText is the most that is read from standard input for a field called text, in bytes.
const maxText = 1 << 20

// maxFile is the most that is read from a file for a field called file, which holds the content of one, in bytes.
const maxFile = 16 << 20

// add makes the operation's command; people.list is list below people. A word can be a command of its own and have
// others below it.
func (f *face) add(root *cobra.Command, o op.Operation) {
	cmd := root
	for _, word := range o.Command() {
		i := slices.IndexFunc(cmd.Commands(), func(c *cobra.Command) bool { return c.Name() == word })
		if i >= 0 {
			cmd = cmd.Commands()[i]
			continue
		}
		below := &cobra.Command{
			Use: word, Args: noSuchCommand, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		}
		cmd.AddCommand(below)
		cmd = below
	}
	positional := positions(o)
	cmd.Use = strings.Join(append([]string{cmd.Name()}, usageOf(positional)...), " ")
	cmd.Short, cmd.Long, cmd.Example = o.Summary, o.Help, o.Example
	cmd.Annotations = map[string]string{operationKey: o.Name}
	cmd.Args = cobra.ArbitraryArgs
	cmd.Flags().SortFlags = false
	var options []*option
	for _, field := range o.Fields() {
		if field.Arg > 0 {
			continue
		}
		value := &option{operation: o, field: field}
		options = append(options, value)
		flag := cmd.Flags().VarPF(value, field.Flag(), "", field.Doc)
		if field.Type.Kind() == reflect.Bool {
			flag.NoOptDefVal = "true"
		}
		must(cmd.RegisterFlagCompletionFunc(field.Flag(), completion(field)))
	}
	key := new(string)
	if !o.ReadOnly() && !o.LocalOnly && cmd.Flags().Lookup(keyFlag) == nil {
		cmd.Flags().Var(&wordFlag{key, "TEXT"}, keyFlag,
			"A text of your own: the same command with the same one again is done once.")
		must(cmd.RegisterFlagCompletionFunc(keyFlag, cobra.NoFileCompletions))
	}
	cmd.ValidArgsFunction = argumentCompletion(positional)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return f.run(cmd, o, positional, options, *key, args)
	}
}

// positions returns the fields that are arguments, in order.
func positions(o op.Operation) []op.Field {
	fields := slices.DeleteFunc(o.Fields(), func(f op.Field) bool { return f.Arg == 0 })
	slices.SortStableFunc(fields, func(a, b op.Field) int { return cmp.Compare(a.Arg, b.Arg) })
	return fields
}

// argumentName is how an argument is called in help and errors: PERSON, PATH.
func argumentName(f op.Field) string {
	name := strings.ToUpper(f.Flag())
	if f.IsList() {
		name = strings.TrimSuffix(name, "S")
	}
	return name
}

func usageOf(positional []op.Field) []string {
	var out []string
	for _, f := range positional {
		word := argumentName(f)
		if f.IsList() {
			word += "…"
		}
		if !f.Required || f.Default != "" {
			word = "[" + word + "]"
		}
		out = append(out, word)
	}
	return out
}

// run runs an operation with what the command line says.
func (f *face) run(cmd *cobra.Command, o op.Operation, positional []op.Field, options []*option, key string,
	args []string,
) error {
	in, given, words := o.NewInput().Elem(), map[string]bool{}, args
	set := func(field op.Field, texts []string) error {
		if len(texts) == 0 {
			return nil
		}
		given[field.Name] = true
		value := in.FieldByIndex(field.Index)
		if field.IsList() {
			value.SetZero() // given values replace the default
		}
		for _, text := range wire.Texts(o, field, texts) {
			if err := wire.SetText(value, field, text); err != nil {
				return err
			}
		}
		return nil
	}
	for _, field := range positional {
		texts := args[:min(1, len(args))]
		switch {
		case field.IsList():
			texts = args
		case field.Name == "text" && field.Arg == len(positional):
			texts = args
			if len(args) > 0 {
				text, err := sentence(cmd, args)
				if err != nil {
					return err
				}
				args, texts = []string{""}, []string{text} // one argument, of several words
			}
		case field.Name == "password" && len(args) > 0: // others of the machine see the arguments of a command
			text, err := sentence(cmd, args[:1])
			if err != nil {
				return err
			}
			texts = []string{text}
		case field.Name == "file" && !o.LocalOnly && len(args) > 0:
			// a path only where the operation itself reads files
			text, err := content(cmd, args[0])
			if err != nil {
				return err
			}
			texts = []string{text}
		}
		args = args[min(len(texts), len(args)):]
		if err := set(field, texts); err != nil {
			return f.named(err, o)
		}
	}
	if len(args) > 0 {
		return fault.New(fault.Usage, "%q is one argument too many.", args[0]).WithHint(f.usageHint(cmd))
	}
	for _, value := range options {
		if err := set(value.field, value.texts); err != nil {
			return f.named(err, o)
		}
	}
	if err := wire.NewSet(o).Check(o, in, given); err != nil {
		return f.named(err, o, f.usageHint(cmd))
	}
	session, err := Open(cmd)
	if err != nil {
		return err
	}
	live, ok := session.Registry.Find(o.Name)
	if !ok {
		return fault.New(fault.NotFound, "There is no operation %q.", o.Name)
	}
	bar := newBar(cmd.ErrOrStderr(), f.flags.Quiet)
	out, err := call(progress.With(cmd.Context(), bar.report), session, live, key, in.Interface())
	bar.clear()
	if err != nil {
		return f.named(err, o, f.nearby(cmd, words))
	}
	return Print(cmd, out)
}

// call runs an operation, once for the key that was given.
func call(ctx context.Context, session Session, o op.Operation, key string, in any) (any, error) {
	if key == "" {
		return o.Call(ctx, session.Viewer, in)
	}
	content, err := wire.Marshal(in)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	var out any
	request := op.Request{Face: "cli", Key: key, Content: append([]byte(o.Name+"\n"), content...), Parts: o.Parts}
	answer, err := session.Registry.Write(ctx, session.Viewer, request, func(ctx context.Context) (op.Answer, error) {
		var err error
		if out, err = o.Call(ctx, session.Viewer, in); err != nil {
			return op.Answer{}, err
		}
		body, err := wire.Marshal(out)
		return op.Answer{Status: http.StatusOK, Body: body}, err
	})
	if err != nil || !answer.Again {
		return out, err
	}
	before := reflect.New(o.Out)
	if err := json.Unmarshal(answer.Body, before.Interface()); err != nil {
		return nil, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	return before.Elem().Interface(), nil
}

// nearby asks whether a command was meant where an argument was given: gave import lsit.
func (f *face) nearby(cmd *cobra.Command, words []string) string {
	var below []string
	for _, command := range cmd.Commands() {
		below = append(below, command.Name())
	}
	if len(words) == 0 || len(below) == 0 {
		return ""
	}
	if near := wire.Closest(words[0], below); near != "" {
		return f.printer.T("Did you mean %s?", cmd.CommandPath()+" "+near)
	}
	return ""
}

// sentence joins the words of a text, or reads it from standard input when it is a single dash.
func sentence(cmd *cobra.Command, words []string) (string, error) {
	if len(words) != 1 || words[0] != "-" {
		return strings.Join(words, " "), nil
	}
	text, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), maxText+1))
	if err != nil {
		return "", fault.Wrap(err, fault.Invalid, "Standard input cannot be read.")
	}
	if len(text) > maxText {
		return "", fault.New(fault.TooLarge, "The text is larger than %d bytes.", maxText)
	}
	return strings.TrimRight(string(text), "\r\n"), nil
}

// content reads what stands in a file, or on standard input when its name is a single dash.
func content(cmd *cobra.Command, name string) (string, error) {
	in := cmd.InOrStdin()
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return "", fault.Wrap(err, fault.NotFound, "%s cannot be opened.", name)
		}
		defer file.Close()
		in = file
	}
	text, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	if err != nil {
		return "", fault.Wrap(err, fault.Invalid, "%s cannot be read.", name)
	}
	if len(text) > maxFile {
		return "", fault.New(fault.TooLarge, "%s is larger than %d MB.", name, maxFile>>20)
	}
	return string(text), nil
}

// named says a fault in the terms of the command line: a field is a flag or an argument there. hint is said when the
// fault has none.
func (f *face) named(err error, o op.Operation, hint ...string) error {
	known, ok := err.(*fault.Error) // only a fault that says nothing else
	if !ok {
		return err
	}
	other := *known
	if other.Hint == "" {
		other.Hint = strings.Join(hint, " ")
	}
	for _, field := range o.Fields() {
		if field.Name != known.Field || len(known.Args) == 0 || known.Args[0] != field.Name {
			continue
		}
		other.Args = slices.Clone(known.Args)
		other.Args[0] = "--" + field.Flag()
		if field.Arg > 0 {
			other.Args[0] = argumentName(field)
		}
	}
	return &other
}

// completion completes the values of a flag.
func completion(field op.Field) cobra.CompletionFunc {
	switch {
	case len(field.Enum) > 0:
		return cobra.FixedCompletions(field.Enum, cobra.ShellCompDirectiveNoFileComp)
	case isPath(field.Name):
		return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveDefault
		}
	}
	return cobra.NoFileCompletions
}

// argumentCompletion completes the arguments of a command.
func argumentCompletion(positional []op.Field) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, start string) ([]string, cobra.ShellCompDirective) {
		if len(positional) == 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		field := positional[min(len(args), len(positional)-1)]
		if len(args) >= len(positional) && !field.IsList() {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return completion(field)(cmd, args, start)
	}
}

// attach adds a command made elsewhere; below a word that is there already, the commands below it are added one by one.
// One that does something itself takes the place of the operation's own: it does the same on more than one input.
func attach(parent, cmd *cobra.Command) {
	for _, there := range parent.Commands() {
		if there.Name() != cmd.Name() {
			continue
		}
		if cmd.Runnable() && !there.HasSubCommands() {
			parent.RemoveCommand(there)
			break
		}
		for _, below := range cmd.Commands() {
			cmd.RemoveCommand(below)
			attach(there, below)
		}
		return
	}
	parent.AddCommand(cmd)
}

// describeGroups gives each command that only holds others a line that says what they are.
func describeGroups(root *cobra.Command, registry *op.Registry) {
	for _, cmd := range root.Commands() {
		if cmd.Short != "" || !cmd.HasSubCommands() {
			continue
		}
		if group := registry.GroupOf(cmd.Name()); group.Key == cmd.Name() {
			cmd.Short = group.About
			continue
		}
		cmd.Short = namesBelow(cmd)
	}
}

// namesBelow lists the commands below one.
func namesBelow(cmd *cobra.Command) string {
	var words []string
	for _, below := range cmd.Commands() {
		words = append(words, below.Name())
	}
	return strings.Join(words, ", ")
}

// exiter is an output that knows with which code the command ends.
type exiter interface{ ExitCode() int }
