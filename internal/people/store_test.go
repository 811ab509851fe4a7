package people_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

type tieRow struct {
	Owner, Person, Other id.ID
	tie.State
	Rank float64
}

func tieRows(t *testing.T, d *db.DB, space id.ID) []tieRow {
	t.Helper()
	rows, err := db.Select[tieRow](context.Background(), d, `select owner, person, other, intensity, sent, received,
		peak, as_of, last_interaction,
		first_contact, interactions, rank from tie where space = $1 order by owner, person, other`, space)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// Evidence in any order, in batches of any size, with ties from elsewhere before, between and after it and merges on
// the way, gives the ties of a full rebuild to the last bit.
func TestTiesInAnyOrderEqualARebuild(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		for seed := range uint64(12) {
			random := rand.New(rand.NewPCG(seed, 7))
			space := peopletest.Space(t, d)
			v := peopletest.Viewer(t, d, space, "Ego", op.Owner)
			store := people.NewStore(d)
			persons := []id.ID{v.Person}
			for range 7 {
				persons = append(persons, peopletest.Person(t, d, v, "Someone").ID)
			}
			var evidence []tie.Interaction
			for range 150 {
				// many at one moment
				at := v.Now.Add(-time.Duration(random.Int64N(int64(900 * 24 * time.Hour)))).Truncate(24 * time.Hour)
				if random.IntN(20) == 0 {
					at = v.Now.AddDate(90, 0, 0)
				}
				random.Shuffle(len(persons), func(i, j int) { persons[i], persons[j] = persons[j], persons[i] })
				e := peopletest.Interaction(v, tie.Media()[random.IntN(6)], at, persons[:1+random.IntN(4)]...)
				e.Visibility = scope.Visibility(random.IntN(2))
				evidence = append(evidence, e)
			}
			imports := []id.ID{id.New(), id.New(), id.New(), id.New()}
			origins := []id.ID{id.Zero, v.Member}
			long := tie.NewDeriver(space, v.Now) // of an import that goes on meanwhile
			carry := func() {
				var list []tie.Carried
				for range 1 + random.IntN(12) {
					a, b := persons[random.IntN(len(persons))], persons[random.IntN(len(persons))]
					if a == b {
						continue
					}
					c := tie.Carried{
						Person: a, Other: b, Owner: v.Member, Origin: origins[random.IntN(2)],
						Import: imports[random.IntN(len(imports))], Visibility: scope.Visibility(random.IntN(2)),
					}
					days := []int{900, 60, 10}[random.IntN(3)]
					at := v.Now.AddDate(0, 0, -10-random.IntN(days)).Truncate(24 * time.Hour)
					for n := range 1 + random.IntN(9) {
						c.Add(at.AddDate(0, 0, n).UnixMicro(), id.New(), random.Float64(),
							tie.Direction(random.IntN(3)))
					}
					list = append(list, c)
				}
				if err := d.Write(ctx, func(tx *db.Tx) error {
					_, err := long.Carry(ctx, tx, list)
					return err
				}); err != nil {
					t.Fatal(err)
				}
			}
			for len(evidence) > 0 {
				n := min(len(evidence), 1+random.IntN(40))
				if seed%2 > 0 && random.IntN(2) > 0 {
					carry()
				}
				peopletest.Record(t, d, v, evidence[:n]...)
				evidence = evidence[n:]
				for seed%2 > 0 && random.IntN(3) > 0 {
					carry()
				}
				if random.IntN(3) == 0 {
					if _, err := store.Settle(ctx, space, v.Now); err != nil {
						t.Fatal(err)
					}
				}
				check, err := store.CheckTies(ctx, space, v.Now, random.IntN(2) == 0)
				if err != nil || check.Wrong > 0 {
					t.Fatalf("seed %d: %+v, %v", seed, check, err)
				}
				if random.IntN(3) == 0 {
					a, b := persons[random.IntN(len(persons))], persons[random.IntN(len(persons))]
					merge, err := store.Merge(ctx, v, a, b)
					if err != nil && fault.CodeOf(err) != fault.Conflict && fault.CodeOf(err) != fault.Invalid {
						t.Fatal(err)
					}
					if err == nil && random.IntN(2) == 0 {
						if err := store.UndoMerge(ctx, v, merge); err != nil {
							t.Fatal(err)
						}
					}
				}
			}
			if _, err := store.Settle(ctx, space, v.Now); err != nil {
				t.Fatal(err)
			}
			incremental := tieRows(t, d, space)
			if _, err := store.Rebuild(ctx, space, v.Now); err != nil {
				t.Fatal(err)
			}
			if difference := cmp.Diff(incremental, tieRows(t, d, space)); difference != "" {
				t.Fatalf("seed %d: incremental (-) and rebuilt (+) differ:\n%s", seed, difference)
			}
			if len(incremental) == 0 {
				t.Fatal("no ties at all")
			}
		}
	})
}

