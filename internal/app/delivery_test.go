package app_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"gave.network/internal/ask"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/give"
	"gave.network/internal/id"
	"gave.network/internal/inbox"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/scope"
)

// inboxOf is what was brought to a member.
func (s *association) inboxOf(v op.Viewer) []inbox.Entry {
	s.t.Helper()
	var out inbox.ListOutput
	if err := json.Unmarshal([]byte(s.must(v, "inbox.list", nil)), &out); err != nil {
		s.t.Fatal(err)
	}
	return out.Inbox
}

// one is the only thing of a kind that was brought to a member.
func (s *association) one(v op.Viewer, kind string) inbox.Entry {
	s.t.Helper()
	var found []inbox.Entry
	for _, e := range s.inboxOf(v) {
		if e.Kind == kind {
			found = append(found, e)
		}
	}
	if len(found) != 1 {
		s.t.Fatalf("%d of %s: %+v", len(found), kind, s.inboxOf(v))
	}
	return found[0]
}

// counts is the number that stands beside the place.
func (s *association) counts(v op.Viewer) int {
	s.t.Helper()
	for _, r := range s.Rooms {
		if r.Key == "inbox" {
			n, err := r.Places[0].Count(context.Background(), v)
			if err != nil {
				s.t.Fatal(err)
			}
			return n
		}
	}
	s.t.Fatal("no inbox")
	return 0
}

// nowhere fails when words are shown to somebody by any operation that reads.
func (s *association) nowhere(v op.Viewer, words ...string) {
	s.t.Helper()
	for _, o := range s.Operations.All() {
		if o.Method != "GET" || o.LocalOnly || o.Allow > v.Role {
			continue
		}
		out, err := s.call(v, o.Name, map[string]string{"text": "x", "need": "x", "skills": "x", "query": "x"})
		if err != nil {
			out += err.Error()
		}
		for _, word := range words {
			if strings.Contains(strings.ToLower(out), strings.ToLower(word)) {
				s.t.Errorf("%s shows %q: %s", o.Name, word, out)
			}
		}
	}
}

// Praise reaches whom it praises and waits for their word; nobody else hears of it, and what is taken back is gone.
func TestPraiseIsBrought(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		s := newAssociation(t, address)
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		anna := s.join("Anna Aal", "anna@club.example", op.Member)
		const words = "Zonneklaar uitgelegd"
		out := s.must(s.owner, "praise.write", map[string]string{
			"person": "bea@club.example", "text": words, "consent": "publish",
		})
		s.nowhere(anna, words)
		if s.counts(bea) != 1 || s.counts(anna) != 0 || s.counts(s.owner) != 0 {
			t.Errorf("counts %d %d %d", s.counts(bea), s.counts(anna), s.counts(s.owner))
		}
		e := s.one(bea, "praise")
		if !e.Waits || !e.New || e.Text != words || e.Name != "Olga Owner" || len(e.Commands) != 3 {
			t.Errorf("%+v", e)
		}
		var made struct{ Praise id.ID }
		json.Unmarshal([]byte(out), &made)
		if _, err := s.call(anna, "inbox.seen", map[string]string{"id": e.ID.String()}); fault.CodeOf(err) !=
			fault.NotFound {
			t.Errorf("Anna says that Bea saw it: %v", err)
		}
		s.must(bea, "praise.publish", map[string]string{"praise": made.Praise.String(), "audience": "quote"})
		if e = s.one(bea, "praise"); e.Waits || e.New || s.counts(bea) != 0 {
			t.Errorf("after her word: %+v, %d", e, s.counts(bea))
		}
		s.must(s.owner, "praise.withdraw", map[string]string{"praise": made.Praise.String()})
		if list := s.inboxOf(bea); len(list) != 0 {
			t.Errorf("taken back: %+v", list)
		}
		// What a newer program on the same database brought is not shown by this one, and stays.
		if _, err := s.DB.ExecContext(context.Background(), `insert into delivery
			(space, id, owner, author, kind, item, at, waits, seen) values ($1, $2, $3, $4, 'of-tomorrow', $2, 1, 1, 0)`,
			bea.Space, id.New(), bea.Member, anna.Member); err != nil {
			t.Fatal(err)
		}
		if list := s.inboxOf(bea); len(list) != 0 || s.counts(bea) != 1 {
			t.Errorf("of a newer program: %+v, %d", list, s.counts(bea))
		}
		// What one keeps of what another said is not brought to that other.
		const kept = "Onthouden woorden"
		s.must(s.owner, "praise.keep", map[string]string{"person": "anna@club.example", "text": kept})
		s.nowhere(anna, kept)
		s.nowhere(bea, kept)
	})
}

