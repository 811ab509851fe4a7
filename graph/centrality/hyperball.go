package centrality

import (
	"context"
	"math"
	"math/bits"

	"gave.network/graph"
	"gave.network/graph/internal/random"
)

// Balls is what HyperBall estimates.
type Balls struct {
	// Harmonic estimates Nearness.Harmonic, Reached the number of other nodes that can be reached.
	Harmonic, Reached []float64
	// RelativeError is the standard deviation of each ball's size relative to it, 1.04 / sqrt(2^registers). A harmonic
	// closeness, being a weighted sum of such sizes, is about as exact.
	RelativeError float64
	// Steps is the number of rounds until nothing changed: at least the largest distance between two nodes that was
	// noticed.
	Steps int
}

// HyperBall estimates harmonic closeness with one HyperLogLog counter of 2^registersLog2 bytes for each node (Boldi &
// Vigna 2013), in time O(2^registersLog2 m diameter) and memory 2^(registersLog2+1) n bytes. registersLog2 is between 4
// and 16; 8 gives a relative standard deviation of 6.5 %, 10 of 3.3 %. Weights and loops are ignored. Results depend on
// the seed only, not on the number of threads.
func HyperBall(
	ctx context.Context, g *graph.Graph, registersLog2 int, seed uint64, opts graph.Options,
) (*Balls, error) {
	if registersLog2 < 4 || registersLog2 > 16 {
		return nil, graph.ErrParameter
	}
	n := g.N()
	words := 1 << registersLog2 / 8
	current, next := make([]uint64, n*words), make([]uint64, n*words)
	for v := range n {
		r := random.New(seed, uint64(v))
		hash := r.Next()
		register := hash & (1<<registersLog2 - 1)
		rank := uint64(bits.TrailingZeros64(hash>>registersLog2|1<<(64-registersLog2)) + 1)
		current[v*words+int(register/8)] |= rank << (register % 8 * 8)
	}
	b := &Balls{
		Harmonic: make([]float64, n), Reached: make([]float64, n),
		RelativeError: 1.04 / math.Sqrt(float64(int(1)<<registersLog2)),
	}
	size := make([]float64, n)
	for v := range size {
		size[v] = ballSize(current[v*words : (v+1)*words])
	}
	first := append([]float64(nil), size...)
	// A node's counter can grow only if a counter it is joined with grew in the last round.
	grown, growing := make([]bool, n), make([]bool, n)
	for v := range grown {
		grown[v] = true
	}
	for round := 1; ; round++ {
		changed := make([]bool, opts.Workers())
		err := opts.Quiet().Run(ctx, n, 256, func(worker, low, high int) {
			for v := low; v < high; v++ {
				own := next[v*words : (v+1)*words]
				copy(own, current[v*words:(v+1)*words])
				growing[v] = false
				for _, x := range g.Neighbors(uint32(v)) {
					if grown[x] && joinCounters(own, current[int(x)*words:(int(x)+1)*words]) {
						growing[v] = true
					}
				}
				if growing[v] {
					changed[worker] = true
					now := ballSize(own)
					b.Harmonic[v] += max(0, now-size[v]) / float64(round)
					size[v] = max(size[v], now)
				}
			}
		})
		if err != nil {
			return nil, err
		}
		current, next = next, current
		grown, growing = growing, grown
		b.Steps = round - 1
		if opts.Progress != nil {
			opts.Progress(int64(round), int64(round+1))
		}
		any := false
		for _, c := range changed {
			any = any || c
		}
		if !any {
			break
		}
	}
	for v := range size {
		b.Reached[v] = size[v] - first[v]
	}
	return b, nil
}

// joinCounters sets each byte of into to the larger of the two and says whether any grew. All bytes are below 128.
func joinCounters(into, from []uint64) bool {
	const high = 0x8080808080808080
	grew := uint64(0)
	from = from[:len(into)]
	for i, a := range into {
		b := from[i]
		// The high bit of each byte of d says a >= b there.
		d := (a | high) - b
		keep := (d & high >> 7) * 255
		joined := a&keep | b&^keep
		grew |= joined ^ a
		into[i] = joined
	}
	return grew != 0
}

// inversePowers holds 2^-k.
var inversePowers = func() (t [128]float64) {
	for k := range t {
		t[k] = math.Ldexp(1, -k)
	}
	return t
}()

// ballSize is HyperLogLog's estimate (Flajolet et al. 2007) with linear counting for small sets.
func ballSize(words []uint64) float64 {
	sum, zeros := 0.0, 0
	for _, word := range words {
		if word == 0 {
			zeros += 8
			sum += 8
			continue
		}
		for range 8 {
			k := word & 127
			if k == 0 {
				zeros++
			}
			sum += inversePowers[k]
			word >>= 8
		}
	}
	m := float64(len(words) * 8)
	alpha := 0.7213 / (1 + 1.079/m)
	switch m {
	case 16:
		alpha = 0.673
	case 32:
		alpha = 0.697
	case 64:
		alpha = 0.709
	}
	estimate := alpha * m * m / sum
	if estimate <= 2.5*m && zeros > 0 {
		return m * math.Log(m/float64(zeros))
	}
	return estimate
}
