package colleagues

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/op/optest"
)

// bureau is one small chart in the three forms. It is dated, so that the three are of one day.
var bureau = map[string]string{
	"csv": "# day: 2025-03-01\nperson,email,manager,department,title,organisation\n" +
		"Vera Vink,vera@bureau.example,,Directie,directeur,Bureau Helder\n" +
		"Bas Bos,bas@bureau.example,Vera Vink,Vorm,teamleider,Bureau Helder\n" +
		"Cas Castor,cas@bureau.example,Bas Bos,Vorm,receptionist,Bureau Helder\n" +
		"Dora Das,dora@bureau.example,Bas Bos,Vorm,,Bureau Helder\n" +
		"Els Egel,els@bureau.example,Dora Das,Vorm,,Bureau Helder\n",
	"scim": `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"Resources":[` +
		scimOf("1", "Vera Vink", "Directie", "directeur", "") + "," +
		scimOf("2", "Bas Bos", "Vorm", "teamleider", `,"manager":{"value":"1"}`) + "," +
		scimOf("3", "Cas Castor", "Vorm", "receptionist", `,"manager":{"$ref":"../Users/2"}`) + "," +
		scimOf("4", "Dora Das", "Vorm", "", `,"Manager":"2"`) + "," +
		scimOf("5", "Els Egel", "Vorm", "", `,"manager":{"value":"4","displayName":"Dora"}`) + "]}",
	"ldif": ldifOf("Vink\\, Vera", "Vera Vink", "Directie", "directeur", "") +
		ldifOf("Bos\\, Bas", "Bas Bos", "Vorm", "teamleider", "CN=Vink\\2C Vera, OU=Staff") +
		ldifOf("Castor\\, Cas", "Cas Castor", "Vorm", "receptionist", "cn=bos\\, bas,ou=staff") +
		ldifOf("Das\\, Dora", "Dora Das", "Vorm", "", "cn=Bos\\, Bas,ou=Staff") +
		ldifOf("Egel\\, Els", "Els Egel", "Vorm", "", "cn=Das\\, Dora,ou=Staff"),
}

func given(name string) string {
	first, _, _ := strings.Cut(strings.ToLower(name), " ")
	return first + "@bureau.example"
}

func scimOf(key, name, department, title, manager string) string {
	return fmt.Sprintf(`{"id":%q,"userName":%q,"displayName":%q,"title":%q,"active":true,`+
		`"meta":{"resourceType":"User","lastModified":"2025-03-01T10:00:00Z"},`+
		`"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":%q,"organization":"Bureau Helder"%s}}`,
		key, given(name), name, title, department, manager)
}

func ldifOf(cn, name, department, title, manager string) string {
	out := "dn: cn=" + cn + ",ou=Staff\nobjectClass: inetOrgPerson\ndisplayName: " + name + "\nmail: " + given(name) +
		"\no: Bureau Helder\ndepartment: " + department + "\nmodifyTimestamp: 20250301100000Z\n"
	if title != "" {
		out += "title: " + title + "\n"
	}
	if manager != "" {
		out += "manager: " + manager + "\n"
	}
	return out + "\n"
}

// drawn writes the positions of a chart, one on a line.
func drawn(list PositionsOutput) string {
	var b strings.Builder
	for _, p := range list.Positions {
		manager := "-"
		if p.Manager != nil {
			manager = p.Manager.Name
		}
		fmt.Fprintf(&b, "%d %s, %s, %s, under %s, of %s, %s to %s\n", p.Level, p.Person.Name, p.Department, p.Title,
			manager, p.Organisation, p.Since, p.Until)
	}
	return b.String()
}

// One chart gives the same positions and standings whatever it is written in.
func TestChartFormatsAreOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		want := "1 Vera Vink, Directie, directeur, under -, of Bureau Helder, 2025-03-01 to \n" +
			"2 Bas Bos, Vorm, teamleider, under Vera Vink, of Bureau Helder, 2025-03-01 to \n" +
			"3 Cas Castor, Vorm, receptionist, under Bas Bos, of Bureau Helder, 2025-03-01 to \n" +
			"3 Dora Das, Vorm, , under Bas Bos, of Bureau Helder, 2025-03-01 to \n" +
			"4 Els Egel, Vorm, , under Dora Das, of Bureau Helder, 2025-03-01 to \n"
		for form, file := range bureau {
			o := newOffice(t, d)
			out, err := o.loadChart(ctx, o.v, ChartInput{File: file, Add: true})
			if err != nil || out.Positions != 5 || out.Levels != 4 || out.Departments != 2 || len(out.said()) != 0 {
				t.Fatalf("%s: %+v %v", form, out, err)
			}
			list, err := o.positions(ctx, o.v, PositionsInput{})
			if got := drawn(list); err != nil || got != want {
				t.Errorf("%s gives\n%swant\n%s%v", form, got, want, err)
			}
			standings, err := o.Standings(ctx, o.v, o.v.Now)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range list.Positions {
				level := map[string]string{
					"Vera Vink": "top", "Bas Bos": "middle", "Cas Castor": "floor", "Dora Das": "middle",
				}[p.Person.Name]
				if got := standings[p.Person.ID]; string(got.Level) != level || got.Organisation != "Bureau Helder" {
					t.Errorf("%s: %s stands at %+v, want %q", form, p.Person.Name, got, level)
				}
			}
		}
	})
}

