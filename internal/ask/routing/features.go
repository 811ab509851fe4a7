package routing

import (
	"math"
	"slices"
)

// Feature numbers what the model looks at. Each belongs to one of the parts in which an answer is explained.
type Feature int

// The features of one candidate for one ask.
const (
	TopicProfile  Feature = iota // BM25 of the ask against what they wrote and the asks they answered, fading by year
	TopicShare                   // the same as a share of the best candidate's
	TopicOwn                     // BM25 against their own words alone, of all time, as a share of the best
	TopicSimilar                 // they answered the asks most similar to this one
	AnswersBurst                 // answers in the last days
	AnswersMonth                 // in the last weeks
	AnswersSeason                // in the last months
	AnswersEver                  // of all time
	Threads                      // different threads of others answered
	FirstToAnswer                // how often they were the first
	AnswerShare                  // share of their messages that answer
	Silence                      // days since they wrote
	AnswerSilence                // days since they answered
	AsksMissed                   // asks since they last wrote
	Rate                         // share of the asks answered since they came
	Hour                         // how usual this hour is for them
	PairAnswered                 // they answered the asker before
	PairHelped                   // the asker answered them before
	PlaceSeason                  // active in the place where it is asked
	PlaceShare                   // share of their activity that is there
	Named                        // the ask names them
	Newcomer                     // they came in the last weeks
	Busy                         // they wrote much in the last days beyond their usual
	PlaceStranger                // never seen in the place of the ask, although it is known
	Quick                        // answers within hours, by habit
	// how much likelier the words of the ask are among the asks that they answered than among all
	TopicBayes
	Standing // they answer askers as well known as this one
	Features // the number of features
)

// Vector holds the features of a candidate.
type Vector [Features]float32

// Ask is what is asked, as the history sees it.
type Ask struct {
	Asker int
	At    float64 // days since 1970
	Hour  int
	Place int
	Terms []int
	Calls []int
}

// AskOf returns the ask that a message makes.
func AskOf(m Message) Ask {
	return Ask{
		Asker: m.Author, At: days(m.Time), Hour: m.Time.UTC().Hour(), Place: m.Place, Terms: m.Terms, Calls: m.Calls,
	}
}

// The parameters of BM25 as Robertson and Zaragoza (2009) advise when nothing is tuned.
const (
	bm25K1 = 1.2
	bm25B  = 0.75
)

// bayesMass is how many asks of average words are added to those that somebody answered, so that a few asks prove
// little.
const bayesMass = 20.0

// similarAsks is how many of the most similar earlier asks are looked at.
const similarAsks = 40

// distinct returns the terms once each; those of a very long ask are cut.
func distinct(terms []int) []int {
	out := slices.Clone(terms)
	slices.Sort(out)
	return slices.Compact(out)
}

// topics are scores of every candidate that shares a term with the ask.
type topics struct {
	profile, own, similar, bayes map[int]float64
	terms                        float64
}

func (h *History) topics(a Ask) topics {
	t := topics{map[int]float64{}, map[int]float64{}, map[int]float64{}, map[int]float64{}, 0}
	n := float64(len(h.seen))
	if n == 0 {
		return t
	}
	average := max(h.length/n, 1)
	averageProfile := max((h.length+h.prompts)/n, 1)
	sims := map[int]float64{}
	norms := 0.0
	for _, term := range distinct(a.Terms) {
		if term < len(h.postings) {
			list := h.postings[term]
			df := float64(len(list))
			idf := math.Log(1 + (n-df+0.5)/(df+0.5))
			for i := range list {
				p := &list[i]
				who := &h.people[p.person]
				if p.own > 0 {
					t.own[p.person] += idf * p.own * (bm25K1 + 1) / (p.own + bm25K1*(1-bm25B+bm25B*who.length/average))
				}
				tf := p.recent.get(a.At, yearLife)
				t.profile[p.person] += idf * tf * (bm25K1 + 1) /
					(tf + bm25K1*(1-bm25B+bm25B*(who.length+who.prompts)/averageProfile))
			}
		}
		if term < len(h.asked) && h.asks > 0 {
			list := h.asked[term]
			df := float64(len(list))
			idf := math.Log(1 + (h.asks-df+0.5)/(df+0.5))
			if h.answers > 0 && term < len(h.postings) {
				sum := 0.0
				for i := range h.postings[term] {
					sum += h.postings[term][i].answered
				}
				if sum > 0 {
					chance := sum / h.answers
					t.terms++
					for i := range h.postings[term] {
						p := &h.postings[term][i]
						if who := &h.people[p.person]; who.threads > 0 && p.answered > 0 {
							// What it is for somebody without the term is taken off below, once for all terms.
							t.bayes[p.person] += math.Log((p.answered + bayesMass*chance) / (bayesMass * chance))
						}
					}
				}
			}
			norms += idf * idf
			if df > 0.2*h.asks+20 {
				continue
			}
			for _, key := range list {
				sims[key] += idf * idf
			}
		}
	}
	h.similar(a, sims, norms, t.similar)
	return t
}

// similar credits those who answered the asks most like this one.
func (h *History) similar(a Ask, sims map[int]float64, norm float64, into map[int]float64) {
	type one struct {
		thread int
		score  float64
	}
	best := make([]one, 0, len(sims))
	for key, s := range sims {
		t := h.threads[key]
		if len(t.answered) == 0 {
			continue
		}
		cosine := s / math.Sqrt(max(norm, 1e-9)*float64(len(t.terms)+20))
		best = append(best, one{key, cosine * math.Exp2((t.at-a.At)/(2*yearLife))})
	}
	slices.SortFunc(best, func(x, y one) int {
		switch {
		case x.score > y.score:
			return -1
		case x.score < y.score:
			return 1
		}
		return x.thread - y.thread
	})
	total := 0.0
	for _, b := range best[:min(len(best), similarAsks)] {
		total += b.score
	}
	for _, b := range best[:min(len(best), similarAsks)] {
		for who := range h.threads[b.thread].answered {
			into[who] += b.score / max(total, 1e-9)
		}
	}
}

