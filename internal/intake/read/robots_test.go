package read_test

import (
	"testing"

	"gave.network/internal/intake/read"
)

func TestGitHubAddressIsAPersons(t *testing.T) {
	for address, want := range map[string]bool{
		"12345+anna@users.noreply.github.com": false, "anna@users.noreply.github.com": false,
		"noreply@github.com": true, "notifications@github.com": true,
	} {
		if read.Robot(address) != want {
			t.Errorf("%s: robot %v", address, !want)
		}
	}
}
