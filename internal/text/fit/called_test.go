package fit

import (
	"testing"

	"gave.network/internal/lang"
)

// A field is called by the first word of a language, in English by its own name without hyphens.
func TestCalled(t *testing.T) {
	for field, want := range map[string][2]string{
		"bees": {"bees", "imker"}, "animal-care": {"animal care", ""},
	} {
		if got := Called(field, "en"); got != want[0] {
			t.Errorf("%s in English: %q", field, got)
		}
		if got := Called(field, "nl"); want[1] != "" && got != want[1] {
			t.Errorf("%s in Dutch: %q, want %q", field, got, want[1])
		}
	}
	fields := map[string]bool{}
	for _, one := range words().whole {
		if one.sort == special {
			fields[one.widest().name] = true
		}
	}
	for field := range fields {
		if Called(field, "nl") == "" || Called(field, "en") == "" {
			t.Errorf("%q has no name", field)
		}
	}
	if len(fields) < 100 || !fields["bees"] || Called("bees", lang.Default) != "bees" {
		t.Errorf("%d fields", len(fields))
	}
}
