package intake

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
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

// wholeName joins N and FN: the parts count when they hold at least what FN says.
func wholeName(parts Name, full string) Name {
	switch {
	case parts.Given == "" && parts.Family == "":
		if full == "" {
			full = strings.TrimSpace(parts.Prefix + " " + parts.Additional)
		}
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

// parseDay reads a date of vCard: 1985-03-12, 19850312, --0312, --03-12, with or without a time. omitYear is the year that
// Apple writes when it is not known.
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
			compact = parts[0] + strings.Repeat("0", 2-len(parts[1])) + parts[1] + strings.Repeat("0", 2-len(parts[2])) + parts[2]
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
	if d.Month < 1 || d.Month > 12 || d.Day < 1 || time.Date(leap, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Day() != d.Day {
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
