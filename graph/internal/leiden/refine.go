package leiden

import (
	"math"
	"slices"

	"gave.network/graph"
	"gave.network/graph/internal/partition"
	"gave.network/graph/internal/random"
	"gave.network/graph/internal/ranges"
)

// refinementTheta is how random refinement is: communities are joined with chance proportional to exp(gain / theta),
// gains in units of the mean weight of a tie. The value of Traag et al. 2019.
const refinementTheta = 0.01

// groups lists the nodes of each community: nodes[start[c]:start[c+1]], ascending.
func groups(community []uint32, count int) (start []int, nodes []uint32) {
	start = make([]int, count+1)
	for _, c := range community {
		start[c+1]++
	}
	for c := range count {
		start[c+1] += start[c]
	}
	nodes = make([]uint32, len(community))
	fill := append([]int(nil), start[:count]...)
	for v, c := range community {
		nodes[fill[c]] = uint32(v)
		fill[c]++
	}
	return start, nodes
}

// refine splits each community into parts that are well connected: each node starts alone and may join a part of its
// community, once. It returns the part of each node and the number of parts. Communities do not depend on each other
// and are refined in parallel.
func (l *Run) refine(y *Level, community []uint32, count int) ([]uint32, int, error) {
	n := y.N()
	l.startPhase()
	start, nodes := groups(community, count)
	part := make([]uint32, n)
	if len(l.mass) < n {
		l.mass, l.cut, l.single = make([]float64, n), make([]float64, n), make([]bool, n)
	}
	unit := 1.0
	if y.Weights.Len() > 0 {
		unit = y.Weights.Sum() / float64(y.Weights.Len())
	}
	err := l.Opts.Run(l.Ctx, count, 16, func(worker, low, high int) {
		w := l.worker(worker, n)
		for c := low; c < high; c++ {
			r := l.random(uint64(c))
			w.split(l, y, community, part, nodes[start[c]:start[c+1]], refinementTheta*unit, &r)
		}
	})
	if err != nil {
		return nil, 0, err
	}
	part, parts := partition.Number(part)
	return part, parts, nil
}

// refinement is the inside of the community that a thread refines: the arcs that stay in it.
type refinement struct {
	ends         []int // of each of its nodes, in order: where its arcs end
	inner        []uint32
	innerWeights []float64 // parallel to inner, or empty where all ties weigh 1
	chances      []float64
}

// split refines one community: nodes are its nodes. A part has the number of its first node.
func (w *mover) split(
	l *Run, y *Level, community, part, nodes []uint32, theta float64, r *random.Source,
) {
	if len(nodes) == 1 {
		part[nodes[0]] = nodes[0]
		return
	}
	r.Shuffle(nodes)
	s := &w.refinement
	c, whole := community[nodes[0]], 0.0
	s.ends, s.inner, s.innerWeights = s.ends[:0], s.inner[:0], s.innerWeights[:0]
	for _, v := range nodes {
		inside := s.gather(y, community, c, v)
		part[v], l.mass[v], l.cut[v], l.single[v] = v, y.Mass[v], inside, true
		whole += y.Mass[v]
	}
	for i, v := range nodes {
		if i > 0 && ranges.Ended(l.Ctx, i) {
			return
		}
		// Only nodes that are still alone, and that are well connected with the community, may move. The cut of a part
		// of one node is the node's weight to the rest of the community.
		if l.single[v] && l.cut[v] >= l.Factor*y.Mass[v]*(whole-y.Mass[v]) {
			w.join(l, y, part, v, i, whole, theta, r)
		}
	}
}

// gather adds the arcs of v that stay in community c to the list, and returns their weight. Whether an arc stays cannot
// be foretold: each is written down, and the end of the list moves without a branch.
func (s *refinement) gather(y *Level, community []uint32, c, v uint32) float64 {
	from, end := y.Offsets[v], y.Offsets[v+1]
	targets, count := y.Targets[from:end], len(s.inner)
	s.inner = slices.Grow(s.inner, len(targets))
	inner, inside := s.inner[count:count+len(targets)], 0
	weights := y.Weights.Slice(from, end)
	if !weights.Given() {
		for _, u := range targets {
			inner[inside] = u
			if community[u] == c {
				inside++
			}
		}
		s.inner, s.ends = s.inner[:count+inside], append(s.ends, count+inside)
		return float64(inside)
	}
	s.innerWeights = slices.Grow(s.innerWeights, len(targets))
	kept := s.innerWeights[count : count+len(targets)]
	if weights.Wide() {
		inside = within(inner, kept, community, c, targets, weights.Wide64())
	} else {
		inside = within(inner, kept, community, c, targets, weights.Narrow())
	}
	s.inner, s.innerWeights = s.inner[:count+inside], s.innerWeights[:count+inside]
	s.ends = append(s.ends, count+inside)
	sum := 0.0
	for _, x := range kept[:inside] {
		sum += x
	}
	return sum
}

func within[W float32 | float64](
	inner []uint32, kept []float64, community []uint32, c uint32, targets []uint32, weights []W,
) int {
	inside := 0
	weights, inner, kept = weights[:len(targets)], inner[:len(targets)], kept[:len(targets)]
	for i, u := range targets {
		inner[inside], kept[inside] = u, float64(weights[i])
		if community[u] == c {
			inside++
		}
	}
	return inside
}

