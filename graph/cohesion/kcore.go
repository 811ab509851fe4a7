package cohesion

import (
	"context"
	"math"
	"sync/atomic"

	"gave.network/graph"
	"gave.network/graph/internal/ranges"
)

// KCore returns the core number of each node: the largest k such that the node belongs to a subgraph in which every
// node has degree k or more. Directions and loops are ignored, so it agrees with igraph 1.0's coreness of the simple
// graph. An isolated node has 0.
//
// Nodes are peeled level by level (Kabir & Madduri 2017), in time O(n + m) with one thread; core numbers are unique, so
// the result is the same with more.
func KCore(ctx context.Context, g *graph.Graph, opts graph.Options) ([]uint32, error) {
	g, err := graph.Simple(ctx, g, opts)
	if err != nil {
		return nil, err
	}
	if opts.Workers() == 1 || g.N() < 1<<14 {
		return coresSerially(ctx, g, opts)
	}
	return coresByLevels(ctx, g, opts)
}

// coresSerially looks at the nodes that are left once for each level, and so at a node once more often than its core
// number; that is less work, and steadier, than keeping all nodes in order of their degree. Whether a degree falls to
// the level cannot be foretold, so nothing branches on it.
func coresSerially(ctx context.Context, g *graph.Graph, opts graph.Options) ([]uint32, error) {
	n := g.N()
	degree, left := make([]uint32, n), make([]uint32, n)
	for v := range left {
		degree[v], left[v] = uint32(g.Degree(uint32(v))), uint32(v)
	}
	stack := make([]uint32, n+1)
	for k, peeled := uint32(0), 0; len(left) > 0; {
		// Out go those that fell to an earlier level and were peeled there, and those of this level.
		top, kept, next := 0, 0, uint32(math.MaxUint32)
		for _, v := range left {
			d := degree[v]
			here, above := 0, 0
			if d == k {
				here = 1
			}
			if d > k {
				above = 1
				next = min(next, d)
			}
			stack[top], left[kept] = v, v
			top += here
			kept += above
		}
		left = left[:kept]
		if top == 0 {
			k = next
			continue
		}
		for top > 0 {
			if ranges.Ended(ctx, peeled) {
				return nil, ctx.Err()
			}
			peeled++
			top--
			for _, u := range g.Neighbors(stack[top]) {
				now := degree[u]
				falls, reaches := uint32(0), 0
				if now > k {
					falls = 1
				}
				if now == k+1 {
					reaches = 1
				}
				degree[u] = now - falls
				stack[top] = u
				top += reaches
			}
		}
		k++
		if opts.Progress != nil {
			opts.Progress(int64(peeled), int64(n))
		}
	}
	return degree, ctx.Err()
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
				if ranges.Ended(ctx, i) {
					return
				}
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
