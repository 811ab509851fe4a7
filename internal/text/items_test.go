package text

import (
	"slices"
	"testing"
)

func TestItems(t *testing.T) {
	for line, want := range map[string][]string{
		"": nil, " , ,": nil, "Anna": {"Anna"}, " Anna de Wit ,Bob,, Carla": {"Anna de Wit", "Bob", "Carla"},
	} {
		if got := Items(line); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}
