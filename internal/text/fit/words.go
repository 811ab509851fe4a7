package fit

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"gave.network/internal/lang"
	"gave.network/internal/text"
)

// skill is one of the lists. Above is the skill that it is a part of, or nil.
type skill struct {
	name  string
	above *skill
	sort  sort
	wide  bool // others are parts of it
}

// sort is how much a skill says by itself.
type sort int

const (
	special sort = iota
	topic        // what others have to do with: a language
	general      // nothing without its subject: to teach, to manage
)

// sorts are the marks behind a skill in the lists.
var sorts = map[byte]sort{'*': general, '~': topic}

// turn is a name of a skill that has several words; they may stand in any order.
type turn struct {
	skill *skill
	words []string // folded, or stems when the language has a stemmer
	of    int      // the language, as an index of token.stems; -1 for words as they are
}

// meaning is a turn that tells what would meet a need.
type meaning struct {
	words []string
	means Means
}

// at says whether it stands at the beginning of some words.
func (m meaning) at(tokens []token) bool {
	for i, word := range m.words {
		if i >= len(tokens) || tokens[i].word != word {
			return false
		}
	}
	return true
}

// lexicon is what the lists say, as it is looked up.
type lexicon struct {
	whole                                      map[string]*skill // by the word as it is written
	stems                                      [2]map[string]*skill
	turns                                      map[string][]turn // by their first word
	beside, over, empties, happened, not, doer map[string]bool
	links                                      []string // between the parts of compounds
	agents                                     []string // the ends of words for who does something
	noAgents, noCompound                       map[string]bool
	asks                                       text.Phrases
	small                                      text.Phrases         // of asks for a small favour
	means                                      map[string][]meaning // by their first word
}

// stemmed are the languages whose stems are compared.
var stemmed = [2]string{"nl", "en"}

// words is read from the lists when something is first compared: not every command does.
var words = sync.OnceValue(newLexicon)

func newLexicon() *lexicon {
	x := &lexicon{
		whole: map[string]*skill{}, turns: map[string][]turn{}, means: map[string][]meaning{},
		beside: text.WordSet("skills", "beside"), over: text.WordSet("skills", "over"),
		happened: text.WordSet("skills", "happened"), not: text.WordSet("skills", "not"),
		doer: text.WordSet("skills", "doer"), empties: text.WordSet("skills", "quality"),
		asks: text.Turns("skills", "asks"), small: text.Turns("skills", "asks.small"),
		agents:   lang.Words("skills", "agent"),
		noAgents: text.WordSet("skills", "agent.not"), noCompound: text.WordSet("skills", "compound.not"),
	}
	for word := range text.WordSet("letters", "stop") {
		x.empties[word] = true
	}
	for kind, entries := range lang.Under("skills", "meets.") {
		for _, said := range entries {
			var m meaning
			for _, t := range (*lexicon)(nil).tokensOf(said, nil) {
				m.words = append(m.words, t.word)
			}
			m.means = Means(kind)
			x.means[m.words[0]] = append(x.means[m.words[0]], m)
			if m.means == Information { // a template for a plan is about the plan
				x.empties[text.Fold(said)] = true
			}
		}
	}
	named := map[string]*skill{}
	var skillNamed func(name string) *skill
	skillNamed = func(name string) *skill {
		if s := named[name]; s != nil {
			return s
		}
		s := &skill{name: name}
		if at := strings.LastIndexByte(name, '/'); at > 0 {
			s.above = skillNamed(name[:at])
			s.above.wide = true
		}
		named[name] = s
		return s
	}
	for _, l := range lang.Spoken() {
		of := slices.Index(stemmed[:], l.Tag)
		if of >= 0 && x.stems[of] == nil {
			x.stems[of] = map[string]*skill{}
		}
		x.links = append(x.links, l.Words("skills", "link")...)
		for _, line := range l.Words("skills", "skill") {
			name, list, _ := strings.Cut(line, ":")
			sort := sorts[name[len(name)-1]]
			s := skillNamed(strings.TrimRight(name, "*~"))
			s.sort = max(s.sort, sort)
			for _, said := range text.Items(list) {
				x.add(s, said, of)
			}
		}
	}
	return x
}

