package community

import (
	"context"
	"math"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/random"
)

func TestMixingAgainstDefinition(t *testing.T) {
	graphtest.EachKind(t, 40, func(t *testing.T, g *graph.Graph, r *random.Source) {
		n := g.N()
		group, x, y := make([]uint32, n), make([]float64, n), make([]float64, n)
		for v := range n {
			group[v], x[v], y[v] = uint32(r.Below(3))*7, r.Float(), r.Float()
		}
		m, err := MixingMatrix(context.Background(), g, group, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, row := range m.Share {
			for _, e := range row {
				sum += e
			}
		}
		if g.Arcs() > 0 && !(math.Abs(sum-1) <= 1e-12) {
			t.Errorf("shares sum to %v", sum)
		}
		// Assortativity by expanding each end into a list of numbers is Pearson's correlation of the two lists.
		if !g.Directed() {
			y = x
		}
		var a, b, w []float64
		external, internal, whole := 0.0, 0.0, 0.0
		_ = eachArc(context.Background(), g, 1, func(u, v uint32, weight float64) {
			a, b, w = append(a, x[u]), append(b, y[v]), append(w, weight)
			if u != v {
				whole += weight
				if group[u] == group[v] {
					internal += weight
				} else {
					external += weight
				}
			}
		})
		got, err := NumericAssortativity(context.Background(), g, x, y, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var sw, sa, sb, sab, saa, sbb float64
		for i := range a {
			sw += w[i]
			sa += w[i] * a[i]
			sb += w[i] * b[i]
			sab += w[i] * a[i] * b[i]
			saa += w[i] * a[i] * a[i]
			sbb += w[i] * b[i] * b[i]
		}
		want := (sab/sw - sa/sw*sb/sw) / math.Sqrt((saa/sw-sa*sa/sw/sw)*(sbb/sw-sb*sb/sw/sw))
		if !math.IsNaN(got) {
			graphtest.CloseTo(t, "assortativity", []float64{got}, []float64{want}, 1e-6)
		}
		e, err := EIIndex(context.Background(), g, group, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		graphtest.CloseTo(t, "E-I index", []float64{e.Whole}, []float64{(external - internal) / whole}, 1e-12)
		for v := range n {
			inside, all := 0.0, 0.0
			_ = eachArc(context.Background(), g, 1, func(u, w uint32, weight float64) {
				if u != w && (u == uint32(v) || w == uint32(v)) {
					all += weight
					if group[u] == group[w] {
						inside += weight
					}
				}
			})
			graphtest.CloseTo(t, "E-I index of a node", []float64{e.Node[v]}, []float64{(all - 2*inside) / all}, 1e-12)
		}
	})
}

func BenchmarkDegreeAssortativity(b *testing.B) {
	graphtest.BenchThreads(b,
		func(opts graph.Options) error {
			_, err := DegreeAssortativity(context.Background(), graphtest.BenchGraph(b), opts)
			return err
		})
}

// The correlation of degrees is that of any other number, with loops, directions and several threads.
func TestDegreeAssortativityAgainstDefinition(t *testing.T) {
	defined := 0
	graphtest.EachKind(t, 60, func(t *testing.T, g *graph.Graph, _ *random.Source) {
		x, y := make([]float64, g.N()), make([]float64, g.N())
		for v := range uint32(g.N()) {
			x[v], y[v] = float64(g.Degree(v)), float64(g.InDegree(v))
			if !g.Directed() && g.HasEdge(v, v) {
				x[v]++
				y[v]++
			}
		}
		want, err := NumericAssortativity(context.Background(), g.Unweighted(), x, y, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		one, err := DegreeAssortativity(context.Background(), g, graph.Options{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		two, err := DegreeAssortativity(context.Background(), g, graph.Options{Threads: 2})
		if err != nil || math.Float64bits(one) != math.Float64bits(two) {
			t.Fatalf("%v with one thread, %v with two; %v", one, two, err)
		}
		if !math.IsNaN(want) {
			defined++
			graphtest.CloseTo(t, "assortativity", []float64{one}, []float64{want}, 1e-9)
		}
	})
	if defined < 10 {
		t.Errorf("only %d graphs have a correlation", defined)
	}
}

func TestNumericAssortativityOfAnySize(t *testing.T) {
	ties := []graphtest.Tie{{U: 0, V: 1, Weight: 1}, {U: 1, V: 2, Weight: 2}, {U: 2, V: 3, Weight: 1}}
	values := []float64{0, 1, 3, 4, math.NaN()} // nobody asks for the value of the last, who has no ties
	plain := graphtest.Of(5, false, true, ties)
	ask := func(g *graph.Graph, unit, offset float64) float64 {
		list := make([]float64, len(values))
		for v, x := range values {
			list[v] = math.FMA(x, unit, offset)
		}
		r, err := NumericAssortativity(context.Background(), g, list, list, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	want := ask(plain, 1, 0)
	if !(math.Abs(want-2.0/7) < 1e-12) {
		t.Fatalf("got %g", want)
	}
	for _, unit := range []float64{1e-300, 1e-20, 1e100, 1e307, -1e-40} {
		if got := ask(plain, unit, 0); !(math.Abs(got-want) < 1e-9) {
			t.Errorf("values of %g: got %g, want %g", unit, got, want)
		}
	}
	if got := ask(plain, 8e307, -1.6e308); !(math.Abs(got-want) < 1e-9) {
		t.Errorf("values of the whole range: got %g, want %g", got, want)
	}
	for _, constant := range []float64{0, 0.1, 1e-200, 1e300} {
		if got := ask(plain, 0, constant); !math.IsNaN(got) {
			t.Errorf("everybody %g: got %g", constant, got)
		}
	}
	tenths := make([]float64, 1500)
	for v := range tenths {
		tenths[v] = 0.1 // their mean is rounded
	}
	r, err := NumericAssortativity(context.Background(), graphtest.Social(1500, 4, 5), tenths, tenths, graph.Options{})
	if err != nil || !math.IsNaN(r) {
		t.Errorf("everybody a tenth: got %g, %v", r, err)
	}
	for _, unit := range []float64{1e-300, 8e307} {
		b := graph.NewBuilder(graph.BuildOptions{Weighted: true, Weights64: true})
		for _, tie := range ties {
			b.AddWeighted(tie.U, tie.V, tie.Weight*unit)
		}
		g, err := b.Graph(context.Background(), 5, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := ask(g, 1, 0); !(math.Abs(got-want) < 1e-9) {
			t.Errorf("weights of %g: got %g, want %g", unit, got, want)
		}
	}
}
