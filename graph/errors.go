package graph

import "errors"

// Errors for input that a function or a measure is not defined for.
var (
	// ErrNegativeWeight is returned by a kernel whose measure needs weights of zero or more.
	ErrNegativeWeight = errors.New("graph: this measure needs weights that are not negative")
	// ErrNotFinite is returned when a weight or a parameter is infinite or not a number.
	ErrNotFinite = errors.New("graph: a weight or parameter is infinite or not a number")
	// ErrUnderflow is returned for a weight that 32 bits would make 0; BuildOptions.Weights64 keeps it.
	ErrUnderflow = errors.New("graph: a weight is too small for 32 bits, which would make it 0")
	// ErrNode is returned when a node's number is not in the graph.
	ErrNode = errors.New("graph: there is no node with that number")
	// ErrParameter is returned when a parameter is outside the range that the function's comment states.
	ErrParameter = errors.New("graph: a parameter is outside its range")
	// ErrLoop is returned for a self-loop in a graph that was built without them.
	ErrLoop = errors.New("graph: this graph was built without self-loops")
	// ErrLength is returned when a list that goes with the nodes does not have one entry for each node.
	ErrLength = errors.New("graph: a list needs one entry for each node")
	// ErrNoConvergence is returned when an iteration did not reach its tolerance.
	ErrNoConvergence = errors.New("graph: the iteration did not converge")
)
