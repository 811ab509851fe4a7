package graph

import (
	"errors"
	"fmt"
)

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
	// ErrNoConvergence is what errors of an iteration that did not reach its tolerance are (errors.Is); those that know
	// how far they came are a *NoConvergenceError.
	ErrNoConvergence = errors.New("graph: the iteration did not converge")
)

// NoConvergenceError says how far an iteration came that did not reach its tolerance. It is an ErrNoConvergence.
type NoConvergenceError struct {
	// Iterations is how many were made.
	Iterations int
	// Reached is the bound on the error, or the residual, after them, in the measure that Tolerance has in the kernel.
	Reached, Tolerance float64
}

func (e *NoConvergenceError) Error() string {
	return fmt.Sprintf("%v: after %d iterations it is at %.2g, not within %.2g", ErrNoConvergence, e.Iterations,
		e.Reached, e.Tolerance)
}

// Unwrap returns ErrNoConvergence.
func (e *NoConvergenceError) Unwrap() error { return ErrNoConvergence }
