package graph

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"gave.network/graph/internal/snapfile"
)

// someGraph returns a random graph for tests of storage.
func someGraph(t testing.TB, r *rand.Rand, n, m int, o BuildOptions) *Graph {
	t.Helper()
	edges := make([]Edge, m)
	for i := range edges {
		edges[i] = Edge{uint32(r.IntN(n)), uint32(r.IntN(n)), 1 + float64(r.IntN(100))/8}
	}
	g, err := FromEdges(n, edges, o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func sameGraph(a, b *Graph) bool {
	a, b = a.arrays(), b.arrays()
	return a.N() == b.N() && a.directed == b.directed && a.loops == b.loops && a.Weighted() == b.Weighted() &&
		(a.N() == 0 || slices.Equal(a.offsets, b.offsets) && slices.Equal(a.inOffsets, b.inOffsets)) &&
		slices.Equal(a.targets, b.targets) && sameWeights(a.weights, b.weights) &&
		slices.Equal(a.inTargets, b.inTargets) && sameWeights(a.inWeights, b.inWeights)
}

func TestSnapshotIsTheGraph(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	graphs := []*Graph{{}}
	for kind := range 16 {
		o := BuildOptions{
			Directed: kind&1 > 0, Weighted: kind&2 > 0, KeepLoops: kind&4 > 0, Weights64: kind&8 > 0,
		}
		graphs = append(graphs, someGraph(t, r, 1, 0, o), someGraph(t, r, 50, 300, o))
	}
	for i, g := range graphs {
		path := filepath.Join(t.TempDir(), "graph.snapshot")
		if err := SaveSnapshot(path, g); err != nil {
			t.Fatal(err)
		}
		s, err := OpenSnapshot(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Verify(context.Background(), Options{Threads: 2}); err != nil {
			t.Fatal(err)
		}
		if !sameGraph(s.Graph, g) {
			t.Fatalf("graph %d comes back as another", i)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		left, err := os.ReadDir(filepath.Dir(path))
		if err != nil || len(left) != 1 {
			t.Fatalf("saving leaves files behind: %v, %v", left, err)
		}
	}
	if err := SaveSnapshot(filepath.Join(t.TempDir(), "no", "where"), graphs[1]); err == nil {
		t.Fatal("saving into a folder that is not there is no error")
	}
}

func TestSnapshotRefusesDamage(t *testing.T) {
	g := someGraph(t, rand.New(rand.NewPCG(11, 12)), 30, 100, BuildOptions{Weighted: true, Directed: true})
	var file bytes.Buffer
	if err := WriteSnapshot(&file, g); err != nil {
		t.Fatal(err)
	}
	whole := file.Bytes()
	if _, err := readSnapshot([]byte("0 1\n1 2\n")); !errors.Is(err, ErrNotSnapshot) {
		t.Errorf("an edge list: %v", err)
	}
	if _, err := readSnapshot(nil); !errors.Is(err, ErrNotSnapshot) {
		t.Errorf("an empty file: %v", err)
	}
	for length := range whole {
		if s, err := readSnapshot(whole[:length]); err == nil {
			t.Fatalf("cut off at %d of %d bytes it is opened: %v", length, len(whole), s)
		}
	}
	if _, err := readSnapshot(append(slices.Clone(whole), 0)); !errors.Is(err, ErrDamaged) {
		t.Errorf("a byte too many: %v", err)
	}
	// Any flipped bit of the header is seen when opening, any other by Verify, except in the blanks between sections.
	padding := 0
	for at := range whole {
		damaged := slices.Clone(whole)
		damaged[at] ^= 1 << (at % 8)
		s, err := readSnapshot(damaged)
		if err != nil {
			continue
		}
		if at < snapfile.Length {
			t.Fatalf("byte %d of the header is damaged and nobody sees it", at)
		}
		if s.Verify(context.Background(), Options{Threads: 1}) == nil {
			padding++
		}
	}
	if padding > 6*snapfile.Align {
		t.Fatalf("%d damaged bytes are not seen", padding)
	}
	newer := slices.Clone(whole)
	newer[8] = snapfile.WideOne + 1
	fixHeader(newer)
	if _, err := readSnapshot(newer); !errors.Is(err, ErrSnapshotVersion) {
		t.Errorf("a later version: %v", err)
	}
	older := slices.Clone(whole)
	older[8] = 1
	fixHeader(older)
	s, err := readSnapshot(older)
	if err != nil || !sameGraph(s.Graph, g) {
		t.Fatalf("the first version: %v", err)
	}
	if err := errors.Join(NewOverlay(s.Graph).Set(1, 1, -2), s.Verify(context.Background(), Options{})); err != nil {
		t.Errorf("a graph of the first version, whose rules nobody knows, refuses: %v", err)
	}
	older[12] |= snapfile.Signed
	fixHeader(older)
	if _, err := readSnapshot(older); !errors.Is(err, ErrDamaged) {
		t.Errorf("a flag that the first version did not have: %v", err)
	}
}

func TestSnapshotOpensAtOnce(t *testing.T) {
	g := someGraph(t, rand.New(rand.NewPCG(13, 14)), 100_000, 1_000_000, BuildOptions{})
	path := filepath.Join(t.TempDir(), "graph.snapshot")
	if err := SaveSnapshot(path, g); err != nil {
		t.Fatal(err)
	}
	fastest := time.Hour
	for range 20 {
		start := time.Now()
		s, err := OpenSnapshot(path)
		if err != nil {
			t.Fatal(err)
		}
		fastest = min(fastest, time.Since(start))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if fastest > 5*time.Millisecond {
		t.Fatalf("opening takes %v", fastest)
	}
}

func FuzzSnapshot(f *testing.F) {
	r := rand.New(rand.NewPCG(15, 16))
	for kind := range 4 {
		var file bytes.Buffer
		if err := WriteSnapshot(&file, someGraph(f, r, 5, 8,
			BuildOptions{Directed: kind&1 > 0, Weighted: kind&2 > 0, KeepLoops: true})); err != nil {
			f.Fatal(err)
		}
		f.Add(file.Bytes())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) >= snapfile.Length {
			fixHeader(data) // so that the fuzzer gets past the first checksum
		}
		s, err := readSnapshot(data)
		if err != nil {
			return
		}
		// The sums are set right too: the structure must be refused for its own sake.
		for i, part := range s.parts {
			s.sums[i] = checksum(part)
		}
		if s.Verify(context.Background(), Options{Threads: 1}) == nil {
			checkStructure(t, s.Graph)
		}
	})
}

func TestOverlayAgreesWithRebuilding(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	for round := range 200 {
		n := 2 + r.IntN(30)
		o := BuildOptions{
			Directed: round&1 > 0, Weighted: round&2 > 0, KeepLoops: round&4 > 0, Weights64: round&8 > 0,
		}
		base := someGraph(t, r, n, r.IntN(80), o)
		overlay := NewOverlay(base)
		edges := map[[2]uint32]float64{}
		base.Edges(func(u, v uint32, w float64) bool { edges[[2]uint32{u, v}] = w; return true })
		for range 3 {
			for range r.IntN(40) {
				u, v := uint32(r.IntN(n)), uint32(r.IntN(n))
				if u == v && !o.KeepLoops {
					continue
				}
				key := [2]uint32{u, v}
				if !o.Directed && v < u {
					key = [2]uint32{v, u}
				}
				var err error
				if r.IntN(2) == 0 {
					delete(edges, key)
					err = overlay.Remove(u, v)
				} else {
					edges[key] = 1 + float64(r.IntN(9))
					err = overlay.Set(u, v, edges[key])
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if r.IntN(2) == 0 {
				if _, err := overlay.AddNodes(3); err != nil {
					t.Fatal(err)
				}
				n += 3
			}
			list := make([]Edge, 0, len(edges))
			for key, w := range edges {
				list = append(list, Edge{key[0], key[1], w})
				if got, found := overlay.Weight(key[0], key[1]); !found || o.Weighted && got != w {
					t.Fatalf("weight %v, %v; want %v", got, found, w)
				}
			}
			want, err := FromEdges(n, list, o)
			if err != nil {
				t.Fatal(err)
			}
			got, err := overlay.Graph(context.Background(), Options{Threads: 1 + round%3})
			if err != nil {
				t.Fatal(err)
			}
			checkStructure(t, got)
			if !sameGraph(got, want) {
				t.Fatal("the overlay gives another graph than its edges")
			}
			if again, _ := overlay.Graph(context.Background(), Options{}); again != got {
				t.Fatal("without a change it is merged again")
			}
			if r.IntN(3) == 0 {
				if _, err := overlay.Rebase(context.Background(), Options{}); err != nil {
					t.Fatal(err)
				}
				if overlay.Changes() != 0 {
					t.Fatal("changes remain")
				}
			}
		}
	}
	// What the builder refuses or leaves out, the overlay refuses, also after a rebase and out of a snapshot.
	for kind := range 32 {
		o := BuildOptions{
			Directed: kind&1 > 0, Weighted: kind&2 > 0, KeepLoops: kind&4 > 0, Signed: kind&8 > 0,
			Weights64: kind&16 > 0,
		}
		base := someGraph(t, r, 9, 20, o)
		var file bytes.Buffer
		if err := WriteSnapshot(&file, base); err != nil {
			t.Fatal(err)
		}
		opened, err := ParseSnapshot(context.Background(), file.Bytes(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range []*Graph{base, opened} {
			overlay := NewOverlay(g)
			for range 2 {
				for _, e := range []Edge{
					{1, 2, 3},
					{1, 1, 3},
					{1, 2, -3},
					{2, 2, -1},
					{1, 2, math.Inf(1)},
					{1, 2, math.NaN()},
					{1, 2, 1e-50},
					{1, 2, 1e39},
					{1, 2, 0},
					{1, 99, 1},
					{99, 99, 1},
				} {
					built, want := FromEdges(9, []Edge{e}, o)
					if want == nil && built.M() == 0 {
						want = ErrLoop
					}
					err := overlay.Set(e.From, e.To, e.Weight)
					if (err == nil) != (want == nil) || err != nil && !errors.Is(want, err) {
						t.Fatalf("%+v in %+v: %v, the builder says %v", e, o, err, want)
					}
				}
				if _, err := overlay.Rebase(context.Background(), Options{}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	overlay := NewOverlay(&Graph{})
	if err := overlay.Set(0, 0, 1); !errors.Is(err, ErrNode) {
		t.Fatalf("an edge of no node: %v", err)
	}
}

func checksum(data []byte) uint32 { return crc32.Checksum(data, snapfile.Castagnoli) }

// fixHeader gives a changed header the checksum that it then needs.
func fixHeader(data []byte) { binary.LittleEndian.PutUint32(data[92:], checksum(data[:92])) }
