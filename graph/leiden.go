package graph

import (
	"context"
	"errors"
	"slices"
)

// Objective is what Leiden maximises.
type Objective uint8

const (
	// ByModularity compares the weight inside communities with what the strengths of the nodes let expect.
	ByModularity Objective = iota
	// ByCPM compares it with resolution times the number of pairs of nodes (the constant Potts model, Traag, Van Dooren
	// & Nesterov 2011), so that communities have a density above the resolution inside and below it between them.
	ByCPM
)

// LeidenOptions are the parameters of Leiden; the zero value of each field means the value in its comment.
type LeidenOptions struct {
	Objective Objective
	// Resolution is the factor before what is expected; more gives more communities: 1.
	Resolution float64
	// Iterations is how often the whole method runs, each time from the result of the last: 3. Below 0 it runs until
	// nothing changes. 1 is quick; with more, and without Start, two ways to begin are tried and the better one is
	// kept.
	Iterations int
	// Seed fixes the random order of the nodes.
	Seed uint64
	// Start is the division to start from, one number for each node; nil starts with each node alone.
	Start []uint32
}

// Communities is the result of Leiden.
type Communities struct {
	// Of is the community of each node, numbered from 0 by falling size, ties by the first node.
	Of []uint32
	// Count is the number of communities.
	Count int
	// Modularity is the modularity of the division at the resolution given (also for ByCPM, then at resolution 1).
	Modularity float64
	// Iterations is how often the method ran; Converged says that the last run changed nothing.
	Iterations int
	Converged  bool
}

// Leiden divides the graph into communities (Traag, Waltman & van Eck 2019). Every community is connected, and when the
// method has converged every node is where it does best and every community is well connected inside. Directed ties
// count in both directions, loops are left out, weights must not be negative. The result depends on the seed only, not
// on the number of threads: nodes are looked at in pieces of fixed size, and their moves are made in order.
func Leiden(ctx context.Context, g *Graph, params LeidenOptions, opts Options) (*Communities, error) {
	if params.Resolution == 0 {
		params.Resolution = 1
	}
	if params.Iterations == 0 {
		params.Iterations = 3
	}
	if !(params.Resolution > 0) || params.Resolution > 1e300 || params.Objective > ByCPM {
		return nil, ErrParameter
	}
	if err := checkWeights(g); err != nil {
		return nil, err
	}
	if params.Start != nil && len(params.Start) != g.N() {
		return nil, ErrLength
	}
	simple, err := Simple(ctx, g, opts)
	if err != nil {
		return nil, err
	}
	n := simple.N()
	base := tiedLayer(simple)
	whole := 0.0
	for v := range n {
		base.mass[v] = 1
		if params.Objective == ByModularity {
			base.mass[v] = 0
			for i := base.offsets[v]; i < base.offsets[v+1]; i++ {
				base.mass[v] += base.weight(i)
			}
		}
		whole += base.mass[v]
	}
	l := &leiden{ctx: ctx, base: base, factor: params.Resolution, seed: params.Seed, opts: opts.quiet()}
	if params.Objective == ByModularity && whole > 0 {
		l.factor /= whole
	}
	if params.Start != nil {
		l.of, _ = numberGroups(params.Start)
		err = l.gather()
	} else {
		l, err = l.begin(params.Iterations)
	}
	if err != nil {
		return nil, err
	}
	out := &Communities{}
	for !l.converged && (params.Iterations < 0 || l.iterations < params.Iterations) {
		if opts.Progress != nil {
			opts.Progress(int64(l.iterations), int64(max(params.Iterations, l.iterations+1)))
		}
		if err := l.iterate(); err != nil {
			return nil, err
		}
	}
	out.Iterations, out.Converged = l.iterations, l.converged
	of := make([]uint32, n)
	for v, c := range l.of {
		of[l.node[v]] = c
	}
	out.Of, out.Count = bySize(connectedParts(base, of))
	resolution := params.Resolution
	if params.Objective == ByCPM {
		resolution = 1
	}
	out.Modularity, err = Modularity(ctx, g, out.Of, resolution, opts)
	return out, err
}

// layer is the graph at one level of aggregation. Weight inside a node is left out: it does not change with any move.
type layer struct {
	offsets []int64
	targets []uint32
	weights []float32 // nil: all 1
	mass    []float64 // strength (modularity) or number of nodes (CPM)
}

func (y *layer) n() int { return len(y.mass) }

func (y *layer) weight(arc int64) float64 {
	if y.weights == nil {
		return 1
	}
	return float64(y.weights[arc])
}

// tiedLayer is the graph as a layer, without ties of weight 0: they are none.
func tiedLayer(g *Graph) *layer {
	y := &layer{offsets: g.offsets, targets: g.targets, weights: g.weights, mass: make([]float64, g.N())}
	if !slices.Contains(g.weights, 0) {
		return y
	}
	y.offsets, y.targets, y.weights = make([]int64, g.N()+1), nil, nil
	for v := range g.N() {
		for i := g.offsets[v]; i < g.offsets[v+1]; i++ {
			if g.weights[i] != 0 {
				y.targets, y.weights = append(y.targets, g.targets[i]), append(y.weights, g.weights[i])
			}
		}
		y.offsets[v+1] = int64(len(y.targets))
	}
	return y
}

