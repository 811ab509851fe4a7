package graphfile

import (
	"cmp"
	"context"
	"encoding/json"
	"hash/maphash"
	"io"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/table"
	"gave.network/internal/text"
)

// NetworkTables reads a folder with a table of edges and a table of nodes, as Gephi, LDBC and collections of research
// data have them, and beside them a description (meta.json) that may say whether the ties have a direction.
var NetworkTables = read.Format{
	Name:  "network",
	Title: "network (tables of nodes and edges)",
	How: "In Gephi export the two tables of the Data Laboratory, or lay a table of nodes beside one of " +
		"edges.",
	DetectTree: detectNetworkTables,
	ReadTree:   readNetworkTables,
}

// NodeTable reads a table of nodes without one of edges, such as Id,Label: people without ties.
var NodeTable = read.Format{
	Name:      "nodes",
	Title:     "table of nodes (CSV)",
	How:       "A row for each person, with columns such as id and label.",
	Detect:    detectNodeTable,
	FromStart: true,
	Read:      readNodeTable,
}

// detectNodeTable knows a table of nodes by its columns, and by its name when it has those of contacts too.
func detectNodeTable(head []byte, name string) int {
	if isNodeFile(name) && table.Detect(head, 1, func(keys []string) bool {
		return table.HasKeys(keys, "id") &&
			slices.ContainsFunc(keys, func(key string) bool {
				return key == "label" || table.ColumnField(key) == "name"
			})
	}) > 0 {
		return 84
	}
	return table.Detect(head, 45, isNodeHeader)
}

// EdgeTable reads one table of edges with headings, such as Source,Target,Weight.
var EdgeTable = read.Format{
	Name:      "edges",
	Title:     "table of edges (CSV)",
	How:       "A row for each tie, with columns such as source, target and weight.",
	Detect:    func(head []byte, _ string) int { return table.Detect(head, 88, isEdgeHeader) },
	FromStart: true,
	Read:      readEdgeTable,
}

// maxUnnamed is how many nodes that are called by a number are taken for people. A larger network without names is
// research data, and gave graph works on its file.
const maxUnnamed = 10_000

// maxNetworkTies bounds the memory for the ties of one network: some 50 bytes each.
const maxNetworkTies = 20_000_000

// networkNode is a person of a network file.
type networkNode struct {
	id        string
	packed    string // what is known of it, see networkReader.contact
	number    uint32 // its place in the order in which they were met
	addressed bool   // the id is a mail address
	named     bool
	described bool // by a table of nodes
}

// address returns the mail address that the id is, "" when it is none.
func (n *networkNode) address() string {
	if !n.addressed {
		return ""
	}
	return read.CleanAddress(n.id)
}

// networkReader collects a network and emits its people and ties.
type networkReader struct {
	out      *read.Emitter
	src      *read.Source
	title    string // of the network: the name of its folder or file
	directed bool
	people   map[string]*networkNode
	order    []*networkNode
	ties     tieSet
	layers   numbering
	files    numbering
	unnamed  int
	layer    string // of ties that name none: the table they stand in
	// labels are the nodes that were described, by the hashes of their labels; severalNodes for a label of several. Two
	// of a million labels have one hash in one of 37 million networks.
	labels map[uint64]uint32
	seed   maphash.Seed

	packer packer
	opened *networkNode // whose contact is not packed
	open   read.Contact // of opened
}

// severalNodes stands for no node.
const severalNodes = math.MaxUint32

// networkTie is what makes a tie one: on which layer, who, to whom, all by number. A network may have millions, so that
// it holds no words.
type networkTie struct{ layer, from, to uint32 }

// networkWeight is what several rows of one tie come to, and where the first of them stands.
type networkWeight struct {
	weight     float64
	offset     int64
	line       uint32
	file       uint16
	negative   bool
	undirected bool
}

// noTime is the time of a tie that has none.
const noTime = math.MinInt64

