// Package table reads tables as programs and people really write them, and knows what their columns mean.
package table

import (
	"bytes"
	"context"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"gave.network/internal/intake/read"
	"gave.network/internal/text"
)

const (
	// maxQuoted is the most bytes that one row with a quote across lines may take. A quote that is open for longer was
	// never closed.
	maxQuoted = 1 << 20
	// maxCell is the most bytes of one cell that are kept.
	maxCell = 64 << 10
	// MaxCells is the most cells of one row that are kept.
	MaxCells = 4096
	// MaxHeaderRow is how many rows are looked at to find the header: exports put notes above it.
	MaxHeaderRow = 30
)

// Line is one line of a table, kept until the row it belongs to is whole.
type Line struct {
	Text   string
	long   bool // it was too long and is cut
	line   int64
	offset int64 // where it begins
	next   int64 // where the next one begins
}

// Row is one row. Its cells are valid until the next row is read.
type Row struct {
	Cells  []string
	Line   int64 // where it begins, 1-based
	Offset int64
	Next   int64  // where the next row begins
	Fault  string // why it may be wrong: a quote that is never closed, a line that is too long
}

// Blank says that no cell holds anything.
func (r *Row) Blank() bool {
	for _, cell := range r.Cells {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}

// Reader reads tables as programs really write them: any separator, quotes across lines, quotes in the middle of a
// cell, quotes that are never closed (the row ends with its line, and the next line is read anew), rows that are too
// short or too long. It holds at most maxQuoted bytes. Letters that are not UTF-8 are taken as Windows-1252.
type Reader struct {
	scan    *read.Lines
	Comma   byte
	pending []Line // to be read again after a quote that was never closed
	Row     Row

	// The row being read.
	field    []byte
	quoted   bool // inside a quote that is open
	lines    []Line
	openLine int // of lines, in which the quote was opened
	openAt   int // byte behind that quote
	openCell int // cells that were whole by then
}

// NewReader reads a table from the beginning of a stream, and guesses its separator.
func NewReader(r io.Reader, size int64) *Reader {
	t := &Reader{scan: read.NewLines(&read.Source{Reader: read.PlainText(r), Size: size})}
	head := t.scan.Peek(16 << 10)
	if comma, ok := StatedSeparator(read.FirstLine(head)); ok {
		t.scan.Next()
		t.Comma = comma
		return t
	}
	t.Comma = separatorOf(head)
	return t
}

var separatorLine = regexp.MustCompile(`(?i)^"?sep=(.)"?,*;*$`)

// StatedSeparator reads the first line that Excel understands: sep=;
func StatedSeparator(line []byte) (byte, bool) {
	m := separatorLine.FindSubmatch(line)
	if m == nil {
		return 0, false
	}
	return m[1][0], true
}

// separatorOf guesses what stands between the cells: the sign that most lines have, and equally often.
func separatorOf(head []byte) byte {
	best, bestScore := byte(','), 0
	for _, comma := range []byte{',', ';', '\t', '|'} {
		counts := map[int]int{}
		rest, lines := head, 0
		for len(rest) > 0 && lines < 40 {
			line, after, whole := bytes.Cut(rest, []byte{'\n'})
			rest = after
			if !whole && lines > 0 {
				break // cut off
			}
			lines++
			if n := countOutsideQuotes(line, comma); n > 0 {
				counts[n]++
			}
		}
		score := 0
		for n, times := range counts {
			// Many lines alike count most, then many cells.
			score = max(score, times*1000+min(n, 99))
		}
		if score > bestScore {
			best, bestScore = comma, score
		}
	}
	return best
}

func countOutsideQuotes(line []byte, comma byte) int {
	n, quoted := 0, false
	for _, c := range line {
		switch c {
		case '"':
			quoted = !quoted
		case comma:
			if !quoted {
				n++
			}
		}
	}
	return n
}

func (t *Reader) line() (Line, bool) {
	if len(t.pending) > 0 {
		l := t.pending[0]
		t.pending = t.pending[1:]
		return l, true
	}
	number, offset := t.scan.Line, t.scan.Offset
	b, long, ok := t.scan.Next()
	if !ok {
		return Line{}, false
	}
	return Line{read.UTF8Text(b), long, number, offset, t.scan.Offset}, true
}

// Next returns the next row that is not an empty line. ok is false at the end of the stream.
func (t *Reader) Next() (row *Row, ok bool) {
	for {
		line, ok := t.line()
		if !ok {
			return nil, false
		}
		if strings.TrimSpace(line.Text) == "" && t.Comma != '\t' {
			continue
		}
		t.Begin(line)
		if line.long {
			t.Row.Fault = read.Because("the line is longer than %s MB", "1")
			t.Split(line.Text)
			return &t.Row, true
		}
		done, _ := t.Take(line.Text)
		size := len(line.Text)
		for !done {
			more, ok := t.line()
			size += len(more.Text) + 1
			if ok {
				t.lines = append(t.lines, more)
			}
			if !ok || more.long || size > maxQuoted {
				t.recover()
				break
			}
			var broken bool
			if done, broken = t.Take(more.Text); broken {
				t.recover()
				break
			}
		}
		t.Row.Next = t.lines[len(t.lines)-1].next
		if len(t.Row.Cells) == 1 && t.Row.Cells[0] == "" {
			continue
		}
		return &t.Row, true
	}
}

// Begin makes a line the first of a new row.
func (t *Reader) Begin(line Line) {
	t.Row = Row{Cells: t.Row.Cells[:0], Line: line.line, Offset: line.offset, Next: line.next}
	t.lines = append(t.lines[:0], line)
	t.quoted = false
}

func (t *Reader) push(cell string) {
	if len(t.Row.Cells) < MaxCells {
		t.Row.Cells = append(t.Row.Cells, read.Cut(cell, maxCell))
	}
}

// Take reads one line of the row. done says that the row is whole, broken that the quote it stands in was meant to
// end on an earlier line.
func (t *Reader) Take(s string) (done, broken bool) {
	i := 0
	for {
		if !t.quoted {
			at := i
			for at < len(s) && s[at] == ' ' {
				at++
			}
			if at < len(s) && s[at] == '"' {
				t.quoted, t.field = true, t.field[:0]
				t.openLine, t.openAt, t.openCell = len(t.lines)-1, at+1, len(t.Row.Cells)
				i = at + 1
				continue
			}
			end := strings.IndexByte(s[i:], t.Comma)
			if end < 0 {
				t.push(s[i:])
				return true, false
			}
			t.push(s[i : i+end])
			i += end + 1
			continue
		}
		end := strings.IndexByte(s[i:], '"')
		if end < 0 {
			t.keep(s[i:])
			t.keep("\n")
			return false, false
		}
		t.keep(s[i : i+end])
		i += end + 1
		if i < len(s) && s[i] == '"' {
			t.keep(`"`)
			i++
			continue
		}
		after := i
		for after < len(s) && (s[after] == ' ' || s[after] == '\r') {
			after++
		}
		switch {
		case after == len(s):
			t.push(string(t.field))
			return true, false
		case s[after] == t.Comma:
			t.push(string(t.field))
			t.quoted = false
			i = after + 1
		case len(t.lines)-1 > t.openLine:
			// Inside a quote from an earlier line a lone quote can only be the beginning of another cell.
			return false, true
		default:
			t.keep(`"`)
		}
	}
}

func (t *Reader) keep(s string) {
	if len(t.field) < maxCell {
		t.field = append(t.field, s...)
	}
}

// recover ends the row with the line in which its last quote was opened; what follows is read anew.
func (t *Reader) recover() {
	t.Row.Fault = "a quote is opened and not closed"
	t.Row.Cells = t.Row.Cells[:t.openCell]
	rest := t.lines[t.openLine+1:]
	if len(rest) > 0 {
		t.pending = append(append([]Line{}, rest...), t.pending...)
	}
	t.lines = t.lines[:t.openLine+1]
	t.Split(t.lines[t.openLine].Text[t.openAt:])
}

// Split takes the cells of a text without regard to quotes.
func (t *Reader) Split(s string) {
	for cell := range strings.SplitSeq(s, string(t.Comma)) {
		t.push(strings.Trim(cell, `" `))
	}
}

// Table is a table whose header is known.
type Table struct {
	*Reader
	Header []string       // as written
	Keys   []string       // as HeaderKey gives them
	Column map[string]int // key -> column
}

// HeaderKey gives a column's name in the form in which it is compared: small letters and digits, single spaces.
func HeaderKey(name string) string {
	var out strings.Builder
	space := false
	for _, r := range text.Fold(read.Cut(name, 200)) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '#' {
			space = out.Len() > 0
			continue
		}
		if space {
			out.WriteByte(' ')
			space = false
		}
		out.WriteRune(r)
	}
	return out.String()
}

