// Package cliques finds groups in which everybody has a tie to everybody ([Maximal]), and the overlapping communities
// that they make together ([Percolation]).
package cliques