// add takes in one name of a skill in a language.
func (x *lexicon) add(s *skill, said string, of int) {
	tokens := (*lexicon)(nil).tokensOf(said, nil)
	if len(tokens) == 1 {
		t := tokens[0]
		x.whole[t.word] = s
		if of >= 0 && x.stems[of][t.stems[of]] == nil {
			x.stems[of][t.stems[of]] = s
		}
		return
	}
	name := turn{skill: s, of: of}
	for _, t := range tokens {
		word := t.word
		if of >= 0 {
			word = t.stems[of]
		}
		name.words = append(name.words, word)
	}
	first := name.words[0]
	x.turns[first] = append(x.turns[first], name)
	slices.SortStableFunc(x.turns[first], func(a, b turn) int { return len(b.words) - len(a.words) })
}

// token is a word of a text.
type token struct {
	word    string // folded, without the marks within it
	stems   [2]string
	skill   *skill // that it names by itself, or nil
	capital bool
	begins  bool // a clause
}

// Reader reads many lines, and remembers what it made of their words. The zero Reader is ready for use, by one at a
// time.
type Reader struct{ known map[string]token }

func (r *Reader) tokens(s string) []token {
	if r.known == nil {
		r.known = map[string]token{}
	}
	return tokensOf(s, r.known)
}

// NeedOf is the function of that name.
func (r *Reader) NeedOf(s string) Need { return needOf(r.tokens(s)) }

// OfferOf is the function of that name.
func (r *Reader) OfferOf(s string) Offer { return offerOf(r.tokens(s), false) }

// TopicOf reads what a text is about, whatever it says of that: who answers "Printer wanted" may know of printers, and
// an article about printing is about it as a whole.
func (r *Reader) TopicOf(s string) Offer { return offerOf(r.tokens(s), true) }

// unjoined leaves out what stands within words.
var unjoined = strings.NewReplacer("-", "", "'", "", "’", "", ".", "", "&", "")

// Asks says whether a line asks for something: a question, or a clause that looks for what it names.
func (r *Reader) Asks(s string) bool {
	return strings.Contains(s, "?") || slices.ContainsFunc(clausesOf(r.tokens(s)), words().asking)
}

// Small says whether a line asks for a small favour: who answers that shows that they are kind, not what they know.
func (r *Reader) Small(s string) bool {
	return slices.ContainsFunc(clausesOf(r.tokens(s)), func(clause []token) bool {
		return turned(words().small, clause)
	})
}

// tokensOf takes a text apart. What a hyphen joins is one word when a skill is called so, and else its parts.
func tokensOf(s string, known map[string]token) []token { return words().tokensOf(s, known) }

// tokensOf is the function of that name by a lexicon, which is nil while one is read: then no word names a skill.
func (x *lexicon) tokensOf(s string, known map[string]token) []token {
	var out []token
	begins := true
	add := func(piece string) {
		t, met := known[piece]
		if !met {
			t = x.tokenOf(piece)
			if known != nil {
				known[strings.Clone(piece)] = t
			}
		}
		if t.word != "" {
			t.begins, begins = begins, false
			out = append(out, t)
		}
	}
	for len(s) > 0 {
		n := 0
		for n < len(s) {
			r, size := utf8.DecodeRuneInString(s[n:])
			if !text.IsWordRune(r) && (n == 0 || !strings.ContainsRune("-'’&.", r) || !inside(s[n+size:])) {
				break
			}
			n += size
		}
		if n == 0 {
			r, size := utf8.DecodeRuneInString(s)
			begins = begins || strings.ContainsRune(",;:.!?()[]/|–—\n•", r)
			s = s[size:]
			continue
		}
		piece := s[:n]
		s = s[n:]
		parts := strings.FieldsFunc(piece, func(r rune) bool { return r == '-' || r == '.' || r == '&' })
		if len(parts) > 1 && x != nil && x.tokenOf(piece).skill == nil {
			for _, part := range parts {
				add(part)
			}
			continue
		}
		add(piece)
	}
	return out
}

