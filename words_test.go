package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gave.network/internal/app"
	"gave.network/internal/config"
	"gave.network/internal/graphcmd"
	"gave.network/internal/help"
	"gave.network/internal/intake/read/formats"
	"gave.network/internal/lang"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/tact"
	"gave.network/lab"
)

// words are the texts of the source: those that people see, each with where it is, and every other literal.
type words struct {
	said     map[string]string
	literals map[string]bool
}

// keyPlace is which argument of a call by this name is a text for people. A call to T has the text first or after the
// context.
var keyPlace = map[string][]int{
	"T": {0, 1}, "New": {1}, "Wrap": {2}, "WithHint": {0}, "Usage": {0}, "Because": {0}, "because": {0}, "reject": {1},
	"Var": {2}, "VarP": {3}, "BoolVar": {3}, "BoolVarP": {4}, "BoolP": {3}, "StringVar": {3}, "StringVarP": {4},
	"IntVar": {3}, "StringArrayVar": {3}, "DurationVar": {3}, "Write": {0},
}

// receivers are the packages whose New and Wrap make sentences.
var sentences = map[string]bool{"fault": true}

// inTemplate is a text in a template of package html/template.
var inTemplate = regexp.MustCompile(`\.T "([^"]+)"`)

func readWords(t *testing.T) words {
	t.Helper()
	w := words{map[string]string{}, map[string]bool{}}
	read := func(path string, entry fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".html") {
			content, err := os.ReadFile(path)
			for _, found := range inTemplate.FindAllSubmatch(content, -1) {
				w.say(path, string(found[1]))
			}
			return err
		}
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
			strings.Contains(path, "apitest") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		w.read(path, file)
		return nil
	}
	for _, dir := range []string{"internal", "lab", "graph/graphio"} {
		if err := filepath.WalkDir(dir, read); err != nil {
			t.Fatal(err)
		}
	}
	for _, o := range slices.Concat(app.Registry().All(), lab.Operations()) {
		w.say("operation "+o.Name, o.Summary, o.Help)
		for _, f := range o.Fields() {
			w.say("operation "+o.Name, f.Doc)
		}
		w.sayDocs("operation "+o.Name, o.Out, map[reflect.Type]bool{})
	}
	for _, f := range people.Fields {
		w.say("fact of a person", strings.ToLower(f.Label))
	}
	w.say("fact of a person", "name", "birthday", "anniversary", "death")
	for _, r := range app.Rooms() {
		w.say("room", r.Title, r.About)
		for _, g := range r.Grounds {
			w.say("ground", g.Missing, g.Why, g.Label)
		}
		for _, a := range r.Ages {
			w.say("age", a.Title, a.Cost)
		}
		for _, place := range page.Navigation(r.Places) {
			w.say("place", place.Title, place.About)
		}
		for _, t := range r.Tables {
			w.say("table "+t.Name, t.Title)
		}
	}
	for _, p := range app.Registry().Groups() {
		w.say("group", p.Title, p.About)
	}
	for _, f := range formats.All {
		w.say("format "+f.Name, f.Title, f.How)
	}
	for _, k := range graphcmd.Kernels() {
		w.say("kernel "+k.Name, k.Help)
	}
	for _, f := range graphcmd.Flags() {
		w.say("flag --"+f.Name, f.Help)
	}
	for _, o := range config.Options() {
		w.say("setting "+o.Key, o.Help)
	}
	for _, chapter := range help.Chapters() {
		w.say("chapter", chapter.Title)
	}
	for _, role := range []op.Role{op.Guest, op.Member, op.Owner} {
		w.say("role", role.String())
	}
	return w
}

func (w words) say(where string, keys ...string) {
	for _, key := range keys {
		if strings.Trim(key, "%sdv .,:") != "" {
			w.said[key] = where
		}
	}
}

// sayDocs collects what the API's description says of the fields of an answer.
func (w words) sayDocs(where string, t reflect.Type, seen map[reflect.Type]bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || seen[t] || !strings.HasPrefix(t.PkgPath(), "gave.network/") {
		return
	}
	seen[t] = true
	for _, f := range reflect.VisibleFields(t) {
		w.say(where, f.Tag.Get("doc"))
		w.sayDocs(where, f.Type, seen)
	}
}

// text returns a string literal, also one that is put together from several.
func text(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			s, err := strconv.Unquote(e.Value)
			return s, err == nil
		}
	case *ast.BinaryExpr:
		left, ok := text(e.X)
		right, also := text(e.Y)
		return left + right, ok && also && e.Op == token.ADD
	case *ast.ParenExpr:
		return text(e.X)
	}
	return "", false
}

func (w words) read(path string, file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case ast.Expr:
			if s, ok := text(n); ok {
				w.literals[s] = true
			}
		}
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && slices.Contains([]string{"Short", "Long"}, key.Name) {
				if s, ok := text(n.Value); ok {
					w.say(path, s)
				}
			}
		case *ast.CallExpr:
			name, receiver := called(n)
			places := keyPlace[name]
			if (name == "New" || name == "Wrap") && !sentences[receiver] {
				places = nil
			}
			for _, place := range places {
				if place < len(n.Args) {
					if s, ok := text(n.Args[place]); ok {
						w.say(path, s)
						break
					}
				}
			}
		case *ast.FuncDecl:
			w.sayVariables(path, n)
		case *ast.GenDecl:
			// The members of a closed vocabulary, such as the classes of ties, are typed constants.
			if n.Tok == token.CONST {
				for _, spec := range n.Specs {
					constant := spec.(*ast.ValueSpec)
					of, typed := constant.Type.(*ast.Ident)
					if typed && vocabulary[of.Name] || !typed && strings.HasPrefix(constant.Names[0].Name, "Reason") ||
						strings.HasPrefix(constant.Names[0].Name, "remark") {
						for _, value := range constant.Values {
							if s, ok := text(value); ok {
								w.say(path, s)
							}
						}
					}
				}
			}
		}
		return true
	})
}

