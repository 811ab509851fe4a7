package server_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"gave.network/internal/account"
	"gave.network/internal/locale"
	"gave.network/internal/page/browsertest"
)

// The page in a real browser, on a phone: somebody signs in on the way, reads it, and is sent to where the assistant
// listens, without scripts as with them.
func TestLettingInOnAPhone(t *testing.T) {
	heard := make(chan url.Values, 10)
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/callback" {
			heard <- r.URL.Query()
		}
		w.Write([]byte("<main>The assistant heard it.</main>"))
	}))
	defer listener.Close()
	d := openDoor(t, nil)
	d.owner(t, "")
	owner, err := d.app.Account.Local(t.Context(), locale.English)
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{t: t, app: d.app, nodes: []string{d.url}}
	client := g.registers(listener.URL + "/callback")
	ask := d.url + "/oauth/authorize?" + asking(client, "redirect_uri", listener.URL+"/callback", "resource",
		d.url+"/mcp").Encode()
	for _, way := range []struct {
		options             browsertest.Options
		answer, told, title string
		axe                 bool
	}{
		{
			browsertest.Options{Phone: true, Dark: true, NoScripts: true, Language: "nl"},
			"yes", "code",
			"Een assistent binnenlaten?", false,
		},
		{browsertest.Options{Phone: true, Narrow: true, Language: "en"}, "no", "error", "Let an assistant in?", true},
	} {
		if _, err := d.app.Account.ChangeProfile(t.Context(), owner, account.ProfileInput{
			Language: &way.options.Language,
		}); err != nil {
			t.Fatal(err)
		}
		b := browsertest.New(t, way.options)
		b.Open(ask)
		b.Fill("#f-email", ownerAddress)
		b.Fill("#f-password", secret)
		b.Click("form[action='/signin'] button")
		b.Eventually("h1", way.title)
		b.Screenshot(shots, "letting-in-"+way.answer)
		if b.Wide() > 390 {
			t.Errorf("the page is %d wide", b.Wide())
		}
		for _, want := range []string{"Tester", strings.TrimPrefix(listener.URL, "http://"), ownerAddress} {
			if !strings.Contains(b.Text("main"), want) {
				t.Errorf("%q is not on the page", want)
			}
		}
		if way.axe {
			for _, wrong := range b.Violations(browsertest.Axe(t)) {
				t.Error(wrong)
			}
		}
		// What follows is a page of somebody else, of which this tab knows nothing: the listener says what came.
		browsertest.Evaluate[string](b, `document.querySelector("button[value=`+way.answer+`]").click(), ""`)
		select {
		case got := <-heard:
			if got.Get(way.told) == "" || got.Get("state") != "a state" {
				t.Errorf("the assistant heard %v", got)
			}
		case <-time.After(10 * time.Second):
			t.Errorf("the browser that says %s is not sent to the assistant, but stays at %s", way.answer, b.Address())
		}
	}
}