// tokenOf reads one word.
func (x *lexicon) tokenOf(piece string) token {
	first, _ := utf8.DecodeRuneInString(piece)
	t := token{word: text.Fold(unjoined.Replace(piece)), capital: unicode.IsUpper(first)}
	if t.word == "" {
		return t
	}
	for i, tag := range stemmed {
		t.stems[i] = stem(t.word, tag)
	}
	if x != nil {
		t.skill = x.skillOf(t)
	}
	return t
}

// inside says whether a word goes on here.
func inside(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return text.IsWordRune(r)
}

// voiced are the ends by which Dutch stems differ within one word: schrijven, schrijf.
var voiced = map[byte]byte{'v': 'f', 'z': 's'}

// stem is the stem of a word as it is compared.
func stem(word, tag string) string {
	out := text.Stem(word, tag)
	if to := voiced[out[len(out)-1]]; tag == "nl" && to != 0 {
		out = out[:len(out)-1] + string(to)
	}
	return out
}

// clausesOf parts a text at its commas, points and the like.
func clausesOf(tokens []token) (out [][]token) {
	for i, from := 1, 0; i <= len(tokens); i++ {
		if i == len(tokens) || tokens[i].begins {
			out = append(out, tokens[from:i])
			from = i
		}
	}
	return out
}

// skillOf returns the skill that a single word names, or nil.
func (x *lexicon) skillOf(t token) *skill {
	if s := x.whole[t.word]; s != nil {
		return s
	}
	for i := range stemmed {
		if s := x.stems[i][t.stems[i]]; s != nil {
			return s
		}
	}
	// The stemmer leaves the t of repareert and ontwerpt.
	if short, cut := strings.CutSuffix(t.word, "t"); cut && len(short) >= shortestPart {
		return x.stems[0][stem(short, stemmed[0])]
	}
	return nil
}

// agent says whether a word is one for who does something, as far as its end tells.
func (x *lexicon) agent(word string) bool {
	return !x.noAgents[word] && slices.ContainsFunc(x.agents, func(end string) bool {
		return strings.HasSuffix(word, end)
	})
}

// asking says whether a clause asks for what it names.
func (x *lexicon) asking(clause []token) bool { return turned(x.asks, clause) }

// turned says whether a clause holds one of the turns.
func turned(turns text.Phrases, clause []token) bool {
	word := func(i int) string {
		if i < len(clause) {
			return clause[i].word
		}
		return ""
	}
	for i := range clause {
		if _, next := turns.At(word, i); next > 0 {
			return true
		}
	}
	return false
}

// extent is how much of a text something says.
type extent int

const (
	none extent = iota
	this        // clause
	all         // of the line
)

// refused says how much a no refuses: as the outcome of an ask all of it.
func refused(clause []token) extent {
	no := 0
	for _, t := range clause {
		if words().not[t.word] {
			no++
		}
	}
	switch {
	case no == 0:
		return none
	case len(clause) <= 2:
		return all
	}
	return this
}

// unitsOf reads what the words of a clause are about, by the place of each.
func unitsOf(clause []token) [][]unit {
	out := make([][]unit, len(clause))
	taken := make([]bool, len(clause))
	for i := range clause {
		for _, key := range []string{clause[i].word, clause[i].stems[0], clause[i].stems[1]} {
			for _, name := range words().turns[key] {
				if name.at(clause, i, taken) {
					out[i] = append(out[i], skillUnit(name.skill, 1))
				}
			}
		}
	}
	for i := range clause {
		t := &clause[i]
		if taken[i] || words().empties[t.word] || words().beside[t.word] || words().over[t.word] {
			continue
		}
		if t.skill != nil {
			is := skillUnit(t.skill, 1)
			if before := plainBefore(clause, out, i); !words().agent(t.word) {
				is.kind = before
			}
			out[i] = append(out[i], is)
		} else if parts := words().parts(t); parts != nil {
			out[i] = append(out[i], parts...)
		} else if !text.IsDigits(t.word) {
			out[i] = append(out[i], unit{word: t.word, stems: t.stems, weight: 1})
		}
	}
	return out
}

