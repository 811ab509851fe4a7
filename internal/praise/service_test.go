package praise

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/op/optest"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
)

func outset(t *testing.T, d *db.DB) (*Service, *people.Store, op.Viewer) {
	t.Helper()
	store := people.NewStore(d)
	v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me Myself", op.Owner)
	account := id.New()
	for _, statement := range []struct {
		sql  string
		args []any
	}{
		{`insert into account (id, email, name, password, language, zone, created)
			values ($1, '', 'Me', '', 'en', 'UTC', 1)`, []any{account}},
		{`insert into member (id, space, account, role, person, joined, ended)
			values ($1, $2, $3, 3, $4, 1, 0)`, []any{v.Member, v.Space, account, v.Person}},
	} {
		if _, err := d.ExecContext(context.Background(), statement.sql, statement.args...); err != nil {
			t.Fatal(err)
		}
	}
	none := func(context.Context, op.Viewer) ([]Part, error) { return nil, nil }
	nothing := func(context.Context, op.Viewer) ([]Deed, error) { return nil, nil }
	return NewService(d, store, nothing, nil, none), store, v
}

func TestPraiseIsForOthers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, store, v := outset(t, d)
		anna := peopletest.Person(t, d, v, "Anna Aal", "anna@aal.example")
		key, err := s.Write(ctx, v, New{
			Person: "Anna Aal", Text: "  Her notes saved the project. ", Occasion: "annual report",
			Consent: ConsentPublish,
		})
		if err != nil {
			t.Fatal(err)
		}
		list, _, err := s.List(ctx, v)
		if err != nil || len(list) != 1 || list[0].Text != "Her notes saved the project." || !list[0].ByMe ||
			list[0].OfMe || list[0].Subject.ID != anna.ID {
			t.Fatal(list, err)
		}
		optest.Fault(t, s.Show(ctx, v, key, ConsentPublish), fault.Forbidden, "Only who is praised decides")
		for _, c := range []struct {
			n     New
			code  fault.Code
			words string
		}{
			{New{Person: "me", Text: "x"}, fault.Invalid, "This is you"},
			{New{Person: "Nobody Here", Text: "x"}, fault.NotFound, "Nobody Here"},
			{New{Person: "Anna Aal", Text: " \n"}, fault.Invalid, "Say what was good."},
			{New{Person: "Anna Aal", Text: strings.Repeat("x", 5001)}, fault.TooLarge, "Praise has at most"},
			{
				New{Person: "Anna Aal", Text: "x", At: time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)},
				fault.Invalid, "between 1971 and today",
			},
			{
				New{Person: "Anna Aal", Text: "x", At: time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)},
				fault.Invalid, "between 1971 and today",
			},
		} {
			_, err := s.Write(ctx, v, c.n)
			optest.Fault(t, err, c.code, c.words)
		}
		second := peopletest.Person(t, d, v, "Me Myself", "other@me.example")
		_, err = s.Write(ctx, v, New{Person: second.ID.String(), Text: "Great guy."})
		optest.Fault(t, err, fault.Invalid, "bears your own name")
		// The database refuses it too, whoever asks.
		if _, err := d.ExecContext(ctx, `update praise set subject = author where space = $1`, v.Space); err == nil {
			t.Error("the database lets somebody praise themselves")
		}
		if list, _, err = s.List(ctx, v); err != nil || len(list) != 1 {
			t.Errorf("something was stored half: %v %v", list, err)
		}
		// Two who praised each other are found to be one: it is set aside and said, and comes back.
		merge, err := store.Merge(ctx, v, v.Person, anna.ID)
		if err != nil {
			t.Fatal(err)
		}
		list, aside, err := s.List(ctx, v)
		if err != nil || len(list) != 0 || aside != 1 {
			t.Errorf("merged: %v, %d set aside, %v", list, aside, err)
		}
		if err := store.UndoMerge(ctx, v, merge); err != nil {
			t.Fatal(err)
		}
		if list, aside, err = s.List(ctx, v); err != nil || len(list) != 1 || aside != 0 {
			t.Errorf("undone: %v, %d set aside, %v", list, aside, err)
		}
		// Praise of a merged person goes to the one kept.
		bram := peopletest.Person(t, d, v, "Bram Beer")
		if _, err := store.Merge(ctx, v, bram.ID, anna.ID); err != nil {
			t.Fatal(err)
		}
		if list, _, err = s.List(ctx, v); err != nil || list[0].Subject.Name != "Bram Beer" {
			t.Errorf("praise of a merged person: %v %v", list, err)
		}
		if err := s.Withdraw(ctx, v, key); err != nil {
			t.Fatal(err)
		}
		if left, err := db.Values[string](ctx, d, `select body from praise where space = $1`, v.Space); err != nil ||
			!slices.Equal(left, []string{""}) {
			t.Errorf("withdrawn, and the words are kept: %q %v", left, err)
		}
	})
}

func TestInvitationAndPublicPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, _, v := outset(t, d)
		peopletest.Person(t, d, v, "Anna Aal")
		invited, err := s.Invite(ctx, v, "Anna Aal", "the annual report")
		if err != nil || !strings.Contains(invited.Message, "the annual report") {
			t.Fatal(invited, err)
		}
		_, err = s.Invite(ctx, v, "Anna Aal", "the  annual report ")
		optest.Fault(t, err, fault.Conflict, "a second time is one too many")
		_, err = s.Invite(ctx, v, "me", "x")
		optest.Fault(t, err, fault.Invalid, "This is you")
		optest.Fault(t, s.Answer(ctx, "guess", "x", ConsentPublish, v.Now), fault.NotFound, "not known")
		optest.Fault(t, s.Answer(ctx, invited.Secret, "x", ConsentPublish, v.Now.Add(31*24*time.Hour)),
			fault.Conflict, "expired")
		optest.Fault(t, s.Answer(ctx, invited.Secret, "", ConsentPublish, v.Now), fault.Invalid, "Say what was good.")
		optest.Fault(t, s.TakeBack(ctx, invited.Secret, v.Now), fault.Conflict, "Nothing was written")
		if err := s.Answer(ctx, invited.Secret, "Clear and <b>kind</b>.", ConsentPublish, v.Now); err != nil {
			t.Fatal(err)
		}
		optest.Fault(t, s.Answer(ctx, invited.Secret, "again", ConsentPublish, v.Now), fault.Conflict, "works once")
		_, _, err = s.Public(ctx, v.Member)
		optest.Fault(t, err, fault.NotFound, "no such page") // not before its subject says so
		list, _, err := s.List(ctx, v)
		if err != nil || len(list) != 1 || !list[0].OfMe || list[0].Source != "invited" {
			t.Fatal(list, err)
		}
		optest.Fault(t, s.Allow(ctx, v, list[0].ID, ConsentQuote, "he said so"), fault.Forbidden,
			"Only the author decides")
		if err := s.Show(ctx, v, list[0].ID, ConsentPublish); err != nil {
			t.Fatal(err)
		}
		name, shown, err := s.Public(ctx, v.Member)
		if err != nil || name != "Me Myself" || len(shown) != 1 || shown[0].Author != "Anna Aal" {
			t.Fatal(name, shown, err)
		}
		if described, err := describe(name, shown); err != nil || strings.ContainsAny(described, "<>") {
			t.Errorf("a text can end the script element: %s %v", described, err)
		}
		if err := s.TakeBack(ctx, invited.Secret, v.Now); err != nil {
			t.Fatal(err)
		}
		_, _, err = s.Public(ctx, v.Member)
		optest.Fault(t, err, fault.NotFound, "no such page")
		if list, _, err = s.List(ctx, v); err != nil || len(list) != 0 {
			t.Errorf("withdrawn, and still listed: %v %v", list, err)
		}
	})
}

func TestKeptPraiseNeedsEvidence(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, _, v := outset(t, d)
		peopletest.Person(t, d, v, "Anna Aal")
		_, err := s.Keep(ctx, v, New{Person: "Anna Aal", Text: "You explain so well.", Consent: ConsentPublish})
		optest.Fault(t, err, fault.Invalid, "Say how the author allowed it.")
		key, err := s.Keep(ctx, v, New{Person: "Anna Aal", Text: "You explain so well."})
		if err != nil {
			t.Fatal(err)
		}
		optest.Fault(t, s.Show(ctx, v, key, ConsentPublish), fault.Conflict, "did not allow")
		optest.Fault(t, s.Allow(ctx, v, key, ConsentPublish, ""), fault.Invalid, "Say how the author allowed it.")
		if err := s.Allow(ctx, v, key, ConsentPublish, "mail of 3 March"); err != nil {
			t.Fatal(err)
		}
		if err := s.Show(ctx, v, key, ConsentPublish); err != nil {
			t.Fatal(err)
		}
		if err := s.Allow(ctx, v, key, ConsentQuote, ""); err != nil {
			t.Fatal(err)
		}
		_, _, err = s.Public(ctx, v.Member)
		optest.Fault(t, err, fault.NotFound, "no such page") // less consent takes it off the page at once
		if list, _, err := s.List(ctx, v); err != nil || list[0].Audience != "" || list[0].Published {
			t.Errorf("who sees it stands as before: %+v %v", list, err)
		}
		other := peopletest.Viewer(t, d, v.Space, "Other Owner", op.Owner)
		if list, _, err := s.List(ctx, other); err != nil || len(list) != 0 {
			t.Errorf("another member sees private praise: %v %v", list, err)
		}
		optest.Fault(t, s.Withdraw(ctx, other, key), fault.NotFound, "no such praise")
	})
}

