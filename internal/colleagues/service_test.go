package colleagues

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/op/optest"
	"gave.network/internal/people"
	"gave.network/internal/people/erase"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/room"
	"gave.network/internal/tie"
)

// office is a small organisation: who meets whom, and what they can.
type office struct {
	*Service
	d     *db.DB
	store *people.Store
	v     op.Viewer
	who   map[string]people.Person
}

func newOffice(t *testing.T, d *db.DB) *office {
	t.Helper()
	space := peopletest.Space(t, d)
	o := &office{
		d: d, store: people.NewStore(d), v: peopletest.Viewer(t, d, space, "Me Myself", op.Owner),
		who: map[string]people.Person{},
	}
	o.Service = NewService(d, o.store)
	for name, skill := range map[string]string{
		"Anna Aal": "design", "Bram Beer": "design", "Carla Cobra": "printing", "Dirk Das": "printing",
		"Els Egel": "writing", "Frits Fazant": "", "Greet Gans": "",
	} {
		p := peopletest.Person(t, d, o.v, name)
		o.who[name] = p
		if skill != "" {
			if err := o.store.Tag(context.Background(), o.v, p, []string{skill}); err != nil {
				t.Fatal(err)
			}
		}
	}
	o.meet(t, 20, "Anna Aal", "Carla Cobra")
	o.meet(t, 20, "Carla Cobra", "Els Egel")
	o.meet(t, 20, "Anna Aal", "Els Egel")
	o.meet(t, 3, "Bram Beer", "Dirk Das")
	o.meet(t, 9, "Me Myself", "Anna Aal")
	o.meet(t, 9, "Me Myself", "Bram Beer")
	return o
}

func (o *office) meet(t *testing.T, times int, names ...string) {
	t.Helper()
	var who []id.ID
	for _, name := range names {
		if name == "Me Myself" {
			who = append(who, o.v.Person)
			continue
		}
		who = append(who, o.who[name].ID)
	}
	for i := range times {
		peopletest.Record(t, o.d, o.v,
			peopletest.Interaction(o.v, tie.FaceToFace, o.v.Now.AddDate(0, 0, -5-7*i), who...))
	}
}

func membersOf(team Team) []string {
	var out []string
	for _, m := range team.Members {
		out = append(out, m.Name)
	}
	return out
}

func TestTeamsByHand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		o := newOffice(t, d)
		out, err := o.team(ctx, o.v,
			TeamInput{Skills: []string{"design, printing", "writing"}, Size: 3, Alternatives: 3})
		if err != nil {
			t.Fatal(err)
		}
		if got := membersOf(out.Teams[0]); !slices.Equal(got, []string{"Anna Aal", "Carla Cobra", "Els Egel"}) ||
			len(out.Teams[0].Missing) > 0 || !out.Teams[0].Exact {
			t.Errorf("the team that knows each other is not the first: %v %+v", got, out.Teams[0])
		}
		if line := out.Teams[0].Members[0].Skills[0]; line.Skill != "design" || line.Line != "design" {
			t.Errorf("what speaks for a skill: %+v", line)
		}
		if len(out.Teams) < 2 || out.Teams[1].Trust > out.Teams[0].Trust ||
			!slices.Contains(out.Teams[1].Why, "Less trust than the first.") {
			t.Errorf("alternatives do not say what they give up: %+v", out.Teams)
		}
		if out, err = o.team(ctx, o.v, TeamInput{
			Skills: []string{"design", "printing"}, Size: 2, Never: []string{"Anna Aal, Carla Cobra"},
		}); err != nil {
			t.Fatal(err)
		}
		if got := membersOf(out.Teams[0]); !slices.Equal(got, []string{"Bram Beer", "Dirk Das"}) {
			t.Errorf("never together was not heeded: %v", got)
		}
		if out, err = o.team(ctx, o.v, TeamInput{Skills: []string{"design", "flying"}, Size: 2}); err != nil ||
			!slices.Equal(out.Teams[0].Missing, []string{"flying"}) {
			t.Errorf("a skill that nobody has: %+v %v", out, err)
		}
		_, err = o.team(ctx, o.v, TeamInput{Skills: []string{"flying"}, Size: 2})
		optest.Fault(t, err, fault.NotFound, "Nobody you know of has any of these skills.")
		_, err = o.team(ctx, o.v, TeamInput{Skills: []string{" , "}})
		optest.Fault(t, err, fault.Invalid, "Say what the team must be able to do.")
		_, err = o.team(ctx, o.v, TeamInput{
			Skills: []string{"design"}, Size: 2, Must: []string{"Anna Aal", "Bram Beer"},
			Never: []string{"Bram Beer, Anna Aal"},
		})
		optest.Fault(t, err, fault.Invalid, "Anna Aal and Bram Beer must both be in the team and never together.")
		_, err = o.team(ctx, o.v,
			TeamInput{Skills: []string{"design"}, Size: 1, Must: []string{"Anna Aal", "Bram Beer"}})
		optest.Fault(t, err, fault.Invalid, "2 people must be in a team of 1.")
		_, err = o.team(ctx, o.v, TeamInput{Skills: []string{"design"}, Size: 30})
		optest.Fault(t, err, fault.NotFound, "people to choose from, and the team has 30.")
		many := make([]string, 10_000)
		for i := range many {
			many[i] = "skill " + strings.Repeat("x", i%97) + string(rune('a'+i%26)) + strings.Repeat("y", i/97)
		}
		_, err = o.team(ctx, o.v, TeamInput{Skills: many})
		optest.Fault(t, err, fault.Invalid, "At most 64 skills can be asked for at once")
	})
}