// sayVariables collects the texts that reach T through a variable of the function.
func (w words) sayVariables(path string, function *ast.FuncDecl) {
	said := map[string]bool{}
	ast.Inspect(function, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if name, _ := called(call); name == "T" {
				for _, place := range keyPlace[name] {
					if place < len(call.Args) {
						if x, ok := call.Args[place].(*ast.Ident); ok {
							said[x.Name] = true
						}
					}
				}
			}
		}
		return true
	})
	assigned := func(to ast.Expr, value ast.Expr) {
		if x, ok := to.(*ast.Ident); ok && said[x.Name] {
			if s, ok := text(value); ok {
				w.say(path, s)
			}
			if chosen, ok := value.(*ast.IndexExpr); ok { // one of those of a map
				if list, ok := chosen.X.(*ast.CompositeLit); ok {
					for _, each := range list.Elts {
						if pair, ok := each.(*ast.KeyValueExpr); ok {
							if s, ok := text(pair.Value); ok {
								w.say(path, s)
							}
						}
					}
				}
			}
		}
	}
	ast.Inspect(function, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if len(n.Lhs) == len(n.Rhs) {
				for i := range n.Lhs {
					assigned(n.Lhs[i], n.Rhs[i])
				}
			}
		case *ast.ValueSpec:
			for i := range n.Values {
				assigned(n.Names[i], n.Values[i])
			}
		case *ast.RangeStmt: // for _, text := range []string{…}
			if list, ok := n.X.(*ast.CompositeLit); ok && n.Value != nil {
				for _, each := range list.Elts {
					assigned(n.Value, each)
				}
			}
		}
		return true
	})
}

// vocabulary are the types whose values pages show by their names.
var vocabulary = map[string]bool{
	"Class": true, "Medium": true, "Kind": true, "Reason": true, "Aspect": true, "State": true, "Level": true,
	"Consent": true, "Step": true,
}

func called(call *ast.CallExpr) (name, receiver string) {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name, ""
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			return f.Sel.Name, x.Name
		}
		return f.Sel.Name, ""
	}
	return "", ""
}

var verbs = regexp.MustCompile(`%(\[\d+\])?[-+# 0]*[0-9.*]*[a-zA-Z]`)

// values returns the verbs of a text in the order of their arguments.
func values(s string) []string {
	var out []string
	for i, verb := range verbs.FindAllString(strings.ReplaceAll(s, "%%", ""), -1) {
		place := strconv.Itoa(i + 1)
		if open := strings.Index(verb, "["); open > 0 {
			place = verb[open+1 : strings.Index(verb, "]")]
		}
		out = append(out, place+verb[len(verb)-1:])
	}
	slices.Sort(out)
	return out
}

// Every text that people see is said in every language, with the same values in it; the catalogues hold nothing else.
func TestEveryTextIsSaidInEveryLanguage(t *testing.T) {
	w := readWords(t)
	if len(w.said) < 500 {
		t.Fatalf("only %d texts were found in the source", len(w.said))
	}
	for _, key := range slices.Sorted(maps.Keys(w.said)) {
		for _, l := range locale.All {
			if l.Lang != locale.English && !locale.Has(l.Lang, key) {
				t.Errorf("%s: no %s for %q", w.said[key], l.Name, key)
			}
		}
	}
	for _, l := range lang.Spoken() {
		file := l.Tag + "/texts.json"
		var catalogue map[string]any
		if err := json.Unmarshal(l.Texts, &catalogue); err != nil {
			t.Fatal(err)
		}
		for key, value := range catalogue {
			if w.said[key] == "" && !w.literals[key] {
				t.Errorf("%s: nothing says %q", file, key)
			}
			each := map[string]any{"": value}
			if forms, ok := value.(map[string]any); ok {
				each = forms
			}
			for form, translated := range each {
				if form == "one" && !strings.Contains(fmt.Sprint(translated), "%d") {
					continue // one may be said in words
				}
				if want, got := values(key), values(fmt.Sprint(translated)); !slices.Equal(want, got) {
					t.Errorf("%s: %q has the values %v, its translation %q has %v", file, key, want, translated, got)
				}
			}
		}
	}
}

// What the rooms say of their moves passes the gate of tact in each language: a sentence of Gave's own that it takes
// for hearsay would keep every such move from being seen.
func TestMovesSayNothingDelicate(t *testing.T) {
	content, err := os.ReadFile("internal/lang/nl/texts.json")
	if err != nil {
		t.Fatal(err)
	}
	dutch := map[string]any{}
	if err := json.Unmarshal(content, &dutch); err != nil {
		t.Fatal(err)
	}
	looked := 0
	for english, where := range readWords(t).said {
		if !strings.Contains(filepath.Base(where), "moves") {
			continue
		}
		looked++
		for _, text := range []string{english, fmt.Sprint(dutch[english])} {
			if tact.Listed(text) {
				t.Errorf("%s: %q is held back as delicate", where, text)
			}
		}
	}
	if looked < 60 {
		t.Errorf("%d texts of moves were looked at", looked)
	}
}