// What a LinkedIn archive holds becomes praise, private until its author allows more, once.
func TestImportedPraiseIsTakenIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, _, v := outset(t, d)
		anna := peopletest.Person(t, d, v, "Anna Aal")
		put := func(author, subject id.ID, kind, body string) {
			t.Helper()
			key := id.New()
			if _, err := db.Insert(ctx, d, "imported_praise", db.Row{
				"space": v.Space, "id": key, "owner": v.Member, "kind": kind, "author": author, "subject": subject,
				"body": body, "title": "", "time": v.Now.UnixMicro(), "hidden": false, "source": "linkedin",
				"external": key, "import": id.Zero,
			}, ""); err != nil {
				t.Fatal(err)
			}
		}
		put(anna.ID, id.Zero, "recommendation", "A pleasure to work with.")
		put(id.Zero, anna.ID, "endorsement", "graphic design")
		put(id.Zero, v.Person, "endorsement", "of myself")
		for range 2 {
			list, _, err := s.List(ctx, v)
			if err != nil || len(list) != 2 {
				t.Fatal(list, err)
			}
			for _, p := range list {
				if p.Consent != ConsentPrivate || p.Published || p.Source != "linkedin" || p.OfMe == p.ByMe {
					t.Errorf("%+v", p)
				}
			}
		}
	})
}

// One thing is praised of several people in the same words, of all of them or of none.
func TestGroupPraise(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, _, v := outset(t, d)
		for _, name := range []string{"Anna Aal", "Bob Bos"} {
			peopletest.Person(t, d, v, name, strings.ToLower(name[:3])+"@x.example")
		}
		n := New{Text: "You carried the congress.", Occasion: "congress", Consent: ConsentPublish}
		for _, people := range [][]string{nil, {"Anna Aal", "me"}, {"Anna Aal", "Nobody Here"}} {
			if keys, err := s.WriteGroup(ctx, v, people, n); err == nil {
				t.Errorf("%q: %v", people, keys)
			}
		}
		keys, err := s.WriteGroup(ctx, v, []string{"Anna Aal", "Bob Bos", "anna@x.example", "ann@x.example"}, n)
		if err == nil {
			t.Errorf("an address that nobody has is passed over: %v", keys)
		}
		keys, err = s.WriteGroup(ctx, v, []string{"Anna Aal", "Bob Bos", "Anna Aal"}, n)
		if err != nil || len(keys) != 2 {
			t.Fatal(keys, err)
		}
		list, _, err := s.List(ctx, v)
		if err != nil || len(list) != 2 || list[0].Text != list[1].Text || list[0].Subject.ID == list[1].Subject.ID {
			t.Fatal(list, err)
		}
		if err := s.Withdraw(ctx, v, keys[0]); err != nil {
			t.Fatal(err)
		}
		if list, _, err = s.List(ctx, v); err != nil || len(list) != 1 || list[0].ID != keys[1] {
			t.Errorf("what is taken back of one stays of the others: %v, %v", list, err)
		}
	})
}

// What authors allowed is noted of several at once, with evidence, and only of what was received elsewhere.
func TestConsentInBulk(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, _, v := outset(t, d)
		peopletest.Person(t, d, v, "Anna Aal", "anna@aal.example")
		var keys []id.ID
		for _, words := range []string{"So clear.", "So kind."} {
			key, err := s.Keep(ctx, v, New{Person: "Anna Aal", Text: words})
			if err != nil {
				t.Fatal(err)
			}
			keys = append(keys, key)
		}
		own, err := s.Write(ctx, v, New{Person: "Anna Aal", Text: "Good notes."})
		if err != nil {
			t.Fatal(err)
		}
		optest.Fault(t, s.AllowAll(ctx, v, nil, ConsentPublish, "mail"), fault.Invalid, "Choose the praise")
		optest.Fault(t, s.AllowAll(ctx, v, keys, ConsentPublish, ""), fault.Invalid, "Say how the author allowed it.")
		optest.Fault(t, s.AllowAll(ctx, v, append(slices.Clone(keys), own), ConsentPublish, "mail"), fault.Forbidden,
			"Only the author decides")
		allowed := func() (n int) {
			list, _, err := s.List(ctx, v)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range list {
				if p.Consent == ConsentPublish && p.Evidence == "mail of 3 March" && !p.Published {
					n++
				}
			}
			return n
		}
		if n := allowed(); n != 0 {
			t.Errorf("%d changed by what was refused", n)
		}
		if err := s.AllowAll(ctx, v, keys, ConsentPublish, "mail of 3 March"); err != nil {
			t.Fatal(err)
		}
		if n := allowed(); n != 2 {
			t.Errorf("%d of 2 allowed", n)
		}
	})
}
