package program

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gave.network/internal/app"
	"gave.network/internal/cli"
	"gave.network/internal/fault"
	"gave.network/internal/graphcmd"
	"gave.network/internal/locale"
)

func graphCommand() *cobra.Command {
	var request graphcmd.Request
	cmd := &cobra.Command{
		Use: "graph KERNEL [FILE]", Short: "Analyse a network: any kernel of the graph engine, timed.",
		Args: kernelAndFile, Annotations: map[string]string{cli.NoData: ""},
		Long: "Without a kernel it lists them. The file is an edge list, GraphML, GEXF, Pajek, a table of edges or a " +
			"snapshot, also packed with gzip, or ties in Parquet or a folder of them; without a file it is your " +
			"own ties." +
			" The time to load is apart from that of each run.",
		Example: "gave graph\ngave graph pagerank mail.el --runs 5 --out ranks.csv\ngave graph constraint",
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	for _, f := range graphcmd.Flags() {
		switch place := f.Value(&request).(type) {
		case *bool:
			flags.BoolVar(place, f.Name, false, f.Help)
		case *int:
			flags.IntVar(place, f.Name, 0, f.Help)
		case *uint64:
			flags.Uint64Var(place, f.Name, 0, f.Help)
		case *float64:
			flags.Float64Var(place, f.Name, 0, f.Help)
		case *string:
			flags.StringVar(place, f.Name, "", f.Help)
		}
		flags.Lookup(f.Name).DefValue = "" // zero stands for what the help says
	}
	cmd.ValidArgsFunction = func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveDefault // files
		}
		var names []string
		for _, k := range graphcmd.Kernels() {
			names = append(names, k.Name+"\t"+k.Help)
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cli.Print(cmd, listKernels())
		}
		request.Kernel = args[0]
		var given []string
		cmd.Flags().Visit(func(f *pflag.Flag) { given = append(given, f.Name) })
		if err := graphcmd.Check(request, given); err != nil {
			return err
		}
		ctx, done := cli.ShowProgress(cmd)
		defer done()
		var result graphcmd.Result
		var err error
		if len(args) == 2 {
			request.File = args[1]
			result, err = graphcmd.Run(ctx, request)
		} else {
			result, err = runOnTies(ctx, cmd, request)
		}
		done()
		if err != nil {
			return err
		}
		return cli.Print(cmd, graphOutput{result, request.Out})
	}
	return cmd
}

func kernelAndFile(cmd *cobra.Command, args []string) error {
	if len(args) > 2 {
		return fault.New(fault.Usage, "%q is one argument too many.", args[2]).
			WithHint("See " + cmd.CommandPath() + " --help.")
	}
	return nil
}

// runOnTies runs a kernel on the ties of the machine's user.
func runOnTies(ctx context.Context, cmd *cobra.Command, request graphcmd.Request) (graphcmd.Result, error) {
	if request.Directed || request.Signed {
		return graphcmd.Result{}, fault.New(fault.Usage, "Your own ties have no direction and no sign.").
			WithHint("Name a file to analyse another network.")
	}
	flags := cli.FlagsOf(cmd)
	a, err := app.Open(ctx, app.Config{Data: flags.Data, Database: flags.Database})
	if err != nil {
		return graphcmd.Result{}, err
	}
	defer a.Close()
	viewer, err := a.Account.LocalIn(ctx, flags.Lang, flags.Space)
	if err != nil {
		return graphcmd.Result{}, err
	}
	viewer.Now = time.Now()
	if !flags.AsOf.IsZero() {
		viewer.Now = flags.AsOf
	}
	start := time.Now()
	ties, err := a.Network.Network(ctx, viewer, request.Weighted)
	if err != nil {
		return graphcmd.Result{}, err
	}
	load := time.Since(start)
	if ties.Graph.N() == 0 {
		return graphcmd.Result{}, fault.New(fault.NotFound, "There are no ties of your own to analyse.").
			WithHint("Name a file, or import your mail first with gave import.")
	}
	if _, known := ties.Names.Lookup(request.Source); !known && request.Source != "" {
		person, err := a.Network.Resolve(ctx, viewer, request.Source)
		if err != nil {
			return graphcmd.Result{}, err
		}
		ids := ties.Nodes.Column("id")
		for v := range ties.Graph.N() {
			if ids.Text(v) == person.ID.String() {
				request.Source = ties.Names.Name(uint32(v))
			}
		}
	}
	result, err := graphcmd.RunOn(ctx, ties, request)
	result.Load = load.Seconds()
	return result, err
}

// kernelList are the kernels as the list of them shows.
type kernelList struct {
	Kernels []kernelRow `json:"kernels"`
}

type kernelRow struct {
	Name  string   `json:"name"`
	Help  string   `json:"help"`
	Flags []string `json:"flags" doc:"besides those that every kernel takes"`
	Table string   `json:"table" doc:"what --out has a value for: node, edge, pair, place, or graph when there is no table"`
}

func listKernels() kernelList {
	var list kernelList
	for _, k := range graphcmd.Kernels() {
		list.Kernels = append(list.Kernels, kernelRow{k.Name, k.Help, append([]string{}, k.Flags...), k.Values})
	}
	return list
}

// Text prints a kernel on a line, and its flags below it.
func (l kernelList) Text(p *locale.Printer) string {
	var b strings.Builder
	width := 0
	for _, k := range l.Kernels {
		width = max(width, len(k.Name))
	}
	for _, k := range l.Kernels {
		fmt.Fprintf(&b, "%-*s  %s", width, k.Name, p.T(k.Help))
		if len(k.Flags) > 0 {
			fmt.Fprintf(&b, " [--%s]", strings.Join(k.Flags, " --"))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// graphOutput is what a run prints.
type graphOutput struct {
	graphcmd.Result
	out string
}

// ExitCode is 3 when some records of the file could not be used.
func (o graphOutput) ExitCode() int {
	if o.Reject > 0 {
		return cli.ExitRejected
	}
	return cli.ExitDone
}

// Text prints the size of the network, the times, and the result.
func (o graphOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", p.T("%s: %d nodes, %d ties, %d threads", o.Kernel, o.N, o.M, o.Threads))
	sorted := slices.Sorted(slices.Values(o.Runs))
	fmt.Fprintf(&b, "%s\n",
		p.T("loaded in %s, ran in %s (median of %d)", seconds(o.Load), seconds(sorted[len(sorted)/2]), len(sorted)))
	if o.Reject > 0 {
		fmt.Fprintf(&b, "%s\n", p.T("%d records could not be used:", o.Reject))
		for _, problem := range o.Problem[:min(len(o.Problem), 5)] {
			fmt.Fprintf(&b, "- %s\n", problem)
		}
	}
	for _, line := range o.Lines() {
		b.WriteString(line + "\n")
	}
	if o.out != "" {
		fmt.Fprintf(&b, "%s\n", p.T("The values are in %s.", o.out))
	}
	return b.String()
}

// seconds writes a time with the unit that suits it.
func seconds(s float64) string {
	return time.Duration(s * 1e9).Round(time.Duration(max(s*1e6, 1))).String()
}
