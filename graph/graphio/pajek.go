package graphio

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"gave.network/graph"
	"gave.network/graph/internal/decimal"
)

// ReadPajek reads a network in the format of Pajek (.net), also gzip-compressed: vertices with labels, *Arcs, *Edges,
// *Arcslist, *Edgeslist and *Matrix, and several relations as layers. Vertices are named by their labels, or by their
// numbers, which count from 1. Coordinates and shapes are not read; of a two-mode network the column "mode" tells the
// two kinds of vertices apart. Text that is not UTF-8 is taken for Latin-1.
func ReadPajek(ctx context.Context, r io.Reader, options ReadOptions, opts graph.Options) (*Network, error) {
	data, err := readAll(r, options.MaxBytes)
	if err != nil {
		return nil, err
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) {
		data = []byte(fromLatin1(data))
	}
	p := pajekReader{c: newCollector(options), layer: -1, most: max(1_000_000, len(data))}
	for at := 0; at < len(data); {
		length := lineLength(data[at:])
		p.line++
		if p.line&1023 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err := p.read(strings.TrimSpace(string(data[at : at+length]))); err != nil {
			return nil, err
		}
		at += length + 1
	}
	// Vertices without a label, also where only some have one, are named by their numbers.
	names := graph.NewNames(nil)
	for v := range p.nodes {
		label, named := p.labels[v]
		if !named {
			label = strconv.Itoa(v + 1)
		}
		names.Append([]byte(label))
	}
	p.c.names = names
	return p.c.finish(ctx, p.nodes, opts)
}

type pajekReader struct {
	c       *collector
	line    int64
	section string // what the lines are: vertices, arcs, edges, arcslist, edgeslist, matrix
	layer   int32
	nodes   int
	first   int // vertices of the first mode
	most    int // a file of this size may have so many vertices
	labels  map[int]string
	row     int // of a matrix
}

func (p *pajekReader) read(line string) error {
	switch {
	case line == "" || line[0] == '%':
		return nil
	case line[0] == '*':
		return p.begin(line)
	}
	fields := pajekFields(line)
	switch p.section {
	case "vertices":
		p.vertex(fields)
	case "arcs", "edges":
		if from, good := p.number(fields[0]); good && len(fields) > 1 {
			if to, good := p.number(fields[1]); good {
				p.tie(from, to, fields[2:])
			}
		} else if good {
			p.c.network.reject(p.line, "a tie needs two vertices")
		}
	case "arcslist", "edgeslist":
		from, good := p.number(fields[0])
		for _, field := range fields[1:] {
			if !good {
				break
			}
			if to, good := p.number(field); good {
				p.tie(from, to, nil)
			}
		}
	case "matrix":
		p.matrixRow(fields)
	default:
		p.c.network.reject(p.line, "this line is in no section that is known")
	}
	return nil
}

// begin starts a section.
func (p *pajekReader) begin(line string) error {
	fields := pajekFields(line)
	p.section = strings.ToLower(strings.TrimPrefix(fields[0], "*"))
	switch p.section {
	case "network":
		return nil
	case "vertices":
		counts := [2]int{}
		for i := range counts {
			if len(fields) > i+1 {
				counts[i], _ = strconv.Atoi(fields[i+1])
			}
		}
		if len(fields) < 2 || counts[0] < 0 {
			p.c.network.reject(p.line, "the number of vertices is missing")
			return nil
		}
		if counts[0] > p.most {
			return fmt.Errorf("graph: line %d: %d vertices in so small a file: %w", p.line, counts[0],
				graph.ErrTooManyNodes)
		}
		p.nodes, p.first = max(p.nodes, counts[0]), counts[1]
		if p.labels == nil {
			p.labels = map[int]string{}
		}
		if p.first > 0 && p.first < p.nodes {
			mode := p.c.nodeValues.column("mode")
			for v := range p.nodes {
				mode.set(v, map[bool]string{true: "1", false: "2"}[v < p.first])
			}
		}
		return nil
	case "arcs", "edges", "arcslist", "edgeslist", "matrix":
		p.layer, p.row = -1, 0
		// A relation is given as ":1 "name"" after the section or as its own number.
		if len(fields) > 1 && strings.HasPrefix(fields[1], ":") {
			name := fields[1][1:]
			if len(fields) > 2 {
				name = fields[2]
			}
			p.layer = p.c.layer(name)
		}
		return nil
	}
	p.c.network.reject(p.line, "the section %q is not known", cut(fields[0]))
	return nil
}

