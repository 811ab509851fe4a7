// Package multilayer measures networks of several kinds of tie without putting the kinds together: what each node does
// in each layer ([Participation]), how far layers share their ties ([Compare]), and who matters in one because of
// another ([PageRank]).
package multilayer
