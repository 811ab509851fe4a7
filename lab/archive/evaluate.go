package archive

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"gave.network/internal/ask/routing"
)

// Quality is how well a method foretold who answered. All are between 0 and 1, more is better.
type Quality struct {
	MRR     float64 `json:"mrr" doc:"mean of one divided by the place of the first true helper in the list"`
	MRRLow  float64 `json:"mrr_low" doc:"lower end of the 95 % interval of mrr, by bootstrap over asks"`
	MRRHigh float64 `json:"mrr_high" doc:"upper end of it"`
	Hit1    float64 `json:"hit1" doc:"share of the asks with a true helper in the first place"`
	Hit5    float64 `json:"hit5" doc:"share with one among the first five"`
	Hit10   float64 `json:"hit10" doc:"share with one among the first ten"`
	NDCG10  float64 `json:"ndcg10" doc:"normalised discounted cumulative gain of the first ten places (Järvelin and Kekäläinen 2002)"`
}

// Report is what an evaluation found.
type Report struct {
	Mails   int                `json:"mails" doc:"mails read"`
	Asks    int                `json:"asks" doc:"first mails of a thread that another person answered"`
	Methods map[string]Quality `json:"methods"`
}

// Methods are the names of the methods, the model first.
func Methods() []string { return []string{"gave", "most_active", "most_recent", "bm25", "random"} }

// pending is an ask whose outcome is not yet taken as known.
type pending struct {
	thread  int
	due     float64
	who     []int
	vectors []routing.Vector
}

// Walk goes forward through the messages and calls see for each ask with all candidates, what is known of them before
// it, the weights learnt up to then, and the places in who of those who came to answer. Nothing of what comes after an
// ask, and no outcome younger than a week, is in what see gets beside answered.
func (a *Archive) Walk(ctx context.Context, prior routing.Weights,
	see func(at time.Time, who []int, vectors []routing.Vector, weights *routing.Weights, answered []int),
) error {
	messages, asks := a.Threads()
	h := routing.NewHistory()
	for who, calls := range a.Calls() {
		h.Name(who, calls...)
	}
	learner := routing.NewLearner(prior)
	var waiting []pending
	next := 0
	for i, m := range messages {
		if err := ctx.Err(); err != nil {
			return err
		}
		ask := routing.AskOf(m)
		for len(waiting) > 0 && waiting[0].due <= ask.At {
			learner.Add(routing.Example{
				Vectors: waiting[0].vectors, Answered: places(waiting[0].who, h.Answered(waiting[0].thread)),
			})
			waiting = waiting[1:]
		}
		if next < len(asks) && asks[next].Message == i {
			who, vectors := h.Describe(ask)
			answered := map[int]bool{}
			for _, p := range asks[next].Answered {
				answered[p] = true
			}
			see(m.Time, who, vectors, learner.Weights(), places(who, answered))
			waiting = append(waiting, pending{m.Thread, ask.At + routing.OutcomeAfter, who, vectors})
			next++
		}
		h.Add(m)
	}
	return nil
}

func places(who []int, in map[int]bool) []int {
	var out []int
	for i, w := range who {
		if in[w] {
			out = append(out, i)
		}
	}
	return out
}

// baselines score candidates by one thing each.
var baselines = map[string]func(v *routing.Vector) float64{
	"most_active": func(v *routing.Vector) float64 { return float64(v[routing.AnswersEver]) },
	"most_recent": func(v *routing.Vector) float64 { return -float64(v[routing.AnswerSilence]) },
	"bm25":        func(v *routing.Vector) float64 { return float64(v[routing.TopicOwn]) },
}

// Evaluate measures on the asks from a moment on, all of them when it is zero, how well each method foretells who
// answers. Asks that only newcomers answered count too, as not found by any method. prior are the weights that the
// model begins with.
//
//   - most_active: who gave most answers before
//   - most_recent: who answered last
//   - bm25: whose own earlier mails match the ask best (BM25)
//   - random: any order, by a fixed seed
func (a *Archive) Evaluate(ctx context.Context, from time.Time, prior routing.Weights) (Report, error) {
	results := map[string][]outcome{}
	random := rand.New(rand.NewPCG(1, 2))
	err := a.Walk(ctx, prior,
		func(at time.Time, _ []int, vectors []routing.Vector, w *routing.Weights, answered []int) {
			if at.Before(from) {
				return
			}
			results["gave"] = append(results["gave"], outcomeOf(w.Scores(vectors), answered))
			scores := make([]float64, len(vectors))
			for name, score := range baselines {
				for i := range vectors {
					scores[i] = score(&vectors[i])
				}
				results[name] = append(results[name], outcomeOf(scores, answered))
			}
			for i := range scores {
				scores[i] = random.Float64()
			}
			results["random"] = append(results["random"], outcomeOf(scores, answered))
		})
	if err != nil {
		return Report{}, err
	}
	report := Report{Mails: a.Len(), Asks: len(results["gave"]), Methods: map[string]Quality{}}
	for _, name := range Methods() {
		report.Methods[name] = qualityOf(results[name])
	}
	return report, nil
}

// outcome is how one ask went: one divided by the place of the first true helper, and the gain of the first ten places.
type outcome struct{ reciprocal, gain float64 }

// outcomeOf ranks the candidates by their scores. Of equal scores those who came first stand first.
func outcomeOf(scores []float64, answered []int) outcome {
	var o outcome
	ideal := 0.0
	for i := range min(len(answered), 10) {
		ideal += 1 / math.Log2(float64(i)+2)
	}
	for _, a := range answered {
		place := 1
		for i, s := range scores {
			if s > scores[a] || s == scores[a] && i < a {
				place++
			}
		}
		o.reciprocal = max(o.reciprocal, 1/float64(place))
		if place <= 10 {
			o.gain += 1 / math.Log2(float64(place)+1) / ideal
		}
	}
	return o
}

// resamples is how often the asks are drawn again for the interval.
const resamples = 1000

func qualityOf(outcomes []outcome) Quality {
	var q Quality
	n := float64(len(outcomes))
	if n == 0 {
		return q
	}
	for _, o := range outcomes {
		q.MRR += o.reciprocal / n
		q.NDCG10 += o.gain / n
		for limit, hit := range map[float64]*float64{1: &q.Hit1, 5: &q.Hit5, 10: &q.Hit10} {
			if o.reciprocal*limit >= 1-1e-9 {
				*hit += 1 / n
			}
		}
	}
	random := rand.New(rand.NewPCG(3, 4))
	means := make([]float64, resamples)
	for i := range means {
		for range outcomes {
			means[i] += outcomes[random.IntN(len(outcomes))].reciprocal / n
		}
	}
	slices.Sort(means)
	q.MRRLow, q.MRRHigh = means[resamples*25/1000], means[resamples*975/1000-1]
	return q
}
