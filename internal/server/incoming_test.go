package server_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"gave.network/internal/ask"
	"gave.network/internal/page/browsertest"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/post/posttest"
	mail "gave.network/internal/reply"
)

// A member makes an address to pass mails on to, and says what a doubtful answer by mail is: on a phone, in Dutch, in
// the dark, without scripts.
func TestMailThatComesInOnItsPages(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := open(t, 0)
	box := &posttest.Server{}
	h.app.MailBy(box.Start(t), "https://gave.example")
	h.app.ReceiveAt("in.gave.example")
	b := browsertest.New(t, browsertest.Options{Phone: true, Dark: true, NoScripts: true, Language: "nl"})
	h.enter(b)
	b.Open(h.url + "/sources")
	b.Screenshot(sources, "forward-make-phone")
	tap(b, "main form[action='/sources/forward'] button")
	b.Eventually("main", "@in.gave.example")
	b.Screenshot(sources, "forward-phone")
	if wide := b.Wide(); wide > 0 {
		t.Errorf("the page is %d pixels wider than the screen", wide)
	}

	viewers, err := h.app.Account.SeenSince(ctx, h.app.Account.Now().AddDate(0, 0, -1), 1)
	if err != nil || len(viewers) != 1 {
		t.Fatal(viewers, err)
	}
	v := viewers[0]
	otto := peopletest.Person(t, h.app.DB, v, "Otto Outside", "otto@else.example").ID
	made, err := h.app.Ask.New(ctx, v, ask.Ask{Text: "Wie heeft een beamer?"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	l, err := h.app.Ask.MakeLink(ctx, v, made.ID, otto.String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.app.Mailing.MailLink(ctx, v, l.Secret); err != nil {
		t.Fatal(err)
	}
	to := box.Take()[0].Header.Get("Reply-To")
	if err := h.app.Mailing.Hear(ctx, mail.Read([]byte("From: otto@else.example\r\nTo: "+to+
		"\r\nMessage-ID: <1@x>\r\n\r\nJa, maar hij is wel oud. Wanneer is het?\r\n"))); err != nil {
		t.Fatal(err)
	}
	b.Open(h.url + "/inbox")
	b.Eventually("main", "Otto Outside schreef terug")
	b.Screenshot(sources, "answer-phone")
	if wide := b.Wide(); wide > 0 {
		t.Errorf("the page is %d pixels wider than the screen", wide)
	}
	tap(b, "main form[action^='/mail/answers/'] button[value=yes]")
	b.Eventually("main", "Otto Outside helpt je")
	if a, err := h.app.Ask.Get(ctx, v, made.ID); err != nil || a.State != ask.Answered ||
		!strings.Contains(a.Answers[0].Note, "oud") {
		t.Errorf("%+v %v", a, err)
	}

	// What Otto publishes is followed on his page.
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<feed xmlns="http://www.w3.org/2005/Atom"><title>Otto schrijft</title><entry><id>1</id>`+
			`<title>Hoe wij samen een huis bouwden aan de rand van de stad</title><updated>2026-11-01T10:00:00Z</updated>`+
			`<link href="https://otto.example/1"/></entry></feed>`)
	}))
	defer web.Close()
	h.app.News.Trust([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")})
	b.Open(h.url + "/people/" + otto.String())
	tap(b, "#follow summary")
	b.Fill("#follow #f-address", web.URL)
	tap(b, "#follow form button")
	b.Eventually("main", "Hoe wij samen een huis bouwden")
	b.Open(h.url + "/people/" + otto.String() + "#news")
	b.Screenshot(sources, "feed-phone")
	if wide := b.Wide(); wide > 0 {
		t.Errorf("the page is %d pixels wider than the screen", wide)
	}
}
