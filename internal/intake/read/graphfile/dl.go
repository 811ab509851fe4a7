package graphfile

import (
	"bytes"
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/table"
)

// DL reads networks in the format of UCINET: matrices, halves of them, lists of edges and lists of nodes.
var DL = read.Format{
	Name: "dl", Title: "DL (UCINET)",
	How:       "In UCINET choose Data, Export, DL.",
	FromStart: true, Detect: detectDL, Read: readDL,
}

// VNA reads networks in the format of NetDraw: tables of nodes and ties with stars before them.
var VNA = read.Format{
	Name: "vna", Title: "VNA (NetDraw)",
	How:       "NetDraw writes it.",
	FromStart: true, Detect: marked("*tie data", ".vna"), Read: readVNA,
}

// TGF reads the Trivial Graph Format: nodes, a line with #, and ties.
var TGF = read.Format{
	Name: "tgf", Title: "Trivial Graph Format",
	How:       "yEd writes it.",
	FromStart: true, Detect: func(_ []byte, name string) int {
		if strings.HasSuffix(strings.ToLower(name), ".tgf") {
			return 90
		}
		return 0
	}, Read: readTGF,
}

var dlHead = regexp.MustCompile(`(?i)^dl\s+(n|nr|nc|nm|format)\s*=|^dl\s*$|^dl\s*,`)

func detectDL(head []byte, _ string) int {
	start := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	lower := bytes.ToLower(start[:min(len(start), 4096)])
	if dlHead.Match(bytes.TrimSpace(read.FirstLine(start))) && bytes.Contains(lower, []byte("data")) {
		return 92
	}
	return 0
}

// dlSetting finds what the head says: N=5, FORMAT = edgelist1.
var dlSetting = regexp.MustCompile(`(?i)\b(n|nr|nc|nm|format|diagonal|diag)\s*=\s*([a-z0-9]+)`)

// dlReader reads one file of UCINET.
type dlReader struct {
	*networkReader
	rows, columns, matrices        int
	format                         string
	diagonal, embedded             bool
	rowLabels, colLabels, relation []string
}

// dlSection finds the parts of the file.
var dlSection = regexp.MustCompile(
	`(?im)^[ \t]*((?:row|column|col|matrix|level)?[ \t]*labels?(?:[ \t]+embedded)?|data)[ \t]*:?[ \t]*`)

func readDL(ctx context.Context, src *read.Source, sink read.Sink) error {
	content, err := networkText(src)
	if err != nil {
		return err
	}
	d := &dlReader{networkReader: newNetworkReader(src, sink), matrices: 1, format: "fullmatrix", diagonal: true}
	d.out.Silent = src.Resume > 0
	// The head goes to the first part; it may stand on one line with it.
	content = strings.ReplaceAll(content, "\r", "")
	places := dlSection.FindAllStringSubmatchIndex(content, -1)
	if len(places) == 0 {
		return fault.New(fault.Invalid, "%s could not be read as a network: %s.", src.Path, "DATA: is missing")
	}
	d.head(content[:places[0][0]])
	data := ""
	line := int64(1)
	for i, place := range places {
		end := len(content)
		name := strings.ToLower(strings.Join(strings.Fields(content[place[2]:place[3]]), " "))
		if i+1 < len(places) && name != "data" {
			end = places[i+1][0]
		}
		part := content[place[1]:end]
		switch {
		case strings.Contains(name, "embedded") ||
			strings.HasPrefix(strings.ToLower(strings.TrimSpace(part)), "embedded"):
			d.embedded = true
		case name == "data":
			data = part
			line = int64(strings.Count(content[:place[1]], "\n")) + 1
		case strings.HasPrefix(name, "matrix"), strings.HasPrefix(name, "level"):
			d.relation = dlLabels(part)
		case strings.HasPrefix(name, "col"):
			d.colLabels = dlLabels(part)
		default:
			if d.rowLabels = dlLabels(part); len(d.rowLabels) < d.rows && len(strings.Fields(part)) == d.rows {
				d.rowLabels = strings.Fields(part)
			}
		}
		if name == "data" {
			break
		}
	}
	if strings.HasPrefix(strings.ToLower(strings.TrimSpace(data)), "embedded") {
		data = strings.TrimSpace(data)[len("embedded"):]
	}
	if err := d.data(ctx, data, line); err != nil {
		return err
	}
	return d.emit(ctx)
}

