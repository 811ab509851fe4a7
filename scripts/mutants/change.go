package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// change is one token that is another.
type change struct {
	number int
	at     string // file:line:column
	what   string
}

func (c change) String() string { return c.at + " " + c.what }

// helper is compiled into the package. Each function does what the source says, or another thing when its number is
// asked for.
const helper = `package %s

import (
	"cmp"
	"os"
	"strconv"
	"sync"
)

type mutantNumber interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

var (
	mutantActive, _ = strconv.Atoi(os.Getenv("MUTANT"))
	mutantFile      = os.Getenv("MUTANTS_SEEN")
	mutantSeen      [100000]bool
	mutantLock      sync.Mutex
)

func mutantIs(number int) bool {
	if mutantFile == "" {
		return number == mutantActive
	}
	mutantLock.Lock()
	defer mutantLock.Unlock()
	if !mutantSeen[number] {
		mutantSeen[number] = true
		f, err := os.OpenFile(mutantFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			panic(err)
		}
		f.WriteString(strconv.Itoa(number) + "\n")
		f.Close()
	}
	return false
}

func mutantPlus[T mutantNumber](n int, a, b T) T {
	if mutantIs(n) {
		return a - b
	}
	return a + b
}

func mutantMinus[T mutantNumber](n int, a, b T) T {
	if mutantIs(n) {
		return a + b
	}
	return a - b
}

func mutantTimes[T mutantNumber](n int, a, b T) T {
	if mutantIs(n) {
		return a / b
	}
	return a * b
}

func mutantOver[T mutantNumber](n int, a, b T) T {
	if mutantIs(n) {
		return a * b
	}
	return a / b
}

func mutantOpposite[T mutantNumber](n int, a T) T {
	if mutantIs(n) {
		return -a
	}
	return a
}

func mutantInverse[T mutantNumber](n int, a T) T {
	if mutantIs(n) {
		return 1 / a
	}
	return a
}

func mutantNot[T ~bool](n int, a T) T {
	if mutantIs(n) {
		return !a
	}
	return a
}

func mutantLess[T cmp.Ordered](n int, a, b T) bool {
	if mutantIs(n) {
		return a >= b
	}
	if mutantIs(n + 1) {
		return a <= b
	}
	return a < b
}

func mutantAtMost[T cmp.Ordered](n int, a, b T) bool {
	if mutantIs(n) {
		return a > b
	}
	if mutantIs(n + 1) {
		return a < b
	}
	return a <= b
}

func mutantMore[T cmp.Ordered](n int, a, b T) bool {
	if mutantIs(n) {
		return a <= b
	}
	if mutantIs(n + 1) {
		return a >= b
	}
	return a > b
}

func mutantAtLeast[T cmp.Ordered](n int, a, b T) bool {
	if mutantIs(n) {
		return a < b
	}
	if mutantIs(n + 1) {
		return a > b
	}
	return a >= b
}
`

// binary says by which function an operator is replaced, and what becomes of it.
var binary = map[token.Token]struct {
	function string
	what     []string
}{
	token.ADD: {"mutantPlus", []string{"+ is -"}},
	token.SUB: {"mutantMinus", []string{"- is +"}},
	token.MUL: {"mutantTimes", []string{"* is /"}},
	token.QUO: {"mutantOver", []string{"/ is *"}},
	token.LSS: {"mutantLess", []string{"< is >=", "< is <="}},
	token.LEQ: {"mutantAtMost", []string{"<= is >", "<= is <"}},
	token.GTR: {"mutantMore", []string{"> is <=", "> is >="}},
	token.GEQ: {"mutantAtLeast", []string{">= is <", ">= is >"}},
}

// editor collects what is written into one file. Nothing changes its lines.
type editor struct {
	set     *token.FileSet
	info    *types.Info
	next    *int
	changes *[]change
	before  map[int][]string // at an offset; the outermost first
	after   map[int][]string // the innermost first
	cut     map[int]int      // offset and length of what is left out
}

func (e *editor) offset(at token.Pos) int { return e.set.Position(at).Offset }

// number gives numbers to changes at a place.
func (e *editor) number(at token.Pos, what ...string) int {
	first := *e.next
	for _, w := range what {
		p := e.set.Position(at)
		*e.changes = append(*e.changes,
			change{*e.next, fmt.Sprintf("%s:%d:%d", filepath.Base(p.Filename), p.Line, p.Column), w})
		*e.next++
	}
	return first
}

func (e *editor) wrap(x ast.Node, before string) {
	from, to := e.offset(x.Pos()), e.offset(x.End())
	e.before[from] = append(e.before[from], before)
	e.after[to] = slices.Insert(e.after[to], 0, ")")
}

// basic is the type of an expression that is no constant, when it is a number or text.
func (e *editor) basic(x ast.Expr, want types.BasicInfo) (types.Type, bool) {
	tv := e.info.Types[x]
	if tv.Type == nil {
		return nil, false
	}
	b, ok := tv.Type.Underlying().(*types.Basic)
	return tv.Type, ok && b.Info()&want != 0
}

