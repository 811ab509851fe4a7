package main

import (
	"fmt"
	"runtime"
	"strings"
	"time"
)

const drawingIntroduction = `Neighbours is the share of each node's neighbours that lie nearest to it on the map (Jaccard, of as
many points as it has neighbours; Kruiger et al. 2017), within 2 ties the same of whom it reaches in two: more is better.
Stress is how far distances on the map are from those in the graph, at the best scale (Gansner, Koren & North 2005; 0 to
1): less is better. The three are computed by one program from the places that each library gives
(graph/layout: NeighborhoodPreservation, Stress), on networks of more than %s nodes from so many nodes, chosen at random.
They are means, and times medians, of %d rounds in which all take turns on one thread, each round with another seed; who
has needed more than %g seconds is not asked again, who needs more than %s is stopped. Networks are undirected and without
weights. Each library draws as it does when nothing is asked of it. The load of the machine at the start was %s: when
others work on it, the clock says little and the processor's time more.

The two measures pull apart: on a plane there is no room for all neighbours of everybody next to them at the distances
that the graph has. So Gave's Layout has one choice, its Aim: neighbourhoods (by t-SNE on the ties alone), distances
(seven tenths of where a node goes is for the stress), and balanced (three tenths, and 0.15 times the share of all pairs
that are ties). The map of the network is drawn for neighbourhoods, in 12 rounds instead of 50: by distances everybody
would lie two steps from everybody else, by way of the reader. Times are of everything from the graph in memory to the
places.
`

// reportDrawings writes everything as Markdown: where Gave loses first, then the tables.
func reportDrawings(all []*pictures, rounds int, patience time.Duration, load string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# The layout beside other libraries\n\nMade by `make bench-layouts` on %s; %s, Go %s.\n\n",
		time.Now().UTC().Format("2006-01-02"), machine(), strings.TrimPrefix(runtime.Version(), "go"))
	fmt.Fprintf(&b, drawingIntroduction, thousands(lookNodes), rounds, drawEnough, patience, load)
	writeDrawingLosses(&b, all)
	for _, p := range all {
		fmt.Fprintf(&b, "\n## %s: %s nodes, %s ties\n\n%s", p.name, thousands(int64(p.nodes)), thousands(p.ties),
			"| layout | neighbours | within 2 ties | stress | clock | processor |\n"+
				"| --- | --- | --- | --- | --- | --- |\n")
		for _, one := range p.list {
			b.WriteString(one.line())
		}
	}
	return b.String()
}

// writeDrawingLosses lists each drawing of another library that none of Gave's is as good as: in both measures, in as
// little time of the processor. Then it says how the map's own aim does by itself.
func writeDrawingLosses(b *strings.Builder, all []*pictures) {
	lost, compared := "", 0
	count, near, stress, slower, none := 0, 0, 0, 0, 0
	for _, p := range all {
		for _, other := range p.list {
			if other.peer == "" {
				continue
			}
			if other.stopped != "" {
				none++
				continue
			}
			compared++
			best, missing, far := (*drawn)(nil), []string(nil), 0.0
			for _, own := range p.list {
				if own.peer != "" {
					continue
				}
				short := own.short(other)
				away := max(0, own.strain-other.strain)/other.strain +
					max(0, other.preserved-own.preserved)/other.preserved
				if best == nil || len(short) < len(missing) || len(short) == len(missing) && away < far {
					best, missing, far = own, short, away
				}
			}
			if len(missing) > 0 {
				count++
				lost += fmt.Sprintf("| %s | %s | %s | %s |\n", p.name, other.title,
					strings.TrimPrefix(best.title, "Gave, "), strings.Join(missing, "; "))
			}
			// The first is the map's.
			own := p.list[0]
			if own.preserved < other.preserved {
				near++
			}
			if own.strain > other.strain {
				stress++
			}
			if own.processor > other.processor {
				slower++
			}
		}
	}
	fmt.Fprintf(b, `
## Where others are better

Of %d drawings of others there are %d to which none of Gave's four is equal or better in both measures at once in as
little time. They follow with the one of Gave's that comes nearest, what it lacks, and in brackets what the other has.
%s did not end or gave no places.

| network | who | nearest of Gave's | what it lacks |
| --- | --- | --- | --- |
%s
By itself, what the map draws keeps fewer neighbours than %d of the %d, has more stress than %d, and takes longer than %d.
That is the trade that was made: for the map it is told who is next to whom, and for distances there is an aim.
`, compared, count, plural(none, "other drawing"), lost, near, compared, stress, slower)
}

// short says in what a drawing is worse than another, as it stands in the tables.
func (d *drawn) short(of *drawn) (in []string) {
	if fmt.Sprintf("%.3f", d.preserved) < fmt.Sprintf("%.3f", of.preserved) {
		in = append(in, fmt.Sprintf("neighbours %.3f (%.3f)", d.preserved, of.preserved))
	}
	if fmt.Sprintf("%.4f", d.strain) > fmt.Sprintf("%.4f", of.strain) {
		in = append(in, fmt.Sprintf("stress %.4f (%.4f)", d.strain, of.strain))
	}
	if d.processor > of.processor {
		in = append(in, fmt.Sprintf("time %s (%s)", duration(d.processor), duration(of.processor)))
	}
	return in
}