// What is wrong in a chart is said with names and lines, and costs nothing else.
func TestChartSaysWhatIsWrong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		o := newOffice(t, d)
		out, err := o.loadChart(ctx, o.v, ChartInput{File: "person,manager,department\n" +
			"Anna Aal,Bram Beer,A\nBram Beer,Carla Cobra,B\nCarla Cobra,Anna Aal,C\n" + // a circle
			"Dirk Das,Bram Beer,D\n" + // below it
			"Els Egel,Els Egel,E\n" + // reports to herself
			"Frits Fazant,Els Egel;Dirk Das,F\n" + // to two
			"Greet Gans,Somebody Unknown,G\n" + // to an unknown
			"Frits Fazant,Dirk Das,F\n"})
		if err != nil {
			t.Fatal(err)
		}
		want := []Rejected{
			{2, "The chart goes round in a circle: Anna Aal (line 2) → Bram Beer (line 3) → Carla Cobra (line 4) → " +
				"Anna Aal (line 2). Who of them reports to whom is left out."},
			{7, "Frits Fazant reports to two: Els Egel, who is kept, and Dirk Das."},
			{8, "Greet Gans is kept without the manager Somebody Unknown: "},
			{9, "Frits Fazant reports to Els Egel on line 7 and to Dirk Das here; the first is kept."},
			{6, "Els Egel reports to nobody but themselves here, and is taken for the top."},
		}
		if !slices.EqualFunc(out.said(), want, func(a, b Rejected) bool {
			return a.Line == b.Line && strings.HasPrefix(a.Reason, b.Reason)
		}) || len(out.Remarks) != 1 || out.ExitCode() != 3 {
			t.Errorf("%+v", out.said())
		}
		list, err := o.positions(ctx, o.v, PositionsInput{})
		since := today(o.v).String()
		if got, want := drawn(list), strings.ReplaceAll("1 Els Egel, E, , under -, of , DAY to \n"+
			"2 Frits Fazant, F, , under Els Egel, of , DAY to \n2 Greet Gans, G, , under -, of , DAY to \n"+
			"0 Anna Aal, A, , under -, of , DAY to \n0 Bram Beer, B, , under -, of , DAY to \n"+
			"0 Carla Cobra, C, , under -, of , DAY to \n0 Dirk Das, D, , under Bram Beer, of , DAY to \n",
			"DAY", since); err != nil || got != want {
			t.Errorf("%s\nwant\n%s%v", got, want, err)
		}
		for _, bad := range []struct {
			in    ChartInput
			words string
		}{
			{ChartInput{File: "person\nAnna Aal\n", Day: "never"}, `"never" is no day.`},
			{ChartInput{File: `{"Resources": [{"userName": "x`}, "is damaged at line 1"},
			{ChartInput{File: `{"Resources": []}`}, "No line of this chart names somebody in your network."},
		} {
			_, err := o.loadChart(ctx, o.v, bad.in)
			optest.Fault(t, err, fault.Invalid, bad.words)
		}
		dated, err := o.loadChart(ctx, o.v, ChartInput{
			File: "person,since,until\nAnna Aal,soon,\nBram Beer,2020,2019\n",
		})
		if err != nil || dated.Positions != 1 || len(dated.Rejected) != 2 || dated.Rejected[0].Reason != `"soon" is no day.` ||
			dated.Rejected[1].Reason != "It ends before it begins." {
			t.Errorf("%+v %v", dated, err)
		}
	})
}

