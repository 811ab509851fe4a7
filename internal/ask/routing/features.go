package routing

import (
	"math"
	"slices"

	"gave.network/graph/temporal"
)

// Feature numbers what the model looks at. Each belongs to one of the parts in which an answer is explained.
type Feature int

// The features of one candidate for one ask.
const (
	TopicShare    Feature = iota // BM25 against what they wrote and answered, fading by year, beside the best
	TopicOwn                     // BM25 against their own words alone, of all time, beside the best
	TopicSimilar                 // they answered the asks most similar to this one
	TopicBayes                   // how much likelier its words are among the asks that they answered than among all
	AnswersBurst                 // answers in the last days, in the place where it is asked
	AnswersMonth                 // in the last weeks
	AnswersSeason                // in the last months
	AnswersEver                  // of all time
	Threads                      // different threads of others answered
	Rate                         // share of the asks there that they answered since they came
	FirstToAnswer                // how often they were the first
	AnswerShare                  // share of their messages that answer
	Silence                      // days since they wrote
	Standing                     // they answer askers as well known as this one
	PairNow                      // they answered the asker in the last weeks
	Named                        // the ask names them
	// The history does not know these: Candidates of the room sets them.
	Fits     // how well what is on record of them meets the ask
	Spoke    // how well what they wrote about does
	Way      // the chance of the best way to them
	Features // the number of features
)

// Vector holds the features of a candidate.
type Vector [Features]float32

// Ask is what is asked, as the history sees it.
type Ask struct {
	Asker int
	At    float64 // days since 1970
	Place int     // where it is asked, -1 when unknown: then what was written everywhere counts
	Terms []int
	Calls []int
}

// AskOf returns the ask that a message makes.
func AskOf(m Message) Ask {
	return Ask{
		Asker: m.Author, At: days(m.Time), Place: m.Place, Terms: m.Terms, Calls: m.Calls,
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
		best = append(best, one{key, cosine * temporal.Faded(a.At-t.at, 2*yearLife)})
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

// Describe returns the candidates for an ask, everybody but the asker who wrote before, each with its features. What
// somebody wrote in the place where it is asked counts; when that is unknown or nothing was written there, all of it.
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
	here := h.circles[everywhere]
	if c := h.circles[a.Place]; c != nil {
		here = c
	}
	share := (here.standings[class] + 1) / (here.answers + standingClasses)
	nothing := activity{first: a.At - yearLife, last: a.At - yearLife, asksAtFirst: here.asks}
	for _, c := range h.seen {
		if c == a.Asker {
			continue
		}
		x := here.of[c]
		if x == nil {
			x = &nothing
		}
		var v Vector
		set := func(f Feature, x float64) { v[f] = float32(x) }
		set(TopicShare, t.profile[c]/bestProfile)
		set(TopicOwn, t.own[c]/bestOwn)
		set(TopicSimilar, math.Log(0.02+t.similar[c])-math.Log(0.02))
		bayes := t.bayes[c] - t.terms*math.Log((h.people[c].threads+bayesMass)/bayesMass)
		set(TopicBayes, bayes/math.Sqrt(t.terms+1))
		set(AnswersBurst, math.Log1p(x.burst.get(a.At, burstLife)))
		set(AnswersMonth, math.Log(0.1+x.month.get(a.At, monthLife)))
		set(AnswersSeason, math.Log(0.1+x.season.get(a.At, seasonLife)))
		set(AnswersEver, math.Log(0.3+x.answers))
		set(Threads, math.Log(0.3+x.threads))
		set(Rate, math.Log((x.threads+0.1)/(here.asks-x.asksAtFirst+5)))
		set(FirstToAnswer, math.Log(0.3+x.firsts))
		set(AnswerShare, (x.answers+1)/(x.messages+2))
		set(Silence, math.Log(0.02+a.At-x.last))
		set(Standing, math.Log((x.standings[class]+8*share)/(x.threads+8))-math.Log(share))
		set(PairNow, math.Log1p(h.pairs[pair{c, a.Asker}].get(a.At, monthLife)))
		set(Named, min(named[c], 1))
		who = append(who, c)
		vectors = append(vectors, v)
	}
	return who, vectors
}

// Part is a side of an answer in which it is explained.
type Part int

// The parts.
const (
	Able    Part = iota // what they know of
	Willing             // how readily they answer
	Near                // how well they and the asker know each other
	Parts
)

// PartOf says to which part a feature belongs.
func PartOf(f Feature) Part {
	switch f {
	case TopicShare, TopicOwn, TopicSimilar, TopicBayes, Named, Fits, Spoke:
		return Able
	case PairNow, Way:
		return Near
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
