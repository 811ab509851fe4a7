// Package names takes the names of people apart and compares them: whether two may be one person's, how people write
// theirs as one word, and whom a short reference means.
package names

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"gave.network/internal/text"
	"gave.network/internal/text/addresses"
	"golang.org/x/text/unicode/norm"
)

// Name is a person's name in parts. Parts that are not known are empty.
type Name struct {
	Given    string // given names as used: "Anna", "Jan Willem"; initials when nothing else is known: "A.B."
	Initials string // "A.B."; empty when the source has none
	Particle string // what stands before the family name and is not sorted: "van der", "de", "v.d."
	Family   string // "Berg", "Jansen-de Vries"
	Prefix   string // titles before the name: "prof. dr."
	Suffix   string // titles after it: "MSc", "Jr."
	Full     string // the whole name in reading order, titles included, without what was put around it
	// what stood around the name: an organisation or remark in parentheses, after "via", a bar or a dash
	Aside   string
	Derived bool // made from a mail address: the parts are a guess
}

const maxNameRunes = 200

// particles stand before a family name in Dutch and other European and Arabic names.
var particles = text.WordSet("names", "particle")

// leadingParticles may open a name that has no given name ("van der Berg", "De Vries"). The others are as often given
// names (Al, Ben, Di, In) and count there only when written in lower case.
var leadingParticles = text.WordSet("names", "particle.leading")

// titles before a name, folded and without dots.
var titles = text.WordSet("names", "title")

// suffixes after a name, folded and without dots; the value says that only capitals will do, because the small word is
// a name too.
var suffixes = func() map[string]bool {
	all := map[string]bool{}
	for word := range text.WordSet("names", "suffix") {
		all[word] = false
	}
	for word := range text.WordSet("names", "suffix.capitals") {
		all[word] = true
	}
	return all
}()

// aroundMarks stand between a name and what services and offices put behind it.
var aroundMarks = append(text.Spaced("names", "around"), " | ", " @ ", " / ", " - ")

// politeTitles are words for somebody that may stand behind an article: de heer Jansen.
var politeTitles = text.Turns("names", "title.polite")

// Parse takes a display name apart, as it stands in mail headers, address books and profiles. It knows Dutch and
// other European particles ("Jan van der Berg"), names written family first ("Jansen, Anna", "Berg, A. van der
// (Anna)"), titles and suffixes, double names ("Jansen-de Vries"), names in capitals, and what programs put around
// names ("Anna Jansen via LinkedIn", "Anna Jansen (ACME)", "'Anna Jansen'"). A mail address gives a guess, marked
// Derived. Whatever cannot be told apart stays in Full. Input beyond 200 characters is not read.
func Parse(display string) Name {
	s := cleanName(display)
	if s == "" {
		return Name{}
	}
	var n Name
	if open := strings.IndexByte(s, '<'); open > 0 {
		s = trimQuotes(s[:open])
	} else if end := strings.IndexByte(s, '>'); open == 0 && end > 0 && end < len(s)-1 {
		s = trimQuotes(s[end+1:])
	}
	// List archives write "anna at acme.nl (Anna Jansen)".
	if open := strings.Index(s, " ("); open > 0 && strings.HasSuffix(s, ")") {
		if _, ok := addresses.Mail(s[:open]); ok {
			if inside := trimQuotes(s[open+2 : len(s)-1]); inside != "" {
				return Parse(inside)
			}
		}
	}
	if address, ok := addresses.Mail(s); ok {
		return FromAddress(address)
	}
	s = trimQuotes(strings.ReplaceAll(s, "_", " "))
	s, n.Aside = stripAround(s)
	s, callName := n.stripParentheses(s)
	s = trimQuotes(s)
	words := n.order(s)
	words = n.stripTitles(words)
	n.split(recase(words))
	if callName != "" {
		if IsInitials(n.Given) {
			n.Given = callName
		} else if text.Fold(callName) != text.Fold(n.Given) {
			n.addAside(callName)
		}
	}
	n.Full = text.Join(" ", n.Prefix, n.Display(), n.Suffix)
	return n
}

