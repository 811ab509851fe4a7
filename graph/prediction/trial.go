package prediction

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gave.network/graph"
	"gave.network/graph/internal/random"
	"gave.network/graph/internal/ranges"
)

// TrialOptions are the parameters of Try; the zero value of each field means the value in its comment.
type TrialOptions struct {
	// First is how many of the nodes that are most alike are looked at for Hits: 10.
	First int
	// Draws is how often nodes are drawn anew for the intervals: 1,000.
	Draws int
	// Seed fixes the draws.
	Seed uint64
}

// Interval is a mean over nodes, and between what it lies in 95 of 100 draws of as many nodes.
type Interval struct{ Mean, Low, High float64 }

// Trial is how well a similarity told which ties came.
type Trial struct {
	// Nodes are those that are asked about: they had a tie before, and came to have one with another who had one. Ties
	// is the number of these new ties.
	Nodes int
	Ties  int64
	// AUC is, of a node and one of its new ties, the chance that the other is more alike to it than one of those with
	// whom it had no tie and came to none; equals count half. Chance is a half.
	AUC Interval
	// Hits is how many of the First that were most alike came to have a tie, as a part of how many could; Chance is
	// what it is for those drawn at random.
	Hits   Interval
	Chance float64
	// Each is the AUC of each node that was asked about, in order of the nodes.
	Each []float64
}

// Try tells from the network before how the network after came about: for each node, all those with whom it had no tie
// are ranked by similarity. Both graphs have the same nodes; directions, weights and loops do not count. Nodes without
// a tie before are left out, since nothing is known of them. Means are over nodes, each counting once, and NaN where
// there is none. Time is nodes times nodes. It returns graph.ErrLength when the graphs differ in nodes.
func Try(
	ctx context.Context, before, after *graph.Graph, by Similarity, params TrialOptions, opts graph.Options,
) (*Trial, error) {
	if params.First == 0 {
		params.First = 10
	}
	if params.Draws == 0 {
		params.Draws = 1000
	}
	if by > PreferentialAttachment || params.First < 0 || params.Draws < 0 || params.Draws > 1<<20 {
		return nil, graph.ErrParameter
	}
	if before.N() != after.N() {
		return nil, graph.ErrLength
	}
	var err error
	if before, err = graph.Simple(ctx, before.Unweighted(), opts); err != nil {
		return nil, err
	}
	if after, err = graph.Simple(ctx, after.Unweighted(), opts); err != nil {
		return nil, err
	}
	known := 0 // nodes of which something is known
	for v := range uint32(before.N()) {
		if before.Degree(v) > 0 {
			known++
		}
	}
	rows := make([]tried, before.N())
	workers := make([]*linkWorker, opts.Workers())
	err = opts.Run(ctx, before.N(), 8, func(worker, low, high int) {
		if workers[worker] == nil {
			workers[worker] = &linkWorker{score: make([]float64, before.N())}
		}
		for v := uint32(low); v < uint32(high) && ctx.Err() == nil; v++ {
			rows[v] = workers[worker].try(before, after, v, by, known, params.First)
		}
	})
	if err != nil {
		return nil, err
	}
	out := &Trial{}
	var hits []float64
	for _, row := range rows {
		if row.came == 0 {
			continue
		}
		out.Nodes++
		out.Ties += int64(row.came)
		out.Each = append(out.Each, row.auc)
		hits = append(hits, row.hits)
		out.Chance += row.chance
	}
	out.Ties -= int64(twice(rows, before, after))
	out.Chance /= float64(out.Nodes)
	if out.AUC, err = interval(ctx, out.Each, params, 1); err != nil {
		return nil, err
	}
	out.Hits, err = interval(ctx, hits, params, 2)
	return out, err
}

// twice is how many new ties were counted from both ends.
func twice(rows []tried, before, after *graph.Graph) int {
	count := 0
	for v, row := range rows {
		if row.came == 0 {
			continue
		}
		for _, u := range after.Neighbors(uint32(v)) {
			if int(u) > v && before.Degree(u) > 0 && rows[u].came > 0 && !before.HasEdge(uint32(v), u) {
				count++
			}
		}
	}
	return count
}

