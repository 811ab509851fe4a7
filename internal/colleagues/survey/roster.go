package survey

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"gave.network/internal/text"
)

// Asked is a line of a roster: somebody to ask.
type Asked struct {
	Line       int // from 1
	Name       string
	Mail       string // "" when none is given
	Department string
	Level      int // in the chart, from 1 at the top; 0 when not given
}

// Wrong is a line that was not taken, and why.
type Wrong struct {
	Line int
	// Why is English, a key of translation, with its values.
	Why  string
	Args []any
}

const (
	// longestCell bounds a name, address or department, in bytes.
	longestCell = 200
	// mostLevels bounds a level of the chart.
	mostLevels = 50
)

// ReadRoster reads pasted lines: a name, a mail address, or both, and after them a department and a level, with commas,
// semicolons or tabs between. "Anna Aal <anna@example.org>" is read as well. An address is known by its @, a level by
// being a number; the first other words are the name, the next the department. Who stands in it twice is taken once,
// and the other line is said; so is each line that cannot be used.
func ReadRoster(body string) (list []Asked, wrong []Wrong) {
	mails, names := map[string]int{}, map[string]int{}
	body = strings.TrimPrefix(strings.ReplaceAll(body, "\r\n", "\n"), "\ufeff")
	for i, line := range strings.Split(body, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		say := func(why string, args ...any) { wrong = append(wrong, Wrong{i + 1, why, args}) }
		if !utf8.ValidString(line) || strings.ContainsFunc(line, func(r rune) bool {
			return r != '\t' && unicode.IsControl(r)
		}) {
			say("This line is not text.")
			continue
		}
		one, ok := readLine(line)
		one.Line = i + 1
		switch {
		case !ok:
			say("This line names no person.")
			continue
		case len(one.Name) > longestCell || len(one.Mail) > longestCell || len(one.Department) > longestCell:
			say("A name, address or department has at most %d characters.", longestCell)
			continue
		}
		key := text.Fold(one.Name)
		if before := mails[strings.ToLower(one.Mail)]; one.Mail != "" && before > 0 {
			say("This address stands on line %d already.", before)
			continue
		}
		// Two people of one name are told apart by their addresses.
		if before := names[key]; one.Name != "" && before > 0 && (one.Mail == "" || list[at(list, before)].Mail == "") {
			say("%s stands on line %d already.", one.Name, before)
			continue
		}
		if one.Mail != "" {
			mails[strings.ToLower(one.Mail)] = one.Line
		}
		if one.Name != "" && names[key] == 0 {
			names[key] = one.Line
		}
		list = append(list, one)
	}
	return list, wrong
}

// at finds a line in a list.
func at(list []Asked, line int) int {
	for i, one := range list {
		if one.Line == line {
			return i
		}
	}
	return 0
}

// readLine reads one line; ok is false when it names nobody.
func readLine(line string) (one Asked, ok bool) {
	separator := ","
	for _, other := range []string{"\t", ";"} {
		if strings.Contains(line, other) {
			separator = other
			break
		}
	}
	var words []string
	for _, cell := range strings.Split(line, separator) {
		cell = strings.Trim(strings.TrimSpace(cell), `"`)
		if name, rest, found := strings.Cut(cell, "<"); found && strings.Contains(rest, "@") {
			mail, _, _ := strings.Cut(rest, ">")
			one.Mail = strings.TrimSpace(mail)
			cell = strings.Trim(strings.TrimSpace(name), `"`)
		}
		level, err := strconv.Atoi(cell)
		switch {
		case cell == "":
		case err == nil:
			if level > 0 && level <= mostLevels {
				one.Level = level
			}
		case one.Mail == "" && isMail(cell):
			one.Mail = cell
		default:
			words = append(words, strings.Join(strings.Fields(cell), " "))
		}
	}
	if len(words) > 0 {
		one.Name = words[0]
	}
	if len(words) > 1 {
		one.Department = words[1]
	}
	return one, one.Name != "" || one.Mail != ""
}

// isMail says whether a cell is meant as a mail address.
func isMail(cell string) bool {
	name, domain, found := strings.Cut(cell, "@")
	return found && name != "" && strings.Contains(domain, ".") && !strings.ContainsAny(cell, " \t")
}

// Matches says whether every word that is looked for begins a word of a name.
func Matches(name, wanted string) bool {
	words := text.Words(text.Fold(name))
	for _, w := range text.Words(text.Fold(wanted)) {
		found := false
		for _, word := range words {
			found = found || strings.HasPrefix(word, w)
		}
		if !found {
			return false
		}
	}
	return true
}

// Meant returns the places of those among some names who may be meant by what was typed: who bears it whole, or else
// all of whose names every word of it begins a word.
func Meant(names []string, typed string) []int {
	var whole, begun []int
	for i, name := range names {
		if text.Fold(name) == text.Fold(typed) {
			whole = append(whole, i)
		}
		if Matches(name, typed) {
			begun = append(begun, i)
		}
	}
	if len(text.Words(typed)) == 0 {
		return whole
	}
	if len(whole) > 0 {
		return whole
	}
	return begun
}
