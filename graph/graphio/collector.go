package graphio

import (
	"context"
	"math"
	"slices"
	"strconv"

	"gave.network/graph"
	"gave.network/graph/internal/decimal"
)

// collector gathers what a reader finds in a file, in any order, and makes a Network of it.
type collector struct {
	network Network
	options ReadOptions
	names   *graph.Names
	edges   []collectedEdge
	// What the file says of direction. Where it says both, the graph is directed and undirected edges are arcs both
	// ways.
	someDirected, someUndirected bool
	layers                       []string
	nodeValues, edgeValues       valueTable
}

type collectedEdge struct {
	graph.Edge
	directed bool
	layer    int32 // -1: no layer
}

// valueTable holds the values of attributes before it is known how many rows there are.
type valueTable struct{ list []*valueColumn }

type valueColumn struct {
	name   string
	kind   graph.Kind
	typed  bool // the file states the kind
	values []rowValue
}

type rowValue struct {
	row   int
	value string
}

func newCollector(options ReadOptions) *collector {
	return &collector{options: options, names: graph.NewNames(nil)}
}

// column returns the column of that name, new or old.
func (t *valueTable) column(name string) *valueColumn {
	for _, c := range t.list {
		if c.name == name {
			return c
		}
	}
	c := &valueColumn{name: name}
	t.list = append(t.list, c)
	return c
}

func (c *valueColumn) set(row int, value string) { c.values = append(c.values, rowValue{row, value}) }

// layer returns the number of a layer.
func (c *collector) layer(name string) int32 {
	at := slices.Index(c.layers, name)
	if at < 0 {
		at = len(c.layers)
		c.layers = append(c.layers, name)
	}
	return int32(at)
}

// edge adds an edge and returns its row; a bad weight is a problem of that line and adds none.
func (c *collector) edge(line int64, from, to uint32, weight string, directed bool, layer int32) (row int, good bool) {
	e := collectedEdge{graph.Edge{From: from, To: to, Weight: 1}, directed, layer}
	if c.options.Build.Weighted && weight != "" {
		w, wrong := readWeight([]byte(weight), c.options.Build)
		if wrong.key != "" {
			c.network.reject(line, wrong.key, wrong.values...)
			return 0, false
		}
		e.Weight = w
	}
	if directed {
		c.someDirected = true
	} else {
		c.someUndirected = true
	}
	c.edges = append(c.edges, e)
	return len(c.edges) - 1, true
}

// finish builds the graphs and columns. nodes is how many nodes the file says there are.
func (c *collector) finish(ctx context.Context, nodes int, opts graph.Options) (*Network, error) {
	n := max(nodes, c.names.Len(), c.options.Nodes)
	build := c.options.Build
	if c.someDirected || c.someUndirected {
		build.Directed = c.someDirected
	}
	builder := graph.NewBuilder(build)
	layers := make([]*graph.Builder, len(c.layers))
	for i := range layers {
		layers[i] = graph.NewBuilder(build)
	}
	for _, e := range c.edges {
		for _, b := range [2]*graph.Builder{builder, layerOf(layers, e.layer)} {
			if b == nil {
				continue
			}
			b.AddWeighted(e.From, e.To, e.Weight)
			if build.Directed && !e.directed && e.From != e.To {
				b.AddWeighted(e.To, e.From, e.Weight)
			}
		}
	}
	var err error
	if c.network.Graph, err = builder.Graph(ctx, n, opts); err != nil {
		return nil, err
	}
	for i, b := range layers {
		g, err := b.Graph(ctx, n, opts)
		if err != nil {
			return nil, err
		}
		c.network.Layers = append(c.network.Layers, graph.Layer{Name: c.layers[i], Graph: g})
	}
	if c.names.Len() > 0 {
		c.network.Names = c.names
	}
	c.network.Nodes = c.nodeValues.columns(n, func(row int) int { return row })
	if len(c.edgeValues.list) > 0 {
		index := graph.NewEdgeIndex(c.network.Graph)
		c.network.Edges = c.edgeValues.columns(int(c.network.Graph.M()), func(row int) int {
			number, found := index.Number(c.edges[row].From, c.edges[row].To)
			if !found { // a self-loop that was left out
				return -1
			}
			return int(number)
		})
	}
	return &c.network, nil
}

func layerOf(layers []*graph.Builder, layer int32) *graph.Builder {
	if layer < 0 {
		return nil
	}
	return layers[layer]
}

// columns makes columns of the values; of several values for one row the first stays. A column that is said to be of a
// kind that some value is not of becomes text, so that no value is lost.
func (t *valueTable) columns(rows int, rowOf func(int) int) *graph.Columns {
	if len(t.list) == 0 {
		return nil
	}
	table := graph.NewColumns(rows)
	for _, c := range t.list {
		kind := c.kind
		if !c.typed {
			kind = guessKind(c.values)
		}
		for !fill(table.Add(c.name, kind), c.values, rowOf) {
			kind = graph.Text
		}
	}
	return table
}

func fill(column *graph.Column, values []rowValue, rowOf func(int) int) bool {
	for _, v := range values {
		if row := rowOf(v.row); row >= 0 && !column.Has(row) {
			if column.Set(row, v.value) != nil {
				return false
			}
		}
	}
	return true
}

// guessKind returns Integer or Number when all values are such numbers, written so that nothing is lost by reading them
// as numbers.
func guessKind(values []rowValue) graph.Kind {
	kind := graph.Integer
	for _, v := range values {
		if v.value == "" {
			continue
		}
		if kind == graph.Integer {
			if x, err := strconv.ParseInt(v.value, 10, 64); err == nil && strconv.FormatInt(x, 10) == v.value {
				continue
			}
			kind = graph.Number
		}
		x, err := strconv.ParseFloat(v.value, 64)
		if err != nil || math.IsInf(x, 0) || math.IsNaN(x) || x == 0 && !decimal.IsZero(v.value) ||
			len(v.value) > 1 && v.value[0] == '0' && v.value[1] != '.' {
			return graph.Text
		}
	}
	if len(values) == 0 {
		return graph.Text
	}
	return kind
}

// edgeRows calls visit for each edge of a network with its row in Edges, and the name of its layer when the network has
// layers: then every layer's edges in turn.
func (n *Network) edgeRows(visit func(layer string, u, v uint32, weight float64, row int)) {
	if len(n.Layers) == 0 {
		row := 0
		n.Graph.Edges(func(u, v uint32, w float64) bool {
			visit("", u, v, w, row)
			row++
			return true
		})
		return
	}
	index := graph.NewEdgeIndex(n.Graph)
	for _, layer := range n.Layers {
		layer.Graph.Edges(func(u, v uint32, w float64) bool {
			row, found := index.Number(u, v)
			if !found {
				row = -1
			}
			visit(layer.Name, u, v, w, int(row))
			return true
		})
	}
}
