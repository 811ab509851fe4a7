package server_test

import (
	"os"
	"path/filepath"
	"testing"

	"gave.network/internal/page/browsertest"
)

// colleaguePages is where screenshots of the room go; nowhere unless somebody wants to look.
var colleaguePages = os.Getenv("GAVE_COLLEAGUES_SCREENSHOTS")

// Somebody asks for a team, loads a chart, sees how the organisation runs, and asks whom to talk to; without scripts,
// in Dutch, on a phone.
func TestColleaguesInDutchOnAPhone(t *testing.T) {
	h := open(t, 150)
	h.fill(t)
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
	first := b.Text("main section ul.rows li a.t")
	b.Open(h.url + "/colleagues/proposal")
	b.Fill("#f-file", first+", 1, tegen\nIemand Anders, 1, voor\nNog Iemand, 1, ?")
	tap(b, "form[action='/colleagues/proposal'] button.primary")
	// Two of the world have that name: nothing is answered before it is clear who is meant.
	b.Eventually("main fieldset", "Wie is "+first+"?")
	tap(b, "main fieldset label:first-of-type input")
	tap(b, "form[action='/colleagues/proposal'] button.primary")
	b.Eventually("main .answer", "haalt")
	b.Eventually("main", "Verwachte steun")
	b.Eventually("main details.fold summary", "3 mensen beslissen")
	b.Screenshot(colleaguePages, "proposal-phone")
	b.Open(h.url + "/colleagues/chart")
	b.Upload("#f-chart", filepath.Join(h.files, "organisatie-bureau-helder.csv"))
	tap(b, "form[action^='/colleagues/chart'] button")
	b.Eventually("main .answer", "posities")
	b.Open(h.url + "/colleagues/report")
	tap(b, "form:has(#f-organisation) button.primary")
	b.Eventually("main details.fold summary", "de mensen van je schema")
	b.Eventually("main", "mensen")
	b.Screenshot(colleaguePages, "structure-phone")
	if wide := b.Wide(); wide > 0 {
		t.Errorf("the page is %d pixels wider than the screen", wide)
	}
	b.Open(h.url + "/colleagues/team")
	b.Fill("#f-skills", "zweefvliegen boven de pool")
	tap(b, "form:has(#f-skills) button.primary")
	b.Eventually("main", "Niemand van wie je weet heeft een van deze vaardigheden.")
}
