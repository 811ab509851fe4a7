package colleagues

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/graph"
	"gave.network/graph/graphio"
	"gave.network/internal/colleagues/release"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/op/optest"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// firm is a space with others: its owner, and members who said with whom they work.
type firm struct {
	*Service
	d       *db.DB
	owner   op.Viewer
	members []op.Viewer
	group   []string
}

// others is the company of a space with others.
type others struct{ names map[id.ID]string }

func (others) Others(context.Context, op.Viewer) (bool, error) { return true, nil }

func (o others) Names(context.Context, op.Viewer) (map[id.ID]string, error) { return o.names, nil }

// newFirm makes a firm of so many people in three departments on two levels; each names the next few on two layers.
func newFirm(t *testing.T, d *db.DB, n int) *firm {
	t.Helper()
	ctx := context.Background()
	space := peopletest.Space(t, d)
	store := people.NewStore(d)
	f := &firm{Service: NewService(d, store), d: d, owner: peopletest.Viewer(t, d, space, "Olga Owner", op.Owner)}
	names := map[id.ID]string{f.owner.Member: "Olga Owner"}
	f.InCompany(others{names})
	chart := &loaded{day: today(f.owner)}
	for i := range n {
		v := peopletest.Viewer(t, d, space, fmt.Sprintf("Member %02d", i), op.Member)
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, `update person set visibility = 1 where id = $1`, v.Person)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		f.members, f.group = append(f.members, v), append(f.group, []string{"North", "South", "East"}[i%3])
		names[v.Member] = fmt.Sprintf("Member %02d", i)
		chart.lines = append(chart.lines, position{Person: v.Person, Department: f.group[i], Level: 1 + i%2})
	}
	for i := range f.members {
		for k := 1; k <= 4; k++ {
			f.says(t, i, (i+k)%n, []string{"advice", "lunch"}[k%2])
		}
	}
	if err := f.keepChart(ctx, f.owner, chart, func(person id.ID) id.ID { return person }); err != nil {
		t.Fatal(err)
	}
	if out, err := f.fixGroups(ctx, f.owner, op.None{}); err != nil || out.People != n {
		t.Fatal(out, err)
	}
	return f
}

