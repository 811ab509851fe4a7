package praise

import "testing"

// Thanks of one person to another are told from what shops, forms and lists thank for, and from refusals.
func TestThanksOf(t *testing.T) {
	for subject, want := range map[string]string{
		"Bedankt voor de introductie":                 "de introductie",
		"Dank je wel!":                                "",
		"Heel erg bedankt voor je hulp, Sanne.":       "je hulp, Sanne",
		"Hartelijk dank dat je inviel":                "inviel",
		"Bedankt voor je feedback op mijn stuk":       "je feedback op mijn stuk",
		"Het boek is binnen, dankjewel":               "",
		"Thank you for introducing me to the library": "introducing me to the library",
		"Many thanks":                                 "",
		"THANKS!!":                                    "",
		"Great talk yesterday, thank you!":            "",
		"Fwd: Thanks for the review of my chapter":    "the review of my chapter",
	} {
		if about, ok := thanksOf(subject); !ok || about != want {
			t.Errorf("%q: %q, %t; want %q", subject, about, ok, want)
		}
	}
	for _, subject := range []string{
		"", "Re: Bedankt voor de introductie", "[leden] Bedankt allemaal", "Bedankt voor je bestelling",
		"Bedankt voor uw inschrijving", "Bedankt voor je donatie aan het museum", "Alvast bedankt", "Nee, bedankt",
		"Bedankt, maar ik kan niet", "Geen dank", "Dank aan alle vrijwilligers", "Bedankt voor je aanmelding",
		"Bedankt voor je betaling", "Thank you for your order", "Thank you for registering",
		"Thanks for subscribing to our newsletter", "Your receipt: thank you for your purchase", "Thanks in advance",
		"No thanks", "Thanks but no thanks", "Thank you card templates", "Thanksgiving dinner", "Thanks to the weather",
		"Thanks everyone", "The planning of May", "Dankbaarheid in organisaties", "Vraag over de bedankbrief",
	} {
		if about, ok := thanksOf(subject); ok {
			t.Errorf("%q is read as thanks for %q", subject, about)
		}
	}
}
