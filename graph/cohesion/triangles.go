package cohesion

import (
	"context"
	"sync/atomic"

	"gave.network/graph"
	"gave.network/graph/internal/bitset"
	"gave.network/graph/internal/ranges"
)

// Clustering is what CountTriangles finds.
type Clustering struct {
	// Triangles is the number of triangles in the whole graph.
	Triangles int64
	// PerNode is the number of triangles that each node is part of.
	PerNode []int64
	// Local is each node's clustering coefficient, 2 t_v / (k_v (k_v - 1)), in [0, 1]; 0 for a node of degree 0 or 1.
	Local []float64
	// Average is the mean of Local over all nodes, nodes of degree 0 or 1 included as 0; 0 for the empty graph.
	Average float64
	// AverageDefined is the mean of Local over the nodes of degree 2 or more only; 0 when there are none.
	AverageDefined float64
	// Global is the transitivity, 3 triangles / connected triples, in [0, 1]; 0 when there are no triples.
	Global float64
}

// levelFactor is how many times the mean degree no node exceeds in a level graph.
const levelFactor = 4

// level says whether no node has many more ties than most have, as in grids and small worlds.
func level(g *graph.Graph) bool {
	most := int64(0)
	for v := range uint32(g.N()) {
		most = max(most, int64(g.Degree(v)))
	}
	return most*int64(g.N()) <= levelFactor*g.Arcs()
}

// busyFirst returns the nodes by falling degree, so that the few busy ones lie together in memory, and each node's
// place in that order. In a level graph that would only scatter neighbours: there the order is that of the numbers.
func busyFirst(g *graph.Graph) (node, place []uint32) {
	if !level(g) {
		return graph.ByDegree(g)
	}
	node = make([]uint32, g.N())
	for v := range node {
		node[v] = uint32(v)
	}
	return node, node
}

// oriented holds each edge once, at the end that comes last in the order of busyFirst. Nodes have the numbers of that
// order.
type oriented struct {
	node    []uint32
	offsets []int64
	targets []uint32
}

// orient builds the oriented form of a simple undirected graph.
func orient(ctx context.Context, g *graph.Graph, opts graph.Options) (*oriented, error) {
	n := g.N()
	node, place := busyFirst(g)
	o := &oriented{node: node, offsets: make([]int64, n+1)}
	err := opts.Quiet().Run(ctx, n, 2048, func(_, low, high int) {
		for r := low; r < high; r++ {
			count := 0
			for _, x := range g.Neighbors(node[r]) {
				if place[x] < uint32(r) {
					count++
				}
			}
			o.offsets[r+1] = int64(count)
		}
	})
	if err != nil {
		return nil, err
	}
	for r := range n {
		o.offsets[r+1] += o.offsets[r]
	}
	o.targets = make([]uint32, o.offsets[n]+1)
	err = opts.Quiet().Run(ctx, n, 2048, func(_, low, high int) {
		for r := low; r < high; r++ {
			slot := o.offsets[r]
			for _, x := range g.Neighbors(node[r]) {
				if p := place[x]; p < uint32(r) {
					o.targets[slot] = p
					slot++
				}
			}
		}
	})
	return o, err
}

func (o *oriented) list(r uint32) []uint32 { return o.targets[o.offsets[r]:o.offsets[r+1]] }

