// Package vcard reads and writes vCards (RFC 2426, RFC 6350) line by line, so that what it does not know stays as it
// was: groups, parameters, values and their order.
package vcard

import (
	"bytes"
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Line is one line of a card, unfolded: [Group.]Name[;Params]:Value.
type Line struct {
	Group  string // as written, empty for none
	Name   string // as written
	Params string // as written, between the name and the colon; empty or with the semicolon before it
	Value  string // as written
}

// Is says whether the line has this name, given in capitals.
func (l Line) Is(name string) bool { return strings.EqualFold(l.Name, name) }

// String returns the line as it is written, unfolded.
func (l Line) String() string {
	if l.Group != "" {
		return l.Group + "." + l.Name + l.Params + ":" + l.Value
	}
	return l.Name + l.Params + ":" + l.Value
}

// Card is one vCard: its lines without BEGIN and END.
type Card struct{ Lines []Line }

// The most that a card may hold.
const (
	// MostBytes is how large a card may be, in bytes, as it comes.
	MostBytes = 4 << 20
	// mostLines is how many lines a card may have.
	mostLines = 20_000
)

// What is wrong with bytes that are no card.
var (
	ErrTooLarge = errors.New("vcard: it is larger than 4 MB")
	ErrText     = errors.New("vcard: it is not UTF-8")
	ErrShape    = errors.New("vcard: it is not one card from BEGIN:VCARD to END:VCARD")
	ErrLine     = errors.New("vcard: a line has no name and value")
	ErrVersion  = errors.New("vcard: its version is neither 3.0 nor 4.0")
	ErrUID      = errors.New("vcard: it has no UID, or two")
	ErrName     = errors.New("vcard: it has no name (FN)")
)

// Parse reads one whole card of version 3.0 or 4.0 with one UID and a name. It returns one of the errors above when
// what it reads is something else.
func Parse(content []byte) (Card, error) {
	if len(content) > MostBytes {
		return Card{}, ErrTooLarge
	}
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if !utf8.Valid(content) || bytes.IndexByte(content, 0) >= 0 {
		return Card{}, ErrText
	}
	lines := unfold(string(content))
	for len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1]) == "" {
		lines = lines[:len(lines)-1]
	}
	if len(lines) < 2 || len(lines) > mostLines || !frames(lines[0], "BEGIN") || !frames(lines[len(lines)-1], "END") {
		return Card{}, ErrShape
	}
	var c Card
	for _, text := range lines[1 : len(lines)-1] {
		if strings.TrimSpace(text) == "" {
			continue
		}
		line, ok := parseLine(text)
		switch {
		case !ok:
			return Card{}, ErrLine
		case line.Is("BEGIN"), line.Is("END"):
			return Card{}, ErrShape
		}
		c.Lines = append(c.Lines, line)
	}
	switch version := strings.TrimSpace(c.Value("VERSION")); {
	case version != "3.0" && version != "4.0":
		return Card{}, ErrVersion
	case len(c.All("UID")) != 1 || c.UID() == "":
		return Card{}, ErrUID
	case strings.TrimSpace(c.Value("FN")) == "" && strings.Trim(c.Value("N"), " ;") == "":
		return Card{}, ErrName
	}
	return c, nil
}

// frames says whether a line is BEGIN:VCARD or END:VCARD.
func frames(line, word string) bool { return strings.EqualFold(strings.TrimSpace(line), word+":VCARD") }

