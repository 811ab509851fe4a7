package graphcmd

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"gave.network/graph"
	"gave.network/graph/graphio"
	"gave.network/internal/parquetfile"
	"gave.network/internal/tie"
)

func writeTies(t *testing.T, name string, rows ...parquetfile.Tie) string {
	t.Helper()
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := parquetfile.NewWriter[parquetfile.Tie](file)
	if err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

func tieOf(owner, person, other byte, intensity float64, asOf int64) parquetfile.Tie {
	key := func(n byte) []byte { return append(make([]byte, 15), n) }
	return parquetfile.Tie{
		Owner: key(owner), Person: key(person), Other: key(other), Intensity: intensity, Peak: intensity, AsOf: asOf,
		LastInteraction: key(9), FirstContact: 1, Interactions: 1,
	}
}

// TestTiesInParquet reads a folder of ties, of two owners and with bad rows, and writes it as a snapshot, which is
// mapped.
func TestTiesInParquet(t *testing.T) {
	folder := t.TempDir()
	day := int64(86_400_000_000)
	writeTies(t, filepath.Join(folder, "a.parquet"), tieOf(0, 5, 2, 3, 180*day), tieOf(0, 3, 5, 2, 0))
	cut := tieOf(0, 2, 3, 1, 0)
	cut.Person = cut.Person[:3]
	writeTies(t, filepath.Join(folder, "b.parquet"), tieOf(7, 2, 5, 4, 0), tieOf(0, 3, 3, 1, 0),
		tieOf(0, 2, 3, math.NaN(), 0), cut)
	snapshot := filepath.Join(t.TempDir(), "ties.snapshot")
	result, err := Run(context.Background(), Request{Kernel: "convert", File: folder, Out: snapshot})
	if err != nil {
		t.Fatal(err)
	}
	if result.N != 3 || result.M != 2 || result.Reject != 3 || result.Problem[0].Line != 4 {
		t.Errorf("%+v", result)
	}
	opened, err := graph.OpenSnapshot(snapshot)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	// The people 2, 3 and 5 are nodes 0, 1 and 2. The evidence of two owners counts together, as it fades.
	if got, want := opened.Graph.Weights(0).At(0), tie.Strength(3+4*tie.Decay(180*day)); got != want {
		t.Errorf("strength %v, want %v", got, want)
	}
	names, err := os.ReadFile(filepath.Join(filepath.Dir(snapshot), "ties.nodes.csv"))
	if want := "Id\n00000000-0000-0000-0000-000000000002\n"; err != nil || string(names[:len(want)]) != want {
		t.Errorf("%v: %q", err, names)
	}
	again, err := graphio.ReadFile(context.Background(), snapshot, graphio.ReadOptions{}, graph.Options{})
	if err != nil || again.Graph.M() != 2 {
		t.Errorf("%v: %+v", err, again)
	}
	for name, file := range map[string]string{"not there": "nowhere", "no ties": t.TempDir()} {
		if _, err := Run(context.Background(), Request{Kernel: "degree", File: file}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	half := filepath.Join(t.TempDir(), "half.parquet")
	if err := os.WriteFile(half, []byte("PAR1 and no end"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(context.Background(), Request{Kernel: "degree", File: half}); err == nil {
		t.Error("half a file: no error")
	}
}

// TestTiesOnDisk builds the network of many ties on disk: it is the one in memory, to the last bit.
func TestTiesOnDisk(t *testing.T) {
	ctx := context.Background()
	r := rand.New(rand.NewPCG(1, 2))
	rows := make([]parquetfile.Tie, 3000)
	for i := range rows {
		rows[i] = tieOf(byte(r.IntN(3)), byte(r.IntN(40)), byte(r.IntN(40)), r.ExpFloat64(), r.Int64N(1<<45))
	}
	folder := t.TempDir()
	file := writeTies(t, filepath.Join(folder, "ties.parquet"), rows...)
	for _, bits := range []int{32, 64} {
		source, err := readTieSource(ctx, []string{file}, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		g, err := source.graphInMemory(ctx, bits)
		if err != nil {
			t.Fatal(err)
		}
		var want bytes.Buffer
		if err := graph.WriteSnapshot(&want, g); err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(folder, "ties.snapshot")
		result, err := Run(ctx, Request{Kernel: "convert", File: file, Out: out, Bits: bits})
		if err != nil || result.N != g.N() || result.M != g.M() || result.Reject == 0 {
			t.Fatalf("%v: %+v", err, result)
		}
		got, err := os.ReadFile(out)
		if err != nil || !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%v: %d bits: %d bytes, want %d", err, bits, len(got), want.Len())
		}
	}
	inMemory, err := Run(ctx, Request{Kernel: "pagerank", File: file})
	if err != nil {
		t.Fatal(err)
	}
	defer func(rows int64) { tieRowsInMemory = rows }(tieRowsInMemory)
	tieRowsInMemory = 0
	t.Setenv("TMPDIR", t.TempDir())
	onDisk, err := Run(ctx, Request{Kernel: "pagerank", File: file})
	if err != nil || !reflect.DeepEqual(inMemory.Result, onDisk.Result) {
		t.Errorf("%v: %v, want %v", err, onDisk.Result, inMemory.Result)
	}
	if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

// TestListOnDisk makes a snapshot of an edge list, with names beside it; a folder that is not there is told.
func TestListOnDisk(t *testing.T) {
	ctx := context.Background()
	folder := t.TempDir()
	file, out := filepath.Join(folder, "list.csv"), filepath.Join(folder, "list.snapshot")
	if err := os.WriteFile(file, []byte("anna,ben,0.5\nben,cleo,0.1\ncleo\nanna,ben,0.7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	request := Request{Kernel: "convert", File: file, Out: out, Weighted: true}
	result, err := Run(ctx, request)
	if err != nil || result.N != 3 || result.M != 2 || result.Reject != 1 || result.Problem[0].Line != 3 {
		t.Fatalf("%v: %+v", err, result)
	}
	snapshot, err := graph.OpenSnapshot(out)
	if err != nil {
		t.Fatal(err)
	}
	defer snapshot.Close()
	if w, _ := snapshot.Graph.Weight(0, 1); w != 0.7 {
		t.Errorf("weight %v", w)
	}
	if names, err := os.ReadFile(filepath.Join(folder, "list.nodes.csv")); string(names) != "Id\nanna\nben\ncleo\n" {
		t.Errorf("%v: %q", err, names)
	}
	request.Out = filepath.Join(folder, "nowhere", "x.snapshot")
	if _, err := Run(ctx, request); err == nil {
		t.Error("no error for a folder that is not there")
	}
}
