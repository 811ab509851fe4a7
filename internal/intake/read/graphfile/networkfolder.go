package graphfile

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/table"
)

// networkGroup is the tables of one network in a folder.
type networkGroup struct {
	Title        string
	edges, nodes []string
	meta         string
}

// Names returns the files of the group, nodes first.
func (g *networkGroup) Names() []string {
	names := append(slices.Clone(g.nodes), g.edges...)
	if g.meta != "" {
		names = append(names, g.meta)
	}
	return names
}

var nodeTables = []string{"nodes", "node", "people", "persons", "actors", "vertices", "person"}

// tableWords are what programs and people call the two tables of a network, at the end or the beginning of the file's
// name.
var tableWords = read.Pattern("file.network")

var (
	tableWordAtEnd   = regexp.MustCompile(`[\s._\[({-]*(?:\b|_)(?:` + tableWords + `)[\s\])}]*$`)
	tableWordAtStart = regexp.MustCompile(`^[\[({]?(?:` + tableWords + `)(?:[\])}\s._-]+|$)`)
)

// networkStem is what the name of a table says of its network, without the word for the table: "werk [Nodes]" and
// "werk_edges" are of "werk".
func networkStem(stem string) string {
	if rest := strings.TrimSpace(tableWordAtEnd.ReplaceAllString(stem, "")); rest != stem {
		return rest
	}
	return strings.TrimSpace(tableWordAtStart.ReplaceAllString(stem, ""))
}

var nodeFile = regexp.MustCompile(`(?:^|[\s._\[({-])(?:nodes?|vertices|knopen|knoten|noeuds|nodos)[\s\])}]*$`)

// isNodeFile says that a file is called after the nodes of a network.
func isNodeFile(name string) bool { return nodeFile.MatchString(tableStem(name)) }

// NodesFirst puts the tables of nodes before the others: they say what the nodes are called.
func NodesFirst(paths []string) []string {
	sorted := slices.Clone(paths)
	slices.SortStableFunc(sorted, func(a, b string) int {
		switch first, second := isNodeFile(a), isNodeFile(b); {
		case first && !second:
			return -1
		case second && !first:
			return 1
		}
		return 0
	})
	return sorted
}

// tableStem is the name of a file in small letters without what says how it is stored.
func tableStem(name string) string {
	stem := strings.ToLower(path.Base(name))
	stem = strings.TrimSuffix(stem, ".gz")
	return strings.TrimSuffix(stem, path.Ext(stem))
}

// maxPeeked is how many tables of one folder are looked into for a network.
const maxPeeked = 60

// NetworkGroups finds the networks among the files of a folder: a table of edges and one of nodes, which belong
// together by their names, or
// because there are no others.
func NetworkGroups(names []string, peek func(name string) []byte) []networkGroup {
	var edges, nodes []string
	meta, tables := "", 0
	for _, name := range names {
		if strings.Contains(name, "/") {
			continue
		}
		base := strings.TrimSuffix(strings.ToLower(name), ".gz")
		ext := path.Ext(base)
		if base == "meta.json" {
			meta = name
		}
		if ext != ".csv" && ext != ".tsv" && ext != ".txt" && ext != ".tab" {
			continue
		}
		if tables++; tables > maxPeeked {
			return nil
		}
		head := unpackHead(peek(name))
		switch {
		case table.Detect(head, 1, isEdgeHeader) > 0:
			edges = append(edges, name)
		case table.Detect(head, 1, isNodeHeader) > 0,
			slices.Contains(nodeTables, tableStem(name)) &&
				table.Detect(head, 1, func(keys []string) bool { return table.HasKeys(keys, "id") }) > 0:
			nodes = append(nodes, name)
		}
	}
	var groups []networkGroup
	if len(nodes) == 1 && len(edges) > 0 {
		groups = append(groups, networkGroup{Title: networkStem(tableStem(edges[0])), edges: edges, nodes: nodes})
	} else {
		for _, node := range nodes {
			g := networkGroup{Title: networkStem(tableStem(node)), nodes: []string{node}}
			for _, edge := range edges {
				if networkStem(tableStem(edge)) == g.Title {
					g.edges = append(g.edges, edge)
				}
			}
			if len(g.edges) > 0 {
				groups = append(groups, g)
			}
		}
	}
	if len(groups) == 1 {
		groups[0].meta = meta
	}
	return groups
}

// detectNetworkTables is sure of a folder that holds one network and, beside it, only what describes it.
func detectNetworkTables(names []string, peek func(name string) []byte) int {
	groups := NetworkGroups(names, peek)
	if len(groups) != 1 {
		return 0
	}
	own := groups[0].Names()
	for _, name := range names {
		if slices.Contains(own, name) {
			continue
		}
		switch strings.ToLower(path.Ext(name)) {
		case ".json", ".md", "":
		default:
			return 0 // other things than a network, each for its own reader
		}
	}
	return 92
}