// leiden is one run. The gain of a node in community c is w(v, c) - factor * mass_v * mass_c.
type leiden struct {
	ctx        context.Context
	opts       Options
	seed       uint64
	base       *layer
	node       []uint32 // the node of the graph that each node of base stands for
	factor     float64
	of         []uint32 // the division so far; nil at first
	iterations int
	converged  bool   // the last iteration changed nothing
	phase      uint64 // numbers the phases, so that each has its own random numbers
	workers    []*mover
}

// softStart is the part of the resolution at which the second run of begin goes up.
const softStart = 0.9

// secondStartMost is the number of nodes up to which the second start is tried: on networks of a million nodes it
// gained nothing.
const secondStartMost = 1 << 18

// begin runs the first two iterations twice, once all at the resolution and once with the first of them at a lower one,
// and returns the better run. A large community of loosely bound nodes can be the better answer, but grows only where
// it begins large; at the lower resolution it does. On other graphs the plain start is better, so both are tried. A
// single iteration, and a large graph, runs once.
func (l *leiden) begin(iterations int) (*leiden, error) {
	if iterations == 1 || l.base.n() > secondStartMost {
		return l, l.first(l.factor)
	}
	// Both runs at the same time, each with half of the threads, keep the processors busier than one after the other.
	runs, errs := [2]*leiden{}, [2]error{}
	for i := range runs {
		run := *l
		run.opts.Threads = max(1, (l.opts.threads()+i)/2)
		run.phase = uint64(i) << 32
		runs[i] = &run
	}
	err := runRanges(l.ctx, l.opts, 2, 1, func(_, i, _ int) {
		run := runs[i]
		factor := run.factor
		if i == 1 {
			factor *= softStart
		}
		if errs[i] = run.first(factor); errs[i] == nil && !run.converged {
			errs[i] = run.iterate()
		}
	})
	if err == nil {
		err = errors.Join(errs[:]...)
	}
	if err != nil {
		return nil, err
	}
	best := runs[0]
	if runs[1].quality() > runs[0].quality() {
		best = runs[1]
	}
	best.opts, best.workers = l.opts, nil
	return best, nil
}

// first runs the first iteration, from each node alone.
func (l *leiden) first(factor float64) error {
	l.iterations = 1
	l.of = alone(l.base.n())
	moved, err := l.moveNodes(l.base, l.of, factor, true)
	if err != nil {
		return err
	}
	l.converged = !moved
	if err := l.gather(); err != nil {
		return err
	}
	next, community, node, err := l.coarsen(l.base, l.of, nil)
	if err != nil || next == nil {
		return err
	}
	return l.climb(next, community, node, factor)
}

// alone is the division in which each node is its own community.
func alone(n int) []uint32 {
	of := make([]uint32, n)
	for v := range of {
		of[v] = uint32(v)
	}
	return of
}

// gather renumbers the nodes of the base layer so that each community lies together in memory; that makes all that
// follows faster.
func (l *leiden) gather() error {
	y := l.base
	n := y.n()
	of, count := numberGroups(l.of)
	_, order := groups(of, count)
	place := make([]uint32, n)
	next := &layer{offsets: make([]int64, n+1), targets: make([]uint32, len(y.targets)), mass: make([]float64, n)}
	if y.weights != nil {
		next.weights = make([]float32, len(y.weights))
	}
	l.of, l.node = make([]uint32, n), order
	for at, v := range order {
		place[v] = uint32(at)
		l.of[at] = of[v]
		next.mass[at] = y.mass[v]
		next.offsets[at+1] = next.offsets[at] + y.offsets[v+1] - y.offsets[v]
	}
	l.base = next
	return runRanges(l.ctx, l.opts, n, 2048, func(_, low, high int) {
		for at := low; at < high; at++ {
			from, to := y.offsets[order[at]], y.offsets[order[at]+1]
			out := next.targets[next.offsets[at]:next.offsets[at+1]]
			for i, u := range y.targets[from:to] {
				out[i] = place[u]
			}
			if y.weights != nil {
				copy(next.weights[next.offsets[at]:], y.weights[from:to])
			}
		}
	})
}

// quality is the objective times a constant: weight inside communities, from both ends, less what is expected.
func (l *leiden) quality() float64 {
	y := l.base
	mass := make([]float64, y.n())
	inside := 0.0
	for v, c := range l.of {
		mass[c] += y.mass[v]
		for i := y.offsets[v]; i < y.offsets[v+1]; i++ {
			if l.of[y.targets[i]] == c {
				inside += y.weight(i)
			}
		}
	}
	for _, x := range mass {
		inside -= l.factor * x * x
	}
	return inside
}

// mover is the work space of one thread.
type mover struct {
	to      []float64 // weight from the present node to each community; 0 when not touched
	ties    []uint32  // the same where all ties weigh 1
	touched []uint32  // room for one more than there are communities
}