// plainBefore is the word before one of a clause, behind a space, when it is no skill: the crisis of a crisis
// communication. It is empty when there is none.
func plainBefore(clause []token, units [][]unit, i int) string {
	if i == 0 || len(units[i-1]) != 1 || units[i-1][0].skill != nil {
		return ""
	}
	return " " + clause[i-1].word
}

func skillUnit(s *skill, weight float32) unit {
	return unit{skill: s, weight: weight}
}

// wordUnit is a part of a compound that names no skill.
func wordUnit(word string) unit {
	u := unit{word: word, weight: 1}
	for i, tag := range stemmed {
		u.stems[i] = stem(word, tag)
	}
	return u
}

// at says whether a name stands at word i, or around it with a word or two between, and takes its words.
func (n turn) at(tokens []token, i int, taken []bool) bool {
	places := make([]int, 0, len(n.words))
	for _, word := range n.words {
		found := -1
		for j := max(0, i-len(n.words)); j < min(len(tokens), i+len(n.words)+1); j++ {
			t := &tokens[j]
			if taken[j] || slices.Contains(places, j) {
				continue
			}
			if is := t.word; is == word || n.of >= 0 && n.stem(t) == word {
				found = j
				break
			}
		}
		if found < 0 {
			return false
		}
		places = append(places, found)
	}
	for _, j := range places {
		taken[j] = true
	}
	return true
}

// stem is the stem of a token in the language of the name; the verb as he or she does it is the same.
func (n turn) stem(t *token) string {
	if short, cut := strings.CutSuffix(t.word, "t"); cut && n.of == 0 && len(short) >= shortestPart {
		return stem(short, stemmed[0])
	}
	return t.stems[n.of]
}

// parts reads a compound that is in no list by what it ends or begins with; nil when neither names a skill. The
// stemmers take something from the end, so the stem of what a word ends with is the end of its stem.
func (x *lexicon) parts(t *token) []unit {
	word, end := t.word, t.stems[0]
	for cut := shortestPart - 1; cut <= len(word)-shortestPart; cut++ {
		if x.noCompound[word[cut:]] {
			continue
		}
		s := x.whole[word[cut:]]
		if s == nil && cut < len(end) && word[:cut] == end[:cut] {
			s = x.stems[0][end[cut:]]
		}
		if s == nil {
			continue
		}
		is := skillUnit(s, 1)
		is.kind = word[:cut]
		if first := x.first(word[:cut]); first != nil {
			return []unit{is, skillUnit(first, 1)}
		}
		return []unit{is, wordUnit(word[:cut])}
	}
	for cut := len(word) - shortestPart + 1; cut >= shortestPart-1; cut-- {
		first := x.first(word[:cut])
		switch {
		case first == nil:
		case x.doer[word[cut:]]:
			return []unit{skillUnit(first, 1)}
		case cut >= shortestPart:
			return []unit{skillUnit(first, compoundRest), wordUnit(word[cut:])}
		}
	}
	return nil
}

// first is the skill that the first part of a compound names, without what joins it to the next.
func (x *lexicon) first(part string) *skill {
	if s := x.named(part); s != nil {
		return s
	}
	for _, link := range x.links {
		if short, cut := strings.CutSuffix(part, link); cut && len(short) >= shortestPart-1 {
			if s := x.named(short); s != nil {
				return s
			}
		}
	}
	return nil
}

// named is the skill that a word or the stem of a word names.
func (x *lexicon) named(word string) *skill {
	if s := x.whole[word]; s != nil {
		return s
	}
	return x.stems[0][word]
}
