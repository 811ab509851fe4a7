package app_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/duties"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tie"
)

// answerTo calls an operation of duties and reads its answer.
func answerTo[T any](s *association, v op.Viewer, name string, in map[string]string) T {
	s.t.Helper()
	var out T
	if err := json.Unmarshal([]byte(s.must(v, name, in)), &out); err != nil {
		s.t.Fatal(err)
	}
	return out
}

// Who asks what is kept of them gets it of all members: each gives their own, with the names of others masked, and
// nobody learns who keeps something or reads it before. Who asks to be gone is gone everywhere, and the letter says so.
func TestOneRequestOverTheWholeSpace(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		s := newAssociation(t, address)
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		anna := s.join("Anna Aal", "anna@club.example", op.Member)
		for _, v := range []op.Viewer{s.owner, bea} {
			s.must(v, "people.add", map[string]string{"name": "Quirina Quist", "email": "quirina@example.net"})
		}
		s.must(bea, "people.add", map[string]string{"name": "Derde Persoon", "email": "derde@example.net"})
		s.must(bea, "people.note", map[string]string{
			"person": "quirina@example.net", "text": "Zeldzaamwoord, met Derde Persoon gezien",
		})

		r := answerTo[duties.Request](s, s.owner, "duties.request", map[string]string{
			"person": "quirina@example.net", "kind": "access",
		})
		if r.Others != 1 || r.Waiting != 1 || !r.Mine || r.Due.Before(r.Received.AddDate(0, 0, 28)) {
			t.Errorf("%+v", r)
		}
		e := s.one(bea, "subject_request")
		if !e.Waits || !strings.Contains(e.Title, "Quirina Quist") || len(e.Commands) != 2 {
			t.Errorf("%+v", e)
		}
		if len(s.inboxOf(anna)) != 0 {
			t.Error("who keeps nothing is asked")
		}
		s.nowhere(s.owner, "zeldzaamwoord")
		s.nowhere(anna, "quirina")
		if before := answerTo[duties.Answer](s, s.owner, "duties.answer", map[string]string{
			"request": r.ID.String(),
		}); len(before.Parts) != 1 || before.Absent != 1 {
			t.Errorf("%d parts, %d absent", len(before.Parts), before.Absent)
		}
		for _, v := range []op.Viewer{anna, s.owner} { // neither was asked
			if _, err := s.call(v, "duties.part", map[string]string{"request": r.ID.String()}); fault.CodeOf(err) !=
				fault.NotFound {
				t.Errorf("%v", err)
			}
		}
		if _, err := s.call(bea, "duties.answer", map[string]string{"request": r.ID.String()}); fault.CodeOf(err) !=
			fault.NotFound {
			t.Errorf("another's request is answered: %v", err)
		}
		s.must(bea, "duties.part", map[string]string{"request": r.ID.String()})
		if e := s.one(bea, "subject_request"); e.Waits {
			t.Errorf("still waits: %+v", e)
		}
		answer := s.must(s.owner, "duties.answer", map[string]string{"request": r.ID.String()})
		if !strings.Contains(answer, "Zeldzaamwoord") || strings.Contains(answer, "Derde") ||
			!strings.Contains(answer, `"absent":0`) {
			t.Errorf("the answer is %s", answer)
		}
		done := answerTo[duties.Statement](s, s.owner, "duties.close", map[string]string{
			"request": r.ID.String(), "language": "nl",
		})
		if !strings.Contains(done.Letter, "Beste Quirina Quist") || done.Erased != nil {
			t.Errorf("the letter is %s", done.Letter)
		}
		left, err := db.Value[int](context.Background(), s.DB, `select count(*) from subject_part where body <> $1`,
			[]byte{})
		if err != nil || left != 0 {
			t.Errorf("%d parts are kept after the request was closed: %v", left, err)
		}

		r = answerTo[duties.Request](s, s.owner, "duties.request", map[string]string{
			"person": "quirina@example.net", "kind": "erasure",
		})
		done = answerTo[duties.Statement](s, s.owner, "duties.close", map[string]string{
			"request": r.ID.String(), "erase": "true",
		})
		if done.Erased == nil || done.Erased.Members != 1 || !strings.Contains(done.Letter, "Dear Quirina Quist") ||
			!strings.Contains(done.Letter, "- notes: 1") {
			t.Errorf("%+v", done)
		}
		for _, v := range []op.Viewer{s.owner, bea, anna} {
			s.nowhere(v, "quirina", "zeldzaamwoord")
		}
		list := answerTo[duties.RequestsOutput](s, s.owner, "duties.requests", nil).Requests
		if len(list) != 2 || list[0].Closed == nil || list[1].Closed == nil || list[0].Name+list[1].Name != "" {
			t.Errorf("the register is %+v", list)
		}
	})
}

