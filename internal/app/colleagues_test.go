package app_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gave.network/internal/api"
	"gave.network/internal/app"
	"gave.network/internal/colleagues"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/intake"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/realdata"
	"gave.network/internal/tie"
)

// importNetwork imports a data set and returns its table of people.
func importNetwork(
	t *testing.T, name string,
) (*app.App, func(operation string, in any) any, []map[string]string, string) {
	t.Helper()
	dir := filepath.Join(realdata.Dir(t), "networks", name)
	ctx := context.Background()
	a, v := openLocal(t)
	if _, err := a.Intake.Import(ctx, v, []string{dir}, intake.Options{}); err != nil {
		t.Fatal(err)
	}
	call := func(operation string, in any) any {
		t.Helper()
		out, err := a.Operations.Call(ctx, v, operation, in)
		if err != nil {
			t.Fatalf("%s: %v", operation, err)
		}
		return out
	}
	list, err := a.Network.Profiles(ctx, v)
	if err != nil {
		t.Fatal(err)
	}
	prefix := ""
	for _, p := range list {
		if base, ok := strings.CutSuffix(p.Person.Name, " 1"); ok {
			prefix = base + " "
		}
	}
	return a, call, nodes(t, dir), prefix
}

func nodes(t *testing.T, dir string) []map[string]string {
	t.Helper()
	return readTable(t, filepath.Join(dir, "nodes.csv"))
}

// readTable reads a table with a header.
func readTable(t *testing.T, path string) []map[string]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		one := map[string]string{}
		for i, name := range rows[0] {
			one[name] = row[i]
		}
		out = append(out, one)
	}
	return out
}

