// Package cohesion says how dense a graph is around its nodes and ties, and where it has holes: [KCore], [Triangles]
// and [CountTriangles] (clustering, transitivity), [EdgeOverlap], [EdgeJaccard] and [LocalBridges]. [StructuralHoles]
// and [Constraint] are Burt's measures of the ego network, [Brokerage] counts Gould and Fernandez' roles.
//
// Kernels are called as package [gave.network/graph] says.
package cohesion
