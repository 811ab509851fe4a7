package server_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gave.network/internal/app"
	"gave.network/internal/colleagues"
	"gave.network/internal/intake"
	"gave.network/internal/locale"
	"gave.network/internal/page/browsertest"
)

// company serves the network of an organisation of sixty, as its table of people, its table of ties on four layers and
// its chart bring it in. Nobody in it was ever in contact with anybody, as far as is known: all is stated.
func company(t *testing.T) house {
	t.Helper()
	dir, ctx := t.TempDir(), t.Context()
	a, err := app.Open(ctx, app.Config{Data: filepath.Join(dir, "data")})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	owner, err := a.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	files := []string{"testdata/company/company_nodes.csv", "testdata/company/company_edges.csv"}
	if _, err := a.Intake.Import(ctx, owner, files, intake.Options{Me: []string{"p5@acme.example"}}); err != nil {
		t.Fatal(err)
	}
	if owner, err = a.Account.Local(ctx, locale.English); err != nil {
		t.Fatal(err)
	}
	chart, err := os.ReadFile("testdata/company/company_chart.csv")
	if err != nil {
		t.Fatal(err)
	}
	in := colleagues.ChartInput{File: string(chart)}
	if _, err := a.Operations.Call(ctx, owner, "colleagues.chart", in); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return serve(t, dir, nil)
}

// A network that is only stated answers in every room: ways, a goal, a group, teams, levels, the report and the map.
func TestCompanyOfSixty(t *testing.T) {
	h := company(t)
	b := browsertest.New(t, browsertest.Options{})
	h.enter(b)
	for _, one := range []struct{ name, path, part, says string }{
		{"way", "/net/way?to=Person+60", "main", "can bring you to Person 60."},
		{"way-to-skill", "/net/way?to=law", "main", "law"},
		{"way-to-organisation", "/net/way?to=Acme", "main", "Acme"},
		{"next", "/horizon", "main", "Get to know"},
		{"together", "/power/together?need=translation&need=python&need=law", "main", "Together they have it"},
		{"joint", "/power/joint?people=Person+10,Person+31&need=translation,law", "main", "translation"},
		{"levels", "/power/levels", "main", "By level, like keeps to like."},
		{"team", "/colleagues/team?skills=translation&skills=python&skills=law", "main", "Best together: "},
		{"report", "/colleagues/report", "main", "Communication and IT have less to do with each other"},
		{"map", "/net", ".net-side", "Communication"},
	} {
		b.Open(h.url + one.path)
		b.Eventually(one.part, one.says)
		b.Screenshot(shots, "company-"+one.name)
		if text := b.Text("main"); strings.Contains(text, "You have no ties yet") {
			t.Errorf("%s: there are ties", one.path)
		}
	}
	// The circles of the map are called after the departments, which set them apart in an organisation.
	circles := b.Text(".net-side")
	for _, department := range []string{"Planning", "Communication", "Design", "IT"} {
		if !strings.Contains(circles, department) {
			t.Errorf("no circle is called %s: %s", department, circles)
		}
	}
	b.Open(h.url + "/power")
	b.Fill("#f-title", "A new magazine")
	b.Fill("#f-items", "knowledge: copywriting\nknowledge: photography\nknowledge: law")
	b.Click("main form .primary, main form button")
	b.Eventually("main h1", "A new magazine")
	b.Eventually("main", "Next step")
	b.Screenshot(shots, "company-goal")
	if at := b.Address(); !strings.Contains(at, "/power/goals/") {
		t.Errorf("the goal is at %s", at)
	}
}