// startPhase prepares for a phase: its own random numbers, and a place for each thread's work space.
func (l *leiden) startPhase() {
	l.phase++
	if len(l.workers) != l.opts.threads() {
		l.workers = make([]*mover, l.opts.threads())
	}
}

func (l *leiden) worker(i, n int) *mover {
	if l.workers[i] == nil || len(l.workers[i].to) < n {
		l.workers[i] = &mover{to: make([]float64, n), ties: make([]uint32, n), touched: make([]uint32, n+1)}
	}
	return l.workers[i]
}

func (l *leiden) random(stream uint64) random {
	return newRandom(l.seed^l.phase*0x9e3779b97f4a7c15, stream)
}

// iterate runs the method once from the division so far.
func (l *leiden) iterate() error {
	l.iterations++
	moved, err := l.moveNodes(l.base, l.of, l.factor, false)
	if err != nil {
		return err
	}
	l.converged = !moved
	next, community, node, err := l.coarsen(l.base, l.of, nil)
	if err != nil || next == nil {
		return err
	}
	return l.climb(next, community, node, l.factor)
}

// coarsen makes the next layer: a node for each part of the refined communities. It returns the layer, the community of
// its nodes, and its node for each node of the base layer, given that of the present one (nil: the base layer itself);
// no layer when nothing would be joined.
func (l *leiden) coarsen(y *layer, community, node []uint32) (*layer, []uint32, []uint32, error) {
	community, count := numberGroups(community)
	if count == y.n() {
		return nil, nil, nil, nil
	}
	refined, parts, err := l.refine(y, community, count)
	if err != nil || parts == y.n() {
		return nil, nil, nil, err
	}
	next, err := l.aggregate(y, refined, parts)
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

// climb moves and joins nodes layer by layer until nothing is left to join, and writes the division down for the base
// layer.
func (l *leiden) climb(y *layer, community, node []uint32, factor float64) error {
	for {
		moved, err := l.moveNodes(y, community, factor, false)
		if err != nil {
			return err
		}
		l.converged = l.converged && !moved
		community, _ = numberGroups(community)
		for v, at := range node {
			l.of[v] = community[at]
		}
		next, nextCommunity, nextNode, err := l.coarsen(y, community, node)
		if err != nil || next == nil {
			return err
		}
		y, community, node = next, nextCommunity, nextNode
	}
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
func (l *leiden) moveNodes(y *layer, community []uint32, factor float64, alone bool) (bool, error) {
	n := y.n()
	l.startPhase()
	mass := make([]float64, n)
	members := make([]uint32, n)
	for v, c := range community {
		mass[c] += y.mass[v]
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
		r.shuffleBlocks(queue)
	} else {
		r.shuffle(queue)
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
			if budget&0xfff == 0 && l.ctx.Err() != nil {
				return false, l.ctx.Err()
			}
		} else {
			err := runRanges(l.ctx, l.opts, len(pieces), 128, func(worker, low, high int) {
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
				gain := toWish[i] - toOwn[i] - factor*y.mass[v]*(mass[target]-mass[own]+y.mass[v])
				if gain <= 0 {
					continue
				}
			}
			mass[own] -= y.mass[v]
			mass[target] += y.mass[v]
			members[own]--
			members[target]++
			left[own] = round
			if members[own] == 0 {
				mass[own] = 0
				empty = append(empty, own)
			}
			community[v] = target
			changed = true
			for _, u := range y.targets[y.offsets[v]:y.offsets[v+1]] {
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
	y *layer, community []uint32, mass []float64, factor float64, v uint32,
) (uint32, float64, float64) {
	if y.weights == nil {
		return lookFrom(w.ties, w.touched, y, community, mass, factor, v)
	}
	return lookFrom(w.to, w.touched, y, community, mass, factor, v)
}

// lookFrom is look with a list of zeros to add up in: of whole numbers, half as large, when all ties weigh 1.
func lookFrom[T uint32 | float64](
	to []T, touched []uint32, y *layer, community []uint32, mass []float64, factor float64, v uint32,
) (uint32, float64, float64) {
	from, end := y.offsets[v], y.offsets[v+1]
	// What is touched is written down without a branch: whether a community is seen for the first time cannot be
	// foretold.
	count := 0
	if y.weights == nil {
		for _, u := range y.targets[from:end] {
			c := community[u]
			weight := to[c]
			touched[count] = c
			if weight == 0 {
				count++
			}
			to[c] = weight + 1
		}
	} else {
		weights := y.weights[from:end]
		for i, u := range y.targets[from:end] {
			c := community[u]
			weight := to[c]
			touched[count] = c
			if weight == 0 {
				count++
			}
			to[c] = weight + T(weights[i])
		}
	}
	own := community[v]
	toOwn := float64(to[own])
	scale := factor * y.mass[v]
	best, bestGain, toBest := own, toOwn-scale*(mass[own]-y.mass[v]), toOwn
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
