package routing

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

//go:embed weights.json
var weightsFile []byte

// names are the features as they stand in the file of weights.
var names = [Features]string{
	"topic_share", "topic_own", "topic_similar", "topic_bayes", "answers_burst", "answers_month", "answers_season",
	"answers_ever", "threads", "rate", "first_to_answer", "answer_share", "silence", "standing", "pair_now", "named",
	"fits", "spoke", "way",
}

// String returns the name of the feature.
func (f Feature) String() string { return names[f] }

// General returns the weights that were learnt.
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
