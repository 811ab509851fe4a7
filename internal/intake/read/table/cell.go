package table

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/intake/read"
)

// What stands in the cells of tables of contacts: the oddities of spreadsheets, several values in one cell, numbers,
// addresses and places.

// cellErrors are what spreadsheets write behind a # where there is no value.
var cellErrors = read.WordSet("cell.error")

// CellText is what a cell says in one line, without what spreadsheets and programs put around it.
func CellText(cell string) string {
	s := read.CleanText(cell, read.MaxText)
	// ="0612345678" keeps Excel from counting with it
	if len(s) > 3 && s[0] == '=' && s[1] == '"' && s[len(s)-1] == '"' {
		s = strings.TrimSpace(s[2 : len(s)-1])
	}
	if len(s) > 1 && s[0] == '\'' && !strings.ContainsAny(s[1:2], "st ") { // '0612345678, not 's Gravenhage
		s = s[1:]
	}
	if len(s) > 1 && s[0] == '#' && cellErrors[s[1:]] {
		return ""
	}
	switch s {
	case "NULL", "null", "(null)",
		"N/A", "n/a", "NaN", "nan", "[]", "{}", "-", "--", "<null>", "undefined", "nil":
		return ""
	}
	return s
}

// CellValues are the values of a cell in which a program wrote a list in JSON, or of an ordinary one the whole.
func CellValues(s string) []string {
	if len(s) < 2 || s[0] != '[' && s[0] != '{' {
		return []string{s}
	}
	var value any
	if json.Unmarshal([]byte(s), &value) != nil {
		return []string{s}
	}
	var out []string
	var walk func(value any, depth int)
	walk = func(value any, depth int) {
		switch value := value.(type) {
		case string:
			out = append(out, value)
		case float64:
			out = append(out, strconv.FormatFloat(value, 'f', -1, 64))
		case []any:
			for _, one := range value[:min(len(value), read.MaxMany)] {
				if depth < 5 {
					walk(one, depth+1)
				}
			}
		case map[string]any:
			number, code := "", ""
			for _, key := range slices.Sorted(maps.Keys(value)) {
				text, ok := value[key].(string)
				switch name := HeaderKey(key); {
				case !ok:
				case strings.Contains(name, "callingcode"), strings.Contains(name, "calling code"):
					code = text
				case strings.Contains(name, "number"), strings.Contains(name, "phone"), strings.Contains(name, "email"),
					strings.Contains(name, "url"), name == "value", name == "name", name == "address":
					number = text
				}
			}
			if number != "" {
				out = append(out, WithCallingCode(number, code))
			}
		}
	}
	walk(value, 0)
	return out
}

// WithCallingCode puts a country's code before a number that lacks it.
func WithCallingCode(number, code string) string {
	number, code = strings.TrimSpace(number), strings.TrimSpace(code)
	if code == "" || number == "" || strings.HasPrefix(number, "+") || strings.HasPrefix(number, "00") {
		return number
	}
	return "+" + strings.TrimLeft(code, "+0") + strings.TrimPrefix(number, "0")
}

// AddressIn finds a mail address in a text that holds more.
var AddressIn = regexp.MustCompile(`[^\s<>()\[\]"',;:|]+@[^\s<>()\[\]"',;:|]+\.[^\s<>()\[\]"',;:|]+`)

var (
	dutchPostcode = regexp.MustCompile(`(?:^|[,\s])\d{4}\s?[A-Z]{2}\s+([^,;]*\pL[^,;]*)`)
	otherPostcode = regexp.MustCompile(`(?:^|[,;]\s*)(?:[A-Z]{1,3}[- ])?\d{4,5}\s+(\pL[^,;0-9]*)`)
	spacedNames   = regexp.MustCompile(`\s{2,}`)
)

// PlaceIn is the place in a field that holds more: "1234 AB Utrecht", "D-53113 Bonn", "Kade 1, 2801 CD Gouda".
// Without a postcode it is the field,
// and nothing when that has the number of a house.
func PlaceIn(s string) string {
	s = strings.TrimSpace(s)
	for _, postcode := range []*regexp.Regexp{dutchPostcode, otherPostcode} {
		if found := postcode.FindStringSubmatch(s); found != nil {
			return strings.TrimSpace(spacedNames.Split(found[1], 2)[0])
		}
	}
	if strings.ContainsAny(s, "0123456789") {
		return ""
	}
	return s
}

// PlaceOfAddress is the place of a whole address of several lines: that of the line with a postcode, and else the
// last line but the country's.
func PlaceOfAddress(s string) string {
	lines := strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' })
	for _, line := range lines {
		for _, postcode := range []*regexp.Regexp{dutchPostcode, otherPostcode} {
			if postcode.MatchString(line) {
				return PlaceIn(line)
			}
		}
	}
	if len(lines) > 1 {
		for i := len(lines) - 1; i > 0; i-- {
			if place := PlaceIn(lines[i]); place != "" {
				return place
			}
		}
	}
	return ""
}

// excelDay reads a day that a spreadsheet wrote as its number: days since 30 December 1899.
func excelDay(s string) (read.Date, bool) {
	n, err := strconv.Atoi(strings.TrimSuffix(s, ".0"))
	if err != nil || n < 3000 || n > 60000 || len(s) < 4 {
		return read.Date{}, false
	}
	day := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n)
	if len(s) == 4 && day.Year() < 1925 { // a year, more likely
		return read.Date{}, false
	}
	return read.Date{Year: day.Year(), Month: day.Month(), Day: day.Day()}, true
}

// ParseTableDay reads a birthday of a table: a written day, a number of a spreadsheet, or a day without a year.
func ParseTableDay(s string, dayFirst bool) (read.Date, bool) {
	s = strings.Trim(s, ";, ")
	if d, ok := read.ParseWrittenDay(s, dayFirst); ok {
		return d, true
	}
	if d, ok := excelDay(s); ok {
		return d, true
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '/' || r == '.' })
	if len(parts) != 2 || !read.IsDigits(parts[0]) || !read.IsDigits(parts[1]) || len(parts[0]) > 2 ||
		len(parts[1]) > 2 {
		return read.Date{}, false
	}
	day, month := parts[0], parts[1]
	if n, _ := strconv.Atoi(month); !dayFirst || n > 12 {
		day, month = month, day
	}
	return read.ParseDay("--"+strings.Repeat("0", 2-len(month))+month+strings.Repeat("0", 2-len(day))+day, "")
}