// Triangles returns the number of triangles, directions ignored and loops left out. Each is found once, from its node
// of the lowest degree (the "forward" algorithm in degree order: Schank & Wagner 2005; Latapy 2008), in time O(m^1.5).
func Triangles(ctx context.Context, g *graph.Graph, opts graph.Options) (int64, error) {
	g, err := graph.Simple(ctx, g, opts)
	if err != nil {
		return 0, err
	}
	threads := opts.Workers()
	marks, sums := make([]bitset.Set, threads), make([]int64, threads*8)
	total := func() int64 {
		total := int64(0)
		for _, sum := range sums {
			total += sum
		}
		return total
	}
	if shortRows(g) {
		err := shortTriangles(ctx, g, opts, func(worker int, _, _, _ uint32) { sums[worker*8]++ })
		return total(), err
	}
	o, err := orient(ctx, g, opts)
	if err != nil {
		return 0, err
	}
	n := g.N()
	err = opts.Run(ctx, n, 512, func(worker, low, high int) {
		if marks[worker] == nil {
			marks[worker] = bitset.New(n)
		}
		mark := marks[worker]
		sum, work := uint64(0), ranges.Work(0)
		for r := low; r < high; r++ {
			list := o.list(uint32(r))
			if len(list) < 2 {
				continue
			}
			mark.AddAll(list)
			for _, s := range list {
				others := o.list(s)
				if work.Ended(ctx, len(others)) {
					return
				}
				for _, t := range others {
					sum += mark.Bit(t)
				}
			}
			mark.ClearWords(list)
		}
		sums[worker*8] += int64(sum)
	})
	return total(), err
}

// CountTriangles counts the triangles of each node and of the graph, and from them the clustering coefficients (Watts &
// Strogatz 1998 local and average; Newman 2003 global). Directions, weights and loops are ignored. Local agrees with
// igraph 1.0's transitivity with isolates as zero. The empty graph gives zeros.
func CountTriangles(ctx context.Context, g *graph.Graph, opts graph.Options) (*Clustering, error) {
	g, err := graph.Simple(ctx, g, opts)
	if err != nil {
		return nil, err
	}
	n := g.N()
	c := &Clustering{PerNode: make([]int64, n), Local: make([]float64, n)}
	if shortRows(g) {
		err = shortTriangles(ctx, g, opts, func(_ int, u, v, w uint32) {
			for _, x := range [3]uint32{u, v, w} {
				atomic.AddInt64(&c.PerNode[x], 1)
			}
		})
	} else {
		err = c.count(ctx, g, opts)
	}
	if err != nil {
		return nil, err
	}
	triples, defined, corners := 0.0, 0, int64(0)
	for v := range n {
		degree := float64(g.Degree(uint32(v)))
		corners += c.PerNode[v]
		if degree >= 2 {
			pairs := degree * (degree - 1) / 2
			triples += pairs
			defined++
			c.Local[v] = float64(c.PerNode[v]) / pairs
			c.Average += c.Local[v]
		}
	}
	c.Triangles = corners / 3
	if defined > 0 {
		c.AverageDefined = c.Average / float64(defined)
		c.Average /= float64(n)
		c.Global = float64(corners) / triples
	}
	return c, nil
}

// count fills in PerNode.
func (c *Clustering) count(ctx context.Context, g *graph.Graph, opts graph.Options) error {
	o, err := orient(ctx, g, opts)
	if err != nil {
		return err
	}
	n := g.N()
	threads := opts.Workers()
	marks, counts := make([]bitset.Set, threads), make([][]uint64, threads)
	hits := make([][]uint32, threads)
	longest := 0
	for r := range n {
		longest = max(longest, len(o.list(uint32(r))))
	}
	err = opts.Run(ctx, n, 512, func(worker, low, high int) {
		if marks[worker] == nil {
			marks[worker], counts[worker], hits[worker] = bitset.New(n), make([]uint64, n), make([]uint32, longest+1)
		}
		mark, count, hit := marks[worker], counts[worker], hits[worker]
		work := ranges.Work(0)
		for r := low; r < high; r++ {
			list := o.list(uint32(r))
			if len(list) < 2 {
				continue
			}
			mark.AddAll(list)
			own := uint64(0)
			for _, s := range list {
				found, others := uint64(0), o.list(s)
				if work.Ended(ctx, len(others)) {
					return
				}
				for _, t := range others {
					hit[found] = t
					found += mark.Bit(t)
				}
				for _, t := range hit[:found] {
					count[t]++
				}
				count[s] += found
				own += found
			}
			count[r] += own
			mark.ClearWords(list)
		}
	})
	if err != nil {
		return err
	}
	for r := range n {
		sum := uint64(0)
		for _, count := range counts {
			if count != nil {
				sum += count[r]
			}
		}
		c.PerNode[o.node[r]] = int64(sum)
	}
	return nil
}