// A later chart ends what is in it no more, and what held before stays known; the order in which charts are loaded does
// not matter, and a chart of another organisation ends nothing.
func TestChartHasTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		charts := []ChartInput{
			{Day: "2024-01-01", Organisation: "Acme", File: "person,manager,title\nAnna Aal,,directeur\n" +
				"Bram Beer,Anna Aal,planner\n" +
				"Carla Cobra,Anna Aal,planner\n"},
			{Day: "2025-01-01", Organisation: "Acme", File: "person,manager,title\nBram Beer,,directeur\n" +
				"Carla Cobra,Bram Beer,planner\n"},
			{Day: "2026-01-01", Organisation: "ACME", File: "person,manager,title,since\nBram Beer,,directeur,\n" +
				"Carla Cobra,Bram Beer,teamleider,2025-07-01\nDirk Das,Carla Cobra,planner,2019\n" +
				"Greet Gans,Carla Cobra,planner,2025-09-01\n"},
			{Day: "2025-06-01", Organisation: "Other", File: "person,manager,title\nEls Egel,,directeur\n"},
		}
		on := func(o *office, asOf string) string {
			t.Helper()
			at, err := time.Parse(time.DateOnly, asOf)
			if err != nil {
				t.Fatal(err)
			}
			list, err := o.positions(ctx, o.v, PositionsInput{AsOf: at})
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, p := range list.Positions {
				name, _, _ := strings.Cut(p.Person.Name, " ")
				out = append(out, fmt.Sprintf("%d %s %s", p.Level, name, p.Title))
			}
			return strings.Join(out, ", ")
		}
		for _, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 0, 3, 2}, {2, 0, 3, 1, 1}} {
			o := newOffice(t, d)
			for _, i := range order {
				if _, err := o.loadChart(ctx, o.v, charts[i]); err != nil {
					t.Fatal(err)
				}
			}
			for _, want := range []struct{ day, is string }{
				{"2023-12-31", ""}, // Dirk was in no chart then, whatever a later one says
				{"2024-01-01", "1 Anna directeur, 2 Bram planner, 2 Carla planner"},
				{"2024-12-31", "1 Anna directeur, 2 Bram planner, 2 Carla planner"},
				{"2025-01-01", "1 Bram directeur, 2 Carla planner"},
				{"2025-06-30", "1 Bram directeur, 1 Els directeur, 2 Carla planner"},
				{"2025-07-01", "1 Bram directeur, 1 Els directeur, 2 Carla teamleider"},
				{"2025-12-31", "1 Bram directeur, 1 Els directeur, 2 Carla teamleider, 3 Greet planner"},
				{"2026-02-01", "1 Bram directeur, 1 Els directeur, 2 Carla teamleider, 3 Dirk planner, " +
					"3 Greet planner"},
			} {
				if got := on(o, want.day); got != want.is {
					t.Errorf("order %v on %s: %q, want %q", order, want.day, got, want.is)
				}
			}
			if list, err := o.positions(ctx, o.v, PositionsInput{}); err != nil || len(list.Days) != 4 {
				t.Errorf("%v %v", list.Days, err)
			}
		}
		o := newOffice(t, d)
		for i, want := range []ChartOutput{{Positions: 3}, {Positions: 2, Ended: 2}} { // Anna is gone, Bram rose
			out, err := o.loadChart(ctx, o.v, charts[i])
			if err != nil || out.Positions != want.Positions || out.Ended != 2*i+i || out.Day != charts[i].Day {
				t.Errorf("chart %d: %+v %v", i, out, err)
			}
		}
		if _, err := o.dropChart(ctx, o.v, op.None{}); err != nil {
			t.Fatal(err)
		}
		if list, err := o.positions(ctx, o.v, PositionsInput{}); err != nil || len(list.Positions)+len(list.Days) != 0 {
			t.Errorf("%+v %v", list, err)
		}
	})
}

// Charts laid over one another in any order are what each day's latest chart says, with nobody in two places at once.
func TestChartsInAnyOrder(t *testing.T) {
	itself := func(person id.ID) id.ID { return person }
	compared := 0
	for seed := range uint64(300) {
		x := rand.New(rand.NewPCG(seed, 5))
		var persons []id.ID
		for range 4 {
			persons = append(persons, id.New())
		}
		charts := make([]loaded, 1+x.IntN(5))
		for i := range charts {
			charts[i] = loaded{day: day(10 * (i + 1))}
			for _, p := range persons {
				if x.IntN(3) > 0 {
					charts[i].lines = append(charts[i].lines,
						position{Person: p, Level: 1, Title: []string{"a", "b", "c"}[x.IntN(3)]})
				}
			}
		}
		var known []position
		var days []chartDay
		for _, i := range x.Perm(len(charts)) {
			known = charts[i].over(known, days, itself)
			days = append(days, chartDay{Day: charts[i].day})
		}
		for on := day(1); on < 70; on++ {
			want := map[id.ID]string{}
			if i := int(on)/10 - 1; i >= 0 {
				for _, l := range charts[min(i, len(charts)-1)].lines {
					want[l.Person] = l.Title
				}
			}
			got := map[id.ID]string{}
			for _, l := range known {
				if l.on(on) {
					if _, twice := got[l.Person]; twice {
						t.Fatalf("seed %d: somebody stands twice on day %d", seed, on)
					}
					got[l.Person] = l.Title
				}
			}
			for _, p := range persons {
				compared++
				if got[p] != want[p] {
					t.Fatalf("seed %d: on day %d %q, want %q", seed, on, got[p], want[p])
				}
			}
		}
		for i, l := range known {
			for _, o := range known[:i] {
				if o.Person == l.Person && cmp.Or(o.Until, 1<<40) == l.Since && o.same(l) {
					t.Errorf("seed %d: two lines that are one: %+v, %+v", seed, o, l)
				}
			}
		}
	}
	if compared < 1000 {
		t.Errorf("only %d were compared", compared)
	}
}
