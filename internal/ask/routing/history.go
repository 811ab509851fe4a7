// Package routing says who is most likely to answer an ask, from what was asked and answered before it. It knows
// people, threads and terms by number only and does no I/O; what it learns and says can be repeated to the bit.
package routing

import (
	"math"
	"slices"
	"time"

	"gave.network/graph/temporal"
)

// Message is one thing that somebody wrote: an ask, when it begins a thread, or an answer.
type Message struct {
	Author int
	Time   time.Time
	Thread int // the thread it belongs to
	// Begins says that it is the first of its thread.
	Begins bool
	// To is whom it answers, -1 when nobody or unknown.
	To int
	// Place is the list or group in which it was written, -1 when unknown.
	Place int
	Terms []int
	// Calls are the words in it by which somebody may be called, in the numbers that History.Name uses.
	Calls []int
}

// Half-lives of what is remembered, in days. They span a burst of activity, the current month, a season and a year; how
// much each counts is learnt.
const (
	burstLife  = 1.5
	monthLife  = 14.0
	seasonLife = 90.0
	yearLife   = 365.0
)

// fading is a sum that halves with each half-life; it is kept as of its last change.
type fading struct {
	value float64
	at    float64 // in days
}

func (f *fading) add(x, at, life float64) {
	f.value = f.get(at, life) + x
	f.at = max(f.at, at)
}

// get returns the value at a time not before its last change; evidence that arrives late is not made larger.
func (f fading) get(at, life float64) float64 {
	if f.value == 0 || at <= f.at {
		return f.value
	}
	return f.value * temporal.Faded(at-f.at, life)
}

// activity is what somebody wrote in a circle: on a list, or everywhere.
type activity struct {
	messages, answers    float64 // all, ever
	firsts               float64 // threads in which they were the first to answer
	threads              float64 // distinct threads of others answered
	answeredAt           []float64
	burst, month, season fading // answers
	first, last          float64
	asksAtFirst          float64                  // how many asks there had been then
	standings            [standingClasses]float64 // asks that they answered, by the standing of the asker
}

// circle is who wrote in one place.
type circle struct {
	of        map[int]*activity
	season    fading // messages
	asks      float64
	answers   float64                  // asks answered, once for each who answered
	standings [standingClasses]float64 // the same by the standing of the asker
}

// person is what is known of somebody wherever they wrote.
type person struct {
	messages float64 // all, ever
	threads  float64 // distinct threads of others answered
	length   float64 // terms written
	prompts  float64 // terms of the asks that they answered
	names    []int
	known    bool // by other evidence than messages
}

// standingClasses is into how many classes the standing of askers falls. Some people answer newcomers, others their
// peers.
const standingClasses = 5

type posting struct {
	person   int
	answered float64 // asks with it that they answered
	own      float64 // how often they wrote it, ever
	recent   fading  // the same, fading by year, and with the asks that they answered
}

type thread struct {
	asker    int
	at       float64
	place    int
	terms    []int
	standing int
	answered map[int]bool
}

type pair struct{ a, b int }

// everywhere is the place that stands for all.
const everywhere = -1

// History is what was asked and answered up to now.
type History struct {
	people   []person
	seen     []int // people who wrote, in the order of their first message
	postings [][]posting
	where    map[pair]int // term and person -> place in the term's postings
	threads  map[int]*thread
	asked    [][]int         // term -> threads whose ask has it, in order
	pairs    map[pair]fading // who answered whom
	circles  map[int]*circle // by place; everywhere for all
	asks     float64
	length   float64
	prompts  float64
	now      float64
	answers  float64       // asks answered, once for each who answered
	spoken   map[int][]int // name term -> people who bear it
}

// NewHistory returns an empty history.
func NewHistory() *History {
	return &History{
		where: map[pair]int{}, threads: map[int]*thread{}, pairs: map[pair]fading{},
		circles: map[int]*circle{everywhere: {of: map[int]*activity{}}}, spoken: map[int][]int{},
	}
}

func days(t time.Time) float64 { return float64(t.Unix()) / 86400 }

func (h *History) person(i int) *person {
	for len(h.people) <= i {
		h.people = append(h.people, person{})
	}
	return &h.people[i]
}

// Name says by which terms people call somebody.
func (h *History) Name(who int, terms ...int) {
	h.person(who).names = terms
	for _, t := range terms {
		h.spoken[t] = append(h.spoken[t], who)
	}
}

// People returns who wrote anything so far, in the order of their first message.
func (h *History) People() []int { return h.seen }

// in returns the circles that a message of a place is in.
func (h *History) in(place int) []*circle {
	if place < 0 {
		return []*circle{h.circles[everywhere]}
	}
	if h.circles[place] == nil {
		h.circles[place] = &circle{of: map[int]*activity{}}
	}
	return []*circle{h.circles[everywhere], h.circles[place]}
}

