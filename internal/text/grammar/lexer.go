package grammar

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"gave.network/internal/text"
	"gave.network/internal/text/addresses"
)

// maxQuote is the longest text between quotes or brackets, in bytes; a quote that opens more is a stray one.
const maxQuote = 600

// lex cuts a line into words and units: mentions, quoted texts, groups in parentheses, tags, links, mail addresses.
func lex(line string) []text.Token {
	var tokens []text.Token
	for i := 0; i < len(line); {
		r, size := utf8.DecodeRuneInString(line[i:])
		switch {
		case r == '\n' || r == ';':
			if len(tokens) > 0 {
				tokens[len(tokens)-1].Stop = ';'
			}
			i += size
			continue
		case r == ',' || r == ':':
			if len(tokens) > 0 && tokens[len(tokens)-1].Stop != ';' {
				tokens[len(tokens)-1].Stop = byte(r)
			}
			i += size
			continue
		case r == '@' && strings.HasPrefix(line[i+size:], " ") && len(tokens) > 0: // "Mark @ the office"
			t := unit(i, i+size, text.WordToken, "@")
			t.Word = t.Raw
			tokens = append(tokens, t)
			i += size
			continue
		case (r == '–' || r == '—') && len(tokens) > 0 && tokens[len(tokens)-1].End == i:
			if tokens[len(tokens)-1].Stop == 0 {
				tokens[len(tokens)-1].Stop = ','
			}
			i += size
			continue
		case unicode.IsSpace(r), strings.ContainsRune("+&/", r) && strings.HasPrefix(line[i+size:], "@"):
			i += size
			continue
		case len(tokens) > 0 && (strings.ContainsRune("+&", r) && strings.HasPrefix(line[i+size:], " ") ||
			r == '/' && tokens[len(tokens)-1].End == i):
			// "Anna & Piet": it joins what stands beside it.
			t := unit(i, i+size, text.WordToken, "&")
			t.Word = t.Raw
			tokens = append(tokens, t)
			i += size
			continue
		}
		if word := text.Fold(string(r)); r > unicode.MaxLatin1 && vocabulary()[word] &&
			(len(tokens) == 0 || tokens[len(tokens)-1].Stop == ';') { // "☕ met Anna"
			t := unit(i, i+size, text.WordToken, string(r))
			t.Word = word
			tokens = append(tokens, t)
			i += size
			continue
		}
		t, end := lexUnit(line, i, r, size)
		if end == i {
			t, end = lexWord(line, i)
		}
		if t.End > t.Start {
			tokens = append(tokens, t)
		} else if len(tokens) > 0 && tokens[len(tokens)-1].Stop == 0 && strings.ContainsRune("-–—|<>↔→⇄⇔⟷×/=", r) {
			tokens[len(tokens)-1].Stop = ','
		}
		i = end
	}
	return tokens
}

// lexUnit reads anything but a plain word; end is start when there is none.
func lexUnit(line string, start int, r rune, size int) (text.Token, int) {
	rest := line[start+size:]
	switch {
	case r == '@':
		return lexMention(line, start)
	case r == '#':
		n := strings.IndexFunc(rest, func(r rune) bool { return !text.IsWordRune(r) && r != '-' && r != '_' })
		if n < 0 {
			n = len(rest)
		}
		if name := strings.TrimRight(rest[:n], "-_"); strings.ContainsFunc(name, unicode.IsLetter) {
			end := start + size + len(name)
			t := unit(start, end, text.TagToken, name)
			t.Word = text.Fold(name)
			return t, end
		}
	case r == '"', r == '“', r == '„', r == '«', r == '\'' && opensQuote(rest):
		if inside, after, ok := quoted(rest, r); ok {
			end := start + size + after
			if strings.TrimSpace(inside) == "" {
				return text.Token{}, end
			}
			return unit(start, end, text.QuoteToken, inside), end
		}
	case r == '(':
		if n := strings.IndexByte(rest[:min(len(rest), maxQuote)], ')'); n >= 0 {
			if strings.TrimSpace(rest[:n]) == "" {
				return text.Token{}, start + n + 2
			}
			end := start + n + 2
			return unit(start, end, text.GroupToken, rest[:n]), end
		}
	}
	return text.Token{}, start
}

// unit is a token that is no plain word.
func unit(start, end int, kind text.TokenKind, raw string) text.Token {
	return text.Token{Span: text.Span{Start: start, End: end}, Kind: kind, Raw: raw}
}