// says notes that a member says that they turn to another.
func (f *firm) says(t *testing.T, from, to int, layer string) {
	t.Helper()
	ctx := context.Background()
	v := f.members[from]
	if err := f.d.Write(ctx, func(tx *db.Tx) error {
		_, err := tie.AddStatements(ctx, tx, v.Space, []tie.Statement{{
			ID: id.New(), Owner: v.Member, Visibility: scope.Private, Layer: layer, Sign: 1, Weight: 1,
			SourcePerson: v.Person, TargetPerson: f.members[to].Person, Directed: true, Time: v.Now.UnixMicro(),
			Source: "stated", External: id.New(),
		}})
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// joins lets the first so many members take part.
func (f *firm) joins(t *testing.T, n int) {
	t.Helper()
	for _, v := range f.members[:n] {
		if out, err := f.takePart(context.Background(), v, TakePartInput{Part: "yes"}); err != nil || !out.Part {
			t.Fatal(out, err)
		}
	}
}

func (f *firm) turnsOn(t *testing.T) {
	t.Helper()
	if _, err := f.rule(context.Background(), f.owner, RuleInput{Reports: "on"}); err != nil {
		t.Fatal(err)
	}
}

// A report is off until an owner turns it on, needs people who take part, holds for four weeks, and is the same for
// all; who looked is told to every member.
func TestAReportOfThoseWhoTakePart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		f := newFirm(t, d, 36)
		_, err := f.publish(ctx, f.owner, op.None{})
		optest.Fault(t, err, fault.NotFound, "There are no reports in this space.")
		_, err = f.report(ctx, f.members[0], ReportInput{})
		optest.Fault(t, err, fault.NotFound, "There are no reports in this space.")
		f.turnsOn(t)
		_, err = f.report(ctx, f.members[0], ReportInput{})
		optest.Fault(t, err, fault.NotFound, "No report was made yet.")
		f.joins(t, 7)
		_, err = f.publish(ctx, f.owner, op.None{})
		optest.Fault(t, err, fault.Invalid, "Too few people take part: a report needs 8.")
		f.joins(t, 33)
		made, err := f.publish(ctx, f.owner, op.None{})
		if err != nil {
			t.Fatal(err)
		}
		if n := made.Figures.People; n != 32 && n != 36 || made.Figures.Exact || len(made.Figures.Departments) != 3 ||
			len(made.Figures.Layers) != 2 || len(made.Figures.Levels) != 2 {
			t.Errorf("%+v", made.Figures)
		}
		// Whoever joins, leaves or says something moves nothing of it, for anybody, in any form.
		want, _ := json.Marshal(made.Figures)
		f.joins(t, 36)
		f.says(t, 0, 20, "advice")
		if _, err := f.takePart(ctx, f.members[3], TakePartInput{Part: "no"}); err != nil {
			t.Fatal(err)
		}
		for _, v := range []op.Viewer{f.owner, f.members[0], f.members[35]} {
			out, err := f.report(ctx, v, ReportInput{})
			if got, _ := json.Marshal(out.Figures); err != nil || !bytes.Equal(got, want) {
				t.Errorf("the report changed: %s, %v", got, err)
			}
		}
		later := f.owner
		later.Now = later.Now.Add(27 * 24 * time.Hour)
		_, err = f.publish(ctx, later, op.None{})
		optest.Fault(t, err, fault.Conflict, "The last report holds until")
		// Who took it back is not in the next, which may be made for that alone, but not twice.
		later.Now = later.Now.Add(48 * time.Hour)
		if _, err := f.publish(ctx, later, op.None{}); err != nil {
			t.Fatal(err)
		}
		later.Now = later.Now.Add(betweenReports)
		_, err = f.publish(ctx, later, op.None{})
		optest.Fault(t, err, fault.Conflict, "Too little has changed since the last report")
		out, err := f.report(ctx, later, ReportInput{})
		if err != nil || len(out.Change) != 2 || out.Change[0].Outside == nil {
			t.Errorf("%+v, %v", out.Change, err)
		}
		// Who looks back sees the report of then, and none before the first; the trail says who looked.
		day := f.owner.Now.Truncate(24 * time.Hour)
		then, err := f.report(ctx, later, ReportInput{AsOf: day})
		if err != nil || !then.At.Before(out.At) || len(then.Change) != 1 {
			t.Errorf("the report of then: of %v, changed %+v, %v; the newest of %v", then.At, then.Change, err, out.At)
		}
		_, err = f.report(ctx, later, ReportInput{AsOf: day.AddDate(0, 0, -1)})
		optest.Fault(t, err, fault.NotFound, "No report had been made by that day.")
		seen, err := f.readers(ctx, f.members[5], op.None{})
		if err != nil || len(seen.Readers) < 4 ||
			!slices.ContainsFunc(seen.Readers, func(r Reader) bool {
				return r.Name == "Member 35" && r.Form == "api"
			}) {
			t.Errorf("who looked: %+v, %v", seen, err)
		}
		// Reports and who saw them go after the months that are set.
		if _, err := f.rule(ctx, f.owner, RuleInput{Months: 1}); err != nil {
			t.Fatal(err)
		}
		later.Now = later.Now.AddDate(0, 6, 0)
		for i := range f.members {
			f.members[i].Now = later.Now
		}
		f.joins(t, 36)
		if _, err := f.publish(ctx, later, op.None{}); err != nil {
			t.Fatal(err)
		}
		if list, err := f.releases(ctx, d, later); err != nil || len(list) != 1 {
			t.Errorf("%d reports are kept, %v", len(list), err)
		}
		if seen, err := f.readers(ctx, f.members[5], op.None{}); err != nil || len(seen.Readers) != 1 {
			t.Errorf("%+v, %v", seen, err)
		}
	})
}

