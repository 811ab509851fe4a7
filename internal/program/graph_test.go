package program_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gave.network/internal/cli"
)

const karate = "../../graph/testdata/classic/karate.csv"

// graphRun is what scripts read of a kernel's run.
type graphRun struct {
	Kernel   string         `json:"kernel"`
	N        int            `json:"n"`
	M        int            `json:"m"`
	Threads  int            `json:"threads"`
	Load     *float64       `json:"load_s"`
	Runs     []float64      `json:"runs_s"`
	Result   map[string]any `json:"result"`
	Rejected int            `json:"rejected"`
}

func kernelRun(t *testing.T, args ...string) graphRun {
	t.Helper()
	var r graphRun
	out := gave(t, append([]string{"graph", "--json"}, args...)...)
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return r
}

func TestGraphOnAFile(t *testing.T) {
	out := filepath.Join(t.TempDir(), "ranks.csv")
	r := kernelRun(t, "pagerank", karate, "--runs", "3", "--threads", "1", "--out", out)
	if r.Kernel != "pagerank" || r.N != 34 || r.M != 78 || r.Threads != 1 || len(r.Runs) != 3 ||
		r.Load == nil || *r.Load <= 0 {
		t.Errorf("%+v", r)
	}
	file, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) != 35 || strings.Join(rows[0], ",") != "node,value" {
		t.Fatalf("%v, %d rows", err, len(rows))
	}
	for _, row := range rows {
		// networkx
		if value, _ := strconv.ParseFloat(row[1], 64); row[0] == "34" && !(math.Abs(value-0.100919) <= 1e-5) {
			t.Errorf("the rank of 34 is %v", row[1])
		}
	}
	if text := string(gave(t, "graph", "triangles", karate)); !strings.Contains(text, "34 nodes, 78 ties") ||
		!strings.Contains(text, "triangles = 45\n") {
		t.Errorf("for people: %s", text)
	}
	var list struct {
		Kernels []struct{ Name, Help string }
	}
	if err := json.Unmarshal(gave(t, "graph", "--json"), &list); err != nil || len(list.Kernels) < 40 {
		t.Errorf("%v, %d kernels", err, len(list.Kernels))
	}
	shown := string(gave(t, "graph"))
	for _, k := range list.Kernels {
		if !strings.Contains(shown, "\n"+k.Name+" ") && !strings.HasPrefix(shown, k.Name+" ") {
			t.Errorf("the list does not show %s", k.Name)
		}
	}
}

// What is wrong is said in one sentence on standard error, with the exit code that scripts go by.
func TestGraphRefuses(t *testing.T) {
	damaged := filepath.Join(t.TempDir(), "g.snapshot")
	if err := os.WriteFile(damaged, []byte("GAVEGRAPH but not really"), 0o600); err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(t.TempDir(), "half.el")
	if err := os.WriteFile(half, []byte("1 2 0.5\n2 3 much\n3 4 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		exit int
		says string
	}{
		{[]string{"pagernk", karate}, cli.ExitUsage, "There is no kernel called pagernk."},
		{[]string{"pagerank", "nofile.el"}, cli.ExitFailed, "The file nofile.el is not there."},
		{[]string{"pagerank", karate, "--hops", "3"}, cli.ExitUsage, "The kernel pagerank does not take --hops."},
		{[]string{"pagerank", karate, "--dampng", "3"}, cli.ExitUsage, "There is no flag --dampng here."},
		{[]string{"pagerank", karate, "--runs", "0"}, cli.ExitUsage, "--runs cannot be 0."},
		{[]string{"pagerank", karate, "--bits", "16"}, cli.ExitUsage, "--bits cannot be 16."},
		{[]string{"pagerank", karate, "--damping", "NaN"}, cli.ExitUsage, "--damping cannot be NaN."},
		{[]string{"pagerank", karate, "--damping", "7"}, cli.ExitUsage, "cannot work with these values"},
		{[]string{"pagerank", karate, "more"}, cli.ExitUsage, "one argument too many"},
		{[]string{"bfs", karate, "--source", "Nobody"}, cli.ExitFailed, "There is no node called Nobody."},
		{[]string{"pagerank", damaged}, cli.ExitFailed, "g.snapshot"},
		{[]string{"degree", half, "--weights"}, cli.ExitRejected, ""},
	} {
		cmd := command(context.Background(), append([]string{"graph"}, c.args...)...)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		var exit *exec.ExitError
		err := cmd.Run()
		if !errors.As(err, &exit) || exit.ExitCode() != c.exit || !strings.Contains(stderr.String(), c.says) {
			t.Errorf("gave graph %v: %v, want exit %d\n%s", c.args, err, c.exit, stderr.String())
		}
	}
}

// Without a file a kernel runs on the ties of the data directory.
func TestGraphOnTies(t *testing.T) {
	data := t.TempDir()
	cmd := command(context.Background(), "graph", "degree", "--data", data)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err == nil || !strings.Contains(stderr.String(), "There are no ties of your own to analyse.") {
		t.Errorf("without ties: %v %s", err, stderr.String())
	}
	_, me := worldFiles(t)
	inPeace(t, data)
	r := kernelRun(t, "degree", "--data", data)
	if r.N < 50 || r.M < r.N-1 || r.Result["sum"] != float64(2*r.M) {
		t.Fatalf("%+v", r)
	}
	reached := kernelRun(t, "bfs", "--data", data, "--source", me[1])
	if known, _ := reached.Result["reached"].(float64); known < float64(r.N)/2 || reached.Result["source"] == "" {
		t.Errorf("from the user: %+v", reached.Result)
	}
	if weighted := kernelRun(t, "best-path", "--data", data, "--weights"); weighted.Result["max"].(float64) > 1 ||
		weighted.M != r.M {
		t.Errorf("strengths: %+v", weighted.Result)
	}
	if groups := kernelRun(t, "ei-index", "--data", data, "--group", "organisation"); groups.N != r.N {
		t.Errorf("by organisation: %+v", groups)
	}
}
