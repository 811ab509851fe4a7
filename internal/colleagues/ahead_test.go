package colleagues

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"gave.network/internal/colleagues/proposal"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/near"
	"gave.network/internal/people"
)

// What may turn out otherwise says the chance that the page then gives; the talks one by one end where the answer says.
func TestWhatMayTurnOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, o := context.Background(), newOffice(t, d)
		for _, from := range []string{"Anna Aal", "Carla Cobra"} {
			if err := o.Observe(ctx, o.v, from, "Bram Beer", "advice", 1); err != nil {
				t.Fatal(err)
			}
		}
		b := ballotOf(t, "person,votes,stance\nAnna Aal,3,against\n"+
			"Bram Beer,2,for\nCarla Cobra,2,?\nSomebody Else,1,for\n")
		out, err := o.judged(ctx, o.v, b, nil, ProposalInput{})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.tries) != 3 {
			t.Fatalf("%d things may turn out otherwise: %+v", len(out.tries), out.tries)
		}
		for i, want := range []struct {
			said, name string
			s          supposition
		}{
			{"%s turns out to be in favour", "Carla Cobra", supposition{stands: map[int]int{4: farInFavour}}},
			{"%s turns out to be against", "Carla Cobra", supposition{stands: map[int]int{4: farAgainst}}},
			{"%s does not vote", "Anna Aal", supposition{without: map[int]bool{2: true}}},
		} {
			got := out.tries[i]
			then, err := o.judged(ctx, o.v, want.s.of(b), nil, ProposalInput{})
			if err != nil {
				t.Fatal(err)
			}
			if got.said != want.said || got.name != want.name {
				t.Errorf("%+v is tried, want %s of %s", got, want.said, want.name)
			}
			near.Equal(t, got.name+" "+got.value, got.chance, then.BeforeChance, 1e-9)
		}
		first, last := out.Course[0], out.Course[len(out.Course)-1]
		if len(out.TalkTo) == 0 || first.Chance != out.BeforeChance || last.Chance != out.Chance ||
			last.Talks != len(out.TalkTo) {
			t.Errorf("%d talks, from %v to %v: %+v", len(out.TalkTo), out.BeforeChance, out.Chance, out.Course)
		}
		for _, other := range out.Others {
			for _, talk := range out.TalkTo {
				if talk.Person.Name == other.Person.Name {
					t.Errorf("%s is talked to and stands in for somebody", other.Person.Name)
				}
			}
		}
		for _, d := range out.deciding {
			heeds := d.name == "Anna Aal" || d.name == "Carla Cobra"
			if strings.Contains(d.why, "heeds Bram Beer, who is in favour") != heeds {
				t.Errorf("%s %s", d.name, d.why)
			}
		}
		// Of one who decides alone nobody is left when they do not vote.
		alone, err := o.judged(ctx, o.v, ballotOf(t, "person,votes,stance\nAnna Aal,1,against\n"), nil, ProposalInput{})
		if err != nil || len(alone.tries) != 0 {
			t.Errorf("of one who decides alone: %+v %v", alone.tries, err)
		}
		// What changes nothing is not worth a try.
		beyond, err := o.judged(ctx, o.v, ballotOf(t, "person,votes,stance\nAnna Aal,9,for\nSomebody Else,1,?\n"), nil,
			ProposalInput{})
		if err != nil || len(beyond.tries) != 0 {
			t.Errorf("one vote of ten, beside nine in favour: %+v %v", beyond.tries, err)
		}
	})
}