// Evidence of the future makes no tie until it has happened; then Settle finds it.
func TestFutureEvidenceWaits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		space := peopletest.Space(t, d)
		v := peopletest.Viewer(t, d, space, "Ego", op.Owner)
		anna := peopletest.Person(t, d, v, "Anna")
		peopletest.Record(t, d, v,
			peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, 3), v.Person, anna.ID))
		store := people.NewStore(d)
		if _, err := store.Settle(ctx, space, v.Now); err != nil || len(tieRows(t, d, space)) != 0 {
			t.Fatalf("a tie out of the future, %v", err)
		}
		if _, err := store.Settle(ctx, space, v.Now.AddDate(0, 0, 4)); err != nil || len(tieRows(t, d, space)) != 2 {
			t.Fatalf("what happened makes no tie, %v", err)
		}
	})
}

// The explanation of a tie adds up to its figures.
func TestExplainTieAddsUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		space := peopletest.Space(t, d)
		v := peopletest.Viewer(t, d, space, "Ego", op.Owner)
		anna := peopletest.Person(t, d, v, "Anna Jansen", "anna@example.org")
		bob := peopletest.Person(t, d, v, "Bob de Vries")
		peopletest.Record(t, d, v,
			peopletest.Interaction(v, tie.Mail, v.Now.AddDate(0, 0, -180), v.Person, anna.ID),
			peopletest.Interaction(v, tie.Mail, v.Now.AddDate(0, 0, -90), anna.ID, v.Person, bob.ID),
			peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -10), v.Person, anna.ID),
		)
		store := people.NewStore(d)
		ego, err := store.Resolve(ctx, v, "me")
		if err != nil {
			t.Fatal(err)
		}
		found, err := store.Resolve(ctx, v, "Anna@Example.org")
		if err != nil || found.ID != anna.ID {
			t.Fatalf("%v, %v", found.Name, err)
		}
		bond, err := store.ExplainTie(ctx, v, ego, anna)
		if err != nil {
			t.Fatal(err)
		}
		want := 0.2*0.5 + 0.1*math.Exp2(-0.5) + 1*math.Exp2(-10.0/180)
		if !(math.Abs(bond.Intensity-want) <= 1e-12) ||
			!(math.Abs(bond.Strength-(1-math.Exp(-want/tie.Saturation))) <= 1e-12) {
			t.Errorf("intensity %v, strength %v; want %v", bond.Intensity, bond.Strength, want)
		}
		sum := 0.0
		for _, e := range bond.Evidence {
			sum += e.Now
		}
		if !(math.Abs(sum-bond.Intensity) <= 1e-12) || len(bond.Evidence) != 3 {
			t.Errorf("evidence adds up to %v, not %v", sum, bond.Intensity)
		}
		if r := 0.2 * 0.5 / (0.1 * math.Exp2(-0.5)); !(math.Abs(bond.Reciprocity-min(r, 1/r)) <= 1e-9) {
			t.Errorf("reciprocity %v, want %v", bond.Reciprocity, min(r, 1/r))
		}
		stored, err := store.TieStates(ctx, v, v.Person, []id.ID{anna.ID})
		if err != nil || stored[anna.ID].IntensityAt(v.Now) != bond.Intensity {
			t.Errorf("the list says %v, the explanation %v, %v", stored[anna.ID].IntensityAt(v.Now), bond.Intensity,
				err)
		}
	})
}

func names(list people.PeopleList) []string {
	out := []string{}
	for _, p := range list.People {
		out = append(out, p.Name)
	}
	return out
}

