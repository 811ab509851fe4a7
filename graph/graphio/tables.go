package graphio

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	"gave.network/graph"
)

// ReadTables reads a graph from a table of edges and, when nodes is not nil, a table of nodes, as Gephi exports them;
// each may be gzip-compressed. The first line holds the headings. Edges need the columns source and target (or from and
// to); the columns weight, type (Directed or Undirected), sign (with Build.Signed the weight gets it) and layer are
// used as what they are called; all others become columns. Nodes need the column id. Fields are separated by commas,
// semicolons or tabs and may be in double quotes. A line that cannot be read is reported and does no harm to the
// others; problems of the nodes come first.
func ReadTables(
	ctx context.Context, nodes, edges io.Reader, options ReadOptions, opts graph.Options,
) (*Network, error) {
	c := newCollector(options)
	if nodes != nil {
		data, err := readAll(nodes, options.MaxBytes)
		if err != nil {
			return nil, err
		}
		if err := c.nodeTable(ctx, data); err != nil {
			return nil, err
		}
	}
	data, err := readAll(edges, options.MaxBytes)
	if err != nil {
		return nil, err
	}
	if err := c.edgeTable(ctx, data); err != nil {
		return nil, err
	}
	return c.finish(ctx, 0, opts)
}

// AddNodeTable adds the columns of a table of nodes, as ReadTables reads it, to a network that was read before. A row
// about a node that the network does not have is a problem. Of two values for one node the first stays; a column of the
// same name is replaced.
func (n *Network) AddNodeTable(ctx context.Context, r io.Reader, options ReadOptions) error {
	data, err := readAll(r, options.MaxBytes)
	if err != nil {
		return err
	}
	table, id, err := nodeTable(data, options)
	if err != nil {
		return err
	}
	var values valueTable
	columns := table.others(&values, id)
	for table.read() {
		if table.line&1023 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		v, found := n.Names.Lookup(table.value(id))
		if !found || int64(v) >= int64(n.Graph.N()) {
			n.reject(table.line, "there is no node %q", cut(table.value(id)))
			continue
		}
		table.setAll(columns, int(v))
	}
	added := values.columns(n.Graph.N(), func(row int) int { return row })
	if n.Nodes == nil {
		n.Nodes = graph.NewColumns(n.Graph.N())
	}
	for _, c := range added.All() {
		*n.Nodes.Add(c.Name, c.Kind) = *c
	}
	return ctx.Err()
}

// tableReader cuts a table into records.
type tableReader struct {
	data      []byte
	at        int
	line      int64 // of the record that was read last
	next      int64
	separator byte
	fields    []string
	heads     []string // in lower case
	names     []string // as they stand
}

func newTableReader(data []byte, separator byte) (*tableReader, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	r := &tableReader{data: data, next: 1, separator: separator}
	if separator == 0 {
		r.separator = ','
		head := data[:lineLength(data)]
		for _, candidate := range []byte{'\t', ';'} {
			if bytes.Count(head, []byte{candidate}) > bytes.Count(head, []byte{r.separator}) {
				r.separator = candidate
			}
		}
	}
	if !r.read() {
		return nil, fmt.Errorf("graph: a table without headings: %w", graph.ErrParameter)
	}
	for _, head := range r.fields {
		r.names = append(r.names, strings.TrimSpace(head))
		r.heads = append(r.heads, strings.ToLower(strings.TrimSpace(head)))
	}
	return r, nil
}

// maxQuoted is how long a field in quotes may be. A quote that is not closed by then was no quote.
const maxQuoted = 1 << 16

// read reads the next record that is not empty.
func (r *tableReader) read() bool {
	for r.at < len(r.data) {
		r.line = r.next
		r.fields = r.fields[:0]
		for {
			field, end := r.field()
			r.fields = append(r.fields, field)
			if end {
				break
			}
		}
		if len(r.fields) > 1 || strings.TrimSpace(r.fields[0]) != "" {
			return true
		}
	}
	return false
}

// field reads a field and says whether the record ends after it.
func (r *tableReader) field() (string, bool) {
	if r.at < len(r.data) && r.data[r.at] == '"' {
		if field, after, closed := r.quoted(); closed {
			r.next += int64(bytes.Count(r.data[r.at:after], []byte{'\n'}))
			r.at = after
			rest, end := r.plain()
			return field + rest, end
		}
	}
	return r.plain()
}

// quoted reads a field in quotes, in which two quotes are one.
func (r *tableReader) quoted() (field string, after int, closed bool) {
	var text []byte
	for at := r.at + 1; at < min(len(r.data), r.at+maxQuoted); at++ {
		switch {
		case r.data[at] != '"':
			text = append(text, r.data[at])
		case at+1 < len(r.data) && r.data[at+1] == '"':
			text = append(text, '"')
			at++
		default:
			// A quote that closes stands before a separator or the end of the line; otherwise this was no field in
			// quotes.
			if at+1 == len(r.data) || r.data[at+1] == r.separator || r.data[at+1] == '\n' || r.data[at+1] == '\r' {
				return string(text), at + 1, true
			}
			return "", 0, false
		}
	}
	return "", 0, false
}

func (r *tableReader) plain() (string, bool) {
	start := r.at
	for ; r.at < len(r.data); r.at++ {
		switch r.data[r.at] {
		case r.separator:
			r.at++
			return string(r.data[start : r.at-1]), false
		case '\n':
			r.at++
			r.next++
			return strings.TrimSuffix(string(r.data[start:r.at-1]), "\r"), true
		}
	}
	return strings.TrimSuffix(string(r.data[start:]), "\r"), true
}

// column returns the place of the first of some headings, -1 when there is none.
func (r *tableReader) column(heads ...string) int {
	for _, head := range heads {
		if at := slices.Index(r.heads, head); at >= 0 {
			return at
		}
	}
	return -1
}