// Who had rather not be together is heeded for its owner, and no output of anybody tells of it.
func TestApartIsNeverSeen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		o := newOffice(t, d)
		other := peopletest.Viewer(t, d, o.v.Space, "Other Owner", op.Owner)
		if _, err := d.ExecContext(ctx, `update person set visibility = 1 where space = $1`, o.v.Space); err != nil {
			t.Fatal(err)
		}
		ballot := "person,votes,stance\nAnna Aal,1,-0.3\nBram Beer,1,-0.5\nCarla Cobra,1,0.4\nElse Nobody,1,?\n"
		// everything that can be asked, but the teams of who noted it, where a pair simply never comes up
		looks := func(v op.Viewer, own bool) string {
			var all []any
			for _, operation := range o.Operations() {
				var in any
				switch operation.Name {
				case "colleagues.team":
					if own {
						continue
					}
					in = TeamInput{Skills: []string{"design", "printing"}, Size: 2, Alternatives: 5}
				case "colleagues.proposal":
					if own { // influence between the two is left out for the owner alone
						continue
					}
					in = ProposalInput{File: ballot}
				case "colleagues.structure":
					in = StructureInput{Organisation: "design"}
				case "colleagues.positions", "colleagues.observations":
					in = op.None{}
				default:
					continue
				}
				out, err := operation.Call(ctx, v, in)
				all = append(all, out, err)
			}
			moves, err := o.Propose(ctx, v)
			text, _ := json.Marshal(append(all, moves, err))
			return string(text)
		}
		before, mine := looks(other, false), looks(o.v, true)
		first, err := o.team(ctx, o.v, TeamInput{Skills: []string{"design", "printing"}, Size: 2})
		if err != nil || !slices.Equal(membersOf(first.Teams[0]), []string{"Anna Aal", "Carla Cobra"}) {
			t.Fatal(first, err)
		}
		if err := o.Apart(ctx, o.v, "Carla Cobra", "Anna Aal", false); err != nil {
			t.Fatal(err)
		}
		if after := looks(other, false); after != before {
			t.Errorf("another member can tell: %s\n%s", before, after)
		}
		if after := looks(o.v, true); after != mine {
			t.Errorf("the owner's own lists tell: %s\n%s", mine, after)
		}
		second, err := o.team(ctx, o.v, TeamInput{Skills: []string{"design", "printing"}, Size: 2, Alternatives: 10})
		if err != nil {
			t.Fatal(err)
		}
		for _, team := range second.Teams {
			if got := membersOf(team); slices.Equal(got, []string{"Anna Aal", "Carla Cobra"}) {
				t.Error("the two are in one team")
			}
		}
		if text, _ := json.Marshal(second); strings.Contains(string(text), "apart") ||
			strings.Contains(string(text), "never") {
			t.Errorf("the answer speaks of it: %s", text)
		}
		// Whom the owner names both are both there: an error would tell the note.
		both, err := o.team(ctx, o.v,
			TeamInput{Skills: []string{"design", "printing"}, Size: 2, Must: []string{"Anna Aal", "Carla Cobra"}})
		if err != nil || len(both.Teams[0].Members) != 2 {
			t.Errorf("naming both: %+v %v", both, err)
		}
		if err := o.Apart(ctx, o.v, "Anna Aal", "Carla Cobra", true); err != nil {
			t.Fatal(err)
		}
		third, err := o.team(ctx, o.v, TeamInput{Skills: []string{"design", "printing"}, Size: 2})
		if err != nil || !slices.Equal(membersOf(third.Teams[0]), membersOf(first.Teams[0])) {
			t.Errorf("taken back, and still: %+v %v", third, err)
		}
		optest.Fault(t, o.Apart(ctx, o.v, "Anna Aal", "Anna Aal", false), fault.Invalid, "one and the same person")
	})
}

