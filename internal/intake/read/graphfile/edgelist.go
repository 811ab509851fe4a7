package graphfile

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/table"
)

// EdgeList reads networks without headings: two names and perhaps a weight in each line, a name and all its
// neighbours in each line, or a matrix
// of names by names or of numbers only.
var EdgeList = read.Format{
	Name: "edgelist", Title: "edge list, adjacency list or matrix",
	How:       "Two names in each row, a name with its neighbours, or a matrix with names along its sides.",
	FromStart: true, Detect: detectEdgeList,
	Read: readEdgeList,
}

// listShape is how the lines of a network without headings are to be taken.
type listShape struct {
	kind      listKind
	separator byte // 0 for blanks
	arrow     string
	heading   bool // the first line says what the columns are
	numbers   bool // there is nothing but numbers
	meets     bool // somebody stands at both ends of ties, or more than once at one
}

// listKind is what a line of the list is.
type listKind int

const (
	noList      listKind = iota
	pairs                // two ends, and perhaps a weight
	neighbours           // a node and those it has a tie to
	nameMatrix           // a node, and the weight of its tie to each of the nodes in the first line
	plainMatrix          // numbers only: as many lines as columns
)

// listArrows are signs between two names that some write instead of a separator.
var listArrows = []string{"<->", "-->", "->", "=>", "→", "↔", "--"}

// listLine splits one line of a list into its fields. The values of attributes that networkx writes behind them are
// taken off.
func (s *listShape) fields(line string) []string {
	line = strings.TrimRight(line, "\r\n")
	attributes := ""
	if open := strings.IndexByte(line, '{'); open > 0 && strings.HasSuffix(strings.TrimSpace(line), "}") {
		line, attributes = line[:open], line[open:]
	}
	var fields []string
	switch {
	case s.arrow != "":
		fields = strings.Split(line, s.arrow)
	case s.separator == 0:
		fields = quotedFields(line)
	default:
		t := table.Reader{Comma: s.separator}
		t.Begin(table.Line{Text: line})
		if done, _ := t.Take(line); !done {
			t.Row.Cells = t.Row.Cells[:0]
			t.Split(line)
		}
		fields = t.Row.Cells
	}
	for i := range fields {
		fields[i] = read.CleanText(strings.Trim(strings.TrimSpace(fields[i]), `"'`), read.MaxText)
	}
	if _, weight, ok := strings.Cut(attributes, "weight"); ok {
		weight = strings.TrimLeft(weight, `'": `)
		end := strings.IndexAny(weight, ",}")
		fields = append(fields, strings.TrimSpace(weight[:max(0, end)]))
	}
	return fields
}

// quotedFields splits a line at blanks that do not stand in quotes.
func quotedFields(line string) []string {
	if !strings.ContainsAny(line, `"`) {
		return strings.Fields(line)
	}
	quoted := false
	return strings.FieldsFunc(line, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return !quoted && unicode.IsSpace(r)
	})
}

// isListComment says that a line of a list says nothing.
func isListComment(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || line[0] == '#' || line[0] == '%' || strings.HasPrefix(line, "//")
}

// isNumeric says that a field is a number, in any way of writing one.
func isNumeric(s string) bool {
	_, ok := parseWeight(s)
	return ok
}

// maxListed is how many lines are looked at to find out the shape of a list.
const maxListed = 400