func (d *dlReader) head(text string) {
	for _, m := range dlSetting.FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(m[2])
		n = min(max(n, 0), maxNetworkTies)
		switch strings.ToLower(m[1]) {
		case "n":
			d.rows, d.columns = n, n
		case "nr":
			d.rows = n
		case "nc":
			d.columns = n
		case "nm":
			d.matrices = max(1, n)
		case "format":
			d.format = strings.ToLower(m[2])
		case "diagonal", "diag":
			d.diagonal = !strings.EqualFold(m[2], "absent")
		}
	}
	d.embedded = strings.Contains(strings.ToLower(text), "embedded")
}

// dlLabels splits labels at commas and line ends; where there are none, at blanks.
func dlLabels(text string) []string {
	var labels []string
	for line := range strings.SplitSeq(text, "\n") {
		fields := strings.FieldsFunc(line, func(r rune) bool { return r == ',' || r == '\t' })
		if strings.Contains(line, `"`) || len(fields) == 1 && len(strings.Fields(line)) > 3 {
			fields = quotedFields(strings.ReplaceAll(line, ",", " "))
		}
		for _, label := range fields {
			if label = read.CleanText(strings.Trim(strings.TrimSpace(label), `"'`), read.MaxText); label != "" {
				labels = append(labels, label)
			}
		}
	}
	return labels
}

// called is what a row or column is called; numbers count from 1.
func (d *dlReader) called(labels []string, i int) string {
	if len(labels) == 0 {
		labels = d.rowLabels
	}
	if i >= 0 && i < len(labels) {
		return labels[i]
	}
	return strconv.Itoa(i + 1)
}

// end is who a field of a list names: a number, or a label where labels are embedded.
func (d *dlReader) end(labels []string, field string) string {
	if n, err := strconv.Atoi(field); err == nil && n >= 1 && !d.embedded {
		return d.called(labels, n-1)
	}
	return read.CleanText(strings.Trim(field, `"'`), read.MaxText)
}

func (d *dlReader) data(ctx context.Context, text string, line int64) error {
	for i := range d.rowLabels[:min(len(d.rowLabels), max(d.rows, 0))] {
		if _, err := d.node(d.called(nil, i)); err != nil {
			return err
		}
	}
	switch {
	case strings.HasPrefix(d.format, "edgelist"), strings.HasPrefix(d.format, "el"):
		return d.list(ctx, text, line, false)
	case strings.HasPrefix(d.format, "nodelist"), strings.HasPrefix(d.format, "nl"):
		return d.list(ctx, text, line, true)
	}
	return d.matrix(ctx, text, line)
}

