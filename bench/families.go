package main

import (
	"context"
	"fmt"
	"math/rand/v2"

	"gave.network/graph"
	"gave.network/graph/graphio"
)

// families are the kinds of networks that can be made up, each of so many nodes and ties as far as its kind allows.
var families = map[string]func(r *rand.Rand, nodes, ties int) (*graph.Graph, error){
	"social":      makeSocial,
	"rmat":        makeRMAT,
	"grid":        makeGrid,
	"small-world": makeSmallWorld,
}

// makeFile writes a made-up network of a kind: see writeBoth.
func makeFile(path, kind string, nodes, ties int, seed uint64) error {
	family, ok := families[kind]
	if !ok {
		return fmt.Errorf("there is no kind of network called %q", kind)
	}
	r := rand.New(rand.NewPCG(seed, 0))
	g, err := family(r, nodes, ties)
	if err != nil {
		return err
	}
	return writeBoth(path, g, r)
}

// makeRMAT makes a network whose degrees have a heavy tail: each tie falls into a quarter of the matrix with chances
// .57, .19, .19 and .05, and so on within it (Chakrabarti, Zhan & Faloutsos 2004, with the chances of Graph500). Nodes
// is rounded up to a power of two; those without a tie are left out, so there are fewer, and fewer ties, as many fall
// together.
func makeRMAT(r *rand.Rand, nodes, ties int) (*graph.Graph, error) {
	size := 1
	for size < nodes {
		size *= 2
	}
	number := r.Perm(size)
	compact := newCompact()
	for range ties {
		u, v := 0, 0
		for half := size / 2; half > 0; half /= 2 {
			switch x := r.Float64(); {
			case x < 0.57:
			case x < 0.76:
				v += half
			case x < 0.95:
				u += half
			default:
				u, v = u+half, v+half
			}
		}
		if u != v {
			compact.add(uint64(number[u]), uint64(number[v]))
		}
	}
	return compact.graph()
}

// makeGrid makes a network like one of roads: a square of crossings, each tied to those beside it. Ties follows from
// nodes.
func makeGrid(_ *rand.Rand, nodes, _ int) (*graph.Graph, error) {
	side := 1
	for side*side < nodes {
		side++
	}
	builder := graph.NewBuilder(graph.BuildOptions{})
	for y := range side {
		for x := range side {
			at := uint32(y*side + x)
			if x+1 < side {
				builder.Add(at, at+1)
			}
			if y+1 < side {
				builder.Add(at, at+uint32(side))
			}
		}
	}
	return builder.Graph(context.Background(), side*side, graph.Options{})
}

// makeSmallWorld makes a ring whose nodes are tied to those near them, and rewires a tenth of the ties to anywhere
// (Watts & Strogatz 1998).
func makeSmallWorld(r *rand.Rand, nodes, ties int) (*graph.Graph, error) {
	builder := graph.NewBuilder(graph.BuildOptions{})
	for u := range nodes {
		for near := 1; near <= max(ties/nodes, 1); near++ {
			v := (u + near) % nodes
			if r.Float64() < 0.1 {
				v = r.IntN(nodes)
			}
			if u != v {
				builder.Add(uint32(u), uint32(v))
			}
		}
	}
	return builder.Graph(context.Background(), nodes, graph.Options{})
}

// compact gives nodes new numbers as they come.
type compact struct {
	builder *graph.Builder
	numbers map[uint64]uint32
}

func newCompact() *compact {
	return &compact{graph.NewBuilder(graph.BuildOptions{}), map[uint64]uint32{}}
}

func (c *compact) number(node uint64) uint32 {
	n, known := c.numbers[node]
	if !known {
		n = uint32(len(c.numbers))
		c.numbers[node] = n
	}
	return n
}

func (c *compact) add(u, v uint64) { c.builder.Add(c.number(u), c.number(v)) }

func (c *compact) graph() (*graph.Graph, error) {
	return c.builder.Graph(context.Background(), len(c.numbers), graph.Options{})
}

// simplify writes a network of others in the same form: undirected, each tie once, without loops and without nodes that
// have no tie.
func simplify(path, from string, seed uint64) error {
	network, err := graphio.ReadFile(context.Background(), from, graphio.ReadOptions{}, graph.Options{})
	if err != nil {
		return err
	}
	compact := newCompact()
	network.Graph.Edges(func(u, v uint32, _ float64) bool {
		if u != v {
			compact.add(uint64(u), uint64(v))
		}
		return true
	})
	g, err := compact.graph()
	if err != nil {
		return err
	}
	return writeBoth(path, g, rand.New(rand.NewPCG(seed, 0)))
}
