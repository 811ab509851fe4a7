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
	"gave.network/internal/fault"
	"gave.network/internal/give"
	"gave.network/internal/id"
	"gave.network/internal/intake"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/erase"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/room"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// texts returns every text in the database, by table and column.
func texts(t *testing.T, d *db.DB) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	columns, _ := schema(t, d)
	for _, c := range columns {
		if c.Type != "text" {
			continue
		}
		values, err := db.Values[string](context.Background(), d,
			`select `+c.Name+` from "`+c.Table+`" where `+c.Name+` <> ''`)
		if err != nil {
			t.Fatal(err)
		}
		out[c.Table+"."+c.Name] = values
	}
	return out
}

// holding returns where one of the words stands.
func holding(all map[string][]string, words ...string) []string {
	var out []string
	for place, values := range all {
		for _, value := range values {
			for _, word := range words {
				if strings.Contains(strings.ToLower(value), word) {
					out = append(out, place+": "+value)
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

// More than plant: what it leaves empty.
func plantMore(t *testing.T, a *app.App, v op.Viewer, secrets planted) {
	t.Helper()
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	exec := func(query string, args ...any) {
		t.Helper()
		_, err := a.DB.ExecContext(ctx, query, append([]any{v.Space}, args...)...)
		must(err)
	}
	importID, person := secrets.values["import"], secrets.values["person"]
	key, err := id.Parse(importID)
	must(err)
	who, err := id.Parse(person)
	must(err)
	exec(`insert into import_file (space, import, path, format, size, done, state, message, people_added,
		people_matched, interactions_added, statements_added,
		praise_added, duplicates, skipped, rejected)
		values ($1, $2, '/mail/a.mbox', 'mbox', 1, 1, 'done', 'm', 0, 0, 0, 0, 0, 0, 0, 0),
		($1, $2, '/mail/b.mbox', 'mbox', 1, 1, 'done', 'm', 0, 0, 0, 0, 0, 0, 0, 0)`, key)
	exec(`insert into import_reject (space, import, id, path, line, reason)
		values ($1, $2, $3, '/mail/a.mbox', 1, 'bad')`, key, id.New())
	praise := id.New()
	_, err = db.Insert(ctx, a.DB, "imported_praise", db.Row{
		"space": v.Space, "id": praise, "owner": v.Member, "kind": "recommendation", "author": who,
		"subject": v.Person, "body": "fine", "title": "role", "time": 1, "hidden": false, "source": "x",
		"external": praise, "import": key,
	}, "")
	must(err)
	exec(`insert into praise_invitation (space, id, owner, author, subject, occasion, digest, created, expires, praise)
		values ($1, $2, $3, $4, $5, 'thing', $2, 1, 2, $6)`,
		id.New(), v.Member, who, v.Person, id.Zero)
	exec(`insert into move_answer (space, owner, move, answer, until, at) values ($1, $2, 'observed:x', 'never', 0, 1)`,
		v.Member)
	exec(`insert into outcome (space, id, owner, person, what, yes, at) values ($1, $2, $3, $4, 'a favour', 1, 1)`,
		id.New(), v.Member, who)
	exec(`insert into ask_answer (space, ask, member, person, answer, note, at)
		select $1, id, $2, $3, 3, 'a note', 1 from ask where space = $1 and owner = $2`, v.Member, who)
	exec(`insert into ask_outside (space, id, ask, person, answer, note, at, made)
		select $1, id, id, $3, 1, 'a note', 1, 1 from ask where space = $1 and owner = $2`, v.Member, who)
	exec(`insert into link (digest, space, id, owner, kind, about, person, created, expires, used)
		values ($2, $1, $2, $3, 'move', 'observed:x', $4, 1, 2, 0)`, id.New(), v.Member, id.Zero)
	exec(`insert into mail_answer (space, id, owner, person, link, kind, words, sender, said, at)
		values ($1, $2, $3, $4, $2, 'written', 'words', 'an address', '', 1)`, id.New(), v.Member, id.Zero)
	exec(`insert into feed (space, id, owner, person, address, title, etag, modified, created, due, worker, claimed, tries,
		trouble, came) values ($1, $2, $3, $4, 'https://x.example', 't', '', '', 1, 1, '', 0, 0, '',
			0)`, id.New(), v.Member,
		who)
	exec(`insert into feed_item (space, id, feed, mark, title, link, at, fresh)
		select $1, id, id, id, 't', '', 1, 1 from feed where space = $1 and owner = $2`, v.Member)
	exec(`insert into source_mail (space, id, source, heads, at)
		select $1, id, id, 'Subject: x', 1 from source where space = $1 and owner = $2`, v.Member)
	exec(`insert into phone_card (space, owner, person, name, uid, card, base, put)
		values ($1, $2, $3, 'a.vcf', 'A', 'a card', '{}', 1)`, v.Member, who)
	exec(`insert into phone_other (space, owner, name, uid, card, put) values ($1, $2, 'b.vcf', 'B', 'a card', 1)`,
		v.Member)
	exec(`insert into webhook (space, id, owner, name, address, secret, created, due, worker, claimed, tries, failing, took)
		values ($1, $2, $3, 'board', 'https://hooks.example/a', $2, 1, 1, '', 0, 0, 0, 0)`, id.New(), v.Member)
	exec(`insert into oauth_grant (space, id, owner, client, name, home, scope, resource, created, used, expires, agent)
		values ($1, $2, $3, 'c', 'Assistant', 'app.example', 'read', 'https://gave.example/mcp', 1, 0, 2, '')`, id.New(),
		v.Member)
	must(a.Network.Note(ctx, a.DB, v, "test", "detail"))
}

// An erased person is in no text of any table that the eraser keeps, whoever else is named there.
func TestErasedFromEveryText(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		a, v := network0(t, address)
		secrets := plant(t, a, v)
		plantMore(t, a, v, secrets)
		gone := peopletest.Person(t, a.DB, v, "Xanthippe van Qvörtrup", "xanthippe@qvortrup.example")
		if err := a.Network.AddIdentifier(ctx, v, gone,
			people.Identifier{Kind: people.Telephone, Value: "+31612349876"}); err != nil {
			t.Fatal(err)
		}
		tables := room.Tables(app.Rooms())
		filled := map[string]bool{}
		for _, table := range tables {
			for _, c := range table.All(room.Words) {
				if c.Why != "" || table.Derived {
					continue
				}
				n, err := db.Exec(ctx, a.DB, `update `+table.Name+` set `+c.Name+` = `+c.Name+` ||
					' met Xanthippe van Qvortrup/QVÖRTRUP, Xanthippe (06-12 34 98 76,
						Xanthippe@Qvortrup.example) xanthippe_van_qvortrup.pdf' where `+table.Within(table.Name)+` and `+
					room.Mine(tables, table, table.Name, "$2"), v.Space, v.Member)
				if err != nil {
					t.Fatal(table.Name, c.Name, err)
				}
				filled[table.Name] = filled[table.Name] || n > 0
				if !filled[table.Name] && table.Name != "suppression" {
					t.Errorf("the test has no row of %s", table.Name)
				}
			}
		}
		before := texts(t, a.DB)
		if _, err := a.Network.Everybody(ctx, v); err != nil {
			t.Fatal(err)
		}
		preview := call(t, a, v, "erase",
			map[string]string{"person": gone.ID.String(), "preview": "true"}).(erase.Erased)
		if after := texts(t, a.DB); fmt.Sprint(before) != fmt.Sprint(after) {
			t.Error("a preview changed something")
		}
		if _, err := a.Network.Everybody(db.Observe(ctx, func(query string) {
			if strings.Contains(query, "from person p") {
				t.Error("what pages keep in memory is dropped by a preview")
			}
		}), v); err != nil {
			t.Fatal(err)
		}
		erased := call(t, a, v, "erase", map[string]string{"person": gone.ID.String()}).(erase.Erased)
		if found := holding(texts(t, a.DB), "xanthippe", "qvortrup", "qvörtrup", "34 98 76", "349876"); len(found) > 0 {
			t.Errorf("%d texts still hold the name:\n%s", len(found), strings.Join(found, "\n"))
		}
		preview.Preview = false
		if fmt.Sprint(preview.Changed, preview.Removed, preview.Identifiers) != fmt.Sprint(erased.Changed,
			erased.Removed, erased.Identifiers) {
			t.Errorf("the preview said %+v and the erasure did %+v", preview, erased)
		}
		if erased.Changed["import_file"] != 2 || erased.Changed["note"] == 0 || erased.Changed["resource"] != 1 {
			t.Errorf("changed %v", erased.Changed)
		}
		if found := holding(texts(t, a.DB), strings.ToLower(marker)); len(found) < 20 {
			t.Errorf("what is about others was lost: %d texts are left", len(found))
		}
		if problems, err := a.DB.CheckIntegrity(ctx); err != nil || len(problems) > 0 {
			t.Error(problems, err)
		}
	})
}

// Ordinary words and names of others stay, and are named for review; whole names go whatever they are made of.
func TestErasedWithTact(t *testing.T) {
	ctx := context.Background()
	a, v := openLocal(t)
	v.Now = peopletest.Now
	gone := peopletest.Person(t, a.DB, v, "Mark de Vries", "mark@vries.example")
	other := peopletest.Person(t, a.DB, v, "Anna Jansen")
	peopletest.Person(t, a.DB, v, "Mark Bakker")
	for _, c := range []struct {
		text, want string
	}{
		{"Mark de Vries called", "*** called"},
		{"de Vries, Mark called", "*** called"},
		{"M. de Vries and Mark Bakker", "*** and Mark Bakker"},
		{"mark the date; ask Mark", "mark the date; ask Mark"},
		{"mail markus@vries.example or MARK@VRIES.example.", "mail markus@vries.example or ***."},
		{"see remark@vries.example", "see remark@vries.example"},
		{"Vries is a name too", "Vries is a name too"},
		{"file /home/x/Mark%20de%20Vries.vcf", "file /home/x/***.vcf"},
		{"Mark\nde Vries", "Mark\nde Vries"},
		{"mark-de-vries's plan", "***'s plan"},
	} {
		note, err := a.Network.AddNote(ctx, v, other, c.text, scope.Private)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if got, err := db.Value[string](ctx, a.DB, `select body from note where id = $1`, note); err != nil ||
				got != c.want {
				t.Errorf("%q became %q, want %q (%v)", c.text, got, c.want, err)
			}
		}()
	}
	erased, err := a.Erase.Erase(ctx, v, gone, false)
	if err != nil {
		t.Fatal(err)
	}
	if erased.LeftTotal < 3 || len(erased.Left) != erased.LeftTotal {
		t.Errorf("left for review: %+v", erased.Left)
	}
}

// join makes another member of the space.
func join(t *testing.T, a *app.App, owner op.Viewer, role op.Role, email string) op.Viewer {
	t.Helper()
	ctx := context.Background()
	link, err := a.Account.Invite(ctx, owner, role)
	if err != nil {
		t.Fatal(err)
	}
	session, err := a.Account.Accept(ctx, link, "Member "+email, email, "a long enough password", "")
	if err != nil {
		t.Fatal(err)
	}
	v, err := a.Account.Session(ctx, session)
	if err != nil {
		t.Fatal(err)
	}
	v.Now = owner.Now
	v.Person = peopletest.Person(t, a.DB, v, "Self of "+email, email).ID
	if err := a.Account.SetPerson(ctx, v, v.Person); err != nil {
		t.Fatal(err)
	}
	return v
}

// What other members keep about somebody stays theirs when one member erases their own copy; an owner of the space
// erases everybody's.
func TestErasureAmongMembers(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		a, owner := network0(t, address)
		member := join(t, a, owner, op.Member, "member@example.org")
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		shared := peopletest.Person(t, a.DB, owner, "Quirina Zandstra", "quirina@example.net")
		must(a.Network.Share(ctx, owner, shared, scope.Space))
		seen, err := a.Network.Resolve(ctx, member, shared.ID.String())
		must(err)
		_, err = a.Network.AddNote(ctx, member, seen, "Quirina Zandstra likes boats", scope.Private)
		must(err)
		must(a.Network.Tag(ctx, member, seen, []string{"boats"}))
		_, err = a.Give.Add(ctx, a.DB, member, give.Gift{
			Direction: give.Given, Kind: "time", Body: "helped Quirina", At: member.Now,
			People: []people.Ref{{ID: shared.ID}},
		})
		must(err)
		_, err = a.Network.AddInteraction(ctx, member,
			tie.Interaction{Medium: tie.Call, Time: member.Now.UnixMicro(), Title: "Quirina"},
			[]people.Person{seen})
		must(err)
		own := peopletest.Person(t, a.DB, member, "Q. Zandstra", "quirina@example.net")
		before := fingerprint(t, a.DB, member)
		erased, err := a.Erase.Erase(ctx, owner, shared, false)
		must(err)
		if erased.Elsewhere != 1 {
			t.Errorf("%d others keep a copy, want 1", erased.Elsewhere)
		}
		copied, err := a.Network.Resolve(ctx, member, "Quirina Zandstra")
		must(err)
		// A person with no more than the name has come in the place of the one that is gone.
		after := strings.ReplaceAll(fingerprint(t, a.DB, member), copied.ID.String(), shared.ID.String())
		kept := slices.DeleteFunc(strings.Split(after, "\n"), func(line string) bool {
			return strings.HasPrefix(line, "person ["+shared.ID.String())
		})
		was := strings.Split(before, "\n")
		slices.Sort(kept)
		slices.Sort(was)
		if !slices.Equal(kept, was) {
			t.Errorf("erasure by another member changed\n%s to\n%s", before, after)
		}
		detail, err := a.Network.Detail(ctx, member, copied)
		must(err)
		if len(detail.Notes) != 1 || !slices.Equal(detail.Tags, []string{"boats"}) || len(detail.Emails) != 0 {
			t.Errorf("the member's copy is %+v", detail)
		}
		if gifts, err := a.Give.List(ctx, member, give.Given, 10); err != nil || len(gifts) != 1 ||
			len(gifts[0].People) != 1 {
			t.Errorf("the member's gifts are %+v, %v", gifts, err)
		}
		if _, err := a.Network.Resolve(ctx, owner, "Quirina Zandstra"); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("the eraser still finds the person: %v", err)
		}
		// Another member's import is not blinded by the erasure, the eraser's own is, and says so.
		content := "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Quirina Zandstra\r\nEMAIL:quirina@example.net\r\nEND:VCARD\r\n"
		third := join(t, a, owner, op.Member, "third@example.org")
		read := func(v op.Viewer) intake.Report {
			t.Helper()
			file := filepath.Join(t.TempDir(), "q.vcf")
			must(os.WriteFile(file, []byte(content), 0o600))
			report, err := a.Intake.Import(ctx, v, []string{file}, intake.Options{})
			must(err)
			return report
		}
		if r := read(third); r.PeopleAdded != 1 || r.Suppressed != 0 {
			t.Errorf("another member's import: %+v", r.Counts)
		}
		if r := read(owner); r.PeopleAdded != 0 || r.Suppressed != 1 ||
			!strings.Contains(r.Text(owner.Printer()), "suppressions") {
			t.Errorf("the eraser's import: %+v", r.Counts)
		}
		// A member cannot erase for all; an owner can, by address, though they keep nobody of it.
		_, err = a.Operations.Call(ctx, member, "erase",
			erase.EraseInput{PersonInput: people.PersonInput{Person: own.ID.String()}, Everywhere: true})
		if fault.CodeOf(err) != fault.Forbidden {
			t.Errorf("a member erases everywhere: %v", err)
		}
		_, err = a.DB.ExecContext(ctx, `update note set body = 'met Q. Zandstra' where owner = $1`, member.Member)
		must(err)
		out, err := a.Operations.Call(ctx, owner, "erase", erase.EraseInput{
			PersonInput: people.PersonInput{Person: "quirina@example.net"}, Everywhere: true, Reason: "asked for it",
		})
		must(err)
		if got := out.(erase.Erased); got.Members != 2 {
			t.Errorf("erased everywhere: %+v", got)
		}
		if found := holding(texts(t, a.DB), "quirina@", "q. zandstra"); len(found) > 0 {
			t.Errorf("still there: %v", found)
		}
		if r := read(third); r.PeopleAdded != 0 || r.Suppressed != 1 {
			t.Errorf("after the erasure for the space: %+v", r.Counts)
		}
		// Lifting: the member may not undo the space's, the owner may.
		if _, err := a.Erase.LiftSuppression(ctx, third,
			"quirina@example.net"); fault.CodeOf(err) != fault.Forbidden {
			t.Errorf("a member lifts what an owner made: %v", err)
		}
		list, err := a.Erase.ListSuppressions(ctx, owner)
		if err != nil || len(list) != 2 || list[0].LeftOut+list[1].LeftOut != 2 {
			t.Errorf("suppressions: %+v, %v", list, err)
		}
		for _, x := range list {
			if _, err := a.Erase.LiftSuppression(ctx, owner, x.ID.String()); err != nil {
				t.Error(err)
			}
		}
		if r := read(third); r.PeopleAdded != 1 {
			t.Errorf("after lifting: %+v", r.Counts)
		}
		trail, err := db.Values[string](ctx, a.DB, `select action || ' ' || detail from audit
			where space = $1 and action in ('erase', 'suppression.lift') order by id`, owner.Space)
		if err != nil || len(trail) != 4 {
			t.Errorf("the trail says %q, %v", trail, err)
		}
	})
}

// Hashes that older versions kept go on to hold, with a key.
func TestOldSuppressionsAreKeyed(t *testing.T) {
	ctx := context.Background()
	a, v := openLocal(t)
	n := people.Identifier{Kind: people.MailAddress, Value: "old@example.org"}
	if _, err := a.DB.ExecContext(ctx, `insert into suppressed (space, hash, at) values ($1, $2, 5)`,
		v.Space, erase.UnkeyedHash(v.Space, n)); err != nil {
		t.Fatal(err)
	}
	err := a.DB.Write(ctx, func(tx *db.Tx) error {
		list, err := erase.LoadSuppressions(ctx, tx, v.Space, v.Member)
		if err != nil {
			return err
		}
		if _, ok := list.Of(v.Space, n); !ok {
			t.Error("an objection of before is forgotten")
		}
		return nil
	})
	if left, countErr := db.Value[int](ctx, a.DB, `select count(*) from suppressed`); err != nil ||
		countErr != nil || left != 0 {
		t.Error(left, err, countErr)
	}
}
