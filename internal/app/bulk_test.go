package app_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/identity"
)

// mostOpen is how many pairs for each person the step leaves open at most.
const mostOpen = 0.12

// together groups the records as they stand now: the person, and whom each record of it really is.
func (f fiction) together(t *testing.T) (really map[id.ID]map[string]bool, names map[id.ID][]string) {
	t.Helper()
	rows, err := db.Select[struct {
		ID, Merged                id.ID
		Name, Organisation, Title string
	}](context.Background(), f.DB, `select id, merged, name, organisation, title from person where space = $1
		order by id`, f.v.Space)
	if err != nil {
		t.Fatal(err)
	}
	identifiers, err := db.Select[struct {
		Person id.ID
		Value  string
	}](context.Background(),
		f.DB, `select person, value from identifier where space = $1 order by person, value`, f.v.Space)
	if err != nil {
		t.Fatal(err)
	}
	values := map[id.ID][]string{}
	for _, n := range identifiers {
		values[n.Person] = append(values[n.Person], n.Value)
	}
	merges, err := db.Select[struct {
		Absorbed        id.ID
		Origin, Reasons string
	}](context.Background(), f.DB, `select absorbed, origin, reasons from merge where space = $1 and state = 'merged'
		order by absorbed`, f.v.Space)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range merges { // how it came to be joined
		values[m.Absorbed] = append(values[m.Absorbed], m.Origin+m.Reasons)
	}
	really, names = map[id.ID]map[string]bool{}, map[id.ID][]string{}
	for _, r := range rows {
		top := r.ID
		if !r.Merged.IsZero() {
			top = r.Merged
		}
		if really[top] == nil {
			really[top] = map[string]bool{}
		}
		for p := range f.recordStands[r.ID] {
			really[top][p] = true
		}
		names[top] = append(names[top],
			fmt.Sprintln(r.Name, r.Organisation, r.Title, values[r.ID], f.recordStands[r.ID]))
	}
	return really, names
}

// The step that settles what is beyond doubt makes no one of two people, and leaves few questions. GAVE_SOAK tries ten
// worlds.
func TestCertainInWorlds(t *testing.T) {
	seeds := largeWorlds
	if os.Getenv("GAVE_SOAK") != "" {
		seeds = []uint64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	}
	all := 0
	for _, seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			f := importWorld(t, seed, 250, 6)
			out, err := f.Operations.Call(context.Background(), f.v, "merges.certain", op.None{})
			if err != nil {
				t.Fatal(err)
			}
			settled := out.(identity.CertainOutput)
			really, names := f.together(t)
			wrong := 0
			for top, people := range really {
				if len(people) > 1 {
					wrong++
					t.Logf("%s are one and really %v (%d at import)", names[top], people, len(f.stands[top]))
				}
			}
			all += wrong
			open := float64(settled.Open) / float64(len(really))
			t.Logf("%d people, %d merges in the step, %d wrong, %d pairs open (%.1f %%)", len(really), settled.Merged,
				wrong, settled.Open, 100*open)
			if settled.Merged < 50 || !(open < mostOpen) {
				t.Errorf("%d merges, %.3f open pairs for each person", settled.Merged, open)
			}
		})
	}
	if all > 0 {
		t.Errorf("%d persons are two", all)
	}
}

// A step is taken back whole and alone; proposals come in pages, and by person.
func TestStepIsTakenBack(t *testing.T) {
	ctx := context.Background()
	b := newBook(t, "")
	b.cards("Zoltan Quist; zoltan@quist.example", "Zoltan Quist; zq@work.example org=Work",
		"Berta Vrolix; berta@vrolix.example", "Berta Vrolix; bv@firm.example org=Firm",
		"Olga Pruim; olga@pruim.example", "Piet Olm; piet@olm.example")
	call := func(name string, in any) any {
		t.Helper()
		out, err := b.Operations.Call(ctx, b.v, name, in)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	before := b.names()
	first := call("merges.list", identity.ProposalsInput{Limit: 1}).(identity.ProposalsOutput)
	second := call("merges.list", identity.ProposalsInput{Limit: 1, Offset: 1}).(identity.ProposalsOutput)
	if first.Total != 2 || !first.More || second.More || len(first.Proposals) != 1 || len(second.Proposals) != 1 ||
		first.Proposals[0].ID == second.Proposals[0].ID || len(second.Groups) != 1 ||
		len(second.Groups[0].People) != 2 {
		t.Fatalf("pages %+v and %+v", first, second)
	}
	// by hand: stays
	call("merges.make",
		people.TieInput{PersonInput: people.PersonInput{Person: "olga@pruim.example"}, Other: "piet@olm.example"})
	step := call("merges.certain", op.None{}).(identity.CertainOutput)
	if step.Merged != 2 || len(b.names()) != len(before)-3 {
		t.Fatalf("%d merges, people %q", step.Merged, b.names())
	}
	b.sameAsRebuilt()
	back := call("merges.back", identity.BatchInput{Batch: step.Batch}).(identity.BatchOutput)
	if back.Undone != 2 || len(b.names()) != len(before)-1 {
		t.Errorf("%d taken back, people %q", back.Undone, b.names())
	}
	b.sameAsRebuilt()
	if again := call("merges.list", identity.ProposalsInput{Limit: 50}).(identity.ProposalsOutput); again.Total != 2 {
		t.Errorf("%d pairs are asked about again, want 2", again.Total)
	}
}

// Names with a figure are told apart by it: no address writes out another's.
func TestNumberedNamesStayApart(t *testing.T) {
	b := newBook(t, "")
	b.cards("Gast Kamer7; gastkamer7@hotel.example", "Gast Kamer12; gastkamer12@hotel.example",
		"Person c2n35x; personc2n35x@example.org", "Person c5n9x; hot@example.org")
	for _, name := range []string{"merges.list", "merges.certain"} {
		in := map[string]any{"merges.list": identity.ProposalsInput{}, "merges.certain": op.None{}}[name]
		out, err := b.Operations.Call(context.Background(), b.v, name, in)
		if err != nil {
			t.Fatal(err)
		}
		switch out := out.(type) {
		case identity.ProposalsOutput:
			if out.Total != 0 {
				t.Errorf("%+v", out.Proposals)
			}
		case identity.CertainOutput:
			if out.Merged != 0 {
				t.Errorf("%d merges", out.Merged)
			}
		}
	}
}
