package locale_test

import (
	"testing"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/locale"
)

func TestPluralsAndNumbersFollowTheLanguage(t *testing.T) {
	en, nl := locale.New(locale.English, nil), locale.New(locale.Dutch, nil)
	for _, c := range []struct{ got, want string }{
		{en.T("%d days ago", 1), "1 day ago"},
		{en.T("%d days ago", 3000), "3,000 days ago"},
		{nl.T("%d days ago", 1), "1 dag geleden"},
		{nl.T("%d days ago", 3000), "3.000 dagen geleden"},
		{nl.T("%s: %d months", "x", 1), "x: 1 maand"}, // the number is not the first of what is said
		{nl.T("%s: %d months", "x", 2), "x: 2 maanden"},
		{en.T("%s: %d months", "x", 1), "x: 1 month"},
		{nl.T("no such text"), "no such text"},
		{nl.T("no such %s", "text"), "no such text"},
		{nl.Fault(fault.New(fault.Internal, "Something went wrong on our side.")), "Er ging bij ons iets mis."},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestMatch(t *testing.T) {
	for preference, want := range map[string]locale.Lang{
		"nl-NL,nl;q=0.9,en;q=0.8": locale.Dutch, "nl_BE.UTF-8": locale.Dutch, "en_GB.UTF-8": locale.English,
		"fr-FR,fr;q=0.9,nl;q=0.5": locale.Dutch, "zh": locale.English, "": locale.English, "C.UTF-8": locale.English,
		";;;": locale.English,
	} {
		if got := locale.Match(preference); got != want {
			t.Errorf("%q: got %s, want %s", preference, got, want)
		}
	}
}

func TestDates(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	nl := locale.New(locale.Dutch, zone)
	now := time.Date(2026, 5, 4, 0, 30, 0, 0, zone)
	evening := time.Date(2026, 5, 3, 23, 30, 0, 0, zone)
	for _, c := range []struct{ got, want string }{
		{nl.DateTime(evening.UTC()), "3 mei 2026, 23:30"},
		{nl.Ago(evening, now), "gisteren"},
		{nl.Ago(now.AddDate(0, 0, 5), now), "over 5 dagen"},
		{nl.Ago(now.AddDate(-3, 0, 0), now), "3 jaar geleden"},
		{nl.Ago(time.Time{}, now), "nooit"},
		{nl.Date(time.Time{}), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// A chance is a number of a hundred times, and what is nearly certain is said in words.
func TestChancesAreSaidAsTimes(t *testing.T) {
	for _, each := range []struct {
		chance      float64
		dutch, said string
	}{
		{0, "bijna nooit", "almost never"},
		{0.044, "bijna nooit", "almost never"},
		{0.05, "5 van de 100 keer", "5 of 100 times"},
		{0.614, "61 van de 100 keer", "61 of 100 times"},
		{0.95, "95 van de 100 keer", "95 of 100 times"},
		{0.956, "bijna zeker", "almost certainly"},
		{1, "bijna zeker", "almost certainly"},
	} {
		if said := locale.New(locale.English, nil).Chance(each.chance); said != each.said {
			t.Errorf("%v: %q, want %q", each.chance, said, each.said)
		}
		if said := locale.New(locale.Dutch, nil).Chance(each.chance); said != each.dutch {
			t.Errorf("%v: %q, want %q", each.chance, said, each.dutch)
		}
	}
}
