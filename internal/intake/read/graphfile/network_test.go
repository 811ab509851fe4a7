package graphfile_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/graphfile"
	"gave.network/internal/intake/read/readtest"
	"gave.network/internal/realdata"
)

const (
	graphml = `<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="n" for="node" attr.name="name" attr.type="string"/>
<key id="w" for="edge" attr.name="weight" attr.type="double"/><graph edgedefault="undirected"><node id="a"><data key="n">Anna de Vries</data></node><node id="b"/>
<edge source="a" target="b"><data key="w">2.5</data></edge></graph></graphml>`
	gexf = `<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2"><graph defaultedgetype="directed"><nodes><node id="1" label="Anna de Vries"/><node id="2" label="Bob"/></nodes>
<edges><edge id="0" source="1" target="2" weight="2.5"/></edges></graph></gexf>`
	pajek = "*Vertices 2\r\n1 \"Anna de Vries\"\r\n2 \"Bob\"\r\n*Arcs\r\n1 2 2.5\r\n"
	gephi = "Source,Target,Type,Id,Label,timeset,Weight\nAnna de Vries,Bob,Directed,0,,,2.5\n"
	list  = "# advice\nAnna Bob 2.5\nBob Carla\n"
)

func TestNetworksOfEveryForm(t *testing.T) {
	for name, content := range map[string]string{
		"survey.graphml": graphml, "survey.gexf": gexf, "survey.net": pajek, "edges of a survey.csv": gephi,
		"survey.el": list,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			c, _, errs := readtest.Path(t, path)
			if len(errs) > 0 || len(c.Rejects) > 0 {
				t.Fatalf("%v %v", errs, c.Rejects)
			}
			if len(c.Contacts) < 2 || len(c.Statements) == 0 {
				t.Fatalf("%d people and %d ties, want Anna, Bob and their tie", len(c.Contacts), len(c.Statements))
			}
			s := c.Statements[0]
			if !strings.HasPrefix(c.Contacts[0].Name.Full, "Anna") || s.Weight != 2.5 ||
				s.From.Handle != c.Contacts[0].Handle || s.To.Handle != c.Contacts[1].Handle {
				t.Errorf("%+v\n%+v", c.Contacts, s)
			}
		})
	}
}

func TestTableOfEdgesTakesEachTieOnce(t *testing.T) {
	c, src := readtest.Text(t, graphfile.EdgeTable, "source;target;layer;weight;sign;time\n1;2;advice;1;;2024-05-01\n"+
		"1;2;advice;2;;1714694400\n2;1;advice;1;-1;7\n3;;advice;;;\n1;1;advice;;;\n1;2;money;x;;\n")
	if len(c.Contacts) != 2 || len(c.Statements) != 2 || len(c.Rejects) != 2 || src.Skipped["loop"] != 1 {
		t.Fatalf("%d people, %d ties, rejected %v, skipped %v", len(c.Contacts), len(c.Statements),
			c.Rejects, src.Skipped)
	}
	first, second := c.Statements[0], c.Statements[1]
	if first.Weight != 3 || !first.Time.Equal(time.Date(2024, 5, 3, 0, 0, 0, 0, time.UTC)) || second.Sign != -1 ||
		!second.Time.IsZero() {
		t.Errorf("%+v\n%+v", first, second)
	}
	if c.Rejected[0].Line != 5 || c.Rejected[1].Line != 7 {
		t.Errorf("rejected at %v", c.Rejected)
	}
	if c.Contacts[0].Name.Full != "test 1" {
		t.Errorf("a number is called %q", c.Contacts[0].Name.Full)
	}
}

// A network that was broken off goes on where it stopped: nothing twice, nothing lost.
func TestNetworkResumes(t *testing.T) {
	whole, _ := readtest.Text(t, graphfile.EdgeTable, gephi+"Bob,Carla,Directed,1,,,1\n")
	for after := 1; after <= len(whole.Contacts); after++ {
		part := &readtest.Collector{After: after}
		src := &read.Source{
			Path: "test", Reader: strings.NewReader(gephi + "Bob,Carla,Directed,1,,,1\n"), Zone: time.UTC,
			Now: readtest.Now,
		}
		if err := graphfile.EdgeTable.Read(context.Background(), src, part); err != readtest.ErrStop {
			t.Fatal(err)
		}
		rest := &readtest.Collector{}
		src = &read.Source{
			Path: "test", Reader: strings.NewReader(gephi + "Bob,Carla,Directed,1,,,1\n"), Zone: time.UTC,
			Now:    readtest.Now,
			Resume: part.Places[after-1].Next,
		}
		if err := graphfile.EdgeTable.Read(context.Background(), src, rest); err != nil {
			t.Fatal(err)
		}
		if len(part.Contacts)+len(rest.Contacts) != len(whole.Contacts) ||
			len(rest.Statements) != len(whole.Statements) {
			t.Errorf("after %d: %d and %d people, %d ties", after, len(part.Contacts), len(rest.Contacts),
				len(rest.Statements))
		}
	}
}

func TestNetworkWithoutNamesIsNoAddressBook(t *testing.T) {
	var b strings.Builder
	b.WriteString("source,target\n")
	for i := range graphfile.MaxUnnamed + 1 {
		fmt.Fprintf(&b, "0,%d\n", i+1)
	}
	src := &read.Source{Path: "big.csv", Reader: strings.NewReader(b.String()), Zone: time.UTC, Now: readtest.Now}
	err := graphfile.EdgeTable.Read(context.Background(), src, &readtest.Collector{})
	if fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), "gave graph") {
		t.Errorf("got %v, want a word about gave graph", err)
	}
}

