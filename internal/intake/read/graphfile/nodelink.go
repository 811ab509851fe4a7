package graphfile

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/table"
)

// NodeLink reads networks in JSON: nodes and links, as d3, networkx, vis.js, Sigma, Cytoscape, graphology and the
// JSON Graph Format write them.
var NodeLink = read.Format{
	Name: "node-link", Title: "network (JSON)",
	How:       "D3, NetworkX, Kumu, Sigma and Cytoscape write it.",
	FromStart: true, Detect: detectNodeLink, Read: readNodeLink,
}

func detectNodeLink(head []byte, _ string) int {
	start := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(start) > 1 && start[0] == '[' {
		first, _, _ := bytes.Cut(start, []byte("}"))
		if bytes.Contains(first, []byte(`"source"`)) && bytes.Contains(first, []byte(`"target"`)) {
			return 60 // links only
		}
		return 0
	}
	if len(start) == 0 || start[0] != '{' {
		return 0
	}
	has := func(keys ...string) bool {
		return slices.ContainsFunc(keys, func(key string) bool { return bytes.Contains(start, []byte(`"`+key+`"`)) })
	}
	switch {
	case has("elements") && has("connections"):
		return 60
	case !has("nodes") || has("messages", "entries", "contacts"):
		return 0
	case has("links", "edges", "adjacency") && has("source", "from", "adjacency") || has("elements") && has("data"):
		return 60
	case len(head) >= read.HeadSize && has("id", "key", "label"):
		return 30 // the links come after many nodes
	}
	return 0
}

func readNodeLink(ctx context.Context, src *read.Source, sink read.Sink) error {
	content, err := networkText(src)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(strings.NewReader(content))
	decoder.UseNumber()
	var whole any
	if err := decoder.Decode(&whole); err != nil {
		return fault.New(fault.Invalid, "%s is damaged or incomplete.", src.Path).
			WithHint("What comes before the damage is used; download or copy the file again for the rest.")
	}
	graph := findGraph(whole, 4)
	if list, ok := whole.([]any); ok && graph == nil {
		graph = map[string]any{"links": list, "directed": true}
	}
	if graph == nil {
		return fault.New(fault.Invalid, "%s holds no nodes and links.", src.Path).
			WithHint("Export the network as GraphML, GEXF or CSV.")
	}
	n := newNetworkReader(src, sink)
	n.out.Silent = src.Resume > 0
	n.directed = graphDirected(whole, graph)
	r := &linkReader{networkReader: n}
	if err := r.nodes(ctx, graph["nodes"]); err != nil {
		return err
	}
	for _, name := range []string{"links", "edges"} {
		for _, one := range listOf(graph[name]) {
			if err := r.link(one); err != nil {
				return err
			}
		}
	}
	told := map[[2]string]bool{}
	for i, list := range listOf(graph["adjacency"]) {
		for _, one := range listOf(list) {
			object, _ := one.(map[string]any)
			if i < len(r.ids) && object != nil {
				other := jsonID(object, "id", "key")
				if told[[2]string{r.ids[i], other}] = true; !n.directed && told[[2]string{other, r.ids[i]}] &&
					other != r.ids[i] {
					continue // a tie without a direction stands with both
				}
				if err := r.tied(r.ids[i], other, object); err != nil {
					return err
				}
			}
		}
	}
	return n.emit(ctx)
}

// findGraph looks for the object that has nodes, not deeper than told.
func findGraph(value any, depth int) map[string]any {
	object, ok := value.(map[string]any)
	if !ok || depth == 0 {
		if list, ok := value.([]any); ok && len(list) > 0 && depth > 0 {
			return findGraph(list[0], depth-1)
		}
		return nil
	}
	if object["nodes"] != nil {
		return object
	}
	if _, list := object["elements"].([]any); list && object["connections"] != nil { // Kumu
		return map[string]any{
			"nodes": object["elements"], "links": object["connections"], "directed": object["directed"],
		}
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if found := findGraph(object[key], depth-1); found != nil {
			return found
		}
	}
	return nil
}

// graphDirected says whether ties have a direction: what the file says, and else not.
func graphDirected(whole any, graph map[string]any) bool {
	outer, _ := whole.(map[string]any)
	options, _ := graph["options"].(map[string]any)
	for _, object := range []map[string]any{graph, outer, options} {
		if said, ok := object["directed"].(bool); ok {
			return said
		}
		if kind, ok := object["type"].(string); ok {
			if said, says := direction(kind); says {
				return said
			}
		}
	}
	return false
}

func listOf(value any) []any {
	switch value := value.(type) {
	case []any:
		return value
	case map[string]any: // by id
		var list []any
		for _, key := range slices.Sorted(maps.Keys(value)) {
			inner, ok := value[key].(map[string]any)
			if !ok {
				inner = map[string]any{"label": value[key]}
			}
			if inner["id"] == nil {
				inner["id"] = key
			}
			list = append(list, inner)
		}
		return list
	}
	return nil
}

