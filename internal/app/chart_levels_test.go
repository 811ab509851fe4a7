package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"gave.network/internal/colleagues"
	"gave.network/internal/intake"
	"gave.network/internal/power"
)

// staffOf is a made-up bureau in the three forms: six directors, eight team leaders, eight receptionists and four of
// whom only who reports to them says that they lead.
func staffOf() map[string]string {
	var table, scim, ldif strings.Builder
	table.WriteString("person,email,manager,department,title,organisation\n")
	add := func(i, manager int, title string) {
		name, mail := fmt.Sprintf("Person%c Staff", 'a'+i), fmt.Sprintf("person%c@bureau.example", 'a'+i)
		above := ""
		if manager >= 0 {
			above = fmt.Sprintf("Person%c Staff", 'a'+manager)
		}
		fmt.Fprintf(&table, "%s,%s,%s,Vorm,%s,Bureau Helder\n", name, mail, above, title)
		fmt.Fprintf(&ldif, "dn: cn=%s,ou=Staff\nobjectClass: inetOrgPerson\ncn: %s\nmail: %s\no: Bureau Helder\n"+
			"department: Vorm\n", name, name, mail)
		enterprise := map[string]any{"department": "Vorm", "organization": "Bureau Helder"}
		if above != "" {
			fmt.Fprintf(&ldif, "manager: CN=%s, OU=staff\n", above)
			enterprise["manager"] = map[string]string{"value": fmt.Sprint(manager)}
		}
		if title != "" {
			fmt.Fprintf(&ldif, "title: %s\n", title)
		}
		ldif.WriteString("\n")
		user, _ := json.Marshal(map[string]any{
			"id": fmt.Sprint(i), "userName": mail, "displayName": name, "title": title, "active": true,
			"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": enterprise,
		})
		scim.Write(append(user, '\n'))
	}
	for i := range 26 {
		switch {
		case i == 0:
			add(i, -1, "directeur")
		case i < 6:
			add(i, 0, "directeur")
		case i < 14:
			add(i, i%6, "teamleider")
		case i < 22:
			add(i, 22+i%4, "receptionist")
		default:
			add(i, i%6, "") // the title says nothing; the chart says that they lead
		}
	}
	return map[string]string{"chart.csv": table.String(), "chart.json": scim.String(), "chart.ldif": ldif.String()}
}

// The same chart in CSV, SCIM and LDIF gives the same levels, loaded as a chart and brought in as a file; and levels
// can be asked for as they were on a day.
func TestLevelsComeFromEveryChart(t *testing.T) {
	ctx := context.Background()
	levels := map[string]power.LevelsOutput{}
	for name, file := range staffOf() {
		for _, way := range []string{"chart", "import"} {
			a, v := openLocal(t)
			call := func(operation string, in any) any {
				t.Helper()
				out, err := a.Operations.Call(ctx, v, operation, in)
				if err != nil {
					t.Fatalf("%s %s: %s: %v", way, name, operation, err)
				}
				return out
			}
			if way == "chart" {
				out := call("colleagues.chart", colleagues.ChartInput{
					File: file, Add: true, Day: "2025-01-01",
				}).(colleagues.ChartOutput)
				if out.Positions != 26 || out.Added != 26 || len(out.Rejected)+len(out.Remarks) > 0 {
					t.Fatalf("%s: %+v", name, out)
				}
			} else {
				path := filepath.Join(t.TempDir(), name)
				if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
					t.Fatal(err)
				}
				if _, err := a.Intake.Import(ctx, v, []string{path}, intake.Options{}); err != nil {
					t.Fatal(err)
				}
			}
			for i := range 26 {
				call("colleagues.observe", colleagues.ObserveInput{
					First:  fmt.Sprintf("person%c@bureau.example", 'a'+i),
					Second: fmt.Sprintf("person%c@bureau.example", 'a'+(i*7+3)%26), Layer: "advice", Certainty: 0.9,
				})
			}
			got := call("power.levels", power.LevelsInput{Threshold: 5}).(power.LevelsOutput)
			got.Linkers = nil // their ids differ
			levels[way+" "+name] = got
			size := map[string]int{}
			for _, g := range got.Mixing[0].Groups {
				size[g.Name] = g.Size
			}
			want := map[string]int{"top": 6, "middle": 12, "floor": 8}
			if way == "import" { // titles alone: of four nothing is known, and the smallest group is put with them
				want = map[string]int{"middle": 8, "floor": 8, "*": 10}
			}
			if !reflect.DeepEqual(size, want) {
				t.Errorf("%s %s: levels of %v, want %v", way, name, size, want)
			}
			if way == "import" {
				continue
			}
			// Later everybody but the directors has left, and on the day before nobody had.
			later := "person,email,title,organisation\n"
			for i := range 6 {
				later += fmt.Sprintf("Person%c Staff,person%c@bureau.example,directeur,Bureau Helder\n", 'a'+i, 'a'+i)
			}
			out := call("colleagues.chart",
				colleagues.ChartInput{File: later, Day: "2025-06-01"}).(colleagues.ChartOutput)
			if out.Positions != 6 || out.Ended < 20 {
				t.Errorf("%s: %+v", name, out)
			}
			for day, known := range map[string]int{"2026-12-01": 6, "2099-01-01": 6} {
				at, err := time.Parse(time.DateOnly, day)
				if err != nil {
					t.Fatal(err)
				}
				now := call("power.levels", power.LevelsInput{Threshold: 5, AsOf: at}).(power.LevelsOutput)
				if n := sizeOf(now, "top"); n != known || sizeOf(now, "middle") != 0 {
					t.Errorf("%s on %s: %+v", name, day, now.Mixing[0].Groups)
				}
			}
			at := time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)
			then := call("power.levels", power.LevelsInput{Threshold: 5, AsOf: at}).(power.LevelsOutput)
			if then.People != 0 || len(then.Mixing) != 3 { // what was observed now had not begun
				t.Errorf("%s: ties before they began: %+v", name, then)
			}
		}
	}
	for _, way := range []string{"chart", "import"} {
		for _, name := range []string{"chart.json", "chart.ldif"} {
			if !reflect.DeepEqual(levels[way+" "+name], levels[way+" chart.csv"]) {
				t.Errorf("%s %s:\n%+v\nas a table:\n%+v", way, name, levels[way+" "+name], levels[way+" chart.csv"])
			}
		}
	}
}

func sizeOf(o power.LevelsOutput, level string) int {
	for _, g := range o.Mixing[0].Groups {
		if g.Name == level {
			return g.Size
		}
	}
	return 0
}
