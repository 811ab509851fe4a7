// Package graphcmd runs a kernel of the graph engine on a file and times it, for the command "gave graph": loading
// apart from computing, any number of runs, the result as a summary and as a table, so that anybody can check the
// numbers and compare the times.
package graphcmd

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"gave.network/graph"
	"gave.network/graph/graphio"
	"gave.network/internal/fault"
	"gave.network/internal/progress"
	"gave.network/internal/safefile"
)

// Kernel is a kernel as the command line offers it.
type Kernel struct {
	// Name is the word on the command line.
	Name string
	// Help is one English sentence.
	Help string
	// Flags are the names of the flags that this kernel takes besides those that all take: see the fields of Request.
	Flags []string
	// Values says what the table holds a value for: "node", "edge" or "pair"; "place" is x and y of each node, "graph"
	// has no table, and "network" writes the network itself.
	Values string

	// contacts says that the kernel works on a file of contacts in time.
	contacts bool
	prepare  func(j *job) (run, error)
}

// Request is what the user asks for. The zero value of a field means its default.
type Request struct {
	Kernel string
	File   string

	Weighted bool   // --weights: keep the weights of the file
	Bits     int    // --bits: of the weights, 64 (default) or 32
	Directed bool   // --directed
	Signed   bool   // --signed: weights may be negative
	Threads  int    // --threads: default one for each processor
	Runs     int    // --runs: how often the kernel is run, default 1
	Out      string // --out: where the table is written; nowhere by default

	Source     string  // --source: the node to start from; default the one with most ties
	Pairs      string  // --pairs: a file of two nodes a line; default 1,000 pairs chosen with the seed
	Measure    string  // --measure: what weights are, "strength" (default) or "length"
	Hops       int     // --hops: how many ties a path may have; default no limit
	K          int     // --k: how many of something; the default depends on the kernel
	Samples    int     // --samples: how many sources a sampled kernel starts from; default all
	Seed       uint64  // --seed: of the kernels that choose at random
	Damping    float64 // --damping: default 0.85
	Tolerance  float64 // --tolerance: the default depends on the kernel
	Resolution float64 // --resolution: default 1
	Iterations int     // --iterations: of the method for communities, default 3
	Objective  string  // --objective: "modularity" (default) or "cpm"
	Beta       float64 // --beta: of Bonacich power, default 0.1
	Error      float64 // --error: how far off an estimate may be; the default depends on the kernel

	Nodes  string // --nodes: a table of nodes with a column id, for the two below
	Group  string // --group: the column that says which group a node is in
	Stance string // --stance: the column with each node's own stance
	Layers string // --layers: two layers of the file, separated by a comma

	Since    string  // --since: contacts that begin before are left out; a time as the file has them
	Until    string  // --until: contacts that end after are left out
	At       string  // --at: the moment; default the last of the file
	Wait     int     // --wait: how long what arrives stays before it goes on
	Unit     int     // --unit: of times, default 1
	HalfLife float64 // --half-life: default 180 days in seconds
}

// Result is what a run gives. Its JSON is the one that the command line promises.
type Result struct {
	Kernel  string            `json:"kernel"`
	N       int               `json:"n"`
	M       int64             `json:"m"`
	Threads int               `json:"threads"`
	Load    float64           `json:"load_s"`
	Runs    []float64         `json:"runs_s"`
	CPU     []float64         `json:"-"` // processor time of the same runs in seconds, where the system tells it
	Result  map[string]any    `json:"result"`
	Reject  int64             `json:"rejected,omitempty"`
	Problem []graphio.Problem `json:"problems,omitempty"`
}

// run computes once. The time is that of the computation; what it returns makes the summary and table of it, after the
// last run only.
type run func(ctx context.Context) (show func() outcome, err error)

// timed makes a run of a computation and of how its result is shown.
func timed[T any](compute func(context.Context) (T, error), show func(T) outcome) run {
	return func(ctx context.Context) (func() outcome, error) {
		result, err := compute(ctx)
		return func() outcome { return show(result) }, err
	}
}

