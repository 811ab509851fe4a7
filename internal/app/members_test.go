package app_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gave.network/internal/account"
	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/intake"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// association is a space in which several come together, each with their own data.
type association struct {
	*app.App
	t     *testing.T
	owner op.Viewer
}

func newAssociation(t *testing.T, address string) *association {
	t.Helper()
	ctx := context.Background()
	a, err := app.Open(ctx, app.Config{Database: address, Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	local, err := a.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	link, err := a.Account.SetupLink(ctx, local)
	if err != nil {
		t.Fatal(err)
	}
	s := &association{App: a, t: t}
	s.owner = s.accept(link, "Olga Owner", "olga@club.example")
	return s
}

// accept comes in with a link.
func (s *association) accept(link, name, address string) op.Viewer {
	s.t.Helper()
	ctx := context.Background()
	session, err := s.Account.Accept(ctx, link, name, address, "a long enough password", "")
	if err != nil {
		s.t.Fatal(err)
	}
	v, err := s.Account.Session(ctx, session)
	if err != nil {
		s.t.Fatal(err)
	}
	v.Now = peopletest.Now
	return v
}

// join invites an address and accepts.
func (s *association) join(name, address string, role op.Role) op.Viewer {
	s.t.Helper()
	made, err := s.Account.InviteTo(context.Background(), s.owner, account.Inviting{Role: role, Email: address})
	if err != nil {
		s.t.Fatal(err)
	}
	return s.accept(made.Secret, name, address)
}

// call runs an operation and returns its answer as JSON.
func (s *association) call(v op.Viewer, name string, values map[string]string) (string, error) {
	s.t.Helper()
	out, err := s.Operations.Call(context.Background(), v, name, reflectInput(s.t, s.App, name, values))
	text, _ := json.Marshal(out)
	return string(text), err
}

// must runs an operation that goes well.
func (s *association) must(v op.Viewer, name string, values map[string]string) string {
	s.t.Helper()
	out, err := s.call(v, name, values)
	if err != nil {
		s.t.Fatalf("%s %v: %v", name, values, err)
	}
	return out
}

// keep lets a member keep somebody, as an address book would bring them.
func (s *association) keep(v op.Viewer, name, address string, more people.NewPerson) id.ID {
	s.t.Helper()
	p := peopletest.Person(s.t, s.DB, v, name, address)
	more.ID, more.Owner = p.ID, v.Member
	if err := s.DB.Write(context.Background(), func(tx *db.Tx) error {
		return people.EnrichPeople(context.Background(), tx, v.Space, []people.NewPerson{more})
	}); err != nil {
		s.t.Fatal(err)
	}
	return p.ID
}

// Whoever accepts an invitation is a person of the space at once; who kept them under that address keeps one person,
// with what is theirs, and nobody sees more of anybody's book than before.
func TestMembersArePeople(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		s := newAssociation(t, address)
		if s.owner.Person.IsZero() {
			t.Fatal("the first account is nobody")
		}
		bea := s.join("Bea Bos", "bea@club.example", op.Member)

		// Both keep Anna before she is here: the owner by address, with work, a note and a meeting; Bea under a short
		// name.
		secret := "Geheimpje"
		kept := s.keep(s.owner, "Anna Aal", "anna@club.example", people.NewPerson{
			Person: people.Person{Organisation: secret + " BV", Title: "editor", Place: secret + "dam"},
			Roles:  []people.Role{{Organisation: secret + " BV", Title: "editor"}},
			Tags:   []string{secret}, Notes: []people.Note{{ID: id.New(), Body: secret, At: peopletest.Now}},
			Identifiers: []people.Identifier{{Kind: people.Telephone, Value: "+31612345678"}},
		})
		peopletest.Record(t, s.DB, s.owner, peopletest.Interaction(s.owner, tie.FaceToFace,
			peopletest.Now.AddDate(0, 0, -9), s.owner.Person, kept))
		s.keep(bea, "Anna", "anna@club.example", people.NewPerson{Person: people.Person{Place: "Zwolle"}})

		anna := s.join("Anna Aal", "anna@club.example", op.Member)
		if anna.Person.IsZero() || anna.Person == kept {
			t.Fatalf("Anna is %v", anna.Person)
		}
		guest := s.join("Gerrit Gast", "gerrit@club.example", op.Guest)

		// All members see one Anna, each with what is theirs.
		for _, who := range []struct {
			v            op.Viewer
			place        string
			tags         bool
			organisation string
		}{{s.owner, secret + "dam", true, secret + " BV"}, {bea, "Zwolle", false, ""}} {
			var list people.PeopleList
			if err := json.Unmarshal([]byte(s.must(who.v, "people.list", map[string]string{"query": "anna"})),
				&list); err != nil {
				t.Fatal(err)
			}
			if len(list.People) != 1 || list.People[0].ID != anna.Person || !list.People[0].Member ||
				list.People[0].Place != who.place || list.People[0].Organisation != who.organisation {
				t.Errorf("%+v", list.People)
			}
			p, err := s.Network.Resolve(ctx, who.v, "anna@club.example")
			if err != nil || p.ID != anna.Person {
				t.Errorf("by address: %v %v", p.Name, err)
			}
			d, err := s.Network.Detail(ctx, who.v, p)
			if err != nil || (len(d.Tags) > 0) != who.tags || (len(d.Notes) > 0) != who.tags ||
				(len(d.Phones) > 0) != who.tags || (len(d.Roles) > 0) != who.tags || d.Member != anna.Member {
				t.Errorf("%+v %v", d, err)
			}
			everybody, err := s.Network.Everybody(ctx, who.v)
			if err != nil || everybody.Of(anna.Person).Place != who.place {
				t.Errorf("%+v %v", everybody.Of(anna.Person), err)
			}
		}
		found, err := s.Network.People(ctx, s.owner, people.PeopleQuery{Place: secret + "dam"})
		if err != nil || len(found.People) != 1 {
			t.Errorf("by a place that only the owner knows: %+v %v", found.People, err)
		}
		if err := s.Network.SettleToRead(ctx, s.owner); err != nil {
			t.Fatal(err)
		}
		states, err := s.Network.TieStates(ctx, s.owner, s.owner.Person, []id.ID{anna.Person})
		if err != nil || states[anna.Person].Interactions != 1 {
			t.Errorf("the tie did not follow: %+v %v", states, err)
		}
		// Nobody else finds what one keeps, not even Anna what is kept of her.
		for _, v := range []op.Viewer{bea, anna, guest} {
			for _, o := range s.Operations.All() {
				if o.Method != "GET" || o.LocalOnly || o.Allow > v.Role {
					continue
				}
				for _, word := range []string{"", strings.ToLower(secret)} {
					out, err := s.call(v, o.Name, map[string]string{
						"person": anna.Person.String(), "query": word, "tag": word, "text": word,
						"organisation": word, "need": word, "skills": word, "to": anna.Person.String(),
					})
					shown := out
					if err != nil {
						shown += err.Error()
					}
					if word != "" {
						shown = strings.ReplaceAll(shown, word, "")
						if o.Name == "people.list" && strings.Contains(shown, "Anna") {
							t.Errorf("%s is found by %q", o.Name, word)
						}
					}
					if strings.Contains(strings.ToLower(shown), strings.ToLower(secret)) ||
						strings.Contains(shown, "612345678") {
						t.Errorf("%s shows what another keeps: %s", o.Name, shown)
					}
				}
			}
		}
		// Guests see no members as people.
		if list, err := s.Network.People(ctx, guest, people.PeopleQuery{}); err != nil || len(list.People) > 0 {
			t.Errorf("a guest sees %+v %v", list.People, err)
		}
		// An import that names a member adds to what its owner keeps, and to nothing else.
		before := s.must(bea, "people.show", map[string]string{"person": "anna@club.example"})
		s.importText(t, s.owner, "cards.vcf", "BEGIN:VCARD\nVERSION:3.0\nFN:Bea Bos\nN:Bos;Bea;;;\n"+
			"EMAIL:bea@club.example\nTEL:+31688888888\nORG:"+secret+" Twee\nEND:VCARD\n"+
			"BEGIN:VCARD\nVERSION:3.0\nFN:Anna Aal\nN:Aal;Anna;;;\nEMAIL:anna@club.example\n"+
			"TEL:+31633333333\nEND:VCARD\n")
		d := s.must(s.owner, "people.show", map[string]string{"person": "bea@club.example"})
		if !strings.Contains(d, bea.Person.String()) || !strings.Contains(d, "+31688888888") ||
			!strings.Contains(d, secret+" Twee") {
			t.Errorf("the owner's own of Bea: %s", d)
		}
		if d = s.must(s.owner, "people.list", map[string]string{"query": "bea"}); strings.Count(d, `"id"`) != 1 {
			t.Errorf("one address, several people: %s", d)
		}
		for _, v := range []op.Viewer{bea, anna} {
			d = s.must(v, "people.show", map[string]string{"person": "bea@club.example"})
			if strings.Contains(d, "+31688888888") || strings.Contains(d, secret) {
				t.Errorf("it leaks: %s", d)
			}
		}
		if after := s.must(bea, "people.show", map[string]string{"person": "anna@club.example"}); after != before {
			t.Errorf("Bea's Anna changed:\n%s\n%s", before, after)
		}
		// Taking the import back takes what it brought, and leaves the members.
		imports, err := s.Intake.List(ctx, s.owner)
		if err != nil || len(imports) != 1 {
			t.Fatalf("%+v %v", imports, err)
		}
		s.must(s.owner, "import.undo", map[string]string{"import": imports[0].ID.String()})
		if d = s.must(s.owner, "people.show", map[string]string{"person": "bea@club.example"}); !strings.Contains(d,
			bea.Person.String()) || strings.Contains(d, "+31688888888") || strings.Contains(d, secret+" Twee") {
			t.Errorf("after the import is taken back: %s", d)
		}
		// What members bring of themselves stays theirs.
		s.importText(t, bea, "me.vcf", "BEGIN:VCARD\nVERSION:3.0\nFN:Bea Bos\nN:Bos;Bea;;;\n"+
			"EMAIL:bea@club.example\nEMAIL:bea@home.example\nTEL:+31622222222\nEND:VCARD\n", "bea@home.example")
		if v, err := s.Account.ViewerOf(ctx, bea.Space, bea.Member); err != nil || v.Person != bea.Person {
			t.Errorf("Bea became %v %v", v.Person, err)
		}
		if d = s.must(bea, "people.show", map[string]string{"person": "me"}); !strings.Contains(d, "+31622222222") ||
			!strings.Contains(d, "bea@home.example") {
			t.Errorf("Bea of herself: %s", d)
		}
		d = s.must(s.owner, "people.show", map[string]string{"person": "bea@club.example"})
		if strings.Contains(d, "+31622222222") || strings.Contains(d, "bea@home.example") {
			t.Errorf("others see what Bea keeps of herself: %s", d)
		}
		// Nor does anybody add a second person under a member's address.
		if _, err := s.call(s.owner, "people.add", map[string]string{
			"name": "Anna Anders", "email": "anna@club.example",
		}); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("a second person under one address: %v", err)
		}
		// Nobody is another member by saying so.
		if err := s.importErr(t, anna, "x.vcf", "BEGIN:VCARD\nVERSION:3.0\nFN:X Y\nEMAIL:x@y.example\nEND:VCARD\n",
			"bea@club.example"); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("Anna says she is Bea: %v", err)
		}
	})
}

