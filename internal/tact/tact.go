// Package tact is the one gate before everything that Gave proposes: what it lets through may be said as a reason, a
// match, a draft or a move. Its words stand in delicate.txt of each language (package lang), whole words and phrases;
// those of all languages count, because people mix them. Beside them stands what was learnt from lines that people
// wrote (weights.bin), for what is told without any such word.
//
// What it holds back stays where it was noted and can be read there. It only leads to nothing by itself.
package tact

import "slices"

// Delicate says whether a line speaks of what a friend would not bring up unasked: the special categories of the law
// (GDPR, article 9), death, family trouble, money trouble, work that is lost, the police; or of what was said in
// confidence or is hearsay, because only what a person told or made public is used. When in doubt it is: a proposal
// that is missed costs less than one that hurts.
func Delicate(line string) bool { return learnt().Hold(line, Listed(line)) }

// Any says whether one of some lines is delicate.
func Any(lines ...string) bool { return slices.ContainsFunc(lines, Delicate) }

// DelicateTag is Delicate of a tag, in which a psychologist is somebody who helps, not somebody who is seen.
func DelicateTag(line string) bool { return touchy().in(line, tag) }

// DelicateTitle is Delicate of a title, role or organisation, in which a cancer is what somebody works on.
func DelicateTitle(line string) bool { return touchy().in(line, title) }

// Secret says whether a line is marked as not to be passed on, or as told by somebody else. Only what a person told or
// made public is used.
func Secret(line string) bool { return secret().in(line, said) }

// Died says whether a line that stands with a person says that this person is dead; not that somebody near them is.
func Died(line string) bool { return died().in(line, said) }

// Day is what may be done about a day in somebody's life.
type Day uint8

// The kinds of days.
const (
	Plain    Day = iota // it may be mentioned
	Glad                // it is congratulated
	Silent              // nothing is said of it
	Deceased            // the person died on it: nothing is proposed about them any more
	Quiet               // nothing is said of it, and the owner chose to be told, in a line without its name
)

// DayOf says what may be done about a day by its kind, as people and sources call it. Only days of known joy are
// congratulated.
func DayOf(kind string) Day {
	switch {
	case days("quiet").in(kind, said):
		return Quiet
	case days("deceased").in(kind, said):
		return Deceased
	case touchy().in(kind, said):
		return Silent
	case days("glad").in(kind, said):
		return Glad
	}
	return Plain
}