// Display is the name as it is shown: given name, particle and family name, without titles.
func (n Name) Display() string {
	shown := text.Join(" ", n.Given, joinParticle(n.Particle, n.Family))
	if shown == "" {
		return n.Full
	}
	return shown
}

// Listed is the name as it stands in an alphabetical list: "Berg, Jan van der".
func (n Name) Listed() string {
	if n.Family == "" {
		return n.Display()
	}
	if rest := text.Join(" ", n.Given, n.Particle); rest != "" {
		return n.Family + ", " + rest
	}
	return n.Family
}

// SortKey is the key by which names are ordered the Dutch way: by family name without its particle, then by given name,
// then by particle. Names without a family name are ordered by what they have. Keys compare byte by byte.
func SortKey(n Name) string {
	key := n.Family
	if key == "" {
		key = n.Display()
	} else {
		key += ", " + text.Join(" ", n.Given, n.Particle)
	}
	// A hyphen or apostrophe does not count, so that "Jansen-de Vries" stands behind "Jansen" and "'s" with the letter
	// s.
	return strings.TrimSpace(sortMarks.Replace(text.Fold(key)))
}

func joinParticle(particle, family string) string {
	if strings.HasSuffix(particle, "'") && len(particle) == 2 && family != "" {
		return particle + family
	}
	return text.Join(" ", particle, family)
}

// cleanName normalises white space and quotes and drops what cannot be seen.
func cleanName(s string) string {
	if len(s) > maxNameRunes*utf8.UTFMax {
		s = s[:maxNameRunes*utf8.UTFMax]
	}
	s = norm.NFC.String(strings.ToValidUTF8(s, ""))
	var out strings.Builder
	space, count := false, 0
	for _, r := range s {
		if unicode.IsSpace(r) {
			space = out.Len() > 0
			continue
		}
		if text.IsInvisible(r) {
			continue
		}
		if count++; count > maxNameRunes {
			break
		}
		if space {
			out.WriteByte(' ')
			space = false
		}
		switch r {
		case '’', '‘', '`', '´', 'ʼ':
			r = '\''
		case '“', '”', '„', '«', '»':
			r = '"'
		case '‐', '‑', '–', '—':
			r = '-'
		}
		out.WriteRune(r)
	}
	return trimQuotes(out.String())
}

// trimQuotes takes paired quotes, brackets and stray separators from the ends, but not the apostrophe of a name such as
// 't Hart.
func trimQuotes(s string) string {
	for {
		before := s
		s = strings.TrimSpace(strings.Trim(s, " \t,;:*\"\\|/"))
		if len(s) >= 2 &&
			(s[0] == '\'' && s[len(s)-1] == '\'' || s[0] == '(' && s[len(s)-1] == ')' && strings.Count(s, "(") == 1 ||
				s[0] == '[' && s[len(s)-1] == ']' || s[0] == '<' && s[len(s)-1] == '>') {
			s = s[1 : len(s)-1]
		}
		s = strings.TrimSuffix(s, "'")
		if len(s) > 1 && s[0] == '\'' && unicode.IsUpper(rune(s[1])) {
			s = s[1:]
		}
		if s == before {
			return s
		}
	}
}

// stripAround cuts off what services and offices put behind a name.
func stripAround(s string) (name, aside string) {
	folded := text.LowerASCII(s)
	for _, mark := range aroundMarks {
		at := strings.Index(folded, mark)
		if at <= 0 {
			continue
		}
		before, after := s[:at], s[at+len(mark):]
		if mark == " - " {
			first, _, _ := strings.Cut(text.LowerASCII(after), " ")
			if particles[first] || !strings.Contains(before, " ") {
				// "Jansen - de Vries" is a double name, "Anna Jansen - de Vries" too.
				s = before + "-" + after
				return s, aside
			}
			if !strings.Contains(after, " ") && !strings.Contains(before, ",") && startsGiven(before) &&
				commonSurnames()[text.Fold(after)] {
				return before + "-" + after, aside
			}
		}
		return trimQuotes(before), trimQuotes(after)
	}
	return s, ""
}

