package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Span is a piece of a text in bytes: from Start up to, not including, End.
type Span struct {
	Start, End int
}

// In gives the piece of the text.
func (s Span) In(text string) string { return text[s.Start:s.End] }

type tokenKind uint8

const (
	wordToken    tokenKind = iota
	mentionToken           // @anna, @"Anna Jansen", @anna@acme.nl
	quoteToken             // "about the report"
	groupToken             // (ACME, sales)
	tagToken               // #borrel
	linkToken              // https://…
	addressToken           // anna@acme.nl
)

// token is one word or unit of a line. raw is what stands in the line without the punctuation around it.
type token struct {
	Span
	kind tokenKind
	raw  string
	word string // raw, folded
	// stop says that a comma, semicolon, colon or full stop follows; 0 when none does.
	stop byte
}

const (
	openers = "([{\"“„«‘<"
	closers = ")]}\"”»’>,.;:!?…"
)

// splitWords cuts a text at white space and takes the punctuation off both ends of each word.
func splitWords(s string, base int, tokens []token) []token {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if unicode.IsSpace(r) {
			i += size
			continue
		}
		end := i
		for end < len(s) {
			r, size = utf8.DecodeRuneInString(s[end:])
			if unicode.IsSpace(r) {
				break
			}
			end += size
		}
		if t, ok := wordAt(s, i, end); ok {
			t.Start += base
			t.End += base
			tokens = append(tokens, t)
		} else if len(tokens) > 0 {
			tokens[len(tokens)-1].stop = ',' // a dash or the like stands alone
		}
		i = end
	}
	return tokens
}

// wordAt makes a token of s[start:end], which holds no white space.
func wordAt(s string, start, end int) (token, bool) {
	for start < end {
		r, size := utf8.DecodeRuneInString(s[start:end])
		if !strings.ContainsRune(openers, r) && r != '\'' || r == '\'' && keepsApostrophe(s[start:end]) ||
			r == '‘' && keepsApostrophe("'"+s[start+size:end]) {
			break
		}
		start += size
	}
	var stop byte
	for start < end {
		r, size := utf8.DecodeLastRuneInString(s[start:end])
		if !strings.ContainsRune(closers, r) && r != '\'' {
			break
		}
		end -= size
		if strings.ContainsRune(",.;:!?", r) {
			stop = byte(r)
		}
	}
	raw := s[start:end]
	if !strings.ContainsFunc(raw, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return token{}, false
	}
	return token{Span: Span{start, end}, raw: raw, word: Fold(raw), stop: stop}, true
}

// keepsApostrophe tells the words that begin with one: 's avonds, 't Hart, 's-Gravenhage, '19.
func keepsApostrophe(s string) bool {
	if len(s) < 2 {
		return false
	}
	switch s[1] {
	case 's', 't', 'n', 'k', 'm', 'S', 'T':
		return len(s) == 2 || s[2] == '-'
	}
	return s[1] >= '0' && s[1] <= '9'
}
