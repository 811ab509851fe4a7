package routing

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gave.network/internal/near"
)

// log is a history as a list, from which every feature is counted anew.
type log struct {
	messages []Message
	names    map[int][]int // name term -> who bears it
}

func tale(seed uint64) (log, *History) {
	x := rand.New(rand.NewPCG(seed, 31))
	people, terms := 3+x.IntN(6), 4+x.IntN(8)
	l := log{names: map[int][]int{}}
	h := NewHistory()
	for who := range people {
		if x.IntN(2) == 0 {
			term := x.IntN(3)
			h.Name(who, term)
			l.names[term] = append(l.names[term], who)
		}
	}
	at, threads := begin, 0
	for range 20 + x.IntN(160) {
		at = at.Add(time.Duration(x.IntN(100)) * time.Hour / 2)
		m := Message{
			Author: int(float64(people) * x.Float64() * x.Float64()), Time: at, To: x.IntN(people+1) - 1,
			Place: x.IntN(4) - 1,
		}
		if m.Begins = threads == 0 || x.IntN(4) == 0; m.Begins {
			m.Thread = threads
			threads++
		} else {
			m.Thread = max(0, threads-x.IntN(5)) // at times one that has not begun
		}
		for range x.IntN(6) {
			m.Terms = append(m.Terms, x.IntN(terms))
		}
		l.messages = append(l.messages, m)
		h.Add(m)
	}
	return l, h
}

func once(terms []int) []int { return slices.Compact(slices.Sorted(slices.Values(terms))) }

