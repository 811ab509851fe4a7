// Package inference says whether a finding is more than chance: [QAPCorrelation] and [MRQAP] compare networks with
// relabelled ones, [Rewire] makes random graphs of the same degrees.
//
// Kernels are called as package [gave.network/graph] says.
package inference
