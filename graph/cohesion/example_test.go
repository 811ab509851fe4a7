package cohesion_test

import (
	"context"
	"fmt"

	"gave.network/graph/internal/graphtest"

	"gave.network/graph"
	"gave.network/graph/cohesion"
)

func ExampleKCore() {
	cores, err := cohesion.KCore(context.Background(), graphtest.Kite(), graph.Options{})
	fmt.Println(cores, err)
	// Output: [3 3 3 3 3 3 3 2 1 1] <nil>
}

func ExampleTriangles() {
	count, err := cohesion.Triangles(context.Background(), graphtest.Kite(), graph.Options{})
	fmt.Println(count, err)
	// Output: 11 <nil>
}

func ExampleCountTriangles() {
	c, err := cohesion.CountTriangles(context.Background(), graphtest.Kite(), graph.Options{})
	fmt.Printf("%d triangles, transitivity %.4f, %v\n", c.Triangles, c.Global, err)
	// Output: 11 triangles, transitivity 0.5789, <nil>
}

func ExampleEdgeOverlap() {
	edges, err := cohesion.EdgeOverlap(context.Background(), graphtest.Kite(), graph.Options{})
	last := edges[len(edges)-1]
	fmt.Println(len(edges), last.U, last.V, last.Value, err)
	// Output: 18 8 9 0 <nil>
}

func ExampleEdgeJaccard() {
	edges, err := cohesion.EdgeJaccard(context.Background(), graphtest.Kite(), graph.Options{})
	fmt.Println(edges[0].U, edges[0].V, edges[0].Value, err)
	// Output: 0 1 0.14285714285714285 <nil>
}

func ExampleLocalBridges() {
	bridges, err := cohesion.LocalBridges(context.Background(), graphtest.Kite(), graph.Options{})
	for _, b := range bridges {
		fmt.Println(b.U, b.V, b.Span == cohesion.NoOtherPath)
	}
	fmt.Println(err)
	// Output:
	// 7 8 true
	// 8 9 true
	// <nil>
}

func ExampleConstraint() {
	constraint, err := cohesion.Constraint(context.Background(), graphtest.Kite(), graph.Options{})
	fmt.Printf("%.3f %v\n", constraint[9], err)
	// Output: 1.000 <nil>
}

func ExampleStructuralHoles() {
	h, err := cohesion.StructuralHoles(context.Background(), graphtest.Kite(), graph.Options{})
	fmt.Printf("node 7: effective size %.2f of 3, efficiency %.2f, %v\n", h.EffectiveSize[7], h.Efficiency[7], err)
	// Output: node 7: effective size 2.33 of 3, efficiency 0.78, <nil>
}

func ExampleBrokerage() {
	roles, err := cohesion.Brokerage(
		context.Background(), graphtest.Kite(), []uint32{0, 0, 0, 0, 0, 0, 0, 1, 1, 1}, graph.Options{},
	)
	fmt.Printf("%+v %d %v\n", roles[7], roles[7].Total(), err)
	// Output: {Coordinator:0 Consultant:0 Gatekeeper:2 Representative:2 Liaison:0} 4 <nil>
}

func ExampleTriadCensus() {
	census, err := cohesion.TriadCensus(context.Background(), graphtest.Kite(), graph.Options{})
	fmt.Println(cohesion.TriadNames[15], census[15], err)
	// Output: 300 11 <nil>
}
