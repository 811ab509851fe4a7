package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"gave.network/internal/text"
)

func TestQueryFindsTheBeginningsOfWords(t *testing.T) {
	for _, c := range []struct {
		query, in string
		found     bool
		marked    string // what stands between brackets is marked
	}{
		{"roos", "Roos de Haan", true, "[Roos] de Haan"},
		{"roos", "maakt het rooster", true, "maakt het [roos]ter"},
		{"oos", "Roos de Haan", false, "Roos de Haan"},
		{"rene haan", "René de Haan", true, "[René] de [Haan]"},
		{"RENÉ", "rene", true, "[rene]"},
		{"obrien", "Sean O'Brien", true, "Sean O'Brien"},
		{"strasse", "Lange Straße 3", true, "Lange [Straße] 3"},
		{"an anna", "Anna An", true, "[Anna] [An]"},
		{"roos jan", "Roos de Haan", false, "[Roos] de Haan"},
		{"", "Roos", false, "Roos"},
		{"<b>", "a <b>b</b>", true, "a <[b]>[b]</[b]>"},
		{"שלום", "שלום עולם", true, "[שלום] עולם"},
	} {
		q := text.NewQuery(c.query)
		if got := q.In(c.in); got != c.found {
			t.Errorf("%q in %q: %v", c.query, c.in, got)
		}
		var b strings.Builder
		end := 0
		for _, m := range q.Marks(c.in) {
			b.WriteString(c.in[end:m.Start] + "[" + m.In(c.in) + "]")
			end = m.End
		}
		if got := b.String() + c.in[end:]; got != c.marked {
			t.Errorf("%q marks %q, want %q", c.query, got, c.marked)
		}
	}
}

func TestQueryOfALongTextIsShort(t *testing.T) {
	q := text.NewQuery(strings.Repeat("é", 5000) + " x")
	if len(q) != 1 || len(q[0]) > 200 {
		t.Errorf("%d words", len(q))
	}
	if q := text.NewQuery(strings.Repeat("a b ", 5000)); len(q) != 2 {
		t.Errorf("%d words", len(q))
	}
}

func TestSnippetShowsWhatWasFound(t *testing.T) {
	long := strings.Repeat("één lang verhaal over drukwerk ", 40) + "met Lonneke in de jury " + strings.Repeat("ë", 200)
	got := text.NewQuery("lonneke").Snippet(long, 90)
	if !strings.Contains(got, "Lonneke") || utf8.RuneCountInString(got) > 91 || !strings.HasPrefix(got, "…") {
		t.Errorf("%q", got)
	}
	if got := text.NewQuery("x").Snippet("kort", 90); got != "kort" {
		t.Errorf("%q", got)
	}
}

func FuzzQuery(f *testing.F) {
	f.Add("roos", "Roos de Haan")
	f.Add("st", "Straße ſt ﬆ")
	f.Fuzz(func(t *testing.T, typed, s string) {
		q := text.NewQuery(typed)
		end := 0
		for _, m := range q.Marks(s) {
			if m.Start < end || m.End <= m.Start || m.End > len(s) {
				t.Fatalf("%q marks %v in %q", typed, m, s)
			}
			end = m.End
		}
		q.Snippet(s, 40)
	})
}
