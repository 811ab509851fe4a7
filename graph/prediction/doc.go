// Package prediction says which ties are to come: [PredictLinks] ranks those that are missing by how alike the
// surroundings of their ends are, [SimilarityOf] says it of one pair. [Try] says how well that told which ties
// came.
//
// Kernels are called as package [gave.network/graph] says.
package prediction
