// Command bench runs Gave's graph engine and other libraries in turn on the same graphs and prints one table of ratios: see peers.sh.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"gave.network/graph"
	"gave.network/internal/graphcmd"
)

// kernel is a row of the table.
type kernel struct {
	name     string // as gave graph and peer.py call it
	title    string
	request  graphcmd.Request
	weighted bool
	check    string // the field of the summary that must agree with the peers' number
	perPair  bool   // the time is that of one query
}

const samples = 64 // sources of sampled betweenness

var kernels = []kernel{
	{name: "load", title: "edge list to graph"},
	{name: "bfs", title: "breadth-first search, one source", check: "reached"},
	{name: "distance", title: "steps between two nodes, mean of 1,000 pairs", check: "sum", perPair: true},
	{name: "best-path", title: "best path between two nodes, mean of the pairs", weighted: true, perPair: true, request: graphcmd.Request{Measure: "length"}},
	{name: "sssp", title: "best paths from one source", weighted: true, check: "sum", request: graphcmd.Request{Measure: "length"}},
	{name: "components", title: "connected components", check: "components"},
	{name: "bridges", title: "bridges", check: "bridges"},
	{name: "articulation", title: "articulation points", check: "articulation"},
	{name: "blocks", title: "biconnected components", check: "blocks"},
	{name: "kcore", title: "k-core", check: "sum"},
	{name: "triangles", title: "triangle count", check: "triangles"},
	{name: "clustering", title: "local clustering", check: "average"},
	{name: "jaccard", title: "Jaccard similarity of each tie's ends", check: "sum"},
	{name: "constraint", title: "Burt's constraint, all nodes", check: "sum"},
	{name: "pagerank", title: "PageRank", check: "max"},
	{name: "eigenvector", title: "eigenvector centrality", check: "eigenvalue"},
	{name: "betweenness", title: "betweenness, 64 sources", request: graphcmd.Request{Samples: samples}},
	{name: "leiden", title: "communities (Leiden, 3 iterations)", check: "modularity"},
}

