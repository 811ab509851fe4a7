// Package community finds groups of nodes and judges them: [Leiden] finds communities and [Modularity] says how good a
// division is; [Infomap] and [MapEquation] do so by where a random walker stays. [MixingMatrix],
// [NumericAssortativity], [DegreeAssortativity] and [EIIndex] say how ties run between groups that are known.
//
// Kernels are called as package [gave.network/graph] says.
package community
