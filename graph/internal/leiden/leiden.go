// Package leiden is the method of Traag, Waltman and van Eck 2019 on levels of aggregation, which communities and the
// map are made with.
package leiden

import (
	"context"
	"slices"

	"gave.network/graph"
	"gave.network/graph/internal/partition"
	"gave.network/graph/internal/random"
)

// Level is the graph at one level of aggregation. Weight inside a node is left out: it does not change with any move.
type Level struct {
	Offsets []int64
	Targets []uint32
	Weights graph.Weights
	Mass    []float64 // strength (modularity) or number of nodes (CPM)
}

// N is the number of nodes.
func (y *Level) N() int { return len(y.Mass) }

// Weight is the weight of an arc, 1 where there are none.
func (y *Level) Weight(arc int64) float64 { return y.Weights.At(int(arc)) }

// Of is the graph as a level. The masses are for the caller to set.
func Of(g *graph.Graph) *Level {
	offsets, targets, weights := g.Rows()
	return &Level{Offsets: offsets, Targets: targets, Weights: weights, Mass: make([]float64, g.N())}
}

// Tied is the level without ties of weight 0: they are none, and a run needs a level that has none of them.
func (y *Level) Tied() *Level {
	switch {
	case !y.Weights.Given():
		return y
	case y.Weights.Wide():
		if kept, weights := without(y, y.Weights.Wide64()); kept != nil {
			kept.Weights = graph.Weights64(weights)
			return kept
		}
	default:
		if kept, weights := without(y, y.Weights.Narrow()); kept != nil {
			kept.Weights = graph.Weights32(weights)
			return kept
		}
	}
	return y
}

// without is the level without ties of weight 0, and their weights; nil when there are none to leave out.
func without[W float32 | float64](y *Level, weights []W) (*Level, []W) {
	if !slices.Contains(weights, 0) {
		return nil, nil
	}
	var kept []W
	out := &Level{Offsets: make([]int64, y.N()+1), Mass: y.Mass}
	for v := range y.N() {
		for i := y.Offsets[v]; i < y.Offsets[v+1]; i++ {
			if w := weights[i]; w != 0 {
				out.Targets, kept = append(out.Targets, y.Targets[i]), append(kept, w)
			}
		}
		out.Offsets[v+1] = int64(len(out.Targets))
	}
	return out, kept
}

// Run is one run. The levels have no ties of weight 0. The gain of a node in community c is w(v, c) - factor * mass_v *
// mass_c.
type Run struct {
	Ctx        context.Context
	Opts       graph.Options
	Seed       uint64
	Base       *Level
	Node       []uint32 // the node of the graph that each node of base stands for
	Factor     float64
	Of         []uint32 // the division so far; nil at first
	Iterations int
	Converged  bool   // the last iteration changed nothing
	phase      uint64 // numbers the phases, so that each has its own random numbers
	workers    []*mover

	// Of the parts of a refinement: mass, weight to the rest of the community, and whether it is one node still.
	mass, cut []float64
	single    []bool
}

// Begin runs the first iteration, from each node alone.
func (l *Run) Begin() error {
	l.Iterations = 1
	l.Of = alone(l.Base.N())
	moved, err := l.moveNodes(l.Base, l.Of, true)
	if err != nil {
		return err
	}
	l.Converged = !moved
	if err := l.Gather(); err != nil {
		return err
	}
	return l.join()
}

// alone is the division in which each node is its own community.
func alone(n int) []uint32 {
	of := make([]uint32, n)
	for v := range of {
		of[v] = uint32(v)
	}
	return of
}

// Gather renumbers the nodes of the base layer so that each community lies together in memory; that makes all that
// follows faster.
func (l *Run) Gather() error {
	y := l.Base
	n := y.N()
	of, count := partition.Number(l.Of)
	_, order := groups(of, count)
	place := make([]uint32, n)
	next := &Level{Offsets: make([]int64, n+1), Targets: make([]uint32, len(y.Targets)), Mass: make([]float64, n)}
	if y.Weights.Given() {
		next.Weights = y.Weights.Empty()
	}
	l.Of, l.Node = make([]uint32, n), order
	for at, v := range order {
		place[v] = uint32(at)
		l.Of[at] = of[v]
		next.Mass[at] = y.Mass[v]
		next.Offsets[at+1] = next.Offsets[at] + y.Offsets[v+1] - y.Offsets[v]
	}
	l.Base = next
	return l.Opts.Run(l.Ctx, n, 2048, func(_, low, high int) {
		for at := low; at < high; at++ {
			from, to := y.Offsets[order[at]], y.Offsets[order[at]+1]
			out := next.Targets[next.Offsets[at]:next.Offsets[at+1]]
			for i, u := range y.Targets[from:to] {
				out[i] = place[u]
			}
			next.Weights.Put(next.Offsets[at], y.Weights.Slice(from, to))
		}
	})
}

