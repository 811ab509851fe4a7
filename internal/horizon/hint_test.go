package horizon

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page/pagetest"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// office is a space of one who asks and of colleagues, each of whom privately knows people at some organisations.
type office struct {
	*testing.T
	d     *db.DB
	s     *Service
	asker op.Viewer
	of    []op.Viewer
}

func newOffice(t *testing.T, d *db.DB, colleagues int) *office {
	t.Helper()
	space := peopletest.Space(t, d)
	o := &office{T: t, d: d, s: NewService(d, people.NewStore(d))}
	member := func(name string, role op.Role) op.Viewer {
		v := peopletest.Viewer(t, d, space, name, role)
		o.do(`insert into account (id, email, name, password, language, zone, created) values ($1, $2, $2, '', 'en', '', 1)`,
			v.Account, name+v.Member.String())
		o.do(`insert into member (id, space, account, role, person, joined, ended) values ($1, $2, $3, $4, $5, 1, 0)`,
			v.Member, space, v.Account, int(role), v.Person)
		return v
	}
	o.asker = member("Asker", op.Member)
	other := peopletest.Person(t, d, o.asker, "Somebody Else")
	peopletest.Record(t, d, o.asker,
		peopletest.Interaction(o.asker, tie.Mail, o.asker.Now.AddDate(0, 0, -2), o.asker.Person, other.ID))
	for i := range colleagues {
		o.of = append(o.of, member(fmt.Sprint("Colleague ", i), op.Member))
	}
	return o
}

func (o *office) do(statement string, args ...any) {
	o.Helper()
	if _, err := o.d.ExecContext(context.Background(), statement, args...); err != nil {
		o.Fatal(err)
	}
}

// long is before this month.
var long = time.Now().AddDate(0, -3, 0)

// allow lets a colleague allow hints since a moment.
func (o *office) allow(v op.Viewer, since time.Time) {
	o.Helper()
	if _, err := o.s.hint(context.Background(), v, HintInput{Allow: "yes"}); err != nil {
		o.Fatal(err)
	}
	o.do(`update horizon_hint set at = $1 where owner = $2`, since.UnixMicro(), v.Member)
}

// knows gives a colleague somebody at an organisation whom they met at a moment.
func (o *office) knows(v op.Viewer, name, organisation string, met time.Time) id.ID {
	o.Helper()
	one := peopletest.Person(o, o.d, v, name)
	edit(o.T, o.s, v, one.ID, organisation, organisation+" Town", "")
	peopletest.Record(o, o.d, v, peopletest.Interaction(v, tie.FaceToFace, met, v.Person, one.ID))
	return one.ID
}

// asks says what the asker is told, and checks that it is one word and no more, however it is asked.
func (o *office) asks(to string) bool {
	o.Helper()
	o.s.network.DropKept()
	o.do(`delete from hint_asked`)
	out, err := o.s.path(context.Background(), o.asker, PathInput{To: to, Hops: 4, Alternatives: 3})
	if err != nil {
		return false
	}
	if len(out.Routes) > 0 || out.Fits > 0 || out.Known > 0 || len(out.There) > 0 {
		o.Errorf("more is told than that a colleague may know somebody: %+v", out)
	}
	said := out.Text(o.asker.Printer())
	for _, hidden := range []string{"Colleague", "Jan", "Piet", "Klaas", "2", "3", "5"} {
		if strings.Contains(said, hidden) {
			o.Errorf("%q says %q", said, hidden)
		}
	}
	return out.Colleague
}

