package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// loose returns the comparisons of a test that fails when they are true and that a number which is none (NaN) passes:
// an order beside a number with a point, or beside a distance, that is not turned round as in !(x <= 0.1). Package near
// does it in words.
func loose(file *ast.File) (out []*ast.BinaryExpr) {
	fails := func(body *ast.BlockStmt) bool {
		for _, s := range body.List {
			if x, ok := s.(*ast.ExprStmt); ok {
				if call, ok := x.X.(*ast.CallExpr); ok {
					if f, ok := call.Fun.(*ast.SelectorExpr); ok &&
						(strings.HasPrefix(f.Sel.Name, "Error") || strings.HasPrefix(f.Sel.Name, "Fatal")) {
						return true
					}
				}
			}
		}
		return false
	}
	real := func(x ast.Expr) bool {
		if minus, ok := x.(*ast.UnaryExpr); ok {
			x = minus.X
		}
		switch x := x.(type) {
		case *ast.BasicLit:
			return x.Kind == token.FLOAT
		case *ast.CallExpr:
			f, ok := x.Fun.(*ast.SelectorExpr)
			return ok && f.Sel.Name == "Abs"
		}
		return false
	}
	ast.Inspect(file, func(n ast.Node) bool {
		branch, ok := n.(*ast.IfStmt)
		if !ok || !fails(branch.Body) {
			return true
		}
		ast.Inspect(branch.Cond, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.UnaryExpr:
				return x.Op != token.NOT
			case *ast.FuncLit:
				return false
			case *ast.BinaryExpr:
				switch x.Op {
				case token.LSS, token.GTR, token.LEQ, token.GEQ:
					if real(x.X) || real(x.Y) {
						out = append(out, x)
					}
				}
			}
			return true
		})
		return true
	})
	return out
}

func TestComparisonsRefuseNoNumber(t *testing.T) {
	set, looked := token.NewFileSet(), 0
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			return err
		}
		looked++
		for _, x := range loose(file) {
			t.Errorf("%s: NaN passes this comparison: write !(x <= y) for x > y, or use package near",
				set.Position(x.OpPos))
		}
		return nil
	})
	if err != nil || looked < 50 {
		t.Fatalf("%d files, %v", looked, err)
	}
	bad, err := parser.ParseFile(set, "bad.go", `package p
		func f() { if x < 0.5 || n > 3 || !(x < 0.5) || math.Abs(x-y) > e { t.Errorf("") }; if x < 0.5 { n++ } }`, 0)
	if err != nil || len(loose(bad)) != 2 {
		t.Errorf("found %d of 2, %v", len(loose(bad)), err)
	}
}
