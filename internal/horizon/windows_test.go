package horizon

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/graph"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/near"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/room"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// randomNetwork is a small network with traits, with the strengths as a matrix.
func randomNetwork(t *testing.T, seed uint64) (*tie.View, [][]float64, []Traits) {
	t.Helper()
	x := rand.New(rand.NewPCG(seed, 23))
	n := 8 + x.IntN(14)
	weight := make([][]float64, n)
	for a := range weight {
		weight[a] = make([]float64, n)
	}
	var edges []graph.Edge
	for a := range n {
		for b := range a {
			if x.Float64() < 0.25 {
				w := float64(float32(x.Float64() * x.Float64() * x.Float64()))
				if x.IntN(3) == 0 {
					w = float64(float32(w / 100)) // faint ones, as most are
				}
				weight[a][b], weight[b][a] = w, w
				edges = append(edges, graph.Edge{From: uint32(a), To: uint32(b), Weight: w})
			}
		}
	}
	trait := make([]Traits, n)
	for v := range trait {
		for k := range traits {
			trait[v][k] = []string{"", "a", "b", "c"}[x.IntN(4)]
		}
	}
	v := view(t, n, edges...)
	for range n {
		v.IDs = append(v.IDs, id.New())
	}
	return v, weight, trait
}

// Of every tie it is told what follows from the definition, reckoned by looking at everybody; the first is the best of
// all, and none below the floor is a window.
func TestWindowsAgainstEverybody(t *testing.T) {
	told, opening, faint := 0, 0, 0
	for seed := range uint64(200) {
		v, weight, trait := randomNetwork(t, seed)
		n := len(weight)
		list, _ := Windows(v, 0, func(u uint32) Traits { return trait[u] }, nil)
		best(list)
		most := 0.0
		for _, w := range list {
			told++
			a := int(w.Node)
			opens := 0
			for u := 1; u < n; u++ {
				if weight[a][u] == 0 || weight[0][u] > 0 {
					continue
				}
				only := true
				for b := range n {
					only = only && (b == a || weight[0][b] == 0 || weight[b][u] == 0)
				}
				if only {
					opens++
				}
			}
			difference := 0.0
			for k := range traits {
				same, known := 0.0, 0.0
				for b := range n {
					if b != a && weight[0][b] > 0 && trait[b][k] != "" {
						known++
						if trait[b][k] == trait[a][k] {
							same++
						}
					}
				}
				if trait[a][k] != "" && known > 0 {
					difference += (1 - same/known) / 6
				}
			}
			through := 4 * weight[0][a] * (1 - weight[0][a])
			if weight[0][a] < 0.01 {
				through = 0
				faint++
			}
			want := difference * (1 + math.Log2(1+float64(opens))) * through
			if w.Opens != opens {
				t.Errorf("seed %d: %d opens %d, want %d", seed, a, w.Opens, opens)
			}
			near.Equal(t, fmt.Sprintf("seed %d: the worth of %d", seed, a), w.Worth, want, 1e-9)
			most = max(most, want)
			if opens > 0 {
				opening++
			}
		}
		if len(list) > 0 {
			near.Equal(t, "the first is the best", list[0].Worth, most, 1e-9)
		}
	}
	if told < 500 || opening < 100 || faint < 100 {
		t.Errorf("%d ties, %d that open, %d faint: the test tells too little", told, opening, faint)
	}
}

// Between the same people a tie of a talk a month brings more than a faint one and more than the strongest, and what is
// known of nobody is no difference.
func TestPassage(t *testing.T) {
	for _, c := range []struct{ strength, want float64 }{
		{0, 0}, {0.0099, 0}, {0.01, 0.0396}, {0.15, 0.51}, {0.5, 1}, {0.95, 0.19}, {1, 0},
	} {
		near.Equal(t, fmt.Sprint("passage of ", c.strength), passage(c.strength), c.want, 1e-9)
	}
	w := view(t, 4, graph.Edge{From: 0, To: 1, Weight: 0.5}, graph.Edge{From: 1, To: 2, Weight: 0.5})
	list, _ := Windows(w, 0, func(uint32) Traits { return Traits{} }, nil)
	if len(list) != 1 || list[0].Worth != 0 || list[0].Opens != 1 {
		t.Errorf("%+v", list)
	}
	if list, _ := Windows(w, 3, func(uint32) Traits { return Traits{} }, nil); len(list) != 0 {
		t.Errorf("somebody without ties has windows: %+v", list)
	}
}

