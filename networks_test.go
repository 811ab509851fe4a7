package main

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"gave.network/internal/graphcmd"
)

// What docs/networks.md calls a function of the engine or a kernel of gave graph is one, and none of either is left
// out.
func TestNetworksPageNamesWhatIs(t *testing.T) {
	text, err := os.ReadFile("docs/networks.md")
	if err != nil {
		t.Fatal(err)
	}
	kernels, flags := map[string]bool{}, map[string]bool{}
	for _, k := range graphcmd.Kernels() {
		kernels[k.Name] = true
	}
	for _, f := range graphcmd.Flags() {
		flags["--"+f.Name] = true
	}
	declared, methods := declarations(t)
	code := regexp.MustCompile("`([^`]+)`")
	ours, named := map[string]bool{}, map[string]bool{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 5 || !strings.HasPrefix(line, "|") || strings.Contains(line, "NetworkX |") {
			continue
		}
		for _, found := range code.FindAllStringSubmatch(cells[3], -1) {
			name := found[1]
			if strings.HasPrefix(name, "minimize_") || name == "entropy" { // graph-tool's
				continue
			}
			ours[name] = true
			parts := strings.Split(name, ".")
			if len(parts) == 3 && !methods[parts[0]+"."+parts[2]] || len(parts) == 2 && !declared[name] {
				t.Errorf("docs/networks.md names %s, which is not there", name)
			}
		}
		for _, found := range code.FindAllStringSubmatch(cells[4], -1) {
			for _, word := range strings.Fields(found[1]) {
				named[word] = true
				if !kernels[word] && !flags[word] {
					t.Errorf("docs/networks.md names %s, which gave graph does not have", word)
				}
			}
		}
	}
	for name := range kernels {
		if !named[name] {
			t.Errorf("docs/networks.md does not name the kernel %s", name)
		}
	}
	// A kernel is a function that takes a context and a graph, a sequence or layers.
	kernel := regexp.MustCompile(
		`(?m)^func ([A-Z]\w+)\(\s*ctx context\.Context, \w+(?:, \w+)? (?:\*graph\.|\*Sequence)`,
	)
	folders, err := exec.Command("go", "list", "-f", "{{.Name}} {{.Dir}}", "./graph/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	for line := range strings.Lines(string(folders)) {
		name, folder, _ := strings.Cut(strings.TrimSpace(line), " ")
		if strings.Contains(folder, "/internal/") || name == "gonumgraph" || name == "graphio" {
			continue
		}
		files, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if !strings.HasSuffix(file.Name(), ".go") || strings.HasSuffix(file.Name(), "_test.go") {
				continue
			}
			source, err := os.ReadFile(folder + "/" + file.Name())
			if err != nil {
				t.Fatal(err)
			}
			for _, found := range kernel.FindAllStringSubmatch(string(source), -1) {
				looked++
				if !ours[name+"."+found[1]] {
					t.Errorf("docs/networks.md does not name %s.%s", name, found[1])
				}
			}
		}
	}
	if looked < 40 {
		t.Errorf("only %d kernels were looked for", looked)
	}
}
