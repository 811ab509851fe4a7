package graphio

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"gave.network/graph"
	"gave.network/graph/internal/mapped"
)

// Format is a file format of graphs.
type Format string

// The formats that ReadFile and WriteFile know.
const (
	FormatEdgeList Format = "edge list"
	FormatTable    Format = "edge table"
	FormatGraphML  Format = "GraphML"
	FormatGEXF     Format = "GEXF"
	FormatPajek    Format = "Pajek"
	FormatSnapshot Format = "snapshot"
)

// DetectFormat tells a file's format by its name, without .gz, and where that says nothing by its beginning.
func DetectFormat(path string, head []byte) Format {
	switch strings.ToLower(filepath.Ext(strings.TrimSuffix(strings.ToLower(path), ".gz"))) {
	case ".graphml":
		return FormatGraphML
	case ".gexf":
		return FormatGEXF
	case ".net", ".paj":
		return FormatPajek
	case ".snapshot":
		return FormatSnapshot
	case ".el", ".wel":
		return FormatEdgeList
	}
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	switch first := head[:lineLength(head)]; {
	case graph.IsSnapshot(head):
		return FormatSnapshot
	case bytes.Contains(head, []byte("<graphml")):
		return FormatGraphML
	case bytes.Contains(head, []byte("<gexf")):
		return FormatGEXF
	case len(head) > 0 && head[0] == '*':
		return FormatPajek
	case isEdgeTable(first):
		return FormatTable
	}
	return FormatEdgeList
}

// isEdgeTable knows the headings of an edge table that has more to say than an edge list: other columns than the two
// ends and the weight.
func isEdgeTable(line []byte) bool {
	r, err := newTableReader(line, 0)
	if err != nil || r.column("source", "from") < 0 || r.column("target", "to") < 0 ||
		bytes.IndexByte(line, r.separator) < 0 {
		return false
	}
	return r.column("source", "from") != 0 || r.column("target", "to") != 1 || len(r.heads) > 3 ||
		len(r.heads) == 3 && r.heads[2] != "weight"
}

// ReadFile reads a graph from a file of any format that DetectFormat knows; any but a snapshot may be gzip-compressed.
// The file is mapped into memory where that helps. Of a snapshot, which is copied into memory and verified, the options
// are not looked at; [graph.OpenSnapshot] is the way to use one in place.
func ReadFile(ctx context.Context, path string, options ReadOptions, opts graph.Options) (*Network, error) {
	file, err := mapped.Open(path, true)
	if err != nil {
		return nil, fmt.Errorf("graph: %w", err)
	}
	network, err := readData(ctx, path, file.Data, options, opts)
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return network, nil
}

func readData(
	ctx context.Context, path string, data []byte, options ReadOptions, opts graph.Options,
) (*Network, error) {
	if len(data) > 2 && data[0] == 0x1f && data[1] == 0x8b {
		unpacked, err := readAll(bytes.NewReader(data), options.MaxBytes)
		if err != nil {
			return nil, err
		}
		data = unpacked
	}
	r := bytes.NewReader(data)
	switch DetectFormat(path, data[:min(len(data), 1<<12)]) {
	case FormatSnapshot:
		g, err := graph.ParseSnapshot(ctx, bytes.Clone(data), opts)
		return &Network{Graph: g}, err
	case FormatGraphML:
		return ReadGraphML(ctx, r, options, opts)
	case FormatGEXF:
		return ReadGEXF(ctx, r, options, opts)
	case FormatPajek:
		return ReadPajek(ctx, r, options, opts)
	case FormatTable:
		return ReadTables(ctx, nil, r, options, opts)
	}
	return ParseEdgeList(ctx, data, options, opts)
}

// WriteFile writes a network in the format that the file's name asks for: .graphml, .gexf, .net, .csv (the edge table),
// .snapshot (the graph alone), and an edge list for all others.
func WriteFile(path string, n *Network) error {
	format := DetectFormat(path, nil)
	if format == FormatSnapshot {
		return graph.SaveSnapshot(path, n.Graph)
	}
	write := WriteEdgeList
	switch {
	case format == FormatGraphML:
		write = WriteGraphML
	case format == FormatGEXF:
		write = WriteGEXF
	case format == FormatPajek:
		write = WritePajek
	case strings.EqualFold(filepath.Ext(path), ".csv"):
		write = WriteEdgeTable
	}
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("graph: %w", err)
	}
	if err := errors.Join(write(file, n), file.Close()); err != nil {
		return fmt.Errorf("graph: write %s: %w", path, err)
	}
	return nil
}

// WriteEdgeList writes one line for each edge: the two names and, of a weighted graph, the weight, separated by tabs.
// Isolated nodes are not in it. A tab or line break in a name becomes a blank.
func WriteEdgeList(w io.Writer, n *Network) error {
	buffered := bufio.NewWriterSize(w, 1<<16)
	clean := strings.NewReplacer("\t", " ", "\n", " ", "\r", " ")
	var line []byte
	name := func(v uint32) {
		if n.Names == nil {
			line = strconv.AppendUint(line, uint64(v), 10)
			return
		}
		line = append(line, clean.Replace(n.Names.Name(v))...)
	}
	n.Graph.Edges(func(u, v uint32, weight float64) bool {
		line = line[:0]
		name(u)
		line = append(line, '\t')
		name(v)
		if n.Graph.Weighted() {
			line = append(line, '\t')
			bits := 32
			if n.Graph.Wide() {
				bits = 64
			}
			line = strconv.AppendFloat(line, weight, 'g', -1, bits)
		}
		line = append(line, '\n')
		_, err := buffered.Write(line)
		return err == nil
	})
	return buffered.Flush()
}

// shown is a weight to be printed with as many digits as a graph keeps.
func shown(g *graph.Graph, weight float64) any {
	if g.Wide() {
		return weight
	}
	return float32(weight)
}
