package intake

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"gave.network/internal/text"
)

// The values of contacts: names, days, links, telephone numbers and identifiers as address books write them.

// nameOfParts reads the N property: family;given;additional;prefix;suffix.
func nameOfParts(value string) Name {
	parts := splitEscaped(value, ';')
	for len(parts) < 5 {
		parts = append(parts, "")
	}
	for i := range parts {
		parts[i] = cleanText(strings.ReplaceAll(parts[i], ",", " "), 200)
	}
	return Name{Family: parts[0], Given: parts[1], Additional: parts[2], Prefix: parts[3], Suffix: parts[4]}
}

// alsoNamed keeps a further name of a contact, once.
func (c *Contact) alsoNamed(name string) {
	if name == "" {
		return
	}
	for known := range strings.SplitSeq(c.Nickname, ", ") {
		if strings.EqualFold(known, name) {
			return
		}
	}
	if c.Nickname != "" {
		name = c.Nickname + ", " + name
	}
	c.Nickname = name
}

// sameWords says that two names are of the same words, in whatever order and with whatever between them.
func sameWords(a, b string) bool {
	x, y := text.Words(a), text.Words(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// coupleSigns stand between two people in one field.
var coupleSigns = regexp.MustCompile(`(?i)\s+(?:en|and|und|et|y|e|og|och)\s+|\s*(?:&|\+|;|/|,)\s*`)

// eachName takes apart a field that names several people: "Tom en Sanne Zand" are Tom Zand and Sanne Zand, "Zand, Tom"
// is one.
func eachName(field string) []string {
	field = strings.TrimSpace(field)
	parts := nonEmpty(coupleSigns.Split(field, -1))
	if len(parts) < 2 || len(parts) > maxMany || strings.ContainsAny(field, "@0123456789") {
		return []string{field}
	}
	if strings.Count(field, ",") == 1 && len(parts) == 2 && len(strings.Fields(parts[1])) == 1 &&
		!text.IsGivenName(strings.Fields(parts[0])[0]) {
		return []string{field} // Zand, Tom
	}
	for _, part := range parts {
		if !strings.ContainsFunc(part, unicode.IsUpper) || isFirmWord(part) {
			return []string{field}
		}
	}
	// Who is called by a given name only has the family name of the last: "Tom en Sanne Zand".
	last := strings.Fields(parts[len(parts)-1])
	if len(last) > 1 && !strings.Contains(field, ",") && !strings.Contains(field, ";") {
		for i := range parts[:len(parts)-1] {
			if !strings.Contains(parts[i], " ") {
				parts[i] += " " + strings.Join(last[1:], " ")
			}
		}
	}
	return parts
}

// isFirmWord says that a part of a name is that of a firm: "Bos & Zn.", "Jansen en Partners".
func isFirmWord(part string) bool {
	for word := range strings.FieldsSeq(strings.ToLower(part)) {
		switch strings.Trim(word, ".") {
		case "zn", "zonen", "partners", "co", "bv", "nv", "vof", "gmbh", "ltd", "inc", "sons", "söhne", "fils", "llp",
			"ag", "associates", "b.v", "n.v", "cie":
			return true
		}
	}
	return false
}

// isSystemGroup says that a group is one that Google or a phone puts everybody in.
func isSystemGroup(tag string) bool {
	switch strings.ToLower(strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(tag), "* "))) {
	case "mycontacts", "my contacts", "starred", "all contacts", "vcard", "starred in android",
		"system group: my contacts":
		return true
	}
	return false
}

// parseCardDay reads a day as address books write it: as vCard does, and as people type it into them.
func parseCardDay(s, omitYear string) (Date, bool) {
	s = strings.Trim(strings.TrimSpace(s), ";, ")
	if d, ok := parseDay(s, omitYear); ok {
		return d, true
	}
	return parseWrittenDay(s, true)
}

// parseWrittenDay reads a day that is written for people: 12-3-1985, 12 mrt. 1985, March 12, 1985, 12 maart.
func parseWrittenDay(s string, dayFirst bool) (Date, bool) {
	if d, ok := parseBirthday(s, dayFirst); ok {
		return d, true
	}
	var year, day int
	var month time.Month
	for _, p := range stampParts(s) {
		switch {
		case p.number < 0 && month == 0 && monthNamed(p.word) > 0:
			month = monthNamed(p.word)
		case p.number < 0 &&
			(p.word == "de" || p.word == "of" || p.word == "th" || p.word == "st" || p.word == "nd" || p.word == "rd"):
		case p.number < 0:
			return Date{}, false
		case p.digits <= 2 && day == 0:
			day = p.number
		case year == 0 && (p.digits == 4 || p.digits == 2):
			year = birthYear(p.number, p.digits)
		default:
			return Date{}, false
		}
	}
	if month == 0 || day == 0 {
		return Date{}, false
	}
	if year == 0 {
		return parseDay("--"+twoDigits(int(month))+twoDigits(day), "")
	}
	return parseDay(strconv.Itoa(year)+"-"+twoDigits(int(month))+"-"+twoDigits(day), "")
}

// birthYear gives a year of two digits that of the last hundred years.
func birthYear(year, digits int) int {
	if digits > 2 {
		return year
	}
	if year += 2000; year > time.Now().Year() {
		year -= 100
	}
	return year
}

// isNoDate says that a field is filled in the way in which programs say that there is no date: 0/0/00, 0000-00-00, --.
func isNoDate(s string) bool {
	s = strings.TrimSpace(s)
	s, _, _ = strings.Cut(s, "T")
	return !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || r >= '1' && r <= '9' }) ||
		s == "1604-00-00" ||
		strings.EqualFold(s, "null") || strings.EqualFold(s, "none") || strings.EqualFold(s, "n/a")
}

