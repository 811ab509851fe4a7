// Package influence chooses and foresees who moves a network: [MaxInfluence] who spreads most ([Reach] checks it),
// [MaxCoverage] what covers most, [FriedkinJohnsen] where opinions settle.
//
// Kernels are called as package [gave.network/graph] says.
package influence
