package text

import "testing"

func TestSubject(t *testing.T) {
	for in, want := range map[string]struct {
		bare, list string
		answers    bool
	}{
		"Re: [R-sig-ME] Re: nlmer":  {"nlmer", "r-sig-me", true},
		"[x] AW: Re[2]: y":          {"y", "x", true},
		"Antw: [leden] Huisstijl":   {"Huisstijl", "leden", true},
		"Fwd: z":                    {"z", "", false},
		"note: keep":                {"note: keep", "", false},
		"":                          {"", "", false},
		"[only]":                    {"[only]", "", false},
		"Re:":                       {"", "", true},
		"[first] [second] Question": {"Question", "first", false},
	} {
		bare, list, answers := Subject(in)
		if bare != want.bare || list != want.list || answers != want.answers {
			t.Errorf("%q became %q, %q, %v", in, bare, list, answers)
		}
	}
}
