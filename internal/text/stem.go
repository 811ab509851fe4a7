package text

import (
	_ "embed"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
)

var (
	//go:embed data/stop_nl.txt
	dutchStopFile string
	//go:embed data/stop_en.txt
	englishStopFile string

	dutchStops   = wordSet(dutchStopFile)
	englishStops = wordSet(englishStopFile)
)

// maxStemRunes is the longest word that is stemmed; longer ones are no words of a language.
const maxStemRunes = 60

// Stem gives the stem of a word in lower case. For "nl" it is the Dutch Snowball stemmer that is now called
// dutch_porter (Kraaij and Pohlmann's adaptation of Porter, the one most programs and databases carry; the newer
// "dutch" of Snowball 3 differs), for "en" the English one ("Porter2"). In any other language the word stays as it is.
func Stem(word, language string) string {
	if language != "nl" && language != "en" || utf8.RuneCountInString(word) > maxStemRunes {
		return word
	}
	env := snowballstem.NewEnv(word)
	if language == "nl" {
		dutch.Stem(env)
	} else {
		english.Stem(env)
	}
	if stem := env.Current(); stem != "" {
		return stem
	}
	return word
}

// Terms gives the terms by which a text is indexed and ranked: its folded words without the most common ones, each as
// its stem. The language is "nl" or "en"; with "" each word gives the stems of both languages, so that a short query of
// unknown language finds texts in either.
func Terms(s, language string) []string {
	var terms []string
	for _, word := range Words(s) {
		switch language {
		case "nl":
			if !dutchStops[word] {
				terms = append(terms, Stem(word, "nl"))
			}
		case "en":
			if !englishStops[word] {
				terms = append(terms, Stem(word, "en"))
			}
		default:
			if dutchStops[word] || englishStops[word] {
				continue
			}
			first, second := Stem(word, "nl"), Stem(word, "en")
			terms = append(terms, first)
			if second != first {
				terms = append(terms, second)
			}
		}
	}
	return terms
}
