package api

import (
	"regexp"
	"testing"

	"gave.network/internal/locale"
	"gave.network/internal/op"
)

func TestEveryTextOfTheDocsHasDutch(t *testing.T) {
	var keys []string
	for _, k := range kinds {
		keys = append(keys, k.title, k.about)
	}
	for _, role := range []op.Role{op.Anonymous, op.Guest, op.Member, op.Owner} {
		keys = append(keys, whom(role))
	}
	for _, found := range regexp.MustCompile(`\.T "([^"]+)"`).FindAllStringSubmatch(docsHTML, -1) {
		keys = append(keys, found[1])
	}
	for _, key := range keys {
		if !locale.Has(locale.Dutch, key) {
			t.Errorf("no Dutch for %q", key)
		}
	}
}