// mover is the work space of one thread.
type mover struct {
	to      []float64 // weight from the present node to each community; 0 when not touched
	ties    []uint32  // the same where all ties weigh 1
	touched []uint32  // room for one more than there are communities

	refinement
	targets []uint32 // of the next level, before it is put together
	weights []float64
}

// startPhase prepares for a phase: its own random numbers, and a place for each thread's work space.
func (l *Run) startPhase() {
	l.phase++
	if len(l.workers) != l.Opts.Workers() {
		l.workers = make([]*mover, l.Opts.Workers())
	}
}

func (l *Run) worker(i, n int) *mover {
	if l.workers[i] == nil || len(l.workers[i].to) < n {
		l.workers[i] = &mover{to: make([]float64, n), ties: make([]uint32, n), touched: make([]uint32, n+1)}
	}
	return l.workers[i]
}

func (l *Run) random(stream uint64) random.Source {
	return random.New(l.Seed^l.phase*0x9e3779b97f4a7c15, stream)
}

// Iterate runs the method once from the division so far.
func (l *Run) Iterate() error {
	l.Iterations++
	moved, err := l.moveNodes(l.Base, l.Of, false)
	if err != nil {
		return err
	}
	l.Converged = !moved
	return l.join()
}

// join joins what belongs together, layer by layer, until nothing is left to join, and writes the division down for the
// base layer.
func (l *Run) join() error {
	next, community, node, err := l.coarsen(l.Base, l.Of, nil)
	for err == nil && next != nil {
		var moved bool
		if moved, err = l.moveNodes(next, community, false); err != nil {
			return err
		}
		l.Converged = l.Converged && !moved
		community, _ = partition.Number(community)
		for v, at := range node {
			l.Of[v] = community[at]
		}
		next, community, node, err = l.coarsen(next, community, node)
	}
	return err
}

// coarsen makes the next layer: a node for each part of the refined communities. It returns the layer, the community of
// its nodes, and its node for each node of the base layer, given that of the present one (nil: the base layer itself);
// no layer when nothing would be joined.
func (l *Run) coarsen(y *Level, community, node []uint32) (*Level, []uint32, []uint32, error) {
	community, count := partition.Number(community)
	if count == y.N() {
		return nil, nil, nil, nil
	}
	refined, parts, err := l.refine(y, community, count)
	if err != nil || parts == y.N() {
		return nil, nil, nil, err
	}
	next, err := l.Aggregate(y, refined, parts)
	if err != nil {
		return nil, nil, nil, err
	}
	nextCommunity := make([]uint32, parts)
	for v, part := range refined {
		nextCommunity[part] = community[v]
	}
	if node == nil {
		return next, nextCommunity, refined, nil
	}
	for v, at := range node {
		node[v] = refined[at]
	}
	return next, nextCommunity, node, nil
}

// moveBatch is the number of nodes that look for a better community at the same time, before the moves are made. It is
// the same for any number of threads. Small layers go one by one, so that each node sees all moves before it.
func moveBatch(n int) int {
	if n < 1<<14 {
		return 1
	}
	return min(n/128, 2048)
}

// nowhere stands for a new, empty community.
const nowhere = ^uint32(0)

