package names

import "testing"

func TestRefScore(t *testing.T) {
	name := Parse("Frank van der Berg")
	for _, c := range []struct {
		ref       string
		low, high float64
	}{
		{"frank@x.nl", 1, 1},
		{"other@x.nl", 0, 0},
		{"Frank van der Berg", 1, 1},
		{"frank.vanderberg", 1, 1},
		{"frank", 0.9, 0.99},
		{"berg", 0.8, 0.9},
		{"vanderberg", 0.8, 0.9},
		{"van der Berg", 0.8, 0.9},
		{"fvanderberg", 0.8, 0.9},
		{"franciscus", 0.8, 0.85},
		{"frank v", 0.85, 0.95},
		{"fran", 0.5, 0.7},
		{"frnak", 0.4, 0.6},
		{"frank jansen", 0, 0.3},
		{"anna", 0, 0.1},
		{"", 0, 0},
	} {
		if got := RefScore(c.ref, name, "frank@x.nl"); got < c.low || got > c.high {
			t.Errorf("RefScore(%q) = %.2f, want %.2f to %.2f", c.ref, got, c.low, c.high)
		}
	}
}
