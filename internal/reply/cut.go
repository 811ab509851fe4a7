package reply

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"gave.network/internal/lang"
	"gave.network/internal/text"
)

// How many lines below the line above a quote, or of a header in a text, are looked at together.
const (
	mostQuoteLines  = 4
	mostHeaderLines = 8
)

var (
	wrote    = text.WordSet("replies", "wrote")
	on       = text.WordSet("replies", "on")
	original = slices.Concat(folded("original"), folded("forwarded"))
	device   = folded("device")
	closing  = folded("closing")
	rule     = regexp.MustCompile(`^[\s>]*[-_=*]{5,}\s*$`)
)

// fieldWords says which field of a header a word begins, folded.
var fieldWords = func() map[string]string {
	out := map[string]string{}
	for _, name := range []string{"from", "to", "cc", "date", "subject"} {
		for _, word := range lang.Words("replies", name) {
			out[text.Fold(word)] = name
		}
	}
	return out
}()

// Cut returns what somebody wrote in a mail: without the mail that they answer, above or below, without their signature
// and without what their program adds. What stands between quoted lines stays, as that is where they answer.
func Cut(body string) string {
	lines := strings.Split(strings.ReplaceAll(strings.ReplaceAll(body, "\r\n", "\n"), "\r", "\n"), "\n")
	var kept []string
	for i := 0; i < len(lines); i++ {
		line := clean(lines[i])
		if strings.HasPrefix(line, ">") {
			continue
		}
		if n := quoteHead(lines[i:]); n > 0 {
			if next := firstOf(lines[i+n:]); next >= 0 && !strings.HasPrefix(clean(lines[i+n+next]), ">") {
				break // what is quoted is not marked: all of the rest is
			}
			i += n - 1
			continue
		}
		if startsOriginal(lines[i:]) {
			break
		}
		kept = append(kept, line)
	}
	kept = unsigned(kept)
	return text.Clip(strings.TrimSpace(collapse(strings.Join(kept, "\n"))), mostWords)
}

// clean takes away what cannot be seen.
func clean(line string) string {
	line = strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0':
			return ' '
		case r == '\t':
			return ' '
		case unicode.IsControl(r), r == '\u200b', r == '\ufeff', r == '\u200e', r == '\u200f':
			return -1
		}
		return r
	}, line)
	return strings.TrimSpace(line)
}

// firstOf is the first line that says something; below 0 when there is none.
func firstOf(lines []string) int {
	return slices.IndexFunc(lines, func(line string) bool { return clean(line) != "" })
}

// quoteHead says over how many lines the line above a quote goes, such as "On Monday Otto <otto@else.example> wrote:";
// 0 when none begins here.
func quoteHead(lines []string) int {
	first := strings.Fields(text.Fold(clean(lines[0])))
	if len(first) == 0 {
		return 0
	}
	begins := on[first[0]]
	joined := ""
	for n := 0; n < min(mostQuoteLines, len(lines)); n++ {
		line := clean(lines[n])
		if line == "" || strings.HasPrefix(line, ">") {
			return 0
		}
		joined += " " + line
		if !strings.HasSuffix(line, ":") {
			if !begins { // else it may go on with the next line
				return 0
			}
			continue
		}
		said := false
		for _, word := range strings.FieldsFunc(text.Fold(joined), func(r rune) bool { return !text.IsWordRune(r) }) {
			said = said || wrote[word]
		}
		if said && strings.ContainsAny(joined, "0123456789@") {
			return n + 1
		}
		return 0
	}
	return 0
}

// startsOriginal says whether a mail that is answered or passed on begins here: a line that says so, or its header.
func startsOriginal(lines []string) bool {
	line := clean(lines[0])
	if strings.HasPrefix(line, "--") || strings.HasPrefix(line, "__") {
		if slices.Contains(original, text.Fold(strings.Trim(line, "-_ :"))) {
			return true
		}
		if rule.MatchString(line) {
			next := firstOf(lines[1:])
			return next >= 0 && headerFields(lines[1+next:]) >= 3
		}
	}
	if slices.Contains(original, text.Fold(strings.Trim(line, "-_ :"))) {
		return true
	}
	return fieldOf(line) == "from" && headerFields(lines) >= 3
}

