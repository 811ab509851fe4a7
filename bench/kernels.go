package main

import "gave.network/internal/graphcmd"

// kernel is a row of the table.
type kernel struct {
	name    string // as peer.py calls it, and as gave graph does unless the request says otherwise
	title   string
	request graphcmd.Request
	graph   weights // what it needs of the graph
	check   string  // the field of the summary that must agree with the peers' number
	most    int     // the most nodes of a graph that it is run on, because peers would take hours; 0 is any
	query   query   // set for a row of questions about two nodes, of which the median and the 99th percentile are shown
	once    bool    // loading and choosing seeds are asked for in their own way: see own
}

// weights are the forms in which a graph is at hand.
type weights int

const (
	plain    weights = iota
	lengths          // whole numbers from 1 to 100
	strength         // the same divided by 100, as the strengths of ties
)

const (
	someNodes = 20_000  // what takes all pairs of nodes is run on graphs of at most so many
	manyNodes = 200_000 // what peers take minutes for is run on graphs of at most so many
	seeds     = 10      // communities are the mean of so many seeds, on graphs of at most manyNodes
)

var kernels = []kernel{
	{name: "load", title: "edge list to graph", check: "m"},
	{name: "bfs", title: "breadth-first search, one source", check: "reached"},
	{
		name: "sssp", title: "best paths from one source", graph: lengths, check: "sum",
		request: graphcmd.Request{Measure: "length"},
	},
	{name: "distance", title: "steps between two nodes", query: distanceOf},
	{name: "best-path", title: "best path between two nodes", graph: lengths, query: bestPath(0)},
	{
		name: "within-4", title: "strongest path within 4 ties (others: of any length)", graph: strength,
		query: bestPath(4),
	},
	{name: "introduction-3", title: "strongest introduction within 3 ties", graph: strength, query: bestPath(3)},
	{name: "introduction-4", title: "strongest introduction within 4 ties", graph: strength, query: bestPath(4)},
	{name: "components", title: "connected components", check: "components"},
	{name: "bridges", title: "bridges", check: "bridges"},
	{name: "articulation", title: "articulation points", check: "articulation"},
	{name: "blocks", title: "biconnected components", check: "blocks"},
	{name: "kcore", title: "k-core", check: "sum"},
	{name: "triangles", title: "triangle count", check: "triangles"},
	{name: "clustering", title: "local clustering", check: "average"},
	{name: "jaccard", title: "Jaccard similarity of each tie's ends", check: "sum"},
	{name: "constraint", title: "Burt's constraint, all nodes", check: "sum"},
	{name: "adamic-adar", title: "Adamic-Adar, best 10 for each of 1,000 nodes", check: "sum"},
	{name: "pagerank", title: "PageRank", check: "max"},
	{
		name: "pagerank-rough", title: "PageRank, tolerance 1e-6 as GAPBS", check: "max",
		request: graphcmd.Request{Kernel: "pagerank", Tolerance: 1e-6},
	},
	{name: "eigenvector", title: "eigenvector centrality, residual 1e-10", check: "eigenvalue"},
	{
		name: "eigenvector-rough", title: "eigenvector centrality, residual 1e-6", check: "eigenvalue",
		request: graphcmd.Request{Kernel: "eigenvector", Tolerance: 1e-6},
	},
	{name: "betweenness", title: "betweenness, some sources"},
	{
		name: "betweenness-sample", title: "betweenness within 0.01 of all pairs (KADABRA)", most: manyNodes,
		request: graphcmd.Request{Error: 0.01},
	},
	{
		name: "betweenness-all", title: "betweenness, exact", check: "sum", most: someNodes,
		request: graphcmd.Request{Kernel: "betweenness"},
	},
	{name: "harmonic", title: "harmonic closeness, exact", check: "sum", most: someNodes},
	{name: "assortativity", title: "degree assortativity", check: "assortativity"},
	{name: "rewire", title: "random graph with the same degrees, 10 swaps a tie", most: manyNodes},
	{name: "layout", title: "layout for the map", most: manyNodes},
	{name: "leiden", title: "communities (Leiden, 3 iterations)", check: "modularity", once: true},
	{
		name: "leiden-quick", title: "communities (Leiden; Gave 1 iteration, others 3)", check: "modularity",
		once: true, request: graphcmd.Request{Kernel: "leiden", Iterations: 1},
	},
	{
		name: "louvain", title: "communities (Gave: Leiden; others: Louvain)", check: "modularity", once: true,
		most: manyNodes, request: graphcmd.Request{Kernel: "leiden"},
	},
}

// repeats says whether a turn can have several runs of it.
func (k kernel) repeats() bool {
	return !k.once && k.query == nil && k.name != "load" && k.name != "adamic-adar"
}

// sources is how many sources the betweenness of some has: as many as the GAPBS figures are of.
func sources(nodes int) int {
	if nodes > manyNodes {
		return 16
	}
	return 64
}
