package graph

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"gave.network/graph/internal/decimal"
)

// Kind is the type of the values of a column.
type Kind uint8

// The kinds of columns. Text holds any value; the others what GraphML, GEXF and Gephi call double, long and boolean.
const (
	Text Kind = iota
	Number
	Integer
	Boolean
)

// Column is one attribute of all nodes, or of all edges: a value for each row, or none.
type Column struct {
	Name    string
	Kind    Kind
	texts   []string
	numbers []float64
	whole   []int64 // Integer, and Boolean as 0 and 1
	present []uint64
}

// Columns are the attributes of the nodes of a graph (one row for each node) or of its edges (one row for each edge,
// numbered as EdgeIndex numbers them). The zero value has no rows.
type Columns struct {
	rows int
	list []*Column
}

// NewColumns returns attributes for so many rows, without any column yet.
func NewColumns(rows int) *Columns { return &Columns{rows: rows} }

// Rows returns the number of rows.
func (c *Columns) Rows() int {
	if c == nil {
		return 0
	}
	return c.rows
}

// All returns the columns in the order in which they were added.
func (c *Columns) All() []*Column {
	if c == nil {
		return nil
	}
	return c.list
}

// Column returns the column of that name, or nil.
func (c *Columns) Column(name string) *Column {
	for _, column := range c.All() {
		if column.Name == name {
			return column
		}
	}
	return nil
}

// Add adds an empty column; a column of the same name is replaced.
func (c *Columns) Add(name string, kind Kind) *Column {
	column := &Column{Name: name, Kind: kind, present: make([]uint64, (c.rows+63)/64)}
	switch kind {
	case Text:
		column.texts = make([]string, c.rows)
	case Number:
		column.numbers = make([]float64, c.rows)
	default:
		column.whole = make([]int64, c.rows)
	}
	for i, old := range c.list {
		if old.Name == name {
			c.list[i] = column
			return column
		}
	}
	c.list = append(c.list, column)
	return column
}

// Has says whether a row has a value.
func (c *Column) Has(row int) bool { return c.present[row>>6]>>(row&63)&1 != 0 }

func (c *Column) mark(row int) { c.present[row>>6] |= 1 << (row & 63) }

// Text returns the value of a row as text, "" when it has none.
func (c *Column) Text(row int) string {
	switch {
	case !c.Has(row):
		return ""
	case c.Kind == Text:
		return c.texts[row]
	case c.Kind == Number:
		return strconv.FormatFloat(c.numbers[row], 'g', -1, 64)
	case c.Kind == Boolean:
		return strconv.FormatBool(c.whole[row] != 0)
	}
	return strconv.FormatInt(c.whole[row], 10)
}

// Number returns the value of a row as a number: a text is read as one, a boolean is 0 or 1. It is not-a-number where
// there is no value or the text is not a number.
func (c *Column) Number(row int) float64 {
	switch {
	case !c.Has(row):
		return math.NaN()
	case c.Kind == Text:
		x, err := strconv.ParseFloat(c.texts[row], 64)
		if err != nil {
			return math.NaN()
		}
		return x
	case c.Kind == Number:
		return c.numbers[row]
	}
	return float64(c.whole[row])
}

// Set reads a value as the column's kind. An empty text in a column of another kind means no value.
func (c *Column) Set(row int, value string) error {
	switch c.Kind {
	case Text:
		c.texts[row] = value
	case Number:
		value = strings.TrimSpace(value)
		if value == "" {
			return nil
		}
		x, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return fmt.Errorf("%q is not a number", value)
		}
		if x == 0 && !decimal.IsZero(value) {
			return fmt.Errorf("%q is too small for 64 bits, which would make it 0", value)
		}
		c.numbers[row] = x
	case Integer:
		value = strings.TrimSpace(value)
		if value == "" {
			return nil
		}
		x, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return fmt.Errorf("%q is not a whole number", value)
		}
		c.whole[row] = x
	case Boolean:
		value = strings.TrimSpace(value)
		if value == "" {
			return nil
		}
		x, err := strconv.ParseBool(strings.ToLower(value))
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", value)
		}
		c.whole[row] = 0
		if x {
			c.whole[row] = 1
		}
	}
	c.mark(row)
	return nil
}

// Codes returns the column as categories 0 … k-1 in order of first appearance, and what each code stands for; rows
// without a value have the code -1. This is the form in which mixing, brokerage and the E-I index take groups.
func (c *Column) Codes() (codes []int32, values []string) {
	codes = make([]int32, len(c.present)*64)[:c.rows()]
	known := map[string]int32{}
	for row := range codes {
		if !c.Has(row) {
			codes[row] = -1
			continue
		}
		value := c.Text(row)
		code, found := known[value]
		if !found {
			code = int32(len(values))
			known[value] = code
			values = append(values, value)
		}
		codes[row] = code
	}
	return codes, values
}

func (c *Column) rows() int { return max(len(c.texts), len(c.numbers), len(c.whole)) }

// EdgeIndex numbers the edges of a graph 0 … M()-1 in the order in which Edges visits them, so that columns can belong
// to them.
type EdgeIndex struct {
	graph *Graph
	first []int64 // number of the first edge {u, v} with v >= u
}

// NewEdgeIndex returns the numbering of g's edges; it takes 8 bytes for each node.
func NewEdgeIndex(g *Graph) *EdgeIndex {
	index := &EdgeIndex{graph: g, first: make([]int64, g.N()+1)}
	for u := range uint32(g.N()) {
		row := g.Neighbors(u)
		skipped := 0
		if !g.directed {
			skipped, _ = searchRow(row, u)
		}
		index.first[u+1] = index.first[u] + int64(len(row)-skipped)
	}
	return index
}

// Number returns the number of the edge between u and v (of the arc from u to v in a directed graph), and whether there
// is one.
func (e *EdgeIndex) Number(u, v uint32) (int64, bool) {
	if !e.graph.directed && v < u {
		u, v = v, u
	}
	row := e.graph.Neighbors(u)
	at, found := searchRow(row, v)
	if !e.graph.directed {
		skipped, _ := searchRow(row, u)
		at -= skipped
	}
	return e.first[u] + int64(at), found
}
