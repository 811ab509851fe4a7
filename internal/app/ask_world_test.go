package app_test

import (
	"cmp"
	"context"
	"slices"
	"testing"
	"time"

	"gave.network/internal/ask"
)

// reciprocal is one divided by the place of the first of the people who answered, 0 when none is in the list.
func (f fiction) reciprocal(list []ask.Helper, answered []string) float64 {
	for i, h := range list {
		for p := range f.stands[h.ID] {
			if slices.Contains(answered, p) {
				return 1 / float64(i+1)
			}
		}
	}
	return 0
}

// What the owner of a fictional world asked the list: routing, with what was known then, finds who answered better than
// an order by the parts alone.
func TestRoutingFindsWhoAnswered(t *testing.T) {
	ctx := context.Background()
	asks := 0
	sums := map[string]float64{}
	f := importWorld(t, 3, 150, 6)
	owner := ""
	for p := range f.stands[f.v.Person] {
		owner = p
	}
	for _, a := range f.truth.Asks {
		if a.Asker != owner || len(a.Answerers) == 0 {
			continue
		}
		at, err := time.Parse(time.RFC3339, a.Time)
		if err != nil {
			t.Fatal(err)
		}
		asks++
		out, err := f.Ask.Route(ctx, f.v, ask.RouteQuery{Text: a.Text, AsOf: at, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		sums["gave"] += f.reciprocal(out.People, a.Answerers)
		for name, by := range map[string]func(h ask.Helper) float64{
			"able":    func(h ask.Helper) float64 { return h.Able },
			"near":    func(h ask.Helper) float64 { return h.Near },
			"willing": func(h ask.Helper) float64 { return h.Willing },
		} {
			list := slices.Clone(out.People)
			slices.SortStableFunc(list, func(x, y ask.Helper) int { return cmp.Compare(by(y), by(x)) })
			sums[name] += f.reciprocal(list, a.Answerers)
		}
	}
	if asks < 5 {
		t.Fatalf("only %d asks to measure on", asks)
	}
	// A list of a hundred in any order has a mean of 0.05 for one helper.
	if sums["gave"] < 0.12*float64(asks) || sums["gave"] < sums["near"] || sums["gave"] < sums["willing"] {
		t.Error("routing is not better than its parts")
	}
	for name, sum := range sums {
		t.Logf("%s: MRR %.3f over %d asks", name, sum/float64(asks), asks)
	}
}
