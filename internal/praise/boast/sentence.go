package boast

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// abbreviations end with a full stop and no sentence with them, in English and Dutch.
var abbreviations = map[string]bool{
	"mr": true, "mrs": true, "ms": true, "dr": true, "prof": true, "st": true, "no": true, "vs": true, "etc": false,
	"e.g": true, "i.e": true, "approx": true, "dept": true, "inc": false,
	"dhr": true, "mevr": true, "mw": true, "drs": true, "ir": true, "ing": true, "nr": true, "bijv": true, "bv": true,
	"d.w.z": true, "dwz": true, "o.a": true, "m.b.t": true, "t.a.v": true,
	"i.v.m": true, "ca": true, "evt": true, "incl": true, "excl": true, "resp": true, "vgl": true, "z.o.z": true,
	"a.u.b": false, "n.a.v": true, "jl": true, "pag": true, "art": true, "tel": true,
}

// Sentences splits a text. Lines end sentences too: drafts have headings and lists.
func Sentences(s string) []string {
	var out []string
	for line := range strings.SplitSeq(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n").Replace(s), "\n") {
		out = append(out, ofLine(strings.TrimSpace(line))...)
	}
	return out
}

func ofLine(line string) []string {
	var out []string
	start := 0
	keep := func(end int) {
		if part := strings.TrimSpace(line[start:end]); strings.ContainsFunc(part, unicode.IsLetter) {
			out = append(out, part)
		}
		start = end
	}
	for i := 0; i < len(line); {
		r, size := utf8.DecodeRuneInString(line[i:])
		i += size
		if r != '.' && r != '!' && r != '?' && r != '…' {
			continue
		}
		end := i
		for end < len(line) { // marks and closing quotation marks belong to the sentence
			next, size := utf8.DecodeRuneInString(line[end:])
			if !strings.ContainsRune(".!?…\"'”’)»", next) {
				break
			}
			end += size
		}
		if end < len(line) && !unicode.IsSpace(rune(line[end])) && line[end] < utf8.RuneSelf {
			i = end // inside a number, an address or a name
			continue
		}
		if r == '.' && end == i && !ends(line, start, i, end) {
			continue
		}
		if quoted := strings.ContainsAny(line[i:end], "\"'”’)»"); quoted && goesOn(line[end:]) {
			i = end // “Really?” she said.
			continue
		}
		keep(end)
		i = end
	}
	keep(len(line))
	return out
}

// ends says whether the full stop before end closes a sentence: not after an abbreviation or a single letter, and not
// before a small letter.
func ends(line string, start, stop, end int) bool {
	word := line[start : stop-1]
	if i := strings.LastIndexFunc(word, unicode.IsSpace); i >= 0 {
		word = word[i+1:]
	}
	word = strings.ToLower(strings.TrimLeft(word, "(\"'“‘„"))
	if abbreviations[word] || utf8.RuneCountInString(word) == 1 && unicode.IsLetter([]rune(word)[0]) {
		return false
	}
	return !goesOn(line[end:])
}

// goesOn says whether what follows begins with a small letter.
func goesOn(rest string) bool {
	next, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(rest, unicode.IsSpace))
	return unicode.IsLower(next)
}