func (e *editor) visit(n ast.Node) bool {
	switch x := n.(type) {
	case *ast.GenDecl:
		return x.Tok == token.VAR
	case *ast.BinaryExpr:
		if e.info.Types[x].Value != nil {
			return false // known when compiled
		}
		to, ok := binary[x.Op]
		if x.Op == token.EQL || x.Op == token.NEQ {
			e.wrap(x, fmt.Sprintf("mutantNot(%d, ",
				e.number(x.OpPos, map[token.Token]string{token.EQL: "== is !=", token.NEQ: "!= is =="}[x.Op])))
			return true
		}
		if x.Op == token.LAND || x.Op == token.LOR {
			return true
		}
		want := types.IsNumeric
		if len(to.what) == 2 {
			want = types.IsOrdered
		}
		if _, fits := e.basic(x.X, want); !ok || !fits {
			return true
		}
		e.wrap(x, fmt.Sprintf("%s(%d, ", to.function, e.number(x.OpPos, to.what...)))
		at := e.offset(x.OpPos)
		e.cut[at] = len(x.Op.String())
		e.before[at] = append(e.before[at], ",")
	case *ast.UnaryExpr:
		if _, fits := e.basic(x.X, types.IsNumeric); x.Op == token.SUB && e.info.Types[x].Value == nil && fits {
			e.wrap(x, fmt.Sprintf("mutantOpposite(%d, ", e.number(x.OpPos, "-x is x")))
		}
	case *ast.IncDecStmt:
		kind, fits := e.basic(x.X, types.IsNumeric)
		if b, plain := kind.(*types.Basic); fits && plain {
			at := e.offset(x.TokPos)
			e.cut[at] = 2
			sign, what := " += ", "++ is --"
			if x.Tok == token.DEC {
				sign, what = " -= ", "-- is ++"
			}
			e.before[at] = append(e.before[at],
				fmt.Sprintf("%smutantOpposite[%s](%d, 1)", sign, b.Name(), e.number(x.TokPos, what)))
		}
	case *ast.AssignStmt:
		if len(x.Lhs) != 1 || len(x.Rhs) != 1 {
			return true
		}
		kind, fits := e.basic(x.Lhs[0], types.IsNumeric)
		b, plain := kind.(*types.Basic)
		if !fits || !plain {
			return true
		}
		switch {
		case x.Tok == token.ADD_ASSIGN || x.Tok == token.SUB_ASSIGN:
			e.wrap(x.Rhs[0],
				fmt.Sprintf("mutantOpposite[%s](%d, ", b.Name(), e.number(x.TokPos, x.Tok.String()+" turned")))
		case (x.Tok == token.MUL_ASSIGN || x.Tok == token.QUO_ASSIGN) && b.Info()&types.IsFloat != 0:
			e.wrap(x.Rhs[0],
				fmt.Sprintf("mutantInverse[%s](%d, ", b.Name(), e.number(x.TokPos, x.Tok.String()+" turned")))
		}
	}
	return true
}

// apply returns the source with what was collected.
func (e *editor) apply(source []byte) []byte {
	var out strings.Builder
	for i := 0; i <= len(source); i++ {
		for _, s := range e.after[i] {
			out.WriteString(s)
		}
		for _, s := range e.before[i] {
			out.WriteString(s)
		}
		if n := e.cut[i]; n > 0 {
			i += n - 1
		} else if i < len(source) {
			out.WriteByte(source[i])
		}
	}
	return []byte(out.String())
}

// changes writes the changed files and the overlay that puts them in the place of the true ones.
func (t target) changes(root, scratch string) (out []change, overlay string, err error) {
	loaded, err := packages.Load(&packages.Config{
		Dir: root,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedSyntax | packages.NeedTypes |
			packages.NeedTypesInfo | packages.NeedImports,
	}, "./"+t.folder)
	if err != nil {
		return nil, "", err
	}
	if len(loaded) != 1 {
		return nil, "", fmt.Errorf("%s is %d packages", t.folder, len(loaded))
	}
	p := loaded[0]
	if len(p.Errors) > 0 {
		return nil, "", p.Errors[0]
	}
	replace := map[string]string{}
	next := 1
	for _, file := range p.Syntax {
		name := p.Fset.Position(file.Pos()).Filename
		if len(t.files) > 0 && !slices.Contains(t.files, filepath.Base(name)) {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return nil, "", err
		}
		e := editor{p.Fset, p.TypesInfo, &next, &out, map[int][]string{}, map[int][]string{}, map[int]int{}}
		ast.Inspect(file, e.visit)
		to := filepath.Join(scratch, filepath.Base(name))
		if err := os.WriteFile(to, e.apply(source), 0o644); err != nil {
			return nil, "", err
		}
		replace[name] = to
	}
	help := filepath.Join(scratch, "mutant_helper.go")
	if err := os.WriteFile(help, fmt.Appendf(nil, helper, p.Name), 0o644); err != nil {
		return nil, "", err
	}
	replace[filepath.Join(root, t.folder, "zz_mutants.go")] = help
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, "", err
	}
	overlay = filepath.Join(scratch, "overlay.json")
	return out, overlay, os.WriteFile(overlay, data, 0o644)
}
