package intake

import (
	"bytes"
	"context"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"gave.network/internal/text"
)

const (
	// maxQuoted is the most bytes that one row with a quote across lines may take. A quote that is open for longer was
	// never closed.
	maxQuoted = 1 << 20
	// maxCell is the most bytes of one cell that are kept.
	maxCell = 64 << 10
	// maxCells is the most cells of one row that are kept.
	maxCells = 4096
	// maxHeaderRow is how many rows are looked at to find the header: exports put notes above it.
	maxHeaderRow = 30
)

// csvLine is one line of a table, kept until the row it belongs to is whole.
type csvLine struct {
	text   string
	long   bool // it was too long and is cut
	line   int64
	offset int64 // where it begins
	next   int64 // where the next one begins
}

// csvRow is one row. Its cells are valid until the next row is read.
type csvRow struct {
	cells  []string
	line   int64 // where it begins, 1-based
	offset int64
	next   int64  // where the next row begins
	fault  string // why it may be wrong: a quote that is never closed, a line that is too long
}

// blank says that no cell holds anything.
func (r *csvRow) blank() bool {
	for _, cell := range r.cells {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}

// csvReader reads tables as programs really write them: any separator, quotes across lines, quotes in the middle of a
// cell, quotes that are never closed (the row ends with its line, and the next line is read anew), rows that are too
// short or too long. It holds at most maxQuoted bytes. Letters that are not UTF-8 are taken as Windows-1252.
type csvReader struct {
	scan    *lineScanner
	comma   byte
	pending []csvLine // to be read again after a quote that was never closed
	row     csvRow

	// The row being read.
	field    []byte
	quoted   bool // inside a quote that is open
	lines    []csvLine
	openLine int // of lines, in which the quote was opened
	openAt   int // byte behind that quote
	openCell int // cells that were whole by then
}

// newCSVReader reads a table from the beginning of a stream, and guesses its separator.
func newCSVReader(r io.Reader, size int64) *csvReader {
	t := &csvReader{scan: newLineScanner(&Source{Reader: plainText(r), Size: size})}
	head := t.scan.peek(16 << 10)
	if comma, ok := statedSeparator(firstLine(head)); ok {
		t.scan.next()
		t.comma = comma
		return t
	}
	t.comma = separatorOf(head)
	return t
}

var separatorLine = regexp.MustCompile(`(?i)^"?sep=(.)"?,*;*$`)

// statedSeparator reads the first line that Excel understands: sep=;
func statedSeparator(line []byte) (byte, bool) {
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

func (t *csvReader) line() (csvLine, bool) {
	if len(t.pending) > 0 {
		l := t.pending[0]
		t.pending = t.pending[1:]
		return l, true
	}
	number, offset := t.scan.line, t.scan.offset
	b, long, ok := t.scan.next()
	if !ok {
		return csvLine{}, false
	}
	return csvLine{utf8Text(b), long, number, offset, t.scan.offset}, true
}

// next returns the next row that is not an empty line. ok is false at the end of the stream.
func (t *csvReader) next() (row *csvRow, ok bool) {
	for {
		line, ok := t.line()
		if !ok {
			return nil, false
		}
		if strings.TrimSpace(line.text) == "" && t.comma != '\t' {
			continue
		}
		t.begin(line)
		if line.long {
			t.row.fault = because("the line is longer than %s MB", "1")
			t.split(line.text)
			return &t.row, true
		}
		done, _ := t.take(line.text)
		size := len(line.text)
		for !done {
			more, ok := t.line()
			size += len(more.text) + 1
			if ok {
				t.lines = append(t.lines, more)
			}
			if !ok || more.long || size > maxQuoted {
				t.recover()
				break
			}
			var broken bool
			if done, broken = t.take(more.text); broken {
				t.recover()
				break
			}
		}
		t.row.next = t.lines[len(t.lines)-1].next
		if len(t.row.cells) == 1 && t.row.cells[0] == "" {
			continue
		}
		return &t.row, true
	}
}

func (t *csvReader) begin(line csvLine) {
	t.row = csvRow{cells: t.row.cells[:0], line: line.line, offset: line.offset, next: line.next}
	t.lines = append(t.lines[:0], line)
	t.quoted = false
}

func (t *csvReader) push(cell string) {
	if len(t.row.cells) < maxCells {
		t.row.cells = append(t.row.cells, cut(cell, maxCell))
	}
}

// take reads one line of the row. done says that the row is whole, broken that the quote it stands in was meant to
// end on an earlier line.
func (t *csvReader) take(s string) (done, broken bool) {
	i := 0
	for {
		if !t.quoted {
			at := i
			for at < len(s) && s[at] == ' ' {
				at++
			}
			if at < len(s) && s[at] == '"' {
				t.quoted, t.field = true, t.field[:0]
				t.openLine, t.openAt, t.openCell = len(t.lines)-1, at+1, len(t.row.cells)
				i = at + 1
				continue
			}
			end := strings.IndexByte(s[i:], t.comma)
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
		case s[after] == t.comma:
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

func (t *csvReader) keep(s string) {
	if len(t.field) < maxCell {
		t.field = append(t.field, s...)
	}
}

// recover ends the row with the line in which its last quote was opened; what follows is read anew.
func (t *csvReader) recover() {
	t.row.fault = "a quote is opened and not closed"
	t.row.cells = t.row.cells[:t.openCell]
	rest := t.lines[t.openLine+1:]
	if len(rest) > 0 {
		t.pending = append(append([]csvLine{}, rest...), t.pending...)
	}
	t.lines = t.lines[:t.openLine+1]
	t.split(t.lines[t.openLine].text[t.openAt:])
}

// split takes the cells of a text without regard to quotes.
func (t *csvReader) split(s string) {
	for cell := range strings.SplitSeq(s, string(t.comma)) {
		t.push(strings.Trim(cell, `" `))
	}
}

// csvTable is a table whose header is known.
type csvTable struct {
	*csvReader
	header []string       // as written
	keys   []string       // as headerKey gives them
	column map[string]int // key -> column
}

// headerKey gives a column's name in the form in which it is compared: small letters and digits, single spaces.
func headerKey(name string) string {
	var out strings.Builder
	space := false
	for _, r := range text.Fold(cut(name, 200)) {
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

func headerKeys(cells []string) []string {
	keys := make([]string, len(cells))
	for i, cell := range cells {
		keys[i] = headerKey(cell)
	}
	return keys
}

// setHeader makes a row the header. Of two columns with one name the first counts.
func (t *csvTable) setHeader(cells []string) {
	t.header = append([]string(nil), cells...)
	t.keys = headerKeys(cells)
	t.column = make(map[string]int, len(cells))
	for i, key := range t.keys {
		if _, ok := t.column[key]; !ok && key != "" {
			t.column[key] = i
		}
	}
}

// openTable reads a table up to its header: the first row that is accepted. It returns nil when there is none among
// the first rows.
func openTable(r io.Reader, size int64, accept func(keys []string) bool) *csvTable {
	t := &csvTable{csvReader: newCSVReader(r, size)}
	for range maxHeaderRow {
		row, ok := t.next()
		if !ok {
			return nil
		}
		if row.fault == "" && accept(headerKeys(row.cells)) {
			t.setHeader(row.cells)
			return t
		}
	}
	return nil
}

// get returns a cell of the first of the named columns that has something in this row, in one line.
func (t *csvTable) get(row *csvRow, keys ...string) string {
	for _, key := range keys {
		if i, ok := t.column[key]; ok && i < len(row.cells) {
			if s := cleanText(row.cells[i], maxText); s != "" {
				return s
			}
		}
	}
	return ""
}

// whole returns a cell with its lines.
func (t *csvTable) whole(row *csvRow, keys ...string) string {
	for _, key := range keys {
		if i, ok := t.column[key]; ok && i < len(row.cells) {
			if s := wholeText(row.cells[i]); s != "" {
				return s
			}
		}
	}
	return ""
}

// has says that the header has all of these columns.
func hasKeys(keys []string, wanted ...string) bool {
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

// headRows reads the first rows of what may be a table. It returns nil when the text is surely something else.
func headRows(head []byte) [][]string {
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
	t := newCSVReader(bytes.NewReader(part), int64(len(part)))
	var rows [][]string
	for range maxHeaderRow {
		row, ok := t.next()
		if !ok || len(part) < len(head) && t.scan.eof && t.scan.start == t.scan.end {
			break
		}
		rows = append(rows, append([]string(nil), row.cells...))
	}
	return rows
}

// detectTable is how sure a format is of a table: sure when one of the first rows is accepted as its header.
func detectTable(head []byte, sure int, accept func(keys []string) bool) int {
	for _, row := range headRows(head) {
		if accept(headerKeys(row)) {
			return sure
		}
	}
	return 0
}

// eachRow calls take for every row of the table, and reports rows that cannot be read. Rows of which a quote was not
// closed are taken when they have as many cells as the header.
func (t *csvTable) eachRow(ctx context.Context, out *rowSink, take func(row *csvRow) error) error {
	for n := 0; ; n++ {
		if n%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		row, ok := t.next()
		if !ok {
			return t.scan.err
		}
		if row.blank() {
			continue
		}
		out.place(row.line, row.offset)
		var err error
		if row.fault != "" && len(row.cells) != len(t.header) {
			err = out.reject(row.fault)
		} else {
			err = take(row)
		}
		if err != nil {
			return err
		}
	}
}

// sample returns the first rows without passing them.
func (t *csvTable) sample() [][]string {
	head := t.scan.peek(256 << 10)
	ahead := &csvReader{
		scan: newLineScanner(&Source{Reader: bytes.NewReader(head), Size: int64(len(head))}), comma: t.comma,
	}
	var rows [][]string
	for range 1000 {
		row, ok := ahead.next()
		if !ok || ahead.scan.eof && ahead.scan.start == ahead.scan.end && len(head) == 256<<10 {
			break
		}
		rows = append(rows, slices.Clone(row.cells))
	}
	return rows
}

func (t *csvTable) columnNames() []string {
	var names []string
	for _, h := range t.header {
		if h = cleanText(h, 60); h != "" && len(names) < 40 {
			names = append(names, h)
		}
	}
	if len(names) == 0 {
		return []string{"?"}
	}
	return names
}