// A curve is the highest where most draws fall, stays within the picture, and both are on one scale.
func TestCurves(t *testing.T) {
	var sure, even [101]float64
	sure[0] = 1
	for i := range even {
		even[i] = 1.0 / float64(len(even))
	}
	list := curvesOf(sure, even)
	height := func(c curve, at int) float64 {
		_, y, _ := strings.Cut(strings.Fields(c.line)[at], ",")
		value, err := strconv.ParseFloat(y, 64)
		if err != nil {
			t.Fatal(err)
		}
		near.Within(t, c.line, value, curveTop, curveHeight-curveFoot)
		return value
	}
	near.Equal(t, "where all draws fall", height(list[0], 0), curveTop, 0.1)
	near.Equal(t, "where none fall", height(list[0], 60), curveHeight-curveFoot, 0.1)
	near.Equal(t, "an even line", height(list[1], 0), height(list[1], 50), 1)
	if height(list[1], 50) < curveHeight-curveFoot-20 {
		t.Error("what can be anything is drawn as high as what is sure")
	}
}

// The first talk stands on the left, the last on the right, the chance is as high as it is, and all is said in numbers.
func TestCourse(t *testing.T) {
	places, line := courseOf([]CoursePoint{{0, 0}, {1, 0.5}, {4, 1}})
	if len(places) != 3 || places[0].x != curveEdge || places[2].x != curveWidth-curveEdge || places[2].y != curveTop ||
		places[0].y != curveHeight-curveFoot || places[1].per != "50" || places[2].talks != "4" {
		t.Errorf("%+v", places)
	}
	near.Equal(t, "one talk of four", places[1].x-places[0].x, (curveWidth-2*curveEdge)/4.0, 1e-9)
	if len(strings.Fields(line)) != 3 {
		t.Errorf("the line goes through %s", line)
	}
	if one, _ := courseOf([]CoursePoint{{0, 0.3}}); one[0].x != curveEdge {
		t.Errorf("without talks: %+v", one)
	}
}

// Whom somebody heeds the most counts only when that one is known to be in favour.
func TestLeader(t *testing.T) {
	c := council{problem: proposal.Problem{People: []proposal.Person{
		{}, {Stance: 0.5}, {Stance: 0.9, Spread: unknownSpread}, {Stance: -1}, {Stance: 1},
	}, Arcs: []proposal.Arc{{From: 0, To: 1, Weight: 1}, {From: 0, To: 2, Weight: 5}, {From: 0, To: 3, Weight: 4}, {
		From: 0, To: 4, Weight: 2,
	}, {From: 1, To: 3, Weight: 1}}}}
	for i, want := range []int{4, -1, -1} {
		if got := c.leader(i); got != want {
			t.Errorf("%d heeds %d, want %d", i, got, want)
		}
	}
}

// Whom to talk to says when they, with who else would help, are much alike and who is missing.
func TestProposalSaysWhoIsMissing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		o := newOffice(t, d)
		file := "person,votes,stance,certainty\n"
		for _, name := range []string{"Anna Aal", "Bram Beer", "Carla Cobra", "Dirk Das", "Els Egel"} {
			file += name + ",1,against,1\n"
		}
		// All of them are needed, so that the list is who decides.
		in := ProposalInput{File: file, Quorum: 1}
		out, err := o.proposal(ctx, o.v, in)
		if err != nil || len(out.TalkTo) != 5 || out.Alike == nil || len(out.Alike) != 0 {
			t.Fatalf("people of whom no level is known are called alike: %+v %v", out, err)
		}
		for i, name := range []string{"Anna Aal", "Bram Beer", "Carla Cobra", "Dirk Das", "Els Egel"} {
			role := people.Role{Organisation: strings.Repeat("A", i+1), Title: "teamleider"}
			if err := o.store.AddRole(ctx, o.v, o.who[name], role); err != nil {
				t.Fatal(err)
			}
		}
		if out, err = o.proposal(ctx, o.v, in); err != nil || len(out.Alike) != 1 ||
			!strings.Contains(out.Alike[0], "5 of these 5 are of one level (middle); nobody is of: top, expert") {
			t.Fatalf("%q %v", out.Alike, err)
		}
		dutch := o.v
		dutch.Lang = "nl"
		if out, err = o.proposal(ctx, dutch, in); err != nil || len(out.Alike) != 1 ||
			!strings.Contains(out.Text(dutch.Printer()), "5 van deze 5") {
			t.Errorf("%q %v", out.Alike, err)
		}
	})
}