// edit says where somebody works.
func edit(t *testing.T, s *Service, v op.Viewer, person id.ID, organisation, place, role string) {
	t.Helper()
	in := people.EditPersonInput{Organisation: &organisation, Place: &place, Role: &role}
	in.Person = person.String()
	if _, err := s.network.Edit(context.Background(), v, in); err != nil {
		t.Fatal(err)
	}
}

// The reason of a window says whom it opens and where these work, and a delicate organisation is not named.
func TestReasons(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, v, persons := circle(t, d)
		for i := range 5 {
			one := peopletest.Person(t, d, v, fmt.Sprintf("Uwe Uil %c", 'a'+i))
			place := "Gemeente Utrecht"
			if i > 1 {
				place = "Anonieme Alcoholisten"
			}
			edit(t, s, v, one.ID, place, "Utrecht", "")
			peopletest.Record(t, d, v,
				peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -9), persons["Bram"].ID, one.ID))
		}
		edit(t, s, v, persons["Bram"].ID, "Waterschap De Dommel", "Boxtel", "directeur")
		edit(t, s, v, persons["Anna"].ID, "Bakkerij Aal", "Utrecht", "")
		s.network.DropKept()
		out, err := s.ties(ctx, v, TiesInput{Limit: 10})
		if err != nil || len(out.Ties) != 2 {
			t.Fatalf("%+v, %v", out, err)
		}
		bram := out.Ties[0]
		if bram.Name != "Bram Beer" || bram.Opens != 5 || bram.Behind != (Behind{"Gemeente Utrecht", 2}) {
			t.Errorf("%+v", bram)
		}
		const want = "Through Bram you reach 5 people whom nobody else of yours knows, 2 of them at Gemeente " +
			"Utrecht. " +
			"The only one you know: Waterschap De Dommel, Boxtel."
		if !strings.HasPrefix(bram.Reason, want[:len(want)-1]) {
			t.Errorf("reason %q, want %q", bram.Reason, want)
		}
		if lines := strings.Join(bram.Evidence(v), "\n"); !strings.Contains(lines, "whom it opens (5)") ||
			!strings.Contains(lines, "so are 0 of the 1 others") {
			t.Errorf("evidence: %s", lines)
		}
		said := fmt.Sprint(out.Text(v.Printer()))
		if strings.Contains(said, "Anonieme") {
			t.Errorf("what is delicate is said: %s", said)
		}
	})
}