func startsGiven(s string) bool {
	first, _, _ := strings.Cut(s, " ")
	return givenNames()[text.Fold(first)]
}

// stripParentheses takes parenthesised parts out of the name. One that holds a single given name is the name a
// person is called by; the others are remarks.
func (n *Name) stripParentheses(s string) (rest, callName string) {
	for {
		open := strings.IndexAny(s, "([")
		if open < 0 {
			break
		}
		size := strings.IndexAny(s[open:], ")]")
		end := len(s)
		inside := s[open+1:]
		if size > 0 {
			inside, end = s[open+1:open+size], open+size+1
		}
		s = strings.TrimSpace(s[:open]) + " " + strings.TrimSpace(s[end:])
		inside = trimQuotes(inside)
		if callName == "" && inside != "" && looksGiven(inside) {
			callName = inside
		} else {
			n.addAside(inside)
		}
	}
	return strings.TrimSpace(strings.ReplaceAll(s, " ,", ",")), callName
}

func (n *Name) addAside(s string) { n.Aside = text.Join("; ", n.Aside, s) }

// looksGiven tells whether a word in parentheses is a call name rather than an organisation or remark.
func looksGiven(s string) bool {
	if strings.ContainsAny(s, " .@/&0123456789") {
		return false
	}
	return givenNames()[text.Fold(s)] || text.IsCapitalised(s) && !text.IsUpper(s)
}

// order brings the parts of a name written family first into reading order and gives its words.
func (n *Name) order(s string) []string {
	var parts []string
	for _, p := range strings.Split(s, ",") {
		if p = trimQuotes(p); p != "" {
			parts = append(parts, p)
		}
	}
	for len(parts) > 1 {
		last := strings.Fields(parts[len(parts)-1])
		if !allSuffixes(last) {
			break
		}
		n.Suffix = text.Join(" ", strings.Join(last, " "), n.Suffix)
		parts = parts[:len(parts)-1]
	}
	switch len(parts) {
	case 0:
		return nil
	case 1:
		return nameWords(parts[0])
	}
	if titles := strings.Fields(parts[1]); allSuffixes(titles) { // "Anna Jansen, MD, MStat"
		n.Suffix = text.Join(" ", strings.Join(titles, " "), n.Suffix)
		n.addAside(strings.Join(parts[2:], ", "))
		return nameWords(parts[0])
	}
	family := nameWords(parts[0])
	// "Anna Jansen, ACME": given name first, and what follows is no name.
	if len(family) > 1 && givenNames()[text.Fold(family[0])] && !IsInitials(strings.Fields(parts[1])[0]) &&
		!givenNames()[text.Fold(strings.Fields(parts[1])[0])] &&
		!particles[text.Fold(strings.Fields(parts[1])[0])] {
		n.addAside(strings.Join(parts[1:], ", "))
		return family
	}
	given := nameWords(parts[1])
	if allParticles(given) && len(parts) > 2 { // "Berg, van der, Jan"
		given = append(nameWords(parts[2]), given...)
		parts = append(parts[:2], parts[3:]...)
	}
	if len(parts) > 2 {
		n.addAside(strings.Join(parts[2:], ", "))
	}
	return append(given, family...)
}

// nameWords splits at white space, and initials from the name they are glued to: "C.Lee Taylor".
func nameWords(s string) []string {
	var words []string
	for w := range strings.FieldsSeq(s) {
		if at := strings.LastIndexByte(w, '.'); at > 0 && at < len(w)-2 && IsInitials(w[:at+1]) &&
			text.IsCapitalised(w[at+1:]) && !isSuffix(w) && !IsTitle(w) {
			words = append(words, w[:at+1])
			w = w[at+1:]
		}
		words = append(words, w)
	}
	if last := len(words) - 1; last > 0 && strings.HasSuffix(words[last], ".") && !IsInitials(words[last]) &&
		!isSuffix(words[last]) {
		if words[last] = strings.TrimRight(words[last], "."); words[last] == "" {
			words = words[:last]
		}
	}
	return words
}

