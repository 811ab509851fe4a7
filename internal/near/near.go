// Package near compares numbers in tests. A number that is none (NaN) is near nothing and lies between nothing: written
// as x < 0.3 || …, such a comparison passes it without a word.
package near

import (
	"math"
	"testing"
)

// Is says whether two numbers differ by at most the tolerance. Nothing is near NaN, and an infinity is near itself
// alone.
func Is(got, want, tolerance float64) bool {
	return got == want || math.Abs(got-want) <= tolerance
}

// In says whether a number lies from low to high, both included.
func In(x, low, high float64) bool { return x >= low && x <= high }

// Equal fails the test when two numbers differ by more than the tolerance.
func Equal(t testing.TB, what string, got, want, tolerance float64) {
	t.Helper()
	if !Is(got, want, tolerance) {
		t.Errorf("%s is %v, want %v to within %g", what, got, want, tolerance)
	}
}

// Within fails the test when a number does not lie from low to high.
func Within(t testing.TB, what string, x, low, high float64) {
	t.Helper()
	if !In(x, low, high) {
		t.Errorf("%s is %v, want it from %v to %v", what, x, low, high)
	}
}
