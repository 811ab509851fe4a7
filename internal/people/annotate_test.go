package people_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/erase"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

func wantCode(t *testing.T, what string, err error, want fault.Code) {
	t.Helper()
	if got := fault.CodeOf(err); got != want {
		t.Errorf("%s: %v (%s), want %s", what, err, got, want)
	}
}

func TestWritingAboutPeople(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := people.NewStore(d)
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "me", op.Owner)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		add := func(p people.NewPerson) (people.Person, error) {
			key, err := s.AddPerson(ctx, v, p)
			if err != nil {
				return people.Person{}, err
			}
			return s.Person(ctx, d, v, key)
		}
		mail := func(value string) people.Identifier {
			return people.Identifier{Kind: people.MailAddress, Value: value}
		}
		anna, err := add(people.NewPerson{
			Person:      people.Person{Name: "  Anna   de Vries ", Organisation: "ACME", Title: "editor"},
			Identifiers: []people.Identifier{mail("anna@example.org")}, Tags: []string{"Chess"},
		})
		must(err)
		if anna.Name != "Anna de Vries" || anna.Family != "Vries" || anna.Particle != "de" {
			t.Errorf("the name became %+v", anna)
		}
		_, err = add(people.NewPerson{
			Person: people.Person{Name: "Another"}, Identifiers: []people.Identifier{mail("anna@example.org")},
		})
		wantCode(t, "an address twice", err, fault.Conflict)
		_, err = add(people.NewPerson{Person: people.Person{Name: " "}})
		wantCode(t, "no name", err, fault.Invalid)
		_, err = add(people.NewPerson{Person: people.Person{Name: strings.Repeat("long ", 1000)}})
		wantCode(t, "a name of 5,000 bytes", err, fault.Invalid)

		must(s.EditPerson(ctx, v, anna,
			people.Change{"organisation": "Bureau Blauw", "role": "director", "place": "Utrecht"}))
		must(s.AddIdentifier(ctx, v, anna, mail("anna@home.example")))
		must(s.Tag(ctx, v, anna, []string{"#Typography", "chess"}))
		must(s.SetDate(ctx, v, anna, people.ImportantDate{Year: 1970, Month: time.May, Day: 3}))
		must(s.SetDate(ctx, v, anna, people.ImportantDate{Month: time.May, Day: 4}))
		note, err := s.AddNote(ctx, v, anna, "call in the morning", scope.Private)
		must(err)
		_, err = s.AddNote(ctx, v, anna, strings.Repeat("x", 5<<20), scope.Private)
		wantCode(t, "a note of 5 MB", err, fault.Invalid)
		_, err = s.AddNote(ctx, v, anna, "for all the world", scope.Public)
		wantCode(t, "a public note", err, fault.Invalid)

		anna, err = s.Person(ctx, d, v, anna.ID)
		must(err)
		detail, err := s.Detail(ctx, v, anna)
		must(err)
		if len(detail.Roles) != 2 || detail.Roles[0].Organisation != "Bureau Blauw" || detail.Roles[1].Until == "" {
			t.Errorf("roles %+v: want the new one, and the old one with its end", detail.Roles)
		}
		if strings.Join(detail.Tags, " ") != "chess typography" || len(detail.Dates) != 1 || detail.Dates[0].Day != 4 ||
			len(detail.Emails) != 2 || len(detail.Notes) != 1 {
			t.Errorf("the person is %+v", detail)
		}
		for _, query := range []string{"blauw", "utrecht", "home.example", "typography"} {
			list, err := s.People(ctx, v, people.PeopleQuery{Query: query})
			must(err)
			if len(list.People) != 1 && query != "typography" {
				t.Errorf("a search for %q finds %d people, want 1", query, len(list.People))
			}
		}
		wantCode(t, "a tag that is not there", s.Untag(ctx, v, anna, "golf"), fault.NotFound)
		must(s.Untag(ctx, v, anna, "chess"))
		must(s.RemoveIdentifier(ctx, v, anna, mail("anna@home.example")))
		must(s.RemoveNote(ctx, v, note))
		must(s.RemoveDate(ctx, v, anna, "birthday"))
		detail, err = s.Detail(ctx, v, anna)
		must(err)
		if len(detail.Tags) != 1 || len(detail.Dates) != 0 || len(detail.Emails) != 1 || len(detail.Notes) != 0 {
			t.Errorf("after taking away the person is %+v", detail)
		}

		// What was said makes a tie, and goes without a trace.
		call, err := s.AddInteraction(ctx, v,
			tie.Interaction{Medium: tie.Call, Time: v.Now.Add(-time.Hour).UnixMicro(), Title: "the report"},
			[]people.Person{anna})
		must(err)
		self, err := s.Person(ctx, d, v, v.Person)
		must(err)
		bond, err := s.ExplainTie(ctx, v, self, anna)
		must(err)
		if bond.Interactions != 1 || bond.Strength == 0 {
			t.Errorf("the tie after a call is %+v", bond)
		}
		sameAfterRebuild(t, s, d, v)
		must(s.RemoveInteraction(ctx, v, call))
		sameAfterRebuild(t, s, d, v)
		states, err := s.TieStates(ctx, v, v.Person, []id.ID{anna.ID})
		must(err)
		if len(states) != 0 {
			t.Errorf("after removal the tie is %+v", states)
		}
		for what, e := range map[string]tie.Interaction{
			"an unknown medium": {Medium: "telepathy", Time: v.Now.UnixMicro()},
			"long ago":          {Medium: tie.Call, Time: time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()},
			"2099":              {Medium: tie.Call, Time: time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()},
		} {
			_, err := s.AddInteraction(ctx, v, e, []people.Person{anna})
			wantCode(t, what, err, fault.Invalid)
		}
		_, err = s.AddInteraction(ctx, v, tie.Interaction{Medium: tie.Call, Time: v.Now.UnixMicro()},
			[]people.Person{self})
		wantCode(t, "a call with oneself", err, fault.Invalid)
	})
}

