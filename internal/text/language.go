package text

import (
	_ "embed"
	"strings"
)

var (
	//go:embed data/lang_nl.txt
	dutchWordFile string
	//go:embed data/lang_en.txt
	englishWordFile string

	dutchWords   = wordSet(dutchWordFile)
	englishWords = wordSet(englishWordFile)
)

// Letter groups that are frequent in one of the languages and rare in the other, with ^ before and $ behind a word. The
// weights are steps of one on a scale on which a function word counts four.
var (
	dutchLetters = map[string]float64{
		"ij": 2, "aa": 2, "uu": 2, "sch": 1, "oe": 1, "eeu": 2, "ieu": 1, "^ge": 1, "^ver": 1, "heid": 2, "lijk": 2,
		"^on": 0.3, "en$": 0.7, "je$": 1, "tje": 2,
		"cht": 1, "ui": 1, "kk": 1, "zo": 0.7, "kw": 2, "ooi": 1, "ee": 0.3, "^vr": 2, "^kn": 0.5, "erij": 2, "atie": 2,
		"isch": 2, "^zw": 2, "jk": 2, "dt$": 2, "aar": 1, "rs$": 0.2,
		"ou": 0.1, "^be": 0.4, "^z": 0.7, "iek$": 1.5, "eur$": 1, "ement$": 0.2, "dag": 1.5, "oor": 0.7, "eel": 0.3,
		"nd$": 0.2, "st$": 0.1,
	}
	englishLetters = map[string]float64{
		"th": 1.5, "^wh": 2, "wr": 0.3, "sh": 1.3, "ght": 2, "tion": 1.5, "ck": 1.2, "y$": 1.3, "ly$": 1.5, "ed$": 0.8,
		"ea": 0.6, "ow": 1, "qu": 1, "ous": 1.5, "ing$": 0.6, "ity": 1.5,
		"x": 0.7, "ai": 0.6, "^w": 0, "ph": 0.6, "ay": 1, "ey": 1, "oy": 1, "ough": 2, "ness": 1.5, "ful": 1.2,
		"able": 1.2, "ive": 1, "ance": 1, "ence": 0.8, "ould": 2, "ca": 0.4,
		"^c": 0.3, "ch$": 0.2, "io": 0.3, "ss$": 0.7, "ll$": 1, "ke$": 0.7, "te$": 0.3, "ce$": 0.8, "gy": 0.7,
		"ure": 0.6, "'s$": 0.1,
	}
	longestLetters = 5
)

// Language tells Dutch ("nl") from English ("en") by their frequent words and letter groups. It is "" when the text
// says too little, when both fit alike, and for most other languages. It reads at most the first 4,000 bytes.
func Language(s string) string {
	if len(s) > MaxLine {
		s = s[:MaxLine]
	}
	dutch, english := 0.0, 0.0
	words := 0
	for word := range strings.FieldsFuncSeq(Fold(s), func(r rune) bool { return !wordRune(r) && r != '\'' }) {
		words++
		switch {
		case dutchWords[word] && englishWords[word]:
			continue
		case dutchWords[word]:
			dutch += 4
			continue
		case englishWords[word]:
			english += 4
			continue
		}
		if len(word) > 2*maxStemRunes {
			continue
		}
		marked := "^" + word + "$"
		for i := range marked {
			for size := 2; size <= longestLetters && i+size <= len(marked); size++ {
				dutch += dutchLetters[marked[i:i+size]]
				english += englishLetters[marked[i:i+size]]
			}
		}
	}
	// On short names of jobs and skills it is undecided about half the time and wrong in one or two of a hundred.
	// One function word or two marked letter groups, and clearly more than the other has.
	switch {
	case dutch >= 2 && dutch > 1.3*english+0.5:
		return "nl"
	case english >= 2 && english > 1.3*dutch+0.5:
		return "en"
	}
	return ""
}
