package text

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"

	"gave.network/internal/lang"
)

// stops are the words of each language that carry no meaning of their own in a search, and anyStops those of any.
var stops, anyStops = func() (map[string]map[string]bool, map[string]bool) {
	each, all := map[string]map[string]bool{}, map[string]bool{}
	for _, l := range lang.Spoken() {
		each[l.Tag] = ParseSet(strings.Join(l.Words("letters", "stop"), " "))
		maps.Copy(all, each[l.Tag])
	}
	return each, all
}()

// stemmers are the algorithms that there are; a language without one is searched by whole words.
var stemmers = map[string]func(*snowballstem.Env) bool{"nl": dutch.Stem, "en": english.Stem}

// stemOrder has the languages that are stemmed, the default last.
var stemOrder = func() (all []string) {
	for _, l := range lang.Spoken() {
		if stemmers[l.Tag] != nil {
			all = append(all, l.Tag)
		}
	}
	slices.Reverse(all)
	return all
}()

// maxStemRunes is the longest word that is stemmed; longer ones are no words of a language.
const maxStemRunes = 60

// Stem gives the stem of a word in lower case. For "nl" it is the Dutch Snowball stemmer that is now called
// dutch_porter (Kraaij and Pohlmann's adaptation of Porter, the one most programs and databases carry; the newer
// "dutch" of Snowball 3 differs), for "en" the English one ("Porter2"). In any other language the word stays as it is.
func Stem(word, language string) string {
	stem, known := stemmers[language]
	if !known || utf8.RuneCountInString(word) > maxStemRunes {
		return word
	}
	env := snowballstem.NewEnv(word)
	stem(env)
	if found := env.Current(); found != "" {
		return found
	}
	return word
}

// Terms gives the terms by which a text is indexed and ranked: its folded words without the most common ones, each as
// its stem. The language is "nl" or "en"; with "" each word gives the stems of both languages, so that a short query of
// unknown language finds texts in either.
func Terms(s, language string) []string {
	var terms []string
	for _, word := range Words(s) {
		if stopped, known := stops[language]; known {
			if !stopped[word] {
				terms = append(terms, Stem(word, language))
			}
			continue
		}
		if anyStops[word] {
			continue
		}
		from := len(terms)
		for _, l := range stemOrder {
			if stem := Stem(word, l); !slices.Contains(terms[from:], stem) {
				terms = append(terms, stem)
			}
		}
	}
	return terms
}
