package boast

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"gave.network/internal/lang"
)

var (
	// Tags that only say that somebody means to boast, as people add them in jest; a model that leans on them learns
	// nothing else.
	selfTag = regexp.MustCompile(`(?i)#\S*(?:brag|humbl)\S*`)
	link    = regexp.MustCompile(`(?i)\bhttps?://\S+|\bwww\.\S+`)
	mention = regexp.MustCompile(`(?i)@user\b|@\w+`)
	// Tokenised text has a space before the clitic: "I 'm", "do n't".
	negated = regexp.MustCompile(`(?i)(\w) n't\b`)
	clitic  = regexp.MustCompile(`(?i)(\w) '(m|s|re|ve|ll|d)\b`)
	token   = regexp.MustCompile(
		`#[\p{L}\p{N}_]+|@user|:[a-z_]+:|[\p{L}\p{N}_]+(?:'[\p{L}\p{N}_]+)*|'[a-z]\b|[!?]+|\.|[$€£%]`)
)

// emoji are the few that carry meaning here, by the names that data sets give them.
var emoji = strings.NewReplacer(
	"😎", " :smiling_face_with_sunglasses: ", "💪", " :flexed_biceps: ", "🏆", " :trophy: ", "🎉", " :party_popper: ", "🔥",
	" :fire: ", "💯", " :hundred_points: ",
	"🙌", " :raising_hands: ", "😍", " :smiling_face_with_heart-eyes: ", "😏", " :smirking_face: ", "😂",
	" :face_with_tears_of_joy: ", "😭", " :loudly_crying_face: ",
	"😳", " :flushed_face: ", "🙏", " :folded_hands: ", "🚀", " :rocket: ",
)

// phrase is a sentence as the features see it.
type phrase struct {
	raw     string   // cleaned, in its own case
	written string   // before that
	tokens  []string // lower case: words, tags, marks
	words   []string // only the words
	at      [classes][]bool
}

func phraseOf(s, lang string) phrase {
	lexicon, written := lexicon[lang], s
	s = strings.NewReplacer("’", "'", "‘", "'", "\\ n", " ").Replace(s)
	s = emoji.Replace(s)
	s = link.ReplaceAllString(selfTag.ReplaceAllString(s, " "), " ")
	s = mention.ReplaceAllString(s, " @user ")
	s = negated.ReplaceAllString(s, "${1}n't")
	s = clitic.ReplaceAllString(s, "$1'$2")
	p := phrase{raw: s, written: written, tokens: token.FindAllString(strings.ToLower(s), -1)}
	for _, t := range p.tokens {
		if r := []rune(t)[0]; unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\'' {
			p.words = append(p.words, t)
		}
	}
	for c := range p.at {
		p.at[c] = make([]bool, len(p.words))
		for i, w := range p.words {
			p.at[c][i] = lexicon[c][w]
		}
	}
	for i, w := range p.words {
		p.at[past][i] = p.at[past][i] || regularPast(w)
	}
	return p
}

// regularPast says whether a word looks like a regular past or participle, in English or Dutch.
func regularPast(w string) bool {
	n := len(w)
	return n > 4 && strings.HasSuffix(w, "ed") ||
		n > 6 && strings.HasPrefix(w, "ge") && (w[n-1] == 'd' || w[n-1] == 't' || strings.HasSuffix(w, "en"))
}

// superlative says whether a word looks like one.
func superlative(w string) bool {
	ends := func(end string) bool { return strings.HasSuffix(w, end) }
	return superlatives[w] || len(w) > 5 && !noSuperlatives[w] && slices.ContainsFunc(superlativeEndings, ends)
}

var (
	superlatives       = set(lang.Words("boast", "superlative"))
	noSuperlatives     = set(lang.Words("boast", "superlative.not")) // end like one
	superlativeEndings = lang.Words("boast", "superlative.ending")
)

// near says whether a word of one class is followed, within so many words, by one of another.
func (p *phrase) near(from, to class, within int) bool {
	for i, is := range p.at[from] {
		if !is {
			continue
		}
		for j := i + 1; j <= i+within && j < len(p.words); j++ {
			if p.at[to][j] {
				return true
			}
		}
	}
	return false
}

func (p *phrase) count(c class) int {
	n := 0
	for _, is := range p.at[c] {
		if is {
			n++
		}
	}
	return n
}
