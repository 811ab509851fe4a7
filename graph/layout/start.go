package layout

import (
	"math"

	"gave.network/graph/internal/random"
	"gave.network/graph/internal/ranges"
)

const (
	// pivots is from how many nodes the distances are told that a map begins with: the start gets no better by more.
	pivots = 50
	// rim is how many of the nodes may be apart from the rest for a map to begin with distances: 1 of so many.
	rim = 20
	// powers is how often the matrix of the pivots is applied to find its two longest axes. What is left of the others
	// does not show, as the map is refined.
	powers = 30
	// epochs is how often each pair is looked at in a descent.
	epochs = 30
	// starts is the largest number of descents, of which the one with the least stress is kept; trying is how many
	// pairs are looked at by the descents together, where one looks at fewer.
	starts = 4
	trying = 3 << 16
)

// spread places the nodes by their distances from some nodes that the field knows (pivot MDS, Brandes & Pich 2006), so
// that the map has no folds: a flat net lies flat from the beginning. Of a network of several parts it is that of the
// largest, the others lie at its edge; where more than a few nodes are apart there is nothing to begin with, and ok is
// false.
func (m *mapper) spread(f *field, n int) (places []Point, ok bool, err error) {
	count := len(f.sources)
	use, reached := m.reached(f, n)
	if len(reached) < n-n/rim {
		return nil, false, m.ctx.Err()
	}
	k := len(use)
	// The squares of the distances, as the mean of their columns and of all.
	column, whole := make([]float64, k), 0.0
	for _, v := range reached {
		for i, source := range use {
			d := float64(f.steps[int(v)*count+source])
			column[i] += d * d / float64(len(reached))
		}
	}
	for _, x := range column {
		whole += x / float64(k)
	}
	row := make([]float64, k)
	center := func(v uint32) {
		mean := 0.0
		for i, source := range use {
			d := float64(f.steps[int(v)*count+source])
			row[i] = d * d
			mean += row[i] / float64(k)
		}
		for i := range row {
			row[i] = (mean + column[i] - whole - row[i]) / 2
		}
	}
	square := make([]float64, k*k)
	for at, v := range reached {
		if ranges.Ended(m.ctx, at) {
			return nil, false, m.ctx.Err()
		}
		center(v)
		for i, x := range row {
			for j, y := range row[:i+1] {
				square[i*k+j] += x * y
			}
		}
	}
	r := random.New(m.seed, 3)
	along, across := longest(square, k, &r)
	places = make([]Point, n)
	for v := range places {
		places[v] = Point{math.NaN(), math.NaN()}
	}
	inner := make([]Point, len(reached))
	for at, v := range reached {
		center(v)
		for i, x := range row {
			inner[at].X += x * along[i]
			inner[at].Y += x * across[i]
		}
	}
	widen(inner)
	// Those as far from all pivots lie in one place.
	for at, v := range reached {
		places[v] = Point{inner[at].X + r.Float() - 0.5, inner[at].Y + r.Float() - 0.5}
	}
	m.surround(places, &r)
	return places, true, m.ctx.Err()
}

// reached returns which of the field's nodes tell how far the part of the network lies that most of it is, as numbers
// of its sources, and the nodes of that part.
func (m *mapper) reached(f *field, n int) (use []int, nodes []uint32) {
	count := len(f.sources)
	chosen := make([]int, min(pivots, count))
	for i := range chosen {
		chosen[i] = i * count / len(chosen)
	}
	reach := make([]int, len(chosen))
	for v := range n {
		for i, source := range chosen {
			if f.steps[v*count+source] > 0 {
				reach[i]++
			}
		}
	}
	best := 0
	for i, x := range reach {
		if x > reach[best] {
			best = i
		}
	}
	first := chosen[best]
	for _, source := range chosen {
		if source == first || f.steps[int(f.sources[source])*count+first] > 0 {
			use = append(use, source)
		}
	}
	for v := range uint32(n) {
		if v == f.sources[first] || f.steps[int(v)*count+first] > 0 {
			nodes = append(nodes, v)
		}
	}
	return use, nodes
}

// longest returns the two longest axes of a symmetric matrix whose lower half is given, by the power method.
func longest(square []float64, k int, r *random.Source) (along, across []float64) {
	for i := range k {
		for j := range i {
			square[j*k+i] = square[i*k+j]
		}
	}
	axes := [2][]float64{make([]float64, k), make([]float64, k)}
	next := make([]float64, k)
	for a := range axes {
		axis := axes[a]
		for i := range axis {
			axis[i] = r.Float() - 0.5
		}
		for range powers {
			if a == 1 {
				dot := 0.0
				for i, x := range axes[0] {
					dot += x * axis[i]
				}
				for i, x := range axes[0] {
					axis[i] -= dot * x
				}
			}
			length := 0.0
			for i := range next {
				next[i] = 0
				for j, x := range square[i*k : i*k+k] {
					next[i] += x * axis[j]
				}
				length += next[i] * next[i]
			}
			if length == 0 {
				break
			}
			length = math.Sqrt(length)
			for i, x := range next {
				axis[i] = x / length
			}
		}
	}
	return axes[0], axes[1]
}

