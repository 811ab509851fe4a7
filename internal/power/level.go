package power

import (
	"strings"

	"gave.network/internal/text"
)

// Level is where in an organisation a role stands, as its title says. It is read from words alone: a title that says
// nothing has no level.
type Level string

// The levels.
const (
	LevelTop    Level = "top"    // decides: director, alderman, board
	LevelMiddle Level = "middle" // leads: manager, team leader, coordinator
	LevelExpert Level = "expert" // advises and makes: adviser, researcher, designer
	LevelFloor  Level = "floor"  // runs it day by day: reception, planning, administration
	LevelNone   Level = ""       // not known
)

var levels = []Level{LevelTop, LevelMiddle, LevelExpert, LevelFloor}

// levelWords begin words of titles, in Dutch and English. Their order counts: an assistant of a director is not one,
// and an office manager runs things.
var levelWords = []struct {
	level Level
	words string
}{
	{LevelFloor, `receptionist receptie reception balie secretar assistent assistant bureauassistent managementassistent
		planner planning administrat conciërge caretaker facilitair medewerker clerk officemanager uitvoerend monteur
		stagiair intern vrijwilliger volunteer gastvrouw gastheer`},
	{LevelTop, `directeur director ceo cfo cto coo bestuurder bestuur burgemeester mayor wethouder alderman minister
		gedeputeerde commissaris voorzitter chair president oprichter founder eigenaar owner partner hoofdredacteur
		rector decaan dean staatssecretaris gemeentesecretaris griffier executive vp`},
	{LevelMiddle, `manager hoofd head teamleider teamlead leider lead leidinggevende coordinator coördinator programmamanager projectleider chef afdelingshoofd supervisor penningmeester treasurer raadslid councillor`},
	{LevelExpert, `adviseur adviser advisor consultant onderzoeker researcher ontwerper designer ontwikkelaar developer
		engineer ingenieur analist analyst specialist schrijver writer tekstschrijver copywriter redacteur editor
		journalist fotograaf photographer docent teacher lecturer professor hoogleraar jurist lawyer architect trainer
		coach strateeg strategist beleidsmedewerker illustrator vormgever woordvoerder arts doctor accountant vertaler
		translator makelaar contentmaker videomaker programmeur`},
}

var levelOfWord = func() []struct {
	word  string
	level Level
} {
	var out []struct {
		word  string
		level Level
	}
	for _, list := range levelWords {
		for _, word := range strings.Fields(list.words) {
			out = append(out, struct {
				word  string
				level Level
			}{text.Fold(word), list.level})
		}
	}
	return out
}()

// LevelOf returns the level that a title says.
func LevelOf(title string) Level {
	words := text.Words(title)
	if strings.Contains(strings.Join(words, " "), "office manager") {
		return LevelFloor
	}
	for _, known := range levelOfWord {
		for _, word := range words {
			// "beleidsmedewerker" is no "medewerker": the whole word or its beginning counts, and the longest list
			// entry that fits is among the experts.
			if word == "beleidsmedewerker" {
				return LevelExpert
			}
			if strings.HasPrefix(word, known.word) || len(known.word) > 6 && strings.HasSuffix(word, known.word) {
				return known.level
			}
		}
	}
	return LevelNone
}