// value returns a field of the record, "" when the record or table does not have it.
func (r *tableReader) value(column int) string {
	if column < 0 || column >= len(r.fields) {
		return ""
	}
	return strings.TrimSpace(r.fields[column])
}

// others returns the columns of the headings that have no meaning of their own.
func (r *tableReader) others(table *valueTable, known ...int) []*valueColumn {
	list := make([]*valueColumn, len(r.names))
	for i, name := range r.names {
		if name != "" && !slices.Contains(known, i) {
			list[i] = table.column(name)
		}
	}
	return list
}

func (r *tableReader) setAll(columns []*valueColumn, row int) {
	for i, c := range columns {
		if value := r.value(i); c != nil && value != "" {
			c.set(row, value)
		}
	}
}

// nodeTable opens a table of nodes and returns where its ids are.
func nodeTable(data []byte, options ReadOptions) (*tableReader, int, error) {
	r, err := newTableReader(data, options.Separator)
	if err != nil {
		return nil, 0, err
	}
	id := r.column("id", "node", "name", "key")
	if id < 0 {
		return nil, 0, fmt.Errorf("graph: the table of nodes has no column id: %w", graph.ErrParameter)
	}
	return r, id, nil
}

func (c *collector) nodeTable(ctx context.Context, data []byte) error {
	r, id, err := nodeTable(data, c.options)
	if err != nil {
		return err
	}
	columns := r.others(&c.nodeValues, id)
	for r.read() {
		if r.line&1023 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		name := r.value(id)
		if name == "" {
			c.network.reject(r.line, "a node without an id")
			continue
		}
		r.setAll(columns, int(c.names.Intern([]byte(name))))
	}
	return ctx.Err()
}

func (c *collector) edgeTable(ctx context.Context, data []byte) error {
	r, err := newTableReader(data, c.options.Separator)
	if err != nil {
		return err
	}
	from, to := r.column("source", "from"), r.column("target", "to")
	if from < 0 || to < 0 {
		return fmt.Errorf("graph: the table of edges has no columns source and target: %w", graph.ErrParameter)
	}
	weight, kind, sign, layer := r.column("weight"), r.column("type"), r.column("sign"), r.column("layer")
	if kind >= 0 && !r.tellsDirection(kind) {
		kind = -1
	}
	used := []int{from, to, kind, layer}
	if c.options.Build.Weighted {
		used = append(used, weight)
	}
	columns := r.others(&c.edgeValues, used...)
	for r.read() {
		if r.line&1023 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		source, target := r.value(from), r.value(to)
		if source == "" || target == "" {
			c.network.reject(r.line, "an edge without source or target")
			continue
		}
		strength := r.value(weight)
		if c.options.Build.Signed && strings.HasPrefix(r.value(sign), "-") {
			if strength == "" {
				strength = "1"
			}
			strength = "-" + strings.TrimPrefix(strength, "-")
		}
		directed := c.options.Build.Directed
		if said := strings.ToLower(r.value(kind)); said != "" {
			directed = said == "directed"
		}
		part := int32(-1)
		if name := r.value(layer); name != "" {
			part = c.layer(name)
		}
		row, good := c.edge(r.line, c.names.Intern([]byte(source)), c.names.Intern([]byte(target)),
			strength, directed, part)
		if good {
			r.setAll(columns, row)
		}
	}
	return ctx.Err()
}

// tellsDirection looks ahead whether the column type holds Gephi's words; in other tables it is an attribute like any
// other.
func (r *tableReader) tellsDirection(column int) bool {
	ahead := *r
	ahead.fields = nil
	for range 10 {
		if !ahead.read() {
			break
		}
		switch strings.ToLower(ahead.value(column)) {
		case "directed", "undirected", "mutual":
			return true
		}
	}
	return false
}

// WriteNodeTable writes the nodes of a network as a table that Gephi reads.
func WriteNodeTable(w io.Writer, n *Network) error {
	table := csv.NewWriter(w)
	record := []string{"Id"}
	for _, c := range n.Nodes.All() {
		record = append(record, c.Name)
	}
	if err := table.Write(record); err != nil {
		return err
	}
	for v := range n.Graph.N() {
		record = append(record[:0], n.Names.Name(uint32(v)))
		for _, c := range n.Nodes.All() {
			record = append(record, c.Text(v))
		}
		if err := table.Write(record); err != nil {
			return err
		}
	}
	table.Flush()
	return table.Error()
}

// WriteEdgeTable writes the edges of a network as a table that Gephi reads.
func WriteEdgeTable(w io.Writer, n *Network) error {
	table := csv.NewWriter(w)
	record := []string{"Source", "Target", "Type"}
	if n.Graph.Weighted() {
		record = append(record, "Weight")
	}
	if len(n.Layers) > 0 {
		record = append(record, "Layer")
	}
	columns := n.plainEdgeColumns()
	for _, c := range columns {
		record = append(record, c.Name)
	}
	if err := table.Write(record); err != nil {
		return err
	}
	direction := "Undirected"
	if n.Graph.Directed() {
		direction = "Directed"
	}
	n.edgeRows(func(layer string, u, v uint32, weight float64, row int) {
		record = append(record[:0], n.Names.Name(u), n.Names.Name(v), direction)
		if n.Graph.Weighted() {
			record = append(record, fmt.Sprint(shown(n.Graph, weight)))
		}
		if len(n.Layers) > 0 {
			record = append(record, layer)
		}
		for _, c := range columns {
			text := ""
			if row >= 0 {
				text = c.Text(row)
			}
			record = append(record, text)
		}
		// The table keeps its first error.
		_ = table.Write(record)
	})
	table.Flush()
	return table.Error()
}
