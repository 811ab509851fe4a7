package people_test

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

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

// sharers is a space of members who know people: what each shows, and what each is shown.
type sharers struct {
	t       *testing.T
	d       *db.DB
	s       *people.Store
	members []op.Viewer
	known   []people.Person // whom all members see
	sources []id.ID         // of the first member
}

func newSharers(t *testing.T, d *db.DB, members, known int) *sharers {
	t.Helper()
	w := &sharers{t: t, d: d, s: people.NewStore(d)}
	space := peopletest.Space(t, d)
	for i := range members {
		v := peopletest.Viewer(t, d, space, fmt.Sprintf("Member %c", 'A'+i), op.Member)
		account := id.New()
		for _, query := range []struct {
			text string
			args []any
		}{
			{
				`insert into account (id, email, name, password, language, zone, created)
				values ($1, $2, $2, '', 'en', 'UTC', 1)`,
				[]any{account, account.String()},
			},
			{
				`insert into member (id, space, account, role, person, joined, ended) values ($1, $2, $3, 2, $4, 1, 0)`,
				[]any{v.Member, space, account, v.Person},
			},
			{`update person set visibility = 1 where id = $1`, []any{v.Person}},
		} {
			if _, err := d.ExecContext(context.Background(), query.text, query.args...); err != nil {
				t.Fatal(err)
			}
		}
		w.members = append(w.members, v)
	}
	for i := range known {
		p := peopletest.Person(t, d, w.members[0], fmt.Sprintf("Known %c", 'K'+i),
			fmt.Sprintf("known%d@example.org", i))
		if err := w.s.Share(context.Background(), w.members[0], p, scope.Space); err != nil {
			t.Fatal(err)
		}
		w.known = append(w.known, p)
	}
	for range 2 {
		source := id.New()
		if _, err := d.ExecContext(context.Background(), `insert into import (space, id, owner, visibility, state, message,
			options, folder, worker, claimed, started, finished) values ($1, $2, $3, 0, 'done', '', '{}', '', '', 0, 1, 1)`,
			space, source, w.members[0].Member); err != nil {
			t.Fatal(err)
		}
		w.sources = append(w.sources, source)
	}
	return w
}

// meets lets a member be in touch with somebody so many times, as a source tells.
func (w *sharers) meets(v op.Viewer, with id.ID, source id.ID, title string, times int) {
	w.t.Helper()
	for i := range times {
		e := peopletest.Interaction(v, tie.Mail, v.Now.AddDate(0, 0, -3-i), v.Person, with)
		e.Import, e.Title = source, title
		peopletest.Record(w.t, w.d, v, e)
	}
}

func (w *sharers) set(v op.Viewer, in people.SharingInput) {
	w.t.Helper()
	if _, err := w.s.SetShare(context.Background(), v, in); err != nil {
		w.t.Fatal(err)
	}
}

// sees is what a viewer is shown of others: the level of each tie, by the names of who and whom.
func (w *sharers) sees(v op.Viewer) map[string]tie.Level {
	w.t.Helper()
	shown, err := w.s.ShownTies(context.Background(), v)
	if err != nil {
		w.t.Fatal(err)
	}
	out := map[string]tie.Level{}
	for _, t := range shown {
		out[w.name(t.Person)+" "+w.name(t.Other)] = t.Level
	}
	return out
}

func (w *sharers) name(person id.ID) string {
	w.t.Helper()
	name, err := db.Value[string](context.Background(), w.d, `select name from person where id = $1`, person)
	if err != nil {
		w.t.Fatal(err)
	}
	return name[len(name)-1:]
}

func (w *sharers) expect(what string, v op.Viewer, want map[string]tie.Level) {
	w.t.Helper()
	if got := w.sees(v); fmt.Sprint(got) != fmt.Sprint(want) {
		w.t.Errorf("%s: sees %v, want %v", what, got, want)
	}
}

