package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/give"
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

// exportOf returns an export as a tree, without what differs between two installations.
func exportOf(t *testing.T, a *app.App, v op.Viewer) map[string]any {
	t.Helper()
	var out bytes.Buffer
	if err := a.Export(context.Background(), v, &out, ""); err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	decoder := json.NewDecoder(&out)
	decoder.UseNumber()
	if err := decoder.Decode(&tree); err != nil {
		t.Fatal(err)
	}
	delete(tree, "profile.show") // the account
	return tree
}

// empty opens an empty network at an address.
func empty(t *testing.T, address string) (*app.App, op.Viewer) {
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
	return a, v
}

// readBack exports a network with its files, reads it into an empty one at another address, and compares.
func readBack(t *testing.T, a *app.App, v op.Viewer, address string) {
	t.Helper()
	ctx := context.Background()
	b, w := empty(t, address)
	w.Now = v.Now
	for _, name := range []string{"export.zip", "folder"} {
		path := filepath.Join(t.TempDir(), name)
		if err := a.ExportFiles(ctx, v, path, app.Export{}); err != nil {
			t.Fatal(err)
		}
		report, err := b.Intake.Import(ctx, w, []string{path}, intake.Options{})
		if name == "folder" {
			if fault.CodeOf(err) != fault.Conflict {
				t.Errorf("an export is read into a network that is not empty: %v", err)
			}
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if report.State != intake.Done || report.PeopleAdded == 0 {
			t.Errorf("%+v", report)
		}
	}
	w.Person = v.Person
	before, after := exportOf(t, a, v), exportOf(t, b, w)
	if len(before["people"].([]any)) < 3 ||
		len(before["ties"].(map[string]any)["tie"].(map[string]any)["rows"].([]any)) == 0 {
		t.Fatal("the test exports nothing")
	}
	for name := range before {
		if difference := cmp.Diff(before[name], after[name]); difference != "" {
			t.Errorf("%s differs after export and import:\n%.3000s", name, difference)
		}
	}
	if problems, err := b.DB.CheckIntegrity(ctx); err != nil || len(problems) > 0 {
		t.Error(problems, err)
	}
	digests, err := b.Give.Digests(ctx, w)
	if err != nil {
		t.Fatal(err)
	}
	for _, digest := range digests {
		file, err := b.Give.Stored(digest)
		if err != nil {
			t.Fatalf("a shared file is missing: %v", err)
		}
		file.Close()
	}
}

// What was typed by hand in every room is the same after export and import, ties to the last bit and ids too.
func TestExportReadsBack(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		a, v := network0(t, address)
		secrets := plant(t, a, v)
		plantMore(t, a, v, secrets)
		company := "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:org\r\nFN:Bakkerij Bol\r\nORG:Bakkerij Bol\r\nEND:VCARD\r\n"
		for range 2 { // the second holds what the first brought
			importCards(t, a, v, card("Anna Aa"), card("Bert Bee"), card("Carla Cee"), company)
		}
		persons := map[string]people.Person{}
		for _, name := range []string{"anna", "bert", "carla"} {
			p, err := a.Network.Resolve(ctx, v, name+"@example.org")
			if err != nil {
				t.Fatal(err)
			}
			persons[name] = p
		}
		for i := range 40 {
			e := peopletest.Interaction(v, tie.Mail, v.Now.AddDate(0, 0, -7*i), v.Person, persons["anna"].ID,
				persons["bert"].ID)
			e.Title = "week"
			if i%3 == 0 {
				e.Visibility = scope.Space
			}
			peopletest.Record(t, a.DB, v, e)
		}
		ahead := peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 1, 0), v.Person, persons["bert"].ID)
		peopletest.Record(t, a.DB, v, ahead)
		// Ties from elsewhere: of all and of the owner alone, before and after what happened here, also of a second
		// name.
		for i, pair := range [][2]string{{"anna", "bert"}, {"carla", "bert"}, {"anna", "carla"}} {
			c := tie.Carried{
				Person: persons[pair[0]].ID, Other: persons[pair[1]].ID, Owner: v.Member, Origin: v.Member,
				Visibility: scope.Visibility(i % 2), Import: id.New(),
			}
			for k := range 3 {
				c.Add(v.Now.AddDate(0, 0, 5*k-30*i-40).UnixMicro(), id.New(), 1/float64(3+i+k), tie.Direction(k))
			}
			peopletest.Carry(t, a.DB, v, c)
		}
		if _, err := a.Network.Merge(ctx, v, persons["anna"].ID, persons["carla"].ID); err != nil {
			t.Fatal(err)
		}
		var r give.Resource
		if err := a.Give.Receive("plan.txt", strings.NewReader("a plan"), &r); err != nil {
			t.Fatal(err)
		}
		r.Title = "plan"
		if _, err := a.Give.Share(ctx, v, r); err != nil {
			t.Fatal(err)
		}
		erased := peopletest.Person(t, a.DB, v, "Erased Person", "erased@example.net")
		if _, err := a.Erase.Erase(ctx, v, erased, false); err != nil {
			t.Fatal(err)
		}
		call(t, a, v, "people.edit", map[string]string{"person": persons["bert"].ID.String(), "place": "Utrecht"})
		if err := a.Network.KeepPhoto(ctx, v, persons["bert"], portrait(t, color.White)); err != nil {
			t.Fatal(err)
		}
		call(t, a, v, "give.budget", map[string]string{"minutes": "90"})
		call(t, a, v, "horizon.hint", map[string]string{"allow": "yes"})
		call(t, a, v, "duties.told", map[string]string{"person": persons["bert"].ID.String()})
		if _, err := db.Exec(ctx, a.DB, `insert into phone_left (space, owner, person, at) values ($1, $2, $3, 1)`,
			v.Space, v.Member, persons["bert"].ID); err != nil {
			t.Fatal(err)
		}
		for _, rule := range []people.SharingInput{
			{Show: "known"}, {Show: "nothing", Source: "hand"}, {Show: "strength", Tie: "anna@example.org"},
		} {
			if _, err := a.Network.SetShare(ctx, v, rule); err != nil {
				t.Fatal(err)
			}
		}
		filled := exportOf(t, a, v)["tables"].(map[string]any)
		for _, table := range room.Tables(app.Rooms()) {
			if table.Derived || table.NotExported != "" || table.Name == "interaction_seen" ||
				table.Name == "trace_answer" {
				continue
			}
			if rows, ok := filled[table.Name].(map[string]any); !ok || len(rows["rows"].([]any)) == 0 {
				t.Errorf("the export has no rows of %s", table.Name)
			}
		}
		other := filepath.Join(t.TempDir(), "other.db")
		readBack(t, a, v, other)
	})
}

