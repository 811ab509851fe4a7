package app_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/intake"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/room"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// column is a column of the real schema.
type column struct{ Table, Name, Type string }

// schema reads the columns of all tables of ours, and those that refer to people.
func schema(t *testing.T, d *db.DB) (columns []column, toPerson map[string]bool) {
	t.Helper()
	ctx := context.Background()
	const goose = "goose_db_version"
	all, references := `select m.name as "table", c.name, lower(c.type) as type
		from sqlite_master m, pragma_table_info(m.name) c
		where m.type = 'table' and m.name <> $1 and m.name not like 'sqlite%' order by m.name, c.cid`,
		`select m.name || '.' || f."from" from sqlite_master m, pragma_foreign_key_list(m.name) f
			where m.type = 'table' and f."table" = 'person' and f."from" <> 'space'`
	if d.Dialect == db.PostgreSQL {
		all = `select table_name as "table", column_name as name, data_type as type from information_schema.columns
			where table_schema = current_schema() and table_name <> $1 order by table_name, ordinal_position`
		references = `select k.table_name || '.' || k.column_name from information_schema.key_column_usage k
			join information_schema.referential_constraints r on r.constraint_name = k.constraint_name
			and r.constraint_schema = k.constraint_schema
			join information_schema.table_constraints u on u.constraint_name = r.unique_constraint_name
			and u.constraint_schema = r.unique_constraint_schema
			where k.table_schema = current_schema() and u.table_name = 'person' and k.column_name <> 'space'`
	}
	columns, err := db.Select[column](ctx, d, all, goose)
	if err != nil {
		t.Fatal(err)
	}
	named, err := db.Values[string](ctx, d, references)
	if err != nil {
		t.Fatal(err)
	}
	toPerson = map[string]bool{}
	for _, n := range named {
		toPerson[n] = true
	}
	return columns, toPerson
}

// namingPeople are the names of columns that can only name somebody of the network; members are named by author, owner
// and member elsewhere.
var namingPeople = []string{
	"person", "other", "subject", "source_person", "target_person", "requester", "middle", "target", "manager", "kept",
	"absorbed", "merged",
}

// Every column of the real schema is declared by one room, with what it is: so nothing is forgotten when an import is
// taken back, somebody is erased, or all is exported.
func TestEveryColumnHasAnOwner(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tables := room.Tables(app.Rooms())
		columns, toPerson := schema(t, d)
		if len(columns) < 200 || len(toPerson) < 20 {
			t.Fatalf("the test cannot see the schema: %d columns, %d references to people", len(columns), len(toPerson))
		}
		there := map[string]bool{}
		for _, c := range columns {
			there[c.Table+"."+c.Name] = true
			if c.Name == "space" {
				continue
			}
			table, ok := room.Find(tables, c.Table)
			if !ok {
				t.Errorf("no room declares the table %s", c.Table)
				continue
			}
			i := slices.IndexFunc(table.Columns, func(x room.Column) bool { return x.Name == c.Name })
			if i < 0 {
				t.Errorf("%s.%s is declared by no room: say whose it is, and what becomes of it", c.Table, c.Name)
				continue
			}
			kind := table.Columns[i].Kind
			isPerson := toPerson[c.Table+"."+c.Name] || c.Type == "bytea" && slices.Contains(namingPeople, c.Name)
			if isPerson && kind != room.Person {
				t.Errorf("%s.%s names a person and is not declared as such", c.Table, c.Name)
			}
			if c.Type != "text" && (kind == room.Words || kind == room.Own || kind == room.Address) {
				t.Errorf("%s.%s is declared as text and is %s", c.Table, c.Name, c.Type)
			}
			if kind == room.Words && table.Columns[i].Why == "" && room.Mine(tables, table, "t", "$1") == "" {
				t.Errorf("%s.%s holds words and belongs to nobody", c.Table, c.Name)
			}
		}
		names := map[string]bool{}
		for _, table := range tables {
			if names[table.Name] {
				t.Errorf("the table %s is declared twice", table.Name)
			}
			names[table.Name] = true
			if table.Title == "" {
				t.Errorf("the rows of %s have no name", table.Name)
			}
			for _, c := range table.Columns {
				if !there[table.Name+"."+c.Name] {
					t.Errorf("%s.%s is declared and not there", table.Name, c.Name)
				}
			}
			if table.Parent != "" && !names[table.Parent] {
				t.Errorf("%s comes before %s, to which its rows belong", table.Name, table.Parent)
			}
		}
	})
}