// Add takes a message into the history. Messages come in the order of time; one that comes late counts as of now.
func (h *History) Add(m Message) {
	at := max(days(m.Time), h.now)
	h.now = at
	p := h.person(m.Author)
	if p.messages == 0 && !p.known {
		h.seen = append(h.seen, m.Author)
	}
	p.messages++
	p.length += float64(len(m.Terms))
	h.length += float64(len(m.Terms))
	for _, t := range m.Terms {
		h.credit(t, m.Author, 1, 1, at)
	}
	circles := h.in(m.Place)
	for _, c := range circles {
		c.season.add(1, at, seasonLife)
		x := c.of[m.Author]
		if x == nil {
			x = &activity{first: at, asksAtFirst: c.asks}
			c.of[m.Author] = x
		}
		x.messages++
		x.last = at
		if !m.Begins {
			x.answers++
			x.burst.add(1, at, burstLife)
			x.month.add(1, at, monthLife)
			x.season.add(1, at, seasonLife)
		}
	}
	if m.Begins {
		h.begin(m, at)
		return
	}
	if m.To >= 0 && m.To != m.Author {
		h.meet(m.Author, m.To, at)
	}
	t := h.threads[m.Thread]
	if t == nil || t.asker == m.Author || t.answered[m.Author] {
		return
	}
	first := len(t.answered) == 0
	t.answered[m.Author] = true
	h.meet(m.Author, t.asker, at)
	p = h.person(m.Author)
	p.threads++
	p.prompts += float64(len(t.terms))
	h.prompts += float64(len(t.terms))
	for _, term := range t.terms {
		h.credit(term, m.Author, 0, 1, at)
		h.postings[term][h.where[pair{term, m.Author}]].answered++
	}
	h.answers++
	for _, c := range circles {
		x := c.of[m.Author]
		if first {
			x.firsts++
		}
		x.threads++
		x.answeredAt = append(x.answeredAt, at)
		x.standings[t.standing]++
		c.answers++
		c.standings[t.standing]++
	}
}

func (h *History) begin(m Message, at float64) {
	t := &thread{asker: m.Author, at: at, place: m.Place, answered: map[int]bool{}}
	t.standing = standing(h.person(m.Author).messages - 1)
	h.asks++
	for _, c := range h.in(m.Place) {
		c.asks++
	}
	seen := map[int]bool{}
	for _, term := range m.Terms {
		if !seen[term] {
			seen[term] = true
			t.terms = append(t.terms, term)
			for len(h.asked) <= term {
				h.asked = append(h.asked, nil)
			}
			h.asked[term] = append(h.asked[term], m.Thread)
		}
	}
	h.threads[m.Thread] = t
}

func (h *History) credit(term, who int, own, recent, at float64) {
	for len(h.postings) <= term {
		h.postings = append(h.postings, nil)
	}
	key := pair{term, who}
	i, ok := h.where[key]
	if !ok {
		i = len(h.postings[term])
		h.where[key] = i
		h.postings[term] = append(h.postings[term], posting{person: who})
	}
	p := &h.postings[term][i]
	p.own += own
	p.recent.add(recent, at, yearLife)
}

// meet remembers that one answered the other.
func (h *History) meet(from, to int, at float64) {
	f := h.pairs[pair{from, to}]
	f.add(1, at, monthLife)
	h.pairs[pair{from, to}] = f
}

// Main returns the place in which most was written lately, and which part that is of all; -1 when there is none.
func (h *History) Main(now float64) (place int, part float64) {
	place = everywhere
	all := h.circles[everywhere].season.get(now, seasonLife)
	for n, c := range h.circles {
		if x := c.season.get(now, seasonLife) / max(all, 1e-9); n != everywhere &&
			(x > part || x == part && n < place) {
			place, part = n, x
		}
	}
	return place, part
}

// Helped is how many threads of others somebody answered in a place since a day.
func (h *History) Helped(who, place int, since time.Time) int {
	c := h.circles[place]
	if c == nil || c.of[who] == nil {
		return 0
	}
	at := c.of[who].answeredAt
	first, _ := slices.BinarySearch(at, days(since))
	return len(at) - first
}

// standing is the class of an asker who wrote so many messages before.
func standing(messages float64) int {
	switch {
	case messages >= 50:
		return 4
	case messages >= 15:
		return 3
	case messages >= 4:
		return 2
	case messages >= 1:
		return 1
	}
	return 0
}

// Know takes into the history what somebody knows of, from other evidence than messages: a profile, a note. With no
// terms it only makes them a candidate. at is when it was noted.
func (h *History) Know(who int, noted time.Time, terms []int) {
	at := days(noted)
	p := h.person(who)
	if p.messages == 0 && !p.known {
		h.seen = append(h.seen, who)
	}
	p.known = true
	p.length += float64(len(terms))
	h.length += float64(len(terms))
	for _, t := range terms {
		h.credit(t, who, 1, 1, at)
	}
}

// Rarity is how much a term tells of people: the logarithm of one divided by the share of them who used it, 0 for one
// that nobody used.
func (h *History) Rarity(term int) float64 {
	if term >= len(h.postings) || len(h.postings[term]) == 0 {
		return 0
	}
	return math.Log(float64(len(h.seen)) / float64(len(h.postings[term])))
}
