package server_test

import (
	"strings"
	"testing"

	"gave.network/internal/page/browsertest"
)

// A new user, without reading anything, makes one move in each of the seven rooms: on a phone in Dutch, and on a
// desktop in English.
func TestOneMoveInEachRoom(t *testing.T) {
	t.Parallel()
	h := full(t, 150)
	for _, device := range []struct {
		name     string
		o        browsertest.Options
		language string
		says     map[string]string
	}{
		{"phone", browsertest.Options{Phone: true, Language: "nl"}, "Nederlands", map[string]string{
			"give": "niet verklaard", "goodwill": "heeft", "team": "Team 1", "way": "Een verzoek komt",
			"goal": "Je bereikt", "hours": "open",
		}},
		{"desktop", browsertest.Options{}, "English", map[string]string{
			"give": "not explained", "goodwill": "needs", "team": "Team 1", "way": "A request comes through",
			"goal": "You reach", "hours": "open",
		}},
	} {
		b := browsertest.New(t, device.o)
		if device.name == "phone" {
			h.enter(b)
		} else {
			b.Open(h.url + "/signin")
			b.Fill("#f-email", "barbara@example.org")
			b.Fill("#f-password", secret)
			b.Click("main button.primary")
		}
		b.Open(h.url + "/settings")
		b.Choose("#language", device.language)
		tap(b, "form.fields button.primary")
		b.Open(h.url + "/people?query=a")
		person := b.Text("main li:nth-child(3) a.t")
		key := browsertest.Evaluate[string](b, `document.querySelector("main li:nth-child(3) a.t").href`)
		key = key[strings.LastIndex(key, "/")+1:]
		room := func(address string) {
			t.Helper()
			b.Open(h.url + "/")
			if device.name == "phone" {
				b.Click("nav.bar a[href='/more']")
				b.Eventually("main h1", "Meer")
				tap(b, "main a[href='"+address+"']")
			} else {
				b.Click("nav.rail a[href='" + address + "']")
			}
			b.Eventually("main h1", "")
		}

		room("/give")
		b.Fill("#f-body", "een sjabloon voor "+device.name)
		b.Fill("#f-people", key)
		tap(b, "main form button[value=given]")
		b.Eventually("main", "een sjabloon voor "+device.name)

		room("/praise")
		tap(b, "main a[href='/praise/new']")
		b.Fill("#f-person", key)
		b.Fill("#f-text", "Scherp meegelezen op "+device.name)
		tap(b, "main form button[value=write]")
		b.Eventually("main", "Scherp meegelezen op "+device.name)

		room("/asks")
		tap(b, "main .head a.primary")
		b.Fill("#f-text", "Wie kent een drukker voor een boekje van "+device.name+"?")
		tap(b, "main form[action='/asks/new'] button:not([formmethod])")
		b.Eventually("main", "een boekje van "+device.name)

		room("/goodwill")
		browsertest.Evaluate[bool](b, `document.querySelector("#note").open = true`)
		b.Fill("#f-person", key)
		b.Fill("#f-body", "een drukker voor "+device.name)
		tap(b, "main form button[value=need]")
		b.Eventually("main", "een drukker voor "+device.name)
		b.Fill("#f-text", "Een drukker voor "+device.name+" in de aanbieding")
		tap(b, "main form:has(#f-text) button.primary")
		b.Eventually("main", device.says["goodwill"])
		b.Eventually("main", person)

		room("/colleagues")
		tap(b, "main a[href='/colleagues/team']")
		b.Fill("#f-skills", "schrijven, fotografie")
		tap(b, "form:has(#f-skills) button.primary")
		b.Eventually("main", device.says["team"])

		room("/horizon")
		b.Fill("#f-to", "Utrecht")
		b.Keys("\r") // the list of people that comes under the field may lie over the button
		b.Eventually("main", device.says["way"])

		room("/power")
		b.Fill("#f-title", "Een boek van "+device.name)
		b.Fill("#f-items", "schrijven")
		tap(b, "form[action='/power/goals'] button.primary")
		b.Eventually("main h1", "Een boek van "+device.name)
		b.Eventually("main", device.says["goal"])
		if wide := b.Wide(); wide > 0 {
			t.Errorf("the page is %d pixels wider than the screen on %s", wide, device.name)
		}
	}
}