// Where there are others, nobody chooses whom figures are of: not by tag, organisation, layer, threshold or moment.
func TestNobodyChoosesTheGroups(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := context.Background()
	f := newFirm(t, d, 24)
	f.turnsOn(t)
	f.joins(t, 24)
	if _, err := f.publish(ctx, f.owner, op.None{}); err != nil {
		t.Fatal(err)
	}
	x := rand.New(rand.NewPCG(1, 41))
	refused := 0
	for range 300 {
		v := append(f.members, f.owner)[x.IntN(25)]
		of := []string{"", "North", "a tag", "Bureau", v.Person.String()}[x.IntN(5)]
		layer := []string{"", "advice", "lunch"}[x.IntN(3)]
		threshold := []int{0, 5, 8, 12}[x.IntN(4)]
		_, err := f.structure(ctx, v, StructureInput{Organisation: of, Layer: layer, Threshold: threshold})
		optest.Fault(t, err, fault.Forbidden, "In a space with others there are figures of its fixed groups alone.")
		_, err = f.moments(ctx, v, MomentsInput{of, layer, threshold})
		optest.Fault(t, err, fault.Forbidden, "In a space with others there are figures of its fixed groups alone.")
		if of != "" {
			_, err = f.report(ctx, v, ReportInput{Organisation: of})
			optest.Fault(t, err, fault.Forbidden, "In a space with others there are figures of its fixed groups alone.")
			refused++
		}
	}
	if refused < 100 {
		t.Errorf("%d refused", refused)
	}
	// Alone, the same questions are of one's own notes; with reports on they are not.
	f.InCompany(alone{})
	_, err := f.structure(ctx, f.owner, StructureInput{})
	optest.Fault(t, err, fault.Forbidden, "In a space with others")
	if _, err := f.rule(ctx, f.owner, RuleInput{Reports: "off"}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.structure(ctx, f.owner, StructureInput{}); err != nil {
		t.Error(err)
	}
	if out, err := f.report(ctx, f.owner, ReportInput{}); err != nil || !out.Figures.Exact {
		t.Errorf("%+v, %v", out, err)
	}
	_, err = f.rule(ctx, f.owner, RuleInput{Threshold: 4})
	optest.Fault(t, err, fault.Invalid, "A group needs at least 5 people.")
}

// Contact from mail and calendars, what somebody observed, what others say of one, and who does not take part are in no
// report, and nobody is named in it who did not ask for it.
func TestOnlyWhatPeopleSaidThemselves(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := context.Background()
	f := newFirm(t, d, 30)
	f.turnsOn(t)
	f.joins(t, 29)
	before, err := f.taking(ctx, f.owner, time.Time{})
	if err != nil || before.sample.N != 29 {
		t.Fatal(before, err)
	}
	v := f.members[1]
	shared := peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -3), v.Person, f.members[15].Person)
	shared.Visibility = scope.Space
	peopletest.Record(t, d, v, shared)
	if err := f.Observe(ctx, v, v.Person.String(), f.members[16].Person.String(), "advice", 1); err != nil {
		t.Fatal(err)
	}
	if err := d.Write(ctx, func(tx *db.Tx) error { // the owner says something of two others
		_, err := tie.AddStatements(ctx, tx, v.Space, []tie.Statement{{
			ID: id.New(), Owner: f.owner.Member, Layer: "advice", Sign: 1, Weight: 1, SourcePerson: v.Person,
			TargetPerson: f.members[17].Person, Directed: true, Time: 1, Source: "stated", External: id.New(),
		}})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	after, err := f.taking(ctx, f.owner, time.Time{})
	if err != nil || fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("a report counts what nobody said of themselves: %v, %v", after, err)
	}
	for _, layer := range after.sample.Layers {
		for _, e := range layer.Ties {
			if int(max(e.From, e.To)) >= 29 {
				t.Errorf("%v is of somebody who does not take part", e)
			}
		}
	}
	if _, err := f.takePart(ctx, f.members[4], TakePartInput{Part: "yes", Meet: true, Offers: true}); err != nil {
		t.Fatal(err)
	}
	out, err := f.publish(ctx, f.owner, op.None{})
	if err != nil || len(out.Meet) != 1 || len(out.Offers) != 1 || len(out.Cover) > 0 {
		t.Fatalf("%+v, %v", out, err)
	}
	all, _ := json.Marshal(out)
	if n := strings.Count(string(all), "Member "); n != 2 {
		t.Errorf("%d names: %s", n, all)
	}
}

