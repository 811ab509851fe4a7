package intake

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
)

// cut shortens a text to at most n bytes without breaking a letter.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// maxText is the most characters of a short text that are kept.
const maxText = 500

// wholeText cleans a text of several lines.
func wholeText(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(s, "\r", ""), "\x00", ""))
}

func firstLine(b []byte) []byte {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		b = b[:i]
	}
	return trimReturn(b)
}

func wordList(s string) map[string]bool {
	words := map[string]bool{}
	for _, w := range strings.Fields(s) {
		words[w] = true
	}
	return words
}

func wordLines(s string) map[string]bool {
	words := map[string]bool{}
	for word := range aliasTable(map[string]string{"": s}) {
		words[word] = true
	}
	return words
}

func isYes(s string) bool {
	switch strings.ToLower(s) {
	case "yes", "true", "1", "ja":
		return true
	}
	return false
}

func leadingNumber(s string) (n, digits int, rest string) {
	for digits < len(s) && digits < 6 && s[digits] >= '0' && s[digits] <= '9' {
		n = n*10 + int(s[digits]-'0')
		digits++
	}
	return n, digits, s[digits:]
}

// quote shows a value to people, short.
func quote(s string) string {
	s = cleanText(utf8Text([]byte(s)), 80)
	if s == "" {
		return "missing"
	}
	return `"` + s + `"`
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// digits reads a number of at most nine digits at i and returns it and where it ended.
func digits(s string, i int) (int, int) {
	n := 0
	for end := i; ; end++ {
		if end >= len(s) || !isDigit(s[end]) || end-i >= 9 {
			return n, end
		}
		n = n*10 + int(s[end]-'0')
	}
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// fill sets a text that is still empty.
func fill(field *string, value string) {
	if *field == "" {
		*field = value
	}
}

// appendNew adds a value that is not empty and not yet there.
func appendNew(list []string, value string) []string {
	if value == "" || len(list) >= maxMany {
		return list
	}
	if slices.Contains(list, value) {
		return list
	}
	return append(list, value)
}

func nonEmpty(list []string) []string {
	kept := list[:0]
	for _, one := range list {
		if one != "" {
			kept = append(kept, one)
		}
	}
	return kept
}

var phoneShape = regexp.MustCompile(`^\+?[0-9][0-9 ()./-]{6,20}$`)

// maxTitle is the most runes of a subject or summary that are kept.
const maxTitle = 200

func aliasTable(fields map[string]string) map[string]string {
	table := map[string]string{}
	for field, aliases := range fields {
		for alias := range strings.SplitSeq(aliases, "|") {
			table[strings.TrimSpace(alias)] = field
		}
	}
	return table
}