func allParticles(words []string) bool {
	for _, w := range words {
		if !particles[text.Fold(w)] {
			return false
		}
	}
	return len(words) > 0
}

func allSuffixes(words []string) bool {
	for _, w := range words {
		if !isSuffix(w) {
			return false
		}
	}
	return len(words) > 0
}

func isSuffix(w string) bool {
	capitals, ok := suffixes[strings.ReplaceAll(text.Fold(w), ".", "")]
	return ok && (!capitals || text.IsUpper(strings.ReplaceAll(w, ".", "")))
}

// IsTitle tells titles such as dr. and prof.dr.ir., in capitals or not.
func IsTitle(w string) bool {
	folded := text.Fold(w)
	if titles[strings.Trim(folded, ".")] {
		return true
	}
	if !strings.Contains(folded, ".") { // "prof.dr.ir."
		return false
	}
	for part := range strings.SplitSeq(strings.Trim(folded, "."), ".") {
		if !titles[strings.Trim(part, "-")] {
			return false
		}
	}
	return true
}

// stripTitles moves titles from both ends to Prefix and Suffix, as long as a name is left.
func (n *Name) stripTitles(words []string) []string {
	for len(words) > 1 {
		switch {
		case IsTitle(words[0]):
			n.Prefix = text.Join(" ", n.Prefix, words[0])
			words = words[1:]
			continue
		}
		folded := func(i int) string {
			if i < len(words) {
				return text.Fold(words[i])
			}
			return ""
		}
		if _, next := politeTitles.At(folded, 0); next > 0 && next < len(words) {
			words = words[next:]
			continue
		}
		break
	}
	for len(words) > 2 && isSuffix(words[len(words)-1]) ||
		len(words) == 2 && isSuffix(words[1]) && !suffixes[text.Fold(words[1])] {
		n.Suffix = text.Join(" ", words[len(words)-1], n.Suffix)
		words = words[:len(words)-1]
	}
	return words
}

// split divides words in reading order into given name, particle and family name.
func (n *Name) split(words []string) {
	if len(words) == 0 {
		return
	}
	if len(words) == 1 {
		n.Given = words[0]
		return
	}
	start := familyStart(words)
	if last := words[len(words)-1]; start == 0 && len(words) > 2 && givenNames()[text.Fold(last)] &&
		!particles[text.Fold(words[len(words)-2])] {
		// "De Smedt Sebastiaan", as Belgian offices write it.
		words = append([]string{last}, words[:len(words)-1]...)
		start = 1
	}
	end := start
	for end < len(words)-1 && particles[text.Fold(words[end])] {
		end++
	}
	n.Given = strings.Join(words[:start], " ")
	n.Particle = strings.Join(words[start:end], " ")
	n.Family = strings.Join(words[end:], " ")
	if n.Particle == "" {
		n.elision()
	}
	n.splitInitials(words[:start])
}

// elision takes "d'" off a family name such as d'Ancona. A capital D' belongs to the name.
func (n *Name) elision() {
	if len(n.Family) > 2 && (strings.HasPrefix(n.Family, "d'") || strings.HasPrefix(n.Family, "l'")) {
		n.Particle, n.Family = n.Family[:2], n.Family[2:]
	}
}

// familyStart is the index of the first word of the particle or family name.
func familyStart(words []string) int {
	first := text.Fold(words[0])
	if particles[first] && (words[0] == text.LowerASCII(words[0]) || leadingParticles[first]) {
		return 0
	}
	for i := 1; i < len(words)-1; i++ {
		folded := text.Fold(words[i])
		if particles[folded] && !IsInitials(words[i]) {
			return i
		}
		if hyphen := strings.LastIndexByte(folded, '-'); hyphen > 0 && particles[folded[hyphen+1:]] { // Jansen-de Vries
			return i
		}
		if i+1 < len(words)-1 && (words[i+1] == "y" || words[i+1] == "i") { // Ortega y Ficta
			return i
		}
	}
	return len(words) - 1
}

