package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// widest is how many columns a line may have, a tab being four.
const widest = 120

// tooWide returns the numbers of the lines of a Go file that are wider than that, without those that cannot well be
// broken: tags of structs, raw strings, addresses and what tools read.
func tooWide(set *token.FileSet, name string, source []byte) (out []int, err error) {
	file, err := parser.ParseFile(set, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil || ast.IsGenerated(file) {
		return nil, err
	}
	whole := map[int]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.BasicLit); ok && s.Kind == token.STRING && s.Value[0] == '`' {
			for line := set.Position(s.Pos()).Line; line <= set.Position(s.End()).Line; line++ {
				whole[line] = true
			}
		}
		return true
	})
	number := 0
	for line := range strings.SplitSeq(string(source), "\n") {
		number++
		if utf8.RuneCountInString(line)+3*strings.Count(line, "\t") > widest && !whole[number] &&
			!strings.Contains(line, "://") && !strings.HasPrefix(line, "//go:") {
			out = append(out, number)
		}
	}
	return out, nil
}

// plainWide fails for each line of a template, style or script that is too wide.
func plainWide(t *testing.T, name string) error {
	source, err := os.ReadFile(name)
	for number, line := range strings.Split(string(source), "\n") {
		if utf8.RuneCountInString(line)+3*strings.Count(line, "\t") > widest {
			t.Errorf("%s:%d: wider than %d columns", name, number+1, widest)
		}
	}
	return err
}

func TestLinesAreNarrow(t *testing.T) {
	set, looked := token.NewFileSet(), 0
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.Name() == "node_modules" || name == filepath.Join("internal", "page", "dist"):
			return fs.SkipDir
		case slices.Contains([]string{".templ", ".css", ".ts"}, filepath.Ext(name)):
			return plainWide(t, name)
		case filepath.Ext(name) != ".go":
			return nil
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		looked++
		lines, err := tooWide(set, name, source)
		for _, line := range lines {
			t.Errorf("%s:%d: wider than %d columns", name, line, widest)
		}
		return err
	})
	if err != nil || looked < 300 {
		t.Fatalf("%d files, %v", looked, err)
	}
	wide := strings.Repeat("w", widest)
	for source, want := range map[string]int{
		"var a = \"" + wide + "\"":                    1,
		"// " + wide:                                  1,
		"var a, b = `raw`, \"" + wide + "\"":          0,
		"var a = `\n" + wide + "`":                    0,
		"// https://example.org/" + wide:              0,
		"func f() {\n\t\t\t\t" + wide[:105] + "()\n}": 1,
	} {
		lines, err := tooWide(set, "made.go", []byte("package p\n\n"+source+"\n"))
		if err != nil || len(lines) != want {
			t.Errorf("%s: %d lines are found, want %d, %v", source, len(lines), want, err)
		}
	}
}
