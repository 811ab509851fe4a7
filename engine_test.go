package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The programs in graph/README.md are built as a module of somebody else's, which gets nothing but the engine and
// golang.org/x/sys with it, and print what stands below them. Their main functions have twenty lines at most.
func TestTheEngineServesOthers(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	text, err := os.ReadFile("graph/README.md")
	if err != nil {
		t.Fatal(err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```go\n(package main.*?)```\n\n```\n(.*?)```").FindAllSubmatch(text, -1)
	if len(blocks) < 5 {
		t.Fatalf("graph/README.md has %d programs with what they print", len(blocks))
	}
	dir := t.TempDir()
	write := func(name string, data []byte) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i, block := range blocks {
		_, body, _ := strings.Cut(string(block[1]), "func main() {")
		if lines := strings.Count(body, "\n") - 2; lines > 20 {
			t.Errorf("program %d has a main function of %d lines", i+1, lines)
		}
		write(filepath.Join(strconv.Itoa(i+1), "main.go"), block[1])
	}
	write("go.mod", []byte("module example.org/somebody\n\ngo 1.26.0\n\nrequire (\n\tgave.network v0.0.0\n"+
		"\tgolang.org/x/sys "+versionOf(t, "golang.org/x/sys")+"\n)\n\nreplace gave.network => "+here+"\n"))
	sums, err := os.ReadFile("go.sum")
	if err != nil {
		t.Fatal(err)
	}
	write("go.sum", sums)
	friends, err := os.ReadFile("graph/testdata/classic/karate.csv")
	if err != nil {
		t.Fatal(err)
	}
	write("friends.csv", friends)
	run := func(name string, args ...string) string {
		t.Helper()
		command := exec.Command(name, args...)
		command.Dir = dir
		command.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
		out, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	modules := strings.Fields(run("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", "./..."))
	slices.Sort(modules)
	if modules = slices.Compact(modules); !slices.Equal(modules,
		[]string{"example.org/somebody", "gave.network", "golang.org/x/sys"}) {
		t.Errorf("programs with the engine get %v", modules)
	}
	run("go", "build", "-o", "bin/", "./...")
	for i, block := range blocks {
		if got := run(filepath.Join(dir, "bin", strconv.Itoa(i+1))); got != string(block[2]) {
			t.Errorf("program %d prints\n%s\ngraph/README.md says\n%s", i+1, got, block[2])
		}
	}
}

// versionOf returns the version of a module that go.mod asks for.
func versionOf(t *testing.T, module string) string {
	t.Helper()
	text, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(regexp.QuoteMeta(module) + ` (v\S+)`).FindSubmatch(text)
	if found == nil {
		t.Fatalf("go.mod does not ask for %s", module)
	}
	return string(found[1])
}
