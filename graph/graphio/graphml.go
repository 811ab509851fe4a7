package graphio

import (
	"bufio"
	"context"
	"encoding/xml"
	"io"
	"strings"

	"gave.network/graph"
)

// ReadGraphML reads a graph in GraphML (Brandes et al. 2002), also gzip-compressed. Nodes are named by their ids; every
// data key becomes a column, with its default value where there is one; the edge key that is called weight gives the
// weights of a weighted graph, the one that is called layer the layers. Edges count as directed as they or their graph
// say. Graphs inside nodes are read as part of the whole; hyperedges and ports are not. A file that breaks off gives
// what was read up to there, and a problem.
func ReadGraphML(ctx context.Context, r io.Reader, options ReadOptions, opts graph.Options) (*Network, error) {
	data, err := readAll(r, options.MaxBytes)
	if err != nil {
		return nil, err
	}
	reader := graphmlReader{xmlReader: newXMLReader(data), c: newCollector(options), keys: map[string]*graphmlKey{}}
	if err := reader.read(ctx); err != nil {
		return nil, err
	}
	return reader.c.finish(ctx, 0, opts)
}

type graphmlKey struct {
	column   *valueColumn // nil for keys of something else
	nodes    bool
	weight   bool
	layer    bool
	drawing  bool // how yEd draws it, with its label
	fallback string
	hasBack  bool
}

type graphmlReader struct {
	*xmlReader
	c        *collector
	keys     map[string]*graphmlKey
	directed bool
	count    int
}

func (r *graphmlReader) read(ctx context.Context) error {
	for {
		if r.count++; r.count&1023 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		token, line, err := r.next()
		if err != nil {
			r.c.network.endOfXML(line, err)
			break
		}
		e, isStart := token.(xml.StartElement)
		if !isStart {
			continue
		}
		switch e.Name.Local {
		case "key":
			err = r.key(e)
		case "graph":
			r.directed = attribute(e, "edgedefault") == "directed"
		case "node":
			err = r.node(e, line)
		case "edge":
			err = r.edge(e, line)
		case "hyperedge":
			r.c.network.reject(line, "a hyperedge is not a tie of two nodes")
			_, err = r.text()
		}
		if err != nil {
			r.c.network.endOfXML(line, err)
			break
		}
	}
	r.fillDefaults()
	return nil
}

func (r *graphmlReader) key(e xml.StartElement) error {
	name := attribute(e, "attr.name")
	if name == "" {
		name = attribute(e, "id")
	}
	key := &graphmlKey{
		nodes: attribute(e, "for") == "node", weight: strings.EqualFold(name, "weight"),
		layer: strings.EqualFold(name, "layer"),
	}
	if kind := attribute(e, "yfiles.type"); kind != "" {
		if key.drawing = kind == "nodegraphics" || kind == "edgegraphics"; key.drawing {
			name = "label"
		}
	}
	switch attribute(e, "for") {
	case "node":
		key.column = r.c.nodeValues.column(name)
	case "edge":
		key.column = &valueColumn{} // a layer is no column
		if !key.layer {
			key.column = r.c.edgeValues.column(name)
		}
	}
	if key.column != nil {
		key.column.typed = true
		switch attribute(e, "attr.type") {
		case "boolean":
			key.column.kind = graph.Boolean
		case "int", "long":
			key.column.kind = graph.Integer
		case "float", "double":
			key.column.kind = graph.Number
		}
	}
	r.keys[attribute(e, "id")] = key
	for {
		token, _, err := r.next()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			text, err := r.text()
			if err != nil {
				return err
			}
			if token.Name.Local == "default" {
				key.fallback, key.hasBack = text, true
			}
		case xml.EndElement:
			return nil
		}
	}
}

// data reads the data elements of a node or edge, up to its end or to a graph inside it. A value counts for the key it
// names.
func (r *graphmlReader) data(set func(key *graphmlKey, value string)) error {
	for {
		token, _, err := r.next()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if token.Name.Local == "graph" {
				return nil
			}
			value, label, err := r.drawn()
			if err != nil {
				return err
			}
			key := r.keys[attribute(token, "key")]
			if token.Name.Local != "data" || key == nil || key.column == nil {
				continue
			}
			if !key.drawing {
				set(key, value)
			} else if label != "" {
				set(key, label)
			}
		}
	}
}

// drawn returns the text inside the element that was just begun, and the labels among it: yEd keeps what a node is
// called inside what it looks like.
func (r *graphmlReader) drawn() (text, label string, err error) {
	var all, labels strings.Builder
	in := 0 // depth within a label, whose own elements say where it stands
	for depth := 1; ; {
		token, _, err := r.next()
		if err != nil {
			return "", "", err
		}
		switch token := token.(type) {
		case xml.CharData:
			all.Write(token)
			if in == 1 {
				labels.Write(token)
			}
		case xml.StartElement:
			depth++
			if in > 0 || token.Name.Local == "NodeLabel" || token.Name.Local == "EdgeLabel" {
				in++
			}
		case xml.EndElement:
			if in > 0 {
				if in--; in == 0 {
					labels.WriteByte(' ')
				}
			}
			if depth--; depth == 0 {
				return strings.TrimSpace(all.String()), strings.Join(strings.Fields(labels.String()), " "), nil
			}
		}
	}
}

