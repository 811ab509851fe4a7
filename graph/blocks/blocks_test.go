package blocks

import (
	"context"
	"errors"
	"math"
	"math/big"
	"reflect"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/random"
)

// TestLengthsOfOthers compares with graph-tool, as testdata/reference.py wrote down.
func TestLengthsOfOthers(t *testing.T) {
	var want map[string]struct {
		Group, Found []uint32
		Levels       [][]uint32
		Flat, Nested float64
		BestFlat     float64 `json:"best_flat"`
		BestNested   float64 `json:"best_nested"`
	}
	graphtest.Reference(t, &want)
	graphs := map[string]*graph.Graph{
		"karate":     graphtest.Classic(t, "karate", "", false, true),
		"friendship": graphtest.Classic(t, "krackhardt-hightech", "friendship", true, false),
		"cowork":     graphtest.Classic(t, "lazega-lawfirm", "cowork", true, false),
	}
	check := func(name string, g *graph.Graph, starts int, slack float64) {
		for _, flat := range []bool{true, false} {
			if flat && g.N() > 500 {
				continue
			}
			best := want[name].BestNested
			if flat {
				best = want[name].BestFlat
			}
			m, err := Fit(context.Background(), g, FitOptions{Flat: flat, Starts: starts}, graph.Options{})
			if err != nil || !(m.Length <= best*slack) {
				t.Errorf("%s, flat %v: %v nats in %d blocks, %v, others found %v",
					name, flat, m.Length, m.Count, err, best)
			}
			t.Logf("%s, flat %v: %v nats in %d blocks, others found %v", name, flat, m.Length, m.Count, best)
			counted, err := NestedLength(context.Background(), g, m.Levels, graph.Options{})
			if err != nil || !(math.Abs(counted-m.Length) <= 1e-9*m.Length) {
				t.Errorf("%s: counted again %v, %v", name, counted, err)
			}
		}
	}
	for name, g := range graphs {
		w := want[name]
		flat, err := Length(context.Background(), g, w.Group, graph.Options{})
		if err != nil || !(math.Abs(flat-w.Flat) <= 1e-9*w.Flat) {
			t.Errorf("%s: %v nats, %v, want %v", name, flat, err, w.Flat)
		}
		flat, err = Length(context.Background(), g, w.Found, graph.Options{})
		if err != nil || !(math.Abs(flat-w.BestFlat) <= 1e-9*w.BestFlat) {
			t.Errorf("%s: %v nats, %v, want %v", name, flat, err, w.BestFlat)
		}
		nested, err := NestedLength(context.Background(), g, w.Levels, graph.Options{})
		if err != nil || !(math.Abs(nested-w.Nested) <= 1e-9*w.Nested) {
			t.Errorf("%s: nested %v nats, %v, want %v", name, nested, err, w.Nested)
		}
		check(name, g, 4, 1.002)
	}
	mail := graphtest.RealGraph(t, "email-eu-core", "email")
	group := make([]uint32, mail.N())
	for v := range group {
		group[v] = uint32(v * 7 % 5)
	}
	flat, err := Length(context.Background(), mail, group, graph.Options{})
	if w := want["email-eu-core"].Flat; err != nil || !(math.Abs(flat-w) <= 1e-6*w) { // large degrees go by a formula
		t.Errorf("email-eu-core: %v nats, %v, want %v", flat, err, w)
	}
	check("email-eu-core", mail, 1, 1.02)
}

func TestPartitionsAreCounted(t *testing.T) {
	const most = 60
	var q [most + 1][most + 1]*big.Int
	for m := range q {
		for n := range q[m] {
			switch {
			case m == 0:
				q[m][n] = big.NewInt(1)
			case n == 0:
				q[m][n] = big.NewInt(0)
			case n > m:
				q[m][n] = q[m][m]
			default:
				q[m][n] = new(big.Int).Add(q[m][n-1], q[m-n][n])
			}
			if m == 0 || n == 0 {
				continue
			}
			x, _ := new(big.Float).SetInt(q[m][n]).Float64()
			if got := logPartitions(int64(m), int64(n)); !(math.Abs(got-math.Log(x)) <= 1e-12*max(1, got)) {
				t.Errorf("q(%d, %d) = %v, want %v", m, n, got, math.Log(x))
			}
		}
	}
	for _, n := range []int64{2, 5, 20, 100, 1000} { // where counting ends and the formula begins
		a, b := logPartitions(tableMost, n), logPartitions(tableMost+1, n)
		if !(math.Abs(a-b) <= 0.01*a) {
			t.Errorf("into %d: %v and %v", n, a, b)
		}
	}
}

// planted hides blocks in a graph: ties inside are likelier than between.
func planted(blocks, each int, inside, between float64, seed uint64) (*graph.Graph, []uint32) {
	r := random.New(seed, 0)
	of := make([]uint32, blocks*each)
	var ties []graphtest.Tie
	for u := range of {
		of[u] = uint32(u / each)
		for v := range u {
			chance := between
			if v/each == u/each {
				chance = inside
			}
			if r.Float() < chance {
				ties = append(ties, graphtest.Tie{U: uint32(u), V: uint32(v), Weight: 1})
			}
		}
	}
	return graphtest.Of(len(of), false, false, ties), of
}

