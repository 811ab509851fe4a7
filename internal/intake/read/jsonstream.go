package read

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"gave.network/internal/fault"
)

const (
	// maxJSONString is the most bytes of one string that are kept; what is longer is cut.
	maxJSONString = 256 << 10
	// maxJSONRecord is the most bytes that one record may take.
	maxJSONRecord = 32 << 20
	// maxJSONDepth is how deep values may lie inside one another.
	maxJSONDepth = 100
	// maxJSONLiteral is the longest number or word.
	maxJSONLiteral = 128
)

// jsonGuard passes a JSON text on to a decoder so that no text can make the decoder hold more than a record: long
// strings are cut, white space is shortened, and what is too deep or too large is an error. It also knows which line a
// byte of what it passed on came from, and mends control characters in strings.
type jsonGuard struct {
	r        io.Reader
	depth    int
	quoted   bool
	escape   bool
	hex      int // digits still to come of \u0000
	kept     int // bytes of the string
	literal  int // bytes of the number or word
	space    bool
	line     int64
	passed   int64 // bytes passed on
	record   int64 // bytes passed on for this record
	lines    []lineMark
	lastLine int64
	err      error
}

// lineMark says that a line begins at a byte of what was passed on.
type lineMark struct{ offset, line int64 }

func (g *jsonGuard) Read(p []byte) (int, error) {
	if g.err != nil {
		return 0, g.err
	}
	for range 100 {
		n, err := g.r.Read(p)
		kept := g.filter(p, n)
		g.passed += int64(kept)
		g.record += int64(kept)
		if g.err == nil && g.record > maxJSONRecord {
			g.err = errors.New(Because("a record is larger than %s MB", strconv.Itoa(maxJSONRecord>>20)))
		}
		if g.err != nil {
			return kept, g.err
		}
		if kept > 0 || err != nil {
			return kept, err
		}
	}
	return 0, io.ErrNoProgress
}

// filter keeps in p what is passed on of its first n bytes, and returns how many these are.
func (g *jsonGuard) filter(p []byte, n int) int {
	kept := 0
	for _, c := range p[:n] {
		if c == '\n' {
			g.line++
			if len(g.lines) < 1<<20 {
				g.lines = append(g.lines, lineMark{g.passed + int64(kept), g.line})
			}
		}
		if g.quoted {
			if c < ' ' {
				c = ' '
			}
			if !g.inString(c) {
				continue
			}
		} else if !g.outside(c) {
			continue
		}
		p[kept] = c
		kept++
	}
	return kept
}

// inString says whether a byte of a string is passed on.
func (g *jsonGuard) inString(c byte) bool {
	g.kept++
	full := g.kept > maxJSONString
	switch {
	case g.escape:
		g.escape = false
		if c == 'u' {
			g.hex = 4
		}
		return !full || g.kept < maxJSONString+8
	case g.hex > 0:
		g.hex--
		return !full || g.kept < maxJSONString+8
	case c == '"':
		g.quoted = false
		return true
	case full:
		// From here on nothing is passed on, not even the second half of an escape.
		g.kept = max(g.kept, maxJSONString+16)
	}
	g.escape = c == '\\'
	return !full
}

// outside says whether a byte outside strings is passed on.
func (g *jsonGuard) outside(c byte) bool {
	switch c {
	case ' ', '\t', '\r', '\n':
		again := g.space
		g.space, g.literal = true, 0
		return !again
	case '"':
		g.quoted, g.kept = true, 0
	case '{', '[':
		if g.depth++; g.depth > maxJSONDepth {
			g.err = errors.New("values lie too deep inside one another")
		}
	case '}', ']':
		g.depth--
	case ',', ':':
	default:
		if g.literal++; g.literal > maxJSONLiteral {
			g.err = errors.New("a number or word is too long")
		}
		g.space = false
		return true
	}
	g.space, g.literal = false, 0
	return true
}

// JSONReader reads a JSON text value by value.
type JSONReader struct {
	dec   *json.Decoder
	guard *jsonGuard
}

// NewJSONReader reads JSON from a stream, with bounded memory.
func NewJSONReader(r io.Reader) *JSONReader {
	guard := &jsonGuard{r: PlainText(r), line: 1, lastLine: 1}
	dec := json.NewDecoder(guard)
	dec.UseNumber() // a number beyond all bounds is passed like any other
	return &JSONReader{dec: dec, guard: guard}
}

// At returns the line of the next value and its offset in what the decoder reads, and begins a new record there.
func (j *JSONReader) At() (line, offset int64) {
	offset = j.dec.InputOffset()
	// The decoder stands behind the value before: the comma and space are still to come.
	var ahead [4]byte
	n, _ := io.ReadFull(j.dec.Buffered(), ahead[:])
	for i := 0; i < n && (ahead[i] == ',' || ahead[i] == ':' || ahead[i] <= ' '); i++ {
		offset++
	}
	g := j.guard
	n = 0
	for n < len(g.lines) && g.lines[n].offset <= offset {
		g.lastLine = g.lines[n].line
		n++
	}
	g.lines = append(g.lines[:0], g.lines[n:]...)
	g.record = 0
	return g.lastLine, offset
}

