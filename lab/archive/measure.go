package archive

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"gave.network/internal/ask/routing"
)

// Quality is how well a method foretold who answered: the mean over the asks of one divided by the place of the first
// true helper in its list, with how often that place was among the first one, five and ten.
type Quality struct {
	MRR   float64 `json:"mrr" doc:"mean of one divided by the place of the first true helper in the list"`
	Low   float64 `json:"mrr_low" doc:"lower end of the 95 % interval of mrr, by bootstrap over asks"`
	High  float64 `json:"mrr_high" doc:"upper end of it"`
	Hit1  float64 `json:"hit1" doc:"share of the asks with a true helper in the first place"`
	Hit5  float64 `json:"hit5" doc:"share with one among the first five"`
	Hit10 float64 `json:"hit10" doc:"share with one among the first ten"`
}

// Report is what an evaluation found.
type Report struct {
	Asks    int                `json:"asks" doc:"first mails of a thread that another person answered"`
	Methods map[string]Quality `json:"methods"`
	Best    string             `json:"best" doc:"the best of the simple ways"`
	Ratio   float64            `json:"ratio" doc:"mrr of gave divided by that of the best simple way"`
	Low     float64            `json:"ratio_low" doc:"lower end of its 95 % interval, by bootstrap over asks in pairs"`
	High    float64            `json:"ratio_high" doc:"upper end of it"`
}

// Outcomes are how each method did on each ask, the methods by name, gave among them.
type Outcomes map[string][]float64

// Measure asks routing everything from a moment on, with the weights given, nil for those that ship.
func (n *Network) Measure(ctx context.Context, from time.Time, w *routing.Weights) (Outcomes, error) {
	out := Outcomes{}
	for _, q := range n.Questions {
		if q.Query.AsOf.Before(from) {
			continue
		}
		found, err := Found(ctx, n.Ask, q, w)
		if err != nil {
			return nil, err
		}
		out["gave"] = append(out["gave"], found)
		for name, x := range q.Simple {
			out[name] = append(out[name], x)
		}
	}
	return out, nil
}

// resamples is how often the asks are drawn again for an interval.
const resamples = 2000

// Report says what the outcomes are worth. The best simple way is that over all asks, and is beside gave in each
// resample.
func (o Outcomes) Report() Report {
	r := Report{Asks: len(o["gave"]), Methods: map[string]Quality{}}
	if r.Asks == 0 {
		return r
	}
	n := float64(r.Asks)
	for name, all := range o {
		var q Quality
		for _, x := range all {
			q.MRR += x / n
			for limit, hit := range map[float64]*float64{1: &q.Hit1, 5: &q.Hit5, 10: &q.Hit10} {
				if x*limit >= 1-1e-9 {
					*hit += 1 / n
				}
			}
		}
		r.Methods[name] = q
	}
	for _, name := range Methods() {
		if r.Best == "" || r.Methods[name].MRR > r.Methods[r.Best].MRR {
			r.Best = name
		}
	}
	r.Ratio = r.Methods["gave"].MRR / max(r.Methods[r.Best].MRR, 1e-9)
	random := rand.New(rand.NewPCG(3, 4))
	means := map[string][]float64{}
	var ratios []float64
	names := slices.Sorted(maps.Keys(o))
	for range resamples {
		sums := map[string]float64{}
		for range r.Asks {
			i := random.IntN(r.Asks)
			for _, name := range names {
				sums[name] += o[name][i]
			}
		}
		for _, name := range names {
			means[name] = append(means[name], sums[name]/n)
		}
		ratios = append(ratios, sums["gave"]/max(sums[r.Best], 1e-9))
	}
	ends := func(all []float64) (low, high float64) {
		slices.Sort(all)
		return all[resamples*25/1000], all[resamples*975/1000-1]
	}
	for _, name := range names {
		q := r.Methods[name]
		q.Low, q.High = ends(means[name])
		r.Methods[name] = q
	}
	r.Low, r.High = ends(ratios)
	return r
}
