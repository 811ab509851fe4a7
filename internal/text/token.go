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

// TokenKind is what a token is.
type TokenKind uint8

// The kinds.
const (
	WordToken    TokenKind = iota
	MentionToken           // @anna, @"Anna Jansen", @anna@acme.nl
	QuoteToken             // "about the report"
	GroupToken             // (ACME, sales)
	TagToken               // #borrel
	LinkToken              // https://…
	AddressToken           // anna@acme.nl
)

// Token is one word or unit of a line. Raw is what stands in the line without the punctuation around it.
type Token struct {
	Span
	Kind TokenKind
	Raw  string
	Word string // raw, folded
	// Stop says that a comma, semicolon, colon or full stop follows; 0 when none does.
	Stop byte
}

const (
	openers = "([{\"“„«‘<"
	closers = ")]}\"”»’>,.;:!?…"
)

// SplitWords appends the words of a text to tokens: it cuts at white space and takes the punctuation off both ends of
// each word. base is added to their places.
func SplitWords(s string, base int, tokens []Token) []Token {
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
		if t, ok := WordAt(s, i, end); ok {
			t.Start += base
			t.End += base
			tokens = append(tokens, t)
		} else if len(tokens) > 0 {
			tokens[len(tokens)-1].Stop = ',' // a dash or the like stands alone
		}
		i = end
	}
	return tokens
}

// WordAt makes a token of s[start:end], which holds no white space. It is false when no letter or digit is left.
func WordAt(s string, start, end int) (Token, bool) {
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
		return Token{}, false
	}
	return Token{Span: Span{Start: start, End: end}, Raw: raw, Word: Fold(raw), Stop: stop}, true
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
