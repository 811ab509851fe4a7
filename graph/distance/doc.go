// Package distance answers how far apart two nodes are, in a microsecond or two on networks of a million people, from
// labels that were computed before.
//
// The label of a node lists hubs with their distance from it, so that on a shortest path between any two nodes lies a
// hub that is in both labels (2-hop cover: Cohen, Halperin, Kaplan & Zwick 2003). [New] finds the small labels of a
// search from each node in order of degree that goes no further where the labels so far know the distance already
// (pruned landmark labelling: Akiba, Iwata & Yoshida 2013), for all nodes at a time, distance by distance (Li et al.
// 2019). The busiest hubs are not listed: each of them together with 64 of its neighbours is one entry of 18 bytes at
// every node, made by one search (the bit-parallel labels of Akiba et al.). [Labels.Insert] keeps the labels true when
// a tie comes (Akiba, Iwata & Yoshida 2014). A tie that goes needs new labels.
//
// Distances are numbers of ties of an undirected graph; weights are not looked at.
package distance
