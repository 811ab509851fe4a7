package graph

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
)

func TestColumns(t *testing.T) {
	c := NewColumns(3)
	flag, size := c.Add("flag", Boolean), c.Add("size", Number)
	if err := errors.Join(flag.Set(0, "TRUE"), flag.Set(1, "0"), flag.Set(2, ""), size.Set(0, " 1.5 ")); err != nil {
		t.Fatal(err)
	}
	if flag.Text(0) != "true" || flag.Number(1) != 0 || flag.Has(2) || size.Text(0) != "1.5" ||
		size.Number(1) == size.Number(1) {
		t.Fatal(flag, size)
	}
	if flag.Set(0, "perhaps") == nil || size.Set(0, "large") == nil || size.Set(0, "1e-400") == nil ||
		size.Set(0, "0e-400") != nil || c.Add("whole", Integer).Set(0, "1.5") == nil {
		t.Fatal("a value of another kind is taken")
	}
	if c.Add("size", Text); len(c.All()) != 3 || c.Column("size").Kind != Text || c.Column("none") != nil {
		t.Fatal("a column is not replaced")
	}
	var none *Columns
	if none.Rows() != 0 || none.Column("x") != nil {
		t.Fatal("no columns are some")
	}
}

func TestMultilayer(t *testing.T) {
	ctx := context.Background()
	r := rand.New(rand.NewPCG(43, 44))
	work := someGraph(t, r, 20, 40, BuildOptions{Weighted: true})
	home := someGraph(t, r, 20, 40, BuildOptions{Weighted: true, Directed: true})
	m := NewMultilayer(20)
	if err := errors.Join(m.Add("work", work), m.Add("home", home), m.Add("work", work)); err != nil {
		t.Fatal(err)
	}
	if len(m.Layers()) != 2 || m.Layer("home") != home || m.Layer("none") != nil {
		t.Fatal(m.Layers())
	}
	if err := m.Add("small", someGraph(t, r, 3, 2, BuildOptions{})); !errors.Is(err, ErrLength) {
		t.Fatal(err)
	}
	flat, err := m.Flatten(ctx, BuildOptions{Directed: true, Weighted: true}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	checkStructure(t, flat)
	for u := range uint32(20) {
		for v := range uint32(20) {
			a, _ := work.Weight(u, v)
			b, _ := home.Weight(u, v)
			if got, _ := flat.Weight(u, v); got != a+b {
				t.Fatalf("%d-%d: %v, want %v", u, v, got, a+b)
			}
		}
	}
	if only, err := m.Flatten(ctx, BuildOptions{Weighted: true}, Options{}, "work"); err != nil ||
		!sameGraph(only, work) {
		t.Fatal(err)
	}
	if _, err := m.Flatten(ctx, BuildOptions{}, Options{}, "none"); !errors.Is(err, ErrParameter) {
		t.Fatal(err)
	}
	signed, err := FromEdges(4, []Edge{{0, 1, 2}, {1, 2, -3}, {2, 3, 0}, {0, 0, -1}},
		BuildOptions{Weighted: true, Signed: true, KeepLoops: true})
	if err != nil {
		t.Fatal(err)
	}
	signs := signed.Signs()
	checkStructure(t, signs.Layer("negative"))
	if w, _ := signs.Layer("negative").Weight(2, 1); w != 3 || signs.Layer("positive").M() != 1 ||
		signs.Layer("negative").M() != 2 {
		t.Fatal(w)
	}
}
