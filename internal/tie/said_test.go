package tie

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/id"
)

// What is kept of statements in columns is what one finds who goes through them one by one.
func TestSaidIsWhatCounts(t *testing.T) {
	now := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		people := make([]id.ID, 2+r.IntN(7))
		stands := map[id.ID]id.ID{}
		for i := range people {
			people[i] = id.ID{byte(r.IntN(256)), byte(i)}
			stands[people[i]] = people[r.IntN(i+1)]
			switch one := stands[people[i]]; {
			case r.IntN(6) == 0: // is not seen
				stands[people[i]] = id.Zero
			case r.IntN(4) > 0 || stands[one] != one:
				stands[people[i]] = people[i]
			}
		}
		members := []id.ID{{1}, {2}}
		layers := []string{"advice", "Advies", "trust", "manager", "a word", []string{"scale", "lunch"}[r.IntN(2)]}
		sources := []string{Observed, "csv", OfResult(id.ID{7}), OfResult(id.ID{8})}
		var list []Statement
		made := newStatementMaker()
		for range r.IntN(40) {
			x := Statement{
				Owner: members[r.IntN(2)], Layer: layers[r.IntN(len(layers))], Sign: r.IntN(5) - 1,
				Weight: float64(r.IntN(12)) / 10, SourcePerson: people[r.IntN(len(people))],
				TargetPerson: people[r.IntN(len(people))], Directed: r.IntN(2) == 0, Source: sources[r.IntN(4)],
			}
			if x.Sign = min(1, x.Sign); x.Layer == "scale" {
				x.Weight *= 5
			}
			if r.IntN(3) > 0 {
				x.Time = now.Add(time.Duration(r.IntN(10)-8) * 30 * 24 * time.Hour).UnixMicro()
			}
			list = append(list, x)
			made.add(&x)
		}
		rows := made.statements()
		if got := slices.Collect(rows.All()); len(list) > 0 && !reflect.DeepEqual(got, list) {
			t.Fatalf("seed %d: %v are not %v", seed, got, list)
		}
		said := saidOf(rows, members[0], stands)
		plain, against := plainly(list, members[0], stands, now)
		if !reflect.DeepEqual(said.against, against) {
			t.Fatalf("seed %d: against %v, not %v", seed, said.against, against)
		}
		compareSaid(t, fmt.Sprint("seed ", seed), said, plain, people, now)
	}
}

// plainly returns what counts of statements for a member.
func plainly(
	list []Statement, member id.ID, stands map[id.ID]id.ID, now time.Time,
) (out []Stated, against map[[2]id.ID]bool) {
	against = map[[2]id.ID]bool{}
	once, heaviest := map[string]bool{}, map[string]float64{}
	var counts []Statement
	for _, x := range list {
		x.SourcePerson, x.TargetPerson = stands[x.SourcePerson], stands[x.TargetPerson]
		if x.SourcePerson.IsZero() || x.TargetPerson.IsZero() || x.SourcePerson == x.TargetPerson || x.Sign == 0 {
			continue
		}
		two := [2]id.ID{x.SourcePerson, x.TargetPerson}
		slices.SortFunc(two[:], id.ID.Compare)
		if x.Sign < 0 {
			if x.Owner == member {
				against[two] = true
			}
			continue
		}
		x.Layer = LayerNamed(x.Layer).Name
		heaviest[x.Layer] = max(heaviest[x.Layer], x.Weight)
		counts = append(counts, x)
	}
	for _, x := range counts {
		if x.Owner != member && !slices.ContainsFunc(counts, func(y Statement) bool {
			return y.Layer == x.Layer && y.SourcePerson == x.TargetPerson && y.TargetPerson == x.SourcePerson
		}) {
			continue
		}
		if strings.HasPrefix(x.Source, resultSource) {
			two := []id.ID{x.SourcePerson, x.TargetPerson}
			slices.SortFunc(two, id.ID.Compare)
			if key := fmt.Sprint(x.Source, two); once[key] {
				continue
			} else {
				once[key] = true
			}
		}
		one := Stated{
			From: x.SourcePerson, To: x.TargetPerson, Layer: LayerNamed(x.Layer), Weight: min(1, x.Weight),
			Observed: x.Source == Observed,
		}
		if x.Time > 0 {
			one.At = time.UnixMicro(x.Time).UTC()
		}
		switch {
		case one.Observed && now.After(one.At):
			one.Weight *= math.Exp2(-now.Sub(one.At).Hours() / observationHalfLife.Hours())
		case one.Observed:
		case heaviest[x.Layer] > 1:
			one.Weight = x.Weight / heaviest[x.Layer]
		case x.Weight == 0:
			one.Weight = 1
		}
		out = append(out, one)
		if !x.Directed {
			one.From, one.To = one.To, one.From
			out = append(out, one)
		}
	}
	return out, against
}

