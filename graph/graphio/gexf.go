package graphio

import (
	"bufio"
	"context"
	"encoding/xml"
	"io"
	"strings"

	"gave.network/graph"
)

// ReadGEXF reads a graph in GEXF 1.1 to 1.3, the format of Gephi, also gzip-compressed. Nodes are named by their ids
// and have their label in the column "label"; attributes become columns, with their default where there is one. Kinds
// of edges (1.3) become layers. Dynamic graphs are read as if everything in them were there at the same time. A file
// that breaks off gives what was read up to there, and a problem.
func ReadGEXF(ctx context.Context, r io.Reader, options ReadOptions, opts graph.Options) (*Network, error) {
	data, err := readAll(r, options.MaxBytes)
	if err != nil {
		return nil, err
	}
	reader := gexfReader{
		xmlReader: newXMLReader(data), c: newCollector(options), attributes: map[string]*gexfAttribute{},
		node: -1, edge: -1,
	}
	if err := reader.read(ctx); err != nil {
		return nil, err
	}
	return reader.c.finish(ctx, 0, opts)
}

type gexfAttribute struct {
	column   *valueColumn
	nodes    bool
	fallback string
	hasBack  bool
}

type gexfReader struct {
	*xmlReader
	c          *collector
	directed   bool
	class      string                    // of the attributes being declared
	attributes map[string]*gexfAttribute // by class and id
	current    *gexfAttribute            // the attribute being declared
	node, edge int                       // the row that values belong to
	open       []int                     // the nodes around the current one
	count      int
}

func (r *gexfReader) read(ctx context.Context) error {
	for {
		if r.count++; r.count&1023 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		token, line, err := r.next()
		if err == nil {
			switch token := token.(type) {
			case xml.StartElement:
				err = r.start(token, line)
			case xml.EndElement:
				r.end(token.Name.Local)
			}
		}
		if err != nil {
			r.c.network.endOfXML(line, err)
			break
		}
	}
	for _, a := range r.attributes {
		if !a.hasBack {
			continue
		}
		rows := len(r.c.edges)
		if a.nodes {
			rows = r.c.names.Len()
		}
		for row := range rows {
			a.column.set(row, a.fallback)
		}
	}
	return nil
}

func (r *gexfReader) start(e xml.StartElement, line int64) error {
	switch e.Name.Local {
	case "graph":
		r.directed = attribute(e, "defaultedgetype") == "directed"
	case "attributes":
		r.class = attribute(e, "class")
	case "attribute":
		r.declare(e)
	case "default":
		text, err := r.text()
		if err != nil {
			return err
		}
		if r.current != nil {
			r.current.fallback, r.current.hasBack = text, true
		}
	case "node":
		r.open = append(r.open, r.node)
		r.node = -1
		id := attribute(e, "id")
		if id == "" {
			r.c.network.reject(line, "a node without an id")
			return nil
		}
		r.node = int(r.c.names.Intern([]byte(id)))
		if label := attribute(e, "label"); label != "" {
			r.c.nodeValues.column("label").set(r.node, label)
		}
	case "edge":
		r.edge = r.addEdge(e, line)
	case "attvalue":
		r.value(e)
	}
	return nil
}

func (r *gexfReader) end(name string) {
	switch name {
	case "attribute":
		r.current = nil
	case "node":
		if len(r.open) > 0 {
			r.node, r.open = r.open[len(r.open)-1], r.open[:len(r.open)-1]
		}
	case "edge":
		r.edge = -1
	}
}

func (r *gexfReader) declare(e xml.StartElement) {
	a := &gexfAttribute{nodes: r.class == "node"}
	table := &r.c.edgeValues
	if a.nodes {
		table = &r.c.nodeValues
	}
	title := attribute(e, "title")
	if title == "" {
		title = attribute(e, "id")
	}
	a.column = table.column(title)
	a.column.typed = true
	switch strings.ToLower(attribute(e, "type")) {
	case "integer", "long", "short", "byte":
		a.column.kind = graph.Integer
	case "float", "double":
		a.column.kind = graph.Number
	case "boolean":
		a.column.kind = graph.Boolean
	}
	r.current = a
	r.attributes[r.class+" "+attribute(e, "id")] = a
}

