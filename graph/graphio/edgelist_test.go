package graphio

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gave.network/graph"
)

func parseText(t testing.TB, text string, options ReadOptions) *Network {
	t.Helper()
	network, err := ParseEdgeList(context.Background(), []byte(text), options, graph.Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	return network
}

// listing writes a network's edges by name, in order, so that tests can compare them.
func listing(network *Network) string {
	var lines []string
	network.Graph.Edges(func(u, v uint32, w float64) bool {
		a, b := network.Names.Name(u), network.Names.Name(v)
		if !network.Graph.Directed() && b < a {
			a, b = b, a
		}
		lines = append(lines, fmt.Sprintf("%s-%s:%v", a, b, shown(network.Graph, w)))
		return true
	})
	slices.Sort(lines)
	return strings.Join(lines, " ")
}

func TestEdgeListForms(t *testing.T) {
	weighted := ReadOptions{Build: graph.BuildOptions{Weighted: true}}
	cases := []struct {
		name, text string
		options    ReadOptions
		nodes      int
		want       string
		problems   string
	}{
		{"plain", "0 1\n1 2\n", ReadOptions{}, 3, "0-1:1 1-2:1", ""},
		{"no last newline", "0 1\n1 2", ReadOptions{}, 3, "0-1:1 1-2:1", ""},
		{
			"returns, tabs and comments", "# SNAP\r\n% Konect\r\n// c\r\n\r\n0\t1\r\n1\t2\r\n",
			ReadOptions{},
			3, "0-1:1 1-2:1", "",
		},
		{"byte order mark", "\ufeff0 1\n", ReadOptions{}, 2, "0-1:1", ""},
		{"commas and headings", "Source,Target,Weight\n0,1,2.5\n1,2,1e1\n", weighted, 3, "0-1:2.5 1-2:10", ""},
		{"unknown headings", "person friend\n0 1\n1 2\n", ReadOptions{}, 3, "0-1:1 1-2:1", ""},
		{"two names alone", "Ann Bob\n", ReadOptions{}, 2, "Ann-Bob:1", ""},
		{"unused fields", "0 1 17 Monday\n1 2\n", ReadOptions{}, 3, "0-1:1 1-2:1", ""},
		{"missing weight", "0 1 3\n1 2\n", weighted, 3, "0-1:3 1-2:1", ""},
		{
			"bad neighbours", "0 1\nonly\n1 2\n3\n2 x\n3 4\n",
			ReadOptions{IDs: NumberIDs},
			5, "0-1:1 1-2:1 3-4:1",
			`line 2: "only" is not a node number; line 4: only one id; line 5: "x" is not a node number`,
		},
		{"bad weights", "0 1 nan\n0 2 -1\n0 3 inf\n0 4 1x\n0 5 .5\n", weighted, 6, "0-5:0.5", `line 1: the weight "nan" is not a finite number; line 2: the weight is negative; line 3: the weight "inf" is not a finite number; line 4: the weight "1x" is not a finite number`},
		{
			"signed", "0 1 -1\n1 2 1\n",
			ReadOptions{Build: graph.BuildOptions{Weighted: true, Signed: true}},
			3, "0-1:-1 1-2:1", "",
		},
		{"names", "Ann Bob\nBob Cas\n", ReadOptions{}, 3, "Ann-Bob:1 Bob-Cas:1", ""},
		{"names with blanks", "Ann Lee;Bob\nBob;Ann Lee\nBob;Cas\n", ReadOptions{}, 3, "Ann Lee-Bob:1 Bob-Cas:1", ""},
		{
			"quoted names", "from,to\n\"Lee, Ann\",Bob\n\"Lee, Ann\",\"Cas\"\n",
			ReadOptions{},
			3, "Bob-Lee, Ann:1 Cas-Lee, Ann:1", "",
		},
		{
			"names, bad lines", "Ann,Bob\nAnn\n,Bob\nBob,Cas\n",
			ReadOptions{},
			3, "Ann-Bob:1 Bob-Cas:1", "line 2: a line needs two ids; line 3: a line needs two ids",
		},
		{"digits as names", "007 7\n", ReadOptions{IDs: NameIDs}, 2, "007-7:1", ""},
		{"sparse ids", "4000000000 17\n17 99\n", ReadOptions{}, 3, "17-4000000000:1 17-99:1", ""},
		{"wide ids", "123456789012345 1\n1 2\n", ReadOptions{}, 3, "1-123456789012345:1 1-2:1", ""},
		{"numbers from 1", "1 2\n2 4\n", ReadOptions{}, 4, "1-2:1 2-4:1", ""},
		{"numbers from 1 as they are", "1 2\n2 4\n", ReadOptions{IDs: NumberIDs}, 5, "1-2:1 2-4:1", ""},
		{"isolated nodes", "0 1\n", ReadOptions{Nodes: 9}, 9, "0-1:1", ""},
		{
			"weights that 32 bits cannot hold", "0 1 1e-50\n1 2 1e39\n2 3 -1e-400\n3 4 0.0e-60\n4 5 1e-40\n5 6 1e400\n",
			weighted, 3, "3-4:0 4-5:1e-40",
			`line 1: the weight "1e-50" is too small for 32 bits, which would make it 0; ` +
				`line 2: the weight "1e39" is too large for 32 bits; ` +
				`line 3: the weight "-1e-400" is too small for 32 bits, which would make it 0; ` +
				`line 6: the weight "1e400" is too large for 32 bits`,
		},
		{
			"weights that 64 bits cannot hold", "0 1 1e-50\n1 2 1e39\n2 3 -1e-400\n3 4 0.1\n4 5 16777217\n5 6 1e400\n",
			ReadOptions{Build: graph.BuildOptions{Weighted: true, Weights64: true}},
			6,
			"0-1:1e-50 1-2:1e+39 3-4:0.1 4-5:1.6777217e+07",
			`line 3: the weight "-1e-400" is too small for 64 bits, which would make it 0; ` +
				`line 6: the weight "1e400" is too large for 64 bits`,
		},
		{"nothing", "", ReadOptions{}, 0, "", ""},
		{"only comments", "# no edges\n", ReadOptions{}, 0, "", ""},
		{
			"directed with loops", "1 0\n0 1\n1 1\n",
			ReadOptions{Build: graph.BuildOptions{Directed: true, KeepLoops: true}},
			2, "0-1:1 1-0:1 1-1:1", "",
		},
	}
	for _, c := range cases {
		network := parseText(t, c.text, c.options)
		var problems []string
		for _, p := range network.Problems {
			problems = append(problems, p.String())
		}
		if got := listing(network); got != c.want || network.Graph.N() != c.nodes ||
			strings.Join(problems, "; ") != c.problems || int(network.Rejected) != len(problems) {
			t.Errorf("%s: %d nodes, %s; problems %s", c.name, network.Graph.N(), got, strings.Join(problems, "; "))
		}
	}
}

func TestNamesOfNumbersFromOne(t *testing.T) {
	names := parseText(t, "1 2\n2 4\n", ReadOptions{}).Names
	for text, want := range map[string]uint32{"1": 0, "4": 3, "0": graph.None, "5": graph.None, "x": graph.None} {
		if v, found := names.Lookup(text); v != want || found != (want != graph.None) {
			t.Errorf("%s is node %d, %v", text, v, found)
		}
	}
	if names.Len() != 4 || names.Name(3) != "4" {
		t.Error(names.Len(), names.Name(3))
	}
}

func TestEdgeListOfManyPieces(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var numbers, names, packed bytes.Buffer
	var edges []graph.Edge
	for range 400_000 {
		u, v := uint32(r.IntN(50_000)), uint32(r.IntN(50_000))
		weight := float64(r.IntN(1000)) / 8
		edges = append(edges, graph.Edge{From: u, To: v, Weight: weight})
		fmt.Fprintf(&numbers, "%d %d %v\n", u, v, weight)
		fmt.Fprintf(&names, "node %d;n%d;%v\n", u, v, weight)
	}
	options := ReadOptions{Build: graph.BuildOptions{Weighted: true, Directed: true, KeepLoops: true}}
	want, err := graph.FromEdges(0, edges, options.Build)
	if err != nil {
		t.Fatal(err)
	}
	zip := gzip.NewWriter(&packed)
	if _, err := zip.Write(numbers.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	for _, threads := range []int{1, 3} {
		for _, data := range [][]byte{numbers.Bytes(), packed.Bytes()} {
			network, err := ReadEdgeList(context.Background(), bytes.NewReader(data), options,
				graph.Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			if !sameGraph(t, network.Graph, want) {
				t.Fatal("the list gives another graph than its edges")
			}
		}
	}
	first, err := ParseEdgeList(context.Background(), names.Bytes(), options, graph.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	second, err := ParseEdgeList(context.Background(), names.Bytes(), options, graph.Options{Threads: 3})
	if err != nil {
		t.Fatal(err)
	}
	if listing(first) != listing(second) || !sameGraph(t, first.Graph, second.Graph) || first.Graph.M() != want.M() {
		t.Fatal("names are numbered otherwise by another number of threads")
	}
	if _, err := ReadEdgeList(context.Background(), bytes.NewReader(packed.Bytes()),
		ReadOptions{MaxBytes: 1000}, graph.Options{}); !errors.Is(err, ErrTooLarge) {
		t.Fatalf("limit: %v", err)
	}
	if _, err := ReadEdgeList(context.Background(), bytes.NewReader(packed.Bytes()[:100]),
		options, graph.Options{}); err == nil {
		t.Fatal("half a gzip file is read without an error")
	}
}

func TestParseDigits(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 200_000 {
		value := r.Uint64() >> (1 + r.IntN(63))
		text := strconv.FormatUint(value, 10) + string([]byte{byte(r.IntN('0'))}) + strings.Repeat("9", r.IntN(12))
		digits := strings.IndexFunc(text, func(c rune) bool { return c < '0' || c > '9' })
		got, end := parseDigits([]byte(text), 0)
		if end != digits || got != value && digits <= 18 || digits > 18 && got < graph.MaxNodes {
			t.Fatalf("%q gives %d to %d", text, got, end)
		}
		// All eight-byte words: no byte may be taken for a digit.
		var word [9]byte
		binary.LittleEndian.PutUint64(word[:], r.Uint64())
		_, end = parseDigits(word[:], 0)
		want := slices.IndexFunc(word[:], func(c byte) bool { return c < '0' || c > '9' })
		if end != want {
			t.Fatalf("%q: digits end at %d, want %d", word, end, want)
		}
	}
}

func FuzzEdgeList(f *testing.F) {
	for _, seed := range []string{
		"0 1\n1 2\n", "a,b,1\n\"c,d\",e\n", "1 2 .5\r\n3 4 1e300\n", "# x\n\n1;2;nan", "99999999999 1\n",
		"\x1f\x8b\x08", "0 1 -0\n0 \n", "\"", "0 1\n2 4294967295",
	} {
		f.Add([]byte(seed), uint8(0))
		f.Add([]byte(seed), uint8(3))
	}
	f.Fuzz(func(t *testing.T, data []byte, kind uint8) {
		options := ReadOptions{
			Build: graph.BuildOptions{
				Weighted: kind&1 > 0, Directed: kind&2 > 0, KeepLoops: kind&4 > 0, Signed: kind&8 > 0,
			},
			IDs: IDs(kind >> 4 % 3), MaxBytes: 1 << 20,
		}
		if options.IDs == NumberIDs {
			options.IDs = AutoIDs // a number as it is may ask for four thousand million nodes
		}
		network, err := ParseEdgeList(context.Background(), data, options, graph.Options{Threads: 1})
		if err != nil {
			return
		}
		checkStructure(t, network.Graph)
		if lines := int64(bytes.Count(data, []byte{'\n'})) + 1; network.Graph.M()+network.Rejected > lines &&
			data[0] != 0x1f {
			t.Fatalf("%d lines give %d edges and %d problems", lines, network.Graph.M(), network.Rejected)
		}
	})
}
