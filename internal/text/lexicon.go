package text

import (
	"slices"
	"strings"

	"gave.network/internal/lang"
)

// The lists of package lang as they are looked up: folded, and those of all languages side by side, because people mix
// them.

// words are those of some sections of a list.
func words(list string, sections ...string) map[string]bool {
	set := make(map[string]bool)
	for _, section := range sections {
		for _, word := range lang.Words(list, section) {
			set[Fold(word)] = true
		}
	}
	return set
}

// wordSet reads a list of words parted by white space, with comment lines that start with #.
func wordSet(file string) map[string]bool {
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

// kinds gives for each word of the sections whose names begin with a prefix the rest of its section's name.
func kinds(list, prefix string) map[string]string {
	all := make(map[string]string)
	for kind, entries := range lang.Under(list, prefix) {
		for _, word := range entries {
			all[Fold(word)] = kind
		}
	}
	return all
}

// spaced are the words of a section as they stand within a text.
func spaced(list, section string) (all []string) {
	for _, word := range lang.Words(list, section) {
		all = append(all, " "+word+" ")
	}
	return all
}

// phrases are turns of one or more words that mean the same.
type phrases []phrase

// phrase is one of them.
type phrase struct {
	words []string
	value string
}

// turns are those of a section, each with its value if it has one, the longest first.
func turns(list, section string) phrases {
	var all phrases
	for _, line := range lang.Words(list, section) {
		said, value, _ := strings.Cut(line, " = ")
		all = append(all, phrase{strings.Fields(Fold(said)), value})
	}
	slices.SortStableFunc(all, func(a, b phrase) int { return len(b.words) - len(a.words) })
	return all
}

// at finds the longest of the turns that stands at word i, and gives where it ends; 0 when none does.
func (all phrases) at(word func(int) string, i int) (value string, next int) {
	for _, p := range all {
		n := 0
		for n < len(p.words) && word(i+n) == p.words[n] {
			n++
		}
		if n == len(p.words) {
			return p.value, i + n
		}
	}
	return "", 0
}
