package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/ask"
	"gave.network/internal/colleagues"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/give"
	"gave.network/internal/goodwill"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/power"
	"gave.network/internal/praise"
	"gave.network/internal/room"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// marker stands in everything private that the test plants. Nobody but its owner may ever see it.
const marker = "Zwijgzaam"

// planted holds what the owner keeps private, by the name of the input field that would name it.
type planted struct {
	values map[string]string
	owner  op.Viewer
}

// of are the values for an operation. An ask is for what somebody is known for; its message repeats it, so it is the
// marker by another ending.
func (p planted) of(operation string) map[string]string {
	if operation != "ask.route" {
		return p.values
	}
	values := maps.Clone(p.values)
	values["text"] = "zwijgzame"
	return values
}

func plant(t *testing.T, a *app.App, owner op.Viewer) planted {
	t.Helper()
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	person := peopletest.Person(t, a.DB, owner, marker+" Jansen", "zwijgzaam@private.example")
	other := peopletest.Person(t, a.DB, owner, marker+" de Vries")
	more := people.NewPerson{
		Person: people.Person{
			ID: person.ID, Owner: owner.Member, Organisation: marker + " BV", Title: marker, Place: marker,
		}, Tags: []string{marker},
		Roles: []people.Role{{Organisation: marker + " BV", Title: marker}},
		Notes: []people.Note{{ID: id.New(), Body: marker, At: owner.Now}},
		Dates: []people.ImportantDate{{Kind: marker, Month: 11, Day: 24}},
	}
	must(a.DB.Write(ctx, func(tx *db.Tx) error {
		return people.EnrichPeople(ctx, tx, owner.Space, []people.NewPerson{more})
	}))
	meeting := peopletest.Interaction(owner, tie.FaceToFace, owner.Now.AddDate(0, 0, -3), owner.Person, person.ID)
	meeting.Title = marker
	peopletest.Record(t, a.DB, owner, meeting)
	must(a.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := people.Propose(ctx, tx, owner.Space, owner.Member, person.ID, other.ID, 0.9,
			[]string{"same name"}, owner.Now)
		return err
	}))
	proposals, err := a.Network.Proposals(ctx, owner, id.Zero, 1)
	must(err)
	one := peopletest.Person(t, a.DB, owner, marker+" Bakker", "zwijgzaam.bakker@private.example")
	twin := peopletest.Person(t, a.DB, owner, marker+" Bakker", "zwijgzaam.bakker@home.example")
	batch := id.New()
	step, err := a.Network.MergeAll(ctx, owner, [][2]id.ID{{one.ID, twin.ID}},
		people.Joined{Origin: people.InBulk, Batch: batch})
	must(err)
	_, err = a.Network.Settle(ctx, owner.Space, tie.Present(owner))
	must(err)
	if step != 1 {
		t.Fatalf("%d merges in a step", step)
	}
	fact, err := a.Goodwill.Add(ctx, a.DB, owner,
		goodwill.Fact{Person: people.Ref{ID: person.ID}, Kind: goodwill.Need, Body: marker})
	must(err)
	gift, err := a.Operations.Call(ctx, owner, "give.log",
		reflectInput(t, a, "give.log", map[string]string{"body": marker, "to": person.ID.String()}))
	must(err)
	reminder, err := a.Goodwill.Remind(ctx, owner, person, marker, "in 3 months")
	must(err)
	list, err := a.Network.KeepList(ctx, owner, marker, people.PeopleQuery{Tag: marker})
	must(err)
	note, err := a.Network.AddNote(ctx, owner, person, marker, scope.Private)
	must(err)
	said, err := a.Network.AddInteraction(ctx, owner,
		tie.Interaction{Medium: tie.Call, Time: owner.Now.UnixMicro(), Title: marker}, []people.Person{person})
	must(err)
	organisation, err := a.Network.Organisation(ctx, owner, marker+" BV")
	must(err)
	token, err := a.Account.NewToken(ctx, owner, marker, 0)
	must(err)
	invited, err := a.Account.Invite(ctx, owner, op.Guest)
	must(err)
	open, err := a.Account.Invitations(ctx, owner)
	must(err)
	if invited == "" || len(open) != 1 {
		t.Fatalf("%d invitations", len(open))
	}
	importID := id.New()
	_, err = a.DB.ExecContext(ctx, `insert into import (space, id, owner, visibility, state, message, options, folder,
		worker, claimed, started, finished)
		values ($1, $2, $3, 0, 'done', $4, '{}', '', '', 0, 1, 1)`, owner.Space, importID, owner.Member, marker)
	must(err)
	calendar := id.New()
	_, err = db.Insert(ctx, a.DB, "calendar", db.Row{
		"space": owner.Space, "id": calendar, "owner": owner.Member, "import": importID, "name": marker,
		"address": "https://" + marker + ".invalid", "came": 1, "looked": 1, "trouble": "",
	}, "")
	must(err)
	sourceID := id.New()
	_, err = db.Insert(ctx, a.DB, "source", db.Row{
		"space": owner.Space, "id": sourceID, "owner": owner.Member, "import": importID, "kind": "dav", "name": marker,
		"address": "https://" + marker + ".invalid", "username": marker, "secret": []byte{1}, "certificate": "",
		"created": 1, "due": int64(1) << 62, "worker": "", "claimed": 0, "done": 0, "whole": 0, "looked": 0, "came": 0,
		"tries": 0, "trouble": "", "people": 0, "contacts": 0, "news": 0, "ending": 0,
	}, "")
	must(err)
	boxID := id.New()
	_, err = db.Insert(ctx, a.DB, "source_box", db.Row{
		"space": owner.Space, "id": boxID, "source": sourceID, "kind": "contacts", "name": marker,
		"address": "https://" + marker + ".invalid/book/", "chosen": 1, "mark": "", "reached": 0,
	}, "")
	must(err)
	_, err = db.Insert(ctx, a.DB, "source_item", db.Row{
		"space": owner.Space, "box": boxID, "item": id.New(), "mark": "1", "handle": "vcard:" + marker,
		"ahead": []byte{}, "again": 0,
	}, "")
	must(err)
	secret, err := a.Ask.New(ctx, owner, ask.Ask{Text: marker, Why: marker}, []string{person.ID.String()})
	must(err)
	_, err = a.Ask.Sent(ctx, owner, secret.ID, person.ID.String())
	must(err)
	introduction, err := a.Ask.Introduce(ctx, owner, person.ID.String(), other.ID.String(), marker,
		"zwijgzaam@private.example")
	must(err)
	came, err := a.Operations.Call(ctx, owner, "give.receive",
		reflectInput(t, a, "give.receive", map[string]string{"body": marker, "to": person.ID.String()}))
	must(err)
	must(a.Colleagues.Observe(ctx, owner, person.ID.String(), other.ID.String(), marker, 1))
	must(a.Colleagues.Apart(ctx, owner, person.ID.String(), other.ID.String(), false))
	_, err = a.Operations.Call(ctx, owner, "colleagues.chart",
		colleagues.ChartInput{File: "person,department\n" + person.ID.String() + "," + marker + "\n"})
	must(err)
	praised, err := a.Praise.Keep(ctx, owner, praise.New{Person: person.ID.String(), Text: marker, Occasion: marker})
	must(err)
	shared, err := a.Give.Share(ctx, owner, give.Resource{Title: marker, Text: marker})
	must(err)
	_, err = db.Insert(ctx, a.DB, "resource_day", db.Row{
		"space": owner.Space, "resource": shared, "day": "2026-11-01", "seen": 2, "taken": 1,
	}, "")
	must(err)
	kept, err := a.Operations.Call(ctx, owner, "colleagues.decision.keep", colleagues.KeepInput{
		File: "person,votes,stance\n" + person.ID.String() + ",1,against\n" + marker + " Nobody,1,?\n", Title: marker,
	})
	must(err)
	var asked strings.Builder // a survey that is open: what it keeps is nobody else's
	for i := range 8 {
		fmt.Fprintf(&asked, "%s Vraag%d, zwijgzaam.vraag%d@private.example, %s\n", marker, i, i, marker)
	}
	survey, err := a.Operations.Call(ctx, owner, "colleagues.survey.new", colleagues.NewSurveyInput{
		Title: marker, File: asked.String(), Add: true, Layers: []string{"advice"}, Naming: "roster", Threshold: 8,
		Months: 24, Closes: owner.Now.AddDate(0, 0, 20),
	})
	must(err)
	surveyID := reflect.ValueOf(survey).FieldByName("Survey").Interface().(id.ID)
	_, err = a.Operations.Call(ctx, owner, "colleagues.survey.open", colleagues.SurveyInput{Survey: surveyID})
	must(err)
	goal, err := a.Power.NewGoal(ctx, owner, marker, "", []string{marker})
	must(err)
	must(a.Power.Join(ctx, owner, goal.ID, person.ID.String(), false))
	result, err := a.Power.AddResult(ctx, owner, power.Result{Title: marker}, []string{person.ID.String()}, true)
	must(err)
	feed := id.New()
	_, err = db.Insert(ctx, a.DB, "feed", db.Row{
		"space": owner.Space, "id": feed, "owner": owner.Member, "person": person.ID, "address": "https://feed.invalid",
		"title": marker, "etag": "", "modified": "", "created": 1, "due": int64(1) << 62, "worker": "", "claimed": 0,
		"tries": 0, "trouble": "", "came": 1,
	}, "")
	must(err)
	_, err = db.Insert(ctx, a.DB, "feed_item", db.Row{
		"space": owner.Space, "id": id.New(), "feed": feed, "mark": []byte{1}, "title": marker, "link": "", "at": 1,
		"fresh": 1,
	}, "")
	must(err)
	answered := id.New()
	_, err = db.Insert(ctx, a.DB, "mail_answer", db.Row{
		"space": owner.Space, "id": answered, "owner": owner.Member, "person": person.ID, "link": []byte{1},
		"kind": "written", "words": marker, "sender": "", "said": "", "at": 1,
	}, "")
	must(err)
	returnID := reflect.ValueOf(came).FieldByName("Gift").Interface().(id.ID)
	giftID := reflect.ValueOf(gift).FieldByName("Gift").Interface().(id.ID)
	return planted{owner: owner, values: map[string]string{
		"person": person.ID.String(), "other": other.ID.String(), "merge": proposals[0].ID.String(),
		"batch": batch.String(), "fact": fact.String(), "gift": giftID.String(), "return": returnID.String(),
		"list": list.String(), "reminder": reminder.ID.String(), "calendar": calendar.String(), "address": "nowhere",
		"source": sourceID.String(), "user": "somebody", "password": "a long password",
		"token": token.ID.String(), "invitation": open[0].ID.String(), "import": importID.String(),
		"member": owner.Member.String(), "to": person.ID.String(), "move": "merge:x", "answer": "later",
		"mail": answered.String(), "feed": feed.String(), "said": "words",
		"ask": secret.ID.String(), "introduction": introduction.ID.String(), "target": person.ID.String(),
		"through": other.ID.String(), "act": "withdraw", "outcome": "something",
		"note": note.String(), "interaction": said.String(), "organisation": organisation.ID.String(),
		"value": "zwijgzaam@private.example", "tags": "something", "tag": marker,
		"day": "05-03", "with": "public", "visibility": "space", "title": "something",
		"resource": shared.String(), "goal": goal.ID.String(), "result": result.ID.String(),
		"decision": reflect.ValueOf(kept).FieldByName("Decision").Interface().(id.ID).String(),
		"survey":   surveyID.String(), "closes": "2027-01-01",
		"state": "open", "item": "something",
		"people": person.ID.String(), "need": "something", "praise": praised.String(), "consent": "publish",
		"evidence": "a mail", "occasion": "something", "first": person.ID.String(), "second": other.ID.String(),
		"layer": marker, "skills": marker, "size": "1", "file": "person,votes\n" + person.ID.String() + ",1\n",
		"body": "something", "name": "something", "role": "guest", "new": "a long new password", "session": "x",
		"query": "zwijg", "text": "lunch @" + person.ID.String() + " gisteren",
	}}
}

