package tie

import (
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/id"
)

// A table that follows changes is the one that is made of what is there now, and says what a map of the ties says.
func TestTableFollowsChanges(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1))
		people := make([]id.ID, 2+r.IntN(12))
		for i := range people {
			people[i] = id.ID{byte(r.IntN(256)), byte(i)}
		}
		states := map[[2]id.ID]State{}
		table := TableOf(states)
		for round := range 25 {
			pairs, fresh := map[[2]id.ID]bool{}, map[[2]id.ID]State{}
			for range r.IntN(6) {
				pair, _ := pairOf("", db.RowKey{people[r.IntN(len(people))], people[r.IntN(len(people))]})
				if pair[0] == pair[1] {
					continue
				}
				pairs[pair] = true
				delete(states, pair)
				delete(fresh, pair)
				if r.IntN(3) > 0 {
					at := int64(r.IntN(1000))
					fresh[pair] = State{
						Intensity: r.Float64(), Peak: 1 + r.Float64(), AsOf: at, FirstContact: at - 5,
						Interactions: 1 + round,
					}
					states[pair] = fresh[pair]
				}
			}
			before := slices.Collect(table.All())
			next := table.with(pairs, fresh)
			if !slices.Equal(before, slices.Collect(table.All())) {
				t.Fatal("the old table changed")
			}
			table = next
			want := TableOf(states)
			if table.Len()+want.Len() > 0 && !reflect.DeepEqual(table, want) {
				t.Fatalf("seed %d, round %d:\n%+v\nis not\n%+v", seed, round, table, want)
			}
			compareTable(t, table, people, states)
		}
	}
}

// compareTable compares what a table says with the ties of which it is.
func compareTable(t *testing.T, table *Table, people []id.ID, states map[[2]id.ID]State) {
	t.Helper()
	var all []Bond
	for _, pair := range slices.SortedFunc(maps.Keys(states), comparePairs) {
		all = append(all, bondOf(pair[0], pair[1], states[pair]))
	}
	if got := slices.Collect(table.All()); !slices.Equal(got, all) || table.Len() != len(all) {
		t.Fatalf("%+v are not %+v", got, all)
	}
	for _, one := range people {
		var of []Bond
		for _, other := range slices.SortedFunc(slices.Values(people), id.ID.Compare) {
			pair, _ := pairOf("", db.RowKey{one, other})
			state, tied := states[pair]
			got, found := table.Between(one, other)
			if found != tied || tied && got != bondOf(pair[0], pair[1], state) {
				t.Fatalf("between %v and %v: %+v is not %+v", one, other, got, state)
			}
			if tied {
				of = append(of, got)
			}
		}
		if got := slices.Collect(table.Of(one)); !slices.Equal(got, of) || table.Degree(one) != len(of) {
			t.Fatalf("of %v: %+v are not %+v", one, got, of)
		}
	}
}
