package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// comparison says what is run.
type comparison struct {
	threads []int
	rounds  int
	script  string
	peers   []string
	only    []string

	patience time.Duration // how long a peer may draw
}

// results are those of one graph with one number of threads.
type results struct {
	name    string
	nodes   int
	ties    int64
	threads int
	peers   []*peer
	rows    []row
	// Of the run with one thread only.
	memory, arrays float64 // bytes
	open           float64 // seconds
	snapshot       int64   // bytes
}

// row is what was measured of a kernel.
type row struct {
	kernel kernel
	gave   cell
	others map[string]cell // by the name of the peer
	gapbs  float64         // seconds; 0 when there is no figure
}

// cell is what was measured of one of them.
type cell struct {
	seconds, p99 float64 // median; p99 of queries only
	cpu          float64 // median of the processor time; 0 when it is not known
	quality      float64 // of communities
	agrees       string
}

// ratio is the other's time divided by Gave's, 0 when the other has none.
func (r row) ratio(peer string) float64 { return r.others[peer].seconds / r.gave.seconds }

// cpuRatio is the same of the processor time; 0 when it is not known.
func (r row) cpuRatio(peer string) float64 {
	if r.gave.cpu == 0 {
		return 0
	}
	return r.others[peer].cpu / r.gave.cpu
}

func (c *comparison) run(ctx context.Context, path string) ([]*results, error) {
	// Before anything else is in memory.
	took, arrays, err := memory(ctx, path)
	if err != nil {
		return nil, err
	}
	l, err := loadAll(ctx, path)
	if err != nil {
		return nil, err
	}
	pairs, err := writePairs(l.pairs)
	if err != nil {
		return nil, err
	}
	defer os.Remove(pairs)
	var all []*results
	for _, threads := range c.threads {
		r, err := c.with(ctx, l, threads, pairs)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	all[0].memory, all[0].arrays = took, arrays
	all[0].open, all[0].snapshot, err = openSnapshot(l.forms[plain].Graph)
	return all, err
}

func (c *comparison) with(ctx context.Context, l *loaded, threads int, pairs string) (*results, error) {
	g := l.forms[plain].Graph
	r := &results{name: strings.TrimSuffix(filepath.Base(l.path), ".el"), nodes: g.N(), ties: g.M(), threads: threads}
	defer func() {
		for _, p := range r.peers {
			p.stop()
		}
	}()
	for _, name := range c.peers {
		p, err := startPeer(c.script, name, l.path, threads, l.source, pairs, sources(g.N()))
		if err != nil {
			return nil, err
		}
		if p != nil {
			r.peers = append(r.peers, p)
		}
	}
	figures := gapbs(r.name, r.nodes, threads)
	for _, k := range kernels {
		if c.only != nil && !slices.Contains(c.only, k.name) || l.forms[k.graph] == nil ||
			k.most > 0 && g.N() > k.most {
			continue
		}
		row, err := c.compare(ctx, l, k, threads, r.peers)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k.name, err)
		}
		row.gapbs = figures[k.name]
		r.rows = append(r.rows, row)
		fmt.Fprintf(os.Stderr, "%s, %d: %s", r.name, threads, r.line(row))
	}
	return r, nil
}

// What takes less than shortRun seconds for everybody is run shortRuns times in each turn after the first: a single run
// right after another program's measures the processor's caches more than the kernel.
const (
	shortRun  = 0.02
	shortRuns = 9
)

