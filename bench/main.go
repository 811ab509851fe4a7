// Command bench runs Gave's graph engine and other libraries in turn on the same graphs and prints one table of ratios:
// see peers.sh.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

func main() {
	log.SetFlags(0)
	made := flag.String("make", "", "write a network to this file and weights beside it, and stop")
	kind := flag.String("kind", "social", "the kind of the made-up network: social, rmat, grid or small-world")
	raw := flag.String("from", "", "the file of ties, or a folder with edges.csv, that is made such a network instead")
	nodes := flag.Int("nodes", 100_000, "nodes of the made-up network")
	ties := flag.Int("ties", 1_000_000, "ties of the made-up network")
	seed := flag.Uint64("seed", 12, "seed of the made-up network")
	out := flag.String("out", "", "write the report to this file too")
	rounds := flag.Int("rounds", 5, "how often Gave and the others take turns")
	only := flag.String("kernels", "", "only these kernels, separated by commas")
	peers := flag.String("peers", "igraph,networkit,graph-tool,scipy,sqlite", "the libraries to compare with")
	script := flag.String("script", "bench/peer.py", "the program that runs them")
	layouts := flag.Bool("layouts", false, "compare how the networks are drawn, and nothing else")
	patience := flag.Duration("patience", 5*time.Minute, "how long others may take to draw a network")
	threads := flag.String("threads", "1,2", "how many threads, separated by commas")
	flag.Parse()
	if *made != "" {
		err := error(nil)
		if *raw != "" {
			err = simplify(*made, *raw, *seed)
		} else {
			err = makeFile(*made, *kind, *nodes, *ties, *seed)
		}
		if err != nil {
			log.Fatal(err)
		}
		return
	}
	c := comparison{rounds: *rounds, patience: *patience, script: *script, peers: strings.Split(*peers, ",")}
	if *only != "" {
		c.only = strings.Split(*only, ",")
	}
	if *layouts {
		if err := c.drawAll(context.Background(), flag.Args(), *out); err != nil {
			log.Fatal(err)
		}
		return
	}
	for _, count := range strings.Split(*threads, ",") {
		n, err := strconv.Atoi(count)
		if err != nil || n < 1 {
			log.Fatalf("%q is no number of threads", count)
		}
		c.threads = append(c.threads, n)
	}
	var all []*results
	text := ""
	for _, path := range flag.Args() {
		of, err := c.run(context.Background(), path)
		if err != nil {
			log.Fatal(err)
		}
		all = append(all, of...)
		text = report(all, *rounds)
		if *out != "" { // after each, so that a run which is broken off leaves what it found
			if err := os.MkdirAll(filepath.Dir(*out), 0o755); err != nil {
				log.Fatal(err)
			}
			if err := os.WriteFile(*out, []byte(text), 0o644); err != nil {
				log.Fatal(err)
			}
		}
	}
	fmt.Print(text)
}

const introduction = `Time is of the kernel only, the graph being loaded. All take turns on the same graph in one
run, once each in every one of %d rounds (what takes less than 20 ms for everybody nine times from the second round on),
and the figure is the median (nobody is asked again who has needed more than 20 seconds; of communities one round has
several seeds). In brackets stands what the other needs divided by what Gave needs:
first the time on the clock, then the time of the processor where it is known; above 1 Gave is better. Where Gave keeps
more than one processor busy its processor time is told too. = and ≠ say whether the results agree; of communities the
modularity is shown, Gave's first. The load of the machine at the start was %s: when others work on it too, times on the
clock grow, ratios do so less; take differences below 1.3 for none.

The figures of the GAP Benchmark Suite (GAPBS b5e3e19, g++ -O3, OpenMP) are from another run, on the same files and a
machine of the same kind, so only large differences mean anything. Its PageRank works in 32 bits with a tolerance of
about 1e-6, Gave's in 64 bits with 1e-9. Questions about two nodes are asked 1,000 times in each round (of others as
often as 10 seconds allow), and the median and 99th percentile are shown; the ratio is that of the medians.
`

// report writes everything as Markdown: where Gave loses first, then the aims, then the tables.
func report(all []*results, rounds int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Beside other libraries\n\nMade by `make bench-peers` on %s; %s, Go %s.\n\n",
		time.Now().UTC().Format("2006-01-02"), machine(), strings.TrimPrefix(runtime.Version(), "go"))
	fmt.Fprintf(&b, introduction, rounds, loadNow())
	writeLosses(&b, all)
	writeAims(&b, all)
	for _, r := range all {
		r.write(&b)
	}
	return b.String()
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

// loadNow is how much the machine has to do, of the last minute.
func loadNow() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Fields(string(text))[0]
}