func TestPeopleListsSearchesAndSorts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		space := peopletest.Space(t, d)
		v := peopletest.Viewer(t, d, space, "Ego Zelf", op.Owner)
		store := people.NewStore(d)
		berg := peopletest.Person(t, d, v, "Jan van den Berg", "jan@berg.example")
		anna := peopletest.Person(t, d, v, "Anna Jansen", "anna@acme.example")
		peopletest.Person(t, d, v, "Zoë Çelik", "zoe@example.org")
		peopletest.Record(t, d, v,
			peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, -1, 0), v.Person, anna.ID))
		for i := range 20 {
			peopletest.Record(t, d, v,
				peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, -1, -i-1), v.Person, berg.ID))
		}
		if _, err := store.Settle(ctx, space, v.Now); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			query people.PeopleQuery
			want  []string
		}{
			{people.PeopleQuery{}, []string{"Jan van den Berg", "Anna Jansen", "Zoë Çelik"}},
			{people.PeopleQuery{Sort: "last_contact"}, []string{"Anna Jansen", "Jan van den Berg", "Zoë Çelik"}},
			{people.PeopleQuery{Sort: "name"}, []string{"Jan van den Berg", "Zoë Çelik", "Anna Jansen"}},
			{people.PeopleQuery{Query: "jan"}, []string{"Jan van den Berg", "Anna Jansen"}},
			{people.PeopleQuery{Query: "ja be"}, []string{"Jan van den Berg"}},
			{people.PeopleQuery{Query: "ZOE"}, []string{"Zoë Çelik"}},
			{people.PeopleQuery{Query: "acme"}, []string{"Anna Jansen"}},
			{people.PeopleQuery{Query: "nobody"}, []string{}},
			{people.PeopleQuery{Class: tie.Strong}, []string{"Jan van den Berg"}},
			{people.PeopleQuery{Class: tie.Weak}, []string{"Anna Jansen"}},
			{people.PeopleQuery{Class: tie.Weak, Query: "jan"}, []string{"Anna Jansen"}},
			{people.PeopleQuery{Limit: 1, Offset: 1}, []string{"Anna Jansen"}},
			{people.PeopleQuery{Limit: 2, Offset: 1}, []string{"Anna Jansen", "Zoë Çelik"}},
			{people.PeopleQuery{Limit: 2, Offset: 2}, []string{"Zoë Çelik"}},
		} {
			got, err := store.People(ctx, v, c.query)
			if err != nil || !slices.Equal(names(got), c.want) {
				t.Errorf("%+v: got %q, %v; want %q", c.query, names(got), err, c.want)
			}
		}
	})
}

// What one member keeps private no other member, guest or stranger sees; what is shared, members see.
func TestVisibility(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		space := peopletest.Space(t, d)
		v := peopletest.Viewer(t, d, space, "Ego", op.Owner)
		colleague := peopletest.Viewer(t, d, space, "Colleague", op.Member)
		guest := peopletest.Viewer(t, d, space, "Guest", op.Guest)
		stranger := peopletest.Viewer(t, d, peopletest.Space(t, d), "Stranger", op.Owner)
		store := people.NewStore(d)
		persons := map[scope.Visibility]people.Person{}
		for _, visibility := range []scope.Visibility{scope.Private, scope.Space, scope.Public} {
			p := peopletest.Person(t, d, v, "Person "+visibility.String(), visibility.String()+"@example.org")
			if _, err := d.ExecContext(ctx, `update person set visibility = $2 where id = $1`,
				p.ID, visibility); err != nil {
				t.Fatal(err)
			}
			persons[visibility] = p
			e := peopletest.Interaction(v, tie.FaceToFace, v.Now, v.Person, p.ID)
			e.Visibility = visibility
			peopletest.Record(t, d, v, e)
		}
		for _, c := range []struct {
			who  string
			v    op.Viewer
			from scope.Visibility
		}{{"owner", v, scope.Private}, {"member", colleague, scope.Space}, {"guest", guest, scope.Public}, {
			"stranger", stranger, scope.Public + 1,
		}} {
			for visibility, p := range persons {
				want := visibility >= c.from
				_, err := store.Person(ctx, d, c.v, p.ID)
				if got := err == nil; got != want {
					t.Errorf("%s sees person %s: %v", c.who, visibility, err)
				}
				found, err := store.FindByIdentifier(ctx, c.v,
					people.Identifier{Kind: people.MailAddress, Value: visibility.String() + "@example.org"})
				if err != nil || (len(found) == 1) != want {
					t.Errorf("%s finds %s: %v, %v", c.who, visibility, found, err)
				}
				list, err := store.People(ctx, c.v, people.PeopleQuery{Query: visibility.String()})
				if err != nil || (len(list.People) == 1) != want {
					t.Errorf("%s lists %s: %v, %v", c.who, visibility, names(list), err)
				}
				events, err := store.Timeline(ctx, c.v, p.ID, "", c.v.Now.Add(time.Hour), 10)
				if err != nil || (len(events) == 1) != want {
					t.Errorf("%s sees the timeline of %s: %v, %v", c.who, visibility, events, err)
				}
			}
		}
	})
}

