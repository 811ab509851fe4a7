package graphcmd

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gave.network/internal/fault"
)

const (
	karate   = "../../graph/testdata/classic/karate.csv"
	hightech = "../../graph/testdata/classic/krackhardt-hightech.csv"
)

// groupsOfKarate writes a table of nodes in which the two leaders disagree and half of the club is on each side.
func groupsOfKarate(t *testing.T) string {
	t.Helper()
	text := "id,side,stance\n"
	for v := 1; v <= 34; v++ {
		side := "first"
		if v > 17 {
			side = "second"
		}
		text += fmt.Sprintf("%d,%s,%d\n", v, side, map[int]int{1: 1, 34: -1}[v])
	}
	path := filepath.Join(t.TempDir(), "nodes.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// contactsOfKarate writes the ties of the club as contacts, one after the other.
func contactsOfKarate(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(karate)
	if err != nil {
		t.Fatal(err)
	}
	text := "from,to,time,duration\n"
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	for i, line := range lines[1:] {
		fields := strings.Split(line, ",")
		text += fmt.Sprintf("%s,%s,%d,%d\n", fields[0], fields[1], 10*i, i%25)
	}
	path := filepath.Join(t.TempDir(), "contacts.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func mustRun(t *testing.T, request Request) Result {
	t.Helper()
	result, err := Run(context.Background(), request)
	if err != nil {
		t.Fatalf("%s: %v", request.Kernel, err)
	}
	return result
}

// readTable returns the rows of a table, by their names.
func readTable(t *testing.T, path string) (heads string, rows map[string]string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows = map[string]string{}
	for _, r := range records[1:] {
		rows[strings.Join(r[:len(r)-1], "-")] = r[len(r)-1]
	}
	return strings.Join(records[0], ","), rows
}

// Every kernel runs on a small network with any number of threads and writes the kind of table that it says.
func TestEveryKernelRuns(t *testing.T) {
	heads := map[string]string{
		"node": "node,value", "edge": "source,target,value", "pair": "source,target,value", "place": "node,x,y",
	}
	seen := map[string]bool{}
	for _, k := range Kernels() {
		if k.Help == "" || seen[k.Name] || !strings.HasSuffix(k.Help, ".") {
			t.Errorf("%s: no help, or twice", k.Name)
		}
		seen[k.Name] = true
		var before map[string]string
		for _, threads := range []int{1, 2} {
			out := filepath.Join(t.TempDir(), "table.csv")
			request := Request{
				Kernel: k.Name, File: karate, Threads: threads, Runs: 2, Out: out, Seed: 7, Nodes: groupsOfKarate(t),
				Group: "side", Stance: "stance",
			}
			if k.Values == "graph" {
				request.Out = ""
			}
			if k.contacts {
				request.File = contactsOfKarate(t)
			}
			if k.Name == "qap" {
				request.File, request.Layers, request.Nodes, request.Directed = hightech, "advice, friendship", "", true
				result := mustRun(t, request)
				if got := result.Result["correlation"].(float64); !(math.Abs(got-0.154585) <= 1e-4) ||
					result.Result["permutations"] != 1000 {
					t.Fatalf("%+v", result.Result)
				}
				continue
			}
			result := mustRun(t, request)
			if result.N != 34 || result.M != 78 || result.Threads != threads || len(result.Runs) != 2 ||
				result.Reject != 0 {
				t.Fatalf("%s: %+v", k.Name, result)
			}
			text, err := json.Marshal(result)
			if err != nil {
				t.Fatalf("%s: %v", k.Name, err)
			}
			var fields map[string]any
			if err := json.Unmarshal(text, &fields); err != nil {
				t.Fatal(err)
			}
			if got := slices.Sorted(maps.Keys(fields)); !slices.Equal(got,
				[]string{"kernel", "load_s", "m", "n", "result", "runs_s", "threads"}) {
				t.Fatalf("%s: fields %v", k.Name, got)
			}
			if k.Values == "graph" || k.Values == "network" {
				continue
			}
			head, rows := readTable(t, out)
			if head != heads[k.Values] || k.Values == "node" && len(rows) != 34 {
				t.Fatalf("%s: %s and %d rows for values of each %s", k.Name, head, len(rows), k.Values)
			}
			if before != nil && !maps.Equal(before, rows) {
				t.Errorf("%s: another result with two threads", k.Name)
			}
			before = rows
		}
	}
}

// Published values of the karate club: Zachary 1977, and as igraph and networkx agree.
func TestPublishedValues(t *testing.T) {
	for _, c := range []struct {
		kernel, node string
		want         float64
	}{
		{"betweenness", "1", 231.0714},
		{"betweenness", "34", 160.5516},
		{"constraint", "1", 0.155423},
		{"constraint", "34", 0.1564},
		{"harmonic", "1", 23.166667},
		{"pagerank", "1", 0.09699729},
		{"kcore", "1", 4},
		{"clustering", "1", 0.15},
		{"degree", "34", 17},
	} {
		out := filepath.Join(t.TempDir(), "table.csv")
		mustRun(t, Request{Kernel: c.kernel, File: karate, Out: out})
		_, rows := readTable(t, out)
		if got, err := strconv.ParseFloat(rows[c.node], 64); err != nil || !(math.Abs(got-c.want) <= 1e-4) {
			t.Errorf("%s of %s is %v, want %v", c.kernel, c.node, rows[c.node], c.want)
		}
	}
	if q := mustRun(t,
		Request{Kernel: "leiden", File: karate}).Result["modularity"].(float64); !(math.Abs(q-0.4198) <= 1e-4) {
		t.Errorf("modularity %v", q)
	}
	if n := mustRun(t, Request{Kernel: "triangles", File: karate}).Result["triangles"]; fmt.Sprint(n) != "45" {
		t.Errorf("%v triangles", n)
	}
}

// The weights are of sizes that 32 bits cannot hold; what is right was worked out in fractions.
func TestConstraintOfWeightsOf64Bits(t *testing.T) {
	file, out := filepath.Join(t.TempDir(), "frac.el"), filepath.Join(t.TempDir(), "table.csv")
	if err := os.WriteFile(file, []byte("0 1 0.1\n1 2 0.2\n0 2 0.7\n2 3 1e-50\n3 4 16777217\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if result := mustRun(t, Request{Kernel: "constraint", File: file, Weighted: true, Out: out}); result.Reject != 0 {
		t.Errorf("rejected: %v", result.Problem)
	}
	_, rows := readTable(t, out)
	for v, want := range []float64{1.0204475308641976, 1.644054355281207, 0.8276963305898491, 1, 1} {
		if got, err := strconv.ParseFloat(rows[strconv.Itoa(v)], 64); err != nil || !(math.Abs(got-want) <= 1e-12) {
			t.Errorf("the constraint of %d is %v, want %v", v, rows[strconv.Itoa(v)], want)
		}
	}
	result := mustRun(t, Request{Kernel: "constraint", File: file, Weighted: true, Bits: 32})
	if result.Reject != 1 || result.N != 5 {
		t.Errorf("in 32 bits: %d nodes, rejected %v", result.N, result.Problem)
	}
}

func TestContacts(t *testing.T) {
	dir := t.TempDir()
	file, out := filepath.Join(dir, "contacts.csv"), filepath.Join(dir, "out.csv")
	text := "2026-01-01,Ann,Bob\n2026-01-03,Bob,Cem\n2026-01-02,Cem,Dee\n2026-01-09,Bob,Ann\nsoon,Bob,Dee\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		request Request
		want    map[string]string
	}{
		{
			Request{Kernel: "earliest-arrival", Source: "Ann"},
			map[string]string{"Ann": "", "Bob": "1.7672256e+09", "Cem": "1.7673984e+09", "Dee": ""},
		},
		{Request{Kernel: "fastest", Source: "Ann"}, map[string]string{
			"Ann": "", "Bob": "0", "Cem": "172800", "Dee": "",
		}},
		{Request{Kernel: "fewest-contacts", Source: "Ann", Until: "2026-01-02"}, map[string]string{
			"Ann": "", "Bob": "1", "Cem": "", "Dee": "",
		}},
		{Request{Kernel: "fewest-contacts"}, map[string]string{"Ann": "1", "Bob": "", "Cem": "1", "Dee": ""}},
		{Request{Kernel: "latest-departure", Source: "Ann", Since: "2026-01-02"}, map[string]string{
			"Ann": "", "Bob": "1.7679168e+09", "Cem": "1.7673984e+09", "Dee": "1.767312e+09",
		}},
		{Request{Kernel: "temporal-reach", Directed: true}, map[string]string{
			"Ann": "2", "Bob": "2", "Cem": "1", "Dee": "0",
		}},
		{Request{Kernel: "temporal-closeness", Unit: 86400, Directed: true}, map[string]string{
			"Ann": "0.5", "Bob": "0.20833333333333334", "Cem": "0.3333333333333333", "Dee": "0",
		}},
		{Request{Kernel: "fading", At: "2026-01-05", HalfLife: 2 * 86400}, map[string]string{
			"Ann-Bob": "0.25", "Bob-Cem": "0.5", "Cem-Dee": "0.35355339059327373",
		}},
	} {
		c.request.File, c.request.Out = file, out
		result := mustRun(t, c.request)
		if _, rows := readTable(t, out); !maps.Equal(rows, c.want) {
			t.Errorf("%s: %v, want %v", c.request.Kernel, rows, c.want)
		}
		if result.N != 4 || result.M != 4 || result.Reject != 1 {
			t.Errorf("%s: %+v", c.request.Kernel, result)
		}
	}
}

func TestPairsAndSource(t *testing.T) {
	dir := t.TempDir()
	pairs, out := filepath.Join(dir, "pairs"), filepath.Join(dir, "out.csv")
	if err := os.WriteFile(pairs, []byte("# two\n1 34\n17,\t26\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	result := mustRun(t, Request{Kernel: "distance", File: karate, Pairs: pairs, Out: out})
	if _, rows := readTable(t, out); rows["1-34"] != "2" || rows["17-26"] != "4" || result.Result["found"] != 2 {
		t.Errorf("distances %v", rows)
	}
	mustRun(t, Request{Kernel: "best-path", File: karate, Weighted: true, Measure: "length", Pairs: pairs, Out: out})
	if _, rows := readTable(t, out); rows["1-34"] != "3" {
		t.Errorf("lengths %v", rows)
	}
	mustRun(t, Request{Kernel: "bfs", File: karate, Source: "17", Out: out})
	if _, rows := readTable(t, out); rows["17"] != "0" || rows["26"] != "4" || rows["15"] != "5" {
		t.Errorf("steps %v", rows)
	}
	if eccentricity := mustRun(t,
		Request{Kernel: "bfs", File: karate}).Result["eccentricity"]; fmt.Sprint(eccentricity) != "4" {
		t.Errorf("from the node with most ties: %v", eccentricity)
	}
}

func TestFaults(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	empty, bad := write("empty.el", ""), write("bad.snapshot", "no snapshot")
	for _, c := range []struct {
		request Request
		code    fault.Code
	}{
		{Request{Kernel: "none", File: karate}, fault.Usage},
		{Request{Kernel: "burstiness", File: "nofile.csv"}, fault.NotFound},
		{Request{Kernel: "burstiness", File: write("who.csv", "from,to\na,b\n")}, fault.Invalid},
		{Request{Kernel: "fastest", File: contactsOfKarate(t), Source: "Nobody"}, fault.NotFound},
		{Request{Kernel: "fastest", File: contactsOfKarate(t), Since: "yesterday"}, fault.Usage},
		{Request{Kernel: "fading", File: contactsOfKarate(t), At: "noon"}, fault.Usage},
		{Request{Kernel: "fading", File: contactsOfKarate(t), HalfLife: -1}, fault.Usage},
		{Request{Kernel: "bfs", File: filepath.Join(dir, "missing")}, fault.NotFound},
		{Request{Kernel: "bfs", File: bad}, fault.Invalid},
		{Request{Kernel: "bfs", File: empty}, fault.Invalid},
		{Request{Kernel: "distance", File: empty}, fault.Invalid},
		{Request{Kernel: "bfs", File: karate, Source: "nobody"}, fault.NotFound},
		{Request{Kernel: "best-path", File: karate, Weighted: true}, fault.Usage},
		{Request{Kernel: "best-path", File: karate, Measure: "width"}, fault.Usage},
		{Request{Kernel: "distance", File: karate, Pairs: write("pairs", "1\n")}, fault.Invalid},
		{Request{Kernel: "distance", File: karate, Pairs: write("pairs2", "1 99\n")}, fault.NotFound},
		{Request{Kernel: "degree", File: karate, Out: filepath.Join(dir, "no", "out")}, fault.Invalid},
		{Request{Kernel: "assortativity", File: karate, Out: filepath.Join(dir, "out")}, fault.Usage},
		{Request{Kernel: "mixing", File: karate}, fault.Usage},
		{Request{Kernel: "mixing", File: karate, Group: "none"}, fault.NotFound},
		{Request{Kernel: "mixing", File: karate, Nodes: filepath.Join(dir, "none"), Group: "side"}, fault.NotFound},
		{Request{Kernel: "qap", File: hightech}, fault.Usage},
		{Request{Kernel: "leiden", File: karate, Objective: "beauty"}, fault.Usage},
		{Request{Kernel: "qap", File: hightech, Layers: "advice,money"}, fault.NotFound},
	} {
		_, err := Run(context.Background(), c.request)
		var known *fault.Error
		if !errors.As(err, &known) || known.Code != c.code {
			t.Errorf("%+v: %v, want a fault of code %s", c.request, err, c.code)
		}
	}
	// Every other kernel takes a graph without nodes.
	for _, k := range Kernels() {
		if slices.Contains(k.Flags, "pairs") || slices.Contains([]string{"bfs", "sssp", "push"}, k.Name) ||
			slices.Contains(k.Flags, "nodes") || k.Name == "qap" || k.Values == "network" ||
			k.contacts && slices.Contains(k.Flags, "source") {
			continue
		}
		mustRun(t, Request{Kernel: k.Name, File: empty})
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Run(cancelled, Request{Kernel: "pagerank", File: karate}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	broken := mustRun(t,
		Request{Kernel: "degree", File: write("broken.el", "1 2\n2 x\n3 4\n"), Out: filepath.Join(dir, "out.csv")})
	if broken.M != 3 || broken.Reject != 0 { // names, as one of them is no number
		t.Errorf("%+v", broken)
	}
}

// Every flag that a kernel names is one, every flag is named or for all, and no two share a place in the request.
func TestFlagsAndKernelsAgree(t *testing.T) {
	named := map[string]bool{}
	for _, k := range Kernels() {
		for _, name := range k.Flags {
			named[name] = true
		}
	}
	var request Request
	places := map[any]bool{}
	for _, f := range Flags() {
		if named[f.Name] == f.Every || f.Help == "" {
			t.Errorf("--%s: named by a kernel %v, for every kernel %v", f.Name, named[f.Name], f.Every)
		}
		delete(named, f.Name)
		place := f.Value(&request)
		switch place.(type) {
		case *bool, *int, *uint64, *float64, *string:
		default:
			t.Errorf("--%s is a %T", f.Name, place)
		}
		if places[place] {
			t.Errorf("--%s shares its place", f.Name)
		}
		places[place] = true
	}
	if len(named) > 0 {
		t.Errorf("kernels name flags that are none: %v", slices.Sorted(maps.Keys(named)))
	}
}
