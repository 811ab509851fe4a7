// Package layout draws the map: [Layout] places the nodes so that those with ties lie near each other, or
// as far from each other as ties lie between them, as its Aim says.
// [NeighborhoodPreservation] and [Stress] say how good a map is, whoever drew it.
//
// Kernels are called as package [gave.network/graph] says.
package layout
