// Package people keeps persons and organisations: who they are, what is known of them, under which names, and which
// records are one person. What happened between them and the ties that follow are in package tie, on which it stands.
package people
