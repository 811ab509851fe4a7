package server_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"gave.network/internal/page/browsertest"
)

// Passkeys in a real browser, on a phone: made, used without a password and as the second step, and refused when their
// counter goes back. Only the finger on the device is not real.
func TestPasskeysOnAPhone(t *testing.T) {
	d := openDoor(t, nil)
	b := browsertest.New(t, browsertest.Options{Phone: true, Dark: true, Language: "nl"})
	home := strings.Replace(d.url, "127.0.0.1", "localhost", 1)
	key := b.Authenticator()
	b.Open(home + "/welcome?link=" + d.link)
	b.Fill("#f-name", "Barbara Dijkstra")
	b.Fill("#f-email", ownerAddress)
	b.Fill("#f-password", secret)
	b.Click("main form button")
	b.Eventually("main", "bestanden")
	b.Open(home + "/access")
	b.Screenshot(shots, "access-phone-dark")
	b.Fill("#passkey_name", "mijn telefoon")
	b.Click("form[data-new] button")
	b.Eventually("main", "mijn telefoon")
	b.Eventually("main", "nog niet gebruikt")
	if b.Wide() > 390 {
		t.Errorf("the page is %d wide", b.Wide())
	}
	out := func() {
		t.Helper()
		b.Open(home + "/settings")
		b.Click("form[action='/signout'] button")
		b.Eventually("h1", "Inloggen")
	}
	out()
	b.Screenshot(shots, "signin-phone-dark")
	b.Click("form[data-passkey] button")
	b.Eventually("body.in main", "")
	b.Open(home + "/access")
	b.Eventually("main", "gebruikt op")
	// As the second step, with recovery codes.
	b.Click("input[value='passkeys'] ~ button")
	b.Eventually("main", "Je herstelcodes")
	codes := strings.Fields(b.Text("#codes"))
	if len(codes) != 10 {
		t.Fatalf("codes: %q", codes)
	}
	b.Screenshot(shots, "codes-phone-dark")
	out()
	password := func() {
		t.Helper()
		b.Open(home + "/signin")
		b.Fill("#f-email", ownerAddress)
		b.Fill("#f-password", secret)
		b.Click("form[action='/signin'] button")
		b.Eventually("h1", "De tweede stap")
	}
	password()
	b.Screenshot(shots, "step-phone-dark")
	b.Click("form[data-passkey] button")
	b.Eventually("body.in main", "")
	out()
	// Nobody holds the device: it says so, and a recovery code lets in.
	b.Verified(key, false)
	password()
	b.Click("form[data-passkey] button")
	b.Eventually("form[data-passkey] [role=alert]", "geen passkey")
	b.Fill("#code", strings.ToUpper(codes[0]))
	b.Click("form[action='/signin/step'] button")
	b.Eventually("body.in main", "")
	b.Verified(key, true)
	// An older copy of the passkey: its counter went back.
	b.Recount(key, 1)
	out()
	b.Click("form[data-passkey] button")
	b.Eventually("main [role=alert]", "ging terug")
	password()
	b.Fill("#code", codes[1])
	b.Click("form[action='/signin/step'] button")
	b.Eventually("body.in main", "")
	b.Open(home + "/audit?whose=own&kind=failed")
	b.Eventually("main", "de teller van een passkey ging terug")
	b.Screenshot(shots, "audit-phone-dark")
	b.Open(home + "/access")
	b.Click("input[value='remove'] ~ button")
	b.Eventually("main", "De passkey is verwijderd")
	b.Eventually("main", "Je wachtwoord alleen laat je binnen") // it was the last: nobody is shut out
	b.Click("input[value='app'] ~ button")
	b.Eventually("main", "Richt een app")
	b.Screenshot(shots, "setup-phone-dark")
	app := browsertest.Evaluate[string](b, `document.getElementById("app-secret").textContent`)
	shown, err := totp.GenerateCode(strings.ReplaceAll(app, " ", ""), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if b.Wide() > 390 {
		t.Errorf("the page is %d wide", b.Wide())
	}
	b.Fill("#code", "000000")
	b.Click("input[value='confirm'] ~ button")
	b.Eventually("main [role=alert]", "klopt niet")
	b.Fill("#code", shown[:3]+" "+shown[3:])
	b.Click("input[value='confirm'] ~ button")
	b.Eventually("main", "Je herstelcodes")
	b.Screenshot(shots, "codes-app-phone-dark")
	if axe := browsertest.Axe(t); axe != "" {
		for _, wrong := range b.Violations(axe) {
			t.Error(wrong)
		}
	}
}