func (r *gexfReader) value(e xml.StartElement) {
	id := attribute(e, "for")
	if id == "" {
		id = attribute(e, "id") // GEXF 1.0 and 1.1
	}
	row, class := r.node, "node "
	if r.edge >= 0 {
		row, class = r.edge, "edge "
	}
	if a := r.attributes[class+id]; a != nil && row >= 0 {
		a.column.set(row, attribute(e, "value"))
	}
}

func (r *gexfReader) addEdge(e xml.StartElement, line int64) int {
	from, to := attribute(e, "source"), attribute(e, "target")
	if from == "" || to == "" {
		r.c.network.reject(line, "an edge without source or target")
		return -1
	}
	directed := r.directed
	if said := attribute(e, "type"); said != "" {
		directed = said == "directed" // a mutual edge is an arc both ways, as an undirected one in a directed graph
	}
	layer := int32(-1)
	if kind := attribute(e, "kind"); kind != "" {
		layer = r.c.layer(kind)
	}
	u, v := r.c.names.Intern([]byte(from)), r.c.names.Intern([]byte(to))
	weight := attribute(e, "weight")
	row, good := r.c.edge(line, u, v, weight, directed, layer)
	if !good {
		return -1
	}
	if weight != "" && !r.c.options.Build.Weighted {
		r.c.edgeValues.column("weight").set(row, weight)
	}
	if label := attribute(e, "label"); label != "" {
		r.c.edgeValues.column("label").set(row, label)
	}
	return row
}

// WriteGEXF writes a network in GEXF 1.3. The column "label" of the nodes is their label, else their name is.
func WriteGEXF(w io.Writer, n *Network) error {
	buffered := bufio.NewWriter(w)
	x := &xmlWriter{w: buffered}
	direction := "undirected"
	if n.Graph.Directed() {
		direction = "directed"
	}
	x.put("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gexf xmlns=\"http://gexf.net/1.3\" version=\"1.3\">\n"+
		"<graph mode=\"static\" defaultedgetype=\"%s\">\n", direction)
	label := n.Nodes.Column("label")
	edgeColumns := n.plainEdgeColumns()
	for _, table := range []struct {
		class   string
		columns []*graph.Column
	}{{"node", n.Nodes.All()}, {"edge", edgeColumns}} {
		x.put("<attributes class=\"%s\">\n", table.class)
		for i, c := range table.columns {
			if c != label {
				x.put("<attribute id=\"%d\" title=\"%s\" type=\"%s\"/>\n", i, c.Name, kindNames[c.Kind])
			}
		}
		x.put("</attributes>\n")
	}
	// values ends an element with the values of a row in it, if there are any.
	values := func(element string, columns []*graph.Column, row int) {
		open := false
		for i, c := range columns {
			if c == label || row < 0 || !c.Has(row) {
				continue
			}
			if !open {
				x.put("><attvalues>")
				open = true
			}
			x.put("<attvalue for=\"%d\" value=\"%s\"/>", i, c.Text(row))
		}
		if open {
			x.put("</attvalues></%s>\n", element)
		} else {
			x.put("/>\n")
		}
	}
	x.put("<nodes>\n")
	for v := range n.Graph.N() {
		name := n.Names.Name(uint32(v))
		shown := name
		if label != nil && label.Has(v) {
			shown = label.Text(v)
		}
		x.put("<node id=\"%s\" label=\"%s\"", name, shown)
		values("node", n.Nodes.All(), v)
	}
	x.put("</nodes>\n<edges>\n")
	number := 0
	n.edgeRows(func(layer string, u, v uint32, weight float64, row int) {
		x.put("<edge id=\"%d\" source=\"%s\" target=\"%s\"", number, n.Names.Name(u), n.Names.Name(v))
		number++
		if n.Graph.Weighted() {
			x.put(" weight=\"%v\"", shown(n.Graph, weight))
		}
		if layer != "" {
			x.put(" kind=\"%s\"", layer)
		}
		values("edge", edgeColumns, row)
	})
	x.put("</edges>\n</graph>\n</gexf>\n")
	if x.err != nil {
		return x.err
	}
	return buffered.Flush()
}
