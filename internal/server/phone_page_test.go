package server_test

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"

	"gave.network/internal/locale"
	"gave.network/internal/page/browsertest"
	"gave.network/internal/people"
)

// devices is where screenshots of devices go; nowhere unless somebody wants to look.
var devices = os.Getenv("GAVE_PHONE_SCREENSHOTS")

// A device gets a password on the page and reads the book with it; who is deleted there is put back; a calendar gets
// its address. On a phone, in Dutch, without scripts.
func TestAPhoneOnItsPage(t *testing.T) {
	t.Parallel()
	h := open(t, 0)
	ctx := context.Background()
	owner, err := h.app.Account.Local(ctx, locale.Dutch)
	if err != nil {
		t.Fatal(err)
	}
	b := browsertest.New(t, browsertest.Options{Phone: true, NoScripts: true, Language: "nl"})
	h.enter(b)
	b.Open(h.url + "/settings")
	tap(b, "main a[href='/phone']")
	b.Screenshot(devices, "empty-phone")
	b.Fill("#f-name", "iPhone van Olga")
	tap(b, "main button.primary")
	b.Eventually("main", "iPhone van Olga")
	b.Screenshot(devices, "made-phone")
	password := regexp.MustCompile(`[a-z2-9]{4}(-[a-z2-9]{4}){5}`).FindString(b.Text("main"))
	device := &book{
		t: t, app: h.app, web: h.url, password: password, v: owner,
		path: "/carddav/" + owner.Member.String() + "/books/" + owner.Space.String() + "/",
	}
	p := device.add(people.NewPerson{Person: people.Person{Name: "Xander Xu"}})
	if text, _ := device.get(device.href(p)); !strings.Contains(text, "FN:Xander Xu") {
		t.Error(text)
	}
	device.want(204, "DELETE", device.href(p), "")
	b.Fill("#f-calendar_name", "Agenda thuis")
	tap(b, "#calendar form.card button")
	b.Eventually("main", "/calendar.ics")
	b.Screenshot(devices, "calendar-phone")
	b.Eventually("main", "Xander Xu")
	if wide := b.Wide(); wide > 0 {
		t.Errorf("the page is %d pixels wider than a phone", wide)
	}
	for _, o := range []struct {
		name    string
		options browsertest.Options
	}{
		{"desktop", browsertest.Options{Language: "en"}},
		{"desktop-dark", browsertest.Options{Language: "nl", Dark: true}},
		{"phone-dark", browsertest.Options{Language: "nl", Dark: true, Phone: true}},
	} {
		if devices == "" {
			break
		}
		other := browsertest.New(t, o.options)
		other.Open(h.url + "/signin")
		other.Fill("#f-email", "barbara@example.org")
		other.Fill("#f-password", secret)
		other.Click("main button.primary")
		other.Open(h.url + "/phone")
		other.Click("#contacts details summary")
		other.Screenshot(devices, o.name)
		other.Open(h.url + "/phone#calendar")
		other.Screenshot(devices, o.name+"-calendar")
	}
	tap(b, "main input[value=back] ~ button")
	b.Eventually("main", "zo weer op je apparaten")
	device.get(device.href(p))
	tap(b, "#contacts input[value=end] ~ button")
	b.Eventually("main", "Het opent niets meer")
	device.want(401, "PROPFIND", device.path, "", "Depth", "0")
}
