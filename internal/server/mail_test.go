package server_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/locale"
	"gave.network/internal/page/browsertest"
	"gave.network/internal/people"
	"gave.network/internal/post/posttest"
)

// mails is where screenshots of what goes by mail go; nowhere unless somebody wants to look.
var mails = os.Getenv("GAVE_MAIL_SCREENSHOTS")

// A member chooses what comes by mail, on a phone, in Dutch, without scripts; a letter comes; a link in it shows a move
// with one button, answers it once, and another ends the mail, all without signing in. Looking at a link does nothing.
func TestMailInDutchOnAPhone(t *testing.T) {
	t.Parallel()
	box := &posttest.Server{}
	server := box.Start(t)
	dir := t.TempDir()
	h := serve(t, dir, generate(t, dir, 80), func(a *app.App) { a.MailBy(server, "https://gave.example") })
	fill(t, dir, h.me)
	ctx := context.Background()
	b := browsertest.New(t, browsertest.Options{Phone: true, NoScripts: true, Language: "nl"})
	h.enter(b)
	b.Open(h.url + "/settings")
	b.Choose("#language", "Nederlands")
	b.Fill("#f-zone", "UTC")
	tap(b, "form:has(#f-zone) button")
	b.Open(h.url + "/inbox")
	tap(b, "main a[href='/inbox/mail']")
	b.Eventually("main", "Vanzelf komt er niets")
	b.Screenshot(mails, "choice-phone")
	if wide := b.Wide(); wide > 0 {
		t.Errorf("the page is %d pixels wider than the screen", wide)
	}
	tap(b, "input[value=praise]")
	tap(b, "input[value=morning]")
	tap(b, "input[name=quiet_days][value=saturday]")
	tap(b, "input[name=quiet_days][value=sunday]")
	tap(b, "main button.primary")
	b.Eventually("main", "barbara@example.org")
	if !browsertest.Evaluate[bool](b, `document.querySelector("input[value=morning]").checked`) {
		t.Error("the choice was not kept")
	}
	// The next morning, on another node.
	node, err := app.Open(ctx, app.Config{Data: filepath.Join(dir, "data")})
	if err != nil {
		t.Fatal(err)
	}
	defer node.Close()
	morning := time.Date(time.Now().Year(), time.Now().Month(), time.Now().Day()+1, 8, 0, 0, 0, time.UTC)
	node.Account.Now = func() time.Time { return morning }
	node.MailBy(server, "https://gave.example")
	if err := node.Mailing.Deliver(ctx, node.Account.ViewerOf); err != nil {
		t.Fatal(err)
	}
	got := box.Take()
	if len(got) != 1 || !strings.Contains(got[0].Text, "VANDAAG") || !strings.Contains(got[0].HTML, "Dit niet") {
		t.Fatalf("%d letters: %+v", len(got), got)
	}
	if mails != "" {
		if err := os.WriteFile(mails+"/letter.html", []byte(got[0].HTML), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(mails+"/letter.txt", []byte(got[0].Text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	links := regexp.MustCompile(`https://gave\.example(/mail/do/\S+/later\?lang=nl)`).
		FindAllStringSubmatch(got[0].Text, -1)
	if len(links) == 0 {
		t.Fatalf("no links in %s", got[0].Text)
	}
	link := h.url + links[0][1]
	read := browsertest.New(t, browsertest.Options{Phone: true, Dark: true, NoScripts: true, Language: "en"})
	for range 2 { // a scanner, and then a person
		read.Open(link)
		read.Eventually("main", "Er wordt niets genoteerd voordat je drukt.")
	}
	read.Screenshot(mails, "do-phone-dark")
	if n := browsertest.Evaluate[int](read, `document.querySelectorAll("main button").length`); n != 1 {
		t.Errorf("%d buttons", n)
	}
	read.Click("main button")
	read.Eventually("main", "Het komt later terug.")
	read.Open(link)
	read.Eventually("main", "al met deze mail beantwoord")
	read.Open(h.url + "/mail/do/wrong/done?lang=nl")
	read.Eventually("main", "Deze link is niet bekend")

	stop := h.url + regexp.MustCompile(`https://gave\.example(/mail/stop/\S+topic=morning&lang=nl)`).
		FindStringSubmatch(got[0].Text)[1]
	read.Open(stop)
	read.Screenshot(mails, "stop-phone-dark")
	read.Click("main button")
	read.Eventually("main", "Je krijgt hierover geen mail meer")
	// As mail programs do it by themselves.
	header := strings.Trim(got[0].Header.Get("List-Unsubscribe"), "<>")
	answer, err := http.PostForm(h.url+strings.TrimPrefix(header, "https://gave.example"),
		url.Values{"List-Unsubscribe": {"One-Click"}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	owner, err := node.Account.Local(ctx, locale.Dutch)
	if err != nil {
		t.Fatal(err)
	}
	c, err := h.app.Mailing.Show(ctx, owner)
	if err != nil || len(c.Topics) != 0 || answer.StatusCode != http.StatusOK {
		t.Errorf("after one click: %+v %v, %s", c, err, answer.Status)
	}
}

// Who has no account gets an ask by mail and answers it on a phone, in Dutch, in the dark, without scripts; who asked
// finds the answer. Then they say that no more mail is to come, and none comes.
func TestAnOutsiderAnswersOnAPhone(t *testing.T) {
	t.Parallel()
	box := &posttest.Server{}
	server := box.Start(t)
	dir := t.TempDir()
	h := serve(t, dir, generate(t, dir, 80), func(a *app.App) { a.MailBy(server, "https://gave.example") })
	fill(t, dir, h.me)
	b := browsertest.New(t, browsertest.Options{})
	h.enter(b)
	ctx := context.Background()
	v, err := h.app.Account.Local(ctx, locale.Dutch)
	if err != nil {
		t.Fatal(err)
	}
	found, err := h.app.Network.People(ctx, v, people.PeopleQuery{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	times, name := map[string]int{}, ""
	for _, p := range found.People {
		times[p.Name]++
	}
	for _, p := range found.People {
		if len(p.Emails) > 0 && p.ID != v.Person && times[p.Name] == 1 {
			name = p.Name
		}
	}
	b.Open(h.url + "/asks/new?text=Wie+heeft+een+beamer%3F&audience=named&people=" + url.QueryEscape(name))
	b.Click("main form[action='/asks/new'] button[value=''], main form[action='/asks/new'] button.primary")
	b.Eventually("main", "Gave brought it to: nobody")
	b.Screenshot(mails, "ask")
	b.Click("form:has(input[value=link]) button")
	b.Eventually("main", "A link for "+name)
	b.Screenshot(mails, "link")
	b.Click("form[action='/mail/link'] button")
	b.Eventually("main", "It was mailed to")
	got := box.Take()
	if len(got) != 1 {
		t.Fatalf("%d letters", len(got))
	}
	link := regexp.MustCompile(`https://gave\.example(/ask/link/[\w-]+)\?lang=\w+&(never=[\w-]+)`).FindStringSubmatch(got[0].Text)
	if link == nil {
		t.Fatalf("no link in %s", got[0].Text)
	}
	other := browsertest.New(t, browsertest.Options{Phone: true, Dark: true, NoScripts: true, Language: "en"})
	other.Open(h.url + link[1] + "?lang=nl&" + link[2])
	other.Eventually("main a[href^='/mail/never/']", "Geen mail meer")
	other.Eventually("main", "Wie heeft een beamer?")
	other.Eventually("main", "Carla Verbeek vraagt jou iets")
	other.Eventually("main", "Je antwoord wordt bewaard in de Gave van Carla Verbeek")
	other.Screenshot(mails, "outside-phone-dark")
	if wide := other.Wide(); wide > 0 {
		t.Errorf("the page is %d pixels wider than the screen", wide)
	}
	tap(other, "button[value=knows]")
	other.Eventually("body", "Zeg wie het is")
	other.Open(h.url + link[1] + "?lang=nl")
	other.Fill("#f-note", "Ik heb er een")
	tap(other, "button[value=yes]")
	other.Eventually("main", "Ik heb er een")
	other.Screenshot(mails, "outside-answered")
	b.Open(h.url + "/inbox")
	b.Eventually("main", name+" helps you with: Wie heeft een beamer?")

	b.Click("main a.t")
	b.Eventually("main", "Who helped")
	b.Fill("#f-outcome", "De avond was mooi")
	b.Click("form:has(#f-outcome) button")
	b.Eventually("main", "Tell "+name+" how it ended")
	other.Open(h.url + link[1] + "?lang=nl")
	other.Eventually("main", "De avond was mooi")

	never := regexp.MustCompile(`https://gave\.example(/mail/never/\S+)`).FindStringSubmatch(got[0].Text)
	other.Open(h.url + never[1])
	other.Screenshot(mails, "never-phone-dark")
	other.Click("main button")
	other.Eventually("main", "mail")
	b.Open(h.url + "/praise/new")
	b.Eventually("main", "Give praise")
	b.Click("#invite summary")
	b.Fill("#invite input[name=from]", name)
	b.Fill("#f-about", "the evening")
	b.Click("#invite form button")
	b.Eventually("main", "Send this on")
	b.Click("form[action='/mail/link'] button")
	b.Eventually("main", "They want no more mail from here.")
	b.Eventually("main", "/praise/link/")
	b.Screenshot(mails, "not-mailed")
	if got := box.Take(); len(got) != 0 {
		t.Errorf("%d letters to who wants none", len(got))
	}
}