// surround places those who have no place yet beyond the others, each part of the network in a direction of its own.
func (m *mapper) surround(places []Point, r *random.Source) {
	radius := math.Sqrt(float64(len(places)))
	for v := range places {
		if placed(places[v]) {
			continue
		}
		sin, cos := math.Sincos(2 * math.Pi * r.Float())
		part := []uint32{uint32(v)}
		for len(part) > 0 {
			u := part[len(part)-1]
			part = part[:len(part)-1]
			if placed(places[u]) {
				continue
			}
			places[u] = Point{radius*cos + r.Float() - 0.5, radius*sin + r.Float() - 0.5}
			for _, next := range m.g.Neighbors(u) {
				if !placed(places[next]) {
					part = append(part, next)
				}
			}
		}
	}
}

// descend moves the nodes so that the stress becomes less, when the field knows all distances: pair after pair in
// random order goes towards its distance, first the whole way and then ever less of it (stochastic gradient descent:
// Zheng, Pawar & Goodman 2019). That finds its way out of many a poor start, which moving all at once does not. Small
// networks try several starts. It works on one thread, as each pair moves from where the one before left its ends.
func (m *mapper) descend(f *field, places []Point) error {
	n := len(places)
	pairs := epochs * n * (n - 1) / 2
	tries := max(1, min(starts, trying/max(pairs, 1)))
	best := math.Inf(1)
	radius := math.Sqrt(float64(n))
	var kept []Point
	for try := range tries {
		r := random.New(m.seed, uint64(4+try))
		if try > 0 {
			for v := range places {
				places[v] = Point{radius * (r.Float() - 0.5), radius * (r.Float() - 0.5)}
			}
		}
		if err := m.descent(f, places, &r); err != nil {
			return err
		}
		if tries == 1 {
			break
		}
		if stress := f.stress(places); try == 0 || stress < best {
			best, kept = stress, append(kept[:0], places...)
		}
	}
	copy(places, kept)
	return nil
}

// descent is one of descend's.
func (m *mapper) descent(f *field, places []Point, r *random.Source) error {
	n := len(places)
	order, shifts := make([]uint32, n), make([]uint32, n/2)
	farthest := uint16(1)
	for _, d := range f.steps {
		farthest = max(farthest, d)
	}
	unit := f.unit(places)
	first, last := float64(farthest)*float64(farthest), 0.1
	part, cooling := first, math.Pow(last/first, 1.0/(epochs-1))
	way := make([]float64, farthest+1) // of a pair, by how many steps it is apart
	for v := range order {
		order[v] = uint32(v)
	}
	for i := range shifts {
		shifts[i] = uint32(i + 1)
	}
	for range epochs {
		for d := range way[1:] {
			way[d+1] = min(1, part/float64((d+1)*(d+1))) / 2
		}
		// Each pair comes once: it is so many places apart in a random order, in turn.
		r.Shuffle(order)
		r.Shuffle(shifts)
		for _, shift := range shifts {
			if m.ctx.Err() != nil {
				return m.ctx.Err()
			}
			j, pairs := int(shift), n
			if 2*j == n {
				pairs = j
			}
			for _, u := range order[:pairs] {
				v := order[j]
				if j++; j == n {
					j = 0
				}
				d := f.steps[int(u)*n+int(v)]
				if d == 0 {
					continue
				}
				a, b := &places[u], &places[v]
				dx, dy := a.X-b.X, a.Y-b.Y
				by := way[d] * (unit*float64(d)/(math.Sqrt(dx*dx+dy*dy)+1e-9) - 1)
				a.X, a.Y, b.X, b.Y = a.X+by*dx, a.Y+by*dy, b.X-by*dx, b.Y-by*dy
			}
		}
		part *= cooling
	}
	return nil
}

// unit is how long a step would be on a map for the stress to be least, of a field that knows all distances.
func (f *field) unit(places []Point) float64 {
	ratio, square, _ := f.ratios(places)
	if ratio == 0 {
		return 1
	}
	return square / ratio
}

// stress is as [Stress] says, of a field that knows all distances.
func (f *field) stress(places []Point) float64 {
	ratio, square, pairs := f.ratios(places)
	if square == 0 {
		return 1
	}
	return 1 - ratio*ratio/square/pairs
}

// ratios adds up the distances on the map divided by the steps, their squares, and how many they are.
func (f *field) ratios(places []Point) (ratio, square, pairs float64) {
	n := len(places)
	for v, here := range places {
		for u, d := range f.steps[v*n : v*n+v] {
			if d > 0 {
				dx, dy := places[u].X-here.X, places[u].Y-here.Y
				x := math.Sqrt(dx*dx+dy*dy) / float64(d)
				ratio, square, pairs = ratio+x, square+x*x, pairs+1
			}
		}
	}
	return ratio, square, pairs
}
