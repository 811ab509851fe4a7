package server_test

import (
	"context"
	"os"
	"testing"
	"time"

	"gave.network/internal/capture"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/page/browsertest"
	"gave.network/internal/people"
	"gave.network/internal/scope"
)

// sharingPictures is where screenshots of what others see go; nowhere unless somebody wants to look.
var sharingPictures = os.Getenv("GAVE_SHARING_SCREENSHOTS")

// A member looks at what others would see, and lets them see it. On a phone, in Dutch, without scripts.
func TestWhatOthersSeeOnItsPage(t *testing.T) {
	t.Parallel()
	h := open(t, 0)
	ctx := context.Background()
	owner, err := h.app.Account.Local(ctx, locale.Dutch)
	if err != nil {
		t.Fatal(err)
	}
	owner.Now = time.Now()
	for _, name := range []string{
		"Anna Arends", "Bartholomeus van der Zwaag-Winkelhuijzen tot Oldenbarneveltshoven", "Cem Çelik",
	} {
		key, err := h.app.Network.AddPerson(ctx, owner, people.NewPerson{Person: people.Person{Name: name}})
		var p people.Person
		if err == nil {
			p, err = h.app.Network.Person(ctx, h.app.DB, owner, key)
		}
		if err == nil {
			err = h.app.Network.Share(ctx, owner, p, scope.Space)
		}
		if err == nil {
			noted := capture.Input{Text: "lunch with " + name + " yesterday"}
			_, err = h.app.Operations.Call(ctx, owner, "capture", noted)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	link, err := h.app.Account.Invite(ctx, owner, op.Member)
	var session string
	if err == nil {
		session, err = h.app.Account.Accept(ctx, link, "Dirk Dekker", "dirk@example.org", secret, "")
	}
	var dirk op.Viewer
	if err == nil {
		dirk, err = h.app.Account.Session(ctx, session)
	}
	if err == nil {
		_, err = h.app.Network.SetShare(ctx, dirk, people.SharingInput{Show: "strength"})
	}
	if err != nil {
		t.Fatal(err)
	}
	shown := func() int { // how many ties another member sees, who shows what they have
		t.Helper()
		list, err := h.app.Network.ShownTies(ctx, dirk)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	b := browsertest.New(t, browsertest.Options{Phone: true, NoScripts: true, Language: "nl"})
	h.enter(b)
	b.Open(h.url + "/net/way?to=Anna+Arends")
	b.Eventually("main", "Je toont weinig of niets van wie je kent")
	b.Screenshot(sharingPictures, "way-phone")
	b.Open(h.url + "/sharing")
	b.Screenshot(sharingPictures, "nothing-phone")
	b.Choose("#show-all", "dat je elkaar kent, en hoe goed")
	tap(b, "#all button")
	b.Eventually("#preview", "Anna Arends")
	b.Screenshot(sharingPictures, "preview-phone")
	tap(b, "#preview button.primary")
	b.Eventually("#seen", "Cem Çelik")
	b.Screenshot(sharingPictures, "seen-phone")
	// The tie with one of them is hidden from its row, whatever holds of all; and shown again.
	tap(b, "#seen li:first-child a.button")
	b.Eventually("#ties", "Je band met wie?")
	b.Choose("#show-tie", "niets")
	tap(b, "#ties form button")
	b.Eventually("#preview", "Ze zien minder van: 1")
	b.Eventually("#preview", "Anna Arends")
	b.Screenshot(sharingPictures, "tie-preview-phone")
	if n := shown(); n != 3 {
		t.Errorf("a preview alone left %d ties", n)
	}
	tap(b, "#preview button.primary")
	b.Eventually("#ties .rows", "Anna Arends")
	if n := shown(); n != 2 {
		t.Errorf("with the tie hidden another member is shown %d ties", n)
	}
	b.Screenshot(sharingPictures, "tie-phone")
	tap(b, "#ties .rows button")
	b.Eventually("#preview", "Ze zien meer van: 1")
	tap(b, "#preview button.primary")
	b.Eventually("#seen", "Anna Arends")
	tap(b, ".head form button") // takes the last change back: it is hidden again
	b.Eventually("#ties .rows", "Anna Arends")
	if n := shown(); n != 2 {
		t.Errorf("after the way back another member is shown %d ties", n)
	}
	for _, o := range []struct {
		name    string
		options browsertest.Options
	}{
		{"desktop", browsertest.Options{Language: "en"}},
		{"phone-dark", browsertest.Options{Language: "nl", Dark: true, Phone: true}},
	} {
		if sharingPictures == "" {
			break
		}
		other := browsertest.New(t, o.options)
		other.Open(h.url + "/signin")
		other.Fill("#f-email", "barbara@example.org")
		other.Fill("#f-password", secret)
		other.Click("main button.primary")
		other.Open(h.url + "/sharing#ties")
		other.Screenshot(sharingPictures, o.name)
	}
	if wide := b.Wide(); wide > 0 {
		t.Errorf("the page is %d pixels wider than a phone", wide)
	}
}
