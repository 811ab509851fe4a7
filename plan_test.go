package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gave.network/internal/app"
	"gave.network/internal/help"
	"gave.network/internal/room"
)

// role says what a file of a room is for, by its name: NAME.go or TOPIC_NAME.go. Any other file holds rules.
func role(file string) string {
	name := strings.TrimSuffix(filepath.Base(file), ".go")
	name = name[strings.LastIndex(name, "_")+1:]
	if slices.Contains([]string{"room", "tables", "store", "service", "ops", "moves", "web"}, name) {
		return name
	}
	return "rules"
}

var (
	// statement begins every text of SQL.
	statement = regexp.MustCompile(`^\s*(select|insert into|update \w+ set|delete from|exists \(|and exists)\b`)
	// tableName comes behind these words.
	tableName = regexp.MustCompile(`\b(?:from|join|into|update)\s+([a-z_]+)`)
)

// Every room has the same plan: its files are named by what they do, and each does only that.
func TestEveryRoomKeepsToThePlan(t *testing.T) {
	for _, r := range principles() {
		folder := filepath.Join("internal", r.Key)
		if r.Title == "" || r.About == "" || r.Pages == nil || r.Proposer == nil || len(r.Operations) == 0 ||
			!slices.Contains(help.Chapters()[1].Pages, r.Key) {
			t.Errorf("the room %s leaves out its title, line, pages, moves, operations or story in the manual", r.Key)
		}
		for _, place := range r.Places {
			if place.Title == "" || place.About == "" || place.Icon == "" || !strings.HasPrefix(place.Address, "/") {
				t.Errorf("the room %s leaves something out of its place in the navigation: %+v", r.Key, place)
			}
		}
		wanted := []string{"room.go", "service.go", "ops.go", "moves.go", "web.go"}
		if len(r.Tables) > 0 {
			wanted = append(wanted, "tables.go", "store.go")
		}
		for _, name := range wanted {
			if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
				t.Errorf("the room %s has no %s", r.Key, name)
			}
		}
		if found, _ := filepath.Glob(filepath.Join(folder, "*.templ")); len(found) == 0 {
			t.Errorf("the room %s has no template", r.Key)
		}
		tables := map[string]bool{}
		for path, file := range files(t, folder) {
			for _, wrong := range keeps(role(path), file) {
				t.Errorf("%s: %s", path, wrong)
			}
			for _, table := range tablesOf(file) {
				tables[table] = true
			}
		}
		for table := range tables {
			if _, own := room.Find(r.Tables, table); !own {
				t.Errorf("the room %s reads the table %s, which is not its own: ask the network for it", r.Key, table)
			}
		}
		for _, table := range r.Tables {
			if !tables[table.Name] {
				t.Errorf("the room %s keeps %s and never touches it", r.Key, table.Name)
			}
		}
	}
}

// The test above sees what it looks for.
func TestThePlanIsChecked(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "bad.go", `package bad

import (
	"net/http"

	"gave.network/internal/db"
	"gave.network/internal/move"
)

func (s *Service) Propose() { db.Exec(`+"`delete from tie where space = $1`"+`); op.New("x.y") }

func (s *Service) Store() { db.Insert(ctx, tx, "note", db.Row{}, "") }

func Page(w http.ResponseWriter) {}
`, 0)
	if err != nil {
		t.Fatal(err)
	}
	for kind, most := range map[string]int{
		"rules": 7, "room": 7, "tables": 7, "store": 5, "service": 6, "ops": 5, "moves": 5, "web": 5,
	} {
		if found := keeps(kind, file); len(found) != most {
			t.Errorf("a bad file of %s: %d faults, want %d: %q", kind, len(found), most, found)
		}
	}
	if found := tablesOf(file); !slices.Equal(found, []string{"note", "tie"}) {
		t.Errorf("tables %v", found)
	}
}

func principles() []room.Room {
	var out []room.Room
	keys := room.Principles(app.Rooms())
	for _, r := range app.Rooms() {
		for _, group := range keys {
			if group.Key == r.Key {
				out = append(out, r)
			}
		}
	}
	return out
}

// files are those of a room that people wrote.
func files(t *testing.T, folder string) map[string]*ast.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %v", folder, err)
	}
	out := map[string]*ast.File{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") {
			continue
		}
		if out[name], err = parser.ParseFile(token.NewFileSet(), name, nil, 0); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// keeps says what in a file belongs in one of another role.
func keeps(role string, file *ast.File) []string {
	var wrong []string
	only := func(what string, roles ...string) {
		if what += " in a file of " + role; !slices.Contains(roles, role) && !slices.Contains(wrong, what) {
			wrong = append(wrong, what)
		}
	}
	for _, imported := range file.Imports {
		switch path, _ := strconv.Unquote(imported.Path.Value); path {
		case "net/http":
			only("HTTP", "ops", "web")
		case "gave.network/internal/db", "database/sql":
			only("the database", "store", "service")
		case "gave.network/internal/move":
			only("moves", "moves")
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.FuncDecl:
			if x.Recv != nil && x.Name.Name == "Propose" {
				only("Propose", "moves")
			}
		case *ast.CallExpr:
			if written(x) != "" {
				only("SQL", "store")
			}
		case *ast.SelectorExpr:
			if of, ok := x.X.(*ast.Ident); ok {
				switch of.Name + "." + x.Sel.Name {
				case "op.New":
					only("an operation", "ops")
				case "http.ResponseWriter":
					only("a handler", "web")
				}
			}
		case *ast.BasicLit:
			if text, err := strconv.Unquote(x.Value); err == nil && x.Kind == token.STRING &&
				statement.MatchString(text) {
				only("SQL", "store")
			}
		}
		return true
	})
	return wrong
}

// written returns the table that a call writes by the names of columns: the one after the context and the transaction.
func written(call *ast.CallExpr) string {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || len(call.Args) < 3 || f.Sel.Name != "Insert" && f.Sel.Name != "Update" {
		return ""
	}
	literal, ok := call.Args[2].(*ast.BasicLit)
	if of, is := f.X.(*ast.Ident); !is || of.Name != "db" || !ok {
		return ""
	}
	table, _ := strconv.Unquote(literal.Value)
	return table
}

// tablesOf returns the tables that the statements of a file name.
func tablesOf(file *ast.File) []string {
	found := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if table := written(call); table != "" {
			found[table] = true
		}
		for _, argument := range call.Args {
			texts := ""
			ast.Inspect(argument, func(n ast.Node) bool {
				if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
					text, _ := strconv.Unquote(literal.Value)
					texts += text + " "
				}
				return true
			})
			if statement.MatchString(texts) {
				for _, match := range tableName.FindAllStringSubmatch(texts, -1) {
					if match[1] != "set" {
						found[match[1]] = true
					}
				}
			}
		}
		return true
	})
	return slices.Sorted(maps.Keys(found))
}
