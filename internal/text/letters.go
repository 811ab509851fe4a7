package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxLine is the longest line that people write for Gave, in characters. Language and the reader of dates read as many
// bytes.
const MaxLine = 4000

// ascii says that a text has no other letters than those of ASCII.
func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// invisible says that a letter cannot be seen.
func invisible(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r)
}

// asciiLower lowers only A to Z, so that byte places stay the same.
func asciiLower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// capitalised says that a text begins with a capital.
func capitalised(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r) || unicode.IsTitle(r)
}

// allUpper says that a text has letters, and no small one.
func allUpper(s string) bool {
	letters := false
	for _, r := range s {
		if unicode.IsLetter(r) {
			if !unicode.IsUpper(r) {
				return false
			}
			letters = true
		}
	}
	return letters
}

// joinNonEmpty joins the parts that are not empty.
func joinNonEmpty(by string, parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, by)
}

// lettersOf keeps the letters of a text, folded.
func lettersOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, Fold(s))
}

var joints = strings.NewReplacer(" ", "", "-", "", ".", "", "'", "", "/", "")

// squeeze folds a text and leaves out the marks between its words and parts of words.
func squeeze(s string) string { return joints.Replace(Fold(s)) }

// wordRune says that a letter may stand in a word: letters, digits and the marks of a script.
func wordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || unicode.Is(unicode.Nl, r)
}

// isDigits says that a text is not empty and has digits only.
func isDigits(s string) bool {
	for _, r := range s {
		if !unicode.IsDigit(r) {
			return false
		}
	}
	return s != ""
}
