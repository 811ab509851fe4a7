// Package network holds people, organisations, what happened between them, what was said about their ties, and the ties
// that follow from it. It is the ground on which the seven rooms stand.
//
// Evidence (interactions, statements) is append-only and belongs to the member who brought it in. Ties are derived:
// they are kept up to date as evidence arrives in any order, and a full rebuild gives the same values to the last bit
// (tie.go says how).
package network
