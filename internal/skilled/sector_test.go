package skilled

import "testing"

// A name tells a sector by a whole word, an ending or a longer beginning, in both languages; most names tell none.
func TestSectorOf(t *testing.T) {
	for name, want := range map[string]Sector{
		"Gemeente Utrecht": "government", "Waterschap Molenbeek": "government", "Ministry of Silly Walks": "government",
		"Rabobank": "finance", "Bankstel & Co": "", "Stichting Museum Polderrijk": "culture",
		"Stichting Hulp":    "civil society",
		"Thuiszorg De Brug": "health", "Basisschool De Linde": "education", "Tuinbouw Westland": "agriculture",
		"Bouwbedrijf Jansen": "construction", "Bibliotheek Waterstad": "culture",
		"University of Elsewhere": "education",
		"Mediationbureau Vrede":   "business services", "Mediahuis": "media", "Bureau 7": "", "": "", "!!!": "",
	} {
		if got := SectorOf(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