// quoted reads up to the quote that closes the one that opened.
func quoted(rest string, open rune) (inside string, after int, ok bool) {
	closing := `"”“`
	switch open {
	case '\'':
		closing = "'"
	case '«':
		closing = "»"
	}
	limit := rest[:min(len(rest), maxQuote)]
	for i, r := range limit {
		if r == '\n' {
			break
		}
		if !strings.ContainsRune(closing, r) {
			continue
		}
		end := i + utf8.RuneLen(r)
		if open == '\'' { // an apostrophe inside a word does not close
			if next, _ := utf8.DecodeRuneInString(rest[end:]); end < len(rest) && text.IsWordRune(next) {
				continue
			}
		}
		return rest[:i], end, true
	}
	return "", 0, false
}

// opensQuote tells a single quote that opens a text from the apostrophe of 's avonds, 't Hart and '19.
func opensQuote(rest string) bool {
	r, size := utf8.DecodeRuneInString(rest)
	if !unicode.IsLetter(r) {
		return false
	}
	next, _ := utf8.DecodeRuneInString(rest[size:])
	return unicode.IsLetter(next)
}

// lexMention reads @anna, @anna.jansen, @anna@acme.nl and @"Anna Jansen".
func lexMention(line string, start int) (text.Token, int) {
	rest := line[start+1:]
	if r, size := utf8.DecodeRuneInString(rest); r == '"' || r == '“' || r == '„' {
		if inside, after, ok := quoted(rest[size:], r); ok && strings.TrimSpace(inside) != "" {
			end := start + 1 + size + after
			return unit(start, end, text.MentionToken, clean(inside)), end
		}
	}
	skipped := 1
	if r, size := utf8.DecodeRuneInString(rest); strings.ContainsRune(`"“„`, r) { // a quote that nobody closes
		skipped += size
		rest = rest[size:]
	}
	n := strings.IndexFunc(rest, func(r rune) bool {
		return !text.IsWordRune(r) && !strings.ContainsRune(".-_+@'’", r)
	})
	if n < 0 {
		n = len(rest)
	}
	for _, s := range []string{"+@", ".@", "-@", "_@", "'@"} { // @anna+@bob
		if at := strings.Index(rest[:n], s); at > 0 {
			n = at + 1
		}
	}
	name := strings.TrimRight(rest[:n], ".-_+@'’")
	for _, s := range []string{"'s", "’s"} { // @anna's
		name = strings.TrimSuffix(name, s)
	}
	name = strings.TrimRight(name, ".-_+@'’")
	if !strings.ContainsFunc(name, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return text.Token{}, start
	}
	end := start + skipped + len(name)
	t := unit(start, end, text.MentionToken, strings.ToValidUTF8(name, ""))
	// Punctuation and a possessive right behind belong to it.
	for end < len(line) {
		r, size := utf8.DecodeRuneInString(line[end:])
		if !strings.ContainsRune(".-_+@'’,:;!?", r) &&
			!(r == 's' && (strings.HasSuffix(line[:end], "'") || strings.HasSuffix(line[:end], "’"))) {
			break
		}
		switch r {
		case '.', ',', ':', ';':
			t.Stop = byte(r)
		}
		if r == '@' || r == '+' {
			break
		}
		end += size
		if t.Stop == ',' || t.Stop == ';' {
			break
		}
	}
	return t, end
}

// lexWord reads up to white space, or up to where another unit opens.
func lexWord(line string, start int) (text.Token, int) {
	end := start
	for end < len(line) {
		r, size := utf8.DecodeRuneInString(line[end:])
		if unicode.IsSpace(r) || r == ';' ||
			end > start && (r == '"' || r == '“' || r == '(' && !isLink(line[start:end])) {
			break
		}
		if r == ',' && end+1 < len(line) && line[end+1] == '@' ||
			r == '/' && text.IsCapitalised(line[start:end]) && text.IsCapitalised(line[end+1:]) &&
				!isLink(line[start:]) {
			break // "Anna/Kees"
		}
		if (r == '–' || r == '—') && end > start && text.IsCapitalised(line[end+size:]) {
			break // "Laura–Thomas"
		}
		end += size
	}
	if isLink(line[start:end]) {
		stop := end
		for stop > start {
			r, size := utf8.DecodeLastRuneInString(line[start:stop])
			if !strings.ContainsRune(".,:!?)]}\"'”’>", r) {
				break
			}
			stop -= size
		}
		return unit(start, stop, text.LinkToken, clean(line[start:stop])), end
	}
	t, ok := text.WordAt(line, start, end)
	if !ok {
		return text.Token{}, end
	}
	if strings.ContainsRune(t.Raw, '@') {
		if address, ok := addresses.Mail(t.Raw); ok {
			t.Kind, t.Raw = text.AddressToken, address
		}
	}
	return t, end
}

func isLink(s string) bool {
	lowered := text.LowerASCII(s[:min(len(s), 9)])
	for _, start := range []string{"http://", "https://", "www."} {
		if strings.HasPrefix(lowered, start) && len(s) > len(start) {
			return true
		}
	}
	return false
}
