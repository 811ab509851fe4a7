package boast

import (
	"math"
	"strings"
	"unicode"
)

var classNames = [classes]string{
	"first", "mine", "object", "we", "you", "third", "good", "bad", "glad", "reach", "past", "have", "kin", "very",
	"may", "no", "what", "told", "when", "thanks", "peers",
}

// cues are emoji that often go with boasting, or with its opposite.
var cues = []string{
	"sunglasses", "flexed_biceps", "smirking", "fire", "hundred", "party", "trophy", "heart-eyes", "flushed",
	"raising_hands", "tears_of_joy", "loudly_crying", "folded_hands", "rocket",
}

// feature is one linguistic property of a sentence, and its value.
type feature struct {
	name  string
	value float64
}

func yes(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// linguistic returns the features that are the same in both languages, always in the same order.
func linguistic(p *phrase) []feature {
	out := make([]feature, 0, 128)
	add := func(name string, value float64) { out = append(out, feature{name, value}) }
	has := [classes]float64{}
	for c := range classes {
		n := p.count(c)
		has[c] = yes(n > 0)
		add(classNames[c], float64(min(n, 3)))
	}
	anyFirst := has[first]
	self := yes(has[first]+has[mine]+has[object] > 0)
	add("self", self)
	add("any first", anyFirst)
	add("starts with first", yes(len(p.words) > 0 && p.at[first][0]))
	add("starts with mine", yes(len(p.words) > 0 && p.at[mine][0]))
	add("reply", yes(strings.HasPrefix(strings.TrimSpace(p.raw), "@user")))
	add("mentions", float64(min(strings.Count(p.raw, "@user"), 3)))
	for _, c := range []class{good, glad, bad, reach, past, have, may, no, told, kin, very} {
		add("first then "+classNames[c], yes(p.near(first, c, 4)))
		add("mine then "+classNames[c], yes(p.near(mine, c, 3)))
	}
	add("told then self", yes(p.near(told, object, 3) || p.near(told, first, 3) || p.near(told, mine, 3)))
	add("good then self", yes(p.near(good, object, 3)))
	add("you then good", yes(p.near(you, good, 4) || p.near(third, good, 4)))
	ing, est, num := 0, 0, 0
	for i, w := range p.words {
		if strings.HasSuffix(w, "ing") && i > 0 && p.at[first][i-1] {
			ing++
		}
		if superlative(w) {
			est++
		}
		if w[0] >= '0' && w[0] <= '9' {
			num++
		}
	}
	add("first ing", yes(ing > 0))
	add("superlative", float64(min(est, 2)))
	add("number", float64(min(num, 3)))
	add("money", yes(strings.ContainsAny(p.raw, "$€£%")))
	add("subjectless", yes(len(p.words) > 0 &&
		(p.at[past][0] && !p.at[first][0] || openings[p.words[0]] ||
			strings.HasSuffix(p.words[0], "ing"))))
	add("question", yes(strings.Contains(p.raw, "?") && !strings.Contains(p.raw, "? ?")))
	add("exclamation", float64(min(strings.Count(p.raw, "!"), 3)))
	add("tags", float64(min(strings.Count(p.raw, "#"), 3)))
	add("quote", yes(strings.ContainsAny(p.raw, "\"“„")))
	add("capitals", float64(min(shouted(p.raw), 3)))
	length := math.Log(float64(max(len(p.words), 1)))
	add("length", length)
	add("length squared", length*length)
	for _, cue := range cues {
		add("emoji "+cue, yes(strings.Contains(p.raw, cue)))
	}
	for _, c := range []class{good, glad, reach, have, bad, past, third, you, may, kin, when, thanks, no} {
		add("self with "+classNames[c], self*has[c])
		add("others with "+classNames[c], (1-self)*has[c])
	}
	add("self with superlative", self*yes(est > 0))
	add("self with number", self*yes(num > 0))
	add("we with reach", has[we]*has[reach])
	add("first without may", anyFirst*(1-has[may])*(1-has[no]))
	named := float64(min(others(p.raw), 2))
	led := yes(p.startsWith(thanks, 3))
	add("named", named)
	add("named without self", named*(1-self))
	add("thanks at first", led)
	add("thanks then named", yes(has[thanks] > 0 && named+has[you]+has[third]+has[peers] > 0))
	add("peers at first", yes(p.startsWith(peers, 3) || p.startsWith(third, 1) || p.startsWith(you, 1)))
	add("glad then peers", yes(p.near(glad, peers, 5)))
	add("peers with reach", has[peers]*has[reach]*(1-anyFirst))
	add("peers with good", has[peers]*has[good]*(1-anyFirst))
	add("told with self", has[told]*self)
	add("past first", yes(p.near(past, first, 1)))
	add("we with good", has[we]*has[good])
	add("we with superlative", has[we]*yes(est > 0))
	return out
}

// startsWith says whether a word of a class is among so many at the beginning.
func (p *phrase) startsWith(c class, within int) bool {
	for _, is := range p.at[c][:min(within, len(p.words))] {
		if is {
			return true
		}
	}
	return false
}

// others counts words that look like names: with one capital, and not at the beginning.
func others(s string) int {
	n, opens := 0, true
	for _, w := range strings.Fields(s) {
		runes := []rune(strings.Trim(w, ",.!?:;\"'()"))
		if len(runes) > 1 && !opens && unicode.IsUpper(runes[0]) && unicode.IsLower(runes[1]) {
			n++
		}
		opens = strings.ContainsAny(w[len(w)-1:], ".!?:")
	}
	return n
}

// shouted counts words in capitals.
func shouted(s string) int {
	n := 0
	for _, w := range strings.Fields(s) {
		letters, upper := 0, true
		for _, r := range w {
			if unicode.IsLetter(r) {
				letters++
				upper = upper && unicode.IsUpper(r)
			}
		}
		if upper && letters > 2 {
			n++
		}
	}
	return n
}

// hashBits says how many buckets words fall into, and pieces of words; shapeBits how many shapes do.
const (
	hashBits  = 17
	shapeBits = 15
	buckets   = 2<<hashBits + 1<<shapeBits
)

// shapeOrder are the classes by which a word stands in the shape of a sentence: of those it has the first.
var shapeOrder = []class{
	first, mine, object, we, you, third, no, may, what, thanks, told, when, bad, glad, reach, good, have, peers, kin,
	very, past,
}

// shape is a sentence as the classes of its words: the same in all languages, so that what "I am the best" means is
// learnt once.
func (p *phrase) shape(lang string) []string {
	out := []string{"^"}
	at := 0
	for _, t := range p.tokens {
		if at < len(p.words) && p.words[at] == t {
			out = append(out, p.shapeOf(at, frames[lang]))
			at++
			continue
		}
		switch t[0] {
		case '#', '@', ':':
			out = append(out, t[:1])
		default:
			out = append(out, string([]rune(t)[:1]))
		}
	}
	return append(out, "$")
}

func (p *phrase) shapeOf(at int, frame map[string]string) string {
	for _, c := range shapeOrder {
		if p.at[c][at] {
			return classNames[c]
		}
	}
	w := p.words[at]
	switch {
	case frame[w] != "":
		return "frame " + frame[w]
	case w[0] >= '0' && w[0] <= '9':
		return "number"
	case superlative(w):
		return "superlative"
	case strings.HasSuffix(w, "ing"):
		return "ing"
	}
	return "word"
}

// hashes returns the buckets of word sequences, of pieces of words and of shapes, each once. Languages have words of
// their own, since the same letters mean other things, and share the shapes.
func hashes(p *phrase, lang string) (words, pieces, shapes []uint32) {
	seen := map[uint32]bool{}
	put := func(list []uint32, offset uint32, bits int, lang string, parts ...string) []uint32 {
		h := uint32(2166136261)
		mix := func(s string) {
			for i := range len(s) {
				h = (h ^ uint32(s[i])) * 16777619
			}
		}
		mix(lang)
		for _, s := range parts {
			mix(" ")
			mix(s)
		}
		h ^= h >> 15
		bucket := offset + h&(1<<bits-1)
		if seen[bucket] {
			return list
		}
		seen[bucket] = true
		return append(list, bucket)
	}
	for i := range p.tokens {
		for n := 1; n <= 3 && i+n <= len(p.tokens); n++ {
			words = put(words, 0, hashBits, lang, p.tokens[i:i+n]...)
		}
	}
	for _, t := range p.tokens {
		runes := []rune(" " + t + " ")
		for i := range runes {
			for n := 2; n <= 5 && i+n <= len(runes); n++ {
				pieces = put(pieces, 1<<hashBits, hashBits, lang, string(runes[i:i+n]))
			}
		}
	}
	shape := p.shape(lang)
	for i := range shape {
		for n := 1; n <= 4 && i+n <= len(shape); n++ {
			shapes = put(shapes, 2<<hashBits, shapeBits, "", shape[i:i+n]...)
		}
	}
	return words, pieces, shapes
}