// world opens a network at an address, as its owner, with a person of their own.
func network0(t *testing.T, address string) (*app.App, op.Viewer) {
	t.Helper()
	ctx := context.Background()
	a, err := app.Open(ctx, app.Config{Database: address, Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	v, err := a.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	v.Now = peopletest.Now
	v.Person = peopletest.Person(t, a.DB, v, "Owner Ownerson", "owner@example.org").ID
	if err := a.Account.SetPerson(ctx, v, v.Person); err != nil {
		t.Fatal(err)
	}
	return a, v
}

// call runs an operation with inputs by name.
func call(t *testing.T, a *app.App, v op.Viewer, name string, values map[string]string) any {
	t.Helper()
	out, err := a.Operations.Call(context.Background(), v, name, reflectInput(t, a, name, values))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out
}

// importCards imports address cards in one file and returns the import.
func importCards(t *testing.T, a *app.App, v op.Viewer, cards ...string) id.ID {
	t.Helper()
	file := filepath.Join(t.TempDir(), "cards.vcf")
	if err := os.WriteFile(file, []byte(strings.Join(cards, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	report, err := a.Intake.Import(context.Background(), v, []string{file}, intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return report.ID
}

func card(name string) string {
	given, family, _ := strings.Cut(name, " ")
	return "BEGIN:VCARD\r\nVERSION:3.0\r\nN:" + family + ";" + given + ";;;\r\nFN:" + name + "\r\nEMAIL:" + given +
		"@example.org\r\nTEL:+3161234" + fmt.Sprintf("%02d%02d", name[0]-'A', name[len(name)-1]-'a') +
		"\r\nNICKNAME:nick" + given + "\r\nORG:Imported BV\r\nTITLE:importer\r\nADR:;;;Importstad;;;\r\n" +
		"BDAY:1970-01-02\r\nCATEGORIES:imported\r\nNOTE:imported note\r\nX-UNKNOWN:imported value\r\nEND:VCARD\r\n"
}

// What a human typed survives when an import is taken back, whatever the kind and the room, and with it the person;
// what the import brought goes.
func TestUndoKeepsWhatWasTyped(t *testing.T) {
	typed := []struct {
		name string
		do   func(t *testing.T, a *app.App, v op.Viewer, address string)
		see  string // a query for what was typed, by space and person
		want string
	}{
		{"tag", func(t *testing.T, a *app.App, v op.Viewer, address string) {
			call(t, a, v, "people.tag", map[string]string{"person": address, "tags": "chess"})
		}, `select tag from person_tag where space = $1 and person = $2`, "chess"},
		{"the imported tag typed again", func(t *testing.T, a *app.App, v op.Viewer, address string) {
			call(t, a, v, "people.tag", map[string]string{"person": address, "tags": "imported"})
		}, `select tag from person_tag where space = $1 and person = $2`, "imported"},
		{"date", func(t *testing.T, a *app.App, v op.Viewer, address string) {
			call(t, a, v, "people.date", map[string]string{"person": address, "day": "1980-05-03"})
		}, `select kind from important_date where space = $1 and person = $2 and year = 1980`, "birthday"},
		{"place", func(t *testing.T, a *app.App, v op.Viewer, address string) {
			call(t, a, v, "people.edit", map[string]string{"person": address, "place": "Utrecht"})
		}, `select place from person where space = $1 and id = $2`, "Utrecht"},
		{"nickname", func(t *testing.T, a *app.App, v op.Viewer, address string) {
			call(t, a, v, "people.edit", map[string]string{"person": address, "nickname": "Snor"})
		}, `select nickname from person where space = $1 and id = $2`, "Snor"},
		{"role", func(t *testing.T, a *app.App, v op.Viewer, address string) {
			call(t, a, v, "people.edit",
				map[string]string{"person": address, "organisation": "Typed BV", "role": "typist"})
		}, `select title from person_role where space = $1 and person = $2`, "typist"},
		{"name", func(t *testing.T, a *app.App, v op.Viewer, address string) {
			call(t, a, v, "people.edit", map[string]string{"person": address, "name": "Typed Name"})
		}, `select name from person where space = $1 and id = $2`, "Typed Name"},
		{"captured place", func(t *testing.T, a *app.App, v op.Viewer, address string) {
			p, err := a.Network.Resolve(context.Background(), v, address)
			if err != nil {
				t.Fatal(err)
			}
			call(t, a, v, "capture", map[string]string{"text": "@" + p.ID.String() + " moved to Zwolle"})
		}, `select place from person where space = $1 and id = $2`, "Zwolle"},
		{"address", func(t *testing.T, a *app.App, v op.Viewer, address string) {
			p, err := a.Network.Resolve(context.Background(), v, address)
			if err == nil {
				err = a.Network.AddIdentifier(context.Background(), v, p,
					people.Identifier{Kind: people.MailAddress, Value: "typed@example.net"})
			}
			if err != nil {
				t.Fatal(err)
			}
		}, `select value from identifier where space = $1 and person = $2`, "typed@example.net"},
		{"note", func(t *testing.T, a *app.App, v op.Viewer, address string) {
			p, err := a.Network.Resolve(context.Background(), v, address)
			if err == nil {
				_, err = a.Network.AddNote(context.Background(), v, p, "typed", scope.Private)
			}
			if err != nil {
				t.Fatal(err)
			}
		}, `select body from note where space = $1 and person = $2`, "typed"},
		{"interaction", func(t *testing.T, a *app.App, v op.Viewer, address string) {
			p, err := a.Network.Resolve(context.Background(), v, address)
			if err == nil {
				_, err = a.Network.AddInteraction(context.Background(), v,
					tie.Interaction{Medium: tie.Call, Time: v.Now.UnixMicro(), Title: "typed"},
					[]people.Person{p})
			}
			if err != nil {
				t.Fatal(err)
			}
		}, `select i.title from interaction i join participant p on p.interaction = i.id
			where i.space = $1 and p.person = $2`, "typed"},
		{"gift", func(t *testing.T, a *app.App, v op.Viewer, address string) {
			call(t, a, v, "give.log", map[string]string{"body": "typed", "to": address})
		}, `select g.body from gift g join gift_person p on p.gift = g.id
			where g.space = $1 and p.person = $2`, "typed"},
		{"fact", func(t *testing.T, a *app.App, v op.Viewer, address string) {
			call(t, a, v, "goodwill.note", map[string]string{"person": address, "kind": "need", "body": "typed"})
		}, `select body from fact where space = $1 and person = $2`, "typed"},
		{"chart", func(t *testing.T, a *app.App, v op.Viewer, address string) {
			call(t, a, v, "colleagues.chart", map[string]string{"file": "person,department\n" + address + ",typed\n"})
		}, `select department from chart_position where space = $1 and person = $2`, "typed"},
		{"observation", func(t *testing.T, a *app.App, v op.Viewer, address string) {
			if err := a.Colleagues.Observe(context.Background(), v, address, "me", "typed", 1); err != nil {
				t.Fatal(err)
			}
		}, `select layer from statement where space = $1 and source_person = $2`, "typed"},
	}
	names := []string{
		"Aafke Aa", "Berend Bee", "Coba Cee", "Dirk Dee", "Eefje Ee", "Freek Eff", "Geesje Gee", "Harm Haa", "Ineke Ie",
		"Jorrit Jee", "Klaas Kaa", "Lobke Ell", "Mient Emm", "Nynke Enn", "Okke Oo", "Pleun Pee",
	}
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		a, v := network0(t, address)
		var cards []string
		for i := range typed {
			cards = append(cards, card(names[i]))
		}
		imported := importCards(t, a, v, append(cards, card("Zonder Niets"))...)
		keys := map[string]id.ID{}
		for i, c := range typed {
			mail := strings.ToLower(strings.Fields(names[i])[0]) + "@example.org"
			p, err := a.Network.Resolve(ctx, v, mail)
			if err != nil {
				t.Fatal(err)
			}
			keys[c.name] = p.ID
			c.do(t, a, v, mail)
		}
		if err := a.Intake.Undo(ctx, v, imported); err != nil {
			t.Fatal(err)
		}
		for _, c := range typed {
			found, err := db.Values[string](ctx, a.DB, c.see, v.Space, keys[c.name])
			if err != nil || !slices.Equal(found, []string{c.want}) {
				t.Errorf("%s: %q, %v is left, want %q", c.name, found, err, c.want)
			}
			if n, err := db.Value[int](ctx, a.DB, `select count(*) from person where space = $1 and id = $2`,
				v.Space, keys[c.name]); err != nil || n != 1 {
				t.Errorf("%s: the person is gone, %v", c.name, err)
			}
		}
		for _, query := range []string{
			`select name from person where space = $1 and name = 'Zonder Niets'`,
			`select place from person where space = $1 and place = 'Importstad'`,
			`select nickname from person where space = $1 and nickname like 'nick%'`,
			`select organisation from person where space = $1 and organisation = 'Imported BV'`,
			`select rest from person where space = $1 and rest <> ''`,
			`select value from identifier
				where space = $1 and value like '%@example.org' and value <> 'owner@example.org'`,
			`select body from note where space = $1 and body like 'imported%'`,
			`select kind from important_date where space = $1 and year = 1970`,
			`select name from organisation where space = $1 and name = 'Imported BV'`,
			`select word from person_word where space = $1 and word in ('importstad', 'importer')`,
		} {
			if found, err := db.Values[string](ctx, a.DB, query, v.Space); err != nil || len(found) > 0 {
				t.Errorf("what the import brought is still there: %s: %q, %v", query, found, err)
			}
		}
		if problems, err := a.DB.CheckIntegrity(ctx); err != nil || len(problems) > 0 {
			t.Error(problems, err)
		}
	})
}

// Two people of one import who were merged do not keep each other; somebody else who was merged into one of them does.
func TestUndoOfMerged(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		a, v := network0(t, address)
		imported := importCards(t, a, v, card("Anna Aa"), card("Bert Bee"), card("Carla Cee"))
		find := func(mail string) people.Person {
			t.Helper()
			p, err := a.Network.Resolve(ctx, v, mail)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		anna, bert, carla := find("anna@example.org"), find("bert@example.org"), find("carla@example.org")
		own := peopletest.Person(t, a.DB, v, "Own Person", "own@example.org")
		for _, pair := range [][2]id.ID{{anna.ID, bert.ID}, {carla.ID, own.ID}} {
			if _, err := a.Network.Merge(ctx, v, pair[0], pair[1]); err != nil {
				t.Fatal(err)
			}
		}
		if err := a.Intake.Undo(ctx, v, imported); err != nil {
			t.Fatal(err)
		}
		names, err := db.Values[string](ctx, a.DB, `select name from person where space = $1 order by name`, v.Space)
		if err != nil || !slices.Equal(names, []string{"Carla Cee", "Own Person", "Owner Ownerson"}) {
			t.Errorf("left are %q, %v", names, err)
		}
	})
}