// list reads a list of edges, or of nodes with all their neighbours.
func (d *dlReader) list(ctx context.Context, text string, line int64, neighbours bool) error {
	relation := 0
	for row := range strings.SplitSeq(text, "\n") {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		d.out.Place(line, 0)
		line++
		fields := quotedFields(strings.ReplaceAll(row, ",", " "))
		if len(fields) == 1 && fields[0] == "!" {
			relation++
			continue
		}
		if len(fields) == 0 {
			continue
		}
		if len(fields) < 2 {
			if err := d.out.Reject("it does not name both ends of the tie"); err != nil {
				return err
			}
			continue
		}
		others, weight := fields[1:2], 1.0
		if neighbours {
			others = fields[1:]
		} else if len(fields) > 2 {
			var ok bool
			if weight, ok = parseWeight(fields[2]); !ok {
				if err := d.out.Reject("its weight is not a number"); err != nil {
					return err
				}
				continue
			}
		}
		for _, other := range others {
			if err := d.edge(relation, d.end(nil, fields[0]), d.end(d.colLabels, other), weight, true); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *dlReader) edge(relation int, from, to string, weight float64, directed bool) error {
	layer, sign := "", 1
	if d.matrices > 1 || len(d.relation) > 0 {
		layer = "relation " + strconv.Itoa(relation+1)
		if relation < len(d.relation) {
			layer = d.relation[relation]
		}
	}
	if weight < 0 {
		weight, sign = -weight, -1
	}
	return d.tie(layer, from, to, weight, sign, time.Time{}, directed)
}

// matrix reads one matrix after the other, whole or a half.
func (d *dlReader) matrix(ctx context.Context, text string, line int64) error {
	fields := strings.Fields(strings.ReplaceAll(text, ",", " "))
	if strings.Contains(text, `"`) {
		fields = quotedFields(strings.ReplaceAll(text, ",", " "))
	}
	at := 0
	next := func() (string, bool) {
		if at >= len(fields) {
			return "", false
		}
		at++
		return strings.Trim(fields[at-1], `"`), true
	}
	half := strings.HasPrefix(d.format, "lower") || strings.HasPrefix(d.format, "upper")
	rows, columns := d.rowLabels, d.colLabels
	for relation := range d.matrices {
		if d.embedded {
			columns = nil
			for range d.columns {
				label, _ := next()
				columns = append(columns, read.CleanText(label, read.MaxText))
			}
			rows = nil
		}
		for i := range d.rows {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			name := d.called(rows, i)
			if d.embedded {
				name, _ = next()
				name = read.CleanText(name, read.MaxText)
			}
			if name == "" {
				return nil
			}
			if _, err := d.node(name); err != nil {
				return err
			}
			from, to := 0, d.columns
			switch {
			case strings.HasPrefix(d.format, "lower"):
				to = i + 1
			case strings.HasPrefix(d.format, "upper"):
				from = i
			}
			for j := from; j < to; j++ {
				if !d.diagonal && i == j {
					continue
				}
				cell, ok := next()
				d.out.Place(line, 0)
				if !ok {
					if d.out.Silent {
						return nil
					}
					return d.out.Reject("it ends in the middle")
				}
				weight, number := parseWeight(cell)
				other := d.called(columns, j)
				if !number {
					if err := d.out.Reject("its weight is not a number"); err != nil {
						return err
					}
				}
				if weight == 0 || i == j && d.rows == d.columns {
					continue
				}
				if err := d.edge(relation, name, other, weight, !half && d.rows == d.columns); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func readVNA(ctx context.Context, src *read.Source, sink read.Sink) error {
	content, err := networkText(src)
	if err != nil {
		return err
	}
	n := newNetworkReader(src, sink)
	n.out.Silent = src.Resume > 0
	section, line := "", int64(0)
	var head []string
	var columns tieColumns
	sheet := &table.Table{}
	for text := range strings.SplitSeq(content, "\n") {
		line++
		if line%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		if text[0] == '*' {
			section, head = strings.ToLower(strings.TrimSpace(text[1:])), nil
			continue
		}
		fields := quotedFields(strings.ReplaceAll(text, ",", " "))
		for i := range fields {
			fields[i] = strings.Trim(fields[i], `"`)
		}
		if head == nil {
			head = fields
			sheet.SetHeader(head)
			columns, _ = tieColumnsOf(sheet.Keys)
			columns.from, columns.to = 0, 1
			continue
		}
		n.out.Place(line, 0)
		switch {
		case section == "node data":
			node, err := n.node(read.CleanText(fields[0], read.MaxText))
			if err != nil {
				return err
			}
			for i := 1; i < min(len(fields), len(head)); i++ {
				n.describe(node, head[i], fields[i])
			}
		case strings.HasPrefix(section, "tie"):
			if columns.weight < 0 && columns.layer < 0 && len(head) > 2 {
				columns.weight = 2 // NetDraw names the relation in the head: from to friends
				n.layer = strings.ToLower(head[2])
			}
			if len(fields) > 2 && columns.weight == 2 && fields[2] == "0" {
				continue
			}
			if err := n.edgeRow(sheet, &columns, &table.Row{Cells: fields}); err != nil {
				return err
			}
		}
	}
	return n.emit(ctx)
}

func readTGF(ctx context.Context, src *read.Source, sink read.Sink) error {
	content, err := networkText(src)
	if err != nil {
		return err
	}
	n := newNetworkReader(src, sink)
	n.out.Silent = src.Resume > 0
	ties, line := false, int64(0)
	for text := range strings.SplitSeq(content, "\n") {
		line++
		if line%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		n.out.Place(line, 0)
		text = strings.TrimSpace(text)
		fields := strings.Fields(text)
		switch {
		case text == "":
		case text == "#":
			ties = true
		case !ties:
			node, err := n.node(fields[0])
			if err != nil {
				return err
			}
			n.name(node, strings.TrimSpace(strings.TrimPrefix(text, fields[0])))
		case len(fields) < 2:
			if err := n.out.Reject("it does not name both ends of the tie"); err != nil {
				return err
			}
		default:
			layer, weight := strings.Join(fields[2:], " "), 1.0
			if w, ok := parseWeight(layer); ok {
				layer, weight = "", w
			}
			if err := n.tie(layer, fields[0], fields[1], weight, 1, time.Time{}, true); err != nil {
				return err
			}
		}
	}
	return n.emit(ctx)
}
