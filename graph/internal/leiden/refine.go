package leiden

import (
	"math"

	"gave.network/graph"
	"gave.network/graph/internal/partition"
	"gave.network/graph/internal/random"
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
	mass, cut, own := make([]float64, n), make([]float64, n), make([]float64, n)
	single := make([]bool, n)
	unit := 1.0
	if y.Weights.Len() > 0 {
		unit = y.Weights.Sum() / float64(y.Weights.Len())
	}
	err := l.Opts.Run(l.Ctx, count, 16, func(worker, low, high int) {
		w := l.worker(worker, n)
		for c := low; c < high; c++ {
			r := l.random(uint64(c))
			s := refinement{
				y: y, l: l, w: w, community: community, part: part, mass: mass, cut: cut, own: own, single: single,
				theta: refinementTheta * unit,
			}
			s.split(nodes[start[c]:start[c+1]], uint32(c), &r)
		}
	})
	if err != nil {
		return nil, 0, err
	}
	part, parts := partition.Number(part)
	return part, parts, nil
}

// refinement holds the lists that all communities share, each using its own nodes' entries. A part has the number of
// its first node.
type refinement struct {
	y         *Level
	l         *Run
	w         *mover
	community []uint32
	part      []uint32
	mass, cut []float64 // of each part: its mass and its weight to the rest of the community
	own       []float64 // of each node: its weight to the rest of the community
	single    []bool
	theta     float64
}

func (s *refinement) split(nodes []uint32, c uint32, r *random.Source) {
	y := s.y
	whole := 0.0
	for _, v := range nodes {
		inside := 0.0
		for i := y.Offsets[v]; i < y.Offsets[v+1]; i++ {
			if s.community[y.Targets[i]] == c {
				inside += y.Weight(i)
			}
		}
		s.part[v], s.mass[v], s.cut[v], s.own[v], s.single[v] = v, y.Mass[v], inside, inside, true
		whole += y.Mass[v]
	}
	if len(nodes) == 1 {
		return
	}
	r.Shuffle(nodes)
	for _, v := range nodes {
		// Only nodes that are still alone, and that are well connected with the community, may move.
		if s.single[v] && s.own[v] >= s.l.Factor*y.Mass[v]*(whole-y.Mass[v]) {
			s.join(v, c, whole, r)
		}
	}
}

// join lets v join a part with which it gains, at random with chance growing with the gain.
func (s *refinement) join(v, c uint32, whole float64, r *random.Source) {
	y, w, factor := s.y, s.w, s.l.Factor
	touched, count := w.touched, 0
	for i := y.Offsets[v]; i < y.Offsets[v+1]; i++ {
		u := y.Targets[i]
		if s.community[u] != c {
			continue
		}
		p := s.part[u]
		weight := w.to[p]
		touched[count] = p
		if weight == 0 {
			count++
		}
		w.to[p] = weight + y.Weight(i)
	}
	most := 0.0
	kept := touched[:0]
	for _, p := range touched[:count] {
		gain := w.to[p] - factor*y.Mass[v]*s.mass[p]
		if p == v || gain < 0 || s.cut[p] < factor*s.mass[p]*(whole-s.mass[p]) {
			w.to[p] = 0
			continue
		}
		most = max(most, gain)
		kept = append(kept, p)
	}
	if len(kept) == 0 {
		return
	}
	// Staying alone has gain 0 and takes part in the draw. Chances are relative to the best one's.
	chance := func(gain float64) float64 {
		if difference := (gain - most) / s.theta; difference > -40 {
			return math.Exp(difference)
		}
		return 0
	}
	sum := chance(0)
	for _, p := range kept {
		sum += chance(w.to[p] - factor*y.Mass[v]*s.mass[p])
	}
	draw := r.Float()*sum - chance(0)
	choice := v
	if draw >= 0 {
		choice = kept[len(kept)-1]
		for _, p := range kept {
			draw -= chance(w.to[p] - factor*y.Mass[v]*s.mass[p])
			if draw < 0 {
				choice = p
				break
			}
		}
	}
	weight := w.to[choice]
	for _, p := range kept {
		w.to[p] = 0
	}
	if choice == v {
		return
	}
	s.part[v] = choice
	s.mass[choice] += y.Mass[v]
	s.cut[choice] += s.own[v] - 2*weight
	s.single[v], s.single[choice] = false, false
}

// Aggregate makes each part one node of the next layer.
func (l *Run) Aggregate(y *Level, part []uint32, parts int) (*Level, error) {
	l.startPhase()
	n := y.N()
	start, nodes := groups(part, parts)
	next := &Level{Offsets: make([]int64, parts+1), Mass: make([]float64, parts)}
	grain := max(64, parts/256)
	type piece struct {
		targets []uint32
		weights []float64
	}
	pieces := make([]piece, (parts+grain-1)/grain)
	err := l.Opts.Run(l.Ctx, parts, grain, func(worker, low, high int) {
		w := l.worker(worker, n)
		arcs := int64(0)
		for _, v := range nodes[start[low]:start[high]] {
			arcs += y.Offsets[v+1] - y.Offsets[v]
		}
		out := piece{make([]uint32, 0, arcs/2), make([]float64, 0, arcs/2)}
		for p := low; p < high; p++ {
			touched, count := w.touched, 0
			for _, v := range nodes[start[p]:start[p+1]] {
				next.Mass[p] += y.Mass[v]
				for i := y.Offsets[v]; i < y.Offsets[v+1]; i++ {
					q := part[y.Targets[i]]
					weight := w.to[q]
					touched[count] = q
					if weight == 0 {
						count++
					}
					w.to[q] = weight + y.Weight(i)
				}
			}
			for _, q := range touched[:count] {
				if int(q) != p && w.to[q] > 0 {
					out.targets, out.weights = append(out.targets, q), append(out.weights, w.to[q])
				}
				w.to[q] = 0
			}
			next.Offsets[p+1] = int64(len(out.targets))
		}
		pieces[low/grain] = out
	})
	if err != nil {
		return nil, err
	}
	total := int64(0)
	for i, piece := range pieces {
		for p := i * grain; p < min((i+1)*grain, parts); p++ {
			next.Offsets[p+1] += total
		}
		total += int64(len(piece.targets))
	}
	weights := make([]float64, total)
	next.Targets, next.Weights = make([]uint32, total), graph.Weights64(weights)
	err = l.Opts.Run(l.Ctx, len(pieces), 1, func(_, i, _ int) {
		at := next.Offsets[i*grain]
		copy(next.Targets[at:], pieces[i].targets)
		copy(weights[at:], pieces[i].weights)
	})
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