// enter reads the beginning of an object or array. ok is false for any other value, which is passed.
func (j *JSONReader) enter(begin json.Delim) (ok bool, err error) {
	token, err := j.dec.Token()
	if err != nil {
		return false, err
	}
	delim, isDelim := token.(json.Delim)
	if isDelim && delim == begin {
		return true, nil
	}
	if isDelim {
		err = j.leave()
	}
	return false, err
}

// leave passes over the rest of the object or array that was entered.
func (j *JSONReader) leave() error {
	for depth := 1; depth > 0; {
		j.guard.record = 0
		token, err := j.dec.Token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	return nil
}

// Skip passes over one value.
func (j *JSONReader) Skip() error {
	token, err := j.dec.Token()
	if err == nil && (token == json.Delim('{') || token == json.Delim('[')) {
		err = j.leave()
	}
	return err
}

// Object calls each with every name of an object. each has to read the value.
func (j *JSONReader) Object(each func(name string) error) error {
	ok, err := j.enter('{')
	if err != nil || !ok {
		return err
	}
	for j.dec.More() {
		j.guard.record = 0
		token, err := j.dec.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		if err := each(name); err != nil {
			return err
		}
	}
	_, err = j.dec.Token()
	return err
}

// Array calls each before every value of an array. each has to read the value.
func (j *JSONReader) Array(each func() error) error {
	ok, err := j.enter('[')
	if err != nil || !ok {
		return err
	}
	for j.dec.More() {
		if err := each(); err != nil {
			return err
		}
	}
	_, err = j.dec.Token()
	return err
}

// Decode reads one value. Parts of it that are of another kind than expected are left empty.
func (j *JSONReader) Decode(v any) error {
	err := j.dec.Decode(v)
	var wrongKind *json.UnmarshalTypeError
	if errors.As(err, &wrongKind) {
		return nil
	}
	return err
}

// Damage turns an error of the text into one that names the place; errors of the sink and of the context stay as they
// are.
func (j *JSONReader) Damage(err error, path string) error {
	reason := j.Wrong(err)
	if reason == "" {
		return err
	}
	line, _ := j.At()
	return fault.Wrap(err, fault.Invalid, "%s is damaged at line %d: %s.", path, line, EnglishReason(reason)).
		WithHint("What comes before it is used; download or copy the file again for the rest.")
}

// Wrong says what is wrong with the text, "" for errors of another kind. Whatever the decoder says of a value is such a
// fault too: a number beyond all bounds is no syntax error to it.
func (j *JSONReader) Wrong(err error) string {
	var syntax *json.SyntaxError
	var value *json.UnmarshalTypeError
	var number *strconv.NumError
	switch {
	case err == nil:
		return ""
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "it ends in the middle"
	case errors.As(err, &value), errors.As(err, &number):
		return "a number or word is too long"
	case errors.As(err, &syntax), j.guard.err != nil && errors.Is(err, j.guard.err):
		return err.Error()
	}
	return ""
}

// JSONText is a text; numbers and truth values are taken as text, anything else as none.
type JSONText string

// UnmarshalJSON implements json.Unmarshaler.
func (t *JSONText) UnmarshalJSON(b []byte) error {
	switch {
	case len(b) > 0 && b[0] == '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*t = JSONText(s)
	case len(b) > 0 && (b[0] == '{' || b[0] == '[') || string(b) == "null":
		*t = ""
	default:
		*t = JSONText(b)
	}
	return nil
}

// Line returns the text in one line.
func (t JSONText) Line() string { return CleanText(string(t), MaxText) }

// Number returns the text as a whole number, 0 when it is none.
func (t JSONText) Number() int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(string(t)), 10, 64)
	if err != nil {
		f, err := strconv.ParseFloat(strings.TrimSpace(string(t)), 64)
		if err != nil || f < -9e15 || f > 9e15 {
			return 0
		}
		return int64(f)
	}
	return n
}

// JSONList is a list of values; anything else counts as none.
type JSONList []json.RawMessage

// UnmarshalJSON implements json.Unmarshaler.
func (l *JSONList) UnmarshalJSON(b []byte) error {
	if len(b) == 0 || b[0] != '[' {
		*l = nil
		return nil
	}
	return json.Unmarshal(b, (*[]json.RawMessage)(l))
}

// Loose reads a value, leaving out what is of another kind than expected.
func Loose(b json.RawMessage, v any) bool {
	err := json.Unmarshal(b, v)
	var wrongKind *json.UnmarshalTypeError
	return err == nil || errors.As(err, &wrongKind)
}

// DetectJSON is how sure a format is of a JSON text that holds all of these names near its beginning.
func DetectJSON(head []byte, sure int, names ...string) int {
	start := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(start) == 0 || start[0] != '{' && start[0] != '[' {
		return 0
	}
	for _, name := range names {
		if !bytes.Contains(start, []byte(`"`+name+`"`)) {
			return 0
		}
	}
	return sure
}