func TestObservationsFadeAndStay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		o := newOffice(t, d)
		if err := o.Observe(ctx, o.v, "Frits Fazant", "Greet Gans", "advies", 0.8); err != nil {
			t.Fatal(err)
		}
		list, err := o.observations(ctx, o.v, op.None{})
		if err != nil || len(list.Observations) != 1 || list.Observations[0].Layer != "advice" ||
			!(list.Observations[0].Certainty >= 0.79) {
			t.Fatal(list, err)
		}
		later := o.v
		later.Now = later.Now.Add(180 * 24 * time.Hour * 3 / 2)
		if list, err = o.observations(ctx, later, op.None{}); err != nil || !(list.Observations[0].Certainty <= 0.3) ||
			!(list.Observations[0].Certainty >= 0.27) {
			t.Error(list, err)
		}
		moves, err := o.Propose(ctx, later)
		if err != nil || !slices.ContainsFunc(moves, func(m move.Move) bool { return m.Kind == "observation" }) {
			t.Errorf("a faded observation is not asked again: %+v %v", moves, err)
		}
		other := peopletest.Viewer(t, d, o.v.Space, "Other Owner", op.Owner)
		if list, err = o.observations(ctx, other, op.None{}); err != nil || len(list.Observations) != 0 {
			t.Errorf("somebody else sees an observation: %+v %v", list, err)
		}
		if err := o.Observe(ctx, o.v, "Frits Fazant", "Greet Gans", "advice", 0); err != nil {
			t.Fatal(err)
		}
		if list, err = o.observations(ctx, o.v, op.None{}); err != nil || len(list.Observations) != 0 {
			t.Errorf("taken back, and still there: %+v %v", list, err)
		}
	})
}

func TestChart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		o := newOffice(t, d)
		chart := "\ufeffNaam;Leidinggevende;Afdeling;Functie\nAnna Aal;;Directie;directeur\n" +
			"Bram Beer;Anna Aal;Vorm;hoofd\nCarla Cobra;Bram Beer;Vorm;\nZomaar Iemand;Anna Aal;Vorm;\n;;;\n" +
			"Carla Cobra;Anna Aal;Vorm;\n"
		out, err := o.loadChart(ctx, o.v, ChartInput{File: chart})
		if err != nil || out.Positions != 3 || out.Levels != 3 || len(out.Rejected) != 2 || out.Rejected[0].Line != 5 ||
			out.Rejected[1].Line != 7 || out.ExitCode() != 3 {
			t.Fatalf("%+v %v", out, err)
		}
		list, err := o.positions(ctx, o.v, PositionsInput{})
		if err != nil || len(list.Positions) != 3 || list.Positions[0].Person.Name != "Anna Aal" ||
			list.Positions[2].Level != 3 || list.Positions[2].Manager.Name != "Bram Beer" {
			t.Errorf("%+v %v", list, err)
		}
		for _, bad := range []struct{ file, words string }{
			{"", "The table is empty."},
			{"a,b\n1,2\n", "The table has no column that names a person."},
			{"person,manager\nNobody Here,\n", "No line of this chart names somebody in your network."},
			{"person\xff,manager\n", "The table is not text in UTF-8."},
		} {
			_, err := o.loadChart(ctx, o.v, ChartInput{File: bad.file})
			optest.Fault(t, err, fault.Invalid, bad.words)
		}
		if again, err := o.positions(ctx, o.v, PositionsInput{}); err != nil || len(again.Positions) != 3 {
			t.Errorf("a bad chart changed the good one: %+v %v", again, err)
		}
		if out, err = o.loadChart(ctx, o.v, ChartInput{
			File: "person,email,manager\nNew Face,new@face.example,Anna Aal\n", Add: true,
		}); err != nil || out.Added != 1 || out.Positions != 1 || out.Levels != 1 {
			t.Errorf("%+v %v", out, err)
		}
		face, err := o.store.Resolve(ctx, o.v, "new@face.example")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.store.Merge(ctx, o.v, o.who["Frits Fazant"].ID, face.ID); err != nil {
			t.Fatal(err)
		}
		if list, err = o.positions(ctx, o.v, PositionsInput{}); err != nil ||
			list.Positions[0].Person.Name != "Frits Fazant" {
			t.Errorf("a merged person kept the place in the chart: %+v %v", list, err)
		}
		o.store.SetRooms([]room.Room{o.store.Room(), o.Room()})
		if _, err := erase.NewService(o.store).Erase(ctx, o.v, o.who["Anna Aal"], false); err != nil {
			t.Fatal(err)
		}
		if list, err = o.positions(ctx, o.v, PositionsInput{}); err != nil || len(list.Positions) != 1 ||
			list.Positions[0].Manager != nil {
			t.Errorf("an erased manager stays in the chart: %+v %v", list, err)
		}
	})
}

