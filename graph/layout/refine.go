package layout

import (
	"math"

	"gave.network/graph"
	"gave.network/graph/internal/leiden"
	"gave.network/graph/internal/random"
)

const (
	// edging pulls every node to the middle as relax's gravity does, in units of what ties pull: so that what is tied
	// to nothing ends about where the rest does. It is divided by the root of the number of nodes, as the map is as
	// wide.
	edging = 0.05
	// farthest is the largest distance in steps that is told from larger ones.
	farthest = math.MaxUint16
	// momentum is how much of the way that a node went in a round it goes again in the next, and resting how many
	// rounds are the last, without it.
	momentum = 0.7
	resting  = 4
)

// field knows, of some nodes chosen at random, how many steps it is from them to everybody.
//
// What all pairs would ask of a node is estimated from it without bias where nothing is near: a tie counts as itself,
// and a pair with a chosen node for as many pairs as there are nodes for each that was chosen. Pairs within less than
// that many nodes count less, or a single chosen one nearby would draw everything around it: for as many as lie nearer
// than the pair is (the idea of Ortmann, Klimenta & Brandes 2017, who choose and count in another way). With all nodes
// chosen it is all pairs.
type field struct {
	sources []uint32
	steps   []uint16    // of node v from source i at v*len(sources)+i; 0 for itself and where no way leads
	weight  [][]float64 // of a source, by steps
}

// newField makes a field from so many nodes.
func (m *mapper) newField(count int) (*field, error) {
	n := m.g.N()
	f := &field{sources: make([]uint32, n), weight: make([][]float64, count), steps: make([]uint16, n*count)}
	for v := range f.sources {
		f.sources[v] = uint32(v)
	}
	if count < n {
		r := random.New(m.seed, 2)
		r.Shuffle(f.sources)
		f.sources = f.sources[:count] // in random order, so that any of them are chosen at random
	}
	searches := make([]*graph.Search, m.opts.Workers())
	err := m.opts.Quiet().Run(m.ctx, count, 1, func(worker, low, high int) {
		if searches[worker] == nil {
			searches[worker] = graph.NewSearch(m.g)
		}
		for i := low; i < high; i++ {
			distances, err := searches[worker].Distances(m.ctx, graph.Options{Threads: 1}, f.sources[i])
			if err != nil {
				return // the context's, which Run returns
			}
			var within []float64
			for v, d := range distances {
				if d < 0 {
					continue
				}
				d := int(min(d, farthest))
				f.steps[v*count+i] = uint16(d)
				for len(within) <= d {
					within = append(within, 0)
				}
				within[d]++
			}
			for d := 1; d < len(within); d++ {
				within[d] += within[d-1]
			}
			weight := make([]float64, len(within)) // none for ties, which count as themselves
			for d := 2; d < len(within); d++ {
				weight[d] = min(within[d-1], float64(n)/float64(count)) / float64(d*d)
			}
			f.weight[i] = weight
		}
	})
	return f, err
}

