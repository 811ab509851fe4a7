// Package equivalence says which nodes stand alike: the same ties to the same others ([Profiles], [Concor]), ties to
// others who stand alike ([Regular]), or as many of them ([Equitable]).
package equivalence