func newNetworkReader(src *read.Source, sink read.Sink) *networkReader {
	title := strings.ToLower(path.Base(src.Path))
	for ext := path.Ext(title); ext != "" && len(ext) <= 9; ext = path.Ext(title) {
		title = strings.TrimSuffix(title, ext)
	}
	if stem := networkStem(title); stem != "" {
		title = stem
	} else if folder := strings.ToLower(path.Base(path.Dir(src.Path))); len(folder) > 1 {
		title = folder // nodes.csv and edges.csv are of one network, that of their folder
	}
	return &networkReader{
		out: &read.Emitter{Source: src, Sink: sink}, src: src, title: read.Cut(title, 80), directed: true,
		people: map[string]*networkNode{}, seed: maphash.MakeSeed(),
	}
}

// contact returns what is known of a node. It may be changed until that of another node is asked for.
func (n *networkReader) contact(node *networkNode) *read.Contact {
	if n.opened != node {
		n.close()
		n.opened, n.open = node, n.packer.unpack(node.packed)
		n.open.Handle = n.handle(node)
	}
	return &n.open
}

// close packs the contact that is open.
func (n *networkReader) close() {
	if n.opened != nil {
		n.opened.packed = n.packer.pack(&n.open)
	}
	n.opened, n.open = nil, read.Contact{}
}

// handle is by what a node is known in the whole network.
func (n *networkReader) handle(node *networkNode) string { return "network:" + n.title + "#" + node.id }

// writtenAsOne takes apart what stands as one word, such as anna_jansen.
var writtenAsOne = strings.NewReplacer("_", " ", ".", " ")

// node returns the node of an id, which is new when it was not met before.
func (n *networkReader) node(key string) (*networkNode, error) {
	if node, ok := n.people[key]; ok {
		return node, nil
	}
	key = strings.Clone(key) // without the row that it stands in
	node := &networkNode{
		id: key, number: uint32(len(n.order)), named: strings.ContainsFunc(key, unicode.IsLetter),
		addressed: read.CleanAddress(key) != "",
	}
	switch {
	case node.addressed:
		// The ties say all that is known: who it is comes from elsewhere.
	case node.named && strings.Contains(key, " "):
		n.contact(node).Name.Full = key
	case node.named:
		n.contact(node).Name.Full = strings.TrimSpace(writtenAsOne.Replace(key))
	default:
		n.contact(node).Name.Full = n.title + " " + key
		if n.unnamed++; n.unnamed > maxUnnamed {
			return nil, fault.New(fault.Invalid, "%s is a network of more than %d nodes without names.",
				n.src.Path, maxUnnamed).
				WithHint("Gave keeps people; work on the file itself with gave graph.")
		}
	}
	n.people[key] = node
	n.order = append(n.order, node)
	return node, nil
}

// name gives a node its name.
func (n *networkReader) name(node *networkNode, name string) {
	if name = read.CleanText(name, read.MaxText); name == "" || name == node.id {
		return
	}
	if n.labels != nil {
		folded := n.labelled(name)
		if number, known := n.labels[folded]; known && number != node.number {
			n.labels[folded] = severalNodes
		} else {
			n.labels[folded] = node.number
		}
	}
	if !node.named {
		n.unnamed--
	}
	node.named = true
	n.contact(node).Name = read.Name{Full: name}
}

// labelled returns the hash of a label.
func (n *networkReader) labelled(label string) uint64 {
	return maphash.String(n.seed, text.Fold(label))
}

// describe puts the value of a column where it belongs; what has no place is kept as the source has it.
func (n *networkReader) describe(node *networkNode, column, value string) {
	c := n.contact(node)
	value = read.CleanText(value, read.MaxText)
	key := table.HeaderKey(column)
	if value == "" || key == "id" {
		return
	}
	switch field := table.ColumnField(key); {
	case key == "label" || key == "title" && !node.named || field == "name":
		n.name(node, value)
	case field == "given":
		c.Name.Given = value
		n.wholeName(node)
	case field == "family":
		c.Name.Family = value
		n.wholeName(node)
	case field == "email":
		read.AddAddresses(c, value)
	case field == "phone":
		read.AddPhones(c, value)
	case field == "link" && strings.Contains(value, "."):
		read.AddLinks(c, value)
	case field == "organisation" && strings.ContainsFunc(value, unicode.IsLetter):
		n.position(c).Organisation = value
	case field == "title":
		n.position(c).Title = value
	case field == "department" && strings.ContainsFunc(value, unicode.IsLetter):
		n.position(c).Department = value
	case field == "note":
		read.AddNote(c, "", value)
	case field == "tag" || nodeSkills[key]:
		if !addSkills(c, value) {
			n.keep(node, column, value)
		}
	default:
		if f, ok := read.FieldNamed(field); ok {
			f.Add(c, value)
			return
		}
		n.keep(node, column, value)
	}
}

