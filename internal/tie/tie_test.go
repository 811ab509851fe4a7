package tie

import (
	"math"
	"testing"
	"time"

	"gave.network/internal/id"
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
