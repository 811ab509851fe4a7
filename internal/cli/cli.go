// Package cli is the face for the terminal and for scripts: a command for every operation, made from what the operation
// says of itself. Data goes to standard output; progress, messages and errors go to standard error.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"gave.network/internal/config"
	"gave.network/internal/fault"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// The exit codes.
const (
	ExitDone     = 0
	ExitFailed   = 1
	ExitUsage    = 2 // wrong command, flag or argument
	ExitRejected = 3 // done, with some records rejected
)

// Flags are the flags that every command takes.
type Flags struct {
	Data     string      // directory of the data
	Database string      // address of a PostgreSQL database; empty for the file in Data
	Space    string      // the space to work in, by its name or id; the first when empty
	Lang     locale.Lang // from --lang, or else from the environment
	AsOf     time.Time   // the moment to take as the present; zero when not given
	JSON     bool        // print JSON
	Quiet    bool        // no progress and no messages
	Networks []string    // in which servers may lie besides the public internet
	// Settings are all that holds in this run.
	Settings *config.Settings
}

// Session is an open database, seen by one viewer.
type Session struct {
	Registry *op.Registry // its operations, ready to run
	Viewer   op.Viewer    // language and present are set by this package
	Close    func() error // may be nil
}

// face is one run of the program.
type face struct {
	open     func(context.Context, Flags) (Session, error)
	registry *op.Registry
	flags    Flags
	printer  *locale.Printer
	session  *Session
	file     string // of settings, from --config
	settings *config.Settings
}

type faceKey struct{}

// faceOf returns the run that a command of New belongs to.
func faceOf(cmd *cobra.Command) *face {
	f, ok := cmd.Root().Context().Value(faceKey{}).(*face)
	if !ok {
		panic("cli: " + cmd.CommandPath() + " does not belong to commands that New made")
	}
	return f
}

// Program is what a program of commands consists of.
type Program struct {
	Name, Short string
	// Open is called once, when a command needs the database.
	Open func(ctx context.Context, flags Flags) (Session, error)
	// Registry has the operations, each of which becomes a command. It is only read for what they say.
	Registry *op.Registry
	// Extra are commands that are more than an operation. They reach the run through Open, Print and FlagsOf.
	Extra []*cobra.Command
}

// New makes a program's commands.
func New(p Program) *cobra.Command {
	f := &face{open: p.Open, registry: p.Registry, printer: locale.New(locale.English, time.Local)}
	root := &cobra.Command{
		Use:               p.Name,
		Short:             p.Short,
		SilenceErrors:     true,
		SilenceUsage:      true,
		Args:              noSuchCommand,
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		Version:           Version().Version,
		PersistentPreRunE: checkSettings,
	}
	cobra.EnableCommandSorting = false // the order is that of the operations
	root.SetVersionTemplate(p.Name + " {{.Version}}\n")
	root.SetContext(context.WithValue(context.Background(), faceKey{}, f))
	root.SetHelpFunc(f.help)
	root.SetFlagErrorFunc(f.flagError)
	root.SetHelpCommand(f.helpCommand())
	f.globalFlags(root)
	for _, o := range p.Registry.All() {
		f.add(root, o)
	}
	for _, cmd := range p.Extra {
		attach(root, cmd)
	}
	root.AddCommand(completionCommand(), versionCommand())
	describeGroups(root, p.Registry)
	root.InitDefaultHelpCmd()
	return root
}

// globalFlags declares the flags that every command takes.
func (f *face) globalFlags(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.SortFlags = false
	addSetting(flags, config.Data)
	addSetting(flags, config.Database)
	addSetting(flags, config.Space)
	flags.Var(&wordFlag{&f.file, "FILE"}, "config", "File of settings, instead of gave.conf in the data directory.")
	flags.BoolVar(&f.flags.JSON, "json", false, "Print JSON, for scripts.")
	flags.Var(&languageFlag{&f.flags.Lang}, "lang", "Language of the words.")
	flags.Var(&momentFlag{&f.flags.AsOf}, "as-of", "Take this moment as the present.")
	flags.BoolVarP(&f.flags.Quiet, "quiet", "q", false, "No progress and no messages.")
	flags.BoolP("help", "h", false, "Explain the command.")
	var langs []string
	for _, known := range locale.All {
		langs = append(langs, string(known.Lang)+"\t"+known.Name)
	}
	must(root.RegisterFlagCompletionFunc("lang", cobra.FixedCompletions(langs, cobra.ShellCompDirectiveNoFileComp)))
	must(root.RegisterFlagCompletionFunc("database", cobra.NoFileCompletions))
	must(root.RegisterFlagCompletionFunc("as-of", cobra.NoFileCompletions))
	must(root.MarkPersistentFlagDirname("data"))
	must(root.MarkPersistentFlagFilename("config"))
}

