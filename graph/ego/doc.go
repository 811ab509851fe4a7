// Package ego looks at networks from where one node stands: who is around it, as a view that copies nothing, and what
// UCINET calls the basic measures of ego networks, of all nodes at once.
package ego
