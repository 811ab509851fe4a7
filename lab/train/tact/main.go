// Command tact learns which lines are delicate (package tact) from lines that people wrote, and prints how well it
// foretells those of each hand when it learnt from the others.
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
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/gonum/optimize"

	"gave.network/internal/tact"
)

// strength is the inverse of the regularisation; 1 to 100 were compared by cross-validation.
const strength = 10

// How much a line counts that nobody labelled one by one: short labels, and sentences.
const (
	plainWeight    = 0.02
	sentenceWeight = 0.05
)

// example is a line and whether it is delicate.
type example struct {
	hand     string
	line     string
	delicate bool
	weight   float64
	groups   [2][]uint16
	listed   bool
}

func main() {
	own := flag.String("own", "internal/tact/testdata", "the folder of labelled lines")
	without := flag.String("without", "fresh,professionals-kept,recruiter-kept,roundabout",
		"files that nothing is learnt from")
	esco := flag.String("esco", "../shared/data/esco/esco-occupations-nl-en.csv.gz", "occupations, which are innocent")
	out := flag.String("out", "internal/tact/weights.bin", "where the weights go")
	flag.Parse()
	if err := run(*own, strings.Split(*without, ","), *esco, *out); err != nil {
		log.Fatal(err)
	}
}

func run(own string, without []string, esco, out string) error {
	examples, err := labelled(own)
	if err != nil {
		return err
	}
	plain, err := plainLines(esco)
	if err != nil {
		return err
	}
	kept := func(hand string) bool { return slices.Contains(without, hand) }
	hands := map[string]bool{}
	var from []example
	for _, e := range examples {
		hands[e.hand] = true
		if !kept(e.hand) {
			from = append(from, e)
		}
	}
	from = append(from, plain...)
	m, err := learn(from)
	if err != nil {
		return err
	}
	for _, hand := range slices.Sorted(maps.Keys(hands)) {
		judge := m
		if !kept(hand) {
			others := slices.DeleteFunc(slices.Clone(from), func(e example) bool { return e.hand == hand })
			if judge, err = learn(others); err != nil {
				return err
			}
		}
		report(hand, kept(hand), judge, examples)
	}
	return os.WriteFile(out, m.Pack(), 0o644)
}

// report prints of the lines of one hand how many are held back and let through, by the lists and what was learnt.
func report(hand string, kept bool, m *tact.Model, examples []example) {
	var delicate, held, innocent, passed, listedHeld, listedPassed int
	for _, e := range examples {
		if e.hand != hand {
			continue
		}
		back := m.Hold(e.line, e.listed)
		switch {
		case e.delicate:
			delicate++
			held += one(back)
			listedHeld += one(e.listed)
		default:
			innocent++
			passed += one(!back)
			listedPassed += one(!e.listed)
		}
	}
	how := "cross-validated"
	if kept {
		how = "kept back"
	}
	fmt.Printf("%-20s %-16s %4d delicate: %4d held (%d by the lists alone), %4d innocent: %4d pass (%d)\n",
		hand, how, delicate, held, listedHeld, innocent, passed, listedPassed)
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// labelled reads the lines of a folder: delicate or innocent, the language, what it is, the line.
func labelled(folder string) ([]example, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil {
		return nil, err
	}
	var all []example
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		hand := strings.TrimSuffix(filepath.Base(name), ".txt")
		for line := range strings.Lines(string(content)) {
			f := strings.SplitN(strings.TrimSpace(line), " ", 4)
			if len(f) < 4 || f[0] == "#" || f[2] == "tag" || f[2] == "date" {
				continue
			}
			all = append(all, example{
				hand: hand, line: f[3], delicate: f[0] == "delicate", weight: 1,
				groups: tact.Features(f[3]), listed: tact.Listed(f[3]),
			})
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: no lines", folder)
	}
	return all, nil
}

// plainLines are what is innocent as far as the lists know: names of occupations, Dutch and English, sentences from
// professional life, everyday lines, and what Gave itself says.
func plainLines(esco string) ([]example, error) {
	var all []example
	add := func(line string, weight float64) {
		if line = strings.TrimSpace(line); line != "" && !tact.Listed(line) {
			all = append(all, example{line: line, weight: weight, groups: tact.Features(line)})
		}
	}
	for _, name := range []string{"nl-professional.csv", "en-professional.csv"} {
		if err := rows(filepath.Join("internal/praise/boast/testdata", name), []string{"text"}, func(sentence string) {
			add(sentence, sentenceWeight)
		}); err != nil {
			return nil, err
		}
	}
	if err := rows(esco, []string{"label_nl", "label_en"}, func(label string) { add(label, plainWeight) }); err != nil {
		return nil, err
	}
	texts, err := os.ReadFile("internal/lang/nl/texts.json")
	if err != nil {
		return nil, err
	}
	said := map[string]any{}
	if err := json.Unmarshal(texts, &said); err != nil {
		return nil, err
	}
	for english, dutch := range said {
		for _, one := range []any{english, dutch} {
			if sentence, ok := one.(string); ok && strings.Contains(sentence, " ") {
				add(strings.NewReplacer("%s", "", "%d", "").Replace(sentence), plainWeight)
			}
		}
	}
	for _, name := range []string{"lines", "fresh", "final", "kept", "third", "hands", "kinds", "professionals"} {
		content, err := os.ReadFile(filepath.Join("internal/capture/testdata", name+".txt"))
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(content)) {
			if !strings.HasPrefix(line, "\t") && !strings.HasPrefix(line, "#") {
				add(line, sentenceWeight)
			}
		}
	}
	slices.SortFunc(all, func(a, b example) int { return strings.Compare(a.line, b.line) })
	return all, nil
}