// A hint is given only when enough allow it, enough of them know somebody there, and enough are known there; it counts
// from the next month; it is off until allowed.
func TestHintNeedsConsent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d, 7)
		o.knows(o.of[0], "Jan Jansen", "Waterwerk", long)
		o.knows(o.of[0], "Piet Pietersen", "Waterwerk", long)
		o.knows(o.of[1], "Klaas Klaassen", "Waterwerk", long)
		never := func(when string) {
			t.Helper()
			for _, to := range []string{"Waterwerk", "waterwerk", "Waterwerk Town", "Jan Jansen", "Klaas", "Water"} {
				if o.asks(to) {
					t.Errorf("%s: %q gives a hint", when, to)
				}
			}
		}
		never("nobody allows it")
		for _, v := range o.of[:4] {
			o.allow(v, long)
		}
		never("four allow it")
		o.allow(o.of[4], time.Now())
		never("the fifth allowed it this month")
		o.allow(o.of[4], long)
		for _, to := range []string{"Waterwerk", "waterwerk", "Waterwerk Town"} {
			if !o.asks(to) {
				t.Errorf("five allow it, two know three there, and %q gives no hint", to)
			}
		}
		for _, to := range []string{"Jan Jansen", "Klaas", "Water", "Elders", ""} {
			if o.asks(to) {
				t.Errorf("%q gives a hint", to)
			}
		}

		// The asker's own consent and ties count for nothing, and neither do those of who left or ended it.
		o.allow(o.asker, long)
		if _, err := o.s.hint(context.Background(), o.of[4], HintInput{Allow: "no"}); err != nil {
			t.Fatal(err)
		}
		never("the fifth ended it")
		o.allow(o.of[5], long)
		if !o.asks("Waterwerk") {
			t.Error("another fifth allows it, and no hint is given")
		}
		o.do(`update member set ended = 1 where id = $1`, o.of[1].Member)
		never("one of the two who know somebody left")
	})
}

// One colleague alone, one person alone, new ties, what is delicate, and a guest: no hint. Whom a colleague knows twice
// under one name is one.
func TestHintHidesTheSingle(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d, 6)
		for _, v := range o.of {
			o.allow(v, long)
		}
		for i, name := range []string{"Jan Jansen", "Piet Pietersen", "Klaas Klaassen"} {
			o.knows(o.of[0], name, "Alleen", long)                   // one colleague knows all
			o.knows(o.of[i], "Jan Jansen", "Eenmanszaak", long)      // all know one
			o.knows(o.of[i], name, "Nieuw", time.Now())              // since today
			o.knows(o.of[i], name, "Schuldhulpverlening Oost", long) // delicate
			o.knows(o.asker, name+" of mine", "Eigen", long)         // the asker's own
			gone := o.knows(o.of[i], name, "Voorheen", long)         // not there any more
			o.do(`update person_role set until_day = '2020' where person = $1`, gone)
			o.do(`update person set place = '' where id = $1`, gone)
		}
		for _, to := range []string{"Alleen", "Eenmanszaak", "Nieuw", "Schuldhulpverlening Oost", "Voorheen"} {
			if o.asks(to) {
				t.Errorf("%q gives a hint", to)
			}
		}
		if hint, err := o.s.mayKnow(context.Background(), o.asker, "Eigen"); hint || err != nil {
			t.Errorf("of the asker's own ties: %v, %v", hint, err)
		}
		o.knows(o.of[1], "Piet Pietersen", "Alleen", long)
		if !o.asks("Alleen") {
			t.Error("two know three there, and no hint is given")
		}
		guest := o.asker
		guest.Role = op.Guest
		if hint, err := o.s.mayKnow(context.Background(), guest, "Alleen"); hint || err != nil {
			t.Errorf("a guest: %v, %v", hint, err)
		}
		// Somebody of another space neither asks nor counts.
		stranger := peopletest.Viewer(t, d, peopletest.Space(t, d), "Stranger", op.Owner)
		if hint, err := o.s.mayKnow(context.Background(), stranger, "Alleen"); hint || err != nil {
			t.Errorf("another space: %v, %v", hint, err)
		}
	})
}

// Who compares the answer with somebody to that without learns nothing as long as enough others are behind it, whoever
// of the colleagues it is and whichever of the people; and a list of organisations is not gone through in a day.
func TestHintBesideCounting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		o := newOffice(t, d, 7)
		var known []id.ID
		for i, v := range o.of {
			o.allow(v, long)
			for k := range 2 {
				known = append(known, o.knows(v, fmt.Sprint("Jan ", 2*i+k), "Waterwerk", long))
			}
		}
		if !o.asks("Waterwerk") {
			t.Fatal("no hint")
		}
		for i, v := range o.of {
			if _, err := o.s.hint(ctx, v, HintInput{Allow: "no"}); err != nil {
				t.Fatal(err)
			}
			if !o.asks("Waterwerk") {
				t.Errorf("that colleague %d ended it is seen", i)
			}
			o.allow(v, long)
		}
		for i, person := range known {
			o.do(`update person_role set until_day = '2020' where person = $1`, person)
			o.do(`update person set place = '' where id = $1`, person)
			if i < len(known)-4 && !o.asks("Waterwerk") {
				t.Errorf("that person %d went is seen", i)
			}
		}
		// What a colleague adds who is in league with the asker turns nothing on by itself.
		for i := range 9 {
			o.knows(o.of[0], fmt.Sprint("Piet ", i), "Verzonnen", long)
		}
		if o.asks("Verzonnen") {
			t.Error("one colleague makes a hint alone")
		}
		// The day's questions.
		o.do(`delete from hint_asked`)
		now, other := time.Now(), &Service{db: o.d} // two nodes on one database
		ask := func(s *Service, v op.Viewer, item string, at time.Time) bool {
			t.Helper()
			may, err := s.mayAsk(context.Background(), v, item, at)
			if err != nil {
				t.Fatal(err)
			}
			return may
		}
		for i := range mostAsked {
			if !ask([]*Service{o.s, other}[i%2], o.asker, fmt.Sprint("organisation ", i), now) {
				t.Fatalf("question %d is refused", i)
			}
		}
		if ask(o.s, o.asker, "one more", now) || ask(other, o.asker, "one more", now) ||
			!ask(o.s, o.asker, "organisation 3", now) || !ask(o.s, o.of[0], "one more", now) ||
			!ask(o.s, o.asker, "one more", now.AddDate(0, 0, 1)) {
			t.Error("a day has its questions, of each member, and the same again is none")
		}
	})
}

