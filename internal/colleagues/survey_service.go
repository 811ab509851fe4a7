package colleagues

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"gave.network/internal/colleagues/survey"
	"gave.network/internal/id"
)

// Wave is one time that a survey was held, as it is told to who made it once it closed.
type Wave struct {
	ID           id.ID     `json:"id"`
	Title        string    `json:"title"`
	Closed       time.Time `json:"closed"`
	Layers       []string  `json:"layers" doc:"on which it asked, by their names"`
	Threshold    int       `json:"threshold" doc:"how many people a group needs to be spoken of"`
	Asked        int       `json:"asked"`
	Participants int       `json:"participants" doc:"who took part"`
	Weighted     bool      `json:"weighted" doc:"whether it asked how often"`
}

// WaveParticipant is somebody who took part.
type WaveParticipant struct {
	Person     id.ID // as they stand now, when two were found to be one
	Department string
	Level      int // in the chart, from 1 at the top; 0 when not known
}

// WaveTie is what one who took part says of another who did.
type WaveTie struct {
	From, To id.ID
	Layer    string
	Weight   float64 // from 0 to 1: 1 daily or where it was not asked, 2/3 weekly, 1/3 monthly
}

// WaveAnswers are the answers of who took part, about who took part: nobody else is in it. It is for figures about
// groups: no face shows it, and nothing of it is exported but as groups.
type WaveAnswers struct {
	Wave   Wave
	People []WaveParticipant // in the order of their ids
	Ties   []WaveTie         // in the order of layer, from, to
}

// waveRow is a survey as it is stored.
type waveRow struct {
	Space, ID, Owner                id.ID
	Title, Layers                   string
	Naming                          survey.Naming
	Weighted, Anonymised            int
	Threshold, Months               int
	Closes, Created, Opened, Closed int64
	Reminders                       int
	Reminded                        int64
	Asked, Taking                   int // who is asked, and who took part
}

// participantRow is somebody who is asked, as they are stored.
type participantRow struct {
	ID, Wave, Person         id.ID
	Mail, Department         string
	Level                    int
	Language                 string
	Part, Shares             int
	Answered                 string
	Consented, Saved, SentAt int64
	Trouble                  string
}

// What somebody who is asked decided.
const (
	unanswered = iota
	takesPart
	declines
)

// took says whether somebody takes part and answered at least one question.
func (p participantRow) took() bool { return p.Part == takesPart && p.Answered != "" }

// told is what a survey is to others in Gave.
func (w waveRow) told() Wave {
	return Wave{
		ID: w.ID, Title: w.Title, Closed: time.UnixMicro(w.Closed).UTC(), Layers: w.layers(), Threshold: w.Threshold,
		Asked: w.Asked, Participants: w.Taking, Weighted: w.Weighted > 0,
	}
}

// waveAnswers puts together what was answered, under the people whom those who answered stand for. Of two who were
// found to be one, the ties are one, with the heavier weight, and none leads to itself.
func waveAnswers(
	w waveRow, people []participantRow, list []answerRow, canonical func(id.ID) id.ID,
) WaveAnswers {
	out := WaveAnswers{Wave: w.told(), People: []WaveParticipant{}, Ties: []WaveTie{}}
	in := map[id.ID]bool{}
	for _, p := range people {
		key := canonical(p.Person)
		if !p.took() || key.IsZero() || in[key] {
			continue
		}
		in[key] = true
		out.People = append(out.People, WaveParticipant{key, p.Department, p.Level})
	}
	type on struct {
		arc
		layer string
	}
	weights := map[on]float64{}
	for _, a := range list {
		key := on{arc{canonical(a.Source), canonical(a.Target)}, a.Layer}
		if in[key.from] && in[key.to] && key.from != key.to {
			weights[key] = max(weights[key], a.Weight.Weight())
		}
	}
	for key, weight := range weights {
		out.Ties = append(out.Ties, WaveTie{key.from, key.to, key.layer, weight})
	}
	slices.SortFunc(out.People, func(a, b WaveParticipant) int { return a.Person.Compare(b.Person) })
	slices.SortFunc(out.Ties, func(a, b WaveTie) int {
		return cmp.Or(strings.Compare(a.Layer, b.Layer), a.From.Compare(b.From), a.To.Compare(b.To))
	})
	return out
}
