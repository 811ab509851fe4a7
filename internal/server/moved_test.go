package server_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"gave.network/internal/op"
)

// The addresses that questions had before each had a page of its own lead there for good, with what was asked.
func TestOldAddressesLeadToTheirPages(t *testing.T) {
	d := openDesk(t, filepath.Join(t.TempDir(), "gave.db"), t.TempDir())
	d.enter(op.Member, "moved@example.org")
	for from, to := range map[string]string{
		"/rooms": "/more",
		"/colleagues?ask=team&size=3&skills=printing": "/colleagues/team?size=3&skills=printing",
		"/colleagues?ask=team":                        "/colleagues/team?skills=",
		"/colleagues?ask=structure&organisation=A+B":  "/colleagues/report?organisation=A+B",
		"/colleagues?ask=structure&layer=trust":       "/colleagues/report?layer=trust&organisation=",
		"/colleagues?ask=proposal":                    "/colleagues/proposal",
		"/power?need=printing%2C+design":              "/power/together?need=printing%2C+design",
		"/power?show=levels":                          "/power/levels",
		"/power?lang=nl&show=levels":                  "/power/levels?lang=nl",
		"/horizon?to=Utrecht&meant.Anna=1":            "/net/way?to=Utrecht&meant.Anna=1",
	} {
		r := d.form(from, nil)
		if r.status != http.StatusMovedPermanently || r.head.Get("Location") != to {
			t.Errorf("%s: %d, to %q", from, r.status, r.head.Get("Location"))
		}
	}
	// What asks nothing, or nothing that was ever asked there, is the page itself.
	for address, holds := range map[string]string{
		"/colleagues?lang=en": `href="/colleagues/team"`, "/colleagues?ask=nothing": `href="/colleagues/report"`,
		"/power?need=": `href="/power/together"`, "/horizon?lang=en": `action="/net/way"`,
		"/colleagues/team?skills=": `id="f-skills"`, "/net/way?to=": `id="f-to"`,
	} {
		if r := d.form(address, nil); r.status != http.StatusOK || !strings.Contains(r.body, holds) {
			t.Errorf("%s: %d: %s", address, r.status, r.body)
		}
	}
}
