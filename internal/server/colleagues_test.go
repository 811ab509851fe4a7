package server_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/page/browsertest"
)

// colleaguePages is where screenshots of the room go; nowhere unless somebody wants to look.
var colleaguePages = os.Getenv("GAVE_COLLEAGUES_SCREENSHOTS")

// chart is the chart of the owner's organisation, with departments of so many people that they may be spoken of.
func (h house) chart(t *testing.T) string {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(h.files, "organisatie-bureau-helder.csv"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer(
		",Communicatie,", ",Communicatie en redactie,", ",Redactie,", ",Communicatie en redactie,", ",Ontwerp,",
		",Ontwerp en digitaal,", ",Digitaal,", ",Ontwerp en digitaal,", ",Strategie,", ",Personeel,",
	).Replace(string(file))
}

// Somebody asks for a team, loads a chart, sees how the organisation runs, and asks whom to talk to; without scripts,
// in Dutch, on a phone.
func TestColleaguesInDutchOnAPhone(t *testing.T) {
	t.Parallel()
	h := full(t, 150)
	b := browsertest.New(t, browsertest.Options{Phone: true, NoScripts: true, Language: "nl"})
	h.enter(b)
	b.Open(h.url + "/settings")
	b.Choose("#language", "Nederlands")
	tap(b, "form.fields button.primary")
	b.Open(h.url + "/colleagues")
	b.Eventually("main h1", "Collega's")
	b.Screenshot(colleaguePages, "colleagues-phone")
	tap(b, "main a[href='/colleagues/team']")
	b.Fill("#f-skills", "schrijven, fotografie")
	b.Fill("#f-size", "3")
	tap(b, "form:has(#f-skills) button.primary")
	b.Eventually("main .answer", "Samen het best:")
	b.Eventually("main details.fold summary", "Team van 3 met schrijven, fotografie")
	b.Eventually("main", "Team 1")
	b.Screenshot(colleaguePages, "team-phone")
	first, err := db.Value[string](t.Context(), h.app.DB, `select name from person where merged = $1 group by name
		having count(*) > 1 order by name limit 1`, id.Zero)
	if err != nil {
		t.Fatal(err)
	}
	b.Open(h.url + "/colleagues/proposal")
	b.Fill("#f-file", first+", 1, tegen\nIemand Anders, 1, voor\nNog Iemand, 1, ?")
	tap(b, "form[action='/colleagues/proposal'] button.primary")
	// Two of the world have that name: nothing is answered before it is clear who is meant.
	b.Eventually("main fieldset", "Wie is "+first+"?")
	tap(b, "main fieldset label:first-of-type input")
	tap(b, "form[action='/colleagues/proposal'] button.primary")
	b.Eventually("main .answer", "haalt")
	b.Eventually("main details.fold summary", "3 mensen beslissen")
	tap(b, "main details.why summary")
	b.Eventually("main details.why", "Verwachte steun")
	b.Eventually("main details.why table", "Iemand Anders")
	b.Screenshot(colleaguePages, "proposal-phone")
	// One who is in favour does not vote: the same question, who was meant kept, and how it was before.
	tap(b, "#without-3")
	tap(b, "form[data-reckon] button")
	b.Eventually("main .note", "Stel: Iemand Anders: stemt niet mee. Zonder gesprekken haalt het het dan")
	b.Screenshot(colleaguePages, "whatif-phone")
	if wide := b.Wide(); wide > 0 {
		t.Errorf("the page is %d pixels wider than the screen", wide)
	}
	tap(b, "form[data-reckon] button[value=reset]")
	b.Eventually("main details.fold summary", "3 mensen beslissen")
	if said := b.Text("main"); strings.Contains(said, "Iemand Anders: stemt niet mee") {
		t.Errorf("what was supposed stays: %s", said)
	}
	chart := filepath.Join(t.TempDir(), "chart.csv")
	if err := os.WriteFile(chart, []byte(h.chart(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	b.Open(h.url + "/colleagues/chart")
	b.Upload("#f-chart", chart)
	tap(b, "form[action^='/colleagues/chart'] button")
	b.Eventually("main .answer", "posities")
	b.Open(h.url + "/colleagues/report")
	b.Eventually("main details.fold summary", "de mensen van je schema")
	b.Eventually("main", "mensen")
	b.Eventually("main", "Van elke 100 mensen")
	b.Eventually("main table.heat th[scope=row]", "1")
	b.Screenshot(colleaguePages, "structure-phone")
	if wide := b.Wide(); wide > 0 {
		t.Errorf("the page is %d pixels wider than the screen", wide)
	}
	b.Open(h.url + "/colleagues/team")
	b.Fill("#f-skills", "zweefvliegen boven de pool")
	tap(b, "form:has(#f-skills) button.primary")
	b.Eventually("main", "Niemand van wie je weet heeft een van deze vaardigheden.")
}

// With scripts the answer follows what is moved: the page stays where it is, and the keyboard on what it moved.
func TestWhatIfFollowsASlider(t *testing.T) {
	h := open(t, 20)
	b := browsertest.New(t, browsertest.Options{})
	h.enter(b)
	b.Open(h.url + "/colleagues/proposal")
	b.Fill("#f-title", "An open door")
	b.Fill("#f-file", "Jip Ander, 2, against\nJanneke Ander, 1, for\nTakkie Ander, 1, ?")
	b.Click("form[action='/colleagues/proposal'] button.primary")
	b.Eventually("main details.fold summary", "An open door: 3 people decide")
	b.Screenshot(colleaguePages, "proposal-desktop")
	// What may turn out otherwise is tried with one tap, and put back with another.
	b.Click("button[name=try][value='without-2=yes']")
	b.Eventually("main .note", "Suppose Jip Ander: does not vote. Before any talk it then carries")
	b.Click("form[data-reckon] button[value=reset]")
	b.Eventually("main details.fold summary", "An open door: 3 people decide; it needs 75 %")
	browsertest.Evaluate[bool](b, `(() => { const s = document.getElementById("f-stands-2"); s.focus(); s.value = 100;
		return s.dispatchEvent(new Event("change", { bubbles: true })); })()`)
	b.Eventually("main .note", "Suppose Jip Ander: in favour. Before any talk it then carries")
	if on := browsertest.Evaluate[string](b, "document.activeElement.id"); on != "f-stands-2" {
		t.Errorf("the keyboard is on %q", on)
	}
	if at := browsertest.Evaluate[string](b, `document.getElementById("f-stands-2").value`); at != "100" {
		t.Errorf("the slider stands at %s", at)
	}
	b.Screenshot(colleaguePages, "whatif-desktop")
}

// A report goes onto A4 in a few sheets, black on white also where the page is dark, without rail, bar and acts, with
// its address at the foot.
func TestTheReportOnPaper(t *testing.T) {
	h := full(t, 150)
	b := browsertest.New(t, browsertest.Options{Dark: true, Language: "nl"})
	h.enter(b)
	chart := filepath.Join(t.TempDir(), "chart.csv")
	if err := os.WriteFile(chart, []byte(h.chart(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	b.Open(h.url + "/colleagues/chart?lang=nl")
	b.Upload("#f-chart", chart)
	b.Click("form[action^='/colleagues/chart'] button")
	b.Eventually("main .answer", "posities")
	b.Open(h.url + "/colleagues/report?organisation=&lang=nl")
	b.Eventually("main .segs", "Momenten")
	b.Screenshot(colleaguePages, "report-desktop")
	b.Open(h.url + "/colleagues/report/moments?organisation=&lang=nl")
	b.Screenshot(colleaguePages, "moments-desktop")
	b.Open(h.url + "/colleagues/report?organisation=&lang=nl")
	paper := string(b.Print(colleaguePages, "report"))
	if sheets := strings.Count(paper, "/Type /Page\n"); sheets < 1 || sheets > 3 {
		t.Errorf("the report takes %d sheets", sheets)
	}
	if !strings.Contains(paper, "/MediaBox [0 0 594.95996 841.91998]") {
		t.Error("the sheets are not A4")
	}
	b.OnPaper()
	for _, selector := range []string{".rail", ".bar", "main .segs", "main [data-print]", "main form", "footer"} {
		shown := `[...document.querySelectorAll("` + selector + `")].some((e) => e.checkVisibility())`
		if browsertest.Evaluate[bool](b, shown) {
			t.Errorf("%s is printed", selector)
		}
	}
	if colours := browsertest.Evaluate[string](b, `getComputedStyle(document.querySelector("main .answer")).color
		+ getComputedStyle(document.body).backgroundColor`); colours != "rgb(0, 0, 0)rgb(255, 255, 255)" {
		t.Errorf("the colours on paper: %s", colours)
	}
	b.Eventually("main .on-paper", "/colleagues/report?")
	b.Screenshot(colleaguePages, "report-paper")
}