// The narrowest rule holds; nothing is shown to who shows nothing; and each rule can be taken back.
func TestWhatAMemberShows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		w := newSharers(t, d, 3, 3)
		a, b, c := w.members[0], w.members[1], w.members[2]
		w.meets(a, w.known[0].ID, w.sources[0], "Budget", 12)
		w.meets(a, w.known[1].ID, w.sources[0], "Budget", 1)
		w.meets(a, w.known[1].ID, w.sources[1], "Budget", 1)
		w.meets(a, w.known[2].ID, id.Zero, "Behandeling van de depressie", 1)
		w.meets(a, b.Person, w.sources[0], "Budget", 2)
		private := peopletest.Person(t, d, a, "Private P", "private@example.org")
		w.meets(a, private.ID, w.sources[0], "Budget", 5)

		none := map[string]tie.Level{}
		w.set(b, people.SharingInput{Show: "strength"})
		w.expect("before anything was shown", b, none)

		preview, err := w.s.PreviewShare(ctx, a, people.SharingInput{Show: "strength"})
		if err != nil || preview.Now.People != 0 || preview.Then.People != 3 || len(preview.More) != 3 ||
			len(preview.Less) != 0 {
			t.Fatalf("preview %+v: %v", preview, err)
		}
		w.expect("after a preview", b, none)
		w.set(a, people.SharingInput{Show: "known"})
		known := map[string]tie.Level{"A K": tie.Known, "A L": tie.Known}
		w.expect("known", b, known)
		w.expect("who shows nothing", c, none)
		w.set(c, people.SharingInput{Show: "known"})
		w.set(a, people.SharingInput{Show: "strength"})
		w.expect("how well", b, map[string]tie.Level{"A K": tie.KnownHow, "A L": tie.KnownHow})
		w.expect("no more than one shows oneself, and members as both show it", c,
			map[string]tie.Level{"A B": tie.Known, "A K": tie.Known, "A L": tie.Known})
		w.set(b, people.SharingInput{Show: "nothing", Person: a.Person.String()})
		w.expect("of two members one hides it", c, known)

		w.set(a, people.SharingInput{Show: "nothing", Source: w.sources[1].String()})
		w.expect("what came from a hidden source too", b, map[string]tie.Level{"A K": tie.KnownHow})
		w.set(a, people.SharingInput{Show: "known", Person: w.known[1].ID.String()})
		w.expect("a person is narrower", b, map[string]tie.Level{"A K": tie.KnownHow, "A L": tie.Known})
		w.set(a, people.SharingInput{Show: "nothing", Tie: w.known[1].ID.String()})
		w.expect("a tie is narrowest", b, map[string]tie.Level{"A K": tie.KnownHow})
		w.set(a, people.SharingInput{Show: "strength", Tie: w.known[2].ID.String()})
		w.expect("what is delicate", b, map[string]tie.Level{"A K": tie.KnownHow})
		w.set(a, people.SharingInput{Show: "strength", Tie: private.ID.String()})
		w.expect("whom others do not see", b, map[string]tie.Level{"A K": tie.KnownHow})

		for _, want := range []map[string]tie.Level{
			{"A K": tie.KnownHow},
			{"A K": tie.KnownHow},
			{"A K": tie.KnownHow, "A L": tie.Known},
			{"A K": tie.KnownHow},
			{"A K": tie.KnownHow, "A L": tie.KnownHow},
			known,
			none,
		} {
			if _, err := w.s.UndoShare(ctx, a, op.None{}); err != nil {
				t.Fatal(err)
			}
			w.expect("taken back", b, want)
		}
		if _, err := w.s.UndoShare(ctx, a, op.None{}); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("nothing is left to take back: %v", err)
		}
	})
}

// Whatever the rules are: one more that shows less of something shows nothing more of anything.
func TestNarrowingShowsNothingMore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		w := newSharers(t, d, 2, 3)
		a, b := w.members[0], w.members[1]
		w.set(b, people.SharingInput{Show: "strength"})
		for i, p := range w.known {
			w.meets(a, p.ID, w.sources[i%2], "", 2)
		}
		w.meets(a, w.known[2].ID, w.sources[1], "", 1)
		w.meets(a, w.known[1].ID, id.Zero, "", 1)
		rule := rapid.Custom(func(r *rapid.T) tie.ShareRule {
			out := tie.ShareRule{
				Width: tie.Width(rapid.IntRange(0, 3).Draw(r, "width")),
				Level: tie.Level(rapid.IntRange(0, 2).Draw(r, "level")),
			}
			switch out.Width {
			case tie.OfSource:
				out.Import = rapid.SampledFrom([]id.ID{id.Zero, w.sources[0], w.sources[1]}).Draw(r, "source")
			case tie.OfPerson, tie.OfTie:
				out.Person = rapid.SampledFrom(w.known).Draw(r, "person").ID
			}
			return out
		})
		shown := func(tx *db.Tx) (out map[id.ID]tie.ShownTie, err error) {
			list, err := tie.Shown(ctx, tx, tie.Audience{
				Space: b.Space, Member: b.Member, Person: b.Person, Most: tie.KnownHow,
			})
			out = map[id.ID]tie.ShownTie{}
			for _, t := range list {
				out[t.Other] = t
			}
			return out, err
		}
		some := false
		rapid.Check(t, func(r *rapid.T) {
			err := d.Write(ctx, func(tx *db.Tx) error {
				all := tie.ShareRule{Level: tie.KnownHow}
				for _, one := range append([]tie.ShareRule{all}, rapid.SliceOfN(rule, 0, 5).Draw(r, "rules")...) {
					if err := tie.SetShareRule(ctx, tx, a, one); err != nil {
						return err
					}
				}
				before, err := shown(tx)
				if err != nil {
					return err
				}
				rules, err := tie.ShareRules(ctx, tx, a)
				if err != nil {
					return err
				}
				less := rule.Draw(r, "narrower")
				less.Level = tie.Hidden // what is not said yet hides, what is said goes down
				for _, one := range rules {
					if one.Width == less.Width && one.Person == less.Person && one.Import == less.Import {
						less.Level = max(one.Level-1, tie.Hidden)
					}
				}
				if err := tie.SetShareRule(ctx, tx, a, less); err != nil {
					return err
				}
				after, err := shown(tx)
				if err != nil {
					return err
				}
				for other, t := range after {
					was, ok := before[other]
					if !ok || t.Level > was.Level || t.Level < tie.KnownHow && t.Rank != 0 {
						r.Fatalf("%v shows %v of what was %v", less, t, was)
					}
				}
				some = some || len(after) < len(before)
				return fault.New(fault.Conflict, "only looked at")
			})
			if fault.CodeOf(err) != fault.Conflict {
				r.Fatal(err)
			}
		})
		if !some {
			t.Error("no rule ever hid something")
		}
	})
}

