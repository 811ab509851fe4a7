package page

import (
	"net/http/httptest"
	"testing"
)

func TestPartOf(t *testing.T) {
	for _, c := range []struct {
		from, address string
		count         int
		want          Part
	}{
		{"", "/a", 0, Part{}},
		{"", "/a", 50, Part{To: 50}},
		{"", "/a", 51, Part{To: 50, After: "/a?from=50"}},
		{"50", "/a?b=c", 120, Part{From: 50, To: 100, Before: "/a?b=c&from=0", After: "/a?b=c&from=100"}},
		{"30", "/a", 60, Part{From: 30, To: 60, Before: "/a?from=0"}},
		{"-9", "/a", 3, Part{To: 3}},
		{"99999999999999999999", "/a", 3, Part{From: 3, To: 3, Before: "/a?from=0"}},
		{"x", "/a", 3, Part{To: 3}},
	} {
		r := httptest.NewRequest("GET", "/a?from="+c.from, nil)
		if got := PartOf(r, c.address, c.count, 50); got != c.want {
			t.Errorf("%q of %d: %+v, want %+v", c.from, c.count, got, c.want)
		}
	}
}