// From one database to another nothing changes, of a demo world neither.
func TestExportBetweenDatabases(t *testing.T) {
	f := importWorld(t, 5, 60, 1)
	dbtest.Addresses(t, func(t *testing.T, address string) { readBack(t, f.App, f.v, address) })
}

// What pages show of a person and what an export holds is the same.
func TestExportIsWhatPagesShow(t *testing.T) {
	ctx := context.Background()
	a, v := network0(t, filepath.Join(t.TempDir(), "one.db"))
	plant(t, a, v)
	importCards(t, a, v, card("Anna Aa"), card("Bert Bee"))
	var out bytes.Buffer
	if err := a.Export(ctx, v, &out, ""); err != nil {
		t.Fatal(err)
	}
	var export struct{ People []people.PersonRecord }
	if err := json.Unmarshal(out.Bytes(), &export); err != nil || len(export.People) < 5 {
		t.Fatal(len(export.People), err)
	}
	for _, p := range export.People {
		who, err := a.Network.Resolve(ctx, v, p.ID.String())
		if err != nil {
			t.Fatal(err)
		}
		known, err := a.Network.Record(ctx, v, who.ID)
		if err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(known)
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), string(got)); d != "" {
			t.Errorf("%s: %s", p.Name, d)
		}
	}
}

