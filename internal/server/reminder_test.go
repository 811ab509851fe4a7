package server_test

import (
	"testing"

	"gave.network/internal/page/browsertest"
)

// On a phone, in Dutch: to be reminded of something about somebody, see it on Today, and do it; what is no day is said
// beside the field and the words stay.
func TestReminderInABrowser(t *testing.T) {
	h := full(t, 60)
	b := browsertest.New(t, browsertest.Options{Phone: true, Language: "nl"})
	h.enter(b)
	b.Eventually("main h1", "Binnenhalen")
	b.Open(h.url + "/people")
	b.Click("main .row a.t")
	b.Eventually("#remind summary", "Herinner me")
	name := b.Text("main h1")
	b.Click("#remind summary")
	b.Fill("#remind-body", "vraag naar de verhuizing")
	b.Fill("#remind-day", "ooit")
	b.Click("#remind form button")
	b.Eventually("#remind", "Dit is geen dag.")
	if kept := browsertest.Evaluate[string](b, `document.getElementById("remind-body").value`); kept !=
		"vraag naar de verhuizing" {
		t.Errorf("what was typed became %q", kept)
	}
	b.Fill("#remind-day", "vandaag")
	b.Click("#remind form button")
	b.Eventually("#reminders .row", "vraag naar de verhuizing")
	if wide := b.Wide(); wide > 0 {
		t.Errorf("the page is %d pixels wider than the screen", wide)
	}
	browsertest.Evaluate[bool](b, `document.getElementById("reminders").scrollIntoView(), true`)
	b.Screenshot(shots, "reminder-phone")
	b.Open(h.url)
	b.Eventually("#now h2", name+": vraag naar de verhuizing")
	b.Screenshot(shots, "reminder-today-phone")
	b.Click("#now button[data-do=done]")
	b.Eventually("[role=status]", "Goed gedaan.")
	b.Click("[role=status] button")
	b.Eventually("#now h2", name+": vraag naar de verhuizing")
}
