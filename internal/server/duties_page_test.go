package server_test

import (
	"context"
	"os"
	"testing"
	"time"

	"gave.network/internal/locale"
	"gave.network/internal/page/browsertest"
	"gave.network/internal/people"
)

// dutiesPictures is where screenshots of the pages of duties go; nowhere unless somebody wants to look.
var dutiesPictures = os.Getenv("GAVE_DUTIES_SCREENSHOTS")

// Somebody asks what is kept, is told, and what is old gets a rule. On a phone, in Dutch, without scripts.
func TestDutiesOnTheirPages(t *testing.T) {
	t.Parallel()
	h := open(t, 0)
	ctx := context.Background()
	owner, err := h.app.Account.Local(ctx, locale.Dutch)
	if err != nil {
		t.Fatal(err)
	}
	owner.Now = time.Now()
	for _, name := range []string{"Anna Arends", "Bartholomeus van der Zwaag-Winkelhuijzen tot Oldenbarneveltshoven"} {
		person := people.NewPerson{Person: people.Person{Name: name, Place: "Utrecht"}}
		if _, err := h.app.Network.AddPerson(ctx, owner, person); err != nil {
			t.Fatal(err)
		}
	}
	b := browsertest.New(t, browsertest.Options{Phone: true, NoScripts: true, Language: "nl"})
	h.enter(b)
	b.Open(h.url + "/duties")
	b.Screenshot(dutiesPictures, "empty-phone")
	b.Fill("#requests #f-person", "Bartholomeus van der Zwaag-Winkelhuijzen tot Oldenbarneveltshoven")
	tap(b, "#requests button.primary")
	b.Eventually("main", "vraagt wat er bewaard wordt")
	b.Screenshot(dutiesPictures, "request-phone")
	if wide := b.Wide(); wide > 0 {
		t.Errorf("the page of a request is %d pixels wider than a phone", wide)
	}
	tap(b, "main button.primary")
	b.Eventually("#letter", "Beste Bartholomeus")
	b.Screenshot(dutiesPictures, "letter-phone")
	b.Open(h.url + "/duties")
	b.Eventually("#requests", "Beantwoord op")
	b.Fill("#m-note", "24")
	b.Screenshot(dutiesPictures, "list-phone")
	b.Click("#old form:has(#m-note) button")
	b.Eventually("main", "Er is nog niets weggegooid")
	b.Screenshot(dutiesPictures, "rule-phone")
	tap(b, "main button.danger")
	b.Eventually("#old", "wat van jou is en ouder dan 24 maanden gaat weg")
	if wide := b.Wide(); wide > 0 {
		t.Errorf("the page is %d pixels wider than a phone", wide)
	}
	b.Open(h.url + "/duties/notice?person=Anna+Arends")
	b.Eventually("#notice", "Beste Anna Arends")
	b.Screenshot(dutiesPictures, "notice-phone")
	tap(b, "main button.primary")
	b.Eventually("main", "Je vertelde het op")
	b.Open(h.url + "/duties/record")
	b.Eventually("main", "Verwerkingsregister")
	b.Screenshot(dutiesPictures, "record-phone")
	for _, o := range []struct {
		name    string
		options browsertest.Options
	}{
		{"desktop", browsertest.Options{Language: "en"}},
		{"phone-dark", browsertest.Options{Language: "nl", Dark: true, Phone: true}},
	} {
		if dutiesPictures == "" {
			break
		}
		other := browsertest.New(t, o.options)
		other.Open(h.url + "/signin")
		other.Fill("#f-email", "barbara@example.org")
		other.Fill("#f-password", secret)
		other.Click("main button.primary")
		for _, path := range []string{"duties", "duties/record", "duties/notice?person=Anna+Arends"} {
			other.Open(h.url + "/" + path)
			other.Screenshot(dutiesPictures, o.name+"-"+path[len(path)-6:])
		}
	}
}
