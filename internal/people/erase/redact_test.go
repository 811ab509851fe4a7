package erase

import (
	"strings"
	"testing"
	"unicode/utf8"

	"gave.network/internal/people"
)

// Whatever a text is, nothing panics, a whole name and an address are gone where they stand apart, and a text without
// them stays as it is.
func FuzzRedact(f *testing.F) {
	for _, s := range []string{
		"", "met Anna de Vries", "ÀNNA de vries's", "x\x80anna@example.org", "06-12 34 56 78", "%2", "%20", "a%2Fb",
		"+", "(((((",
	} {
		f.Add(s)
	}
	r := newRedactor()
	r.addName("Anna de Vries")
	r.addName("Quirina")
	r.addIdentifier(people.Identifier{Kind: people.MailAddress, Value: "anna@example.org"})
	r.addIdentifier(people.Identifier{Kind: people.Telephone, Value: "+31612345678"})
	r.addIdentifier(people.Identifier{Kind: people.Handle, Value: "name:mbox:anna vries"})
	r.settle(map[string]bool{"anna": true})
	f.Fuzz(func(t *testing.T, s string) {
		out, _ := r.redact(s+" \nAnna de Vries, ANNA@example.org; 06-12345678 quirina", false)
		for _, word := range []string{"Anna de Vries", "ANNA@example.org", "12345678", "quirina"} {
			if strings.HasSuffix(out, word) || strings.Contains(out[max(0, len(out)-40):], word) {
				t.Errorf("%q still holds %q", out, word)
			}
		}
		again, _ := r.redact(out, false)
		if again != out {
			t.Errorf("a second pass changes %q to %q", out, again)
		}
		if utf8.ValidString(s) && !utf8.ValidString(out) {
			t.Errorf("%q is no text", out)
		}
	})
}

func TestRedactLeavesOthers(t *testing.T) {
	r := newRedactor()
	r.addName("Mark de Vries")
	r.addIdentifier(people.Identifier{Kind: people.Link, Value: "linkedin.com/in/markdv"})
	r.settle(map[string]bool{"vries": true})
	for _, s := range []string{
		"Jan de Vries", "mark my words", "https://linkedin.com/in/markdv2", "Markant", "de Vries",
	} {
		if out, _ := r.redact(s, false); out != s {
			t.Errorf("%q became %q", s, out)
		}
	}
	for s, want := range map[string]string{
		"https://www.linkedin.com/in/markdv/": "https://www.***/", "markdevries.pdf": "***.pdf", "MARK DE VRIES": "***",
		"Vries, Mark de": "***", "Márk de Vriès": "***", "met M. de Vries.": "met ***.",
	} {
		if out, _ := r.redact(s, false); out != want {
			t.Errorf("%q became %q, want %q", s, out, want)
		}
	}
}