func TestMergeShowsOnePersonAndUndoShowsTwo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		space := peopletest.Space(t, d)
		v := peopletest.Viewer(t, d, space, "Ego", op.Owner)
		store := people.NewStore(d)
		work := peopletest.Person(t, d, v, "Anna Jansen", "anna@work.example")
		home := peopletest.Person(t, d, v, "A. Jansen", "anna@home.example")
		peopletest.Record(t, d, v,
			peopletest.Interaction(v, tie.Mail, v.Now.AddDate(0, 0, -2), v.Person, work.ID),
			peopletest.Interaction(v, tie.Mail, v.Now.AddDate(0, 0, -1), home.ID, v.Person))
		before := tieRows(t, d, space)
		merge, err := store.Merge(ctx, v, work.ID, home.ID)
		if err != nil {
			t.Fatal(err)
		}
		person, err := store.Person(ctx, d, v, home.ID)
		if err != nil || person.ID != work.ID {
			t.Fatalf("the absorbed one leads to %v, %v", person.Name, err)
		}
		detail, err := store.Detail(ctx, v, person)
		if err != nil || !slices.Equal(detail.Emails, []string{"anna@work.example", "anna@home.example"}) ||
			len(detail.Merged) != 1 {
			t.Errorf("detail %+v, %v", detail, err)
		}
		list, err := store.People(ctx, v, people.PeopleQuery{Query: "home"})
		if err != nil || !slices.Equal(names(list), []string{"Anna Jansen"}) {
			t.Errorf("found %q, %v", names(list), err)
		}
		events, err := store.Timeline(ctx, v, work.ID, "", v.Now, 10)
		if err != nil || len(events) != 2 {
			t.Errorf("timeline %v, %v", events, err)
		}
		if err := store.UndoMerge(ctx, v, merge); err != nil {
			t.Fatal(err)
		}
		if difference := cmp.Diff(before, tieRows(t, d, space)); difference != "" {
			t.Errorf("undoing left another network:\n%s", difference)
		}
		if list, err := store.People(ctx, v, people.PeopleQuery{Query: "jansen"}); err != nil ||
			len(list.People) != 2 {
			t.Errorf("after undoing: %q, %v", names(list), err)
		}
		if err := store.UndoMerge(ctx, v, merge); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("undone twice: %v", err)
		}
	})
}

func TestResolveAsksWhenSeveralFit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Ego", op.Owner)
		store := people.NewStore(d)
		peopletest.Person(t, d, v, "Anna Jansen", "anna@a.example")
		peopletest.Person(t, d, v, "Anna de Boer", "anna@b.example")
		if _, err := store.Resolve(ctx, v, "anna"); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("two Annas: %v", err)
		}
		if p, err := store.Resolve(ctx, v, "@anna.boer"); err != nil || p.Name != "Anna de Boer" {
			t.Errorf("%q, %v", p.Name, err)
		}
		if _, err := store.Resolve(ctx, v, "Piet"); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("nobody: %v", err)
		}
		if p, err := store.Resolve(ctx, v, "ego"); err != nil || p.ID != v.Person {
			t.Errorf("oneself: %v, %v", p.Name, err)
		}
	})
}

