package intake

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"gave.network/internal/fault"
)

// NetworkTables reads a folder with a table of edges and a table of nodes, as Gephi, LDBC and collections of research data have them, and
// beside them a description (meta.json) that may say whether the ties have a direction.
var NetworkTables = Format{
	Name:       "network",
	Title:      "network (tables of nodes and edges)",
	DetectTree: detectNetworkTables,
	ReadTree:   readNetworkTables,
}

// EdgeTable reads one table of edges with headings, such as Source,Target,Weight.
var EdgeTable = Format{
	Name:      "edges",
	Title:     "table of edges (CSV)",
	Detect:    func(head []byte, _ string) int { return detectTable(head, 88, isEdgeHeader) },
	FromStart: true,
	Read:      readEdgeTable,
}

// The names of the columns that name the two ends of a tie.
var edgeEnds = [][2]string{
	{"source", "target"}, {"from", "to"}, {"person1 id", "person2 id"}, {"person1", "person2"}, {"sender", "receiver"}, {"ego", "alter"}, {"bron", "doel"}, {"van", "naar"}, {"node1", "node2"},
}

// endsOf returns the two columns of a header that name the ends of a tie.
func endsOf(keys []string) (from, to string, ok bool) {
	for _, ends := range edgeEnds {
		if hasKeys(keys, ends[0], ends[1]) {
			return ends[0], ends[1], true
		}
	}
	return "", "", false
}

func isEdgeHeader(keys []string) bool {
	_, _, ok := endsOf(keys)
	// A table of messages or journeys has these columns too, among others about what was sent.
	return ok && !slices.ContainsFunc([]string{"subject", "content", "message", "body", "onderwerp", "bericht"}, func(key string) bool { return hasKeys(keys, key) })
}

var (
	edgeTables = []string{"edges", "edge", "ties", "links", "edgelist", "relations", "person_knows_person"}
	nodeTables = []string{"nodes", "node", "people", "persons", "actors", "vertices", "person"}
)

// networkFiles finds the two tables and the description in a folder; empty for what is not there.
func networkFiles(names []string) (edges, nodes, meta string) {
	for _, name := range names {
		if strings.Contains(name, "/") {
			continue
		}
		base := strings.ToLower(strings.TrimSuffix(strings.ToLower(name), ".gz"))
		stem, ext := strings.TrimSuffix(base, path.Ext(base)), path.Ext(base)
		switch {
		case base == "meta.json":
			meta = name
		case ext != ".csv" && ext != ".tsv" && ext != ".txt":
		case slices.Contains(edgeTables, stem):
			edges = name
		case slices.Contains(nodeTables, stem):
			nodes = name
		}
	}
	return edges, nodes, meta
}

func detectNetworkTables(names []string, peek func(name string) []byte) int {
	edges, nodes, _ := networkFiles(names)
	if edges == "" || nodes == "" {
		return 0
	}
	for _, name := range names {
		switch strings.ToLower(path.Ext(strings.TrimSuffix(name, ".gz"))) {
		case ".csv", ".tsv", ".txt", ".json", ".md", "":
		default:
			return 0 // other things than a network, each for its own reader
		}
	}
	return detectTable(unpackHead(peek(edges)), 92, isEdgeHeader)
}

// maxUnnamed is how many nodes that are called by a number are taken for people. A larger network without names is research data, and
// gave graph works on its file.
const maxUnnamed = 10_000

// maxNetworkTies bounds the memory for the ties of one network.
const maxNetworkTies = 5_000_000

// networkNode is a person of a network file.
type networkNode struct {
	id        string
	address   string // when the id is a mail address
	contact   Contact
	named     bool
	described bool // by a table of nodes
}

// networkReader collects a network and emits its people and ties.
type networkReader struct {
	out      *rowSink
	src      *Source
	title    string // of the network: the name of its folder or file
	directed bool
	people   map[string]*networkNode
	order    []*networkNode
	ties     map[networkTie]*networkWeight
	tieOrder []networkTie
	unnamed  int
}

// networkTie is what makes a tie one: who, to whom, and on which layer.
type networkTie struct{ layer, from, to string }