// splitInitials fills Initials from the given words and writes them in one way.
func (n *Name) splitInitials(given []string) {
	var initials, names []string
	for _, w := range given {
		if IsInitials(w) {
			initials = append(initials, dotted(w))
		} else {
			names = append(names, w)
		}
	}
	if len(initials) == 0 {
		return
	}
	if len(names) == 0 {
		n.Initials = strings.Join(initials, "")
		n.Given = n.Initials
		return
	}
	if IsInitials(given[0]) { // "A.B. Anna Jansen"; in "Anna B. Jansen" the initial stays with the given name.
		n.Initials = strings.Join(initials, "")
		n.Given = strings.Join(names, " ")
	}
}

// IsInitials tells initials from a name: "A", "A.B.", "Th.", "AB" and "J-P", but not "Al" or "Bo".
func IsInitials(w string) bool {
	letters, upper, dots := 0, 0, 0
	for _, r := range w {
		switch {
		case r == '.':
			dots++
		case r == '-':
		case unicode.IsLetter(r):
			letters++
			if unicode.IsUpper(r) {
				upper++
			}
		default:
			return false
		}
	}
	if letters == 0 || upper == 0 {
		return false
	}
	if letters == upper {
		return letters <= 2 || letters <= 2*dots && letters <= 8
	}
	// "Th.", "Joh.", "Ph.Th."
	return dots > 0 && strings.HasSuffix(w, ".") && letters <= 3*dots
}

// dotted writes initials as A.B., Th., J.-P.
func dotted(w string) string {
	if strings.Contains(w, ".") {
		if !strings.HasSuffix(w, ".") {
			w += "."
		}
		return w
	}
	var out strings.Builder
	for _, r := range w {
		out.WriteRune(r)
		if r != '-' {
			out.WriteByte('.')
		}
	}
	return out.String()
}

// recase gives names written wholly in capitals or wholly small their usual form, and family names in capitals too.
func recase(words []string) []string {
	if len(words) < 2 {
		return words
	}
	upper, small, mixed := 0, 0, 0
	for _, w := range words {
		switch {
		case IsInitials(w):
		case text.IsUpper(w):
			upper++
		case w == strings.ToLower(w):
			if !particles[text.Fold(w)] {
				small++
			}
		default:
			mixed++
		}
	}
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w
		letters := utf8.RuneCountInString(w)
		switch {
		case upper > 0 && small == 0 && text.IsUpper(w) && !strings.Contains(w, ".") && letters > 2 &&
			(mixed == 0 || hasVowel(w)),
			upper > 0 && mixed == 0 && small == 0 && i > 0 && particles[text.Fold(w)],
			small > 0 && upper == 0 && mixed == 0:
			out[i] = TitleWord(w, i > 0 || leadingParticles[text.Fold(w)])
		}
	}
	return out
}

func hasVowel(s string) bool { return strings.ContainsAny(text.Fold(s), "aeiouy") }

// TitleWord writes a word of a name with a capital after each joint. Dutch IJ is one letter. Where a particle may
// stand, one becomes small.
func TitleWord(w string, particle bool) string {
	folded := text.Fold(w)
	if particle && particles[folded] {
		return strings.ToLower(w)
	}
	var out strings.Builder
	start := true
	lowered := strings.ToLower(w)
	for i, r := range lowered {
		if start && unicode.IsLetter(r) {
			if out.Len() > 0 && strings.HasPrefix(lowered[i:], "s ") {
				out.WriteRune(r)
			} else {
				out.WriteRune(unicode.ToUpper(r))
			}
			start = false
			continue
		}
		if r == 'j' && out.Len() > 0 && strings.HasSuffix(out.String(), "I") && strings.HasPrefix(lowered[i-1:], "ij") {
			r = 'J'
		}
		out.WriteRune(r)
		start = r == '-' || r == '\'' || r == '.'
	}
	return out.String()
}

// IsParticle says whether a word may stand before a family name: van, der, de.
func IsParticle(word string) bool { return particles[text.Fold(word)] }

// IsGiven says whether a word is a common given name, Dutch or English.
func IsGiven(word string) bool { return givenNames()[text.Fold(word)] }
