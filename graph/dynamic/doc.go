// Package dynamic keeps measures of a graph that changes, tie by tie, without computing them again: the parts that are
// connected, cores, triangles and clustering, constraint, and PageRank.
//
// A [Graph] is a [graph.Overlay]: it begins as a [graph.Graph], whose rows it shares until they change, and takes ties
// in and out. What watches it is told of each change and has the new values when [Graph.Set] or [Graph.Remove] returns.
// The values are those that the kernels of the other packages compute of the graph as it then is: equal ones, of
// PageRank within a bound that is known. Kernels that are not here run on the view that [Graph.Graph] gives, without a
// copy.
//
// Nothing here is safe for use by more than one goroutine at a time.
package dynamic