// rounding is the unit in which scores are compared.
const rounding = 1e12

// tried is what came of one node.
type tried struct {
	came              int
	auc, hits, chance float64
}

func (w *linkWorker) try(before, after *graph.Graph, v uint32, by Similarity, known, first int) tried {
	if before.Degree(v) == 0 {
		return tried{}
	}
	var came []uint32
	for _, u := range after.Neighbors(v) {
		if before.Degree(u) > 0 && !before.HasEdge(v, u) {
			came = append(came, u)
		}
	}
	missing := known - 1 - before.Degree(v) // a neighbour has a tie, so all of them are known
	if len(came) == 0 || missing == len(came) {
		return tried{}
	}
	w.fill(before, v, by)
	for _, u := range w.touched { // sums of the same parts in another order are equal
		w.score[u] = math.Round(w.score[u]*rounding) / rounding
	}
	scores := make([]float64, 0, len(came))
	for _, u := range came {
		scores = append(scores, w.score[u])
		w.score[u] = math.Inf(-1) // not among those who stayed away
	}
	var stayed []float64
	for _, u := range w.touched {
		if w.score[u] > 0 {
			stayed = append(stayed, w.score[u])
		}
		w.score[u] = 0
	}
	for _, u := range came {
		w.score[u] = 0
	}
	slices.Sort(stayed)
	others := missing - len(came)
	idle := others - len(stayed) // those who have nothing alike
	out := tried{came: len(came)}
	slices.SortFunc(scores, func(a, b float64) int { return cmp.Compare(b, a) })
	for _, x := range scores {
		below, above := 0, idle
		if x > 0 {
			low, _ := slices.BinarySearch(stayed, x)
			high, _ := slices.BinarySearch(stayed, math.Nextafter(x, math.Inf(1)))
			below, above = idle+low, idle+high
		}
		out.auc += (float64(below) + float64(above-below)/2) / float64(others) / float64(len(scores))
	}
	out.hits = hits(scores, stayed, idle, first) / float64(min(first, len(came)))
	out.chance = float64(min(first, missing)) * float64(len(came)) / float64(missing) / float64(min(first, len(came)))
	if first == 0 {
		out.hits, out.chance = 0, 0
	}
	return out
}

// hits is how many of the first are among those that came, where equals are put in order by chance: its mean. Scores
// fall, those who stayed rise.
func hits(scores, stayed []float64, idle, first int) float64 {
	sum, place := 0.0, 0
	for i := 0; i < len(scores) && place < first; {
		x := scores[i]
		same := 1
		for i+same < len(scores) && scores[i+same] == x {
			same++
		}
		over, equal := len(stayed), idle
		if x > 0 {
			at, _ := slices.BinarySearch(stayed, x)
			end, _ := slices.BinarySearch(stayed, math.Nextafter(x, math.Inf(1)))
			over, equal = len(stayed)-end, end-at
		}
		place = i + over
		if room := first - place; room > 0 {
			sum += float64(same) * min(1, float64(room)/float64(same+equal))
		}
		i += same
		place = i + over + equal
	}
	return sum
}

// interval is the mean, and where it lies when nodes are drawn with putting back (the percentiles of the bootstrap,
// Efron 1979).
func interval(ctx context.Context, values []float64, params TrialOptions, stream uint64) (Interval, error) {
	n := len(values)
	mean := func(at func(int) int) float64 {
		sum := 0.0
		for i := range n {
			sum += values[at(i)]
		}
		return sum / float64(n)
	}
	out := Interval{Mean: mean(func(i int) int { return i })}
	out.Low, out.High = out.Mean, out.Mean
	if n == 0 || params.Draws == 0 {
		return out, ctx.Err()
	}
	r := random.New(params.Seed, stream)
	draws := make([]float64, params.Draws)
	for d := range draws {
		if ctx.Err() != nil || ranges.Ended(ctx, d) {
			return out, ctx.Err()
		}
		draws[d] = mean(func(int) int { return int(r.Below(uint64(n))) })
	}
	slices.Sort(draws)
	out.Low = draws[int(0.025*float64(params.Draws))]
	out.High = draws[int(math.Ceil(0.975*float64(params.Draws)))-1]
	return out, ctx.Err()
}
