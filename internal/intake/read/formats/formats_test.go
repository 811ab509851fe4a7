package formats_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gave.network/internal/intake/read/formats"
)

// Every variable of type Format of the readers must be on the list, or nobody can import that format.
func TestFormatsAreListed(t *testing.T) {
	listed := map[string]bool{}
	for _, f := range formats.All {
		if listed[f.Name] {
			t.Errorf("the format %q is listed twice", f.Name)
		}
		listed[f.Name] = true
		if f.Title == "" || f.How == "" {
			t.Errorf("the format %q does not say to people what it is and where one gets it", f.Name)
		}
		if (f.Detect == nil) != (f.Read == nil) || (f.DetectTree == nil) != (f.ReadTree == nil) {
			t.Errorf("the format %q detects what it cannot read, or reads what it cannot detect", f.Name)
		}
		if f.Read == nil && f.ReadTree == nil {
			t.Errorf("the format %q reads nothing", f.Name)
		}
	}
	files, err := filepath.Glob("../*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			literal, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			if kind, ok := literal.Type.(*ast.SelectorExpr); !ok || kind.Sel.Name != "Format" {
				return true
			}
			for _, element := range literal.Elts {
				pair, ok := element.(*ast.KeyValueExpr)
				if !ok || pair.Key.(*ast.Ident).Name != "Name" {
					continue
				}
				name, err := strconv.Unquote(pair.Value.(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				found++
				if !listed[name] {
					t.Errorf("%s: the format %q is not on the list in formats.go", file, name)
				}
			}
			return true
		})
	}
	if found != len(formats.All) {
		t.Errorf("the list holds %d formats, the files define %d by name", len(formats.All), found)
	}
}

// An empty or binary file is of no format.
func TestDetectNothing(t *testing.T) {
	for _, head := range []string{
		"", "\x00\x01\x02\x03", "\x89PNG\r\n\x1a\n", "Dear reader,\n\nthis is only a letter.\n",
	} {
		if f, sure := formats.Detect([]byte(head), "letter.txt"); f != nil {
			t.Errorf("%q is taken for %s, sure %d", head, f.Name, sure)
		}
	}
}