// An export of one person names nobody else, unless asked to.
func TestExportOfOneIsMasked(t *testing.T) {
	ctx := context.Background()
	a, v := network0(t, filepath.Join(t.TempDir(), "one.db"))
	one := peopletest.Person(t, a.DB, v, "Quirina Zandstra", "quirina@example.net")
	third := peopletest.Person(t, a.DB, v, "Wobbe Wiersma", "wobbe@example.net")
	e := peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -3), v.Person, one.ID, third.ID)
	e.Title = "lunch of Quirina and Wobbe Wiersma"
	peopletest.Record(t, a.DB, v, e)
	if _, err := a.Network.AddNote(ctx, v, one, "was sent by wobbe@example.net", scope.Private); err != nil {
		t.Fatal(err)
	}
	for _, unmasked := range []bool{false, true} {
		var out bytes.Buffer
		if err := a.ExportWith(ctx, v, &out,
			app.Export{Person: "quirina@example.net", Unmasked: unmasked}); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(strings.ToLower(out.String()), "wobbe"); got != unmasked {
			t.Errorf("unmasked %v: names the third person %v", unmasked, got)
		}
		if !strings.Contains(out.String(), "Quirina") || !strings.Contains(out.String(), "Owner Ownerson") ||
			!json.Valid(out.Bytes()) {
			t.Errorf("unmasked %v: %s", unmasked, out.String())
		}
	}
}

// A file that only looks like an export, or that plants rows of somebody else, leaves nothing behind.
func TestBadExports(t *testing.T) {
	ctx := context.Background()
	a, v := empty(t, filepath.Join(t.TempDir(), "one.db"))
	link, err := a.Account.Invite(ctx, v, op.Member)
	if err != nil {
		t.Fatal(err)
	}
	session, err := a.Account.Accept(ctx, link, "Other", "other@example.org", "a long enough password", "")
	if err != nil {
		t.Fatal(err)
	}
	other, err := a.Account.Session(ctx, session)
	if err != nil {
		t.Fatal(err)
	}
	person := `{"columns": ["id", "owner", "visibility", "name", "given", "particle", "family", "prefix", "suffix", "sort_key", "nickname", "organisation", "title",
		"place", "rest", "merged", "import", "created", "updated"], "rows": [["` + id.New().String() +
		`", "OWNER", 0, "N", "", "", "", "", "", "", "", "", "", "", "", "", "", 1, 1]]}`
	for name, content := range map[string]string{
		"cut":         `{"format": "gave-export-2", "at": "x", "tables": {"person": `,
		"another one": `{"format": "gave-export-9", "tables": {}}`,
		"no tables":   `{"format": "gave-export-2", "people": []}`,
		"a session":   `{"format": "gave-export-2", "tables": {"session": {"columns": [], "rows": []}}}`,
		"sql":         `{"format": "gave-export-2", "tables": {"person": {"columns": ["id) --"], "rows": []}}}`,
		"of another": `{"format": "gave-export-2", "tables": {"person": ` +
			strings.Replace(person, "OWNER", other.Member.String(), 1) + `}}`,
		"of nobody": `{"format": "gave-export-2", "tables": {"person": ` +
			strings.Replace(person, "OWNER", "", 1) + `}}`,
	} {
		path := filepath.Join(t.TempDir(), "x.json")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Intake.Import(ctx, v, []string{path}, intake.Options{}); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
		if list, err := a.Network.People(ctx, v, people.PeopleQuery{}); err != nil || len(list.People) != 1 ||
			list.People[0].ID != other.Person {
			t.Errorf("%s left %v, %v", name, list, err)
		}
	}
	path := filepath.Join(t.TempDir(), "good.json")
	if err := os.WriteFile(path,
		[]byte(`{"format": "gave-export-2", "tables": {"person": `+strings.Replace(person, "OWNER", "me", 1)+`}}`),
		0o600); err != nil {
		t.Fatal(err)
	}
	if report, err := a.Intake.Import(ctx, v, []string{path}, intake.Options{}); err != nil || report.PeopleAdded != 1 {
		t.Errorf("a small export is not read: %+v, %v", report, err)
	}
}