func TestOrganisations(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := people.NewStore(d)
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "me", op.Owner)
		other := v
		other.Member = id.New()
		for i, p := range []struct {
			v                  op.Viewer
			name, organisation string
			title              string
			visibility         scope.Visibility
		}{
			{v, "Anna de Vries", "ACME", "editor", scope.Private},
			{v, "Bob Smit", "acme", "sales", scope.Private},
			{v, "Carla Jansen", "100% Co_op", "chair", scope.Private},
			{other, "Dirk Bakker", "ACME", "driver", scope.Space},
			{other, "Eva Mulder", "ACME", "spy", scope.Private},
			{other, "Frank Visser", "Hidden", "x", scope.Private},
		} {
			person := people.Person{
				ID: id.New(), Owner: p.v.Member, Visibility: p.visibility, Created: int64(i), Updated: 1,
			}
			person.Named(p.name)
			if err := d.Write(ctx, func(tx *db.Tx) error {
				return people.InsertPeople(ctx, tx, v.Space, []people.NewPerson{
					{Person: person, Roles: []people.Role{{Organisation: p.organisation, Title: p.title}}},
				})
			}); err != nil {
				t.Fatal(err)
			}
		}
		list, err := s.Organisations(ctx, v, people.OrganisationQuery{})
		if err != nil {
			t.Fatal(err)
		}
		if len(list.Organisations) != 2 || list.Organisations[0].People != 3 ||
			list.Organisations[1].Name != "100% Co_op" {
			t.Errorf("the list is %+v, want ACME with three people and the co-op", list)
		}
		for query, want := range map[string]int{"%": 1, "_": 1, "cm": 1, "hidden": 0, "o": 1} {
			list, err := s.Organisations(ctx, v, people.OrganisationQuery{Query: query})
			if err != nil || len(list.Organisations) != want {
				t.Errorf("%q finds %+v, %v; want %d", query, list.Organisations, err, want)
			}
		}
		detail, err := s.Organisation(ctx, v, "acme")
		if err != nil || len(detail.Present) != 3 {
			t.Errorf("ACME is %+v, %v; want three people", detail, err)
		}
		if _, err := s.Organisation(ctx, v, "Hidden"); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("an organisation of another: %v", err)
		}
	})
}

