package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// letterFolds are letters that Unicode does not take apart although readers of a Latin alphabet look for the plain
// letter.
var letterFolds = map[rune]string{
	'ø': "o", 'æ': "ae", 'œ': "oe", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ħ': "h", 'ı': "i", 'ŋ': "ng", 'ŧ': "t",
	'ĸ': "k", 'ſ': "s", 'ƀ': "b", 'ɓ': "b", 'ɖ': "d", 'ƒ': "f", 'ɨ': "i", 'ʉ': "u", 'ɇ': "e", 'ẞ': "ss", 'ß': "ss",
	// Punctuation that keyboards and word processors write in many ways.
	'‘': "'", '’': "'", 'ʼ': "'", '`': "'", '´': "'", '′': "'", '‛': "'", 'ʻ': "'", 'ʹ': "'",
	'“': `"`, '”': `"`, '„': `"`, '«': `"`, '»': `"`, '‟': `"`, '″': `"`,
	'‐': "-", '‑': "-", '‒': "-", '–': "-", '—': "-", '―': "-", '−': "-", '﹣': "-", '⁃': "-",
}

// Fold brings a text into the form in which it is searched and compared: lower case, without diacritics and ligatures
// (é becomes e, ø becomes o, ß becomes ss, æ becomes ae, ĳ becomes ij), one kind of quote and hyphen, every run of
// white space one space, none at the ends, and nothing invisible. Vowel signs of other scripts stay. Folding twice
// changes nothing.
func Fold(s string) string {
	if IsASCII(s) {
		return foldASCII(s)
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	// Punctuation first, because the accent ´ would fall apart into a space and a mark. A lower-case letter can fall
	// apart where its capital does not, so the text is taken apart before and after. (cases.Fold of golang.org/x/text
	// is not used: it turns small Cherokee letters into capitals and these into small ones again.)
	s = replaceLetters(s)
	s = norm.NFKD.String(s)
	s = norm.NFKD.String(strings.Map(lower, s))
	s = replaceLetters(s)
	var out strings.Builder
	out.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = out.Len() > 0
		case diacritic(r) || IsInvisible(r):
		default:
			if space {
				out.WriteByte(' ')
				space = false
			}
			out.WriteRune(r)
		}
	}
	return norm.NFC.String(out.String())
}

// foldASCII is the quick path of Fold, which most text takes.
func foldASCII(s string) string {
	clean, space := true, true
	for i := range len(s) {
		c := s[i]
		if c <= ' ' && (c != ' ' || space) || c == 0x7f || c == '`' || 'A' <= c && c <= 'Z' {
			clean = false
			break
		}
		space = c == ' '
	}
	if clean && !strings.HasSuffix(s, " ") {
		return s
	}
	out := make([]byte, 0, len(s))
	space = false
	for i := range len(s) {
		c := s[i]
		switch {
		case c == ' ' || '\t' <= c && c <= '\r':
			space = len(out) > 0
			continue
		case c < ' ' || c == 0x7f:
			continue
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case c == '`':
			c = '\''
		}
		if space {
			out = append(out, ' ')
			space = false
		}
		out = append(out, c)
	}
	return string(out)
}

func lower(r rune) rune {
	if r == 'ς' {
		return 'σ'
	}
	return unicode.ToLower(r)
}

func replaceLetters(s string) string {
	var out strings.Builder
	last := 0
	for i, r := range s {
		to, ok := letterFolds[r]
		if !ok {
			continue
		}
		out.WriteString(s[last:i])
		out.WriteString(to)
		last = i + utf8.RuneLen(r)
	}
	if last == 0 {
		return s
	}
	out.WriteString(s[last:])
	return out.String()
}

// diacritic tells the marks that a search leaves out. The vowel signs of Indic scripts and the voicing marks of
// Japanese are marks too, but carry meaning.
func diacritic(r rune) bool {
	switch {
	case 0x0300 <= r && r <= 0x036F, 0x1AB0 <= r && r <= 0x1AFF, 0x1DC0 <= r && r <= 0x1DFF, 0x20D0 <= r && r <= 0x20FF,
		0xFE20 <= r && r <= 0xFE2F: // combining marks of Latin, Greek and Cyrillic
		return true
	case 0x0591 <= r && r <= 0x05C7 && unicode.Is(unicode.Mn, r): // Hebrew points
		return true
	case 0x064B <= r && r <= 0x065F, r == 0x0670: // Arabic vowel marks
		return true
	}
	return false
}

// Words returns the folded words of a text in their order, for a search index. A word holds only letters, digits and
// the marks of its script. What is joined by a hyphen, apostrophe, dot or ampersand gives its parts and also the whole
// without the joint, so that Jean-Luc is found as "jean", "luc" and "jeanluc"; parts of one letter are left to the
// whole ('s-Gravenhage gives "gravenhage" and "sgravenhage", O'Brien gives "brien" and "obrien"). A mail address gives
// the words of its local part and of its domain.
func Words(s string) []string {
	var words []string
	for _, w := range compounds(Fold(s)) {
		if len(w.parts) == 1 {
			words = append(words, w.parts[0])
			continue
		}
		letters := false
		for _, p := range w.parts {
			if utf8.RuneCountInString(p) > 1 || IsDigits(p) {
				words = append(words, p)
			}
			letters = letters || !IsDigits(p)
		}
		if letters || w.hyphen {
			words = append(words, strings.Join(w.parts, ""))
		}
	}
	return words
}

type compound struct {
	parts  []string
	hyphen bool // a hyphen is among the joints
}

// compounds splits folded text into words that stand apart, each with its parts.
func compounds(folded string) []compound {
	var all []compound
	var now compound
	start, joint := -1, -1 // start of the open part, place of a joint directly after the last part
	closePart := func(end int) {
		if start >= 0 {
			now.parts = append(now.parts, folded[start:end])
			start = -1
		}
	}
	closeWord := func() {
		if len(now.parts) > 0 {
			all = append(all, now)
		}
		now, joint = compound{}, -1
	}
	pendingHyphen := false
	for i, r := range folded {
		switch {
		case IsWordRune(r):
			if start < 0 {
				if joint < 0 {
					closeWord()
				} else if pendingHyphen {
					now.hyphen = true
				}
				start = i
			}
			joint, pendingHyphen = -1, false
		case r == '-' || r == '\'' || r == '.' || r == '&':
			closePart(i)
			// A dot and a hyphen may follow each other, as in "A.-M."; a row of dots or dashes parts words.
			if len(now.parts) > 0 && (joint < 0 || folded[i-1] == '.' && r == '-') {
				joint = i
				pendingHyphen = r == '-'
			} else {
				closeWord()
				pendingHyphen = false
			}
		default:
			closePart(i)
			closeWord()
			pendingHyphen = false
		}
	}
	closePart(len(folded))
	closeWord()
	return all
}