// The page says what is allowed, and changes it; a space of one is not asked.
func TestHintOnThePage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d, 1)
		site := pagetest.New(o.asker, o.s.Operations()...)
		site.Serve(o.s.pages)
		site.Get(t, "/horizon", 200, `action="/horizon/hint"`, `value="yes"`)
		site.Post(t, "/horizon/hint", map[string][]string{"allow": {"yes"}}, 303)
		site.Get(t, "/horizon", 200, `value="no"`, "You allow it.")
		if out, err := o.s.showHint(context.Background(), o.of[0], op.None{}); err != nil || out.Allow {
			t.Errorf("another member sees %+v, %v", out, err)
		}
		site.Post(t, "/horizon/hint", map[string][]string{"allow": {"perhaps"}}, 422)
		site.Post(t, "/horizon/hint", map[string][]string{"allow": {"no"}}, 303)
		if body := site.Get(t, "/horizon", 200, `value="yes"`); strings.Contains(body, "You allow it.") {
			t.Error("it is still allowed")
		}
		single := newOffice(t, d, 0)
		site = pagetest.New(single.asker, single.s.Operations()...)
		site.Serve(single.s.pages)
		if body := site.Get(t, "/horizon", 200); strings.Contains(body, "/horizon/hint") {
			t.Error("who is alone is asked")
		}
	})
}

// A way is verified, or it is said which tie is to be warmed first and why.
func TestVerifiedWays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, v, persons := circle(t, d)
		ask := func(to string) PathOutput {
			t.Helper()
			s.network.DropKept()
			out, err := s.path(ctx, v, PathInput{To: to, Hops: 4, Alternatives: 3})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		out := ask("Dirk Das")
		first := out.Routes[0].Hops[0]
		if !out.Verified || out.Warm != nil || first.Interactions != 12 || first.Class == tie.Dormant ||
			!first.First.Equal(v.Now.AddDate(0, 0, -87)) || !first.Last.Equal(v.Now.AddDate(0, 0, -10)) ||
			!slices.Equal(first.Layers, []string{tie.Contact}) || !strings.Contains(first.Why, "first 28 August 2026") {
			t.Errorf("%+v", out)
		}
		// A way over three ties is not likely enough: its weakest tie is named.
		out = ask("Eva Egel")
		if out.Verified || out.Routes[0].Chance >= leastVerified || out.Warm == nil || out.Warm.Mine ||
			out.Warm.Why != doubtFaint || out.Warm.To.Name != "Eva Egel" ||
			!strings.Contains(out.Warm.Text, "Ask Dirk") {
			t.Errorf("%+v, %+v", out, out.Warm)
		}
		// A dormant tie and one that only one side states.
		sleeper, named := peopletest.Person(t, d, v, "Hans Haas"), peopletest.Person(t, d, v, "Ida IJs")
		for i := range 90 {
			peopletest.Record(t, d, v,
				peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(-2, 0, -1-i), v.Person, sleeper.ID))
		}
		state(t, d, v, tie.Statement{Layer: "trust", SourcePerson: v.Person, TargetPerson: named.ID, Directed: true})
		out = ask("Hans Haas")
		if out.Verified || out.Warm == nil || !out.Warm.Mine || out.Warm.Why != DoubtDormant ||
			!strings.Contains(out.Warm.Text, "Hans Haas is asleep") {
			t.Errorf("dormant: %+v, %+v", out, out.Warm)
		}
		out = ask("Ida IJs")
		if out.Verified || out.Warm == nil || out.Warm.Why != DoubtOneSided ||
			out.Routes[0].Hops[0].Class != tie.Latent {
			t.Errorf("one-sided: %+v, %+v", out, out.Warm)
		}
		state(t, d, v, tie.Statement{Layer: "trust", SourcePerson: named.ID, TargetPerson: v.Person, Directed: true})
		if out = ask("Ida IJs"); !out.Verified || out.Routes[0].Hops[0].Doubt != "" {
			t.Errorf("both state it: %+v", out)
		}
		// To a skill in another language, and to an organisation: the likeliest of those there comes first.
		edit(t, s, v, persons["Eva "].ID, "Atelier Eva", "", "tekstschrijver")
		edit(t, s, v, persons["Anna"].ID, "Atelier Eva", "", "")
		if out = ask("copywriter"); out.Routes[0].aim().Name != "Eva Egel" {
			t.Errorf("to a skill: %+v", out)
		}
		if out = ask("Atelier Eva"); out.Fits != 2 || out.Routes[0].aim().Name != "Anna Aal" ||
			!slices.ContainsFunc(out.Routes, func(r Route) bool { return r.aim().Name == "Eva Egel" }) {
			t.Errorf("to an organisation: %+v", out)
		}
		site := pagetest.New(v)
		site.Serve(s.pages)
		site.Get(t, "/net/way?to=Hans+Haas", 200, "No verified way yet.", "Your tie with Hans Haas is asleep")
		site.Get(t, "/net/way?to=Dirk+Das", 200, "It shares nobody with the ways above.")
	})
}

