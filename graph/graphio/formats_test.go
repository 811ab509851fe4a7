package graphio

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gave.network/graph"
)

const sampleGraphML = `<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
 <key id="d0" for="node" attr.name="color" attr.type="string"><default>yellow</default></key>
 <key id="d1" for="edge" attr.name="weight" attr.type="double"/>
 <key id="d2" for="node" attr.name="age" attr.type="int"/>
 <graph id="G" edgedefault="undirected">
  <node id="n0"><data key="d0">green</data><data key="d2">41</data></node>
  <node id="n1"/>
  <node id="n2"><data key="d2"> 7 </data></node>
  <node id="alone"/>
  <edge source="n0" target="n1"><data key="d1">2.5</data></edge>
  <edge source="n1" target="n2"/>
  <hyperedge><endpoint node="n0"/></hyperedge>
  <edge source="n2"/>
 </graph>
</graphml>`

const sampleGEXF = `<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.2" xmlns:viz="http://gexf.net/1.2/viz" version="1.2">
 <meta><creator>someone</creator></meta>
 <graph mode="static" defaultedgetype="directed">
  <attributes class="node"><attribute id="0" title="url" type="string"/><attribute id="1" title="indegree" type="float"><default>1</default></attribute></attributes>
  <nodes>
   <node id="0" label="Ann"><attvalues><attvalue for="0" value="a.example"/></attvalues><viz:size value="2"/></node>
   <node id="1" label="Bob &amp; Co"><attvalues><attvalue for="1" value="2"/></attvalues></node>
   <node id="2" label="Cas"/>
  </nodes>
  <edges>
   <edge id="0" source="0" target="1" weight="2"/>
   <edge id="1" source="1" target="2" weight="nonsense"/>
   <edge id="2" source="0" target="2" type="undirected" label="kin"/>
  </edges>
 </graph>
</gexf>`

const samplePajek = "% a comment\r\n*Vertices 4\r\n1 \"Ann Lee\" 0.1 0.2\r\n2 Bob\r\n*Edges :1 \"likes\"\r\n" +
	"1 2 2.5\r\n2 3\r\n9 1\r\n*Edgeslist :2 \"knows\"\r\n4 1 2\r\n"

func read(t testing.TB, read func(context.Context, *bytes.Reader) (*Network, error), text string) *Network {
	t.Helper()
	network, err := read(context.Background(), bytes.NewReader([]byte(text)))
	if err != nil {
		t.Fatal(err)
	}
	checkStructure(t, network.Graph)
	return network
}

var weightedFile = ReadOptions{Build: graph.BuildOptions{Weighted: true}}

func problemsOf(n *Network) string {
	var all []string
	for _, p := range n.Problems {
		all = append(all, p.String())
	}
	return strings.Join(all, "; ")
}

func TestReadGraphML(t *testing.T) {
	n := read(t, func(ctx context.Context, r *bytes.Reader) (*Network, error) {
		return ReadGraphML(ctx, r, weightedFile, graph.Options{})
	}, sampleGraphML)
	if got := listing(n); got != "n0-n1:2.5 n1-n2:1" || n.Graph.N() != 4 || n.Graph.Directed() {
		t.Fatal(got)
	}
	if got := problemsOf(n); got !=
		"line 13: a hyperedge is not a tie of two nodes; line 14: an edge without source or target" {
		t.Fatal(got)
	}
	color, age := n.Nodes.Column("color"), n.Nodes.Column("age")
	if color.Text(0) != "green" || color.Text(3) != "yellow" || age.Kind != graph.Integer ||
		age.Number(2) != 7 || age.Has(1) {
		t.Fatal(color, age)
	}
	if codes, values := color.Codes(); !slices.Equal(codes, []int32{0, 1, 1, 1}) ||
		!slices.Equal(values, []string{"green", "yellow"}) {
		t.Fatal(codes, values)
	}
	if codes, _ := age.Codes(); !slices.Equal(codes, []int32{0, -1, 1, -1}) {
		t.Fatal(codes)
	}
	half := read(t, func(ctx context.Context, r *bytes.Reader) (*Network, error) {
		return ReadGraphML(ctx, r, ReadOptions{}, graph.Options{})
	}, sampleGraphML[:strings.Index(sampleGraphML, "<hyperedge>")])
	if half.Graph.M() != 2 || half.Rejected != 1 {
		t.Fatalf("a file that breaks off: %d edges, %s", half.Graph.M(), problemsOf(half))
	}
}

