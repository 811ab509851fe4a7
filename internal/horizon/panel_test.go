package horizon

import (
	"context"
	"slices"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// Whom a person knows and the viewer does not stands on that person's page, with the introduction that carries both;
// never the dead, and nobody where the viewer has no tie to ask through.
func TestWhoIsKnownThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, v, persons := circle(t, d)
		known := func(of string) []string {
			t.Helper()
			list, all, err := s.known(ctx, v, persons[of].ID)
			if err != nil || all != len(list) {
				t.Fatal(all, err)
			}
			var out []string
			for _, k := range list {
				out = append(out, k.Name)
			}
			return out
		}
		for of, want := range map[string]string{"Anna": "Dirk Das", "Bram": "Dirk Das", "Dirk": "", "Gijs": ""} {
			if got := strings.Join(known(of), ", "); got != want {
				t.Errorf("over %s there is %q, want %q", of, got, want)
			}
		}
		panel, err := s.Panel(ctx, v, persons["Anna"].ID)
		if err != nil || panel == nil {
			t.Fatal(panel, err)
		}
		var page strings.Builder
		if err := panel.Render(ctx, &page); err != nil {
			t.Fatal(err)
		}
		both := "/introductions/new?to=" + persons["Dirk"].ID.String() + "&amp;via=" + persons["Anna"].ID.String()
		if !strings.Contains(page.String(), both) {
			t.Errorf("the panel does not lead to %s: %s", both, page.String())
		}
		guest := v
		guest.Role = op.Guest
		if panel, err := s.Panel(ctx, guest, persons["Anna"].ID); panel != nil || err != nil {
			t.Errorf("a guest, who cannot ask, is offered it: %v", err)
		}
		// The strongest first; of about as strong ones who works elsewhere.
		for i, name := range []string{"Hugo Haas", "Ilse Iep", "Joep Jol"} {
			p := peopletest.Person(t, d, v, name)
			persons[name[:4]] = p
			if i > 0 {
				change := map[string]string{"organisation": []string{"", "De Polder", "Helder"}[i]}
				if err := s.network.EditPerson(ctx, v, p, change); err != nil {
					t.Fatal(err)
				}
			}
			for n := range 2 {
				peopletest.Record(t, d, v, peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -10-n),
					persons["Anna"].ID, p.ID))
			}
		}
		helder := people.Change{"organisation": "Helder"}
		if err := s.network.EditPerson(ctx, v, persons["Anna"], helder); err != nil {
			t.Fatal(err)
		}
		s.network.DropKept()
		got := known("Anna")
		if len(got) != 4 || got[0] != "Dirk Das" || got[1] != "Ilse Iep" || !slices.Contains(got, "Joep Jol") {
			t.Errorf("the order is %q", got)
		}
		if _, err := s.network.AddNote(ctx, v, persons["Dirk"], "overleden", scope.Private); err != nil {
			t.Fatal(err)
		}
		if got := known("Anna"); slices.Contains(got, "Dirk Das") {
			t.Errorf("the dead are introduced: %q", got)
		}
		if _, err := s.network.AddNote(ctx, v, persons["Anna"], "is overleden in mei", scope.Private); err != nil {
			t.Fatal(err)
		}
		if got := known("Anna"); len(got) > 0 {
			t.Errorf("the dead introduce: %q", got)
		}
	})
}
