package equivalence

import (
	"context"
	"fmt"
	"math"

	"gave.network/graph"
)

// By says how the profiles of two nodes are compared. The profile of i beside j is what i sends to and gets from each
// other node k; the cells between i and j themselves and their loops are left out, since nobody has a tie to oneself
// as to another (Wasserman & Faust 1994, section 9.4). In an undirected graph what is sent and what is got are one.
type By uint8

const (
	// Euclidean is the distance sqrt(sum over k of (x_ik - x_jk)^2 + (x_ki - x_kj)^2): 0 for nodes that are
	// structurally equivalent (Lorrain & White 1971; Burt 1976).
	Euclidean By = iota
	// Correlation is Pearson's correlation of the two profiles, in [-1, 1]. Where a profile does not vary it is 1 for
	// equal profiles, else 0.
	Correlation
)

// MostNodes is how many nodes a graph may have for a value of every pair.
const MostNodes = 1 << 13

// Matrix is a value of each pair of nodes, the same both ways.
type Matrix struct {
	n      int
	values []float64
}

// N returns how many nodes there are.
func (m *Matrix) N() int { return m.n }

// At returns the value of two nodes.
func (m *Matrix) At(i, j uint32) float64 { return m.values[int(i)*m.n+int(j)] }

// Row returns the values of a node with all. The slice belongs to the matrix: do not change it.
func (m *Matrix) Row(i uint32) []float64 { return m.values[int(i)*m.n : int(i+1)*m.n] }

// Profiles compares the profiles of all pairs of nodes. Weights count, 1 where there are none; they may be negative. It
// returns graph.ErrParameter for more than MostNodes nodes. Memory is 8 bytes a pair, time nodes times arcs.
func Profiles(ctx context.Context, g *graph.Graph, by By, opts graph.Options) (*Matrix, error) {
	n := g.N()
	if by > Correlation {
		return nil, graph.ErrParameter
	}
	if n > MostNodes {
		return nil, fmt.Errorf("graph: %d nodes are too many to compare each with each: %w", n, graph.ErrParameter)
	}
	if err := graph.CheckFinite(ctx, g); err != nil {
		return nil, err
	}
	m := &Matrix{n, make([]float64, n*n)}
	err := opts.Run(ctx, n, 1, func(_, i, _ int) {
		row := m.values[i*n : (i+1)*n]
		looked := 0
		for j := range i {
			if looked += g.Degree(uint32(i)) + g.Degree(uint32(j)) + 64; looked > 1<<20 {
				if looked = 0; ctx.Err() != nil {
					return
				}
			}
			row[j] = compare(g, uint32(i), uint32(j), by)
		}
		if by == Correlation {
			row[i] = 1
		}
	})
	if err != nil {
		return nil, err
	}
	err = opts.Quiet().Run(ctx, n, 64, func(_, low, high int) {
		for i := low; i < high; i++ {
			for j := i + 1; j < n; j++ {
				m.values[i*n+j] = m.values[j*n+i]
			}
		}
	})
	return m, err
}

// cells calls visit with what i and j have in each cell of their profiles in which one has something.
func cells(g *graph.Graph, i, j uint32, visit func(x, y float64)) {
	both(g.Neighbors(i), g.Weights(i), g.Neighbors(j), g.Weights(j), i, j, visit)
	if g.Directed() {
		both(g.InNeighbors(i), g.InWeights(i), g.InNeighbors(j), g.InWeights(j), i, j, visit)
	}
}

func both(a []uint32, wa graph.Weights, b []uint32, wb graph.Weights, i, j uint32, visit func(x, y float64)) {
	for p, q := 0, 0; p < len(a) || q < len(b); {
		x, y, k := 0.0, 0.0, uint32(0)
		switch {
		case q >= len(b) || p < len(a) && a[p] < b[q]:
			k, x = a[p], wa.At(p)
			p++
		case p >= len(a) || b[q] < a[p]:
			k, y = b[q], wb.At(q)
			q++
		default:
			k, x, y = a[p], wa.At(p), wb.At(q)
			p++
			q++
		}
		if k != i && k != j {
			visit(x, y)
		}
	}
}

func compare(g *graph.Graph, i, j uint32, by By) float64 {
	if by == Euclidean {
		sum := 0.0
		cells(g, i, j, func(x, y float64) { sum += (x - y) * (x - y) })
		return math.Sqrt(sum)
	}
	count := float64(g.N() - 2)
	if g.Directed() {
		count *= 2
	}
	sumX, sumY, rest, same := 0.0, 0.0, count, true
	cells(g, i, j, func(x, y float64) {
		sumX, sumY = sumX+x, sumY+y
		same = same && x == y
		rest--
	})
	if same {
		return 1
	}
	meanX, meanY := sumX/count, sumY/count
	xx, yy, xy := rest*meanX*meanX, rest*meanY*meanY, rest*meanX*meanY
	cells(g, i, j, func(x, y float64) {
		x, y = x-meanX, y-meanY
		xx, yy, xy = xx+x*x, yy+y*y, xy+x*y
	})
	return correlation(xx, yy, xy, count*max(meanX*meanX, meanY*meanY))
}

// correlation is that of the sums of squares and products. A sum of squares that is rounding beside the size of what
// was squared is of something that does not vary.
func correlation(xx, yy, xy, size float64) float64 {
	const rounding = 1e-24
	if xx <= rounding*size || yy <= rounding*size {
		return 0
	}
	return max(-1, min(1, xy/math.Sqrt(xx)/math.Sqrt(yy)))
}
