package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// libraries are those that have a kernel for most of what Gave has.
var libraries = []string{"igraph", "networkit", "graph-tool"}

// loss is a comparison in which another needs less than Gave.
type loss struct {
	where, kernel, who string
	clock, cpu         float64 // what the other needs divided by what Gave needs
}

// writeLosses lists every kernel for which another needs less, by the clock or the processor, the greatest loss first.
func writeLosses(b *strings.Builder, all []*results) {
	var losses []loss
	count := 0
	for _, r := range all {
		where := fmt.Sprintf("%s, %s", r.name, plural(r.threads, "thread"))
		for _, row := range r.rows {
			if row.kernel.name == "louvain" {
				continue // another method, which Gave does not have: it is there for its modularity
			}
			for _, name := range libraries {
				if row.ratio(name) == 0 {
					continue
				}
				count++
				if clock, cpu := row.ratio(name), row.cpuRatio(name); clock < 1 || cpu > 0 && cpu < 1 {
					losses = append(losses, loss{where, row.kernel.title, name, clock, cpu})
				}
			}
			if row.gapbs > 0 && row.gapbs < 0.8*row.gave.seconds {
				losses = append(losses, loss{where, row.kernel.title, "GAPBS", row.gapbs / row.gave.seconds, 0})
			}
		}
	}
	fmt.Fprintf(b, "\n## Where others need less\n\n%d of %s with igraph, networkit and graph-tool, by the clock or by "+
		"the processor, and where GAPBS needs less than four fifths.\n\n", len(losses), plural(count, "comparison"))
	if len(losses) == 0 {
		return
	}
	slices.SortFunc(losses, func(a, b loss) int { return cmp.Compare(a.least(), b.least()) })
	b.WriteString("| kernel | graph | who | clock | processor |\n| --- | --- | --- | --- | --- |\n")
	for _, l := range losses {
		processor := ""
		if l.cpu > 0 {
			processor = fmt.Sprintf("%.2f", l.cpu)
		}
		fmt.Fprintf(b, "| %s | %s | %s | %.2f | %s |\n", l.kernel, l.where, l.who, l.clock, processor)
	}
}

func (l loss) least() float64 {
	if l.cpu > 0 {
		return min(l.clock, l.cpu)
	}
	return l.clock
}

// writeAims says of each aim on each graph whether it was met, and by how much.
func writeAims(b *strings.Builder, all []*results) {
	b.WriteString("\n## The aims\n\nEach as it stands in the table of this run.\n\n" +
		"| aim | graph, threads | measured | met |\n| --- | --- | --- | --- |\n")
	for _, r := range all {
		where := fmt.Sprintf("%s, %d", r.name, r.threads)
		line := func(aim, measured string, met bool) {
			word := "yes"
			if !met {
				word = "**no**"
			}
			fmt.Fprintf(b, "| %s | %s | %s | %s |\n", aim, where, measured, word)
		}
		r.fasterThanAll(line)
		r.besideGAPBS(line)
		r.kernelAims(line)
		r.pathAims(line)
		if r.threads == 2 {
			r.scaling(all, line)
		}
		if r.arrays > 0 {
			line("memory within 1.1 of the arrays", fmt.Sprintf("%.3f", r.memory/r.arrays), r.memory <= 1.1*r.arrays)
			if r.ties >= 1_000_000 {
				line(fmt.Sprintf("open a snapshot of %s ties under 5 ms", thousands(r.ties)),
					duration(r.open), r.open < 5e-3)
			}
		}
	}
}

type aimLine func(aim, measured string, met bool)

// row returns a kernel's row, or nil.
func (r *results) row(name string) *row {
	i := slices.IndexFunc(r.rows, func(row row) bool { return row.kernel.name == name })
	if i < 0 {
		return nil
	}
	return &r.rows[i]
}

// fasterThanAll takes each kernel that a library has.
func (r *results) fasterThanAll(line aimLine) {
	count, slower := 0, []string{}
	least, at := 0.0, ""
	for _, row := range r.rows {
		if row.kernel.name == "louvain" {
			continue // another method, which Gave does not have: it is there for its modularity
		}
		for _, name := range libraries {
			ratio := row.ratio(name)
			if ratio == 0 {
				continue
			}
			count++
			if least == 0 || ratio < least {
				least, at = ratio, row.kernel.title+" beside "+name
			}
			if ratio < 1 {
				slower = append(slower, fmt.Sprintf("%s beside %s (%.2f)", row.kernel.title, name, ratio))
			}
		}
	}
	if count == 0 {
		return
	}
	measured := fmt.Sprintf("%d of %d comparisons, the least %.1f (%s)", count-len(slower), count, least, at)
	if len(slower) > 0 {
		measured += "; slower: " + strings.Join(slower, ", ")
	}
	line("every kernel faster than igraph, networkit, graph-tool", measured, len(slower) == 0)
}