// An ask reaches those whom it names and who are members; its author hears what they answer, they hear what came of it,
// and only who heard counts as told.
func TestAskIsBrought(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		s := newAssociation(t, address)
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		anna := s.join("Anna Aal", "anna@club.example", op.Member)
		guest := s.join("Gerrit Gast", "gerrit@club.example", op.Guest)
		third := s.join("Dirk Derde", "dirk@club.example", op.Member)
		outside := s.keep(s.owner, "Otto Outside", "otto@else.example", people.NewPerson{})
		const words, why = "Wie heeft een beamer te leen", "Voor de ledenavond"
		made, err := s.Ask.New(ctx, s.owner, ask.Ask{Text: words, Why: why}, []string{
			"bea@club.example", "anna@club.example", "gerrit@club.example", outside.String(),
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(made.Reached) != 3 {
			t.Errorf("it reached %+v", made.Reached)
		}
		s.nowhere(third, words, why)
		for _, v := range []op.Viewer{bea, anna, guest} {
			if e := s.one(v, "ask"); !e.Waits || !strings.Contains(e.Text, words) || s.counts(v) != 1 {
				t.Errorf("%+v", e)
			}
		}
		answer := func(v op.Viewer, word, note string) {
			t.Helper()
			s.must(v, "ask.answer", map[string]string{"ask": made.ID.String(), "answer": word, "note": note})
		}
		yes := map[string]string{"ask": made.ID.String(), "answer": "yes"}
		if _, err := s.call(third, "ask.answer", yes); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("who was not asked answers: %v", err)
		}
		if _, err := s.call(guest, "ask.answer", map[string]string{
			"ask": made.ID.String(), "answer": "knows",
		}); fault.FieldOf(err) != "note" {
			t.Errorf("knows nobody in particular: %v", err)
		}
		answer(bea, "no", "")
		answer(bea, "yes", "Ik breng hem mee")
		answer(anna, "no", "")
		answer(guest, "knows", "Mijn zus Rosa, rosa@else.example")
		if s.counts(bea)+s.counts(anna)+s.counts(guest) != 0 {
			t.Error("it still waits for who answered")
		}
		got := s.must(s.owner, "inbox.list", nil)
		for _, said := range []string{"Ik breng hem mee", "rosa@else.example", "Anna Aal cannot help"} {
			if !strings.Contains(got, said) {
				t.Errorf("the author does not hear %q: %s", said, got)
			}
		}
		if s.counts(s.owner) != 3 {
			t.Errorf("%d answers", s.counts(s.owner))
		}
		s.nowhere(anna, "Ik breng hem mee", "rosa@else.example")
		s.nowhere(bea, "rosa@else.example")
		s.must(s.owner, "inbox.seen", nil)
		if s.counts(s.owner) != 0 {
			t.Error("seen, and still counted")
		}
		// Thanks, and what came of it. Otto helped too, and is no member.
		if _, err := s.Ask.Helped(ctx, s.owner, made.ID, outside.String(), "een scherm"); err != nil {
			t.Fatal(err)
		}
		s.must(s.owner, "ask.thank", map[string]string{"ask": made.ID.String(), "person": "bea@club.example"})
		if e := s.one(bea, "thanks"); !e.New || e.Waits {
			t.Errorf("%+v", e)
		}
		const came = "Veertig mensen keken mee"
		closed, told, err := s.Ask.Close(ctx, s.owner, made.ID, came)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range closed.Helped {
			if (h.Told != nil) != (h.ID == bea.Person) {
				t.Errorf("told: %+v", h)
			}
		}
		for _, x := range told {
			if x.Reached != (x.Person.ID == bea.Person) {
				t.Errorf("reached: %+v", x)
			}
		}
		for _, v := range []op.Viewer{bea, guest} {
			if e := s.one(v, "outcome"); e.Text != came {
				t.Errorf("%+v", e)
			}
		}
		s.nowhere(third, came)
		s.must(s.owner, "ask.told", map[string]string{"ask": made.ID.String(), "person": outside.String()})
		if closed, err = s.Ask.Get(ctx, s.owner, made.ID); err != nil || closed.Helped[1].Told == nil {
			t.Errorf("%+v %v", closed.Helped, err)
		}
		// Removed, it is gone everywhere.
		s.must(s.owner, "ask.remove", map[string]string{"ask": made.ID.String()})
		for _, v := range []op.Viewer{bea, anna, guest, s.owner} {
			if list := s.inboxOf(v); len(list) != 0 || s.counts(v) != 0 {
				t.Errorf("removed: %+v", list)
			}
		}
	})
}

