// Command train learns the weights with which routing begins, from the first half in time of each archive that is
// named, prints how well they do on the second halves and on each archive when it is left out of learning, and writes
// them to the file named by -out.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"
	"time"

	"gave.network/internal/ask/routing"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/formats"
	"gave.network/lab/archive"
)

// lesson is what one archive teaches.
type lesson struct {
	name     string
	archive  *archive.Archive
	examples []routing.Example
	times    []time.Time
}

func main() {
	out := flag.String("out", "", "where to write the weights")
	flag.Parse()
	var lessons []lesson
	for _, path := range flag.Args() {
		l, err := readLesson(path)
		if err != nil {
			log.Fatal(err)
		}
		lessons = append(lessons, l)
	}
	for i, l := range lessons {
		report(l, "never learnt from, all of it", learn(lessons, i, 1), time.Time{})
	}
	w := learn(lessons, -1, 2)
	for _, l := range lessons {
		report(l, "first half learnt from, second half", w, l.times[len(l.times)/2])
	}
	if *out != "" {
		if err := os.WriteFile(*out, w.JSON(), 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

func readLesson(path string) (lesson, error) {
	l := lesson{name: filepath.Base(path), archive: archive.New()}
	if _, err := formats.ReadLetters(context.Background(), path, func(m read.Letter) error {
		l.archive.Add(archive.Mail{
			ID: m.ID, ReplyTo: m.ReplyTo, Root: m.Root, Time: m.Time, Name: m.Author.Name, Address: m.Author.Address,
			List: m.List, Subject: m.Subject, Text: m.Text,
		})
		return nil
	}); err != nil {
		return l, err
	}
	err := l.archive.Walk(context.Background(), routing.Weights{},
		func(at time.Time, _ []int, vectors []routing.Vector, _ *routing.Weights, answered []int) {
			l.examples = append(l.examples, routing.Example{Vectors: vectors, Answered: answered})
			l.times = append(l.times, at)
		})
	return l, err
}

// learn takes the first part in time of each archive but one. An archive with four times the asks counts twice as much.
func learn(lessons []lesson, without, part int) routing.Weights {
	var examples []routing.Example
	var importance []float64
	for i, l := range lessons {
		if i == without {
			continue
		}
		for _, e := range l.examples[:len(l.examples)/part] {
			if len(e.Answered) > 0 {
				examples = append(examples, e)
				importance = append(importance, 1/math.Sqrt(float64(len(l.examples))))
			}
		}
	}
	return routing.Learn(examples, importance, routing.Weights{}, routing.Weights{}, 1e-3, 300)
}

func report(l lesson, what string, w routing.Weights, from time.Time) {
	r, err := l.archive.Evaluate(context.Background(), from, w)
	if err != nil {
		log.Fatal(err)
	}
	best := 0.0
	for _, m := range archive.Methods()[1:] {
		best = max(best, r.Methods[m].MRR)
	}
	fmt.Printf("%s (%s): %d asks, MRR %.3f, best baseline %.3f, ratio %.2f\n", l.name, what, r.Asks,
		r.Methods["gave"].MRR, best, r.Methods["gave"].MRR/best)
}
