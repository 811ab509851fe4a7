package skilled

import (
	"context"
	"slices"
	"strings"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/lang"
	"gave.network/internal/op"
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

// Levels returns all levels, from the top down.
func Levels() []Level { return []Level{LevelTop, LevelMiddle, LevelExpert, LevelFloor} }

// Standing is where somebody stands in an organisation, as a chart says; what it does not say is empty.
type Standing struct {
	Level        Level
	Organisation string
	Department   string
}

// Charts says where people stood in the charts of a viewer on a day; the zero time stands for now. Who is in a chart,
// and was in none on that day, is in it without a level.
type Charts func(ctx context.Context, v op.Viewer, at time.Time) (map[id.ID]Standing, error)

// levelOfWord are the beginnings of the words of titles. The order of the levels counts: an assistant of a director is
// not one, and an office manager runs things.
var levelOfWord = func() (all []levelWord) {
	for _, level := range []Level{LevelFloor, LevelTop, LevelMiddle, LevelExpert} {
		for _, word := range lang.Words("levels", "level."+string(level)) {
			all = append(all, levelWord{text.Fold(word), level})
		}
	}
	return all
}()

type levelWord struct {
	word  string
	level Level
}

var (
	floorPhrases = lang.Words("levels", "level.floor.phrase")
	expertWords  = lang.Words("levels", "level.expert.whole")
)

// LevelOf returns the level that a title says.
func LevelOf(title string) Level {
	words := text.Words(title)
	for _, phrase := range floorPhrases {
		if strings.Contains(strings.Join(words, " "), phrase) {
			return LevelFloor
		}
	}
	for _, known := range levelOfWord {
		for _, word := range words {
			// "beleidsmedewerker" is no "medewerker": the whole word or its beginning counts, and the longest list
			// entry that fits is among the experts.
			if slices.Contains(expertWords, word) {
				return LevelExpert
			}
			if strings.HasPrefix(word, known.word) || len(known.word) > 6 && strings.HasSuffix(word, known.word) {
				return known.level
			}
		}
	}
	return LevelNone
}
