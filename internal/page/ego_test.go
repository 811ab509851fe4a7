package page

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"gave.network/internal/id"
)

// key returns an id that is the same in every run.
func key(n int) id.ID { return id.ID{14: byte(n >> 8), 15: byte(n)} }

// Names never touch each other, a dot, the middle or the edge, whatever they are; and the same ties give the same
// picture in whatever order they come.
func TestEgoNamesNeverTouch(t *testing.T) {
	names := []string{
		"Iris", "Jan van der Berg", "Wilhelmina Mwangi-Waterschap van Molenbeek en Omstreken", "نور الدين", "דנה כהן",
		"🦊🦊 Vos", "王小明", "Ö", "", "María José Ñandú", "x", "WWWWWWWW MMMMMMMM",
	}
	circles := []string{"", "De Polder", "Bureau Helder", "c", "d", "e", "f", "g", "h"}
	random := rand.New(rand.NewPCG(1, 2))
	most := 0
	for run := range 400 {
		var tied []Tied
		near := 1 + random.IntN(70)
		for i := range near + random.IntN(90) {
			one := Tied{
				ID: key(i + 1), Name: fmt.Sprint(names[random.IntN(len(names))], " ", i), Strength: random.Float64(),
				Circle: circles[random.IntN(1+run%9)],
			}
			if i >= near {
				one.Through = key(1 + random.IntN(near))
			}
			tied = append(tied, one)
		}
		p := NewEgo("Marieke Vermeer", run%2 == 0, tied)
		random.Shuffle(len(tied), func(i, j int) { tied[i], tied[j] = tied[j], tied[i] })
		if again := NewEgo("Marieke Vermeer", run%2 == 0, tied); !reflect.DeepEqual(p, again) {
			t.Fatalf("run %d: the same ties in another order give another picture", run)
		}
		if len(p.Dots) != min(len(tied), MostDots) || len(p.Names) > mostNames || len(p.Circles) > ownColours {
			t.Fatalf("run %d: %d dots of %d, %d names", run, len(p.Dots), len(tied), len(p.Names))
		}
		most = max(most, len(p.Names))
		for i, n := range p.Names {
			l, u, r, d := n.box()
			if l < 0 || u < 0 || r > egoWidth || d > egoHeight {
				t.Fatalf("run %d: %q leaves the picture", run, n.Text)
			}
			for _, o := range p.Names[i+1:] {
				if l2, u2, r2, d2 := o.box(); l <= r2 && l2 <= r && u <= d2 && u2 <= d {
					t.Fatalf("run %d: %q touches %q", run, n.Text, o.Text)
				}
			}
			middle := EgoDot{X: egoWidth / 2, Y: egoHeight / 2, R: egoMiddle}
			for _, dot := range append(p.Dots, middle) {
				x, y := min(max(dot.X, l), r)-dot.X, min(max(dot.Y, u), d)-dot.Y
				if x*x+y*y <= dot.R*dot.R {
					t.Fatalf("run %d: %q touches the dot of %q", run, n.Text, dot.Name)
				}
			}
		}
		for _, d := range p.Dots {
			if d.X-d.R < 0 || d.Y-d.R < 0 || d.X+d.R > egoWidth || d.Y+d.R > egoHeight {
				t.Fatalf("run %d: the dot of %q leaves the picture", run, d.Name)
			}
		}
	}
	if most < 10 {
		t.Errorf("no picture has more than %d names", most)
	}
}

// Who is tied to the middle stands nearer than who is tied to those, each circle in its own part and colour.
func TestEgo(t *testing.T) {
	p := NewEgo("Anna Bos", false, []Tied{
		{ID: key(4), Name: "Dirk Elzinga", Circle: "Waterschap", Through: key(1), Strength: 0.2},
		{ID: key(1), Name: "Bart Claes", Circle: "Waterschap", Strength: 0.9},
		{ID: key(2), Name: "Carla Dekker", Circle: "De Polder", Strength: 0.4},
		{ID: key(3), Name: "Zoë", Strength: 0.1},
	})
	var got []string
	for _, d := range p.Dots {
		got = append(got, fmt.Sprint(d.Name, " ", d.X, ",", d.Y, " ", d.R))
	}
	want := []string{"Bart Claes 223,137 6", "Carla Dekker 132,202 4", "Zoë 109,114 3", "Dirk Elzinga 278,126 4"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the dots are %q, want %q", got, want)
	}
	if p.Dots[0].Colour != p.Dots[3].Colour || p.Dots[0].Colour == p.Dots[1].Colour || p.Dots[2].Colour != "k7" {
		t.Errorf("the colours are %v", p.Dots)
	}
	if through := p.Lines[3]; through.X1 != p.Dots[0].X || through.Y1 != p.Dots[0].Y {
		t.Errorf("who is tied to Bart hangs on %v", through)
	}
	if len(p.Names) != 4 || len(p.Circles) != 2 || p.Circles[0].Name != "Waterschap" {
		t.Errorf("names %v, circles %v", p.Names, p.Circles)
	}
	if empty := NewEgo("Anna Bos", false, nil); len(empty.Dots)+len(empty.Lines)+len(empty.Names) != 0 {
		t.Errorf("nobody around gives %v", empty)
	}
}
