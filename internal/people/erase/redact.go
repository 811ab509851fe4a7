package erase

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gave.network/internal/db"
	"gave.network/internal/people"
	"gave.network/internal/text"
	"gave.network/internal/text/addresses"
	"gave.network/internal/text/names"
)

// blank stands where a name was.
const blank = "***"

// Masked stands for the name of somebody who is not to be named.
const Masked = blank

// redactor takes the names, addresses and numbers of people out of texts, as whole words whatever their case and
// accents.
type redactor struct {
	phrases map[string][][]string // names of several words, by their first
	single  map[string]bool       // words that are a name on their own and can be nothing else
	part    map[string]bool       // words of names that may also be another's name or an ordinary word
	exact   []string              // addresses, links and handles, in lower case
	phones  map[string]bool       // +31612345678
	digits  map[string]bool       // numbers as they were typed, without signs
}

// leastWord is the length of a word from which it can be told from others.
const leastWord = 3

// leastDigits is of how many digits a telephone number is told from another number.
const leastDigits = 6

func newRedactor() *redactor {
	return &redactor{
		phrases: map[string][][]string{}, single: map[string]bool{}, part: map[string]bool{}, phones: map[string]bool{},
		digits: map[string]bool{},
	}
}

// addName adds a name in the orders in which it may be written: as it is, family name first, with an initial, and
// written together.
func (r *redactor) addName(display string) {
	whole := nameWords(display)
	if len(whole) == 0 {
		return
	}
	n := names.Parse(display)
	given, particle, family := nameWords(n.Given), nameWords(n.Particle), nameWords(n.Family)
	r.phrase(whole)
	if len(given) > 0 && len(family) > 0 {
		surname := append(slices.Clone(particle), family...)
		for _, first := range [][]string{given, given[:1], {string([]rune(given[0])[:1])}} {
			r.phrase(slices.Concat(first, surname))
			r.phrase(slices.Concat(first, family))
			r.phrase(slices.Concat(surname, first))
			r.phrase(slices.Concat(family, first, particle))
			r.phrase(slices.Concat(family, first))
			if joined := strings.Join(slices.Concat(first, surname), ""); len(joined) >= 6 {
				r.single[joined] = true
			}
		}
	}
	for _, word := range slices.Concat(given, family) {
		if utf8.RuneCountInString(word) >= leastWord {
			r.part[word] = true
		}
	}
	if len(given)+len(family) == 0 && utf8.RuneCountInString(whole[0]) >= leastWord {
		r.part[whole[0]] = true
	}
}

func (r *redactor) phrase(words []string) {
	if len(words) < 2 {
		return
	}
	if !slices.ContainsFunc(r.phrases[words[0]], func(p []string) bool { return slices.Equal(p, words) }) {
		r.phrases[words[0]] = append(r.phrases[words[0]], words)
	}
}

// addIdentifier adds an address, a number, a link or a handle.
func (r *redactor) addIdentifier(n people.Identifier) {
	value := lowerASCII(n.Value)
	switch n.Kind {
	case people.Telephone:
		r.phones[n.Value] = true
		if d := onlyDigits(n.Value); len(d) >= leastDigits {
			r.digits[d] = true
		}
		return
	case people.Handle:
		if rest, ok := strings.CutPrefix(value, "name:"); ok { // known by name only
			if _, name, ok := strings.Cut(rest, ":"); ok {
				r.addName(name)
			}
			return
		}
		if tail := value[strings.LastIndexByte(value, ':')+1:]; len(tail) >= 5 {
			r.exact = append(r.exact, tail)
		}
	}
	if len(value) >= 4 {
		r.exact = append(r.exact, value)
	}
}

// settle decides which words of names are a name on their own: those that are no ordinary word and no name of somebody
// else.
func (r *redactor) settle(ofOthers map[string]bool) {
	for word := range r.part {
		if !ofOthers[word] && !commonWords[word] {
			r.single[word] = true
		}
	}
	slices.SortFunc(r.exact, func(a, b string) int { return len(b) - len(a) })
	r.exact = slices.Compact(r.exact)
}

