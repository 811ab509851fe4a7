package graphio

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"gave.network/graph"
	"gave.network/graph/external"
)

// sameBuilt reads a text both ways and compares snapshots, names and problems.
func sameBuilt(t *testing.T, text []byte, options ReadOptions, memory int64) {
	t.Helper()
	ctx := context.Background()
	folder := t.TempDir()
	from, to := filepath.Join(folder, "list.txt"), filepath.Join(folder, "list.snapshot")
	if err := os.WriteFile(from, text, 0o600); err != nil {
		t.Fatal(err)
	}
	want, wrong := ReadFile(ctx, from, options, graph.Options{Threads: 2})
	got, err := BuildSnapshot(ctx, from, to, options, external.Options{Memory: memory, Threads: 1, Directory: folder},
		graph.Options{Threads: 2})
	if wrong != nil || err != nil {
		if wrong == nil || err == nil {
			t.Fatalf("in memory %v, on disk %v", wrong, err)
		}
		return
	}
	var snapshot bytes.Buffer
	if err := graph.WriteSnapshot(&snapshot, want.Graph); err != nil {
		t.Fatal(err)
	}
	built, err := os.ReadFile(to)
	if err != nil || !bytes.Equal(built, snapshot.Bytes()) {
		t.Fatalf("%v: %d bytes, want %d, of %.200q", err, len(built), snapshot.Len(), text)
	}
	if got.Rejected != want.Rejected || !reflect.DeepEqual(got.Problems, want.Problems) ||
		got.Names.Len() != want.Names.Len() || (got.Names == nil) != (want.Names == nil) {
		t.Fatalf("%d rejected, want %d: %v, want %v; %d names, want %d, of %.200q", got.Rejected, want.Rejected,
			got.Problems, want.Problems, got.Names.Len(), want.Names.Len(), text)
	}
	for v := range want.Graph.N() {
		if got.Names.Name(uint32(v)) != want.Names.Name(uint32(v)) {
			t.Fatalf("node %d is %s, want %s", v, got.Names.Name(uint32(v)), want.Names.Name(uint32(v)))
		}
	}
}

func TestBuiltAsRead(t *testing.T) {
	texts := []string{
		"", "\n", "# nothing\n", "0 1", "\ufeff5 7\n7 9\n", "Source,Target,Weight\n1,2,0.5\n2,1,0.25\n1,1,3\n",
		"# c\n\n3 4\nbad line\n4 x\n5\n3 5000000000\n", "1 2\n3 99999999999\n", "anna ben\nben cleo 2\nx\n",
		"a;b;-1\nb;c;1e-60\n", "7 7\n", "1 1100000\n9 3\n", "\"a b\",c\n", "0 1 1e300\n1 2 nan\n",
	}
	for _, text := range texts {
		for bits := range 32 {
			options := ReadOptions{
				IDs: []IDs{AutoIDs, NumberIDs, NameIDs}[bits%3],
				Build: graph.BuildOptions{
					Directed: bits&1 != 0, Weighted: bits&2 != 0, Weights64: bits&4 != 0, KeepLoops: bits&8 != 0,
					Merge: graph.MergeMax,
				},
			}
			if bits&16 != 0 {
				options.Nodes = 12
			}
			sameBuilt(t, []byte(text), options, 1000)
		}
	}
	for seed := range uint64(2) { // some pieces long: numbers far apart, and names
		r := rand.New(rand.NewPCG(seed, 3))
		var text bytes.Buffer
		for line := range 400_000 {
			switch {
			case r.IntN(10_000) == 0:
				fmt.Fprintf(&text, "not a line %d\n", line)
			case seed == 0:
				fmt.Fprintf(&text, "%d %d\n", r.IntN(3000)*1_000_003, 5+r.IntN(1000)*4_000_037)
			default:
				fmt.Fprintf(&text, "person%d person%d\n", r.IntN(3000), r.IntN(5000))
			}
		}
		sameBuilt(t, text.Bytes(), ReadOptions{}, 1<<20)
	}
}

func TestBuiltFromPacked(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	fmt.Fprint(w, strings.Repeat("3 4\n4 5\n5 x\n", 1000))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	sameBuilt(t, packed.Bytes(), ReadOptions{}, 1000)
	sameBuilt(t, packed.Bytes(), ReadOptions{MaxBytes: 100}, 1000)
	from := filepath.Join(t.TempDir(), "x.graphml")
	if err := os.WriteFile(from, []byte("<graphml/>"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := BuildSnapshot(context.Background(), from, from+".snapshot", ReadOptions{}, external.Options{},
		graph.Options{})
	if !errors.Is(err, ErrNotEdgeList) {
		t.Errorf("%v", err)
	}
}

func ExampleBuildSnapshot() {
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	from, to := filepath.Join(folder, "friends.csv"), filepath.Join(folder, "friends.snapshot")
	if err := os.WriteFile(from, []byte("anna,ben\nben,cleo\ncleo,anna\ncleo,dora\n"), 0o600); err != nil {
		panic(err)
	}
	network, err := BuildSnapshot(context.Background(), from, to, ReadOptions{}, external.Options{Memory: 64 << 20},
		graph.Options{})
	if err != nil {
		panic(err)
	}
	snapshot, err := graph.OpenSnapshot(to)
	if err != nil {
		panic(err)
	}
	defer snapshot.Close()
	for _, v := range snapshot.Graph.Neighbors(2) {
		fmt.Println(network.Names.Name(v))
	}
	// Output:
	// anna
	// ben
	// dora
}
