package lab

import "testing"

// A tie seems the further gone the longer it is silent, the rarer its days and the fewer the times that the two came
// back to each other after a pause; and that of who is in contact with nobody further than that of who is with many.
func TestFading(t *testing.T) {
	mine := []int64{70, 80, 85, 90, 95}
	weekly := []int64{50, 57, 64, 71, 78}
	of := fadingOf(weekly, mine, 95)
	for name, more := range map[string]float64{
		"silent for longer":               fadingOf([]int64{40, 47, 54, 61, 68}, mine, 95),
		"less often":                      fadingOf([]int64{22, 36, 50, 64, 78}, mine, 95),
		"in contact with nobody":          fadingOf(weekly, mine[:1], 95),
		"as often, but in one long train": fadingOf([]int64{50, 75, 76, 77, 78}, mine, 95),
		"silent for years":                fadingOf(weekly, nil, 10_000),
	} {
		if !(more > of) {
			t.Errorf("%s: %v, and %v otherwise", name, more, of)
		}
	}
}
