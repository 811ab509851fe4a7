package principle_test

import (
	"testing"

	"gave.network/internal/principle"
)

func TestEveryNounHasOneGroup(t *testing.T) {
	seen := map[string]string{}
	for _, g := range principle.All() {
		for _, noun := range g.Nouns {
			if other, taken := seen[noun]; taken {
				t.Errorf("%s is in %s and in %s", noun, other, g.Key)
			}
			seen[noun] = g.Key
			if got := principle.Of(noun).Key; got != g.Key {
				t.Errorf("%s is in %s, found in %s", noun, g.Key, got)
			}
		}
	}
	if got := principle.Of("doctor").Key; got != "house" {
		t.Errorf("a noun of nobody is in %s, want house", got)
	}
}
