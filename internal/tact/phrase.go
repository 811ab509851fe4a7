package tact

import (
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
//	one/two   either
//	_         any one word
//	..        up to five words
//	^ $       the beginning and the end of a line
//
// A phrase does not run over a full stop, comma, colon or bracket.

// mark parts the clauses of a line; no word matches it.
const mark = ""

// wordsOf cuts a line into folded words. A hyphen parts words, an apostrophe does not; what is somebody's (mother's) is
// told by the word for them.
func wordsOf(line string) []string {
	var words []string
	folded := strings.ReplaceAll(strings.ReplaceAll(text.Fold(line)+" ", "'s ", " "), "'", "")
	start := -1
	for i, r := range folded {
		if text.IsWordRune(r) {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 {
			words = append(words, folded[start:i])
			start = -1
		}
		if r != ' ' && r != '-' && r != '/' && r != '&' {
			words = append(words, mark)
		}
	}
	return words
}

// word is one place of a phrase: the alternatives that may stand there.
type word struct {
	any, gap bool
	whole    []string
	begin    []string
	end      []string
}

func (w *word) fits(s string) bool {
	if w.any {
		return s != mark
	}
	return slices.Contains(w.whole, s) ||
		slices.ContainsFunc(w.begin, func(b string) bool { return strings.HasPrefix(s, b) }) ||
		slices.ContainsFunc(w.end, func(e string) bool { return strings.HasSuffix(s, e) })
}

// phrase is a row of words.
type phrase struct {
	words       []word
	first, last bool // it stands at the beginning, at the end
}

// mostSkipped is how many words ".." stands for at most.
const mostSkipped = 5

// ends returns the word after the phrase when it stands at word i; 0 when it does not.
func (p *phrase) ends(line []string, i int) int {
	if p.first && i > 0 {
		return 0
	}
	end := follow(p.words, line, i)
	if p.last && end < len(line) {
		return 0
	}
	return end
}

func follow(words []word, line []string, i int) int {
	for k := range words {
		w := &words[k]
		if w.gap {
			for skip := 0; skip <= mostSkipped && i+skip < len(line); skip++ {
				if end := follow(words[k+1:], line, i+skip); end > 0 {
					return end
				}
				if line[i+skip] == mark {
					break
				}
			}
			return 0
		}
		if i >= len(line) || !w.fits(line[i]) {
			return 0
		}
		i++
	}
	return i
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

// phrases are found by their first word.
type phrases struct {
	whole, begin, end map[string][]*phrase
	heads             letters // of whole words, which most words do not have
	first, last       letters // of begin and end, likewise
	longest           int     // of what begins and ends words, in bytes
}

func (all *phrases) add(written string) {
	p := &phrase{}
	for place := range strings.FieldsSeq(written) {
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
		case "..":
			p.words = append(p.words, word{gap: true})
			continue
		}
		var w word
		for one := range strings.SplitSeq(place, "/") {
			folded := text.Fold(strings.ReplaceAll(strings.TrimSuffix(one, "'s"), "'", ""))
			switch {
			case strings.HasSuffix(folded, "*"):
				w.begin = append(w.begin, strings.TrimSuffix(folded, "*"))
			case strings.HasPrefix(folded, "*"):
				w.end = append(w.end, strings.TrimPrefix(folded, "*"))
			default:
				w.whole = append(w.whole, folded)
			}
		}
		p.words = append(p.words, w)
	}
	if len(p.words) == 0 {
		return
	}
	enter := func(to map[string][]*phrase, keys []string) {
		for _, key := range keys {
			to[key] = append(to[key], p)
		}
	}
	w := p.words[0]
	for _, one := range w.whole {
		all.heads.add(one[:min(len(one), shortest)])
	}
	enter(all.whole, w.whole)
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
}

// at calls f with each phrase that stands at word i and where it ends, until it returns true.
func (all *phrases) at(line []string, i int, f func(end int) bool) bool {
	try := func(some []*phrase) bool {
		return slices.ContainsFunc(some, func(p *phrase) bool {
			end := p.ends(line, i)
			return end > 0 && f(end)
		})
	}
	said := line[i]
	if said == mark {
		return false
	}
	if all.heads.may(said[:min(len(said), shortest)]) && try(all.whole[said]) {
		return true
	}
	if len(said) < shortest {
		return false
	}
	last := len(said) - shortest
	begins, ends := all.first.may(said[:shortest]), all.last.may(said[last:])
	for n := shortest; (begins || ends) && n <= min(len(said), all.longest); n++ {
		if begins && try(all.begin[said[:n]]) || ends && try(all.end[said[len(said)-n:]]) {
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
func (l *list) in(line []string, as reading) bool {
	var passed []bool
	for i := range line {
		if l.meant.at(line, i, func(end int) bool {
			if passed == nil {
				passed = l.passed(line, as)
			}
			return !slices.Contains(passed[i:end], true)
		}) {
			return true
		}
	}
	return false
}

// passed says which words of a line are innocent.
func (l *list) passed(line []string, as reading) []bool {
	passed := make([]bool, len(line))
	pass := func(from int) func(int) bool {
		return func(end int) bool {
			for k := from; k < end; k++ {
				passed[k] = true
			}
			return false // and look for more
		}
	}
	for i := range line {
		l.innocent.at(line, i, pass(i))
		if as != said {
			l.helper.at(line, i, pass(i))
		}
		if as == title {
			l.field.at(line, i, pass(i))
		}
		l.work.at(line, i, func(after int) bool {
			for k := after; k < min(after+nearWork, len(line)) && line[k] != mark; k++ {
				l.helper.at(line, k, pass(k))
			}
			return false
		})
	}
	return passed
}

func read(lines []string) phrases {
	all := phrases{
		whole: map[string][]*phrase{}, begin: map[string][]*phrase{}, end: map[string][]*phrase{},
	}
	for _, line := range lines {
		for written := range strings.SplitSeq(line, ",") {
			all.add(written)
		}
	}
	return all
}

var (
	touchy = sync.OnceValue(func() *list {
		meant := slices.Concat(lang.Words("delicate", "secret"), lang.Words("delicate", "helper"))
		for _, about := range lang.Under("delicate", "about.") {
			meant = append(meant, about...)
		}
		return &list{
			meant: read(meant), innocent: read(lang.Words("delicate", "innocent")),
			work: read(lang.Words("delicate", "work")), helper: read(lang.Words("delicate", "helper")),
			field: read(lang.Words("delicate", "field")),
		}
	})
	secret = sync.OnceValue(func() *list { return &list{meant: read(lang.Words("delicate", "secret"))} })
	died   = sync.OnceValue(func() *list { return &list{meant: read(lang.Words("delicate", "died"))} })

	allDays = sync.OnceValue(func() map[string]*list {
		all := map[string]*list{}
		for kind, lines := range lang.Under("delicate", "day.") {
			all[kind] = &list{meant: read(lines)}
		}
		return all
	})
)

// days are the names of days of a kind.
func days(kind string) *list { return allDays()[kind] }
