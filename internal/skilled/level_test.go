package skilled

import "testing"

func TestLevelOf(t *testing.T) {
	for title, want := range map[string]Level{
		"Directeur": LevelTop, "directeur communicatie": LevelTop, "wethouder": LevelTop, "CEO": LevelTop,
		"Founder & owner": LevelTop, "adjunct-directeur": LevelTop,
		"Hoofd communicatie": LevelMiddle, "teamleider": LevelMiddle, "Programme manager": LevelMiddle,
		"afdelingshoofd":    LevelMiddle,
		"beleidsmedewerker": LevelExpert, "grafisch ontwerper": LevelExpert, "Senior researcher": LevelExpert,
		"tekstschrijver": LevelExpert,
		"receptioniste":  LevelFloor, "office manager": LevelFloor, "administratief medewerker": LevelFloor,
		"bureauassistent": LevelFloor, "managementassistent": LevelFloor, "": LevelNone, "mens": LevelNone,
	} {
		if got := LevelOf(title); got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
}
