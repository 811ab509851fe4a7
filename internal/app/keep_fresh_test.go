package app_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/erase"
	"gave.network/internal/tie"
)

// What is kept of everybody is right after every change, by this program or by another on the same database, and shows
// nothing of a transaction that is taken back, nor of somebody who was erased.
func TestWhatIsKeptIsFresh(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		config := app.Config{Data: filepath.Dir(address)}
		if strings.Contains(address, "://") {
			config = app.Config{Data: t.TempDir(), Database: address}
		}
		here, err := app.Open(ctx, config)
		if err != nil {
			t.Fatal(err)
		}
		defer here.Close()
		there, err := app.Open(ctx, config)
		if err != nil {
			t.Fatal(err)
		}
		defer there.Close()
		v, err := here.Account.Local(ctx, locale.English)
		if err != nil {
			t.Fatal(err)
		}
		// says tells whether the profiles of a node hold a line, as the viewer sees them.
		says := func(ctx context.Context, a *app.App, v op.Viewer, line string) bool {
			t.Helper()
			profiles, err := a.Network.Profiles(ctx, v)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range profiles {
				for _, l := range p.Lines {
					if l.Text == line {
						return true
					}
				}
			}
			return false
		}
		want := func(when string, v op.Viewer, line string, shown bool) {
			t.Helper()
			for name, a := range map[string]*app.App{"here": here, "there": there} {
				for range 2 { // made, and kept
					if got := says(ctx, a, v, line); got != shown {
						t.Errorf("%s, %s: %q is shown: %v", when, name, line, got)
					}
				}
			}
		}
		anna, err := here.Network.AddPerson(ctx, v, people.NewPerson{Person: people.Person{
			Name:  "Anna Vos",
			Title: "drukker",
		}})
		if err != nil {
			t.Fatal(err)
		}
		want("added", v, "drukker", true)
		other := v
		other.Member = [16]byte{15: 1} // another member of the space: what is private is not theirs
		want("private", other, "drukker", false)
		elsewhere := v
		elsewhere.Space = [16]byte{15: 2}
		want("another space", elsewhere, "drukker", false)
		call := func(a *app.App, ctx context.Context, name string, in any) error {
			_, err := a.Operations.Call(ctx, v, name, in)
			return err
		}
		person := people.PersonInput{Person: anna.String()}
		if err := call(there, ctx, "people.note",
			people.NoteInput{PersonInput: person, Text: "houdt van thee"}); err != nil {
			t.Fatal(err)
		}
		want("noted by the other", v, "houdt van thee", true)
		stop := errors.New("stop")
		if err := here.DB.Serial(ctx, v.Space, v.Member, func(ctx context.Context) error {
			if err := call(here, ctx, "people.note",
				people.NoteInput{PersonInput: person, Text: "houdt van koffie"}); err != nil {
				return err
			}
			if !says(ctx, here, v, "houdt van koffie") {
				t.Error("a transaction does not see what it wrote")
			}
			return stop
		}); !errors.Is(err, stop) {
			t.Fatal(err)
		}
		want("taken back", v, "houdt van koffie", false)
		role := "uitgever"
		if err := call(here, ctx, "people.edit",
			people.EditPersonInput{PersonInput: person, Role: &role}); err != nil {
			t.Fatal(err)
		}
		want("edited", v, "uitgever", true)
		want("edited", v, "drukker", false)
		if err := call(there, ctx, "people.share", people.ShareInput{PersonInput: person, With: "space"}); err != nil {
			t.Fatal(err)
		}
		want("shared", other, "uitgever", true)
		// Two that are found to be one person, and to be two after all.
		double, err := here.Network.AddPerson(ctx, v, people.NewPerson{Person: people.Person{Name: "A. Vos"}})
		if err != nil {
			t.Fatal(err)
		}
		count := func(when string, most int) {
			t.Helper()
			for name, a := range map[string]*app.App{"here": here, "there": there} {
				profiles, err := a.Network.Profiles(ctx, v)
				if err != nil || len(profiles) != most {
					t.Errorf("%s, %s: %d people, %v; want %d", when, name, len(profiles), err, most)
				}
			}
		}
		before, err := there.Network.Profiles(ctx, v)
		if err != nil || before[double] == nil {
			t.Fatal(before, err)
		}
		merge, err := there.Network.Merge(ctx, v, anna, double)
		if err != nil {
			t.Fatal(err)
		}
		count("merged", len(before)-1)
		if err := here.Network.UndoMerge(ctx, v, merge); err != nil {
			t.Fatal(err)
		}
		count("two again", len(before))
		if err := call(there, ctx, "erase", erase.EraseInput{PersonInput: person}); err != nil {
			t.Fatal(err)
		}
		for _, who := range []op.Viewer{v, other} {
			want("erased", who, "uitgever", false)
			want("erased", who, "houdt van thee", false)
		}
	})
}

