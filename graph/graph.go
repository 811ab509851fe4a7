package graph

// Graph is an immutable graph in compressed sparse row form (CSR). Nodes are 0 … N()-1.
//
// An undirected edge {u, v} is stored as two arcs, u->v and v->u; a self-loop as one arc. A directed graph also keeps
// the transposed arcs. The neighbours of a node are in ascending order. A Graph is safe for use by many goroutines.
//
// The graphs that an Overlay gives out are views: rows that have changed stand beside the arrays of the graph that they
// were made of, and are read where they are.
type Graph struct {
	directed bool
	rules    rules
	loops    int64    // number of self-loops
	offsets  []int64  // length n+1; arcs of v are targets[offsets[v]:offsets[v+1]]
	targets  []uint32 // sorted within each node
	weights  Weights  // parallel to targets, or none
	// The transpose; for an undirected graph the same slices as above.
	inOffsets []int64
	inTargets []uint32
	inWeights Weights
	// view is what an Overlay's graph has in the place of the arrays, which are then nil; of weights there is an empty
	// run that says of what kind they are.
	view *view
}

// rules are what a graph was built by, beyond what its arrays show: an Overlay keeps to them.
type rules struct {
	keepLoops bool // self-loops may be in it
	signed    bool // weights may be negative
}

// N returns the number of nodes.
func (g *Graph) N() int {
	if g.view != nil {
		return g.view.nodes
	}
	return max(len(g.offsets)-1, 0)
}

// Arcs returns the number of stored arcs: of an undirected graph twice the edges that are not loops, plus the loops.
func (g *Graph) Arcs() int64 {
	if g.view != nil {
		return g.view.arcs
	}
	return int64(len(g.targets))
}

// M returns the number of edges (undirected) or arcs (directed); a self-loop counts once.
func (g *Graph) M() int64 {
	if g.directed {
		return g.Arcs()
	}
	return (g.Arcs()-g.loops)/2 + g.loops
}

// Directed says whether arcs have a direction.
func (g *Graph) Directed() bool { return g.directed }

// Weighted says whether edges carry weights; without, every weight is 1.
func (g *Graph) Weighted() bool { return g.weights.Given() }

// Wide says whether edges carry weights of 64 bits.
func (g *Graph) Wide() bool { return g.weights.Wide() }

// Neighbors returns the targets of the arcs that leave v, ascending. The slice belongs to the graph: do not change it.
func (g *Graph) Neighbors(v uint32) []uint32 {
	if g.view != nil {
		return g.changedNeighbors(v)
	}
	return g.targets[g.offsets[v]:g.offsets[v+1]]
}

// InNeighbors returns the sources of the arcs that enter v, ascending; for an undirected graph the same as Neighbors.
func (g *Graph) InNeighbors(v uint32) []uint32 {
	if g.view != nil {
		return g.changedInNeighbors(v)
	}
	return g.inTargets[g.inOffsets[v]:g.inOffsets[v+1]]
}

// Weights returns the weights of the arcs that leave v, parallel to Neighbors, or none when the graph is unweighted.
func (g *Graph) Weights(v uint32) Weights {
	if !g.weights.Given() {
		return Weights{}
	}
	if g.view != nil {
		return g.view.out.checked(v, g.view.nodes).rowWeights(v)
	}
	return g.weights.Slice(g.offsets[v], g.offsets[v+1])
}

// InWeights returns the weights of the arcs that enter v, parallel to InNeighbors, or none when the graph is
// unweighted.
func (g *Graph) InWeights(v uint32) Weights {
	if !g.weights.Given() {
		return Weights{}
	}
	if g.view != nil {
		return g.view.in.checked(v, g.view.nodes).rowWeights(v)
	}
	return g.inWeights.Slice(g.inOffsets[v], g.inOffsets[v+1])
}

// Rows returns the arrays themselves, for kernels that pass over all arcs: those that leave v are
// targets[offsets[v]:offsets[v+1]], with weights in the same places, none when the graph is unweighted. The arrays
// belong to the graph: do not change them. A view has none and is made compact; see Compact.
func (g *Graph) Rows() (offsets []int64, targets []uint32, weights Weights) {
	g = g.arrays()
	return g.offsets, g.targets, g.weights
}

// InRows returns the arrays of the arcs that enter the nodes; for an undirected graph the same as Rows.
func (g *Graph) InRows() (offsets []int64, sources []uint32, weights Weights) {
	g = g.arrays()
	return g.inOffsets, g.inTargets, g.inWeights
}

// Loops returns the number of self-loops.
func (g *Graph) Loops() int64 { return g.loops }

// Degree returns the number of arcs that leave v.
func (g *Graph) Degree(v uint32) int {
	if g.view != nil {
		return len(g.changedNeighbors(v))
	}
	return int(g.offsets[v+1] - g.offsets[v])
}

// InDegree returns the number of arcs that enter v.
func (g *Graph) InDegree(v uint32) int {
	if g.view != nil {
		return len(g.changedInNeighbors(v))
	}
	return int(g.inOffsets[v+1] - g.inOffsets[v])
}

// Share is the part of something that falls to a node.
type Share struct {
	Node  uint32
	Value float64
}