// refine moves the nodes by what neighbourhoods ask and by what distances ask, and weighs the two: distances is the
// part of the latter, from 0 to 1.
//
// Neighbourhoods: a tie attracts by its share of the strength at both its ends, times q = 1 / (1 + distance²); every
// two nodes push each other apart by q², divided by the sum of all q (t-SNE: van der Maaten & Hinton 2008; on the ties
// of a graph, Pitsianis et al. 2019). Who is near counts, and who is far hardly does. Distances: every node that the
// field knows asks to be as far away as the steps say, in the unit that fits best at the time (majorisation: Gansner,
// Koren & North 2005). Each of the two says where the node would rest if the others stood still.
//
// anchors, when not nil, hold the nodes that have one. Neighbours go no further in a round than a limit, that falls
// from first to a twentieth of it. On a new map with distances nodes go on as they went before (momentum, Polyak 1964),
// but for the last rounds, and where the field knows some nodes only, a round looks at a part of them.
func (m *mapper) refine(
	f *field, y *leiden.Level, places, anchors []Point, rounds int, first, distances float64,
) error {
	n, count, parts := y.N(), 0, 1
	if f != nil {
		count = len(f.sources)
	}
	var going []Point // how each node went in the round before
	if anchors == nil && distances > 0 {
		going = make([]Point, n)
		if count < n {
			parts = m.effort.parts
		}
	}
	strength, ones := make([]float64, n), make([]float64, n)
	for v := range strength {
		ones[v] = 1
		for i := y.Offsets[v]; i < y.Offsets[v+1]; i++ {
			strength[v] += y.Weight(i)
		}
	}
	type pull struct{ x, y, sum float64 }
	apart := make([]pull, n) // how nodes push each other apart, and the sum of their q
	type fit struct{ far, along float64 }
	fits := make([]fit, n) // the squares of how far the sources of the field are, and that times the steps
	next := make([]Point, n)
	unit := 0.0 // the length of a step on the map
	middle := edging / math.Sqrt(float64(n))
	limit, cooling := first, math.Pow(0.05, 1/math.Max(1, float64(rounds-1)))
	for round := range rounds {
		part := round % parts
		from, to := part*count/parts, (part+1)*count/parts
		seen := make([]Point, to-from)
		for i := range seen {
			seen[i] = places[f.sources[from+i]]
		}
		all := 0.0
		if distances < 1 {
			m.tree.build(places, ones)
			err := m.opts.Quiet().Run(m.ctx, n, 512, func(_, low, high int) {
				for _, v := range m.tree.order[low:high] {
					p := &apart[v]
					p.x, p.y, p.sum = m.tree.pushNear(places[v])
				}
			})
			if err != nil {
				return err
			}
			for _, p := range apart {
				all += p.sum
			}
			if all > 0 {
				all = float64(n) / all
			}
		}
		// near is where a node would go by neighbourhoods.
		near := func(v int) (dx, dy float64) {
			here := places[v]
			fx, fy := apart[v].x*all-middle*here.X, apart[v].y*all-middle*here.Y
			stiff := middle
			for i := y.Offsets[v]; i < y.Offsets[v+1]; i++ {
				u := y.Targets[i]
				ex, ey := places[u].X-here.X, places[u].Y-here.Y
				w := y.Weight(i)
				if w == 0 {
					continue
				}
				q := w * (1/strength[v] + 1/strength[u]) / 2 / (1 + ex*ex + ey*ey)
				fx, fy, stiff = fx+q*ex, fy+q*ey, stiff+q
			}
			dx, dy = fx/stiff, fy/stiff
			if far := math.Hypot(dx, dy); far > limit {
				dx, dy = dx*limit/far, dy*limit/far
			}
			return dx, dy
		}
		// wide is where a node would go by distances.
		wide := func(v int) (dx, dy float64) {
			here, sum, of := places[v], 0.0, fit{}
			ask := func(there Point, d, weight float64) {
				ex, ey := here.X-there.X, here.Y-there.Y
				far := math.Sqrt(ex*ex+ey*ey) + 1e-9
				by := weight * (unit*d/far - 1)
				dx, dy, sum = dx+by*ex, dy+by*ey, sum+weight
				of.far, of.along = of.far+weight*far*far, of.along+weight*far*d
			}
			for i, d := range f.steps[v*count+from : v*count+to] {
				if d > 1 {
					ask(seen[i], float64(d), float64(parts)*f.weight[from+i][d])
				}
			}
			for _, u := range y.Targets[y.Offsets[v]:y.Offsets[v+1]] {
				ask(places[u], 1, 1)
			}
			fits[v] = of
			if sum == 0 {
				return 0, 0
			}
			return dx / sum, dy / sum
		}
		if distances > 0 && round == 0 {
			err := m.opts.Quiet().Run(m.ctx, n, 128, func(_, low, high int) {
				for v := low; v < high; v++ {
					wide(v) // only for how it fits
				}
			})
			if err != nil {
				return err
			}
		}
		if distances > 0 {
			var sum fit
			for _, one := range fits {
				sum.far, sum.along = sum.far+one.far, sum.along+one.along
			}
			if sum.along > 0 {
				unit = sum.far / sum.along
			}
		}
		err := m.opts.Quiet().Run(m.ctx, n, 128, func(_, low, high int) {
			for v := low; v < high; v++ {
				var dx, dy float64
				if distances < 1 {
					x, y := near(v)
					dx, dy = (1-distances)*x, (1-distances)*y
				}
				if distances > 0 {
					x, y := wide(v)
					dx, dy = dx+distances*x, dy+distances*y
				}
				here := places[v]
				if anchors != nil && placed(anchors[v]) {
					const held = layoutAnchor / (1 + layoutAnchor)
					dx = (1-held)*dx + held*(anchors[v].X-here.X)
					dy = (1-held)*dy + held*(anchors[v].Y-here.Y)
				}
				if going != nil {
					if round < rounds-resting {
						dx, dy = dx+momentum*going[v].X, dy+momentum*going[v].Y
					}
					going[v] = Point{dx, dy}
				}
				next[v] = Point{here.X + dx, here.Y + dy}
			}
		})
		if err != nil {
			return err
		}
		copy(places, next)
		limit *= cooling
		m.tell(n)
	}
	return nil
}

// pushNear adds up what refine says of pushing apart, and q, over all bodies but one in the same place.
func (t *tree) pushNear(p Point) (fx, fy, sum float64) {
	nodes := t.nodes
	for i := 0; i < len(nodes); {
		node := &nodes[i]
		dx, dy := p.X-node.x, p.Y-node.y
		square := dx*dx + dy*dy
		if square > node.reach {
			q := 1 / (1 + square)
			sum += node.mass * q
			q *= node.mass * q
			fx += q * dx
			fy += q * dy
			i = int(node.skip)
			continue
		}
		if math.IsInf(node.reach, 1) {
			for _, b := range t.bodies[node.from:node.to] {
				dx, dy := p.X-b.x, p.Y-b.y
				q := 1 / (1 + dx*dx + dy*dy)
				sum += b.mass * q
				q *= b.mass * q
				fx += q * dx
				fy += q * dy
			}
			i = int(node.skip)
			continue
		}
		i++
	}
	return fx, fy, max(0, sum-1) // its own q is below 1 where it was taken together with others
}

// widen makes a map so wide that a node has about a unit of room.
func widen(places []Point) {
	sum := 0.0
	for _, p := range places {
		sum += p.X*p.X + p.Y*p.Y
	}
	n := float64(len(places))
	if sum == 0 {
		return
	}
	by := math.Sqrt(n) / 2 / math.Sqrt(sum/n)
	for v := range places {
		places[v].X, places[v].Y = by*places[v].X, by*places[v].Y
	}
}