// of makes a kernel of a function of the engine that needs nothing but the graph.
func of[T any](
	compute func(context.Context, *graph.Graph, graph.Options) (T, error), show func(*job, T) outcome,
) func(*job) (run, error) {
	return func(j *job) (run, error) {
		return timed(
			func(ctx context.Context) (T, error) { return compute(ctx, j.g, j.opts) },
			func(result T) outcome { return show(j, result) },
		), nil
	}
}

// outcome is the result of a kernel: a summary and a table.
type outcome struct {
	summary map[string]any
	table   table
}

// job is one request at work.
type job struct {
	request  Request
	network  *graphio.Network
	contacts *graphio.Contacts // of kernels that work on contacts: network then has names only
	g        *graph.Graph
	opts     graph.Options
}

// Kernels returns all kernels in alphabetical order.
func Kernels() []Kernel {
	all := slices.Concat(pathKernels, positionKernels, groupKernels, spreadKernels, structureKernels,
		contactKernels)
	slices.SortFunc(all, func(a, b Kernel) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Run reads the file and runs the kernel. Errors that a person can mend are faults.
func Run(ctx context.Context, request Request) (Result, error) {
	kernel, err := find(request.Kernel)
	if err != nil {
		return Result{}, err
	}
	if kernel.contacts {
		return runOnContacts(ctx, kernel, request)
	}
	start := time.Now()
	options := graphio.ReadOptions{Build: graph.BuildOptions{
		Directed: request.Directed, Weighted: request.Weighted, Weights64: request.Bits != 32, Signed: request.Signed,
		Merge: graph.MergeMax,
	}}
	files, err := tieFiles(request.File)
	if err != nil {
		return Result{}, err
	}
	if kernel.Values == "network" {
		if result, done, err := convertOnDisk(ctx, request, files, options); done {
			return result, err
		}
	}
	var network *graphio.Network
	if loading := optionsOf(ctx, request, "load"); len(files) > 0 {
		var done func()
		if network, done, err = readTies(ctx, files, loading, request.Bits); err == nil {
			defer done()
		}
	} else {
		network, err = graphio.ReadFile(ctx, request.File, options, loading)
	}
	if err != nil {
		return Result{}, readFault(err, request.File)
	}
	if request.Nodes != "" {
		if err := addNodes(ctx, network, request.Nodes); err != nil {
			return Result{}, err
		}
	}
	load := time.Since(start)
	result, err := RunOn(ctx, network, request)
	result.Load = load.Seconds()
	return result, err
}

// RunOn runs the kernel on a network that is in memory, such as a space's.
func RunOn(ctx context.Context, network *graphio.Network, request Request) (Result, error) {
	kernel, err := find(request.Kernel)
	if err != nil {
		return Result{}, err
	}
	j := &job{request: request, network: network, g: network.Graph, opts: optionsOf(ctx, request, request.Kernel)}
	result := Result{
		Kernel: kernel.Name, N: j.g.N(), M: j.g.M(), Threads: j.opts.Threads,
		Reject: network.Rejected, Problem: network.Problems,
	}
	if kernel.contacts {
		return result, fault.New(fault.Usage, "The kernel %s needs a file of contacts.", kernel.Name).
			WithHint("Each line has time, from, to and, where contacts last, a duration.")
	}
	if request.Out != "" && kernel.Values == "graph" {
		return result, fault.New(fault.Usage,
			"The kernel %s has one result for the whole graph and no table.", kernel.Name)
	}
	return j.run(ctx, kernel, result)
}

// run runs the kernel as often as asked for and fills in the result.
func (j *job) run(ctx context.Context, kernel Kernel, result Result) (Result, error) {
	compute, err := kernel.prepare(j)
	if err != nil {
		return result, kernelFault(err, kernel.Name)
	}
	var show func() outcome
	runtime.GC() // what reading left behind is not the kernel's time; what a run leaves behind is
	for range max(j.request.Runs, 1) {
		start, before := time.Now(), Spent()
		show, err = compute(ctx)
		seconds, processor := time.Since(start).Seconds(), Spent()-before
		if err != nil {
			return result, kernelFault(err, kernel.Name)
		}
		result.Runs = append(result.Runs, seconds)
		if processor > 0 {
			result.CPU = append(result.CPU, processor.Seconds())
		}
	}
	last := show()
	result.Result = last.summary
	if j.request.Out != "" && kernel.Values != "network" {
		if err := last.table.save(j.request.Out, j.network.Names); err != nil {
			return result, fault.Wrap(err, fault.Invalid, "The table could not be written to %s.", j.request.Out)
		}
	}
	return result, nil
}

func addNodes(ctx context.Context, network *graphio.Network, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return fault.Wrap(err, fault.NotFound, "The file %s could not be read.", path)
	}
	defer file.Close()
	if err := network.AddNodeTable(ctx, file, graphio.ReadOptions{}); err != nil {
		return readFault(err, path)
	}
	return nil
}

func find(name string) (Kernel, error) {
	for _, k := range Kernels() {
		if k.Name == name {
			return k, nil
		}
	}
	return Kernel{}, fault.New(fault.Usage, "There is no kernel called %s.", name).
		WithHint("gave graph lists the kernels with their flags.")
}

func optionsOf(ctx context.Context, request Request, what string) graph.Options {
	threads := request.Threads
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	return graph.Options{
		Threads: threads, Progress: func(done, total int64) { progress.Report(ctx, done, total, what) },
	}
}

func readFault(err error, file string) error {
	switch {
	case safefile.Full(err):
		return fault.Wrap(err, fault.Unavailable, "The disk is full.")
	case errors.Is(err, fs.ErrNotExist):
		return fault.Wrap(err, fault.NotFound, "The file %s is not there.", file)
	case errors.Is(err, graph.ErrDamaged), errors.Is(err, graph.ErrSnapshotVersion):
		return fault.Wrap(err, fault.Invalid, "The file %s is damaged or of a later version.", file)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	return fault.Wrap(err, fault.Invalid, "The file %s could not be read as a graph.", file)
}

func kernelFault(err error, kernel string) error {
	var known *fault.Error
	switch {
	case errors.As(err, &known), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, graph.ErrNegativeWeight):
		return fault.Wrap(err, fault.Invalid, "The kernel %s needs weights that are not negative.", kernel)
	case errors.Is(err, graph.ErrParameter):
		return fault.Wrap(err, fault.Usage, "The kernel %s cannot work with these values: %s.", kernel, err.Error())
	}
	return fault.Wrap(err, fault.Invalid, "The kernel %s could not run: %s.", kernel, err.Error())
}

// node returns the node that a flag names.
func (j *job) node(name string) (uint32, error) {
	v, found := j.network.Names.Lookup(name)
	if !found || int64(v) >= int64(j.g.N()) {
		return 0, fault.New(fault.NotFound, "There is no node called %s.", name)
	}
	return v, nil
}

// source returns the node to start from: the one that was asked for, or the one with most ties, of several the first.
func (j *job) source() (uint32, error) {
	if j.request.Source != "" {
		return j.node(j.request.Source)
	}
	if j.g.N() == 0 {
		return 0, fault.New(fault.Invalid, "The graph has no nodes.")
	}
	best := uint32(0)
	for v := range uint32(j.g.N()) {
		if j.g.Degree(v) > j.g.Degree(best) {
			best = v
		}
	}
	return best, nil
}

// column returns the node column that a flag names.
func (j *job) column(name, flag string) (*graph.Column, error) {
	if name == "" {
		return nil, fault.New(fault.Usage, "This kernel needs the flag --%s.", flag)
	}
	c := j.network.Nodes.Column(name)
	if c == nil {
		return nil, fault.New(fault.NotFound, "The nodes have no column called %s.", name)
	}
	return c, nil
}

// groups returns the group of each node; the nodes without one are a group of their own.
func (j *job) groups() (group []uint32, names []string, err error) {
	c, err := j.column(j.request.Group, "group")
	if err != nil {
		return nil, nil, err
	}
	codes, names := c.Codes()
	group = make([]uint32, len(codes))
	for v, code := range codes {
		group[v] = uint32(code + 1)
	}
	return group, append([]string{""}, names...), nil
}

func (j *job) measure() (graph.PathOptions, error) {
	switch j.request.Measure {
	case "", "strength":
		return graph.PathOptions{Measure: graph.Strength}, nil
	case "length":
		return graph.PathOptions{Measure: graph.Length}, nil
	}
	return graph.PathOptions{}, fault.New(fault.Usage, "A measure is either strength or length, not %s.",
		j.request.Measure)
}