// networkWeight is what several rows of one tie come to.
type networkWeight struct {
	weight   float64
	sign     int
	time     time.Time
	at       At
	directed bool
}

func newNetworkReader(src *Source, sink Sink) *networkReader {
	title := strings.ToLower(path.Base(src.Path))
	for ext := path.Ext(title); ext != "" && len(ext) <= 9; ext = path.Ext(title) {
		title = strings.TrimSuffix(title, ext)
	}
	return &networkReader{
		out: &rowSink{src: src, sink: sink}, src: src, title: cut(title, 80), directed: true,
		people: map[string]*networkNode{}, ties: map[networkTie]*networkWeight{},
	}
}

// node returns the node of an id, which is new when it was not met before.
func (n *networkReader) node(key string) (*networkNode, error) {
	if node, ok := n.people[key]; ok {
		return node, nil
	}
	node := &networkNode{id: key, named: strings.ContainsFunc(key, unicode.IsLetter)}
	node.contact.Handle = "network:" + n.title + "#" + key
	switch {
	case strings.Contains(key, "@"):
		// The ties say all that is known: who it is comes from elsewhere.
		node.address = strings.ToLower(strings.TrimSpace(key))
	case node.named:
		node.contact.Name.Full = strings.NewReplacer("_", " ", ".", " ").Replace(key)
	default:
		node.contact.Name.Full = n.title + " " + key
		if n.unnamed++; n.unnamed > maxUnnamed {
			return nil, fault.New(fault.Invalid, "%s is a network of more than %d nodes without names.", n.src.Path, maxUnnamed).
				WithHint("Gave keeps people; work on the file itself with gave graph.")
		}
	}
	n.people[key] = node
	n.order = append(n.order, node)
	return node, nil
}

// name gives a node its name.
func (n *networkReader) name(node *networkNode, name string) {
	if name = cleanText(name, maxText); name == "" || name == node.id {
		return
	}
	if !node.named {
		n.unnamed--
	}
	node.named = true
	node.contact.Name = Name{Full: name}
}

// describe puts the value of a column where it belongs; what has no place is kept as the source has it.
func (n *networkReader) describe(node *networkNode, column, value string) {
	c := &node.contact
	value = cleanText(value, maxText)
	if value == "" {
		return
	}
	switch headerKey(column) {
	case "id", "label", "name", "naam", "fullname", "full name":
		if headerKey(column) != "id" {
			n.name(node, value)
		}
	case "firstname", "first name", "voornaam":
		c.Name.Given = value
		n.wholeName(node)
	case "lastname", "last name", "achternaam", "surname":
		c.Name.Family = value
		n.wholeName(node)
	case "email", "e mail", "mail":
		for _, address := range strings.FieldsFunc(value, func(r rune) bool { return r == ';' || r == ',' || r == ' ' }) {
			addAddresses(c, address)
		}
	case "phone", "telephone", "telefoon":
		addPhones(c, value)
	case "organisation", "organization", "company", "employer", "organisatie", "bedrijf":
		n.position(c).Organisation = value
	case "title", "role", "job title", "functie", "rol":
		n.position(c).Title = value
	case "department", "dept", "afdeling":
		n.position(c).Department = value
	case "place", "city", "location", "plaats", "woonplaats":
		c.Place = value
	case "skill", "skills", "expertise", "discipline", "sector", "tags", "vaardigheid", "vaardigheden", "vakgebied":
		// What somebody can and where finds them again. A number is a code of whoever made the table and says nothing here.
		for tag := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ';' || r == ',' || r == '|' }) {
			if tag = strings.TrimSpace(tag); tag != "" && strings.ContainsFunc(tag, unicode.IsLetter) && !slices.Contains(c.Tags, tag) && len(c.Tags) < 40 {
				c.Tags = append(c.Tags, cut(tag, 60))
			}
		}
	default:
		if len(c.Unknown) < 40 {
			c.Unknown = append(c.Unknown, cut(column, 60)+"="+value)
		}
	}
}

func (n *networkReader) wholeName(node *networkNode) {
	c := &node.contact
	if !node.named {
		n.unnamed--
	}
	node.named = true
	c.Name = Name{Given: c.Name.Given, Family: c.Name.Family}
}

