package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What ARCHITECTURE.md says of the house is so: the folders it lists are those that are there, and every file, test,
// function and type that it names in code stands where it says.
func TestArchitectureIsWhatStands(t *testing.T) {
	content, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := listedFolders(string(content))
	for folder := range listed {
		if _, err := os.Stat(folder); err != nil {
			t.Errorf("ARCHITECTURE.md lists %s, which is not there", folder)
		}
	}
	for folder := range folders(t) {
		if !listed[folder] {
			t.Errorf("ARCHITECTURE.md does not list %s", folder)
		}
	}
	declared, methods := declarations(t)
	inCode := regexp.MustCompile("`([^`\n]+)`")
	test := regexp.MustCompile(`\bTest[A-Z]\w+`)
	member := regexp.MustCompile(`^([a-z]+)\.([A-Z]\w*)(?:\.(\w+))?`)
	named := 0
	for _, name := range test.FindAllString(string(content), -1) {
		named++
		if !declared[name] {
			t.Errorf("ARCHITECTURE.md names %s, and no such test is there", name)
		}
	}
	for _, found := range inCode.FindAllStringSubmatch(string(content), -1) {
		code := found[1]
		switch m := member.FindStringSubmatch(code); {
		case m != nil:
			named++
			if !declared[m[1]+"."+m[2]] && !methods[m[1]+"."+m[2]] {
				t.Errorf("ARCHITECTURE.md names %s.%s, which no package declares", m[1], m[2])
			}
		case strings.ContainsAny(code, "*{$ (") || strings.Contains(code, "TOPIC"):
		case strings.Contains(code, "/") && path.Ext(code) != "" || path.Ext(code) == ".go":
			named++
			within := []string{".", "internal", "internal/power"} // the last for the files that every room has
			if !slices.ContainsFunc(within, func(base string) bool {
				_, err := os.Stat(filepath.Join(base, code))
				return err == nil
			}) {
				t.Errorf("ARCHITECTURE.md names the file %s, which is not there", code)
			}
		}
	}
	if named < 20 {
		t.Errorf("only %d names were looked up", named)
	}
}

// listedFolders returns the folders in the list at the top of ARCHITECTURE.md: those that stand further to the right
// lie in the one before them.
func listedFolders(text string) map[string]bool {
	out := map[string]bool{}
	folder := regexp.MustCompile(`^[a-z0-9/-]+/$`)
	parent := ""
	for line := range strings.Lines(text) {
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if indent < 4 {
			continue
		}
		for _, word := range strings.Fields(line) {
			if !folder.MatchString(word) {
				break
			}
			name := strings.TrimSuffix(word, "/")
			if indent == 4 {
				parent = name
			} else {
				name = parent + "/" + name
			}
			out[name] = true
		}
	}
	return out
}

// folders returns the folders of Go code that the list must hold: the tops, and what lies directly in internal.
func folders(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, pattern := range []string{"internal/*", "graph", "graph/*/", "lab", "cmd/*"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			if f = filepath.ToSlash(filepath.Clean(f)); f != "graph/internal" && f != "graph/testdata" {
				out[f] = true
			}
		}
	}
	return out
}

// declarations returns the names that packages declare, as package.Name and for tests alone, and methods, as
// package.Method.
func declarations(t *testing.T) (declared, methods map[string]bool) {
	t.Helper()
	declared, methods = map[string]bool{}, map[string]bool{}
	if err := filepath.WalkDir(".", func(file string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == ".git") {
			return filepath.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(file, ".go") {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		in := strings.TrimSuffix(parsed.Name.Name, "_test") + "."
		for _, d := range parsed.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv != nil {
					methods[in+d.Name.Name] = true
					continue
				}
				declared[in+d.Name.Name] = true
				if strings.HasPrefix(d.Name.Name, "Test") {
					declared[d.Name.Name] = true
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						declared[in+s.Name.Name] = true
					case *ast.ValueSpec:
						for _, n := range s.Names {
							declared[in+n.Name] = true
						}
					}
				}
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return declared, methods
}