// Owners say who is who, and take it back; so does whoever keeps the person; nobody else.
func TestWhoIsWhichMember(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		s := newAssociation(t, address)
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		anna := s.join("Anna Aal", "anna@club.example", op.Member)
		own := s.keep(bea, "A. Aal", "aal@work.example", people.NewPerson{Tags: []string{"fluit"}})
		shared := s.keep(bea, "Annie", "annie@home.example", people.NewPerson{Tags: []string{"viool"}})
		if err := s.Network.Share(ctx, bea, people.Person{ID: shared}, scope.Space); err != nil {
			t.Fatal(err)
		}
		link := func(v op.Viewer, person string) (string, error) {
			out, err := s.call(v, "members.link", map[string]string{"member": anna.Member.String(), "person": person})
			var made people.LinkOutput
			json.Unmarshal([]byte(out), &made)
			return made.Merge.String(), err
		}
		if _, err := link(s.owner, own.String()); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("an owner links what is private to another: %v", err)
		}
		if _, err := link(anna, shared.String()); fault.CodeOf(err) != fault.Forbidden {
			t.Errorf("a member links what another keeps: %v", err)
		}
		if _, err := link(bea, s.owner.Person.String()); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("a member is linked to a member: %v", err)
		}
		first, err := link(bea, own.String())
		if err != nil {
			t.Fatal(err)
		}
		second, err := link(s.owner, shared.String())
		if err != nil {
			t.Fatal(err)
		}
		one := s.must(bea, "people.show", map[string]string{"person": "aal@work.example"})
		if !strings.Contains(one, anna.Person.String()) || !strings.Contains(one, "fluit") ||
			!strings.Contains(one, "viool") {
			t.Errorf("Bea's Anna: %s", one)
		}
		if d := s.must(s.owner, "people.show", map[string]string{"person": "anna@club.example"}); strings.Contains(d,
			"fluit") || strings.Contains(d, "aal@work.example") || !strings.Contains(d, "annie@home.example") {
			t.Errorf("the owner's Anna: %s", d)
		}
		if list := s.must(s.owner, "members.persons", nil); strings.Contains(list, "A. Aal") ||
			!strings.Contains(list, "Annie") {
			t.Errorf("the owner sees as linked: %s", list)
		}
		if err := s.Network.Unlink(ctx, s.owner, parseID(t, first)); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("an owner takes back what is private to another: %v", err)
		}
		if err := s.Network.Unlink(ctx, anna, parseID(t, second)); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a member takes back what another keeps: %v", err)
		}
		s.must(s.owner, "members.unlink", map[string]string{"merge": second})
		s.must(bea, "members.unlink", map[string]string{"merge": first})
		for _, person := range []id.ID{own, shared} {
			if p, err := s.Network.Person(ctx, s.DB, bea, person); err != nil || p.ID != person {
				t.Errorf("not taken apart: %+v %v", p, err)
			}
		}
		// A merge by hand says the same, whichever way round, and a member stays a member.
		if _, err := s.Network.Merge(ctx, bea, own, anna.Person); err != nil {
			t.Fatal(err)
		}
		if p, err := s.Network.Person(ctx, s.DB, bea, own); err != nil || p.ID != anna.Person || p.Name != "Anna Aal" {
			t.Errorf("%+v %v", p, err)
		}
		// Nobody erases a member; what was kept apart of them is erased once it stands apart.
		for _, v := range []op.Viewer{bea, s.owner} {
			if _, err := s.call(v, "erase", map[string]string{"person": "anna@club.example"}); fault.CodeOf(err) !=
				fault.Conflict {
				t.Errorf("a member is erased: %v", err)
			}
		}
		// No one hides a member.
		if err := s.Network.Share(ctx, anna, people.Person{ID: anna.Person}, scope.Private); err == nil {
			t.Error("a member hid")
		}
	})
}

