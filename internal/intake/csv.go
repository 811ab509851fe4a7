package intake

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"regexp"
	"strings"
	"unicode"

	"gave.network/internal/fault"
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

// plainText takes the byte order mark off a text and turns UTF-16 into UTF-8. The opener does so for single files; the
// files of a tree come as they are stored.
func plainText(r io.Reader) io.Reader {
	b := bufio.NewReaderSize(r, 4<<10)
	head, _ := b.Peek(64)
	if encoding := textEncoding(head); encoding != nil {
		return encoding.NewDecoder().Reader(b)
	}
	return b
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

// maxText is the most characters of a short text that are kept.
const maxText = 500

// wholeText cleans a text of several lines.
func wholeText(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(s, "\r", ""), "\x00", ""))
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

// rowSink hands on what is found in the rows of a table that is read from its start, and passes over the rows that were
// stored before.
type rowSink struct {
	src  *Source
	sink Sink
	file string // of a tree
	at   At
	step int64 // of a tree: where to go on
	used int   // rows that name somebody
	// silent says that what is read was stored before.
	silent bool
	// failed is what the sink returned.
	failed error
}

// row sets the place of what is emitted next. Reading goes on with this very row after a stop, so that a row that
// gives more than one record is never stored in half.
func (r *rowSink) row(row *csvRow) {
	r.place(row.line, row.offset)
}

func (r *rowSink) place(line, offset int64) {
	r.at = At{File: r.file, Line: line, Offset: offset, Next: offset}
	if r.file != "" {
		r.at.Next = r.step
	}
}

// passed says that the record at hand was stored before.
func (r *rowSink) passed() bool { return r.silent || r.file == "" && r.at.Offset < r.src.Resume }

func (r *rowSink) heed(err error) error {
	if err != nil {
		r.failed = err
	}
	return err
}

func (r *rowSink) contact(c Contact) error {
	if r.passed() {
		return nil
	}
	return r.heed(r.sink.Contact(r.at, c))
}

// person hands on the contact of a row and what of it could not be used, or why none of it can.
func (r *rowSink) person(c Contact, faults []string) error {
	if reason := c.unusable(); reason != "" {
		return r.reject(reason)
	}
	r.used++
	if err := r.contact(c); err != nil {
		return err
	}
	for _, fault := range faults {
		if err := r.reject(fault); err != nil {
			return err
		}
	}
	return nil
}

// someRow is a fault when no row of a table could be used: nothing was done.
func (r *rowSink) someRow() error {
	if r.used > 0 {
		return nil
	}
	return fault.New(fault.Invalid, "%s is a table without a row that names anybody.", r.src.Path).
		WithHint("Look whether the export holds what you meant, and whether the names of the columns stand in its " +
			"first row.")
}

func (r *rowSink) interaction(i Interaction) error {
	if r.passed() {
		return nil
	}
	return r.heed(r.sink.Interaction(r.at, i))
}

func (r *rowSink) statement(s Statement) error {
	if r.passed() {
		return nil
	}
	return r.heed(r.sink.Statement(r.at, s))
}

func (r *rowSink) praise(p Praise) error {
	if r.passed() {
		return nil
	}
	return r.heed(r.sink.Praise(r.at, p))
}

func (r *rowSink) reject(reason string) error {
	if r.passed() {
		return nil
	}
	return r.heed(r.sink.Reject(r.at, reason))
}

func (r *rowSink) skip(reason string) {
	if !r.passed() {
		r.src.Skip(reason)
	}
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
		out.row(row)
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