// linkReader reads nodes and the links between them.
type linkReader struct {
	*networkReader
	ids []string // in the order of the file: links may name them by their place
}

// jsonValue is a plain value as a text.
func jsonValue(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case json.Number:
		return value.String()
	case bool:
		return strconv.FormatBool(value)
	case []any:
		var parts []string
		for _, one := range value {
			if s := jsonValue(one); s != "" {
				parts = append(parts, s)
			}
		}
		return strings.Join(parts, "; ")
	}
	return ""
}

// jsonID returns the id of a node: the first of the named values that there is.
func jsonID(object map[string]any, keys ...string) string {
	for _, key := range keys {
		if s := read.CleanText(jsonValue(object[key]), read.MaxText); s != "" {
			return s
		}
	}
	return ""
}

// inner returns an object with what lies in its data or attributes beside it.
func inner(value any) map[string]any {
	object, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	for _, name := range []string{"data", "attributes", "metadata", "properties"} {
		if more, ok := object[name].(map[string]any); ok {
			flat := maps.Clone(object)
			delete(flat, name)
			maps.Copy(flat, more)
			object = flat
		}
	}
	return object
}

// jsonDrawing are values that say how a node is drawn.
var jsonDrawing = read.WordList(`x y z vx vy fx fy size color colour index px py fixed hidden image shape radius font
	position selected selectable locked grabbable classes group degree borderwidth id _id key weight symbolsize
	itemstyle`)

func (r *linkReader) nodes(ctx context.Context, nodes any) error {
	for i, one := range listOf(nodes) {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		object := inner(one)
		id := jsonID(object, "id", "key", "_id", "name", "label")
		if object == nil { // nodes that are names only
			id = read.CleanText(jsonValue(one), read.MaxText)
		}
		if id == "" {
			id = strconv.Itoa(i)
		}
		node, err := r.node(id)
		if err != nil {
			return err
		}
		r.ids = append(r.ids, id)
		for _, key := range slices.Sorted(maps.Keys(object)) {
			if value := jsonValue(object[key]); value != "" && !jsonDrawing[strings.ToLower(key)] {
				r.describe(node, key, value)
			}
		}
	}
	return nil
}

// end returns the id of one end of a link: an id, a place in the list, or the node itself.
func (r *linkReader) end(object map[string]any, keys ...string) string {
	for _, key := range keys {
		value := object[key]
		if node, ok := value.(map[string]any); ok {
			return jsonID(inner(node), "id", "key", "name", "label")
		}
		id := read.CleanText(jsonValue(value), read.MaxText)
		if id == "" {
			continue
		}
		if r.people[id] == nil {
			if place, err := strconv.Atoi(id); err == nil && place >= 0 && place < len(r.ids) {
				return r.ids[place]
			}
		}
		return id
	}
	return ""
}

func (r *linkReader) link(value any) error {
	object := inner(value)
	if pair, ok := value.([]any); ok && len(pair) >= 2 {
		object = map[string]any{"source": pair[0], "target": pair[1]}
	}
	return r.tied(r.end(object, "source", "from", "from_id", "sourceid", "start", "src", "a"),
		r.end(object, "target", "to", "to_id", "targetid", "end", "dst", "b"), object)
}

func (r *linkReader) tied(from, to string, object map[string]any) error {
	if from == "" || to == "" {
		return r.out.Reject("it does not name both ends of the tie")
	}
	weight, sign, layer, at := 1.0, 1, "", time.Time{}
	directed := r.directed
	for _, key := range slices.Sorted(maps.Keys(object)) {
		value := jsonValue(object[key])
		switch name := table.HeaderKey(key); {
		case value == "" || name == "source" || name == "target" || name == "from" || name == "to":
		case name == "directed":
			directed = value == "true"
		case name == "undirected":
			directed = value != "true"
		case tieWeight[name]:
			w, ok := parseWeight(value)
			if !ok {
				if name == "weight" || name == "value" {
					return r.out.Reject("its weight is not a number")
				}
				continue
			}
			if weight = w; w < 0 {
				weight, sign = -w, -1
			}
		case name == "label", name == "type", tieLayer[name]:
			if said, says := direction(value); says {
				directed = said
			} else {
				read.Fill(&layer, read.CleanText(value, 60))
			}
		case tieTime[name]:
			at = edgeTime(value, r.src.Location())
		}
	}
	if layer == "" {
		if id := jsonID(object, "relation"); id != "" {
			layer = id
		}
	}
	if from == to {
		r.out.Skip("loop")
		return nil
	}
	return r.tie(layer, from, to, weight, sign, at, directed)
}