// must panics on an error that only a fault of ours can give.
func must(err error) {
	if err != nil {
		panic("cli: " + err.Error())
	}
}

// Open opens the database for a command, once a run, as its flags say.
func Open(cmd *cobra.Command) (Session, error) {
	f := faceOf(cmd)
	if f.session != nil {
		return *f.session, nil
	}
	session, err := f.open(cmd.Context(), FlagsOf(cmd))
	if err != nil {
		return Session{}, err
	}
	session.Viewer.Lang = f.flags.Lang
	if !f.flags.AsOf.IsZero() {
		session.Viewer.Now = f.flags.AsOf
	} else if session.Viewer.Now.IsZero() {
		session.Viewer.Now = time.Now()
	}
	if session.Viewer.Zone == nil {
		session.Viewer.Zone = time.Local
	}
	f.printer = session.Viewer.Printer()
	f.session = &session
	return session, nil
}

// FlagsOf returns the flags that every command takes, with what the environment, the file of settings or the default
// says where no flag does.
func FlagsOf(cmd *cobra.Command) Flags {
	flags, settings := faceOf(cmd).flags, Settings(cmd)
	flags.Data, flags.Database = settings.Text(config.Data), settings.Text(config.Database)
	flags.Space = settings.Text(config.Space)
	flags.Networks = config.Split(settings.Text(config.CalendarNetworks))
	flags.Settings = settings
	return flags
}

// Printer returns the words of this run.
func Printer(cmd *cobra.Command) *locale.Printer { return faceOf(cmd).printer }

// Run runs the program that New made and returns its exit code. An interrupt cancels the work, which then ends in good
// order; a second one ends it at once.
func Run(root *cobra.Command, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	f := faceOf(root)
	f.flags.Lang = languageOf(args)
	f.printer = locale.New(f.flags.Lang, time.Local)
	translate(root, f.printer)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	ctx, stop := signal.NotifyContext(root.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // from now on an interrupt has its usual effect

	err := unknownCommand(root, args)
	if err == nil {
		err = root.ExecuteContext(ctx)
	}
	if f.session != nil && f.session.Close != nil {
		if closing := f.session.Close(); err == nil {
			err = closing
		}
	}
	if err == nil {
		return ExitDone
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = fault.New(fault.Unavailable, "Stopped.")
	}
	var exit exitCode
	if errors.As(err, &exit) {
		return int(exit)
	}
	f.complain(stderr, err)
	if fault.CodeOf(err) == fault.Usage {
		return ExitUsage
	}
	return ExitFailed
}

// exitCode ends a run that has said all there is to say.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// Exit returns an error that ends the run with the code and without a message.
func Exit(code int) error { return exitCode(code) }

// complain says what went wrong and what can be done.
func (f *face) complain(w io.Writer, err error) {
	p := f.printer
	var known *fault.Error
	if !errors.As(err, &known) {
		known = fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	say(w, "gave: %s\n", p.T(known.Message, known.Args...))
	if known.Cause != nil &&
		(known.Code == fault.Internal || known.Code == fault.Unavailable || known.Code == fault.Invalid) {
		say(w, "%s: %s\n", p.T("cause"), known.Cause.Error())
	}
	if known.Hint != "" {
		say(w, "%s: %s\n", p.T("hint"), p.T(known.Hint))
	}
}

// say writes text for people, without anything that could command their terminal.
func say(w io.Writer, format string, args ...any) {
	_, _ = io.WriteString(w, Clean(fmt.Sprintf(format, args...))) // there is nobody else to tell
}

// languageOf returns the language that the arguments ask for, or else the environment.
func languageOf(args []string) locale.Lang {
	for i, arg := range args {
		value, ok := strings.CutPrefix(arg, "--lang=")
		if arg == "--lang" && i+1 < len(args) {
			value, ok = args[i+1], true
		}
		if arg == "--" {
			break
		}
		for _, known := range locale.All {
			if ok && value == string(known.Lang) {
				return known.Lang
			}
		}
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := os.Getenv(name); value != "" {
			return locale.Match(value)
		}
	}
	return locale.English
}
