package graph

import (
	"context"
	"fmt"

	"gave.network/graph/internal/ranges"
)

// Layer is one kind of tie among the nodes of a Multilayer network: advice, friendship, money.
type Layer struct {
	Name  string
	Graph *Graph
}

// Multilayer is several graphs over one set of nodes. Layers may differ in direction, weights and signs.
type Multilayer struct {
	nodes  int
	layers []Layer
}

// NewMultilayer returns a network of so many nodes without layers.
func NewMultilayer(nodes int) *Multilayer { return &Multilayer{nodes: nodes} }

// N returns the number of nodes, the same in every layer.
func (m *Multilayer) N() int { return m.nodes }

// Layers returns the layers in the order in which they were added.
func (m *Multilayer) Layers() []Layer { return m.layers }

// Layer returns the graph of the layer with that name, or nil.
func (m *Multilayer) Layer(name string) *Graph {
	for _, layer := range m.layers {
		if layer.Name == name {
			return layer.Graph
		}
	}
	return nil
}

// Add adds a layer, or replaces the layer of that name. It returns ErrLength when the graph has another number of
// nodes.
func (m *Multilayer) Add(name string, g *Graph) error {
	if g.N() != m.nodes {
		return fmt.Errorf("graph: layer %q has %d nodes, not %d: %w", name, g.N(), m.nodes, ErrLength)
	}
	for i := range m.layers {
		if m.layers[i].Name == name {
			m.layers[i].Graph = g
			return nil
		}
	}
	m.layers = append(m.layers, Layer{name, g})
	return nil
}

// Flatten returns one graph of the layers with the given names, all layers when no names are given: an edge in several
// layers becomes one, its weight combined as options.Merge says. The edges of an undirected layer count in both
// directions when options.Directed is set. It returns ErrParameter for a name that no layer has.
func (m *Multilayer) Flatten(ctx context.Context, options BuildOptions, opts Options, names ...string) (*Graph, error) {
	chosen := make([]*Graph, 0, len(m.layers))
	for _, layer := range m.layers {
		if len(names) == 0 {
			chosen = append(chosen, layer.Graph)
		}
	}
	for _, name := range names {
		g := m.Layer(name)
		if g == nil {
			return nil, fmt.Errorf("graph: there is no layer %q: %w", name, ErrParameter)
		}
		chosen = append(chosen, g)
	}
	builder := NewBuilder(options)
	edges := 0
	for _, g := range chosen {
		g.Edges(func(u, v uint32, weight float64) bool {
			edges++
			builder.AddWeighted(u, v, weight)
			if options.Directed && !g.directed && u != v {
				builder.AddWeighted(v, u, weight)
			}
			return !ranges.Ended(ctx, edges)
		})
	}
	return builder.Graph(ctx, m.nodes, opts)
}

// Signs splits a signed graph by the sign of its weights: the positive layer keeps the ties above zero, the negative
// layer those below, with their absolute weight. Ties of weight zero are in neither. An unweighted graph is positive.
func (g *Graph) Signs() *Multilayer {
	m := NewMultilayer(g.N())
	m.layers = []Layer{{"positive", g.signed(1)}, {"negative", g.signed(-1)}}
	return m
}

func (g *Graph) signed(sign float64) *Graph {
	g = g.arrays()
	out := &Graph{directed: g.directed, rules: rules{keepLoops: g.rules.keepLoops}}
	rows := func(offsets []int64, targets []uint32, weights Weights) ([]int64, []uint32, Weights) {
		ends := make([]int64, len(offsets))
		var kept []uint32
		strength := newWeights(int64(len(targets)), weights.Wide())
		for v := range len(offsets) - 1 {
			for i := offsets[v]; i < offsets[v+1]; i++ {
				if w := weights.At(int(i)); w*sign > 0 {
					strength.set(int64(len(kept)), w*sign)
					kept = append(kept, targets[i])
				}
			}
			ends[v+1] = int64(len(kept))
		}
		return ends, kept, strength.Slice(0, int64(len(kept)))
	}
	out.offsets, out.targets, out.weights = rows(g.offsets, g.targets, g.weights)
	out.inOffsets, out.inTargets, out.inWeights = out.offsets, out.targets, out.weights
	if g.directed {
		out.inOffsets, out.inTargets, out.inWeights = rows(g.inOffsets, g.inTargets, g.inWeights)
	}
	for v := range uint32(out.N()) {
		if _, found := searchRow(out.Neighbors(v), v); found {
			out.loops++
		}
	}
	return out
}