func TestReadGEXF(t *testing.T) {
	n := read(t, func(ctx context.Context, r *bytes.Reader) (*Network, error) {
		return ReadGEXF(ctx, r, weightedFile, graph.Options{})
	}, sampleGEXF)
	if got := listing(n); got != "0-1:2 0-2:1 2-0:1" || !n.Graph.Directed() {
		t.Fatal(got)
	}
	if got := problemsOf(n); got != `line 13: the weight "nonsense" is not a finite number` {
		t.Fatal(got)
	}
	if label := n.Nodes.Column("label"); label.Text(1) != "Bob & Co" {
		t.Fatal(label)
	}
	if degree := n.Nodes.Column("indegree"); degree.Number(0) != 1 || degree.Number(1) != 2 ||
		n.Nodes.Column("url").Text(0) != "a.example" {
		t.Fatal(degree)
	}
	index := graph.NewEdgeIndex(n.Graph)
	if e, found := index.Number(0, 2); !found || n.Edges.Column("label").Text(int(e)) != "kin" {
		t.Fatal(e, found)
	}
}

func TestReadPajek(t *testing.T) {
	n := read(t, func(ctx context.Context, r *bytes.Reader) (*Network, error) {
		return ReadPajek(ctx, r, weightedFile, graph.Options{})
	}, samplePajek)
	if got := listing(n); got != "3-Bob:1 4-Ann Lee:1 4-Bob:1 Ann Lee-Bob:2.5" {
		t.Fatal(got)
	}
	if got := problemsOf(n); got != `line 8: "9" is not the number of a vertex (1 to 4)` {
		t.Fatal(got)
	}
	if len(n.Layers) != 2 || n.Layers[0].Name != "likes" || n.Layers[0].Graph.M() != 2 || n.Layers[1].Graph.M() != 2 {
		t.Fatal(n.Layers)
	}
	matrix := read(t, func(ctx context.Context, r *bytes.Reader) (*Network, error) {
		return ReadPajek(ctx, r, weightedFile, graph.Options{})
	}, "*Vertices 3\n*Matrix\n0 1 0\n0 0 2\n0 0 0\n1 1 1\n")
	if got := listing(matrix); got != "1-2:1 2-3:2" || !matrix.Graph.Directed() || matrix.Rejected != 1 {
		t.Fatal(got, problemsOf(matrix))
	}
	tiny := read(t, func(ctx context.Context, r *bytes.Reader) (*Network, error) {
		return ReadPajek(ctx, r, weightedFile, graph.Options{})
	}, "*Vertices 2\n*Matrix\n0 1e-400\n0e9 1e99\n")
	if tiny.Graph.M() != 0 || tiny.Rejected != 2 {
		t.Fatal(listing(tiny), problemsOf(tiny))
	}
	twoMode := read(t, func(ctx context.Context, r *bytes.Reader) (*Network, error) {
		return ReadPajek(ctx, r, ReadOptions{}, graph.Options{})
	}, "*Vertices 3 1\n*Edges\n1 2\n1 3\n")
	if mode := twoMode.Nodes.Column("mode"); mode.Text(0) != "1" || mode.Text(2) != "2" {
		t.Fatal(mode)
	}
	if _, err := ReadPajek(context.Background(), strings.NewReader("*Vertices 4000000000\n"),
		ReadOptions{}, graph.Options{}); !errors.Is(err, graph.ErrTooManyNodes) {
		t.Fatal(err)
	}
	old := read(t, func(ctx context.Context, r *bytes.Reader) (*Network, error) {
		return ReadPajek(ctx, r, ReadOptions{}, graph.Options{})
	}, "*Vertices 1\n1 \"Ren\xe9\"\n")
	if old.Names.Name(0) != "René" {
		t.Fatal(old.Names.Name(0))
	}
}

