package read

import (
	"strings"
)

// Addresses in mail as they really are written: RFC 5322, and commas without quotes, missing brackets, comments,
// groups, "mailto:", names around encoded words, Exchange X.500 names, and the "x at y" of list archives.

// MaxParties is the most parties that one interaction keeps; a mail to more people says little about each of them.
const MaxParties = 2000

// maxBracket is how far the end of an address in brackets is looked for.
const maxBracket = 2000

// mailbox is one address with the name beside it, both as written.
type mailbox struct {
	phrase  string // the words before the address, without quotes
	comment string // the first comment in parentheses
	address string // what stood in brackets
	angle   bool   // there were brackets
}

// ParseAddresses reads the value of an address header and returns its parties with the given role.
func ParseAddresses(value string, role Role) []Party {
	return AppendAddresses(nil, value, role, true)
}

// AppendAddresses adds the parties of an address header to those that were read before. again says that a list
// that was put whole into one encoded word may be decoded and read.
func AppendAddresses(parties []Party, value string, role Role, again bool) []Party {
	scan := addressScanner{s: value}
	held := "" // a name before a comma that may be the first half of "Jansen, Anna <…>"
	for {
		box, more := scan.next()
		if !more || len(parties) >= MaxParties {
			return parties
		}
		party, ok := box.party(role)
		if !ok {
			held = ""
			if again && strings.Contains(box.phrase, "=?") {
				// The whole list, brackets and all, was put into one encoded word.
				if text := DecodeWords(box.phrase); strings.Contains(text, "@") {
					parties = AppendAddresses(parties, text, role, false)
				}
				continue
			}
			if !box.angle && scan.last == ',' && looksLikeName(box.phrase) {
				held = box.phrase
			}
			continue
		}
		if held != "" && box.angle && party.Name != "" {
			party.Name = CleanText(DecodeWords(held)+", "+party.Name, 200)
		}
		held = ""
		parties = append(parties, party)
	}
}

// looksLikeName says that words without an address can be the family name before a comma.
func looksLikeName(phrase string) bool {
	phrase = strings.TrimSpace(phrase)
	return phrase != "" && len(phrase) < 60 && !strings.ContainsAny(phrase, "@:;<>=/\\0123456789")
}

// addressScanner splits an address header into mailboxes.
type addressScanner struct {
	s    string
	i    int
	last byte // what ended the mailbox: ',' ';' or 0
}

// next returns the next mailbox; more is false at the end.
func (a *addressScanner) next() (box mailbox, more bool) {
	s := a.s
	if a.i >= len(s) {
		return box, false
	}
	var phrase strings.Builder
	begin, plain := a.i, true // while plain, the phrase is s[begin:i]
	spoil := func() {
		if plain {
			phrase.WriteString(s[begin:a.i])
			plain = false
		}
	}
	for a.i < len(s) {
		c := s[a.i]
		switch {
		case c == ',' || c == ';':
			spoil()
			a.last = c
			a.i++
			box.phrase = strings.TrimSpace(phrase.String())
			return box, true
		case c == '"':
			end := quotedEnd(s, a.i)
			spoil()
			if end < 0 {
				a.i++
				break
			}
			phrase.WriteString(unquote(s[a.i+1 : end]))
			a.i = end + 1
		case c == '(':
			spoil()
			end := commentEnd(s, a.i)
			if box.comment == "" {
				box.comment = strings.TrimSpace(s[a.i+1 : end])
			}
			a.i = min(end+1, len(s))
			phrase.WriteByte(' ')
		case c == '<':
			spoil()
			// Not looked for without bound, so that a header of brackets only does not cost the square of its length.
			ahead := s[a.i:min(len(s), a.i+maxBracket)]
			end := strings.IndexByte(ahead, '>')
			comma := strings.IndexAny(ahead, ",;")
			switch {
			case end < 0 && comma < 0:
				end = a.i + len(ahead)
			case end < 0:
				end = a.i + comma
			case comma >= 0 && comma < end && strings.Contains(s[a.i+comma:a.i+end], "<") &&
				!strings.HasPrefix(s[a.i:], "<@"):
				// <a@b, "C" <c@d>: the first bracket was never closed.
				end = a.i + comma
			default:
				end += a.i
			}
			inner := strings.TrimSpace(s[a.i+1 : end])
			if !box.angle || !strings.Contains(box.address, "@") {
				box.address, box.angle = inner, true
			}
			if end < len(s) && s[end] == '>' {
				end++
			}
			a.i = end
			phrase.WriteByte(' ')
		case c == ':':
			words := s[begin:a.i]
			if !plain {
				words = phrase.String()
			}
			words = strings.TrimSpace(words)
			spoil()
			a.i++
			if strings.EqualFold(words, "mailto") {
				phrase.Reset()
			} else if !strings.Contains(words, "@") && !box.angle {
				// The name of a group.
				phrase.Reset()
				box.comment = ""
			} else {
				phrase.WriteByte(':')
			}
		case c == '=' && strings.HasPrefix(s[a.i:], "=?"):
			// An encoded word may hold commas and brackets that must not be looked at.
			n := 2
			if word, ok := parseEncodedWord(s[a.i:]); ok {
				n = word.length
			}
			if !plain {
				phrase.WriteString(s[a.i : a.i+n])
			}
			a.i += n
		default:
			if !plain {
				phrase.WriteByte(c)
			}
			a.i++
		}
	}
	spoil()
	a.last = 0
	box.phrase = strings.TrimSpace(phrase.String())
	return box, true
}

// quotedEnd returns where the quoted string that begins at i ends, -1 when it does not.
func quotedEnd(s string, i int) int {
	for j := i + 1; j < len(s); j++ {
		switch s[j] {
		case '\\':
			j++
		case '"':
			return j
		}
	}
	return -1
}