// compareSaid compares what columns say with the list that they stand for.
func compareSaid(t *testing.T, what string, said *Said, plain []Stated, people []id.ID, now time.Time) {
	t.Helper()
	same := func(got, want []Stated) bool {
		return slices.EqualFunc(got, want, func(a, b Stated) bool {
			near := math.Abs(a.Weight-b.Weight) < 1e-12
			a.Weight = b.Weight
			return near && a == b
		})
	}
	var until, observed []Stated
	named := map[string]bool{}
	for _, x := range plain {
		if x.At.After(now) {
			continue
		}
		until = append(until, x)
		named[x.Layer.Name] = true
		if x.Observed {
			observed = append(observed, x)
		}
	}
	if said.Len() != len(plain) || len(said.Observed(now)) != len(observed) || len(said.Layers(now)) != len(named) {
		t.Fatalf("%s: %d, observed %d, layers %d; want %d, %d, %d", what, said.Len(), len(said.Observed(now)),
			len(said.Layers(now)), len(plain), len(observed), len(named))
	}
	pairs := said.pairs(now)
	at := map[[2]id.ID]int{}
	for i := range pairs.a {
		at[[2]id.ID{said.people[pairs.a[i]], said.people[pairs.b[i]]}] = i
	}
	found := 0
	for _, a := range people {
		var of []Stated
		either := map[string]int{}
		for _, b := range people {
			between := slices.DeleteFunc(slices.Clone(until), func(x Stated) bool { return x.From != a || x.To != b })
			if got := slices.Collect(said.Between(a, b, now)); !same(got, between) {
				t.Fatalf("%s: between %v and %v %v, not %v", what, a, b, got, between)
			}
			if a.Compare(b) >= 0 {
				continue
			}
			there, back, layers, since := plainPair(plain, a, b)
			i, is := at[[2]id.ID{a, b}]
			if is != (there+back > 0) {
				t.Fatalf("%s: a pair of %v and %v is %v, of %f and %f", what, a, b, is, there, back)
			}
			if is {
				found++
				if !(math.Abs(pairs.strength[i]-(there+back)/2) <= 1e-12) || pairs.both[i] != (there > 0 && back > 0) ||
					pairs.since[i] != since || !slices.Equal(pairs.sets.list[pairs.layers[i]], layers) {
					t.Fatalf("%s: %v and %v: %f %v %d %v; want %f and %f, %d %v", what, a, b, pairs.strength[i],
						pairs.both[i], pairs.since[i], pairs.sets.list[pairs.layers[i]], there, back, since, layers)
				}
			}
		}
		for _, x := range until {
			if x.From == a {
				of = append(of, x)
				either[fmt.Sprint(x.To, x.Layer.Name)]++
			} else if x.To == a {
				either[fmt.Sprint(x.From, x.Layer.Name)]++
			}
		}
		slices.SortStableFunc(of, func(x, y Stated) int { return x.To.Compare(y.To) })
		if got := slices.Collect(said.Of(a, now)); !same(got, of) {
			t.Fatalf("%s: of %v %v, not %v", what, a, got, of)
		}
		for other, layer := range said.Either(a, now) {
			either[fmt.Sprint(other, layer.Name)]--
		}
		for key, left := range either {
			if left != 0 {
				t.Fatalf("%s: either of %v: %s is %d times too few", what, a, key, left)
			}
		}
	}
	if found != len(pairs.a) {
		t.Fatalf("%s: %d pairs, not %d", what, len(pairs.a), found)
	}
}

// plainPair is what counts of a pair.
func plainPair(plain []Stated, a, b id.ID) (there, back float64, layers []string, since int64) {
	for _, x := range plain {
		side := &there
		if x.From == b && x.To == a {
			side = &back
		} else if x.From != a || x.To != b {
			continue
		}
		counts := x.Layer.Trust * x.Weight
		if x.Layer.Formal || counts < faintest {
			continue
		}
		*side = 1 - (1-*side)*(1-counts)
		layers = append(layers, x.Layer.Name)
		if at := x.At.UnixMicro(); !x.At.IsZero() && (since == 0 || at < since) {
			since = at
		}
	}
	slices.Sort(layers)
	return there, back, slices.Compact(layers), since
}

// A million statements, said one way and the other, take less than 90 MB, whoever keeps them.
func TestSaidTakesLittle(t *testing.T) {
	const people, statements = 2_000, 40_000
	r := rand.New(rand.NewPCG(1, 1))
	named, stands := make([]id.ID, people), map[id.ID]id.ID{}
	for i := range named {
		named[i] = id.New()
		stands[named[i]] = named[i]
	}
	made := newStatementMaker()
	for range statements {
		made.add(&Statement{
			Owner: id.ID{1}, Layer: "works with", Sign: 1, Weight: r.Float64(), SourcePerson: named[r.IntN(people)],
			TargetPerson: named[r.IntN(people)], Source: "network", Time: r.Int64N(1e15),
		})
	}
	rows := made.statements()
	said := saidOf(rows, id.ID{1}, stands)
	if each := (rows.Bytes() + said.Bytes()) / statements; each > 90 {
		t.Errorf("%d bytes for each statement", each)
	}
	for name, value := range map[string]reflect.Value{
		"statements": reflect.ValueOf(*rows), "said": reflect.ValueOf(*said),
	} {
		for i := range value.NumField() { // no column holds what a collection of garbage must look at
			column := value.Field(i)
			if column.Kind() == reflect.Slice && column.Len() > people {
				if kind := column.Type().Elem().Kind(); kind < reflect.Int || kind > reflect.Float64 {
					t.Errorf("%s keeps a column of %v", name, kind)
				}
			}
		}
	}
}