func TestReadTables(t *testing.T) {
	nodes := "Id,Label,Age\nann,\"Lee, Ann\",41\nbob,Bob,\n,nobody,3\nalone,Alone,007\n"
	edges := "Source,Target,Type,Weight,sign,layer,since\nann,bob,Undirected,2,-1,work,1999\n" +
		"bob,cas,Undirected,x,,work,2001\nann,,Undirected,1,,work,\nann,\"cas\",Undirected,3,1,home,2003\n" +
		"\"ann,bob,Undirected,4,1,home,2004\nbob,cas,Undirected,5,1,home,\"20\n04\"\n"
	options := ReadOptions{Build: graph.BuildOptions{Weighted: true, Signed: true}}
	n, err := ReadTables(context.Background(), strings.NewReader(nodes), strings.NewReader(edges), options,
		graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := listing(n); got != "\"ann-bob:4 ann-bob:-2 ann-cas:3 bob-cas:5" || n.Graph.Directed() {
		t.Fatal(got)
	}
	if got := problemsOf(n); got != `line 4: a node without an id; line 3: the weight "x" is not a finite number; line 4: an edge without source or target` {
		t.Fatal(got)
	}
	if n.Nodes.Column("Label").Text(0) != "Lee, Ann" || n.Nodes.Column("Age").Kind != graph.Text ||
		len(n.Layers) != 2 || n.Layers[1].Graph.M() != 3 {
		t.Fatal(n.Nodes.Column("Age"), n.Layers)
	}
	bob, _ := n.Names.Lookup("bob")
	cas, _ := n.Names.Lookup("cas")
	e, found := graph.NewEdgeIndex(n.Graph).Number(cas, bob)
	if !found || n.Edges.Column("since").Text(int(e)) != "20\n04" {
		t.Fatal("the quoted line break is lost")
	}
	if _, err := ReadTables(context.Background(), nil, strings.NewReader("a;b\n1;2\n"),
		options, graph.Options{}); !errors.Is(err, graph.ErrParameter) {
		t.Fatal(err)
	}
}

// A network with everything must come back from every format that has a place for it.
func TestWrittenFilesAreReadBack(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 42))
	for round := range 12 {
		o := graph.BuildOptions{Directed: round&1 > 0, Weighted: round&2 > 0, KeepLoops: true}
		g := someGraph(t, r, 30, 90, o)
		names := make([]string, 30)
		for v := range names {
			names[v] = fmt.Sprintf("name <%d> & \"co\", ünï", v)
		}
		n := &Network{
			Graph: g, Names: graph.NewNames(names), Nodes: graph.NewColumns(30), Edges: graph.NewColumns(int(g.M())),
		}
		age, note := n.Nodes.Add("age", graph.Integer), n.Edges.Add("note", graph.Text)
		for v := range 30 {
			if v%3 > 0 {
				if err := age.Set(v, fmt.Sprint(v*v)); err != nil {
					t.Fatal(err)
				}
			}
		}
		for e := range int(g.M()) {
			if err := note.Set(e, fmt.Sprintf("tie %d; \"quoted\"", e)); err != nil {
				t.Fatal(err)
			}
		}
		options := ReadOptions{Build: o}
		dir := t.TempDir()
		for _, name := range []string{"g.graphml", "g.gexf", "g.csv", "g.net", "g.txt", "g.snapshot"} {
			path := filepath.Join(dir, name)
			if err := WriteFile(path, n); err != nil {
				t.Fatal(err)
			}
			back, err := ReadFile(context.Background(), path, options, graph.Options{})
			if err != nil || back.Rejected != 0 {
				t.Fatal(name, err, back.Problems)
			}
			want := listing(n)
			switch name {
			case "g.snapshot":
				want = listing(&Network{Graph: g})
			case "g.net":
				want = strings.ReplaceAll(want, `"`, "'")
			}
			if got := listing(back); got != want {
				t.Fatalf("%s: %.200s\nwant %.200s", name, got, want)
			}
			if name == "g.txt" || name == "g.net" || name == "g.snapshot" {
				continue
			}
			index := graph.NewEdgeIndex(back.Graph)
			row := 0
			g.Edges(func(u, v uint32, _ float64) bool {
				a, _ := back.Names.Lookup(names[u])
				b, _ := back.Names.Lookup(names[v])
				e, found := index.Number(a, b)
				if !found || back.Edges.Column("note").Text(int(e)) != note.Text(row) {
					t.Fatalf("%s: the note of %d-%d is lost", name, u, v)
				}
				row++
				return true
			})
			if name == "g.csv" {
				continue
			}
			for v := range 30 {
				a, _ := back.Names.Lookup(names[v])
				if back.Nodes.Column("age").Text(int(a)) != age.Text(v) {
					t.Fatalf("%s: the age of %d is lost", name, v)
				}
			}
		}
	}
	if err := WriteFile(filepath.Join(t.TempDir(), "no", "x.graphml"), &Network{Graph: &graph.Graph{}}); err == nil {
		t.Fatal("writing into a folder that is not there is no error")
	}
	if _, err := ReadFile(context.Background(), filepath.Join(t.TempDir(), "no"),
		ReadOptions{}, graph.Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
}

func TestLayersAreReadBack(t *testing.T) {
	n := classic(t, "krackhardt-hightech", graph.BuildOptions{Directed: true})
	for _, name := range []string{"g.graphml", "g.gexf", "g.csv", "g.net"} {
		path := filepath.Join(t.TempDir(), name)
		if err := WriteFile(path, n); err != nil {
			t.Fatal(err)
		}
		back, err := ReadFile(context.Background(), path, ReadOptions{Build: graph.BuildOptions{Directed: true}},
			graph.Options{})
		if err != nil || len(back.Layers) != 3 || back.Rejected > 0 {
			t.Fatalf("%s: %d layers, %v, %v", name, len(back.Layers), back.Problems, err)
		}
		for i, layer := range n.Layers {
			got := listing(&Network{Graph: back.Layers[i].Graph, Names: back.Names})
			if want := listing(&Network{Graph: layer.Graph, Names: n.Names}); back.Layers[i].Name != layer.Name ||
				got != want {
				t.Fatalf("%s: layer %s comes back as another", name, layer.Name)
			}
		}
		if listing(back) != listing(n) {
			t.Fatalf("%s: all layers together come back as another graph", name)
		}
	}
}