// mostPatterns is how many patterns are tried on a text: beyond that reading it is quicker.
const mostPatterns = 16

// patterns returns what a text in ASCII, in small letters, is like when there is anything in it to redact or to leave
// for review; none when that is not told in few. There is no sign of escape that both databases have, so what would
// need one is any letter, and so is an i, of which not every language has the same small one.
func (r *redactor) patterns() []string {
	parts := slices.Concat(r.exact, slices.Collect(maps.Keys(r.single)), slices.Collect(maps.Keys(r.part)))
	for _, phrases := range r.phrases {
		for _, words := range phrases {
			parts = append(parts, slices.MaxFunc(words, func(a, b string) int { return len(a) - len(b) }))
		}
	}
	slices.SortFunc(parts, func(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) })
	var least, out []string
	for _, part := range slices.Compact(parts) {
		if text.IsASCII(part) && !slices.ContainsFunc(least, func(l string) bool { return strings.Contains(part, l) }) {
			least = append(least, part)
		}
	}
	for _, part := range least {
		out = append(out, "%"+strings.NewReplacer("i", "_", `\`, "_").Replace(part)+"%")
	}
	for _, numbers := range []map[string]bool{r.phones, r.digits} {
		for number := range numbers {
			d := onlyDigits(number)
			d = d[max(0, len(d)-leastDigits):] // with signs between any two
			out = append(out, "%"+strings.Join(strings.Split(d, ""), "%")+"%")
		}
	}
	slices.Sort(out)
	if out = slices.Compact(out); len(out) > mostPatterns {
		return nil
	}
	return out
}

// maybe returns the condition that a column may hold something of the people, with patterns in placeholders from first
// on. Texts that are not in ASCII all may.
func maybe(dialect db.Dialect, column string, patterns []string, first int) string {
	filled := column + " <> ''"
	if len(patterns) == 0 {
		return filled
	}
	parts := []string{"octet_length(" + column + ") <> length(" + column + ")"}
	for i := range patterns {
		parts = append(parts, dialect.Like(column, first+i))
	}
	return "(" + filled + " and (" + strings.Join(parts, " or ") + "))"
}

func nameWords(s string) []string {
	var out []string
	for _, t := range tokens(s) {
		out = append(out, t.folded)
	}
	return out
}

// token is a word of a text with its place.
type token struct {
	start, end int
	folded     string
}

func tokens(s string) []token {
	var out []token
	start := -1
	closeWord := func(end int) {
		if start >= 0 {
			if folded := text.Fold(s[start:end]); folded != "" {
				out = append(out, token{start, end, folded})
			}
			start = -1
		}
	}
	for i := 0; i < len(s); {
		c, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case c == '%' && i+2 < len(s) && (s[i+1] == '2' || s[i+1] == '3') && isHex(s[i+2]):
			// %20 in an address stands for a space
			closeWord(i)
			size = 3
		case unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c):
			if start < 0 {
				start = i
			}
		default:
			closeWord(i)
		}
		i += size
	}
	closeWord(len(s))
	return out
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// nameGap is the most bytes between two words of one name.
const nameGap = 4

type span struct{ start, end int }

// redact returns the text without what belongs to the people, and whether words of their names were left because they
// may mean something else. In a text that is known to be about them no word of their names is left.
func (r *redactor) redact(s string, about bool) (out string, left bool) {
	if s == "" {
		return s, false
	}
	var cut []span
	lower := lowerASCII(s)
	for _, value := range r.exact {
		for at := 0; ; {
			i := strings.Index(lower[at:], value)
			if i < 0 {
				break
			}
			i += at
			end := i + len(value)
			if apart(s, i, end) {
				cut = append(cut, span{i, end})
			}
			at = end
		}
	}
	if len(r.phones)+len(r.digits) > 0 {
		cut = append(cut, r.numbers(s)...)
	}
	words := tokens(s)
	for i, w := range words {
		for _, phrase := range r.phrases[w.folded] {
			if follows(s, words[i:], phrase) {
				cut = append(cut, span{w.start, words[i+len(phrase)-1].end})
			}
		}
		bare := strings.TrimSuffix(w.folded, "s")
		switch {
		case r.single[w.folded] || r.single[bare], about && (r.part[w.folded] || r.part[bare]):
			cut = append(cut, span{w.start, w.end})
		}
	}
	out = without(s, cut)
	for _, w := range tokens(out) {
		left = left || r.part[w.folded]
	}
	return out, left
}

// follows says whether the words begin with those of a phrase, near each other; the last may have a genitive s.
func follows(s string, words []token, phrase []string) bool {
	if len(words) < len(phrase) {
		return false
	}
	for i, want := range phrase {
		w := words[i].folded
		if w != want && (i < len(phrase)-1 || w != want+"s") {
			return false
		}
		if i > 0 {
			between := s[words[i-1].end:words[i].start]
			if len(between) > nameGap || strings.ContainsAny(between, "\n;:/|") {
				return false
			}
		}
	}
	return true
}

// without returns the text with a blank for each of the spans.
func without(s string, cut []span) string {
	if len(cut) == 0 {
		return s
	}
	slices.SortFunc(cut, func(a, b span) int { return a.start - b.start })
	var b strings.Builder
	at := 0
	for i := 0; i < len(cut); {
		start, end := cut[i].start, cut[i].end
		for i++; i < len(cut) && cut[i].start <= end; i++ {
			end = max(end, cut[i].end)
		}
		b.WriteString(s[at:start])
		b.WriteString(blank)
		at = end
	}
	b.WriteString(s[at:])
	return b.String()
}

// apart says whether nothing directly before or after a place in the text belongs to the same address.
func apart(s string, start, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:start])
	after, size := utf8.DecodeRuneInString(s[end:])
	word := func(c rune) bool { return c != utf8.RuneError && (unicode.IsLetter(c) || unicode.IsDigit(c)) }
	if start > 0 && (word(before) || strings.ContainsRune(".-_+", before) && start > 1 && word(rune(s[start-2])) &&
		!strings.HasSuffix(lowerASCII(s[:start]), "www.")) {
		return false
	}
	if end < len(s) && (word(after) || after == '-' || after == '_') {
		next, _ := utf8.DecodeRuneInString(s[end+size:])
		return (after == '-' || after == '_') && !word(next)
	}
	return true
}

var numberLike = regexp.MustCompile(`[+(]?\d[\d ()/.\-]{5,}\d`)

// addressLike finds what may be an address or a link.
var addressLike = regexp.MustCompile(`[^\s<>()\[\],;:"']+[@/][^\s<>()\[\],;:"']+`)

// numbers returns where telephone numbers of the people stand, however they are written.
func (r *redactor) numbers(s string) []span {
	var out []span
	for _, place := range numberLike.FindAllStringIndex(s, -1) {
		// Two numbers or a date may stand beside each other: every run of parts between spaces is tried.
		starts, ends := []int{place[0]}, []int{}
		for i := place[0]; i < place[1]; i++ {
			if s[i] == ' ' {
				ends = append(ends, i)
				starts = append(starts, i+1)
			}
		}
		ends = append(ends, place[1])
		for i, start := range starts {
			for _, end := range ends[i:] {
				if end > start && r.isNumber(s[start:end]) {
					out = append(out, span{start, end})
				}
			}
		}
	}
	return out
}

func (r *redactor) isNumber(s string) bool {
	d := onlyDigits(s)
	if len(d) < leastDigits {
		return false
	}
	if r.digits[d] {
		return true
	}
	normal, ok := addresses.Phone(s, phoneRegion)
	return ok && r.phones[normal]
}

// phoneRegion is where telephone numbers without a country are taken to be.
const phoneRegion = "NL"

func onlyDigits(s string) string {
	return strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, s)
}

// lowerASCII lowers the letters a to z and keeps the place of every byte.
func lowerASCII(s string) string {
	out := []byte(s)
	for i, c := range out {
		if c >= 'A' && c <= 'Z' {
			out[i] = c + 'a' - 'A'
		}
	}
	return string(out)
}