// What others show stands among the ties without a date, and the subject of a mail is nobody else's, also of what is
// shared whole.
func TestSubjectsAndDatesAreNobodyElses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		w := newSharers(t, d, 2, 2)
		a, b := w.members[0], w.members[1]
		w.meets(a, w.known[0].ID, w.sources[0], "Subject", 12)
		shared := peopletest.Interaction(a, tie.Mail, a.Now.AddDate(0, 0, -1), a.Person, w.known[1].ID)
		shared.Title, shared.Visibility = "Subject", scope.Space
		lunch := peopletest.Interaction(a, tie.FaceToFace, a.Now.AddDate(0, 0, -2), a.Person, w.known[1].ID)
		lunch.Title, lunch.Visibility = "Lunch", scope.Space
		peopletest.Record(t, d, a, shared, lunch)
		w.set(a, people.SharingInput{Show: "strength"})
		w.set(b, people.SharingInput{Show: "strength"})
		for _, v := range []op.Viewer{a, b} {
			made, err := w.s.Evidence(ctx, v, []id.ID{a.Person}, []id.ID{w.known[1].ID})
			if err != nil || len(made.Evidence) != 2 || made.Evidence[1].Title != "Lunch" ||
				(made.Evidence[0].Title == "Subject") != (v.Member == a.Member) {
				t.Errorf("%v: %v", made.Evidence, err)
			}
		}
		ties, err := w.s.Ties(ctx, b)
		if err != nil || ties.Len() != 2 {
			t.Fatal(ties.Len(), err)
		}
		for one := range ties.All() {
			dated := one.Other(a.Person) == w.known[1].ID
			if one.Dated() != dated || (one.Shown > tie.Hidden) == dated {
				t.Errorf("%+v", one)
			}
		}
		made, err := w.s.Evidence(ctx, b, []id.ID{a.Person}, []id.ID{w.known[0].ID})
		if err != nil || len(made.Evidence) != 0 {
			t.Errorf("what made a tie that is shown: %v, %v", made.Evidence, err)
		}
	})
}

// Who is a member no more shows nothing any more.
func TestWhoLeavesTakesAlongWhatTheyShowed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		w := newSharers(t, d, 2, 1)
		a, b := w.members[0], w.members[1]
		w.meets(a, w.known[0].ID, id.Zero, "", 2)
		w.set(a, people.SharingInput{Show: "known"})
		w.set(b, people.SharingInput{Show: "known"})
		w.expect("before", b, map[string]tie.Level{"A K": tie.Known})
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, `update member set ended = 2 where space = $1 and id = $2`, a.Space, a.Member)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		w.expect("after", b, map[string]tie.Level{})
		if err := w.s.StopSharing(ctx, a.Space, a.Member); err != nil {
			t.Fatal(err)
		}
		left, err := db.Value[int](ctx, d, `select count(*) from share_rule where space = $1 and owner = $2`,
			a.Space, a.Member)
		if err != nil || left != 0 {
			t.Errorf("%d rules are left: %v", left, err)
		}
	})
}

// Who hides more than half of their ties by narrower rules is shown as little as who hides all; who keeps one back is
// not. The preview says so before the rule holds.
func TestHidingByNarrowerRulesIsHiding(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newSharers(t, d, 2, 3)
		a, b := w.members[0], w.members[1]
		for _, p := range w.known {
			w.meets(a, p.ID, w.sources[0], "", 2)
			w.meets(b, p.ID, id.Zero, "", 2)
		}
		w.set(b, people.SharingInput{Show: "known"})
		preview, err := w.s.PreviewShare(context.Background(), a, people.SharingInput{Show: "known"})
		if err != nil || preview.Now.Others != 0 || preview.Then.Others != 3 {
			t.Fatalf("a preview of %d and %d ties of others: %v", preview.Now.Others, preview.Then.Others, err)
		}
		w.set(a, people.SharingInput{Show: "known"})
		w.set(a, people.SharingInput{Show: "nothing", Person: w.known[0].ID.String()})
		if seen := w.sees(a); len(seen) != 3 {
			t.Errorf("who keeps one of three back sees %v", seen)
		}
		narrower := people.SharingInput{Show: "nothing", Source: w.sources[0].String()}
		if preview, err = w.s.PreviewShare(context.Background(), a, narrower); err != nil ||
			preview.Then.Others != 0 || preview.Then.Return != tie.Hidden || preview.Then.Show != tie.Known {
			t.Errorf("a preview of %+v: %v", preview.Then, err)
		}
		w.set(a, narrower)
		if seen := w.sees(a); len(seen) != 0 {
			t.Errorf("who hides all by their source sees %v", seen)
		}
	})
}
