package horizon

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/internal/near"
	"gave.network/internal/tie"
)

// At each turn nobody brings more than who is chosen, of all friends of friends, reckoned by the definition; who can
// introduce stands in the order of the chance, and nobody is proposed whom nobody can introduce.
func TestNextAgainstEverybody(t *testing.T) {
	turns, several, faint := 0, 0, 0
	for seed := range uint64(200) {
		x := rand.New(rand.NewPCG(seed, 17))
		n := 10 + x.IntN(12)
		weight := make([][]float64, n)
		for a := range weight {
			weight[a] = make([]float64, n)
		}
		var edges []graph.Edge
		for a := range n {
			for b := range a {
				if x.Float64() < 0.2 {
					w := float64(float32(x.Float64() * x.Float64()))
					weight[a][b], weight[b][a] = w, w
					edges = append(edges, graph.Edge{From: uint32(a), To: uint32(b), Weight: w})
				}
			}
		}
		g, err := graph.FromEdges(n, edges, graph.BuildOptions{Weighted: true})
		if err != nil {
			t.Fatal(err)
		}
		trait := make([]Traits, n)
		for v := range trait {
			for k := range traits {
				trait[v][k] = []string{"", "a", "b", "c"}[x.IntN(4)]
			}
		}
		mayNot := uint32(x.IntN(n-1) + 1)
		chosen := Next(&tie.View{Graph: g}, 0, 5, func(v uint32) Traits { return trait[v] },
			func(v uint32) bool { return v != mayNot }, func(uint32) bool { return true })
		contact := make([]float64, n)
		for a := range n {
			for b := range n {
				contact[a] += tie.Intensity(weight[a][b])
			}
		}
		close := func(a, b int) float64 { return tie.Closeness(tie.Intensity(weight[a][b]), contact[a], contact[b]) }

		// By the definition: who stands within two steps, and what each brings at each turn.
		near2 := map[int]bool{0: true}
		for a := range n {
			if weight[0][a] > 0 {
				near2[a] = true
				for b := range n {
					if weight[a][b] > 0 {
						near2[b] = true
					}
				}
			}
		}
		taken := map[int]bool{}
		worth := func(c int) (worth, chance float64) {
			if c == 0 || weight[0][c] > 0 || taken[c] || c == int(mayNot) {
				return 0, 0
			}
			for k := range n {
				if k != int(mayNot) {
					chance = max(chance, weight[0][k]*weight[k][c]/2)
				}
			}
			if chance < leastIntroduction {
				if chance > 0 {
					faint++
				}
				return 0, chance
			}
			reach, likely := 0, 0.0
			for u := range n {
				if weight[c][u] > 0 && !near2[u] {
					reach++
				}
				if weight[0][u] > 0 && weight[u][c] > 0 {
					likely += math.Pow(close(0, u)*close(u, c), 0.25)
				}
			}
			rare := 1.0
			for k := range traits[:ofNext] {
				same, all := 0.0, 0.0
				for u := range n {
					if weight[0][u] > 0 && trait[u][k] != "" {
						all++
						if trait[u][k] == trait[c][k] {
							same++
						}
					}
				}
				if trait[c][k] != "" && all > 0 {
					rare += 1 - same/all
				}
			}
			return (1 + rare/6) * likely * (1 + 2*float64(reach)/float64(len(near2))), chance
		}
		for turn := range 5 {
			best := 0.0
			for c := range n {
				w, _ := worth(c)
				best = max(best, w)
			}
			if best == 0 {
				if len(chosen) > turn {
					t.Errorf("seed %d: %d are chosen, and only %d bring anything", seed, len(chosen), turn)
				}
				break
			}
			if len(chosen) <= turn {
				t.Fatalf("seed %d: nobody at turn %d, and somebody brings %g", seed, turn, best)
			}
			turns++
			c := chosen[turn]
			w, chance := worth(int(c.Node))
			near.Equal(t, fmt.Sprintf("seed %d: what turn %d brings", seed, turn), w, best, 1e-9)
			near.Equal(t, "its chance", c.Chance(), chance, 1e-9)
			if !slices.IsSortedFunc(c.Through, func(a, b Introduction) int {
				return int(math.Copysign(1, b.Chance-a.Chance))
			}) {
				t.Errorf("seed %d: introductions %v are not the likeliest first", seed, c.Through)
			}
			want := 0
			for k := range n {
				chance := weight[0][k] * weight[k][c.Node] * tie.HopFactor
				if chance >= leastIntroduction && k != int(mayNot) {
					want++
				}
			}
			if len(c.Through) != want {
				t.Errorf("seed %d: %d can introduce, want %d", seed, len(c.Through), want)
			}
			if want > 2 {
				several++
			}
			taken[int(c.Node)] = true
			for u := range n {
				if weight[c.Node][u] > 0 {
					near2[u] = true
				}
			}
		}
	}
	if turns < 80 || several < 5 || faint < 50 {
		t.Errorf("%d turns, %d with several introductions, %d too faint: the test tells too little", turns, several,
			faint)
	}
}
