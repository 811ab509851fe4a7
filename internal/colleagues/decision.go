package colleagues

import (
	"time"

	"gave.network/internal/id"
)

// Outcome is what became of a proposal.
type Outcome string

// The outcomes.
const (
	Open    Outcome = "open"
	Carried Outcome = "carried"
	Failed  Outcome = "failed"
)

// Vote is how somebody voted.
type Vote string

// The votes; the empty one says that it is not known, or that they did not vote.
const (
	For     Vote = "for"
	Against Vote = "against"
)

// Decision is a proposal that its owner keeps, with what became of it.
type Decision struct {
	ID      id.ID      `json:"id"`
	Title   string     `json:"title"`
	Quorum  float64    `json:"quorum"`
	Chance  float64    `json:"chance" doc:"that it would carry after the talks, as it was reckoned when it was kept"`
	Outcome Outcome    `json:"outcome" enum:"open,carried,failed"`
	Created time.Time  `json:"created"`
	Closed  *time.Time `json:"closed" doc:"when the outcome was noted; null while it is open"`
	Voices  []Voice    `json:"voices" doc:"who decided or was to be talked to"`
}

// Voice is somebody's part in a decision.
type Voice struct {
	Person Party    `json:"person"`
	Votes  float64  `json:"votes"`
	Stance *float64 `json:"stance" doc:"from -1 against to 1 in favour, as it was thought before; null when it was not known"`
	Talk   int      `json:"talk" doc:"which of the talks that were proposed, from 1; 0 for none"`
	Talked bool     `json:"talked" doc:"you talked to them"`
	Vote   Vote     `json:"vote" enum:"for,against," doc:"how they voted; empty when it is not known"`

	place int
}

const (
	longestDecision = 200
	mostDecisions   = 500

	// priorTalks is how many talks the usual susceptibility counts for beside those that were had.
	priorTalks = 4

	// inFavour is the stance from which somebody has no need to be moved.
	inFavour = 0.2
)

// moved is how often somebody who was not in favour was talked to, and how often they voted in favour then.
type moved struct{ times, favour int }

// taught returns, of each person, what the decisions that were made say of how far they can be moved. Only those teach
// of whom it was known that they were not in favour, who were talked to, and whose vote is known.
func taught(list []Decision) map[id.ID]moved {
	out := map[id.ID]moved{}
	for _, d := range list {
		if d.Outcome == Open {
			continue
		}
		for _, voice := range d.Voices {
			if voice.Person.ID == nil || !voice.Talked || voice.Vote == "" || voice.Stance == nil ||
				*voice.Stance > inFavour {
				continue
			}
			m := out[*voice.Person.ID]
			m.times++
			if voice.Vote == For {
				m.favour++
			}
			out[*voice.Person.ID] = m
		}
	}
	return out
}

// susceptibility is how far others count for somebody: the usual, moved by what was learnt.
func (m moved) susceptibility() float64 {
	return (priorTalks*usualSusceptibility + float64(m.favour)) / (priorTalks + float64(m.times))
}
