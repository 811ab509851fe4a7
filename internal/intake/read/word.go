package read

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"gave.network/internal/lang"
)

// Cut shortens a text to at most n bytes without breaking a letter.
func Cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// MaxText is the most characters of a short text that are kept.
const MaxText = 500

// WholeText cleans a text of several lines.
func WholeText(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(s, "\r", ""), "\x00", ""))
}

// FirstLine returns a text up to its first line end.
func FirstLine(b []byte) []byte {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		b = b[:i]
	}
	return TrimReturn(b)
}

// WordList makes a set of the words of a text.
func WordList(s string) map[string]bool {
	words := map[string]bool{}
	for _, w := range strings.Fields(s) {
		words[w] = true
	}
	return words
}

// WordLines makes a set of texts that stand between vertical bars.
func WordLines(s string) map[string]bool {
	words := map[string]bool{}
	for word := range strings.SplitSeq(s, "|") {
		words[strings.TrimSpace(word)] = true
	}
	return words
}

var yesWords = WordSet("yes")

// IsYes says that a cell means yes, in the languages and ways of the programs that export.
func IsYes(s string) bool {
	return yesWords[strings.ToLower(s)]
}

// LeadingNumber takes the digits from the beginning of a text.
func LeadingNumber(s string) (n, digits int, rest string) {
	for digits < len(s) && digits < 6 && s[digits] >= '0' && s[digits] <= '9' {
		n = n*10 + int(s[digits]-'0')
		digits++
	}
	return n, digits, s[digits:]
}

// Quote shows a value to people, short.
func Quote(s string) string {
	s = CleanText(UTF8Text([]byte(s)), 80)
	if s == "" {
		return "missing"
	}
	return `"` + s + `"`
}

// IsDigit says that a byte is a digit of ASCII.
func IsDigit(c byte) bool { return c >= '0' && c <= '9' }

// Digits reads a number of at most nine digits at i and returns it and where it ended.
func Digits(s string, i int) (int, int) {
	n := 0
	for end := i; ; end++ {
		if end >= len(s) || !IsDigit(s[end]) || end-i >= 9 {
			return n, end
		}
		n = n*10 + int(s[end]-'0')
	}
}

// IsDigits says that a text is made of digits.
func IsDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// First returns the first text of a list, "" of an empty one.
func First(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// Fill sets a text that is still empty.
func Fill(field *string, value string) {
	if *field == "" {
		*field = value
	}
}

// AppendNew adds a value that is not empty and not yet there.
func AppendNew(list []string, value string) []string {
	if value == "" || len(list) >= MaxMany {
		return list
	}
	if slices.Contains(list, value) {
		return list
	}
	return append(list, value)
}

// NonEmpty takes the empty texts out of a list, in its place.
func NonEmpty(list []string) []string {
	kept := list[:0]
	for _, one := range list {
		if one != "" {
			kept = append(kept, one)
		}
	}
	return kept
}

// PhoneShape is a text that can only be a telephone number.
var PhoneShape = regexp.MustCompile(`^\+?[0-9][0-9 ()./-]{6,20}$`)

// MaxTitle is the most runes of a subject or summary that are kept.
const MaxTitle = 200

// Aliases gives for each word in the sections of exports.txt whose names begin so the rest of its section's name, in
// every language that Gave reads.
func Aliases(prefix string) map[string]string {
	all := map[string]string{}
	for field, aliases := range lang.Under("exports", prefix) {
		for _, alias := range aliases {
			all[alias] = field
		}
	}
	return all
}

// WordSet is the set of the entries of a section of exports.txt, in every language that Gave reads.
func WordSet(section string) map[string]bool {
	all := map[string]bool{}
	for _, word := range lang.Words("exports", section) {
		all[word] = true
	}
	return all
}

// Phrases are the entries of a section of exports.txt in which _ stands for a space, in every language that Gave reads.
func Phrases(section string) []string {
	all := lang.Words("exports", section)
	for i := range all {
		all[i] = strings.ReplaceAll(all[i], "_", " ")
	}
	return all
}

// ContainsAny says that one of the phrases stands in a text.
func ContainsAny(s string, phrases []string) bool {
	return slices.ContainsFunc(phrases, func(phrase string) bool { return strings.Contains(s, phrase) })
}

// Begins says that a text begins with one of the phrases.
func Begins(s string, phrases []string) bool {
	return slices.ContainsFunc(phrases, func(phrase string) bool { return strings.HasPrefix(s, phrase) })
}

// Pattern is a regular expression for any entry of a section of exports.txt.
func Pattern(section string) string {
	var all []string
	for _, entry := range lang.Words("exports", section) {
		all = append(all, regexp.QuoteMeta(entry))
	}
	return strings.Join(all, "|")
}
