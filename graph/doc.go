// Package graph is a library for social-network analysis: an immutable graph in compressed sparse row form, its paths
// and its parts. Packages below it hold the measures of the field, and graphio reads and writes files. It uses the
// standard library and golang.org/x/sys only, and knows nothing of people, databases or the web. The names are the
// field's own; the comment of each function names its source, its units, its range and what it gives where the measure
// is not defined.
//
// # 1 Graphs
//
// [Graph] is the structure: undirected or directed, weighted or not, with 32-bit node numbers. [FromEdges] and
// [Builder] make one from edges in any order, by many goroutines; [BuildOptions] states what becomes of self-loops and
// parallel edges. A sign is the sign of a weight ([Graph.Signs]). [Multilayer] is several kinds of tie among the same
// nodes. [Columns] are attributes of nodes and edges, [Names] what nodes are called outside, [EdgeIndex] the number of
// an edge. [Overlay] takes the changes of a living graph and gives out views of it, which kernels read without a copy
// ([Graph.Compact] says which need one); package gave.network/graph/dynamic follows changes tie by tie. [Simple] is the
// undirected graph without loops that many measures are defined on.
//
// # 2 Files
//
// [SaveSnapshot] writes the arrays as they are; [OpenSnapshot] maps them, in the same time at any size. Package
// gave.network/graph/external makes one of more ties than memory holds. All other
// files, edge lists, GraphML, GEXF, Pajek and tables of nodes and edges, are read and written by package
// gave.network/graph/graphio.
//
// # 3 Distance and paths
//
// [Search] finds the distances from one or more nodes (breadth first), [PairSearch] the distance and a shortest path of
// two. [PathSearch] finds the best path of two nodes where ties have strengths that multiply or lengths that add: of
// any length ([PathSearch.Best]), of at most so many ties ([PathSearch.Within]), the k best
// ([PathSearch.Alternatives]), and several that have no middleman or no tie in common ([PathSearch.Disjoint]).
// [SourceSearch] finds the best values from one node to all.
//
// [GroupSteinerTree] is the least that joins several groups. [WeakComponents] and
// [StrongComponents] are what hangs together, [FindCuts] where it would fall apart: bridges, articulation points,
// blocks.
//
// # 4 Measures
//
// Each branch of the field is a package of its own; they import this one, and it none of them:
//
//   - gave.network/graph/cohesion: cores, triangles and clustering, overlap, structural holes, brokerage
//   - gave.network/graph/centrality: betweenness, closeness, PageRank, eigenvectors, Bonacich power
//   - gave.network/graph/community: Leiden's method, modularity, mixing and assortativity
//   - gave.network/graph/prediction: which ties are to come
//   - gave.network/graph/influence: who reaches most, what covers most, where opinions settle
//   - gave.network/graph/inference: is it more than chance?
//   - gave.network/graph/layout: the map
//   - gave.network/graph/twomode: people and events, projections
//   - gave.network/graph/ego: who is around a node: views, and measures of ego networks
//   - gave.network/graph/equivalence: who stands alike: profiles, CONCOR, regular and equitable classes
//   - gave.network/graph/signed: ties against each other: balance, frustration, signed communities
//   - gave.network/graph/cliques: maximal cliques, and the overlapping communities that they make
//   - gave.network/graph/multilayer: networks of several kinds of tie, kept apart: participation, overlap, PageRank
//   - gave.network/graph/blocks: stochastic blockmodels, nested, by description length
//   - gave.network/graph/temporal: contact sequences, paths that respect time, rhythm, ties that fade
//   - gave.network/graph/dynamic: components, cores, triangles, constraint, PageRank while ties come and go
//   - gave.network/graph/distance: how far apart any two are, from labels made before
//
// # How kernels are called
//
// A kernel takes a context, which ends it early, the graph, what it needs to know, and [Options]: how many goroutines
// may work and whom to tell about progress. Results do not depend on the number of threads; sampled kernels state their
// error and depend on their seed alone. What is used for many queries is a type that keeps its work space, such as
// [PairSearch]: make one for each goroutine. A Graph may be shared by all.
//
// A kernel of your own does as those here do: it reads [Graph.Neighbors] or passes over [Graph.Rows], shares its loop
// by [Options.Run], and refuses by [CheckWeights] what its measure cannot take.
package graph