// A notice names the kinds of what is kept and no word of it; the record names what stands in the space.
func TestNoticeAndRecord(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		s := newAssociation(t, address)
		s.must(s.owner, "people.add", map[string]string{"name": "Quirina Quist", "email": "quirina@example.net"})
		record := answerTo[duties.Record](s, s.owner, "duties.record", nil)
		if strings.Contains(s.must(s.owner, "duties.record", nil), `"notes"`) || len(record.Owners) != 1 {
			t.Errorf("%+v", record)
		}
		warned := s.must(s.owner, "people.note", map[string]string{
			"person": "quirina@example.net", "text": "is al maanden ziek",
		})
		if !strings.Contains(warned, "delicate") {
			t.Errorf("nothing is said of what is delicate: %s", warned)
		}
		if calm := s.must(s.owner, "people.note", map[string]string{
			"person": "quirina@example.net", "text": "houdt van orgels",
		}); strings.Contains(calm, "delicate") {
			t.Errorf("warned without a reason: %s", calm)
		}
		notice := answerTo[duties.Notice](s, s.owner, "duties.notice", map[string]string{
			"person": "quirina@example.net", "language": "nl",
		})
		for _, word := range []string{
			"Beste Quirina Quist", "- notities", "- je naam, en wat op een kaartje staat",
			"Olga Owner <olga@club.example>", "artikel 6", "Autoriteit",
		} {
			if !strings.Contains(notice.Body, word) {
				t.Errorf("no %q in\n%s", word, notice.Body)
			}
		}
		for _, word := range []string{"ziek", "orgels", "mail, agenda"} {
			if strings.Contains(notice.Body, word) {
				t.Errorf("%q in\n%s", word, notice.Body)
			}
		}
		if !notice.Needed || notice.Told != nil {
			t.Errorf("%+v", notice)
		}
		s.must(s.owner, "duties.told", map[string]string{"person": "quirina@example.net"})
		s.must(s.owner, "space.change", map[string]string{"purpose": "private"})
		notice = answerTo[duties.Notice](s, s.owner, "duties.notice", map[string]string{
			"person": "quirina@example.net",
		})
		if notice.Needed || notice.Told == nil || !strings.HasPrefix(notice.Body, "Dear Quirina") {
			t.Errorf("%+v", notice)
		}
		if !strings.Contains(s.must(s.owner, "duties.record", nil), `"notes"`) {
			t.Error("the record leaves notes out")
		}
	})
}

