// Package centrality says which nodes of a graph are central, and how: on the ways between others ([Betweenness] and,
// for large graphs, [BetweennessSample]), near to all ([Closeness], [HyperBall]), tied to those who are central
// themselves ([PageRank], [PushSearch] from one node, [EigenvectorCentrality], [BonacichPower]).
//
// Kernels are called as package [gave.network/graph] says.
package centrality