// number reads the number of a vertex; a bad one is a problem.
func (p *pajekReader) number(field string) (int, bool) {
	v, err := strconv.Atoi(field)
	if err != nil || v < 1 || v > p.nodes {
		p.c.network.reject(p.line, "%q is not the number of a vertex (1 to %d)", cut(field), p.nodes)
		return 0, false
	}
	return v - 1, true
}

func (p *pajekReader) vertex(fields []string) {
	v, good := p.number(fields[0])
	if good && len(fields) > 1 {
		p.labels[v] = fields[1]
	}
}

func (p *pajekReader) tie(from, to int, rest []string) {
	weight := ""
	if len(rest) > 0 {
		weight = rest[0]
	}
	p.c.edge(p.line, uint32(from), uint32(to), weight, strings.HasPrefix(p.section, "arcs"), p.layer)
}

// matrixRow reads a row of an adjacency matrix; of a two-mode network the rows are the first mode and the columns the
// second.
func (p *pajekReader) matrixRow(fields []string) {
	from := p.row
	p.row++
	shift, directed := 0, true
	if p.first > 0 && p.first < p.nodes {
		shift, directed = p.first, false
	}
	if from >= p.nodes || len(fields)+shift > p.nodes {
		p.c.network.reject(p.line, "the matrix is larger than the number of vertices")
		return
	}
	for i, field := range fields {
		if _, err := strconv.ParseFloat(field, 64); err == nil && decimal.IsZero(field) {
			continue
		}
		p.c.edge(p.line, uint32(from), uint32(i+shift), field, directed, p.layer)
	}
}

// pajekFields cuts a line at blanks; a text in double quotes is one field, without them. There is always at least one
// field.
func pajekFields(line string) []string {
	var fields []string
	for {
		line = strings.TrimLeft(line, " \t")
		if line == "" {
			break
		}
		if line[0] == '"' {
			if end := strings.IndexByte(line[1:], '"'); end >= 0 {
				fields = append(fields, line[1:1+end])
				line = line[end+2:]
				continue
			}
		}
		end := strings.IndexAny(line, " \t")
		if end < 0 {
			end = len(line)
		}
		fields = append(fields, line[:end])
		line = line[end:]
	}
	if fields == nil {
		fields = []string{""}
	}
	return fields
}

// WritePajek writes a network in the format of Pajek, its layers as relations. The format has no place for attributes,
// and no way to write a double quote in a name: it becomes a single one.
func WritePajek(w io.Writer, n *Network) error {
	buffered := bufio.NewWriter(w)
	fmt.Fprintf(buffered, "*Vertices %d\n", n.Graph.N())
	clean := strings.NewReplacer("\"", "'", "\n", " ", "\r", " ")
	for v := range uint32(n.Graph.N()) {
		fmt.Fprintf(buffered, "%d \"%s\"\n", v+1, clean.Replace(n.Names.Name(v)))
	}
	layers := n.Layers
	if len(layers) == 0 {
		layers = []graph.Layer{{Graph: n.Graph}}
	}
	for i, layer := range layers {
		section := "*Edges"
		if layer.Graph.Directed() {
			section = "*Arcs"
		}
		if len(n.Layers) > 0 {
			section = fmt.Sprintf("%s :%d \"%s\"", section, i+1, clean.Replace(layer.Name))
		}
		fmt.Fprintln(buffered, section)
		layer.Graph.Edges(func(u, v uint32, weight float64) bool {
			if layer.Graph.Weighted() {
				fmt.Fprintf(buffered, "%d %d %v\n", u+1, v+1, shown(layer.Graph, weight))
			} else {
				fmt.Fprintf(buffered, "%d %d\n", u+1, v+1)
			}
			return true
		})
	}
	// A buffered writer keeps its first error.
	return buffered.Flush()
}
