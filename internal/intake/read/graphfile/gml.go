package graphfile

import (
	"cmp"
	"context"
	"html"
	"strings"
	"time"

	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/table"
)

// GML reads networks in the Graph Modelling Language, as Gephi, igraph, yEd, Cytoscape and networkx write it.
var GML = read.Format{
	Name: "gml", Title: "GML",
	How:       "Gephi, NetworkX and igraph write it.",
	FromStart: true, Detect: detectGML, Read: readGML,
}

func detectGML(head []byte, name string) int {
	s := gmlScanner{text: read.UTF8Text(head)}
	for range 40 {
		token, quoted := s.next()
		switch {
		case token == "":
			return 0
		case quoted, !strings.EqualFold(token, "graph"):
			continue
		}
		if token, _ = s.next(); token == "[" {
			return 90
		}
		return 0
	}
	return 0
}

// gmlScanner takes a text in GML apart.
type gmlScanner struct {
	text string
	at   int
	line int64
}

// next returns the next word, number, text or bracket, "" at the end.
func (s *gmlScanner) next() (token string, quoted bool) {
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == '\n':
			s.line++
			s.at++
		case c == ' ' || c == '\t' || c == '\r':
			s.at++
		case c == '#':
			end := strings.IndexByte(s.text[s.at:], '\n')
			if end < 0 {
				s.at = len(s.text)
				return "", false
			}
			s.at += end
		case c == '[' || c == ']':
			s.at++
			return string(c), false
		case c == '"':
			end := strings.IndexByte(s.text[s.at+1:], '"')
			if end < 0 {
				end = len(s.text) - s.at - 1
			}
			token = s.text[s.at+1 : s.at+1+end]
			s.at = min(len(s.text), s.at+end+2)
			s.line += int64(strings.Count(token, "\n"))
			return html.UnescapeString(token), true
		default:
			begin := s.at
			for s.at < len(s.text) && !strings.ContainsRune(" \t\r\n[]\"", rune(s.text[s.at])) {
				s.at++
			}
			return s.text[begin:s.at], false
		}
	}
	return "", false
}

// value reads what follows a name: a value, or a list, of which the plain values are given by name.
func (s *gmlScanner) value(depth int) (value string, list []gmlPair) {
	token, quoted := s.next()
	if quoted || token != "[" {
		return token, nil
	}
	for depth < 40 {
		name, named := s.next()
		if name == "" && !named || name == "]" && !named {
			break
		}
		value, inner := s.value(depth + 1)
		list = append(list, gmlPair{name, value, inner})
	}
	return "", list
}

// gmlPair is a name with its value.
type gmlPair struct {
	name, value string
	list        []gmlPair
}

// gmlPassed are lists that say how a node is drawn.
var gmlPassed = read.WordList("graphics labelgraphics")

func readGML(ctx context.Context, src *read.Source, sink read.Sink) error {
	text, err := networkText(src)
	if err != nil {
		return err
	}
	n := newNetworkReader(src, sink)
	n.out.Silent = src.Resume > 0
	n.directed = false
	s := gmlScanner{text: text, line: 1}
	depth := 0
	for count := 0; ; count++ {
		if count%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		name, quoted := s.next()
		if name == "" && !quoted {
			break
		}
		if name == "]" && !quoted {
			depth--
			continue
		}
		n.out.Place(max(1, s.line), 0)
		switch strings.ToLower(name) {
		case "graph":
			if token, _ := s.next(); token == "[" {
				depth++
			}
		case "node":
			_, list := s.value(0)
			err = n.gmlNode(list)
		case "edge":
			_, list := s.value(0)
			err = n.gmlEdge(list)
		case "directed":
			value, _ := s.value(0)
			n.directed = value == "1"
		default:
			s.value(0)
		}
		if err != nil {
			return err
		}
	}
	if depth > 0 && !n.out.Silent {
		if err := n.out.Reject("it ends in the middle"); err != nil {
			return err
		}
	}
	return n.emit(ctx)
}

func (n *networkReader) gmlNode(list []gmlPair) error {
	id := ""
	for _, p := range list {
		if strings.EqualFold(p.name, "id") {
			id = p.value
		}
	}
	if id == "" {
		return n.out.Reject("it has no id")
	}
	node, err := n.node(id)
	if err != nil {
		return err
	}
	n.describeAll(node, list)
	return nil
}

func (n *networkReader) describeAll(node *networkNode, list []gmlPair) {
	for _, p := range list {
		switch key := strings.ToLower(p.name); {
		case gmlPassed[key]:
		case p.list != nil:
			n.describeAll(node, p.list)
		default:
			n.describe(node, p.name, p.value)
		}
	}
}

func (n *networkReader) gmlEdge(list []gmlPair) error {
	from, to, layer, at := "", "", "", time.Time{}
	weight, sign := 1.0, 1
	for _, p := range list {
		switch key := table.HeaderKey(p.name); {
		case key == "source":
			from = p.value
		case key == "target":
			to = p.value
		case tieWeight[key]:
			w, ok := parseWeight(p.value)
			if !ok {
				return n.out.Reject("its weight is not a number")
			}
			if weight = w; w < 0 {
				weight, sign = -w, -1
			}
		case key == "label", tieLayer[key]:
			read.Fill(&layer, cmp.Or(p.value, layer))
		case tieTime[key]:
			at = edgeTime(p.value, n.src.Location())
		}
	}
	if from == "" || to == "" {
		return n.out.Reject("it does not name both ends of the tie")
	}
	return n.tie(layer, from, to, weight, sign, at, n.directed)
}