// features counts what Describe says of one candidate from the whole list.
func (l log) features(a Ask, c int) (v [Features]float64) {
	fade := func(t, life float64) float64 { return math.Pow(2, -(a.At-t)/life) }
	type asked struct {
		at       float64
		asker    int
		terms    []int
		standing int
		answered []int
	}
	class := func(n int) int {
		return map[bool]int{true: 1}[n >= 1] + map[bool]int{true: 1}[n >= 4] + map[bool]int{true: 1}[n >= 15] +
			map[bool]int{true: 1}[n >= 50]
	}
	threads := map[int]*asked{}
	written := map[int]int{} // messages by person
	var seen []int
	asks, answers := 0.0, 0.0
	length, prompts := map[int]float64{}, map[int]float64{}
	own, recent, credited := map[[2]int]float64{}, map[[2]int]float64{}, map[[2]int]float64{} // by term and person
	helped := map[[2]int]float64{}
	// What was written where it is asked counts, and everything when nothing was.
	here := func(m Message) bool { return m.Place == a.Place }
	if a.Place < 0 || !slices.ContainsFunc(l.messages, here) {
		here = func(Message) bool { return true }
	}
	var classes, mine [5]float64
	var everThreads, threadsOf, firsts, answersOf, messages, burst, month, season, asksHere, answersHere float64
	last, asksAtFirst, came := a.At-365, 0.0, false
	begun := map[int]int{}
	for _, m := range l.messages {
		t := days(m.Time)
		if written[m.Author] == 0 {
			seen = append(seen, m.Author)
		}
		if m.Author == c && here(m) {
			if !came {
				came, asksAtFirst = true, asksHere
			}
			messages++
			last = t
		}
		written[m.Author]++
		length[m.Author] += float64(len(m.Terms))
		for _, term := range m.Terms {
			own[[2]int{term, m.Author}]++
			recent[[2]int{term, m.Author}] += fade(t, 365)
		}
		if m.Begins {
			asks++
			if here(m) {
				asksHere++
			}
			threads[m.Thread] = &asked{t, m.Author, once(m.Terms), class(written[m.Author] - 1), nil}
			for _, term := range once(m.Terms) {
				begun[term]++
			}
			continue
		}
		if m.Author == c && here(m) {
			answersOf++
			burst, month, season = burst+fade(t, 1.5), month+fade(t, 14), season+fade(t, 90)
		}
		if m.To >= 0 && m.To != m.Author {
			helped[[2]int{m.Author, m.To}] += fade(t, 14)
		}
		ask := threads[m.Thread]
		if ask == nil || ask.asker == m.Author || slices.Contains(ask.answered, m.Author) {
			continue
		}
		ask.answered = append(ask.answered, m.Author)
		helped[[2]int{m.Author, ask.asker}] += fade(t, 14)
		prompts[m.Author] += float64(len(ask.terms))
		for _, term := range ask.terms {
			recent[[2]int{term, m.Author}] += fade(t, 365)
			credited[[2]int{term, m.Author}]++
		}
		answers++
		if m.Author == c {
			everThreads++
		}
		if !here(m) {
			continue
		}
		answersHere++
		classes[ask.standing]++
		if m.Author == c {
			threadsOf++
			mine[ask.standing]++
			if len(ask.answered) == 1 {
				firsts++
			}
		}
	}
	n := float64(len(seen))
	sum := func(m map[int]float64) (s float64) {
		for _, x := range m {
			s += x
		}
		return s
	}
	average, averageProfile := max(1, sum(length)/n), max(1, (sum(length)+sum(prompts))/n)
	most := -1 // the largest term of any ask
	for term := range begun {
		most = max(most, term)
	}
	profile, words := map[int]float64{}, map[int]float64{}
	bayes, known, norm := 0.0, 0.0, 0.0
	alike := map[int]float64{}
	for _, term := range once(a.Terms) {
		df, of := 0.0, 0.0
		for _, p := range seen {
			if recent[[2]int{term, p}] > 0 {
				df++
			}
			of += credited[[2]int{term, p}]
		}
		idf := math.Log(1 + (n-df+0.5)/(df+0.5))
		for _, p := range seen {
			tf, all := own[[2]int{term, p}], recent[[2]int{term, p}]
			words[p] += idf * tf * 2.2 / (tf + 1.2*(0.25+0.75*length[p]/average))
			profile[p] += idf * all * 2.2 / (all + 1.2*(0.25+0.75*(length[p]+prompts[p])/averageProfile))
		}
		if of > 0 {
			known++
			if x := credited[[2]int{term, c}]; x > 0 {
				bayes += math.Log((x + 20*of/answers) / (20 * of / answers))
			}
		}
		if term <= most {
			idf := math.Log(1 + (asks-float64(begun[term])+0.5)/(float64(begun[term])+0.5))
			norm += idf * idf
			if float64(begun[term]) > 0.2*asks+20 {
				continue
			}
			for key, t := range threads {
				if slices.Contains(t.terms, term) && len(t.answered) > 0 {
					alike[key] += idf * idf
				}
			}
		}
	}
	total, similar := 0.0, 0.0
	for key, s := range alike { // fewer than the 40 that are looked at at most
		t := threads[key]
		s = s / math.Sqrt(max(norm, 1e-9)*float64(len(t.terms)+20)) * fade(t.at, 730)
		total += s
		if slices.Contains(t.answered, c) {
			similar += s
		}
	}
	best := func(m map[int]float64) float64 {
		out := 1e-9
		for _, x := range m {
			out = max(out, x)
		}
		return out
	}
	if !came {
		asksAtFirst = asksHere
	}
	v[TopicShare] = profile[c] / best(profile)
	v[TopicOwn] = words[c] / best(words)
	v[TopicSimilar] = math.Log(0.02+similar/max(total, 1e-9)) - math.Log(0.02)
	v[TopicBayes] = (bayes - known*math.Log((everThreads+20)/20)) / math.Sqrt(known+1)
	v[AnswersBurst] = math.Log(1 + burst)
	v[AnswersMonth] = math.Log(0.1 + month)
	v[AnswersSeason] = math.Log(0.1 + season)
	v[AnswersEver] = math.Log(0.3 + answersOf)
	v[Threads] = math.Log(0.3 + threadsOf)
	v[Rate] = math.Log((threadsOf + 0.1) / (asksHere - asksAtFirst + 5))
	v[FirstToAnswer] = math.Log(0.3 + firsts)
	v[AnswerShare] = (answersOf + 1) / (messages + 2)
	v[Silence] = math.Log(0.02 + a.At - last)
	v[PairNow] = math.Log(1 + helped[[2]int{c, a.Asker}])
	for _, call := range once(a.Calls) {
		if slices.Contains(l.names[call], c) {
			v[Named] += 1 / float64(len(l.names[call]))
		}
	}
	v[Named] = min(1, v[Named])
	k := class(written[a.Asker])
	share := (classes[k] + 1) / (answersHere + 5)
	v[Standing] = math.Log((mine[k]+8*share)/(threadsOf+8)) - math.Log(share)
	return v
}