func (r *results) besideGAPBS(line aimLine) {
	for _, name := range []string{"bfs", "components", "pagerank", "pagerank-rough", "triangles", "betweenness"} {
		if row := r.row(name); row != nil && row.gapbs > 0 {
			line(row.kernel.title+": within 1.25 of GAPBS", fmt.Sprintf("%.2f of its time", row.gave.seconds/row.gapbs),
				row.gave.seconds <= 1.25*row.gapbs)
		}
	}
	if row := r.row("load"); row != nil && row.gapbs > 0 && r.threads == 1 {
		line("edge list to graph: 1.5 times GAPBS's reader", fmt.Sprintf("%.1f times", row.gapbs/row.gave.seconds),
			row.gapbs >= 1.5*row.gave.seconds)
	}
}

func (r *results) kernelAims(line aimLine) {
	if row := r.row("constraint"); row != nil && row.ratio("igraph") > 0 {
		line("constraint 10 times igraph", fmt.Sprintf("%.1f times", row.ratio("igraph")), row.ratio("igraph") >= 10)
	}
	if row := r.row("adamic-adar"); row != nil && r.nodes >= 100_000 {
		for _, c := range []struct {
			peer  string
			times float64
		}{{"scipy", 2}, {"graph-tool", 10}} {
			if ratio := row.ratio(c.peer); ratio > 0 {
				line(fmt.Sprintf("Adamic-Adar %.0f times %s", c.times, c.peer), fmt.Sprintf("%.1f times", ratio),
					ratio >= c.times)
			}
		}
	}
	leiden, louvain := r.row("leiden"), r.row("louvain")
	if leiden == nil || leiden.ratio("igraph") == 0 {
		return
	}
	measured := fmt.Sprintf("%.1f times as fast, modularity %.4f; igraph's Leiden %.4f", leiden.ratio("igraph"),
		leiden.gave.quality, leiden.others["igraph"].quality)
	met := leiden.ratio("igraph") > 1 && leiden.gave.quality >= leiden.others["igraph"].quality
	if louvain != nil {
		measured += fmt.Sprintf(", Louvain %.4f", louvain.others["igraph"].quality)
		met = met && leiden.gave.quality >= louvain.others["igraph"].quality
	}
	line("Leiden faster than igraph's, modularity no lower than its Louvain and Leiden", measured, met)
}

func (r *results) pathAims(line aimLine) {
	if r.nodes < 100_000 {
		return
	}
	big := r.nodes >= 1_000_000
	if row := r.row("distance"); row != nil && big {
		line("steps between two nodes: median under 100 µs, 99 % under 1 ms",
			duration(row.gave.seconds)+"; "+duration(row.gave.p99), row.gave.seconds < 1e-4 && row.gave.p99 < 1e-3)
	}
	if row := r.row("within-4"); row != nil {
		if big {
			line("strongest path within 4 ties: 99 % under 5 ms", duration(row.gave.p99), row.gave.p99 < 5e-3)
		}
		for _, peer := range []string{"igraph", "graph-tool"} {
			if ratio := row.ratio(peer); ratio > 0 {
				line("strongest path within 4 ties: 20 times "+peer, fmt.Sprintf("%.0f times", ratio), ratio >= 20)
			}
		}
	}
	for _, name := range []string{"introduction-3", "introduction-4"} {
		if row := r.row(name); row != nil && row.ratio("sqlite") > 0 {
			line(row.kernel.title+": twice SQLite's join",
				fmt.Sprintf("%.1f times; %s and %s at worst 1 %%; results%s", row.ratio("sqlite"),
					duration(row.gave.p99), duration(row.others["sqlite"].p99), row.others["sqlite"].agrees),
				row.ratio("sqlite") >= 2 && row.others["sqlite"].agrees == " =")
		}
	}
}

// scaling compares with the run on one thread, of kernels that then take over a second.
func (r *results) scaling(all []*results, line aimLine) {
	i := slices.IndexFunc(all, func(o *results) bool { return o.name == r.name && o.threads == 1 })
	if i < 0 {
		return
	}
	for _, row := range r.rows {
		if one := all[i].row(row.kernel.name); one != nil && one.gave.seconds > 1 && row.kernel.name != "louvain" {
			gain := one.gave.seconds / row.gave.seconds
			line(row.kernel.title+": two threads 1.7 times one", fmt.Sprintf("%.2f", gain), gain >= 1.7)
		}
	}
}
