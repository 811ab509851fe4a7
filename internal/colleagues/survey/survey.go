// Package survey has the rules of a questionnaire about who works with whom: what is asked, who is asked, how far the
// response may be told, and what somebody gets back of it. It knows no database and no page.
package survey

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gave.network/internal/fault"
	"gave.network/internal/tie"
)

// Question asks for the ties of one layer.
type Question struct {
	Layer string // a name of package tie
	Ask   string // English, a key of translation
	Short string // the same in some words
}

// questions are all that can be asked, in the order in which they are. There is none of one's own, and none whom
// somebody distrusts or would rather avoid: people answer for others who did not choose to be spoken of.
var questions = []Question{
	{"works with", "With whom do you work?", "works with"},
	{"advice", "Whom do you ask for advice?", "asks advice of"},
	{"trust", "With whom can you talk in confidence?", "trusts"},
	{"travels", "With whom do you travel to work or for work?", "travels with"},
	{"lunch", "With whom do you walk or have lunch?", "walks or lunches with"},
}

// Questions returns all that can be asked, in their order.
func Questions() []Question { return slices.Clone(questions) }

// Of returns the questions of some layers, in their order; others are left out.
func Of(layers []string) []Question {
	return slices.DeleteFunc(Questions(), func(q Question) bool { return !slices.Contains(layers, q.Layer) })
}

// Naming is how people say whom they mean.
type Naming string

// The ways of naming.
const (
	Roster Naming = "roster" // all who are asked stand in a list
	Names  Naming = "names"  // names are typed
)

const (
	// DefaultThreshold is of how many people a group is spoken of, LeastThreshold the least that can be chosen.
	DefaultThreshold, LeastThreshold = 8, 5

	// MostThreshold is the most that can be chosen.
	MostThreshold = 100

	// DefaultMonths is how long answers are kept after a survey closed, MostMonths the longest that can be chosen.
	DefaultMonths, MostMonths = 24, 60

	// MostPeople is how many can be asked in one survey.
	MostPeople = 500

	// MostReminders is how often those who did not answer are reminded.
	MostReminders = 2

	// LongestTitle bounds a title, in characters.
	LongestTitle = 120

	// longest is how long a survey can be open.
	longest = 366 * 24 * time.Hour
)

// Settings are what is decided before anybody is asked. They hold for the whole of a survey: people agreed to them.
type Settings struct {
	Title      string
	Layers     []string
	Naming     Naming
	Weighted   bool // it asks how often as well
	Anonymised bool // an export may hold answers under shuffled numbers
	Threshold  int  // 0 for DefaultThreshold
	Months     int  // 0 for DefaultMonths
	Closes     time.Time
}

// Checked returns the settings with what was left out filled in, or says what is wrong with them.
func (s Settings) Checked(now time.Time) (Settings, error) {
	s.Title = strings.Join(strings.Fields(s.Title), " ")
	if s.Title == "" || utf8.RuneCountInString(s.Title) > LongestTitle || strings.ContainsRune(s.Title, 0) {
		return s, fault.New(fault.Invalid, "A title has 1 to %d characters.", LongestTitle).WithField("title")
	}
	for _, layer := range s.Layers {
		if !slices.ContainsFunc(questions, func(q Question) bool { return q.Layer == tie.LayerNamed(layer).Name }) {
			return s, fault.New(fault.Invalid, "A survey does not ask about %q.", layer).
				WithHint("It asks with whom people work, whose advice they ask, whom they trust, and with whom they " +
					"travel, walk or have lunch.").WithField("layers")
		}
	}
	var layers []string
	for _, q := range questions {
		if slices.ContainsFunc(s.Layers, func(l string) bool { return tie.LayerNamed(l).Name == q.Layer }) {
			layers = append(layers, q.Layer)
		}
	}
	if s.Layers = layers; len(layers) == 0 {
		return s, fault.New(fault.Invalid, "Choose at least one question.").WithField("layers")
	}
	switch s.Naming {
	case "":
		s.Naming = Roster
	case Roster, Names:
	default:
		return s, fault.New(fault.Invalid, "People choose from a list, or type names.").WithField("naming")
	}
	if s.Threshold == 0 {
		s.Threshold = DefaultThreshold
	}
	if s.Threshold < LeastThreshold || s.Threshold > MostThreshold {
		return s, fault.New(fault.Invalid, "A group has %d to %d people at least.", LeastThreshold, MostThreshold).
			WithField("threshold")
	}
	if s.Months == 0 {
		s.Months = DefaultMonths
	}
	if s.Months < 1 || s.Months > MostMonths {
		return s, fault.New(fault.Invalid, "Answers are kept for 1 to %d months.", MostMonths).WithField("months")
	}
	if !s.Closes.After(now) || s.Closes.Sub(now) > longest {
		return s, fault.New(fault.Invalid, "It closes on a day that is still to come, within a year.").
			WithField("closes")
	}
	return s, nil
}

// Gone says when answers are deleted of a survey that closed at a moment.
func Gone(closed time.Time, months int) time.Time { return closed.AddDate(0, months, 0) }

// Often is how often somebody has to do with somebody: 0 when it was not asked.
type Often int

// The steps.
const (
	Monthly Often = 1 + iota
	Weekly
	Daily
)

// Oftens are the steps with their words, the most often first.
func Oftens() []struct {
	Step Often
	Word string // English, a key of translation
} {
	return []struct {
		Step Often
		Word string
	}{{Daily, "every day"}, {Weekly, "every week"}, {Monthly, "every month or less"}}
}

// Weight is the weight of a tie that is stated with this step, from 0 to 1; of one without, 1.
func (o Often) Weight() float64 {
	if o < Monthly || o > Daily {
		return 1
	}
	return float64(o) / float64(Daily)
}
