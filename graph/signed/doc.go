// Package signed is for networks in which ties may be against each other, the sign of a tie being that of its weight:
// whether triangles are in balance ([Balance]), how near the whole is to two camps ([Frustration]), and communities
// that are for each other inside and against each other outside ([Modularity], [Communities]).
package signed