var partOfDate = regexp.MustCompile(`^(\d{4}(-?\d{2})?|--\d{2}|---\d{2})$`)

// dateFault says why a date cannot be used.
func dateFault(s string) string {
	if s = cut(s, 60); partOfDate.MatchString(s) {
		return because("the date %s has no day or no month", quote(s))
	}
	return because("the date %s cannot be read", quote(s))
}

// wholeName joins N and FN: the parts count when they hold at least what FN says.
func wholeName(parts Name, full string) Name {
	switch {
	case parts.Given == "" && parts.Family == "":
		if full == "" {
			full = strings.TrimSpace(parts.Prefix + " " + parts.Additional)
		}
		return Name{Full: full}
	case commaWithin(parts, full):
		// A comma within the name, not between its halves: "Kinder-, Jeugd- en Oudertelefoon".
		return Name{Full: full}
	case parts.Given != "" && parts.Family != "" || full == "":
		return parts
	}
	// One of the two only: FN says more when it has more words.
	if len(strings.Fields(full)) > len(strings.Fields(parts.Given+" "+parts.Additional+" "+parts.Family)) {
		return Name{Full: full}
	}
	return parts
}

// commaWithin says that the commas of a display name belong to it, and do not stand between its two halves.
func commaWithin(parts Name, full string) bool {
	before, _, has := strings.Cut(full, ",")
	return has && !sameWords(before, parts.Family) &&
		slices.Equal(text.Words(full),
			text.Words(strings.Join([]string{parts.Given, parts.Additional, parts.Family}, " ")))
}

// parseDay reads a date of vCard: 1985-03-12, 19850312, --0312, --03-12, with or without a time. omitYear is the year
// that Apple writes when it is not known.
func parseDay(text, omitYear string) (Date, bool) {
	text, _, _ = strings.Cut(text, "T")
	text, _, _ = strings.Cut(strings.TrimSpace(text), " ")
	noYear := strings.HasPrefix(text, "--")
	compact := strings.ReplaceAll(strings.TrimPrefix(text, "--"), "-", "")
	if strings.Contains(text, "/") {
		// 1985/03/12; the other orders cannot be told apart.
		compact = strings.ReplaceAll(text, "/", "")
		if len(text) < 5 || text[4] != '/' {
			return Date{}, false
		}
	}
	if strings.Count(text, "-") == 2 && !noYear {
		// 1985-3-5
		parts := strings.Split(text, "-")
		if len(parts[0]) == 4 && len(parts[1]) <= 2 && len(parts[2]) <= 2 {
			compact = parts[0] + strings.Repeat("0", 2-len(parts[1])) + parts[1] +
				strings.Repeat("0", 2-len(parts[2])) + parts[2]
		}
	}
	n, err := strconv.Atoi(compact)
	if err != nil || n < 0 {
		return Date{}, false
	}
	var d Date
	switch {
	case noYear && len(compact) == 4:
		d = Date{Month: time.Month(n / 100), Day: n % 100}
	case !noYear && len(compact) == 8:
		d = Date{Year: n / 10000, Month: time.Month(n / 100 % 100), Day: n % 100}
	default:
		return Date{}, false
	}
	// 1604 is Apple's year for none, 1900 and earlier than 1850 are those of other programs.
	if strconv.Itoa(d.Year) == omitYear || d.Year == 1604 || d.Year < 1850 {
		d.Year = 0
	}
	leap := d.Year
	if leap == 0 {
		leap = 2000
	}
	if d.Month < 1 || d.Month > 12 || d.Day < 1 ||
		time.Date(leap, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Day() != d.Day {
		return Date{}, false
	}
	return d, true
}

// linkOf returns the address of a page or profile.
func linkOf(line *contentLine, text string) string {
	text = strings.TrimSpace(text)
	lower := strings.ToLower(text)
	switch {
	case strings.HasPrefix(lower, "x-apple:"):
		text = text[len("x-apple:"):]
		if decoded, err := url.PathUnescape(text); err == nil {
			text = decoded
		}
	case strings.Contains(text, "://"), line.name == "IMPP":
		return text
	}
	if strings.ContainsAny(text, " \t") {
		return ""
	}
	if strings.Contains(text, ".") && (strings.Contains(text, "/") || line.name == "URL") {
		return "https://" + text
	}
	user := line.param("X-USER")
	if user == "" {
		user = text
	}
	for _, kind := range line.types() {
		switch kind {
		case "linkedin":
			return "https://www.linkedin.com/in/" + user
		case "twitter", "facebook", "instagram", "github":
			return "https://" + kind + ".com/" + user
		}
	}
	if line.name == "X-LINKEDIN" {
		return "https://www.linkedin.com/in/" + user
	}
	return ""
}

// phoneText takes the scheme off a tel: address.
func phoneText(text string) string {
	if len(text) > 4 && strings.EqualFold(text[:4], "tel:") {
		text, _, _ = strings.Cut(text[4:], ";")
	}
	return cleanText(text, 60)
}

// uidOf takes the scheme off an identifier, so that UID and RELATED agree.
func uidOf(text string) string {
	lower := strings.ToLower(text)
	for _, scheme := range []string{"urn:uuid:", "urn:uid:", "uuid:"} {
		if strings.HasPrefix(lower, scheme) {
			return lower[len(scheme):]
		}
	}
	return lower
}

// labelText takes Apple's marks off a label: _$!<Manager>!$_.
func labelText(text string) string {
	if rest, ok := strings.CutPrefix(text, "_$!<"); ok {
		text = strings.TrimSuffix(rest, ">!$_")
	}
	return text
}

func setFirst(m map[string]string, key, value string) {
	if m[key] == "" && len(m) < maxMany {
		m[key] = value
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

// cut shortens a text to at most n bytes without breaking a letter.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
