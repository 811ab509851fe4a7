// Package twomode holds what is done with two-mode networks, in which ties lead from one kind of node to another:
// people and events, authors and papers, directors and boards.
package twomode
