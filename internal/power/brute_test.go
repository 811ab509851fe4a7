package power

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/near"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tie"
)

// small is a small network by chance, of the viewer and others, with what each of them has.
type small struct {
	s       *Service
	v       op.Viewer
	persons []id.ID // the viewer first
	names   []string
	has     [][]bool // by need and person
}

// network makes a space with a viewer and eight others, ties by chance, and three things that some of them have.
func network(t *testing.T, d *db.DB, seed uint64) small {
	t.Helper()
	ctx := context.Background()
	x := rand.New(rand.NewPCG(seed, 15))
	v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
	store := people.NewStore(d)
	out := small{s: NewService(d, store), v: v, persons: []id.ID{v.Person}, names: []string{"Me"}}
	for i := range 8 {
		name := fmt.Sprintf("Person%c Number%c", 'a'+i, 'a'+i)
		out.persons = append(out.persons, peopletest.Person(t, d, v, name).ID)
		out.names = append(out.names, name)
	}
	var list []tie.Interaction
	for a := range out.persons {
		for b := range a {
			if x.Float64() < 0.35 {
				for n := range 1 + x.IntN(15) {
					list = append(list, peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -5-9*n),
						out.persons[a], out.persons[b]))
				}
			}
		}
	}
	if len(list) == 0 {
		list = append(list, peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -5), out.persons[:2]...))
	}
	peopletest.Record(t, d, v, list...)
	for _, what := range []string{"zeppelins", "quilting", "falconry"} {
		has := make([]bool, len(out.persons))
		for i := range has {
			if has[i] = x.IntN(4) == 0; has[i] {
				who := people.Person{ID: out.persons[i], Name: out.names[i], Owner: v.Member}
				if err := store.Tag(ctx, v, who, []string{what}); err != nil {
					t.Fatal(err)
				}
			}
		}
		out.has = append(out.has, has)
	}
	return out
}

// strengths are those of the ties of a network, by place.
func (n small) strengths(t *testing.T) [][]float64 {
	t.Helper()
	view, err := n.s.network.View(context.Background(), n.v)
	if err != nil {
		t.Fatal(err)
	}
	out := make([][]float64, len(n.persons))
	for i := range out {
		out[i] = make([]float64, len(n.persons))
		for j := range out[i] {
			a, known := view.Number(n.persons[i])
			b, also := view.Number(n.persons[j])
			if known && also && i != j {
				out[i][j], _ = view.Graph.Weight(a, b)
			}
		}
	}
	return out
}

// likeliest is the greatest product of strengths over which a group hangs together, by trying every group that has
// something of each need; 0 when there is none.
func likeliest(strength [][]float64, has [][]bool) float64 {
	best := 0.0
	for set := 1; set < 1<<len(strength); set++ {
		covered := true
		for _, of := range has {
			found := false
			for i, is := range of {
				found = found || is && set>>i&1 != 0
			}
			covered = covered && found
		}
		if !covered {
			continue
		}
		in, chance := set&-set, 1.0
		for in != set && chance > 0 {
			most, next := 0.0, 0
			for a := range strength {
				for b, s := range strength[a] {
					if in>>a&1 != 0 && in>>b&1 == 0 && set>>b&1 != 0 && s > most {
						most, next = s, b
					}
				}
			}
			chance *= max(most, 0)
			in |= 1 << next
		}
		if in == set {
			best = max(best, chance)
		}
	}
	return best
}

// The smallest group is the best of all that there are, the viewer's own skills counted; what is left to introduce are
// those of it who do not know each other.
func TestTogetherAgainstEveryGroup(t *testing.T) {
	ctx, d, found, own, strange := context.Background(), dbtest.SQLite(t), 0, 0, 0
	for seed := range uint64(200) {
		n := network(t, d, seed)
		strength := n.strengths(t)
		want := likeliest(strength, n.has)
		out, err := n.s.together(ctx, n.v, TogetherInput{Need: []string{"zeppelins", "quilting", "falconry"}})
		if want == 0 {
			if err == nil {
				t.Errorf("seed %d: %+v where no group has it", seed, out)
			}
			continue
		}
		if err != nil {
			t.Errorf("seed %d: %v", seed, err)
			continue
		}
		found++
		if !out.Exact {
			t.Errorf("seed %d: not exact", seed)
		}
		near.Equal(t, fmt.Sprintf("seed %d: the chance", seed), out.Chance, want, 1e-6)
		if slices.ContainsFunc(out.People, func(m Member) bool { return m.ID == n.v.Person && len(m.Needs) > 0 }) {
			own++
		}
		at := map[id.ID]int{}
		for i, key := range n.persons {
			at[key] = i
		}
		for i, m := range out.People {
			for _, o := range out.People[i+1:] {
				listed := slices.ContainsFunc(out.Strangers, func(x Strangers) bool {
					return x.First.ID == m.ID && x.Second.ID == o.ID || x.First.ID == o.ID && x.Second.ID == m.ID
				})
				if listed != (strength[at[m.ID]][at[o.ID]] == 0) {
					t.Errorf("seed %d: %s and %s: listed %v", seed, m.Name, o.Name, listed)
				}
			}
		}
		for _, x := range out.Strangers {
			if strange++; x.Through != nil && (strength[at[x.First.ID]][at[x.Through.ID]] == 0 ||
				strength[at[x.Second.ID]][at[x.Through.ID]] == 0) {
				t.Errorf("seed %d: %s does not know both", seed, x.Through.Name)
			}
		}
	}
	if found < 100 || own < 20 || strange < 20 {
		t.Errorf("%d groups, %d with the viewer's own, %d strangers: the test tells too little", found, own, strange)
	}
}

