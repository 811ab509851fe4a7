package tie

import (
	"math"
	"time"

	"gave.network/internal/id"
)

// Level is how much of a tie its member shows the other members of the space.
type Level int8

// The levels: each shows what the one before it shows, and more.
const (
	Hidden   Level = iota // nothing
	Known                 // that the two know each other
	KnownHow              // that they do, and how well
)

// NoRule is the level of a rule that is to be removed: the next wider one holds again.
const NoRule Level = -1

// String returns the level's English name.
func (l Level) String() string {
	switch l {
	case Known:
		return "known"
	case KnownHow:
		return "strength"
	case NoRule:
		return "default"
	}
	return "nothing"
}

// ParseLevel reads a level's English name; anything else hides.
func ParseLevel(name string) Level {
	for _, l := range []Level{NoRule, Known, KnownHow} {
		if name == l.String() {
			return l
		}
	}
	return Hidden
}

// MarshalText writes the English name.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads the English name.
func (l *Level) UnmarshalText(text []byte) error {
	*l = ParseLevel(string(text))
	return nil
}

// Width is what a rule is about. The narrowest rule about a tie holds.
type Width int8

// The widths, from the widest to the narrowest.
const (
	OfAll    Width = iota // all ties of the member
	OfSource              // those of which anything came from a source, which is an import, or by hand
	OfPerson              // a person: never or always
	OfTie                 // the tie with one person
)

// ShareRule says how much a member shows of some of their ties.
type ShareRule struct {
	Width  Width
	Person id.ID // of OfPerson and OfTie
	Import id.ID // of OfSource; the zero id for what was noted by hand
	Level  Level
}

// ShownTie is a tie of a member's, as they show it to the other members: without dates, and without what made it.
type ShownTie struct {
	Owner  id.ID // the member who shows it
	Person id.ID // who that is in the network
	Other  id.ID // whom they know
	Level  Level
	// Rank is how strong it is at any moment, as State.rank has it; 0 where Level does not show how well.
	Rank float64
}

// knownStrength is what a tie counts of which it is shown only that it is there: the least of a moderate one.
const knownStrength = ModerateFrom

// faintestShown is the strength of the weakest tie that is shown; what faded further is shown as strong as that.
const faintestShown = 0.01

// state is the tie as it counts for who sees it: in steps of a doubling, as of the first of the month. So neither a
// date nor a single mail can be read from it, however often it is looked at.
func (t ShownTie) state(now time.Time) State {
	asOf := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	intensity := Intensity(knownStrength)
	if t.Level >= KnownHow {
		steps := math.Round(t.Rank - float64(asOf)/float64(HalfLife.Microseconds()))
		intensity = max(math.Exp2(steps), Intensity(faintestShown))
	}
	return State{Intensity: intensity, Peak: intensity, AsOf: asOf, FirstContact: Undated, Interactions: 1}
}

// with is a tie of which the viewer sees evidence, and which a member shows beside it: what is seen dates it.
func (s State) with(shown State) State {
	if s.Interactions == 0 {
		return shown
	}
	if elapsed := s.AsOf - shown.AsOf; elapsed >= 0 {
		s.Intensity += shown.Intensity * Decay(elapsed)
	} else {
		s.Intensity += shown.Intensity / Decay(-elapsed)
	}
	s.Peak = max(s.Peak, s.Intensity)
	return s
}

// Class is how well the two know each other, as it is shown.
func (t ShownTie) Class(now time.Time) Class { return t.state(now).ClassAt(now) }