func unquote(s string) string {
	if !strings.Contains(s, "\\") {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// commentEnd returns where the comment that begins at i ends: its closing parenthesis, or the end of s.
func commentEnd(s string, i int) int {
	depth := 0
	for j := i; j < len(s); j++ {
		switch s[j] {
		case '\\':
			j++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return j
			}
		}
	}
	return len(s)
}

// party makes a party of a mailbox. It reports false when nothing in it says who it is.
func (b *mailbox) party(role Role) (Party, bool) {
	p := Party{Role: role}
	name := b.phrase
	switch {
	case b.angle && strings.Contains(b.address, "@"):
		p.Address = CleanAddress(b.address)
	case b.angle && obfuscated(b.address) != "":
		p.Address = CleanAddress(obfuscated(b.address))
	case b.angle && strings.Contains(b.phrase, "@"):
		// a@b <> or a@b <A B>.
		p.Address, name = CleanAddress(firstAddress(b.phrase)), b.address
	case b.angle && (strings.HasPrefix(b.address, "/") || strings.Contains(b.address, "/cn=") ||
		strings.Contains(b.address, "/CN=")):
		p.Handle = ExchangeHandle(b.address)
	case !b.angle && strings.Contains(b.phrase, "@"):
		word := firstAddress(b.phrase)
		p.Address = CleanAddress(word)
		name = strings.TrimSpace(strings.Replace(b.phrase, word, "", 1))
		// "[mailto:a@b]" and "a@b [A B]".
		name = strings.Trim(name, "[]<> ")
		if strings.EqualFold(name, "mailto:") {
			name = ""
		}
	case !b.angle && obfuscated(b.phrase) != "":
		p.Address, name = CleanAddress(obfuscated(b.phrase)), ""
	case !b.angle && strings.HasPrefix(b.phrase, "/") && strings.Contains(b.phrase, "="):
		p.Handle, name = ExchangeHandle(b.phrase), ""
	}
	if strings.HasPrefix(p.Address, "imceaex-") {
		// An Exchange name dressed as an address: it identifies nobody outside that server.
		local, _, _ := strings.Cut(p.Address, "@")
		p.Handle, p.Address = "x500:"+strings.TrimPrefix(local, "imceaex-"), ""
	}
	if p.Address == "" && p.Handle == "" {
		return p, false
	}
	if name == "" {
		name = b.comment
	}
	p.Name = CleanName(name, p.Address)
	return p, true
}

// CleanName decodes a display name and drops it when it only repeats the address.
func CleanName(name, address string) string {
	name = CleanText(DecodeWords(name), 200)
	for {
		trimmed := strings.TrimSpace(strings.Trim(name, `"`))
		if len(trimmed) > 1 && trimmed[0] == '\'' && trimmed[len(trimmed)-1] == '\'' {
			trimmed = trimmed[1 : len(trimmed)-1]
		}
		if trimmed == name {
			break
		}
		name = trimmed
	}
	if strings.EqualFold(name, address) || strings.HasPrefix(strings.ToLower(name), "mailto:") {
		return ""
	}
	if obfuscatedName := obfuscated(name); obfuscatedName != "" && strings.EqualFold(obfuscatedName, address) {
		return ""
	}
	if strings.Trim(name, ".-_?* ") == "" {
		return ""
	}
	return name
}

// firstAddress returns the first word with an @ in it.
func firstAddress(s string) string {
	for word := range strings.FieldsSeq(s) {
		if strings.Contains(word, "@") {
			return word
		}
	}
	// The @ stands alone: a @ b.
	return s
}

// obfuscated undoes "anna at example.org" of list archives; "" when s is not that.
func obfuscated(s string) string {
	local, domain, ok := strings.Cut(s, " at ")
	if !ok {
		return ""
	}
	local, domain = strings.TrimSpace(local), strings.TrimSpace(domain)
	if local == "" || domain == "" || strings.ContainsAny(local, " \t@") || strings.ContainsAny(domain, " \t@") {
		return ""
	}
	return local + "@" + domain
}

// ExchangeHandle is the identity of an X.500 name: /O=FIRM/OU=SITE/CN=RECIPIENTS/CN=AJANSEN.
func ExchangeHandle(s string) string {
	return "x500:" + strings.ToLower(CleanText(s, 500))
}

// CleanAddress returns a mail address in lower case without what mailers put around it, "" when it is none.
func CleanAddress(s string) string {
	s = strings.Trim(s, " \t\r\n<>[]()'\",;:.")
	if len(s) >= 7 && strings.EqualFold(s[:7], "mailto:") {
		s = strings.TrimLeft(s[7:], " ")
	}
	s, _, _ = strings.Cut(s, "?subject=")
	if strings.HasPrefix(s, "@") {
		// A source route: @relay,@relay:anna@example.org.
		if _, after, ok := strings.Cut(s, ":"); ok {
			s = after
		}
	}
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return ""
	}
	local, domain := strings.TrimSpace(s[:at]), strings.TrimSpace(s[at+1:])
	if strings.Contains(local, "=?") {
		local = DecodeWords(local)
	}
	domain = strings.Trim(domain, ".")
	if local == "" || domain == "" || len(local)+len(domain) > 320 || strings.ContainsAny(domain, " \t\"<>(),;:\\/=") {
		return ""
	}
	if strings.ContainsAny(local, "@ \t<>,;:\\\"") &&
		!(len(local) > 2 && local[0] == '"' && local[len(local)-1] == '"') {
		return ""
	}
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] == 0x7f {
			return ""
		}
	}
	return strings.ToLower(UTF8Text([]byte(local + "@" + domain)))
}
