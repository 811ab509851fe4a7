package routing

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

var begin = time.Date(2020, 1, 6, 9, 0, 0, 0, time.UTC)

func at(hours int) time.Time { return begin.Add(time.Duration(hours) * time.Hour) }

// told is a small history: 1 answers about boats (term 10), 2 about trees (term 20), 3 only asks.
func told() *History {
	h := NewHistory()
	for i := range 6 {
		h.Add(Message{Author: 3, Time: at(48 * i), Thread: 2 * i, Begins: true, To: -1, Place: 0, Terms: []int{10, 11}})
		h.Add(Message{Author: 1, Time: at(48*i + 1), Thread: 2 * i, To: 3, Place: 0, Terms: []int{10}})
		h.Add(Message{
			Author: 3, Time: at(48*i + 2), Thread: 2*i + 1, Begins: true, To: -1, Place: 0, Terms: []int{20, 21},
		})
		h.Add(Message{Author: 2, Time: at(48*i + 3), Thread: 2*i + 1, To: 3, Place: 0, Terms: []int{20}})
	}
	return h
}

func TestTheTopicDecidesBetweenEquals(t *testing.T) {
	h := told()
	h.Name(2, 7)
	w := General()
	for term, expert := range map[int]int{10: 1, 20: 2, 11: 1, 21: 2} {
		who, vectors := h.Describe(AskOf(Message{Author: 4, Time: at(400), Begins: true, Place: 0, Terms: []int{term}}))
		best, most := -1, math.Inf(-1)
		for i, s := range w.Scores(vectors) {
			if s > most {
				best, most = who[i], s
			}
		}
		if best != expert {
			t.Errorf("term %d goes to %d, want %d", term, best, expert)
		}
	}
	who, vectors := h.Describe(
		AskOf(Message{Author: 3, Time: at(400), Begins: true, Place: 0, Terms: []int{99}, Calls: []int{7}}))
	for i, c := range who {
		if c == 3 {
			t.Error("the asker is asked")
		}
		if named := vectors[i][Named] == 1; named != (c == 2) {
			t.Errorf("%d named: %v", c, named)
		}
	}
}

// No feature is ever infinite or no number, whatever the times and the terms are.
func TestFeaturesAreFinite(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	h := NewHistory()
	if who, vectors := h.Describe(Ask{Terms: []int{5}}); len(who) != 0 || len(vectors) != 0 {
		t.Error("nobody wrote, but there are candidates")
	}
	for i := range 400 {
		m := Message{
			Author: r.IntN(12), Time: begin.Add(time.Duration(r.Int64N(2e15) - 1e15)), Thread: r.IntN(60),
			Begins: r.IntN(3) == 0, To: r.IntN(13) - 1, Place: r.IntN(4) - 1,
		}
		for range r.IntN(30) {
			m.Terms = append(m.Terms, r.IntN(50))
		}
		h.Add(m)
		if i%7 > 0 {
			continue
		}
		ask := AskOf(m)
		ask.Asker = r.IntN(14) - 1
		_, vectors := h.Describe(ask)
		for _, v := range vectors {
			for f, x := range v {
				if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
					t.Fatalf("%s is %v", Feature(f), x)
				}
			}
		}
	}
}

// The slope that learning follows is that of the likelihood, by differences.
func TestGradient(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	e := Example{Vectors: make([]Vector, 5), Answered: []int{1, 3}}
	var w, g, ignored Weights
	for i := range e.Vectors {
		for f := range e.Vectors[i] {
			e.Vectors[i][f] = float32(r.NormFloat64())
		}
	}
	for f := range w {
		w[f] = r.NormFloat64() / 5
	}
	w.gradient(&e, &g)
	const step = 1e-5
	for f := range w {
		up, down := w, w
		up[f] += step
		down[f] -= step
		slope := (up.gradient(&e, &ignored) - down.gradient(&e, &ignored)) / (2 * step)
		if !(math.Abs(slope-g[f]) <= 1e-5) {
			t.Errorf("%s: slope %g, want %g", Feature(f), g[f], slope)
		}
	}
}

// Learning finds the feature that decides, and the prior holds it back.
func TestLearn(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var examples []Example
	for range 200 {
		e := Example{Vectors: make([]Vector, 8)}
		best := 0
		for i := range e.Vectors {
			e.Vectors[i][Silence], e.Vectors[i][Rate] = r.Float32(), r.Float32()
			if e.Vectors[i][Rate] > e.Vectors[best][Rate] {
				best = i
			}
		}
		e.Answered = []int{best}
		examples = append(examples, e)
	}
	free := Learn(examples, nil, Weights{}, Weights{}, 1e-4, 200)
	held := Learn(examples, nil, Weights{}, Weights{}, 10, 200)
	if free[Rate] < 3 || !(math.Abs(free[Silence]) <= free[Rate]/5) || !(math.Abs(held[Rate]) <= 0.2) {
		t.Errorf("rate %g silence %g, held %g", free[Rate], free[Silence], held[Rate])
	}
	if again := Learn(examples, nil, Weights{}, Weights{}, 1e-4, 200); again != free {
		t.Error("learning twice gives two results")
	}
}

func TestWeightsFile(t *testing.T) {
	if got := General().JSON(); !bytes.Equal(bytes.TrimSpace(got), bytes.TrimSpace(weightsFile)) {
		t.Error("weights.json is not what General reads from it")
	}
	for _, bad := range []string{
		`{}`, `x`, string(bytes.Replace(weightsFile, []byte(`"rate"`), []byte(`"rote"`), 1)),
	} {
		if _, err := ReadWeights([]byte(bad)); err == nil {
			t.Errorf("read %.20s", bad)
		}
	}
}