// An invitation to an address is that address's alone, ends when it is taken back or over, and is made anew by another.
func TestInvitationToAnAddress(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		s := newAssociation(t, address)
		invite := func(email string, days int) account.Invited {
			t.Helper()
			made, err := s.Account.InviteTo(ctx, s.owner, account.Inviting{Role: op.Member, Email: email, Days: days})
			if err != nil {
				t.Fatal(err)
			}
			return made
		}
		accept := func(secret, email string) error {
			_, err := s.Account.Accept(ctx, secret, "Anna Aal", email, "a long enough password", "")
			return err
		}
		first, second := invite("Anna@club.example", 0), invite("anna@club.example", 3)
		if err := accept(first.Secret, "anna@club.example"); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("an older invitation to the same address: %v", err)
		}
		if err := accept(second.Secret, "mallory@club.example"); fault.FieldOf(err) != "email" {
			t.Errorf("another address: %v", err)
		}
		list, err := s.Account.Invitations(ctx, s.owner)
		if err != nil || len(list) != 1 || list[0].Email != "anna@club.example" || list[0].Sent {
			t.Errorf("%+v %v", list, err)
		}
		late := s.Account.Now
		s.Account.Now = func() time.Time { return late().AddDate(0, 0, 4) }
		if err := accept(second.Secret, "anna@club.example"); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("after three days: %v", err)
		}
		s.Account.Now = late
		if err := accept(second.Secret, "anna@club.example"); err != nil {
			t.Error(err)
		}
		if _, err := s.Account.InviteTo(ctx, s.owner, account.Inviting{
			Role: op.Member, Email: "anna@club.example",
		}); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("a member is invited: %v", err)
		}
		if _, err := s.Account.InviteTo(ctx, s.owner, account.Inviting{Role: op.Member, Days: 61}); err == nil {
			t.Error("it works for 61 days")
		}
	})
}