// Of a dormant tie it is told what happened since, and neither what was before, nor what is delicate, nor what another
// member keeps to themselves; who died is in no list.
func TestWhatSleepersDidSince(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, v, persons := circle(t, d)
		sleeper, dead := peopletest.Person(t, d, v, "Hans Haas"), peopletest.Person(t, d, v, "Ina Ibis")
		for _, one := range []people.Person{sleeper, dead} {
			for i := range 60 {
				peopletest.Record(t, d, v,
					peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(-3, 0, i-90), v.Person, one.ID))
			}
		}
		if _, err := s.network.AddNote(ctx, v, dead, "overleden", scope.Private); err != nil {
			t.Fatal(err)
		}
		for _, r := range []people.Role{
			{Organisation: "Stadsarchief", Title: "archivaris", From: "2025-02"},
			{Organisation: "Oude Baan", Title: "typist", From: "2019"},
			{Organisation: "Anonieme Alcoholisten", Title: "lid", From: "2025-03"},
			{Organisation: "Morgen", Title: "later", From: "2031-01-01"},
			{Organisation: "Ooit", Title: "iets", From: "in het voorjaar"},
		} {
			if err := s.network.AddRole(ctx, v, sleeper, r); err != nil && r.Organisation != "Ooit" {
				t.Fatal(err)
			}
		}
		titled := func(owner op.Viewer, title string, days int) {
			e := peopletest.Interaction(owner, tie.FaceToFace, v.Now.AddDate(0, 0, -days), sleeper.ID,
				persons["Dirk"].ID)
			e.Title = title
			peopletest.Record(t, d, owner, e)
		}
		titled(v, "Open dag", 30)
		titled(v, "Ontslag besproken", 40)
		titled(peopletest.Viewer(t, d, v.Space, "Other", op.Member), "Geheim overleg", 20)
		since := v.Now.AddDate(0, -1, 0)
		known := func(list ...room.Knowledge) room.Source {
			return func(context.Context, op.Viewer) ([]room.Knowledge, error) { return list, nil }
		}
		s.Hear(known(room.Knowledge{Person: sleeper.ID, Text: "helder geschreven", At: since}),
			known(room.Knowledge{Person: sleeper.ID, Text: "is ernstig ziek", At: since},
				room.Knowledge{Person: sleeper.ID, Text: "van vroeger", At: v.Now.AddDate(-5, 0, 0)},
				room.Knowledge{Person: sleeper.ID, Text: "zoekt een fiets", At: since, Need: true}))
		s.network.DropKept()
		out, err := s.ties(ctx, v, TiesInput{Class: tie.Dormant, Limit: 9})
		if err != nil || len(out.Ties) != 1 || out.Ties[0].ID != sleeper.ID {
			t.Fatalf("%+v, %v", out, err)
		}
		var told []string
		for _, h := range out.Ties[0].Since {
			told = append(told, h.Kind+" "+h.Text)
		}
		want := []string{"praise helder geschreven", "event Open dag", "role archivaris, Stadsarchief"}
		slices.Sort(want)
		slices.Sort(told)
		if !slices.Equal(told, want) {
			t.Errorf("since: %q, want %q", told, want)
		}
		if len(out.Ties[0].Since) > 0 && !slices.IsSortedFunc(out.Ties[0].Since, func(a, b Happened) int {
			return b.At.Compare(a.At)
		}) {
			t.Error("the newest is not first")
		}
	})
}

// Somebody without anything known of them, in a space of one, has no windows and breaks nothing.
func TestBareNetwork(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		space := peopletest.Space(t, d)
		v := peopletest.Viewer(t, d, space, "Me", op.Owner)
		s := NewService(d, people.NewStore(d))
		if _, err := s.ties(ctx, v, TiesInput{}); err == nil {
			t.Error("who has no ties is told of some")
		}
		if _, err := s.diversity(ctx, v, op.None{}); err == nil {
			t.Error("who has no ties has a diversity")
		}
		one := peopletest.Person(t, d, v, "Anna Aal")
		peopletest.Record(t, d, v, peopletest.Interaction(v, tie.Mail, v.Now.Add(-time.Hour), v.Person, one.ID))
		s.network.DropKept()
		out, err := s.ties(ctx, v, TiesInput{Limit: 3})
		if err != nil || len(out.Ties) != 1 || out.Ties[0].Worth != 0 || out.Ties[0].Reason == "" {
			t.Errorf("%+v, %v", out, err)
		}
		mixed, err := s.diversity(ctx, v, op.None{})
		if err != nil || mixed.People != 1 || mixed.Two != 1 || len(mixed.Wider) != 0 {
			t.Errorf("%+v, %v", mixed, err)
		}
		for _, m := range mixed.Traits {
			if m.Differ != 0 || m.Said(v.Printer()) == "" || math.IsNaN(m.Unknown) {
				t.Errorf("%+v", m)
			}
		}
	})
}
