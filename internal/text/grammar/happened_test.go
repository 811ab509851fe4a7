package grammar

import (
	"testing"
	"time"
)

// Words for days, on Saturday 28 November 2026. "?" is a day that is asked about; "-" none at all.
func TestWhenItHappened(t *testing.T) {
	now := time.Date(2026, 11, 28, 13, 0, 0, 0, tuesday.Location())
	for line, want := range map[string]string{
		"anderhalve week geleden koffie met Kees":                  "2026-11-18",
		"two fridays ago lunch with Kees":                          "2026-11-20",
		"three fridays ago lunch with Kees":                        "2026-11-13",
		"twee vrijdagen geleden geluncht met Kees":                 "2026-11-20",
		"vorige week dinsdag koffie met Kees":                      "2026-11-17",
		"dinsdag vorige week koffie met Kees":                      "2026-11-17",
		"vrijdag twee weken geleden koffie met Kees":               "2026-11-13",
		"two weeks ago on Friday lunch with Kees":                  "2026-11-13",
		"medio november koffie met Kees":                           "2026-11",
		"begin deze maand koffie met Kees":                         "2026-11",
		"eind vorige maand koffie met Kees":                        "2026-10",
		"at the end of last month lunch with Kees":                 "2026-10",
		"begin vorige week geluncht met Kees":                      "2026-11-16",
		"eind vorige week geluncht met Kees":                       "2026-11-20",
		"the week before last lunch with Kees":                     "week 46 2026",
		"voorlaatste maand koffie met Kees":                        "2026-09",
		"een week of drie geleden koffie met Kees":                 "2026-11-07",
		"ruim een week geleden koffie met Kees":                    "2026-11-21",
		"zo'n drie weken geleden koffie met Kees":                  "2026-11-07",
		"about two and a half weeks ago coffee with Kees":          "2026-11-11",
		"a week and a half ago coffee with Kees":                   "2026-11-18",
		"een half jaar geleden koffie met Kees":                    "2026-05",
		"anderhalf jaar geleden koffie met Kees":                   "2025-05",
		"anderhalve maand geleden koffie met Kees":                 "2026-10",
		"a fortnight ago coffee with Kees":                         "2026-11-14",
		"veertien dagen geleden koffie met Kees":                   "2026-11-14",
		"a couple of weeks ago coffee with Kees":                   "2026-11-14",
		"week geleden koffie met Kees":                             "2026-11-21",
		"3 nachten geleden geborreld met Kees":                     "2026-11-25",
		"eergisteravond geborreld met Kees":                        "2026-11-26",
		"eergisterochtend koffie met Kees":                         "2026-11-26",
		"the day before yesterday lunch with Kees":                 "2026-11-26",
		"lunch with Kees on the first of last month":               "2026-10-01",
		"de 3e van vorige maand geluncht met Kees":                 "2026-10-03",
		"op de 12e geluncht met Kees":                              "2026-11-12",
		"lunch with Kees on the 30th":                              "2026-10-30",
		"drie november koffie met Kees":                            "2026-11-03",
		"eerste mei koffie met Kees":                               "2026-05-01",
		"first of May lunch with Kees":                             "2026-05-01",
		"de laatste vrijdag van oktober geluncht met Kees":         "2026-10-30",
		"lunch with Kees on the first Tuesday of November":         "2026-11-03",
		"afgelopen zomer koffie met Kees":                          "2026-07",
		"last winter coffee with Kees":                             "2026-01",
		"vorig kwartaal koffie met Kees":                           "2026-07",
		"op koningsdag koffie met Kees":                            "2026-04-27",
		"tweede paasdag koffie met Kees":                           "2026-04-06",
		"afgelopen kerst koffie met Kees":                          "2025-12-25",
		"zaterdag jl. koffie met Kees":                             "2026-11-21",
		"koffie gehad met Kees op 15 december":                     "2025-12-15",
		"gebeld met Kees op 3 december":                            "2025-12-03",
		"lunch met Kees op 3 december":                             "2026-12-03",
		"gebeld met Kees op 3 december 2026":                       "?",
		"een paar dagen geleden koffie met Kees":                   "?",
		"a few weeks ago coffee with Kees":                         "?",
		"laatst koffie met Kees":                                   "?",
		"the other day lunch with Kees":                            "?",
		"een tijdje geleden koffie met Kees":                       "?",
		"onlangs geluncht met Kees":                                "?",
		"31 februari koffie met Kees":                              "?",
		"achtentachtig manen geleden koffie met Kees":              "?",
		"koffie met Kees":                                          "-",
		"Kees zoekt al een paar maanden geleden gevraagd een huis": "-",
		"lunch met Kees over kerst":                                "-",
		"vorige maand op de 3e koffie met Kees":                    "2026-10-03",
		"3 weken terug gebeld met Kees":                            "2026-11-07",
		"in het weekend van 14 november koffie met Kees":           "2026-11-14",
		"afgelopen maandag en dinsdag overleg met Kees":            "?",
		"op 12 november jl. koffie met Kees":                       "2026-11-12",
		"twee weekenden geleden geborreld met Kees":                "2026-11-14",
		"20 november koffie met Kees":                              "2026-11-20",
		"20-11 koffie met Kees":                                    "2026-11-20",
		"20.11.2026 koffie met Kees":                               "2026-11-20",
		"ma 23 nov koffie met Kees":                                "2026-11-23",
		"gisteren om half vier koffie met Kees":                    "2026-11-27 15:30",
		"koffie met Kees, een jaar of twee geleden":                "2024",
		"last christmas lunch with Kees":                           "2025-12-25",
		"earlier this week lunch with Kees":                        "week 48 2026",
		"eerder deze week koffie met Kees":                         "week 48 2026",
	} {
		c, err := Parse(line, now, friends)
		if err != nil {
			t.Fatal(err)
		}
		got := "-"
		for _, i := range c.Items {
			if s := i.When.String(); s != "" {
				got = s
			}
		}
		for _, u := range c.Unclear {
			if u.Reason == UnclearDate {
				got = "?"
			}
		}
		if got != want {
			t.Errorf("%q: %s, want %s; unclear %+v", line, got, want, c.Unclear)
		}
	}
}
