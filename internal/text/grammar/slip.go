package grammar

import (
	"slices"
	"strings"
	"sync"

	"gave.network/internal/text"
	"gave.network/internal/text/names"
	"gave.network/internal/text/when"
)

// Slips of the finger: kofie, gebrld, yesteday.

// noSlips are words that look like a slip of another and are none.
var noSlips = text.WordSet("capture", "slip.none")

// longDates are the words for days in which a slip is understood, by their first letter.
var longDates = sync.OnceValue(func() map[byte][]string {
	by := make(map[byte][]string)
	for word := range vocabulary() {
		if len(word) >= 7 && (when.IsRelativeDay(word) || when.IsWeekday(word) || when.IsMonth(word)) {
			by[word[0]] = append(by[word[0]], word)
		}
	}
	return by
})

// contactWords are the words for contact in which a slip is understood, by their first letter.
var contactWords = sync.OnceValue(func() map[byte][]string {
	by := make(map[byte][]string)
	for word := range mediumWords {
		if len(word) >= 5 && !strings.Contains(word, " ") {
			by[word[0]] = append(by[word[0]], word)
		}
	}
	return by
})

// deedWords are the verbs of giving and thanking in which a slip is understood, by their first letter.
var deedWords = sync.OnceValue(func() map[byte][]string {
	by := make(map[byte][]string)
	for _, set := range []map[string]bool{deeds, praiseVerbs, text.WordSet("capture", "gave.knowledge", "gave.time")} {
		for word := range set {
			if len(word) >= 6 && !slices.Contains(by[word[0]], word) {
				by[word[0]] = append(by[word[0]], word)
			}
		}
	}
	return by
})

// mendDeed reads a word that is one slip away from a verb of giving, where somebody or the writer stands beside it. It
// tells whether there was one.
func (p *parser) mendDeed(c clause) bool {
	for i := c.from; i < c.to; i++ {
		if !p.mayBeSlip(i) || !selves[p.rawWord(i+1)] && !iWords[p.rawWord(i-1)] {
			continue
		}
		if word := nearest(p.tokens[i].Word, deedWords()); word != "" {
			p.tokens[i].Word = word
			return true
		}
	}
	return false
}

// mendDates reads words that are one slip away from a day.
func (p *parser) mendDates() {
	for i := range p.tokens {
		if t := &p.tokens[i]; p.mayBeSlip(i) {
			if word := nearest(t.Word, longDates()); word != "" {
				t.Word = word
			}
		}
	}
}

// mendContact reads a word of a clause that is one slip away from one for contact, where such a word may stand: at
// either end, behind a day, before "with". It tells whether there was one.
func (p *parser) mendContact(c clause) bool {
	for i := c.from; i < c.to; i++ {
		if !p.mayBeSlip(i) || i > c.from && i < c.to-1 && !p.isDated(i-1) && !withWords[p.rawWord(i+1)] {
			continue
		}
		if word := nearest(p.tokens[i].Word, contactWords()); word != "" {
			p.tokens[i].Word = word
			return true
		}
	}
	return false
}

// mayBeSlip tells a plain word that means nothing here.
func (p *parser) mayBeSlip(i int) bool {
	word := p.word(i)
	return len(word) >= 4 && !vocabulary()[word] && !noSlips[word] && !names.IsGiven(word) &&
		(i == 0 || !text.IsCapitalised(p.tokens[i].Raw))
}

// nearest finds the one word of a list that is one slip away: a letter too many, too few or wrong, or two turned round.
func nearest(word string, words map[byte][]string) string {
	found := ""
	for _, other := range words[word[0]] {
		if oneSlip(word, other) && (found == "" || other < found) {
			found = other
		}
	}
	return found
}

func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || a == b {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	return a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// maxSlipped is how long a name may be, in letters, to be looked up with a slip of the finger mended.
const maxSlipped = 12

// slipped finds whom a name means in which two letters are turned round or one is twice.
func (p *parser) slipped(name string) []Candidate {
	letters := []rune(name)
	if len(letters) < 4 || len(letters) > maxSlipped {
		return nil
	}
	for i := 1; i < len(letters); i++ {
		turned := slices.Clone(letters)
		turned[i-1], turned[i] = turned[i], turned[i-1]
		tries := []string{string(turned)}
		if letters[i] == letters[i-1] {
			tries = append(tries, string(slices.Delete(slices.Clone(letters), i, i+1)))
		}
		for _, try := range tries {
			if found := p.lookup(try, maxLookups/2); len(found) > 0 && found[0].Score >= SureScore {
				return found
			}
		}
	}
	return nil
}
