package skilled

import (
	"slices"
	"strings"

	"gave.network/internal/lang"
	"gave.network/internal/text"
)

// Sector is the part of society in which an organisation works, as its name says: the sections of the European
// classification of activities (NACE Rev. 2, Eurostat 2008), with those put together that names do not tell apart. Most
// names say nothing, and then no sector is known.
type Sector string

// sectors are all of them. The order counts where a name has words of several: a foundation that runs a museum is of
// culture, and a school for the bank is a school.
var sectors = []Sector{
	"agriculture", "government", "education", "health", "culture", "energy", "finance", "construction", "transport",
	"hospitality", "business services", "technology", "industry", "trade", "media", "civil society",
}

// Sectors returns all sectors.
func Sectors() []Sector { return slices.Clone(sectors) }

// wordsOfSector are the words of each sector, folded.
var wordsOfSector = func() map[Sector][]string {
	out := map[Sector][]string{}
	for _, s := range sectors {
		list, _, _ := strings.Cut(string(s), " ")
		for _, word := range lang.Words("sectors", "sector."+list) {
			out[s] = append(out[s], text.Fold(word))
		}
	}
	return out
}()

// An ending of so many letters tells a sector, and a beginning of so many: "Rabobank" is a bank, "bankstel" is none.
const (
	leastEnding    = 4
	leastBeginning = 5
)

// SectorOf returns the sector that the name of an organisation says, empty when it says none.
func SectorOf(organisation string) Sector {
	words := text.Words(organisation)
	for _, s := range sectors {
		for _, known := range wordsOfSector[s] {
			for _, word := range words {
				if word == known || len(known) >= leastEnding && strings.HasSuffix(word, known) ||
					len(known) >= leastBeginning && strings.HasPrefix(word, known) {
					return s
				}
			}
		}
	}
	return ""
}
