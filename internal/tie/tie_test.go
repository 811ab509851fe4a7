package tie

import (
	"fmt"
	"math"
	"testing"
	"time"

	"gave.network/graph"
	"gave.network/internal/id"
	"gave.network/internal/near"
)

func TestMonthlyConversationHasStrengthOneHalf(t *testing.T) {
	var s State
	month := time.Duration(30.4375 * 24 * float64(time.Hour))
	at := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	for range 240 {
		s.Add(at.UnixMicro(), id.New(), Contribution(FaceToFace, 2), Mutual)
		at = at.Add(month)
	}
	last := at.Add(-month)
	// Over the month the strength swings around one half.
	if got := Strength(s.IntensityAt(last.Add(month / 2))); !(math.Abs(got-0.5) <= 0.01) {
		t.Errorf("half way the month: %.4f", got)
	}
	if class := s.ClassAt(last); class != Moderate {
		t.Errorf("class %s", class)
	}
}

func TestContribution(t *testing.T) {
	for _, c := range []struct {
		medium Medium
		people int
		want   float64
	}{
		{FaceToFace, 2, 1},
		{FaceToFace, 5, 0.25},
		{FaceToFace, 50, 1.0 / 49},
		{FaceToFace, 51, 0},
		{Mail, 2, 0.2},
		{Mail, 20, 0.2 / 19},
		{Mail, 21, 0},
		{Mail, 1, 0},
		{Mail, 0, 0},
		{"smoke", 2, 0},
	} {
		if got := Contribution(c.medium, c.people); got != c.want {
			t.Errorf("%s with %d: %v, want %v", c.medium, c.people, got, c.want)
		}
	}
}

func TestClasses(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	tie := func(daysAgo int, times int) State {
		var s State
		for i := range times {
			s.Add(now.AddDate(0, 0, -daysAgo-times+i).UnixMicro(), id.New(), 1, Mutual)
		}
		return s
	}
	for _, c := range []struct {
		tie  State
		want Class
	}{
		{tie(1, 20), Strong},
		{tie(1, 5), Moderate},
		{tie(1, 1), Weak},
		{tie(400, 5), Weak},
		{tie(728, 20), Weak},
		{tie(730, 20), Dormant},
		{tie(3000, 1), Weak},
		{State{}, Latent},
	} {
		if got := c.tie.ClassAt(now); got != c.want {
			t.Errorf("%d contacts until %s: %s, want %s", c.tie.Interactions, time.UnixMicro(c.tie.AsOf), got, c.want)
		}
	}
}

func TestRankOrdersByStrengthAtAnyMoment(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	var old, fresh State
	for range 3 {
		old.Add(now.AddDate(0, 0, -200).UnixMicro(), id.New(), 1, Mutual)
	}
	fresh.Add(now.UnixMicro(), id.New(), 1, Mutual)
	if (old.rank() > fresh.rank()) != (old.IntensityAt(now) > fresh.IntensityAt(now)) {
		t.Errorf("rank %v %v, intensity %v %v", old.rank(), fresh.rank(), old.IntensityAt(now), fresh.IntensityAt(now))
	}
}

func TestReciprocity(t *testing.T) {
	var s State
	if s.Reciprocity() != 0 {
		t.Error("a tie without evidence is not reciprocal")
	}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	s.Add(at, id.New(), 0.2, Sent)
	s.Add(at+1, id.New(), 0.2, Sent)
	s.Add(at+2, id.New(), 0.2, Received)
	if got := s.Reciprocity(); !(math.Abs(got-0.5) <= 1e-9) {
		t.Errorf("reciprocity %v", got)
	}
	if r := s.Reversed(); r.Sent != s.Received || r.Reciprocity() != s.Reciprocity() {
		t.Error("seen from the other side it is the same tie")
	}
}

// Two bodies of evidence together have the intensity of one that holds it all.
func TestPlusAddsIntensities(t *testing.T) {
	base := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var all, own, shared State
	for i := range 50 {
		at, c := base.AddDate(0, 0, i*7).UnixMicro(), float64(i%5+1)/5
		all.Add(at, id.New(), c, Direction(i%3))
		if i%2 == 0 {
			own.Add(at, id.New(), c, Direction(i%3))
		} else {
			shared.Add(at, id.New(), c, Direction(i%3))
		}
	}
	both := own.Plus(shared)
	if !(math.Abs(both.Intensity-all.Intensity) <= 1e-12) || !(math.Abs(both.Sent-all.Sent) <= 1e-12) ||
		both.Interactions != 50 ||
		both.AsOf != all.AsOf || both.FirstContact != all.FirstContact || both.Peak > all.Peak+1e-12 {
		t.Errorf("together %+v, all %+v", both, all)
	}
}

// How close two are counts beside what both have with others: who writes to everybody is close to nobody.
func TestCloseness(t *testing.T) {
	for _, c := range []struct{ intensity, one, other, want float64 }{
		{4, 4, 4, 1}, {4, 16, 4, 0.5}, {4, 16, 16, 0.25}, {0, 4, 4, 0}, {0, 0, 4, 0},
	} {
		near.Equal(t, fmt.Sprint(c), Closeness(c.intensity, c.one, c.other), c.want, 1e-12)
	}
	strengths := []graph.Edge{ // of the intensities 2, 6 and 1
		{From: 0, To: 1, Weight: Strength(2)},
		{From: 1, To: 2, Weight: Strength(6)},
		{From: 0, To: 3, Weight: Strength(1)},
	}
	g, err := graph.FromEdges(5, strengths, graph.BuildOptions{Weighted: true})
	if err != nil {
		t.Fatal(err)
	}
	view := &View{Graph: g}
	got := view.Closeness(0)
	if len(got) != 2 || len(view.Closeness(4)) != 0 {
		t.Fatalf("%v", got)
	}
	near.Equal(t, "to who has much with another", got[0], 2/math.Sqrt(3*8), 1e-6)
	near.Equal(t, "to who has nobody else", got[1], 1/math.Sqrt(3*1), 1e-6)
	g, err = graph.FromEdges(2, []graph.Edge{{From: 0, To: 1, Weight: 1}}, graph.BuildOptions{Weighted: true})
	if err != nil {
		t.Fatal(err)
	}
	near.Equal(t, "a strength that rounds to one", (&View{Graph: g}).Closeness(0)[0], 1, 1e-12)
}
