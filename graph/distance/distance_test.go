package distance_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"gave.network/graph"
	"gave.network/graph/distance"
)

// breadthFirst returns how far all nodes are from one, -1 where there is no way.
func breadthFirst(g *graph.Graph, from uint32) []int {
	out := make([]int, g.N())
	for v := range out {
		out[v] = -1
	}
	out[from] = 0
	queue := []uint32{from}
	for at := 0; at < len(queue); at++ {
		for _, u := range g.Neighbors(queue[at]) {
			if out[u] < 0 {
				out[u] = out[queue[at]] + 1
				queue = append(queue, u)
			}
		}
	}
	return out
}

func check(t testing.TB, what string, l *distance.Labels, g *graph.Graph) {
	t.Helper()
	for u := range uint32(g.N()) {
		for v, want := range breadthFirst(g, u) {
			got, way := l.Distance(u, uint32(v))
			if way != (want >= 0) || way && got != want {
				t.Fatalf("%s: from %d to %d %d (%v), want %d", what, u, v, got, way, want)
			}
		}
	}
}

func build(t testing.TB, n int, edges []graph.Edge) *graph.Graph {
	t.Helper()
	g, err := graph.FromEdges(n, edges, graph.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func someEdges(r *rand.Rand, n, m int) []graph.Edge {
	edges := make([]graph.Edge, m)
	for i := range edges {
		u, v := r.IntN(n), r.IntN(n)
		if i%2 == 0 { // some nodes are busy
			u = r.IntN(1 + r.IntN(n))
		}
		edges[i] = graph.Edge{From: uint32(u), To: uint32(v)}
	}
	return edges
}

// All distances are those of breadth-first search, before ties come and after each.
func TestDistances(t *testing.T) {
	ctx := context.Background()
	for seed := range uint64(90) {
		r := rand.New(rand.NewPCG(seed, 6))
		n := 1 + r.IntN(60)
		if seed%30 == 0 {
			n = 300
		}
		edges := someEdges(r, n, r.IntN(3*n))
		g := build(t, n, edges)
		l, err := distance.New(ctx, g, distance.Options{Groups: int(seed%5) - 1},
			graph.Options{Threads: 1 + int(seed%2)})
		if err != nil {
			t.Fatal(err)
		}
		check(t, fmt.Sprintf("seed %d", seed), l, g)
		steps := 25
		if n == 300 {
			steps = 6
		}
		for step := range steps {
			u, v := uint32(r.IntN(n)), uint32(r.IntN(n))
			if u == v {
				continue
			}
			edges = append(edges, graph.Edge{From: u, To: v})
			if err := l.Insert(u, v); err != nil {
				t.Fatal(err)
			}
			check(t, fmt.Sprintf("seed %d, step %d", seed, step), l, build(t, n, edges))
		}
		// The file has it all.
		now := build(t, n, edges)
		var file bytes.Buffer
		if err := l.Write(&file); err != nil {
			t.Fatal(err)
		}
		again, err := distance.Read(bytes.NewReader(file.Bytes()), now)
		if err != nil {
			t.Fatal(err)
		}
		check(t, fmt.Sprintf("seed %d, read again", seed), again, now)
		if n > 2 {
			if err := again.Insert(0, uint32(n-1)); err != nil {
				t.Fatal(err)
			}
			check(t, "after that", again, build(t, n, append(edges, graph.Edge{From: 0, To: uint32(n - 1)})))
		}
	}
}

func TestShapes(t *testing.T) {
	ctx := context.Background()
	shapes := map[string]func(add func(u, v int)){
		"nothing": func(func(u, v int)) {},
		"path": func(add func(u, v int)) {
			for v := range 199 {
				add(v, v+1)
			}
		},
		"grid": func(add func(u, v int)) {
			for v := range 200 {
				if v%20 < 19 {
					add(v, v+1)
				}
				if v < 180 {
					add(v, v+20)
				}
			}
		},
		"star": func(add func(u, v int)) {
			for v := 1; v < 200; v++ {
				add(0, v)
			}
		},
		"two": func(add func(u, v int)) {
			for v := range 199 {
				if v != 99 {
					add(v, v+1)
				}
				add(v/100*100, v)
			}
		},
	}
	for name, shape := range shapes {
		var edges []graph.Edge
		shape(func(u, v int) { edges = append(edges, graph.Edge{From: uint32(u), To: uint32(v)}) })
		g := build(t, 200, edges)
		for _, groups := range []int{-1, 0, 1, 3, 200} {
			l, err := distance.New(ctx, g, distance.Options{Groups: groups}, graph.Options{})
			if err != nil {
				t.Fatal(err)
			}
			check(t, name, l, g)
			if err := l.Insert(0, 150); err != nil {
				t.Fatal(err)
			}
			check(t, name+" and a short cut", l, build(t, 200, append(edges, graph.Edge{From: 0, To: 150})))
		}
	}
	empty, err := distance.New(ctx, build(t, 0, nil), distance.Options{}, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, way := empty.Distance(0, 1); way {
		t.Error("a way in an empty graph")
	}
	directed, err := graph.FromEdges(3, nil, graph.BuildOptions{Directed: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := distance.New(ctx, directed, distance.Options{}, graph.Options{}); !errors.Is(err, graph.ErrParameter) {
		t.Errorf("directed: %v", err)
	}
	l, err := distance.New(ctx, build(t, 4, nil), distance.Options{}, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []struct {
		u, v uint32
		want error
	}{{1, 1, graph.ErrLoop}, {1, 4, graph.ErrNode}, {1, 2, nil}, {1, 2, nil}} {
		if err := l.Insert(bad.u, bad.v); !errors.Is(err, bad.want) {
			t.Errorf("%d-%d: %v, want %v", bad.u, bad.v, err, bad.want)
		}
	}
}

// The labels are the same at any number of threads, and building them ends when it is told to.
func TestThreadsAndEnd(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	g := build(t, 3000, someEdges(r, 3000, 9000))
	var files [2]bytes.Buffer
	for i := range files {
		l, err := distance.New(context.Background(), g, distance.Options{Groups: 8}, graph.Options{Threads: 1 + 2*i})
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Write(&files[i]); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0].Bytes(), files[1].Bytes()) {
		t.Error("other labels with more threads")
	}
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer stop()
	begin := time.Now()
	if _, err := distance.New(ctx, g, distance.Options{}, graph.Options{Threads: 1}); err == nil {
		t.Error("it did not end")
	}
	if took := time.Since(begin); took > 500*time.Millisecond {
		t.Errorf("it ended after %v", took)
	}
}

// A file that is cut off or changed is refused, and harms nobody.
func TestDamaged(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	g := build(t, 100, someEdges(r, 100, 200))
	l, err := distance.New(context.Background(), g, distance.Options{Groups: 2}, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := l.Write(&file); err != nil {
		t.Fatal(err)
	}
	for at := 0; at < file.Len(); at += 7 {
		changed := bytes.Clone(file.Bytes())
		changed[at] ^= 1 << (at % 8)
		if _, err := distance.Read(bytes.NewReader(changed), g); err == nil {
			t.Fatalf("byte %d was changed and nobody saw it", at)
		}
		if _, err := distance.Read(bytes.NewReader(file.Bytes()[:at]), g); !errors.Is(err, graph.ErrDamaged) {
			t.Fatalf("cut off at %d: %v", at, err)
		}
	}
	other := build(t, 100, someEdges(r, 100, 150))
	if _, err := distance.Read(&file, other); !errors.Is(err, graph.ErrParameter) {
		t.Errorf("labels of another graph: %v", err)
	}
}

func FuzzInsert(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 2, 3}, 1)
	f.Fuzz(func(t *testing.T, data []byte, groups int) {
		var edges []graph.Edge
		l, err := distance.New(context.Background(), build(t, 20, nil), distance.Options{Groups: max(-1, groups%4)},
			graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; len(data) >= 2; i, data = i+1, data[2:] {
			u, v := uint32(data[0]%20), uint32(data[1]%20)
			if u == v {
				continue
			}
			edges = append(edges, graph.Edge{From: u, To: v})
			g := build(t, 20, edges)
			if i == 8 {
				l, err = distance.New(context.Background(), g, distance.Options{Groups: groups % 4}, graph.Options{})
				if err != nil {
					t.Fatal(err)
				}
			}
			if err := l.Insert(u, v); err != nil {
				t.Fatal(err)
			}
			check(t, "fuzzed", l, g)
		}
	})
}
