package centrality

import (
	"context"
	"math"

	"gave.network/graph"
	"gave.network/graph/internal/ranges"
)

// Eigenvector is the result of EigenvectorCentrality.
type Eigenvector struct {
	// Values are not negative and scaled so that the largest is 1.
	Values []float64
	// Eigenvalue is the largest eigenvalue of the adjacency matrix.
	Eigenvalue float64
	// Iterations is the number of passes over the ties.
	Iterations int
}

// EigenvectorCentrality returns the eigenvector of the largest eigenvalue of the (weighted) adjacency matrix: a node's
// value is proportional to the sum of the values of those who have ties to it (Bonacich 1972). The residual |A x -
// lambda x| / lambda |x| is at most tolerance (0 means 1e-10), or ErrNoConvergence is returned. Weights must not be
// negative; a loop counts once. Without ties all values are 1 and the eigenvalue is 0. Where two parts of the graph
// share the largest eigenvalue, the parts have the weights that the degrees give them. Values agree with igraph 1.0 on
// simple graphs.
//
// Undirected graphs are solved by the locally optimal conjugate gradient method (Knyazev 2001) from the degrees,
// directed ones by powers of A + s I, which converge slowly where no large strong component exists: in an acyclic graph
// the eigenvalue is 0, no vector is meaningful and ErrNoConvergence is returned. Results do not depend on the number of
// threads.
func EigenvectorCentrality(
	ctx context.Context, g *graph.Graph, tolerance float64, opts graph.Options,
) (*Eigenvector, error) {
	if tolerance == 0 {
		tolerance = 1e-10
	}
	if !(tolerance > 0) {
		return nil, graph.ErrParameter
	}
	if err := graph.CheckWeights(g); err != nil {
		return nil, err
	}
	n := g.N()
	e := &Eigenvector{Values: make([]float64, n)}
	strongest := 0.0
	for v := range uint32(n) {
		if ranges.Ended(ctx, int(v)) {
			return nil, ctx.Err()
		}
		weights := g.Weights(v)
		for i := range weights.Len() {
			strongest = max(strongest, weights.At(i))
		}
	}
	if g.Arcs() == 0 || g.Weighted() && strongest == 0 {
		for v := range e.Values {
			e.Values[v] = 1
		}
		return e, ctx.Err()
	}
	s := &spectrum{ctx: ctx, opts: opts, n: n, walk: *walkOf(g), sums: ranges.NewSums(n)}
	var err error
	if g.Directed() {
		err = s.powers(e, tolerance)
	} else {
		err = s.gradients(e, tolerance)
	}
	if err != nil {
		return nil, err
	}
	largest := 0.0
	for v, x := range e.Values {
		e.Values[v] = math.Abs(x)
		largest = max(largest, e.Values[v])
	}
	for v := range e.Values {
		e.Values[v] /= largest
	}
	return e, nil
}

// maxEigenIterations is far above what social networks need (tens).
const maxEigenIterations = 5000

// spectrum holds vectors and the operations on them.
type spectrum struct {
	ctx  context.Context
	opts graph.Options
	n    int
	walk walk
	sums ranges.Sums
	err  error
}

// each runs body on pieces of all nodes and returns the sum of what it returns.
func (s *spectrum) each(body func(low, high int) float64) float64 {
	if s.err != nil {
		return 0
	}
	s.err = s.opts.Quiet().Run(s.ctx, s.n, ranges.VectorGrain, func(_, low, high int) {
		s.sums[low/ranges.VectorGrain] = body(low, high)
	})
	return s.sums.Total()
}

func (s *spectrum) product(a, b []float64) float64 {
	return s.each(func(low, high int) float64 {
		sum := 0.0
		for v := low; v < high; v++ {
			sum += a[v] * b[v]
		}
		return sum
	})
}

// image sets out to A x.
func (s *spectrum) image(out, x []float64) {
	s.each(func(low, high int) float64 {
		for v := low; v < high; v++ {
			out[v] = s.walk.pull(v, x)
		}
		return 0
	})
}

// add adds factor times b to a, and the same for their images.
func (s *spectrum) add(a, imageA []float64, factor float64, b, imageB []float64) {
	s.each(func(low, high int) float64 {
		for v := low; v < high; v++ {
			a[v] += factor * b[v]
			imageA[v] += factor * imageB[v]
		}
		return 0
	})
}

func (s *spectrum) scale(a, imageA []float64, factor float64) {
	s.each(func(low, high int) float64 {
		for v := low; v < high; v++ {
			a[v] *= factor
			imageA[v] *= factor
		}
		return 0
	})
}

