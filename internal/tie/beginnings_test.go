package tie_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/near"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tie"
)

// How far somebody reached at a moment is how far they reach over the ties whose first contact was before it, on 30
// networks by chance, tried against every way of the small network.
func TestReachAtAMoment(t *testing.T) {
	ctx, d := context.Background(), dbtest.SQLite(t)
	grew := 0
	for seed := range uint64(30) {
		x := rand.New(rand.NewPCG(seed, 63))
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		persons := []id.ID{v.Person}
		for range 6 {
			persons = append(persons, peopletest.Person(t, d, v, "Somebody").ID)
		}
		began := map[[2]int]time.Time{}
		var list []tie.Interaction
		for a := range persons {
			for b := range a {
				if x.Float64() < 0.5 {
					days := 5 + x.IntN(400)
					began[[2]int{b, a}] = v.Now.AddDate(0, 0, -days)
					for _, n := range []int{days, days / 2} {
						list = append(list, peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -n),
							persons[a], persons[b]))
					}
				}
			}
		}
		if len(list) == 0 {
			continue
		}
		peopletest.Record(t, d, v, list...)
		store := people.NewStore(d)
		view, err := store.View(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		me, known := view.Number(v.Person)
		if !known {
			continue
		}
		since, err := store.Beginnings(ctx, v, view)
		if err != nil {
			t.Fatal(err)
		}
		for _, ago := range []int{0, 100, 300, 500} {
			at := v.Now.AddDate(0, 0, -ago)
			got, err := since.Within(ctx, []uint32{me}, 3, at)
			if err != nil {
				t.Fatal(err)
			}
			want := make([]float64, len(persons))
			want[0] = 1
			for range 3 {
				next := append([]float64(nil), want...)
				for pair, first := range began {
					a, _ := view.Number(persons[pair[0]])
					b, _ := view.Number(persons[pair[1]])
					strength, _ := view.Graph.Weight(a, b)
					if first.After(at) {
						continue
					}
					next[pair[0]] = max(next[pair[0]], want[pair[1]]*strength*tie.HopFactor)
					next[pair[1]] = max(next[pair[1]], want[pair[0]]*strength*tie.HopFactor)
				}
				want = next
			}
			for i, p := range persons {
				if node, ok := view.Number(p); ok {
					near.Equal(t, "the reach", got[node], want[i], 1e-9)
					if ago > 0 && want[i] > 0 {
						grew++
					}
				}
			}
		}
	}
	if grew < 100 {
		t.Errorf("%d were reached before: the test tells too little", grew)
	}
}
