// Package tie keeps what happened between people, what was said about their ties, and the ties that follow from it. It
// knows people by their ids only.
//
// Evidence (interactions, statements) is append-only and belongs to the member who brought it in. Ties are derived:
// they are kept up to date as evidence arrives in any order, and a full rebuild gives the same values to the last bit
// (tie.go says how). What a viewer may see of them is a network in memory (View).
package tie

import (
	"math"
	"time"

	"gave.network/graph/temporal"
	"gave.network/internal/id"
)

// Medium is the way people were in contact.
type Medium string

// The media, from the richest to the thinnest.
const (
	FaceToFace Medium = "face"    // in one room: a lunch, a meeting, a borrel
	Video      Medium = "video"   // a video call
	Call       Medium = "call"    // a telephone call
	Message    Medium = "message" // a direct message or chat
	Mail       Medium = "mail"    // a mail to named people
	List       Medium = "list"    // a mailing list or channel
)

// media gives each medium its number in the database, its weight, and the number of people above which an interaction
// is an announcement that makes no ties.
//
// Weights fall with the richness of the medium (Daft & Lengel 1986); their order is well founded, their values are
// starting points. List evidence reaches the pair of a message and its reply only.
var media = []struct {
	medium Medium
	weight float64
	most   int
}{
	{FaceToFace, 1.0, 50},
	{Video, 0.7, 50},
	{Call, 0.6, 50},
	{Message, 0.3, 20},
	{Mail, 0.2, 20},
	{List, 0.05, 20},
}

// Media returns all media, from the richest to the thinnest.
func Media() []Medium {
	out := make([]Medium, len(media))
	for i, m := range media {
		out[i] = m.medium
	}
	return out
}

// code returns the medium's number in the database, or -1.
func (m Medium) code() int {
	for i, known := range media {
		if known.medium == m {
			return i
		}
	}
	return -1
}

// Number returns the medium's number in the database, for queries; -1 for one that is not known.
func (m Medium) Number() int { return m.code() }

// MediumOf returns the medium with this number in the database.
func MediumOf(code int) Medium { return media[code].medium }

// Valid says whether the medium is known.
func (m Medium) Valid() bool { return m.code() >= 0 }

// Weight returns w(m), the contribution of an interaction of two people: 1 for face to face, 0 for an unknown medium.
func (m Medium) Weight() float64 {
	if code := m.code(); code >= 0 {
		return media[code].weight
	}
	return 0
}

const (
	// HalfLife h: after this time evidence counts half. 180 days.
	HalfLife = 180 * 24 * time.Hour

	// Saturation a_0 turns intensity into strength. A monthly one-to-one conversation face to face has a mean intensity
	// of h / (T ln 2) = 180 / (30.4375 · 0.6931) = 8.53; a_0 = 8.53 / ln 2 gives it a strength of 0.5.
	Saturation = 12.31

	// StrongFrom and ModerateFrom are the lower bounds of the bands of strength. Moderate begins at a one-to-one
	// conversation about every four months, strong at one every three weeks.
	StrongFrom   = 0.6
	ModerateFrom = 0.15

	// DormantAfter is how long a tie that was at least moderate must be silent to be called dormant. Levin, Walter &
	// Murnighan 2011 asked for three years or more; two years finds them while the address still works.
	DormantAfter = 2 * 365 * 24 * time.Hour
)

// Class is a band of tie strength, or what became of a tie.
type Class string

// The classes.
const (
	Strong   Class = "strong"
	Moderate Class = "moderate"
	Weak     Class = "weak"
	Dormant  Class = "dormant" // was at least moderate, silent for DormantAfter
	Latent   Class = "latent"  // stated or listed, without any evidence of contact
)

// Classes returns all classes.
func Classes() []Class { return []Class{Strong, Moderate, Weak, Dormant, Latent} }

// Contribution returns c_e = w(m) / (n - 1) for each pair among the n people of an interaction (Newman 2001), 0 when
// fewer than two took part or when it is an announcement (more than 20 for written media, more than 50 for meetings and
// calls).
func Contribution(m Medium, people int) float64 {
	code := m.code()
	if code < 0 || people < 2 || people > media[code].most {
		return 0
	}
	return media[code].weight / float64(people-1)
}

// Decay returns 2^(-elapsed/HalfLife): 1 at 0, 1/2 after 180 days. Elapsed is in microseconds.
func Decay(elapsed int64) float64 {
	return temporal.Faded(float64(elapsed), float64(HalfLife.Microseconds()))
}

// Strength returns s = 1 - exp(-a/a_0), from 0 to below 1.
func Strength(intensity float64) float64 {
	return -math.Expm1(-intensity / Saturation)
}

// Direction says which way an interaction went between the two people of a pair.
type Direction int8