// What people said of others is kept on each node until any node adds to it or takes from it, also with somebody who is
// erased.
func TestStatementsThatAreKeptAreFresh(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		config := app.Config{Data: t.TempDir(), Database: address}
		here, err := app.Open(ctx, config)
		if err != nil {
			t.Fatal(err)
		}
		defer here.Close()
		there, err := app.Open(ctx, config)
		if err != nil {
			t.Fatal(err)
		}
		defer there.Close()
		v, err := here.Account.Local(ctx, locale.English)
		if err != nil {
			t.Fatal(err)
		}
		want := func(when string, most int) {
			t.Helper()
			for name, a := range map[string]*app.App{"here": here, "there": there} {
				for range 2 { // made, and kept
					list, err := a.Network.Statements(ctx, v)
					if err != nil {
						t.Fatal(err)
					}
					said, err := a.Network.Said(ctx, v)
					if err != nil {
						t.Fatal(err)
					}
					if list.Len() != most || said.Len() != 2*most { // one way and the other
						t.Errorf("%s, %s: %d statements and %d ways; want %d", when, name, list.Len(), said.Len(), most)
					}
				}
			}
		}
		want("at first", 0)
		anna, err := here.Network.AddPerson(ctx, v, people.NewPerson{Person: people.Person{Name: "Anna Vos"}})
		if err != nil {
			t.Fatal(err)
		}
		bram, err := here.Network.AddPerson(ctx, v, people.NewPerson{Person: people.Person{Name: "Bram Bos"}})
		if err != nil {
			t.Fatal(err)
		}
		says := tie.Statement{
			ID: id.New(), Owner: v.Member, Layer: "advice", Sign: 1, Weight: 1, SourcePerson: anna, TargetPerson: bram,
			Source: "test", External: id.New(),
		}
		if err := there.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := tie.AddStatements(ctx, tx, v.Space, []tie.Statement{says})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		want("said", 1)
		if err := here.DB.Write(ctx, func(tx *db.Tx) error {
			return tie.DropStatements(ctx, tx, v.Space, says)
		}); err != nil {
			t.Fatal(err)
		}
		want("taken back", 0)
		says.ID, says.External = id.New(), id.New()
		if err := there.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := tie.AddStatements(ctx, tx, v.Space, []tie.Statement{says})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		want("said again", 1)
		turnsTo := func() (list []id.ID) {
			t.Helper()
			for _, a := range []*app.App{here, there} {
				said, err := a.Network.Said(ctx, v)
				if err != nil {
					t.Fatal(err)
				}
				for x := range said.Of(anna, v.Now) {
					list = append(list, x.To)
				}
			}
			return list
		}
		carla, err := there.Network.AddPerson(ctx, v, people.NewPerson{Person: people.Person{Name: "Carla Kok"}})
		if err != nil {
			t.Fatal(err)
		}
		if got := turnsTo(); !slices.Equal(got, []id.ID{bram, bram}) {
			t.Errorf("with somebody new, Anna turns to %v, not Bram", got)
		}
		stand := func(other id.ID) { // Bram is found to be Carla, or himself again
			t.Helper()
			if _, err := there.DB.ExecContext(ctx, `update person set merged = $1 where space = $2 and id = $3`, other,
				v.Space, bram); err != nil {
				t.Fatal(err)
			}
		}
		stand(carla)
		if got := turnsTo(); !slices.Equal(got, []id.ID{carla, carla}) {
			t.Errorf("Bram is Carla, and Anna turns to %v", got)
		}
		stand(id.Zero)
		if got := turnsTo(); !slices.Equal(got, []id.ID{bram, bram}) {
			t.Errorf("Bram is himself, and Anna turns to %v", got)
		}
		_, err = there.DB.ExecContext(ctx, `delete from person where space = $1 and id = $2`, v.Space, bram)
		if err != nil {
			t.Fatal(err)
		}
		want("with somebody who is gone", 0)
	})
}
