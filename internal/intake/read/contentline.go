package read

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime/quotedprintable"
	"slices"
	"strconv"
	"strings"
)

// Content lines are what vCard and iCalendar files are made of: name;parameter=value:value, folded over several lines.
// This reader takes every form of 1996 (vCard 2.1) to today, and what programs really write: bare parameters, quoted
// and soft-broken values, folds without their blank, and lines without any sense, which it gives as they are.

const (
	// MaxContentLine is how much of an unfolded line is kept.
	MaxContentLine = 256 << 10
	// MaxPhoto is how much of an unfolded line with a photo is kept.
	MaxPhoto = 4 << 20
	// maxParameters is the most parameters that one line keeps.
	maxParameters = 64
)

// parameter is one parameter of a content line; its name is in upper case, and empty for a bare one of vCard 2.1.
type parameter struct {
	name, value string
}

// ContentLine is one unfolded line.
type ContentLine struct {
	Group  string // item1 of "item1.TEL"
	Name   string // in upper case; empty when the line is none
	params []parameter
	Value  string // decoded from quoted-printable and its charset, escapes still in it
	Raw    string // as in the file, unfolded; empty for skipped values and photos
	Line   int64  // where it begins
	Offset int64
	Long   bool // it was longer than what is kept
}

// Param returns the first value of a parameter, "" when it is missing.
func (c *ContentLine) Param(name string) string {
	for i := range c.params {
		if c.params[i].name == name {
			return c.params[i].value
		}
	}
	return ""
}

// Types returns the types of a property in lower case: TYPE parameters and the bare ones of vCard 2.1.
func (c *ContentLine) Types() []string {
	var types []string
	for i := range c.params {
		if c.params[i].name == "TYPE" || c.params[i].name == "" {
			for one := range strings.SplitSeq(c.params[i].value, ",") {
				if one = strings.ToLower(strings.TrimSpace(one)); one != "" {
					types = append(types, one)
				}
			}
		}
	}
	return types
}

// Rank is how much a property is preferred, 1 the most: PREF of vCard 4, and the type of that name before.
func (c *ContentLine) Rank() int {
	if n, err := strconv.Atoi(c.Param("PREF")); err == nil && n >= 1 && n <= 100 {
		return n
	}
	if slices.Contains(c.Types(), "pref") {
		return 1
	}
	return 101
}

// ContentLines reads content lines.
type ContentLines struct {
	Scan *Lines
	Skip map[string]bool // names whose values are passed without keeping them
	// Photos are names whose values may be longer than those of others; empty where nobody wants them.
	Photos map[string]bool
	buf    []byte
}

// Next returns the next line that is not empty; ok is false at the end.
func (s *ContentLines) Next() (c ContentLine, ok bool) {
	for {
		c.Line, c.Offset = s.Scan.Line, s.Scan.Offset
		line, long, ok := s.Scan.Next()
		if !ok {
			return c, false
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		c.Long = long
		s.buf = append(s.buf[:0], line...)
		break
	}
	// The name is needed before the folds are read: photos are passed, and quoted-printable goes on differently.
	name := nameOf(s.buf)
	passed, most := s.Skip[name], MaxContentLine
	if s.Photos[name] {
		most = MaxPhoto
	}
	colon := valueStart(s.buf)
	soft := colon >= 0 && isQuotedPrintable(s.buf[:colon])
	for {
		ahead := s.Scan.Peek(1)
		if len(ahead) == 0 {
			break
		}
		fold := ahead[0] == ' ' || ahead[0] == '\t'
		if fold && !soft {
			// A line of blanks only after a photo of vCard 2.1 ends it.
			fold = len(bytes.TrimSpace(FirstLine(s.Scan.Peek(80)))) > 0
		}
		broken := soft && len(s.buf) > 0 && s.buf[len(s.buf)-1] == '='
		if !fold && !broken {
			break
		}
		line, long, ok := s.Scan.Next()
		if !ok {
			break
		}
		if passed {
			continue
		}
		if broken {
			s.buf = s.buf[:len(s.buf)-1]
			if fold && len(line) > 0 {
				line = line[1:]
			}
		} else {
			line = line[1:]
		}
		if len(s.buf)+len(line) > most {
			line = line[:max(0, most-len(s.buf))]
			long = true
		}
		c.Long = c.Long || long
		s.buf = append(s.buf, line...)
	}
	if passed {
		s.buf = s.buf[:min(len(s.buf), longKept)]
	}
	if len(s.buf) > most {
		s.buf, c.Long = s.buf[:most], true
	}
	c.parse(s.buf)
	if passed || most == MaxPhoto {
		c.Raw = ""
	}
	return c, true
}

// Base64 returns what a value in base64 stands for, whatever white space is in it and whether it is filled up or not.
func Base64(value string) ([]byte, error) {
	bare := strings.TrimRight(strings.Join(strings.Fields(value), ""), "=")
	return base64.RawStdEncoding.DecodeString(bare)
}

// isQuotedPrintable says that the head of a line names that encoding, with ENCODING= or without.
func isQuotedPrintable(head []byte) bool {
	for _, word := range []string{"QUOTED-PRINTABLE", "quoted-printable", "Quoted-Printable"} {
		if bytes.Contains(head, []byte(word)) {
			return true
		}
	}
	return false
}

// nameOf returns the name at the start of a line without its group, in upper case.
func nameOf(line []byte) string {
	end := bytes.IndexAny(line[:min(len(line), 200)], ":;")
	if end < 0 {
		return ""
	}
	name := line[:end]
	if i := bytes.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	return string(bytes.ToUpper(bytes.TrimSpace(name)))
}

// valueStart returns where the colon before the value is, -1 when there is none. Colons in quotes do not count.
func valueStart(line []byte) int {
	quoted := false
	for i, c := range line {
		switch {
		case c == '"':
			quoted = !quoted
		case c == ':' && !quoted:
			return i
		}
	}
	if quoted {
		// A quote that never ends: take the first colon.
		return bytes.IndexByte(line, ':')
	}
	return -1
}

// parse splits an unfolded line.
func (c *ContentLine) parse(line []byte) {
	c.Raw = UTF8Text(line)
	colon := valueStart(line)
	if colon < 0 {
		c.Value = c.Raw
		return
	}
	head := line[:colon]
	name, rest, _ := bytes.Cut(head, []byte{';'})
	if i := bytes.LastIndexByte(name, '.'); i >= 0 {
		c.Group = strings.ToLower(strings.TrimSpace(UTF8Text(name[:i])))
		name = name[i+1:]
	}
	name = bytes.ToUpper(bytes.TrimSpace(name))
	for _, ch := range name {
		if ch != '-' && ch != '_' && !IsDigit(ch) && (ch < 'A' || ch > 'Z') {
			c.Value = c.Raw
			return
		}
	}
	c.Name = string(name)
	for len(rest) > 0 && len(c.params) < maxParameters {
		var one []byte
		one, rest = cutUnquoted(rest, ';')
		if len(bytes.TrimSpace(one)) == 0 {
			continue
		}
		key, value, named := bytes.Cut(one, []byte{'='})
		if !named {
			c.params = append(c.params, parameter{"", UTF8Text(bytes.TrimSpace(one))})
			continue
		}
		c.params = append(c.params, parameter{
			string(bytes.ToUpper(bytes.TrimSpace(key))), parameterText(UTF8Text(bytes.TrimSpace(value))),
		})
	}
	value := line[colon+1:]
	charset := c.Param("CHARSET")
	encoding := strings.ToUpper(c.Param("ENCODING"))
	if encoding == "" {
		for i := range c.params {
			if c.params[i].name == "" && strings.EqualFold(c.params[i].value, "QUOTED-PRINTABLE") {
				encoding = "QUOTED-PRINTABLE"
			}
		}
	}
	if encoding == "QUOTED-PRINTABLE" {
		value = quotedPrintable(value)
	}
	c.Value = strings.TrimSpace(CharsetText(charset, value))
}

// quotedPrintable decodes as much as is well-formed and keeps the rest as it is.
func quotedPrintable(b []byte) []byte {
	if out, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(b))); err == nil {
		return out
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] == '=' && i+2 < len(b) && Unhex(b[i+1]) >= 0 && Unhex(b[i+2]) >= 0 {
			out = append(out, byte(Unhex(b[i+1])<<4|Unhex(b[i+2])))
			i += 2
			continue
		}
		out = append(out, b[i])
	}
	return out
}