// fieldOf says which field of a header stands in a line; empty for none.
func fieldOf(line string) string {
	name, _, ok := strings.Cut(strings.Trim(line, "*_ "), ":")
	if !ok {
		return ""
	}
	return fieldWords[text.Fold(strings.Trim(name, "* "))]
}

// headerFields counts the fields of a header in a text that begins with these lines.
func headerFields(lines []string) int {
	seen := map[string]bool{}
	for _, line := range lines[:min(mostHeaderLines, len(lines))] {
		if line = clean(line); line == "" {
			if len(seen) > 0 {
				break
			}
			continue
		}
		if name := fieldOf(line); name != "" {
			seen[name] = true
		}
	}
	return len(seen)
}

// unsigned takes a signature away: from two dashes on, from the line of a program on, or from the words of leave on,
// unless nothing is left then.
func unsigned(lines []string) []string {
	end := len(lines)
	for i, line := range lines {
		if said := text.Fold(line); line == "--" || isDevice(said) {
			end = i
			break
		}
	}
	for i := range end {
		if said := strings.Trim(text.Fold(lines[i]), " ,.!"); slices.Contains(closing, said) &&
			firstOf(lines[:i]) >= 0 {
			end = i
			break
		}
	}
	return lines[:end]
}

func isDevice(said string) bool {
	return slices.ContainsFunc(device, func(begin string) bool { return strings.HasPrefix(said, begin) })
}

// collapse leaves one empty line where there are several.
func collapse(s string) string {
	for strings.Contains(s, "\n\n\n") {
		s = strings.ReplaceAll(s, "\n\n\n", "\n\n")
	}
	return s
}

// quoting are the classes and ids in which mail programs put what is quoted, and signatures.
var quoting = []string{
	"gmail_quote", "gmail_signature", "moz-cite-prefix", "moz-signature", "divrplyfwdmsg", "appendonsend",
	"yahoo_quoted", "protonmail_quote", "protonmail_signature_block", "ms-outlook-mobile-signature",
}

// plainOf returns the text of a page of HTML, without what is quoted in it.
func plainOf(page string) string {
	tokens := html.NewTokenizer(strings.NewReader(page))
	var b strings.Builder
	type open struct {
		name  atom.Atom
		depth int
	}
	var aside *open // within which nothing is taken
	for b.Len() < MostBytes {
		kind := tokens.Next()
		switch kind {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			if aside == nil {
				b.WriteString(squeezed(string(tokens.Text())))
			}
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			t := tokens.Token()
			if aside != nil {
				if t.DataAtom == aside.name && kind == html.StartTagToken {
					aside.depth++
				} else if t.DataAtom == aside.name && kind == html.EndTagToken {
					if aside.depth--; aside.depth == 0 {
						aside = nil
					}
				}
				continue
			}
			if kind == html.StartTagToken && isAside(t) {
				aside = &open{t.DataAtom, 1}
				continue
			}
			switch t.DataAtom {
			case atom.Br, atom.P, atom.Div, atom.Li, atom.Tr, atom.H1, atom.H2, atom.H3, atom.Hr:
				b.WriteString("\n")
			}
		}
	}
	return b.String()
}

// squeezed is text as a browser shows it.
func squeezed(s string) string {
	out := strings.Join(strings.Fields(s), " ")
	if out == "" {
		if s != "" {
			return " "
		}
		return ""
	}
	if unicode.IsSpace(rune(s[0])) {
		out = " " + out
	}
	if unicode.IsSpace(rune(s[len(s)-1])) {
		out += " "
	}
	return out
}

func isAside(t html.Token) bool {
	switch t.DataAtom {
	case atom.Blockquote, atom.Script, atom.Style, atom.Head, atom.Title:
		return true
	case 0:
		return false
	}
	for _, a := range t.Attr {
		if a.Key == "class" || a.Key == "id" {
			value := strings.ToLower(a.Val)
			if slices.ContainsFunc(quoting, func(q string) bool { return strings.Contains(value, q) }) {
				return true
			}
		}
	}
	return false
}