func TestEraseLeavesOnlyHashes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := people.NewStore(d)
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "me", op.Owner)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		gone := peopletest.Person(t, d, v, "Quirina Zandstra", "quirina@example.org")
		alias := peopletest.Person(t, d, v, "Q. Zandstra", "qz@example.net")
		stays := peopletest.Person(t, d, v, "Bob Smit", "bob@example.org")
		_, err := s.Merge(ctx, v, gone.ID, alias.ID)
		must(err)
		alone := peopletest.Interaction(v, tie.Call, v.Now.AddDate(0, -1, 0), v.Person, gone.ID)
		alone.Title = "call with Quirina"
		together := peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, -1, 1), v.Person,
			alias.ID, stays.ID)
		together.Title = "lunch with Zandstra and Bob"
		peopletest.Record(t, d, v, alone, together)
		must(s.Tag(ctx, v, gone, []string{"chess"}))
		_, err = s.AddNote(ctx, v, gone, "Quirina likes chess", scope.Private)
		must(err)
		_, err = s.AddNote(ctx, v, stays, "was hired by Quirina Zandstra", scope.Private)
		must(err)
		before, err := s.TieStates(ctx, v, v.Person, []id.ID{stays.ID})
		must(err)

		self, err := s.Person(ctx, d, v, v.Person)
		must(err)
		_, err = erase.NewService(s).Erase(ctx, v, self, false)
		wantCode(t, "erasing oneself", err, fault.Invalid)
		erased, err := erase.NewService(s).Erase(ctx, v, gone, false)
		must(err)
		if erased.Identifiers != 2 || erased.Interactions != 1 || erased.Titles != 1 || erased.Mentions != 1 {
			t.Errorf("erased %+v", erased)
		}
		for _, query := range []string{
			`select name from person where space = $1`, `select value from identifier where space = $1`,
			`select title from interaction where space = $1`,
			`select word from person_word where space = $1`, `select body from note
				where space = $1 and body not like 'was hired%'`, `select tag from person_tag where space = $1`,
			`select reasons from merge where space = $1`,
		} {
			values, err := db.Values[string](ctx, d, query, v.Space)
			must(err)
			if all := strings.ToLower(strings.Join(values, " ")); strings.Contains(all, "quirina") ||
				strings.Contains(all, "zandstra") || strings.Contains(all, "qz@") {
				t.Errorf("%s still holds %s", query, all)
			}
		}
		hashes, err := db.Value[int](ctx, d, `select count(*) from suppression where space = $1`, v.Space)
		must(err)
		if hashes != 2 {
			t.Errorf("%d hashes are kept, want 2", hashes)
		}
		after, err := s.TieStates(ctx, v, v.Person, []id.ID{stays.ID})
		must(err)
		if before[stays.ID] != after[stays.ID] {
			t.Errorf("the tie with somebody else became %+v, was %+v", after, before)
		}
		sameAfterRebuild(t, s, d, v)
	})
}

// sameAfterRebuild says that the ties as they are kept are those of a rebuild.
func sameAfterRebuild(t *testing.T, s *people.Store, d *db.DB, v op.Viewer) {
	t.Helper()
	ctx := context.Background()
	if _, err := s.Settle(ctx, v.Space, tie.Present(v)); err != nil {
		t.Fatal(err)
	}
	kept := tieRows(t, d, v.Space)
	if _, err := s.Rebuild(ctx, v.Space, tie.Present(v)); err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(kept, tieRows(t, d, v.Space)); difference != "" {
		t.Errorf("kept (-) and rebuilt (+) ties differ:\n%s", difference)
	}
}

// What is erased is in no byte of the files of SQLite, not even in pages that are free.
func TestErasedIsOverwritten(t *testing.T) {
	ctx := context.Background()
	d := dbtest.SQLite(t)
	s := people.NewStore(d)
	v := peopletest.Viewer(t, d, peopletest.Space(t, d), "me", op.Owner)
	p := peopletest.Person(t, d, v, "Xanthippe Qvortrup", "xanthippe@qvortrup.example")
	for i := range 200 { // enough notes that whole pages come free
		if _, err := s.AddNote(ctx, v, p, strings.Repeat(fmt.Sprint("Xanthippe said something ", i, ". "), 20),
			scope.Private); err != nil {
			t.Fatal(err)
		}
	}
	holds := func() (found bool) {
		for _, name := range []string{d.Location, d.Location + "-wal"} {
			content, err := os.ReadFile(name)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
			lower := bytes.ToLower(content)
			found = found || bytes.Contains(lower, []byte("xanthippe")) || bytes.Contains(lower, []byte("qvortrup"))
		}
		return found
	}
	if !holds() {
		t.Fatal("the test cannot see what is stored")
	}
	if _, err := erase.NewService(s).Erase(ctx, v, p, false); err != nil {
		t.Fatal(err)
	}
	if holds() {
		t.Error("what was erased can still be read in the file")
	}
}
