package server_test

import (
	"fmt"
	"strings"
	"testing"

	"gave.network/internal/give"
	"gave.network/internal/locale"
	"gave.network/internal/page/browsertest"
	"gave.network/internal/people"
)

// In Dutch, on a phone: a filter is kept under a name, is a chip from then on, holds whoever fits later, and is
// forgotten; people are chosen, written to and taken along.
func TestListsOfPeople(t *testing.T) {
	h := open(t, 0)
	owner, err := h.app.Account.Local(t.Context(), locale.English)
	if err != nil {
		t.Fatal(err)
	}
	add := func(name, mail, place string) {
		t.Helper()
		in := people.NewPersonInput{Name: name, Place: place}
		if mail != "" {
			in.Email = []string{mail}
		}
		if _, err := h.app.Operations.Call(t.Context(), owner, "people.add", in); err != nil {
			t.Fatal(err)
		}
	}
	add("Anna Arends", "anna@example.org", "Utrecht")
	add("Bert Bos", "", "Utrecht")
	add("Carla Cuypers", "carla@example.org", "Gent")
	b := browsertest.New(t, browsertest.Options{Phone: true, Language: "nl"})
	h.enter(b)
	b.Eventually("main h1", "Binnenhalen")
	b.Open(h.url + "/people?place=Utrecht")
	b.Click("#keep summary")
	b.Click("#keep button")
	b.Eventually("#keep .error", "Dit ontbreekt.")
	b.Fill("#list-name", "In de stad")
	b.Click("#keep button")
	b.Eventually("[role=status]", "De lijst is bewaard.")
	add("Dirk Dekker", "dirk@example.org", "Utrecht")
	b.Open(h.url + "/people")
	b.Eventually("#results", "Carla Cuypers")
	b.Click(".segs a") // the first is the list
	b.Eventually(".segs a[aria-current]", "In de stad")
	b.Eventually("#results", "Dirk Dekker")
	b.Screenshot(shots, "list-phone")
	if wide := b.Wide(); wide > 0 {
		t.Errorf("the page is %d pixels wider than the screen", wide)
	}
	if strings.Contains(b.Text("#results"), "Carla") {
		t.Error("the list holds who does not fit")
	}
	b.Click(".head a.button.plain")
	b.Eventually("#results", "Schrijf ze")
	b.Screenshot(shots, "choice-phone")
	for i := range 3 {
		b.Click(fmt.Sprintf("#results li:nth-child(%d) input", i+1))
	}
	b.Click("button[value=mail]")
	b.Eventually("main h1", "Schrijf 2 mensen")
	b.Eventually("main", "Bert Bos")
	b.Screenshot(shots, "write-phone")
	to := browsertest.Evaluate[string](b, `document.querySelector("main a.primary").getAttribute("href")`)
	if !strings.HasPrefix(to, "mailto:?bcc=") || !strings.Contains(to, "anna@example.org") ||
		!strings.Contains(to, "dirk@example.org") || strings.Contains(to, "carla") {
		t.Errorf("the mail is for %s", to)
	}
	b.Open(h.url + "/people?choose=1")
	b.Eventually("#results", "Carla Cuypers")
	for _, name := range []string{"Carla Cuypers", "Dirk Dekker"} {
		browsertest.Evaluate[bool](b, `[...document.querySelectorAll("#results li")].find((row) =>
			row.textContent.includes("`+name+`")).querySelector("input").click(), true`)
	}
	b.Click("button[value=together]")
	b.Eventually("main h1", "Carla Cuypers en Dirk Dekker")
	b.Screenshot(shots, "together-phone")
	asked := b.Text("main section:nth-of-type(1) .letter")
	if !strings.HasPrefix(asked, "Dag Carla") || !strings.Contains(asked, "Dirk Dekker") ||
		strings.Contains(asked, "dirk@example.org") {
		t.Errorf("Carla is asked: %s", asked)
	}
	b.Click("main a[data-sheet=jot]")
	b.Eventually("#capture-preview", "Dirk Dekker")
	b.Click("#capture-preview button.primary")
	b.Eventually("[role=status]", "Opgeslagen.")
	gifts, err := h.app.Operations.Call(t.Context(), owner, "give.list", give.ListInput{})
	if err != nil || len(gifts.(give.ListOutput).Gifts) != 1 {
		t.Errorf("bringing two together is no gift: %+v, %v", gifts, err)
	}
	b.Open(h.url + "/people?place=Utrecht")
	b.Click("form[action='/people/lists'] button.plain")
	b.Eventually("main", "De lijst is weg")
	if strings.Contains(b.Text(".segs"), "In de stad") {
		t.Error("the list is there still")
	}
}
