package cli

import (
	"io"
	"os"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/term"
	"golang.org/x/text/width"
)

// defaultWidth is how many columns are taken where there is no terminal to ask.
const defaultWidth = 80

// isTerminal says whether what is written is read by a person.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// widthOf returns the columns of the terminal, or COLUMNS, or 80.
func widthOf(w io.Writer) int {
	if file, ok := w.(*os.File); ok {
		if columns, _, err := term.GetSize(int(file.Fd())); err == nil && columns > 0 {
			return columns
		}
	}
	if columns, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && columns >= 20 {
		return columns
	}
	return defaultWidth
}

// mayBold says whether headings may be bold: on a terminal that can, unless NO_COLOR says no (no-color.org).
func mayBold(w io.Writer) bool {
	return isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// Clean takes out what could command a terminal or turn the reading direction: names and subjects come from other
// people's files.
func Clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e,
			r == 0x200f, r == 0x061c:
			return -1
		}
		return r
	}, text)
}

// columns returns how many columns the text takes.
func columns(text string) int {
	n := 0
	for _, r := range text {
		n += columnsOf(r)
	}
	return n
}

func columnsOf(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// shorten cuts the text to so many columns, with … for what is left out.
func shorten(text string, most int) string {
	if columns(text) <= most {
		return text
	}
	n := 0
	for i, r := range text {
		if n+columnsOf(r) > most-1 {
			return text[:i] + "…"
		}
		n += columnsOf(r)
	}
	return text
}

// pad fills the text up to so many columns; right says on which side the text stands.
func pad(text string, to int, right bool) string {
	fill := strings.Repeat(" ", max(to-columns(text), 0))
	if right {
		return fill + text
	}
	return text + fill
}

// wrap breaks text into lines of at most so many columns, indented. Lines that begin with a space are kept as they are.
func wrap(text string, most int, indent string) string {
	var out strings.Builder
	for _, paragraph := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		if strings.HasPrefix(paragraph, " ") {
			out.WriteString(indent + paragraph + "\n")
			continue
		}
		line := ""
		for _, word := range strings.Fields(paragraph) {
			switch {
			case line == "":
				line = word
			case columns(indent+line+" "+word) > most:
				out.WriteString(indent + line + "\n")
				line = word
			default:
				line += " " + word
			}
		}
		out.WriteString(strings.TrimRight(indent+line, " ") + "\n")
	}
	return out.String()
}
