// Command train learns the weights of routing from the archives that are named and from fictional worlds, and writes
// them to the file named by -out. It prints how well routing does beside simpler ways: on each archive with weights
// that were learnt from the others, and on its second half in time with weights learnt from all first halves.
//
// Archives show who answers of those who hear an ask. Nothing is on record of people there, and nobody is far: how much
// these count is learnt from the worlds.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gave.network/internal/ask/routing"
	"gave.network/lab"
	"gave.network/lab/archive"
)

// few is how many asks an archive must have to be measured by itself; those with fewer are measured together.
const few = 100

// The worlds that are learnt from, and those that are only measured on.
var learnt, kept = []uint64{11, 12, 13, 14}, []uint64{15, 16, 17}

// lesson is what one archive teaches.
type lesson struct {
	name     string
	network  *archive.Network
	examples []routing.Example
}

func (l *lesson) middle() time.Time {
	return l.network.Questions[len(l.network.Questions)/2].Query.AsOf
}

func main() {
	out := flag.String("out", "", "where to write the weights")
	leftOut := flag.String("left-out", "", "the directory for the weights that were learnt without each large archive")
	flag.Parse()
	if err := train(context.Background(), flag.Args(), *out, *leftOut); err != nil {
		log.Fatal(err)
	}
}

func train(ctx context.Context, paths []string, out, leftOut string) error {
	var lessons []*lesson
	for _, path := range paths {
		l := &lesson{name: strings.SplitN(filepath.Base(path), ".", 2)[0]}
		var err error
		if l.network, err = archive.Open(ctx, path); err != nil {
			return err
		}
		defer l.network.Close()
		for _, q := range l.network.Questions {
			e, err := archive.Example(ctx, l.network.Ask, q)
			if err != nil {
				return err
			}
			l.examples = append(l.examples, e)
		}
		lessons = append(lessons, l)
	}
	var worlds []routing.Example
	for _, seed := range learnt {
		if err := inWorld(ctx, seed, func(w *lab.Asked) error {
			for _, q := range w.Questions {
				e, err := archive.Example(ctx, w.Ask, q)
				if err != nil {
					return err
				}
				worlds = append(worlds, e)
			}
			return nil
		}); err != nil {
			return err
		}
	}
	small := archive.Outcomes{}
	sum, n := 0.0, 0.0
	large := func(l *lesson) bool { return len(l.examples) >= few }
	ofLarge := learn(lessons, large, 1, worlds)
	for _, l := range lessons {
		w := ofLarge
		if large(l) {
			w = learn(lessons, func(other *lesson) bool { return other != l }, 1, worlds)
			if leftOut != "" {
				if err := os.WriteFile(filepath.Join(leftOut, l.name+".json"), w.JSON(), 0o644); err != nil {
					return err
				}
			}
		}
		outcomes, err := l.network.Measure(ctx, time.Time{}, &w)
		if err != nil {
			return err
		}
		if !large(l) {
			for name, all := range outcomes {
				small[name] = append(small[name], all...)
			}
			continue
		}
		r := outcomes.Report()
		sum, n = sum+r.Ratio, n+1
		show(l.name+", learnt from the others", r)
	}
	show("small archives together, learnt from the large ones", small.Report())
	fmt.Printf("mean ratio of the large archives, learnt from the others: %.3f\n", sum/n)
	everything := func(*lesson) bool { return true }
	half := learn(lessons, everything, 2, worlds)
	for _, l := range lessons {
		if !large(l) {
			continue
		}
		outcomes, err := l.network.Measure(ctx, l.middle(), &half)
		if err != nil {
			return err
		}
		show(l.name+", second half in time, learnt from all first halves", outcomes.Report())
	}
	w := learn(lessons, everything, 1, worlds)
	if err := measureWorlds(ctx, &w); err != nil {
		return err
	}
	if out == "" {
		return nil
	}
	return os.WriteFile(out, w.JSON(), 0o644)
}

func inWorld(ctx context.Context, seed uint64, do func(*lab.Asked) error) error {
	w, err := lab.AskedWorld(ctx, seed)
	if err != nil {
		return err
	}
	defer w.Close()
	return do(w)
}

// measureWorlds prints how routing does in worlds that it did not learn from.
func measureWorlds(ctx context.Context, w *routing.Weights) error {
	sum, n := 0.0, 0
	for _, seed := range kept {
		if err := inWorld(ctx, seed, func(o *lab.Asked) error {
			for _, q := range o.Questions {
				found, err := archive.Found(ctx, o.Ask, q, w)
				if err != nil {
					return err
				}
				sum += found
				n++
			}
			return nil
		}); err != nil {
			return err
		}
	}
	fmt.Printf("worlds that were not learnt from: %d asks, MRR %.3f\n", n, sum/float64(n))
	return nil
}

// learn takes the first part in time of some archives, and the worlds. An archive with four times the asks
// counts twice as much; the worlds count as one archive.
func learn(lessons []*lesson, of func(*lesson) bool, part int, worlds []routing.Example) routing.Weights {
	var examples []routing.Example
	var importance []float64
	add := func(all []routing.Example, of int) {
		for _, e := range all {
			if len(e.Answered) > 0 {
				examples = append(examples, e)
				importance = append(importance, 1/math.Sqrt(float64(of)))
			}
		}
	}
	for _, l := range lessons {
		if of(l) {
			add(l.examples[:len(l.examples)/part], len(l.examples))
		}
	}
	add(worlds, len(worlds))
	return routing.Learn(examples, importance, routing.Weights{}, routing.Weights{}, 1e-3, 120)
}

func show(what string, r archive.Report) {
	fmt.Printf("%s: %d asks, MRR %.3f, %.3f times %s (%.3f to %.3f)\n", what, r.Asks, r.Methods["gave"].MRR, r.Ratio,
		r.Best, r.Low, r.High)
	for _, name := range slices.Sorted(maps.Keys(r.Methods)) {
		q := r.Methods[name]
		fmt.Printf("    %-16s %.3f (%.3f to %.3f)\n", name, q.MRR, q.Low, q.High)
	}
}