// gradients keeps the best vector x, its residual w and the last direction p, and takes the best vector of the
// three-dimensional space that they span, until the residual is small.
func (s *spectrum) gradients(e *Eigenvector, tolerance float64) error {
	n := s.n
	var vectors, images [3][]float64
	for i := range vectors {
		vectors[i], images[i] = make([]float64, n), make([]float64, n)
	}
	x, w, p := 0, 1, 2
	s.image(vectors[x], ones(n))
	s.scale(vectors[x], images[x], 1/math.Sqrt(s.product(vectors[x], vectors[x])))
	s.image(images[x], vectors[x])
	size := 1
	for e.Iterations = 1; ; e.Iterations++ {
		lambda := s.product(vectors[x], images[x])
		norm := math.Sqrt(s.each(func(low, high int) float64 {
			sum := 0.0
			for v := low; v < high; v++ {
				r := images[x][v] - lambda*vectors[x][v]
				vectors[w][v] = r
				sum += r * r
			}
			return sum
		}))
		if s.err != nil {
			return s.err
		}
		e.Eigenvalue = lambda
		if norm <= tolerance*lambda {
			e.Values = vectors[x]
			return nil
		}
		if e.Iterations == maxEigenIterations {
			return graph.ErrNoConvergence
		}
		if s.opts.Progress != nil {
			s.opts.Progress(int64(e.Iterations), maxEigenIterations)
		}
		// w is made orthogonal to x (and once more, against rounding) before its image is taken.
		for range 2 {
			overlap := s.product(vectors[w], vectors[x])
			s.add(vectors[w], images[w], -overlap, vectors[x], images[x])
		}
		s.scale(vectors[w], images[w], 1/math.Sqrt(s.product(vectors[w], vectors[w])))
		s.image(images[w], vectors[w])
		basis := []int{x, w}
		if size == 3 {
			for range 2 {
				for _, b := range basis {
					s.add(vectors[p], images[p], -s.product(vectors[p], vectors[b]), vectors[b], images[b])
				}
			}
			if length := math.Sqrt(s.product(vectors[p], vectors[p])); length > 1e-14 {
				s.scale(vectors[p], images[p], 1/length)
				basis = append(basis, p)
			}
		}
		var small [3][3]float64
		for i, a := range basis {
			for j, b := range basis[:i+1] {
				small[i][j] = s.product(vectors[a], images[b])
				small[j][i] = small[i][j]
			}
		}
		best := largestEigenvector(small, len(basis))
		// The new direction is the best vector without its part along x; it replaces p, and is added to x.
		s.each(func(low, high int) float64 {
			for v := low; v < high; v++ {
				direction, image := best[1]*vectors[w][v], best[1]*images[w][v]
				if len(basis) == 3 {
					direction += best[2] * vectors[p][v]
					image += best[2] * images[p][v]
				}
				vectors[p][v], images[p][v] = direction, image
				vectors[x][v] = best[0]*vectors[x][v] + direction
				images[x][v] = best[0]*images[x][v] + image
			}
			return 0
		})
		length := math.Sqrt(s.product(vectors[p], vectors[p]))
		size = 2
		if length > 1e-14 {
			s.scale(vectors[p], images[p], 1/length)
			size = 3
		}
		s.scale(vectors[x], images[x], 1/math.Sqrt(s.product(vectors[x], vectors[x])))
		if e.Iterations%32 == 0 {
			// The image of x has been carried along by addition; take it anew now and then, against rounding.
			s.image(images[x], vectors[x])
		}
	}
}

func ones(n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = 1
	}
	return list
}

// largestEigenvector returns the unit eigenvector of the largest eigenvalue of the leading size x size part, by Jacobi
// rotations.
func largestEigenvector(a [3][3]float64, size int) [3]float64 {
	v := [3][3]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}
	for range 60 {
		off := 0.0
		for i := range size {
			for j := range i {
				off += math.Abs(a[i][j])
				if a[i][j] == 0 {
					continue
				}
				angle := 0.5 * math.Atan2(2*a[i][j], a[j][j]-a[i][i])
				sin, cos := math.Sincos(angle)
				for k := range size {
					a[k][i], a[k][j] = cos*a[k][i]-sin*a[k][j], sin*a[k][i]+cos*a[k][j]
				}
				for k := range size {
					a[i][k], a[j][k] = cos*a[i][k]-sin*a[j][k], sin*a[i][k]+cos*a[j][k]
				}
				for k := range size {
					v[k][i], v[k][j] = cos*v[k][i]-sin*v[k][j], sin*v[k][i]+cos*v[k][j]
				}
			}
		}
		if off == 0 {
			break
		}
	}
	best := 0
	for i := 1; i < size; i++ {
		if a[i][i] > a[best][best] {
			best = i
		}
	}
	return [3]float64{v[0][best], v[1][best], v[2][best]}
}

// powers multiplies by A + s I; the shift keeps a graph whose cycles all have a common length from swinging for ever.
func (s *spectrum) powers(e *Eigenvector, tolerance float64) error {
	n := s.n
	x, next := ones(n), make([]float64, n)
	s.scale(x, next, 1/math.Sqrt(float64(n)))
	for e.Iterations = 1; e.Iterations <= maxEigenIterations; e.Iterations++ {
		s.image(next, x)
		lambda := s.product(x, next)
		norm := math.Sqrt(s.each(func(low, high int) float64 {
			sum := 0.0
			for v := low; v < high; v++ {
				r := next[v] - lambda*x[v]
				sum += r * r
			}
			return sum
		}))
		if s.err != nil {
			return s.err
		}
		e.Eigenvalue = lambda
		if lambda > 0 && norm <= tolerance*lambda {
			e.Values = x
			return nil
		}
		if s.opts.Progress != nil {
			s.opts.Progress(int64(e.Iterations), maxEigenIterations)
		}
		shift := lambda / 4
		s.each(func(low, high int) float64 {
			for v := low; v < high; v++ {
				next[v] += shift * x[v]
			}
			return 0
		})
		length := math.Sqrt(s.product(next, next))
		if !(length > 0) {
			return graph.ErrNoConvergence
		}
		s.scale(next, x, 1/length)
		x, next = next, x
	}
	return graph.ErrNoConvergence
}
