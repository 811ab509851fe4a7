// Package graphfile reads networks as programs for their analysis write them: tables of ties, GraphML, GEXF, Pajek,
// GML, DOT, UCINET DL and others.
package graphfile

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
	"time"

	"gave.network/graph"
	"gave.network/graph/graphio"
	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
)

// The formats of graph files. The engine reads them; here their nodes become people and their edges stated ties.
var (
	GraphML = read.Format{
		Name: "graphml", Title: "GraphML",
		How:       "Gephi, Cytoscape, yEd, NetworkX and igraph write it.",
		FromStart: true, Detect: marked("<graphml", ".graphml"),
		Read: reading(graphio.ReadGraphML),
	}
	GEXF = read.Format{
		Name: "gexf", Title: "GEXF",
		How:       "Gephi and NetworkX write it.",
		FromStart: true, Detect: marked("<gexf", ".gexf"), Read: reading(graphio.ReadGEXF),
	}
	Pajek = read.Format{
		Name: "pajek", Title: "Pajek",
		How:       "Pajek and UCINET write it.",
		FromStart: true, Detect: marked("*vertices", ".net", ".paj"),
		Read: reading(graphio.ReadPajek),
	}
)

type graphReader func(
	ctx context.Context, r io.Reader, options graphio.ReadOptions, opts graph.Options) (*graphio.Network, error)

func reading(parse graphReader) func(context.Context, *read.Source, read.Sink) error {
	return func(ctx context.Context, src *read.Source, sink read.Sink) error {
		return readGraphFile(ctx, src, sink, parse)
	}
}

// marked detects a format by a word near the beginning, and is surer when the name of the file says so too.
func marked(mark string, extensions ...string) func(head []byte, name string) int {
	return func(head []byte, name string) int {
		start := bytes.ToLower(bytes.TrimSpace(head[:min(len(head), 4096)]))
		if !bytes.Contains(start, []byte(mark)) {
			return 0
		}
		for _, extension := range extensions {
			if strings.EqualFold(path.Ext(name), extension) {
				return 98
			}
		}
		if mark[0] == '*' && !bytes.HasPrefix(start, []byte(mark)) { // a word that may stand in any text
			return 0
		}
		return 90
	}
}

// maxGraphFile is how large a graph file may be that is read for its people.
const maxGraphFile = 1 << 30

func readGraphFile(ctx context.Context, src *read.Source, sink read.Sink, parse graphReader) error {
	limited := &io.LimitedReader{R: src.Reader, N: maxGraphFile + 1}
	network, err := parse(ctx, limited, graphio.ReadOptions{
		Build: graph.BuildOptions{Directed: true, Weighted: true, Signed: true}, MaxBytes: maxGraphFile,
	}, graph.Options{Threads: 1})
	switch {
	case limited.N <= 0, errors.Is(err, graphio.ErrTooLarge):
		return fault.New(fault.Invalid, "%s is larger than %d GB.", src.Path, maxGraphFile>>30).
			WithHint("Gave keeps people; work on the file itself with gave graph.")
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return fault.Wrap(err, fault.Invalid, "%s could not be read as a network: %s.", src.Path, err.Error())
	}
	n := newNetworkReader(src, sink)
	if src.Resume == 0 {
		for _, p := range network.Problems {
			n.out.Place(int64(p.Line), 0)
			if err := n.out.Heed(sink.Reject(n.out.At, becauseOf(p))); err != nil {
				return err
			}
		}
	}
	n.out.At = read.At{}
	name := func(v uint32) string {
		if network.Names != nil {
			return read.CleanText(network.Names.Name(v), read.MaxText)
		}
		return strconv.FormatUint(uint64(v), 10)
	}
	for v := range uint32(network.Graph.N()) {
		// A list of edges names the nodes that have ties only; the numbers between them are nobody.
		if network.Names == nil && network.Nodes == nil && network.Graph.Degree(v) == 0 && !incoming(network.Graph, v) {
			continue
		}
		node, err := n.node(name(v))
		if err != nil {
			return err
		}
		if network.Nodes != nil {
			for _, column := range network.Nodes.All() {
				if column.Has(int(v)) {
					n.describe(node, column.Name, column.Text(int(v)))
				}
			}
		}
	}
	layers := network.Layers
	if layers == nil {
		layers = []graph.Layer{{Graph: network.Graph}}
	}
	for _, layer := range layers {
		directed := layer.Graph.Directed()
		var failed error
		layer.Graph.Edges(func(u, v uint32, weight float64) bool {
			w, sign := weight, 1
			if w < 0 {
				w, sign = -w, -1
			}
			failed = n.tie(layer.Name, name(u), name(v), w, sign, time.Time{}, directed)
			return failed == nil
		})
		if failed != nil {
			return failed
		}
	}
	return n.emit(ctx)
}

// becauseOf is what the engine says of a line, as a reason.
func becauseOf(p graphio.Problem) string {
	var values []string
	for _, value := range p.Values {
		values = append(values, fmt.Sprint(value))
	}
	return read.Because(p.Key, values...)
}

// incoming says whether anybody has a tie to a node of a directed graph.
func incoming(g *graph.Graph, v uint32) bool {
	return g.Directed() && len(g.InNeighbors(v)) > 0
}

// gunzip unpacks a stream when its name says that it is packed.
func gunzip(r io.Reader, name string) (io.Reader, error) {
	if !strings.HasSuffix(strings.ToLower(name), ".gz") {
		return r, nil
	}
	unpacked, err := gzip.NewReader(bufio.NewReader(r))
	if err != nil {
		return nil, read.Damaged(err, name)
	}
	return unpacked, nil
}

// unpackHead unpacks the beginning of a file when it is packed.
func unpackHead(head []byte) []byte {
	if len(head) < 2 || head[0] != 0x1f || head[1] != 0x8b {
		return head
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(head))
	if err != nil {
		return head
	}
	out, _ := io.ReadAll(io.LimitReader(unpacked, read.HeadSize)) // the end is cut off: what came before it will do
	return out
}