// The latest contacts are those up to now, under every name, and what was planned is among them once it has happened.
func TestContactTimes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := people.NewStore(d)
		anna, alias := peopletest.Person(t, d, v, "Anna Aal"), peopletest.Person(t, d, v, "A. Aal")
		met := func(who people.Person, days int) {
			peopletest.Record(t, d, v, tie.Interaction{
				ID: id.New(), Owner: v.Member, Medium: tie.FaceToFace, Time: v.Now.AddDate(0, 0, days).UnixMicro(),
				People: 2, Source: "test", External: id.New(), Participants: []tie.Participant{
					{Person: v.Person, Role: tie.From}, {Person: who.ID, Role: tie.To},
				},
			})
		}
		want := func(when string, v op.Viewer, n int) {
			t.Helper()
			for range 2 { // read, and kept
				times, err := s.ContactTimes(ctx, v, []id.ID{anna.ID})
				if err != nil || len(times[anna.ID]) != n {
					t.Errorf("%s: %d contacts, want %d, %v", when, len(times[anna.ID]), n, err)
				}
				for _, at := range times[anna.ID] {
					if at.After(v.Now) {
						t.Errorf("%s: %s is yet to come", when, at)
					}
				}
			}
		}
		want("nothing", v, 0)
		met(anna, -3)
		met(alias, -2)
		met(anna, 5)
		want("met", v, 1)
		merge, err := s.Merge(ctx, v, anna.ID, alias.ID)
		if err != nil {
			t.Fatal(err)
		}
		want("merged", v, 2)
		later := v
		later.Now = v.Now.AddDate(0, 0, 6)
		want("later", later, 3)
		if err := s.UndoMerge(ctx, v, merge); err != nil {
			t.Fatal(err)
		}
		want("apart", v, 1)
		for i := range 60 { // more planned than is kept along
			met(anna, 10+i)
		}
		for i := range 60 {
			met(anna, -10-i)
		}
		want("many", v, 40)
	})
}

// The edition of a viewer's people stays while nothing by which they are found changes, and is another one after each
// such change.
func TestEdition(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := people.NewStore(d)
		p, other := peopletest.Person(t, d, v, "Anna Aal"), peopletest.Person(t, d, v, "A. Aal")
		edition := func() id.ID {
			t.Helper()
			out, err := s.Edition(ctx, v)
			if again, more := s.Edition(ctx, v); err != nil || more != nil || again != out {
				t.Errorf("%s, then %s: %v, %v", out, again, err, more)
			}
			return out
		}
		before := edition()
		var merge id.ID
		for _, change := range []struct {
			name string
			make func() error
		}{
			{"an edit", func() error { return s.EditPerson(ctx, v, p, people.Change{"role": "drukker"}) }},
			{"an organisation", func() error { return s.EditPerson(ctx, v, p, people.Change{"organisation": "ACME"}) }},
			{"a tag", func() error { return s.Tag(ctx, v, p, []string{"chess"}) }},
			{"a tag taken", func() error { return s.Untag(ctx, v, p, "chess") }},
			{"a note", func() error { _, err := s.AddNote(ctx, v, p, "likes chess", scope.Private); return err }},
			{"an address", func() error {
				return s.AddIdentifier(ctx, v, p, people.Identifier{Kind: people.MailAddress, Value: "a@example.net"})
			}},
			{"a merge", func() (err error) { merge, err = s.Merge(ctx, v, p.ID, other.ID); return err }},
			{"a merge undone", func() error { return s.UndoMerge(ctx, v, merge) }},
			{"sharing", func() error { return s.Share(ctx, v, p, scope.Space) }},
			{"a new person", func() error {
				_, err := s.AddPerson(ctx, v, people.NewPerson{Person: people.Person{Name: "Bram Beer"}})
				return err
			}},
		} {
			if err := change.make(); err != nil {
				t.Fatal(change.name, err)
			}
			after := edition()
			if after == before {
				t.Errorf("%s changes nothing", change.name)
			}
			before = after
		}
		if _, err := s.AddInteraction(ctx, v, tie.Interaction{Medium: tie.Call, Time: v.Now.UnixMicro()},
			[]people.Person{p}); err != nil {
			t.Fatal(err)
		}
		if edition() != before {
			t.Error("contact changes it")
		}
	})
}
