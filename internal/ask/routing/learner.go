package routing

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
)

const (
	// relearnEvery is after how many asks with a known outcome the weights are learnt again.
	relearnEvery = 40
	// window is how many of the last asks they are learnt from.
	window = 400
	// priorAsks is how many asks it takes to move the weights as far as the general ones hold them; chosen on archives
	// left out.
	priorAsks = 40
	// relearnRounds are few, because learning begins at the weights it had.
	relearnRounds = 25
	// keptCandidates of an ask are learnt from: those who answered and the likeliest others, who have nearly all the
	// chance.
	keptCandidates = 200
	// OutcomeAfter is how many days after an ask its outcome is taken as known.
	OutcomeAfter = 7.0
)

//go:embed weights.json
var weightsFile []byte

// names are the features as they stand in the file of weights.
var names = [Features]string{
	"topic_profile", "topic_share", "topic_own", "topic_similar", "answers_burst", "answers_month", "answers_season",
	"answers_ever", "threads",
	"first_to_answer", "answer_share", "silence", "answer_silence", "asks_missed", "rate", "hour", "pair_answered",
	"pair_helped", "place_season", "place_share", "named",
	"newcomer", "busy", "place_stranger", "quick", "topic_bayes", "standing",
}

// String returns the name of the feature.
func (f Feature) String() string { return names[f] }

// General returns the weights learnt over several archives, with which every network begins.
func General() Weights {
	w, err := ReadWeights(weightsFile)
	if err != nil {
		panic(err) // the file is part of the program and tested
	}
	return w
}

// ReadWeights reads weights from JSON, an object with the name of each feature.
func ReadWeights(data []byte) (w Weights, err error) {
	var named map[string]float64
	if err := json.Unmarshal(data, &named); err != nil {
		return w, err
	}
	for f, name := range names {
		x, ok := named[name]
		if !ok {
			return w, fmt.Errorf("routing: no weight for %s", name)
		}
		w[f] = x
		delete(named, name)
	}
	for name := range named {
		return w, fmt.Errorf("routing: no feature %s", name)
	}
	return w, nil
}

// JSON writes weights as ReadWeights reads them.
func (w Weights) JSON() []byte {
	named := map[string]float64{}
	for f, name := range names {
		named[name] = w[f]
	}
	data, _ := json.MarshalIndent(named, "", "\t") // numbers and strings only
	return append(data, '\n')
}

// Learner adapts the general weights to a network from the outcomes in it.
type Learner struct {
	prior, weights Weights
	examples       []Example
	outcomes       int
}

// NewLearner begins with the given weights.
func NewLearner(prior Weights) *Learner { return &Learner{prior: prior, weights: prior} }

// Weights returns what was learnt so far.
func (l *Learner) Weights() *Weights { return &l.weights }

// Shorten keeps of an example the candidates that matter for learning.
func (l *Learner) Shorten(e Example) Example {
	if len(e.Vectors) <= keptCandidates {
		return e
	}
	scores := l.weights.Scores(e.Vectors)
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		aIn, bIn := slices.Contains(e.Answered, a), slices.Contains(e.Answered, b)
		switch {
		case aIn != bIn && aIn, aIn == bIn && scores[a] > scores[b]:
			return -1
		case aIn != bIn, scores[a] < scores[b]:
			return 1
		}
		return 0
	})
	short := Example{}
	for i, at := range order[:keptCandidates] {
		short.Vectors = append(short.Vectors, e.Vectors[at])
		if i < len(e.Answered) {
			short.Answered = append(short.Answered, i)
		}
	}
	return short
}

// Add learns from the outcome of an ask. One that no candidate answered teaches nothing.
func (l *Learner) Add(e Example) {
	if len(e.Answered) == 0 {
		return
	}
	l.examples = append(l.examples, l.Shorten(e))
	if len(l.examples) > window {
		l.examples = slices.Delete(l.examples, 0, len(l.examples)-window)
	}
	if l.outcomes++; l.outcomes%relearnEvery == 0 {
		l.weights = Learn(l.examples, nil, l.weights, l.prior, priorAsks/float64(len(l.examples)), relearnRounds)
	}
}