// compare lets Gave and the peers take turns.
func (c *comparison) compare(ctx context.Context, l *loaded, k kernel, threads int, running []*peer) (row, error) {
	var own sample
	others := make([]sample, len(running))
	runs := 1
	for round := range c.rounds {
		s, err := l.own(ctx, k, threads, round, runs)
		if err != nil {
			return row{}, err
		}
		own.times, own.cpu = append(own.times, s.times...), append(own.cpu, s.cpu...)
		if round == 0 {
			own.check, own.values = s.check, s.values
		}
		for i, p := range running {
			if round > 0 && (len(others[i].times) == 0 || k.once && l.forms[plain].Graph.N() <= manyNodes ||
				total(others[i].times) > 20) {
				continue // it does not have the kernel, or has been asked long enough
			}
			times := runs
			if k.once {
				times = seedCount(l.forms[plain].Graph.N())
			}
			answer, err := p.ask(k.name, times)
			if err != nil {
				return row{}, err
			}
			if answer != nil {
				others[i].times = append(others[i].times, answer.Times...)
				others[i].cpu = append(others[i].cpu, answer.CPU...)
				others[i].check, others[i].others = answer.Check, answer.Values
			}
		}
		if round == 0 && k.repeats() && slices.Max(own.times) < shortRun {
			runs = shortRuns
			for _, other := range others {
				if len(other.times) > 0 && slices.Max(other.times) > shortRun {
					runs = 1
				}
			}
		}
	}
	out := row{
		kernel: k, others: map[string]cell{},
		gave: cell{seconds: median(own.times), p99: quantile(own.times, 0.99), cpu: median(own.cpu)},
	}
	if own.check != nil {
		out.gave.quality = *own.check
	}
	for i, p := range running {
		if len(others[i].times) == 0 {
			continue
		}
		one := cell{
			seconds: median(others[i].times), p99: quantile(others[i].times, 0.99),
			cpu: median(others[i].cpu), agrees: agreement(own, others[i], k.check == "modularity"),
		}
		if others[i].check != nil {
			one.quality = *others[i].check
		}
		out.others[p.name] = one
	}
	return out, nil
}

func total(list []float64) float64 {
	sum := 0.0
	for _, x := range list {
		sum += x
	}
	return sum
}

// agreement compares two results to five digits. Of a search the two qualities are shown: Gave's, the other's.
func agreement(own, other sample, quality bool) string {
	if other.others != nil {
		if sameValues(own.values, other.others) {
			return " ="
		}
		return " ≠"
	}
	if own.check == nil || other.check == nil {
		return ""
	}
	x, y := *own.check, *other.check
	if quality {
		return fmt.Sprintf(" %.4f, %.4f", x, y)
	}
	if difference := x - y; difference > 1e-5*max(x, y, -x) || difference < -1e-5*max(x, y, -x) {
		return fmt.Sprintf(" ≠ %.6g, %.6g", x, y)
	}
	return " ="
}

// write writes the table.
func (r *results) write(b *strings.Builder) {
	fmt.Fprintf(b, "\n## %s: %s nodes, %s ties, %s\n\n| kernel | Gave |", r.name, thousands(int64(r.nodes)),
		thousands(r.ties), plural(r.threads, "thread"))
	for _, p := range r.peers {
		fmt.Fprintf(b, " %s %s |", p.name, p.version)
	}
	b.WriteString(" GAPBS |\n| --- | --- |" + strings.Repeat(" --- |", len(r.peers)+1) + "\n")
	for _, row := range r.rows {
		b.WriteString(r.line(row))
	}
	if r.arrays > 0 {
		fmt.Fprintf(b,
			"\nIn memory %.1f MB, %.3f times the arrays' own %.1f MB. A snapshot of %.1f MB is opened in %s.\n",
			r.memory/1e6, r.memory/r.arrays, r.arrays/1e6, float64(r.snapshot)/1e6, duration(r.open))
	}
}

func (r *results) line(row row) string {
	text := fmt.Sprintf("| %s | %s |", row.kernel.title, row.gave.text(row.kernel))
	for _, p := range r.peers {
		if other, has := row.others[p.name]; has {
			ratio := fmt.Sprintf("%.1f", row.ratio(p.name))
			if cpu := row.cpuRatio(p.name); cpu > 0 {
				ratio += fmt.Sprintf("; %.1f", cpu)
			}
			text += fmt.Sprintf(" %s (%s)%s |", other.text(row.kernel), ratio, other.agrees)
		} else {
			text += " |"
		}
	}
	if row.gapbs > 0 {
		return text + fmt.Sprintf(" %s (%.1f) |\n", duration(row.gapbs), row.gapbs/row.gave.seconds)
	}
	return text + " |\n"
}

func (c cell) text(k kernel) string {
	if k.query != nil {
		return fmt.Sprintf("%s; %s", duration(c.seconds), duration(c.p99))
	}
	if c.cpu > 1.05*c.seconds {
		return duration(c.seconds) + ", CPU " + duration(c.cpu)
	}
	return duration(c.seconds)
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

func thousands(n int64) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