// Every feature of every candidate is that of its definition, counted from the whole list of messages.
func TestFeaturesAgainstTheList(t *testing.T) {
	var differ [Features]map[float32]bool
	for f := range differ {
		differ[f] = map[float32]bool{}
	}
	seeds := uint64(60)
	if testing.Short() {
		seeds = 24
	}
	for seed := range seeds {
		l, h := tale(seed)
		x := rand.New(rand.NewPCG(seed, 32))
		for range 4 {
			a := Ask{Asker: x.IntN(10), At: h.now + float64(x.IntN(40))/2, Place: x.IntN(4) - 1}
			for range x.IntN(6) {
				a.Terms = append(a.Terms, x.IntN(14))
			}
			for range x.IntN(3) {
				a.Calls = append(a.Calls, x.IntN(4))
			}
			who, vectors := h.Describe(a)
			for i, c := range who {
				want := l.features(a, c)
				for f, got := range vectors[i] {
					differ[f][got] = true
					near.Equal(t, fmt.Sprintf("seed %d: %s of %d", seed, Feature(f), c), float64(got), want[f], 1e-4)
				}
			}
			if len(who) == 0 || slices.Contains(who, a.Asker) {
				t.Errorf("seed %d: candidates %v for %d", seed, who, a.Asker)
			}
		}
	}
	for f, values := range differ[:Fits] { // the room sets the others
		if len(values) < 2 {
			t.Errorf("%s has one value in all: the test tells nothing of it", Feature(f))
		}
	}
}

func TestStandingsByHand(t *testing.T) {
	for messages, want := range map[float64]int{0: 0, 1: 1, 3: 1, 4: 2, 14: 2, 15: 3, 49: 3, 50: 4, 999: 4} {
		if got := standing(messages); got != want {
			t.Errorf("%v messages: class %d, want %d", messages, got, want)
		}
	}
}

// What is known of people without messages makes them candidates, and as rare a term as few use it.
func TestKnownPeople(t *testing.T) {
	h := NewHistory()
	h.Know(4, begin, []int{2, 2, 5})
	h.Know(6, begin, nil)
	h.Know(4, begin.AddDate(0, 0, 1), []int{7})
	if !slices.Equal(h.People(), []int{4, 6}) {
		t.Fatalf("people %v", h.People())
	}
	near.Equal(t, "the rarity of a term of one of two", h.Rarity(2), math.Log(2), 1e-12)
	near.Equal(t, "the rarity of a term that nobody used", h.Rarity(3), 0, 0)
	near.Equal(t, "the rarity of a term beyond all", h.Rarity(99), 0, 0)
	who, vectors := h.Describe(Ask{Asker: 1, At: days(begin) + 1, Place: -1, Terms: []int{2, 7}})
	if !slices.Equal(who, []int{4, 6}) {
		t.Fatalf("candidates %v", who)
	}
	// Term 2 twice and term 7 once, of a profile of four words where two is the average; each in the profile of one of
	// two people.
	idf := math.Log(1 + (2-1+0.5)/(1+0.5))
	bm25 := func(tf float64) float64 { return idf * tf * 2.2 / (tf + 1.2*(0.25+0.75*4/2)) }
	topics := h.topics(Ask{Asker: 1, At: days(begin) + 1, Place: -1, Terms: []int{2, 7}})
	near.Equal(t, "the topic", topics.profile[4], bm25(2*math.Exp2(-1.0/365))+bm25(1), 1e-6)
	near.Equal(t, "silence", float64(vectors[0][Silence]), math.Log(0.02+365), 1e-6)
	// The first message of somebody who was known does not make them a second time.
	h.Add(Message{Author: 4, Time: begin.AddDate(0, 0, 2), Thread: 1, Begins: true, To: -1, Place: -1})
	if len(h.People()) != 2 {
		t.Errorf("people %v", h.People())
	}
}

