package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	// writing begins a statement that adds or changes rows.
	writing = regexp.MustCompile(`^\s*(insert into|update \w+\s+set)\b`)
	// counted is a parameter that nobody reading it knows the column of.
	counted = regexp.MustCompile(`\$([7-9]|[1-9][0-9])\b`)
)

// Rows are written by the names of their columns (db.Insert, db.Update, db.InsertMany), not by counted parameters.
func TestRowsAreWrittenByNames(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (path == filepath.Join("internal", "db") || entry.Name() == "node_modules"):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(path, ".go"):
			return nil
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		for _, at := range countedWrites(file) {
			t.Errorf("%s: write the row by the names of its columns", files.Position(at))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The test above sees what it looks for.
func TestCountedWritesAreSeen(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "bad.go", "package bad\n\nvar _ = `insert into a (b) "+
		"values ($1, $12)`\n\nvar _ = `update a`+` set b = `+b()+`, c = $7`\n\nvar _ = `update a set b = $6`\n\n"+
		"var _ = `select a from b where c = $8`\n", 0)
	if err != nil {
		t.Fatal(err)
	}
	if found := countedWrites(file); len(found) != 2 {
		t.Errorf("%d found, want 2", len(found))
	}
}

// countedWrites returns where a file adds or changes rows with seven parameters or more.
func countedWrites(file *ast.File) (found []token.Pos) {
	ast.Inspect(file, func(n ast.Node) bool {
		whole, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		// A text put together is one statement.
		sum, isSum := whole.(*ast.BinaryExpr)
		_, isText := whole.(*ast.BasicLit)
		if !isText && (!isSum || sum.Op != token.ADD) {
			return true
		}
		var statement strings.Builder
		ast.Inspect(whole, func(n ast.Node) bool {
			if part, ok := n.(*ast.BasicLit); ok && part.Kind == token.STRING {
				text, _ := strconv.Unquote(part.Value)
				statement.WriteString(text)
			}
			return true
		})
		if text := statement.String(); writing.MatchString(text) && counted.MatchString(text) {
			found = append(found, whole.Pos())
		}
		return false
	})
	return found
}
