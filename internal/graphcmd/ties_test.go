package graphcmd

import (
	"context"
	"math"
	"os"
	"path/filepath"
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