// shapeOf finds out how the lines of a text can be a network; kind is noList when they cannot.
func shapeOf(text string, whole bool) listShape {
	var lines []string
	for rest := text; rest != "" && len(lines) < maxListed; {
		line, after, ended := strings.Cut(rest, "\n")
		rest = after
		if !ended && !whole && len(lines) > 0 {
			whole = false
			break // cut off
		}
		if sep, ok := table.StatedSeparator([]byte(strings.TrimSpace(line))); ok && len(lines) == 0 {
			_ = sep
			continue
		}
		if !isListComment(line) {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return listShape{}
	}
	for _, s := range separatorsOf(lines) {
		if s.judge(lines, whole && len(lines) < maxListed); s.kind != noList {
			return s
		}
	}
	return listShape{}
}

// separatorsOf returns the ways in which all lines can be split, the surest first.
func separatorsOf(lines []string) []listShape {
	every := func(sign string) bool {
		for _, line := range lines {
			if !strings.Contains(line, sign) {
				return false
			}
		}
		return true
	}
	var list []listShape
	for _, arrow := range listArrows {
		if every(arrow) {
			return []listShape{{arrow: arrow}}
		}
	}
	for _, sign := range []byte{'\t', ';', '|', ','} {
		if most := slices.IndexFunc(lines, func(line string) bool {
			return strings.IndexByte(line, sign) >= 0
		}); most >= 0 && (every(string(sign)) || len(lines) > 2 && most <= 1) {
			list = append(list, listShape{separator: sign})
		}
	}
	return append(list, listShape{})
}

// judge finds out what lines are when they are split like this. all says that there are no more than these.
func (s *listShape) judge(lines []string, all bool) {
	var rows [][]string
	for _, line := range lines {
		fields := s.fields(line)
		for len(fields) > 2 && fields[len(fields)-1] == "" && s.separator != 0 {
			fields = fields[:len(fields)-1] // empty cells at the end of a row of a sheet
		}
		rows = append(rows, slices.Clone(fields))
	}
	switch {
	case s.isNameMatrix(lines):
		s.kind = nameMatrix
	case s.isPlainMatrix(rows, all):
		s.kind, s.numbers = plainMatrix, true
	case s.isPairs(rows):
		s.kind = pairs
	case s.isNeighbours(rows):
		s.kind = neighbours
	}
}

// isPairs says that every row is two ends, with at most a weight and something more.
func (s *listShape) isPairs(rows [][]string) bool {
	head := table.HeaderKeys(rows[0])
	_, ends := tieColumnsOf(head)
	s.heading = len(rows) > 1 &&
		(ends || len(rows[0]) > 2 && !isNumeric(rows[0][2]) && len(rows[1]) > 2 && isNumeric(rows[1][2]) ||
			!isNumeric(rows[0][0]) && !isNumeric(rows[0][1%len(rows[0])]) &&
				len(rows) > 2 && slices.IndexFunc(rows[1:], func(row []string) bool {
				return len(row) < 2 || !isNumeric(row[0]) || !isNumeric(row[1])
			}) < 0 || isColumnWord(head[0]))
	body := rows
	if s.heading {
		body = rows[1:]
	}
	s.numbers = true
	first, second := map[string]int{}, map[string]int{}
	numbers := [2]int{}
	for _, row := range body {
		if len(row) < 2 || len(row) > 4 || row[0] == "" || row[1] == "" ||
			len(row) > 2 && row[2] != "" && !isNumeric(row[2]) {
			return false
		}
		for i, end := range row[:2] {
			if isNumeric(end) {
				numbers[i]++
			} else {
				s.numbers = false
				if !canBeNode(end) {
					return false
				}
			}
		}
		first[row[0]]++
		second[row[1]]++
	}
	for name, times := range first {
		s.meets = s.meets || second[name] > 0 || times > 1
	}
	for _, times := range second {
		s.meets = s.meets || times > 1
	}
	if numbers[0] != numbers[1] && (numbers[0] == 0 || numbers[1] == 0) {
		return false // a word and a number
	}
	mixed := 0
	for name := range first {
		if read.CleanAddress(name) != "" {
			mixed++
		}
	}
	for name := range second {
		if read.CleanAddress(name) != "" {
			mixed--
		}
	}
	// A name and an address in each line are people, not ties.
	return mixed < len(body)/2+1 && mixed > -len(body)/2-1
}

// isColumnWord says that a first cell is the head of a column and nobody.
func isColumnWord(key string) bool {
	return columnWords[key] || tieFrom[key]
}

var columnWords = read.WordSet("head.column")

// canBeNode says that a text can be what somebody is called.
func canBeNode(s string) bool {
	return len(s) <= 80 && len(strings.Fields(s)) <= 6 && !strings.Contains(s, "://") &&
		!strings.ContainsAny(s, "<>{}=?!") && !strings.HasSuffix(s, ".") ||
		read.CleanAddress(s) != ""
}

// isNeighbours says that every row is somebody and those they have a tie to.
func (s *listShape) isNeighbours(rows [][]string) bool {
	if s.separator == 0 && s.arrow == "" && len(rows) < 2 {
		return false
	}
	s.heading = len(rows) > 1 && isColumnWord(table.HeaderKey(rows[0][0]))
	body := rows
	if s.heading {
		body = rows[1:]
	}
	owners, known, others := map[string]bool{}, 0, 0
	s.numbers = true
	for _, row := range body {
		if len(row) == 0 || row[0] == "" {
			return false
		}
		for _, cell := range row {
			if cell != "" && !canBeNode(cell) {
				return false
			}
			s.numbers = s.numbers && (cell == "" || isNumeric(cell))
		}
		owners[row[0]] = true
	}
	for _, row := range body {
		for _, cell := range row[1:] {
			switch {
			case cell == "":
			case owners[cell]:
				known++
			default:
				others++
			}
		}
	}
	s.meets = known > 0
	// In a table of anything else the cells of a row name nobody who has a row.
	return len(owners) == len(body) && known > 0 && known*2 >= others
}

// isNameMatrix says that the first line holds the names that the other lines begin with.
func (s *listShape) isNameMatrix(lines []string) bool {
	if len(lines) < 3 {
		return false
	}
	head := s.fields(lines[0])
	second := s.fields(lines[1])
	if len(head) == len(second)-1 {
		head = append([]string{""}, head...) // as R writes it
	}
	names, numbers := map[string]bool{}, true
	for _, name := range head[1:] {
		if name != "" {
			names[name] = true
			numbers = numbers && isNumeric(name)
		}
	}
	if numbers && isNumeric(head[0]) {
		return false // nothing but numbers
	}
	found := 0
	for _, line := range lines[1:] {
		row := s.fields(line)
		if len(row) < 2 || len(row) > len(head) {
			return false
		}
		if names[row[0]] {
			found++
		}
		for _, cell := range row[1:] {
			if cell != "" && !isNumeric(cell) && !read.IsYes(cell) && !strings.EqualFold(cell, "x") && cell != "-" {
				return false
			}
		}
	}
	return len(names) > 1 && found >= 2 && found*5 >= (len(lines)-1)*4
}

// isPlainMatrix says that there are as many lines of numbers as columns. all says that these are all lines.
func (s *listShape) isPlainMatrix(rows [][]string, all bool) bool {
	if !all || len(rows) < 4 {
		return false
	}
	for _, row := range rows {
		if len(row) != len(rows) {
			return false
		}
		for _, cell := range row {
			if !isNumeric(cell) {
				return false
			}
		}
	}
	return true
}

// detectEdgeList knows a list by the name of its file, or by what its lines have in common: two words in a line may
// be anything.
func detectEdgeList(head []byte, name string) int {
	start := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(start) == 0 || bytes.IndexByte(start[:min(len(start), 1024)], 0) >= 0 || start[0] == '<' ||
		start[0] == '{' || start[0] == '[' || start[0] == '*' {
		return 0
	}
	ext := strings.ToLower(path.Ext(strings.TrimSuffix(name, ".gz")))
	told := slices.Contains([]string{".el", ".wel", ".edges", ".edgelist", ".ncol", ".adj", ".adjlist"}, ext)
	if !told && !slices.Contains([]string{".txt", ".csv", ".tsv", ".tab", ".dat", ".mtx", ".mat", ""}, ext) {
		return 0
	}
	s := shapeOf(read.UTF8Text(start), len(head) < read.HeadSize)
	switch {
	case s.kind == noList:
		return 0
	case told:
		return 85
	case s.kind == nameMatrix:
		return 86
	case s.numbers:
		return 35
	case s.separator == 0 && s.arrow == "" && !weighted(start):
		// Words with blanks between them: a list of ties only when all are pairs and meet one another.
		if s.kind == pairs && s.meets && bytes.Count(start, []byte{'\n'}) > 1 {
			return 32
		}
		return 0
	case s.kind == neighbours:
		return 43
	case s.meets || weighted(start) || s.arrow != "":
		return 44
	}
	return 0
}

// weighted says that every line ends with a number behind two other fields.
func weighted(start []byte) bool {
	lines := 0
	for line := range bytes.Lines(start) {
		text := strings.TrimSpace(string(line))
		if isListComment(text) || !bytes.HasSuffix(line, []byte{'\n'}) && lines > 0 {
			continue
		}
		at := strings.LastIndexAny(text, ",;\t |")
		if at < 0 || !isNumeric(text[at+1:]) || isNumeric(text[:at]) ||
			!strings.ContainsAny(strings.TrimSpace(text[:at]), ",;\t |") {
			return false
		}
		if lines++; lines > maxListed {
			break
		}
	}
	return lines > 0
}

// SIF reads the simple format of Cytoscape: somebody, the kind of tie, and those at its other end.
var SIF = read.Format{
	Name: "sif", Title: "SIF (Cytoscape)",
	How:       "In Cytoscape choose File, Export, Network to file, SIF.",
	FromStart: true, Detect: func(_ []byte, name string) int {
		if strings.EqualFold(path.Ext(name), ".sif") {
			return 90
		}
		return 0
	}, Read: readSIF,
}

func readSIF(ctx context.Context, src *read.Source, sink read.Sink) error {
	content, err := networkText(src)
	if err != nil {
		return err
	}
	n := newNetworkReader(src, sink)
	n.out.Silent = src.Resume > 0
	line := int64(0)
	for text := range strings.SplitSeq(content, "\n") {
		line++
		if line%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		n.out.Place(line, 0)
		s := listShape{}
		if strings.Contains(text, "\t") {
			s.separator = '\t'
		}
		fields := slices.DeleteFunc(slices.Clone(s.fields(text)), func(field string) bool { return field == "" })
		if len(fields) == 0 {
			continue
		}
		if _, err := n.node(fields[0]); err != nil {
			return err
		}
		if len(fields) == 2 {
			if err := n.out.Reject("it does not name both ends of the tie"); err != nil {
				return err
			}
		}
		for _, other := range fields[min(2, len(fields)):] {
			if err := n.tie(fields[1], fields[0], other, 1, 1, time.Time{}, true); err != nil {
				return err
			}
		}
	}
	return n.emit(ctx)
}

// maxNetworkText is how large a network may be that is held as a text.
const maxNetworkText = 256 << 20

// networkText reads the whole of a network that is written as a text.
func networkText(src *read.Source) (string, error) {
	content, err := io.ReadAll(io.LimitReader(read.PlainText(src.Reader), maxNetworkText+1))
	if err != nil {
		return "", err
	}
	if len(content) > maxNetworkText {
		return "", fault.New(fault.Invalid, "%s is larger than %d MB.", src.Path, maxNetworkText>>20).
			WithHint("Gave keeps people; work on the file itself with gave graph.")
	}
	return read.UTF8Text(content), nil
}

func readEdgeList(ctx context.Context, src *read.Source, sink read.Sink) error {
	reader := bufio.NewReaderSize(read.PlainText(src.Reader), read.HeadSize)
	head, _ := reader.Peek(read.HeadSize)
	s := shapeOf(read.UTF8Text(head), len(head) < read.HeadSize)
	n := newNetworkReader(src, sink)
	n.out.Silent = src.Resume > 0
	if s.kind == noList { // told to be one: two fields in a line will do
		s = listShape{kind: pairs}
	}
	l := &listReader{networkReader: n, shape: s, scan: read.NewLines(&read.Source{Reader: reader})}
	if err := l.read(ctx); err != nil {
		return err
	}
	return n.emit(ctx)
}

// listReader reads a network without headings.
type listReader struct {
	*networkReader
	shape listShape
	scan  *read.Lines
	head  []string // of a matrix
	row   int      // of a matrix
	cells map[[2]string]float64
	order [][2]string
}

func (l *listReader) read(ctx context.Context) error {
	lines := 0
	for {
		if lines%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		number, offset := l.scan.Line, l.scan.Offset
		raw, long, ok := l.scan.Next()
		if !ok {
			break
		}
		line := read.UTF8Text(raw)
		if _, stated := table.StatedSeparator(bytes.TrimSpace(raw)); isListComment(line) || stated && lines == 0 {
			continue
		}
		l.out.Place(number, offset)
		lines++
		var err error
		switch fields := l.shape.fields(line); {
		case long:
			err = l.out.Reject(read.Because("the line is longer than %s MB", "1"))
		case lines == 1 && l.shape.heading, blankFields(fields):
		case l.shape.kind == pairs:
			err = l.pair(fields)
		case l.shape.kind == neighbours:
			err = l.neighbours(fields)
		default:
			err = l.matrixRow(fields)
		}
		if err != nil {
			return err
		}
	}
	if l.scan.Err != nil {
		return l.scan.Err
	}
	return l.matrix()
}

func blankFields(fields []string) bool {
	return !slices.ContainsFunc(fields, func(s string) bool { return s != "" })
}

func (l *listReader) pair(fields []string) error {
	if len(fields) < 2 || fields[0] == "" || fields[1] == "" {
		return l.out.Reject("it does not name both ends of the tie")
	}
	weight, sign := 1.0, 1
	if len(fields) > 2 && fields[2] != "" {
		w, ok := parseWeight(fields[2])
		if !ok {
			return l.out.Reject("its weight is not a number")
		}
		if weight = w; w < 0 {
			weight, sign = -w, -1
		}
	}
	layer, at := "", time.Time{}
	if len(fields) > 3 {
		if at = edgeTime(fields[3], l.src.Location()); at.IsZero() && !isNumeric(fields[3]) {
			layer = fields[3]
		}
	}
	undirected := l.shape.arrow == "--" || l.shape.arrow == "<->" || l.shape.arrow == "↔"
	return l.tie(layer, fields[0], fields[1], weight, sign, at, !undirected)
}

func (l *listReader) neighbours(fields []string) error {
	if fields[0] == "" {
		return l.out.Reject("it does not name both ends of the tie")
	}
	if _, err := l.node(fields[0]); err != nil {
		return err
	}
	for _, other := range fields[1:] {
		if other == "" {
			continue
		}
		if err := l.tie("", fields[0], other, 1, 1, time.Time{}, true); err != nil {
			return err
		}
	}
	return nil
}

// matrixRow takes in one row of a matrix; the first of one with names is what its columns are called.
func (l *listReader) matrixRow(fields []string) error {
	if l.cells == nil {
		l.cells = map[[2]string]float64{}
		if l.shape.kind == nameMatrix {
			l.head = slices.Clone(fields)
			return nil
		}
	}
	name := ""
	if l.shape.kind == nameMatrix {
		if l.row == 0 && len(l.head) == len(fields)-1 {
			l.head = append([]string{""}, l.head...)
		}
		name, fields = fields[0], fields[1:]
	} else {
		name = strconv.Itoa(l.row + 1)
	}
	l.row++
	if name == "" {
		return l.out.Reject("it does not name both ends of the tie")
	}
	if _, err := l.node(name); err != nil {
		return err
	}
	for i, cell := range fields {
		other := strconv.Itoa(i + 1)
		if l.shape.kind == nameMatrix {
			if i+1 >= len(l.head) {
				break
			}
			other = l.head[i+1]
		}
		weight, ok := parseWeight(cell)
		if read.IsYes(cell) || strings.EqualFold(cell, "x") {
			weight, ok = cmp.Or(weight, 1), true
		}
		if !ok && cell != "" && cell != "-" {
			if err := l.out.Reject("its weight is not a number"); err != nil {
				return err
			}
		}
		if !ok || weight == 0 || other == "" || other == name {
			continue
		}
		key := [2]string{name, other}
		l.cells[key] = weight
		l.order = append(l.order, key)
	}
	return nil
}

// matrix makes ties of the cells: without a direction when both halves are the same.
func (l *listReader) matrix() error {
	symmetric := true
	for key, weight := range l.cells {
		if l.cells[[2]string{key[1], key[0]}] != weight {
			symmetric = false
		}
	}
	for _, key := range l.order {
		weight, sign := l.cells[key], 1
		if symmetric && key[0] > key[1] {
			continue
		}
		if weight < 0 {
			weight, sign = -weight, -1
		}
		if err := l.tie("", key[0], key[1], weight, sign, time.Time{}, !symmetric); err != nil {
			return err
		}
	}
	return nil
}
