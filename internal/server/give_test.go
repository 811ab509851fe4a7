package server_test

import (
	"testing"

	"gave.network/internal/page/browsertest"
)

// Somebody notes a gift and a return on a phone in Dutch, sees where the return may come from, and says so.
func TestGivingInABrowser(t *testing.T) {
	h := open(t, 0)
	b := browsertest.New(t, browsertest.Options{Phone: true, Language: "nl"})
	h.enter(b)
	b.Open(h.url + "/settings")
	b.Choose("#language", "Nederlands")
	tap(b, "form.fields button.primary")
	b.Open(h.url + "/give")
	b.Eventually("main h1", "Wat je gaf")
	b.Fill("#f-body", "sjabloon voor een jaarverslag")
	b.Click("main form button.primary")
	b.Eventually("main", "sjabloon voor een jaarverslag")
	b.Fill("#f-body", "opdracht voor een website")
	b.Click("main form button:not(.primary)")
	b.Eventually("main", "opdracht voor een website")
	b.Eventually("main", "niet verklaard door iets wat je gaf")
	b.Eventually("main", "Niets wat ik gaf")
}