func (n *networkReader) position(c *Contact) *Position {
	if len(c.Organisations) == 0 {
		c.Organisations = []Position{{}}
	}
	return &c.Organisations[0]
}

// tie takes in one row about a tie. Rows about one tie on one layer come to one statement: their weights are added, and the last time counts.
func (n *networkReader) tie(layer, from, to string, weight float64, sign int, at time.Time, directed bool) error {
	if layer == "" {
		layer = "knows"
	}
	if from == to {
		n.out.skip("loop")
		return nil
	}
	if !directed && from > to {
		from, to = to, from
	}
	key := networkTie{cut(layer, 60), from, to}
	t, ok := n.ties[key]
	if !ok {
		if len(n.ties) == maxNetworkTies {
			return fault.New(fault.Invalid, "%s has more than %d ties.", n.src.Path, maxNetworkTies).WithHint("Gave keeps people; work on the file itself with gave graph.")
		}
		for _, end := range []string{from, to} {
			if _, err := n.node(end); err != nil {
				return err
			}
		}
		t = &networkWeight{sign: 1, at: n.out.at, directed: directed}
		n.ties[key] = t
		n.tieOrder = append(n.tieOrder, key)
	}
	t.weight += weight
	if sign < 0 {
		t.sign = -1
	}
	if at.After(t.time) {
		t.time = at
	}
	return nil
}

// party is how a statement names a node.
func (n *networkReader) party(node *networkNode) Party {
	if node.address != "" {
		return Party{Address: node.address}
	}
	p := Party{Name: node.contact.Name.Full, Handle: node.contact.Handle}
	if p.Name == "" {
		p.Name = strings.TrimSpace(node.contact.Name.Given + " " + node.contact.Name.Family)
	}
	return p
}

// emit gives the people and then their ties to the sink. Both are counted for a resumed import.
func (n *networkReader) emit(ctx context.Context) error {
	step := int64(0)
	next := func(at At) bool {
		step++
		at.Next = step
		n.out.at = at
		return step > n.src.Resume
	}
	for _, node := range n.order {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if c := node.contact; next(At{}) && (node.address == "" || node.described) {
			if node.address != "" {
				addAddresses(&c, node.address)
			}
			if len(c.Organisations) > 0 && c.Organisations[0].Organisation == "" {
				c.Organisations = nil
			}
			if err := n.out.heed(n.out.sink.Contact(n.out.at, c)); err != nil {
				return err
			}
		}
	}
	for i, key := range n.tieOrder {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		t := n.ties[key]
		if !next(t.at) {
			continue
		}
		if err := n.out.heed(n.out.sink.Statement(n.out.at, Statement{
			Layer: key.layer, From: n.party(n.people[key.from]), To: n.party(n.people[key.to]), Weight: cmp.Or(t.weight, 1), Sign: t.sign,
			Undirected: !t.directed, Time: t.time, Source: "network", External: stableID(n.title, key.layer, key.from, key.to),
		})); err != nil {
			return err
		}
	}
	return nil
}

// edgeRows reads a table of edges.
func (n *networkReader) edgeRows(ctx context.Context, r io.Reader, size int64) error {
	t := openTable(r, size, isEdgeHeader)
	if t == nil {
		return fault.New(fault.Invalid, "%s holds no table: a row with the names of the columns is missing.", n.src.Path)
	}
	from, to, _ := endsOf(t.keys)
	return t.eachRow(ctx, n.out, func(row *csvRow) error {
		a, b := t.get(row, from), t.get(row, to)
		if a == "" || b == "" {
			return n.out.reject("it does not name both ends of the tie")
		}
		weight, sign := 1.0, 1
		if s := t.get(row, "weight", "gewicht", "strength", "value"); s != "" {
			w, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
			if err != nil || w != w || w > 1e12 || w < -1e12 {
				return n.out.reject("its weight is not a number")
			}
			if weight = w; w < 0 {
				weight, sign = -w, -1
			}
		}
		if s := t.get(row, "sign"); strings.HasPrefix(s, "-") {
			sign = -1
		}
		directed := n.directed
		switch strings.ToLower(t.get(row, "type")) {
		case "directed":
			directed = true
		case "undirected":
			directed = false
		}
		return n.tie(t.get(row, "layer", "kind", "relation", "laag"), a, b, weight, sign, edgeTime(t.get(row, "time", "timestamp", "date", "creationdate", "datum"), n.src.zone()), directed)
	})
}