// rows reads columns of a table, packed or not.
func rows(name string, columns []string, each func(value string)) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	var content io.Reader = bufio.NewReader(file)
	if strings.HasSuffix(name, ".gz") {
		if content, err = gzip.NewReader(content); err != nil {
			return err
		}
	}
	r := csv.NewReader(content)
	head, err := r.Read()
	if err != nil {
		return err
	}
	for {
		row, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		for _, column := range columns {
			each(row[slices.Index(head, column)])
		}
	}
}

// learn fits the weights by logistic regression with an L2 penalty, both classes counting the same.
func learn(examples []example) (*tact.Model, error) {
	var sums [2]float64
	for _, e := range examples {
		sums[one(e.delicate)] += e.weight
	}
	n := len(tact.Model{}.Weights)
	loss := func(w []float64) float64 { return descend(examples, sums, w, nil) }
	gradient := func(into, w []float64) { descend(examples, sums, w, into) }
	settings := &optimize.Settings{GradientThreshold: 1e-3, MajorIterations: 200}
	result, err := optimize.Minimize(optimize.Problem{Func: loss, Grad: gradient}, make([]float64, n+1), settings,
		&optimize.LBFGS{})
	if result == nil {
		return nil, err
	}
	m := &tact.Model{Bias: float32(result.X[n])}
	most := 0.0
	for _, w := range result.X[:n] {
		most = max(most, math.Abs(w))
	}
	m.Scale = float32(most / 127)
	for i, w := range result.X[:n] {
		m.Weights[i] = int8(math.Round(w / most * 127))
	}
	return m, nil
}

// descend is the loss at some weights, and its gradient when asked for.
func descend(examples []example, sums [2]float64, w, into []float64) float64 {
	n := len(w) - 1
	total := 0.0
	for i := range into {
		into[i] = 0
	}
	for i, v := range w[:n] {
		total += v * v / 2
		if into != nil {
			into[i] = v
		}
	}
	for _, e := range examples {
		z := w[n]
		for _, group := range e.groups {
			part := 0.0
			for _, f := range group {
				part += w[f]
			}
			if len(group) > 0 {
				z += part / math.Sqrt(float64(len(group)))
			}
		}
		y := float64(one(e.delicate))
		weight := strength * e.weight * (sums[0] + sums[1]) / 2 / sums[one(e.delicate)]
		total += weight * (math.Log1p(math.Exp(-math.Abs(z))) + max(z, 0) - y*z)
		if into == nil {
			continue
		}
		slope := weight * (1/(1+math.Exp(-z)) - y)
		into[n] += slope
		for _, group := range e.groups {
			for _, f := range group {
				into[f] += slope / math.Sqrt(float64(len(group)))
			}
		}
	}
	return total
}