func TestPlantedBlocksAreFound(t *testing.T) {
	for _, c := range []struct {
		blocks, each    int
		inside, between float64
	}{{4, 40, 0.3, 0.02}, {8, 25, 0.5, 0.03}, {3, 50, 0.02, 0.3}} {
		g, of := planted(c.blocks, c.each, c.inside, c.between, 11)
		m, err := Fit(context.Background(), g, FitOptions{Starts: 2}, graph.Options{})
		if err != nil || m.Count != c.blocks {
			t.Fatalf("%+v: %d blocks, %v", c, m.Count, err)
		}
		wrong := 0
		for v := range of {
			if m.Of[v] != m.Of[v/c.each*c.each] {
				wrong++
			}
		}
		if wrong > len(of)/50 {
			t.Errorf("%+v: %d nodes in the wrong block", c, wrong)
		}
	}
	// A random graph has no blocks.
	g, _ := planted(1, 150, 0.1, 0, 5)
	if m, err := Fit(context.Background(), g, FitOptions{}, graph.Options{}); err != nil || m.Count != 1 ||
		m.Length != m.OneBlock {
		t.Errorf("chance alone: %d blocks, %v", m.Count, err)
	}
}

func TestFitOnEachKind(t *testing.T) {
	graphtest.EachKind(t, 8, func(t *testing.T, g *graph.Graph, r *random.Source) {
		of := make([]uint32, g.N())
		for v := range of {
			of[v] = uint32(r.Below(3)) * 5
		}
		before, err := Length(context.Background(), g, of, graph.Options{})
		if err != nil || math.IsNaN(before) {
			t.Fatal(before, err)
		}
		for _, flat := range []bool{false, true} {
			var first *Model
			for _, threads := range graphtest.ThreadCounts {
				params, opts := FitOptions{Flat: flat, Starts: 2}, graph.Options{Threads: threads}
				m, err := Fit(context.Background(), g, params, opts)
				if err != nil {
					t.Fatal(err)
				}
				if m.Length > m.OneBlock || len(m.Of) != g.N() || !slices.Equal(m.Of, m.Levels[0]) {
					t.Errorf("%+v", m)
				}
				if first != nil && !reflect.DeepEqual(m, first) {
					t.Errorf("%+v with more threads, but %+v", m, first)
				}
				first = m
			}
			again, err := NestedLength(context.Background(), g, first.Levels, graph.Options{})
			if err != nil || !(math.Abs(again-first.Length) <= 1e-9*(1+first.Length)) {
				t.Errorf("%v, counted again %v, %v", first.Length, again, err)
			}
		}
	})
}

// TestCostsAreDifferences moves and merges at random, and compares what it was said to cost with the whole.
func TestCostsAreDifferences(t *testing.T) {
	graphtest.EachKind(t, 15, func(t *testing.T, g *graph.Graph, r *random.Source) {
		g, err := graph.Simple(context.Background(), g.Unweighted(), graph.Options{})
		if err != nil || g.N() < 6 {
			return
		}
		of := make([]uint32, g.N())
		for v := range of {
			of[v] = uint32(v % 3)
		}
		s, err := newState(context.Background(), g, of)
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			v, b := uint32(r.Below(uint64(g.N()))), uint32(r.Below(3))
			a := s.of[v]
			if a == b || s.size[a] == 1 {
				continue
			}
			to := map[uint32]int64{}
			for _, u := range g.Neighbors(v) {
				to[s.of[u]]++
			}
			near := sorted(to)
			said, was := s.moveCost(v, a, b, near, to), s.length()
			s.move(v, a, b, near, to)
			if now := s.length(); !(math.Abs(now-was-said) <= 1e-9*(1+now)) {
				t.Fatalf("a move costs %v, not %v", now-was, said)
			}
			other := slices.Clone(s.row)
			if err := s.count(3); err != nil || !reflect.DeepEqual(other, s.row) {
				t.Fatal("the rows are not those of the blocks", other, s.row)
			}
		}
		said, was := s.mergeCost(0, 1), s.length()-divisionLength(int64(g.N()), 3)
		for v := range s.of {
			s.of[v] = max(s.of[v], 1) - 1
		}
		if err := s.count(2); err != nil {
			t.Fatal(err)
		}
		now := s.length() - divisionLength(int64(g.N()), 2)
		if !(math.Abs(now-was-float64(said)/unit) <= 1e-7) {
			t.Fatalf("a merge costs %v, not %v", now-was, float64(said)/unit)
		}
	})
}

func TestRefusals(t *testing.T) {
	ctx, kite, opts := context.Background(), graphtest.Kite(), graph.Options{}
	if _, err := Fit(ctx, kite, FitOptions{Starts: -1}, opts); !errors.Is(err, graph.ErrParameter) {
		t.Error(err)
	}
	_, err1 := Length(ctx, kite, nil, opts)
	_, err2 := NestedLength(ctx, kite, nil, opts)
	_, err3 := NestedLength(ctx, kite, [][]uint32{make([]uint32, 10), {0, 0}}, opts)
	for _, err := range []error{err1, err2, err3} {
		if !errors.Is(err, graph.ErrLength) {
			t.Error(err)
		}
	}
}