// Answers to others count in the place where they were given, from the day that is asked about; most was written where
// most was written lately.
func TestHelpedByHand(t *testing.T) {
	h := NewHistory()
	for day, place := range []int{0, 0, 1, -1} {
		at := begin.AddDate(0, 0, day)
		h.Add(Message{Author: 1, Time: at, Thread: day, Begins: true, To: -1, Place: place})
		h.Add(Message{Author: 2, Time: at.Add(time.Hour), Thread: day, To: 1, Place: place})
		h.Add(Message{Author: 2, Time: at.Add(2 * time.Hour), Thread: day, To: 1, Place: place}) // no second answer
		h.Add(Message{Author: 1, Time: at.Add(3 * time.Hour), Thread: day, To: 2, Place: place}) // to their own ask
	}
	for _, c := range []struct{ who, place, days, want int }{
		{2, 0, 0, 2}, {2, 0, 1, 1}, {2, 0, 2, 0}, {2, 1, 0, 1}, {2, everywhere, 0, 4}, {1, 0, 0, 0}, {2, 7, 0, 0},
	} {
		if got := h.Helped(c.who, c.place, begin.AddDate(0, 0, c.days)); got != c.want {
			t.Errorf("%+v: helped %d", c, got)
		}
	}
	place, part := h.Main(h.now)
	if place != 0 || !(part > 0.45) || !(part < 0.5) {
		t.Errorf("most is written in %d, %v of all", place, part)
	}
	if place, part := NewHistory().Main(1); place != everywhere || part != 0 {
		t.Errorf("nothing was written in %d, %v", place, part)
	}
}

// Chances, parts and the step of learning, by hand.
func TestModelByHand(t *testing.T) {
	c := Chances([]float64{1000, 1000 + math.Log(2), 1000 + math.Log(5)})
	for i, want := range []float64{1.0 / 8, 2.0 / 8, 5.0 / 8} {
		near.Equal(t, "the chance", c[i], want, 1e-12)
	}
	var w Weights
	var v Vector
	total := 0.0
	for f := range v {
		w[f], v[f] = float64(f+1), float32(f%5)-1
		total += w[f] * float64(v[f])
	}
	near.Equal(t, "the score", w.Score(&v), total, 1e-9)
	parts := w.Split(&v)
	near.Equal(t, "the sum of the parts", parts[Able]+parts[Willing]+parts[Near], total, 1e-9)
	near.Equal(t, "near", parts[Near],
		w[PairNow]*float64(v[PairNow])+w[Way]*float64(v[Way]), 1e-9)
	// The slope is the mean of those who answered less what is expected; two candidates with equal scores.
	e := Example{Vectors: make([]Vector, 2), Answered: []int{1}}
	both := Example{Vectors: make([]Vector, 3), Answered: []int{0, 2}}
	both.Vectors[0][Silence], both.Vectors[2][Silence] = 1, 2
	var none, slope2 Weights
	near.Equal(t, "that any answers", none.gradient(&both, &slope2), math.Log(2.0/3), 1e-12)
	near.Equal(t, "its slope", slope2[Silence], 1.5-1, 1e-12)
	e.Vectors[0][Silence], e.Vectors[1][Silence] = 1, 3
	var zero, g Weights
	near.Equal(t, "the likelihood", zero.gradient(&e, &g), math.Log(0.5), 1e-12)
	near.Equal(t, "the slope", g[Silence], 3-2, 1e-12)
	// The first step of Adam is the rate, whatever the slope; the next follows from the moments.
	one := Learn([]Example{e}, nil, Weights{}, Weights{}, 0, 1)
	near.Equal(t, "the first step", one[Silence], 0.05/1.01, 1e-6)
	slope := func(w float64) float64 { return 3 - (1*1+3*math.Exp(2*w))/(1+math.Exp(2*w)) - 0.5*(w-0.2) }
	x, m1, m2 := 0.0, 0.0, 0.0
	for round := 1; round <= 7; round++ {
		s := slope(x)
		m1, m2 = 0.9*m1+0.1*s, 0.999*m2+0.001*s*s
		x += 0.05 / (1 + float64(round)/100) * (m1 / (1 - math.Pow(0.9, float64(round)))) /
			(math.Sqrt(m2/(1-math.Pow(0.999, float64(round)))) + 1e-8)
	}
	prior := Weights{}
	prior[Silence] = 0.2
	near.Equal(t, "seven steps", Learn([]Example{e, e}, []float64{1, 2}, Weights{}, prior, 0.5, 7)[Silence], x, 1e-9)
	if got := Learn(nil, nil, prior, Weights{}, 1, 9); got != prior {
		t.Error("nothing to learn from changes the weights")
	}
}