// unfold splits a text in lines; one that goes on in the next is one (RFC 6350 §3.2).
func unfold(text string) []string {
	var out []string
	var long strings.Builder // the last line, when it goes on
	flush := func() {
		if long.Len() > 0 {
			out[len(out)-1] = long.String()
			long.Reset()
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if len(out) > 0 && line != "" && (line[0] == ' ' || line[0] == '\t') {
			if long.Len() == 0 {
				long.WriteString(out[len(out)-1])
			}
			long.WriteString(line[1:])
			continue
		}
		flush()
		out = append(out, line)
	}
	flush()
	return out
}

// parseLine takes a line apart.
func parseLine(text string) (Line, bool) {
	colon := -1
	quoted := false
	for i := 0; i < len(text) && colon < 0; i++ {
		switch text[i] {
		case '"':
			quoted = !quoted
		case ':':
			if !quoted {
				colon = i
			}
		}
	}
	if colon < 1 {
		return Line{}, false
	}
	line := Line{Value: text[colon+1:]}
	line.Name, line.Params, _ = strings.Cut(text[:colon], ";")
	if len(line.Name) < colon {
		line.Params = text[len(line.Name):colon]
	}
	if group, name, grouped := strings.Cut(line.Name, "."); grouped {
		line.Group, line.Name = group, name
		if !isWord(group) {
			return Line{}, false
		}
	}
	return line, isWord(line.Name)
}

// isWord says whether a text can be a name: letters, digits and dashes. Clients write underscores too.
func isWord(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return s != ""
}

// Value returns the value of the first line of a name, as written; empty when there is none.
func (c *Card) Value(name string) string {
	if i := c.index(name); i >= 0 {
		return c.Lines[i].Value
	}
	return ""
}

// UID returns what the card is known by.
func (c *Card) UID() string { return strings.TrimSpace(Unescape(c.Value("UID"))) }

func (c *Card) index(name string) int {
	return slices.IndexFunc(c.Lines, func(l Line) bool { return l.Is(name) })
}

// All returns the lines of a name.
func (c *Card) All(name string) []Line {
	var out []Line
	for _, l := range c.Lines {
		if l.Is(name) {
			out = append(out, l)
		}
	}
	return out
}

// Set gives the first line of a name another value, with its group and parameters as they are, or adds a line.
func (c *Card) Set(name, value string) {
	if i := c.index(name); i >= 0 {
		c.Lines[i].Value = value
		return
	}
	c.Lines = append(c.Lines, Line{Name: name, Value: value})
}

// Replace puts a line in the place of the first one of its name, or adds it; a group stays.
func (c *Card) Replace(line Line) {
	if i := c.index(line.Name); i >= 0 {
		line.Group = c.Lines[i].Group
		c.Lines[i] = line
		return
	}
	c.Lines = append(c.Lines, line)
}

// Remove takes away the lines that are meant, and with each the lines of its group that only label it.
func (c *Card) Remove(meant func(Line) bool) {
	groups := map[string]bool{}
	kept := c.Lines[:0:0]
	for _, l := range c.Lines {
		if !meant(l) {
			kept = append(kept, l)
		} else if l.Group != "" {
			groups[strings.ToLower(l.Group)] = true
		}
	}
	for _, l := range kept {
		if !labels(l) {
			delete(groups, strings.ToLower(l.Group))
		}
	}
	c.Lines = slices.DeleteFunc(kept, func(l Line) bool { return l.Group != "" && groups[strings.ToLower(l.Group)] })
}

// labels says whether a line says nothing by itself.
func labels(l Line) bool { return l.Is("X-ABLABEL") || l.Is("X-ABADR") }

// Text returns the lines of the card, unfolded, each with its end: what is stored. FromText reads it.
func (c *Card) Text() string {
	var out strings.Builder
	for _, l := range c.Lines {
		out.WriteString(l.String())
		out.WriteByte('\n')
	}
	return out.String()
}

// FromText reads what Text returned; a line that is none is left out.
func FromText(text string) Card {
	var c Card
	for line := range strings.SplitSeq(text, "\n") {
		if l, ok := parseLine(line); ok {
			c.Lines = append(c.Lines, l)
		}
	}
	return c
}

// Bytes returns the card as it is sent: lines of at most 75 bytes, each ended by CR LF.
func (c *Card) Bytes() []byte {
	out := []byte("BEGIN:VCARD\r\n")
	for _, l := range c.Lines {
		out = appendFolded(out, l.String())
	}
	return append(out, "END:VCARD\r\n"...)
}

// longestLine is the most bytes of a line of a card, its end not counted.
const longestLine = 75

// appendFolded appends a line, in pieces where it is long, none of which breaks a letter.
func appendFolded(out []byte, line string) []byte {
	for first := true; ; first = false {
		room := longestLine
		if !first {
			out = append(out, ' ')
			room--
		}
		if len(line) <= room {
			return append(append(out, line...), "\r\n"...)
		}
		for room > 1 && !utf8.RuneStart(line[room]) {
			room--
		}
		out = append(append(out, line[:room]...), "\r\n"...)
		line = line[room:]
	}
}

var (
	escapes   = strings.NewReplacer(`\`, `\\`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`, ",", `\,`, ";", `\;`)
	unescapes = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";", `\:`, ":")
)

// Escape writes a text as a value.
func Escape(s string) string { return escapes.Replace(s) }

// Unescape reads a value as text.
func Unescape(s string) string { return unescapes.Replace(s) }

// Split takes a value of several parts apart, each as written.
func Split(value string, separator byte) []string {
	var out []string
	from := 0
	for i := 0; i < len(value); i++ {
		switch value[i] {
		case '\\':
			i++
		case separator:
			out, from = append(out, value[from:i]), i+1
		}
	}
	return append(out, value[from:])
}

