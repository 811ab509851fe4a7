package grammar

import "testing"

func TestFavourAnswer(t *testing.T) {
	for line, want := range map[string]struct {
		what    string
		yes, ok bool
	}{
		`asked @petra for "the name of a good printer": yes`:      {"the name of a good printer", true, true},
		`vroeg @"Willem de Groot" om "een mening over iets": nee`: {"een mening over iets", false, true},
		`vroeg @anja om vijf minuten bellen: Ja.`:                 {"vijf minuten bellen", true, true},
		`asked @petra for the report`:                             {"", false, false},
		`lunch @petra: yes`:                                       {"", false, false},
		``:                                                        {"", false, false},
	} {
		what, yes, ok := FavourAnswer(line)
		if what != want.what || yes != want.yes || ok != want.ok {
			t.Errorf("%q: %q %v %v", line, what, yes, ok)
		}
	}
}
