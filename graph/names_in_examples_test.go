package graph_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every exported name of the engine, be it a function, a type, a constant, a variable or a method, stands in an example
// that is compiled and run. A type also does when an example has a value of it: as what a function there returns, or in
// a field of such.
func TestEveryNameIsInAnExample(t *testing.T) {
	for folder, package_ := range packagesOfEngine(t) {
		used := map[string]bool{}
		for _, file := range package_.examples {
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.SelectorExpr:
					used[n.Sel.Name] = true
				case *ast.KeyValueExpr: // a field of a struct
					if name, is := n.Key.(*ast.Ident); is {
						used[name.Name] = true
					}
				}
				return true
			})
		}
		for again := true; again; {
			again = false
			for name, types := range package_.gives {
				_, last, is := strings.Cut(name, ".")
				if !used[name] && !(is && used[last]) {
					continue
				}
				for _, kind := range types {
					again = again || !used[kind]
					used[kind] = true
				}
			}
		}
		var missing []string
		for _, name := range package_.exported {
			if _, last, is := strings.Cut(name, "."); !used[name] && !(is && used[last]) {
				missing = append(missing, name)
			}
		}
		if len(missing) > 0 {
			slices.Sort(missing)
			t.Errorf("%s: no example has %s", folder, strings.Join(missing, ", "))
		}
	}
}

// engineFolder is what a folder of the engine holds.
type engineFolder struct {
	exported []string            // functions, types, constants and variables by name, methods as Type.Method
	gives    map[string][]string // the types that a function returns, or that a struct has
	examples []*ast.File
}

func packagesOfEngine(t *testing.T) map[string]engineFolder {
	t.Helper()
	out := map[string]engineFolder{}
	folders, err := filepath.Glob("*")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range append(folders, ".") {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil || len(files) == 0 || folder == "internal" {
			continue
		}
		if info, err := os.Stat(folder); err != nil || !info.IsDir() {
			continue
		}
		found := engineFolder{gives: map[string][]string{}}
		for _, name := range files {
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case strings.HasSuffix(name, "example_test.go"):
				found.examples = append(found.examples, file)
			case !strings.HasSuffix(name, "_test.go"):
				found.exported = append(found.exported, exportedNames(file, found.gives)...)
			}
		}
		out[folder] = found
	}
	return out
}

// typesIn are the exported types that are named in an expression.
func typesIn(n ast.Node) (out []string) {
	ast.Inspect(n, func(n ast.Node) bool {
		if name, is := n.(*ast.Ident); is && name.IsExported() {
			out = append(out, name.Name)
		}
		return true
	})
	return out
}

func exportedNames(file *ast.File, gives map[string][]string) (out []string) {
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if !d.Name.IsExported() {
				continue
			}
			if d.Recv == nil {
				out = append(out, d.Name.Name)
				if d.Type.Results != nil {
					gives[d.Name.Name] = typesIn(d.Type.Results)
				}
				continue
			}
			kind := d.Recv.List[0].Type
			if star, is := kind.(*ast.StarExpr); is {
				kind = star.X
			}
			if name, is := kind.(*ast.Ident); is && name.IsExported() {
				out = append(out, name.Name+"."+d.Name.Name)
				if d.Type.Results != nil {
					gives[name.Name+"."+d.Name.Name] = typesIn(d.Type.Results)
				}
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					if s.Name.IsExported() {
						out = append(out, s.Name.Name)
						if fields, is := s.Type.(*ast.StructType); is {
							for _, field := range fields.Fields.List {
								gives[s.Name.Name] = append(gives[s.Name.Name], typesIn(field.Type)...)
							}
						}
					}
				case *ast.ValueSpec:
					for _, name := range s.Names {
						if name.IsExported() {
							out = append(out, name.Name)
						}
					}
				}
			}
		}
	}
	return out
}
