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
	// Eigenvalue is the largest eigenvalue of the adjacency matrix; +Inf where that is too large for a number.
	Eigenvalue float64
	// Iterations is the number of passes over the ties.
	Iterations int
}

// EigenvectorCentrality returns the eigenvector of the largest eigenvalue of the (weighted) adjacency matrix: a node's
// value is proportional to the sum of the values of those who have ties to it (Bonacich 1972). The residual |A x -
// lambda x| / lambda |x| is at most tolerance (0 means 1e-10), or a *graph.NoConvergenceError is returned. Weights must
// not be negative; a loop counts once. Without ties all values are 1 and the eigenvalue is 0. Where two parts of the
// graph share the largest eigenvalue, the parts have the weights that the degrees give them. Values agree with igraph
// 1.0 on simple graphs.
//
// Undirected graphs are solved by the locally optimal conjugate gradient method (Knyazev 2001) from the degrees,
// directed ones by powers of A + s I, which converge slowly where no large strong component exists: in an acyclic graph
// the eigenvalue is 0, no vector is meaningful and a *graph.NoConvergenceError is returned. Results do not depend on
// the number of threads.
func EigenvectorCentrality(
	ctx context.Context, g *graph.Graph, tolerance float64, opts graph.Options,
) (*Eigenvector, error) {
	if tolerance == 0 {
		tolerance = 1e-10
	}
	if !(tolerance > 0) {
		return nil, graph.ErrParameter
	}
	if err := graph.CheckWeights(ctx, g); err != nil {
		return nil, err
	}
	n := g.N()
	e := &Eigenvector{Values: make([]float64, n)}
	strongest := 0.0
	for v := uint32(0); g.Weighted() && v < uint32(n); v++ {
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
	// Powers of the eigenvalue must stay numbers.
	unit := 1.0
	if g.Weighted() && (strongest > 1e50 || strongest < 1e-50) {
		unit = strongest
		s.walk.unit = unit
	}
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
	if !(largest > 0) {
		return nil, &graph.NoConvergenceError{Iterations: e.Iterations, Reached: math.Inf(1), Tolerance: tolerance}
	}
	e.Eigenvalue *= unit
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

func (s *spectrum) scale(a, imageA []float64, factor float64) {
	s.each(func(low, high int) float64 {
		for v := low; v < high; v++ {
			a[v] *= factor
			imageA[v] *= factor
		}
		return 0
	})
}

// gram has the products of the vectors x, w and p with each other, and with their images under A.
type gram struct{ plain, images [3][3]float64 }

// mirror sets both entries of a symmetric matrix.
func mirror(matrix *[3][3]float64, i, j int, value float64) {
	matrix[i][j], matrix[j][i] = value, value
}

// gradients keeps the best vector x, its residual w and the last direction p, and takes the best vector of the
// three-dimensional space that they span, until the residual is small. An iteration goes over the ties once and over
// the vectors twice: of the products of the vectors all but three follow from those before.
func (s *spectrum) gradients(e *Eigenvector, tolerance float64) error {
	n := s.n
	var vectors, images [3][]float64
	for i := range vectors {
		vectors[i], images[i] = make([]float64, n), make([]float64, n)
	}
	x, w, p := vectors[0], vectors[1], vectors[2]
	imageX, imageW, imageP := images[0], images[1], images[2]
	s.image(x, ones(n))
	s.scale(x, imageX, 1/math.Sqrt(s.product(x, x)))
	s.image(imageX, x)
	var of gram
	lambda := s.product(x, imageX)
	of.plain[0][0], of.images[0][0] = 1, lambda
	residual := func(low, high int) float64 {
		sum := 0.0
		for v := low; v < high; v++ {
			r := imageX[v] - lambda*x[v]
			w[v] = r
			sum += r * r
		}
		return sum
	}
	squared := s.each(residual)
	second := ranges.NewSums(n)
	for e.Iterations = 1; ; e.Iterations++ {
		if s.err != nil {
			return s.err
		}
		e.Eigenvalue = lambda
		if norm := math.Sqrt(squared); norm <= tolerance*lambda {
			e.Values = x
			return nil
		} else if e.Iterations == maxEigenIterations {
			return &graph.NoConvergenceError{Iterations: e.Iterations, Reached: norm / lambda, Tolerance: tolerance}
		}
		if s.opts.Progress != nil {
			s.opts.Progress(int64(e.Iterations), maxEigenIterations)
		}
		// The image of x is w + lambda x.
		mirror(&of.plain, 1, 0, of.images[0][0]-lambda*of.plain[0][0])
		mirror(&of.plain, 1, 1, squared)
		mirror(&of.plain, 2, 1, of.images[2][0]-lambda*of.plain[2][0])
		mirror(&of.images, 1, 0, squared+lambda*of.plain[1][0])
		own := s.each(func(low, high int) float64 {
			own, other := 0.0, 0.0
			for v := low; v < high; v++ {
				image := s.walk.pull(v, w)
				imageW[v] = image
				own += w[v] * image
				other += p[v] * image
			}
			second[low/ranges.VectorGrain] = other
			return own
		})
		mirror(&of.images, 1, 1, own)
		mirror(&of.images, 2, 1, second.Total())
		var best [3]float64
		best, lambda = of.best()
		step := [3]float64{0, best[1], best[2]}
		of = gram{
			plain: [3][3]float64{
				{form(of.plain, best, best), 0, form(of.plain, best, step)},
				{},
				{form(of.plain, best, step), 0, form(of.plain, step, step)},
			},
			images: [3][3]float64{
				{form(of.images, best, best), 0, form(of.images, best, step)},
				{},
				{form(of.images, best, step), 0, form(of.images, step, step)},
			},
		}
		// The new direction is the best vector without its part along x; it replaces p, and is added to x.
		anew := e.Iterations%32 == 0
		squared = s.each(func(low, high int) float64 {
			for v := low; v < high; v++ {
				direction, image := best[1]*w[v]+best[2]*p[v], best[1]*imageW[v]+best[2]*imageP[v]
				p[v], imageP[v] = direction, image
				x[v] = best[0]*x[v] + direction
				imageX[v] = best[0]*imageX[v] + image
			}
			if anew {
				return 0
			}
			return residual(low, high)
		})
		if anew {
			// What has been carried along by addition is taken anew now and then, against rounding.
			s.scale(x, imageX, 1/math.Sqrt(s.product(x, x)))
			s.image(imageX, x)
			s.image(imageP, p)
			lambda = s.product(x, imageX)
			of.plain[0][0], of.images[0][0] = 1, lambda
			mirror(&of.plain, 2, 0, s.product(x, p))
			mirror(&of.plain, 2, 2, s.product(p, p))
			mirror(&of.images, 2, 0, s.product(p, imageX))
			mirror(&of.images, 2, 2, s.product(p, imageP))
			squared = s.each(residual)
		}
	}
}

// best returns the factors of x, w and p that make the vector of length 1 with the largest Rayleigh quotient, and that
// quotient. Vectors that are nothing, or all but in the span of those before them, are left out.
func (of *gram) best() ([3]float64, float64) {
	// The vectors are scaled to length 1 and made orthogonal by Cholesky's method: basis[i] has the factors of the i-th
	// orthonormal vector.
	var basis [][3]float64
	plain := of.plain
	for i := range 3 {
		if !(plain[i][i] > 0) {
			continue
		}
		var next [3]float64
		next[i] = 1 / math.Sqrt(plain[i][i])
		for range 2 {
			for _, b := range basis {
				overlap := form(plain, next, b)
				for k := range next {
					next[k] -= overlap * b[k]
				}
			}
		}
		length := form(plain, next, next)
		if !(length > 1e-20) {
			continue
		}
		length = math.Sqrt(length)
		for k := range next {
			next[k] /= length
		}
		basis = append(basis, next)
	}
	var small [3][3]float64
	for i, a := range basis {
		for j, b := range basis {
			small[i][j] = form(of.images, a, b)
		}
	}
	factors, value := largestEigenvector(small, len(basis))
	var out [3]float64
	for i, b := range basis {
		for k := range out {
			out[k] += factors[i] * b[k]
		}
	}
	return out, value
}

// form returns a transposed times the matrix times b.
func form(matrix [3][3]float64, a, b [3]float64) float64 {
	sum := 0.0
	for i := range a {
		for j := range b {
			sum += a[i] * matrix[i][j] * b[j]
		}
	}
	return sum
}

func ones(n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = 1
	}
	return list
}

// largestEigenvector returns the unit eigenvector of the largest eigenvalue of the leading size x size part, and that
// eigenvalue, by Jacobi rotations.
func largestEigenvector(a [3][3]float64, size int) ([3]float64, float64) {
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
		if off <= 1e-18*math.Abs(a[0][0]) {
			break
		}
	}
	best := 0
	for i := 1; i < size; i++ {
		if a[i][i] > a[best][best] {
			best = i
		}
	}
	return [3]float64{v[0][best], v[1][best], v[2][best]}, a[best][best]
}

// powers multiplies by A + s I; the shift keeps a graph whose cycles all have a common length from swinging for ever.
func (s *spectrum) powers(e *Eigenvector, tolerance float64) error {
	n := s.n
	x, next := ones(n), make([]float64, n)
	norm := 0.0
	s.scale(x, next, 1/math.Sqrt(float64(n)))
	for e.Iterations = 1; e.Iterations <= maxEigenIterations; e.Iterations++ {
		s.image(next, x)
		lambda := s.product(x, next)
		norm = math.Sqrt(s.each(func(low, high int) float64 {
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
			break
		}
		s.scale(next, x, 1/length)
		x, next = next, x
	}
	reached := math.Inf(1)
	if e.Eigenvalue > 0 {
		reached = norm / e.Eigenvalue
	}
	return &graph.NoConvergenceError{
		Iterations: min(e.Iterations, maxEigenIterations), Reached: reached, Tolerance: tolerance,
	}
}
