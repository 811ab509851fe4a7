package lab

import (
	"testing"
	"time"

	"gave.network/internal/goodwill/chance"
)

// On this list 0 asks, 1 always answers, 2 answers others only, and 3 has gone.
func listOfFour() []posting {
	start := time.Date(2020, 1, 6, 9, 0, 0, 0, time.UTC)
	var list []posting
	thread := 0
	say := func(day, author, to int, begins bool) {
		list = append(list, posting{
			Author: author, To: to, Thread: thread, Begins: begins,
			At: start.AddDate(0, 0, day).Add(time.Duration(len(list)) * time.Second),
		})
	}
	for day := 0; day < 400; day += 10 {
		thread++
		say(day, 0, -1, true)
		say(day+1, 1, 0, false)
		if day < 20 {
			say(day+1, 2, 0, false)
			say(day+1, 3, 0, false)
		}
		thread++
		say(day+2, 4, -1, true)
		say(day+3, 2, 4, false)
	}
	return list
}

func TestAskedOfAList(t *testing.T) {
	list := listOfFour()
	all := asked(list)
	last := all[len(all)-1].at
	answered, gone := 0.0, 0
	for _, o := range all {
		answered += o.Yes
		if o.X[chance.Unheard] > 5.2 { // ln(1 + 180)
			gone++
		}
		if o.X[chance.Closeness] <= 0 || o.X[chance.Closeness] >= 1 || o.X[chance.Constant] != 1 {
			t.Fatalf("%+v", o)
		}
	}
	if answered < 35 || gone > 0 {
		t.Errorf("%v answers, %d who had gone", answered, gone)
	}
	var one, two opportunity
	for _, o := range all {
		if o.at.Equal(last) && o.Yes == 1 && o.X[chance.Closeness] > 0.5 {
			one = o
		} else if o.at.Equal(last) && o.Yes == 0 {
			two = o
		}
	}
	// 1 answers 0 and 2 does not; both write as often, so presence does not tell them apart.
	if one.X[chance.Closeness] <= two.X[chance.Closeness] || one.X[chance.Openness] <= two.X[chance.Openness] ||
		len(one.earlier) < 20 {
		t.Errorf("who answers %+v, who does not %+v", one.X, two.X)
	}
	// What comes later changes nothing of what was known.
	half := asked(list[:len(list)/2])
	for i, o := range half[:len(half)-4] {
		if o.X != all[i].X || o.Yes != all[i].Yes {
			t.Fatalf("opportunity %d: %+v, with the future %+v", i, o, all[i])
		}
	}
}

func TestFitDoesNotOvershoot(t *testing.T) {
	// Hardly anybody says yes: whole steps of Newton's method from even chances leave for infinity.
	var samples []chance.Sample
	for i := range 3000 {
		x := chance.Features{chance.Constant: 1, chance.Closeness: float64(i%10) / 10}
		yes := 0.0
		if i%100 == 99 {
			yes = 1
		}
		samples = append(samples, chance.Sample{X: x, Yes: yes})
	}
	w := chance.Fit(chance.Features{chance.Constant: 3}, chance.HoldOnLists, samples)
	if p := w.Chance(chance.Features{chance.Constant: 1, chance.Closeness: 0.5}); !(p >= 0.003) || !(p <= 0.03) {
		t.Errorf("chance %v, want about one in a hundred", p)
	}
}
