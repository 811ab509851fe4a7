package twomode

import (
	"context"
	"fmt"

	"gave.network/graph"
	"gave.network/graph/internal/ranges"
)

// Weighting says how much what two nodes share counts.
type Weighting uint8

const (
	// Newman counts 1 / (k-1) for each shared node of k ties (Newman 2001): two who are alone at an event are closer
	// than two among many. The weights of a node add up to the number of its events at which it was not alone.
	Newman Weighting = iota
	// Count counts 1 for each shared node.
	Count
	// Jaccard divides the count by how many nodes either has, and lies in (0, 1].
	Jaccard
)

// Projection is the one-mode network of one side.
type Projection struct {
	// Graph has a tie between two nodes that share one of the other side, with weights of 64 bits.
	Graph *graph.Graph
	// Nodes are the numbers that its nodes have in the two-mode network, ascending.
	Nodes []uint32
}

// Project returns the projection on the nodes for which side is true. Directions and weights of the two-mode network do
// not count. It returns graph.ErrLength when side has not one entry for each node, and graph.ErrParameter for a tie
// within one side or an unknown weighting. Time is the sum of the squares of the other side's degrees.
func Project(
	ctx context.Context, g *graph.Graph, side []bool, weighting Weighting, opts graph.Options,
) (*Projection, error) {
	if len(side) != g.N() {
		return nil, graph.ErrLength
	}
	if weighting > Jaccard {
		return nil, graph.ErrParameter
	}
	whole, err := graph.Simple(ctx, g.Unweighted(), opts)
	if err != nil {
		return nil, err
	}
	p := &Projection{}
	number := make([]uint32, g.N())
	for v := range uint32(g.N()) {
		if ranges.Ended(ctx, int(v)) {
			return nil, ctx.Err()
		}
		for _, u := range whole.Neighbors(v) {
			if side[u] == side[v] {
				return nil, fmt.Errorf("graph: the tie %d-%d is within one side: %w", v, u, graph.ErrParameter)
			}
		}
		if side[v] {
			number[v] = uint32(len(p.Nodes))
			p.Nodes = append(p.Nodes, v)
		}
	}
	if g.Loops() > 0 {
		return nil, fmt.Errorf("graph: a self-loop is within one side: %w", graph.ErrParameter)
	}
	builder := graph.NewBuilder(graph.BuildOptions{Weighted: true, Weights64: true})
	parts := make([]*graph.Part, opts.Workers())
	shared := make([]map[uint32]float64, opts.Workers())
	err = opts.Run(ctx, len(p.Nodes), 64, func(worker, low, high int) {
		if parts[worker] == nil {
			parts[worker], shared[worker] = builder.Part(), map[uint32]float64{}
		}
		for i := low; i < high && ctx.Err() == nil; i++ {
			project(whole, p.Nodes[i], weighting, shared[worker], func(u uint32, weight float64) {
				parts[worker].AddWeighted(uint32(i), number[u], weight)
			})
		}
	})
	if err != nil {
		return nil, err
	}
	p.Graph, err = builder.Graph(ctx, len(p.Nodes), opts)
	return p, err
}

// project calls tie for each node after v that shares something with it.
func project(g *graph.Graph, v uint32, weighting Weighting, shared map[uint32]float64, tie func(uint32, float64)) {
	clear(shared)
	for _, event := range g.Neighbors(v) {
		members := g.Neighbors(event)
		each := 1.0
		if weighting == Newman {
			each = 1 / float64(len(members)-1) // of one member there is nobody to share with
		}
		for _, u := range members {
			if u > v {
				shared[u] += each
			}
		}
	}
	for u, weight := range shared {
		if weighting == Jaccard {
			weight /= float64(g.Degree(v)+g.Degree(u)) - weight
		}
		tie(u, weight)
	}
}
