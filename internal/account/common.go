package account

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"gave.network/internal/fault"
	"gave.network/internal/text"
)

// commonGz holds the passwords that people choose most, in order: the list of @zxcvbn-ts/language-common 4.1.3 (MIT;
// Dan Wheeler, Dropbox and zxcvbn-ts), those of four characters and more, in lower case.
//
//go:embed common.txt.gz
var commonGz []byte

// commonPasswords reads the list when somebody first chooses a password.
var commonPasswords = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	reader, err := gzip.NewReader(bytes.NewReader(commonGz))
	if err != nil {
		panic("account: common.txt.gz: " + err.Error())
	}
	content, err := io.ReadAll(reader)
	if err != nil {
		panic("account: common.txt.gz: " + err.Error())
	}
	for word := range strings.Lines(string(content)) {
		out[strings.TrimSuffix(word, "\n")] = true
	}
	return out
})

// rows are what a finger or a child walks along.
var rows = []string{
	"abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "azertyuiop",
	"qsdfghjklm", "qwertzuiop",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "!@#$%^&*()",
}

// asLetters reads what people write for letters.
var asLetters = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "8", "b", "9", "g", "@",
	"a", "$", "s", "!", "i", "+", "t")

// ownWords are the words that a guesser takes from what is known of an account: the parts of names and addresses, and
// of this program.
func ownWords(about ...string) []string {
	out := []string{"gavenetwork", "gave"}
	for _, known := range about {
		for _, word := range strings.FieldsFunc(text.Fold(known), func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r)
		}) {
			if utf8.RuneCountInString(word) >= 3 {
				out = append(out, word)
			}
		}
	}
	slices.SortFunc(out, func(a, b string) int { return len(b) - len(a) }) // the longest first
	return out
}

// checkChoice returns a fault when a guesser who knows the account's name and addresses tries the password among the
// first.
func checkChoice(password string, about ...string) error {
	const hint = "Take a few words that nobody would expect together."
	folded := text.Fold(password)
	for _, form := range []string{strings.ToLower(password), folded, asLetters.Replace(folded)} {
		if guessable(form) {
			return fault.New(fault.Invalid, "Many people use this password, or one like it.").WithHint(hint).
				WithField("password")
		}
		plain := letters(form)
		rest := plain
		for _, word := range ownWords(about...) {
			rest = strings.ReplaceAll(rest, word, "")
		}
		if rest != plain && utf8.RuneCountInString(rest) < 6 {
			return fault.New(fault.Invalid, "This password is little more than a name that others know.").
				WithHint(hint).WithField("password")
		}
	}
	return nil
}

// guessable says whether a password in lower case is common by itself, or common with a little before or behind it, or
// said twice, or a walk along the keys.
func guessable(form string) bool {
	if simple(form) {
		return true
	}
	core := strings.TrimFunc(form, func(r rune) bool { return !unicode.IsLetter(r) })
	at := strings.Index(form, core)
	rest := form[:at] + form[at+len(core):]
	if core != form && len(core) >= 4 && (simple(core) || simple(asLetters.Replace(core))) &&
		(utf8.RuneCountInString(rest) <= 6 || simple(rest)) {
		return true
	}
	// a date, a telephone number
	return core == "" && utf8.RuneCountInString(form) < 16 && strings.IndexFunc(form, unicode.IsDigit) >= 0
}

func simple(form string) bool {
	distinct := map[rune]bool{}
	for _, r := range form {
		distinct[r] = true
	}
	if commonPasswords()[form] || len(distinct) <= 3 {
		return true
	}
	for _, row := range rows {
		if strings.Contains(row, form) || strings.Contains(row, reversed(form)) {
			return true
		}
	}
	for n := 1; n <= len(form)/2; n++ { // the same again and again
		if strings.Repeat(form[:n], len(form)/n+1)[:len(form)] == form && (n < 6 || commonPasswords()[form[:n]]) {
			return true
		}
	}
	return false
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

func reversed(s string) string {
	runes := []rune(s)
	slices.Reverse(runes)
	return string(runes)
}
