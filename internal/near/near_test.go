package near

import (
	"math"
	"testing"
)

func TestNothingIsNearNoNumber(t *testing.T) {
	no, endless := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		got, want, tolerance float64
		near                 bool
	}{
		{1, 1, 0, true},
		{1, 1.5, 0.5, true},
		{1.5, 1, 0.5, true},
		{1, 1.6, 0.5, false},
		{no, 1, endless, false},
		{1, no, endless, false},
		{no, no, endless, false},
		{1, 1.1, no, false},
		{endless, endless, 0, true},
		{endless, -endless, 1, false},
	} {
		if Is(c.got, c.want, c.tolerance) != c.near {
			t.Errorf("%v near %v to within %v: not %v", c.got, c.want, c.tolerance, c.near)
		}
	}
	if !In(1, 1, 1) || In(0.9, 1, 2) || In(2.1, 1, 2) || In(no, -endless, endless) || In(1, no, 2) {
		t.Error("In")
	}
}