// addSkills adds what somebody can, and where: it finds them again. A number is a code of whoever made the table and
// says nothing here.
func addSkills(c *read.Contact, value string) (said bool) {
	for tag := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ';' || r == ',' || r == '|' }) {
		if tag = strings.TrimSpace(tag); tag != "" && strings.ContainsFunc(tag, unicode.IsLetter) && len(c.Tags) < 40 {
			c.Tags, said = read.AppendNew(c.Tags, read.Cut(tag, 60)), true
		}
	}
	return said
}

// nodeSkills are the columns that say what somebody can.
var nodeSkills = read.WordSet("node.skill")

// keep stores a value that has no place of its own.
func (n *networkReader) keep(node *networkNode, column, value string) {
	c := n.contact(node)
	if line := read.Cut(column, 60) + "=" + value; len(c.Unknown) < 40 && !slices.Contains(c.Unknown, line) {
		c.Unknown = append(c.Unknown, line)
	}
}

func (n *networkReader) wholeName(node *networkNode) {
	c := n.contact(node)
	if !node.named {
		n.unnamed--
	}
	node.named = true
	c.Name = read.Name{Given: c.Name.Given, Family: c.Name.Family}
}

func (n *networkReader) position(c *read.Contact) *read.Position {
	if len(c.Organisations) == 0 {
		c.Organisations = []read.Position{{}}
	}
	return &c.Organisations[0]
}

// tie takes in one row about a tie. Rows about one tie on one layer come to one statement: their weights are added, and
// the last time counts.
func (n *networkReader) tie(layer, from, to string, weight float64, sign int, at time.Time, directed bool) error {
	if layer == "" {
		layer = cmp.Or(n.layer, "knows")
	}
	from, to = n.nodeOf(from), n.nodeOf(to)
	if from == to {
		n.out.Skip("loop")
		return nil
	}
	if !directed && from > to {
		from, to = to, from
	}
	var ends [2]uint32
	for i, end := range []string{from, to} {
		node, err := n.node(end)
		if err != nil {
			return err
		}
		ends[i] = node.number
	}
	key := networkTie{n.layers.number(read.Cut(layer, 60)), ends[0], ends[1]}
	place, ok := n.ties.find(key)
	if !ok {
		if n.ties.count == maxNetworkTies {
			return fault.New(fault.Invalid, "%s has more than %d ties.", n.src.Path, maxNetworkTies).
				WithHint("Gave keeps people; work on the file itself with gave graph.")
		}
		place = n.ties.add(key, networkWeight{
			offset: n.out.At.Offset, line: uint32(n.out.At.Line), file: uint16(n.files.number(n.out.At.File)),
			undirected: !directed,
		})
	}
	t := n.ties.weight(place)
	t.weight += weight
	t.negative = t.negative || sign < 0
	if !at.IsZero() {
		n.ties.wasAt(place, at.UnixMicro())
	}
	return nil
}

// numbering gives words numbers, in the order in which they are met.
type numbering struct {
	words []string
	of    map[string]uint32
}

func (n *numbering) number(word string) uint32 {
	i, ok := n.of[word]
	if !ok {
		if n.of == nil {
			n.of = map[string]uint32{}
		}
		i, word = uint32(len(n.words)), strings.Clone(word)
		n.of[word] = i
		n.words = append(n.words, word)
	}
	return i
}

// nodeOf returns the id of a node that an end of a tie names by its label.
func (n *networkReader) nodeOf(end string) string {
	if n.people[end] == nil && n.labels != nil {
		if number, known := n.labels[n.labelled(end)]; known && number != severalNodes {
			return n.order[number].id
		}
	}
	return end
}