func TestRealNetworks(t *testing.T) {
	for name, want := range map[string]struct{ people, ties int }{
		"lazega-lawfirm": {71, 2571}, "karate": {34, 78}, "krackhardt-hightech": {21, 0}, "sampson-monastery": {18, 0},
		"enron-email": {184, 0},
	} {
		c, _, errs := readtest.Path(t, realdata.Path(t, "networks/"+name))
		if len(errs) > 0 || len(c.Contacts) != want.people || want.ties > 0 && len(c.Statements) != want.ties ||
			len(c.Statements) == 0 {
			t.Errorf("%s: %d people and %d ties, rejected %d, %v; want %+v", name, len(c.Contacts), len(c.Statements),
				len(c.Rejects), errs, want)
		}
	}
	c, _, errs := readtest.Path(t, realdata.Path(t, "networks/karate"))
	if len(errs) > 0 || c.Contacts[0].Name.Full != "Mr Hi" || !c.Statements[0].Undirected {
		t.Errorf("karate: %+v %+v", c.Contacts[0], c.Statements[0])
	}
}

// Whatever stands in a file, a reader ends, and what it emits can be stored: ties have ends that say who they are.
func FuzzNetwork(f *testing.F) {
	for _, seed := range []string{
		graphml, gexf, pajek, gephi, list, "source,target\n\"a,b\n", "1 2\n2 3\n", "0 @\n", "a,b,{'weight': }\n",
	} {
		f.Add([]byte(seed))
	}
	samples, err := filepath.Glob("../testdata/samples/networks/*.*")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range samples {
		if content, err := os.ReadFile(name); err == nil {
			f.Add(content)
		}
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, format := range []read.Format{
			graphfile.EdgeTable, graphfile.NodeTable, graphfile.GraphML, graphfile.GEXF, graphfile.Pajek,
			graphfile.EdgeList, graphfile.GML, graphfile.DOT, graphfile.DL, graphfile.VNA, graphfile.TGF, graphfile.SIF,
			graphfile.NodeLink,
		} {
			format.Detect(content, "x."+format.Name)
			src := &read.Source{
				Path: "x", Reader: strings.NewReader(string(content)), Zone: time.UTC,
				Now: readtest.Now,
			}
			c := &readtest.Collector{}
			if err := format.Read(context.Background(), src, c); err != nil {
				continue
			}
			for _, s := range c.Statements {
				if s.From.Handle == "" && s.From.Address == "" || s.To.Handle == "" && s.To.Address == "" ||
					s.External == "" {
					t.Errorf("%s: %+v", format.Name, s)
				}
				if address := s.From.Address; address != "" && read.CleanAddress(address) == "" {
					t.Errorf("%s: %q is no address", format.Name, address)
				}
			}
		}
	})
}

// TestWhatATableSaysOfNodesComesBackWhole reads every kind of column of a table of nodes, for more people than share
// words, and ties that lie in several blocks, some of them said twice.
func TestWhatATableSaysOfNodesComesBackWhole(t *testing.T) {
	const people = 5000
	var nodes, edges strings.Builder
	nodes.WriteString("Id,Label,Email,Phone,Link,Organisation,Title,Department,Nickname,City,Skill,Note,Room\n")
	edges.WriteString("Source,Target,Type,Weight,Time\n")
	for i := range people {
		fmt.Fprintf(&nodes, "%d,Anna Bos %d,a%d@example.org,+31 20 %07d,example.org/%d,Office %d,chief %d,"+
			"dep %d,nick %d,Town %d,juggling;skill %d,note %d,room %d\n", i, i, i, i, i, i, i, i, i, i, i, i, i)
		fmt.Fprintf(&edges, "%d,%d,Undirected,1,\n%d,%d,Undirected,2,2024-05-01\n", i, (i+1)%people, (i+1)%people, i)
	}
	folder := filepath.Join(t.TempDir(), "club")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"nodes.csv": nodes.String(), "edges.csv": edges.String()} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, _, errs := readtest.Path(t, folder)
	if len(errs) > 0 || len(c.Rejects) > 0 || len(c.Contacts) != people || len(c.Statements) != people {
		t.Fatalf("%v %v, %d people and %d ties", errs, c.Rejects, len(c.Contacts), len(c.Statements))
	}
	for _, i := range []int{0, 1, 4096, people - 1} {
		got := c.Contacts[i]
		n := fmt.Sprint(i)
		want := read.Contact{
			Name: read.Name{Full: "Anna Bos " + n}, Nickname: "nick " + n, Handle: "network:club#" + n,
			Addresses: []string{"a" + n + "@example.org"}, Phones: []string{fmt.Sprintf("+31 20 %07d", i)},
			Links:         got.Links,
			Organisations: []read.Position{{Organisation: "Office " + n, Department: "dep " + n}},
			Place:         "Town " + n, Tags: []string{"juggling", "skill " + n}, Note: "note " + n,
			Unknown: []string{"Title=chief " + n, "Room=room " + n},
		}
		if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) || len(got.Links) != 1 ||
			!strings.HasSuffix(got.Links[0], "example.org/"+n) {
			t.Errorf("%d:\n%+v, want\n%+v", i, got, want)
		}
		s := c.Statements[i]
		if s.Weight != 3 || !s.Undirected || s.Time.Year() != 2024 || s.From.Name != "Anna Bos "+strings.TrimPrefix(
			s.From.Handle, "network:club#") {
			t.Errorf("%+v", s)
		}
	}
}
