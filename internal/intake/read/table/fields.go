package table

import (
	"slices"
	"strings"

	"gave.network/internal/intake/read"
	"gave.network/internal/text/names"
)

// Field is something that a column of a table of contacts can mean.
type Field struct {
	Name  string // stable, as mappings name it: "email"
	Title string // for people: "mail address"
}

// Fields is everything that a column can be mapped to.
var Fields = slices.Concat([]Field{
	{"name", "whole name"},
	{"given", "given name"},
	{"particle", "particle, such as van der"},
	{"family", "family name"},
	{"additional", "middle names"},
	{"prefix", "title before the name"},
	{"suffix", "title after the name"},
}, ofContacts(), []Field{
	{"email", "mail address"},
	{"phone", "telephone number"},
	{"link", "web address or profile"},
	{"organisation", "organisation"},
	{"department", "department"},
	{"title", "role in the organisation"},
	{"place", "city"},
	{"region", "region"},
	{"country", "country"},
	{"tag", "tag or group"},
	{"note", "note"},
	{"birthday", "birthday"},
	{"anniversary", "anniversary"},
	{"manager", "name of the manager"},
	{"manager_email", "mail address of the manager"},
	{"assistant", "name of the assistant"},
	{"spouse", "name of the partner"},
	{"child", "names of the children"},
	{"introduced_by", "name of who introduced them"},
	{"ignore", "nothing: leave the column out"},
})

// ofContacts are the fields of a contact that only people have.
func ofContacts() (out []Field) {
	for _, f := range read.Fields {
		if f.Title != "" {
			out = append(out, Field{f.Name, f.Title})
		}
	}
	return out
}

// IsField says that a field of Fields has this name.
func IsField(name string) bool {
	for _, f := range Fields {
		if f.Name == name {
			return true
		}
	}
	return false
}

// FieldAliases are the names that programs and people give to columns, in every language that Gave reads, as HeaderKey
// writes them and without the words of sideWords.
var FieldAliases = read.Aliases("column.")

// sideWords say which of several addresses or numbers a column holds; they do not change what it means.
var sideWords = read.WordSet("side")

// groupWords stand before what a column means in tables that were made of nested records: Name / First Name, Person -
// Email, properties.phone.
var groupWords = read.WordSet("head.group")

// leftOut are columns whose names look like a field's and mean something else.
var leftOut = read.WordList(`fax`)

// ColumnField returns what a column of this name means, "" when the name does not say.
func ColumnField(key string) string {
	if field, ok := FieldAliases[key]; ok {
		return field
	}
	var words []string
	for word := range strings.FieldsSeq(key) {
		switch {
		case leftOut[word]:
			return ""
		case sideWords[word], read.IsDigits(word):
		default:
			words = append(words, word)
		}
	}
	if len(words) == 0 {
		return ""
	}
	if field, ok := FieldAliases[strings.Join(words, " ")]; ok {
		return field
	}
	return nestedField(strings.Fields(key))
}

// nestedField leaves out the words of the record that a column lies in. What is said of somebody's company is not said
// of them.
func nestedField(words []string) string {
	if strings.Contains(strings.Join(words, " "), "code") {
		return "" // the code of a country, or of the post
	}
	company := false
	for len(words) > 1 && groupWords[words[0]] {
		company = company || words[0] == "company" || words[0] == "organization"
		words = words[1:]
		var plain []string
		for _, word := range words {
			if !sideWords[word] && !read.IsDigits(word) {
				plain = append(plain, word)
			}
		}
		field := FieldAliases[strings.Join(plain, " ")]
		if field == "" {
			field = FieldAliases[strings.Join(words, " ")]
		}
		switch {
		case field == "":
		case company && (field == "name" || field == "organisation"):
			return "organisation"
		case company && field != "department" && field != "title":
			return ""
		default:
			return field
		}
	}
	return ""
}

// sureByName and the others say how sure a guess is, from 0 to 1.
const (
	sureByName    = 0.95
	SureByContent = 0.7
	SureByShape   = 0.4 // names: two or three words with capitals
)

// GuessMapping guesses what the columns of a table of contacts mean: header -> field of Fields, for the columns for
// which there is a guess, and how sure each guess is, from 0 to 1. It goes by the names of the columns, and for those
// that it does not know by what stands in the sample rows.
func GuessMapping(headers []string, sampleRows [][]string) (mapping map[string]string, confidence map[string]float64) {
	mapping, confidence = map[string]string{}, map[string]float64{}
	keys := HeaderKeys(headers)
	for i, header := range headers {
		if _, seen := mapping[header]; seen || header == "" {
			continue
		}
		if field := ColumnField(keys[i]); field != "" {
			mapping[header], confidence[header] = field, sureByName
		}
	}
	titleMeans(headers, keys, mapping, confidence)
	taken := map[string]bool{}
	for _, field := range mapping {
		taken[field] = true
	}
	for i, header := range headers {
		if _, known := mapping[header]; known || header == "" {
			continue
		}
		field, sure := guessByContent(i, sampleRows)
		if field == "" || field == "name" && (taken["name"] || taken["given"] || taken["family"]) {
			continue
		}
		taken[field] = true
		mapping[header], confidence[header] = field, sure
	}
	return mapping, confidence
}

// titleMeans decides what a column Title holds: a role, and where another column holds that, what stands before the
// name.
func titleMeans(headers, keys []string, mapping map[string]string, confidence map[string]float64) {
	role := false
	for _, field := range mapping {
		role = role || field == "title"
	}
	for i, key := range keys {
		if key != "title" && key != "titel" && key != "titels" && key != "titre" && key != "titulo" {
			continue
		}
		field := "title"
		if role {
			field = "prefix"
		}
		mapping[headers[i]], confidence[headers[i]] = field, sureByName
	}
}

// guessByContent looks at a column's cells in the sample.
func guessByContent(column int, rows [][]string) (field string, sure float64) {
	filled, addresses, links, phones, names := 0, 0, 0, 0, 0
	for _, row := range rows {
		if column >= len(row) {
			continue
		}
		cell := strings.TrimSpace(row[column])
		if cell == "" {
			continue
		}
		filled++
		switch {
		case read.CleanAddress(cell) != "":
			addresses++
		case strings.HasPrefix(cell, "http://"), strings.HasPrefix(cell, "https://"), strings.HasPrefix(cell, "www."):
			links++
		case read.PhoneShape.MatchString(cell) && strings.ContainsAny(cell[:1], "+0("):
			phones++
		case hasNameShape(cell):
			names++
		}
	}
	most := filled*6/10 + 1
	switch {
	case filled == 0:
		return "", 0
	case addresses >= most:
		return "email", SureByContent
	case links >= most:
		return "link", SureByContent
	case phones >= most:
		return "phone", SureByContent
	case names >= most:
		return "name", SureByShape
	}
	return "", 0
}

// hasNameShape says that a text has the shape of a person's name and begins with a known given name.
func hasNameShape(s string) bool {
	words := strings.Fields(s)
	if len(words) < 2 || len(words) > 5 || strings.ContainsAny(s, "0123456789@/:") {
		return false
	}
	return names.IsGiven(words[0])
}