// What an export says of an unfinished import is not gone on with: its files are elsewhere, and its folder is not ours
// to remove.
func TestExportEndsImports(t *testing.T) {
	ctx := context.Background()
	a, v := empty(t, filepath.Join(t.TempDir(), "one.db"))
	row := func(state string) string {
		return `["` + id.New().String() + `", "me", 0, "` + state + `", "", "{}", "/elsewhere", "", 1, 1, 0]`
	}
	path := filepath.Join(t.TempDir(), "x.json")
	if err := os.WriteFile(path, []byte(`{"format": "gave-export-2", "tables": {"import": {"columns":
		["id", "owner", "visibility", "state", "message", "options", "folder", "worker", "claimed", "started", "finished"],
		"rows": [`+row("waiting")+","+row("running")+","+row("done")+`]}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Intake.Import(ctx, v, []string{path}, intake.Options{}); err != nil {
		t.Fatal(err)
	}
	states, err := db.Values[string](ctx, a.DB, `select state || folder from import order by state, id`)
	if err != nil || strings.Join(states, " ") != "done failed failed" {
		t.Errorf("%v, %v", states, err)
	}
}

// What a member wrote down beside a shared person of somebody else's is in that member's export alone.
func TestExportAmongMembers(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		a, v := network0(t, address)
		shared := peopletest.Person(t, a.DB, v, "Shared Person", "shared@example.net")
		private := peopletest.Person(t, a.DB, v, "Private Person", "private@example.net")
		if _, err := a.DB.ExecContext(ctx, `update person set visibility = $1 where id = $2`,
			scope.Space, shared.ID); err != nil {
			t.Fatal(err)
		}
		two, three := join(t, a, v, op.Member, "two@example.org"), join(t, a, v, op.Member, "three@example.org")
		if _, err := a.DB.ExecContext(ctx,
			`insert into identifier (space, owner, kind, value, person, label, import, shared)
			values ($1, $2, $3, 'beside@example.net', $4, '', $5, 0)`,
			v.Space, two.Member, people.MailAddress, shared.ID, id.Zero); err != nil {
			t.Fatal(err)
		}
		meeting := peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -3), shared.ID, private.ID)
		meeting.Title, meeting.Visibility = "shown meeting", scope.Space
		peopletest.Record(t, a.DB, v, meeting)
		secret := peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -4), shared.ID, private.ID)
		secret.Title = "hidden meeting"
		peopletest.Record(t, a.DB, v, secret)
		for name, c := range map[string]struct {
			viewer  op.Viewer
			in, out []string
		}{
			"owner": {v, []string{"shared@", "private@", "shown meeting", "hidden meeting"}, []string{"beside@"}},
			"two": {two, []string{"shared@", "beside@", "shown meeting"}, []string{
				"private@", "Private Person", private.ID.String(), "hidden meeting",
			}},
			"three": {three, []string{"shared@", "shown meeting"}, []string{
				"beside@", "private@", "Private Person", private.ID.String(), "hidden meeting",
			}},
		} {
			var out bytes.Buffer
			if err := a.Export(ctx, c.viewer, &out, ""); err != nil {
				t.Fatal(err)
			}
			for _, text := range c.in {
				if !strings.Contains(out.String(), text) {
					t.Errorf("%s: no %q", name, text)
				}
			}
			for _, text := range c.out {
				if strings.Contains(out.String(), text) {
					t.Errorf("%s: holds %q", name, text)
				}
			}
		}
	})
}