// moveNodes moves nodes to better communities until no node can do better (the fast local moving of the Leiden method):
// a queue holds the nodes whose surroundings have changed. alone says that each node is its own community.
func (l *Run) moveNodes(y *Level, community []uint32, alone bool) (bool, error) {
	n, factor := y.N(), l.Factor
	l.startPhase()
	mass := make([]float64, n)
	members := make([]uint32, n)
	for v, c := range community {
		mass[c] += y.Mass[v]
		members[c]++
	}
	var empty []uint32
	for c := n - 1; c >= 0; c-- {
		if members[c] == 0 {
			empty = append(empty, uint32(c))
		}
	}
	queue := make([]uint32, n, n+n/2)
	queued := make([]bool, n)
	for v := range queue {
		queue[v], queued[v] = uint32(v), true
	}
	r := l.random(0)
	batch := moveBatch(n)
	if alone && batch > 1 {
		r.ShuffleBlocks(queue)
	} else {
		r.Shuffle(queue)
	}
	wish := make([]uint32, batch)
	toWish := make([]float64, batch)
	toOwn := make([]float64, batch)
	left := make([]uint32, n) // the batch in which a community last lost a node
	round := uint32(0)
	changed := false
	// Rounding, and moves made on a view that is one batch old, could let nodes move in circles; so there is an end.
	for budget := 200 * (int64(n) + 100); len(queue) > 0 && budget > 0; {
		pieces := queue[:min(batch, len(queue))]
		budget -= int64(len(pieces))
		if batch == 1 {
			w := l.worker(0, n)
			wish[0], toWish[0], toOwn[0] = w.look(y, community, mass, factor, pieces[0])
			if budget&0xfff == 0 && l.Ctx.Err() != nil {
				return false, l.Ctx.Err()
			}
		} else {
			err := l.Opts.Run(l.Ctx, len(pieces), 128, func(worker, low, high int) {
				w := l.worker(worker, n)
				for i := low; i < high; i++ {
					wish[i], toWish[i], toOwn[i] = w.look(y, community, mass, factor, pieces[i])
				}
			})
			if err != nil {
				return false, err
			}
		}
		round++
		added := queue
		for i, v := range pieces {
			queued[v] = false
			own, target := community[v], wish[i]
			if own == target {
				continue
			}
			if target == nowhere {
				if members[own] == 1 || len(empty) == 0 {
					continue
				}
				target = empty[len(empty)-1]
				empty = empty[:len(empty)-1]
			} else if batch > 1 {
				// What v saw may have changed in this batch. A target that lost a node may have lost v's neighbour: v
				// looks again later.
				if left[target] == round || alone && members[target] == 0 {
					queued[v] = true
					added = append(added, v)
					continue
				}
				gain := toWish[i] - toOwn[i] - factor*y.Mass[v]*(mass[target]-mass[own]+y.Mass[v])
				if gain <= 0 {
					continue
				}
			}
			mass[own] -= y.Mass[v]
			mass[target] += y.Mass[v]
			members[own]--
			members[target]++
			left[own] = round
			if members[own] == 0 {
				mass[own] = 0
				empty = append(empty, own)
			}
			community[v] = target
			changed = true
			for _, u := range y.Targets[y.Offsets[v]:y.Offsets[v+1]] {
				if !queued[u] && community[u] != target {
					queued[u] = true
					added = append(added, u)
				}
			}
		}
		queue = added[len(pieces):]
	}
	return changed, nil
}

// look returns the community in which v would do best (its own unless another is better), and v's weight to it and to
// its own.
func (w *mover) look(
	y *Level, community []uint32, mass []float64, factor float64, v uint32,
) (uint32, float64, float64) {
	if !y.Weights.Given() {
		return lookFrom(w.ties, w.touched, y, community, mass, factor, v)
	}
	return lookFrom(w.to, w.touched, y, community, mass, factor, v)
}

// lookFrom is look with a list of zeros to add up in: of whole numbers, half as large, when all ties weigh 1.
func lookFrom[T uint32 | float64](
	to []T, touched []uint32, y *Level, community []uint32, mass []float64, factor float64, v uint32,
) (uint32, float64, float64) {
	from, end := y.Offsets[v], y.Offsets[v+1]
	count := tiesTo(to, touched, 0, community, y, from, end)
	own := community[v]
	toOwn := float64(to[own])
	scale := factor * y.Mass[v]
	best, bestGain, toBest := own, toOwn-scale*(mass[own]-y.Mass[v]), toOwn
	// A gain that is only rounding is none.
	bestGain += 1e-12 * (toOwn + scale*mass[own])
	for _, c := range touched[:count] {
		weight := float64(to[c])
		to[c] = 0
		// The weight alone, an upper bound of the gain, rules most out.
		if weight <= bestGain || c == own {
			continue
		}
		if gain := weight - scale*mass[c]; gain > bestGain {
			best, bestGain, toBest = c, gain, weight
		}
	}
	to[own] = 0
	if bestGain < 0 {
		return nowhere, 0, toOwn
	}
	return best, toBest, toOwn
}

// tiesTo adds up the weights of arcs to each group of their targets and writes down which groups are touched, after the
// first count ones. It returns how many are.
func tiesTo[T uint32 | float64](to []T, touched []uint32, count int, group []uint32, y *Level, from, end int64) int {
	weights := y.Weights.Slice(from, end)
	switch {
	case weights.Wide():
		return weightsTo(to, touched, count, group, y.Targets[from:end], weights.Wide64())
	case weights.Given():
		return weightsTo(to, touched, count, group, y.Targets[from:end], weights.Narrow())
	}
	return onesTo(to, touched, count, group, y.Targets[from:end])
}

// onesTo is tiesTo for ties that all weigh 1.
func onesTo[T uint32 | float64](to []T, touched []uint32, count int, group, targets []uint32) int {
	for _, u := range targets {
		c := group[u]
		weight := to[c]
		touched[count] = c
		if weight == 0 {
			count++
		}
		to[c] = weight + 1
	}
	return count
}

// weightsTo is tiesTo for ties with weights. It has no branch: whether a group is seen for the first time cannot be
// foretold.
func weightsTo[T uint32 | float64, W float32 | float64](
	to []T, touched []uint32, count int, group, targets []uint32, weights []W,
) int {
	weights = weights[:len(targets)]
	for i, u := range targets {
		c := group[u]
		weight := to[c]
		touched[count] = c
		if weight == 0 {
			count++
		}
		to[c] = weight + T(weights[i])
	}
	return count
}