// edgeTime reads a moment: seconds since 1970 or a written date. Small numbers count from a beginning that the file does not say.
func edgeTime(s string, zone *time.Location) time.Time {
	if seconds, err := strconv.ParseInt(s, 10, 64); err == nil {
		if seconds > 300_000_000 && seconds < 5_000_000_000 {
			return time.Unix(seconds, 0).UTC()
		}
		return time.Time{}
	}
	at, _ := parseStamp(s, zone, false)
	return at
}

// nodeRows reads a table of nodes.
func (n *networkReader) nodeRows(ctx context.Context, r io.Reader, size int64) error {
	t := openTable(r, size, func(keys []string) bool { return hasKeys(keys, "id") })
	if t == nil {
		return fault.New(fault.Invalid, "%s holds no table: a row with the names of the columns is missing.", n.src.Path)
	}
	return t.eachRow(ctx, n.out, func(row *csvRow) error {
		key := t.get(row, "id")
		if key == "" {
			return n.out.reject("it has no id")
		}
		node, err := n.node(key)
		if err != nil {
			return err
		}
		node.described = true
		for i, cell := range row.cells {
			if i < len(t.header) {
				n.describe(node, t.header[i], cell)
			}
		}
		return nil
	})
}

func readEdgeTable(ctx context.Context, src *Source, sink Sink) error {
	n := newNetworkReader(src, sink)
	n.out.silent = src.Resume > 0 // what was reported before is not reported again
	if err := n.edgeRows(ctx, src.Reader, src.Size); err != nil {
		return err
	}
	return n.emit(ctx)
}

func readNetworkTables(ctx context.Context, tree Tree, src *Source, sink Sink) error {
	edges, nodes, meta := networkFiles(tree.Names())
	n := newNetworkReader(src, sink)
	n.out.silent = src.Resume > 0
	if meta != "" {
		n.readMeta(tree, meta)
	}
	for _, part := range []struct {
		name string
		read func(context.Context, io.Reader, int64) error
	}{{nodes, n.nodeRows}, {edges, n.edgeRows}} {
		stream, size, err := tree.Open(part.name)
		if err != nil {
			return err
		}
		unpacked, err := gunzip(stream, part.name)
		if err == nil {
			if unpacked != io.Reader(stream) {
				size = 0
			}
			n.out.file = part.name
			err = part.read(ctx, unpacked, size)
		}
		stream.Close()
		if err != nil {
			return err
		}
	}
	for range tree.Names()[min(len(tree.Names()), 3):] {
		src.Skip("other file")
	}
	n.out.file = ""
	return n.emit(ctx)
}

// readMeta learns from the description whether ties have a direction. A description of another kind says nothing.
func (n *networkReader) readMeta(tree Tree, name string) {
	stream, _, err := tree.Open(name)
	if err != nil {
		return
	}
	defer stream.Close()
	var described struct {
		Directed *bool  `json:"directed"`
		Name     string `json:"name"`
	}
	content, _ := io.ReadAll(io.LimitReader(stream, 1<<20))
	if json.Unmarshal(content, &described) == nil && described.Directed != nil {
		n.directed = *described.Directed
	}
}

// looksLikeEdges says whether the lines of a text are all two names, or two names and a number, so that it can be an edge list.
func looksLikeEdges(head []byte, numbersOnly bool) bool {
	lines := 0
	for rest := head; len(rest) > 0 && lines < 200; {
		line, after, whole := bytes.Cut(rest, []byte{'\n'})
		rest = after
		text := strings.TrimSpace(string(line))
		if !whole && len(head) >= headSize || text == "" || text[0] == '#' || text[0] == '%' {
			continue
		}
		fields := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\t' || r == ',' || r == ';' })
		if len(fields) < 2 || len(fields) > 4 {
			return false
		}
		for i, field := range fields {
			_, err := strconv.ParseFloat(field, 64)
			if err != nil && (i >= 2 || numbersOnly) {
				return false
			}
		}
		lines++
	}
	return lines >= 2
}
