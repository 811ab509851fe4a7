// Package graph is a library for social-network analysis: an immutable graph in compressed sparse row form, the
// measures of the field on it. Package graphio beside it reads and writes files. It uses the standard library and
// golang.org/x/sys only, and knows nothing of people, databases or the web. The names are the field's own; the comment
// of each function names its source, its units, its range and what it gives where the measure is not defined.
//
// # 1 Graphs
//
// [Graph] is the structure: undirected or directed, weighted or not, with 32-bit node numbers. [FromEdges] and
// [Builder] make one from edges in any order, by many goroutines; [BuildOptions] states what becomes of self-loops and
// parallel edges. A sign is the sign of a weight ([Graph.Signs]). [Multilayer] is several kinds of tie among the same
// nodes. [Columns] are attributes of nodes and edges, [Names] what nodes are called outside, [EdgeIndex] the number of
// an edge. [Overlay] collects changes of a living graph and merges them. [Simple] is the undirected graph without loops
// that many measures are defined on.
//
// # 2 Files
//
// [SaveSnapshot] writes the arrays as they are; [OpenSnapshot] maps them, in the same time at any size. All other
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
// # 4 Cohesion
//
// [WeakComponents] and [StrongComponents] are what hangs together, [FindCuts] where it would fall apart: bridges,
// articulation points, blocks. [KCore], [Triangles] and [CountTriangles] (clustering, transitivity), [EdgeOverlap],
// [EdgeJaccard] and [LocalBridges] say how dense it is, and where.
//
// # 5 Position
//
// [Betweenness] and [BetweennessSample], [Closeness] and [HyperBall], [PageRank] and [PushSearch],
// [EigenvectorCentrality] and [BonacichPower] are centralities; [StructuralHoles] and [Constraint] are Burt's measures
// of the ego network, [Brokerage] counts Gould and Fernandez' roles.
//
// # 6 Groups
//
// [Leiden] finds communities and [Modularity] judges them. [MixingMatrix], [NumericAssortativity],
// [DegreeAssortativity] and [EIIndex] say how ties run between groups that are known.
//
// # 7 Ties to come, influence, choice
//
// [PredictLinks] and [SimilarityOf] are link prediction. [MaxCoverage] chooses what covers most, [MaxInfluence] who
// spreads most ([Reach] checks it), [GroupSteinerTree] who is enough to join several groups. [FriedkinJohnsen] is the
// equilibrium of opinions.
//
// # 8 Is it more than chance?
//
// [QAPCorrelation] and [MRQAP] compare networks with relabelled ones, [Rewire] makes random graphs of the same degrees.
//
// # 9 The map
//
// [Layout] places the nodes so that those with ties lie near each other.
//
// # How kernels are called
//
// A kernel takes a context, which ends it early, the graph, what it needs to know, and [Options]: how many goroutines
// may work and whom to tell about progress. Results do not depend on the number of threads; sampled kernels state their
// error and depend on their seed alone. What is used for many queries is a type that keeps its work space, such as
// [PairSearch]: make one for each goroutine. A Graph may be shared by all.
package graph
