package read_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"gave.network/internal/intake/read"
	"gave.network/internal/locale"
)

// What the file says comes back unchanged in every language, also within a reason within a reason.
func TestReasonsInDutch(t *testing.T) {
	dutch, english := locale.New(locale.Dutch, time.UTC), locale.New(locale.English, time.UTC)
	for _, c := range []struct{ reason, english, dutch string }{
		{
			read.Because("the date %s has yet to come", "2099-01-31"), "the date 2099-01-31 has yet to come",
			"de datum 2099-01-31 moet nog komen",
		},
		{
			read.Because("the date %s cannot be read", read.Quote(`31/02 x 100%`)), `the date "31/02 x 100%" cannot be read`,
			`de datum "31/02 x 100%" is niet te lezen`,
		},
		{
			read.Because("it is damaged: %s", "it ends in the middle"), "it is damaged: it ends in the middle",
			"het is beschadigd: het houdt halverwege op",
		},
		{
			read.Because("it is damaged: %s", read.Because("a record is larger than %s MB", "16")),
			"it is damaged: a record is larger than 16 MB", "het is beschadigd: een record is groter dan 16 MB",
		},
		{
			"a sentence that no reader of files says", "a sentence that no reader of files says",
			"a sentence that no reader of files says",
		},
		{
			read.Because("it has no usable date: Date is %s", read.Quote("")), "it has no usable date: Date is missing",
			"het heeft geen bruikbare datum: Date is er niet",
		},
	} {
		if got := read.ReasonFor(english, c.reason); got != c.english || read.EnglishReason(c.reason) != c.english {
			t.Errorf("in English %q and %q, want %q", got, read.EnglishReason(c.reason), c.english)
		}
		if got := read.ReasonFor(dutch, c.reason); got != c.dutch {
			t.Errorf("in Dutch %q, want %q", got, c.dutch)
		}
	}
}

// Every reason that a reader gives is a plain sentence with its Dutch, or made by Because, which words_test.go sees.
func TestReasonsAreTranslatable(t *testing.T) {
	plain := 0
	err := filepath.WalkDir("..", func(file string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			selected, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || selected.Sel.Name != "Reject" && selected.Sel.Name != "reject" || len(call.Args) == 0 {
				return true
			}
			where := set.Position(call.Pos())
			switch reason := call.Args[len(call.Args)-1].(type) {
			case *ast.BasicLit:
				text, _ := strconv.Unquote(reason.Value)
				plain++
				if !locale.Has(locale.Dutch, text) {
					t.Errorf("%s: %q has no Dutch", where, text)
				}
			case *ast.CallExpr:
				name := ""
				switch made := reason.Fun.(type) {
				case *ast.Ident:
					name = made.Name
				case *ast.SelectorExpr:
					name = made.Sel.Name
				}
				if !strings.HasPrefix(strings.ToLower(name), "because") {
					t.Errorf("%s: a reason that is put together must be made by Because", where)
				}
			case *ast.BinaryExpr:
				t.Errorf("%s: a reason that is put together must be made by Because", where)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if plain < 10 {
		t.Errorf("only %d plain reasons found: the test looks at nothing", plain)
	}
}