// More needs than can be looked at exactly say how far off the answer may be, and are not called exact unless they are.
func TestTogetherOfManyNeedsIsBounded(t *testing.T) {
	checked := 0
	for seed := range uint64(200) {
		x := rand.New(rand.NewPCG(seed, 16))
		const n, needs = 10, 9
		var edges []graph.Edge
		strength := make([][]float64, n)
		for a := range n {
			strength[a] = make([]float64, n)
		}
		for a := range n {
			for b := range a {
				if x.Float64() < 0.4 {
					w := float64(float32(0.05 + 0.9*x.Float64()))
					strength[a][b], strength[b][a] = w, w
					edges = append(edges, graph.Edge{From: uint32(a), To: uint32(b), Weight: w})
				}
			}
		}
		g, err := graph.FromEdges(n, edges, graph.BuildOptions{Weighted: true})
		if err != nil {
			t.Fatal(err)
		}
		groups, has := make([][]uint32, needs), make([][]bool, needs)
		for i := range groups {
			has[i] = make([]bool, n)
			for range 1 + x.IntN(3) {
				v := x.IntN(n)
				has[i][v] = true
				groups[i] = append(groups[i], uint32(v))
			}
		}
		costs, err := costsOf(context.Background(), g)
		if err != nil {
			t.Fatal(err)
		}
		tree, err := graph.GroupSteinerTree(context.Background(), costs, groups, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		best := likeliest(strength, has)
		if best == 0 {
			continue
		}
		checked++
		least := -math.Log(best)
		if tree.Cost < least-1e-6 || tree.LowerBound > least+1e-6 || tree.Exact && tree.Cost > least+1e-6 {
			t.Errorf("seed %d: cost %g of at least %g, bound %g, exact %v", seed, tree.Cost, least, tree.LowerBound,
				tree.Exact)
		}
	}
	if checked < 100 {
		t.Errorf("%d groups checked: the test tells too little", checked)
	}
}

// walks is the greatest chance of a way from each to each of at most so many ties, by trying them: the product of the
// strengths, halved at each tie.
func walks(strength [][]float64, most int) [][]float64 {
	out := make([][]float64, len(strength))
	for i := range out {
		out[i] = make([]float64, len(strength))
		out[i][i] = 1
	}
	for range most {
		next := make([][]float64, len(strength))
		for i := range next {
			next[i] = slices.Clone(out[i])
			for j := range next[i] {
				for k, s := range strength[i] {
					next[i][j] = max(next[i][j], s*tie.HopFactor*out[k][j])
				}
			}
		}
		out = next
	}
	return out
}

// The one new friend brings the most of all friends of friends, counted over every one of them and every holder; it is
// never somebody whom the viewer knows, however weakly.
func TestBestTieAgainstEverybody(t *testing.T) {
	ctx, d, found, weak := context.Background(), dbtest.SQLite(t), 0, 0
	for seed := range uint64(200) {
		n := network(t, d, 1000+seed)
		strength := n.strengths(t)
		g, err := n.s.NewGoal(ctx, n.v, "A fair", "", []string{"zeppelins", "quilting", "falconry"})
		if err != nil {
			t.Fatal(err)
		}
		out, err := n.s.reachOf(ctx, n.v, g)
		if err != nil {
			t.Fatal(err)
		}
		chance := walks(strength, hops-1)
		best, gains := 0.0, map[id.ID]float64{}
		for c := 1; c < len(n.persons); c++ {
			friends := false
			for k, s := range strength[0] {
				friends = friends || s > 0 && strength[k][c] > 0
			}
			if strength[0][c] > 0 || !friends {
				continue
			}
			gain := 0.0
			for i, item := range out.Reached {
				way := 0.0
				for h := 1; h < len(n.persons); h++ {
					if n.has[i][h] {
						way = max(way, newTieStrength*tie.HopFactor*chance[c][h])
					}
				}
				gain += (1 - item.Reach) * way
			}
			gains[n.persons[c]] = gain
			best = max(best, gain)
		}
		for _, s := range strength[0] {
			if s > 0 && s < tie.ModerateFrom {
				weak++
			}
		}
		if best < leastNewTie {
			if out.Best != nil {
				t.Errorf("seed %d: %+v where nobody brings anything", seed, out.Best)
			}
			continue
		}
		if out.Best == nil {
			t.Errorf("seed %d: nobody, and somebody brings %g", seed, best)
			continue
		}
		found++
		near.Equal(t, fmt.Sprintf("seed %d: the gain", seed), out.Best.Gain, best, 1e-6)
		near.Equal(t, fmt.Sprintf("seed %d: the gain of %s", seed, out.Best.Name), gains[out.Best.ID], best, 1e-6)
	}
	if found < 80 || weak < 50 {
		t.Errorf("%d friends and %d weak ties: the test tells too little", found, weak)
	}
}