// party is how a statement names a node.
func (n *networkReader) party(node *networkNode) read.Party {
	if node.addressed {
		return read.Party{Address: node.address()}
	}
	full, given, family := nameIn(node.packed)
	p := read.Party{Name: full, Handle: n.handle(node)}
	if !node.named {
		p.Name = "" // whoever has a name keeps it
	}
	if p.Name == "" {
		p.Name = strings.TrimSpace(given + " " + family)
	}
	return p
}

// emit gives the people and then their ties to the sink. Both are counted for a resumed import.
func (n *networkReader) emit(ctx context.Context) error {
	n.close()
	n.labels = nil
	step := int64(0)
	next := func(at read.At) bool {
		step++
		at.Next = step
		n.out.At = at
		return step > n.src.Resume
	}
	for _, node := range n.order {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if next(read.At{}) && (!node.addressed || node.described) {
			c := *n.contact(node)
			c.MadeUp = !node.named
			if node.addressed {
				read.AddAddresses(&c, node.address())
			}
			if len(c.Organisations) > 0 && c.Organisations[0].Organisation == "" {
				c.Organisations = nil
			}
			if err := n.out.Heed(n.out.Sink.Contact(n.out.At, c)); err != nil {
				return err
			}
		}
		n.opened = nil
		node.packed = onlyName(node.packed) // a tie says no more
	}
	n.people = nil
	return n.ties.eachAndForget(func(place uint32) error {
		if place%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		key, t := n.ties.key(place), n.ties.weight(place)
		if !next(read.At{File: n.files.words[t.file], Line: int64(t.line), Offset: t.offset}) {
			return nil
		}
		said := read.Statement{
			Layer: n.layers.words[key.layer], From: n.party(n.order[key.from]), To: n.party(n.order[key.to]),
			Weight: cmp.Or(t.weight, 1), Sign: 1, Undirected: t.undirected, Source: "network",
			External: read.StableID(n.title, n.layers.words[key.layer], n.order[key.from].id, n.order[key.to].id),
		}
		if t.negative {
			said.Sign = -1
		}
		if micro := n.ties.time(place); micro != noTime {
			said.Time = time.UnixMicro(micro).UTC()
		}
		return n.out.Heed(n.out.Sink.Statement(n.out.At, said))
	})
}

// edgeRows reads a table of edges.
func (n *networkReader) edgeRows(ctx context.Context, r io.Reader, size int64) error {
	t := table.Open(r, size, isEdgeHeader)
	if t == nil {
		return fault.New(fault.Invalid,
			"%s holds no table: a row with the names of the columns is missing.", n.src.Path)
	}
	columns, _ := tieColumnsOf(t.Keys)
	return t.EachRow(ctx, n.out, func(row *table.Row) error { return n.edgeRow(t, &columns, row) })
}

// edgeRow reads one row of a table of edges.
func (n *networkReader) edgeRow(t *table.Table, c *tieColumns, row *table.Row) error {
	cell := func(i int) string {
		if i < 0 || i >= len(row.Cells) {
			return ""
		}
		return read.CleanText(row.Cells[i], read.MaxText)
	}
	a, b := cell(c.from), cell(c.to)
	if a == "" || b == "" {
		return n.out.Reject("it does not name both ends of the tie")
	}
	weight, sign := 1.0, 1
	if s := cell(c.weight); s != "" {
		w, ok := parseWeight(s)
		if !ok {
			return n.out.Reject("its weight is not a number")
		}
		if weight = w; w < 0 {
			weight, sign = -w, -1
		}
	}
	if strings.HasPrefix(cell(c.sign), "-") {
		sign = -1
	}
	layer, directed := cell(c.layer), n.directed
	if kind := cell(c.kind); kind != "" {
		if said, says := direction(kind); says {
			directed = said
		} else {
			read.Fill(&layer, kind) // friend, colleague
		}
	}
	read.Fill(&layer, cell(c.label))
	if err := n.tie(layer, a, b, weight, sign, edgeTime(cell(c.time), n.src.Location()), directed); err != nil ||
		a == b {
		return err
	}
	from, to := n.people[n.nodeOf(a)], n.people[n.nodeOf(b)]
	n.name(from, cell(c.fromLabel))
	n.name(to, cell(c.toLabel))
	for i, key := range t.Keys {
		if value := cell(i); value != "" && !c.has(i) && !edgePassed[key] {
			n.keep(from, cmp.Or(t.Header[i], "?")+" ("+b+")", value)
		}
	}
	return nil
}

