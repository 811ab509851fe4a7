package text

import (
	"fmt"
	"strconv"
	"strings"

	"gave.network/internal/lang"
)

// marks are by what a language is told: words of its own, and letter groups that are frequent in it and rare in others,
// with ^ before and $ behind a word. The weights are steps of one on a scale on which a function word counts four.
type marks struct {
	tag     string
	words   map[string]bool
	letters map[string]float64
}

var languageMarks = func() (all []marks) {
	for _, l := range lang.Spoken() {
		m := marks{l.Tag, ParseSet(strings.Join(l.Words("letters", "word"), " ")), map[string]float64{}}
		for group, value := range l.Pairs("letters", "group") {
			weight, err := strconv.ParseFloat(value, 64)
			if err != nil || len(group) > longestLetters {
				panic(fmt.Sprintf("lang: %s/letters.txt [group]: %q = %q cannot be used", l.Tag, group, value))
			}
			m.letters[group] = weight
		}
		all = append(all, m)
	}
	return all
}()

const longestLetters = 5

// Language tells the languages that Gave speaks apart, "nl" from "en", by their frequent words and letter groups. It is
// "" when the text says too little, when two fit alike, and for most other languages. It reads at most the first 4,000
// bytes.
func Language(s string) string {
	if len(s) > MaxLine {
		s = s[:MaxLine]
	}
	scores := make([]float64, len(languageMarks))
	for word := range strings.FieldsFuncSeq(Fold(s), func(r rune) bool { return !IsWordRune(r) && r != '\'' }) {
		known, in := 0, 0
		for i, m := range languageMarks {
			if m.words[word] {
				known, in = known+1, i
			}
		}
		if known == 1 {
			scores[in] += 4
		}
		if known > 0 || len(word) > 2*maxStemRunes {
			continue
		}
		marked := "^" + word + "$"
		for i := range marked {
			for size := 2; size <= longestLetters && i+size <= len(marked); size++ {
				for k, m := range languageMarks {
					scores[k] += m.letters[marked[i:i+size]]
				}
			}
		}
	}
	// On short names of jobs and skills it is undecided about half the time and wrong in one or two of a hundred.
	// One function word or two marked letter groups, and clearly more than any other has.
	best, second := -1, 0.0
	for i, score := range scores {
		switch {
		case best < 0 || score > scores[best]:
			if best >= 0 {
				second = scores[best]
			}
			best = i
		case score > second:
			second = score
		}
	}
	if best >= 0 && scores[best] >= 2 && scores[best] > 1.3*second+0.5 {
		return languageMarks[best].tag
	}
	return ""
}
