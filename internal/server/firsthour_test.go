package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"gave.network/internal/page/browsertest"
)

// From the one-time link to a first move, on a phone, in Dutch, with nothing but the address of a calendar, and within
// two minutes. The calendar has no name and nobody said who keeps it.
func TestFirstMoveWithACalendarAlone(t *testing.T) {
	h := open(t, 0)
	var agenda strings.Builder
	agenda.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
	meet := func(uid, daysAgo int, title, name, mail string) {
		fmt.Fprintf(&agenda, "BEGIN:VEVENT\r\nUID:%d\r\nDTSTART:%s\r\nDURATION:PT1H\r\nSUMMARY:%s\r\n"+
			"LOCATION:Café Olivier\r\nORGANIZER;CN=Barbara Dijkstra:mailto:barbara@example.org\r\n"+
			"ATTENDEE;CN=%s:mailto:%s\r\nEND:VEVENT\r\n",
			uid, time.Now().AddDate(0, 0, -daysAgo).UTC().Format("20060102T120000Z"), title, name, mail)
	}
	for i := range 24 { // every fortnight for a year, and then no more
		meet(i, 700-14*i, "Lunch", "Wilhelmina van Oudenaarde", "mina@voorbeeld.example")
		meet(100+i, 10+30*i, "Overleg", "Sjoerd Postma", "sjoerd@voorbeeld.example")
	}
	agenda.WriteString("END:VCALENDAR\r\n")
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
		fmt.Fprint(w, agenda.String())
	}))
	t.Cleanup(web.Close)
	h.app.Intake.TrustCalendars([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")})
	b := browsertest.New(t, browsertest.Options{Phone: true, Language: "nl"})
	begin := time.Now()
	h.enter(b)
	b.Eventually("main h1", "Binnenhalen")
	b.Screenshot(shots, "first-import-phone")
	// A wrong address is said beside its field, and what was typed stays.
	b.Fill("#f-address", web.URL[:len(web.URL)-1]+"x/agenda.ics")
	b.Click("#calendar form button")
	b.Eventually("#calendar .error", "adres")
	b.Fill("#f-address", web.URL+"/agenda.ics")
	b.Click("#calendar form button")
	b.Eventually("#report", "Bekijk vandaag")
	b.Click("#report a.primary")
	b.Eventually("main", "Wilhelmina van Oudenaarde")
	took := time.Since(begin)
	t.Logf("from the link to the first move: %.1f s", took.Seconds())
	if took > 2*time.Minute {
		t.Errorf("the first move came after %s", took)
	}
	// What is missing is said, each with the page where it comes, until it is put away.
	b.Click("#missing summary")
	b.Eventually("#missing", "Er is nog geen doel")
	b.Screenshot(shots, "first-missing-phone")
	for _, path := range browsertest.Evaluate[[]string](b,
		`[...document.querySelectorAll("#missing a.button")].map((a) => a.getAttribute("href"))`) {
		b.Open(h.url + path)
		code := browsertest.Evaluate[int](b, `performance.getEntriesByType("navigation")[0].responseStatus`)
		if code != http.StatusOK {
			t.Errorf("%s answers with %d", path, code)
		}
	}
	b.Open(h.url)
	b.Click("#missing summary")
	b.Click("#missing > form button")
	b.Eventually("[role=status]", "Dit komt niet meer terug.")
	if browsertest.Evaluate[bool](b, `!!document.getElementById("missing")`) {
		t.Error("what is missing stays after it was put away")
	}
	b.Open(h.url + "/import")
	b.Eventually("#calendar", "127.0.0.1")
	b.Screenshot(shots, "first-calendar-phone")
	b.Click("#calendar .row form:last-child button")
	b.Eventually("main", "Deze agenda wordt niet meer gelezen.")
}