// HeaderKeys gives the names of columns in the form in which they are compared.
func HeaderKeys(cells []string) []string {
	keys := make([]string, len(cells))
	for i, cell := range cells {
		keys[i] = HeaderKey(cell)
	}
	return keys
}

// SetHeader makes a row the header. Of two columns with one name the first counts.
func (t *Table) SetHeader(cells []string) {
	t.Header = append([]string(nil), cells...)
	t.Keys = HeaderKeys(cells)
	t.Column = make(map[string]int, len(cells))
	for i, key := range t.Keys {
		if _, ok := t.Column[key]; !ok && key != "" {
			t.Column[key] = i
		}
	}
}

// Open reads a table up to its header: the first row that is accepted. It returns nil when there is none among
// the first rows.
func Open(r io.Reader, size int64, accept func(keys []string) bool) *Table {
	t := &Table{Reader: NewReader(r, size)}
	for range MaxHeaderRow {
		row, ok := t.Next()
		if !ok {
			return nil
		}
		if row.Fault == "" && accept(HeaderKeys(row.Cells)) {
			t.SetHeader(row.Cells)
			return t
		}
	}
	return nil
}

// Get returns a cell of the first of the named columns that has something in this row, in one line.
func (t *Table) Get(row *Row, keys ...string) string {
	for _, key := range keys {
		if i, ok := t.Column[key]; ok && i < len(row.Cells) {
			if s := read.CleanText(row.Cells[i], read.MaxText); s != "" {
				return s
			}
		}
	}
	return ""
}

