// Package layout draws the map: [Layout] places the nodes so that those with ties lie near each other.
//
// Kernels are called as package [gave.network/graph] says.
package layout
