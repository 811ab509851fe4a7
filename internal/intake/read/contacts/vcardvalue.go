package contacts

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"gave.network/internal/intake/read"
	"gave.network/internal/text"
	"gave.network/internal/text/names"
)

// The values of contacts: names, days, links, telephone numbers and identifiers as address books write them.

// nameOfParts reads the N property: family;given;additional;prefix;suffix.
func nameOfParts(value string) read.Name {
	parts := read.SplitEscaped(value, ';')
	for len(parts) < 5 {
		parts = append(parts, "")
	}
	for i := range parts {
		parts[i] = read.CleanText(strings.ReplaceAll(parts[i], ",", " "), 200)
	}
	return read.Name{Family: parts[0], Given: parts[1], Additional: parts[2], Prefix: parts[3], Suffix: parts[4]}
}

// coupleSigns stand between two people in one field.
var coupleSigns = regexp.MustCompile(`(?i)\s+(?:en|and|und|et|y|e|og|och)\s+|\s*(?:&|\+|;|/|,)\s*`)

// eachName takes apart a field that names several people: "Tom en Sanne Zand" are Tom Zand and Sanne Zand, "Zand, Tom"
// is one.
func eachName(field string) []string {
	field = strings.TrimSpace(field)
	parts := read.NonEmpty(coupleSigns.Split(field, -1))
	if len(parts) < 2 || len(parts) > read.MaxMany || strings.ContainsAny(field, "@0123456789") {
		return []string{field}
	}
	if strings.Count(field, ",") == 1 && len(parts) == 2 && len(strings.Fields(parts[1])) == 1 &&
		!names.IsGiven(strings.Fields(parts[0])[0]) {
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

// wholeName joins N and FN: the parts count when they hold at least what FN says.
func wholeName(parts read.Name, full string) read.Name {
	switch {
	case parts.Given == "" && parts.Family == "":
		if full == "" {
			full = strings.TrimSpace(parts.Prefix + " " + parts.Additional)
		}
		return read.Name{Full: full}
	case commaWithin(parts, full):
		// A comma within the name, not between its halves: "Kinder-, Jeugd- en Oudertelefoon".
		return read.Name{Full: full}
	case parts.Given != "" && parts.Family != "" || full == "":
		return parts
	}
	// One of the two only: FN says more when it has more words.
	if len(strings.Fields(full)) > len(strings.Fields(parts.Given+" "+parts.Additional+" "+parts.Family)) {
		return read.Name{Full: full}
	}
	return parts
}

// commaWithin says that the commas of a display name belong to it, and do not stand between its two halves.
func commaWithin(parts read.Name, full string) bool {
	before, _, has := strings.Cut(full, ",")
	return has && !read.SameWords(before, parts.Family) &&
		slices.Equal(text.Words(full),
			text.Words(strings.Join([]string{parts.Given, parts.Additional, parts.Family}, " ")))
}

// linkOf returns the address of a page or profile.
func linkOf(line *read.ContentLine, text string) string {
	text = strings.TrimSpace(text)
	lower := strings.ToLower(text)
	switch {
	case strings.HasPrefix(lower, "x-apple:"):
		text = text[len("x-apple:"):]
		if decoded, err := url.PathUnescape(text); err == nil {
			text = decoded
		}
	case strings.Contains(text, "://"), line.Name == "IMPP":
		return text
	}
	if strings.ContainsAny(text, " \t") {
		return ""
	}
	if strings.Contains(text, ".") && (strings.Contains(text, "/") || line.Name == "URL") {
		return "https://" + text
	}
	user := line.Param("X-USER")
	if user == "" {
		user = text
	}
	for _, kind := range line.Types() {
		switch kind {
		case "linkedin":
			return "https://www.linkedin.com/in/" + user
		case "twitter", "facebook", "instagram", "github":
			return "https://" + kind + ".com/" + user
		}
	}
	if line.Name == "X-LINKEDIN" {
		return "https://www.linkedin.com/in/" + user
	}
	return ""
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
	if m[key] == "" && len(m) < read.MaxMany {
		m[key] = value
	}
}