func TestNodeTableIsReadBack(t *testing.T) {
	n := read(t, func(ctx context.Context, r *bytes.Reader) (*Network, error) {
		return ReadGEXF(ctx, r, weightedFile, graph.Options{})
	}, sampleGEXF)
	var nodes, edges bytes.Buffer
	if err := errors.Join(WriteNodeTable(&nodes, n), WriteEdgeTable(&edges, n)); err != nil {
		t.Fatal(err)
	}
	back, err := ReadTables(context.Background(), &nodes, &edges, weightedFile, graph.Options{})
	if err != nil || listing(back) != listing(n) || back.Nodes.Column("label").Text(1) != "Bob & Co" {
		t.Fatal(err, listing(back))
	}
}

func TestAddNodeTable(t *testing.T) {
	n := parseText(t, "Ann,Bob\nBob,Cas\n", ReadOptions{})
	if err := n.AddNodeTable(context.Background(),
		strings.NewReader("id,team\nBob,north\nDan,south\nAnn,\nBob,south\n"), ReadOptions{}); err != nil {
		t.Fatal(err)
	}
	team := n.Nodes.Column("team")
	if team.Text(1) != "north" || team.Has(0) || problemsOf(n) != `line 3: there is no node "Dan"` {
		t.Fatal(team, n.Problems)
	}
	if err := n.AddNodeTable(context.Background(), strings.NewReader("who\nAnn\n"),
		ReadOptions{}); !errors.Is(err, graph.ErrParameter) {
		t.Fatal(err)
	}
}

// snapshotHead is how a snapshot begins.
func snapshotHead(t testing.TB) string { return snapshotOf(t, &graph.Graph{})[:16] }

func TestDetectFormat(t *testing.T) {
	for _, c := range []struct {
		path, head string
		want       Format
	}{
		{"a.graphml.gz", "", FormatGraphML},
		{"a.xml", "<?xml?><graphml", FormatGraphML},
		{"a.xml", "<gexf", FormatGEXF},
		{"a.NET", "", FormatPajek},
		{"a.dat", "*Vertices 3", FormatPajek},
		{"a", snapshotHead(t), FormatSnapshot},
		{"a.csv", "source,target,weight,layer\n", FormatTable},
		{"a.csv", "a,b\n", FormatEdgeList},
		{"a.csv", "Source,Target,Weight\n", FormatEdgeList},
		{"a.csv", "Source;Target;Type\n", FormatTable},
		{"a.csv", "weight,source,target\n", FormatTable},
		{"a.txt", "", FormatEdgeList},
	} {
		if got := DetectFormat(c.path, []byte(c.head)); got != c.want {
			t.Errorf("%s %q: %s, want %s", c.path, c.head, got, c.want)
		}
	}
}

func FuzzReaders(f *testing.F) {
	f.Add([]byte(sampleGraphML), uint8(0))
	f.Add([]byte(sampleGEXF), uint8(1))
	f.Add([]byte(samplePajek), uint8(2))
	f.Add([]byte("*Vertices 3 1\n*Matrix\n0 1\n*Arcslist\n1 2 3\n"), uint8(2))
	f.Add([]byte("source,target,weight\n\"a\",b,1\nc;d\n"), uint8(3))
	f.Add([]byte("Source\tTarget\tType\tlayer\na\tb\tDirected\tx\n"), uint8(3))
	f.Fuzz(func(t *testing.T, data []byte, kind uint8) {
		options := ReadOptions{
			Build:    graph.BuildOptions{Weighted: kind&4 > 0, KeepLoops: kind&8 > 0, Signed: kind&16 > 0},
			MaxBytes: 1 << 20,
		}
		ctx, r := context.Background(), bytes.NewReader(data)
		var n *Network
		var err error
		switch kind & 3 {
		case 0:
			n, err = ReadGraphML(ctx, r, options, graph.Options{Threads: 1})
		case 1:
			n, err = ReadGEXF(ctx, r, options, graph.Options{Threads: 1})
		case 2:
			n, err = ReadPajek(ctx, r, options, graph.Options{Threads: 1})
		default:
			n, err = ReadTables(ctx, nil, r, options, graph.Options{Threads: 1})
		}
		if err != nil || n.Graph.N() > 10_000 {
			return
		}
		checkStructure(t, n.Graph)
		// What was read can be written.
		var out bytes.Buffer
		if err := errors.Join(WriteGraphML(&out, n), WriteGEXF(&out, n), WritePajek(&out, n), WriteEdgeTable(&out, n),
			WriteNodeTable(&out, n), WriteEdgeList(&out, n)); err != nil {
			t.Fatal(err)
		}
	})
}