func TestProposals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		o := newOffice(t, d)
		for _, from := range []string{"Anna Aal", "Carla Cobra", "Els Egel"} {
			if err := o.Observe(ctx, o.v, from, "Frits Fazant", "advice", 1); err != nil {
				t.Fatal(err)
			}
		}
		file := "# title: Four days a week\n# quorum: 50%\nperson;votes;stance;certainty\nAnna Aal;1;tegen;0,9\n" +
			"Carla Cobra;1;against;0.9\nEls Egel;1;-0.6;0.9\nSomebody Else;1;for;0.9\n"
		out, err := o.proposal(ctx, o.v, ProposalInput{File: file})
		if err != nil || out.Title != "Four days a week" || out.Quorum != 0.5 || len(out.TalkTo) == 0 || !out.Carries ||
			out.Before >= out.ExpectedSupport {
			t.Fatalf("%+v %v", out, err)
		}
		if !(out.Low <= out.ExpectedSupport && out.ExpectedSupport <= out.High) {
			t.Errorf("the interval does not hold what is expected: %+v", out)
		}
		same, err := o.proposal(ctx, o.v, ProposalInput{File: `{"quorum":0.5,"voters":[{"person":"Anna Aal","weight":1,"stance":-0.8,"certainty":0.9},{"person":"Carla Cobra","stance":-0.8,"certainty":0.9},
			{"person":"Els Egel","votes":1,"stance":-0.6,"certainty":0.9},{"person":"Somebody Else","stance":0.8,"certainty":0.9}]}`})
		if err != nil || same.ExpectedSupport != out.ExpectedSupport || len(same.TalkTo) != len(out.TalkTo) {
			t.Errorf("the same as JSON differs: %+v %v", same, err)
		}
		// Four of five times is wanted unless something else is said, also in the file; less takes no more talks.
		if out.Wanted != 0.8 || !(out.Chance >= 0.8) || len(out.Rests) == 0 || out.Rests[0].Chance >= out.Chance {
			t.Errorf("wanted %g, and it carries %g; it rests on %+v", out.Wanted, out.Chance, out.Rests)
		}
		less, err := o.proposal(ctx, o.v, ProposalInput{File: "# kans: 55%\n" + file})
		if err != nil || less.Wanted != 0.55 || !less.Carries || len(less.TalkTo) > len(out.TalkTo) {
			t.Errorf("%+v %v", less, err)
		}
		said := less.restsOn(o.v.Printer())
		if !strings.Contains(said, "rests on one voter: if Somebody Else turns out to be against") {
			t.Errorf("it rests on %+v: %q", less.Rests, said)
		}
		// Frits has no vote, and three who have one heed him.
		if won, err := o.proposal(ctx, o.v, ProposalInput{File: file, Won: []string{"Frits Fazant"}}); err != nil ||
			won.Before <= out.Before {
			t.Errorf("winning over who is heeded changes nothing: %+v %v", won, err)
		}
		hopeless, err := o.proposal(ctx, o.v, ProposalInput{File: "person,votes,stance,certainty,susceptibility\n" +
			"Anna Aal,1,-1,1,0\nBram Beer,1,-1,1,0\nCarla Cobra,1,-1,1,0\n", Quorum: 1, Most: 1})
		if err != nil || hopeless.Carries || hopeless.Nearest == "" {
			t.Errorf("a proposal that nobody can carry: %+v %v", hopeless, err)
		}
		rejected, err := o.proposal(ctx, o.v, ProposalInput{File: "person,votes,stance\nAnna Aal,-1,0\n" +
			"Bram Beer,1,7\nCarla Cobra,1,perhaps\nEls Egel,1,0\nEls Egel,1,0\n"})
		if err != nil || len(rejected.Rejected) != 4 || rejected.ExitCode() != 3 {
			t.Errorf("%+v %v", rejected, err)
		}
		quoted, err := o.proposal(ctx, o.v,
			ProposalInput{File: "person,votes,stance\n\"Anna Aal,1,0\nBram Beer,1,0\nCarla Cobra,1,0\n"})
		if err != nil || len(quoted.Rejected) != 1 || quoted.Rejected[0].Line != 2 {
			t.Errorf("a quotation mark that is not closed costs more than its line: %+v %v", quoted, err)
		}
		for _, bad := range []struct{ file, words string }{
			{"person,votes\nAnna Aal,0\n", "Nobody in this proposal has a vote."},
			{"{", "The proposal is not JSON of the right shape."},
			{"{}", "The proposal names nobody who decides."},
			{"name,votes\nAnna Aal,x\n", "The proposal names nobody who decides."},
			{"# quorum: 7\nname,votes\nAnna Aal,1\n", "The quorum is a share of the votes"},
		} {
			_, err := o.proposal(ctx, o.v, ProposalInput{File: bad.file})
			optest.Fault(t, err, fault.Invalid, bad.words)
		}
	})
}

