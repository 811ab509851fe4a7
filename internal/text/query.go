package text

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Query is what somebody looks for: folded words, each of which may be the beginning of a word of what is found.
type Query []string

const (
	mostQueryWords = 8
	mostQueryBytes = 200
)

// NewQuery reads what was typed in a search. Of a long text it takes the first words.
func NewQuery(typed string) Query {
	if len(typed) > mostQueryBytes {
		typed = strings.ToValidUTF8(typed[:mostQueryBytes], "")
	}
	var q Query
	for _, w := range Words(typed) {
		if len(q) < mostQueryWords && !slices.Contains(q, w) {
			q = append(q, w)
		}
	}
	return q
}

// Sought is a text as Query.Among looks through it: its words, with a space before each.
func Sought(s string) string {
	words := Words(s)
	if len(words) == 0 {
		return ""
	}
	return " " + strings.Join(words, " ")
}

// Among says whether every word of the query begins a word of what Sought made.
func (q Query) Among(sought string) bool {
	for _, w := range q {
		if !strings.Contains(sought, " "+w) {
			return false
		}
	}
	return len(q) > 0
}

// In says whether every word of the query begins a word of the text.
func (q Query) In(s string) bool { return q.Among(Sought(s)) }

// Without returns the words of the query that begin no word of the text.
func (q Query) Without(s string) Query {
	sought := Sought(s)
	var out Query
	for _, w := range q {
		if !strings.Contains(sought, " "+w) {
			out = append(out, w)
		}
	}
	return out
}

// Marks returns the pieces of a text that words of the query found, in their order.
func (q Query) Marks(s string) []Span {
	var out []Span
	for i := 0; i < len(s); {
		start := i
		for i < len(s) {
			r, size := utf8.DecodeRuneInString(s[i:])
			if !IsWordRune(r) {
				break
			}
			i += size
		}
		if i == start {
			_, size := utf8.DecodeRuneInString(s[i:])
			i += size
			continue
		}
		if n := q.begins(s[start:i]); n > 0 {
			out = append(out, Span{start, start + n})
		}
	}
	return out
}

// begins returns how many bytes of a word the longest word of the query takes.
func (q Query) begins(word string) int {
	folded, longest := Fold(word), ""
	for _, w := range q {
		if len(w) > len(longest) && strings.HasPrefix(folded, w) {
			longest = w
		}
	}
	if longest == "" {
		return 0
	}
	for i := range word { // a letter may fold to two, and two to one
		if i > 0 && strings.HasPrefix(Fold(word[:i]), longest) {
			return i
		}
	}
	return len(word)
}

// Snippet returns about as many bytes of a text as most, from shortly before what the query found.
func (q Query) Snippet(s string, most int) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= most {
		return s
	}
	begin := 0
	if marks := q.Marks(s); len(marks) > 0 && marks[0].Start > most/3 {
		begin = marks[0].Start - most/3
		if space := strings.IndexByte(s[begin:marks[0].Start], ' '); space >= 0 {
			begin += space + 1
		}
		for !utf8.RuneStart(s[begin]) {
			begin++
		}
	}
	out := Clip(s[begin:], most)
	if begin > 0 {
		out = "…" + out
	}
	return out
}