// SetPart gives one part of a value of several another text, and makes the parts before it where they lack.
func SetPart(value string, separator byte, at int, text string) string {
	parts := Split(value, separator)
	for len(parts) <= at {
		parts = append(parts, "")
	}
	parts[at] = Escape(text)
	return strings.Join(parts, string(separator))
}

// Told begins each line of a note that Gave wrote, and ToldEnd ends it: what stands around it is of somebody.
const (
	Told    = "Gave › "
	ToldEnd = " ‹"
)

// toldPart is what Gave told in a line of a note.
var toldPart = regexp.MustCompile(`Gave ›([^‹\n]*)‹`)

// Note returns what is noted in the card.
func (c *Card) Note() string {
	var notes []string
	for _, l := range c.All("NOTE") {
		if own := strings.TrimSpace(Unescape(l.Value)); own != "" {
			notes = append(notes, own)
		}
	}
	return strings.Join(notes, "\n\n")
}

// ToldTexts returns what the notes of the card say that Gave told, in their order.
func (c *Card) ToldTexts() []string {
	var out []string
	for _, l := range c.All("NOTE") {
		for _, part := range toldPart.FindAllStringSubmatch(Unescape(l.Value), -1) {
			out = append(out, strings.TrimSpace(part[1]))
		}
	}
	return out
}

// Untell takes what Gave told from the notes of the card; a note that had nothing else goes. told says whether Gave
// told a text: what somebody wrote instead of it stays, as does all that stands around it. A note of which nothing is
// taken stays as it is, to the byte.
func (c *Card) Untell(told func(text string) bool) {
	kept := c.Lines[:0:0]
	for _, l := range c.Lines {
		if l.Is("NOTE") && strings.Contains(l.Value, strings.TrimSpace(Told)) {
			before := Unescape(l.Value)
			after := withoutTold(before, told)
			if after == "" {
				continue
			}
			if after != before {
				l.Value = Escape(after)
			}
		}
		kept = append(kept, l)
	}
	c.Lines = kept
}

func withoutTold(note string, told func(string) bool) string {
	lines := strings.Split(note, "\n")
	kept := lines[:0:0]
	for _, line := range lines {
		rest := toldPart.ReplaceAllStringFunc(line, func(part string) string {
			text := strings.TrimSuffix(strings.TrimPrefix(part, strings.TrimSpace(Told)), strings.TrimSpace(ToldEnd))
			if told(strings.TrimSpace(text)) {
				return ""
			}
			return part
		})
		if rest != line {
			if rest = strings.TrimSpace(rest); rest == "" {
				continue
			}
		}
		kept = append(kept, rest)
	}
	if slices.Equal(kept, lines) {
		return note
	}
	return strings.TrimSpace(strings.Join(kept, "\n"))
}

// Tell adds what Gave tells to the first note, or as a note of its own. The texts are of one line, without the marks
// around them.
func (c *Card) Tell(texts []string) {
	if len(texts) == 0 {
		return
	}
	told := Escape(Told + strings.Join(texts, ToldEnd+"\n"+Told) + ToldEnd)
	if i := c.index("NOTE"); i >= 0 {
		c.Lines[i].Value = strings.TrimRight(c.Lines[i].Value, " ") + `\n\n` + told
		return
	}
	c.Lines = append(c.Lines, Line{Name: "NOTE", Value: told})
}

// SetNote makes a text the note of the card, or takes all notes away.
func (c *Card) SetNote(text string) {
	first := c.index("NOTE")
	if text == "" {
		c.Remove(func(l Line) bool { return l.Is("NOTE") })
		return
	}
	c.Set("NOTE", Escape(text))
	if first >= 0 {
		kept := false
		c.Lines = slices.DeleteFunc(c.Lines, func(l Line) bool {
			other := l.Is("NOTE") && kept
			kept = kept || l.Is("NOTE")
			return other
		})
	}
}

// Param returns the values of a parameter, whose name is given in any case, without their quotes.
func (l Line) Param(name string) []string {
	var out []string
	for _, param := range splitQuoted(l.Params, ';') {
		key, values, ok := strings.Cut(param, "=")
		if !ok || !strings.EqualFold(key, name) {
			continue
		}
		for _, value := range splitQuoted(values, ',') {
			out = append(out, strings.Trim(value, `"`))
		}
	}
	return out
}

// splitQuoted splits a text where a separator stands outside quotes; empty parts are left out.
func splitQuoted(s string, separator byte) []string {
	var out []string
	from, quoted := 0, false
	for i := 0; i <= len(s); i++ {
		switch {
		case i == len(s) || s[i] == separator && !quoted:
			if i > from {
				out = append(out, s[from:i])
			}
			from = i + 1
		case s[i] == '"':
			quoted = !quoted
		}
	}
	return out
}