// What is old goes by a rule, of its maker alone or of the space, not before it begins, and ties follow; the preview
// says how much. A rule taken back throws nothing away.
func TestWhatIsOldIsThrownAway(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		s := newAssociation(t, address)
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		now := s.owner.Now
		rows := func(v op.Viewer) int {
			n, err := db.Value[int](ctx, s.DB, `select count(*) from interaction where owner = $1`, v.Member)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		for _, v := range []op.Viewer{s.owner, bea} {
			p := peopletest.Person(t, s.DB, v, "Old Friend", "old@"+v.Member.String()+".example")
			q := peopletest.Person(t, s.DB, v, "New Friend", "new@"+v.Member.String()+".example")
			peopletest.Record(t, s.DB, v,
				peopletest.Interaction(v, tie.Mail, now.AddDate(-3, 0, 0), v.Person, p.ID),
				peopletest.Interaction(v, tie.Mail, now.AddDate(0, -1, 0), v.Person, q.ID))
		}
		ties := func(v op.Viewer) int {
			n, err := db.Value[int](ctx, s.DB, `select count(*) from tie where owner = $1 and person = $2`, v.Member,
				v.Person)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if s.must(bea, "horizon.ties", nil); ties(bea) != 2 {
			t.Fatalf("%d ties to begin with", ties(bea))
		}
		sweep := func(at time.Time) {
			t.Helper()
			if err := s.Duties.Sweep(ctx, at, s.Account.ViewerOf); err != nil {
				t.Fatal(err)
			}
		}
		preview := answerTo[duties.Preview](s, bea, "duties.preview", map[string]string{
			"kind": "contact", "months": "24",
		})
		if preview.Rows != 1 || preview.Total != 2 || rows(bea) != 2 {
			t.Errorf("%+v", preview)
		}
		if _, err := s.call(bea, "duties.keep", map[string]string{
			"kind": "contact", "months": "24", "space": "true",
		}); fault.CodeOf(err) != fault.Forbidden {
			t.Errorf("a member makes a rule of the space: %v", err)
		}
		ofTrail := map[string]string{"kind": "trail", "months": "24"}
		if _, err := s.call(bea, "duties.keep", ofTrail); fault.CodeOf(err) != fault.Forbidden {
			t.Errorf("a member makes a rule of the trail: %v", err)
		}
		for _, months := range []string{"-1", "601"} {
			wrong := map[string]string{"kind": "contact", "months": months}
			if _, err := s.call(bea, "duties.keep", wrong); err == nil {
				t.Errorf("%s months", months)
			}
		}
		s.must(bea, "duties.keep", map[string]string{"kind": "contact", "months": "24"})
		sweep(now.Add(23 * time.Hour))
		if rows(bea) != 2 {
			t.Error("a rule holds before it begins")
		}
		sweep(now.Add(25 * time.Hour))
		if rows(bea) != 1 || rows(s.owner) != 2 {
			t.Errorf("%d and %d are left", rows(bea), rows(s.owner))
		}
		if ties(bea) != 1 {
			t.Errorf("%d ties are left", ties(bea))
		}
		s.must(s.owner, "duties.keep", map[string]string{"kind": "contact", "months": "24", "space": "true"})
		s.must(s.owner, "duties.keep", map[string]string{"kind": "contact", "months": "0", "space": "true"})
		sweep(now.AddDate(0, 0, 15))
		if rows(s.owner) != 2 {
			t.Error("a rule that was taken back holds")
		}
		s.must(s.owner, "duties.keep", map[string]string{"kind": "contact", "months": "24", "space": "true"})
		sweep(now.AddDate(0, 0, 13))
		if rows(s.owner) != 2 {
			t.Error("a rule of the space holds before it begins")
		}
		sweep(now.AddDate(0, 0, 15))
		if rows(s.owner) != 1 {
			t.Error("a rule of the space is not carried out")
		}
		trail := s.must(s.owner, "audit.list", nil)
		if !strings.Contains(trail, "retention.done") || !strings.Contains(trail, "contact 1") {
			t.Errorf("the trail is %s", trail)
		}
		if problems, err := s.DB.CheckIntegrity(ctx); err != nil || len(problems) > 0 {
			t.Error(problems, err)
		}
	})
}

// A rule may throw away thousands of rows, in parts; with a rule that is changed meanwhile it stops.
func TestMuchThatIsOld(t *testing.T) {
	ctx := context.Background()
	s := newAssociation(t, "")
	p := peopletest.Person(t, s.DB, s.owner, "Old Friend", "old@example.net")
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		for range 2500 {
			if _, err := db.Insert(ctx, tx, "note", db.Row{
				"space": s.owner.Space, "id": id.New(), "person": p.ID, "owner": s.owner.Member, "visibility": 0,
				"body": "x", "at": s.owner.Now.AddDate(-9, 0, 0).UnixMicro(), "source": "said", "import": id.Zero,
			}, ""); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	s.must(s.owner, "duties.keep", map[string]string{"kind": "note", "months": "100"})
	if err := s.Duties.Sweep(ctx, s.owner.Now.AddDate(0, 0, 2), s.Account.ViewerOf); err != nil {
		t.Fatal(err)
	}
	left, err := db.Value[int](ctx, s.DB, `select count(*) from note`)
	if err != nil || left != 0 {
		t.Errorf("%d are left: %v", left, err)
	}
}
