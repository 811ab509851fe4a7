package tact

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"gave.network/internal/lang"
	"gave.network/internal/text"
)

// The lists hold phrases, with commas between them. Each word of a phrase matches whole words:
//
//	word      this word
//	word*     words that begin so, for what is inflected or compounded in many ways
//	*word     words that end so
//	*word*    words that hold it, in whatever compound
//	WORD      this word in capitals, for abbreviations that are another word in small letters: AA, MS
//	one/two   either
//	<name>    any word of the set of that name, which section "set" has
//	_         any one word
//	.         up to two words
//	..        up to five words
//	^ $       the beginning and the end of a line
//
// A phrase does not run over a full stop, comma, colon or bracket.

// mark parts the clauses of a line; no word matches it.
const mark = ""

// line is what somebody wrote, as folded words.
type line struct {
	words    []string
	capitals []bool // which of them were written in capitals; nil when none or all were
}

// lineOf cuts a line into words. A hyphen parts words, an apostrophe does not; what is somebody's (mother's) is told by
// the word for them.
func lineOf(written string) line {
	l := line{words: make([]string, 0, 16)}
	folded := strings.ReplaceAll(strings.ReplaceAll(text.Fold(written)+" ", "'s ", " "), "'", "")
	start := -1
	for i, r := range folded {
		if text.IsWordRune(r) {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 {
			l.words = append(l.words, folded[start:i])
			start = -1
		}
		if r != ' ' && r != '-' && r != '/' && r != '&' {
			l.words = append(l.words, mark)
		}
	}
	l.capitals = inCapitals(written, l.words)
	return l
}

// inCapitals says which words of a line were written in capitals: two letters of A to Z or more. A line that is all in
// capitals says nothing by it.
func inCapitals(written string, words []string) []bool {
	var capitals []bool
	small := false
	at := 0 // in words
	for i := 0; i < len(written); {
		if c := written[i]; c < 'A' || c > 'Z' || i > 0 && !apart(written[i-1]) {
			small = small || 'a' <= c && c <= 'z'
			i++
			continue
		}
		end := i
		for end < len(written) && 'A' <= written[end] && written[end] <= 'Z' {
			end++
		}
		if end-i > 1 && (end == len(written) || apart(written[end])) {
			for k := at; k < len(words); k++ {
				if strings.EqualFold(words[k], written[i:end]) {
					if capitals == nil {
						capitals = make([]bool, len(words))
					}
					capitals[k], at = true, k+1
					break
				}
			}
		}
		i = end
	}
	if !small {
		return nil
	}
	return capitals
}

// apart says whether a byte is no letter or digit of ASCII, nor part of another letter.
func apart(c byte) bool {
	return c < 0x80 && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
}

// word is one place of a phrase: the alternatives that may stand there.
type word struct {
	any     bool
	gap     int // up to so many words stand there
	whole   []string
	capital []string // folded
	begin   []string
	end     []string
	within  []string
	sets    []map[string]bool
}

func (w *word) fits(l *line, i int) bool {
	s := l.words[i]
	if w.any {
		return s != mark
	}
	return slices.Contains(w.whole, s) ||
		slices.ContainsFunc(w.sets, func(set map[string]bool) bool { return set[s] }) ||
		slices.ContainsFunc(w.begin, func(b string) bool { return strings.HasPrefix(s, b) }) ||
		slices.ContainsFunc(w.end, func(e string) bool { return strings.HasSuffix(s, e) }) ||
		slices.ContainsFunc(w.within, func(part string) bool { return strings.Contains(s, part) }) ||
		l.capitals != nil && l.capitals[i] && slices.Contains(w.capital, s)
}

// phrase is a row of words.
type phrase struct {
	words       []word
	first, last bool // it stands at the beginning, at the end
	// before is how many words stand before the one by which it is found, without gaps, and gaps how many these take
	// at most.
	before, gaps int
}

// How many words "." and ".." stand for at most.
const (
	fewSkipped  = 2
	mostSkipped = 5
)

// ends returns the word after the phrase when it stands at word i; 0 when it does not.
func (p *phrase) ends(l *line, i int) int {
	if p.first && i > 0 {
		return 0
	}
	return follow(p.words, p.last, l, i)
}

func follow(words []word, last bool, l *line, i int) int {
	for k := range words {
		w := &words[k]
		if w.gap > 0 {
			for skip := 0; skip <= w.gap && i+skip < len(l.words); skip++ {
				if end := follow(words[k+1:], last, l, i+skip); end > 0 {
					return end
				}
				if l.words[i+skip] == mark {
					break
				}
			}
			return 0
		}
		if i >= len(l.words) || !w.fits(l, i) {
			return 0
		}
		i++
	}
	if last && !l.over(i) {
		return 0
	}
	return i
}

// over says whether no word follows.
func (l *line) over(i int) bool {
	for _, s := range l.words[i:] {
		if s != mark {
			return false
		}
	}
	return true
}

// shortest is the least that may be written before or behind a star, in bytes.
const shortest = 3

// letters is a set of a few letters each, at most shortest bytes, that may hold more than was added: it is asked of
// every word of every line, and mostly says no.
type letters [1 << 10]uint64

func place(of string) (row int, bit uint64) {
	sum := uint32(0)
	for i := range len(of) {
		sum = sum*41 + uint32(of[i])
	}
	return int(sum >> 6 & (1<<10 - 1)), 1 << (sum & 63)
}

func (l *letters) add(of string) {
	row, bit := place(of)
	l[row] |= bit
}

func (l *letters) may(of string) bool {
	row, bit := place(of)
	return l[row]&bit != 0
}

// phrases are found by their rarest word: many begin with "is" and "her", few have "hospice".
type phrases struct {
	whole, begin, end map[string][]*phrase
	within            map[string][]within // by the first letters of the part
	heads             letters             // of whole words, which most words do not have
	first, last, mid  letters             // of begin, end and within, likewise
	longest           int                 // of what begins and ends words, in bytes
}

// within is a part of a word, and a phrase that begins with a word that holds it.
type within struct {
	part string
	p    *phrase
}

// sets are words by the name of the set.
type sets map[string]map[string]bool

// parse reads a phrase as a list has it. A set that nobody wrote is a mistake in the lists.
func parse(written string, named sets) *phrase {
	places := strings.Fields(written)
	p := &phrase{words: make([]word, 0, len(places))} // thousands of phrases stay in memory, without room for more
	for _, place := range places {
		switch place {
		case "^":
			p.first = true
			continue
		case "$":
			p.last = true
			continue
		case "_":
			p.words = append(p.words, word{any: true})
			continue
		case ".":
			p.words = append(p.words, word{gap: fewSkipped})
			continue
		case "..":
			p.words = append(p.words, word{gap: mostSkipped})
			continue
		}
		var w word
		for one := range strings.SplitSeq(place, "/") {
			w.add(one, named)
		}
		p.words = append(p.words, w)
	}
	return p
}

// add takes in one of the alternatives of a place.
func (w *word) add(one string, named sets) {
	if name, ok := strings.CutPrefix(one, "<"); ok {
		set := named[strings.TrimSuffix(name, ">")]
		if set == nil {
			panic("tact: no set " + one)
		}
		w.sets = append(w.sets, set)
		return
	}
	folded := text.Fold(strings.ReplaceAll(strings.TrimSuffix(one, "'s"), "'", ""))
	begins, ends := strings.HasSuffix(folded, "*"), strings.HasPrefix(folded, "*")
	part := strings.Trim(folded, "*")
	switch {
	case strings.Contains(part, "*") || (begins || ends) && len(part) < shortest:
		panic("tact: a star stands behind or before three letters: " + one)
	case begins && ends:
		w.within = append(w.within, part)
	case begins:
		w.begin = append(w.begin, part)
	case ends:
		w.end = append(w.end, part)
	case len(one) > 1 && one == strings.ToUpper(one) && one != strings.ToLower(one):
		w.capital = append(w.capital, folded)
	default:
		w.whole = append(w.whole, folded)
	}
}

// keys are the words and parts of words that may stand in a place.
func (w *word) keys(yield func(string) bool) {
	for _, some := range [][]string{w.whole, w.capital, w.begin, w.end, w.within} {
		for _, one := range some {
			if !yield(one) {
				return
			}
		}
	}
	for _, set := range w.sets {
		for one := range set {
			if !yield(one) {
				return
			}
		}
	}
}

// common is how many phrases a word of few letters counts as.
const common = 100

// add enters a phrase under its rarest place. often says in how many places a word stands in all phrases.
func (all *phrases) add(p *phrase, often map[string]int) {
	rarest, least := -1, 0
	for k := range p.words {
		sum := 0
		for key := range p.words[k].keys {
			sum += often[key]
			if len(key) <= shortest { // every line is full of words of few letters
				sum += common
			}
		}
		if sum > 0 && (rarest < 0 || sum < least) {
			rarest, least = k, sum
		}
	}
	if rarest < 0 {
		return
	}
	for _, w := range p.words[:rarest] {
		if w.gap > 0 {
			p.gaps += w.gap
		} else {
			p.before++
		}
	}
	enter := func(to map[string][]*phrase, keys []string) {
		for _, key := range keys {
			to[key] = append(to[key], p)
		}
	}
	w := p.words[rarest]
	whole := slices.Concat(w.whole, w.capital)
	for _, set := range w.sets {
		whole = slices.AppendSeq(whole, maps.Keys(set))
	}
	for _, one := range whole {
		all.heads.add(one[:min(len(one), shortest)])
	}
	enter(all.whole, whole)
	enter(all.begin, w.begin)
	enter(all.end, w.end)
	for _, part := range w.begin {
		all.longest = max(all.longest, len(part))
		all.first.add(part[:shortest])
	}
	for _, part := range w.end {
		all.longest = max(all.longest, len(part))
		all.last.add(part[len(part)-shortest:])
	}
	for _, part := range w.within {
		all.mid.add(part[:shortest])
		all.within[part[:shortest]] = append(all.within[part[:shortest]], within{part, p})
	}
}

// find calls f with where each phrase stands that a line has, until it returns true. A phrase may come more than once.
func (all *phrases) find(l *line, f func(start, end int) bool) bool {
	for i, said := range l.words {
		if said != mark && all.at(l, i, said, f) {
			return true
		}
	}
	return false
}

// at is find of the phrases whose rarest word is word i.
func (all *phrases) at(l *line, i int, said string, f func(start, end int) bool) bool {
	one := func(p *phrase) bool {
		for start := i - p.before; start >= max(0, i-p.before-p.gaps); start-- {
			if end := p.ends(l, start); end > 0 && f(start, end) {
				return true
			}
		}
		return false
	}
	if all.heads.may(said[:min(len(said), shortest)]) && slices.ContainsFunc(all.whole[said], one) {
		return true
	}
	if len(said) < shortest {
		return false
	}
	last := len(said) - shortest
	begins, ends := all.first.may(said[:shortest]), all.last.may(said[last:])
	for n := shortest; (begins || ends) && n <= min(len(said), all.longest); n++ {
		if begins && slices.ContainsFunc(all.begin[said[:n]], one) ||
			ends && slices.ContainsFunc(all.end[said[len(said)-n:]], one) {
			return true
		}
	}
	for k := 0; k <= last; k++ {
		if all.mid.may(said[k:k+shortest]) && slices.ContainsFunc(all.within[said[k:k+shortest]], func(w within) bool {
			return strings.HasPrefix(said[k:], w.part) && one(w.p)
		}) {
			return true
		}
	}
	return false
}

// list is phrases, less what only looks like them.
type list struct {
	meant, innocent phrases
	// helper names those whose work is with what is delicate. Within a few words behind what says that it is about work
	// they are innocent, and everywhere in a tag and a title; in a title also the fields they work in.
	work, helper, field phrases
	// employed says plainly that it is about work; behind it also the fields are innocent.
	employed phrases
}

// reading is as what a line is read.
type reading uint8

const (
	said  reading = iota // what somebody said or noted
	tag                  // a word that somebody was given
	title                // what somebody does, as a card or a profile says
)

// nearWork is how many words behind what says that it is about work a helper is named.
const nearWork = 5

// in says whether a line has one of the phrases that no innocent one touches.
func (l *list) in(written string, as reading) bool {
	said := lineOf(written)
	var passed []bool
	return l.meant.find(&said, func(start, end int) bool {
		if passed == nil {
			passed = l.passed(&said, as)
		}
		return !slices.Contains(passed[start:end], true)
	})
}

// passed says which words of a line are innocent.
func (l *list) passed(in *line, as reading) []bool {
	passed := make([]bool, len(in.words))
	// Where a helper and a field may begin to be innocent.
	helpers, fields := make([]bool, len(in.words)), make([]bool, len(in.words))
	for i := range in.words {
		helpers[i], fields[i] = as != said, as == title
	}
	near := func(all ...[]bool) func(_, after int) bool {
		return func(_, after int) bool {
			for k := after; k < min(after+nearWork, len(in.words)) && in.words[k] != mark; k++ {
				for _, some := range all {
					some[k] = true
				}
			}
			return false // and look for more
		}
	}
	l.work.find(in, near(helpers))
	l.employed.find(in, near(helpers, fields))
	pass := func(where []bool) func(start, end int) bool {
		return func(start, end int) bool {
			for k := start; k < end && (where == nil || where[start]); k++ {
				passed[k] = true
			}
			return false
		}
	}
	l.innocent.find(in, pass(nil))
	if slices.Contains(helpers, true) {
		l.helper.find(in, pass(helpers))
	}
	if slices.Contains(fields, true) {
		l.field.find(in, pass(fields))
	}
	return passed
}

func read(lines []string, named sets) phrases {
	all := phrases{
		whole: map[string][]*phrase{}, begin: map[string][]*phrase{}, end: map[string][]*phrase{},
		within: map[string][]within{},
	}
	var some []*phrase
	often := map[string]int{}
	for _, line := range lines {
		for written := range strings.SplitSeq(line, ",") {
			p := parse(written, named)
			some = append(some, p)
			for k := range p.words {
				for key := range p.words[k].keys {
					often[key]++
				}
			}
		}
	}
	for _, p := range some {
		all.add(p, often)
	}
	return all
}

var (
	named = sync.OnceValue(func() sets {
		all := sets{}
		for name, words := range lang.Pairs("delicate", "set") {
			all[name] = map[string]bool{}
			for one := range strings.FieldsSeq(words) {
				all[name][text.Fold(one)] = true
			}
		}
		return all
	})
	touchy = sync.OnceValue(func() *list {
		meant := slices.Concat(lang.Words("delicate", "secret"), lang.Words("delicate", "helper"))
		for _, about := range lang.Under("delicate", "about.") {
			meant = append(meant, about...)
		}
		return &list{
			meant: read(meant, named()), innocent: read(lang.Words("delicate", "innocent"), named()),
			work:     read(lang.Words("delicate", "work"), named()),
			helper:   read(lang.Words("delicate", "helper"), named()),
			field:    read(lang.Words("delicate", "field"), named()),
			employed: read(lang.Words("delicate", "employed"), named()),
		}
	})
	secret = sync.OnceValue(func() *list { return only(lang.Words("delicate", "secret")) })
	died   = sync.OnceValue(func() *list { return only(lang.Words("delicate", "died")) })

	allDays = sync.OnceValue(func() map[string]*list {
		all := map[string]*list{}
		for kind, lines := range lang.Under("delicate", "day.") {
			all[kind] = only(lines)
		}
		return all
	})
)

// only is a list of phrases to which there are no exceptions.
func only(lines []string) *list { return &list{meant: read(lines, named())} }

// days are the names of days of a kind.
func days(kind string) *list { return allDays()[kind] }
