package cliques

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/random"
)

func all(t *testing.T, g *graph.Graph, least, threads int) [][]uint32 {
	t.Helper()
	var list [][]uint32
	err := Maximal(context.Background(), g, least, func(clique []uint32) bool {
		list = append(list, clique)
		return true
	}, graph.Options{Threads: threads})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestCliquesOfOthers compares with networkx and igraph, as testdata/reference.py wrote down.
func TestCliquesOfOthers(t *testing.T) {
	var want map[string]struct {
		Sizes       []int
		Cliques     [][]uint32
		Percolation map[int][][]uint32
	}
	graphtest.Reference(t, &want)
	graphs := map[string]*graph.Graph{
		"karate":     graphtest.Classic(t, "karate", "", false, false),
		"friendship": graphtest.Classic(t, "krackhardt-hightech", "friendship", true, false),
		"cowork":     graphtest.Classic(t, "lazega-lawfirm", "cowork", true, false),
	}
	for name, g := range graphs {
		list := all(t, g, 1, 2)
		slices.SortFunc(list, slices.Compare)
		if want[name].Cliques != nil && !reflect.DeepEqual(list, want[name].Cliques) {
			t.Errorf("%s: %v, want %v", name, list, want[name].Cliques)
		}
		checkSizes(t, name, list, want[name].Sizes)
		for k, groups := range want[name].Percolation {
			cover, err := Percolation(context.Background(), g, k, graph.Options{})
			if err != nil || !slices.EqualFunc(cover.Groups, groups, slices.Equal) {
				t.Errorf("%s: by cliques of %d %v, %v, want %v", name, k, cover.Groups, err, groups)
			}
		}
	}
	mail := graphtest.RealGraph(t, "email-eu-core", "email")
	checkSizes(t, "email-eu-core", all(t, mail, 2, 2), want["email-eu-core"].Sizes)
}

func checkSizes(t *testing.T, name string, list [][]uint32, want []int) {
	t.Helper()
	sizes := make([]int, len(want))
	for _, clique := range list {
		sizes[len(clique)]++
	}
	sizes[1] = want[1] // of nodes without ties others have none
	if !slices.Equal(sizes, want) {
		t.Errorf("%s: sizes %v, want %v", name, sizes, want)
	}
}

func TestCliquesAgainstAllSets(t *testing.T) {
	graphtest.EachKind(t, 25, func(t *testing.T, g *graph.Graph, r *random.Source) {
		a := graphtest.Symmetric(g)
		n := len(a)
		near := make([]uint32, n)
		for u := range a {
			for v := range a {
				if a[u][v] != 0 {
					near[u] |= 1 << v
				}
			}
		}
		isClique := func(set uint32) bool {
			for v := range n {
				if set>>v&1 == 1 && set&^near[v] != 1<<v {
					return false
				}
			}
			return true
		}
		var want [][]uint32
		small := map[int][]uint32{} // cliques of k
		for set := uint32(1); set < 1<<n; set++ {
			if !isClique(set) {
				continue
			}
			maximal := true
			var list []uint32
			for v := range n {
				if set>>v&1 == 1 {
					list = append(list, uint32(v))
				} else if set&^near[v] == 0 {
					maximal = false
				}
			}
			small[len(list)] = append(small[len(list)], set)
			if maximal {
				want = append(want, list)
			}
		}
		slices.SortFunc(want, slices.Compare)
		var first [][]uint32
		for _, threads := range graphtest.ThreadCounts {
			list := all(t, g, 1, threads)
			if first != nil && !reflect.DeepEqual(first, list) {
				t.Error("another order with more threads")
			}
			first = slices.Clone(list)
			slices.SortFunc(list, slices.Compare)
			if !reflect.DeepEqual(list, want) {
				t.Errorf("%v, want %v", list, want)
			}
			k := int(r.Below(3)) + 2
			cover, err := Percolation(context.Background(), g, k, graph.Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			checkPercolation(t, n, cover, small[k], k)
		}
		large := all(t, g, 3, 1)
		for _, clique := range first {
			in := slices.ContainsFunc(large, func(c []uint32) bool { return slices.Equal(c, clique) })
			if len(clique) >= 3 != in {
				t.Errorf("%v among %v", clique, large)
			}
		}
	})
}

// checkPercolation goes by the definition: cliques of k that have k-1 nodes in common.
func checkPercolation(t *testing.T, n int, cover *Cover, sets []uint32, k int) {
	t.Helper()
	count := func(x uint32) (c int) {
		for ; x != 0; x &= x - 1 {
			c++
		}
		return c
	}
	var groups []uint32
	done := make([]bool, len(sets))
	for i := range sets {
		if done[i] {
			continue
		}
		done[i] = true
		group, next := sets[i], []int{i}
		for len(next) > 0 {
			at := next[0]
			next = next[1:]
			group |= sets[at]
			for j := range sets {
				if !done[j] && count(sets[at]&sets[j]) == k-1 {
					done[j] = true
					next = append(next, j)
				}
			}
		}
		groups = append(groups, group)
	}
	members := make([]int32, n)
	got := []uint32{}
	for i, group := range cover.Groups {
		if i > 0 && len(group) > len(cover.Groups[i-1]) {
			t.Error("not by size")
		}
		set := uint32(0)
		for _, v := range group {
			set |= 1 << v
			members[v]++
		}
		got = append(got, set)
	}
	slices.Sort(got)
	slices.Sort(groups)
	if !slices.Equal(got, groups) || !slices.Equal(members, cover.Memberships) {
		t.Errorf("by cliques of %d: %b, want %b; %v, want %v", k, got, groups, cover.Memberships, members)
	}
}

func TestMaximalStops(t *testing.T) {
	g := graphtest.Social(2000, 8, 1)
	for _, threads := range graphtest.ThreadCounts {
		count := 0
		err := Maximal(context.Background(), g, 2, func([]uint32) bool {
			count++
			return count < 10
		}, graph.Options{Threads: threads})
		if err != nil || count != 10 {
			t.Errorf("%d calls, %v", count, err)
		}
	}
	if err := Maximal(context.Background(), g, 0, nil, graph.Options{}); !errors.Is(err, graph.ErrParameter) {
		t.Error(err)
	}
	if _, err := Percolation(context.Background(), g, 1, graph.Options{}); !errors.Is(err, graph.ErrParameter) {
		t.Error(err)
	}
}