// join lets v, the node of that place in the community, join a part with which it gains, at random with chance growing
// with the gain.
func (w *mover) join(l *Run, y *Level, part []uint32, v uint32, place int, whole, theta float64, r *random.Source) {
	s, from := &w.refinement, 0
	if place > 0 {
		from = s.ends[place-1]
	}
	touched, to, count := w.touched, w.to, 0
	inner := s.inner[from:s.ends[place]]
	if len(s.innerWeights) > 0 {
		count = weightsTo(to, touched, 0, part, inner, s.innerWeights[from:s.ends[place]])
	} else {
		count = onesTo(to, touched, 0, part, inner)
	}
	most, kept := 0.0, touched[:0]
	scale := l.Factor * y.Mass[v]
	chances := s.chances[:0]
	for _, p := range touched[:count] {
		gain := to[p] - scale*l.mass[p]
		if gain < 0 || p == v || l.cut[p] < l.Factor*l.mass[p]*(whole-l.mass[p]) {
			to[p] = 0
			continue
		}
		most = max(most, gain)
		kept, chances = append(kept, p), append(chances, gain)
	}
	s.chances = chances
	if len(kept) == 0 {
		return
	}
	// Staying alone has gain 0 and takes part in the draw. Chances are relative to the best one's.
	chance := func(gain float64) float64 {
		if difference := (gain - most) / theta; difference > -40 {
			return math.Exp(difference)
		}
		return 0
	}
	stay := chance(0)
	sum := stay
	for i, gain := range chances {
		chances[i] = chance(gain)
		sum += chances[i]
	}
	draw := r.Float()*sum - stay
	choice := v
	if draw >= 0 {
		choice = kept[len(kept)-1]
		for i, p := range kept {
			draw -= chances[i]
			if draw < 0 {
				choice = p
				break
			}
		}
	}
	weight := to[choice]
	for _, p := range kept {
		to[p] = 0
	}
	if choice == v {
		return
	}
	part[v] = choice
	l.mass[choice] += y.Mass[v]
	l.cut[choice] += l.cut[v] - 2*weight
	l.single[v], l.single[choice] = false, false
}

// Aggregate makes each part one node of the next layer.
func (l *Run) Aggregate(y *Level, part []uint32, parts int) (*Level, error) {
	l.startPhase()
	n := y.N()
	start, nodes := groups(part, parts)
	next := &Level{Offsets: make([]int64, parts+1), Mass: make([]float64, parts)}
	grain := max(64, parts/256)
	// Each thread writes behind what it wrote before; a piece remembers where.
	type piece struct {
		worker   int
		from, to int
	}
	pieces := make([]piece, (parts+grain-1)/grain)
	share := len(y.Targets) / min(l.Opts.Workers(), max(len(pieces), 1)) // no more arcs than there were
	err := l.Opts.Run(l.Ctx, parts, grain, func(worker, low, high int) {
		w := l.worker(worker, n)
		if w.targets == nil {
			w.targets, w.weights = make([]uint32, 0, share), make([]float64, 0, share)
		}
		from := len(w.targets)
		for p := low; p < high; p++ {
			count := 0
			for _, v := range nodes[start[p]:start[p+1]] {
				next.Mass[p] += y.Mass[v]
				count = tiesTo(w.to, w.touched, count, part, y, y.Offsets[v], y.Offsets[v+1])
			}
			w.to[p] = 0
			targets, weights := slices.Grow(w.targets, count), slices.Grow(w.weights, count)
			for _, q := range w.touched[:count] {
				if weight := w.to[q]; weight > 0 {
					targets, weights = append(targets, q), append(weights, weight)
				}
				w.to[q] = 0
			}
			w.targets, w.weights = targets, weights
			next.Offsets[p+1] = int64(len(targets) - from)
		}
		pieces[low/grain] = piece{worker, from, len(w.targets)}
	})
	if err != nil {
		return nil, err
	}
	total := int64(0)
	for i, piece := range pieces {
		for p := i * grain; p < min((i+1)*grain, parts); p++ {
			next.Offsets[p+1] += total
		}
		total += int64(piece.to - piece.from)
	}
	if l.Opts.Workers() == 1 && len(pieces) > 0 { // all lies in order already
		w := l.workers[0]
		next.Targets, next.Weights = w.targets, graph.Weights64(w.weights)
		w.targets, w.weights = nil, nil
		return next, nil
	}
	weights := make([]float64, total)
	next.Targets, next.Weights = make([]uint32, total), graph.Weights64(weights)
	err = l.Opts.Run(l.Ctx, len(pieces), 1, func(_, i, _ int) {
		at, piece := next.Offsets[i*grain], pieces[i]
		w := l.workers[piece.worker]
		copy(next.Targets[at:], w.targets[piece.from:piece.to])
		copy(weights[at:], w.weights[piece.from:piece.to])
	})
	for _, w := range l.workers {
		if w != nil {
			w.targets, w.weights = w.targets[:0], w.weights[:0]
		}
	}
	return next, err
}

// ConnectedParts splits communities that are not connected; that never lowers the objective.
func ConnectedParts(y *Level, of []uint32) []uint32 {
	out := make([]uint32, len(of))
	for v := range out {
		out[v] = nowhere
	}
	var stack []uint32
	next := uint32(0)
	for v := range uint32(len(of)) {
		if out[v] != nowhere {
			continue
		}
		out[v] = next
		stack = append(stack[:0], v)
		for len(stack) > 0 {
			x := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			for _, u := range y.Targets[y.Offsets[x]:y.Offsets[x+1]] {
				if out[u] == nowhere && of[u] == of[v] {
					out[u] = next
					stack = append(stack, u)
				}
			}
		}
		next++
	}
	return out
}
