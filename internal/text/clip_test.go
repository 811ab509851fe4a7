package text

import "testing"

func TestClip(t *testing.T) {
	for _, c := range []struct {
		text string
		most int
		want string
	}{
		{"", 3, ""}, {"één", 3, "één"}, {"ééns", 3, "éé…"}, {"four", 1, "…"},
	} {
		if got := Clip(c.text, c.most); got != c.want {
			t.Errorf("%q in %d: %q, want %q", c.text, c.most, got, c.want)
		}
	}
}