// Whatever bytes come as a chart or a proposal, there is an answer, and each rejected line has a number.
func FuzzTables(f *testing.F) {
	f.Add("person,manager\nAnna,Bram\n")
	f.Add("# quorum: 50%\nnaam;stemmen;standpunt\nAnna;1;voor\n")
	f.Add(`{"quorum":0.5,"people":[{"person":"Anna","stance":1}]}`)
	f.Add("person,votes\n\"Anna,1\nBram,2\n")
	f.Add("# day: 2025-01-01\nperson,manager,since,until\nAnna,Bram;Cas,2019,mei 2020\n")
	f.Add("dn: cn=Anna\\, B,o=x\ncn: Anna\nmanager: cn=Bram,o=x\nmodifyTimestamp: 20250101000000Z\n\ndn:: !\n")
	f.Add(`{"Resources":[{"userName":"a@b.example","displayName":"Anna","manager":{"value":"1"},"active":"False"},7]}`)
	f.Add("{\"userName\":\"a\",\"active\":true}\n{\"userName\n")
	f.Fuzz(func(t *testing.T, body string) {
		if b, faults, err := readBallot(body); err == nil {
			if len(b.People) == 0 {
				t.Error("a proposal without people was read")
			}
			for _, x := range faults {
				if x.line < 1 || x.err == nil {
					t.Errorf("a fault without a line: %+v", x)
				}
			}
		}
		_, _, _, _ = readTable(body)
		_ = withHeading(body)
		v := op.Viewer{Now: time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC), Zone: time.UTC}
		if chart, err := readChart(context.Background(), v, ChartInput{File: body}); err == nil {
			for _, x := range chart.rejected {
				if x.Line < 1 || x.Reason == "" {
					t.Errorf("a rejected line without a number or a reason: %+v", x)
				}
			}
			for _, row := range chart.rows {
				if row.line < 1 || row.who == (chartName{}) || row.until > 0 && row.since >= row.until {
					t.Errorf("a line of a chart: %+v", row)
				}
			}
		}
	})
}

// Who looks back at how an organisation runs sees what had happened and been said by the end of that day, and nothing
// of later.
func TestStructureAsItWas(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		o := newOffice(t, d)
		for name := range o.who {
			if err := o.store.Tag(ctx, o.v, o.who[name], []string{"office"}); err != nil {
				t.Fatal(err)
			}
		}
		ties := func(asOf time.Time) int {
			t.Helper()
			out, err := o.structure(ctx, o.v, StructureInput{Organisation: "office", Threshold: 5, AsOf: asOf})
			if err != nil {
				t.Fatal(err)
			}
			return out.Ties
		}
		before := ties(time.Time{})
		if err := o.Observe(ctx, o.v, "Frits Fazant", "Greet Gans", "advies", 0.8); err != nil {
			t.Fatal(err)
		}
		today := o.v.Now.Truncate(24 * time.Hour)
		if now := ties(time.Time{}); now <= before || ties(today) != now || ties(today.AddDate(1, 0, 0)) != now {
			t.Errorf("%d ties, before %d; today %d", now, before, ties(today))
		}
		if then := ties(today.AddDate(0, 0, -1)); then != before {
			t.Errorf("%d ties yesterday, want %d", then, before)
		}
		if then := ties(today.AddDate(-40, 0, 0)); then != 0 {
			t.Errorf("%d ties forty years ago", then)
		}
	})
}