// reflectInput fills the fields of an operation's input from their names.
func reflectInput(t *testing.T, a *app.App, name string, values map[string]string) any {
	t.Helper()
	o, ok := a.Operations.Find(name)
	if !ok {
		t.Fatalf("no operation %s", name)
	}
	in := o.NewInput()
	for _, f := range o.Fields() {
		if name == "people.list" && f.Name != "query" || name == "lists.keep" && f.Name == "tag" {
			continue // the more conditions, the less a list shows; what somebody keeps is what they typed
		}
		if value, ok := values[f.Name]; ok {
			if err := op.SetText(in.Elem().FieldByIndex(f.Index), f.Name, value); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	return in.Elem().Interface()
}

// tablesOfRooms are the tables of all rooms, which are the same however often they are asked for.
var tablesOfRooms = sync.OnceValue(func() []room.Table { return room.Tables(app.Rooms()) })

// fingerprint is everything that the owner keeps, to see whether anybody changed it.
func fingerprint(t *testing.T, d *db.DB, owner op.Viewer) string {
	t.Helper()
	var b strings.Builder
	tables := tablesOfRooms()
	for _, table := range tables {
		mine := room.Mine(tables, table, "t", "$2")
		if mine == "" || table.Derived {
			continue
		}
		var columns []string
		for _, c := range table.Columns {
			columns = append(columns, "t."+c.Name)
		}
		list := strings.Join(columns, ", ")
		rows, err := d.QueryContext(context.Background(),
			`select `+list+` from `+table.Name+` t where `+table.Within("t")+
				` and `+mine+` order by `+list, owner.Space, owner.Member)
		if err != nil {
			t.Fatalf("%s: %v", table.Name, err)
		}
		values, targets := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i]
		}
		for rows.Next() {
			if err := rows.Scan(targets...); err != nil {
				t.Fatal(err)
			}
			for i, value := range values {
				if key, ok := value.([]byte); ok && len(key) == len(id.Zero) {
					values[i] = id.ID(key)
				}
			}
			fmt.Fprintln(&b, table.Name, values)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		rows.Close()
	}
	// What governs the space is a member's without a column that says so; ties are made again by whoever reads.
	for _, query := range []string{
		`select name from api_token where member = $1 and member <> $2 order by name`,
		`select role || 'x' || ended from member where id = $1 and space = $2`,
		`select 'invitation' || role from invitation where author = $1 and space = $2 and kind = 'join' and used = 0
			and role = 1 order by id`,
		`select 'tie' || interactions from tie where owner = $1 and space = $2 order by person, other`,
	} {
		found, err := db.Values[string](context.Background(), d, query, owner.Member, owner.Space)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		fmt.Fprintln(&b, found)
	}
	return b.String()
}

// Every operation, as everybody: the role is asked for, and what is private is neither shown to others nor changed by
// them.
func TestEveryOperationAsEverybody(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		a, err := app.Open(ctx, app.Config{Database: address, Data: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		local, err := a.Account.Local(ctx, locale.English)
		if err != nil {
			t.Fatal(err)
		}
		local.Now = peopletest.Now
		ownerPerson := peopletest.Person(t, a.DB, local, "Owner Ownerson", "owner@example.org")
		if err := a.Account.SetPerson(ctx, local, ownerPerson.ID); err != nil {
			t.Fatal(err)
		}
		local.Person = ownerPerson.ID
		secrets := plant(t, a, local)
		join := func(role op.Role, email string) op.Viewer {
			link, err := a.Account.Invite(ctx, local, role)
			if err != nil {
				t.Fatal(err)
			}
			session, err := a.Account.Accept(ctx, link, role.String(), email, "a long enough password", "")
			if err != nil {
				t.Fatal(err)
			}
			v, err := a.Account.Session(ctx, session)
			if err != nil {
				t.Fatal(err)
			}
			v.Now = peopletest.Now
			return v
		}
		elsewhere := peopletest.Viewer(t, a.DB, peopletest.Space(t, a.DB), "Stranger", op.Owner)
		for _, who := range []struct {
			name string
			v    op.Viewer
		}{
			{"owner of the space, who is not the author", join(op.Owner, "second@example.org")},
			{"member", join(op.Member, "member@example.org")},
			{"guest", join(op.Guest, "guest@example.org")},
			{"owner of another space", elsewhere},
			{"anonymous in the space", op.Viewer{
				Space: local.Space, Lang: locale.English, Zone: time.UTC, Now: peopletest.Now,
			}},
			{"anonymous", op.Viewer{Lang: locale.English, Zone: time.UTC, Now: peopletest.Now}},
		} {
			before := fingerprint(t, a.DB, local)
			for _, o := range a.Operations.All() {
				if o.LocalOnly {
					continue
				}
				out, err := o.Call(ctx, who.v, reflectInput(t, a, o.Name, secrets.of(o.Name)))
				code := fault.CodeOf(err)
				refused := code == fault.Forbidden || code == fault.Unauthenticated
				if who.v.Role < o.Allow && !refused {
					t.Errorf("%s as %s: got %v, want a refusal", o.Name, who.name, err)
				}
				if code == fault.Internal {
					t.Errorf("%s as %s: %v", o.Name, who.name, err)
				}
				shown, _ := json.Marshal(out)
				if strings.Contains(strings.ToLower(string(shown)+fmt.Sprint(err)), strings.ToLower(marker)) {
					t.Errorf("%s as %s shows what is private: %s %v", o.Name, who.name, shown, err)
				}
				after := fingerprint(t, a.DB, local)
				if after != before && !governs(o.Name, who.v, local) {
					t.Errorf("%s as %s changed what is not theirs:\n%s\n%s", o.Name, who.name, before, after)
				}
				before = after // the next one is judged by what it does itself
			}
			var exported bytes.Buffer
			if err := a.Export(ctx, who.v, &exported, ""); err == nil && who.v.Role < op.Member {
				t.Errorf("%s may export", who.name)
			}
			if strings.Contains(exported.String(), marker) {
				t.Errorf("the export of %s shows what is private to another", who.name)
			}
		}
		// The owner sees it, so that the test above cannot pass on emptiness.
		names := []string{
			"people.list", "people.show", "people.timeline", "tie.show", "ask.show", "ask.route", "organisations.show",
			"tokens.list", "today", "power.goal.show", "power.result.show", "colleagues.team", "colleagues.proposal",
		}
		for _, r := range a.Rooms {
			for _, e := range r.Exports {
				if e.Operation != "profile.show" { // which has nothing of the network
					names = append(names, e.Operation)
				}
			}
		}
		for _, name := range names {
			out, err := a.Operations.Call(ctx, local, name, reflectInput(t, a, name, secrets.of(name)))
			shown, _ := json.Marshal(out)
			if err != nil || !strings.Contains(strings.ToLower(string(shown)), strings.ToLower(marker)) {
				t.Errorf("%s hides from its owner what is theirs: %s, %v", name, shown, err)
			}
		}
	})
}

// governs says that another owner of the space may change members.
func governs(name string, v, owner op.Viewer) bool {
	return (strings.HasPrefix(name, "members.") || name == "invitations.revoke") && v.Role == op.Owner &&
		v.Space == owner.Space
}

// The owner's export has what the owner keeps, except who had rather not be together; that of one person has nothing of
// others.
func TestExport(t *testing.T) {
	ctx := context.Background()
	a, v := openLocal(t)
	self := peopletest.Person(t, a.DB, v, "Owner Ownerson", "owner@example.org")
	if err := a.Account.SetPerson(ctx, v, self.ID); err != nil {
		t.Fatal(err)
	}
	v.Person = self.ID
	plant(t, a, v)
	peopletest.Person(t, a.DB, v, "Berend Bijstander", "berend@example.org")
	export := func(person string) map[string]any {
		t.Helper()
		var out bytes.Buffer
		if err := a.Export(ctx, v, &out, person); err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"apart", "rather"} {
			if strings.Contains(out.String(), word) {
				t.Errorf("the export says %q", word)
			}
		}
		if person != "" && strings.Contains(out.String(), "Berend") {
			t.Error("the export of one person has another in it")
		}
		fields := map[string]any{}
		if err := json.Unmarshal(out.Bytes(), &fields); err != nil {
			t.Fatal(err)
		}
		return fields
	}
	whole, one := export(""), export("zwijgzaam@private.example")
	if len(whole["people"].([]any)) < 3 || len(one["people"].([]any)) != 1 {
		t.Errorf("%d people in all, %d in that of one", len(whole["people"].([]any)), len(one["people"].([]any)))
	}
	for _, r := range a.Rooms {
		for _, e := range r.Exports {
			whole, one := whole[e.Operation] != nil, one[e.Operation] != nil
			// What is about nobody in particular is in no export of one person.
			about := !slices.Contains([]string{
				"profile.show", "organisations.list", "import.list", "lists.list", "commons.list", "power.goals",
			}, e.Operation)
			if !whole || about && !one {
				t.Errorf("%s is missing: in all %v, of one %v", e.Operation, whole, one)
			}
		}
	}
}