// state stores a statement of the viewer's.
func state(t *testing.T, d *db.DB, v op.Viewer, said tie.Statement) {
	t.Helper()
	said.ID, said.Owner, said.Visibility, said.Sign, said.Weight = id.New(), v.Member, scope.Private, 1, 1
	said.Time, said.Source, said.External = v.Now.UnixMicro(), "test", id.New()
	if err := d.Write(context.Background(), func(tx *db.Tx) error {
		_, err := tie.AddStatements(context.Background(), tx, v.Space, []tie.Statement{said})
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// An organisation whose people have ten thousand skills, and one with more people than are looked at, are asked like
// any other; that not all were looked at is said.
func TestWaysToTheLarge(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, v, persons := circle(t, d)
		tags := make([]string, 10_000)
		for i := range tags {
			tags[i] = fmt.Sprint("skill ", i)
		}
		if err := s.network.Tag(ctx, v, persons["Dirk"], tags); err != nil {
			t.Fatal(err)
		}
		edit(t, s, v, persons["Dirk"].ID, "Alleskunners", "", "")
		var list []people.NewPerson
		for i := range people.MostHolders + 5 {
			p := people.NewPerson{Person: people.Person{
				ID: id.New(), Owner: v.Member, Organisation: "Menigte", Created: 1, Updated: 1,
			}}
			p.Named(fmt.Sprint("Een ", i))
			p.Roles = []people.Role{{Organisation: p.Organisation, Title: "lid"}}
			list = append(list, p)
		}
		if err := d.Write(ctx, func(tx *db.Tx) error {
			return people.InsertPeople(ctx, tx, v.Space, list)
		}); err != nil {
			t.Fatal(err)
		}
		peopletest.Record(t, d, v,
			peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -3), persons["Anna"].ID, list[7].ID))
		s.network.DropKept()
		for to, want := range map[string]bool{"Alleskunners": false, "skill 9999": false, "Menigte": true} {
			out, err := s.path(ctx, v, PathInput{To: to, Hops: 4, Alternatives: 3})
			if err != nil || len(out.Routes) == 0 || out.Cut != want {
				t.Errorf("%s: %+v, %v", to, out, err)
			}
		}
		if _, err := s.path(ctx, v, PathInput{To: "Nergens", Hops: 4}); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("to nowhere: %v", err)
		}
		if _, err := s.diversity(ctx, v, op.None{}); err != nil {
			t.Error(err)
		}
		if out, err := s.ties(ctx, v, TiesInput{Limit: 5}); err != nil || len(out.Ties) != 2 {
			t.Errorf("%+v, %v", out, err)
		}
	})
}
