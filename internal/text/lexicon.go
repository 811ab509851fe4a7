package text

import (
	"slices"
	"strings"

	"gave.network/internal/lang"
)

// The lists of package lang as they are looked up: folded, and those of all languages side by side, because people mix
// them.

// WordSet gives the words of some sections of a list.
func WordSet(list string, sections ...string) map[string]bool {
	set := make(map[string]bool)
	for _, section := range sections {
		for _, word := range lang.Words(list, section) {
			set[Fold(word)] = true
		}
	}
	return set
}

// ParseSet reads a list of words parted by white space, with comment lines that start with #.
func ParseSet(file string) map[string]bool {
	set := make(map[string]bool)
	for line := range strings.Lines(file) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, word := range strings.Fields(line) {
			set[Fold(word)] = true
		}
	}
	return set
}

// Kinds gives for each word of the sections whose names begin with a prefix the rest of its section's name.
func Kinds(list, prefix string) map[string]string {
	all := make(map[string]string)
	for kind, entries := range lang.Under(list, prefix) {
		for _, word := range entries {
			all[Fold(word)] = kind
		}
	}
	return all
}

// Spaced gives the words of a section as they stand within a text, with a space on both sides.
func Spaced(list, section string) (all []string) {
	for _, word := range lang.Words(list, section) {
		all = append(all, " "+word+" ")
	}
	return all
}

// Phrases are turns of one or more words, to be looked for in a text.
type Phrases []Phrase

// Phrase is one of them. Value is what the list says behind it, or "".
type Phrase struct {
	Words []string // folded
	Value string
}

// Turns gives the phrases of a section, the longest first.
func Turns(list, section string) Phrases {
	var all Phrases
	for _, line := range lang.Words(list, section) {
		said, value, _ := strings.Cut(line, " = ")
		all = append(all, Phrase{strings.Fields(Fold(said)), value})
	}
	slices.SortStableFunc(all, func(a, b Phrase) int { return len(b.Words) - len(a.Words) })
	return all
}

// At finds the longest phrase that stands at word i, and gives where it ends; 0 when none does.
func (all Phrases) At(word func(int) string, i int) (value string, next int) {
	for _, p := range all {
		n := 0
		for n < len(p.Words) && word(i+n) == p.Words[n] {
			n++
		}
		if n == len(p.Words) {
			return p.Value, i + n
		}
	}
	return "", 0
}
