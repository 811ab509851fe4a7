package graphfile

import (
	"context"
	"html"
	"regexp"
	"strings"
	"time"

	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/table"
)

// DOT reads networks in the language of Graphviz.
var DOT = read.Format{
	Name: "dot", Title: "DOT (Graphviz)",
	How:       "Graphviz and many programs that draw networks write it.",
	FromStart: true, Detect: detectDOT, Read: readDOT,
}

func detectDOT(head []byte, _ string) int {
	s := dotScanner{text: read.UTF8Text(head)}
	token := s.next()
	if strings.EqualFold(token.text, "strict") && !token.quoted {
		token = s.next()
	}
	if token.quoted || !strings.EqualFold(token.text, "graph") && !strings.EqualFold(token.text, "digraph") {
		return 0
	}
	if token = s.next(); token.text != "{" {
		token = s.next()
	}
	if token.text == "{" && !token.quoted {
		return 91
	}
	return 0
}

// dotToken is a word, a text, or a sign.
type dotToken struct {
	text   string
	quoted bool // never a word of the language
	end    bool
}

type dotScanner struct {
	text string
	at   int
	line int64
}

var htmlTag = regexp.MustCompile(`<[^>]*>`)

// next returns the next token.
func (s *dotScanner) next() dotToken {
	for s.at < len(s.text) {
		rest := s.text[s.at:]
		c := rest[0]
		switch {
		case c == '\n':
			s.line++
			s.at++
		case c == ' ' || c == '\t' || c == '\r':
			s.at++
		case c == '#', strings.HasPrefix(rest, "//"):
			s.skipTo("\n", 0)
		case strings.HasPrefix(rest, "/*"):
			s.skipTo("*/", 2)
		case strings.HasPrefix(rest, "->"), strings.HasPrefix(rest, "--"):
			s.at += 2
			return dotToken{text: rest[:2]}
		case strings.IndexByte("{}[]=;,:+", c) >= 0:
			s.at++
			return dotToken{text: rest[:1]}
		case c == '"':
			return s.quotedText()
		case c == '<':
			return s.html()
		default:
			end := 0
			for end < len(rest) && strings.IndexByte(" \t\r\n{}[]=;,:+\"<", rest[end]) < 0 &&
				!strings.HasPrefix(rest[end:], "->") && !strings.HasPrefix(rest[end:], "--") {
				end++
			}
			end = max(1, end)
			s.at += end
			return dotToken{text: rest[:end]}
		}
	}
	return dotToken{end: true}
}

func (s *dotScanner) skipTo(mark string, more int) {
	end := strings.Index(s.text[s.at+more:], mark)
	if end < 0 {
		s.at = len(s.text)
		return
	}
	s.line += int64(strings.Count(s.text[s.at:s.at+more+end], "\n"))
	s.at += more + end + more
}

// quotedText reads a text in quotes, and those that are joined to it with a plus.
func (s *dotScanner) quotedText() dotToken {
	var out strings.Builder
	s.at++
	for s.at < len(s.text) && s.text[s.at] != '"' {
		c := s.text[s.at]
		if c == '\\' && s.at+1 < len(s.text) {
			s.at++
			switch c = s.text[s.at]; c {
			case 'n', 'l', 'r':
				c = ' '
			}
		}
		if c == '\n' {
			s.line++
		}
		out.WriteByte(c)
		s.at++
	}
	s.at = min(len(s.text), s.at+1)
	again := *s
	if token := again.next(); token.text == "+" && !token.quoted {
		if token = again.next(); token.quoted {
			*s = again
			out.WriteString(token.text)
		}
	}
	return dotToken{text: out.String(), quoted: true}
}

// html reads a label in angle brackets, of which the words count.
func (s *dotScanner) html() dotToken {
	depth, begin := 0, s.at
	for ; s.at < len(s.text); s.at++ {
		switch s.text[s.at] {
		case '<':
			depth++
		case '>':
			depth--
		case '\n':
			s.line++
		}
		if depth == 0 {
			s.at++
			break
		}
	}
	words := strings.TrimSuffix(strings.TrimPrefix(s.text[begin:s.at], "<"), ">")
	return dotToken{
		text:   read.CleanText(html.UnescapeString(htmlTag.ReplaceAllString(words, " ")), read.MaxText),
		quoted: true,
	}
}

// dotReader reads statements.
type dotReader struct {
	*networkReader
	scan  dotScanner
	token dotToken // looked at and not taken
	ahead bool
	ctx   context.Context
}

func (d *dotReader) peek() dotToken {
	if !d.ahead {
		d.token, d.ahead = d.scan.next(), true
	}
	return d.token
}

func (d *dotReader) take() dotToken {
	token := d.peek()
	d.ahead = false
	return token
}

func (d *dotReader) sign(text string) bool {
	if token := d.peek(); !token.quoted && !token.end && token.text == text {
		d.ahead = false
		return true
	}
	return false
}

func (d *dotReader) word(text string) bool {
	token := d.peek()
	if !token.quoted && strings.EqualFold(token.text, text) {
		d.ahead = false
		return true
	}
	return false
}

// maxDotDepth is how deep subgraphs may lie inside one another.
const maxDotDepth = 50

