// Package blocks fits stochastic blockmodels: nodes are of one block when their ties to all blocks are alike by chance,
// and how many blocks there are is what describes the network in fewest words ([Fit], [Length], [NestedLength]).
package blocks
