package graph

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"testing"
)

// TestCommentsNameWhatExists looks up every name of two humps, such as FindCuts, and every [Graph] in brackets.
func TestCommentsNameWhatExists(t *testing.T) {
	named := regexp.MustCompile(`\b[A-Z][a-z]+[A-Z][a-z]+[A-Za-z]*\b|\[([A-Z]\w*)[].]`)
	known, set := map[string]bool{"HyperLogLog": true, "SocioPatterns": true}, token.NewFileSet() // of others
	var comments []*ast.Comment
	for _, pattern := range []string{"*.go", "*/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, name := range files {
			file, err := parser.ParseFile(set, name, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					known[id.Name] = true
				}
				return true
			})
			for _, group := range file.Comments {
				comments = append(comments, group.List...)
			}
		}
	}
	for _, c := range comments {
		for _, match := range named.FindAllStringSubmatch(c.Text, -1) {
			name := match[0]
			if match[1] != "" {
				name = match[1]
			}
			if !known[name] {
				t.Errorf("%s names %s, which does not exist", set.Position(c.Pos()), name)
			}
		}
	}
}