// The files of a report hold the figures of groups and nothing else, and other programs read them.
func TestReportFiles(t *testing.T) {
	x := rand.New(rand.NewPCG(1, 42))
	s := release.Sample{N: 60}
	layer := release.Layer{Name: "advice"}
	for v := range 60 {
		s.Group, s.Level = append(s.Group, []string{"=North", "South", "East <&>"}[v%3]), append(s.Level, 1+v%2)
		for range 5 {
			if u := x.IntN(60); u != v && u%3 != (v+1)%3 {
				layer.Ties = append(layer.Ties, graph.Edge{From: uint32(v), To: uint32(u)})
			}
		}
	}
	s.Layers = []release.Layer{layer}
	f, err := release.Of(context.Background(), s, release.Options{Draw: x.IntN})
	if err != nil {
		t.Fatal(err)
	}
	file := func(form string) string {
		var b bytes.Buffer
		if err := writeData(&b, f, form, "advice", "Who & whom"); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	lines := strings.Split(strings.TrimSpace(file("csv")), "\n")
	if len(lines) != 1+2*(9+4) || !strings.HasPrefix(lines[1], ",department,'=North,'=North,") ||
		!strings.Contains(strings.Join(lines, "\n"), ",<4") {
		t.Errorf("csv: %q", lines)
	}
	for _, form := range []string{"graphml", "gexf"} {
		read := graphio.ReadGraphML
		if form == "gexf" {
			read = graphio.ReadGEXF
		}
		n, err := read(context.Background(), strings.NewReader(file(form)), graphio.ReadOptions{}, graph.Options{})
		if err != nil || n.Graph.N() != 3 || n.Graph.M() != 3 || n.Rejected > 0 {
			t.Errorf("%s: %v, %v", form, n, err)
		}
	}
	svg := file("svg")
	if strings.Count(svg, "<rect ") != 1+9 || strings.Count(svg, "url(#few)") != 3 ||
		!strings.Contains(svg, "East &lt;&amp;&gt;") || !strings.Contains(svg, "<title>Who &amp; whom</title>") {
		t.Errorf("svg: %s", svg)
	}
}

// What is found follows from the table alone.
func TestFindingsByHand(t *testing.T) {
	n := func(x int) *int { return &x }
	f := &release.Figures{People: 100, Base: release.Base, Departments: []release.Group{
		{Name: "Board", People: 20},
		{Name: "Planning", People: 20},
		{Name: "Policy", People: 20},
		{Name: "Shop", People: 20},
	}, Layers: []release.Contact{{}}}
	f.Together.Departments = [][]*int{
		{n(8), n(12), n(4), n(0)}, {n(16), n(8), n(12), n(16)}, {n(4), n(12), n(8), n(0)}, {n(0), n(4), n(0), n(20)},
	}
	var got []string
	for _, x := range findings(f) {
		got = append(got, fmt.Sprintf("%s %s %s %.2f", x.Kind, x.Group, x.Other, x.Share))
	}
	want := []string{
		"carries Planning  0.90", "apart Board Shop 0.00", "apart Policy Shop 0.00", "thin Board Policy 0.20",
		"inward Shop  0.20",
	}
	if !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	if got := said(op.Viewer{}.Printer(), f, findings(f)); len(got) != 2 ||
		got[0] != "Board and Shop hardly have to do with each other." || got[1] != "Much runs through Planning." {
		t.Errorf("%q", got)
	}
}

// A report is made of each survey that closed, once; where somebody takes their answers back, the next is without them.
func TestReportsOfSurveys(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := context.Background()
	h := hold(t, d, 40, nil)
	h.round(t, 36)
	h.close(t)
	if _, err := h.rule(ctx, h.v, RuleInput{Reports: "on"}); err != nil {
		t.Fatal(err)
	}
	out, err := h.publish(ctx, h.v, op.None{})
	if err != nil {
		t.Fatal(err)
	}
	f := out.Figures
	if out.Survey != "How we <work>" || out.Asked != 40 || f.People < 32 || f.People > 40 || len(f.Layers) != 2 {
		t.Errorf("%+v", out)
	}
	// Departments of ten, ten and ten, and six that go with the smallest of the others.
	if len(f.Departments) != 3 || f.Departments[0].Name != release.Rest || *f.Together.Departments[1][1] < 4 {
		t.Errorf("departments %+v", f.Departments)
	}
	later := h.v
	later.Now = later.Now.Add(betweenReports + time.Hour)
	_, err = h.publish(ctx, later, op.None{})
	optest.Fault(t, err, fault.Conflict, "Too little has changed since the last report")
	h.guest.Post(t, h.link(3), url.Values{"act": {"withdraw"}}, 303)
	if out, err = h.publish(ctx, later, op.None{}); err != nil {
		t.Fatal(err)
	}
	list, err := h.releases(ctx, d, later)
	if err != nil || len(list) != 1 || list[0].Counted != 35 || len(out.Change) != 1 {
		t.Errorf("%d reports, of %d people, %v", len(list), list[0].Counted, err)
	}
}