// The directions, seen from the first person of the pair.
const (
	Mutual   Direction = iota // together, or both only recipients
	Sent                      // from the first to the second
	Received                  // from the second to the first
)

// State is what is kept of a tie between two people, seen from the first of them. With exponential decay the value
// and its time are enough to add newer evidence in O(1). The zero value is a tie without evidence.
type State struct {
	Intensity       float64 // a at AsOf
	Sent            float64 // the directed part from the first to the second, at AsOf
	Received        float64
	Peak            float64 // the highest intensity ever, a*
	AsOf            int64   // time of the newest evidence, microseconds
	LastInteraction id.ID   // the newest evidence
	FirstContact    int64   // time of the oldest evidence, microseconds
	Interactions    int
}

// Follows says whether evidence at this time comes after all that the state holds. Evidence of one moment is ordered by
// id.
func (s *State) Follows(at int64, interaction id.ID) bool {
	if s.Interactions == 0 || at > s.AsOf {
		return true
	}
	return at == s.AsOf && interaction.Compare(s.LastInteraction) > 0
}

// Add takes in evidence that follows. Evidence that does not follow must be replayed in order from the start, because
// the sum of floating-point numbers, and the peak, depend on the order.
func (s *State) Add(at int64, interaction id.ID, contribution float64, direction Direction) {
	if s.Interactions == 0 {
		s.FirstContact = at
	} else {
		f := Decay(at - s.AsOf)
		s.Intensity *= f
		s.Sent *= f
		s.Received *= f
	}
	s.Intensity += contribution
	switch direction {
	case Sent:
		s.Sent += contribution
	case Received:
		s.Received += contribution
	}
	s.Peak = max(s.Peak, s.Intensity)
	s.AsOf = at
	s.LastInteraction = interaction
	s.Interactions++
}

// Reversed returns the same tie seen from the other person.
func (s State) Reversed() State {
	s.Sent, s.Received = s.Received, s.Sent
	return s
}

// IntensityAt returns a(t) for a moment at or after the newest evidence.
func (s State) IntensityAt(t time.Time) float64 {
	if s.Interactions == 0 {
		return 0
	}
	return s.Intensity * Decay(max(0, t.UnixMicro()-s.AsOf))
}

// Reciprocity returns min(out, in) / max(out, in) of the directed evidence, 0 to 1, and 0 when there is none.
func (s State) Reciprocity() float64 {
	larger := max(s.Sent, s.Received)
	if larger == 0 {
		return 0
	}
	return min(s.Sent, s.Received) / larger
}

// ClassAt returns the tie's class at a moment.
func (s State) ClassAt(t time.Time) Class {
	if s.Interactions == 0 {
		return Latent
	}
	if Strength(s.Peak) >= ModerateFrom && t.UnixMicro()-s.AsOf >= DormantAfter.Microseconds() {
		return Dormant
	}
	return ClassOf(Strength(s.IntensityAt(t)))
}

// ClassOf returns the band of a strength.
func ClassOf(strength float64) Class {
	switch {
	case strength >= StrongFrom:
		return Strong
	case strength >= ModerateFrom:
		return Moderate
	}
	return Weak
}

// rank orders ties by strength at any moment: log2 of the intensity plus the age in half-lives cancels the decay.
func (s State) rank() float64 {
	return math.Log2(s.Intensity) + float64(s.AsOf)/float64(HalfLife.Microseconds())
}

// Plus returns the tie that both bodies of evidence make together: a viewer's own and the space's. Intensities add
// exactly; the peak is a lower bound, because the two may have peaked at different times.
func (s State) Plus(o State) State {
	if s.Interactions == 0 {
		return o
	}
	if o.Interactions == 0 {
		return s
	}
	if s.AsOf < o.AsOf {
		s, o = o, s
	}
	f := Decay(s.AsOf - o.AsOf)
	s.Intensity += o.Intensity * f
	s.Sent += o.Sent * f
	s.Received += o.Received * f
	s.Peak = max(s.Peak, o.Peak, s.Intensity)
	s.FirstContact = min(s.FirstContact, o.FirstContact)
	s.Interactions += o.Interactions
	return s
}

// Intensity is the inverse of Strength: the intensity that gives a strength from 0 to below 1.
func Intensity(strength float64) float64 { return -Saturation * math.Log1p(-strength) }

// Closeness says how much two people are to each other of all that they have: the intensity of their tie beside the
// geometric mean of what each has with everybody, from 0 to 1 (Salton & McGill 1983 compare texts so). A strength tells
// how much two have to do with one another, also of two who write to everybody; whom somebody calls a close friend, and
// whom one meets next, is told better by this (docs/horizon.md). It is 0 where either has nothing with anybody.
func Closeness(intensity, one, other float64) float64 {
	if intensity <= 0 || one <= 0 || other <= 0 {
		return 0
	}
	return intensity / math.Sqrt(one*other)
}
