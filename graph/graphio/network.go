package graphio

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"gave.network/graph"
)

// Network is what a reader makes of a file: the graph, what its nodes are called, their attributes, and what was wrong
// in the file.
type Network struct {
	Graph *graph.Graph
	// Names are what the file calls the nodes; nil when it calls them by their own numbers.
	Names *graph.Names
	// Nodes and Edges are the attributes that the file gives; nil when it gives none.
	Nodes, Edges *graph.Columns
	// Layers are the graphs of the file's layers, over the same nodes; nil when the file does not tell layers apart.
	// Graph is then all layers taken together.
	Layers []graph.Layer
	// Problems are the first records that could not be used, at most MaxProblems, in order of line; Rejected is how
	// many there were.
	Problems []Problem
	Rejected int64
}

// MaxProblems is how many problems of one file are told apart.
const MaxProblems = 100

// Problem says which line of a file could not be used, and why. Lines count from 1.
type Problem struct {
	Line   int64  `json:"line"`
	Reason string `json:"reason"`
	// Key and Values are the format of the reason and what the file says in it, for who says it in another language.
	Key    string `json:"-"`
	Values []any  `json:"-"`
}

func (p Problem) String() string { return fmt.Sprintf("line %d: %s", p.Line, p.Reason) }

// reject notes a record that cannot be used.
func (n *Network) reject(line int64, format string, values ...any) {
	n.Rejected++
	if len(n.Problems) < MaxProblems {
		n.Problems = append(n.Problems, reason{format, values}.in(line))
	}
}

// reason says why a record cannot be used; without a key nothing is wrong with it.
type reason struct {
	key    string
	values []any
}

// because makes a reason.
func because(key string, values ...any) reason { return reason{key, values} }

// in makes the problem of a line of a reason.
func (r reason) in(line int64) Problem {
	return Problem{line, fmt.Sprintf(r.key, r.values...), r.key, r.values}
}

// cut shortens what a file says to what fits in a sentence.
func cut(s string) string {
	if letters := []rune(s); len(letters) > 40 {
		return string(letters[:40])
	}
	return s
}

// problemAt is a problem whose place is known as a position in the text, not yet as a line.
type problemAt struct {
	at     int
	reason reason
}

// problemList keeps the first problems of a text.
type problemList struct {
	list  []problemAt
	count int64
}

func (p *problemList) add(at int, reason reason) {
	p.count++
	if len(p.list) < MaxProblems {
		p.list = append(p.list, problemAt{at, reason})
	}
}

// takeProblems turns positions in data into line numbers.
func (n *Network) takeProblems(data []byte, all []problemAt, count int64) {
	slices.SortStableFunc(all, func(a, b problemAt) int { return cmp.Compare(a.at, b.at) })
	all = all[:min(len(all), MaxProblems)]
	line, from := int64(1), 0
	for _, p := range all {
		line += int64(bytes.Count(data[from:p.at], []byte{'\n'}))
		from = p.at
		n.Problems = append(n.Problems, p.reason.in(line))
	}
	n.Rejected += count
}