// Whole returns a cell with its lines.
func (t *Table) Whole(row *Row, keys ...string) string {
	for _, key := range keys {
		if i, ok := t.Column[key]; ok && i < len(row.Cells) {
			if s := read.WholeText(row.Cells[i]); s != "" {
				return s
			}
		}
	}
	return ""
}

// HasKeys says that the header has all of these columns.
func HasKeys(keys []string, wanted ...string) bool {
	for _, want := range wanted {
		found := false
		for _, key := range keys {
			found = found || key == want
		}
		if !found {
			return false
		}
	}
	return true
}

// HeadRows reads the first rows of what may be a table. It returns nil when the text is surely something else.
func HeadRows(head []byte) [][]string {
	start := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(start) == 0 || bytes.IndexByte(start[:min(len(start), 1024)], 0) >= 0 {
		return nil
	}
	switch {
	case start[0] == '{', start[0] == '[', start[0] == '<', start[0] == '*', start[0] == '%',
		bytes.HasPrefix(start, []byte("BEGIN:")), bytes.HasPrefix(start, []byte("From ")):
		return nil
	}
	part := head[:min(len(head), 16<<10)]
	t := NewReader(bytes.NewReader(part), int64(len(part)))
	var rows [][]string
	for range MaxHeaderRow {
		row, ok := t.Next()
		if !ok || len(part) < len(head) && t.scan.EOF && t.scan.Start == t.scan.End {
			break
		}
		rows = append(rows, append([]string(nil), row.Cells...))
	}
	return rows
}

// Detect is how sure a format is of a table: sure when one of the first rows is accepted as its header.
func Detect(head []byte, sure int, accept func(keys []string) bool) int {
	for _, row := range HeadRows(head) {
		if accept(HeaderKeys(row)) {
			return sure
		}
	}
	return 0
}

// EachRow calls take for every row of the table, and reports rows that cannot be read. Rows of which a quote was not
// closed are taken when they have as many cells as the header.
func (t *Table) EachRow(ctx context.Context, out *read.Emitter, take func(row *Row) error) error {
	for n := 0; ; n++ {
		if n%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		row, ok := t.Next()
		if !ok {
			return t.scan.Err
		}
		if row.Blank() {
			continue
		}
		out.Place(row.Line, row.Offset)
		var err error
		if row.Fault != "" && len(row.Cells) != len(t.Header) {
			err = out.Reject(row.Fault)
		} else {
			err = take(row)
		}
		if err != nil {
			return err
		}
	}
}

// Sample returns the first rows without passing them.
func (t *Table) Sample() [][]string {
	head := t.scan.Peek(256 << 10)
	ahead := &Reader{
		scan: read.NewLines(&read.Source{Reader: bytes.NewReader(head), Size: int64(len(head))}), Comma: t.Comma,
	}
	var rows [][]string
	for range 1000 {
		row, ok := ahead.Next()
		if !ok || ahead.scan.EOF && ahead.scan.Start == ahead.scan.End && len(head) == 256<<10 {
			break
		}
		rows = append(rows, slices.Clone(row.Cells))
	}
	return rows
}

// ColumnNames returns the first names of the header for people, "?" when it has none.
func (t *Table) ColumnNames() []string {
	var names []string
	for _, h := range t.Header {
		if h = read.CleanText(h, 60); h != "" && len(names) < 40 {
			names = append(names, h)
		}
	}
	if len(names) == 0 {
		return []string{"?"}
	}
	return names
}