func (r *graphmlReader) node(e xml.StartElement, line int64) error {
	id := attribute(e, "id")
	if id == "" {
		r.c.network.reject(line, "a node without an id")
		return r.data(func(*graphmlKey, string) {})
	}
	v := r.c.names.Intern([]byte(id))
	return r.data(func(key *graphmlKey, value string) {
		if key.nodes {
			key.column.set(int(v), value)
		}
	})
}

func (r *graphmlReader) edge(e xml.StartElement, line int64) error {
	from, to := attribute(e, "source"), attribute(e, "target")
	directed := r.directed
	if said := attribute(e, "directed"); said != "" {
		directed = said == "true" || said == "1"
	}
	type keyValue struct {
		key   *graphmlKey
		value string
	}
	var values []keyValue
	weight, layer := "", int32(-1)
	for _, key := range r.keys {
		if key.weight && !key.nodes && key.hasBack {
			weight = key.fallback
		}
	}
	err := r.data(func(key *graphmlKey, value string) {
		if key.nodes {
			return
		}
		if key.layer {
			layer = r.c.layer(value)
			return
		}
		values = append(values, keyValue{key, value})
		if key.weight {
			weight = value
		}
	})
	if from == "" || to == "" {
		r.c.network.reject(line, "an edge without source or target")
		return err
	}
	row, good := r.c.edge(line, r.c.names.Intern([]byte(from)), r.c.names.Intern([]byte(to)), weight, directed, layer)
	if good {
		for _, v := range values {
			v.key.column.set(row, v.value)
		}
	}
	return err
}

// fillDefaults gives the rows without a value the default of their key; the first value of a row counts, so they come
// last.
func (r *graphmlReader) fillDefaults() {
	for _, key := range r.keys {
		if !key.hasBack || key.column == nil {
			continue
		}
		rows := len(r.c.edges)
		if key.nodes {
			rows = r.c.names.Len()
		}
		for row := range rows {
			key.column.set(row, key.fallback)
		}
	}
}

// WriteGraphML writes a network in GraphML. Nodes have their names as ids; of a network with layers each edge tells its
// layer in the key "layer".
func WriteGraphML(w io.Writer, n *Network) error {
	buffered := bufio.NewWriter(w)
	x := &xmlWriter{w: buffered}
	x.put("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n")
	for i, c := range n.Nodes.All() {
		x.put("<key id=\"n%d\" for=\"node\" attr.name=\"%s\" attr.type=\"%s\"/>\n", i, c.Name, kindNames[c.Kind])
	}
	edgeColumns := n.plainEdgeColumns()
	for i, c := range edgeColumns {
		x.put("<key id=\"e%d\" for=\"edge\" attr.name=\"%s\" attr.type=\"%s\"/>\n", i, c.Name, kindNames[c.Kind])
	}
	if n.Graph.Weighted() {
		x.put("<key id=\"weight\" for=\"edge\" attr.name=\"weight\" attr.type=\"double\"/>\n")
	}
	if len(n.Layers) > 0 {
		x.put("<key id=\"layer\" for=\"edge\" attr.name=\"layer\" attr.type=\"string\"/>\n")
	}
	direction := "undirected"
	if n.Graph.Directed() {
		direction = "directed"
	}
	x.put("<graph edgedefault=\"%s\">\n", direction)
	for v := range n.Graph.N() {
		x.put("<node id=\"%s\">", n.Names.Name(uint32(v)))
		for i, c := range n.Nodes.All() {
			if c.Has(v) {
				x.put("<data key=\"n%d\">%s</data>", i, c.Text(v))
			}
		}
		x.put("</node>\n")
	}
	n.edgeRows(func(layer string, u, v uint32, weight float64, row int) {
		x.put("<edge source=\"%s\" target=\"%s\">", n.Names.Name(u), n.Names.Name(v))
		for i, c := range edgeColumns {
			if row >= 0 && c.Has(row) {
				x.put("<data key=\"e%d\">%s</data>", i, c.Text(row))
			}
		}
		if n.Graph.Weighted() {
			x.put("<data key=\"weight\">%v</data>", shown(n.Graph, weight))
		}
		if layer != "" {
			x.put("<data key=\"layer\">%s</data>", layer)
		}
		x.put("</edge>\n")
	})
	x.put("</graph>\n</graphml>\n")
	if x.err != nil {
		return x.err
	}
	return buffered.Flush()
}

// plainEdgeColumns are the edge columns without those that writers make of the graph itself.
func (n *Network) plainEdgeColumns() []*graph.Column {
	var list []*graph.Column
	for _, c := range n.Edges.All() {
		if name := strings.ToLower(c.Name); name == "weight" && n.Graph.Weighted() ||
			name == "layer" && len(n.Layers) > 0 {
			continue
		}
		list = append(list, c)
	}
	return list
}
