// Package gonumgraph lets gonum's algorithms run on graphs of this library, without a copy, and takes gonum's graphs
// over. It is the only package of the engine that imports gonum; who does not import it does not get gonum.
package gonumgraph

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	gonum "gonum.org/v1/gonum/graph"

	"gave.network/graph"
)

// Undirected is an undirected graph as gonum sees it: a gonum graph.WeightedUndirected. The ID of a node is its number.
type Undirected struct{ view }

// Directed is a directed graph as gonum sees it: a gonum graph.WeightedDirected.
type Directed struct{ view }

var (
	_ gonum.WeightedUndirected = Undirected{}
	_ gonum.WeightedDirected   = Directed{}
)

// AsUndirected returns a view of a graph. Its arcs and weights are those of the graph, loops among them. It returns
// graph.ErrParameter for a directed graph; graph.Simple makes one undirected.
func AsUndirected(g *graph.Graph) (Undirected, error) {
	if g.Directed() {
		return Undirected{}, fmt.Errorf("graph: this graph is directed: %w", graph.ErrParameter)
	}
	return Undirected{view{g}}, nil
}

// AsDirected returns a view of a graph. An undirected graph has each tie both ways.
func AsDirected(g *graph.Graph) Directed { return Directed{view{g}} }

// node is the number of a node.
type node uint32

// ID returns the number.
func (n node) ID() int64 { return int64(n) }

// arc is an edge of gonum's kind.
type arc struct {
	from, to node
	weight   float64
}

// From returns where it leaves.
func (a arc) From() gonum.Node { return a.from }

// To returns where it enters.
func (a arc) To() gonum.Node { return a.to }

// Weight returns its weight, 1 in a graph without weights.
func (a arc) Weight() float64 { return a.weight }

// ReversedEdge returns it the other way round.
func (a arc) ReversedEdge() gonum.Edge { return arc{a.to, a.from, a.weight} }

// view is what both kinds have in common.
type view struct{ g *graph.Graph }

func (w view) has(id int64) bool { return id >= 0 && id < int64(w.g.N()) }

// Node returns the node with that ID, or nil.
func (w view) Node(id int64) gonum.Node {
	if !w.has(id) {
		return nil
	}
	return node(id)
}

// Nodes returns all nodes.
func (w view) Nodes() gonum.Nodes { return &row{all: w.g.N(), at: -1} }

// From returns the nodes that arcs from that node lead to.
func (w view) From(id int64) gonum.Nodes {
	if !w.has(id) || w.g.Degree(uint32(id)) == 0 {
		return gonum.Empty
	}
	return &row{list: w.g.Neighbors(uint32(id)), at: -1}
}

// HasEdgeBetween says whether two nodes have a tie, in either direction.
func (w view) HasEdgeBetween(x, y int64) bool {
	return w.has(x) && w.has(y) && (w.g.HasEdge(uint32(x), uint32(y)) || w.g.HasEdge(uint32(y), uint32(x)))
}

// Edge returns the arc from one node to another, or nil.
func (w view) Edge(u, v int64) gonum.Edge {
	if e := w.WeightedEdge(u, v); e != nil {
		return e
	}
	return nil
}

// WeightedEdge returns the arc from one node to another, or nil.
func (w view) WeightedEdge(u, v int64) gonum.WeightedEdge {
	if !w.has(u) || !w.has(v) {
		return nil
	}
	if weight, found := w.g.Weight(uint32(u), uint32(v)); found {
		return arc{node(u), node(v), weight}
	}
	return nil
}

// Weight returns the weight of an arc: 0 from a node to itself and infinite where there is none, as in gonum's simple
// graphs.
func (w view) Weight(x, y int64) (weight float64, ok bool) {
	if e := w.WeightedEdge(x, y); e != nil {
		return e.Weight(), true
	}
	if x == y {
		return 0, true
	}
	return math.Inf(1), false
}

// EdgeBetween returns the edge between two nodes, or nil.
func (u Undirected) EdgeBetween(x, y int64) gonum.Edge { return u.Edge(x, y) }

// WeightedEdgeBetween returns the edge between two nodes, or nil.
func (u Undirected) WeightedEdgeBetween(x, y int64) gonum.WeightedEdge { return u.WeightedEdge(x, y) }

// HasEdgeFromTo says whether there is an arc from one node to another.
func (d Directed) HasEdgeFromTo(u, v int64) bool {
	return d.has(u) && d.has(v) && d.g.HasEdge(uint32(u), uint32(v))
}

// To returns the nodes from which arcs enter that node.
func (d Directed) To(id int64) gonum.Nodes {
	if !d.has(id) || d.g.InDegree(uint32(id)) == 0 {
		return gonum.Empty
	}
	return &row{list: d.g.InNeighbors(uint32(id)), at: -1}
}

// row passes over a list of nodes, or over all below a number.
type row struct {
	list []uint32
	all  int
	at   int
}

func (r *row) count() int { return max(len(r.list), r.all) }

// Next goes to the next node and says whether there is one.
func (r *row) Next() bool {
	if r.at+1 >= r.count() {
		r.at = r.count()
		return false
	}
	r.at++
	return true
}

// Len returns how many are left.
func (r *row) Len() int { return max(r.count()-r.at-1, 0) }

// Reset goes back to the beginning.
func (r *row) Reset() { r.at = -1 }

// Node returns the present node.
func (r *row) Node() gonum.Node {
	if r.at < 0 || r.at >= r.count() {
		return nil
	}
	if r.list != nil {
		return node(r.list[r.at])
	}
	return node(r.at)
}

// Copy makes a graph of one of gonum's, with weights where it has any. IDs are the ID of each node, ascending: node v
// of the graph is IDs[v]. What of parallel edges and loops becomes is said by options, whose Directed and Weighted are
// set as the graph of gonum's is.
func Copy(
	ctx context.Context, from gonum.Graph, options graph.BuildOptions, opts graph.Options,
) (g *graph.Graph, ids []int64, err error) {
	for nodes := from.Nodes(); nodes.Next(); {
		ids = append(ids, nodes.Node().ID())
	}
	slices.SortFunc(ids, cmp.Compare[int64])
	number := make(map[int64]uint32, len(ids))
	for v, id := range ids {
		number[id] = uint32(v)
	}
	weighted, hasWeights := from.(gonum.Weighted)
	_, options.Directed = from.(gonum.Directed)
	options.Weighted = hasWeights
	builder := graph.NewBuilder(options)
	for v, id := range ids {
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		for to := from.From(id); to.Next(); {
			u := to.Node().ID()
			if !options.Directed && number[u] < uint32(v) {
				continue // it comes from its other end
			}
			weight := 1.0
			if hasWeights {
				weight = weighted.WeightedEdge(id, u).Weight()
			}
			builder.AddWeighted(uint32(v), number[u], weight)
		}
	}
	g, err = builder.Graph(ctx, len(ids), opts)
	return g, ids, err
}