// Krackhardt's 21 managers (1987), through the importer and the chart: the published counts of arcs, the chart with its
// root, and that the three vice presidents' units are too small to be spoken of one by one.
func TestManagersThroughTheHouse(t *testing.T) {
	_, call, people, prefix := importNetwork(t, "krackhardt-hightech")
	file, err := os.Open(filepath.Join(realdata.Dir(t), "networks", "krackhardt-hightech", "edges.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	manager := map[string]string{}
	for _, row := range rows[1:] {
		if row[2] == "reports_to" {
			manager[row[0]] = row[1]
		}
	}
	var chart strings.Builder
	chart.WriteString("person,manager,department\n")
	for _, p := range people {
		above := ""
		if m := manager[p["id"]]; m != "" {
			above = prefix + m
		}
		fmt.Fprintf(&chart, "%s,%s,department %s\n", prefix+p["id"], above, p["dept"])
	}
	out := call("colleagues.chart", colleagues.ChartInput{File: chart.String()}).(colleagues.ChartOutput)
	if out.Positions != 21 || out.Levels != 3 || len(out.Rejected) > 0 {
		t.Fatalf("%+v", out)
	}
	top := call("colleagues.positions", colleagues.PositionsInput{}).(colleagues.PositionsOutput).Positions[0]
	if top.Person.Name != prefix+"7" || top.Manager != nil { // EXPECTED.json: the root is 7
		t.Errorf("the top of the chart is %+v", top)
	}
	for layer, arcs := range map[string]int{"advice": 190, "friendship": 102} {
		r := call("colleagues.structure",
			colleagues.StructureInput{Layer: layer, Threshold: 5}).(colleagues.StructureOutput)
		if r.Ties != arcs || r.People != 21 || r.Connectedness != 1 {
			t.Errorf("%s: %d ties among %d people, connectedness %g", layer, r.Ties, r.People, r.Connectedness)
		}
		if r.Standing == nil || r.Standing.Rank == nil ||
			!(r.Standing.SameLevel+r.Standing.Up+r.Standing.Down >= 0.999) {
			t.Errorf("%s: no standing beside the chart: %+v", layer, r.Standing)
		}
		for _, g := range r.Groups {
			if g.Size < 5 {
				t.Errorf("a group of %d is spoken of", g.Size)
			}
		}
	}
	// Krackhardt & Hanson's point: advice follows the chart, friendship much less.
	advice := call("colleagues.structure", colleagues.StructureInput{Layer: "advice"}).(colleagues.StructureOutput)
	friendship := call("colleagues.structure",
		colleagues.StructureInput{Layer: "friendship"}).(colleagues.StructureOutput)
	if *advice.Standing.Rank <= *friendship.Standing.Rank {
		t.Errorf("advice stands at %.2f beside the chart, friendship at %.2f", *advice.Standing.Rank,
			*friendship.Standing.Rank)
	}
}

// Lazega's 71 lawyers (2001): the published counts of arcs, and people turn to their own practice more than chance
// would have it.
func TestLawyersThroughTheHouse(t *testing.T) {
	_, call, people, prefix := importNetwork(t, "lazega-lawfirm")
	var chart strings.Builder
	chart.WriteString("person,department,level\n")
	for _, p := range people {
		fmt.Fprintf(&chart, "%s,practice %s,%s\n", prefix+p["id"], p["practice"], p["status"])
	}
	call("colleagues.chart", colleagues.ChartInput{File: chart.String()})
	for layer, arcs := range map[string]int{"advice": 892, "friendship": 575, "cowork": 1104} {
		r := call("colleagues.structure",
			colleagues.StructureInput{Layer: layer, Threshold: 5}).(colleagues.StructureOutput)
		if r.Ties != arcs {
			t.Errorf("%s: %d ties, published %d", layer, r.Ties, arcs)
		}
		if r.EI == nil || *r.EI >= *r.EIExpected {
			t.Errorf("%s: E-I %v beside %v", layer, r.EI, r.EIExpected)
		}
	}
}

// auc is the chance that somebody of the first list has a higher value than somebody of the second, a tie counting
// half.
func auc(yes, no []float64) float64 {
	sum := 0.0
	for _, a := range yes {
		for _, b := range no {
			switch {
			case a > b:
				sum++
			case a == b:
				sum += 0.5
			}
		}
	}
	return sum / float64(len(yes)*len(no))
}

// The strength that Gave derives tells who is close to the owner of a fictional world now, better than the number of
// contacts does: it fades. So does the closeness.
func TestStrengthTellsWhoIsClose(t *testing.T) {
	ctx := context.Background()
	f := importWorld(t, 5, 250, 6)
	closeness := map[string]float64{}
	for _, bond := range f.truth.Ties {
		closeness[bond.Person] = bond.Closeness
	}
	var people []id.ID
	for key := range f.stands {
		people = append(people, key)
	}
	states, err := f.Network.TieStates(ctx, f.v, f.v.Person, people)
	if err != nil {
		t.Fatal(err)
	}
	view, err := f.Network.View(ctx, f.v)
	if err != nil {
		t.Fatal(err)
	}
	me, _ := view.Number(f.v.Person)
	nearness := map[id.ID]float64{}
	for i, x := range view.Closeness(me) {
		nearness[view.IDs[view.Graph.Neighbors(me)[i]]] = x
	}
	var strength, count, near [2][]float64
	for key, state := range states {
		for person := range f.stands[key] {
			if truth, ok := closeness[person]; ok {
				k := 0
				if truth >= 0.4 {
					k = 1
				}
				strength[k] = append(strength[k], tie.Strength(state.IntensityAt(f.v.Now)))
				count[k] = append(count[k], float64(state.Interactions))
				near[k] = append(near[k], nearness[key])
			}
		}
	}
	if len(strength[1]) < 10 || len(strength[0]) < 10 {
		t.Fatalf("%d close and %d others are too few to measure on", len(strength[1]), len(strength[0]))
	}
	byStrength, byCount := auc(strength[1], strength[0]), auc(count[1], count[0])
	byCloseness := auc(near[1], near[0])
	t.Logf("AUC %.3f by strength, %.3f by closeness, %.3f by the number of contacts, on %d close and %d others",
		byStrength, byCloseness, byCount, len(strength[1]), len(strength[0]))
	if !(byStrength >= 0.8) || !(min(byStrength, byCloseness) > byCount) {
		t.Errorf("AUC %.3f by strength, %.3f by closeness, %.3f by the number of contacts", byStrength, byCloseness,
			byCount)
	}
}

// The strength that Gave derives from the messages of 32 researchers tells whom they call a friend (Freeman & Freeman
// 1979), better than the number of messages that they sent them, and as well as the sum of both directions does:
// docs/horizon.md has what is better.
func TestStrengthTellsReportedFriends(t *testing.T) {
	rows := readTable(t, realdata.Path(t, "networks/freeman-eies/edges.csv"))
	d := dbtest.SQLite(t)
	v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Observer", op.Owner)
	persons := map[string]id.ID{}
	for _, r := range rows {
		for _, name := range []string{r["source"], r["target"]} {
			if _, ok := persons[name]; !ok {
				persons[name] = peopletest.Person(t, d, v, "Researcher "+name).ID
			}
		}
	}
	type arc [2]string
	sent, friend := map[arc]int{}, map[arc]bool{}
	var list []tie.Interaction
	for _, r := range rows {
		weight, err := strconv.Atoi(r["weight"])
		if err != nil {
			t.Fatal(err)
		}
		pair := arc{r["source"], r["target"]}
		switch {
		case pair[0] == pair[1]: // twenty wrote to themselves
		case r["layer"] == "messages":
			sent[pair] = weight
			for range weight {
				list = append(list, peopletest.Interaction(v, tie.Message, v.Now.AddDate(0, -1, 0),
					persons[pair[0]], persons[pair[1]]))
			}
		case r["layer"] == "acquaintance_t2":
			friend[pair] = weight >= 3
		}
	}
	peopletest.Record(t, d, v, list...)
	store := people.NewStore(d)
	var strength, count [2][]float64
	for from, key := range persons {
		states, err := store.TieStates(context.Background(), v, key, slices.Collect(maps.Values(persons)))
		if err != nil {
			t.Fatal(err)
		}
		for to, other := range persons {
			if from == to {
				continue
			}
			k := 0
			if friend[arc{from, to}] {
				k = 1
			}
			// Strengths of so many messages all come near 1: the intensity has the same order and keeps the
			// differences.
			strength[k] = append(strength[k], states[other].IntensityAt(v.Now))
			count[k] = append(count[k], float64(sent[arc{from, to}]))
		}
	}
	byStrength, byCount := auc(strength[1], strength[0]), auc(count[1], count[0])
	t.Logf("AUC %.3f by strength, %.3f by the number of messages sent, on %d friends and %d others", byStrength,
		byCount, len(strength[1]), len(strength[0]))
	if len(strength[1]) != 204 || !(byStrength >= 0.7) || byStrength <= byCount {
		t.Errorf("AUC %.3f by strength, %.3f by messages, %d friends", byStrength, byCount, len(strength[1]))
	}
}

// Nothing in the API is a balance between two people: giving is not a loan.
func TestNoBalanceInTheAPI(t *testing.T) {
	recorder := httptest.NewRecorder()
	handler := api.Handler(app.Registry(),
		func(*http.Request) (op.Viewer, error) { return op.Viewer{}, nil }, api.Info{})
	handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/api/v1/openapi.json", nil))
	document := recorder.Body.String()
	if recorder.Code != http.StatusOK || !strings.Contains(document, "give.log") {
		t.Fatalf("no description: %d", recorder.Code)
	}
	for _, word := range []string{
		"balance", "debt", "credit_with", "owes", "owed", "leaderboard", "ranking_of_people",
	} {
		if regexp.MustCompile(`(?i)\b` + word + `\b`).MatchString(document) {
			t.Errorf("the description of the API speaks of %q", word)
		}
	}
}

// What a table of nodes says that people can becomes tags, so that they are found by it; codes do not.
func TestSkillsOfATableOfNodes(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	for name, body := range map[string]string{
		"nodes.csv": "Id,Label,Skill,Sector,Status\n1,Anna Aal,typography; printing,creative,2\n2,Bram Beer,,7,1\n",
		"edges.csv": "Source,Target\n1,2\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a, v := openLocal(t)
	if _, err := a.Intake.Import(ctx, v, []string{dir}, intake.Options{}); err != nil {
		t.Fatal(err)
	}
	for item, want := range map[string]int{"typography": 1, "printing": 1, "creative": 1, "7": 0} {
		holders, err := a.Network.Holders(ctx, v, item)
		if err != nil || len(holders) != want {
			t.Errorf("%s: %d holders, %v, want %d", item, len(holders), err, want)
		}
	}
}
