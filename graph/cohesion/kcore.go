package cohesion

import (
	"context"
	"sync/atomic"

	"gave.network/graph"
)

// KCore returns the core number of each node: the largest k such that the node belongs to a subgraph in which every
// node has degree k or more. Directions and loops are ignored, so it agrees with igraph 1.0's coreness of the simple
// graph. An isolated node has 0.
//
// One thread peels in order of degree with buckets (Batagelj & Zaversnik 2003), in time O(n + m). More threads peel
// level by level (Kabir & Madduri 2017); core numbers are unique, so the result is the same.
func KCore(ctx context.Context, g *graph.Graph, opts graph.Options) ([]uint32, error) {
	g, err := graph.Simple(ctx, g, opts)
	if err != nil {
		return nil, err
	}
	if opts.Workers() == 1 || g.N() < 1<<14 {
		return coresByBuckets(ctx, g, opts)
	}
	return coresByLevels(ctx, g, opts)
}

func coresByBuckets(ctx context.Context, g *graph.Graph, opts graph.Options) ([]uint32, error) {
	n := g.N()
	degree := make([]uint32, n)
	most := uint32(0)
	for v := range degree {
		degree[v] = uint32(g.Degree(uint32(v)))
		most = max(most, degree[v])
	}
	// bucket[d] is the place in order of the first node of remaining degree d.
	bucket := make([]uint32, most+2)
	for _, d := range degree {
		bucket[d+1]++
	}
	for d := uint32(0); d <= most; d++ {
		bucket[d+1] += bucket[d]
	}
	order, place := make([]uint32, n), make([]uint32, n)
	fill := append([]uint32(nil), bucket...)
	for v, d := range degree {
		order[fill[d]], place[v] = uint32(v), fill[d]
		fill[d]++
	}
	for i := range order {
		if i&0xffff == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if opts.Progress != nil {
				opts.Progress(int64(i), int64(n))
			}
		}
		v := order[i]
		core := degree[v]
		for _, u := range g.Neighbors(v) {
			d := degree[u]
			if d <= core {
				continue
			}
			// Swap u with the first node of its bucket, then let the bucket begin one further.
			first := bucket[d]
			bucket[d] = first + 1
			at := place[u]
			if first != at {
				w := order[first]
				order[at], place[w] = w, at
				order[first], place[u] = u, first
			}
			degree[u] = d - 1
		}
	}
	return degree, nil
}

func coresByLevels(ctx context.Context, g *graph.Graph, opts graph.Options) ([]uint32, error) {
	n := g.N()
	degree := make([]atomic.Uint32, n)
	for v := range n {
		degree[v].Store(uint32(g.Degree(uint32(v))))
	}
	threads := opts.Workers()
	frontiers := make([][]uint32, threads)
	left := make([]uint32, n)
	for v := range left {
		left[v] = uint32(v)
	}
	var level []uint32
	peeled, lastCompact := 0, 0
	for k := uint32(0); peeled < n; k++ {
		for worker := range frontiers {
			frontiers[worker] = frontiers[worker][:0]
		}
		err := opts.Quiet().Run(ctx, len(left), 8192, func(worker, low, high int) {
			for _, v := range left[low:high] {
				if degree[v].Load() == k {
					frontiers[worker] = append(frontiers[worker], v)
				}
			}
		})
		if err != nil {
			return nil, err
		}
		level = level[:0]
		for _, frontier := range frontiers {
			level = append(level, frontier...)
		}
		var done atomic.Int64
		err = opts.Quiet().Run(ctx, len(level), 64, func(worker, low, high int) {
			frontier := append(frontiers[worker][:0], level[low:high]...)
			// Whoever lowers a degree to k takes that node, so that each is peeled once.
			for i := 0; i < len(frontier); i++ {
				for _, u := range g.Neighbors(frontier[i]) {
					if degree[u].Load() <= k {
						continue
					}
					now := degree[u].Add(^uint32(0))
					if now == k {
						frontier = append(frontier, u)
					} else if int32(now) < int32(k) {
						degree[u].Add(1)
					}
				}
			}
			done.Add(int64(len(frontier)))
			frontiers[worker] = frontier
		})
		if err != nil {
			return nil, err
		}
		peeled += int(done.Load())
		if opts.Progress != nil {
			opts.Progress(int64(peeled), int64(n))
		}
		if peeled-lastCompact > len(left)/4 {
			kept := left[:0]
			for _, v := range left {
				if degree[v].Load() > k {
					kept = append(kept, v)
				}
			}
			left, lastCompact = kept, peeled
		}
	}
	cores := make([]uint32, n)
	for v := range cores {
		cores[v] = degree[v].Load()
	}
	return cores, nil
}