// Describe returns the candidates for an ask, everybody but the asker who wrote before, each with its features.
func (h *History) Describe(a Ask) (who []int, vectors []Vector) {
	a.At = max(a.At, h.now) // an ask that comes late is seen as of now, like messages
	t := h.topics(a)
	bestProfile, bestOwn := 1e-9, 1e-9
	for _, s := range t.profile {
		bestProfile = max(bestProfile, s)
	}
	for _, s := range t.own {
		bestOwn = max(bestOwn, s)
	}
	named := map[int]float64{}
	for _, term := range distinct(a.Calls) {
		for _, bearer := range h.spoken[term] {
			named[bearer] += 1 / float64(len(h.spoken[term]))
		}
	}
	class := 0
	if a.Asker >= 0 && a.Asker < len(h.people) {
		class = standing(h.people[a.Asker].messages)
	}
	share := (h.standings[class] + 1) / (h.answers + standingClasses)
	for _, c := range h.seen {
		if c == a.Asker {
			continue
		}
		p := &h.people[c]
		var v Vector
		set := func(f Feature, x float64) { v[f] = float32(x) }
		set(TopicProfile, math.Log1p(t.profile[c]))
		set(TopicShare, t.profile[c]/bestProfile)
		set(TopicOwn, t.own[c]/bestOwn)
		set(TopicSimilar, math.Log(0.02+t.similar[c])-math.Log(0.02))
		burst, month, season := p.burst.get(a.At, burstLife), p.month.get(a.At, monthLife),
			p.season.get(a.At, seasonLife)
		set(AnswersBurst, math.Log1p(burst))
		set(AnswersMonth, math.Log(0.1+month))
		set(AnswersSeason, math.Log(0.1+season))
		set(AnswersEver, math.Log(0.3+p.answers))
		set(Threads, math.Log(0.3+p.threads))
		set(FirstToAnswer, math.Log(0.3+p.firsts))
		set(AnswerShare, (p.answers+1)/(p.messages+2))
		set(Silence, math.Log(0.02+a.At-p.last))
		if p.answers > 0 {
			set(AnswerSilence, math.Log(0.02+a.At-p.lastAnswer))
		} else {
			set(AnswerSilence, math.Log(400))
		}
		set(AsksMissed, math.Log1p(h.asks-p.asksAtLast))
		set(Rate, math.Log((p.threads+0.1)/(h.asks-p.asksAtFirst+5)))
		set(Hour, p.usual(a.Hour))
		set(PairAnswered, math.Log1p(h.pairs[pair{c, a.Asker}].get(a.At, yearLife)))
		set(PairHelped, math.Log1p(h.pairs[pair{a.Asker, c}].get(a.At, yearLife)))
		if a.Place >= 0 {
			f := h.places[pair{a.Place, c}]
			here := f.get(a.At, seasonLife)
			set(PlaceSeason, math.Log(0.1+here))
			if f.value == 0 {
				set(PlaceStranger, 1)
			}
			set(PlaceShare, min((here+0.1)/(season+1), 1.5))
		} else {
			set(PlaceSeason, math.Log(0.1+season))
			set(PlaceShare, 1)
		}
		set(Named, min(named[c], 1))
		if a.At-p.first < monthLife {
			set(Newcomer, 1)
		}
		set(Busy, math.Log((burst+0.5)/(month*burstLife/monthLife+0.5)))
		if p.threads > 0 {
			set(Quick, -p.delay/p.threads)
		} else {
			set(Quick, -3)
		}
		bayes := t.bayes[c] - t.terms*math.Log((p.threads+bayesMass)/bayesMass)
		set(TopicBayes, bayes/math.Sqrt(t.terms+1))
		set(Standing, math.Log((p.standings[class]+8*share)/(p.threads+8))-math.Log(share))
		who = append(who, c)
		vectors = append(vectors, v)
	}
	return who, vectors
}

// usual says how much more than by chance somebody writes about this hour: the logarithm of the ratio, drawn to 0 where
// little is known.
func (p *person) usual(hour int) float64 {
	sum := 0.0
	for i, weight := range []float64{0.5, 1, 1, 1, 0.5} {
		sum += weight * p.hours[(hour+i+22)%24]
	}
	expected := p.messages * 4 / 24
	return math.Log((sum + 2) / (expected + 2))
}

// Part is a side of an answer in which it is explained.
type Part int

// The parts.
const (
	Able    Part = iota // what they know of
	Willing             // how readily they answer
	Near                // how well they and the asker know each other
	Free                // how much they have on their hands
	Parts
)

// PartOf says to which part a feature belongs.
func PartOf(f Feature) Part {
	switch f {
	case TopicProfile, TopicShare, TopicOwn, TopicSimilar, TopicBayes, Named:
		return Able
	case PairAnswered, PairHelped:
		return Near
	case Busy:
		return Free
	}
	return Willing
}

// Split returns the score of a candidate by its parts; their sum is the score.
func (w *Weights) Split(v *Vector) (parts [Parts]float64) {
	for f, x := range v {
		parts[PartOf(Feature(f))] += w[f] * float64(x)
	}
	return parts
}