func main() {
	log.SetFlags(0)
	makeFile := flag.String("make", "", "write a made-up social network to this file and its weights beside it, and stop")
	nodes := flag.Int("nodes", 100_000, "nodes of the made-up network")
	ties := flag.Int("ties", 1_000_000, "ties of the made-up network")
	seed := flag.Uint64("seed", 12, "seed of the made-up network")
	out := flag.String("out", "", "write the tables to this file too")
	rounds := flag.Int("rounds", 3, "how often Gave and the others take turns")
	only := flag.String("kernels", "", "only these kernels, separated by commas")
	peers := flag.String("peers", "igraph,networkit,graph-tool", "the libraries to compare with")
	script := flag.String("script", "bench/peer.py", "the program that runs them")
	flag.Parse()
	if *makeFile != "" {
		if err := makeSocial(*makeFile, *nodes, *ties, *seed); err != nil {
			log.Fatal(err)
		}
		return
	}
	var report strings.Builder
	fmt.Fprintf(&report, "# Beside other libraries\n\nMade by `make bench-peers` on %s; %s, Go %s.\n\n", time.Now().UTC().Format("2006-01-02"), machine(), strings.TrimPrefix(runtime.Version(), "go"))
	report.WriteString("Time is of the kernel only, the graph being loaded; all take turns on the same graph, and the figure is the median of the rounds. A ratio is the other's time divided by Gave's: above 1 Gave is faster. " +
		"= and ≠ say whether the results agree; of communities the modularity is shown, Gave's first. On a busy machine, take differences below 1.6 for none.\n")
	for _, path := range flag.Args() {
		for _, threads := range []int{1, 2} {
			c := comparison{path: path, threads: threads, rounds: *rounds, script: *script, peers: strings.Split(*peers, ",")}
			if *only != "" {
				c.only = strings.Split(*only, ",")
			}
			if err := c.run(context.Background(), &report); err != nil {
				log.Fatal(err)
			}
		}
	}
	fmt.Print(report.String())
	if *out != "" {
		if err := os.MkdirAll(filepath.Dir(*out), 0o755); err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(*out, []byte(report.String()), 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

func machine() string {
	model := runtime.GOARCH
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%s, %d processors", model, runtime.NumCPU())
}

// comparison is one graph at one number of threads.
type comparison struct {
	path    string
	threads int
	rounds  int
	script  string
	peers   []string
	only    []string
}

func (c *comparison) run(ctx context.Context, report *strings.Builder) error {
	plain, err := c.load(ctx, c.path, false)
	if err != nil {
		return err
	}
	weighted, err := c.load(ctx, strings.TrimSuffix(c.path, ".el")+".wel", true)
	if err != nil {
		weighted = nil // there are no weights beside the file
	}
	source := uint32(0)
	for v := range uint32(plain.Graph.N()) {
		if plain.Graph.Degree(v) > plain.Graph.Degree(source) {
			source = v
		}
	}
	pairs, err := writePairs(plain.Graph.N())
	if err != nil {
		return err
	}
	defer os.Remove(pairs)
	var running []*peer
	for _, name := range c.peers {
		p, err := startPeer(c.script, name, c.path, c.threads, source, pairs, samples)
		if err != nil {
			return err
		}
		if p != nil {
			running = append(running, p)
			defer p.stop()
		}
	}
	fmt.Fprintf(report, "\n## %s: %d nodes, %d ties, %s\n\n| kernel | Gave |", filepath.Base(c.path), plain.Graph.N(), plain.Graph.M(), plural(c.threads, "thread"))
	for _, p := range running {
		fmt.Fprintf(report, " %s %s | ratio |", p.name, p.version)
	}
	figures := gapbs(c.path, plain.Graph.N(), c.threads)
	columns := len(running)
	if figures != nil {
		report.WriteString(" GAPBS b5e3e19, other run | ratio |")
		columns++
	}
	report.WriteString("\n| --- | ---: |" + strings.Repeat(" ---: | ---: |", columns) + "\n")
	for _, k := range kernels {
		if c.only != nil && !slices.Contains(c.only, k.name) || k.weighted && weighted == nil {
			continue
		}
		network := plain
		if k.weighted {
			network = weighted
		}
		row, gave, err := c.compare(ctx, k, network, running, pairs)
		if err != nil {
			return fmt.Errorf("%s: %w", k.name, err)
		}
		if seconds, known := figures[k.name]; known {
			row += fmt.Sprintf(" %s | %.1f |", duration(seconds), seconds/gave)
		} else if figures != nil {
			row += " | |"
		}
		row += "\n"
		report.WriteString(row)
		fmt.Fprint(os.Stderr, row)
	}
	return nil
}

func (c *comparison) load(ctx context.Context, path string, weighted bool) (*graph.Network, error) {
	options := graph.ReadOptions{Build: graph.BuildOptions{Weighted: weighted}, IDs: graph.NumberIDs}
	return graph.ReadFile(ctx, path, options, graph.Options{Threads: c.threads})
}

// compare lets Gave and the peers take turns and returns the row of the table, and Gave's time.
func (c *comparison) compare(ctx context.Context, k kernel, network *graph.Network, running []*peer, pairs string) (string, float64, error) {
	var own []float64
	others := make([][]float64, len(running))
	checks := make([]*float64, len(running))
	perPair := make([]int, len(running))
	var summary map[string]any
	for round := range c.rounds {
		seconds, result, err := c.own(ctx, k, network, pairs)
		if err != nil {
			return "", 0, err
		}
		own, summary = append(own, seconds...), result
		for i, p := range running {
			if round > 0 && (len(others[i]) == 0 || slices.Max(others[i]) > 20) {
				continue // it does not have the kernel, or takes too long to be asked again
			}
			answer, err := p.ask(k.name, 1)
			if err != nil {
				return "", 0, err
			}
			if answer != nil {
				others[i] = append(others[i], answer.Times...)
				checks[i], perPair[i] = answer.Check, answer.Pairs
			}
		}
	}
	gave := median(own)
	if k.perPair {
		gave /= pairCount
	}
	row := fmt.Sprintf("| %s | %s |", k.title, duration(gave))
	for i := range running {
		if len(others[i]) == 0 {
			row += " | |"
			continue
		}
		other := median(others[i])
		if k.perPair {
			other /= float64(perPair[i])
		}
		row += fmt.Sprintf(" %s%s | %.1f |", duration(other), agreement(summary[k.check], checks[i], k.check == "modularity"), other/gave)
	}
	return row, gave, nil
}

// own runs Gave's kernel three times.
func (c *comparison) own(ctx context.Context, k kernel, network *graph.Network, pairs string) ([]float64, map[string]any, error) {
	if k.name == "load" {
		start := time.Now()
		n, err := c.load(ctx, c.path, false)
		if err != nil {
			return nil, nil, err
		}
		return []float64{time.Since(start).Seconds()}, map[string]any{"m": n.Graph.M()}, nil
	}
	request := k.request
	request.Kernel, request.Threads, request.Runs, request.Pairs = k.name, c.threads, 3, pairs
	result, err := graphcmd.RunOn(ctx, network, request)
	return result.Runs, result.Result, err
}

// agreement compares two results to five digits. Of a search the two qualities are shown: Gave's, the other's.
func agreement(own any, other *float64, quality bool) string {
	if own == nil || other == nil {
		return ""
	}
	var x float64
	if _, err := fmt.Sscan(fmt.Sprint(own), &x); err != nil {
		return ""
	}
	if quality {
		return fmt.Sprintf(" (%.4f, %.4f)", x, *other)
	}
	if difference := x - *other; difference > 1e-5*max(x, *other) || difference < -1e-5*max(x, *other) {
		return fmt.Sprintf(" ≠ (%.5g, %.5g)", x, *other)
	}
	return " ="
}

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}

func duration(seconds float64) string {
	switch {
	case seconds < 1e-3:
		return fmt.Sprintf("%.3g µs", seconds*1e6)
	case seconds < 1:
		return fmt.Sprintf("%.3g ms", seconds*1e3)
	}
	return fmt.Sprintf("%.3g s", seconds)
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
