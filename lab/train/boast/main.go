// Command train learns the model of the boast check, prints its quality on what it did not learn from, beside simpler
// ways, and writes it.
//
// It reads the labelled tweets of Jin et al. (train and dev), our own sentences from professional life, and a package
// of public word vectors.
package main

import (
	"bufio"
	"compress/gzip"
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

// What a sentence of our own counts beside a tweet: they are few, and closer to what people will check.
const ownWeight = 6

// vocabulary is how many words have a vector: the most frequent. More words gained nothing that could be measured.
const vocabulary = 60_000

// marked is the share of a random sample of tweets that the threshold marks; readers marked 7 %. It is found without
// looking at labels. Somewhat more than there are is best where many of those marked are wrong.
const marked = 0.10

// falseAlarms is the share of sentences of our own that do not boast and may be marked all the same, in
// cross-validation: a check that cries wolf is not used.
const falseAlarms = 0.1

// folds is in how many parts our own sentences are cut for cross-validation.
const folds = 5

func main() {
	data := flag.String("data", "", "folder with train.csv.gz and dev.csv.gz")
	own := flag.String("own", "", "folder with our own sentences")
	mail := flag.String("mail", "", "folder with archives of mailing lists: plain talk, which hardly ever boasts")
	vectors := flag.String("vectors", "", "JSON file of word vectors")
	out := flag.String("out", "", "where to write the weights")
	strength := flag.Float64("strength", 1, "inverse of the regularisation")
	flag.Parse()
	if err := run(*data, *own, *mail, *vectors, *out, *strength); err != nil {
		log.Fatal(err)
	}
}

func run(data, own, mail, vectors, out string, strength float64) error {
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
				e.Weight = ownWeight
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
	m := &boast.Model{Threshold: map[string]float64{}, Slope: 2}
	if err := load(m, vectors); err != nil {
		return err
	}
	learnFrom := append(slices.Clone(sets[0]), sets[2]...)
	if err := m.Learn(learnFrom, strength, least); err != nil {
		return err
	}
	m.Threshold["en"] = quantile(m, sets[1], 1-marked)
	if m.Threshold["nl"], err = quiet(m, sets[0], sets[2], "nl", strength); err != nil {
		return err
	}
	if err := m.Learn(learnFrom, strength, least); err != nil { // cross-validation left other weights
		return err
	}
	m.Card = card(m, sets[0], sets[1], sets[2], sets[3])
	for _, name := range talkToMeasure {
		list, err := sentencesOf(filepath.Join(mail, name))
		if err != nil {
			return err
		}
		m.Card.Plain = append(m.Card.Plain, plainMeasure(m, name, list))
	}
	fmt.Println(m.Card.Plain)
	for _, x := range m.Card.Measured {
		fmt.Printf(
			"%s: %d sentences, %d boast; macro F1 %.3f (%.3f to %.3f), precision %.3f, recall %.3f; beside it %v\n",
			x.Set, x.Sentences, x.Boasts, x.MacroF1, x.Low, x.High, x.Precision, x.Recall, x.Baselines)
	}
	if out == "" {
		return nil
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

// quiet is the score that few of our own sentences in a language reach that do not boast, each judged by a model that
// did not learn from it.
func quiet(m *boast.Model, tweets, own []boast.Example, lang string, strength float64) (float64, error) {
	var scores []float64
	for fold := range folds {
		learnFrom := slices.Clone(tweets)
		for i, e := range own {
			if i%folds != fold {
				learnFrom = append(learnFrom, e)
			}
		}
		if err := m.Learn(learnFrom, strength, least); err != nil {
			return 0, err
		}
		for i, e := range own {
			if i%folds == fold && e.Lang == lang && e.Kind == "" {
				scores = append(scores, m.Score(e.Text, e.Lang))
			}
		}
	}
	slices.Sort(scores)
	return scores[int((1-falseAlarms)*float64(len(scores)-1))], nil
}

// quantile is the score below which this share of the sentences lies.
func quantile(m *boast.Model, list []boast.Example, share float64) float64 {
	scores := make([]float64, len(list))
	for i, e := range list {
		scores[i] = m.Score(e.Text, e.Lang)
	}
	slices.Sort(scores)
	return scores[int(share*float64(len(scores)-1))]
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

// load reads the vectors of the most frequent words. The file has them in that order.
func load(m *boast.Model, path string) error {
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
	var words []string
	var list [][]float64
	for decoder.More() && len(words) < vocabulary {
		t, err := decoder.Token()
		if err != nil {
			return err
		}
		var v []float64
		if err := decoder.Decode(&v); err != nil {
			return err
		}
		if word, ok := t.(string); ok && plain.MatchString(word) {
			words, list = append(words, word), append(list, v[:100])
		}
	}
	m.SetVectors(words, list)
	return nil
}