// An introduction reaches who is in the middle, then whom it leads to; what came of it and the thanks reach them, and
// it stands among what the middleman gave.
func TestIntroductionIsBrought(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		s := newAssociation(t, address)
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		anna := s.join("Anna Aal", "anna@club.example", op.Member)
		third := s.join("Dirk Derde", "dirk@club.example", op.Member)
		const why = "Zij kent de gemeente"
		started, err := s.Ask.Introduce(ctx, s.owner, "anna@club.example", "bea@club.example", why, "olga@club.example")
		if err != nil {
			t.Fatal(err)
		}
		act := func(v op.Viewer, act, outcome string) {
			t.Helper()
			s.must(v, "introductions.answer", map[string]string{
				"introduction": started.ID.String(), "act": act, "address": "anna@club.example", "outcome": outcome,
			})
		}
		if e := s.one(bea, "introduction"); !e.Waits || e.Text != why {
			t.Errorf("%+v", e)
		}
		s.nowhere(anna, why)
		act(bea, "agree", "")
		if e := s.one(anna, "introduction"); !e.Waits || s.counts(bea) != 0 || s.counts(s.owner) != 1 {
			t.Errorf("%+v", e)
		}
		act(anna, "agree", "")
		if e := s.one(s.owner, "introduction-step"); e.Text != "anna@club.example" {
			t.Errorf("%+v", e)
		}
		if e := s.one(bea, "introduction-step"); strings.Contains(e.Text+e.Title, "@") {
			t.Errorf("the middleman sees an address: %+v", e)
		}
		const came = "We doen samen het buurtfeest"
		act(s.owner, "follow", came)
		for _, v := range []op.Viewer{bea, anna} {
			if e := s.one(v, "introduction-outcome"); e.Text != came {
				t.Errorf("%+v", e)
			}
		}
		act(s.owner, "finish", "")
		s.one(bea, "introduction-thanks")
		gifts, err := s.Give.List(ctx, bea, give.Given, 10)
		if err != nil || len(gifts) != 1 || gifts[0].Kind != give.Introduction ||
			gifts[0].People[0].ID != s.owner.Person || !strings.Contains(gifts[0].Body, "Anna Aal") {
			t.Errorf("what Bea gave: %+v %v", gifts, err)
		}
		s.nowhere(third, why, came)
		// Who has no account answers by the link; a member hears of it all the same.
		outside := s.keep(s.owner, "Otto Outside", "otto@else.example", people.NewPerson{})
		passed, err := s.Ask.Introduce(ctx, s.owner, "dirk@club.example", outside.String(), "Door Otto",
			"olga@club.example")
		if err != nil {
			t.Fatal(err)
		}
		stranger := op.Viewer{Lang: s.owner.Lang, Zone: s.owner.Zone, Now: s.owner.Now}
		if _, err := s.Ask.ActBehind(ctx, stranger, passed.Secret, ask.Answer{Act: ask.Agree}); err != nil {
			t.Fatal(err)
		}
		if e := s.one(third, "introduction"); !e.Waits || e.Text != "Door Otto" {
			t.Errorf("%+v", e)
		}
		if _, err := s.Ask.Act(ctx, s.owner, passed.ID, ask.Answer{Act: ask.Withdraw}); err != nil {
			t.Fatal(err)
		}
		if list := s.inboxOf(third); len(list) != 0 {
			t.Errorf("withdrawn: %+v", list)
		}
		// A no is told to who asked, and to nobody else.
		if started, err = s.Ask.Introduce(ctx, s.owner, "dirk@club.example", "bea@club.example", "Nog een",
			"olga@club.example"); err != nil {
			t.Fatal(err)
		}
		act(bea, "decline", "")
		if list := s.inboxOf(third); len(list) != 0 {
			t.Errorf("whom it would have led to hears of it: %+v", list)
		}
		if !strings.Contains(s.must(s.owner, "inbox.list", nil), "You do not get to meet Dirk Derde") {
			t.Error("who asked does not hear the no")
		}
	})
}

// What one member wrote of a record of their own before somebody came in is not brought to that one.
func TestNothingOfBeforeIsBrought(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		s := newAssociation(t, address)
		kept := s.keep(s.owner, "Anna Aal", "anna@club.example", people.NewPerson{})
		const praised, asked = "Prachtig gedaan toen", "Kun jij dit nog eens doen"
		s.must(s.owner, "praise.write", map[string]string{"person": kept.String(), "text": praised})
		if _, err := s.Ask.New(ctx, s.owner, ask.Ask{Text: asked}, []string{kept.String()}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Network.AddNote(ctx, s.owner, people.Person{ID: kept}, asked, scope.Private); err != nil {
			t.Fatal(err)
		}
		anna := s.join("Anna Aal", "anna@club.example", op.Member)
		s.nowhere(anna, praised, asked)
		if list := s.inboxOf(anna); len(list) != 0 {
			t.Errorf("%+v", list)
		}
		// A member who left gets nothing more.
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		s.must(s.owner, "members.remove", map[string]string{"member": bea.Member.String()})
		made, err := s.Ask.New(ctx, s.owner, ask.Ask{Text: asked}, []string{bea.Person.String()})
		if err != nil || len(made.Reached) != 0 {
			t.Errorf("reached %+v %v", made.Reached, err)
		}
	})
}