// cutUnquoted cuts at the first separator outside quotes.
func cutUnquoted(b []byte, sep byte) (before, after []byte) {
	quoted := false
	for i, c := range b {
		switch {
		case c == '"':
			quoted = !quoted
		case c == sep && !quoted:
			return b[:i], b[i+1:]
		}
	}
	return b, nil
}

// parameterText takes the quotes off a parameter value and undoes the escapes of RFC 6868.
func parameterText(s string) string {
	if strings.Contains(s, `"`) {
		s = strings.ReplaceAll(s, `"`, "")
	}
	if !strings.Contains(s, "^") {
		return s
	}
	return strings.NewReplacer("^n", "\n", "^N", "\n", "^'", `"`, "^^", "^").Replace(s)
}

// Unescape undoes the escapes of a text value: \n \, \; \\.
func Unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			out.WriteByte(s[i])
			continue
		}
		i++
		switch s[i] {
		case 'n', 'N':
			out.WriteByte('\n')
		case ',', ';', '\\', ':', '"':
			out.WriteByte(s[i])
		default:
			out.WriteByte('\\')
			out.WriteByte(s[i])
		}
	}
	return out.String()
}

// EscapeText writes a text value with its escapes.
func EscapeText(s string) string {
	return strings.NewReplacer(`\`, `\\`, "\n", `\n`, ",", `\,`, ";", `\;`).Replace(s)
}

// SplitEscaped splits a value at a separator that has no backslash before it; the parts are unescaped and trimmed.
func SplitEscaped(s string, sep byte) []string {
	var parts []string
	begin := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] == '\\' {
			i++
			continue
		}
		if i == len(s) || s[i] == sep {
			parts = append(parts, strings.TrimSpace(Unescape(s[begin:i])))
			begin = i + 1
			if len(parts) >= MaxParties {
				break
			}
		}
	}
	if begin < len(s) && len(parts) < MaxParties {
		// The value ends with a backslash.
		parts = append(parts, strings.TrimSpace(Unescape(s[begin:])))
	}
	return parts
}

// DetectBegin is sure when a text begins with BEGIN:what.
func DetectBegin(head []byte, what string, sure int) int {
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	line := FirstLine(bytes.TrimLeft(head, " \t\r\n"))
	name, value, ok := bytes.Cut(line, []byte{':'})
	if ok && bytes.EqualFold(bytes.TrimSpace(name), []byte("BEGIN")) &&
		bytes.EqualFold(bytes.TrimSpace(value), []byte(what)) {
		return sure
	}
	return 0
}

// Glued says that the end of one part and the beginning of the next stand on one line, because files without a last
// line end were joined: END:VCARDBEGIN:VCARD.
func Glued(value, what string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(value), ""), what+"BEGIN:"+what)
}