func readDOT(ctx context.Context, src *read.Source, sink read.Sink) error {
	text, err := networkText(src)
	if err != nil {
		return err
	}
	n := newNetworkReader(src, sink)
	n.out.Silent = src.Resume > 0
	d := &dotReader{networkReader: n, scan: dotScanner{text: text, line: 1}, ctx: ctx}
	d.word("strict")
	n.directed = strings.EqualFold(d.take().text, "digraph")
	if !d.sign("{") {
		d.take() // what it is called
		d.sign("{")
	}
	whole, _, err := d.statements(0)
	if err != nil {
		return err
	}
	if !whole && !n.out.Silent {
		if err := n.out.Reject("it ends in the middle"); err != nil {
			return err
		}
	}
	return n.emit(ctx)
}

// statements reads up to the closing bracket and returns the nodes that it met.
func (d *dotReader) statements(depth int) (whole bool, nodes []string, err error) {
	for count := 0; ; count++ {
		if count%256 == 0 && d.ctx.Err() != nil {
			return false, nil, d.ctx.Err()
		}
		d.out.Place(d.scan.line, 0)
		token := d.peek()
		switch {
		case token.end:
			return false, nodes, nil
		case d.sign("}"):
			return true, nodes, nil
		case d.sign(";"), d.sign(","):
			continue
		}
		met, err := d.statement(depth)
		nodes = append(nodes, met...)
		if err != nil {
			return false, nodes, err
		}
	}
}

// statement reads a node, a chain of ties, a subgraph, or attributes for what follows.
func (d *dotReader) statement(depth int) ([]string, error) {
	if token := d.peek(); !token.quoted {
		switch strings.ToLower(token.text) {
		case "graph", "node", "edge":
			d.take()
			d.attributes()
			return nil, nil
		}
	}
	var all []string
	var ends [][]string
	arrow := ""
	for {
		end, err := d.end(depth)
		if err != nil {
			return all, err
		}
		all = append(all, end...)
		ends = append(ends, end)
		if d.sign("->") {
			arrow = "->"
		} else if d.sign("--") {
			arrow = "--"
		} else {
			break
		}
	}
	if d.sign("=") { // rankdir=LR
		d.take()
		return nil, nil
	}
	attributes := d.attributes()
	if len(ends) == 1 {
		for _, id := range ends[0] {
			node, err := d.node(id)
			if err != nil {
				return all, err
			}
			for _, p := range attributes {
				if !dotDrawing[strings.ToLower(p.name)] {
					d.describe(node, p.name, p.value)
				}
			}
		}
		return all, nil
	}
	for i := range ends[1:] {
		for _, from := range ends[i] {
			for _, to := range ends[i+1] {
				if err := d.edge(from, to, attributes, d.directed && arrow == "->"); err != nil {
					return all, err
				}
			}
		}
	}
	return all, nil
}

// dotDrawing are attributes that say how a node or tie is drawn.
var dotDrawing = read.WordList(`shape color fillcolor fontcolor fontname fontsize style pos width height penwidth group rank
	margin image labelloc tooltip url href target fixedsize peripheries sides skew xlabel comment headport tailport
	arrowhead arrowtail arrowsize dir constraint minlen len bgcolor class`)

// end reads a node with its port, or a subgraph.
func (d *dotReader) end(depth int) ([]string, error) {
	if d.word("subgraph") {
		if !d.sign("{") {
			d.take()
			if !d.sign("{") {
				return nil, nil
			}
		}
		return d.subgraph(depth)
	}
	if d.sign("{") {
		return d.subgraph(depth)
	}
	token := d.take()
	if token.end || !token.quoted && strings.ContainsAny(token.text, "[]=:+") {
		return nil, nil
	}
	for d.sign(":") {
		d.take()
	}
	if id := read.CleanText(token.text, read.MaxText); id != "" && !(d.peek().text == "=" && !d.peek().quoted) {
		return []string{id}, nil
	}
	return nil, nil
}

func (d *dotReader) subgraph(depth int) ([]string, error) {
	if depth >= maxDotDepth {
		return nil, d.out.Reject("values lie too deep inside one another")
	}
	_, nodes, err := d.statements(depth + 1)
	return nodes, err
}

// attributes reads all lists of attributes that follow.
func (d *dotReader) attributes() []gmlPair {
	var list []gmlPair
	for d.sign("[") {
		for !d.sign("]") {
			name := d.take()
			if name.end {
				return list
			}
			if !name.quoted && (name.text == "," || name.text == ";") {
				continue
			}
			if d.sign("=") {
				list = append(list, gmlPair{name: name.text, value: d.take().text})
			}
		}
	}
	return list
}

// edge takes in one tie with its attributes.
func (d *dotReader) edge(from, to string, attributes []gmlPair, directed bool) error {
	layer := ""
	weight, sign := 1.0, 1
	for _, p := range attributes {
		switch key := table.HeaderKey(p.name); {
		case dotDrawing[key]:
		case tieWeight[key]:
			w, ok := parseWeight(p.value)
			if !ok {
				return d.out.Reject("its weight is not a number")
			}
			if weight = w; w < 0 {
				weight, sign = -w, -1
			}
		case key == "label", tieLayer[key]:
			read.Fill(&layer, p.value)
		}
	}
	return d.tie(layer, from, to, weight, sign, time.Time{}, directed)
}