// Members of a space of before become persons when the server starts, with what they kept of themselves still theirs.
func TestMembersOfBefore(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		s := newAssociation(t, address)
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		// As it was: Bea is a record of her own, the owner nobody.
		old := s.keep(bea, "B. Bos", "bea@club.example", people.NewPerson{
			Identifiers: []people.Identifier{{Kind: people.Telephone, Value: "+31611111111"}},
		})
		for member, person := range map[id.ID]id.ID{bea.Member: old, s.owner.Member: id.Zero} {
			if _, err := s.DB.ExecContext(ctx, `update member set person = $3 where space = $1 and id = $2`,
				bea.Space, member, person); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.DB.ExecContext(ctx, `delete from person where space = $1 and id <> $2`, bea.Space,
			old); err != nil {
			t.Fatal(err)
		}
		for range 2 { // once more changes nothing
			if err := s.SeatMembers(ctx); err != nil {
				t.Fatal(err)
			}
		}
		members, err := s.Network.Members(ctx, s.owner)
		if err != nil || len(members) != 2 {
			t.Fatalf("%+v %v", members, err)
		}
		n, err := db.Value[int](ctx, s.DB, `select count(*) from person where space = $1`, bea.Space)
		if err != nil || n != 3 {
			t.Errorf("%d records %v", n, err)
		}
		now, err := s.Account.ViewerOf(ctx, bea.Space, bea.Member)
		if err != nil {
			t.Fatal(err)
		}
		now.Now = peopletest.Now
		if d := s.must(now, "people.show", map[string]string{"person": "me"}); !strings.Contains(d, "+31611111111") {
			t.Errorf("Bea of herself: %s", d)
		}
		if d := s.must(s.owner, "people.show", map[string]string{"person": "bea@club.example"}); strings.Contains(d,
			"+31611111111") {
			t.Errorf("others of Bea: %s", d)
		}
	})
}

func (s *association) importErr(t *testing.T, v op.Viewer, name, text string, me ...string) error {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := s.Intake.Import(context.Background(), v, []string{path}, intake.Options{Me: me})
	return err
}

func (s *association) importText(t *testing.T, v op.Viewer, name, text string, me ...string) {
	t.Helper()
	if err := s.importErr(t, v, name, text, me...); err != nil {
		t.Fatal(err)
	}
}

func parseID(t *testing.T, text string) id.ID {
	t.Helper()
	key, err := id.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
