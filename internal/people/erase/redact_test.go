package erase

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
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

// What has anything to redact, or to leave for review, is among the texts that the database says to read, and most
// others are not.
func TestWhatIsReadToRedact(t *testing.T) {
	r := newRedactor()
	r.addName("Xanthippe van Qvörtrup")
	r.addName("Li D'Ivry")
	r.addIdentifier(people.Identifier{Kind: people.MailAddress, Value: "x_q%i@qvortrup.example"})
	r.addIdentifier(people.Identifier{Kind: people.Telephone, Value: "+31612349876"})
	r.addIdentifier(people.Identifier{Kind: people.Handle, Value: `chat:back\slash`})
	r.settle(map[string]bool{"li": true})
	patterns := r.patterns()
	if len(patterns) == 0 {
		t.Fatal("everything is read")
	}
	pieces := []string{
		"Xanthippe", "xanthippes", "XANTHIPPE", "van", "Qvortrup", "QVÖRTRUP", "qvörtrup's", "x", "Li", "D'Ivry",
		"d ivry", "X_Q%I@qvortrup.example", "06-12 34 98 76", "+31 (0)6 12349876", "0612349876", `CHAT:BACK\SLASH`,
		"Anna", "Iris", "12 november", "0612349877", "https://a.example/%20", "xanthippe_van_qvortrup.pdf", "é", "",
	}
	random := rand.New(rand.NewPCG(3, 4))
	dbtest.Addresses(t, func(t *testing.T, address string) {
		d, err := db.Open(context.Background(), address)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		hit, passed := 0, 0
		for range 1500 {
			var words []string
			for range 1 + random.IntN(3) {
				words = append(words, pieces[random.IntN(len(pieces))])
			}
			s := strings.Join(words, []string{" ", ", ", "/", "", "%20"}[random.IntN(5)])
			args := []any{s}
			for _, p := range patterns {
				args = append(args, p)
			}
			read, err := db.Values[int](t.Context(), d,
				`select 1 where `+maybe(d.Dialect, "cast($1 as text)", patterns, 2), args...)
			if err != nil {
				t.Fatal(err)
			}
			out, left := r.redact(s, random.IntN(2) == 0)
			switch {
			case out == s && !left && len(read) == 0:
				passed++
			case (out != s || left) && len(read) == 0:
				t.Errorf("%q is not read", s)
			case out != s || left:
				hit++
			}
		}
		if hit < 500 || passed < 50 {
			t.Errorf("%d texts with something and %d passed over", hit, passed)
		}
	})
	for i := range mostPatterns {
		r.addName(strings.Repeat(string(rune('a'+i)), 5))
	}
	if p := r.patterns(); p != nil {
		t.Errorf("too many patterns are tried: %q", p)
	}
}