// edgePassed are columns of programs that say nothing about people.
var edgePassed = read.WordList("id timeset interval")

// edgeTime reads a moment: seconds since 1970 or a written date. Small numbers count from a beginning that the file
// does not say.
func edgeTime(s string, zone *time.Location) time.Time {
	if seconds, err := strconv.ParseInt(s, 10, 64); err == nil {
		if seconds > 300_000_000 && seconds < 5_000_000_000 {
			return time.Unix(seconds, 0).UTC()
		}
		return time.Time{}
	}
	at, _ := read.ParseStamp(s, zone, false)
	return at
}

// nodeRows reads a table of nodes.
func (n *networkReader) nodeRows(ctx context.Context, r io.Reader, size int64) error {
	t := table.Open(r, size, func(keys []string) bool { return table.HasKeys(keys, "id") || isNodeHeader(keys) })
	if t == nil {
		return fault.New(fault.Invalid,
			"%s holds no table: a row with the names of the columns is missing.", n.src.Path)
	}
	id := max(0, slices.Index(t.Keys, "id"))
	n.labels = map[uint64]uint32{}
	return t.EachRow(ctx, n.out, func(row *table.Row) error {
		if id >= len(row.Cells) || strings.TrimSpace(row.Cells[id]) == "" {
			return n.out.Reject("it has no id")
		}
		node, err := n.node(read.CleanText(row.Cells[id], read.MaxText))
		if err != nil {
			return err
		}
		node.described = true
		for i, cell := range row.Cells {
			if i < len(t.Header) && i != id {
				n.describe(node, t.Header[i], cell)
			}
		}
		return nil
	})
}

func readEdgeTable(ctx context.Context, src *read.Source, sink read.Sink) error {
	n := newNetworkReader(src, sink)
	n.out.Silent = src.Resume > 0 // what was reported before is not reported again
	if err := n.edgeRows(ctx, src.Reader, src.Size); err != nil {
		return err
	}
	return n.emit(ctx)
}

func readNodeTable(ctx context.Context, src *read.Source, sink read.Sink) error {
	n := newNetworkReader(src, sink)
	n.out.Silent = src.Resume > 0
	if err := n.nodeRows(ctx, src.Reader, src.Size); err != nil {
		return err
	}
	return n.emit(ctx)
}

func readNetworkTables(ctx context.Context, tree read.Tree, src *read.Source, sink read.Sink) error {
	names := tree.Names()
	groups := NetworkGroups(names, read.Peeker(tree))
	if len(groups) == 0 {
		return fault.New(fault.Invalid, "%s holds no table: a row with the names of the columns is missing.", src.Path)
	}
	g := groups[0]
	n := newNetworkReader(src, sink)
	n.out.Silent = src.Resume > 0
	if g.meta != "" {
		n.readMeta(tree, g.meta)
	}
	read := func(name string, table func(context.Context, io.Reader, int64) error) error {
		stream, size, err := tree.Open(name)
		if err != nil {
			return err
		}
		defer stream.Close()
		unpacked, err := gunzip(stream, name)
		if err != nil {
			return err
		}
		if unpacked != io.Reader(stream) {
			size = 0
		}
		n.out.File = name
		return table(ctx, unpacked, size)
	}
	for _, name := range g.nodes {
		if err := read(name, n.nodeRows); err != nil {
			return err
		}
	}
	for _, name := range g.edges {
		if len(g.edges) > 1 {
			n.layer = cmp.Or(networkStem(tableStem(name)), tableStem(name))
		}
		if err := read(name, n.edgeRows); err != nil {
			return err
		}
	}
	for range len(names) - len(g.Names()) {
		src.Skip("other file")
	}
	n.out.File = ""
	return n.emit(ctx)
}

// readMeta learns from the description whether ties have a direction. A description of another kind says nothing.
func (n *networkReader) readMeta(tree read.Tree, name string) {
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
