package page

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// Names in the picture of the ways touch neither each other, nor anybody who is drawn, nor the edge.
func TestRouteNamesNeverTouch(t *testing.T) {
	names := []string{
		"Iris", "Jan van der Berg", "Wilhelmina Mwangi-Waterschap van Molenbeek en Omstreken", "نور الدين", "דנה כהן",
		"🦊🦊 Vos", "王小明", "Ö", "", "María José Ñandú", "WWWWWWWW MMMMMMMM",
	}
	random := rand.New(rand.NewPCG(3, 4))
	written := 0
	for run := range 400 {
		var ways []Way
		next := 1
		stop := func() Stop { next++; return Stop{key(next), names[random.IntN(len(names))]} }
		aim := stop()
		for range 1 + random.IntN(4) {
			w := Way{Aim: aim, Band: "weak"}
			if run%2 == 0 {
				w.Aim = stop()
			}
			for range random.IntN(4) {
				w.Between = append(w.Between, stop())
			}
			ways = append(ways, w)
		}
		p := NewRoute(ways)
		written += len(p.Names)
		dots := append(append([]RouteStop{{X: routeFrom, Y: p.middle()}}, p.Stops...), p.Aims...)
		for i, n := range p.Names {
			l, u, r, d := n.box()
			if l < 0 || u < 0 || r > routeWidth || d > p.Height {
				t.Fatalf("run %d: %q leaves the picture of %d", run, n.Text, p.Height)
			}
			for _, o := range p.Names[i+1:] {
				if l2, u2, r2, d2 := o.box(); l <= r2 && l2 <= r && u <= d2 && u2 <= d {
					t.Fatalf("run %d: %q touches %q", run, n.Text, o.Text)
				}
			}
			for _, dot := range dots {
				x, y := min(max(dot.X, l), r)-dot.X, min(max(dot.Y, u), d)-dot.Y
				if max(x, -x) <= routeRadius && max(y, -y) <= routeRadius {
					t.Fatalf("run %d: %q touches the square of %q", run, n.Text, dot.Name)
				}
			}
		}
		for i, dot := range dots {
			for _, other := range dots[i+1:] {
				x, y := dot.X-other.X, dot.Y-other.Y
				if max(x, -x, y, -y) <= 2*routeRadius+3 {
					t.Fatalf("run %d: %q touches %q", run, dot.Name, other.Name)
				}
			}
		}
	}
	if written < 800 {
		t.Errorf("only %d names are written", written)
	}
}

// One aim stands once, a weak way is dashed by its class, and where nobody stands between there is no picture.
func TestRoute(t *testing.T) {
	aim := Stop{key(9), "Lonneke van Leeuwen"}
	p := NewRoute([]Way{
		{Between: []Stop{{key(1), "Roos de Haan"}}, Aim: aim, Band: "strong"},
		{Between: []Stop{{key(2), "Jérôme"}, {key(3), "Fatima"}}, Aim: aim, Band: "weak"},
	})
	if len(p.Aims) != 1 || len(p.Stops) != 3 || len(p.Ways) != 2 || p.Ways[1].Band != "weak" {
		t.Errorf("%+v", p)
	}
	html := shown(t, Route(p, "Two ways"))
	for _, part := range []string{`class="strong"`, `class="weak"`, `aria-label="Two ways"`, ">Roos de Haan<", ">RH<"} {
		if !strings.Contains(html, part) {
			t.Errorf("no %q in %s", part, html)
		}
	}
	if p = NewRoute([]Way{{Aim: aim, Band: "strong"}}); len(p.Ways) > 0 || shown(t, Route(p, "")) != "" {
		t.Errorf("who is known has a picture of the way: %+v", p)
	}
}
