package colleagues

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/op/optest"
	"gave.network/internal/people/erase"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/room"
)

// Who had rather not be together is in the database only sealed, for its author, with a key that lies beside it; what
// an older version noted is sealed too, and what names somebody who is erased goes.
func TestNotesAreSealed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		o := newOffice(t, d)
		o.KeyIn(t.TempDir())
		anna, carla, bram := o.who["Anna Aal"].ID, o.who["Carla Cobra"].ID, o.who["Bram Beer"].ID
		old := pairOf(bram, carla)
		if _, err := db.Insert(ctx, d, "rather_not", db.Row{
			"space": o.v.Space, "owner": o.v.Member, "person": old.a, "other": old.b, "at": 7,
		}, ""); err != nil {
			t.Fatal(err)
		}
		kept := func(v op.Viewer) []pair {
			t.Helper()
			e, err := o.gather(ctx, v)
			if err != nil {
				t.Fatal(err)
			}
			var out []pair
			for x := range e.apart {
				out = append(out, x)
			}
			return out
		}
		if got := kept(o.v); !slices.Equal(got, []pair{old}) {
			t.Errorf("what an older version noted: %v", got)
		}
		for range 2 { // the second time it is there already
			if err := o.Apart(ctx, o.v, "Anna Aal", "Carla Cobra", false); err != nil {
				t.Fatal(err)
			}
		}
		rows, err := db.Select[struct{ Mark, Sealed []byte }](ctx, d, `select mark, sealed from apart_note order by at`)
		if err != nil || len(rows) != 2 || len(kept(o.v)) != 2 {
			t.Fatal(rows, err)
		}
		for _, r := range rows {
			for _, who := range []id.ID{anna, carla, bram} {
				if bytes.Contains(r.Sealed, who[:]) || bytes.Contains(r.Mark, who[:]) {
					t.Error("a note names somebody in the open")
				}
			}
		}
		if n, err := db.Value[int](ctx, d, `select count(*) from rather_not`); err != nil || n > 0 {
			t.Errorf("%d notes are not sealed, %v", n, err)
		}
		other := peopletest.Viewer(t, d, o.v.Space, "Other Owner", op.Owner)
		if got := kept(other); len(got) > 0 {
			t.Errorf("somebody else heeds %v", got)
		}
		// Of another author the same seal does not open.
		if _, err := o.seal.open(o.v.Space, other.Member, rows[0].Mark, rows[0].Sealed); err == nil {
			t.Error("a note opens for somebody else")
		}
		list, err := o.files(ctx, d)
		if err != nil || len(list) != 1 || list[0].Name != KeyName {
			t.Errorf("a backup leaves the key out: %v, %v", list, err)
		}
		info, err := os.Stat(filepath.Join(o.seal.folder, KeyName))
		if err != nil || info.Mode().Perm() != 0o600 || info.Size() != keySize {
			t.Errorf("the key: %v, %v", info, err)
		}
		// The next program finds the same key; one with another says so, and makes no team.
		next := NewService(d, o.store)
		next.KeyIn(o.seal.folder)
		if notes, err := next.notesApart(ctx, d, o.v.Space, o.v.Member); err != nil || len(notes) != 2 {
			t.Errorf("%v, %v", notes, err)
		}
		next = NewService(d, o.store)
		next.KeyIn(t.TempDir())
		_, err = next.team(ctx, o.v, TeamInput{Skills: []string{"design"}, Size: 2})
		optest.Fault(t, err, fault.Unavailable, "Private notes cannot be read")
		if _, err := next.team(ctx, other, TeamInput{Skills: []string{"design"}, Size: 1}); err != nil &&
			fault.CodeOf(err) == fault.Unavailable {
			t.Errorf("that somebody else noted something shows: %v", err)
		}
		if err := o.Apart(ctx, o.v, "Carla Cobra", "Anna Aal", true); err != nil || len(kept(o.v)) != 1 {
			t.Errorf("taken back, and still there: %v", err)
		}
		o.store.SetRooms([]room.Room{o.store.Room(), o.Room()})
		if _, err := erase.NewService(o.store).Erase(ctx, o.v, o.who["Bram Beer"], false); err != nil {
			t.Fatal(err)
		}
		if n, err := db.Value[int](ctx, d, `select count(*) from apart_note`); err != nil || n != 0 {
			t.Errorf("%d notes name somebody who is erased, %v", n, err)
		}
	})
}

// However often somebody else asks for teams, with whatever wishes, the answers are the same with a note and without.
func TestRepeatedQuestionsTellNothingOfANote(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := context.Background()
	o := newOffice(t, d)
	others := []op.Viewer{
		peopletest.Viewer(t, d, o.v.Space, "Other Owner", op.Owner),
		peopletest.Viewer(t, d, o.v.Space, "A Member", op.Member),
	}
	for _, v := range others { // who have the same people themselves
		for name, skill := range map[string]string{
			"Anna Aal": "design", "Carla Cobra": "printing", "Els Egel": "writing",
		} {
			if err := o.store.Tag(ctx, v, peopletest.Person(t, d, v, name), []string{skill}); err != nil {
				t.Fatal(err)
			}
		}
	}
	ask := func() string {
		var all []any
		for _, v := range others {
			for _, skills := range [][]string{{"design"}, {"design", "printing"}, {"design", "printing", "writing"}} {
				for size := len(skills); size <= 3; size++ {
					for _, must := range [][]string{nil, {"Anna Aal"}, {"Anna Aal", "Carla Cobra"}} {
						for alternatives := 1; alternatives <= 10; alternatives += 3 {
							out, err := o.team(ctx, v, TeamInput{
								Skills: skills, Size: size, Must: must, Alternatives: alternatives,
							})
							said := ""
							if err != nil {
								said = err.Error()
							}
							all = append(all, out, said)
						}
					}
				}
			}
		}
		text, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	before := ask()
	if err := o.Apart(ctx, o.v, "Anna Aal", "Carla Cobra", false); err != nil {
		t.Fatal(err)
	}
	if after := ask(); after != before || !bytes.Contains([]byte(before), []byte("Carla Cobra")) {
		t.Error("a note of one shows in teams of others")
	}
	if err := o.Apart(ctx, o.v, "Anna Aal", "Carla Cobra", true); err != nil {
		t.Fatal(err)
	}
	if ask() != before {
		t.Error("that a note was taken back shows in teams of others")
	}
}
