package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxLine is the longest line that people write for Gave, in characters. Language and the reader of dates read as many
// bytes.
const MaxLine = 4000

// IsASCII says that a text has no other letters than those of ASCII.
func IsASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// IsInvisible says that a letter cannot be seen.
func IsInvisible(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r)
}

// LowerASCII lowers only A to Z, so that byte places stay the same.
func LowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// IsCapitalised says that a text begins with a capital.
func IsCapitalised(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r) || unicode.IsTitle(r)
}

// IsUpper says that a text has letters, all of them capitals.
func IsUpper(s string) bool {
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

// Join joins the parts that are not empty.
func Join(by string, parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, by)
}

// Letters keeps the letters of a text, folded.
func Letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, Fold(s))
}

var joints = strings.NewReplacer(" ", "", "-", "", ".", "", "'", "", "/", "")

// Squeeze folds a text and leaves out the marks between its words and parts of words.
func Squeeze(s string) string { return joints.Replace(Fold(s)) }

// IsWordRune says that a letter may stand in a word: letters, digits and the marks of a script.
func IsWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || unicode.Is(unicode.Nl, r)
}

// IsDigits says that a text is not empty and has digits only.
func IsDigits(s string) bool {
	for _, r := range s {
		if !unicode.IsDigit(r) {
			return false
		}
	}
	return s != ""
}
